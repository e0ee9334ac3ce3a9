/* SPDX-License-Identifier: MIT */
/* Bytes of RFC 4533 and of the password policy control, as servers sent them
 * and as none should; CSNs; the meaning of answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "vmsd/auth_outcome.h"
#include "vmsd/ipc.h"
#include "vmsd/ppolicy.h"
#include "vmsd/sync_csn.h"
#include "vmsd/sync_ctrl.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define BYTES(lit) { (lit), sizeof(lit) - 1 }
#define UUID "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10"

static void
test_request(void **state)
{
	static const struct {
		struct vms_str cookie, bytes;
	} rows[] = {
		{ BYTES(""), BYTES("\x30\x03\x0a\x01\x03") },
		{ BYTES("rid=000"), BYTES("\x30\x0c\x0a\x01\x03\x04\x07"
		    "rid=000") },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct vms_wr w = { 0 };

		assert_int_equal(vms_sync_request_encode(&w, rows[i].cookie,
		    NULL), 0);
		assert_int_equal(w.len, rows[i].bytes.len);
		assert_memory_equal(w.p, rows[i].bytes.p, w.len);
		vms_wr_fini(&w);
	}
}

static void
test_state(void **state)
{
	static const struct {
		struct vms_str bytes;
		int r, want;
		const char *cookie;
	} rows[] = {
		{ BYTES("\x30\x15\x0a\x01\x01\x04\x10" UUID), 0, 1, "" },
		{ BYTES("\x30\x15\x0a\x01\x00\x04\x10" UUID), 0, 0, "" },
		{ BYTES("\x30\x1a\x0a\x01\x03\x04\x10" UUID "\x04\x03" "c=1"),
		    0, 3, "c=1" },
		{ BYTES("\x30\x17\x0a\x01\x02\x04\x10" UUID "\x04\x00"), 0, 2,
		    "" },
		/* a long form of length is still BER */
		{ BYTES("\x30\x81\x15\x0a\x01\x01\x04\x10" UUID), 0, 1, "" },
		{ BYTES("\x30\x15\x0a\x01\x04\x04\x10" UUID), -1, 0, "" },
		{ BYTES("\x30\x15\x02\x01\x01\x04\x10" UUID), -1, 0, "" },
		{ BYTES("\x30\x14\x0a\x01\x01\x04\x0f" "123456789012345"),
		    -1, 0, "" },
		{ BYTES("\x30\x15\x0a\x01\x01\x04\x10" UUID "x"), -1, 0, "" },
		{ BYTES("\x30\x16\x0a\x01\x01\x04\x10" UUID "x"), -1, 0, "" },
		{ BYTES("\x30\x1a\x0a\x01\x03\x04\x10" UUID "\x04\x03"
		    "c\0001"), -1, 0, "" },
		{ BYTES("\x30\x84\xff\xff\xff\xff"), -1, 0, "" },
		{ BYTES(""), -1, 0, "" },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct vms_arena a = { 0 };
		struct vms_sync_event ev;
		int r = vms_sync_state_decode(rows[i].bytes, &a, &ev, NULL);

		assert_int_equal(r, rows[i].r);
		if (r == 0) {
			assert_int_equal(ev.state, rows[i].want);
			assert_memory_equal(ev.entry.uuid, UUID, 16);
			assert_true(vms_str_eq(ev.cookie,
			    vms_str_of(rows[i].cookie)));
		}
		vms_arena_fini(&a);
	}
}

