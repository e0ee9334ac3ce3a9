/* SPDX-License-Identifier: MIT */
/* vmsctl on files: rows that differ or cannot be read, words of a question,
 * and JSON that stays JSON. */
#include "cm.h"

#include <stdio.h>
#include <unistd.h>

#include "vmsctl/batch.h"
#include "vmsctl/estate.h"
#include "vmsctl/out.h"
#include "vmsctl/question.h"

static struct estate estate;

static int
setup(void **state)
{
	char ldif[] = VMS_TEST_DATA "/fixture.ldif";
	char *files[] = { ldif };

	(void)state;
	return estate_load(files, 1, &estate, NULL);
}

static int
teardown(void **state)
{
	(void)state;
	estate_fini(&estate);
	return 0;
}

static int
run(const char *text)
{
	char path[] = "/tmp/test_batch.XXXXXX";
	int fd = mkstemp(path), result;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)),
	    (ssize_t)strlen(text));
	close(fd);
	result = batch_run(estate.model, path, 1781510400);
	unlink(path);
	return result;
}

#define LIVE "live.view\tcamera:cam-gate"
#define ED(middle) "1\ted\t" middle "\n"
#define YES "ALLOW\tgrant:g-operators\t-"

static void
test_rows(void **state)
{
	static const struct {
		const char *text;
		int want;
	} rows[] = {
		{ "", 0 },
		{ "# nothing\n\n#\n", 0 },
		{ ED(LIVE "\t-\t-\t" YES), 0 },
		{ "1\tED\tlive.view\tcamera:CAM-GATE\t2026-06-15T08:00Z\t-\t"
		    YES "\r\n", 0 },
		{ "1\ted\t" LIVE "\t-\t-\t" YES, 0 },
		{ ED(LIVE "\t-\t-\tDENY\tgrant:g-operators\t-"), 1 },
		{ ED(LIVE "\t-\t-\tALLOW\tgrant:g-other\t-"), 1 },
		{ ED(LIVE "\t-\t-\tALLOW\tgrant:g-operators\tstale=true"), 1 },
		{ ED(LIVE "\t-\tdirectory=down;snapshot-age=1\t"
		    "ALLOW\tgrant:g-operators\tstale=true"), 0 },
		{ ED(LIVE "\t-\tdirectory=down\t"
		    "DENY\tdirectory-unavailable\t-"), 0 },
		{ ED(LIVE "\t-\tdirectory=down; snapshot-age=5;"
		    "policy.cache-max-age=4\tDENY\tdirectory-unavailable\t-"),
		    0 },
		{ ED(LIVE "\t-\tdirectory=down;snapshot-age=0;"
		    "policy.cache-max-age=1d\tDENY\tdirectory-unavailable\t-"),
		    0 },
		{ ED("service=sshd\trecorder:rec01\t-\tfrom=local\t"
		    "ALLOW\tgrant:g-operators-login\t-"), 0 },
		/* Unreadable, and the rest is still done. */
		{ ED(LIVE "\t-\t-\tALLOW") ED(LIVE "\t-\t-\t" YES), 2 },
		{ ED(LIVE "\t-\t-\t" YES "\tmore"), 2 },
		{ ED(LIVE "\t-\t-\tMAYBE\tx\t-"), 2 },
		{ ED(LIVE "\t15.6.2026\t-\t" YES), 2 },
		{ ED(LIVE "\t-\tcolour=red\t" YES), 2 },
		{ ED(LIVE "\t-\tfrom\t" YES), 2 },
		{ ED(LIVE "\t-\tsnapshot-age=old\t" YES), 2 },
		{ ED(LIVE "\t-\tbreak-glass=yes\t" YES), 2 },
		{ ED("live.view\tdoor:x\t-\t-\t" YES), 2 },
		{ ED("live.view\tcam-gate\t-\t-\t" YES), 2 },
		{ ED("service=\trecorder:rec01\t-\t-\t" YES), 2 },
		{ ED("-\trecorder:rec01\t-\t-\t" YES), 2 },
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++)
		if (run(rows[i].text) != rows[i].want)
			fail_msg("row %zu: %s", i, rows[i].text);
	assert_int_equal(batch_run(estate.model, "/nonexistent", 0), 2);
}

static void
test_load(void **state)
{
	char *missing[] = { (char[]){ "/nonexistent" } };
	struct vms_err err = { 0 };
	struct estate e;

	(void)state;
	assert_int_equal(estate_load(missing, 1, &e, &err), -1);
	assert_null(e.model);
	assert_non_null(strstr(err.msg, "/nonexistent"));
}

static void
test_question(void **state)
{
	char *good[] = { "check", "--from", "192.0.2.1", "ed", "live.view",
		"--ldif", "f", "camera:cam-gate", "--json", "--at",
		"2026-06-15T08:00Z", NULL };
	char *bad_time[] = { "check", "--at", "now", NULL };
	char *bad_option[] = { "check", "--colour", NULL };
	char *few[] = { "check", "ed", NULL };
	struct question q;

	(void)state;
	assert_int_equal(question_parse(11, good, &q), 0);
	assert_int_equal(question_set_words(&q), 0);
	assert_str(q.rq.user, "ed");
	assert_str(q.rq.action, "live.view");
	assert_int_equal(q.rq.kind, VMS_KIND_CAMERA);
	assert_str(q.rq.resource, "cam-gate");
	assert_int_equal(q.rq.from.kind, VMS_FROM_ADDR);
	assert_int_equal(q.rq.now_s, 1781510400);
	assert_int_equal(q.n_files, 1);
	assert_true(q.json);
	assert_int_equal(question_parse(3, bad_time, &q), -1);
	assert_int_equal(question_parse(2, bad_option, &q), -1);
	assert_int_equal(question_parse(2, few, &q), 0);
	assert_int_equal(question_set_words(&q), -1);
}

static void
test_json(void **state)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	struct out_json j = { .f = f };

	(void)state;
	out_open(&j, NULL, '{');
	out_str(&j, "a\"b", VMS_STR("x\\\n\001\x7f"));
	out_open(&j, "list", '[');
	out_str(&j, NULL, VMS_STR("\xc3\xa4"));
	out_str(&j, NULL, VMS_STR("\xff\xc3"));
	out_close(&j, ']');
	out_num(&j, "n", INT64_MIN);
	out_bool(&j, "no", false);
	out_close(&j, '}');
	fclose(f);
	assert_string_equal(text, "{\"a\\\"b\":\"x\\\\\\u000a\\u0001\\u007f\","
	    "\"list\":[\"\xc3\xa4\",\"\\ufffd\\ufffd\"],"
	    "\"n\":-9223372036854775808,\"no\":false}");
	free(text);
	f = open_memstream(&text, &len);
	out_text(f, VMS_STR("a\033[2Jb\n"));
	fclose(f);
	assert_string_equal(text, "a?[2Jb?");
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_load),
		cmocka_unit_test(test_question),
		cmocka_unit_test(test_json),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
