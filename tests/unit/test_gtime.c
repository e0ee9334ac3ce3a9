/* SPDX-License-Identifier: MIT */
/* Dates and times as text. */
#include "cm.h"

#include "libvms/gtime.h"

static void
test_gtime(void **state)
{
	static const struct {
		const char *text;
		int64_t want;
		int r;
	} rows[] = {
		{ "19700101000000Z", 0, 0 },
		{ "20260615080000Z", 1781510400, 0 },
		{ "202606150800Z", 1781510400, 0 },
		{ "2026061508Z", 1781510400, 0 },
		{ "20260615100000+0200", 1781510400, 0 },
		{ "20260615100000+02", 1781510400, 0 },
		{ "20260615053000-0230", 1781510400, 0 },
		{ "20240229000000Z", 1709164800, 0 },
		{ "19691231235959Z", -1, 0 },
		/* Fractions of the last unit written, rounded up. */
		{ "20260615080000.0Z", 1781510400, 0 },
		{ "20260615080000.1Z", 1781510401, 0 },
		{ "20260615080000,9Z", 1781510401, 0 },
		{ "20260615080000.0000000001Z", 1781510401, 0 },
		{ "202606150800.5Z", 1781510430, 0 },
		{ "2026061507.75Z", 1781509500, 0 },
		/* A leap second is the next minute's first. */
		{ "20161231235960Z", 1483228800, 0 },
		{ "00010101000000Z", -62135596800, 0 },
		{ "", 0, -1 },
		{ "20260615080000", 0, -1 },
		{ "20260615080000z", 0, -1 },
		{ "20260615080000ZZ", 0, -1 },
		{ "20260615080000+", 0, -1 },
		{ "20260615080000+2", 0, -1 },
		{ "20260615080000+2400", 0, -1 },
		{ "20260615080000+0260", 0, -1 },
		{ "20260615080000.Z", 0, -1 },
		{ "20260615Z", 0, -1 },
		{ "20261315080000Z", 0, -1 },
		{ "20260015080000Z", 0, -1 },
		{ "20260631080000Z", 0, -1 },
		{ "20250229000000Z", 0, -1 },
		{ "19000229000000Z", 0, -1 },
		{ "20260615240000Z", 0, -1 },
		{ "20260615086000Z", 0, -1 },
		{ "20260615080061Z", 0, -1 },
		{ "2026061508000Z", 0, -1 },
		{ " 20260615080000Z", 0, -1 },
		{ "2026-06-15T08:00Z", 0, -1 },
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		int64_t out = 77;

		if (vms_gtime_parse(vms_str_of(rows[i].text), &out) !=
		    rows[i].r || out != rows[i].want)
			fail_msg("%s: %lld", rows[i].text, (long long)out);
	}
}

static void
test_isotime(void **state)
{
	static const struct {
		const char *text;
		int64_t want;
		int r;
	} rows[] = {
		{ "2026-06-15T08:00Z", 1781510400, 0 },
		{ "2026-06-15T08:00:01Z", 1781510401, 0 },
		{ "2026-06-15T08:00", 0, -1 },
		{ "2026-06-15T08:00:60Z", 0, -1 },
		{ "2026-06-15 08:00Z", 0, -1 },
		{ "2026-6-15T08:00Z", 0, -1 },
		{ "2026-06-31T08:00Z", 0, -1 },
		{ "2026-06-15T24:00Z", 0, -1 },
		{ "2026-06-15T08:00Zx", 0, -1 },
		{ "", 0, -1 },
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		int64_t out = 77;

		if (vms_isotime_parse(vms_str_of(rows[i].text), &out) !=
		    rows[i].r || out != rows[i].want)
			fail_msg("%s: %lld", rows[i].text, (long long)out);
	}
}

static void
test_date(void **state)
{
	int64_t days = 77;

	(void)state;
	assert_int_equal(vms_date_parse(VMS_STR("2026-12-25"), &days), 0);
	assert_int_equal(days, 20812);
	assert_int_equal(vms_weekday_of(days), 4);
	assert_int_equal(vms_date_parse(VMS_STR("2026-12-32"), &days), -1);
	assert_int_equal(days, 0);
	assert_int_equal(vms_date_parse(VMS_STR("2026-12-5"), &days), -1);
	assert_int_equal(vms_date_parse(VMS_STR("2026-12-251"), &days), -1);
	assert_int_equal(vms_weekday_of(0), 3);
	assert_int_equal(vms_weekday_of(-1), 2);
	assert_int_equal(vms_weekday_of(-7), 3);
}

/* Every day of eight centuries there and back. */
static void
test_calendar(void **state)
{
	int64_t day = vms_days_of((struct vms_date){ 1600, 1, 1 });

	(void)state;
	for (int64_t year = 1600; year < 2400; year++)
		for (int month = 1; month <= 12; month++)
			for (int d = 1; d <= vms_days_in_month(year, month);
			    d++, day++) {
				struct vms_date out = vms_date_of(day);

				assert_int_equal(vms_days_of(
				    (struct vms_date){ year, month, d }), day);
				assert_int_equal(out.year, year);
				assert_int_equal(out.month, month);
				assert_int_equal(out.day, d);
			}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gtime),
		cmocka_unit_test(test_isotime),
		cmocka_unit_test(test_date),
		cmocka_unit_test(test_calendar),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
