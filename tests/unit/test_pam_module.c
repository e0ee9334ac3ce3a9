/* SPDX-License-Identifier: MIT */
/*
 * The built pam_vms.so through the real libpam, against a scripted vmsd on a
 * real socket: what each stage sends, says, returns and leaves behind.
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
#include <pwd.h>
#include <sys/resource.h>
#include <unistd.h>
#include <security/pam_appl.h>

#include "libvms/bounds.h"
#include "pam_vms/flow.h"
#include "tests/unit/pamworld.h"
#include "tests/unit/server.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* One transaction and what surrounds it. */
struct tx {
	struct server server;
	bool serving;
	struct talk talk;
	struct pam_conv conv;
	pam_handle_t *pamh;
};

static uint32_t nss_uid = SAM_UID;	/* what getpwnam says; -1: unknown */

/* libpam's lookups end here: NSS has tests of its own. */
int getpwnam_r(const char *name, struct passwd *pw, char *buf, size_t len,
    struct passwd **res);
int
getpwnam_r(const char *name, struct passwd *pw, char *buf, size_t len,
    struct passwd **res)
{
	static char text[] = "x";

	(void)buf;
	(void)len;
	*res = NULL;
	if (nss_uid == UINT32_MAX)
		return 0;
	*pw = (struct passwd){ .pw_name = (char *)(uintptr_t)name,
	    .pw_passwd = text, .pw_uid = nss_uid, .pw_gid = 100,
	    .pw_gecos = text, .pw_dir = text, .pw_shell = text };
	*res = pw;
	return 0;
}

static const struct vms_pair env[] = {
	{ { "VMS_ROLE", 8 }, { "nx.viewer", 9 } },
	{ { "VMS_DECISION", 12 }, { "d1", 2 } },
	{ { "LD_PRELOAD", 10 }, { "/evil", 5 } },
};

static struct vms_message
says(enum vms_pam_result result, const char *text)
{
	return (struct vms_message){ .type = VMS_A_PAM, .u.pam_rep = {
		.result = (uint32_t)result, .reason = { "why", 3 },
		.text = vms_str_of(text), .is_error = true,
		.decision = { "d1", 2 }, .env = env, .n_env = N(env) } };
}

static void
begin(struct tx *t, const char *user, const char *options,
    const struct server_script *script)
{
	char all[300];

	*t = (struct tx){ 0 };
	if (script != NULL) {
		server_start(&t->server, script);
		t->serving = true;
	}
	snprintf(all, sizeof(all), "nodelay socket=%s %s",
	    script != NULL ? t->server.path : "/run/vmsd/none", options);
	world_service(all);
	t->conv = (struct pam_conv){ talk_conv, &t->talk };
	assert_int_equal(pam_start_confdir("vms", user, &t->conv,
	    world_confdir(), &t->pamh), PAM_SUCCESS);
}

static void
end(struct tx *t, int status)
{
	pam_end(t->pamh, status);
	if (t->serving) {
		server_stop(&t->server);
		server_stop(&t->server);
	}
}

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
		cmocka_unit_test(test_origin),
		cmocka_unit_test(test_bad_passwords),
		cmocka_unit_test(test_silent),
		cmocka_unit_test(test_session_env),
		cmocka_unit_test(test_change),
		cmocka_unit_test(test_no_descriptors),
		cmocka_unit_test(test_order),
	};

	if (geteuid() != 0)
		return 77;	/* SO_PEERCRED of the server must be root's */
	return cmocka_run_group_tests(tests, enter, leave);
}
