/* SPDX-License-Identifier: MIT */
/* The decision where a written table of questions does not reach: what only
 * a host can say, what the server locks, and working memory that ends. */
#include "cm.h"

#include <stdio.h>

#include "estate_text.h"

#define P "ou=people,dc=x"
#define ANN "uid=ann," P
#define NOW 1781510400		/* 2026-06-15T08:00Z, a Monday */
#define POOL \
	"dn: cn=office,ou=ippools,ou=vms,dc=x\nobjectClass: vmsIpPool\n" \
	"cn: office\nvmsIpRange: 192.0.2.0/24\n\n" \
	"dn: cn=desk,ou=ippools,ou=vms,dc=x\nobjectClass: vmsIpPool\n" \
	"cn: desk\nvmsIpRange: local\n\n"
#define ESTATE(user) BASE_LDIF POOL user GRANT_LDIF("g", ANN, ALLOW_ALL)

static struct vms_request
request(const char *user, const char *service, const char *action)
{
	struct vms_request rq = { .now_s = NOW, .sessions = -1 };

	rq.user = vms_str_of(user);
	rq.service = vms_str_of(service);
	rq.action = vms_str_of(action);
	rq.login = action == NULL;
	return rq;
}

static void
assert_decision(const struct vms_model *m, const struct vms_request *rq,
    const char *want)
{
	struct vms_arena scratch = { 0 };
	struct vms_verdict v;
	struct vms_str reason;

	memset(&v, 0x5a, sizeof(v));
	vms_decide(m, rq, &scratch, NULL, &v);
	reason = vms_verdict_reason(&v, &scratch);
	assert_str(reason, want);
	assert_int_equal(v.result, vms_str_has_prefix(reason,
	    VMS_STR("grant:")) || v.reason == VMS_R_SELF ||
	    v.reason == VMS_R_OWNER ? VMS_ALLOW : VMS_DENY);
	vms_arena_fini(&scratch);
}

static void
test_zero_denies(void **state)
{
	struct vms_verdict v = { 0 };
	struct vms_request rq = { 0 };
	struct vms_model *m = estate_text_model("", NULL);

	(void)state;
	assert_int_equal(v.result, VMS_DENY);
	assert_decision(m, &rq, "action-unknown");
	vms_model_free(m);
}

/* Where a login comes from, by the class of its service. */
static void
test_classes(void **state)
{
	static const struct {
		const char *pool, *service, *from, *want;
	} rows[] = {
		{ "office", "sshd", NULL, "ip-unknown" },
		{ "office", "sshd", "pc.example.com", "ip-unknown" },
		{ "office", "sshd", "192.0.2.7", "grant:g" },
		{ "office", "sshd", "::ffff:192.0.2.7", "grant:g" },
		{ "office", "sshd", "203.0.113.7", "ip-not-allowed" },
		{ "office", "sshd", "local", "ip-not-allowed" },
		{ "office", "login", NULL, "ip-not-allowed" },
		{ "desk", "login", NULL, "grant:g" },
		{ "desk", "sshd", "127.0.0.1", "ip-not-allowed" },
		{ "desk", "cron", NULL, "grant:g" },
		{ "office", "cron", NULL, "ip-not-allowed" },
		{ "office", "su", NULL, "ip-unknown" },
		{ "office", "su", "192.0.2.7", "grant:g" },
		{ "office", "su", "unbound", "grant:g" },
		{ "office", "passwd", NULL, "self" },
		{ "no", "sshd", "192.0.2.7", "ip-pool-missing" },
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		char ldif[4096];
		struct vms_request rq = request("ann", rows[i].service, NULL);
		struct vms_model *m;

		snprintf(ldif, sizeof(ldif), "%s%s%s%s", BASE_LDIF POOL
		    "dn: " ANN "\nobjectClass: vmsUser\nuid: ann\n"
		    "vmsAccountState: enabled\nvmsIpMode: pool\n"
		    "vmsIpPoolRef: cn=", rows[i].pool,
		    ",ou=ippools,ou=vms,dc=x\n\n",
		    GRANT_LDIF("g", ANN, ALLOW_ALL));
		m = estate_text_model(ldif, NULL);
		rq.host = VMS_STR("rec");
		if (rows[i].from != NULL)
			rq.from = vms_from_parse(vms_str_of(rows[i].from));
		if (rows[i].from != NULL &&
		    strcmp(rows[i].from, "unbound") == 0)
			rq.from.kind = VMS_FROM_UNBOUND;
		assert_decision(m, &rq, rows[i].want);
		vms_model_free(m);
	}
}

