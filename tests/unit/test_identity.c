/* SPDX-License-Identifier: MIT */
/* Who becomes a user or group of the host, and who is left out and why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "libvms/bounds.h"
#include "libvms/identity.h"

#define S(lit) { (lit), sizeof(lit) - 1 }
#define N(array) (sizeof(array) / sizeof((array)[0]))

static const struct vms_str local_users[] = { S("root"), S("bob") };
static const struct vms_str local_groups[] = { S("root"), S("archive") };
static const struct vms_id_span local_uids[] = {
	{ 0, 0 }, { 100000, 165535 }, { 1001, 1001 }, { 100500, 100600 }
};
static const struct vms_id_span local_gids[] = {
	{ 0, 0 }, { 100, 100 }, { 1500, 1500 }, { 300000, 365535 }
};
static const struct vms_str shells[] = { S("/bin/sh"), S("/bin/bash") };
static const uint32_t primary_gids[] = { 100, 42, 1500 };

static struct vms_identity_rules
base_rules(void)
{
	return (struct vms_identity_rules){
		.min_id = 1000,
		.max_id = 2000000000,
		.primary_gids = primary_gids,
		.n_primary_gids = 1,
		.visible_all = true,
		.default_shell = VMS_STR("/bin/bash"),
		.nologin_shell = VMS_STR("/usr/sbin/nologin"),
		.home = VMS_STR("/home/%u"),
		.host = {
			.user_names = local_users,
			.n_user_names = N(local_users),
			.group_names = local_groups,
			.n_group_names = N(local_groups),
			.uids = local_uids,
			.n_uids = N(local_uids),
			.gids = local_gids,
			.n_gids = N(local_gids),
			.shells = shells,
			.n_shells = N(shells)
		}
	};
}

static struct vms_posix_user
base_user(uint8_t n)
{
	struct vms_posix_user u = {
		.uuid = { 0xaa, n },
		.dn = VMS_STR("uid=x,ou=people"),
		.name = VMS_STR("sam"),
		.gecos = VMS_STR("Sam"),
		.home = VMS_STR("/home/sam"),
		.shell = VMS_STR("/bin/sh"),
		.uid = 20001,
		.gid = 100,
		.reaches = true
	};

	return u;
}

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
		cmocka_unit_test(test_one_user),
		cmocka_unit_test(test_primary_listed),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_long_fields),
		cmocka_unit_test(test_home_template),
		cmocka_unit_test(test_duplicates),
		cmocka_unit_test(test_incumbent_moves),
		cmocka_unit_test(test_visible),
		cmocka_unit_test(test_one_group),
		cmocka_unit_test(test_groups_and_members),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
