/* SPDX-License-Identifier: MIT */
/*
 * The brake on inferred absences: what a refresh merely lacks is not believed
 * where it is suspiciously much, or would lift a denial.
 */
#ifndef VMS_BRAKE_H
#define VMS_BRAKE_H

#include <stdint.h>

#include "libvms/err.h"
#include "vmsd/store.h"
#include "vmsd/sync_phase.h"

/* Remove or hold each absent entry in the store's open transaction.  percent
 * and count: how much of one kind may go unasked; accept: everything may.
 * *n_held: how many are held now.  0 or -1 with the store's error. */
int vms_brake_apply(struct vms_store *st, const struct vms_sync_absent *a,
    int64_t percent, int64_t count, bool accept, int64_t now_s,
    uint32_t *n_held, struct vms_err *err);
/* Remove every held entry.  *n: how many there were. */
int vms_brake_release(struct vms_store *st, int64_t now_s, uint32_t *n,
    struct vms_err *err);
/* How many are held. */
int vms_brake_count(struct vms_store *st, uint32_t *n, struct vms_err *err);

#endif
