/* SPDX-License-Identifier: MIT */
/* Another entry with the name, id or DN of somebody who left. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/identity_host.h"

/* base_user(1) is uuid aa01, "sam", 20001, uid=x,ou=people. */
static void
test_one(void **state)
{
	static const struct {
		struct vms_departed gone;
		const char *attr;	/* NULL: served */
	} rows[] = {
		{ { { 0xbb }, S("uid=a"), S("a"), 1 }, NULL },
		{ { { 0xbb }, S(""), S(""), 0 }, NULL },
		{ { { 0xbb }, S("uid=a"), S("sam"), 1 }, "uid" },
		{ { { 0xbb }, S("uid=a"), S("SAM"), 0 }, "uid" },
		{ { { 0xbb }, S("uid=a"), S("samuel"), 20001 },
		    "uidNumber" },
		{ { { 0xbb }, S("uid=X,ou=People"), S("a"), 1 }, "" },
		/* himself, come back */
		{ { { 0xaa, 1 }, S("uid=x,ou=people"), S("sam"), 20001 },
		    NULL },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct vms_identity_rules rules = base_rules();
		struct vms_posix_user user = base_user(1);
		struct vms_posix in = { .users = &user, .n_users = 1 };
		struct vms_arena arena = { 0 };
		struct vms_identity out;

		rules.departed = &rows[i].gone;
		rules.n_departed = 1;
		assert_int_equal(vms_identity_build(&in, &rules, NULL,
		    &arena, &out, NULL), 0);
		assert_int_equal(out.n_users, rows[i].attr == NULL);
		assert_int_equal(out.n_reused, rows[i].attr != NULL);
		assert_int_equal(out.n_findings, rows[i].attr != NULL);
		if (rows[i].attr != NULL) {
			assert_true(vms_str_eq(out.findings[0].code,
			    VMS_STR("identity-reused")));
			assert_true(vms_str_eq(out.findings[0].attr,
			    vms_str_of(rows[i].attr)));
			assert_memory_equal(out.reused[0], user.uuid,
			    VMS_UUID_LEN);
			/* A name of ours still: no stranger may use it. */
			assert_int_equal(out.n_ours, 1);
		}
		vms_arena_fini(&arena);
	}
}

/* Who was published before does not win against one who left: his id was
 * another's until then. */
static void
test_among_others(void **state)
{
	static const struct vms_departed gone[] = {
		{ { 0xb1 }, S("uid=c"), S("carl"), 20002 },
		{ { 0xb2 }, S("uid=d"), S("dora"), 20007 },
		{ { 0xb3 }, S("uid=e"), S("sam"), 20007 },
		{ { 0xaa, 1 }, S("uid=f"), S("sam"), 20001 },
	};
	struct vms_identity_rules rules = base_rules();
	struct vms_posix_user users[] = { base_user(1), base_user(2),
	    base_user(3) };
	struct vms_posix in = { .users = users, .n_users = N(users) };
	struct vms_arena arena = { 0 };
	struct vms_identity first, out;

	(void)state;
	users[1].name = VMS_STR("bob2");
	users[1].uid = 20002;
	users[1].dn = VMS_STR("uid=b,ou=people");
	users[2].name = VMS_STR("eva");
	users[2].uid = 20003;
	users[2].dn = VMS_STR("uid=eva,ou=people");
	assert_int_equal(vms_identity_build(&in, &rules, NULL, &arena, &first,
	    NULL), 0);
	assert_int_equal(first.n_users, 3);
	rules.departed = gone;
	rules.n_departed = N(gone);
	assert_int_equal(vms_identity_build(&in, &rules, &first, &arena, &out,
	    NULL), 0);
	assert_int_equal(out.n_users, 1);
	assert_true(vms_str_eq(out.users[0].name, VMS_STR("eva")));
	assert_int_equal(out.n_reused, 2);
	vms_arena_fini(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one),
		cmocka_unit_test(test_among_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
