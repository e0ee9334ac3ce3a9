/* SPDX-License-Identifier: MIT */
/* Any text as a window, asked about a whole week by the hour: a window that
 * is read is open at some minute. */
#include <stdlib.h>

#include "libvms/schedule.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#define MINUTES (7 * 24 * 60)

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct vms_str text = { (const char *)data, len };
	const struct vms_zone *utc = vms_zones_get(NULL, VMS_STR("UTC"));
	struct vms_window w;
	struct vms_schedule s = { &w, 1, NULL, 0 };

	if (vms_window_parse(text, &w) != 0)
		return 0;
	for (int64_t minute = 0; minute < MINUTES; minute++)
		if (vms_schedule_is_open(&s, utc, minute * 60))
			return 0;
	abort();
}
