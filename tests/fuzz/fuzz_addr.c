/* SPDX-License-Identifier: MIT */
/* Any text as an address and as a range: a range has its own two ends, and
 * no range is reversed. */
#include <stdlib.h>

#include "libvms/addr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct vms_str text = { (const char *)data, len };
	struct vms_addr a;
	struct vms_range r;

	if (vms_addr_parse(text, &a) != 0 && a.family != 0)
		abort();
	if (vms_range_parse(text, &r) == 0 && !r.local &&
	    (!vms_range_has(&r, &r.lo) || !vms_range_has(&r, &r.hi)))
		abort();
	return 0;
}
