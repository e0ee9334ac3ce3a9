/* SPDX-License-Identifier: MIT */
/*
 * The rule at the end of a TZif file (RFC 8536 section 3.3): a POSIX TZ
 * string, "CET-1CEST,M3.5.0,M10.5.0/3", which holds after the last listed
 * transition.  Pure.
 */
#ifndef VMS_TZRULE_H
#define VMS_TZRULE_H

#include <stdbool.h>
#include <stdint.h>

#include "libvms/str.h"

/* One change in a year. */
struct vms_tzday {
	enum { VMS_TZ_JULIAN, VMS_TZ_DAY, VMS_TZ_MONTH } kind;
	int day;		/* Jn 1 to 365, n 0 to 365, d 0 (Sunday) to 6 */
	int month, week;	/* of Mm.w.d */
	int32_t time_s;		/* local time of the change */
};

struct vms_tzrule {
	int32_t std_s, dst_s;	/* seconds east of UTC */
	bool has_dst;
	struct vms_tzday start, end;
};

/* 0, or -1 if it is not such a rule. */
int vms_tzrule_parse(struct vms_str text, struct vms_tzrule *out);
/* Seconds east of UTC at the moment t. */
int32_t vms_tzrule_offset(const struct vms_tzrule *r, int64_t t);

#endif