/* A grant that is bound to a pool serves neither jobs nor root's own su. */
static void
test_grant_pool_without_boundary(void **state)
{
	static const struct {
		const char *service;
		enum vms_from_kind from;
		const char *want;
	} rows[] = {
		{ "cron", VMS_FROM_NONE, "condition-unevaluable" },
		{ "systemd-user", VMS_FROM_LOCAL, "condition-unevaluable" },
		{ "su", VMS_FROM_UNBOUND, "condition-unevaluable" },
		{ "su", VMS_FROM_UNKNOWN, "condition-unevaluable" },
		{ "login", VMS_FROM_LOCAL, "grant:g" },
		{ "login", VMS_FROM_NONE, "grant:g" },
	};
	struct vms_model *m = estate_text_model(BASE_LDIF POOL
	    USER_LDIF("ann", "") GRANT_LDIF("g", ANN, "vmsEffect: allow\n"
	    "vmsTargetScope: all\nvmsCondition: ip\n"
	    "vmsIpPoolRef: cn=desk,ou=ippools,ou=vms,dc=x\n"), NULL);

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		struct vms_request rq = request("ann", rows[i].service, NULL);

		rq.host = VMS_STR("rec");
		rq.from.kind = rows[i].from;
		assert_decision(m, &rq, rows[i].want);
	}
	vms_model_free(m);
}

/* What the directory server itself says about an account. */
static void
test_locks(void **state)
{
	static const struct {
		const char *attr, *want;
	} rows[] = {
		{ "", "grant:g" },
		{ "pwdAccountLockedTime: 000001010000Z\n", "account-locked" },
		{ "nsAccountLock: TRUE\n", "account-locked" },
		{ "nsAccountLock: FALSE\n", "grant:g" },
		{ "userAccountControl: 514\n", "account-locked" },
		{ "userAccountControl: 512\n", "grant:g" },
		{ "userAccountControl: what\n", "account-locked" },
		{ "accountExpires: 0\n", "grant:g" },
		{ "accountExpires: 9223372036854775807\n", "grant:g" },
		{ "accountExpires: 134259840000000000\n", "account-locked" },
		{ "accountExpires: 134259840000000001\n", "grant:g" },
		{ "shadowExpire: -1\n", "grant:g" },
		{ "shadowExpire: 20620\n", "grant:g" },
		{ "shadowExpire: 20619\n", "account-locked" },
		{ "shadowExpire: soon\n", "account-locked" },
		{ "vmsNotAfter: 20260615080000Z\n", "account-expired" },
		{ "vmsNotAfter: 20260615080000.5Z\n", "grant:g" },
		{ "vmsNotAfter: 20260615080001Z\n", "grant:g" },
		{ "vmsNotBefore: 20260615080000Z\n", "grant:g" },
		{ "vmsNotBefore: 20260615080000.5Z\n", "account-not-yet" },
		{ "vmsNotBefore: 20270101000000Z\n"
		    "vmsNotAfter: 20260101000000Z\n", "account-expired" },
		{ "vmsNotBefore: soon\n", "account-state-unreadable" },
		{ "vmsScheduleRef: cn=no,dc=x\n", "account-schedule-closed" },
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		char ldif[4096];
		struct vms_request rq = request("ann", "sshd", NULL);
		struct vms_model *m;

		snprintf(ldif, sizeof(ldif), "%s%s%s\n%s", BASE_LDIF
		    "dn: " ANN "\nobjectClass: vmsUser\nuid: ann\n"
		    "vmsAccountState: Enabled\nvmsIpMode: ANY\n",
		    rows[i].attr, "", GRANT_LDIF("g", ANN, ALLOW_ALL));
		m = estate_text_model(ldif, NULL);
		rq.host = VMS_STR("rec");
		assert_decision(m, &rq, rows[i].want);
		vms_model_free(m);
	}
}

