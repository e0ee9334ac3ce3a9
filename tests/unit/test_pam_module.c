/* SPDX-License-Identifier: MIT */
/*
 * The built pam_vms.so through the real libpam, against a scripted vmsd on a
 * real socket: what each stage returns, for whom, and leaves behind.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <errno.h>
#include <sys/resource.h>
#include <unistd.h>
#include <security/pam_appl.h>

#include "libvms/bounds.h"
#include "pam_vms/flow.h"
#include "tests/unit/pamtx.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static int
run_stage(struct tx *t, enum vms_stage stage, int flags)
{
	switch (stage) {
	case VMS_STAGE_AUTH:
		return pam_authenticate(t->pamh, flags);
	case VMS_STAGE_CRED:
		return pam_setcred(t->pamh,
		    (int)PAM_ESTABLISH_CRED | flags);
	case VMS_STAGE_ACCT:
		return pam_acct_mgmt(t->pamh, flags);
	case VMS_STAGE_OPEN:
		return pam_open_session(t->pamh, flags);
	case VMS_STAGE_CLOSE:
		return pam_close_session(t->pamh, flags);
	case VMS_STAGE_PRECHANGE:
	case VMS_STAGE_CHANGE:
		return pam_chauthtok(t->pamh, flags);
	}
	return -1;
}

/* setcred and close first: libpam freezes their path otherwise. */
static const enum vms_stage stages[] = { VMS_STAGE_CRED, VMS_STAGE_CLOSE,
    VMS_STAGE_AUTH, VMS_STAGE_ACCT, VMS_STAGE_OPEN, VMS_STAGE_PRECHANGE };

/* Every result in every stage. */
static void
test_results(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(stages); i++) {
		for (int r = 0; r < VMS_PAM_COUNT; r++) {
			struct vms_message m = says((enum vms_pam_result)r,
			    "Hello");
			struct server_script script = { .answers = &m,
			    .n_answers = 1 };
			int fds = count_fds(), got, want;
			struct tx t;

			want = vms_flow_result(stages[i], VMS_CLIENT_OK, &m);
			begin(&t, "sam", "", &script);
			t.talk.answers[0] = "open sesame";
			/* As login does it; the first phase decides but for
			 * those that let the second one begin. */
			got = run_stage(&t, stages[i],
			    stages[i] == VMS_STAGE_PRECHANGE ?
			    (int)PAM_CHANGE_EXPIRED_AUTHTOK : 0);
			if (stages[i] == VMS_STAGE_PRECHANGE &&
			    r == VMS_PAM_OK)
				want = GOT_IGNORE;	/* not expired */
			else if (stages[i] == VMS_STAGE_PRECHANGE &&
			    r == VMS_PAM_NEW_TOKEN)
				want = PAM_AUTHTOK_ERR;	/* none given */
			assert_int_equal(got, want);
			if (stages[i] != VMS_STAGE_CRED &&
			    stages[i] != VMS_STAGE_CLOSE) {
				assert_true(t.talk.n_said >= 1);
				assert_string_equal(t.talk.said[0], "Hello");
			}
			end(&t, got);
			assert_int_equal(count_fds(), fds);
		}
	}
}

/* No server, or a bad one: never in, whatever the stage. */
static void
test_trouble(void **state)
{
	static const enum server_mode modes[] = { SERVER_CLOSE, SERVER_HALF,
	    SERVER_GARBAGE, SERVER_HUGE, SERVER_BADBODY };
	struct vms_message ok = says(VMS_PAM_OK, "");
	struct vms_message busy = { .type = VMS_A_ERROR,
	    .u.error_rep = { VMS_E_UNAVAILABLE, { "busy", 4 } } };

	(void)state;
	for (size_t i = 0; i < N(stages); i++) {
		for (size_t j = 0; j < N(modes) + 3; j++) {
			struct server_script script = { .answers = &ok,
			    .n_answers = 1 };
			int fds = count_fds(), got;
			struct tx t;

			if (j < N(modes))
				script.mode = modes[j];
			else if (j == N(modes))
				script.listen_uid = 65534;
			else if (j == N(modes) + 1)
				script.answers = &busy;
			begin(&t, "sam", "", j == N(modes) + 2 ? NULL :
			    &script);
			t.talk.answers[0] = "open sesame";
			got = run_stage(&t, stages[i],
			    (int)PAM_CHANGE_EXPIRED_AUTHTOK *
			    (stages[i] == VMS_STAGE_PRECHANGE));
			assert_int_equal(got, stages[i] == VMS_STAGE_CRED ||
			    stages[i] == VMS_STAGE_CLOSE ? PAM_SUCCESS :
			    vms_flow_untold(stages[i]));
			if (stages[i] == VMS_STAGE_ACCT)
				assert_string_equal(t.talk.said[0],
				    "Access denied");
			/* Not a byte to a socket that is not root's. */
			if (script.listen_uid != 0)
				assert_int_equal(t.server.log->n, 0);
			end(&t, got);
			assert_int_equal(count_fds(), fds);
		}
	}
}

