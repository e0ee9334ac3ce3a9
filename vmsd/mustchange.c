/* SPDX-License-Identifier: MIT */
/* Passwords due to be changed: see mustchange.h. */
#include "vmsd/mustchange.h"

#include <string.h>

/* From a login's auth stage to its account stage. */
#define KEEP_MS (INT64_C(10) * 60 * 1000)

void
vms_mustchange_set(struct vms_mustchange *t,
    const uint8_t uuid[VMS_UUID_LEN], bool on, int64_t now_ms)
{
	uint32_t at = t->next;

	for (uint32_t i = 0; i < VMS_MUSTCHANGE_MAX; i++)
		if (t->v[i].until_ms != 0 &&
		    memcmp(t->v[i].uuid, uuid, VMS_UUID_LEN) == 0)
			at = i;
	if (!on) {
		if (at != t->next ||
		    memcmp(t->v[at].uuid, uuid, VMS_UUID_LEN) == 0)
			t->v[at].until_ms = 0;
		return;
	}
	if (at == t->next)
		t->next = (t->next + 1) % VMS_MUSTCHANGE_MAX;
	memcpy(t->v[at].uuid, uuid, VMS_UUID_LEN);
	t->v[at].until_ms = now_ms + KEEP_MS;
}

bool
vms_mustchange_get(const struct vms_mustchange *t,
    const uint8_t uuid[VMS_UUID_LEN], int64_t now_ms)
{
	for (uint32_t i = 0; i < VMS_MUSTCHANGE_MAX; i++)
		if (t->v[i].until_ms > now_ms &&
		    memcmp(t->v[i].uuid, uuid, VMS_UUID_LEN) == 0)
			return true;
	return false;
}
