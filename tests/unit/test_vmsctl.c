/* SPDX-License-Identifier: MIT */
/* The built vmsctl against a scripted vmsd: what it asks, prints, returns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/proto_samples.h"
#include "tests/unit/server.h"

/* Run with the socket of s; out gets stdout.  The exit status. */
static int
run(const struct server *s, const char *words, char *out, size_t size)
{
	char cmd[600];
	size_t len;
	FILE *f;

	snprintf(cmd, sizeof(cmd), "%s %s --socket %s 2>&1", VMS_CTL, words,
	    s->path);
	f = popen(cmd, "re");
	assert_non_null(f);
	len = fread(out, 1, size - 1, f);
	out[len] = '\0';
	while (getc(f) != EOF)
		;		/* the rest, lest vmsctl meets a closed pipe */
	return WEXITSTATUS(pclose(f));
}

static const struct vms_cell status_cells[] = {
	{ { "recorder", 8 }, { "rec01", 5 }, 's' },
	{ { "generation", 10 }, { "12", 2 }, 'n' },
	{ { "stale", 5 }, { "false", 5 }, 'b' },
	{ { "built_at", 8 }, { "86400", 5 }, 'n' },
	{ { "roles", 5 }, { "a\nb", 3 }, 'l' },
	{ { "none", 4 }, { "", 0 }, 'l' },
};
static const struct vms_row status_row = { status_cells, 6 };
static const struct vms_cell name_cells[] = {
	{ { "name", 4 }, { "cam-gate", 8 }, 's' },
	{ { "name", 4 }, { "cam\033\n2", 6 }, 's' },
};
static const struct vms_row name_rows[] = {
	{ name_cells, 1 }, { name_cells + 1, 1 },
};
static const struct vms_cell session_cells[] = {
	{ { "user", 4 }, { "sam", 3 }, 's' },
	{ { "uid", 3 }, { "10001", 5 }, 'n' },
	{ { "since", 5 }, { "86400", 5 }, 'n' },
};
static const struct vms_row session_row = { session_cells, 3 };

enum { STATUS, NAMES, SESSIONS, EMPTY, YES, NO, E_UNAVAILABLE, E_NOT_FOUND,
    E_DENIED, E_MALFORMED, E_SYSTEM };
static const struct vms_message answers[] = {
	{ .type = VMS_A_TABLE, .u.table_rep = { true, &status_row, 1 } },
	{ .type = VMS_A_TABLE, .u.table_rep = { false, name_rows, 2 } },
	{ .type = VMS_A_TABLE, .u.table_rep = { false, &session_row, 1 } },
	{ .type = VMS_A_TABLE, .u.table_rep = { false, NULL, 0 } },
	{ .type = VMS_A_VERDICT, .u.verdict_rep = { .allow = true,
	    .reason = { "grant:g1", 8 }, .grant = { "cn=g1", 5 },
	    .obligations = { "hidden=a,b; stale=true", 22 },
	    .recorder = { "rec01", 5 }, .generation = 7,
	    .steps = sample_steps, .n_steps = 2 } },
	{ .type = VMS_A_VERDICT, .u.verdict_rep = {
	    .reason = { "no-grant", 8 }, .obligations = { "-", 1 },
	    .user = { "sam", 3 }, .action = { "live.view", 9 },
	    .recorder = { "rec01", 5 } } },
	{ .type = VMS_A_ERROR, .u.error_rep = { 1, { "x", 1 } } },
	{ .type = VMS_A_ERROR, .u.error_rep = { 2, { "x", 1 } } },
	{ .type = VMS_A_ERROR, .u.error_rep = { 3, { "x", 1 } } },
	{ .type = VMS_A_ERROR, .u.error_rep = { 4, { "x", 1 } } },
	{ .type = VMS_A_ERROR, .u.error_rep = { 6, { "x", 1 } } },
};

