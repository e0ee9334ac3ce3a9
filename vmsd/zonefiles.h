/* SPDX-License-Identifier: MIT */
/*
 * The time zones of this host: those that tzdata's own list names, read once
 * at start.  No path is ever built from directory data.
 */
#ifndef VMS_ZONEFILES_H
#define VMS_ZONEFILES_H

#include "libvms/err.h"
#include "libvms/zone.h"

#define VMS_ZONEINFO_DIR "/usr/share/zoneinfo"

/*
 * All zones of dir/tzdata.zi; a file that is missing or malformed is left
 * out.  NULL with SYSTEM if the list cannot be read or memory is out; the
 * caller owns the result.
 */
struct vms_zones *vms_zonefiles_load(const char *dir, struct vms_err *err);

#endif
