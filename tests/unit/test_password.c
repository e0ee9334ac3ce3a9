/* SPDX-License-Identifier: MIT */
/* The suite's rule for new passwords. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "libvms/password.h"

static char xs[300];

static void
test_length(void **state)
{
	struct vms_pw_rule rule = vms_pw_rule_of(VMS_STR(""), VMS_STR(""),
	    VMS_STR("any"));

	(void)state;
	assert_int_equal(vms_pw_check(&rule, (struct vms_str){ xs, 0 }),
	    VMS_PW_SHORT);
	assert_int_equal(vms_pw_check(&rule, (struct vms_str){ xs, 5 }),
	    VMS_PW_SHORT);
	assert_int_equal(vms_pw_check(&rule, (struct vms_str){ xs, 6 }),
	    VMS_PW_FINE);
	assert_int_equal(vms_pw_check(&rule, (struct vms_str){ xs, 255 }),
	    VMS_PW_FINE);
	assert_int_equal(vms_pw_check(&rule, (struct vms_str){ xs, 256 }),
	    VMS_PW_LONG);
	/* Characters, not bytes. */
	assert_int_equal(vms_pw_check(&rule, VMS_STR("\xc3\xa9\xc3\xa9\xc3"
	    "\xa9")), VMS_PW_SHORT);
	assert_int_equal(vms_pw_check(&rule, VMS_STR("\xc3\xa9\xc3\xa9\xc3"
	    "\xa9xyz")), VMS_PW_FINE);
}

/* Every byte, in every set. */
static void
test_charset(void **state)
{
	static const char signs[] = "!@#$%&*()_+-=[]{};\\':\"|,.<>/? ";
	static const char *const names[] = { "seed", "seed+caret", "any" };

	(void)state;
	for (int set = 0; set < 3; set++) {
		struct vms_pw_rule rule = vms_pw_rule_of(VMS_STR("6"),
		    VMS_STR("255"), vms_str_of(names[set]));

		assert_int_equal(rule.set, set);
		for (int c = 0; c < 256; c++) {
			char pw[8] = { 'a', 'b', 'c', 'd', 'e', 'f', (char)c };
			bool latin = (c >= 'a' && c <= 'z') ||
			    (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			    (c != 0 && strchr(signs, c) != NULL);
			bool want = c >= 0x20 && c != 0x7f &&
			    (set == 2 || latin || (set == 1 && c == '^'));

			assert_int_equal(vms_pw_check(&rule,
			    (struct vms_str){ pw, 7 }),
			    want ? VMS_PW_FINE : VMS_PW_CHARSET);
		}
	}
}

static void
test_rule(void **state)
{
	static const struct {
		const char *min, *max, *set;
		struct vms_pw_rule want;
	} rows[] = {
		{ "", "", "", { 6, 255, VMS_PW_SEED } },
		{ "12", "64", "any", { 12, 64, VMS_PW_ANY } },
		{ "1", "9999", "seed", { 6, 255, VMS_PW_SEED } },
		{ "-3", "many", "latin", { 6, 255, VMS_PW_SEED } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct vms_pw_rule r = vms_pw_rule_of(
		    vms_str_of(rows[i].min), vms_str_of(rows[i].max),
		    vms_str_of(rows[i].set));

		assert_int_equal(r.min, rows[i].want.min);
		assert_int_equal(r.max, rows[i].want.max);
		assert_int_equal(r.set, rows[i].want.set);
	}
}

static void
test_text(void **state)
{
	char buf[160];

	(void)state;
	for (int p = VMS_PW_SHORT; p <= VMS_PW_CHARSET; p++) {
		for (int set = 0; set < 3; set++) {
			struct vms_pw_rule r = { 255, 255,
			    (enum vms_pw_set)set };

			vms_pw_text((enum vms_pw_problem)p, &r, buf,
			    sizeof(buf));
			assert_in_range(strlen(buf), 20, sizeof(buf) - 2);
		}
		assert_true(vms_pw_reason((enum vms_pw_problem)p).len > 3);
	}
	vms_pw_text(VMS_PW_FINE, &vms_pw_floor, buf, sizeof(buf));
	assert_string_equal(buf, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_length),
		cmocka_unit_test(test_charset),
		cmocka_unit_test(test_rule),
		cmocka_unit_test(test_text),
	};

	memset(xs, 'x', sizeof(xs));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
