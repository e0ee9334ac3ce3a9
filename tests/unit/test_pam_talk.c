/* SPDX-License-Identifier: MIT */
/*
 * What the built pam_vms.so tells vmsd and the user, through the real libpam:
 * addresses, passwords, texts, environment, the dialogue of a change.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <unistd.h>

#include "libvms/bounds.h"
#include "tests/unit/pamtx.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* Which address goes out in which stage. */
static void
test_origin(void **state)
{
	static const struct {
		const char *rhost, *ssh;
		const char *sent_rhost, *sent_conn;
	} rows[] = {
		{ NULL, NULL, "", "" },
		{ "192.0.2.7", "198.51.100.1 1 2 3", "192.0.2.7", "" },
		{ "fe80::1%eth0", "198.51.100.1 1 2 3", "fe80::1%eth0", "" },
		{ "host.example.com", "198.51.100.1 1 2 3",
		    "host.example.com", "198.51.100.1" },
		{ "UNKNOWN", NULL, "UNKNOWN", "" },
		{ "", "2001:db8::1 1 2 3", "", "2001:db8::1" },
	};
	struct vms_message ok = says(VMS_PAM_OK, "");
	struct server_script script = { .answers = &ok, .n_answers = 1 };

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		char pair[100];
		struct tx t;

		begin(&t, "sam", "", &script);
		pam_set_item(t.pamh, PAM_RHOST, rows[i].rhost);
		pam_set_item(t.pamh, PAM_TTY, "tty3");
		pam_set_item(t.pamh, PAM_RUSER, "kim");
		pam_putenv(t.pamh, "XDG_SEAT=seat0");
		snprintf(pair, sizeof(pair), "SSH_CONNECTION=%s",
		    rows[i].ssh != NULL ? rows[i].ssh : "");
		if (rows[i].ssh != NULL)
			pam_putenv(t.pamh, pair);
		t.talk.answers[0] = "open sesame";
		assert_int_equal(pam_authenticate(t.pamh, 0), PAM_SUCCESS);
		assert_int_equal(pam_acct_mgmt(t.pamh, 0), PAM_SUCCESS);
		assert_int_equal(pam_open_session(t.pamh, 0), PAM_SUCCESS);
		assert_int_equal(t.server.log->n, 3);
		for (int s = 0; s < 3; s++) {
			struct server_seen *q = &t.server.log->seen[s];

			assert_int_equal(q->type, s == 0 ? VMS_Q_PAM_AUTH :
			    s == 1 ? VMS_Q_PAM_ACCT : VMS_Q_PAM_OPEN);
			assert_string_equal(q->user, "sam");
			assert_string_equal(q->service, "vms");
			assert_string_equal(q->rhost, rows[i].sent_rhost);
			assert_string_equal(q->conn,
			    s < 2 ? rows[i].sent_conn : "");
			assert_string_equal(q->seat, s < 2 ? "seat0" : "");
			assert_string_equal(q->tty, "tty3");
			assert_string_equal(q->ruser, "kim");
			assert_string_equal(q->secret,
			    s == 0 ? "open sesame" : "");
			assert_int_equal(q->uid, SAM_UID);
			assert_int_equal(q->real_uid, getuid());
			assert_int_equal(q->pid, getpid());
			assert_int_equal(q->parent_pid, getppid());
			assert_true(q->start_ticks > 0);
		}
		end(&t, 0);
	}
}

/* A password that must not reach a server does not. */
static void
test_bad_passwords(void **state)
{
	static char huge[VMS_SECRET_MAX];
	static const struct {
		const char *answer, *options;
		int want;
	} rows[] = {
		{ "", "", PAM_AUTH_ERR },
		{ huge, "", PAM_AUTH_ERR },
		{ NULL, "", PAM_AUTH_ERR },
		{ "unused", "use_first_pass", PAM_AUTH_ERR },
	};
	struct vms_message ok = says(VMS_PAM_OK, "");
	struct server_script script = { .answers = &ok, .n_answers = 1 };

	(void)state;
	/* libpam itself takes no more than 511 bytes from a prompt. */
	memset(huge, 'x', sizeof(huge) - 1);
	for (size_t i = 0; i < N(rows); i++) {
		struct tx t;

		begin(&t, "sam", rows[i].options, &script);
		t.talk.answers[0] = rows[i].answer;
		if (rows[i].answer == huge) {
			assert_int_equal(pam_authenticate(t.pamh, 0),
			    PAM_SUCCESS);
			assert_int_equal(t.server.log->n, 1);
		} else {
			assert_int_equal(pam_authenticate(t.pamh, 0),
			    rows[i].want);
			assert_int_equal(t.server.log->calls, 0);
		}
		end(&t, 0);
	}
}

