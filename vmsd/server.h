/* SPDX-License-Identifier: MIT */
/*
 * The socket: takes connections, reads one request of each, writes its reply.
 * Who asks is what SO_PEERCRED and /proc say; how much he may ask at once is
 * bounded here, what he may ask is dispatch.c's business.
 */
#ifndef VMS_SERVER_H
#define VMS_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "libvms/arena.h"
#include "libvms/err.h"
#include "libvms/proto.h"

struct vms_auth_job;
struct vms_client;
struct vms_engine;
struct vms_server;
struct vms_vault_job;

struct vms_peer {
	uint32_t uid, gid, pid;
	uint64_t start_ticks;		/* 0: could not be told */
	uint32_t login_uid, audit_session;	/* UINT32_MAX: none */
};

/* One request being answered.  Its strings live until the reply is sent. */
struct vms_ask {
	struct vms_engine *e;
	struct vms_client *client;
	struct vms_peer peer;
	struct vms_message m;		/* the request */
	struct vms_arena arena;		/* for it, and for its reply */
	struct vms_auth_job *job;	/* waits for this; cancelled if the
					 * client goes */
	struct vms_vault_job *vault_job;	/* or for this */
	void *state;			/* the handler's own, from the arena */
};

struct vms_server *vms_server_new(struct vms_engine *e, struct vms_err *err);
void vms_server_free(struct vms_server *s);
/* Take the listening socket over. */
int vms_server_listen(struct vms_server *s, int fd, struct vms_err *err);
/* The configuration has changed. */
void vms_server_reload(struct vms_server *s);
/* Tell those who watch. */
void vms_server_new_generation(struct vms_server *s);

/* Answer; the ask must not be used afterwards. */
void vms_ask_reply(struct vms_ask *a, const struct vms_message *m);
void vms_ask_error(struct vms_ask *a, enum vms_code code, const char *fmt,
    ...) __attribute__((format(printf, 3, 4)));
/* Answer, and go on answering with each new generation. */
void vms_ask_watch(struct vms_ask *a, const struct vms_message *m);

/* Handle a decoded request: dispatch.c.  Answers now or later, once. */
void vms_dispatch(struct vms_ask *a);
/* The message that tells a watcher of the generation in force; from arena. */
int vms_watch_message(struct vms_engine *e, struct vms_arena *arena,
    struct vms_message *m);

#endif
