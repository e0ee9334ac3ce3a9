/* SPDX-License-Identifier: MIT */
/* The password policy control under any bytes: never a negative time, and
 * never better than no control at all. */
#include <stdlib.h>

#include "vmsd/auth_outcome.h"
#include "vmsd/ppolicy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vms_str none = { NULL, 0 };
	struct vms_ppolicy pp;
	int r = vms_ppolicy_decode((struct vms_str){ (const char *)data,
	    size }, &pp, NULL);

	if (pp.expires_s < -1 || pp.grace < -1 || pp.error < -1)
		abort();
	if (r == -1 && (pp.expires_s != -1 || pp.grace != -1 ||
	    pp.error != VMS_PP_NONE))
		abort();
	if (vms_auth_of_bind(49, &pp, none) == VMS_AUTH_OK)
		abort();
	return 0;
}
