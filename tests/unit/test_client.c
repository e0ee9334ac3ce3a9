/* SPDX-License-Identifier: MIT */
/* One request and one reply, against a server that does it wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "client/client.h"
#define VMS_TESTING
#include "client/self.h"
#include "tests/unit/proto_samples.h"
#include "tests/unit/server.h"

static const struct vms_message ask = SAMPLE_PAM(VMS_Q_PAM_AUTH);
static const struct vms_message yes = {
	.type = VMS_A_PAM,
	.u.pam_rep = { .result = VMS_PAM_OK, .reason = { "grant", 5 } },
};
static const struct vms_message no_more = {
	.type = VMS_A_ERROR,
	.u.error_rep = { .code = 1, .text = { "busy", 4 } },
};
static const struct vms_message table = {
	.type = VMS_A_TABLE, .u.table_rep = { .single = true },
};

static int64_t
ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void
test_modes(void **state)
{
	static const struct {
		enum server_mode mode;
		uid_t uid;
		const struct vms_message *answer;
		enum vms_client_status want;
		enum vms_code code;
		uint32_t requests;	/* that arrived whole */
	} rows[] = {
		{ SERVER_ANSWER, 0, &yes, VMS_CLIENT_OK, 0, 1 },
		{ SERVER_BYTEWISE, 0, &yes, VMS_CLIENT_OK, 0, 1 },
		{ SERVER_ANSWER, 0, &no_more, VMS_CLIENT_OK, 0, 1 },
		{ SERVER_EARLY, 0, &no_more, VMS_CLIENT_OK, 0, 0 },
		{ SERVER_ANSWER, 0, &table, VMS_CLIENT_MALFORMED,
		    VMS_E_MALFORMED, 1 },
		{ SERVER_ANSWER, 0, &ask, VMS_CLIENT_MALFORMED,
		    VMS_E_MALFORMED, 1 },
		{ SERVER_ANSWER, 65534, &yes, VMS_CLIENT_BAD_SERVER,
		    VMS_E_UNAVAILABLE, 0 },
		{ SERVER_HANG, 0, &yes, VMS_CLIENT_TIMEOUT,
		    VMS_E_UNAVAILABLE, 1 },
		{ SERVER_STALL, 0, &yes, VMS_CLIENT_TIMEOUT,
		    VMS_E_UNAVAILABLE, 1 },
		{ SERVER_DEAF, 0, &yes, VMS_CLIENT_TIMEOUT,
		    VMS_E_UNAVAILABLE, 0 },
		{ SERVER_CLOSE, 0, &yes, VMS_CLIENT_MALFORMED,
		    VMS_E_UNAVAILABLE, 0 },
		{ SERVER_HALF, 0, &yes, VMS_CLIENT_MALFORMED,
		    VMS_E_UNAVAILABLE, 1 },
		{ SERVER_GARBAGE, 0, &yes, VMS_CLIENT_MALFORMED,
		    VMS_E_LIMIT, 1 },
		{ SERVER_HUGE, 0, &yes, VMS_CLIENT_MALFORMED,
		    VMS_E_LIMIT, 1 },
		{ SERVER_BADBODY, 0, &yes, VMS_CLIENT_MALFORMED,
		    VMS_E_MALFORMED, 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct server_script script = { rows[i].mode, rows[i].uid,
		    rows[i].answer, 1, NULL };
		struct vms_reply rep;
		struct vms_err err = { 0 };
		struct server s;
		int fds = count_fds(), timeout = 5000;
		int64_t start = ms();

		server_start(&s, &script);
		if (rows[i].want == VMS_CLIENT_TIMEOUT)
			timeout = 150;
		assert_int_equal(vms_client_ask(&(struct vms_call){
		    .path = s.path, .timeout_ms = timeout }, &ask, &rep,
		    &err), rows[i].want);
		assert_int_equal(err.code, rows[i].code);
		if (rows[i].want == VMS_CLIENT_OK)
			assert_int_equal(rep.msg.type, rows[i].answer->type);
		if (rows[i].want == VMS_CLIENT_TIMEOUT)
			assert_in_range(ms() - start, 150, 2000);
		vms_reply_fini(&rep);
		server_stop(&s);
		assert_int_equal(s.log->n, rows[i].requests);
		server_stop(&s);
		assert_int_equal(count_fds(), fds);
	}
}

static void
test_nobody_there(void **state)
{
	char dir[] = "/tmp/vms-client-XXXXXX", path[64], long_path[200];
	struct vms_call call = { .path = path, .timeout_ms = 1000 };
	struct vms_reply rep;
	struct vms_err err;
	int fds = count_fds();

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/socket", dir);
	assert_int_equal(vms_client_ask(&call, &ask, &rep, &err),
	    VMS_CLIENT_ABSENT);
	assert_int_equal(err.code, VMS_E_UNAVAILABLE);
	close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	assert_int_equal(vms_client_ask(&call, &ask, &rep, &err),
	    VMS_CLIENT_REFUSED);
	unlink(path);
	rmdir(dir);
	memset(long_path, 'x', sizeof(long_path));
	long_path[sizeof(long_path) - 1] = '\0';
	call.path = long_path;
	assert_int_equal(vms_client_ask(&call, &ask, &rep, &err),
	    VMS_CLIENT_LOCAL);
	assert_int_equal(count_fds(), fds);
}

