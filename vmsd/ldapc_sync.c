/* SPDX-License-Identifier: MIT */
/*
 * The feed's search, message by message, and the heartbeat's.
 *
 * Not by libldap's ldap_sync_*: it waits without end, hides results, and tells
 * the two kinds of phase apart by nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vmsd/ipc.h"
#include "vmsd/ldapc_int.h"
#include "vmsd/sync_csn.h"
#include "vmsd/sync_ctrl.h"

static const char stamp[] = "modifyTimestamp";

/* The attributes of the scope, and the stamp if it is needed. */
static char **
asked_for(const struct vms_ldapc *c, const struct vms_sync_scope *scope)
{
	size_t n = 0;
	char **v;

	while (scope->attrs[n] != NULL)
		n++;
	v = calloc(n + 2, sizeof(*v));
	if (v == NULL)
		return NULL;
	memcpy(v, scope->attrs, n * sizeof(*v));
	if (c->stamps)
		v[n] = (char *)(uintptr_t)stamp;
	return v;
}

int
vms_ldapc_sync_start(struct vms_ldapc *c, const struct vms_sync_scope *scope,
    struct vms_str cookie, struct vms_err *err)
{
	char **attrs;
	struct vms_wr w = { 0 };
	LDAPControl sync = {
		.ldctl_oid = (char *)(uintptr_t)VMS_OID_SYNC_REQUEST,
		.ldctl_iscritical = 1 };
	LDAPControl *ctrls[] = { &sync, NULL };
	int rc;

	if (vms_sync_request_encode(&w, cookie, err) == -1)
		return -1;
	sync.ldctl_value.bv_val = (char *)w.p;
	sync.ldctl_value.bv_len = w.len;
	attrs = asked_for(c, scope);
	rc = attrs == NULL ? LDAP_NO_MEMORY : ldap_search_ext(c->ld,
	    scope->base, LDAP_SCOPE_SUBTREE, scope->filter, attrs, 0, ctrls,
	    NULL, NULL, 0, &c->msgid);
	free(attrs);
	vms_wr_fini(&w);
	if (rc == LDAP_FILTER_ERROR)
		return vms_fail(err, VMS_E_MALFORMED, "%s: not a filter: %s: "
		    "check directory.users.filter, groups.filter and "
		    "policy.filter", c->uri, scope->filter);
	return rc == LDAP_SUCCESS ? 0 :
	    vms_ldapc_fail(c, rc, "search", err);
}

static int
bad(struct vms_ldapc *c, const char *what, struct vms_err *err)
{
	return vms_fail(err, VMS_E_MALFORMED, "%s: %s", c->uri, what);
}

static struct vms_str
copy(struct vms_arena *a, const struct berval *bv)
{
	return vms_arena_str(a, (struct vms_str){ bv->bv_val, bv->bv_len });
}

/* "name;option" as two. */
static int
take_attr(struct vms_arena *a, const struct berval *name, BerVarray vals,
    struct vms_attr *out)
{
	struct vms_str all = copy(a, name), *v;
	size_t n = 0;

	while (vals != NULL && vals[n].bv_val != NULL)
		n++;
	v = vms_arena_calloc(a, n == 0 ? 1 : n, sizeof(*v));
	if (all.p == NULL || v == NULL || n > VMS_VALUES_MAX)
		return -1;
	vms_str_cut(all, ';', &out->name, &out->option);
	for (size_t i = 0; i < n; i++) {
		/* Cut, not refused: whoever may edit his own entry must not
		 * be able to stop the feed.  What is that long is no name,
		 * number, DN or condition, and cut it still is none. */
		struct berval cut = { vals[i].bv_len > VMS_VALUE_MAX ?
		    VMS_VALUE_MAX : vals[i].bv_len, vals[i].bv_val };

		v[i] = copy(a, &cut);
		if (v[i].p == NULL)
			return -1;
	}
	out->vals = v;
	out->n_vals = (uint32_t)n;
	return 0;
}

/* The stamp of an entry as the entryCSN that it lacks. */
static int
take_stamp(struct vms_arena *a, BerVarray vals, struct vms_attr *out)
{
	char csn[VMS_CSN_LEN + 1];
	struct vms_str *v = vms_arena_calloc(a, 1, sizeof(*v));

	if (v == NULL || vals == NULL || vals[0].bv_val == NULL ||
	    vms_csn_of_time((struct vms_str){ vals[0].bv_val,
	    vals[0].bv_len }, csn) == -1)
		return -1;
	*v = vms_arena_str(a, vms_str_of(csn));
	*out = (struct vms_attr){ .name = VMS_STR("entryCSN"), .vals = v,
		.n_vals = 1 };
	return v->p == NULL ? -1 : 0;
}

