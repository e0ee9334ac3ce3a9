/* SPDX-License-Identifier: MIT */
/* Entries beside each other: duplicates, who is seen, groups and members. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "tests/unit/identity_host.h"

/* Two claims on one name or id, with and without one who had it. */
static void
test_duplicates(void **state)
{
	static const struct {
		const char *name2;
		uint32_t uid2;
		uint8_t incumbent;	/* 0: none, else uuid's number */
		uint32_t served;
		uint8_t who;		/* if one is served */
	} rows[] = {
		{ "una", 20002, 0, 2, 0 },
		{ "sam", 20002, 0, 0, 0 },
		{ "SAM", 20002, 0, 0, 0 },
		{ "una", 20001, 0, 0, 0 },
		{ "sam", 20001, 0, 0, 0 },
		{ "sam", 20002, 1, 1, 1 },
		{ "una", 20001, 1, 1, 1 },
		{ "sam", 20001, 1, 1, 1 },
		{ "Sam", 20001, 1, 1, 1 },
		{ "sam", 20002, 9, 0, 0 },	/* somebody else had it */
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct vms_posix_user u[2] = { base_user(1), base_user(2) };
		struct vms_posix in = { .users = u, .n_users = 2 };
		struct vms_identity_rules rules = base_rules();
		struct vms_id_user old = {
			.uuid = { 0xaa, rows[i].incumbent },
			.name = VMS_STR("sam"),
			.uid = 20001
		};
		struct vms_identity prev = { .users = &old, .n_users = 1 };
		struct vms_arena a = { 0 };
		struct vms_identity id;

		u[1].name = vms_str_of(rows[i].name2);
		u[1].uid = rows[i].uid2;
		assert_int_equal(vms_identity_build(&in, &rules,
		    rows[i].incumbent == 0 ? NULL : &prev, &a, &id, NULL), 0);
		assert_int_equal(id.n_users, rows[i].served);
		if (rows[i].served == 1) {
			assert_int_equal(id.users[0].uuid[1], rows[i].who);
			/* The name of the other is this one's. */
			assert_int_equal(id.n_ours,
			    !vms_str_eq(u[1].name, u[0].name));
		}
		assert_int_equal(id.n_findings > 0, rows[i].served < 2);
		vms_arena_fini(&a);
	}
}

/* He who had the name does not get another's id with it. */
static void
test_incumbent_moves(void **state)
{
	struct vms_posix_user u[2] = { base_user(1), base_user(2) };
	struct vms_posix in = { .users = u, .n_users = 2 };
	struct vms_identity_rules rules = base_rules();
	struct vms_id_user old[2] = {
		{ .uuid = { 0xaa, 2 }, .name = VMS_STR("una"), .uid = 20002 },
		{ .uuid = { 0xaa, 1 }, .name = VMS_STR("sam"), .uid = 20001 }
	};
	struct vms_identity prev = { .users = old, .n_users = 2 };
	struct vms_arena a = { 0 };
	struct vms_identity id;

	(void)state;
	u[0].uid = 20002;		/* sam takes una's id */
	u[1].name = VMS_STR("una");
	u[1].uid = 20002;
	assert_int_equal(vms_identity_build(&in, &rules, &prev, &a, &id,
	    NULL), 0);
	assert_int_equal(id.n_users, 1);
	assert_string_equal(id.users[0].name.p, "una");
	assert_int_equal(id.n_ours, 1);
	assert_string_equal(id.ours[0].p, "sam");
	vms_arena_fini(&a);
}

