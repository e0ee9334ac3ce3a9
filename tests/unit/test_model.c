/* SPDX-License-Identifier: MIT */
/* Building a model: what is taken, what is left out, what is found wrong. */
#include "cm.h"

#include <stdio.h>

#include "estate_text.h"

#define ANN "uid=ann,ou=people,dc=x"

/* Each piece of an estate with the finding that it must cause. */
static void
test_findings(void **state)
{
	static const struct {
		const char *code, *dn, *ldif;
	} rows[] = {
		{ "dn-duplicate", ANN, USER_LDIF("ann", "")
		    USER_LDIF("ann", "") },
		{ "user-ambiguous", "uid=ann,ou=other,dc=x",
		    USER_LDIF("ann", "") "dn: uid=ann,ou=other,dc=x\n"
		    "objectClass: posixAccount\nuid: ANN\n\n" },
		{ "user-state-unreadable", "uid=bob,dc=x",
		    "dn: uid=bob,dc=x\nobjectClass: vmsUser\nuid: bob\n"
		    "vmsIpMode: any\n" },
		{ "user-ip-mode-unreadable", "uid=bob,dc=x",
		    "dn: uid=bob,dc=x\nobjectClass: vmsUser\nuid: bob\n"
		    "vmsAccountState: enabled\nvmsIpMode: some\n" },
		{ "user-pool-missing", ANN,
		    "dn: " ANN "\nobjectClass: vmsUser\nuid: ann\n"
		    "vmsAccountState: enabled\nvmsIpMode: pool\n" },
		{ "user-schedule-dangling", ANN,
		    USER_LDIF("ann", "vmsScheduleRef: cn=no,dc=x\n") },
		{ "time-unreadable", ANN,
		    USER_LDIF("ann", "vmsNotAfter: tomorrow\n") },
		{ "role-action-unknown", "cn=r,ou=roles,dc=x",
		    "dn: cn=r,ou=roles,dc=x\nobjectClass: vmsRole\n"
		    "vmsAction: Live.View\n" },
		{ "role-rank-unreadable", "cn=r,ou=roles,dc=x",
		    "dn: cn=r,ou=roles,dc=x\nobjectClass: vmsRole\n" },
		{ "role-parent-dangling", "cn=r,ou=roles,dc=x",
		    "dn: cn=r,ou=roles,dc=x\nobjectClass: vmsRole\n"
		    "vmsRoleParent: cn=no,ou=roles,dc=x\n" },
		{ "role-loop", "cn=r,ou=roles,dc=x",
		    "dn: cn=r,ou=roles,dc=x\nobjectClass: vmsRole\n"
		    "vmsRoleParent: CN=R,ou=roles,dc=x\n" },
		{ "entry-misplaced", "cn=r,ou=elsewhere,dc=x",
		    "dn: cn=r,ou=elsewhere,dc=x\nobjectClass: vmsRole\n" },
		{ "group-loop", "cn=g,dc=x",
		    "dn: cn=g,dc=x\nobjectClass: groupOfNames\n"
		    "member: cn=h,dc=x\n\n"
		    "dn: cn=h,dc=x\nobjectClass: groupOfNames\n"
		    "member: cn=g,dc=x\n" },
		{ "group-member-dangling", "cn=g,dc=x",
		    "dn: cn=g,dc=x\nobjectClass: groupOfNames\n"
		    "member: cn=no,dc=x\n" },
		{ "member-loop", "cn=g,dc=x",
		    "dn: cn=g,dc=x\nobjectClass: vmsCameraGroup\n"
		    "vmsMember: cn=g,dc=x\n" },
		{ "member-dangling", "cn=g,dc=x",
		    "dn: cn=g,dc=x\nobjectClass: vmsCameraGroup\n"
		    "vmsMember: cn=no,dc=x\n" },
		{ "camera-recorder-dangling", "cn=c,dc=x",
		    "dn: cn=c,dc=x\nobjectClass: vmsCamera\n" },
		{ "name-duplicate", "cn=c,ou=b,dc=x",
		    "dn: cn=c,ou=a,dc=x\nobjectClass: vmsCamera\ncn: c\n\n"
		    "dn: cn=c,ou=b,dc=x\nobjectClass: vmsCamera\ncn: C\n" },
		{ "pool-range-unreadable", "cn=p,dc=x",
		    "dn: cn=p,dc=x\nobjectClass: vmsIpPool\n"
		    "vmsIpRange: 999.1.1.1/99\n" },
		{ "schedule-window-unreadable", "cn=s,dc=x",
		    "dn: cn=s,dc=x\nobjectClass: vmsSchedule\n"
		    "vmsWindow: daily-fri 08:00-18:00\n" },
		{ "schedule-never-open", "cn=s,dc=x",
		    "dn: cn=s,dc=x\nobjectClass: vmsSchedule\n" },
		{ "schedule-date-unreadable", "cn=s,dc=x",
		    "dn: cn=s,dc=x\nobjectClass: vmsSchedule\n"
		    "vmsExceptDate: 25.12.2026\n" },
		{ "zone-unknown", "cn=s,dc=x",
		    "dn: cn=s,dc=x\nobjectClass: vmsSchedule\n"
		    "vmsTimeZone: Mars/Olympus\n" },
		{ "grant-condition-missing", "cn=g,ou=grants,ou=vms,dc=x",
		    GRANT_LDIF("g", ANN, "vmsEffect: allow\n") },
		{ "grant-condition-unknown", "cn=g,ou=grants,ou=vms,dc=x",
		    GRANT_LDIF("g", ANN, "vmsCondition: factor\n") },
		{ "grant-condition-unevaluable", "cn=g,ou=grants,ou=vms,dc=x",
		    GRANT_LDIF("g", ANN, "vmsCondition: schedule\n") },
		{ "grant-scope-with-targets", "cn=g,ou=grants,ou=vms,dc=x",
		    GRANT_LDIF("g", ANN, ALLOW_ALL "vmsTarget: cn=a\n") },
		{ "grant-effect-unreadable", "cn=g,ou=grants,ou=vms,dc=x",
		    GRANT_LDIF("g", ANN, "vmsEffect: denied\n") },
		{ "grant-subject-dangling", "cn=g,ou=grants,ou=vms,dc=x",
		    GRANT_LDIF("g", "cn=no,dc=x", "") },
		{ "grant-target-dangling", "cn=g,ou=grants,ou=vms,dc=x",
		    GRANT_LDIF("g", ANN, "vmsTarget: cn=no,dc=x\n") },
		{ "grant-target-missing", "cn=g,ou=grants,ou=vms,dc=x",
		    GRANT_LDIF("g", ANN, "vmsEffect: deny\n") },
		{ "grant-role-dangling", "cn=g,ou=grants,ou=vms,dc=x",
		    GRANT_LDIF("g", ANN, "") },
		{ "grant-age-unreadable", "cn=g,ou=grants,ou=vms,dc=x",
		    GRANT_LDIF("g", ANN, "vmsMaxArchiveAge: long\n") },
		{ "grant-action-unknown", "cn=g,dc=x",
		    "dn: cn=g,dc=x\nobjectClass: vmsActionGrant\n"
		    "vmsAction: archive.exprot\n" },
		{ "license-unreadable", "cn=l,dc=x",
		    "dn: cn=l,dc=x\nobjectClass: vmsLicenseAssignment\n" },
		{ "profile-several", "uid=bob,dc=x",
		    "dn: uid=bob,dc=x\nobjectClass: posixAccount\nuid: bob\n\n"
		    "dn: cn=p,dc=x\nobjectClass: vmsProfile\n"
		    "vmsSubject: uid=bob,dc=x\n\n"
		    "dn: cn=q,dc=x\nobjectClass: vmsProfile\n"
		    "vmsSubject: uid=bob,dc=x\n" },
		{ "policy-several", "cn=q,dc=x",
		    "dn: cn=p,dc=x\nobjectClass: vmsPolicy\n\n"
		    "dn: cn=q,dc=x\nobjectClass: vmsPolicy\n" },
		{ "parameter-unreadable", "cn=p,dc=x",
		    "dn: cn=p,dc=x\nobjectClass: vmsPolicy\n"
		    "vmsParameter: cache-max-age=1d\n" },
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		struct vms_model *m = estate_text_model(rows[i].ldif, NULL);

		if (!estate_text_has_finding(m, rows[i].code, rows[i].dn))
			fail_msg("no %s of %s", rows[i].code, rows[i].dn);
		vms_model_free(m);
	}
}