static void
test_no_descriptor(void **state)
{
	struct server_script script = { .answers = &yes, .n_answers = 1 };
	struct rlimit old, none;
	struct vms_reply rep;
	struct vms_self self;
	struct vms_err err;
	struct server s;

	(void)state;
	server_start(&s, &script);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	none = (struct rlimit){ 0, old.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	assert_int_equal(vms_client_ask(&(struct vms_call){ .path = s.path,
	    .timeout_ms = 1000 }, &ask, &rep, &err), VMS_CLIENT_LOCAL);
	assert_int_equal(err.code, VMS_E_SYSTEM);
	assert_int_equal(vms_self_get(&self, &err), -1);
	assert_int_equal(err.code, VMS_E_SYSTEM);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
	server_stop(&s);
	server_stop(&s);
}

/* With 0 to 2 closed the socket takes none of their places. */
static void
test_stdio_closed(void **state)
{
	struct server_script script = { .answers = &yes, .n_answers = 1 };
	int saved = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 10);
	struct vms_reply rep;
	struct server s;

	(void)state;
	server_start(&s, &script);
	close(STDIN_FILENO);
	assert_int_equal(vms_client_ask(&(struct vms_call){ .path = s.path,
	    .timeout_ms = 1000 }, &ask, &rep, NULL), VMS_CLIENT_OK);
	assert_int_equal(fcntl(STDIN_FILENO, F_GETFD), -1);
	assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
	close(saved);
	vms_reply_fini(&rep);
	server_stop(&s);
	server_stop(&s);
}

static volatile sig_atomic_t alarms;

static void
on_alarm(int sig)
{
	(void)sig;
	alarms++;
}

/* Signals neither end the wait early nor stretch it. */
static void
test_signals(void **state)
{
	struct itimerval tick = { { 0, 2000 }, { 0, 2000 } }, off = { 0 };
	struct sigaction sa = { .sa_handler = on_alarm }, old;
	static const enum server_mode modes[] = { SERVER_HANG, SERVER_DEAF };
	struct vms_reply rep;
	struct server s;
	int64_t start;

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct server_script script = { modes[i], 0, &yes, 1,
		    NULL };

		server_start(&s, &script);
		sigaction(SIGALRM, &sa, &old);
		setitimer(ITIMER_REAL, &tick, NULL);
		start = ms();
		assert_int_equal(vms_client_ask(&(struct vms_call){
		    .path = s.path, .timeout_ms = 200 }, &ask, &rep, NULL),
		    VMS_CLIENT_TIMEOUT);
		assert_in_range(ms() - start, 200, 1500);
		setitimer(ITIMER_REAL, &off, NULL);
		sigaction(SIGALRM, &old, NULL);
		assert_true(alarms > 10);
		server_stop(&s);
		server_stop(&s);
	}
}

static void
test_request_too_long(void **state)
{
	struct vms_message m = { .type = VMS_Q_STATUS };
	struct vms_call call = { .path = "/nonexistent", .timeout_ms = 100 };
	struct vms_reply rep;
	struct vms_err err;
	char big[300];

	(void)state;
	memset(big, 'u', sizeof(big));
	m.u.word_req.word = (struct vms_str){ big, sizeof(big) };
	assert_int_equal(vms_client_ask(&call, &m, &rep, &err),
	    VMS_CLIENT_LOCAL);
	assert_int_equal(err.code, VMS_E_LIMIT);
}

static void
test_stat(void **state)
{
	static const char tail[] = " S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 "
	    "17 18 4242 20 21\n";
	char text[300];

	(void)state;
	snprintf(text, sizeof(text), "12 (sshd)%s", tail);
	assert_int_equal(vms_self_stat_ticks(text), 4242);
	snprintf(text, sizeof(text), "12 (a) S 1 1 (b)%s", tail);
	assert_int_equal(vms_self_stat_ticks(text), 4242);
	assert_int_equal(vms_self_stat_ticks("12 (sshd) S 1"), 0);
	assert_int_equal(vms_self_stat_ticks(""), 0);
}

static void
test_cgroup(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "0::/user.slice/user-10001.slice/session-42.scope\n",
		    "42" },
		{ "9:pids:/x\n1:name=systemd:/user.slice/session-c3.scope\n"
		  "0::/init.scope\n", "c3" },
		{ "3:cpu:/session-9.scope\n", "" },
		{ "0::/system.slice/ssh.service\n", "" },
		{ "0::/session-.scope\n", "" },
		{ "0::/session-4.scope/deeper\n", "" },
		{ "0::/session-0123456789012345678901234567890123.scope\n",
		    "" },
		{ "0::", "" }, { "", "" },
	};
	char out[32];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		vms_self_cgroup_session(rows[i].text, out, sizeof(out));
		assert_string_equal(out, rows[i].want);
	}
}

static void
test_self(void **state)
{
	int fds = count_fds();
	struct vms_self self;
	struct vms_err err;

	(void)state;
	assert_int_equal(vms_self_get(&self, &err), 0);
	assert_int_equal(self.pid, getpid());
	assert_int_equal(self.parent_pid, getppid());
	assert_int_equal(self.real_uid, getuid());
	assert_true(self.start_ticks > 0 && self.parent_ticks > 0);
	assert_int_equal(count_fds(), fds);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_modes),
		cmocka_unit_test(test_nobody_there),
		cmocka_unit_test(test_no_descriptor),
		cmocka_unit_test(test_stdio_closed),
		cmocka_unit_test(test_signals),
		cmocka_unit_test(test_request_too_long),
		cmocka_unit_test(test_stat),
		cmocka_unit_test(test_cgroup),
		cmocka_unit_test(test_self),
	};

	if (geteuid() != 0)
		return 77;	/* the client talks to root's sockets only */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
