/* SPDX-License-Identifier: MIT */
/* One entry alone: whether it becomes a user or group of the host, what is
 * mended in it, and what is said when it is left out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "libvms/bounds.h"
#include "tests/unit/identity_host.h"

/* One user alone: how he fares. */
static void
test_one_user(void **state)
{
	static const struct {
		const char *name;
		uint32_t uid, gid;
		unsigned int flaws;
		const char *code, *attr;	/* NULL: served */
	} rows[] = {
		{ "sam", 20001, 100, 0, NULL, NULL },
		{ "Sam.O-Neil_2", 20001, 100, 0, NULL, NULL },
		{ "0day", 20001, 100, 0, NULL, NULL },
		{ "admin", 20001, 100, 0, NULL, NULL },
		{ "sam", 1000, 100, 0, NULL, NULL },
		{ "sam", 2000000000, 100, 0, NULL, NULL },
		{ "sam", 20001, 20001, 0, NULL, NULL },
		/* names */
		{ "", 20001, 100, 0, "name-missing", "uid" },
		{ "sam", 20001, 100, VMS_FLAW_NO_NAME, "name-missing", "uid" },
		{ "sam", 20001, 100, VMS_FLAW_NAMES, "name-several", "uid" },
		{ "a:b", 20001, 100, 0, "name-invalid", "uid" },
		{ "a/b", 20001, 100, 0, "name-invalid", "uid" },
		{ "a\nb", 20001, 100, 0, "name-invalid", "uid" },
		{ "a\tb", 20001, 100, 0, "name-invalid", "uid" },
		{ "a b", 20001, 100, 0, "name-invalid", "uid" },
		{ "a,b", 20001, 100, 0, "name-invalid", "uid" },
		{ "s\xc3\xa4m", 20001, 100, 0, "name-invalid", "uid" },
		{ "-rf", 20001, 100, 0, "name-invalid", "uid" },
		{ "..", 20001, 100, 0, "name-invalid", "uid" },
		{ ".sam", 20001, 100, 0, "name-invalid", "uid" },
		{ "1234", 20001, 100, 0, "name-invalid", "uid" },
		{ "abcdefghijklmnopqrstuvwxyz0123456", 20001, 100, 0,
		    "name-invalid", "uid" },
		{ "bob", 20001, 100, 0, "name-reserved", "uid" },
		{ "BOB", 20001, 100, 0, "name-reserved", "uid" },
		{ "archive", 20001, 100, 0, "name-reserved", "uid" },
		{ "root", 20001, 100, 0, "name-reserved", "uid" },
		{ "Root", 20001, 100, 0, "name-reserved", "uid" },
		{ "docker", 20001, 100, 0, "name-reserved", "uid" },
		{ "vmsd-seal", 20001, 100, 0, "name-reserved", "uid" },
		/* uids */
		{ "sam", 0, 100, VMS_FLAW_NO_ID, "id-missing", "uidNumber" },
		{ "sam", 20001, 100, VMS_FLAW_IDS, "id-several", "uidNumber" },
		{ "sam", 0, 100, VMS_FLAW_BAD_ID, "id-invalid", "uidNumber" },
		{ "sam", 0, 100, 0, "id-range", "uidNumber" },
		{ "sam", 999, 100, 0, "id-range", "uidNumber" },
		{ "sam", 65534, 100, 0, "id-range", "uidNumber" },
		{ "sam", 65535, 100, 0, "id-range", "uidNumber" },
		{ "sam", 2000000001, 100, 0, "id-range", "uidNumber" },
		{ "sam", 2147483653U, 100, 0, "id-range", "uidNumber" },
		{ "sam", 4294967295U, 100, 0, "id-range", "uidNumber" },
		{ "sam", 1001, 100, 0, "id-reserved", "uidNumber" },
		{ "sam", 1500, 100, 0, "id-reserved", "uidNumber" },
		{ "sam", 100000, 100, 0, "id-reserved", "uidNumber" },
		{ "sam", 165535, 100, 0, "id-reserved", "uidNumber" },
		{ "sam", 165536, 100, 0, NULL, NULL },
		{ "sam", 99999, 100, 0, NULL, NULL },
		/* primary gids */
		{ "sam", 20001, 100, VMS_FLAW_GID, "gid-invalid",
		    "gidNumber" },
		{ "sam", 20001, 0, 0, "gid-range", "gidNumber" },
		{ "sam", 20001, 42, 0, "gid-range", "gidNumber" },
		{ "sam", 20001, 27, 0, "gid-range", "gidNumber" },
		{ "sam", 20001, 101, 0, "gid-range", "gidNumber" },
		{ "sam", 20001, 65534, 0, "gid-range", "gidNumber" },
		{ "sam", 20001, 1500, 0, "gid-reserved", "gidNumber" },
		{ "sam", 20001, 300001, 0, "gid-reserved", "gidNumber" },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct vms_posix_user u = base_user(1);
		struct vms_posix in = { .users = &u, .n_users = 1 };
		struct vms_identity_rules rules = base_rules();
		struct vms_arena a = { 0 };
		struct vms_identity id;

		u.name = vms_str_of(rows[i].name);
		u.uid = rows[i].uid;
		u.gid = rows[i].gid;
		u.flaws = rows[i].flaws;
		assert_int_equal(vms_identity_build(&in, &rules, NULL, &a,
		    &id, NULL), 0);
		if (rows[i].code == NULL) {
			assert_int_equal(id.n_findings, 0);
			assert_int_equal(id.n_users, 1);
			assert_true(vms_str_eq(id.users[0].name, u.name));
			assert_int_equal(id.users[0].uid, u.uid);
			assert_int_equal(id.users[0].gid, u.gid);
			assert_int_equal(id.n_ours, 0);
		} else {
			assert_int_equal(id.n_users, 0);
			assert_int_equal(id.n_findings, 1);
			assert_string_equal(id.findings[0].code.p,
			    rows[i].code);
			assert_string_equal(id.findings[0].attr.p,
			    rows[i].attr);
			assert_true(vms_str_eq(id.findings[0].dn, u.dn));
			assert_true(id.findings[0].text.len > 0);
			assert_int_equal(id.n_ours, u.name.len > 0);
		}
		vms_arena_fini(&a);
	}
}

