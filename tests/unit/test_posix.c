/* SPDX-License-Identifier: MIT */
/* The POSIX side of the model: groups with nested members, groups of roles,
 * who reaches this recorder. */
#include "cm.h"

#include <stdio.h>

#include "estate_text.h"

#define P "ou=people,dc=x"

static struct vms_model *
build(const char *ldif)
{
	struct vms_model_params params = { .posix = true,
		.recorder = VMS_STR("rec") };

	return estate_text_model(ldif, &params);
}

static const struct vms_posix_user *
user(struct vms_posix p, const char *name)
{
	for (uint32_t i = 0; i < p.n_users; i++)
		if (vms_str_eq(p.users[i].name, vms_str_of(name)))
			return &p.users[i];
	fail_msg("no user %s", name);
	return NULL;
}

/* Names of a group's members in the order given, with blanks between. */
static void
assert_members(struct vms_posix p, const char *name, const char *want)
{
	char text[256] = "";
	size_t len = 0;

	for (uint32_t i = 0; i < p.n_groups; i++) {
		const struct vms_posix_group *g = &p.groups[i];

		if (!vms_str_eq(g->name, vms_str_of(name)))
			continue;
		for (uint32_t k = 0; k < g->n_users; k++) {
			struct vms_str n = p.users[g->users[k]].name;

			memcpy(text + len, n.p, n.len);
			len += n.len;
			text[len++] = ' ';
		}
		text[len > 0 ? len - 1 : 0] = '\0';
		assert_string_equal(text, want);
		return;
	}
	fail_msg("no group %s", name);
}

static void
test_groups(void **state)
{
	struct vms_model *m = build(
	    USER_LDIF("ann", "") USER_LDIF("bob", "") USER_LDIF("cid", "")
	    "dn: cn=one,dc=x\nobjectClass: posixGroup\ncn: one\n"
	    "gidNumber: 7001\nmemberUid: ann\nmemberUid: nobody\n"
	    "memberUid: BOB\n\n"
	    "dn: cn=two,dc=x\nobjectClass: posixGroup\n"
	    "objectClass: groupOfNames\ncn: two\ngidNumber: 7002\n"
	    "member: cn=one,dc=x\nmember: UID=cid," P "\n\n"
	    "dn: cn=three,dc=x\nobjectClass: groupOfNames\ncn: three\n"
	    "member: cn=two,dc=x\nmember: uid=bob," P "\n"
	    "member: cn=four,dc=x\n\n"
	    "dn: cn=four,dc=x\nobjectClass: posixGroup\ncn: four\n"
	    "gidNumber: 7004\nmember: cn=three,dc=x\n\n"
	    "dn: cn=bad,dc=x\nobjectClass: posixGroup\ncn: bad\ncn: b\n"
	    "gidNumber: 0\n");
	struct vms_posix p = vms_model_posix(m);

	(void)state;
	assert_int_equal(p.n_groups, 4);
	/* Login names compare as bytes. */
	assert_members(p, "one", "ann");
	assert_members(p, "two", "ann cid");
	/* Through a group without a gid, and round a loop. */
	assert_members(p, "four", "ann bob cid");
	assert_int_equal(p.groups[3].flaws, VMS_FLAW_NAMES |
	    VMS_FLAW_BAD_ID);
	assert_int_equal(p.groups[3].gid, 0);
	vms_model_free(m);
}

static void
test_users(void **state)
{
	struct vms_model *m = build(
	    USER_LDIF("ann", "uidNumber: 5001\ngidNumber: 100\ngecos: A\n"
	    "homeDirectory: /h\nloginShell: /s\n")
	    USER_LDIF("bob", "uidNumber: 5002\nuidNumber: 5003\nuid: b\n"
	    "gidNumber: none\n")
	    USER_LDIF("cid", "uidNumber: 65535\nnsAccountLock: true\n")
	    "dn: uid=dan," P "\nobjectClass: posixAccount\nuid: dan\n"
	    "uidNumber: 5004\n");
	struct vms_posix p = vms_model_posix(m);

	(void)state;
	assert_int_equal(p.n_users, 4);
	assert_int_equal(user(p, "ann")->flaws, 0);
	assert_int_equal(user(p, "ann")->uid, 5001);
	assert_str(user(p, "ann")->gecos, "A");
	assert_str(user(p, "ann")->home, "/h");
	assert_str(user(p, "ann")->shell, "/s");
	assert_false(user(p, "ann")->disabled);
	assert_int_equal(user(p, "bob")->flaws, VMS_FLAW_NAMES |
	    VMS_FLAW_IDS | VMS_FLAW_GID);
	assert_int_equal(user(p, "bob")->uid, 0);
	assert_str(user(p, "bob")->gecos, "bob");
	assert_int_equal(user(p, "cid")->flaws, VMS_FLAW_BAD_ID |
	    VMS_FLAW_GID);
	assert_true(user(p, "cid")->disabled);
	/* Without facts there is no account. */
	assert_true(user(p, "dan")->disabled);
	vms_model_free(m);
}

#define ROLE(name, more) \
	"dn: cn=" name ",ou=roles,ou=vms,dc=x\nobjectClass: vmsRole\n" \
	"cn: " name "\nvmsRoleRank: 10\nvmsUnixGroup: vms-" name "\n" \
	"vmsGidNumber: 7100\n" more "\n"
