/* SPDX-License-Identifier: MIT */
/* Operations with one answer: binds, the root, the schema, passwords. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libvms/dn.h"
#include "vmsd/ldapc_int.h"
#include "vmsd/sync_ctrl.h"

int
vms_ldapc_wait(struct vms_ldapc *c, int msgid, int64_t deadline,
    LDAPMessage **res, struct vms_err *err)
{
	int64_t left = deadline - vms_ldapc_now_ms();
	struct timeval tv;
	int r;

	*res = NULL;
	if (left < 0)
		left = 0;
	tv = (struct timeval){ left / 1000, left % 1000 * 1000 };
	r = ldap_result(c->ld, msgid, LDAP_MSG_ALL, &tv, res);
	/* At the deadline the guard makes a lost connection of it. */
	if (r == 0 || (r == -1 && vms_ldapc_now_ms() >= deadline)) {
		return vms_fail(err, VMS_E_UNAVAILABLE,
		    "%s: no answer in time", c->uri);
	}
	if (r == -1) {
		int rc = LDAP_SERVER_DOWN;

		ldap_get_option(c->ld, LDAP_OPT_RESULT_CODE, &rc);
		return vms_ldapc_fail(c, rc, "connection lost", err);
	}
	return 0;
}

/* The result of an answer, its text and its password policy control. */
static int
answer(struct vms_ldapc *c, LDAPMessage *res, struct vms_ldapc_answer *out,
    struct vms_err *err)
{
	LDAPControl **ctrls = NULL, *pp;
	char *text = NULL;
	int rc, r = 0;

	*out = (struct vms_ldapc_answer){ .result = -1,
		.policy = { -1, -1, VMS_PP_NONE } };
	rc = ldap_parse_result(c->ld, res, &out->result, NULL, &text, NULL,
	    &ctrls, 0);
	if (rc != LDAP_SUCCESS)
		return vms_ldapc_fail(c, rc, "an answer makes no sense", err);
	if (text != NULL)
		snprintf(out->text, sizeof(out->text), "%s", text);
	pp = ldap_control_find(VMS_OID_PPOLICY, ctrls, NULL);
	if (pp != NULL)
		r = vms_ppolicy_decode((struct vms_str){
		    pp->ldctl_value.bv_val, pp->ldctl_value.bv_len },
		    &out->policy, err);
	ldap_memfree(text);
	ldap_controls_free(ctrls);
	return r;
}

static int
bind_once(struct vms_ldapc *c, const char *dn, struct vms_str secret,
    const char *mech, int64_t deadline, struct vms_ldapc_answer *out,
    struct vms_err *err)
{
	struct berval cred = { secret.len, (char *)(uintptr_t)secret.p };
	LDAPControl ask = { .ldctl_oid = (char *)(uintptr_t)VMS_OID_PPOLICY };
	LDAPControl *ctrls[] = { &ask, NULL };
	LDAPMessage *res = NULL;
	int msgid, rc, r = -1;

	vms_ldapc_guard(c, deadline);
	rc = ldap_sasl_bind(c->ld, dn, mech, &cred,
	    mech == LDAP_SASL_SIMPLE ? ctrls : NULL, NULL, &msgid);
	if (rc != LDAP_SUCCESS)
		vms_ldapc_fail(c, rc, "bind", err);
	else if (vms_ldapc_wait(c, msgid, deadline, &res, err) == 0 &&
	    ldap_msgtype(res) != LDAP_RES_BIND)
		vms_fail(err, VMS_E_UNAVAILABLE,
		    "%s: another answer than a bind's", c->uri);
	else if (res != NULL)
		r = answer(c, res, out, err);
	vms_ldapc_guard(c, 0);
	ldap_msgfree(res);
	return r;
}

static int
service_refused(struct vms_ldapc *c, const struct vms_ldapc_answer *a,
    const char *who, struct vms_err *err)
{
	const char *hint = "";

	if (a->result == LDAP_INVALID_CREDENTIALS)
		hint = ": wrong directory.bind_dn, or wrong password in "
		    "directory.bind_password_file";
	else if (a->result == LDAP_AUTH_METHOD_NOT_SUPPORTED ||
	    a->result == LDAP_INAPPROPRIATE_AUTH)
		hint = ": for EXTERNAL the server must ask for and accept "
		    "our certificate (cert_file, key_file), or be ldapi";
	else if (a->result == LDAP_CONFIDENTIALITY_REQUIRED ||
	    a->result == LDAP_STRONG_AUTH_REQUIRED)
		hint = ": the server wants TLS: ldaps:// or starttls";
	return vms_fail(err, VMS_E_DENIED, "%s: bind as %s: %s (%d)%s%s%s",
	    c->uri, who, ldap_err2string(a->result), a->result, hint,
	    a->text[0] == '\0' ? "" : ": ", a->text);
}

