/* SPDX-License-Identifier: MIT */
/*
 * Writing to the directory: a list of changes, as one transaction (RFC 5805)
 * where the server can, and passwords (RFC 3062).
 */
#include "vmsctl/dir_priv.h"

#include <string.h>
#include <time.h>

/* The modifications of a change for libldap, all in one arena. */
static LDAPMod **
mods_of(const struct vms_change *ch, struct vms_arena *a)
{
	static const int ops[] = { LDAP_MOD_ADD, LDAP_MOD_DELETE,
	    LDAP_MOD_REPLACE, LDAP_MOD_INCREMENT };
	size_t n = 0;
	LDAPMod **mods, *lm;

	for (const struct vms_mod *m = ch->mods; m != NULL; m = m->next)
		n++;
	mods = vms_arena_calloc(a, n + 1, sizeof(*mods));
	n = 0;
	for (const struct vms_mod *m = ch->mods; m != NULL; m = m->next) {
		struct berval *v = vms_arena_calloc(a, m->n + 1u, sizeof(*v));
		struct berval **vp = vms_arena_calloc(a, m->n + 1u,
		    sizeof(*vp));

		lm = vms_arena_alloc(a, sizeof(*lm));
		if (mods == NULL || lm == NULL || v == NULL || vp == NULL)
			return NULL;
		for (uint32_t i = 0; i < m->n; i++) {
			v[i].bv_val = (char *)(uintptr_t)m->vals[i].p;
			v[i].bv_len = m->vals[i].len;
			vp[i] = &v[i];
		}
		lm->mod_op = ops[m->op] | LDAP_MOD_BVALUES;
		lm->mod_type = (char *)(uintptr_t)vms_arena_str(a,
		    m->attr).p;
		lm->mod_bvalues = m->n == 0 ? NULL : vp;
		mods[n++] = lm;
	}
	return mods;
}

static int
send_one(struct vms_dir *d, const struct vms_change *ch, LDAPControl **ctrls,
    int *msgid)
{
	struct vms_arena a = { 0 };
	const char *dn = vms_arena_str(&a, ch->dn).p;
	const char *rdn = vms_arena_str(&a, ch->newrdn).p;
	LDAPMod **mods = mods_of(ch, &a);
	int rc = LDAP_NO_MEMORY;

	if (dn == NULL || mods == NULL || rdn == NULL)
		goto out;
	switch (ch->type) {
	case VMS_CHANGE_ADD:
		rc = ldap_add_ext(d->ld, dn, mods, ctrls, NULL, msgid);
		break;
	case VMS_CHANGE_MODIFY:
		rc = ldap_modify_ext(d->ld, dn, mods, ctrls, NULL, msgid);
		break;
	case VMS_CHANGE_DELETE:
		rc = ldap_delete_ext(d->ld, dn, ctrls, NULL, msgid);
		break;
	case VMS_CHANGE_RENAME:
		rc = ldap_rename(d->ld, dn, rdn, NULL, 1, ctrls, NULL, msgid);
		break;
	}
out:
	vms_arena_fini(&a);
	return rc;
}

static int
result_of(struct vms_dir *d, int msgid)
{
	struct timeval tv = { d->timeout_s, 0 };
	LDAPMessage *res = NULL;
	int rc = ldap_result(d->ld, msgid, LDAP_MSG_ALL, &tv, &res);
	int code = LDAP_OTHER;

	if (rc == 0)
		return LDAP_TIMEOUT;
	if (rc < 0) {
		ldap_get_option(d->ld, LDAP_OPT_RESULT_CODE, &code);
		return code;
	}
	rc = ldap_parse_result(d->ld, res, &code, NULL, NULL, NULL, NULL, 1);
	return rc != LDAP_SUCCESS ? rc : code;
}

/* Send one change, in the transaction if there is an id. */
static int
write_one(struct vms_dir *d, const struct vms_change *ch,
    struct berval *txn, int *msgid)
{
	LDAPControl assertion = { .ldctl_oid = LDAP_CONTROL_ASSERT,
	    .ldctl_iscritical = 1 };
	LDAPControl spec = { .ldctl_oid = LDAP_CONTROL_TXN_SPEC,
	    .ldctl_iscritical = 1 };
	LDAPControl *ctrls[3] = { NULL, NULL, NULL };
	struct vms_arena a = { 0 };
	size_t n = 0;
	int rc = LDAP_SUCCESS;

	if (ch->assertion.len > 0) {
		rc = ldap_create_assertion_control_value(d->ld,
		    (char *)(uintptr_t)vms_arena_str(&a, ch->assertion).p,
		    &assertion.ldctl_value);
		ctrls[n++] = &assertion;
	}
	if (txn != NULL) {
		spec.ldctl_value = *txn;
		ctrls[n++] = &spec;
	}
	if (rc == LDAP_SUCCESS)
		rc = send_one(d, ch, ctrls, msgid);
	if (rc == LDAP_SUCCESS)
		rc = result_of(d, *msgid);
	ber_memfree(assertion.ldctl_value.bv_val);
	vms_arena_fini(&a);
	return rc == LDAP_TXN_SPECIFY_OKAY ? LDAP_SUCCESS : rc;
}

