/* SPDX-License-Identifier: MIT */
/* The socket's language: round trips, truncation, mutation, limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "libvms/bounds.h"
#include "tests/unit/proto_samples.h"

static struct vms_wr
encoded(const struct vms_message *m)
{
	struct vms_wr w = { 0 };

	vms_proto_encode(&w, m);
	assert_false(w.bad);
	return w;
}

/* Decode a frame's body from its own allocation, so that a read past the end
 * is seen by the sanitizer. */
static int
decode_copy(const uint8_t *body, size_t len, struct vms_arena *a,
    struct vms_message *m, void **mem)
{
	struct vms_err err;

	*mem = malloc(len > 0 ? len : 1);
	assert_non_null(*mem);
	memcpy(*mem, body, len);
	memset(m, 0xa5, sizeof(*m));
	return vms_proto_decode(*mem, len, a, m, &err);
}

static void
test_round_trip(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_SAMPLES; i++) {
		struct vms_wr w = encoded(&samples[i]), again;
		struct vms_arena a = { 0 };
		struct vms_message m;
		struct vms_rd r = vms_rd_init(w.p, w.len);
		void *mem;

		assert_int_equal(vms_rd_u32(&r), w.len - 4);
		assert_int_equal(decode_copy(w.p + 4, w.len - 4, &a, &m,
		    &mem), 0);
		assert_int_equal(m.type, samples[i].type);
		again = encoded(&m);
		assert_int_equal(again.len, w.len);
		assert_memory_equal(again.p, w.p, w.len);
		vms_wr_fini(&w);
		vms_wr_fini(&again);
		vms_arena_fini(&a);
		free(mem);
	}
}

static void
test_fields(void **state)
{
	struct vms_arena a = { 0 };
	struct vms_message m;
	struct vms_wr w = encoded(&samples[0]);
	void *mem;

	(void)state;
	assert_int_equal(decode_copy(w.p + 4, w.len - 4, &a, &m, &mem), 0);
	assert_true(vms_str_eq(m.u.pam_req.user, VMS_STR("sam")));
	assert_true(vms_str_eq(m.u.pam_req.secret, VMS_STR("open sesame")));
	assert_true(vms_str_eq(m.u.pam_req.session, VMS_STR("c3")));
	assert_int_equal(m.u.pam_req.uid, 10001);
	assert_int_equal(m.u.pam_req.start_ticks, 1ULL << 40);
	assert_int_equal(m.u.pam_req.parent_ticks, 6);
	assert_true(m.u.pam_req.expired_only);
	vms_wr_fini(&w);
	free(mem);

	w = encoded(&samples[N_SAMPLES - 2]);
	assert_int_equal(decode_copy(w.p + 4, w.len - 4, &a, &m, &mem), 0);
	assert_int_equal(m.u.table_rep.n_rows, 3);
	assert_int_equal(m.u.table_rep.rows[0].n_cells, 4);
	assert_int_equal(m.u.table_rep.rows[1].n_cells, 0);
	assert_int_equal(m.u.table_rep.rows[2].cells[1].type, 'b');
	vms_wr_fini(&w);
	free(mem);
	vms_arena_fini(&a);
}

static void
test_truncated_or_longer(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_SAMPLES; i++) {
		struct vms_wr w = encoded(&samples[i]);
		struct vms_arena a = { 0 };
		struct vms_message m;
		void *mem;

		for (size_t len = 0; len < w.len - 4; len++) {
			assert_int_equal(decode_copy(w.p + 4, len, &a, &m,
			    &mem), -1);
			assert_int_equal(m.type, 0);
			free(mem);
		}
		vms_wr_u8(&w, 0);
		assert_int_equal(decode_copy(w.p + 4, w.len - 4, &a, &m,
		    &mem), -1);
		free(mem);
		vms_wr_fini(&w);
		vms_arena_fini(&a);
	}
}

/* What decodes at all encodes to the same bytes. */
static void
test_mutated(void **state)
{
	uint32_t seed = 12345;

	(void)state;
	for (size_t round = 0; round < 4000 * N_SAMPLES; round++) {
		struct vms_wr w = encoded(&samples[round % N_SAMPLES]), again;
		struct vms_arena a = { .max = 1 << 20 };
		struct vms_message m;
		void *mem;

		for (int i = 0; i < 3; i++) {
			seed = seed * 1664525 + 1013904223;
			w.p[4 + (seed >> 8) % (w.len - 4)] ^=
			    (uint8_t)(1U << (seed >> 4 & 7));
		}
		if (decode_copy(w.p + 4, w.len - 4, &a, &m, &mem) == 0) {
			again = encoded(&m);
			assert_int_equal(again.len, w.len);
			assert_memory_equal(again.p + 4, w.p + 4, w.len - 4);
			vms_wr_fini(&again);
		}
		free(mem);
		vms_wr_fini(&w);
		vms_arena_fini(&a);
	}
}

