/* SPDX-License-Identifier: MIT */
/* Which processes are a session's, and who gets a signal. */
#include "tests/unit/cm.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vmsd/endmatch.h"
#include "vmsd/endsession.h"
#include "vmsd/endtell.h"

#define RITA 20601
#define MONA 20602
#define LOCKE 1001
#define NONE UINT32_MAX

#define P(p, up, s, u, login, audit) { .uid = (u), .info = { .pid = (p), \
    .parent = (up), .sid = (s), .start_ticks = (p) * 10ULL, \
    .login_uid = (login), .audit_session = (audit) } }

/*
 * sshd's listener and three connections, rita's with sudo and su in it, a
 * stray of hers, another of her own, locke's.
 */
static struct vms_proc table[] = {
	P(1, 0, 1, 0, NONE, NONE),
	P(10, 1, 10, 0, NONE, NONE),		/* sshd's listener */
	P(20, 10, 20, 0, RITA, 5),		/* sshd for rita */
	P(21, 20, 20, RITA, RITA, 5),
	P(22, 21, 22, RITA, RITA, 5),		/* her shell */
	P(23, 22, 22, 0, RITA, 5),		/* sudo, root's */
	P(24, 22, 22, RITA, RITA, 5),		/* su, by its real user */
	P(25, 24, 22, MONA, RITA, 5),		/* mona inside */
	P(30, 1, 30, RITA, RITA, 5),		/* setsid, her shell's child */
	P(31, 1, 31, RITA, RITA, 4),		/* of an earlier login */
	P(40, 10, 40, 0, MONA, 6),		/* sshd for mona */
	P(41, 40, 40, MONA, MONA, 6),
	P(50, 10, 50, 0, LOCKE, 7),		/* sshd for a local user */
	P(51, 50, 50, LOCKE, LOCKE, 7),
	P(60, 1, 60, 0, NONE, NONE),		/* a service of root's */
};

static const struct vms_proclist all = { table, N_ROWS(table), 0 };

/* The pids that match, in a text; the leader with a mark. */
static const char *
found(const struct vms_end *e)
{
	static char text[200];
	size_t len = 0;

	text[0] = '\0';
	for (size_t i = 0; i < all.n; i++) {
		enum vms_end_part part = vms_end_match(e, &all, &all.v[i]);

		if (part != VMS_END_NOT)
			len += (size_t)snprintf(text + len,
			    sizeof(text) - len, "%s%u%s", len > 0 ? " " : "",
			    all.v[i].info.pid,
			    part == VMS_END_LEADER ? "L" : "");
	}
	return text;
}

static struct vms_end
session(uint32_t uid, uint32_t leader, uint32_t audit)
{
	return (struct vms_end){ .id = "1", .uid = uid,
	    .leader = { leader, leader * 10ULL }, .audit_session = audit };
}

static void
test_match(void **state)
{
	struct vms_end e = session(RITA, 20, 5);

	(void)state;
	assert_string_equal(found(&e), "20L 21 22 23 24 25 30");
	/* By descent alone. */
	e.audit_session = NONE;
	assert_string_equal(found(&e), "20L 21 22 23 24 25");
	/* No leader: by what login it was, of all that is hers. */
	e = session(RITA, 0, 5);
	assert_string_equal(found(&e), "20 21 22 23 24 25 30");
	e.whole = true;
	assert_string_equal(found(&e), "20 21 22 23 24 25 30 31");
	/* mona inside rita's session: not rita's, and not mona's other. */
	e = session(MONA, 24, 5);
	assert_string_equal(found(&e), "24L 25");
}