static void
test_clean(void **state)
{
	struct vms_model *m = estate_text_model(BASE_LDIF
	    USER_LDIF("ann", "") GRANT_LDIF("g", ANN, ALLOW_ALL)
	    "dn: cn=policy,ou=vms,dc=x\nobjectClass: vmsPolicy\n", NULL);
	struct vms_model_counts c = vms_model_counts(m);
	uint32_t n;

	(void)state;
	vms_model_findings(m, &n);
	assert_int_equal(n, 0);
	assert_int_equal(c.users, 1);
	assert_int_equal(c.cameras, 2);
	assert_int_equal(c.recorders, 1);
	assert_int_equal(c.grants, 1);
	vms_model_free(m);
}

/* With a policy base a class is read in its one container alone. */
static void
test_places(void **state)
{
	struct vms_model_params params = {
		.users_base = VMS_STR("OU=people, DC=x"),
		.groups_base = VMS_STR("ou=groups,dc=x"),
		.policy_base = VMS_STR("ou=vms,dc=x"),
	};
	struct vms_model *m = estate_text_model(BASE_LDIF
	    USER_LDIF("ann", "")
	    "dn: uid=out,dc=x\nobjectClass: vmsUser\nuid: out\n\n"
	    "dn: cn=g,ou=groups,dc=x\nobjectClass: groupOfNames\n\n"
	    "dn: cn=g,dc=x\nobjectClass: groupOfNames\n\n"
	    "dn: cn=c,ou=sub,ou=cameras,ou=vms,dc=x\n"
	    "objectClass: vmsCamera\ncn: c\n\n"
	    "dn: cn=d,ou=cameras,dc=x\nobjectClass: vmsCamera\ncn: d\n\n"
	    "dn: cn=e,ou=recorders,ou=vms,dc=x\nobjectClass: vmsCamera\n\n"
	    "dn: cn=policy,ou=roles,ou=vms,dc=x\nobjectClass: vmsPolicy\n"
	    "vmsParameter: a=b\n\n"
	    GRANT_LDIF("in", ANN, ALLOW_ALL)
	    "dn: cn=out,ou=people,dc=x\nobjectClass: vmsRoleGrant\n",
	    &params);
	struct vms_model_counts c = vms_model_counts(m);
	struct vms_str value;

	(void)state;
	assert_int_equal(c.users, 1);
	assert_int_equal(c.groups, 1);
	assert_int_equal(c.cameras, 2);
	assert_int_equal(c.grants, 1);
	assert_int_equal(c.roles, 1);
	assert_int_equal(vms_model_parameter(m, VMS_STR("a"), &value), -1);
	assert_true(estate_text_has_finding(m, "entry-misplaced",
	    "cn=out,ou=people,dc=x"));
	assert_true(estate_text_has_finding(m, "entry-misplaced",
	    "cn=c,ou=sub,ou=cameras,ou=vms,dc=x"));
	vms_model_free(m);
}

