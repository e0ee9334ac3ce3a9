/* SPDX-License-Identifier: MIT */
/*
 * What this host has taken already: names and ids of /etc/passwd and
 * /etc/group, spans of /etc/subuid and /etc/subgid, /etc/shells.  Read as
 * files (never through NSS, which would come back to us) and watched.
 */
#ifndef VMS_HOSTIDS_H
#define VMS_HOSTIDS_H

#include <stdbool.h>
#include <stdint.h>

#include "libvms/arena.h"
#include "libvms/err.h"
#include "libvms/identity.h"

struct event_base;
struct vms_hostids;

/* on_change: called from the loop when the contents have changed.  NULL with
 * SYSTEM.  A file that is absent is empty; one that is there and cannot be
 * read fails. */
struct vms_hostids *vms_hostids_new(struct event_base *base,
    void (*on_change)(void *arg), void *arg, struct vms_err *err);
void vms_hostids_free(struct vms_hostids *h);
/* As of now; borrowed until on_change returns next. */
const struct vms_host_ids *vms_hostids_get(const struct vms_hostids *h);
/* A local user's uid by name; -1: none. */
int vms_hostids_uid(const struct vms_hostids *h, struct vms_str name,
    uint32_t *uid);

/* Pure, for tests: read the files below etc into *out, all from a. */
struct vms_local_user {
	struct vms_str name;
	uint32_t uid;
};
struct vms_hostids_data {
	struct vms_host_ids ids;
	const struct vms_local_user *users;
	uint32_t n_users;
};
int vms_hostids_read(const char *etc, struct vms_arena *a,
    struct vms_hostids_data *out, struct vms_err *err);

#endif