static void
test_visible(void **state)
{
	static const uint8_t known[][VMS_UUID_LEN] = {
		{ 0xff }, { 0xaa, 3 }, { 0x01 }
	};
	struct vms_posix_user u[3] = {
		base_user(1), base_user(2), base_user(3)
	};
	struct vms_posix in = { .users = u, .n_users = 3 };
	struct vms_identity_rules rules = base_rules();
	struct vms_arena a = { 0 };
	struct vms_identity id;

	(void)state;
	for (uint32_t i = 0; i < 3; i++)
		u[i].uid = 20001 + i;
	u[1].name = VMS_STR("una");
	u[1].reaches = false;
	u[2].name = VMS_STR("kim");
	u[2].reaches = false;
	u[2].disabled = true;
	rules.visible_all = false;
	rules.known = known;
	rules.n_known = N(known);
	assert_int_equal(vms_identity_build(&in, &rules, NULL, &a, &id, NULL),
	    0);
	assert_int_equal(id.n_users, 2);
	assert_string_equal(id.users[0].name.p, "kim");
	assert_true(id.users[0].disabled);
	assert_string_equal(id.users[1].name.p, "sam");
	assert_false(id.users[1].disabled);
	assert_int_equal(id.n_ours, 1);
	assert_string_equal(id.ours[0].p, "una");
	assert_int_equal(id.n_findings, 0);
	vms_arena_fini(&a);
}

static void
test_groups_and_members(void **state)
{
	static const uint32_t all[] = { 0, 1, 2, 3, 77 };
	static const uint32_t first[] = { 0 };
	struct vms_posix_user u[4] = {
		base_user(1), base_user(2), base_user(3), base_user(4)
	};
	struct vms_posix_group g[] = {
		{ .uuid = { 1 }, .name = VMS_STR("zoo"), .gid = 30001,
		    .users = all, .n_users = 5 },
		{ .uuid = { 2 }, .name = VMS_STR("role"), .gid = 30000,
		    .role = true, .users = first, .n_users = 1 },
		{ .uuid = { 3 }, .name = VMS_STR("empty"), .gid = 30002 },
		{ .uuid = { 4 }, .name = VMS_STR("unheld"), .gid = 30003,
		    .role = true },
		{ .uuid = { 5 }, .name = VMS_STR("twin"), .gid = 30004,
		    .users = first, .n_users = 1 },
		{ .uuid = { 6 }, .name = VMS_STR("other"), .gid = 30004,
		    .users = first, .n_users = 1 },
	};
	struct vms_posix in = { u, 4, g, N(g) };
	struct vms_identity_rules rules = base_rules();
	struct vms_arena a = { 0 };
	struct vms_identity id, next;

	(void)state;
	for (uint32_t i = 0; i < 4; i++)
		u[i].uid = 20001 + i;
	u[1].name = VMS_STR("una");
	u[1].reaches = false;		/* not seen here */
	u[2].name = VMS_STR("root");	/* left out */
	u[3].name = VMS_STR("amy");
	rules.visible_all = false;
	assert_int_equal(vms_identity_build(&in, &rules, NULL, &a, &id, NULL),
	    0);
	assert_int_equal(id.n_groups, 3);
	assert_string_equal(id.groups[0].name.p, "empty");
	assert_string_equal(id.groups[1].name.p, "role");
	assert_int_equal(id.groups[1].n_members, 0);
	assert_string_equal(id.groups[2].name.p, "zoo");
	assert_int_equal(id.groups[2].n_members, 2);
	assert_string_equal(id.groups[2].members[0].p, "amy");
	assert_string_equal(id.groups[2].members[1].p, "sam");
	assert_int_equal(id.n_users, 2);
	assert_int_equal(id.users[0].n_gids, 1);	/* amy */
	assert_int_equal(id.users[1].n_gids, 2);	/* sam */
	assert_int_equal(id.users[1].gids[0], 30000);
	assert_int_equal(id.users[1].gids[1], 30001);

	/* Seen whole, the role's group lists who holds it; of the twins the
	 * one that was served before stays. */
	struct vms_id_group was = {
		.uuid = { 6 }, .name = VMS_STR("other"), .gid = 30004
	};
	struct vms_identity prev = { .groups = &was, .n_groups = 1 };

	rules.visible_all = true;
	assert_int_equal(vms_identity_build(&in, &rules, &prev, &a, &next,
	    NULL), 0);
	assert_int_equal(next.n_users, 3);
	assert_int_equal(next.n_groups, 4);
	assert_string_equal(next.groups[1].name.p, "other");
	assert_int_equal(next.groups[2].n_members, 1);
	assert_int_equal(next.groups[3].n_members, 3);
	vms_arena_fini(&a);
}

