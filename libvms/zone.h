/* SPDX-License-Identifier: MIT */
/*
 * Time zones from TZif bytes (RFC 8536).  An edge reads the files; this turns
 * a moment into the wall clock of a zone.  Pure.
 */
#ifndef VMS_ZONE_H
#define VMS_ZONE_H

#include <stddef.h>
#include <stdint.h>

#include "libvms/err.h"
#include "libvms/str.h"

struct vms_zones;	/* a set of zones by name */
struct vms_zone;

/* NULL when out of memory. */
struct vms_zones *vms_zones_new(void);
void vms_zones_free(struct vms_zones *z);
/* Parse a TZif file (version 1 to 4) and keep it under name.  0, or -1 with
 * MALFORMED, LIMIT or SYSTEM. */
int vms_zones_add(struct vms_zones *z, struct vms_str name,
    const void *bytes, size_t len, struct vms_err *err);
/* NULL: no such zone.  Names compare as bytes; "UTC" is always there. */
const struct vms_zone *vms_zones_get(const struct vms_zones *z,
    struct vms_str name);
/* Seconds east of UTC at the moment t (seconds since 1970 UTC), by the
 * transitions and, after the last one, the footer's rule. */
int32_t vms_zone_offset(const struct vms_zone *zone, int64_t t);

#endif
