/* SPDX-License-Identifier: MIT */
/*
 * Writing a set of changes, and the audit of it.
 *
 * Every write moves one counter, cn=serial: it is read before the estate and
 * asserted (RFC 4528) when the changes are written, so two administrators
 * never write from the same reading.  With transactions (RFC 5805) all of it
 * happens or nothing; without them the counter is moved first, then what
 * narrows is written, then what widens.
 */
#include "vmsctl/change.h"

#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "vmsctl/admin.h"

/* The counter's step; NULL where the tree has no counter. */
static struct vms_change *
serial_change(struct vms_admin *ad)
{
	const struct vms_item *it = vms_tree_find(&ad->tree,
	    vms_say(ad, "cn=serial,%.*s", VMS_STR_ARG(ad->bases.policy)));
	struct vms_change *ch;
	int64_t n;

	if (it == NULL || vms_num_parse(vms_val(&it->e, "vmsSerial"), 0,
	    INT64_MAX - 1, &n) < 0)
		return NULL;
	ch = vms_arena_alloc(&ad->arena, sizeof(*ch));
	if (ch == NULL)
		return NULL;
	*ch = (struct vms_change){ .type = VMS_CHANGE_MODIFY,
	    .dn = it->e.dn, .item = it,
	    .assertion = vms_say(ad, "(vmsSerial=%lld)", (long long)n) };
	vms_change_set(&ad->changes, ch, "vmsSerial",
	    vms_say(ad, "%lld", (long long)n + 1));
	return ch;
}

static bool
is_secret(struct vms_str attr)
{
	return vms_str_caseeq(attr, VMS_STR("userPassword"));
}

/* Quoted and cut; control characters become spaces. */
static void
put_values(FILE *f, const struct vms_str *v, uint32_t n)
{
	for (uint32_t i = 0; i < n && i < 16; i++) {
		fputs(i == 0 ? "\"" : ",\"", f);
		for (size_t k = 0; k < v[i].len && k < 200; k++) {
			if (v[i].p[k] == '"' || v[i].p[k] == '\\')
				fputc('\\', f);
			fputc((unsigned char)v[i].p[k] < ' ' ? ' ' :
			    v[i].p[k], f);
		}
		fputc('"', f);
	}
	if (n > 16)
		fprintf(f, ",+%u", n - 16);
	if (n == 0)
		fputs("\"\"", f);
}

/* One line: who, what, before and after. */
static void
audit_one(struct vms_admin *ad, const struct vms_change *ch)
{
	static const char *const types[] = { "add", "modify", "delete",
	    "rename" };
	static const char *const signs[] = { "+=", "-=", "=", "+" };
	char line[4096] = "";
	FILE *f = fmemopen(line, sizeof(line) - 1, "w");

	if (f == NULL)
		return;
	fprintf(f, "request=%s by=", ad->request);
	put_values(f, &ad->me, 1);
	fprintf(f, " op=%s dn=", types[ch->type]);
	put_values(f, &ch->dn, 1);
	if (ch->type == VMS_CHANGE_RENAME)
		fprintf(f, " newrdn=\"%.*s\"", VMS_STR_ARG(ch->newrdn));
	for (const struct vms_mod *m = ch->mods; m != NULL; m = m->next) {
		struct vms_vals old = { NULL, 0 };

		fprintf(f, " %.*s", VMS_STR_ARG(m->attr));
		if (is_secret(m->attr)) {
			fputs("=(secret)", f);
			continue;
		}
		if (ch->item != NULL && m->op == VMS_MOD_REPLACE) {
			old = vms_vals(&ch->item->e,
			    vms_cstr(ad, m->attr));
			fputc(':', f);
			put_values(f, old.v, old.n);
			fputs("->", f);
		} else {
			fputs(signs[m->op], f);
		}
		put_values(f, m->vals, m->n);
	}
	fclose(f);
	syslog(LOG_NOTICE, "%s", line);
}

static void
audit(struct vms_admin *ad, const struct vms_change *ch)
{
	openlog("vmsctl", LOG_PID, LOG_AUTHPRIV);
	for (; ch != NULL; ch = ch->next)
		audit_one(ad, ch);
	closelog();
}

void
vms_audit_text(struct vms_admin *ad, const char *op, struct vms_str dn)
{
	openlog("vmsctl", LOG_PID, LOG_AUTHPRIV);
	syslog(LOG_NOTICE, "request=%s by=\"%.*s\" op=%s dn=\"%.*s\"",
	    ad->request, VMS_STR_ARG(vms_dir_me(ad->dir)), op,
	    VMS_STR_ARG(dn));
	closelog();
}