/* A base that is no DN is nowhere, not anywhere. */
static void
test_bad_base(void **state)
{
	struct vms_model_params params = {
		.users_base = VMS_STR("people"),
		.policy_base = VMS_STR("vms"),
	};
	struct vms_model *m = estate_text_model(BASE_LDIF
	    USER_LDIF("ann", ""), &params);
	struct vms_model_counts c = vms_model_counts(m);

	(void)state;
	assert_int_equal(c.users + c.cameras + c.roles, 0);
	vms_model_free(m);
}

static void
test_lookups(void **state)
{
	struct vms_model *m = estate_text_model(
	    USER_LDIF("ann", "uidNumber: 5001\ngidNumber: 100\n"
	    "preferredLanguage: de-AT\npwdReset: TRUE\nvmsMaxSessions: 2\n"
	    "uid: anna\n")
	    USER_LDIF("Bob", "")
	    "dn: uid=bob,dc=x\nobjectClass: account\nuid: bob\n", NULL);
	struct vms_user_view v;
	uint8_t uuid[VMS_UUID_LEN];
	uint32_t i = 77;
	bool ambiguous;

	(void)state;
	assert_int_equal(vms_model_user_by_name(m, VMS_STR("ANN"), &i,
	    &ambiguous), 0);
	assert_false(ambiguous);
	v = vms_model_user(m, i);
	assert_str(v.name, "ann");
	assert_str(v.dn, ANN);
	assert_int_equal(v.uid, 5001);
	assert_int_equal(v.gid, 100);
	assert_str(v.language, "de-AT");
	assert_true(v.must_change);
	assert_int_equal(v.max_sessions, 2);
	/* Every value of the name finds the user. */
	assert_int_equal(vms_model_user_by_name(m, VMS_STR("anna"), &i,
	    NULL), 0);
	assert_int_equal(vms_model_user_by_name(m, VMS_STR("bob"), &i,
	    &ambiguous), -1);
	assert_true(ambiguous);
	assert_int_equal(vms_model_user_by_name(m, VMS_STR(""), &i,
	    &ambiguous), -1);
	assert_false(ambiguous);
	estate_text_uuid(uuid, 2);
	assert_int_equal(vms_model_user_by_uuid(m, uuid, &i), 0);
	assert_str(vms_model_user(m, i).name, "Bob");
	estate_text_uuid(uuid, 9);
	assert_int_equal(vms_model_user_by_uuid(m, uuid, &i), -1);
	estate_text_uuid(uuid, 0);
	assert_int_equal(vms_model_user_by_uuid(m, uuid, &i), -1);
	vms_model_free(m);
}