static void
test_info(void **state)
{
	static const struct {
		struct vms_str bytes;
		int r;
		uint16_t type;
		bool deletes, done;
		uint32_t n;
		const char *cookie;
	} rows[] = {
		{ BYTES("\x80\x03" "c=1"), 0, VMS_IPC_SYNC_COOKIE, false,
		    false, 0, "c=1" },
		{ BYTES("\xa1\x00"), 0, VMS_IPC_SYNC_PHASE, true, true, 0,
		    "" },
		{ BYTES("\xa2\x00"), 0, VMS_IPC_SYNC_PHASE, false, true, 0,
		    "" },
		{ BYTES("\xa2\x03\x01\x01\x00"), 0, VMS_IPC_SYNC_PHASE, false,
		    false, 0, "" },
		{ BYTES("\xa1\x08\x04\x03" "c=1\x01\x01\xff"), 0,
		    VMS_IPC_SYNC_PHASE, true, true, 0, "c=1" },
		{ BYTES("\xa3\x14\x31\x12\x04\x10" UUID), 0,
		    VMS_IPC_SYNC_IDSET, false, false, 1, "" },
		{ BYTES("\xa3\x2e\x04\x03" "c=1\x01\x01\xff\x31\x24\x04\x10"
		    UUID "\x04\x10" UUID), 0, VMS_IPC_SYNC_IDSET, true, false,
		    2, "c=1" },
		{ BYTES("\xa3\x02\x31\x00"), 0, VMS_IPC_SYNC_IDSET, false,
		    false, 0, "" },
		{ BYTES("\xa3\x00"), -1, 0, false, false, 0, "" },
		{ BYTES("\xa4\x00"), -1, 0, false, false, 0, "" },
		{ BYTES("\xa1\x04\x01\x02\xff\xff"), -1, 0, false, false, 0,
		    "" },
		{ BYTES("\xa3\x13\x31\x11\x04\x0f" "123456789012345"), -1, 0,
		    false, false, 0, "" },
		{ BYTES("\xa3\x14\x31\x12\x05\x10" UUID), -1, 0, false, false,
		    0, "" },
		{ BYTES("\xa1\x00\x00"), -1, 0, false, false, 0, "" },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct vms_arena a = { 0 };
		struct vms_sync_event ev;
		int r = vms_sync_info_decode(rows[i].bytes, &a, &ev, NULL);

		assert_int_equal(r, rows[i].r);
		if (r == 0) {
			assert_int_equal(ev.type, rows[i].type);
			assert_int_equal(ev.deletes, rows[i].deletes);
			assert_int_equal(ev.done, rows[i].done);
			assert_int_equal(ev.n_uuids, rows[i].n);
			assert_true(vms_str_eq(ev.cookie,
			    vms_str_of(rows[i].cookie)));
			for (uint32_t k = 0; k < ev.n_uuids; k++)
				assert_memory_equal(ev.uuids + k * 16, UUID,
				    16);
		}
		vms_arena_fini(&a);
	}
}

static void
test_done(void **state)
{
	struct vms_arena a = { 0 };
	struct vms_str cookie;
	bool deletes;

	(void)state;
	assert_int_equal(vms_sync_done_decode((struct vms_str)BYTES(
	    "\x30\x08\x04\x03" "c=1\x01\x01\xff"), &a, &cookie, &deletes,
	    NULL), 0);
	assert_true(deletes && vms_str_eq(cookie, VMS_STR("c=1")));
	assert_int_equal(vms_sync_done_decode((struct vms_str)BYTES(
	    "\x30\x00"), &a, &cookie, &deletes, NULL), 0);
	assert_false(deletes);
	assert_int_equal(vms_sync_done_decode((struct vms_str)BYTES(
	    "\x30\x01\x00"), &a, &cookie, &deletes, NULL), -1);
	vms_arena_fini(&a);
}

static void
test_ppolicy(void **state)
{
	static const struct {
		struct vms_str bytes;
		int r, expires, grace, error;
	} rows[] = {
		{ BYTES("\x30\x00"), 0, -1, -1, -1 },
		{ BYTES("\x30\x05\xa0\x03\x80\x01\x2a"), 0, 42, -1, -1 },
		{ BYTES("\x30\x05\xa0\x03\x81\x01\x02"), 0, -1, 2, -1 },
		{ BYTES("\x30\x03\x81\x01\x02"), 0, -1, -1, 2 },
		{ BYTES("\x30\x08\xa0\x03\x81\x01\x00\x81\x01\x01"), 0, -1, 0,
		    1 },
		{ BYTES("\x30\x06\xa0\x04\x80\x02\x7f\xff"), 0, 32767, -1,
		    -1 },
		{ BYTES("\x30\x03\x81\x01\xff"), -1, -1, -1, -1 },
		{ BYTES("\x30\x09\xa0\x07\x80\x05\x01\x00\x00\x00\x00"), -1,
		    -1, -1, -1 },
		{ BYTES("\x30\x06\x81\x01\x02\x81\x01\x02"), -1, -1, -1, -1 },
		{ BYTES("\x30\x06\xa0\x03\x80\x01\x2a\x00"), -1, -1, -1, -1 },
		{ BYTES("\x30\x05\xa0\x04\x80\x01\x2a"), -1, -1, -1, -1 },
		{ BYTES("\x31\x00"), -1, -1, -1, -1 },
		{ BYTES(""), -1, -1, -1, -1 },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct vms_ppolicy pp = { 7, 7, 7 };

		assert_int_equal(vms_ppolicy_decode(rows[i].bytes, &pp, NULL),
		    rows[i].r);
		assert_int_equal(pp.expires_s, rows[i].expires);
		assert_int_equal(pp.grace, rows[i].grace);
		assert_int_equal(pp.error, rows[i].error);
	}
	assert_string_equal(vms_ppolicy_text(-1), "");
	assert_string_equal(vms_ppolicy_text(99), "");
}

