/* SPDX-License-Identifier: MIT */
/*
 * One end of a socketpair between two of our own processes: whole frames of
 * ipc.h in, whole frames out, a descriptor beside a frame where it has one.
 * Never blocks but in vms_chan_wait; what was read or written is wiped, since
 * it may have been a secret.
 */
#ifndef VMS_CHAN_H
#define VMS_CHAN_H

#include <stdbool.h>
#include <stddef.h>

#include "libvms/buf.h"
#include "libvms/err.h"
#include "vmsd/ipc.h"

struct vms_chan;

struct vms_chan_msg {
	enum vms_ipc type;
	struct vms_rd body;	/* borrowed until the next receive */
	int fd;			/* -1: none; else the receiver's own */
};

/* Takes fd over and makes it non-blocking and close-on-exec; NULL when out of
 * memory (fd is closed). */
struct vms_chan *vms_chan_new(int fd);
/* Wipes, closes.  NULL is fine. */
void vms_chan_free(struct vms_chan *c);
int vms_chan_fd(const struct vms_chan *c);

/*
 * Queue a frame and try to write it.  body (NULL: empty) is copied; fd (-1:
 * none) is taken over in any case.  0, or -1 with LIMIT (over VMS_IPC_MAX, or
 * body->bad), SYSTEM, or UNAVAILABLE if the other end is gone.
 */
int vms_chan_send(struct vms_chan *c, enum vms_ipc type,
    const struct vms_wr *body, int fd, struct vms_err *err);
/* Write what is queued: 0 all written, 1 the socket is full (wait for
 * POLLOUT), -1 UNAVAILABLE or SYSTEM. */
int vms_chan_flush(struct vms_chan *c, struct vms_err *err);
/* Bytes that still wait to be written. */
size_t vms_chan_queued(const struct vms_chan *c);
/* Next frame: 1 and *m, 0 nothing whole yet (wait for POLLIN), -1 with
 * UNAVAILABLE (end of file) or MALFORMED. */
int vms_chan_recv(struct vms_chan *c, struct vms_chan_msg *m,
    struct vms_err *err);
/* As vms_chan_recv, but waits, writing what is queued meanwhile.
 * timeout_ms -1: for ever.  0: time is up. */
int vms_chan_wait(struct vms_chan *c, int timeout_ms, struct vms_chan_msg *m,
    struct vms_err *err);

#endif
