/* SPDX-License-Identifier: MIT */
/* cmocka with what it wants included first, and words for tables. */
#ifndef TESTS_CM_H
#define TESTS_CM_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "libvms/str.h"

#define N_ROWS(a) (sizeof(a) / sizeof((a)[0]))

/* Like assert_string_equal, for a vms_str. */
#define assert_str(s, text) do { \
	if (!vms_str_eq((s), vms_str_of(text))) \
		fail_msg("\"%.*s\" is not \"%s\"", VMS_STR_ARG(s), (text)); \
} while (0)

#endif