#define T1 "20261121231522.633354Z#000000#001#000000"
#define T2 "20261121231523.000000Z#000000#001#000000"
#define U1 "20261121231522.000000Z#000000#002#000000"
#define U2 "20261122000000.000000Z#000000#002#000000"

static void
test_csn(void **state)
{
	static const struct {
		const char *ours, *theirs;
		enum vms_csn_order want;
	} rows[] = {
		{ "rid=000,sid=001,csn=" T1, T1, VMS_CSN_SAME },
		{ "rid=000,csn=" T1, T2, VMS_CSN_NEWER },
		{ "rid=000,csn=" T2, T1, VMS_CSN_BEHIND },
		{ "csn=" T1 ";" U1, T1 "\n" U1, VMS_CSN_SAME },
		{ "csn=" T1 ";" U1, T1 "\n" U2, VMS_CSN_NEWER },
		{ "csn=" T2 ";" U1, T1 "\n" U2, VMS_CSN_BEHIND },
		{ "csn=" T1 ";" U1, T2, VMS_CSN_BEHIND },
		{ "csn=" T1, T1 "\n" U1, VMS_CSN_NEWER },
		{ "csn=" T1 ",delcsn=" T2, T1, VMS_CSN_SAME },
		{ "", T1, VMS_CSN_UNKNOWN },
		{ "host:389#cn=x:dc=y:(z)#83", T1, VMS_CSN_UNKNOWN },
		{ "csn=" T1, "", VMS_CSN_UNKNOWN },
	};
	struct vms_csn_set set;

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		assert_int_equal(vms_csn_compare(vms_str_of(rows[i].ours),
		    vms_str_of(rows[i].theirs)), rows[i].want);
	vms_csn_set_parse(VMS_STR("csn=" T1 ";" U1), &set);
	assert_true(vms_csn_covers(&set, VMS_STR(T1)));
	assert_false(vms_csn_covers(&set, VMS_STR(T2)));
	assert_false(vms_csn_covers(&set, VMS_STR(
	    "20201121231522.633354Z#000000#003#000000")));
	assert_false(vms_csn_covers(&set, VMS_STR("x")));
	assert_true(vms_csn_older(VMS_STR(U1), VMS_STR(T1)));
	assert_false(vms_csn_older(VMS_STR(T1), VMS_STR(T1)));
	assert_false(vms_csn_older(VMS_STR(""), VMS_STR(T1)));
}

/* 389-ds has no entryCSN: the time of the last change stands for it. */
static void
test_csn_of_time(void **state)
{
	static const char *const bad[] = { "", "20261122122819",
		"20261122122819.5Z", "202611221228Z", "2026112212281xZ",
		"20261122122819+" };
	char a[VMS_CSN_LEN + 1], b[VMS_CSN_LEN + 1];

	(void)state;
	assert_int_equal(vms_csn_of_time(VMS_STR("20261122122819Z"), a), 0);
	assert_string_equal(a, "20261122122819.000000Z#000000#000#000000");
	assert_int_equal(vms_csn_of_time(VMS_STR("20261122122820Z"), b), 0);
	assert_true(vms_csn_older(vms_str_of(a), vms_str_of(b)));
	for (size_t i = 0; i < N(bad); i++)
		assert_int_equal(vms_csn_of_time(vms_str_of(bad[i]), a), -1);
}

