/* SPDX-License-Identifier: MIT */
/*
 * All processes at one moment, in the order of their pids, with what /proc
 * says of each that the process itself cannot invent.
 */
#ifndef VMS_PROCLIST_H
#define VMS_PROCLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libvms/err.h"
#include "vmsd/procinfo.h"

struct vms_proc {
	struct vms_procinfo info;
	uint32_t uid;		/* real */
};

struct vms_proclist {
	struct vms_proc *v;	/* ascending pids, none that is dead */
	size_t n, cap;
};

/* Into *l, in place of what it held; zero it first.  0, or -1 with SYSTEM. */
int vms_proclist_read(struct vms_proclist *l, struct vms_err *err);
void vms_proclist_fini(struct vms_proclist *l);
/* NULL: there is none. */
const struct vms_proc *vms_proclist_find(const struct vms_proclist *l,
    uint32_t pid);
/* Whether any process is this user's. */
bool vms_proclist_has_uid(const struct vms_proclist *l, uint32_t uid);

#endif
