/* SPDX-License-Identifier: MIT */
/* Weekly windows. */
#include "cm.h"

#include "libvms/gtime.h"
#include "libvms/schedule.h"
#include "vmsd/zonefiles.h"

static void
test_windows(void **state)
{
	static const struct {
		const char *text;
		uint8_t days;		/* 0: unreadable */
		int start, end;
	} rows[] = {
		{ "mon-fri 08:00-18:00", 0x1f, 480, 1080 },
		{ "MON-Fri 08:00-18:00", 0x1f, 480, 1080 },
		{ "daily 00:00-24:00", 0x7f, 0, 1440 },
		{ "sun 23:59-00:00", 0x40, 1439, 0 },
		{ "sat-mon 10:00-11:00", 0x61, 600, 660 },
		{ "mon-sun 10:00-11:00", 0x7f, 600, 660 },
		{ "tue-mon 10:00-11:00", 0x7f, 600, 660 },
		{ "  wed   10:00-11:00 ", 0x04, 600, 660 },
		{ "mon-fri 08:00-24:01", 0, 0, 0 },
		{ "mon-fri 24:00-08:00", 0, 0, 0 },
		{ "mon-fri 08:60-18:00", 0, 0, 0 },
		{ "mon-fri 8:00-18:00", 0, 0, 0 },
		{ "mon-fri 08:00", 0, 0, 0 },
		{ "mon-fri 08:00-18:00-19:00", 0, 0, 0 },
		{ "mon-fri 08:00-18:00 x", 0, 0, 0 },
		{ "mon-fri -8:00-18:00", 0, 0, 0 },
		{ "mon-fri08:00-18:00", 0, 0, 0 },
		{ "daily-fri 08:00-18:00", 0, 0, 0 },
		{ "mon- 08:00-18:00", 0, 0, 0 },
		{ "mon-fri-sun 08:00-18:00", 0, 0, 0 },
		{ "08:00-18:00", 0, 0, 0 },
		{ "monday 08:00-18:00", 0, 0, 0 },
		{ "", 0, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		struct vms_window w = { 9, 9, 9 };
		int r = vms_window_parse(vms_str_of(rows[i].text), &w);

		if ((r == 0) != (rows[i].days != 0) ||
		    w.days != rows[i].days || w.start_min != rows[i].start ||
		    w.end_min != rows[i].end)
			fail_msg("%s", rows[i].text);
	}
}

struct row {
	const char *window, *except, *zone, *at;
	bool open;
};

static void
judge(const struct vms_zones *zones, const struct row *row)
{
	struct vms_window w;
	int64_t except = 0, now;
	struct vms_schedule s = { &w, 1, &except, 0 };
	const struct vms_zone *zone = vms_zones_get(zones,
	    vms_str_of(row->zone));

	assert_non_null(zone);
	assert_int_equal(vms_window_parse(vms_str_of(row->window), &w), 0);
	if (row->except != NULL) {
		assert_int_equal(vms_date_parse(vms_str_of(row->except),
		    &except), 0);
		s.n_except = 1;
	}
	assert_int_equal(vms_isotime_parse(vms_str_of(row->at), &now), 0);
	if (vms_schedule_is_open(&s, zone, now) != row->open)
		fail_msg("%s in %s at %s: not %s", row->window, row->zone,
		    row->at, row->open ? "open" : "closed");
}

static void
test_open(void **state)
{
	static const struct row rows[] = {
		/* 2026-06-15 is a Monday; Berlin is two hours ahead. */
		{ "mon-fri 08:00-18:00", NULL, "Europe/Berlin",
		    "2026-06-15T05:59:59Z", false },
		{ "mon-fri 08:00-18:00", NULL, "Europe/Berlin",
		    "2026-06-15T06:00Z", true },
		{ "mon-fri 08:00-18:00", NULL, "Europe/Berlin",
		    "2026-06-15T15:59:59Z", true },
		{ "mon-fri 08:00-18:00", NULL, "Europe/Berlin",
		    "2026-06-15T16:00Z", false },
		{ "mon-fri 08:00-18:00", NULL, "Europe/Berlin",
		    "2026-06-14T10:00Z", false },
		{ "mon-fri 08:00-18:00", NULL, "UTC",
		    "2026-06-15T17:00Z", true },
		/* Overnight: Friday's tail is on Saturday. */
		{ "mon-fri 22:00-06:00", NULL, "Europe/Berlin",
		    "2026-06-20T03:59Z", true },
		{ "mon-fri 22:00-06:00", NULL, "Europe/Berlin",
		    "2026-06-20T04:00Z", false },
		{ "mon-fri 22:00-06:00", NULL, "Europe/Berlin",
		    "2026-06-20T20:30Z", false },
		{ "mon 08:00-08:00", NULL, "UTC", "2026-06-16T07:59Z", true },
		{ "mon 08:00-08:00", NULL, "UTC", "2026-06-16T08:00Z", false },
		{ "mon 00:00-24:00", NULL, "UTC", "2026-06-15T23:59Z", true },
		{ "mon 00:00-24:00", NULL, "UTC", "2026-06-16T00:00Z", false },
		/* An exception takes the tail along, not the one before. */
		{ "daily 22:00-06:00", "2026-06-15", "UTC",
		    "2026-06-15T23:00Z", false },
		{ "daily 22:00-06:00", "2026-06-15", "UTC",
		    "2026-06-16T05:00Z", false },
		{ "daily 22:00-06:00", "2026-06-15", "UTC",
		    "2026-06-15T05:00Z", true },
		{ "daily 22:00-06:00", "2026-06-15", "UTC",
		    "2026-06-16T22:00Z", true },
		/* The day is the zone's. */
		{ "mon-fri 08:00-18:00", "2026-12-25", "Europe/Berlin",
		    "2026-12-25T10:00Z", false },
		{ "daily 00:00-24:00", "2026-12-25", "Europe/Berlin",
		    "2026-12-24T23:30Z", false },
		/* 2026-03-29: 02:30 does not exist; 03:00 is 01:00Z. */
		{ "sun 02:00-03:00", NULL, "Europe/Berlin",
		    "2026-03-29T00:59:59Z", false },
		{ "sun 02:00-03:00", NULL, "Europe/Berlin",
		    "2026-03-29T01:00Z", false },
		{ "sun 03:00-04:00", NULL, "Europe/Berlin",
		    "2026-03-29T01:00Z", true },
		/* 2026-10-25: 02:30 happens twice and is judged twice alike. */
		{ "sun 02:00-03:00", NULL, "Europe/Berlin",
		    "2026-10-25T00:30Z", true },
		{ "sun 02:00-03:00", NULL, "Europe/Berlin",
		    "2026-10-25T01:30Z", true },
		{ "sun 02:00-03:00", NULL, "Europe/Berlin",
		    "2026-10-25T02:00Z", false },
	};
	struct vms_zones *zones = vms_zonefiles_load(VMS_ZONEINFO_DIR, NULL);

	(void)state;
	assert_non_null(zones);
	for (size_t i = 0; i < N_ROWS(rows); i++)
		judge(zones, &rows[i]);
	vms_zones_free(zones);
}

static void
test_nothing(void **state)
{
	struct vms_schedule s = { 0 };

	(void)state;
	assert_false(vms_schedule_is_open(&s, vms_zones_get(NULL,
	    VMS_STR("UTC")), 1781510400));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_windows),
		cmocka_unit_test(test_open),
		cmocka_unit_test(test_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
