/* SPDX-License-Identifier: MIT */
/* Comma-separated values under any bytes: what is read stays inside them,
 * and lines only go up. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "vmsctl/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *bytes = malloc(len + 1);
	struct vms_csv c;
	struct vms_err err = { 0 };
	uint64_t line = 0;
	int got;

	if (bytes == NULL)
		abort();
	memcpy(bytes, data, len);
	vms_csv_init(&c, "fuzz", bytes, len);
	while ((got = vms_csv_next(&c, &err)) == 1) {
		if (c.at <= line || c.n_fields == 0)
			abort();
		line = c.at;
		for (uint32_t i = 0; i < c.n_fields; i++)
			if (c.fields[i].p < bytes || c.fields[i].p +
			    c.fields[i].len > bytes + len)
				abort();
	}
	if ((got == -1) != (err.code != VMS_E_OK))
		abort();
	free(bytes);
	return 0;
}
