/* SPDX-License-Identifier: MIT */
/* The vocabulary, and sets of actions. */
#include "cm.h"

#include "libvms/action.h"

static void
test_table(void **state)
{
	(void)state;
	assert_int_equal(vms_action_count(), 106);
	for (int i = 0; i < vms_action_count(); i++) {
		const struct vms_action *a = vms_action_get(i);
		int steps = 0;

		assert_int_equal(vms_action_find(a->name), i);
		if (i > 0)
			assert_true(vms_str_cmp(vms_action_get(i - 1)->name,
			    a->name) < 0);
		/* Needs come to an end, and are asked about alike. */
		for (int n = a->need; n >= 0; n = vms_action_get(n)->need) {
			assert_true(++steps < 10);
			assert_int_equal(vms_action_get(n)->scope, a->scope);
		}
	}
}

static void
test_find(void **state)
{
	const struct vms_action *a;

	(void)state;
	a = vms_action_get(vms_action_find(VMS_STR("archive.export")));
	assert_int_equal(a->scope, VMS_SCOPE_CAMERA);
	assert_int_equal(a->klass, VMS_ACTION_SENSITIVE);
	assert_str(vms_action_get(a->need)->name, "archive.view");
	a = vms_action_get(vms_action_find(VMS_STR("login.shell")));
	assert_int_equal(a->klass, VMS_ACTION_LOGIN);
	assert_int_equal(a->need, -1);
	assert_int_equal(vms_action_find(VMS_STR("Live.View")), -1);
	assert_int_equal(vms_action_find(VMS_STR("live.*")), -1);
	assert_int_equal(vms_action_find(VMS_STR("")), -1);
	assert_int_equal(vms_action_find(VMS_STR("zzz")), -1);
}

static void
test_words(void **state)
{
	static const struct {
		const char *word;
		int n;		/* actions it adds; -1: means nothing */
	} rows[] = {
		{ "live.view", 1 },
		{ "archive.*", 2 },
		{ "ptz.*", 4 },
		{ "login.*", 5 },
		{ "archive.exprot", -1 },
		{ "Archive.*", -1 },
		{ "nothing.*", -1 },
		{ "arch.*", -1 },
		{ "*.*", -1 },
		{ "*", -1 },
		{ ".*", -1 },
		{ "archive*", -1 },
		{ "", -1 },
		{ "live.view ", -1 },
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		struct vms_action_set s = { 0 };
		int n = 0;
		int r = vms_action_set_add_word(&s,
		    vms_str_of(rows[i].word));

		for (int k = 0; k < vms_action_count(); k++)
			n += vms_action_set_has(&s, k);
		if (rows[i].n < 0) {
			assert_int_equal(r, -1);
			assert_true(vms_action_set_is_empty(&s));
		} else {
			assert_int_equal(r, 0);
			assert_int_equal(n, rows[i].n);
		}
	}
}

static void
test_join(void **state)
{
	struct vms_action_set a = { 0 }, b = { 0 };

	(void)state;
	vms_action_set_add(&a, 0);
	vms_action_set_add(&b, 105);
	vms_action_set_join(&a, &b);
	assert_true(vms_action_set_has(&a, 0));
	assert_true(vms_action_set_has(&a, 105));
	assert_false(vms_action_set_has(&a, 63));
	assert_false(vms_action_set_has(&b, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_join),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