int
vms_ldapc_bind_service(struct vms_ldapc *c, int64_t deadline,
    struct vms_err *err)
{
	const struct vms_conf *conf = c->env->conf;
	bool external = strcmp(conf->directory.sasl, "external") == 0;
	const char *dn = conf->directory.bind_dn;
	struct vms_ldapc_answer a = { 0 };
	struct vms_str secret = { "", 0 };

	if (!external) {
		if (dn[0] == '\0' || c->env->password == NULL ||
		    c->env->password[0] == '\0')
			return vms_fail(err, VMS_E_MALFORMED, "%s: no account "
			    "to bind as: set directory.bind_dn and "
			    "bind_password_file, or sasl = \"external\"",
			    c->uri);
		secret = vms_str_of(c->env->password);
	}
	if (bind_once(c, external ? NULL : dn, secret,
	    external ? "EXTERNAL" : LDAP_SASL_SIMPLE, deadline, &a,
	    err) == -1)
		return -1;
	if (a.result != LDAP_SUCCESS)
		return service_refused(c, &a, external ? "EXTERNAL" : dn,
		    err);
	return 0;
}

/* A base search for a few attributes; *res has its messages. */
static int
base_search(struct vms_ldapc *c, const char *base, const char *const *attrs,
    int64_t deadline, LDAPMessage **res, int *result, struct vms_err *err)
{
	int msgid, rc, r;

	*res = NULL;
	vms_ldapc_guard(c, deadline);
	rc = ldap_search_ext(c->ld, base, LDAP_SCOPE_BASE, "(objectClass=*)",
	    (char **)(uintptr_t)attrs, 0, NULL, NULL, NULL, 1, &msgid);
	r = rc == LDAP_SUCCESS ? vms_ldapc_wait(c, msgid, deadline, res, err) :
	    vms_ldapc_fail(c, rc, "search", err);
	vms_ldapc_guard(c, 0);
	if (r == 0 && ldap_parse_result(c->ld, *res, result, NULL, NULL, NULL,
	    NULL, 0) != LDAP_SUCCESS)
		*result = LDAP_DECODING_ERROR;
	return r;
}

static bool
has_value(LDAP *ld, LDAPMessage *e, const char *attr, const char *value)
{
	struct berval **v = ldap_get_values_len(ld, e, attr);
	bool yes = false;

	for (size_t i = 0; v != NULL && v[i] != NULL && !yes; i++)
		yes = v[i]->bv_len == strlen(value) &&
		    memcmp(v[i]->bv_val, value, v[i]->bv_len) == 0;
	ldap_value_free_len(v);
	return yes;
}

static void
find_context(LDAP *ld, LDAPMessage *e, const char *base,
    struct vms_ldapc_root *out)
{
	struct berval **v = ldap_get_values_len(ld, e, "namingContexts");
	struct vms_arena a = { 0 };
	struct vms_str b, n;

	if (vms_dn_normal(vms_str_of(base), &a, &b) == -1)
		b = (struct vms_str){ NULL, 0 };
	for (size_t i = 0; v != NULL && v[i] != NULL; i++) {
		struct vms_str s = { v[i]->bv_val, v[i]->bv_len };

		if (vms_dn_normal(s, &a, &n) == 0 && n.len > 0 &&
		    vms_dn_is_within(b, n) && s.len > strlen(out->context))
			vms_str_copy(out->context, sizeof(out->context), s);
	}
	vms_arena_fini(&a);
	ldap_value_free_len(v);
}

int
vms_ldapc_read_root(struct vms_ldapc *c, const char *base, int64_t deadline,
    struct vms_ldapc_root *out, struct vms_err *err)
{
	static const char *const attrs[] = { "supportedControl",
		"supportedExtension", "namingContexts", "vendorName",
		"supportedCapabilities", NULL };
	LDAPMessage *res, *e;
	int result = 0;

	*out = (struct vms_ldapc_root){ 0 };
	if (base_search(c, "", attrs, deadline, &res, &result, err) == -1)
		return -1;
	e = ldap_first_entry(c->ld, res);
	if (e != NULL) {
		out->sync = has_value(c->ld, e, attrs[0],
		    VMS_OID_SYNC_REQUEST);
		out->whoami = has_value(c->ld, e, attrs[1],
		    LDAP_EXOP_WHO_AM_I);
		out->passwd = has_value(c->ld, e, attrs[1],
		    LDAP_EXOP_MODIFY_PASSWD);
		/* 389-ds: a resume says nothing of entries that left the
		 * filter, nor of what its changelog has forgotten. */
		c->stamps = has_value(c->ld, e, attrs[3], "389 Project");
		out->resumes = !c->stamps;
		out->ad = has_value(c->ld, e, attrs[4],
		    "1.2.840.113556.1.4.800");
		/* AD says "u:DOMAIN\\name", which compares with nothing. */
		out->whoami = out->whoami && !out->ad;
		find_context(c->ld, e, base, out);
	}
	ldap_msgfree(res);
	return 0;
}