/* Without a clock an allow does not apply and a denial does. */
static void
test_clock(void **state)
{
	static const struct {
		const char *effect, *more, *want;
	} rows[] = {
		{ "allow", "vmsNotBefore: 20200101000000Z\n",
		    "condition-unevaluable" },
		{ "deny", "vmsNotBefore: 20300101000000Z\n", "deny:h" },
		{ "deny", "vmsScheduleRef: cn=night,dc=x\n", "deny:h" },
		{ "deny", "vmsCondition: disabled\n", "no-grant" },
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		char ldif[4096];
		struct vms_request rq = request("ann", "sshd", NULL);
		struct vms_model *m;

		snprintf(ldif, sizeof(ldif), "%svmsEffect: %s\n%s",
		    BASE_LDIF USER_LDIF("ann", "")
		    "dn: cn=night,dc=x\nobjectClass: vmsSchedule\n"
		    "vmsWindow: daily 22:00-06:00\n\n"
		    GRANT_LDIF("h", ANN,
		    "vmsTargetScope: all\nvmsCondition: none"),
		    rows[i].effect, rows[i].more);
		m = estate_text_model(ldif, NULL);
		rq.host = VMS_STR("rec");
		rq.clock_untrusted = true;
		assert_decision(m, &rq, rows[i].want);
		vms_model_free(m);
	}
}

static void
test_host(void **state)
{
	struct vms_model *m = estate_text_model(ESTATE(USER_LDIF("ann",
	    "vmsMaxSessions: 2\n")) "dn: cn=off,ou=recorders,ou=vms,dc=x\n"
	    "objectClass: vmsRecorder\ncn: off\nvmsEnabled: FALSE\n", NULL);
	struct vms_request rq = request("ann", "sshd", NULL);

	(void)state;
	assert_decision(m, &rq, "bad-request");
	rq.host = VMS_STR("REC");
	assert_decision(m, &rq, "grant:g");
	rq.host = VMS_STR("gone");
	assert_decision(m, &rq, "recorder-unknown");
	rq.host = VMS_STR("off");
	assert_decision(m, &rq, "recorder-disabled");
	rq.recorder = VMS_STR("rec");
	assert_decision(m, &rq, "grant:g");
	rq.sessions = 1;
	assert_decision(m, &rq, "grant:g");
	rq.sessions = 2;
	assert_decision(m, &rq, "session-limit");
	/* The limit is for what begins a session. */
	rq.service = VMS_STR("su");
	rq.from = vms_from_parse(VMS_STR("local"));
	assert_decision(m, &rq, "grant:g");
	/* The limit is for logins. */
	rq = request("ann", "sshd", "live.view");
	rq.kind = VMS_KIND_CAMERA;
	rq.resource = VMS_STR("CAM-A");
	rq.sessions = 2;
	assert_decision(m, &rq, "grant:g");
	vms_model_free(m);
}

/* Whoever guesses a password must not end the sessions of its user. */
static void
test_running(void **state)
{
	static const struct {
		const char *lock, *login, *running;
	} rows[] = {
		{ "pwdAccountLockedTime: 20260101000000Z\n",
		    "account-locked", "grant:g" },
		{ "pwdAccountLockedTime: 000001010000Z\n",
		    "account-locked", "account-locked" },
		{ "pwdAccountLockedTime: 20260101000000Z\n"
		    "nsAccountLock: TRUE\n",
		    "account-locked", "account-locked" },
		{ "pwdAccountLockedTime: 20260101000000Z\n"
		    "shadowExpire: x\n",
		    "account-locked", "account-locked" },
		{ "", "grant:g", "grant:g" },
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		char text[4096];
		struct vms_model *m;
		struct vms_request rq = request("ann", "sshd", NULL);

		snprintf(text, sizeof(text), ESTATE(USER_LDIF("ann", "%s")),
		    rows[i].lock);
		m = estate_text_model(text, NULL);
		rq.host = VMS_STR("rec");
		assert_decision(m, &rq, rows[i].login);
		rq.guess_lock_over = true;
		assert_decision(m, &rq, rows[i].running);
		vms_model_free(m);
	}
}

