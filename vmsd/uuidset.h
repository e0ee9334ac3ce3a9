/* SPDX-License-Identifier: MIT */
/* A set of entry UUIDs in memory.  Pure. */
#ifndef VMS_UUIDSET_H
#define VMS_UUIDSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libvms/entry.h"

/* Zero it to start. */
struct vms_uuidset {
	uint8_t (*v)[VMS_UUID_LEN];	/* owned; slots */
	uint8_t *used;			/* owned; one for each slot */
	size_t n, cap;			/* cap: 0 or a power of two */
};

/* 0, or -1 when out of memory. */
int vms_uuidset_add(struct vms_uuidset *s, const uint8_t u[VMS_UUID_LEN]);
bool vms_uuidset_has(const struct vms_uuidset *s,
    const uint8_t u[VMS_UUID_LEN]);
/* Step through: start with *at 0; NULL at the end. */
const uint8_t *vms_uuidset_next(const struct vms_uuidset *s, size_t *at);
void vms_uuidset_fini(struct vms_uuidset *s);

#endif