static void
test_refused_on_both_sides(void **state)
{
	static char big[VMS_SECRET_MAX + 1];
	struct vms_message rows[] = {
		{ .type = VMS_Q_STATUS, .u.word_req = { { "a\0b", 3 } } },
		{ .type = VMS_Q_STATUS, .u.word_req =
		    { { big, VMS_NAME_MAX + 1 } } },
		{ .type = VMS_Q_PAM_AUTH, .u.pam_req =
		    { .secret = { big, VMS_SECRET_MAX + 1 } } },
		{ .type = VMS_A_PAM, .u.pam_rep = { .result = 99 } },
		{ .type = VMS_A_ERROR, .u.error_rep = { .code = VMS_E_OK } },
		{ .type = VMS_A_ERROR, .u.error_rep = { .code = 7 } },
		{ .type = (enum vms_msg)40 },
		{ .type = (enum vms_msg)0 },
	};
	static const uint8_t bodies[][12] = {
		{ 2, VMS_Q_WHOAMI, 0, 0, 0, 0 },	/* other version */
		{ 1, 40 },				/* no such type */
		{ 1, VMS_Q_WHOAMI, 0xff, 0xff, 0xff, 0xff },
		{ 1, VMS_A_TABLE, 0, 0xff, 0xff, 0xff, 0xff },
		{ 1, VMS_A_TABLE, 2, 0, 0, 0, 0 },	/* bool of 2 */
	};
	struct vms_arena a = { 0 };
	struct vms_message m;
	struct vms_wr w = { 0 };
	struct vms_err err;

	(void)state;
	memset(big, 'x', sizeof(big));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		vms_proto_encode(&w, &rows[i]);
		assert_true(w.bad);
		vms_wr_fini(&w);
	}
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		assert_int_equal(vms_proto_decode(bodies[i],
		    sizeof(bodies[i]), &a, &m, &err), -1);
		assert_int_equal(err.code, VMS_E_MALFORMED);
		assert_int_equal(m.type, 0);
	}
	vms_arena_fini(&a);
}

static void
test_limits(void **state)
{
	static uint8_t body[VMS_REQUEST_MAX + 1] = { 1, VMS_Q_WHOAMI };
	struct vms_wr w = encoded(&samples[N_SAMPLES - 2]);
	struct vms_arena a = { .max = 1 };
	struct vms_message m;
	struct vms_err err;

	(void)state;
	assert_int_equal(vms_proto_decode(body, sizeof(body), &a, &m, &err),
	    -1);
	assert_int_equal(err.code, VMS_E_LIMIT);
	assert_int_equal(vms_proto_decode(w.p + 4, w.len - 4, &a, &m, &err),
	    -1);
	assert_int_equal(err.code, VMS_E_SYSTEM);
	vms_wr_fini(&w);
	vms_arena_fini(&a);
}

/* The decoder's words never quote what it read. */
static void
test_errors_keep_secrets(void **state)
{
	struct vms_wr w = encoded(&samples[0]);
	struct vms_arena a = { 0 };
	struct vms_message m;
	struct vms_err err;

	(void)state;
	for (size_t len = 0; len < w.len - 4; len++) {
		assert_int_equal(vms_proto_decode(w.p + 4, len, &a, &m,
		    &err), -1);
		assert_null(strstr(err.msg, "sesame"));
	}
	vms_wr_fini(&w);
	vms_arena_fini(&a);
}

static void
test_names(void **state)
{
	(void)state;
	assert_string_equal(vms_msg_name(VMS_Q_PAM_ACCT), "pam-acct");
	assert_string_equal(vms_msg_name(VMS_Q_WATCH), "watch");
	assert_string_equal(vms_msg_name(VMS_A_ERROR), "error");
	assert_string_equal(vms_msg_name((enum vms_msg)63), "?");
	assert_string_equal(vms_msg_name((enum vms_msg)200), "?");
	assert_int_equal(vms_proto_answer(VMS_Q_PAM_OPEN), VMS_A_PAM);
	assert_int_equal(vms_proto_answer(VMS_Q_EXPLAIN), VMS_A_VERDICT);
	assert_int_equal(vms_proto_answer(VMS_Q_KEYS), VMS_A_TABLE);
	assert_int_equal(vms_proto_answer(VMS_A_TABLE), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_truncated_or_longer),
		cmocka_unit_test(test_mutated),
		cmocka_unit_test(test_refused_on_both_sides),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_errors_keep_secrets),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
