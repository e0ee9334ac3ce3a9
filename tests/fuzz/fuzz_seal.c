/* SPDX-License-Identifier: MIT */
/* The seal's files: a record is opened or refused, and what was not sealed
 * never opens; delays that decode encode to the same table. */
#include <stdlib.h>
#include <string.h>

#include "vmsd/seal_delay.h"
#include "vmsd/verifier.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
try_delays(const uint8_t *data, size_t size)
{
	static struct vms_delays t, again;
	static const uint8_t uuid[VMS_UUID_LEN];
	struct vms_rd r = vms_rd_init(data, size);
	struct vms_wr w = { 0 };

	if (vms_delays_decode(&r, &t) == 0) {
		vms_delays_encode(&t, &w);
		r = vms_rd_init(w.p, w.len);
		if (w.bad || w.len > size ||
		    vms_delays_decode(&r, &again) == -1)
			abort();
		if (vms_delay_wait(&t, uuid, 0, 1) > VMS_DELAY_MAX_S)
			abort();
		vms_delay_failed(&t, uuid, 0, 1);
	}
	vms_wr_fini(&w);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct vms_verifier_key key;
	struct vms_verifier v;

	if (key.bytes[0] == 0 &&
	    vms_verifier_key_of("fuzz", 4, &key, NULL) == -1)
		abort();
	if (vms_verifier_open(&key, data, size, &v, NULL) == 0 &&
	    v.cost.log2n > VMS_SCRYPT_LOG2N_MAX)
		abort();
	try_delays(data, size);
	return 0;
}