/* Many, in any order, give the same; and no quadratic walk. */
static void
test_many(void **state)
{
	enum { MANY = 100000 };
	struct vms_posix_user *u = calloc(MANY, sizeof(*u));
	uint32_t *all = calloc(MANY, sizeof(*all));
	char (*names)[16] = calloc(MANY, sizeof(*names));
	struct vms_posix_group g = { .uuid = { 1 }, .name = VMS_STR("all"),
	    .gid = 30001, .users = all, .n_users = MANY };
	struct vms_posix in = { u, MANY, &g, 1 };
	struct vms_identity_rules rules = base_rules();
	struct vms_arena a = { 0 };
	struct vms_identity id, again;

	(void)state;
	assert_true(u != NULL && all != NULL && names != NULL);
	for (uint32_t i = 0; i < MANY; i++) {
		uint32_t k = MANY - 1 - i;

		snprintf(names[i], sizeof(names[i]), "u%06u", k);
		u[i] = base_user(0);
		memcpy(u[i].uuid + 4, &i, sizeof(i));
		u[i].name = vms_str_of(names[i]);
		u[i].uid = 1000000 + k;
		all[i] = i;
	}
	assert_int_equal(vms_identity_build(&in, &rules, NULL, &a, &id, NULL),
	    0);
	assert_int_equal(id.n_users, MANY);
	assert_int_equal(id.groups[0].n_members, MANY);
	for (uint32_t i = 1; i < MANY; i++)
		assert_true(vms_str_cmp(id.users[i - 1].name,
		    id.users[i].name) < 0);
	/* The same again beside itself changes nothing. */
	assert_int_equal(vms_identity_build(&in, &rules, &id, &a, &again,
	    NULL), 0);
	assert_int_equal(again.n_users, MANY);
	/* All of one name and id: one scan, none served. */
	for (uint32_t i = 0; i < MANY; i++) {
		u[i].name = VMS_STR("same");
		u[i].uid = 20001;
	}
	assert_int_equal(vms_identity_build(&in, &rules, NULL, &a, &again,
	    NULL), 0);
	assert_int_equal(again.n_users, 0);
	assert_int_equal(again.n_ours, 1);
	assert_int_equal(again.n_findings, 2 * MANY);
	vms_arena_fini(&a);
	free(names);
	free(all);
	free(u);
}

/* Memory that runs out is an error, never half an identity. */
static void
test_memory(void **state)
{
	struct vms_posix_user u = base_user(1);
	struct vms_posix in = { .users = &u, .n_users = 1 };
	struct vms_identity_rules rules = base_rules();
	struct vms_arena a = { .max = 1 };
	struct vms_identity id = { .n_users = 7 };
	struct vms_err err = { 0 };

	(void)state;
	assert_int_equal(vms_identity_build(&in, &rules, NULL, &a, &id, &err),
	    -1);
	assert_int_equal(err.code, VMS_E_SYSTEM);
	assert_int_equal(id.n_users, 0);
	vms_arena_fini(&a);
}

static void
test_empty(void **state)
{
	struct vms_posix in = { 0 };
	struct vms_identity_rules rules = { .min_id = 1000, .max_id = 2000 };
	struct vms_arena a = { 0 };
	struct vms_identity id;

	(void)state;
	assert_int_equal(vms_identity_build(&in, &rules, NULL, &a, &id, NULL),
	    0);
	assert_int_equal(id.n_users + id.n_groups + id.n_ours +
	    id.n_findings, 0);
	vms_arena_fini(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_duplicates),
		cmocka_unit_test(test_incumbent_moves),
		cmocka_unit_test(test_visible),
		cmocka_unit_test(test_groups_and_members),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