static void
test_verbs(void **state)
{
	static const struct {
		const char *words;
		int answer;
		enum vms_msg asks;	/* 0: nothing is asked */
		const char *word;
		int rc;
		const char *out;	/* all of it, or NULL */
	} rows[] = {
		{ "status", STATUS, VMS_Q_STATUS, "", 0,
		    "recorder         rec01\ngeneration       12\n"
		    "stale            false\n"
		    "built_at         1970-01-02T00:00:00Z\n"
		    "roles            a b\nnone             \n" },
		{ "status sam --json", STATUS, VMS_Q_STATUS, "sam", 0,
		    "{\"recorder\":\"rec01\",\"generation\":12,"
		    "\"stale\":false,\"built_at\":86400,"
		    "\"roles\":[\"a\",\"b\"],\"none\":[]}\n" },
		{ "whoami", STATUS, VMS_Q_WHOAMI, "", 0, NULL },
		{ "keys sam", NAMES, VMS_Q_KEYS, "sam", 0,
		    "cam-gate\ncam??2\n" },
		{ "keys sam", EMPTY, VMS_Q_KEYS, "sam", 0, "" },
		{ "list cameras sam", NAMES, VMS_Q_LIST, "", 0,
		    "cam-gate\ncam??2\n" },
		{ "list camera --json", NAMES, VMS_Q_LIST, "", 0,
		    "[{\"name\":\"cam-gate\"},"
		    "{\"name\":\"cam\\u001b\\u000a2\"}]\n" },
		{ "list layouts --json", EMPTY, VMS_Q_LIST, "", 0, "[]\n" },
		{ "sessions", SESSIONS, VMS_Q_SESSIONS, "", 0,
		    "user\tuid\tsince\nsam\t10001\t1970-01-02T00:00:00Z\n" },
		{ "sessions sam", EMPTY, VMS_Q_SESSIONS, "sam", 0, "" },
		{ "lint", EMPTY, VMS_Q_LINT, "", 0, "" },
		{ "lint", SESSIONS, VMS_Q_LINT, "", 5, NULL },
		{ "sync refresh", STATUS, VMS_Q_SYNC, "refresh", 0, NULL },
		{ "check sam live.view camera:cam-gate", YES, VMS_Q_CHECK,
		    "", 0, " 1  pass  action live.view\n13  stop  schedule  "
		    "cn=g1,ou=grants\nALLOW grant:g1 hidden=a,b "
		    "stale=true\n" },
		{ "check sam service=sshd", NO, VMS_Q_CHECK, "", 1,
		    "DENY no-grant\n" },
		{ "check sam live.view --json", NO, VMS_Q_CHECK, "", 1,
		    "{\"result\":\"DENY\",\"reason\":\"no-grant\","
		    "\"grant\":\"\",\"obligations\":{},\"generation\":0,"
		    "\"recorder\":\"rec01\",\"action\":\"live.view\","
		    "\"steps\":[],\"user\":\"sam\",\"decision\":\"\"}\n" },
		{ "why d1", NO, VMS_Q_EXPLAIN, "d1", 1,
		    "user sam, action live.view, recorder rec01\n"
		    "DENY no-grant\n" },
		{ "status", E_UNAVAILABLE, VMS_Q_STATUS, "", 6, NULL },
		{ "why d1", E_NOT_FOUND, VMS_Q_EXPLAIN, "d1", 1, NULL },
		{ "keys sam", E_DENIED, VMS_Q_KEYS, "sam", 4, NULL },
		{ "list cameras sam", E_MALFORMED, VMS_Q_LIST, "", 2, NULL },
		{ "lint", E_SYSTEM, VMS_Q_LINT, "", 1, NULL },
		{ "whoami", YES, VMS_Q_WHOAMI, "", 6, NULL },
		/* Wrong words ask nobody. */
		{ "list teapots", NAMES, 0, NULL, 2, NULL },
		{ "list", NAMES, 0, NULL, 2, NULL },
		{ "keys", NAMES, 0, NULL, 2, NULL },
		{ "sync", NAMES, 0, NULL, 2, NULL },
		{ "sync tomorrow", NAMES, 0, NULL, 2, NULL },
		{ "status a b", STATUS, 0, NULL, 2, NULL },
		{ "status --can", STATUS, 0, NULL, 2, NULL },
		{ "check sam", YES, 0, NULL, 2, NULL },
		{ "why", YES, 0, NULL, 2, NULL },
		{ "frobnicate", YES, 0, NULL, 2, NULL },
	};
	char out[4096];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct server_script script = {
		    .answers = &answers[rows[i].answer], .n_answers = 1 };
		struct server s;

		server_start(&s, &script);
		assert_int_equal(run(&s, rows[i].words, out, sizeof(out)),
		    rows[i].rc);
		if (rows[i].out != NULL)
			assert_string_equal(out, rows[i].out);
		assert_int_equal(s.log->n, rows[i].asks != 0 ? 1 : 0);
		if (rows[i].asks != 0) {
			assert_int_equal(s.log->seen[0].type, rows[i].asks);
			assert_string_equal(s.log->seen[0].word,
			    rows[i].word);
		}
		server_stop(&s);
		server_stop(&s);
	}
}

static void
test_can(void **state)
{
	const struct vms_message both[] = { answers[STATUS], answers[NAMES] };
	struct server_script script = { .answers = both, .n_answers = 2 };
	struct server s;
	char out[4096];

	(void)state;
	server_start(&s, &script);
	assert_int_equal(run(&s, "whoami --can --json", out, sizeof(out)), 0);
	assert_non_null(strstr(out, "\"recorder\":\"rec01\""));
	assert_non_null(strstr(out, "\"can\":{\"recorders\":[{\"name\":"
	    "\"cam-gate\"}"));
	assert_int_equal(s.log->n, 5);
	server_stop(&s);
	server_stop(&s);
}

static void
test_no_daemon(void **state)
{
	static const char *const words[] = { "status", "whoami", "keys sam",
	    "check sam live.view", "why d1", "list cameras", "lint",
	    "sessions", "sync refresh" };
	struct server s = { .path = "/nonexistent/socket" };
	char out[4096];

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		assert_int_equal(run(&s, words[i], out, sizeof(out)), 6);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verbs),
		cmocka_unit_test(test_can),
		cmocka_unit_test(test_no_daemon),
	};

	if (geteuid() != 0)
		return 77;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
