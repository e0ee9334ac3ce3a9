/* SPDX-License-Identifier: MIT */
/* LDIF content records. */
#include "cm.h"

#include <stdio.h>

#include "libvms/ldif.h"

/* What came, as one line: "dn|name;option=value|…" and a newline a record. */
struct seen {
	char text[4096];
	size_t len;
};

static void
put(struct seen *s, struct vms_str str)
{
	assert_true(str.len < sizeof(s->text) - s->len);
	if (str.len > 0)
		memcpy(s->text + s->len, str.p, str.len);
	s->len += str.len;
	s->text[s->len] = '\0';
}

static int
collect(void *arg, const struct vms_entry *e, struct vms_err *err)
{
	struct seen *s = arg;

	(void)err;
	put(s, e->dn);
	for (uint32_t i = 0; i < e->n_attrs; i++) {
		put(s, VMS_STR("|"));
		put(s, e->attrs[i].name);
		if (e->attrs[i].option.len > 0)
			put(s, VMS_STR(";"));
		put(s, e->attrs[i].option);
		for (uint32_t k = 0; k < e->attrs[i].n_vals; k++) {
			put(s, VMS_STR("="));
			put(s, e->attrs[i].vals[k]);
		}
	}
	put(s, VMS_STR("\n"));
	return 0;
}

static int
parse(const char *text, struct seen *s, struct vms_err *err)
{
	size_t len = strlen(text);
	char *copy = malloc(len + 1);
	int r;

	*s = (struct seen){ 0 };
	*err = (struct vms_err){ 0 };
	memcpy(copy, text, len);
	r = vms_ldif_parse("f", copy, len, collect, s, err);
	free(copy);
	return r;
}

static void
test_records(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "", "" },
		{ "\n\n", "" },
		{ "version: 1\n\ndn: cn=a\ncn: a\n", "cn=a|cn=a\n" },
		{ "version: 1\ndn: cn=a\ncn: a\n", "cn=a|cn=a\n" },
		{ "dn: cn=a\ncn: a", "cn=a|cn=a\n" },
		{ "dn: cn=a\r\ncn: a\r\n\r\ndn: cn=b\r\n",
		    "cn=a|cn=a\ncn=b\n" },
		{ "dn: cn=a\n\n\n\ndn: cn=b\n\n", "cn=a\ncn=b\n" },
		{ "dn:cn=a\ncn:a\n", "cn=a|cn=a\n" },
		{ "dn:   cn=a\ncn:    a b \n", "cn=a|cn=a b \n" },
		{ "dn: cn=a\ncn:\n", "cn=a|cn=\n" },
		{ "dn: cn=\n a\ncn: on\n e\n", "cn=a|cn=one\n" },
		{ "dn: cn=a\nc\n n: a\n", "cn=a|cn=a\n" },
		{ "# one\ndn: cn=a\n# two\n  and more\ncn: a\n#\n",
		    "cn=a|cn=a\n" },
		{ "dn:: Y249YQ==\ncn:: YWI=\n", "cn=a|cn=ab\n" },
		{ "dn: cn=a\ncn:: YW\n Jj\n", "cn=a|cn=abc\n" },
		{ "dn: cn=a\ncn::\n", "cn=a|cn=\n" },
		{ "dn: cn=a\nm: 1\nCN: x\nM: 2\n", "cn=a|m=1=2|CN=x\n" },
		{ "dn: cn=a\nm: 1\nm;lang-de: 2\n", "cn=a|m=1|m;lang-de=2\n" },
		{ "dn: cn=a\nuserPassword: s\ncn: a\n", "cn=a|cn=a\n" },
		{ "dn: cn=a\nUSERPASSWORD;x:: c2VjcmV0\n", "cn=a\n" },
	};
	struct seen s;
	struct vms_err err;

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		if (parse(rows[i].text, &s, &err) != 0)
			fail_msg("%s: %s", rows[i].text, err.msg);
		assert_string_equal(s.text, rows[i].want);
	}
}

static void
test_errors(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "dn: cn=a\nsecret words\n", "f:2: no \"attribute: value\"" },
		{ "dn: cn=a\n: x\n", "f:2: no \"attribute: value\"" },
		{ "dn: cn=a\n;x: y\n", "f:2: bad attribute name" },
		{ "cn: a\n", "f:1: a record starts with \"dn:\"" },
		{ " x\n", "f:1: nothing to continue" },
		{ "dn: cn=a\n\n x\n", "f:3: nothing to continue" },
		{ "dn: cn=a\njpegPhoto:< file:///etc/shadow\n",
		    "f:2: values from a URL (\":<\") are refused" },
		{ "dn: cn=a\nchangetype: delete\n",
		    "f:2: change records are refused" },
		{ "dn: cn=a\n\ndn: cn=b\nx:\n y\ncontrol: 1\n",
		    "f:6: change records are refused" },
		{ "dn: cn=a\ncn:: a\n", "f:2: not base64" },
		{ "dn: cn=a\ncn:: YQ=\n", "f:2: not base64" },
		{ "dn: cn=a\ncn:: YQ==YQ==\n", "f:2: not base64" },
		{ "dn: cn=a\ncn:: ====\n", "f:2: not base64" },
		{ "dn: cn=a\n-\n", "f:2: no \"attribute: value\"" },
	};
	struct seen s;
	struct vms_err err;

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		assert_int_equal(parse(rows[i].text, &s, &err), -1);
		assert_int_equal(err.code, VMS_E_MALFORMED);
		assert_string_equal(err.msg, rows[i].want);
	}
}

static void
test_passwords_are_wiped(void **state)
{
	char text[] = "dn: cn=a\nuserPassword: hunter2\n"
	    "userPassword:: aHVudGVyMg==\ncn: a\n";
	struct seen s = { 0 };

	(void)state;
	assert_int_equal(vms_ldif_parse("f", text, sizeof(text) - 1, collect,
	    &s, NULL), 0);
	assert_null(memmem(text, sizeof(text), "hunter2", 7));
	assert_null(memmem(text, sizeof(text), "aHVudGVyMg", 10));
}

static int
refuse(void *arg, const struct vms_entry *e, struct vms_err *err)
{
	(void)e;
	++*(int *)arg;
	return vms_fail(err, VMS_E_LIMIT, "enough");
}

static void
test_callee_ends_it(void **state)
{
	char text[] = "dn: cn=a\n\ndn: cn=b\n";
	struct vms_err err = { 0 };
	int n = 0;

	(void)state;
	assert_int_equal(vms_ldif_parse("f", text, sizeof(text) - 1, refuse,
	    &n, &err), -1);
	assert_int_equal(n, 1);
	assert_string_equal(err.msg, "enough");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_passwords_are_wiped),
		cmocka_unit_test(test_callee_ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