static void
test_silent(void **state)
{
	struct vms_message no = says(VMS_PAM_DENIED,
	    "Access from this IP address is not available");
	struct server_script script = { .answers = &no, .n_answers = 1 };
	struct tx t;

	(void)state;
	begin(&t, "sam", "", &script);
	assert_int_equal(pam_acct_mgmt(t.pamh, PAM_SILENT), PAM_PERM_DENIED);
	assert_int_equal(t.talk.n_said, 0);
	assert_int_equal(pam_open_session(t.pamh, PAM_SILENT),
	    PAM_PERM_DENIED);
	assert_int_equal(t.talk.n_said, 0);
	assert_int_equal(pam_acct_mgmt(t.pamh, 0), PAM_PERM_DENIED);
	assert_int_equal(t.talk.n_said, 1);
	assert_string_equal(t.talk.said[0],
	    "Access from this IP address is not available");
	assert_true(t.talk.is_error[0]);
	end(&t, 0);
}

static void
test_session_env(void **state)
{
	struct vms_message ok = says(VMS_PAM_OK, "");
	struct server_script script = { .answers = &ok, .n_answers = 1 };
	struct tx t;

	(void)state;
	begin(&t, "sam", "", &script);
	assert_int_equal(pam_acct_mgmt(t.pamh, 0), PAM_SUCCESS);
	assert_null(pam_getenv(t.pamh, "VMS_ROLE"));
	assert_int_equal(pam_open_session(t.pamh, 0), PAM_SUCCESS);
	assert_string_equal(pam_getenv(t.pamh, "VMS_ROLE"), "nx.viewer");
	assert_string_equal(pam_getenv(t.pamh, "VMS_DECISION"), "d1");
	assert_null(pam_getenv(t.pamh, "LD_PRELOAD"));
	assert_int_equal(pam_close_session(t.pamh, 0), PAM_SUCCESS);
	end(&t, 0);
}

/* One dialogue of chauthtok: what vmsd answers, what the user types. */
struct change_row {
	uid_t real_uid;
	int flags;
	const char *options;
	enum vms_pam_result says[4];
	const char *types[4];
	int want;
	const char *sent[4];	/* "secret/new" of each request */
	const char *text;	/* last one shown, or NULL */
};

static void
change(const struct change_row *row)
{
	struct vms_message m[4];
	struct server_script script = { .answers = m, .n_answers = 4 };
	int fds = count_fds(), got;
	char sent[40];
	struct tx t;

	for (int i = 0; i < 4; i++)
		m[i] = says(row->says[i], "");
	begin(&t, "sam", row->options, &script);
	memcpy(t.talk.answers, row->types, sizeof(row->types));
	assert_int_equal(setresuid(row->real_uid, 0, 0), 0);
	got = pam_chauthtok(t.pamh, row->flags);
	assert_int_equal(setresuid(0, 0, 0), 0);
	assert_int_equal(got, row->want);
	for (uint32_t i = 0; i < 4; i++) {
		struct server_seen *q = &t.server.log->seen[i];

		if (row->sent[i] == NULL) {
			assert_int_equal(t.server.log->n, i);
			break;
		}
		assert_true(t.server.log->n > i);
		snprintf(sent, sizeof(sent), "%.15s/%.15s", q->secret,
		    q->new_secret);
		assert_string_equal(sent, row->sent[i]);
		assert_int_equal(q->expired_only, row->flags != 0);
		assert_int_equal(q->real_uid, row->real_uid);
	}
	if (row->text != NULL) {
		assert_true(t.talk.n_said > 0);
		assert_non_null(strstr(t.talk.said[t.talk.n_said - 1],
		    row->text));
	}
	end(&t, got);
	assert_int_equal(count_fds(), fds);
}