static bool
schema_has(LDAP *ld, LDAPMessage *e, const char *class_name)
{
	struct berval **v = ldap_get_values_len(ld, e, "objectClasses");
	bool yes = v == NULL;	/* not shown to us: it can not be told */

	for (size_t i = 0; v != NULL && v[i] != NULL && !yes; i++)
		yes = memmem(v[i]->bv_val, v[i]->bv_len, class_name,
		    strlen(class_name)) != NULL;
	ldap_value_free_len(v);
	return yes;
}

int
vms_ldapc_check_schema(struct vms_ldapc *c, int64_t deadline,
    struct vms_err *err)
{
	static const char *const where[] = { "subschemaSubentry", NULL };
	static const char *const what[] = { "objectClasses", NULL };
	struct berval **v = NULL;
	LDAPMessage *res, *e;
	int result = 0, r = 0;

	if (base_search(c, "", where, deadline, &res, &result, err) == -1)
		return -1;
	if ((e = ldap_first_entry(c->ld, res)) != NULL)
		v = ldap_get_values_len(c->ld, e, where[0]);
	ldap_msgfree(res);
	if (v == NULL || v[0] == NULL)
		return 0;
	r = base_search(c, v[0]->bv_val, what, deadline, &res, &result, err);
	ldap_value_free_len(v);
	if (r == -1)
		return -1;
	e = ldap_first_entry(c->ld, res);
	if (e != NULL && !schema_has(c->ld, e, "'vmsRole'"))
		r = vms_fail(err, VMS_E_MALFORMED, "%s: the schema of this "
		    "suite is not loaded there (no class vmsRole): load "
		    "ldap_schema's vms.schema or vms.ldif", c->uri);
	ldap_msgfree(res);
	return r;
}

/* NUL-ended and wiped afterwards. */
static char *
dup_str(struct vms_str s)
{
	char *p = malloc(s.len + 1);

	if (p == NULL || vms_str_copy(p, s.len + 1, s) == -1) {
		free(p);
		return NULL;
	}
	return p;
}

int
vms_ldapc_bind_user(struct vms_ldapc *c, struct vms_str dn,
    struct vms_str secret, int64_t deadline, struct vms_ldapc_answer *out,
    struct vms_err *err)
{
	char *name;
	int r;

	/* Without a password, or without a name, a bind is anonymous, and
	 * every server says yes to it (RFC 4513, 5.1.2). */
	if (secret.len == 0 || dn.len == 0)
		return vms_fail(err, VMS_E_MALFORMED,
		    "a bind without name or password");
	name = dup_str(dn);
	if (name == NULL)
		return vms_fail(err, VMS_E_MALFORMED, "the DN can not be "
		    "used");
	r = bind_once(c, name, secret, LDAP_SASL_SIMPLE, deadline, out, err);
	free(name);
	return r;
}

int
vms_ldapc_whoami(struct vms_ldapc *c, int64_t deadline, struct vms_wr *w,
    struct vms_ldapc_answer *out, struct vms_err *err)
{
	struct berval *who = NULL;
	LDAPMessage *res = NULL;
	int msgid, rc, r = -1;

	vms_ldapc_guard(c, deadline);
	rc = ldap_whoami(c->ld, NULL, NULL, &msgid);
	if (rc != LDAP_SUCCESS)
		vms_ldapc_fail(c, rc, "who am I", err);
	else if (vms_ldapc_wait(c, msgid, deadline, &res, err) == 0)
		r = answer(c, res, out, err);
	if (r == 0 && out->result == LDAP_SUCCESS &&
	    ldap_parse_whoami(c->ld, res, &who) == LDAP_SUCCESS &&
	    who != NULL)
		vms_wr_bytes(w, who->bv_val, who->bv_len);
	vms_ldapc_guard(c, 0);
	ber_bvfree(who);
	ldap_msgfree(res);
	return r;
}

int
vms_ldapc_change(struct vms_ldapc *c, struct vms_str dn, struct vms_str old,
    struct vms_str new, int64_t deadline, struct vms_ldapc_answer *out,
    struct vms_err *err)
{
	struct berval user = { dn.len, (char *)(uintptr_t)dn.p };
	struct berval was = { old.len, (char *)(uintptr_t)old.p };
	struct berval is = { new.len, (char *)(uintptr_t)new.p };
	LDAPControl ask = { .ldctl_oid = (char *)(uintptr_t)VMS_OID_PPOLICY };
	LDAPControl *ctrls[] = { &ask, NULL };
	LDAPMessage *res = NULL;
	int msgid, rc, r = -1;

	vms_ldapc_guard(c, deadline);
	rc = ldap_passwd(c->ld, &user, &was, &is, ctrls, NULL, &msgid);
	if (rc != LDAP_SUCCESS)
		vms_ldapc_fail(c, rc, "password change", err);
	else if (vms_ldapc_wait(c, msgid, deadline, &res, err) == 0)
		r = answer(c, res, out, err);
	vms_ldapc_guard(c, 0);
	ldap_msgfree(res);
	return r;
}
