/* SPDX-License-Identifier: MIT */
/* The wall clock's trust, reading by reading. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "vmsd/clock.h"

#define T INT64_C(1800000000)	/* some moment of 2027 */
#define DAY INT64_C(86400)

struct row {
	int64_t wall_s, boot_s;
	bool connected;
	int64_t server_s;
	enum vms_clock_state state;
	int64_t now_s, floor_s;		/* afterwards */
};

static void
run_rows(int64_t floor_s, const struct row *rows, size_t n)
{
	struct vms_clock c = { .floor_s = floor_s };

	for (size_t i = 0; i < n; i++) {
		const struct row *w = &rows[i];
		const struct vms_clock_reading r = { w->wall_s, w->boot_s,
		    w->connected, w->server_s };

		vms_clock_read(&c, &r);
		if (c.state != w->state || c.now_s != w->now_s ||
		    c.floor_s != w->floor_s)
			fail_msg("row %zu: state %d now %lld floor %lld", i,
			    (int)c.state, (long long)c.now_s,
			    (long long)c.floor_s);
	}
}
#define RUN(floor, rows) run_rows(floor, rows, sizeof(rows) / sizeof(*(rows)))

static void
test_unread(void **state)
{
	struct vms_clock c = { 0 };

	(void)state;
	assert_int_not_equal(c.state, VMS_CLOCK_TRUSTED);
	assert_string_not_equal(vms_clock_problem(c.state), "");
	assert_string_equal(vms_clock_problem(VMS_CLOCK_TRUSTED), "");
}

static void
test_runs_on(void **state)
{
	static const struct row rows[] = {
		{ T, 10, false, 0, VMS_CLOCK_TRUSTED, T, T },
		{ T + 5, 15, true, T, VMS_CLOCK_TRUSTED, T + 5, T + 5 },
		/* suspended for a week: CLOCK_BOOTTIME has run on */
		{ T + 7 * DAY, 10 + 7 * DAY, false, 0, VMS_CLOCK_TRUSTED,
		    T + 7 * DAY, T + 7 * DAY },
		/* stepped ahead by NTP */
		{ T + 9 * DAY, 11 + 7 * DAY, false, 0, VMS_CLOCK_TRUSTED,
		    T + 9 * DAY, T + 9 * DAY },
	};

	(void)state;
	RUN(0, rows);
}

static void
test_steps_back(void **state)
{
	static const struct row rows[] = {
		{ T, 100, false, 0, VMS_CLOCK_TRUSTED, T, T },
		/* a day back, and it runs on from there */
		{ T - DAY, 101, false, 0, VMS_CLOCK_BACK, T + 1, T },
		{ T - DAY + 3600, 3701, false, 0, VMS_CLOCK_BACK, T + 3601,
		    T },
		/* a server that is content does not heal it */
		{ T - DAY, 4000, true, T - DAY, VMS_CLOCK_BACK, T + 3900, T },
		/* set right */
		{ T + 5000, 5100, false, 0, VMS_CLOCK_TRUSTED, T + 5000,
		    T + 5000 },
	};

	(void)state;
	RUN(0, rows);
}

/* Many steps within the slack are one large step. */
static void
test_creeps_back(void **state)
{
	static const struct row rows[] = {
		{ T, 100, false, 0, VMS_CLOCK_TRUSTED, T, T },
		{ T - 50, 100, false, 0, VMS_CLOCK_TRUSTED, T, T },
		{ T - 100, 100, false, 0, VMS_CLOCK_BACK, T, T },
		{ T - 30, 200, false, 0, VMS_CLOCK_BACK, T + 100, T },
	};

	(void)state;
	RUN(0, rows);
}

