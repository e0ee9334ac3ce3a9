/* SPDX-License-Identifier: MIT */
/*
 * A channel to a process of ours on libevent's loop: calls back for each
 * message, writes what is queued when the socket takes it.
 */
#ifndef VMS_EVCHAN_H
#define VMS_EVCHAN_H

#include "libvms/buf.h"
#include "libvms/err.h"
#include "vmsd/chan.h"
#include "vmsd/ipc.h"

struct event_base;
struct vms_evchan;

/* A message; the callback owns m->fd, and may free the channel.  -1 with err:
 * not allowed from that process; the channel is then lost. */
typedef int vms_evchan_msg_fn(void *arg, struct vms_chan_msg *m,
    struct vms_err *err);
/* The other end is gone or broken, told once; no call comes after it. */
typedef void vms_evchan_lost_fn(void *arg, const struct vms_err *err);

/* Takes chan over.  NULL when out of memory (chan is freed). */
struct vms_evchan *vms_evchan_new(struct event_base *base,
    struct vms_chan *chan, vms_evchan_msg_fn *on_msg,
    vms_evchan_lost_fn *on_lost, void *arg);
void vms_evchan_free(struct vms_evchan *ec);
/* As vms_chan_send(); what does not go at once goes later.  A failure is also
 * told to on_lost, from the loop. */
int vms_evchan_send(struct vms_evchan *ec, enum vms_ipc type,
    const struct vms_wr *body, int fd, struct vms_err *err);

#endif
