/* SPDX-License-Identifier: MIT */
/*
 * Frames between our own processes: see ipc.h for what they say.
 *
 *	+------------+----------+---------------+
 *	| u32 length | u16 type | body          |	length counts type and body
 *	+------------+----------+---------------+
 *
 * A frame that carries a descriptor has VMS_FRAME_FD set in its type on the
 * wire, and the descriptor goes with its first byte (SCM_RIGHTS).  Reading and
 * writing both work on blocking and on non-blocking sockets, so that a role
 * may use poll and the engine libevent.  What passed through a buffer is wiped
 * before it is freed or moved: secrets go this way.  Knows no message.
 */
#ifndef VMS_FRAME_H
#define VMS_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include "libvms/buf.h"
#include "libvms/err.h"

#define VMS_FRAME_HEAD 6	/* bytes before the body */
#define VMS_FRAME_FD 0x8000	/* in the type on the wire only */
#define VMS_FRAME_FDS_MAX 8	/* descriptors that wait for their frames */

struct vms_frame {
	uint16_t type;
	struct vms_rd body;	/* borrows from the receiver until its next
				 * read */
	int fd;			/* -1, or owned by the caller from now on */
};

/* The receiving end.  Zero it to start. */
struct vms_frame_in {
	uint8_t *buf;		/* owned */
	size_t off, len, cap;	/* bytes: off..len are not yet handed out */
	int fds[VMS_FRAME_FDS_MAX];
	size_t n_fds;
};

/* Take what the socket has (once; at most 64 KiB or the rest of a frame).
 * Returns 1 if there was something, 0 if it would block, or -1 with NOT_FOUND
 * (the other end closed, nothing half-read), MALFORMED, LIMIT or SYSTEM. */
int vms_frame_in_read(struct vms_frame_in *in, int fd, struct vms_err *err);
/* The next whole frame.  1, 0 if there is none yet, or -1 with MALFORMED or
 * LIMIT.  Call it until it gives 0 before the next read. */
int vms_frame_in_next(struct vms_frame_in *in, struct vms_frame *f,
    struct vms_err *err);
/* Wait for one frame, for roles that have nothing else to do.  timeout_ms: in
 * all; -1 for ever.  0, or -1 with UNAVAILABLE when the time is up, else as
 * vms_frame_in_read. */
int vms_frame_recv(struct vms_frame_in *in, int fd, int timeout_ms,
    struct vms_frame *f, struct vms_err *err);
/* Wipes, closes descriptors nobody took. */
void vms_frame_in_fini(struct vms_frame_in *in);

/* The sending end with a queue, for those who must not wait.  Zero it, set
 * max (bytes; 0: VMS_IPC_MAX). */
struct vms_frame_out {
	uint8_t *buf;		/* owned */
	size_t off, len, cap, max;
	struct vms_frame_out_fd {
		size_t at;	/* offset of the frame it belongs to */
		int fd;		/* owned: closed when sent */
	} fds[VMS_FRAME_FDS_MAX];
	size_t n_fds;
};

/* Queue a frame.  pass_fd: -1, or a descriptor that is owned from now on,
 * even when this fails.  0, or -1 with LIMIT (the queue is full) or SYSTEM;
 * then nothing was queued. */
int vms_frame_out_push(struct vms_frame_out *out, uint16_t type,
    const void *body, size_t len, int pass_fd, struct vms_err *err);
/* Send what goes without waiting.  1 if the queue is empty now, 0 if the rest
 * must wait for the socket to be writable, -1 with UNAVAILABLE (closed) or
 * SYSTEM. */
int vms_frame_out_flush(struct vms_frame_out *out, int fd,
    struct vms_err *err);
/* Bytes that wait. */
size_t vms_frame_out_pending(const struct vms_frame_out *out);
void vms_frame_out_fini(struct vms_frame_out *out);

/* Send one frame and wait until it is gone.  pass_fd stays the caller's (-1:
 * none).  timeout_ms: -1 for ever.  0, or -1 with UNAVAILABLE or SYSTEM. */
int vms_frame_send(int fd, uint16_t type, const void *body, size_t len,
    int pass_fd, int timeout_ms, struct vms_err *err);

#endif