/* Listing a system gid in primary_gids lets it through, but not below the
 * floor; several things wrong are all named. */
static void
test_primary_listed(void **state)
{
	struct vms_posix_user u[3] = {
		base_user(1), base_user(2), base_user(3)
	};
	struct vms_posix in = { .users = u, .n_users = 3 };
	struct vms_identity_rules rules = base_rules();
	struct vms_arena a = { 0 };
	struct vms_identity id;

	(void)state;
	rules.n_primary_gids = N(primary_gids);
	u[0].gid = 42;
	u[1].name = VMS_STR("una");
	u[1].uid = 20002;
	u[1].gid = 1500;
	u[2].name = VMS_STR("sudo");
	u[2].uid = 12;
	u[2].gid = 7;
	assert_int_equal(vms_identity_build(&in, &rules, NULL, &a, &id, NULL),
	    0);
	assert_int_equal(id.n_users, 1);
	assert_string_equal(id.users[0].name.p, "una");
	assert_int_equal(id.n_findings, 4);
	vms_arena_fini(&a);
}

static void
test_fields(void **state)
{
	static const struct {
		const char *gecos, *home, *shell;
		const char *gecos_out, *home_out, *shell_out;
		uint32_t findings;
	} rows[] = {
		{ "Sam", "/home/sam", "/bin/sh", "Sam", "/home/sam",
		    "/bin/sh", 0 },
		{ "", "", "", "", "/home/sam", "/bin/bash", 0 },
		{ "a:b", "/home/sam", "/bin/sh", "a b", "/home/sam",
		    "/bin/sh", 1 },
		{ "a\nb", "/home/sam", "/bin/sh", "a b", "/home/sam",
		    "/bin/sh", 1 },
		{ "J\xc3\xb6rg, M\xc3\xbcller \xe2\x82\xac \xf0\x9f\x98\x80",
		    "/home/sam", "/bin/sh",
		    "J\xc3\xb6rg, M\xc3\xbcller \xe2\x82\xac \xf0\x9f\x98\x80",
		    "/home/sam", "/bin/sh", 0 },
		{ "J\xf6rg\x1b[2J", "/home/sam", "/bin/sh", "J rg [2J",
		    "/home/sam", "/bin/sh", 1 },
		{ "a\xe2\x80\xae" "b", "/home/sam", "/bin/sh", "a   b",
		    "/home/sam", "/bin/sh", 1 },
		{ "\xc0\xaf\xed\xa0\x80", "/home/sam", "/bin/sh", "     ",
		    "/home/sam", "/bin/sh", 1 },
		{ "Sam", "home/sam", "/bin/sh", "Sam", "/home/sam",
		    "/bin/sh", 1 },
		{ "Sam", "/", "/bin/sh", "Sam", "/home/sam", "/bin/sh", 1 },
		{ "Sam", "/home/../root", "/bin/sh", "Sam", "/home/sam",
		    "/bin/sh", 1 },
		{ "Sam", "/home/./sam", "/bin/sh", "Sam", "/home/sam",
		    "/bin/sh", 1 },
		{ "Sam", "/home/sam/..", "/bin/sh", "Sam", "/home/sam",
		    "/bin/sh", 1 },
		{ "Sam", "/home/sam:x", "/bin/sh", "Sam", "/home/sam",
		    "/bin/sh", 1 },
		{ "Sam", "/home/sa\nm", "/bin/sh", "Sam", "/home/sam",
		    "/bin/sh", 1 },
		{ "Sam", "/home/..sam/...", "/bin/sh", "Sam",
		    "/home/..sam/...", "/bin/sh", 0 },
		{ "Sam", "/home/sam", "/bin/zsh", "Sam", "/home/sam",
		    "/usr/sbin/nologin", 1 },
		{ "Sam", "/home/sam", "/usr/sbin/nologin", "Sam",
		    "/home/sam", "/usr/sbin/nologin", 0 },
		{ "Sam", "/home/sam", "/bin/sh\n", "Sam", "/home/sam",
		    "/usr/sbin/nologin", 1 },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct vms_posix_user u = base_user(1);
		struct vms_posix in = { .users = &u, .n_users = 1 };
		struct vms_identity_rules rules = base_rules();
		struct vms_arena a = { 0 };
		struct vms_identity id;

		u.gecos = vms_str_of(rows[i].gecos);
		u.home = vms_str_of(rows[i].home);
		u.shell = vms_str_of(rows[i].shell);
		assert_int_equal(vms_identity_build(&in, &rules, NULL, &a,
		    &id, NULL), 0);
		assert_int_equal(id.n_users, 1);
		assert_true(vms_str_eq(id.users[0].gecos,
		    vms_str_of(rows[i].gecos_out)));
		assert_true(vms_str_eq(id.users[0].home,
		    vms_str_of(rows[i].home_out)));
		assert_true(vms_str_eq(id.users[0].shell,
		    vms_str_of(rows[i].shell_out)));
		assert_int_equal(id.n_findings, rows[i].findings);
		vms_arena_fini(&a);
	}
}

