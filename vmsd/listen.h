/* SPDX-License-Identifier: MIT */
/*
 * The socket that clients connect to, opened by the parent: handed over by
 * systemd, or bound by root itself.  Clients check that root listened.
 */
#ifndef VMS_LISTEN_H
#define VMS_LISTEN_H

#include "libvms/err.h"

/* dir: the socket's folder, made if absent.  *fd listens, non-blocking.  0 or
 * -1 with SYSTEM or MALFORMED (systemd gave something else). */
int vms_listen_open(const char *dir, int *fd, struct vms_err *err);
/* Make dir if it is absent, with mode; owner -1: ourselves. */
int vms_listen_folder(const char *dir, unsigned int mode, unsigned int uid,
    unsigned int gid, struct vms_err *err);

#endif
