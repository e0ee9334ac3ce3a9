/* SPDX-License-Identifier: MIT */
/*
 * One request to vmsd and its reply, from any process: no globals, no signals,
 * no descriptor left behind.  It does not know what the messages mean.
 */
#ifndef VMS_CLIENT_H
#define VMS_CLIENT_H

#include <stddef.h>
#include <stdint.h>

#include "libvms/arena.h"
#include "libvms/err.h"
#include "libvms/proto.h"

#define VMS_SOCKET_PATH VMS_RUNDIR "/socket"

/* Why there is no answer.  Callers that must not tell one from the other use
 * struct vms_err's code. */
enum vms_client_status {
	VMS_CLIENT_OK = 0,
	VMS_CLIENT_ABSENT,	/* no socket: vmsd is not there */
	VMS_CLIENT_REFUSED,	/* a socket, but nobody takes the call */
	VMS_CLIENT_TIMEOUT,	/* no whole answer in time */
	VMS_CLIENT_BAD_SERVER,	/* root does not listen there: nothing sent */
	VMS_CLIENT_MALFORMED,	/* an answer that makes no sense, or half */
	VMS_CLIENT_LOCAL	/* no descriptor, no memory: our side */
};

struct vms_call {
	const char *path;	/* NULL: VMS_SOCKET_PATH */
	int timeout_ms;		/* for all of it, > 0 */
	size_t reply_max;	/* bytes; 0: VMS_FRAME_MAX */
};

/* Zero it to start. */
struct vms_reply {
	struct vms_message msg;		/* strings borrow from bytes */
	struct vms_arena arena;
	uint8_t *bytes;			/* owned */
	size_t len;
};

/*
 * Ask.  The request goes out only after SO_PEERCRED said that uid 0 listens.
 * rep: overwritten; holds the reply after VMS_CLIENT_OK only, and is to be
 * ended with vms_reply_fini either way.  A reply is the request's answer
 * (vms_proto_answer) or VMS_A_ERROR.  err: UNAVAILABLE, MALFORMED, LIMIT or
 * SYSTEM.  errno is not preserved.
 */
enum vms_client_status vms_client_ask(const struct vms_call *call,
    const struct vms_message *request, struct vms_reply *rep,
    struct vms_err *err);
/*
 * Ask to be told of each new generation: *fd, the caller's to close, becomes
 * readable at once and then with each; vms_client_next() takes one notice off
 * it (rep as above).  The server drops a watcher that does not read.
 */
enum vms_client_status vms_client_watch(const struct vms_call *call, int *fd,
    struct vms_err *err);
enum vms_client_status vms_client_next(const struct vms_call *call, int fd,
    struct vms_reply *rep, struct vms_err *err);
/* Frees the reply; fine on a zeroed one. */
void vms_reply_fini(struct vms_reply *rep);

#endif
