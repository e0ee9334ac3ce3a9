/* SPDX-License-Identifier: MIT */
/*
 * How every role begins: the parent executes `PROGRAM -x ROLE[:INDEX] [-p]
 * [-v LEVEL]` with a cleared environment; descriptor 3 leads to the parent
 * and, in all but the engine, descriptor 4 to the engine.  The first message
 * on 3 is VMS_IPC_CONF.
 *
 * A role's main is: vms_role_begin, its own preparations (libraries, LDAP
 * handles), vms_sandbox_enter, its loop.
 */
#ifndef VMS_ROLE_H
#define VMS_ROLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libvms/err.h"
#include "vmsd/chan.h"
#include "vmsd/conf.h"
#include "vmsd/ipc.h"

#define VMS_ROLE_FD_PARENT 3
#define VMS_ROLE_FD_ENGINE 4

/* The secrets that the parent read; owned, wiped by vms_role_fini. */
struct vms_role_secret {
	char *p;		/* NUL-ended; NULL if there is none */
	size_t len;
};

struct vms_role_ctx {
	enum vms_role role;
	uint32_t index;			/* of several alike: auth 0..n-1 */
	struct vms_chan *parent;
	struct vms_chan *engine;	/* NULL in the engine itself */
	struct vms_conf conf;
	struct vms_role_secret bind_password;	/* sync only */
	struct vms_role_secret key_pem;	/* bytes of directory.key_file: put
					 * them in a memfd for the library;
					 * seal: the host's key in hex */
};

/* "engine", "sync", "auth", "seal". */
const char *vms_role_name(enum vms_role role);

/*
 * Read the arguments, start the log, wait for the configuration.  0, or -1
 * with MALFORMED (not started by vmsd) or UNAVAILABLE.
 */
int vms_role_begin(int argc, char **argv, struct vms_role_ctx *ctx,
    struct vms_err *err);
/* Take a later VMS_IPC_CONF in: replaces conf and secrets as a whole, or
 * leaves them on -1 with MALFORMED. */
int vms_role_take_conf(struct vms_role_ctx *ctx, struct vms_rd *body,
    struct vms_err *err);
/* Wipe and close. */
void vms_role_fini(struct vms_role_ctx *ctx);

#endif
