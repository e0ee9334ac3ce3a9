/* SPDX-License-Identifier: MIT */
/* The core stays a core: none of its files includes a header that would let
 * it read a file, a socket, a clock, a directory or a store. */
#include "cm.h"

#include <glob.h>
#include <stdio.h>

static const char *const forbidden[] = {
	"<fcntl.h>", "<sys/socket.h>", "<time.h>", "<syslog.h>", "<ldap.h>",
	"<lmdb.h>", "<unistd.h>", "<netdb.h>",
};

static void
check_line(const char *path, const char *line)
{
	if (strncmp(line, "#include", 8) != 0)
		return;
	for (size_t i = 0; i < N_ROWS(forbidden); i++) {
		if (strstr(line, forbidden[i]) != NULL)
			fail_msg("%s includes %s", path, forbidden[i]);
	}
}

static void
check_file(const char *path)
{
	FILE *f = fopen(path, "re");
	char line[512];
	int n = 0;

	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL) {
		check_line(path, line);
		n++;
	}
	fclose(f);
	if (n > 400)
		fail_msg("%s has %d lines", path, n);
}

static void
test_includes(void **state)
{
	glob_t found = { 0 };

	(void)state;
	assert_int_equal(glob(VMS_TEST_DATA "/../../libvms/*.[ch]", 0, NULL,
	    &found), 0);
	assert_true(found.gl_pathc > 50);
	for (size_t i = 0; i < found.gl_pathc; i++)
		check_file(found.gl_pathv[i]);
	globfree(&found);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_includes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
