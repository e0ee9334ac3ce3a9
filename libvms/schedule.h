/* SPDX-License-Identifier: MIT */
/*
 * Weekly windows on the wall clock of a zone, with days of exception.  Pure.
 */
#ifndef VMS_SCHEDULE_H
#define VMS_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#include "libvms/str.h"
#include "libvms/zone.h"

struct vms_window {
	uint8_t days;			/* bit 0 is Monday */
	uint16_t start_min, end_min;	/* of the day; the end is outside */
};

/* "mon-fri 08:00-18:00", "daily 22:00-06:00", "sat 00:00-24:00", any case.
 * 0, or -1 for what can never be meant. */
int vms_window_parse(struct vms_str text, struct vms_window *out);

struct vms_schedule {
	const struct vms_window *windows;
	uint32_t n_windows;
	const int64_t *except;		/* days since 1970, ascending */
	uint32_t n_except;
};

/*
 * Whether any window holds the moment.  A window whose end is not after its
 * start runs into the next day and belongs to the day it starts on; a day of
 * exception cancels the windows that start on it, tail included.  Only the
 * wall clock counts: an hour that happens twice is judged twice alike.
 */
bool vms_schedule_is_open(const struct vms_schedule *s,
    const struct vms_zone *zone, int64_t now_s);

#endif
