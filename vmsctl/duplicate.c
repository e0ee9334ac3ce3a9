/* SPDX-License-Identifier: MIT */
/* user duplicate: all settings of one user for another, but login and
 * password. */
#include <stdio.h>
#include <string.h>

#include "libvms/dn.h"
#include "vmsctl/rules.h"
#include "vmsctl/user.h"

/* What is not copied: who he is, what he agreed to, what the server keeps. */
static bool
stays_behind(struct vms_str attr)
{
	static const char *const names[] = { "uid", "uidNumber",
	    "homeDirectory", "userPassword", "vmsTermsVersion",
	    "vmsTermsAcceptedAt", "vmsProtected", "sshPublicKey",
	    "shadowLastChange", "structuralObjectClass", "entryUUID",
	    "entryCSN", "creatorsName", "createTimestamp", "modifiersName",
	    "modifyTimestamp", "entryDN", "subschemaSubentry",
	    "hasSubordinates" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (vms_str_caseeq(attr, vms_str_of(names[i])))
			return true;
	return vms_str_has_prefix(attr, VMS_STR("pwd"));
}

/* The old one's attributes, where no option has set another value. */
static void
copy_entry(struct vms_admin *ad, const struct vms_entry *old,
    struct vms_change *ch)
{
	bool named = vms_args_has(&ad->args, "first-name") ||
	    vms_args_has(&ad->args, "last-name");

	for (uint32_t i = 0; i < old->n_attrs; i++) {
		const struct vms_attr *a = &old->attrs[i];
		bool set = stays_behind(a->name) || a->option.len > 0;

		for (const struct vms_field *f = vms_user_fields;
		    f->opt != NULL; f++)
			set |= vms_args_has(&ad->args, f->opt) &&
			    vms_str_caseeq(a->name, vms_str_of(f->attr));
		set |= named && (vms_str_caseeq(a->name, VMS_STR("cn")) ||
		    vms_str_caseeq(a->name, VMS_STR("gecos")));
		set |= vms_args_has(&ad->args, "pool") &&
		    vms_str_caseeq(a->name, VMS_STR("vmsIpMode"));
		if (set || vms_str_caseeq(a->name, VMS_STR("objectClass")))
			continue;
		vms_change_set(&ad->changes, ch, vms_cstr(ad, a->name),
		    VMS_STR(""));
		for (uint32_t k = 0; k < a->n_vals; k++)
			vms_change_value(&ad->changes, ch, VMS_MOD_ADD,
			    vms_cstr(ad, a->name), a->vals[k]);
	}
}

/* A grant of his own is made anew under the new name; in another he is
 * listed beside the old one. */
static void
copy_grant(struct vms_admin *ad, const struct vms_item *g,
    struct vms_str old, struct vms_str login, struct vms_str dn)
{
	struct vms_str cn = vms_val(&g->e, "cn"), name;
	struct vms_str own = vms_say(ad, "user:%.*s", VMS_STR_ARG(old));
	struct vms_change *ch;

	if (cn.len < own.len || !vms_str_caseeq((struct vms_str){ cn.p,
	    own.len }, own) || (cn.len > own.len && cn.p[own.len] != ':')) {
		vms_change_value(&ad->changes, vms_change_of(&ad->changes,
		    g), VMS_MOD_ADD, "vmsSubject", dn);
		return;
	}
	name = vms_say(ad, "user:%.*s%.*s", VMS_STR_ARG(login),
	    (int)(cn.len - own.len), cn.p + own.len);
	ch = vms_change_new(&ad->changes, VMS_CHANGE_ADD,
	    vms_dn_of(ad, "grant", name));
	for (uint32_t i = 0; i < g->e.n_attrs; i++) {
		const struct vms_attr *a = &g->e.attrs[i];

		if (stays_behind(a->name) ||
		    vms_str_caseeq(a->name, VMS_STR("cn")) ||
		    vms_str_caseeq(a->name, VMS_STR("vmsSubject")))
			continue;
		for (uint32_t k = 0; k < a->n_vals; k++)
			vms_change_value(&ad->changes, ch, VMS_MOD_ADD,
			    vms_cstr(ad, a->name), a->vals[k]);
	}
	vms_change_set(&ad->changes, ch, "cn", name);
	vms_change_set(&ad->changes, ch, "vmsSubject", dn);
}

static int
copy_licence(struct vms_admin *ad, const struct vms_item *as,
    struct vms_str login, struct vms_str dn)
{
	struct vms_str level = vms_val(&as->e, "vmsLicenseLevel");
	struct vms_str name = vms_say(ad, "%.*s-level-%.*s",
	    VMS_STR_ARG(login), VMS_STR_ARG(level));
	int64_t n = 0, left = -1;
	struct vms_change *ch;

	(void)vms_num_parse(vms_val(&as->e, "vmsLicenseCount"), 0,
	    INT32_MAX, &n);
	if (vms_vals(&as->e, "vmsRetainUntil").n > 0 || n == 0)
		return 0;
	for (uint32_t i = 0; i < ad->tree.n; i++) {
		const struct vms_item *p = &ad->tree.items[i];

		if (!vms_entry_is(&p->e, VMS_STR("vmsLicensePool")) ||
		    !vms_has_val(&p->e, "vmsLicenseLevel", level) ||
		    vms_num_parse(vms_val(&p->e, "vmsLicenseFree"), 0,
		    INT32_MAX, &left) < 0)
			continue;
		left -= n;
		if (left >= 0)
			vms_change_set(&ad->changes, vms_change_of(
			    &ad->changes, p), "vmsLicenseFree",
			    vms_say(ad, "%lld", (long long)left));
	}
	if (left < 0)
		return vms_refuse(ad, CTL_INCONSISTENT, "license-exhausted",
		    "not %lld licences of level %.*s are free",
		    (long long)n, VMS_STR_ARG(level));
	ch = vms_change_new(&ad->changes, VMS_CHANGE_ADD, vms_say(ad,
	    "cn=%.*s,ou=assignments,%.*s", VMS_STR_ARG(name),
	    VMS_STR_ARG(ad->bases.policy)));
	vms_change_set(&ad->changes, ch, "objectClass",
	    VMS_STR("vmsLicenseAssignment"));
	vms_change_set(&ad->changes, ch, "cn", name);
	vms_change_set(&ad->changes, ch, "vmsSubject", dn);
	vms_change_set(&ad->changes, ch, "vmsLicenseLevel", level);
	vms_change_set(&ad->changes, ch, "vmsLicenseCount",
	    vms_val(&as->e, "vmsLicenseCount"));
	return 0;
}

static int
copy_references(struct vms_admin *ad, const struct vms_item *old,
    struct vms_str login, struct vms_str dn)
{
	struct vms_str uid = vms_val(&old->e, "uid");
	bool groups = ad->actor == NULL ||
	    vms_tree_is_owner(&ad->tree, ad->actor);
	uint32_t n = ad->tree.n;
	int rc = 0;

	for (uint32_t i = 0; rc == 0 && i < n; i++) {
		const struct vms_item *o = &ad->tree.items[i];

		if (vms_names_dn(&ad->tree, &o->e, "member", old->ndn)) {
			if (groups)
				vms_change_value(&ad->changes,
				    vms_change_of(&ad->changes, o),
				    VMS_MOD_ADD, "member", dn);
			else
				fprintf(stderr, "vmsctl: note: group:%.*s is for "
				    "an owner to write: not copied\n",
				    VMS_STR_ARG(vms_val(&o->e, "cn")));
		}
		if (!vms_names_dn(&ad->tree, &o->e, "vmsSubject", old->ndn))
			continue;
		if (vms_is_a(&o->e, VMS_STR("vmsGrant")))
			copy_grant(ad, o, uid, login, dn);
		else if (vms_entry_is(&o->e,
		    VMS_STR("vmsLicenseAssignment")))
			rc = copy_licence(ad, o, login, dn);
	}
	return rc;
}

/* --- changes to the copy --- */

static struct vms_change *
pending_grant(struct vms_admin *ad, struct vms_str login, const char *suffix)
{
	return vms_change_find(&ad->changes, vms_dn_of(ad, "grant",
	    vms_say(ad, "user:%.*s%s", VMS_STR_ARG(login), suffix)));
}

/* Take a value out of an attribute of an entry that is to be added. */
static bool
drop_value(struct vms_change *ch, const char *attr, struct vms_str value)
{
	struct vms_mod *m = ch == NULL ? NULL : ch->mods;

	while (m != NULL && !vms_str_caseeq(m->attr, vms_str_of(attr)))
		m = m->next;
	for (uint32_t i = 0; m != NULL && i < m->n; i++)
		if (vms_str_caseeq(m->vals[i], value)) {
			m->vals[i] = m->vals[--m->n];
			return true;
		}
	return false;
}

static const struct vms_field target = { .opt = "target",
    .attr = "vmsTarget", .type = VMS_F_ANY,
    .words = "recorder|recordergroup|camera|cameragroup|layout" };

static int
remove_access(struct vms_admin *ad, struct vms_str login, const char *given)
{
	struct vms_str dn;
	int rc = vms_field_take(ad, &target, vms_str_of(given), &dn);

	if (rc != 0)
		return rc;
	if (drop_value(pending_grant(ad, login, ""), "vmsTarget", dn) ||
	    drop_value(pending_grant(ad, login, ":members"), "vmsTarget",
	    dn))
		return 0;
	return vms_refuse(ad, CTL_NO, "not-listed",
	    "%s is not among the copied access", given);
}

const struct vms_item *
vms_pending_role(struct vms_admin *ad, struct vms_str login)
{
	const struct vms_change *ch = pending_grant(ad, login, "");
	const struct vms_mod *m = ch == NULL ? NULL : ch->mods;

	while (m != NULL && !vms_str_caseeq(m->attr, VMS_STR("vmsRoleRef")))
		m = m->next;
	return m == NULL || m->n == 0 ? NULL : vms_tree_find(&ad->tree,
	    m->vals[0]);
}

static int
adjust(struct vms_admin *ad, struct vms_str login, struct vms_str dn)
{
	const char *name = vms_args_get(&ad->args, "role");
	const struct vms_item *role = name == NULL ?
	    vms_pending_role(ad, login) : vms_role_find(ad, name);
	int rc = 0;

	if (name != NULL)
		rc = role == NULL ? CTL_NO : vms_own_role_set(ad, login, dn,
		    role);
	for (int i = 0; rc == 0 && i < ad->args.n_given; i++) {
		const struct vms_given *g = &ad->args.given[i];

		if (strcmp(g->name, "remove") == 0)
			rc = remove_access(ad, login, g->value);
		else if (strcmp(g->name, "add") == 0 && role == NULL)
			rc = vms_refuse(ad, CTL_USAGE, "usage",
			    "--add needs a role: say --role");
		else if (strcmp(g->name, "add") == 0)
			rc = vms_own_target_add(ad, login, dn, role,
			    g->value, false);
	}
	if (rc == 0 && vms_args_has(&ad->args, "add-cameras") &&
	    role != NULL)
		rc = vms_own_add_cameras(ad, login, dn, role);
	return rc;
}

static const struct vms_opt opts[] = {
	{ "edit", 0, NULL, "look at the settings in $EDITOR first" },
	{ "role", 0, "ROLE", "another role" },
	{ "add", 0, "KIND:NAME", "access more" },
	{ "remove", 0, "KIND:NAME", "access less" },
	{ "add-cameras", 0, NULL, "of layouts and groups, too" },
	{ "new-password-file", 0, "FILE", "his password, first line" },
	{ "uid-number", 0, "N", "the next free one" },
	{ "home", 0, "DIR", "/home/NAME" },
	{ NULL, 0, NULL, NULL }
};

/* The right to each part that is written. */
static int
may_all(struct vms_admin *ad, struct vms_str login)
{
	static const char *const parts[] = { "user.create",
	    "user.assign-role", "user.assign-access" };
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(parts) / sizeof(parts[0]);
	    i++)
		rc = vms_may(ad, parts[i], "user", login);
	return rc;
}

