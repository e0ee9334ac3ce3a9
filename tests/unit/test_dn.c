/* SPDX-License-Identifier: MIT */
/* Distinguished names. */
#include "cm.h"

#include "libvms/bounds.h"
#include "libvms/dn.h"

static void
test_normal(void **state)
{
	static const struct {
		const char *dn, *want;	/* NULL: no DN */
	} rows[] = {
		{ "", "" },
		{ "   ", "" },
		{ "cn=a,dc=b", "cn=a,dc=b" },
		{ "CN=A,DC=B", "cn=a,dc=b" },
		{ " cn = a , dc = b ", "cn=a,dc=b" },
		{ "cn=two   words,dc=b", "cn=two words,dc=b" },
		{ "cn=\\20 a \\20,dc=b", "cn=a,dc=b" },
		{ "2.5.4.3=x", "2.5.4.3=x" },
		{ "cn=", "cn=" },
		{ "cn=,dc=b", "cn=,dc=b" },
		/* The two ways to escape are one name. */
		{ "cn=Smith\\, Bob,dc=b", "cn=smith\\, bob,dc=b" },
		{ "cn=Smith\\2c Bob,dc=b", "cn=smith\\, bob,dc=b" },
		{ "cn=a\\3db", "cn=a\\=b" },
		{ "cn=a=b", "cn=a\\=b" },
		{ "cn=\\61", "cn=a" },
		{ "cn=a\\00b", "cn=a\\00b" },
		{ "cn=\\#a", "cn=\\#a" },
		{ "cn=a#", "cn=a#" },
		{ "cn=#0401FF", "cn=#0401ff" },
		{ "cn=\\\\", "cn=\\\\" },
		{ "cn=\xc3\x84", "cn=\xc3\x84" },
		/* Pairs of one RDN are a set. */
		{ "ou=b+cn=a,dc=c", "cn=a+ou=b,dc=c" },
		{ "CN=A+OU=B,dc=c", "cn=a+ou=b,dc=c" },
		{ "a", NULL },
		{ "=a", NULL },
		{ "cn=a,", NULL },
		{ ",cn=a", NULL },
		{ "cn=a,,dc=b", NULL },
		{ "cn=a+,dc=b", NULL },
		{ "cn=a\\", NULL },
		{ "cn=a\\g", NULL },
		{ "cn=a;dc=b", NULL },
		{ "cn=\"a\"", NULL },
		{ "cn=a<b", NULL },
		{ "cn=#04z", NULL },
		{ "cn=#0", NULL },
		{ "c n=a", NULL },
	};
	struct vms_arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		struct vms_str out = VMS_STR("poison");
		int r = vms_dn_normal(vms_str_of(rows[i].dn), &a, &out);

		if (rows[i].want == NULL) {
			if (r != -1 || out.len != 0)
				fail_msg("%s is no DN", rows[i].dn);
			continue;
		}
		assert_int_equal(r, 0);
		assert_str(out, rows[i].want);
		/* The normal form is its own normal form. */
		assert_int_equal(vms_dn_normal(out, &a, &out), 0);
		assert_str(out, rows[i].want);
	}
	vms_arena_fini(&a);
}

static void
test_bounds(void **state)
{
	char dn[VMS_DN_MAX + 1];
	struct vms_arena a = { 0 };
	struct vms_str out;

	(void)state;
	memset(dn, '=', sizeof(dn));
	memcpy(dn, "cn", 2);
	/* Each '=' becomes two bytes. */
	assert_int_equal(vms_dn_normal((struct vms_str){ dn, VMS_DN_MAX },
	    &a, &out), 0);
	assert_int_equal(out.len, 3 + 2 * (VMS_DN_MAX - 3));
	assert_int_equal(vms_dn_normal((struct vms_str){ dn,
	    VMS_DN_MAX + 1 }, &a, &out), -1);
	assert_int_equal(vms_dn_normal(VMS_STR("cn=a\0b"), &a, &out), -1);
	assert_int_equal(vms_dn_normal(VMS_STR(
	    "a=1+b=1+c=1+d=1+e=1+f=1+g=1+h=1"), &a, &out), 0);
	assert_int_equal(vms_dn_normal(VMS_STR(
	    "a=1+b=1+c=1+d=1+e=1+f=1+g=1+h=1+i=1"), &a, &out), -1);
	vms_arena_fini(&a);
}

static void
test_parts(void **state)
{
	struct vms_str dn = VMS_STR("cn=a\\,b+ou=c,ou=d,dc=e");

	(void)state;
	assert_str(vms_dn_rdn(dn), "cn=a\\,b+ou=c");
	assert_str(vms_dn_parent(dn), "ou=d,dc=e");
	assert_str(vms_dn_parent(VMS_STR("dc=e")), "");
	assert_str(vms_dn_parent(VMS_STR("")), "");
	assert_str(vms_dn_rdn(VMS_STR("")), "");
}

static void
test_within(void **state)
{
	static const struct {
		const char *dn, *base;
		bool want;
	} rows[] = {
		{ "cn=a,dc=b", "dc=b", true },
		{ "cn=x,cn=a,dc=b", "dc=b", true },
		{ "dc=b", "dc=b", true },
		{ "cn=a,dc=b", "", true },
		{ "dc=bb", "dc=b", false },
		{ "cn=adc=b", "dc=b", false },
		/* The comma belongs to the name. */
		{ "cn=a\\,dc=b", "dc=b", false },
		{ "dc=b", "cn=a,dc=b", false },
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++)
		if (vms_dn_is_within(vms_str_of(rows[i].dn),
		    vms_str_of(rows[i].base)) != rows[i].want)
			fail_msg("%s within %s", rows[i].dn, rows[i].base);
}

static void
test_first_value(void **state)
{
	struct vms_arena a = { 0 };
	struct vms_str type, value = VMS_STR("poison");

	(void)state;
	assert_int_equal(vms_dn_first_value(VMS_STR("CN=Smith\\, Bob,dc=x"),
	    &a, &type, &value), 0);
	assert_str(type, "CN");
	assert_str(value, "Smith, Bob");
	assert_int_equal(vms_dn_first_value(VMS_STR("nothing"), &a, &type,
	    &value), -1);
	assert_int_equal(value.len, 0);
	vms_arena_fini(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_normal),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_within),
		cmocka_unit_test(test_first_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
