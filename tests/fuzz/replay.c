/* SPDX-License-Identifier: MIT */
/* Runs a fuzz target on the files named, without libFuzzer: to look at one
 * input in a debugger, or with a compiler that has no fuzzer. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#define INPUT_MAX (1024 * 1024)

int
main(int argc, char **argv)
{
	uint8_t *buf = malloc(INPUT_MAX);
	int failed = 0;

	for (int i = 1; buf != NULL && i < argc; i++) {
		FILE *f = fopen(argv[i], "re");
		size_t len;

		if (f == NULL) {
			perror(argv[i]);
			failed = 1;
			continue;
		}
		len = fread(buf, 1, INPUT_MAX, f);
		fclose(f);
		LLVMFuzzerTestOneInput(buf, len);
	}
	failed |= buf == NULL;
	free(buf);
	return failed;
}
