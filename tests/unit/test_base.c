/* SPDX-License-Identifier: MIT */
/* The core's ground floor: err, str, buf, arena. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "libvms/arena.h"
#include "libvms/buf.h"
#include "libvms/err.h"
#include "libvms/str.h"

static void
test_num(void **state)
{
	static const struct {
		const char *text;
		int64_t min, max, want;
		int r;
	} rows[] = {
		{ "0", 0, 9, 0, 0 },
		{ "42", 0, 100, 42, 0 },
		{ "-1", -5, 5, -1, 0 },
		{ "9223372036854775807", 0, INT64_MAX, INT64_MAX, 0 },
		{ "9223372036854775808", 0, INT64_MAX, 0, -1 },
		{ "-1", 0, 5, 0, -1 },
		{ "", 0, 9, 0, -1 },
		{ "-", -9, 9, 0, -1 },
		{ "+1", 0, 9, 0, -1 },
		{ " 1", 0, 9, 0, -1 },
		{ "1 ", 0, 9, 0, -1 },
		{ "1x", 0, 9, 0, -1 },
		{ "0x1", 0, 9, 0, -1 },
		{ "10", 0, 9, 0, -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t out = 77;

		assert_int_equal(vms_num_parse(vms_str_of(rows[i].text),
		    rows[i].min, rows[i].max, &out), rows[i].r);
		assert_int_equal(out, rows[i].want);
	}
}

static void
test_id(void **state)
{
	static const struct {
		const char *text;
		uint32_t want;
		int r;
	} rows[] = {
		{ "1000", 1000, 0 },
		{ "4294967294", 4294967294U, 0 },
		{ "0", 0, -1 },
		{ "65535", 0, -1 },
		{ "4294967295", 0, -1 },
		{ "-1", 0, -1 },
		{ "1000 ", 0, -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint32_t out = 77;

		assert_int_equal(vms_id_parse(vms_str_of(rows[i].text), &out),
		    rows[i].r);
		assert_int_equal(out, rows[i].want);
	}
}

static void
test_str(void **state)
{
	struct vms_str head, tail;
	char buf[4];

	(void)state;
	assert_true(vms_str_caseeq(VMS_STR("EnAbled"), VMS_STR("enabled")));
	assert_false(vms_str_caseeq(VMS_STR("enable"), VMS_STR("enabled")));
	assert_true(vms_str_casecmp(VMS_STR("B"), VMS_STR("a")) > 0);
	assert_true(vms_str_cut(VMS_STR("a=b=c"), '=', &head, &tail));
	assert_true(vms_str_eq(head, VMS_STR("a")));
	assert_true(vms_str_eq(tail, VMS_STR("b=c")));
	assert_false(vms_str_cut(VMS_STR("abc"), '=', &head, &tail));
	assert_int_equal(tail.len, 0);
	assert_true(vms_str_eq(vms_str_trim(VMS_STR(" \tx y ")),
	    VMS_STR("x y")));
	assert_int_equal(vms_str_copy(buf, sizeof(buf), VMS_STR("abc")), 0);
	assert_int_equal(vms_str_copy(buf, sizeof(buf), VMS_STR("abcd")), -1);
	assert_int_equal(vms_str_copy(buf, sizeof(buf), VMS_STR("a\0b")), -1);
}

static void
test_buf(void **state)
{
	struct vms_wr w = { .max = 64 };
	struct vms_rd r;

	(void)state;
	vms_wr_u8(&w, 7);
	vms_wr_u16(&w, 0x1234);
	vms_wr_u32(&w, 0xdeadbeef);
	vms_wr_u64(&w, UINT64_MAX - 1);
	vms_wr_str(&w, VMS_STR("hello"));
	assert_false(w.bad);

	for (size_t len = 0; len < w.len; len++) {
		r = vms_rd_init(w.p, len);	/* every truncation */
		vms_rd_u8(&r);
		vms_rd_u16(&r);
		vms_rd_u32(&r);
		vms_rd_u64(&r);
		vms_rd_text(&r, 10);
		assert_false(vms_rd_done(&r));
	}
	r = vms_rd_init(w.p, w.len);
	assert_int_equal(vms_rd_u8(&r), 7);
	assert_int_equal(vms_rd_u16(&r), 0x1234);
	assert_int_equal(vms_rd_u32(&r), 0xdeadbeef);
	assert_true(vms_rd_u64(&r) == UINT64_MAX - 1);
	assert_false(vms_rd_done(&r));		/* something is left */
	assert_true(vms_str_eq(vms_rd_text(&r, 5), VMS_STR("hello")));
	assert_true(vms_rd_done(&r));

	r = vms_rd_init(w.p + 15, w.len - 15);
	vms_rd_text(&r, 4);			/* over its limit */
	assert_true(r.bad);

	vms_wr_bytes(&w, w.p, w.len);
	vms_wr_bytes(&w, w.p, w.len);		/* over max */
	assert_true(w.bad);
	vms_wr_fini(&w);
	assert_null(w.p);
}

static void
test_arena(void **state)
{
	struct vms_arena a = { .max = 1024 * 1024 };
	struct vms_str s;

	(void)state;
	for (size_t i = 1; i < 2000; i++) {
		uint8_t *p = vms_arena_alloc(&a, i % 97);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % 16, 0);
	}
	s = vms_arena_str(&a, VMS_STR("name"));
	assert_string_equal(s.p, "name");
	assert_null(vms_arena_alloc(&a, 2 * 1024 * 1024));
	assert_null(vms_arena_calloc(&a, SIZE_MAX / 2, 4));
	vms_arena_reset(&a);
	assert_non_null(vms_arena_alloc(&a, 10));
	vms_arena_fini(&a);
}

static void
test_err(void **state)
{
	struct vms_err err;

	(void)state;
	assert_int_equal(vms_fail(&err, VMS_E_LIMIT, "a\nb%d", 3), -1);
	assert_string_equal(err.msg, "a?b3");
	assert_int_equal(err.code, VMS_E_LIMIT);
	assert_int_equal(vms_fail(NULL, VMS_E_LIMIT, "x"), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_num),
		cmocka_unit_test(test_id),
		cmocka_unit_test(test_str),
		cmocka_unit_test(test_buf),
		cmocka_unit_test(test_arena),
		cmocka_unit_test(test_err),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