static void
test_profiles(void **state)
{
	struct vms_model_params params = {
		.factless_base = VMS_STR("ou=people,dc=x") };
	static const char text[] = BASE_LDIF
	    "dn: " ANN "\nobjectClass: posixAccount\nuid: ann\n\n"
	    "dn: uid=bob," P "\nobjectClass: inetOrgPerson\nuid: bob\n\n"
	    "dn: uid=cid,ou=else,dc=x\nobjectClass: posixAccount\n"
	    "uid: cid\n\n"
	    "dn: cn=p,ou=profiles,dc=x\nobjectClass: vmsProfile\n"
	    "objectClass: vmsUser\nuid: p\nvmsSubject: " ANN "\n"
	    "vmsAccountState: enabled\nvmsIpMode: any\n\n"
	    "dn: cn=rest,ou=profiles,dc=x\nobjectClass: vmsProfile\n"
	    "vmsAccountState: enabled\nvmsIpMode: any\n\n"
	    "dn: cn=policy,dc=x\nobjectClass: vmsPolicy\n"
	    "vmsParameter: users-without-facts=CN=rest,ou=profiles,dc=x\n\n"
	    "dn: cn=g,ou=grants,ou=vms,dc=x\nobjectClass: vmsRoleGrant\n"
	    "vmsRoleRef: cn=full,ou=roles,ou=vms,dc=x\n"
	    "vmsSubjectScope: everyone\n" ALLOW_ALL;
	struct vms_model *m = estate_text_model(text, NULL);
	struct vms_request rq = request("ann", "sshd", NULL);
	uint8_t had[1][VMS_UUID_LEN];

	(void)state;
	rq.host = VMS_STR("rec");
	assert_decision(m, &rq, "grant:g");
	rq.user = VMS_STR("bob");
	assert_decision(m, &rq, "profile-missing");
	/* A profile is a card about a person, not a person. */
	rq.user = VMS_STR("p");
	assert_decision(m, &rq, "user-unknown");
	vms_model_free(m);
	m = estate_text_model(text, &params);
	rq.user = VMS_STR("bob");
	assert_decision(m, &rq, "grant:g");
	rq.user = VMS_STR("cid");
	assert_decision(m, &rq, "profile-missing");
	vms_model_free(m);
	/* Who had facts of his own once is not served by it. */
	estate_text_uuid(had[0], 6);
	params.had_facts = (const uint8_t (*)[VMS_UUID_LEN])had;
	params.n_had_facts = 1;
	m = estate_text_model(text, &params);
	rq.user = VMS_STR("bob");
	assert_decision(m, &rq, "profile-missing");
	vms_model_free(m);
}

/* However little memory there is, the answer is right or a denial. */
static void
test_memory(void **state)
{
	struct vms_model *m = estate_text_model(ESTATE(USER_LDIF("ann", ""))
	    "dn: cn=g1,dc=x\nobjectClass: groupOfNames\nmember: " ANN "\n\n"
	    "dn: cn=deny,ou=grants,dc=x\nobjectClass: vmsActionGrant\n"
	    "cn: deny\nvmsAction: live.view\nvmsSubject: cn=g1,dc=x\n"
	    "vmsEffect: deny\nvmsTargetScope: listed\nvmsCondition: none\n"
	    "vmsTarget: cn=cg,dc=x\nvmsCascade: TRUE\n\n"
	    "dn: cn=cg,dc=x\nobjectClass: vmsCameraGroup\ncn: cg\n"
	    "vmsMember: cn=cam-a,ou=cameras,ou=vms,dc=x\n", NULL);
	struct vms_request rq = request("ann", "", "live.view");
	bool truncated = false, decided = false;

	(void)state;
	rq.kind = VMS_KIND_CAMERA;
	rq.resource = VMS_STR("cam-a");
	for (size_t max = 1; max < 100000; max += 4096) {
		struct vms_arena scratch = { .max = max };
		struct vms_verdict v;

		vms_decide(m, &rq, &scratch, NULL, &v);
		assert_int_equal(v.result, VMS_DENY);
		truncated |= v.reason == VMS_R_CLOSURE_TRUNCATED;
		decided |= v.reason == VMS_R_DENY;
		vms_arena_fini(&scratch);
	}
	assert_true(truncated);
	assert_true(decided);
	vms_model_free(m);
}

static void
test_trace(void **state)
{
	struct vms_model *m = estate_text_model(ESTATE(USER_LDIF("ann", "")),
	    NULL);
	struct vms_request rq = request("ann", "sshd", NULL);
	struct vms_arena scratch = { 0 };
	struct vms_trace trace = { .arena = &scratch };
	struct vms_verdict v, plain;
	int last = 0;

	(void)state;
	rq.host = VMS_STR("rec");
	vms_decide(m, &rq, &scratch, &trace, &v);
	assert_true(trace.n_steps > 8);
	for (uint32_t i = 0; i < trace.n_steps; i++) {
		assert_true(trace.steps[i].number >= last);
		assert_true(trace.steps[i].passed);
		last = trace.steps[i].number;
	}
	assert_int_equal(last, 15);
	assert_str(v.grant_dn, "cn=g,ou=grants,ou=vms,dc=x");
	assert_str(v.user_dn, ANN);
	assert_str(v.recorder, "rec");
	assert_str(v.action, "login.shell");
	/* A trace changes nothing, full or not. */
	trace = (struct vms_trace){ .arena =
	    &(struct vms_arena){ .max = 1 } };
	vms_decide(m, &rq, &scratch, &trace, &plain);
	assert_true(trace.cut);
	assert_int_equal(plain.result, VMS_ALLOW);
	vms_arena_fini(&scratch);
	vms_model_free(m);
}