static bool
is_stamp(const struct vms_ldapc *c, const struct berval *name)
{
	return c->stamps && vms_str_caseeq((struct vms_str){ name->bv_val,
	    name->bv_len }, vms_str_of(stamp));
}

static bool
wanted(const struct vms_sync_scope *scope, const struct berval *name,
    uint32_t n)
{
	struct vms_str head, tail;

	vms_str_cut((struct vms_str){ name->bv_val, name->bv_len }, ';',
	    &head, &tail);
	/* Those with options are as many as somebody cares to make up. */
	if (tail.len > VMS_NAME_MAX ||
	    (tail.len > 0 && n >= VMS_ATTRS_MAX / 2))
		return false;
	return vms_sync_scope_has(scope, head);
}

/* Content of an entry; what was not asked for is left out. */
static int
take_attrs(struct vms_ldapc *c, const struct vms_sync_scope *scope,
    LDAPMessage *m, BerElement *ber, struct vms_arena *a, struct vms_entry *e)
{
	struct vms_attr *attrs = vms_arena_calloc(a, VMS_ATTRS_MAX,
	    sizeof(*attrs));
	struct berval name;
	BerVarray vals = NULL;
	int r = attrs == NULL ? -1 : 0;

	while (r == 0 && ldap_get_attribute_ber(c->ld, m, ber, &name,
	    &vals) == LDAP_SUCCESS && name.bv_val != NULL) {
		bool stamped = is_stamp(c, &name);

		if (!stamped && !wanted(scope, &name, e->n_attrs))
			;
		else if (e->n_attrs == VMS_ATTRS_MAX)
			r = -1;
		else if (!stamped)
			r = take_attr(a, &name, vals, &attrs[e->n_attrs++]);
		else if (take_stamp(a, vals, &attrs[e->n_attrs]) == 0)
			e->n_attrs++;
		ber_memfree(vals);
		vals = NULL;
	}
	e->attrs = attrs;
	return r;
}

static int
take_entry(struct vms_ldapc *c, const struct vms_sync_scope *scope,
    LDAPMessage *m, struct vms_arena *a, struct vms_sync_event *ev,
    struct vms_err *err)
{
	LDAPControl **ctrls = NULL, *state;
	BerElement *ber = NULL;
	struct berval dn = { 0, NULL };
	int r = -1;

	if (ldap_get_entry_controls(c->ld, m, &ctrls) != LDAP_SUCCESS ||
	    (state = ldap_control_find(VMS_OID_SYNC_STATE, ctrls,
	    NULL)) == NULL) {
		bad(c, "an entry without sync state: the server does not "
		    "speak RFC 4533 as it says", err);
		goto out;
	}
	if (vms_sync_state_decode((struct vms_str){ state->ldctl_value.bv_val,
	    state->ldctl_value.bv_len }, a, ev, err) == -1)
		goto out;
	if (ldap_get_dn_ber(c->ld, m, &ber, &dn) != LDAP_SUCCESS ||
	    dn.bv_len > VMS_DN_MAX) {
		bad(c, "an entry whose name can not be read", err);
		goto out;
	}
	ev->entry.dn = copy(a, &dn);
	if (ev->state == VMS_SYNC_ADD || ev->state == VMS_SYNC_MODIFY) {
		if (take_attrs(c, scope, m, ber, a, &ev->entry) == -1) {
			vms_fail(err, VMS_E_LIMIT, "%s: too large: %.*s",
			    c->uri, (int)dn.bv_len, dn.bv_val);
			goto out;
		}
	}
	r = 1;
out:
	ber_free(ber, 0);
	ldap_controls_free(ctrls);
	return r;
}

static int
take_info(struct vms_ldapc *c, LDAPMessage *m, struct vms_arena *a,
    struct vms_sync_event *ev, struct vms_err *err)
{
	struct berval *data = NULL;
	char *oid = NULL;
	int r = 0;

	if (ldap_parse_intermediate(c->ld, m, &oid, &data, NULL, 0) !=
	    LDAP_SUCCESS)
		r = bad(c, "an intermediate message that can not be read",
		    err);
	else if (oid != NULL && strcmp(oid, VMS_OID_SYNC_INFO) == 0 &&
	    data != NULL)
		r = vms_sync_info_decode((struct vms_str){ data->bv_val,
		    data->bv_len }, a, ev, err) == -1 ? -1 : 1;
	ldap_memfree(oid);
	ber_bvfree(data);
	return r;		/* 0: some other kind, not for us */
}

