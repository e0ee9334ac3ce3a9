/* SPDX-License-Identifier: MIT */
/*
 * The parent ends sessions: every process of one, until none is left.  It
 * builds each path itself, looks at what the kernel says of each process, and
 * touches no user of this host's own files and none below min_id.
 */
#ifndef VMS_ENDSESSION_H
#define VMS_ENDSESSION_H

#include <stddef.h>
#include <stdint.h>

#include "libvms/buf.h"
#include "libvms/err.h"
#include "vmsd/proclist.h"

struct vms_parent;

/* VMS_IPC_END.  What must not be ended is answered with ENDED and why; -1
 * with MALFORMED is a broken engine. */
int vms_endsession_take(struct vms_parent *p, struct vms_rd *r,
    struct vms_err *err);
void vms_endsession_free(struct vms_parent *p);

/* Send the signals in turn to exactly this process: one that has its pid by
 * now but not its start time gets nothing.  Whether it was there. */
bool vms_endsession_signal(const struct vms_procinfo *who, const int *signals,
    size_t n);

#endif
