/* SPDX-License-Identifier: MIT */
/* Any text as a DN: its normal form is its own normal form. */
#include <stdlib.h>

#include "libvms/dn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct vms_arena a = { 0 };
	struct vms_str text = { (const char *)data, len };
	struct vms_str once, twice, type, value;

	vms_dn_first_value(text, &a, &type, &value);
	/* Escapes may make a normal form too long to be read again. */
	if (vms_dn_normal(text, &a, &once) == 0 && once.len < 2048) {
		if (vms_dn_normal(once, &a, &twice) != 0 ||
		    !vms_str_eq(once, twice) ||
		    !vms_dn_is_within(once, vms_dn_parent(once)))
			abort();
	}
	vms_arena_fini(&a);
	return 0;
}