/* The message id in a txnEndRes (RFC 5805 section 2.4), 0 if there is none.
 * ldap_txn_end_s takes its absence for an error of its own. */
static int
failed_id(const struct berval *value)
{
	BerElement *ber;
	ber_int_t id = 0;

	if (value == NULL || value->bv_len == 0)
		return 0;
	ber = ber_init((struct berval *)(uintptr_t)value);
	if (ber == NULL || ber_scanf(ber, "{i", &id) == LBER_ERROR)
		id = 0;
	ber_free(ber, 1);
	return id;
}

/*
 * slapd (2.5, servers/slapd/txn.c) answers a change that it has queued before
 * its worker is done with it; an end of the transaction that comes at once
 * frees it under that worker's hands, and slapd dies.  What the worker still
 * does takes microseconds, so it is given a moment and a round trip.
 */
static void
let_settle(struct vms_dir *d)
{
	const struct timespec moment = { 0, 10 * 1000 * 1000 };
	struct berval *authz = NULL;

	nanosleep(&moment, NULL);
	(void)ldap_whoami_s(d->ld, &authz, NULL, NULL);
	ber_bvfree(authz);
}

/* Commit, or give up.  *bad gets the id of the change that did not pass. */
static int
end_transaction(struct vms_dir *d, bool commit, struct berval *txn, int *bad)
{
	struct timeval tv = { d->timeout_s, 0 };
	struct berval *value = NULL;
	LDAPMessage *res = NULL;
	int msgid, rc, code = LDAP_OTHER;
	char *text = NULL;

	let_settle(d);
	rc = ldap_txn_end(d->ld, commit, txn, NULL, NULL, &msgid);
	if (rc != LDAP_SUCCESS)
		return rc;
	rc = ldap_result(d->ld, msgid, LDAP_MSG_ALL, &tv, &res);
	if (rc <= 0) {
		if (rc < 0)
			ldap_get_option(d->ld, LDAP_OPT_RESULT_CODE, &code);
		return rc == 0 ? LDAP_TIMEOUT : code;
	}
	rc = ldap_parse_extended_result(d->ld, res, NULL, &value, 0);
	if (rc == LDAP_SUCCESS)
		*bad = failed_id(value);
	ber_bvfree(value);
	rc = ldap_parse_result(d->ld, res, &code, NULL, &text, NULL, NULL,
	    1);
	if (text != NULL)
		ldap_set_option(d->ld, LDAP_OPT_DIAGNOSTIC_MESSAGE, text);
	ldap_memfree(text);
	return rc != LDAP_SUCCESS ? rc : code;
}

int
vms_dir_write(struct vms_dir *d, const struct vms_change *first,
    bool transaction, const struct vms_change **failed, struct vms_err *err)
{
	struct berval *txn = NULL;
	const struct vms_change *ch;
	int rc = LDAP_SUCCESS, msgid = 0, first_id = 0, bad = 0, end;

	*failed = NULL;
	vms_dir_arm(d);
	if (transaction)
		rc = ldap_txn_start_s(d->ld, NULL, NULL, &txn);
	for (ch = first; rc == LDAP_SUCCESS && ch != NULL; ch = ch->next) {
		rc = write_one(d, ch, txn, &msgid);
		if (first_id == 0)
			first_id = msgid;
		if (rc != LDAP_SUCCESS)
			*failed = ch;
	}
	if (txn != NULL) {
		end = end_transaction(d, rc == LDAP_SUCCESS, txn, &bad);
		if (rc == LDAP_SUCCESS)
			rc = end;
		/* Message ids are given one after the other. */
		for (ch = first; *failed == NULL && bad >= first_id &&
		    rc != LDAP_SUCCESS && ch != NULL; ch = ch->next)
			if (first_id++ == bad)
				*failed = ch;
		ber_bvfree(txn);
	}
	vms_dir_disarm();
	if (rc == LDAP_SUCCESS)
		return 0;
	return vms_dir_fail(d, rc, "write", err);
}

int
vms_dir_passwd(struct vms_dir *d, struct vms_str dn, const char *old,
    const char *new, struct vms_err *err)
{
	struct berval user = { dn.len, (char *)(uintptr_t)dn.p };
	struct berval o = { 0, NULL }, n = { strlen(new),
	    (char *)(uintptr_t)new };
	struct berval made = { 0, NULL };
	int rc;

	if (old != NULL)
		o = (struct berval){ strlen(old), (char *)(uintptr_t)old };
	vms_dir_arm(d);
	rc = ldap_passwd_s(d->ld, &user, old != NULL ? &o : NULL, &n, &made,
	    NULL, NULL);
	vms_dir_disarm();
	ber_memfree(made.bv_val);
	return rc == LDAP_SUCCESS ? 0 : vms_dir_fail(d, rc, "password", err);
}
