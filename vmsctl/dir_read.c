/* SPDX-License-Identifier: MIT */
/* Reading the directory, in pages, entry by entry. */
#include "vmsctl/dir_priv.h"

#define PAGE 500

static int
take_attr(LDAPMessage *m, LDAP *ld, const char *name, struct vms_arena *a,
    struct vms_attr *out)
{
	struct berval **v = ldap_get_values_len(ld, m, name);
	int n = ldap_count_values_len(v);
	struct vms_str *vals = vms_arena_calloc(a, (size_t)n + 1,
	    sizeof(*vals));

	for (int i = 0; vals != NULL && i < n; i++) {
		vals[i] = vms_arena_str(a, (struct vms_str){ v[i]->bv_val,
		    v[i]->bv_len });
		if (vals[i].p == NULL)
			vals = NULL;
	}
	ldap_value_free_len(v);
	if (vals == NULL)
		return -1;
	(void)vms_str_cut(vms_arena_str(a, vms_str_of(name)), ';',
	    &out->name, &out->option);
	out->vals = vals;
	out->n_vals = (uint32_t)n;
	return 0;
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = vms_ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* entryUUID in its text form (RFC 4530). */
static void
take_uuid(const struct vms_entry *e, uint8_t uuid[VMS_UUID_LEN])
{
	struct vms_str s;
	size_t n = 0;

	if (vms_entry_get_one(e, VMS_STR("entryUUID"), &s) < 0)
		return;
	for (size_t i = 0; i + 1 < s.len && n < VMS_UUID_LEN; i++) {
		int hi = hex(s.p[i]), lo = hex(s.p[i + 1]);

		if (hi < 0 || lo < 0)
			continue;
		uuid[n++] = (uint8_t)(hi << 4 | lo);
		i++;
	}
}

static int
take_entry(struct vms_dir *d, LDAPMessage *m, vms_dir_fn fn, void *arg,
    struct vms_err *err)
{
	struct vms_arena a = { 0 };
	struct vms_attr *attrs = vms_arena_calloc(&a, VMS_ATTRS_MAX,
	    sizeof(*attrs));
	struct vms_entry e = { .attrs = attrs };
	BerElement *ber = NULL;
	char *dn = ldap_get_dn(d->ld, m), *name;
	int rc = attrs == NULL || dn == NULL ? -1 : 0;

	name = rc == 0 ? ldap_first_attribute(d->ld, m, &ber) : NULL;
	while (name != NULL) {
		if (e.n_attrs == VMS_ATTRS_MAX || take_attr(m, d->ld, name,
		    &a, &attrs[e.n_attrs]) < 0)
			rc = -1;
		else
			e.n_attrs++;
		ldap_memfree(name);
		name = rc == 0 ? ldap_next_attribute(d->ld, m, ber) : NULL;
	}
	ber_free(ber, 0);
	if (rc < 0) {
		vms_fail(err, VMS_E_LIMIT, "%s: too large",
		    dn != NULL ? dn : "entry");
	} else {
		e.dn = vms_str_of(dn);
		take_uuid(&e, e.uuid);
		rc = fn(arg, &e, err);
	}
	ldap_memfree(dn);
	vms_arena_fini(&a);
	return rc;
}

/* One page; *cookie is moved on, its length 0 after the last. */
static int
search_page(struct vms_dir *d, const char *base, int scope,
    const char *filter, struct berval *cookie, LDAPMessage **res)
{
	static char star[] = "*", plus[] = "+";
	char *attrs[] = { star, plus, NULL };
	struct timeval tv = { d->timeout_s, 0 };
	LDAPControl *page = NULL, **reply = NULL, *found;
	LDAPControl *ctrls[] = { NULL, NULL };
	struct berval next = { 0, NULL };
	ber_int_t total;
	int rc, result;

	rc = ldap_create_page_control(d->ld, PAGE, cookie, 0, &page);
	if (rc != LDAP_SUCCESS)
		return rc;
	ctrls[0] = page;
	rc = ldap_search_ext_s(d->ld, base, scope, filter, attrs, 0, ctrls,
	    NULL, &tv, 0, res);
	ldap_control_free(page);
	ber_memfree(cookie->bv_val);
	*cookie = (struct berval){ 0, NULL };
	if (rc != LDAP_SUCCESS)
		return rc;
	rc = ldap_parse_result(d->ld, *res, &result, NULL, NULL, NULL,
	    &reply, 0);
	found = rc != LDAP_SUCCESS ? NULL : ldap_control_find(
	    LDAP_CONTROL_PAGEDRESULTS, reply, NULL);
	if (found != NULL)
		rc = ldap_parse_pageresponse_control(d->ld, found, &total,
		    &next);
	ldap_controls_free(reply);
	*cookie = next;
	return rc;
}

static int
search(struct vms_dir *d, struct vms_str base, int scope,
    const char *filter, vms_dir_fn fn, void *arg, struct vms_err *err)
{
	char dn[VMS_DN_MAX];
	struct berval cookie = { 0, NULL };
	int rc, fail = 0;

	if (vms_str_copy(dn, sizeof(dn), base) < 0)
		return vms_fail(err, VMS_E_LIMIT, "a DN is too long");
	do {
		LDAPMessage *res = NULL;

		vms_dir_arm(d);
		rc = search_page(d, dn, scope, filter, &cookie, &res);
		vms_dir_disarm();
		for (LDAPMessage *m = ldap_first_entry(d->ld, res);
		    rc == LDAP_SUCCESS && fail == 0 && m != NULL;
		    m = ldap_next_entry(d->ld, m))
			fail = take_entry(d, m, fn, arg, err);
		ldap_msgfree(res);
	} while (rc == LDAP_SUCCESS && fail == 0 && cookie.bv_len > 0);
	ber_memfree(cookie.bv_val);
	if (fail != 0)
		return fail;
	if (rc == LDAP_SUCCESS || rc == LDAP_NO_SUCH_OBJECT ||
	    rc == LDAP_INSUFFICIENT_ACCESS)
		return 0;
	return vms_dir_fail(d, rc, dn, err);
}

int
vms_dir_search(struct vms_dir *d, struct vms_str base, const char *filter,
    vms_dir_fn fn, void *arg, struct vms_err *err)
{
	return search(d, base, LDAP_SCOPE_SUBTREE, filter, fn, arg, err);
}

int
vms_dir_read(struct vms_dir *d, struct vms_str dn, vms_dir_fn fn, void *arg,
    struct vms_err *err)
{
	return search(d, dn, LDAP_SCOPE_BASE, "(objectClass=*)", fn, arg,
	    err);
}
