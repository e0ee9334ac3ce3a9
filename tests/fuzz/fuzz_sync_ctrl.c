/* SPDX-License-Identifier: MIT */
/* RFC 4533 values under any bytes.  The first byte says which decoder; what
 * decodes goes through the IPC form and comes back the same. */
#include <stdlib.h>
#include <string.h>

#include "vmsd/sync_ctrl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
round_trip(const struct vms_sync_event *ev, struct vms_arena *a)
{
	struct vms_wr w = { 0 }, again = { 0 };
	struct vms_sync_event back;
	struct vms_rd r;

	vms_sync_event_encode(&w, ev);
	r = vms_rd_init(w.p, w.len);
	if (w.bad || vms_sync_event_decode(ev->type, &r, a, &back, NULL) == -1)
		abort();
	vms_sync_event_encode(&again, &back);
	if (again.len != w.len || memcmp(again.p, w.p, w.len) != 0)
		abort();
	vms_wr_fini(&w);
	vms_wr_fini(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vms_arena a = { .max = 64 << 20 };
	struct vms_str value, cookie;
	struct vms_sync_event ev;
	bool deletes;

	if (size == 0)
		return 0;
	value = (struct vms_str){ (const char *)data + 1, size - 1 };
	switch (data[0] % 3) {
	case 0:
		if (vms_sync_state_decode(value, &a, &ev, NULL) == 0)
			round_trip(&ev, &a);
		break;
	case 1:
		if (vms_sync_info_decode(value, &a, &ev, NULL) == 0)
			round_trip(&ev, &a);
		break;
	default:
		vms_sync_done_decode(value, &a, &cookie, &deletes, NULL);
	}
	vms_arena_fini(&a);
	return 0;
}
