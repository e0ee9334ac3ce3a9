/* SPDX-License-Identifier: MIT */
/* The C API against a scripted vmsd. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "libvms/vms.h"
#include "tests/unit/server.h"

static const struct vms_message allow = {
	.type = VMS_A_VERDICT,
	.u.verdict_rep = { .allow = true,
	    .reason = { "grant:g-viewers", 15 },
	    .obligations = { "hidden=a,b", 10 },
	    .decision = { "0df594-7", 8 }, .generation = 42 },
};
static const struct vms_message refused = {
	.type = VMS_A_ERROR,
	.u.error_rep = { .code = VMS_E_DENIED, .text = { "not you", 7 } },
};

static struct vms *
start(struct server *s, enum server_mode mode, const struct vms_message *m)
{
	struct server_script script = { .mode = mode, .answers = m,
	    .n_answers = m == NULL ? 0 : 1 };
	struct vms *vms = NULL;

	server_start(s, &script);
	assert_int_equal(vms_open(s->path, &vms), VMS_OK);
	vms_set_timeout(vms, 300);
	return vms;
}

static void
test_check(void **state)
{
	struct server s = { 0 };
	struct vms *vms = start(&s, SERVER_ANSWER, &allow);
	struct vms_answer a;
	int fds;

	(void)state;
	fds = count_fds();
	assert_int_equal(vms_check(vms, "vera", "live.view", "camera:gate",
	    NULL, &a), VMS_OK);
	assert_true(a.allow);
	assert_string_equal(a.reason, "grant:g-viewers");
	assert_string_equal(a.obligations, "hidden=a,b");
	assert_string_equal(a.decision, "0df594-7");
	assert_true(a.generation == 42);
	vms_answer_clear(&a);
	assert_null(a.reason);
	assert_int_equal(count_fds(), fds);
	assert_int_equal(s.log->seen[0].type, VMS_Q_CHECK);
	vms_close(vms);
	server_stop(&s);
}

static void
test_no_answer_denies(void **state)
{
	static const struct {
		enum server_mode mode;
		const struct vms_message *answer;
		enum vms_status want;
	} rows[] = {
		{ SERVER_ANSWER, &refused, VMS_NOT_PERMITTED },
		{ SERVER_HANG, NULL, VMS_UNAVAILABLE },
		{ SERVER_CLOSE, NULL, VMS_UNAVAILABLE },
		{ SERVER_HALF, &allow, VMS_UNAVAILABLE },
		{ SERVER_GARBAGE, NULL, VMS_UNAVAILABLE },
		{ SERVER_HUGE, NULL, VMS_UNAVAILABLE },
		{ SERVER_BADBODY, &allow, VMS_UNAVAILABLE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct server s = { 0 };
		struct vms *vms = start(&s, rows[i].mode, rows[i].answer);
		struct vms_answer a = { .allow = true };

		assert_int_equal(vms_check(vms, "vera", "live.view",
		    "camera:gate", NULL, &a), rows[i].want);
		assert_false(a.allow);
		assert_true(vms_error(vms)[0] != '\0');
		vms_close(vms);
		server_stop(&s);
	}
}

static void
test_words(void **state)
{
	struct vms *vms = NULL;
	struct vms_answer a = { .allow = true };

	(void)state;
	assert_int_equal(vms_open("/nowhere/at/all", &vms), VMS_OK);
	assert_int_equal(vms_check(vms, "vera", "live.view", "gate", NULL,
	    &a), VMS_BAD_REQUEST);
	assert_false(a.allow);
	assert_int_equal(vms_check(vms, "vera", "live.view", NULL, NULL, &a),
	    VMS_UNAVAILABLE);
	vms_close(vms);
	vms_close(NULL);
}

static int
take_name(void *arg, const char *name)
{
	char *names = arg;

	strcat(names, name);
	strcat(names, " ");
	return strcmp(name, "gate") == 0;
}

static void
test_access(void **state)
{
	const struct vms_cell cells[3] = {
		{ { "name", 4 }, { "dock", 4 }, 's' },
		{ { "name", 4 }, { "gate", 4 }, 's' },
		{ { "name", 4 }, { "yard", 4 }, 's' },
	};
	const struct vms_row rows[3] = {
		{ &cells[0], 1 }, { &cells[1], 1 }, { &cells[2], 1 },
	};
	const struct vms_message table = { .type = VMS_A_TABLE,
	    .u.table_rep = { .rows = rows, .n_rows = 3 } };
	struct server s = { 0 };
	struct vms *vms = start(&s, SERVER_ANSWER, &table);
	char names[64] = "";

	(void)state;
	assert_int_equal(vms_access(vms, "lars", "camera", take_name, names),
	    VMS_OK);
	assert_string_equal(names, "dock gate ");	/* stopped there */
	vms_close(vms);
	server_stop(&s);
}

static void
test_watch(void **state)
{
	const struct vms_cell cell = { { "generation", 10 }, { "9", 1 }, 'n' };
	const struct vms_row row = { &cell, 1 };
	const struct vms_message told = { .type = VMS_A_TABLE,
	    .u.table_rep = { .single = true, .rows = &row, .n_rows = 1 } };
	struct server s = { 0 };
	struct vms *vms = start(&s, SERVER_ANSWER, &told);
	int before = count_fds(), fd = -1;
	uint64_t n = 7;

	(void)state;
	assert_int_equal(vms_watch_next(vms, &n), VMS_BAD_REQUEST);
	assert_int_equal(vms_watch(vms, &fd), VMS_OK);
	assert_true(fd > 2);
	assert_int_equal(vms_watch_next(vms, &n), VMS_OK);
	assert_true(n == 9);
	/* The server hung up after its answer: the watch is over. */
	assert_int_equal(vms_watch_next(vms, &n), VMS_UNAVAILABLE);
	assert_int_equal(count_fds(), before);
	vms_close(vms);
	server_stop(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_no_answer_denies),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_access),
		cmocka_unit_test(test_watch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