static const char *
may_not_text(struct vms_admin *ad, const struct vms_change *ch)
{
	const struct vms_item *it = ch != NULL ? ch->item : NULL;

	if (ad->actor != NULL && it == ad->actor)
		return "self-change: nobody changes his own rights";
	if (it != NULL && vms_entry_is(&it->e, VMS_STR("vmsUser")) &&
	    vms_has_val(&it->e, "vmsProtected", VMS_STR("TRUE")))
		return "owner-protected: only an owner changes an owner";
	if (it != NULL && vms_entry_is(&it->e, VMS_STR("vmsUser")) &&
	    vms_rank_of(&ad->tree, it->ndn) >= 80)
		return "peer-administrator: only an owner changes an "
		    "administrator";
	if (it != NULL && vms_has_val(&it->e, "vmsProtected",
	    VMS_STR("TRUE")))
		return "protected: only an owner changes the policy and the "
		    "predefined roles";
	return "no-grant: the server's access rules do not let you";
}

static enum vms_commit
explain(struct vms_admin *ad, const struct vms_change *failed,
    const struct vms_err *err)
{
	const char *dn = failed != NULL ? vms_cstr(ad, failed->dn) : "";
	const char *sep = failed != NULL ? ": " : "";

	switch (vms_dir_why(ad->dir)) {
	case VMS_DIR_CHANGED:
		return VMS_COMMIT_AGAIN;
	case VMS_DIR_EXISTS:
		ad->exit = vms_refuse(ad, CTL_NO, "exists",
		    "%s%sthere is such an entry already", dn, sep);
		break;
	case VMS_DIR_ABSENT:
		if (failed != NULL && failed->item != NULL)
			return VMS_COMMIT_AGAIN;
		ad->exit = vms_refuse(ad, CTL_NO, "not-found",
		    "%s%s%s", dn, sep, err->msg);
		break;
	case VMS_DIR_MAY_NOT:
		ad->exit = vms_refuse(ad, CTL_NOT_PERMITTED, "not-permitted",
		    "%s%s%s", dn, sep, may_not_text(ad, failed));
		break;
	case VMS_DIR_CONSTRAINT:
		ad->exit = vms_refuse(ad, CTL_NO, "constraint",
		    "%s%s%s", dn, sep, err->msg);
		break;
	case VMS_DIR_AWAY:
		ad->exit = vms_refuse(ad, CTL_UNAVAILABLE,
		    "directory-unavailable", "%s", err->msg);
		break;
	case VMS_DIR_FINE:
	case VMS_DIR_CREDENTIALS:
	case VMS_DIR_OTHER:
		ad->exit = vms_refuse(ad, CTL_NO, "failed",
		    "%s%s%s", dn, sep, err->msg);
		break;
	}
	return VMS_COMMIT_FAILED;
}

/* Without transactions: one by one, each a list of its own. */
static int
write_each(struct vms_admin *ad, struct vms_change *serial,
    const struct vms_change **failed, struct vms_err *err)
{
	struct vms_change *all = ad->changes.first, *next;

	fprintf(stderr, "vmsctl: note: without a transaction: writing in order, "
	    "what narrows first\n");
	if (serial != NULL)
		serial->next = NULL;
	if (serial != NULL) {
		if (vms_dir_write(ad->dir, serial, false, failed, err) < 0)
			return -1;
		audit(ad, serial);
	}
	for (int widen = 0; widen < 2; widen++)
		for (struct vms_change *ch = all; ch != NULL; ch = next) {
			struct vms_change one = *ch;

			next = ch->next;
			one.next = NULL;
			if (vms_change_widens(ch) != (widen == 1) ||
			    vms_change_is_empty(ch))
				continue;
			if (vms_dir_write(ad->dir, &one, false, failed,
			    err) < 0) {
				*failed = ch;
				return -1;
			}
			audit(ad, &one);
		}
	return 0;
}

/*
 * slapd hands an assertion on to the searches that its overlays constraint
 * and unique make for these attributes, and then finds nothing.  So a change
 * of one names the values it takes away instead: stale ones do not pass
 * either.
 */
static void
assert_by_value(struct vms_admin *ad, struct vms_change *ch)
{
	static const char *const attrs[] = { "vmsRoleRef",
	    "vmsHomeRecorder", "vmsHostName", "vmsUuid", "vmsGidNumber",
	    "vmsUnixGroup", "vmsLicenseLevel", "uid", "uidNumber" };

	for (size_t i = 0; i < sizeof(attrs) / sizeof(attrs[0]); i++) {
		struct vms_mod *m = ch->mods;
		struct vms_str *vals;
		struct vms_vals old;
		uint32_t n;

		while (m != NULL && !vms_str_caseeq(m->attr,
		    vms_str_of(attrs[i])))
			m = m->next;
		if (ch->type != VMS_CHANGE_MODIFY || m == NULL)
			continue;
		ch->assertion = (struct vms_str){ NULL, 0 };
		if (m->op != VMS_MOD_REPLACE)
			continue;
		old = vms_vals(&ch->item->e, attrs[i]);
		vals = m->vals;
		n = m->n;
		m->op = old.n > 0 ? VMS_MOD_DELETE : VMS_MOD_ADD;
		if (old.n == 0)
			continue;
		m->vals = vms_admin_alloc(ad, old.n * sizeof(*m->vals));
		memcpy(m->vals, old.v, old.n * sizeof(*m->vals));
		m->n = m->cap = old.n;
		for (uint32_t k = 0; k < n; k++)
			vms_change_value(&ad->changes, ch, VMS_MOD_ADD,
			    attrs[i], vals[k]);
	}
}