/* A gecos of any length is cut between characters. */
static void
test_long_fields(void **state)
{
	char gecos[400], home[VMS_PATH_MAX + 2];
	struct vms_posix_user u = base_user(1);
	struct vms_posix in = { .users = &u, .n_users = 1 };
	struct vms_identity_rules rules = base_rules();
	struct vms_identity id;

	(void)state;
	gecos[0] = 'x';
	for (size_t i = 1; i + 1 < sizeof(gecos); i += 2)
		memcpy(gecos + i, "\xc3\xa4", 2);
	memset(home, 'h', sizeof(home));
	home[0] = '/';
	for (size_t len = 250; len < 270; len++) {
		struct vms_arena a = { 0 };

		u.gecos = (struct vms_str){ gecos, len };
		assert_int_equal(vms_identity_build(&in, &rules, NULL, &a,
		    &id, NULL), 0);
		assert_true(id.users[0].gecos.len <= VMS_GECOS_MAX);
		assert_true(vms_gecos_is_plain(id.users[0].gecos));
		vms_arena_fini(&a);
	}
	for (size_t len = VMS_PATH_MAX - 1; len < VMS_PATH_MAX + 2; len++) {
		struct vms_arena a = { 0 };

		u.home = (struct vms_str){ home, len };
		rules.home = (struct vms_str){ home, len };
		assert_int_equal(vms_identity_build(&in, &rules, NULL, &a,
		    &id, NULL), 0);
		if (len <= VMS_PATH_MAX)
			assert_true(vms_str_eq(id.users[0].home, u.home));
		else
			assert_string_equal(id.users[0].home.p,
			    "/nonexistent");
		vms_arena_fini(&a);
	}
}