/* After a reboot only the floor is left. */
static void
test_reboots(void **state)
{
	static const struct row dead_battery[] = {
		{ 3, 3, false, 0, VMS_CLOCK_BACK, T, T },
		{ 1003, 1003, false, 0, VMS_CLOCK_BACK, T, T },
		{ T + 3 * DAY, 1004, false, 0, VMS_CLOCK_TRUSTED,
		    T + 3 * DAY, T + 3 * DAY },
		/* and back again */
		{ 2000, 2000, false, 0, VMS_CLOCK_BACK, T + 3 * DAY + 996,
		    T + 3 * DAY },
	}, future[] = {
		{ T + 900 * DAY, 3, false, 0, VMS_CLOCK_AHEAD, T, T },
		/* NTP sets it right: nothing was spoilt */
		{ T + DAY, 9, false, 0, VMS_CLOCK_TRUSTED, T + DAY, T + DAY },
	}, long_off[] = {
		/* off for two months: the server bears it out */
		{ T + 60 * DAY, 5, false, 0, VMS_CLOCK_AHEAD, T, T },
		{ T + 60 * DAY, 6, true, T + 59 * DAY, VMS_CLOCK_TRUSTED,
		    T + 60 * DAY, T + 60 * DAY },
		{ T + 60 * DAY + 1, 7, false, 0, VMS_CLOCK_TRUSTED,
		    T + 60 * DAY + 1, T + 60 * DAY + 1 },
	};

	(void)state;
	RUN(T, dead_battery);
	RUN(T, future);
	RUN(T, long_off);
}

static void
test_server(void **state)
{
	static const struct row rows[] = {
		/* never seen a time: the server has written in our future */
		{ T - 900 * DAY, 5, true, T, VMS_CLOCK_SERVER, T - 900 * DAY,
		    0 },
		{ T - 900 * DAY, 5, false, T, VMS_CLOCK_TRUSTED,
		    T - 900 * DAY, T - 900 * DAY },
		{ T - 300, 6, true, T, VMS_CLOCK_TRUSTED, T - 300, T - 300 },
		{ T - 299, 7, true, T + 2, VMS_CLOCK_SERVER, T - 299,
		    T - 300 },
	};

	(void)state;
	RUN(0, rows);
}

static void
test_no_time(void **state)
{
	static const struct row rows[] = {
		{ 0, 5, false, 0, VMS_CLOCK_BACK, 0, 0 },
		{ -5, 6, true, 0, VMS_CLOCK_BACK, 0, 0 },
		{ INT64_MIN, 7, false, 0, VMS_CLOCK_BACK, 0, 0 },
		{ 1, 8, false, 0, VMS_CLOCK_TRUSTED, 1, 1 },
	};

	(void)state;
	RUN(0, rows);
}

static void
test_ages(void **state)
{
	struct vms_clock c = { .now_s = T };

	(void)state;
	assert_int_equal(vms_clock_age(&c, 0), -1);
	assert_int_equal(vms_clock_age(&c, -1), -1);
	assert_int_equal(vms_clock_age(&c, T - 7), 7);
	assert_int_equal(vms_clock_age(&c, T), 0);
	assert_int_equal(vms_clock_age(&c, T + DAY), 0);
}

static void
test_accepted(void **state)
{
	struct vms_clock c = { .floor_s = T };
	const struct vms_clock_reading r = { T - 99 * DAY, 50, false, 0 };

	(void)state;
	vms_clock_read(&c, &r);
	assert_int_equal(c.state, VMS_CLOCK_BACK);
	vms_clock_accept(&c, &r);
	assert_int_equal(c.state, VMS_CLOCK_TRUSTED);
	vms_clock_read(&c, &r);
	assert_int_equal(c.state, VMS_CLOCK_TRUSTED);
	assert_int_equal(c.floor_s, T - 99 * DAY);
	assert_int_equal(c.now_s, T - 99 * DAY);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unread),
		cmocka_unit_test(test_runs_on),
		cmocka_unit_test(test_steps_back),
		cmocka_unit_test(test_creeps_back),
		cmocka_unit_test(test_reboots),
		cmocka_unit_test(test_server),
		cmocka_unit_test(test_no_time),
		cmocka_unit_test(test_ages),
		cmocka_unit_test(test_accepted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