static void
test_forged(void **state)
{
	struct vms_end e = session(RITA, 20, NONE);

	(void)state;
	/* The pid was taken again: its start time tells. */
	e.leader.start_ticks++;
	assert_string_equal(found(&e), "");
	/* What a broken engine might claim: sshd's listener as rita's. */
	e = session(RITA, 10, NONE);
	assert_string_equal(found(&e), "10L 21 22 23 24 25");
	/* Another's login, init, a service. */
	e = session(RITA, 0, 7);
	assert_string_equal(found(&e), "");
	e = session(RITA, 1, NONE);
	assert_false(strstr(found(&e), "51") != NULL);
	assert_false(strstr(found(&e), "41") != NULL);
	e = session(RITA, 60, NONE);
	assert_string_equal(found(&e), "60L");
}

static void
test_sids(void **state)
{
	struct vms_end e = session(RITA, 20, NONE);

	(void)state;
	for (size_t i = 0; i < all.n; i++)
		if (vms_end_match(&e, &all, &all.v[i]) == VMS_END_PART)
			vms_end_note(&e, &all, &all.v[i]);
	assert_int_equal(e.n_sids, 1);
	assert_int_equal(e.sids[0], 22);
	e.leader.pid = 0;
	assert_string_equal(found(&e), "22 24");
}

static void
test_signal(void **state)
{
	static const int kill[] = { SIGKILL };
	struct vms_procinfo who;
	int status;
	pid_t pid;

	(void)state;
	pid = fork();
	if (pid == 0) {
		pause();
		_exit(0);
	}
	assert_int_equal(vms_procinfo_read((uint32_t)pid, &who), 0);
	/* The same pid of another time: nothing is sent. */
	who.start_ticks--;
	assert_false(vms_endsession_signal(&who, kill, 1));
	assert_int_equal(waitpid(pid, &status, WNOHANG), 0);
	who.start_ticks++;
	assert_true(vms_endsession_signal(&who, kill, 1));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	assert_false(vms_endsession_signal(&who, kill, 1));
}

static void
test_tty(void **state)
{
	static const struct {
		uint32_t tty;
		const char *path;
	} rows[] = {
		{ 136 << 8 | 3, "/dev/pts/3" },
		{ 136 << 8 | 0xff | 1 << 20, "/dev/pts/511" },
		{ 137 << 8 | 1, "/dev/pts/257" },
		{ 4 << 8 | 9, "/dev/tty9" },
		{ 4 << 8 | 64, "/dev/ttyS0" },
		{ 4 << 8, NULL },
		{ 1 << 8 | 3, NULL },
		{ 0, NULL },
	};
	char path[VMS_TTY_PATH_SIZE];

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		assert_int_equal(vms_tty_path(rows[i].tty, path),
		    rows[i].path == NULL ? -1 : 0);
		if (rows[i].path != NULL)
			assert_string_equal(path, rows[i].path);
	}
}

static void
test_wire(void **state)
{
	static const char *const bad[] = { "../1", "1/x", "a b", "a\n", "%s" };
	struct vms_end e = session(RITA, 20, 5), out;
	struct vms_err err = { 0 };

	(void)state;
	for (size_t i = 0; i <= N_ROWS(bad); i++) {
		struct vms_wr w = { 0 };
		struct vms_rd r;

		vms_str_copy(e.logind, sizeof(e.logind), vms_str_of(
		    i < N_ROWS(bad) ? bad[i] : "c12"));
		vms_end_encode(&w, &e);
		r = vms_rd_init(w.p, w.len);
		memset(&out, 0x5a, sizeof(out));
		assert_int_equal(vms_end_decode(&r, &out, &err),
		    i < N_ROWS(bad) ? -1 : 0);
		vms_wr_fini(&w);
	}
	assert_string_equal(out.logind, "c12");
	assert_int_equal(out.uid, RITA);
	assert_int_equal(out.leader.start_ticks, 200);
	assert_int_equal(out.n_sids, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_match),
		cmocka_unit_test(test_forged),
		cmocka_unit_test(test_sids),
		cmocka_unit_test(test_signal),
		cmocka_unit_test(test_tty),
		cmocka_unit_test(test_wire),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