/* What a person can do about a search that the server ended. */
static const char *
hint(int result)
{
	switch (result) {
	case LDAP_SIZELIMIT_EXCEEDED:
	case LDAP_TIMELIMIT_EXCEEDED:
	case LDAP_ADMINLIMIT_EXCEEDED:
		return ": lift the limits of this account on the server "
		    "(slapd: limits dn.exact=... size=unlimited "
		    "time=unlimited; 389-ds: nsSizeLimit, nsTimeLimit and "
		    "nsLookThroughLimit of its entry to -1)";
	case LDAP_NO_SUCH_OBJECT:
		return ": the common base of users, groups and policy is not "
		    "there, or this account may not read it";
	case LDAP_INSUFFICIENT_ACCESS:
		return ": this account needs read on the base, on entryCSN "
		    "and on all that is replicated";
	case LDAP_UNAVAILABLE_CRITICAL_EXTENSION:
		return ": the server offers no content synchronization (RFC "
		    "4533): load syncprov there (OpenLDAP), or enable Content "
		    "Synchronization (389-ds)";
	default:
		return "";
	}
}

static int
take_done(struct vms_ldapc *c, LDAPMessage *m, struct vms_arena *a,
    struct vms_sync_event *ev, struct vms_err *err)
{
	char line[VMS_TEXT_MAX / 2], *text = NULL;
	int result = -1;

	if (ldap_parse_result(c->ld, m, &result, NULL, &text, NULL, NULL,
	    0) != LDAP_SUCCESS || result < 0)
		return bad(c, "a result that can not be read", err);
	snprintf(line, sizeof(line), "%s%s%s%s", ldap_err2string(result),
	    text != NULL && text[0] != '\0' ? ": " : "",
	    text == NULL ? "" : text, hint(result));
	ldap_memfree(text);
	*ev = (struct vms_sync_event){ .type = VMS_IPC_SYNC_END,
		.result = (uint32_t)result,
		.text = vms_arena_str(a, vms_str_of(line)) };
	c->msgid = -1;
	return 1;
}

int
vms_ldapc_sync_next(struct vms_ldapc *c, const struct vms_sync_scope *scope,
    struct vms_arena *a, struct vms_sync_event *ev, struct vms_err *err)
{
	for (;;) {
		struct timeval none = { 0, 0 };
		LDAPMessage *m = NULL;
		int r = ldap_result(c->ld, LDAP_RES_ANY, LDAP_MSG_ONE, &none,
		    &m);

		if (r == 0)
			return 0;
		if (r == -1) {
			int rc = LDAP_SERVER_DOWN;

			ldap_get_option(c->ld, LDAP_OPT_RESULT_CODE, &rc);
			return vms_ldapc_fail(c, rc, "connection lost", err);
		}
		if (r == LDAP_RES_SEARCH_ENTRY)
			r = take_entry(c, scope, m, a, ev, err);
		else if (r == LDAP_RES_INTERMEDIATE)
			r = take_info(c, m, a, ev, err);
		else if (r == LDAP_RES_SEARCH_RESULT ||
		    r == LDAP_RES_EXTENDED)
			/* AD answers an unknown control with an extended
			 * response. */
			r = take_done(c, m, a, ev, err);
		else
			r = 0;		/* a reference: not followed */
		ldap_msgfree(m);
		if (r != 0)
			return r;
	}
}

int
vms_ldapc_csn_ask(struct vms_ldapc *c, const char *context,
    struct vms_err *err)
{
	static const char *const attrs[] = { "contextCSN", NULL };
	int rc = ldap_search_ext(c->ld, context, LDAP_SCOPE_BASE,
	    "(objectClass=*)", (char **)(uintptr_t)attrs, 0, NULL, NULL, NULL,
	    1, &c->msgid);

	return rc == LDAP_SUCCESS ? 0 :
	    vms_ldapc_fail(c, rc, "heartbeat", err);
}

int
vms_ldapc_csn_take(struct vms_ldapc *c, struct vms_wr *w,
    struct vms_err *err)
{
	struct timeval none = { 0, 0 };
	struct berval **v = NULL;
	LDAPMessage *m = NULL, *e;
	int r = ldap_result(c->ld, c->msgid, LDAP_MSG_ALL, &none, &m);

	if (r == 0)
		return 0;
	if (r == -1)
		return vms_ldapc_fail(c, LDAP_SERVER_DOWN, "heartbeat", err);
	c->msgid = -1;
	if ((e = ldap_first_entry(c->ld, m)) != NULL)
		v = ldap_get_values_len(c->ld, e, "contextCSN");
	for (size_t i = 0; v != NULL && v[i] != NULL; i++) {
		if (i > 0)
			vms_wr_bytes(w, "\n", 1);
		vms_wr_bytes(w, v[i]->bv_val, v[i]->bv_len);
	}
	ldap_value_free_len(v);
	ldap_msgfree(m);
	return 1;
}