static void
test_messages(void **state)
{
	struct vms_model *m = estate_text_model(
	    "dn: cn=policy,dc=x\nobjectClass: vmsPolicy\n"
	    "vmsMessage: ip-denied=No = no\n"
	    "vmsMessage;lang-de: ip-denied=Nein\n"
	    "vmsParameter: A = b \n", NULL);
	struct vms_str value;

	(void)state;
	assert_str(vms_model_message(m, VMS_STR("ip-denied"),
	    VMS_STR("de-AT")), "Nein");
	assert_str(vms_model_message(m, VMS_STR("ip-denied"), VMS_STR("DE")),
	    "Nein");
	assert_str(vms_model_message(m, VMS_STR("ip-denied"), VMS_STR("fr")),
	    "No = no");
	assert_str(vms_model_message(m, VMS_STR("ip-denied"), VMS_STR("")),
	    "No = no");
	assert_str(vms_model_message(m, VMS_STR("denied"), VMS_STR("de")),
	    "Access denied");
	assert_int_equal(vms_model_parameter(m, VMS_STR("a"), &value), 0);
	assert_str(value, "b");
	vms_model_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_findings),
		cmocka_unit_test(test_clean),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_bad_base),
		cmocka_unit_test(test_lookups),
		cmocka_unit_test(test_messages),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	estate_text_fini();
	return failed;
}
