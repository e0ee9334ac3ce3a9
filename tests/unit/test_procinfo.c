/* SPDX-License-Identifier: MIT */
/* Whether a process lives, also where that cannot be told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vmsd/procinfo.h"

static void
test_lives(void **state)
{
	struct vms_procinfo self;
	struct rlimit all, none = { 0, 0 };
	pid_t child;

	(void)state;
	assert_int_equal(vms_procinfo_read((uint32_t)getpid(), &self), 0);
	assert_true(vms_procinfo_lives(self.pid, self.start_ticks));
	assert_false(vms_procinfo_lives(self.pid, self.start_ticks + 1));
	child = fork();
	if (child == 0)
		_exit(0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_false(vms_procinfo_lives((uint32_t)child, 1));
	/* No descriptor is left to look with. */
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &all), 0);
	none.rlim_max = all.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	assert_true(vms_procinfo_lives(self.pid, self.start_ticks));
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &all), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
