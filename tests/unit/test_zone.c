/* SPDX-License-Identifier: MIT */
/* Time zones, held against the C library's own reading of the same files. */
#include "cm.h"

#include <stdio.h>
#include <time.h>

#include "libvms/tzrule.h"
#include "libvms/zone.h"
#include "vmsd/zonefiles.h"

#define DAY_S 86400
#define YEAR_S (365 * (int64_t)DAY_S)

static void
test_rules(void **state)
{
	static const struct {
		const char *text;
		int32_t january_s, july_s;
		int r;
	} rows[] = {
		{ "UTC0", 0, 0, 0 },
		{ "<+0530>-5:30", 19800, 19800, 0 },
		{ "CET-1CEST,M3.5.0,M10.5.0/3", 3600, 7200, 0 },
		{ "EST5EDT,M3.2.0,M11.1.0", -18000, -14400, 0 },
		{ "AEST-10AEDT,M10.1.0,M4.1.0/3", 39600, 36000, 0 },
		{ "IST-2IDT,M3.4.4/26,M10.5.0", 7200, 10800, 0 },
		{ "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", -7200, -3600, 0 },
		{ "AAA1BBB2:30,J60,J300", -3600, -9000, 0 },
		{ "AAA1BBB,59/-1,299/1:02:03", -3600, 0, 0 },
		/* Summer time all the year, RFC 8536 section 3.3.1. */
		{ "XXX3EDT4,0/0,J365/23", -14400, -14400, 0 },
		{ "", 0, 0, -1 },
		{ "AB1", 0, 0, -1 },
		{ "CET", 0, 0, -1 },
		{ "CET-1CEST", 0, 0, -1 },
		{ "CET-1CEST,M3.5.0", 0, 0, -1 },
		{ "CET-1CEST,M13.5.0,M10.5.0", 0, 0, -1 },
		{ "CET-1CEST,M3.6.0,M10.5.0", 0, 0, -1 },
		{ "CET-1CEST,M3.5.7,M10.5.0", 0, 0, -1 },
		{ "CET-1CEST,J0,J300", 0, 0, -1 },
		{ "CET-1CEST,M3.5.0,M10.5.0x", 0, 0, -1 },
		{ "CET-25", 0, 0, -1 },
		{ "<+03-3", 0, 0, -1 },
		{ "CET-1CEST,M3.5.0/168,M10.5.0", 0, 0, -1 },
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		struct vms_tzrule rule = { .std_s = 77 };

		if (vms_tzrule_parse(vms_str_of(rows[i].text), &rule) !=
		    rows[i].r)
			fail_msg("%s", rows[i].text);
		if (rows[i].r != 0) {
			assert_int_equal(rule.std_s, 0);
			continue;
		}
		/* 2026-01-15 and 2026-07-15, noon. */
		assert_int_equal(vms_tzrule_offset(&rule, 1768478400),
		    rows[i].january_s);
		assert_int_equal(vms_tzrule_offset(&rule, 1784116800),
		    rows[i].july_s);
	}
}

static int32_t
libc_offset(int64_t t)
{
	time_t when = (time_t)t;
	struct tm tm;

	assert_non_null(localtime_r(&when, &tm));
	return (int32_t)tm.tm_gmtoff;
}

/* Around each change that the year has, and between. */
static void
compare_year(const char *name, const struct vms_zone *zone, int64_t from)
{
	int64_t step = 6 * DAY_S;

	for (int64_t t = from; t < from + YEAR_S; t += step) {
		int64_t lo = t, hi = t + step;

		if (vms_zone_offset(zone, t) != libc_offset(t))
			fail_msg("%s at %lld", name, (long long)t);
		if (libc_offset(lo) == libc_offset(hi))
			continue;
		while (hi - lo > 1) {
			int64_t mid = lo + (hi - lo) / 2;

			if (libc_offset(mid) == libc_offset(lo))
				lo = mid;
			else
				hi = mid;
		}
		assert_int_equal(vms_zone_offset(zone, lo), libc_offset(lo));
		assert_int_equal(vms_zone_offset(zone, hi), libc_offset(hi));
	}
}