#define GIVE(name, role, subject, more) \
	"dn: cn=" name ",ou=grants,ou=vms,dc=x\nobjectClass: vmsRoleGrant\n" \
	"cn: " name "\nvmsRoleRef: cn=" role ",ou=roles,ou=vms,dc=x\n" \
	"vmsSubject: " subject "\nvmsSubjectScope: listed\n" more "\n"
#define HERE "vmsTarget: cn=rec,ou=recorders,ou=vms,dc=x\n"
#define LISTED "vmsEffect: allow\nvmsTargetScope: listed\n"

static void
test_reach(void **state)
{
	struct vms_model *m = build(BASE_LDIF
	    USER_LDIF("ann", "") USER_LDIF("bob", "") USER_LDIF("cid", "")
	    USER_LDIF("dan", "") USER_LDIF("eva", "") USER_LDIF("fay", "")
	    USER_LDIF("own", "vmsProtected: TRUE\n")
	    "dn: cn=crew,dc=x\nobjectClass: groupOfNames\n"
	    "member: cn=crew,dc=x\nmember: uid=ann," P "\n\n"
	    "dn: cn=rg,ou=recordergroups,ou=vms,dc=x\n"
	    "objectClass: vmsRecorderGroup\ncn: rg\n"
	    "vmsMember: cn=rec,ou=recorders,ou=vms,dc=x\n\n"
	    ROLE("in", "vmsAction: login.shell\n")
	    ROLE("see", "vmsAction: live.view\n")
	    "dn: cn=nx.owner,ou=roles,ou=vms,dc=x\nobjectClass: vmsRole\n"
	    "vmsRoleRank: 100\n\n"
	    GIVE("a", "in", "cn=crew,dc=x", LISTED HERE
	    "vmsCondition: schedule\nvmsScheduleRef: cn=no,dc=x\n")
	    GIVE("b", "in", "uid=bob," P, LISTED HERE
	    "vmsCondition: disabled\n")
	    GIVE("c", "in", "uid=cid," P, LISTED "vmsCascade: TRUE\n"
	    "vmsTarget: cn=rg,ou=recordergroups,ou=vms,dc=x\n"
	    "vmsCondition: break-glass\n")
	    GIVE("d", "in", "uid=dan," P, LISTED "vmsCondition: none\n"
	    "vmsTarget: cn=cam-a,ou=cameras,ou=vms,dc=x\n")
	    GIVE("e", "see", "uid=eva," P, LISTED HERE
	    "vmsCondition: none\n")
	    GIVE("f", "in", "uid=fay," P, LISTED HERE)
	    GIVE("o", "nx.owner", "uid=own," P, LISTED
	    "vmsCondition: none\n"
	    "vmsTarget: cn=cam-a,ou=cameras,ou=vms,dc=x\n"));
	struct vms_posix p = vms_model_posix(m);
	struct vms_arena scratch = { 0 };
	const struct vms_str *roles;
	uint32_t index, n;

	(void)state;
	assert_true(user(p, "ann")->reaches);
	assert_false(user(p, "bob")->reaches);
	assert_true(user(p, "cid")->reaches);
	assert_false(user(p, "dan")->reaches);
	assert_false(user(p, "eva")->reaches);
	assert_false(user(p, "fay")->reaches);
	assert_true(user(p, "own")->reaches);
	assert_members(p, "vms-in", "ann");
	assert_members(p, "vms-see", "eva");
	assert_int_equal(vms_model_user_by_name(m, VMS_STR("ann"), &index,
	    NULL), 0);
	roles = vms_model_user_roles(m, index, VMS_STR("rec"), &scratch, &n);
	assert_int_equal(n, 1);
	assert_str(roles[0], "in");
	vms_model_user_roles(m, index, VMS_STR("no"), &scratch, &n);
	assert_int_equal(n, 0);
	assert_true(vms_model_recorder_known(m, VMS_STR("REC")));
	assert_false(vms_model_recorder_known(m, VMS_STR("no")));
	vms_arena_fini(&scratch);
	vms_model_free(m);
}

/* 300 groups, each in the next, and 2,000 users in the innermost. */
static void
test_depth(void **state)
{
	char *text = malloc(1024 * 1024);
	size_t at = 0;
	struct vms_model *m;
	struct vms_posix p;

	(void)state;
	for (int i = 0; i < 2000; i++)
		at += (size_t)sprintf(text + at, "dn: uid=u%d," P "\n"
		    "objectClass: posixAccount\nuid: u%d\n\n", i, i);
	at += (size_t)sprintf(text + at, "dn: cn=g0,dc=x\n"
	    "objectClass: groupOfNames\ncn: g0\ngidNumber: 7000\n");
	for (int i = 0; i < 2000; i++)
		at += (size_t)sprintf(text + at, "member: uid=u%d," P "\n",
		    i);
	for (int i = 1; i < 300; i++)
		at += (size_t)sprintf(text + at, "\ndn: cn=g%d,dc=x\n"
		    "objectClass: groupOfNames\ncn: g%d\ngidNumber: %d\n"
		    "member: cn=g%d,dc=x\n", i, i, 7000 + i, i - 1);
	m = build(text);
	p = vms_model_posix(m);
	assert_int_equal(p.n_groups, 300);
	for (uint32_t i = 0; i < p.n_groups; i++)
		assert_int_equal(p.groups[i].n_users, 2000);
	vms_model_free(m);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_users),
		cmocka_unit_test(test_reach),
		cmocka_unit_test(test_depth),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	estate_text_fini();
	return failed;
}