static void
test_hung(void **state)
{
	struct vms_message ok = says(VMS_PAM_OK, "");
	struct server_script script = { .mode = SERVER_HANG, .answers = &ok,
	    .n_answers = 1 };
	struct tx t;

	(void)state;
	begin(&t, "sam", "", &script);
	assert_int_equal(pam_acct_mgmt(t.pamh, 0), PAM_PERM_DENIED);
	assert_int_equal(pam_close_session(t.pamh, 0), PAM_SUCCESS);
	end(&t, 0);
}

/* Whose user it is comes before everything, and nobody else's is asked
 * about. */
static void
test_owner(void **state)
{
	static const struct {
		const char *user, *file;
		uint32_t uid;
		const char *options;
		int auth, acct, open, close, cred, change;
		uint32_t calls;
	} rows[] = {
#define IGN GOT_IGNORE, GOT_IGNORE, GOT_IGNORE, GOT_IGNORE, GOT_IGNORE, \
		GOT_IGNORE
#define UNK PAM_USER_UNKNOWN, PAM_USER_UNKNOWN, GOT_IGNORE, GOT_IGNORE, \
		GOT_IGNORE, PAM_USER_UNKNOWN
#define UNT PAM_AUTHINFO_UNAVAIL, PAM_PERM_DENIED, PAM_PERM_DENIED, \
		GOT_IGNORE, GOT_IGNORE, PAM_TRY_AGAIN
#define YES PAM_SUCCESS, PAM_SUCCESS, PAM_SUCCESS, PAM_SUCCESS, \
		PAM_SUCCESS, GOT_IGNORE
		{ "root", "good", 0, "", IGN, 0 },
		{ "root", "absent", 0, "", IGN, 0 },
		{ "root", "absent", UINT32_MAX, "nonsense", IGN, 0 },
		{ "daemon", "good", 1, "", IGN, 0 },
		{ "daemon", "absent", 1, "", IGN, 0 },
		/* In passwd, and in the directory with a uid of its range. */
		{ "daemon", "good", 10005, "", IGN, 0 },
		{ "toor", "good", 0, "", IGN, 0 },
		{ "sam", "good", SAM_UID, "", YES, 5 },
		{ "sam", "good", SAM_UID, "ignore_unknown_user", YES, 5 },
		{ "sam", "good", UINT32_MAX, "", YES, 5 },
		{ "sam", "absent", SAM_UID, "", UNT, 0 },
		{ "sam", "absent", SAM_UID, "ignore_unknown_user", UNT, 0 },
		{ "sam", "foreign", SAM_UID, "", UNT, 0 },
		{ "sam", "broken", SAM_UID, "", UNT, 0 },
		{ "ann", "good", UINT32_MAX, "", YES, 5 },
		/* Not in the file, but with an id of our range. */
		{ "joe", "good", 15000, "", YES, 5 },
		{ "joe", "good", 9999, "", UNK, 0 },
		{ "joe", "good", UINT32_MAX, "", UNK, 0 },
		{ "joe", "good", UINT32_MAX, "ignore_unknown_user", IGN, 0 },
		{ "joe", "absent", UINT32_MAX, "ignore_unknown_user", UNT,
		    0 },
		{ "Sam", "good", UINT32_MAX, "", UNK, 0 },
		{ "sam\n", "good", UINT32_MAX, "", UNK, 0 },
		{ "sam", "good", SAM_UID, "nonsense", PAM_SERVICE_ERR,
		    PAM_PERM_DENIED, PAM_PERM_DENIED, PAM_SERVICE_ERR,
		    PAM_SERVICE_ERR, PAM_SERVICE_ERR, 0 },
	};
	struct vms_message ok = says(VMS_PAM_OK, "");

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		const int want[] = { rows[i].cred, rows[i].close,
		    rows[i].auth, rows[i].acct, rows[i].open,
		    rows[i].change };
		struct server_script script = { .answers = &ok,
		    .n_answers = 1 };
		int fds = count_fds();
		struct tx t;

		world_publish(rows[i].file);
		nss_uid = rows[i].uid;
		begin(&t, rows[i].user, rows[i].options, &script);
		t.talk.answers[0] = "open sesame";
		for (size_t j = 0; j < N(stages); j++) {
			int got = run_stage(&t, stages[j],
			    stages[j] == VMS_STAGE_PRECHANGE ?
			    (int)PAM_CHANGE_EXPIRED_AUTHTOK : 0);

			if (got != want[j])
				fail_msg("row %zu stage %zu: %d, not %d", i,
				    j, got, want[j]);
		}
		assert_int_equal(t.server.log->calls, rows[i].calls);
		if (rows[i].calls > 0)
			assert_int_equal(t.server.log->seen[0].uid,
			    rows[i].uid);
		end(&t, 0);
		assert_int_equal(count_fds(), fds);
	}
	nss_uid = SAM_UID;
	world_publish("good");
}

