/* SPDX-License-Identifier: MIT */
/* Addresses and ranges.  What may be written is also held against the C
 * library's reader. */
#include "cm.h"

#include <arpa/inet.h>

#include "libvms/addr.h"

static void
test_addr(void **state)
{
	static const struct {
		const char *text;
		const char *want;	/* as inet_pton reads it; NULL: none */
	} rows[] = {
		{ "192.0.2.1", "192.0.2.1" },
		{ "0.0.0.0", "0.0.0.0" },
		{ "255.255.255.255", "255.255.255.255" },
		{ "::", "::" },
		{ "::1", "::1" },
		{ "1::", "1::" },
		{ "2001:DB8::10", "2001:db8::10" },
		{ "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8" },
		{ "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0" },
		{ "::1.2.3.4", "::102:304" },
		{ "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304" },
		{ "::ffff:192.0.2.50", "192.0.2.50" },
		{ "::FFFF:c000:232", "192.0.2.50" },
		{ "fe80::1%eth0", "fe80::1" },
		{ "192.0.2.1%x", "192.0.2.1" },
		{ "", NULL },
		{ "%eth0", NULL },
		{ "localhost", NULL },
		{ "UNKNOWN", NULL },
		{ "192.0.2", NULL },
		{ "192.0.2.1.", NULL },
		{ "192.0.2.256", NULL },
		{ "192.0.2.01", NULL },
		{ "192.0.2.-1", NULL },
		{ "192.0.2.1 ", NULL },
		{ "0x7f.0.0.1", NULL },
		{ "1:2:3:4:5:6:7", NULL },
		{ "1:2:3:4:5:6:7:8:9", NULL },
		{ "1:2:3:4::5:6:7:8", NULL },
		{ "1::2::3", NULL },
		{ ":::", NULL },
		{ ":1", NULL },
		{ "1:", NULL },
		{ "12345::", NULL },
		{ "g::", NULL },
		{ "1.2.3.4::", NULL },
		{ "::1.2.3.4:5", NULL },
		{ "::1.2.3", NULL },
		{ "1:2:3:4:5:6:7:1.2.3.4", NULL },
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		struct vms_addr a = { .family = 9 };
		uint8_t want[16] = { 0 };
		int r = vms_addr_parse(vms_str_of(rows[i].text), &a);
		bool v6;

		if (rows[i].want == NULL) {
			if (r != -1 || a.family != 0)
				fail_msg("%s is an address", rows[i].text);
			continue;
		}
		v6 = strchr(rows[i].want, ':') != NULL;
		assert_int_equal(inet_pton(v6 ? AF_INET6 : AF_INET,
		    rows[i].want, want), 1);
		if (r != 0 || a.family != (v6 ? 6 : 4) ||
		    memcmp(a.bytes, want, 16) != 0)
			fail_msg("%s is not %s", rows[i].text, rows[i].want);
	}
}

/* Random text of the right letters: both readers agree on what is IPv6. */
static void
test_against_libc(void **state)
{
	static const char letters[] = "0123456789abcdef::::....";
	uint32_t seed = 1;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		char text[24];
		size_t len;
		struct vms_addr a;
		uint8_t out[16];
		int r;

		seed = seed * 1664525 + 1013904223;
		len = 2 + (seed >> 16) % 20;
		for (size_t k = 0; k < len; k++) {
			seed = seed * 1664525 + 1013904223;
			text[k] = letters[(seed >> 16) % (sizeof(letters) - 1)];
		}
		text[len] = '\0';
		r = vms_addr_parse((struct vms_str){ text, len }, &a);
		if ((r == 0) != (inet_pton(AF_INET6, text, out) == 1 ||
		    inet_pton(AF_INET, text, out) == 1))
			fail_msg("%s", text);
	}
}

static void
test_range(void **state)
{
	static const struct {
		const char *range, *in, *out;	/* in NULL: matches nothing */
	} rows[] = {
		{ "192.0.2.0/24", "192.0.2.255", "192.0.3.0" },
		{ "192.0.2.77/24", "192.0.2.0", "192.0.1.255" },
		{ "192.0.2.0/25", "192.0.2.127", "192.0.2.128" },
		{ "192.0.2.1/32", "192.0.2.1", "192.0.2.2" },
		{ "0.0.0.0/0", "255.1.2.3", "::1" },
		{ "192.0.2.1", "192.0.2.1", "192.0.2.0" },
		{ "198.51.100.10-198.51.100.20", "198.51.100.20",
		    "198.51.100.21" },
		{ "198.51.100.10-198.51.100.20", "198.51.100.10",
		    "198.51.100.9" },
		{ "2001:db8:10::/48", "2001:db8:10:ffff::1",
		    "2001:db8:11::" },
		{ "2001:db8::1-2001:db8::9", "2001:db8::9", "2001:db8::a" },
		{ "::/0", "2001:db8::1", "192.0.2.1" },
		{ " 192.0.2.0/24 ", "192.0.2.9", "192.0.3.9" },
		{ "192.0.2.9-192.0.2.1", NULL, NULL },
		{ "192.0.2.1-2001:db8::1", NULL, NULL },
		{ "::ffff:192.0.2.0/120", NULL, NULL },
		{ "::ffff:192.0.2.1", NULL, NULL },
		{ "::1-::ffff:1.2.3.4", NULL, NULL },
		{ "999.1.1.1/99", NULL, NULL },
		{ "192.0.2.0/33", NULL, NULL },
		{ "192.0.2.0/", NULL, NULL },
		{ "192.0.2.0/-1", NULL, NULL },
		{ "192.0.2.0/0024", NULL, NULL },
		{ "192.0.2.0/255.255.255.0", NULL, NULL },
		{ "fe80::1%eth0", NULL, NULL },
		{ "-", NULL, NULL },
		{ "", NULL, NULL },
		{ "console", NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		struct vms_range r = { .local = true };
		struct vms_addr a;

		if (rows[i].in == NULL) {
			assert_int_equal(vms_range_parse(
			    vms_str_of(rows[i].range), &r), -1);
			assert_false(r.local);
			assert_int_equal(r.lo.family, 0);
			continue;
		}
		assert_int_equal(vms_range_parse(vms_str_of(rows[i].range),
		    &r), 0);
		assert_int_equal(vms_addr_parse(vms_str_of(rows[i].in), &a),
		    0);
		assert_true(vms_range_has(&r, &a));
		assert_int_equal(vms_addr_parse(vms_str_of(rows[i].out), &a),
		    0);
		assert_false(vms_range_has(&r, &a));
	}
}

static void
test_local(void **state)
{
	struct vms_range r;
	struct vms_addr a;

	(void)state;
	assert_int_equal(vms_range_parse(VMS_STR("Local"), &r), 0);
	assert_true(r.local);
	assert_int_equal(vms_addr_parse(VMS_STR("127.0.0.1"), &a), 0);
	assert_false(vms_range_has(&r, &a));
	assert_int_equal(vms_range_parse(VMS_STR("127.0.0.0/8"), &r), 0);
	assert_false(r.local);
	a = (struct vms_addr){ 0 };
	assert_false(vms_range_has(&r, &a));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addr),
		cmocka_unit_test(test_against_libc),
		cmocka_unit_test(test_range),
		cmocka_unit_test(test_local),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
