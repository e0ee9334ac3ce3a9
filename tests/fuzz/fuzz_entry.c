/* SPDX-License-Identifier: MIT */
/* Any bytes as a stored entry: what decodes encodes to the same bytes, and
 * builds a model. */
#include <stdlib.h>

#include "libvms/entry.h"
#include "libvms/model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
build(const struct vms_entry *e)
{
	struct vms_model_params params = { .posix = true };
	struct vms_model_builder *b = vms_model_builder_new(&params);

	if (b == NULL)
		return;
	if (vms_model_builder_add(b, e, NULL) == 0)
		vms_model_free(vms_model_builder_finish(b, NULL));
	else
		vms_model_builder_free(b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct vms_arena a = { .max = 64 * 1024 * 1024 };
	struct vms_rd r = vms_rd_init(data, len);
	struct vms_wr w = { 0 };
	struct vms_entry e;

	if (vms_entry_decode(&r, &a, &e, NULL) == 0 && vms_rd_done(&r)) {
		vms_entry_encode(&w, &e);
		if (w.bad || w.len != len || memcmp(w.p, data, len) != 0)
			abort();
		build(&e);
	}
	vms_wr_fini(&w);
	vms_arena_fini(&a);
	return 0;
}