static void
test_home_template(void **state)
{
	static const struct {
		const char *template, *want;
	} rows[] = {
		{ "/home/%u", "/home/sam" },
		{ "/srv/%U/%u", "/srv/20001/sam" },
		{ "/srv/100%%", "/srv/100%" },
		{ "/srv/%x", "/nonexistent" },
		{ "", "/nonexistent" },
		{ "home", "/nonexistent" },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct vms_posix_user u = base_user(1);
		struct vms_posix in = { .users = &u, .n_users = 1 };
		struct vms_identity_rules rules = base_rules();
		struct vms_arena a = { 0 };
		struct vms_identity id;

		u.home = VMS_STR("");
		rules.home = vms_str_of(rows[i].template);
		assert_int_equal(vms_identity_build(&in, &rules, NULL, &a,
		    &id, NULL), 0);
		assert_string_equal(id.users[0].home.p, rows[i].want);
		vms_arena_fini(&a);
	}
}

static void
test_one_group(void **state)
{
	static const uint32_t users[] = { 0 };
	static const struct {
		const char *name;
		uint32_t gid;
		unsigned int flaws;
		bool role;
		const char *code;	/* NULL: served; "": left out unsaid */
	} rows[] = {
		{ "guards", 30001, 0, false, NULL },
		{ "Video Operators", 30001, 0, false, NULL },
		{ "vms-viewer", 30001, 0, true, NULL },
		{ "sudo", 30001, 0, false, "name-reserved" },
		{ "sudo", 27, 0, false, "name-reserved" },
		{ "Docker", 30001, 0, true, "name-reserved" },
		{ "wheel", 30001, 0, false, "name-reserved" },
		{ "admin", 30001, 0, false, "name-reserved" },
		{ "archive", 30001, 0, false, "name-reserved" },
		{ "bob", 30001, 0, false, "name-reserved" },
		{ "a:b", 30001, 0, false, "name-invalid" },
		{ "a,b", 30001, 0, false, "name-invalid" },
		{ " a", 30001, 0, false, "name-invalid" },
		{ "a ", 30001, 0, false, "name-invalid" },
		{ "27", 30001, 0, false, "name-invalid" },
		{ "guards", 0, 0, false, "id-range" },
		{ "guards", 42, 0, false, "id-range" },
		{ "guards", 100, 0, false, "id-range" },
		{ "guards", 999, 0, false, "id-range" },
		{ "guards", 1500, 0, false, "id-reserved" },
		{ "guards", 1001, 0, false, "id-reserved" },
		{ "guards", 300000, 0, false, "id-reserved" },
		{ "guards", 0, VMS_FLAW_NO_ID, false, "" },
		{ "guards", 0, VMS_FLAW_NO_ID, true, "id-missing" },
		{ "guards", 30001, VMS_FLAW_IDS, false, "id-several" },
		{ "guards", 30001, VMS_FLAW_NAMES, false, "name-several" },
		{ "guards", 0, VMS_FLAW_BAD_ID, false, "id-invalid" },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct vms_posix_user u = base_user(1);
		struct vms_posix_group g = {
			.uuid = { 0xbb },
			.dn = VMS_STR("cn=g,ou=groups"),
			.name = vms_str_of(rows[i].name),
			.gid = rows[i].gid,
			.flaws = rows[i].flaws,
			.role = rows[i].role,
			.users = users,
			.n_users = 1
		};
		struct vms_posix in = { &u, 1, &g, 1 };
		struct vms_identity_rules rules = base_rules();
		bool served = rows[i].code == NULL;
		bool said = !served && rows[i].code[0] != '\0';
		struct vms_arena a = { 0 };
		struct vms_identity id;

		assert_int_equal(vms_identity_build(&in, &rules, NULL, &a,
		    &id, NULL), 0);
		assert_int_equal(id.n_users, 1);
		assert_int_equal(id.n_groups, served);
		assert_int_equal(id.users[0].n_gids, served);
		assert_int_equal(id.n_findings > 0, said);
		if (said)
			assert_string_equal(id.findings[0].code.p,
			    rows[i].code);
		vms_arena_fini(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_user),
		cmocka_unit_test(test_primary_listed),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_long_fields),
		cmocka_unit_test(test_home_template),
		cmocka_unit_test(test_one_group),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
