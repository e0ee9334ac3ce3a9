/* SPDX-License-Identifier: MIT */
/* Sealed verifiers: a vector that another program made, and every way in
 * which a record can be wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "vmsd/verifier.h"

static const struct vms_verifier_cost low = { 4, 8, 1 };
static const uint8_t fixed[VMS_VERIFIER_RANDOM] = { 1, 2, 3, 4, 5, 6, 7, 8, 9,
    10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27,
    28 };
static const struct vms_verifier_meta sam = {
	{ 0xaa, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0xff },
	INT64_C(1800000000), "20270115080000Z"
};

static struct vms_verifier_key
key_of(const char *secret)
{
	struct vms_verifier_key key;

	assert_int_equal(vms_verifier_key_of(secret, strlen(secret), &key,
	    NULL), 0);
	return key;
}

static struct vms_wr
make(const struct vms_verifier_key *key, const char *password)
{
	struct vms_wr w = { 0 };

	assert_int_equal(vms_verifier_make(key, &sam, &low,
	    vms_str_of(password), fixed, &w, NULL), 0);
	return w;
}

static void
test_round_trip(void **state)
{
	static const struct {
		const char *password;
		int answer;
	} rows[] = { { "sam-pass", 1 }, { "sam-pass ", 0 }, { "sam-pas", 0 },
	    { "", 0 }, { "SAM-PASS", 0 } };
	struct vms_verifier_key key = key_of("host key");
	struct vms_wr w = make(&key, "sam-pass");
	struct vms_verifier v;

	(void)state;
	assert_true(w.len <= VMS_VERIFIER_MAX);
	assert_int_equal(vms_verifier_open(&key, w.p, w.len, &v, NULL), 0);
	assert_memory_equal(v.meta.uuid, sam.uuid, VMS_UUID_LEN);
	assert_int_equal(v.meta.stored_s, sam.stored_s);
	assert_string_equal(v.meta.stamp, sam.stamp);
	assert_int_equal(v.cost.log2n, low.log2n);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(vms_verifier_check(&v,
		    vms_str_of(rows[i].password), NULL), rows[i].answer);
	vms_wr_fini(&w);
}

/* scrypt and AES-GCM as Python's hashlib and cryptography compute them. */
static void
test_vector(void **state)
{
	static const uint8_t sealed[] = {
#include "tests/data/verifier.inc"
	};
	struct vms_verifier_key key = key_of("host key");
	struct vms_wr w = make(&key, "sam-pass");

	(void)state;
	assert_int_equal(w.len, sizeof(sealed));
	assert_memory_equal(w.p, sealed, sizeof(sealed));
	vms_wr_fini(&w);
}

static void
test_other_key(void **state)
{
	struct vms_verifier_key key = key_of("host key"), other;
	struct vms_wr w = make(&key, "sam-pass");
	struct vms_err err = { 0 };
	struct vms_verifier v;

	(void)state;
	other = key_of("host kez");
	assert_int_equal(vms_verifier_open(&other, w.p, w.len, &v, &err), -1);
	assert_int_equal(err.code, VMS_E_NOT_FOUND);
	/* A key that only claims to be the one. */
	memcpy(other.id, key.id, sizeof(other.id));
	assert_int_equal(vms_verifier_open(&other, w.p, w.len, &v, &err), -1);
	assert_int_equal(err.code, VMS_E_MALFORMED);
	assert_memory_equal(&v, &(struct vms_verifier){ 0 }, sizeof(v));
	vms_wr_fini(&w);
}

static void
test_every_bit(void **state)
{
	struct vms_verifier_key key = key_of("host key");
	struct vms_wr w = make(&key, "sam-pass");
	struct vms_verifier v;

	(void)state;
	for (size_t i = 0; i < w.len * 8; i++) {
		w.p[i / 8] ^= (uint8_t)(1U << i % 8);
		if (vms_verifier_open(&key, w.p, w.len, &v, NULL) != -1)
			fail_msg("bit %zu", i);
		w.p[i / 8] ^= (uint8_t)(1U << i % 8);
	}
	assert_int_equal(vms_verifier_open(&key, w.p, w.len, &v, NULL), 0);
	vms_wr_fini(&w);
}

static void
test_every_length(void **state)
{
	struct vms_verifier_key key = key_of("host key");
	struct vms_wr w = make(&key, "sam-pass");
	struct vms_verifier v;

	(void)state;
	for (size_t len = 0; len < w.len; len++) {
		/* Of its own size, so that a sanitizer sees a read past it. */
		uint8_t *part = malloc(len + 1);

		assert_non_null(part);
		memcpy(part, w.p, len);
		assert_int_equal(vms_verifier_open(&key, part, len, &v,
		    NULL), -1);
		free(part);
	}
	vms_wr_u8(&w, 0);
	assert_int_equal(vms_verifier_open(&key, w.p, w.len, &v, NULL), -1);
	vms_wr_fini(&w);
}

static void
test_cost(void **state)
{
	static const struct vms_verifier_cost bad[] = { { 3, 8, 1 },
	    { 19, 8, 1 }, { 255, 8, 1 }, { 4, 0, 1 }, { 4, 17, 1 },
	    { 4, 8, 0 }, { 4, 8, 17 }, { 4, UINT32_MAX, 1 } };
	struct vms_verifier_key key = key_of("k");
	struct vms_wr w = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(vms_verifier_make(&key, &sam, &bad[i],
		    VMS_STR("x"), fixed, &w, NULL), -1);
	assert_int_equal(w.len, 0);
	/* The usual cost fits into the room that it is given. */
	assert_int_equal(vms_verifier_make(&key, &sam,
	    &(struct vms_verifier_cost){ 15, 8, 1 }, VMS_STR("x"), fixed, &w,
	    NULL), 0);
	vms_wr_fini(&w);
	vms_verifier_waste(&low, VMS_STR("x"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_vector),
		cmocka_unit_test(test_other_key),
		cmocka_unit_test(test_every_bit),
		cmocka_unit_test(test_every_length),
		cmocka_unit_test(test_cost),
	};

	if (vms_verifier_init(NULL) == -1)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