static void
test_answers(void **state)
{
	static const struct {
		int result, error;
		const char *text;
		enum vms_auth_outcome bind, change;
	} rows[] = {
		{ 0, -1, "", VMS_AUTH_OK, VMS_AUTH_OK },
		{ 0, 0, "", VMS_AUTH_EXPIRED, VMS_AUTH_OK },
		{ 0, 1, "", VMS_AUTH_LOCKED, VMS_AUTH_OK },
		{ 0, 2, "", VMS_AUTH_MUST_CHANGE, VMS_AUTH_OK },
		{ 0, 99, "", VMS_AUTH_REFUSED, VMS_AUTH_OK },
		{ 49, -1, "", VMS_AUTH_WRONG, VMS_AUTH_WRONG },
		{ 49, 1, "", VMS_AUTH_LOCKED, VMS_AUTH_WRONG },
		{ 49, 0, "password expired!", VMS_AUTH_EXPIRED,
		    VMS_AUTH_WRONG },
		/* a control makes nothing better */
		{ 49, 2, "", VMS_AUTH_WRONG, VMS_AUTH_WRONG },
		{ 49, -1, "80090308: LdapErr: DSID-0C0903A9, comment: "
		    "AcceptSecurityContext error, data 52e, v1db1",
		    VMS_AUTH_WRONG, VMS_AUTH_WRONG },
		{ 49, -1, "80090308: x, data 773, v1db1",
		    VMS_AUTH_MUST_CHANGE, VMS_AUTH_WRONG },
		{ 49, -1, "80090308: x, data 775", VMS_AUTH_LOCKED,
		    VMS_AUTH_WRONG },
		{ 49, -1, "80090308: x, data 532, v", VMS_AUTH_EXPIRED,
		    VMS_AUTH_WRONG },
		{ 49, -1, "80090308: x, data 5329, v", VMS_AUTH_WRONG,
		    VMS_AUTH_WRONG },
		{ 19, 1, "Exceed password retry limit", VMS_AUTH_LOCKED,
		    VMS_AUTH_REFUSED },
		{ 53, 1, "Account inactivated", VMS_AUTH_LOCKED,
		    VMS_AUTH_REFUSED },
		{ 53, -1, "Too many failed logins.", VMS_AUTH_REFUSED,
		    VMS_AUTH_REFUSED },
		{ 53, -1, "unwilling to verify old password",
		    VMS_AUTH_REFUSED, VMS_AUTH_WRONG },
		{ 13, -1, "", VMS_AUTH_REFUSED, VMS_AUTH_REFUSED },
		{ 50, 3, "", VMS_AUTH_REFUSED, VMS_AUTH_REFUSED },
		{ 51, -1, "busy", VMS_AUTH_UNAVAILABLE,
		    VMS_AUTH_UNAVAILABLE },
		{ 52, -1, "", VMS_AUTH_UNAVAILABLE, VMS_AUTH_UNAVAILABLE },
		{ 48, -1, "", VMS_AUTH_REFUSED, VMS_AUTH_UNAVAILABLE },
		{ 1, -1, "", VMS_AUTH_UNAVAILABLE, VMS_AUTH_UNAVAILABLE },
		{ 32, -1, "", VMS_AUTH_REFUSED, VMS_AUTH_UNAVAILABLE },
		{ 80, -1, "", VMS_AUTH_UNAVAILABLE, VMS_AUTH_UNAVAILABLE },
		{ -1, -1, "", VMS_AUTH_UNAVAILABLE, VMS_AUTH_UNAVAILABLE },
		{ 10, -1, "", VMS_AUTH_REFUSED, VMS_AUTH_UNAVAILABLE },
		{ 14, -1, "", VMS_AUTH_REFUSED, VMS_AUTH_UNAVAILABLE },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct vms_ppolicy pp = { -1, -1, rows[i].error };
		struct vms_str text = vms_str_of(rows[i].text);

		assert_int_equal(vms_auth_of_bind(rows[i].result, &pp, text),
		    rows[i].bind);
		assert_int_equal(vms_auth_of_change(rows[i].result, &pp,
		    text), rows[i].change);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request),
		cmocka_unit_test(test_state),
		cmocka_unit_test(test_info),
		cmocka_unit_test(test_done),
		cmocka_unit_test(test_ppolicy),
		cmocka_unit_test(test_csn),
		cmocka_unit_test(test_csn_of_time),
		cmocka_unit_test(test_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
