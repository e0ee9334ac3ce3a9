/* SPDX-License-Identifier: MIT */
/* Directory entries and their flat form; numbers in sets. */
#include "cm.h"

#include "libvms/bounds.h"
#include "libvms/entry.h"
#include "libvms/set.h"

static const struct vms_str classes[] = { { "top", 3 }, { " vmsUser", 8 } };
static const struct vms_str texts[] = { { "key=a", 5 }, { "", 0 } };
static const struct vms_attr attrs[] = {
	{ { "objectClass", 11 }, { NULL, 0 }, classes, 2 },
	{ { "vmsMessage", 10 }, { "lang-de", 7 }, texts, 2 },
	{ { "uid", 3 }, { NULL, 0 }, texts, 1 },
	{ { "none", 4 }, { NULL, 0 }, NULL, 0 },
};
static const struct vms_entry entry = {
	.uuid = { 1, 2, 3 }, .dn = { "cn=x", 4 }, .attrs = attrs,
	.n_attrs = 4,
};

static void
test_get(void **state)
{
	struct vms_str val = VMS_STR("poison");

	(void)state;
	assert_ptr_equal(vms_entry_get(&entry, VMS_STR("UID")), &attrs[2]);
	/* An option makes it another attribute. */
	assert_null(vms_entry_get(&entry, VMS_STR("vmsMessage")));
	assert_null(vms_entry_get(&entry, VMS_STR("ui")));
	assert_int_equal(vms_entry_get_one(&entry, VMS_STR("uid"), &val), 0);
	assert_str(val, "key=a");
	assert_int_equal(vms_entry_get_one(&entry, VMS_STR("objectclass"),
	    &val), -1);
	assert_int_equal(val.len, 0);
	assert_int_equal(vms_entry_get_one(&entry, VMS_STR("none"), &val),
	    -1);
	assert_true(vms_entry_is(&entry, VMS_STR("VMSUSER")));
	assert_false(vms_entry_is(&entry, VMS_STR("vmsRole")));
}

static void
test_flat(void **state)
{
	struct vms_wr w = { 0 }, again = { 0 };
	struct vms_arena a = { 0 };
	struct vms_entry e;
	struct vms_rd r;

	(void)state;
	vms_entry_encode(&w, &entry);
	assert_false(w.bad);
	r = vms_rd_init(w.p, w.len);
	assert_int_equal(vms_entry_decode(&r, &a, &e, NULL), 0);
	assert_true(vms_rd_done(&r));
	vms_entry_encode(&again, &e);
	assert_int_equal(again.len, w.len);
	assert_memory_equal(again.p, w.p, w.len);
	/* Cut anywhere it is malformed, never read past. */
	for (size_t n = 0; n < w.len; n++) {
		struct vms_err err = { 0 };
		uint8_t *copy = malloc(n + 1);

		memcpy(copy, w.p, n);
		r = vms_rd_init(copy, n);
		memset(&e, 0x5a, sizeof(e));
		assert_int_equal(vms_entry_decode(&r, &a, &e, &err), -1);
		assert_int_equal(err.code, VMS_E_MALFORMED);
		assert_int_equal(e.n_attrs, 0);
		free(copy);
	}
	vms_wr_fini(&w);
	vms_wr_fini(&again);
	vms_arena_fini(&a);
}

static void
test_lying_counts(void **state)
{
	struct vms_wr w = { 0 };
	struct vms_arena a = { .max = 1024 * 1024 };
	struct vms_err err = { 0 };
	struct vms_entry e;
	struct vms_rd r;
	uint8_t uuid[VMS_UUID_LEN] = { 0 };

	(void)state;
	vms_wr_bytes(&w, uuid, sizeof(uuid));
	vms_wr_str(&w, VMS_STR("cn=x"));
	vms_wr_u32(&w, 1);
	vms_wr_str(&w, VMS_STR("member"));
	vms_wr_str(&w, VMS_STR(""));
	vms_wr_u32(&w, VMS_VALUES_MAX);
	r = vms_rd_init(w.p, w.len);
	assert_int_equal(vms_entry_decode(&r, &a, &e, &err), -1);
	assert_int_equal(err.code, VMS_E_MALFORMED);
	vms_wr_patch_u32(&w, VMS_UUID_LEN + 8, VMS_ATTRS_MAX + 1);
	r = vms_rd_init(w.p, w.len);
	assert_int_equal(vms_entry_decode(&r, &a, &e, &err), -1);
	assert_int_equal(err.code, VMS_E_LIMIT);
	vms_wr_fini(&w);
	vms_arena_fini(&a);
}

static void
test_set(void **state)
{
	struct vms_arena a = { 0 };
	struct vms_set s = { .arena = &a };

	(void)state;
	assert_false(vms_set_has(&s, 0));
	for (uint32_t i = 0; i < 5000; i++) {
		assert_int_equal(vms_set_add(&s, i * 7919), 1);
		assert_int_equal(vms_set_add(&s, i * 7919), 0);
	}
	assert_int_equal(s.n, 5000);
	for (uint32_t i = 0; i < 5000; i++) {
		assert_int_equal(s.list[i], i * 7919);
		assert_true(vms_set_has(&s, i * 7919));
		assert_false(vms_set_has(&s, i * 7919 + 1));
	}
	vms_arena_fini(&a);
	a.max = 1024;
	s = (struct vms_set){ .arena = &a };
	assert_int_equal(vms_set_add(&s, 1), -1);
	assert_int_equal(s.n, 0);
	vms_arena_fini(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_get),
		cmocka_unit_test(test_flat),
		cmocka_unit_test(test_lying_counts),
		cmocka_unit_test(test_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