static void
test_against_libc(void **state)
{
	static const char *const names[] = {
		"Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
		"Africa/Casablanca", "Asia/Jerusalem", "America/Sao_Paulo",
		"Pacific/Apia", "Asia/Kathmandu", "America/St_Johns",
		"America/Nuuk", "Europe/Dublin", "Asia/Tehran", "Etc/GMT+12",
		"Antarctica/Troll", "UTC",
	};
	struct vms_err err = { 0 };
	struct vms_zones *zones = vms_zonefiles_load(VMS_ZONEINFO_DIR, &err);

	(void)state;
	assert_non_null(zones);
	for (size_t i = 0; i < N_ROWS(names); i++) {
		const struct vms_zone *zone = vms_zones_get(zones,
		    vms_str_of(names[i]));

		assert_non_null(zone);
		setenv("TZ", names[i], 1);
		tzset();
		/* From 1970 to beyond what the files list. */
		for (int y = 0; y < 130; y += 7)
			compare_year(names[i], zone, y * YEAR_S);
	}
	setenv("TZ", "UTC", 1);
	tzset();
	vms_zones_free(zones);
}

static void
test_names(void **state)
{
	struct vms_zones *zones = vms_zonefiles_load(VMS_ZONEINFO_DIR, NULL);

	(void)state;
	assert_non_null(zones);
	assert_null(vms_zones_get(zones, VMS_STR("europe/berlin")));
	assert_null(vms_zones_get(zones, VMS_STR("Mars/Olympus")));
	assert_null(vms_zones_get(zones, VMS_STR("../../etc/passwd")));
	assert_null(vms_zones_get(zones, VMS_STR("posix/Europe/Berlin")));
	assert_null(vms_zones_get(zones, VMS_STR("")));
	vms_zones_free(zones);
	assert_non_null(vms_zones_get(NULL, VMS_STR("UTC")));
	assert_null(vms_zones_get(NULL, VMS_STR("Europe/Berlin")));
}

static void
test_missing_list(void **state)
{
	struct vms_err err = { 0 };

	(void)state;
	assert_null(vms_zonefiles_load("/nonexistent", &err));
	assert_int_equal(err.code, VMS_E_SYSTEM);
	assert_non_null(strstr(err.msg, "tzdata"));
}

/* A file cut at any length, or with any byte changed, is refused or read,
 * and never read past. */
static void
test_damage(void **state)
{
	uint8_t file[4096], *copy;
	FILE *f = fopen(VMS_ZONEINFO_DIR "/Europe/Dublin", "re");
	struct vms_zones *zones = vms_zones_new();
	size_t len;

	(void)state;
	assert_non_null(f);
	len = fread(file, 1, sizeof(file), f);
	fclose(f);
	assert_true(len > 100 && len < sizeof(file));
	for (size_t n = 0; n < len; n++) {
		copy = malloc(n + 1);
		memcpy(copy, file, n);
		/* The last newline of the footer is its end. */
		assert_int_equal(vms_zones_add(zones, VMS_STR("x"), copy, n,
		    NULL), -1);
		free(copy);
	}
	assert_int_equal(vms_zones_add(zones, VMS_STR("x"), file, len, NULL),
	    0);
	for (size_t n = 0; n < 200; n++) {
		copy = malloc(len);
		memcpy(copy, file, len);
		copy[n] ^= 0x80;
		if (vms_zones_add(zones, VMS_STR("y"), copy, len, NULL) == 0)
			vms_zone_offset(vms_zones_get(zones, VMS_STR("y")),
			    1781510400);
		free(copy);
	}
	vms_zones_free(zones);
}

/* One type of one hour; version 1 has no rule and 32-bit times. */
static void
test_version_1(void **state)
{
	static const uint8_t v1[] =
	    "TZif\0" "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
	    "\0\0\0\0" "\0\0\0\0" "\0\0\0\0" "\0\0\0\1" "\0\0\0\2" "\0\0\0\4"
	    "\x40\0\0\0" "\1"
	    "\0\0\0\0" "\0\0" "\0\0\x0e\x10" "\0\0" "AAA\0";
	uint8_t leap[sizeof(v1)];
	struct vms_zones *zones = vms_zones_new();
	const struct vms_zone *z;

	(void)state;
	assert_int_equal(vms_zones_add(zones, VMS_STR("v1"), v1,
	    sizeof(v1) - 1, NULL), 0);
	z = vms_zones_get(zones, VMS_STR("v1"));
	assert_int_equal(vms_zone_offset(z, 0x40000000 - 1), 0);
	assert_int_equal(vms_zone_offset(z, 0x40000000), 3600);
	/* A zone that counts leap seconds is of another clock. */
	memcpy(leap, v1, sizeof(v1));
	leap[31] = 1;
	assert_int_equal(vms_zones_add(zones, VMS_STR("leap"), leap,
	    sizeof(leap), NULL), -1);
	vms_zones_free(zones);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_against_libc),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_missing_list),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_version_1),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
