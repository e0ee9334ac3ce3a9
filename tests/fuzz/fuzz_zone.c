/* SPDX-License-Identifier: MIT */
/* Any bytes as a zone file, and any text as a rule: offsets stay in reason. */
#include <stdlib.h>

#include "libvms/tzrule.h"
#include "libvms/zone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
check(int32_t offset_s)
{
	if (offset_s <= -93600 || offset_s >= 93600)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const int64_t moments[] = { INT64_MIN / 4, -1, 0, 951782400,
		1781510400, 1798761599, 4102444800, 253402300800 };
	struct vms_zones *zones = vms_zones_new();
	struct vms_tzrule rule;
	size_t n = sizeof(moments) / sizeof(moments[0]);

	if (zones == NULL)
		return 0;
	if (vms_zones_add(zones, VMS_STR("z"), data, len, NULL) == 0)
		for (size_t i = 0; i < n; i++)
			check(vms_zone_offset(vms_zones_get(zones,
			    VMS_STR("z")), moments[i]));
	if (vms_tzrule_parse((struct vms_str){ (const char *)data, len },
	    &rule) == 0)
		for (size_t i = 1; i < n; i++)
			check(vms_tzrule_offset(&rule, moments[i]));
	vms_zones_free(zones);
	return 0;
}
