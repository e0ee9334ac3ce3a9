/* SPDX-License-Identifier: MIT */
/* A session as the bytes that the store keeps.  Values only. */
#ifndef VMS_SESSION_WIRE_H
#define VMS_SESSION_WIRE_H

#include "libvms/buf.h"
#include "vmsd/session.h"

void vms_session_encode(struct vms_wr *w, const struct vms_session *s);
/* 0, or -1 if these are not the bytes of a session. */
int vms_session_decode(struct vms_str bytes, struct vms_session *out);

#endif