static int
user_duplicate(struct vms_admin *ad)
{
	struct vms_str login = vms_str_of(ad->args.words[1]);
	const struct vms_item *old;
	struct vms_change *ch;
	int rc;

	old = vms_user_for(ad, "user.duplicate", &rc);
	if (old == NULL)
		return rc;
	rc = may_all(ad, login);
	if (rc == 0)
		rc = vms_user_check_new(ad, login);
	if (rc == 0)
		rc = vms_user_password_read(ad);
	if (rc != 0)
		return rc;
	ch = vms_user_entry(ad, login, &rc);
	copy_entry(ad, &old->e, ch);
	if (rc == 0)
		rc = copy_references(ad, old, login, ch->dn);
	if (rc == 0)
		rc = adjust(ad, login, ch->dn);
	if (rc == 0 && vms_args_has(&ad->args, "edit"))
		rc = vms_user_edit(ad, ch, login);
	ad->watch_user = login;
	ad->note = vms_say(ad, "made user %.*s like %s", VMS_STR_ARG(login),
	    ad->args.words[0]);
	return rc;
}

const struct vms_cmd vms_duplicate_cmds[] = {
	{ .noun = "user", .verb = "duplicate", .args = "NAME NEW",
	    .help = "another user with the same settings",
	    .opts = opts, .fields = vms_user_fields, .min = 2, .max = 2,
	    .run = user_duplicate, .writes = true },
	{ .noun = NULL }
};
