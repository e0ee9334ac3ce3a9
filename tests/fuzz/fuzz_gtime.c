/* SPDX-License-Identifier: MIT */
/* Any text as a time: what is refused leaves zero, what is read is within
 * the years 0 to 9999. */
#include <stdlib.h>

#include "libvms/gtime.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#define FIRST_S INT64_C(-62167305600)	/* a day before the year 0 */
#define LAST_S INT64_C(253402387200)	/* a day after 9999 */

static void
check(int result, int64_t t)
{
	if ((result != 0 && t != 0) || t < FIRST_S || t > LAST_S)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct vms_str text = { (const char *)data, len };
	int64_t t;

	check(vms_gtime_parse(text, &t), t);
	check(vms_isotime_parse(text, &t), t);
	check(vms_date_parse(text, &t), t * 86400);
	return 0;
}