/* Whether a replacement puts what is there. */
static bool
says_nothing(const struct vms_change *ch, const struct vms_mod *m)
{
	struct vms_vals old;

	if (ch->type == VMS_CHANGE_ADD)
		return m->n == 0;
	if (ch->type != VMS_CHANGE_MODIFY || m->op != VMS_MOD_REPLACE ||
	    ch->item == NULL)
		return false;
	old = vms_vals(&ch->item->e, m->attr.p);
	if (old.n != m->n)
		return false;
	for (uint32_t i = 0; i < m->n; i++) {
		uint32_t k = 0;

		while (k < old.n && !vms_str_eq(old.v[k], m->vals[i]))
			k++;
		if (k == old.n)
			return false;
	}
	return true;
}

static void
drop_empty(struct vms_changes *cs)
{
	struct vms_change **at = &cs->first;

	for (struct vms_change *ch = cs->first; ch != NULL; ch = ch->next)
		for (struct vms_mod **m = &ch->mods; *m != NULL;)
			if (says_nothing(ch, *m))
				*m = (*m)->next;
			else
				m = &(*m)->next;

	cs->last = NULL;
	cs->n = 0;
	while (*at != NULL) {
		if (vms_change_is_empty(*at)) {
			*at = (*at)->next;
			continue;
		}
		cs->last = *at;
		cs->n++;
		at = &(*at)->next;
	}
}

/* What was read is one write older now: the next one asserts the new number.
 * The values of the tree are in the arena of this try. */
static void
move_on(const struct vms_change *serial)
{
	const struct vms_attr *a = vms_entry_get(&serial->item->e,
	    VMS_STR("vmsSerial"));

	if (a != NULL && a->n_vals == 1)
		memcpy((void *)(uintptr_t)a->vals, serial->mods->vals,
		    sizeof(*a->vals));
}

/* Write in one transaction, the counter with it. */
static int
write_together(struct vms_admin *ad, const struct vms_change **failed,
    struct vms_err *err)
{
	struct vms_change *serial = serial_change(ad);
	int rc;

	vms_changes_deletions_last(&ad->changes);
	if (serial != NULL)
		serial->next = ad->changes.first;
	rc = vms_dir_write(ad->dir, serial != NULL ? serial :
	    ad->changes.first, true, failed, err);
	if (rc != 0)
		return rc;
	audit(ad, ad->changes.first);
	if (serial != NULL)
		move_on(serial);
	return 0;
}

/* What no transaction can delete goes first, one by one. */
static int
write_lone(struct vms_admin *ad, const struct vms_change **failed,
    struct vms_err *err)
{
	struct vms_change *lone = vms_changes_take_lone(ad), *next, *serial;

	if (lone == NULL)
		return 0;
	serial = serial_change(ad);
	if (serial != NULL) {
		if (vms_dir_write(ad->dir, serial, false, failed, err) != 0)
			return -1;
		move_on(serial);
	}
	for (; lone != NULL; lone = next) {
		next = lone->next;
		lone->next = NULL;
		if (vms_dir_write(ad->dir, lone, false, failed, err) != 0)
			return -1;
		audit(ad, lone);
	}
	return 0;
}

enum vms_commit
vms_changes_commit(struct vms_admin *ad)
{
	const struct vms_change *failed = NULL;
	struct vms_err err = { 0 };
	uint32_t n;
	int rc;

	drop_empty(&ad->changes);
	if (ad->changes.first == NULL)
		return VMS_COMMIT_DONE;
	n = ad->changes.n;
	for (struct vms_change *ch = ad->changes.first; ch != NULL;
	    ch = ch->next)
		assert_by_value(ad, ch);
	if (!ad->conf.transactions || !vms_dir_has_transactions(ad->dir)) {
		rc = write_each(ad, serial_change(ad), &failed, &err);
	} else {
		rc = write_lone(ad, &failed, &err);
		if (rc == 0 && ad->changes.first != NULL)
			rc = write_together(ad, &failed, &err);
	}
	ad->changes.n = n;
	return rc == 0 ? VMS_COMMIT_DONE : explain(ad, failed, &err);
}
