/* SPDX-License-Identifier: MIT */
/* The socket's language: whatever decodes encodes to the same bytes. */
#include <stdlib.h>
#include <string.h>

#include "libvms/proto.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vms_arena a = { .max = 64 << 20 };
	struct vms_wr w = { 0 };
	struct vms_message m;

	if (vms_proto_decode(data, size, &a, &m, NULL) == 0) {
		vms_proto_encode(&w, &m);
		if (w.bad || w.len != size + 4 ||
		    memcmp(w.p + 4, data, size) != 0)
			abort();
	}
	vms_wr_fini(&w);
	vms_arena_fini(&a);
	return 0;
}
