/* SPDX-License-Identifier: MIT */
/*
 * Those who left the directory, for the building of an identity, and the word
 * of an administrator that a new entry may have what was theirs.
 */
#ifndef VMS_ADOPT_H
#define VMS_ADOPT_H

#include <stdbool.h>
#include <stdint.h>

#include "libvms/arena.h"
#include "libvms/err.h"
#include "libvms/identity.h"

struct vms_engine;

/* Those who left within VMS_STORE_DEPARTED_S, in arena.  0 or -1. */
int vms_adopt_departed(struct vms_engine *e, struct vms_arena *arena,
    const struct vms_departed **out, uint32_t *n, struct vms_err *err);
/* Whether this user is left out because of one of them. */
bool vms_adopt_is_reused(const struct vms_engine *e,
    const uint8_t uuid[VMS_UUID_LEN]);
/* vmsctl sync adopt NAME: whose name, id and DN it was is forgotten.  -1 with
 * NOT_FOUND (no such user, or nothing stands in the way), SYSTEM. */
int vms_adopt(struct vms_engine *e, struct vms_str name,
    struct vms_err *err);

/* Forget those who left longer ago than they are remembered, if the time of
 * day can be trusted. */
void vms_adopt_forget_old(struct vms_engine *e);

#endif
