/* SPDX-License-Identifier: MIT */
/* Comma-separated values: what is read, and what is refused, with its line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "vmsctl/csv.h"
#include "vmsctl/sheet.h"

/* Records as "a|b/c|d/", an error as its text. */
static void
read_all(const char *text, size_t len, char *out, size_t size)
{
	char *bytes = malloc(len + 1);
	struct vms_csv c;
	struct vms_err err = { 0 };
	size_t at = 0;
	int got;

	assert_non_null(bytes);
	memcpy(bytes, text, len);
	memset(out, 0, size);
	vms_csv_init(&c, "f", bytes, len);
	while ((got = vms_csv_next(&c, &err)) == 1)
		for (uint32_t i = 0; i < c.n_fields; i++)
			at += (size_t)snprintf(out + at, size - at, "%.*s%s",
			    VMS_STR_ARG(c.fields[i]),
			    i + 1 == c.n_fields ? "/" : "|");
	if (got == -1)
		snprintf(out + at, size - at, "%s", err.msg);
	free(bytes);
}

static void
test_records(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "", "" },
		{ "\n\r\n\n", "" },
		{ "a,b\nc,d\n", "a|b/c|d/" },
		{ "a,b\r\nc,d", "a|b/c|d/" },
		{ "\xef\xbb\xbf" "a,b\n", "a|b/" },
		{ "a,,\n", "a||/" },
		{ ",\n", "|/" },
		{ "\"\",x\n", "|x/" },
		{ "\"a,b\",\"c\"\"d\"\n", "a,b|c\"d/" },
		{ "\"two\nlines\",x\n", "two\nlines|x/" },
		{ " a , b \n", " a | b /" },
		{ "a\n\n\nb\n", "a/b/" },
		{ "m\xc3\xbcller\n", "m\xc3\xbcller/" },
		{ "a\"b\n", "f:1: a quote inside a field that does not "
		    "begin with one" },
		{ "a\n\"b\nc", "a/f:2: the quote is never closed" },
		{ "\"a\"b\n", "f:1: after a closing quote comes a comma or "
		    "the end of the line" },
		{ "\"a\" ,b\n", "f:1: after a closing quote comes a comma or "
		    "the end of the line" },
		{ "a\rb\n", "f:1: a carriage return without a line feed" },
		{ "\"x\ny\"\na\x01\n", "x\ny/f:3: a control character" },
	};
	char got[512];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		read_all(cases[i].text, strlen(cases[i].text), got,
		    sizeof(got));
		assert_string_equal(got, cases[i].want);
	}
	read_all("a\0b\n", 4, got, sizeof(got));
	assert_string_equal(got, "f:1: a control character");
}

static void
test_limits(void **state)
{
	static char text[VMS_CSV_FIELD_MAX + 2], got[VMS_CSV_FIELD_MAX + 64];

	(void)state;
	memset(text, ',', VMS_CSV_FIELDS_MAX);
	read_all(text, VMS_CSV_FIELDS_MAX - 1, got, sizeof(got));
	assert_null(strstr(got, "f:"));
	read_all(text, VMS_CSV_FIELDS_MAX, got, sizeof(got));
	assert_string_equal(got, "f:1: too many fields");
	memset(text, 'a', sizeof(text));
	read_all(text, VMS_CSV_FIELD_MAX, got, sizeof(got));
	assert_null(strstr(got, "f:"));
	read_all(text, VMS_CSV_FIELD_MAX + 1, got, sizeof(got));
	assert_string_equal(got, "f:1: a field is too long");
}

static void
test_round_trip(void **state)
{
	static const char *const values[] = { "", "plain", " edge", "edge ",
		"a,b", "a\"b", "\"", "two\nlines", "\r\n", "m\xc3\xbcller" };

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		struct vms_csv c;
		char *bytes = NULL;
		size_t len = 0;
		FILE *f = open_memstream(&bytes, &len);

		assert_non_null(f);
		vms_csv_put(f, vms_str_of(values[i]));
		fputs(",end\r\n", f);
		fclose(f);
		vms_csv_init(&c, "f", bytes, len);
		assert_int_equal(vms_csv_next(&c, NULL), 1);
		assert_int_equal(c.n_fields, 2);
		assert_true(vms_str_eq(c.fields[0], vms_str_of(values[i])));
		assert_int_equal(vms_csv_next(&c, NULL), 0);
		free(bytes);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