static void
assert_list(const struct vms_model *m, const struct vms_request *rq,
    enum vms_kind kind, const char *want)
{
	struct vms_arena scratch = { 0 };
	const struct vms_str *names;
	char text[256] = "";
	uint32_t n;

	assert_int_equal(vms_decide_list(m, rq, kind, &scratch, &names, &n,
	    NULL), 0);
	for (uint32_t i = 0; i < n; i++) {
		strncat(text, names[i].p, names[i].len);
		strcat(text, " ");
	}
	assert_string_equal(text, want);
	vms_arena_fini(&scratch);
}

static void
test_list(void **state)
{
	struct vms_model *m = estate_text_model(ESTATE(USER_LDIF("ann", ""))
	    USER_LDIF("bob", "") USER_LDIF("cid", "nsAccountLock: TRUE\n")
	    "dn: cn=deny,ou=grants,dc=x\nobjectClass: vmsActionGrant\n"
	    "cn: deny\nvmsAction: live.view\nvmsSubjectScope: everyone\n"
	    "vmsEffect: deny\nvmsTargetScope: listed\nvmsCondition: none\n"
	    "vmsTarget: cn=cam-a,ou=cameras,ou=vms,dc=x\n\n"
	    "dn: cn=off,ou=recorders,ou=vms,dc=x\nobjectClass: vmsRecorder\n"
	    "cn: off\nvmsEnabled: FALSE\n", NULL);
	struct vms_request rq = request("ann", "", "");
	struct vms_arena scratch = { 0 };
	struct vms_err err = { 0 };
	const struct vms_str *names;
	uint32_t n;

	(void)state;
	assert_list(m, &rq, VMS_KIND_CAMERA, "cam-b ");
	assert_list(m, &rq, VMS_KIND_RECORDER, "rec ");
	assert_list(m, &rq, VMS_KIND_LAYOUT, "");
	rq.user = VMS_STR("bob");
	assert_list(m, &rq, VMS_KIND_CAMERA, "");
	rq.user = VMS_STR("cid");
	assert_list(m, &rq, VMS_KIND_CAMERA, "");
	rq.user = VMS_STR("nobody");
	assert_int_equal(vms_decide_list(m, &rq, VMS_KIND_CAMERA, &scratch,
	    &names, &n, &err), -1);
	assert_int_equal(err.code, VMS_E_NOT_FOUND);
	vms_arena_fini(&scratch);
	vms_model_free(m);
}

static void
test_text(void **state)
{
	static const struct vms_str hidden[] = { { "a", 1 }, { "b", 1 } };
	struct vms_verdict v = { .result = VMS_ALLOW, .reason = VMS_R_GRANT,
		.name = VMS_STR("g"), .alert = true, .stale = true,
		.max_archive_age_s = 0, .hidden = hidden, .n_hidden = 2 };
	struct vms_arena a = { 0 };

	(void)state;
	assert_str(vms_verdict_reason(&v, &a), "grant:g");
	assert_str(vms_verdict_obligations(&v, &a),
	    "alert=true; hidden=a,b; max-archive-age=0; stale=true");
	v.max_archive_age_s = INT64_MAX;
	v.alert = v.stale = false;
	v.n_hidden = 0;
	assert_str(vms_verdict_obligations(&v, &a),
	    "max-archive-age=9223372036854775807");
	v.result = VMS_DENY;
	assert_str(vms_verdict_obligations(&v, &a), "-");
	v.reason = VMS_R_PREREQUISITE;
	v.name = VMS_STR("live.view");
	v.inner = VMS_R_DENY;
	v.inner_name = VMS_STR("d");
	assert_str(vms_verdict_reason(&v, &a),
	    "prerequisite:live.view(deny:d)");
	vms_arena_fini(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_zero_denies),
		cmocka_unit_test(test_classes),
		cmocka_unit_test(test_grant_pool_without_boundary),
		cmocka_unit_test(test_locks),
		cmocka_unit_test(test_clock),
		cmocka_unit_test(test_host),
		cmocka_unit_test(test_profiles),
		cmocka_unit_test(test_running),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_trace),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_text),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	estate_text_fini();
	return failed;
}