static void
test_change(void **state)
{
	enum { EXPIRED = PAM_CHANGE_EXPIRED_AUTHTOK };
	static const struct change_row rows[] = {
		{ 1000, 0, "", { VMS_PAM_OK, VMS_PAM_OK, VMS_PAM_OK },
		    { "oldpass", "newpass", "newpass" }, PAM_SUCCESS,
		    { "/", "oldpass/", "oldpass/newpass" }, NULL },
		/* root: not another's; an expired one like everybody. */
		{ 0, 0, "", { VMS_PAM_OK }, { "x" }, PAM_PERM_DENIED,
		    { NULL }, "administrators reset it" },
		{ 0, EXPIRED, "", { VMS_PAM_NEW_TOKEN, VMS_PAM_NEW_TOKEN,
		    VMS_PAM_NEW_TOKEN, VMS_PAM_OK },
		    { "oldpass", "newpass", "newpass" }, PAM_SUCCESS,
		    { "/", "oldpass/", "/", "oldpass/newpass" }, NULL },
		/* Not expired: nothing is asked, nothing happens. */
		{ 1000, EXPIRED, "", { VMS_PAM_OK }, { "oldpass" },
		    GOT_IGNORE, { "/" }, NULL },
		/* Away, or not allowed: before anything is typed. */
		{ 1000, 0, "", { VMS_PAM_UNAVAILABLE }, { "oldpass" },
		    PAM_TRY_AGAIN, { "/" }, "directory does not answer" },
		{ 1000, 0, "", { VMS_PAM_DENIED }, { "oldpass" },
		    PAM_PERM_DENIED, { "/" }, "Access denied" },
		/* The current one wrong, empty, refused. */
		{ 1000, 0, "", { VMS_PAM_OK, VMS_PAM_AUTH_ERR }, { "wrong" },
		    PAM_AUTHTOK_RECOVERY_ERR, { "/", "wrong/" }, NULL },
		{ 1000, 0, "", { VMS_PAM_OK }, { "" },
		    PAM_AUTHTOK_RECOVERY_ERR, { "/" }, NULL },
		{ 1000, 0, "", { VMS_PAM_OK }, { NULL },
		    PAM_AUTHTOK_RECOVERY_ERR, { "/" }, NULL },
		/* The new one: rule, mismatch, refused by the directory. */
		{ 1000, 0, "", { VMS_PAM_OK, VMS_PAM_OK },
		    { "oldpass", "short" }, PAM_AUTHTOK_ERR,
		    { "/", "oldpass/" }, "too short" },
		{ 1000, 0, "", { VMS_PAM_OK, VMS_PAM_OK },
		    { "oldpass", "new\tpass" }, PAM_AUTHTOK_ERR,
		    { "/", "oldpass/" }, "may be made of" },
		{ 1000, 0, "", { VMS_PAM_OK, VMS_PAM_OK },
		    { "oldpass", "newpass", "newPass" }, PAM_AUTHTOK_ERR,
		    { "/", "oldpass/" }, "do not match" },
		{ 1000, 0, "", { VMS_PAM_OK, VMS_PAM_OK, VMS_PAM_TOKEN_ERR },
		    { "oldpass", "newpass", "newpass" }, PAM_AUTHTOK_ERR,
		    { "/", "oldpass/", "oldpass/newpass" }, NULL },
		{ 1000, 0, "", { VMS_PAM_OK, VMS_PAM_OK,
		    VMS_PAM_UNAVAILABLE },
		    { "oldpass", "newpass", "newpass" }, PAM_AUTHTOK_ERR,
		    { "/", "oldpass/", "oldpass/newpass" },
		    "was not changed" },
		/* No module before us gave a new one. */
		{ 1000, 0, "use_authtok", { VMS_PAM_OK, VMS_PAM_OK },
		    { "oldpass", "newpass" }, PAM_AUTHTOK_ERR,
		    { "/", "oldpass/" }, NULL },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		change(&rows[i]);
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
		cmocka_unit_test(test_origin),
		cmocka_unit_test(test_bad_passwords),
		cmocka_unit_test(test_silent),
		cmocka_unit_test(test_session_env),
		cmocka_unit_test(test_change),
	};

	if (geteuid() != 0)
		return 77;	/* SO_PEERCRED of the server must be root's */
	return cmocka_run_group_tests(tests, enter, leave);
}
