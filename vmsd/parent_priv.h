/* SPDX-License-Identifier: MIT */
/*
 * The parent's state, shared by parent.c (life) and parent_role.c (roles).
 */
#ifndef VMS_PARENT_PRIV_H
#define VMS_PARENT_PRIV_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "libvms/bounds.h"
#include "libvms/err.h"
#include "vmsd/conf.h"
#include "vmsd/evchan.h"
#include "vmsd/ipc.h"
#include "vmsd/parent.h"
#include "vmsd/sandbox.h"
#include "vmsd/secret.h"

#define VMS_PARENT_AUTH_MAX 64

struct event;
struct event_base;
struct vms_endsession;
struct vms_parent;

/* One process, or the place of one that is to be started again. */
struct vms_parent_role {
	struct vms_parent *parent;
	enum vms_role role;
	uint32_t index;
	pid_t pid;			/* -1: not running */
	struct vms_evchan *chan;	/* NULL: not running */
	struct event *again;		/* timer of the next start */
	int64_t started_ms;
	unsigned int failures;		/* in a row */
	bool told;			/* ended on the engine's word */
};

struct vms_parent {
	const struct vms_parent_options *opt;
	struct event_base *base;
	struct vms_conf conf;
	struct vms_secrets secrets;
	struct vms_ids engine_ids, sync_ids, auth_ids, seal_ids;
	struct vms_secret_file seal_key;	/* of systemd's, or none */
	char private_dir[VMS_PATH_MAX], public_dir[VMS_PATH_MAX],
	    seal_dir[VMS_PATH_MAX];
	int lock_fd, listen_fd;
	struct vms_parent_role engine, sync, seal, auth[VMS_PARENT_AUTH_MAX];
	uint32_t n_auth;
	struct vms_endsession *endings;	/* NULL: none yet */
	bool ready, stopping;
	int exit_code;
};

/* Milliseconds of a clock that only runs forward. */
int64_t vms_parent_now_ms(void);
/* Start the role, tell it its configuration and the engine its peer.  0, or
 * -1 with SYSTEM. */
int vms_parent_role_start(struct vms_parent_role *r, struct vms_err *err);
/* Start it again after a while that grows with each failure. */
void vms_parent_role_again(struct vms_parent_role *r);
/* Its process has ended (status as waitpid gives it), or is to be given up:
 * forget pid and channel. */
void vms_parent_role_gone(struct vms_parent_role *r, int status);
/* Send VMS_IPC_CONF to a running role. */
int vms_parent_role_conf(struct vms_parent_role *r, struct vms_err *err);
/* End the daemon with this exit code. */
void vms_parent_stop(struct vms_parent *p, int exit_code);
/* Messages of the engine; vms_evchan_msg_fn. */
int vms_parent_engine_msg(void *arg, struct vms_chan_msg *m,
    struct vms_err *err);
/* Read configuration and secrets into *c and *s; what is wrong goes to the
 * log.  0 or -1. */
int vms_parent_load_conf(const char *path, struct vms_conf *c,
    struct vms_secrets *s);
/* As many auth workers as the configuration says. */
void vms_parent_match_workers(struct vms_parent *p);
/* SIGHUP: the new configuration, or, if anything is wrong with it, the one
 * in force. */
void vms_parent_reload(struct vms_parent *p);

#endif