/* With no descriptor left nobody of ours gets in.  libpam itself, which cannot
 * write its audit record then, makes a system error of any result. */
static void
test_no_descriptors(void **state)
{
	static const enum vms_stage in[] = { VMS_STAGE_AUTH, VMS_STAGE_ACCT,
	    VMS_STAGE_OPEN };
	struct vms_message ok = says(VMS_PAM_OK, "");
	struct server_script script = { .answers = &ok, .n_answers = 1 };
	struct rlimit old, tight;
	struct tx t;
	int got;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	begin(&t, "sam", "", &script);
	for (size_t i = 0; i < N(in); i++)
		t.talk.answers[i] = "open sesame";
	/* Loads the module. */
	assert_int_equal(pam_acct_mgmt(t.pamh, 0), PAM_SUCCESS);
	for (size_t i = 0; i < N(in); i++) {
		tight = (struct rlimit){ 0, old.rlim_max };
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &tight), 0);
		got = run_stage(&t, in[i], 0);
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
		if (got != PAM_SYSTEM_ERR)
			assert_int_equal(got, vms_flow_untold(in[i]));
		assert_int_equal(t.server.log->calls, 1);
	}
	assert_int_equal(pam_acct_mgmt(t.pamh, 0), PAM_SUCCESS);
	end(&t, 0);
}

/* The stages stand alone: any may come first, or again. */
static void
test_order(void **state)
{
	static const enum vms_stage order[] = { VMS_STAGE_CLOSE,
	    VMS_STAGE_CRED, VMS_STAGE_OPEN, VMS_STAGE_ACCT, VMS_STAGE_ACCT,
	    VMS_STAGE_OPEN };
	static const int flags[] = { PAM_ESTABLISH_CRED, PAM_DELETE_CRED,
	    PAM_REINITIALIZE_CRED, PAM_REFRESH_CRED };
	struct vms_message ok = says(VMS_PAM_OK, "");
	struct server_script script = { .answers = &ok, .n_answers = 1 };
	struct tx t;

	(void)state;
	begin(&t, "sam", "", &script);
	for (size_t i = 0; i < N(order); i++) {
		errno = 4711;
		assert_int_equal(run_stage(&t, order[i], 0), PAM_SUCCESS);
	}
	for (size_t i = 0; i < N(flags); i++)
		assert_int_equal(pam_setcred(t.pamh, flags[i]), PAM_SUCCESS);
	end(&t, 0);
}

static int
enter(void **state)
{
	(void)state;
	return world_enter();
}

static int
leave(void **state)
{
	(void)state;
	world_leave();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_results),
		cmocka_unit_test(test_trouble),
		cmocka_unit_test(test_hung),
		cmocka_unit_test(test_owner),
		cmocka_unit_test(test_no_descriptors),
		cmocka_unit_test(test_order),
	};

	if (geteuid() != 0)
		return 77;	/* SO_PEERCRED of the server must be root's */
	return cmocka_run_group_tests(tests, enter, leave);
}
