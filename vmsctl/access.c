/* SPDX-License-Identifier: MIT */
/* user access add|remove, user role set, user delete. */
#include <string.h>

#include "libvms/dn.h"
#include "vmsctl/object.h"
#include "vmsctl/rules.h"
#include "vmsctl/user.h"

/* --- access --- */

static const struct vms_opt add_opts[] = {
	{ "role", 0, "ROLE", "the role he has there, if he has none yet" },
	{ "with-members", 0, NULL, "groups with all that is in them" },
	{ "add-cameras", 0, NULL, "the cameras of layouts and groups, too" },
	{ NULL, 0, NULL, NULL }
};
static const struct vms_opt remove_opts[] = {
	{ "cascade", 0, NULL, "layouts and groups that hold it, too" },
	{ NULL, 0, NULL, NULL }
};

static int
access_add(struct vms_admin *ad)
{
	const char *name = vms_args_get(&ad->args, "role");
	const struct vms_item *it, *role;
	int rc;

	it = vms_user_for(ad, "user.assign-access", &rc);
	if (it == NULL)
		return rc;
	role = vms_own_role(ad, ad->watch_user);
	if (role == NULL && name == NULL)
		return vms_refuse(ad, CTL_USAGE, "usage",
		    "%.*s has no role of his own yet: say --role",
		    VMS_STR_ARG(ad->watch_user));
	if (role == NULL) {
		role = vms_role_find(ad, name);
		rc = role == NULL ? CTL_NO : vms_may(ad, "user.assign-role",
		    "user", ad->watch_user);
		if (rc == 0)
			rc = vms_own_role_set(ad, ad->watch_user, it->e.dn,
			    role);
	}
	for (int i = 1; rc == 0 && i < ad->args.n_words; i++)
		rc = vms_own_target_add(ad, ad->watch_user, it->e.dn, role,
		    ad->args.words[i],
		    vms_args_has(&ad->args, "with-members"));
	if (rc == 0 && vms_args_has(&ad->args, "add-cameras"))
		rc = vms_own_add_cameras(ad, ad->watch_user, it->e.dn, role);
	ad->note = vms_say(ad, "gave access to %.*s",
	    VMS_STR_ARG(ad->watch_user));
	return rc;
}

static int
access_remove(struct vms_admin *ad)
{
	const struct vms_item *it;
	int rc;

	it = vms_user_for(ad, "user.assign-access", &rc);
	if (it == NULL)
		return rc;
	for (int i = 1; rc == 0 && i < ad->args.n_words; i++)
		rc = vms_own_target_remove(ad, ad->watch_user,
		    ad->args.words[i]);
	if (rc == 0 && vms_args_has(&ad->args, "cascade"))
		rc = vms_own_cascade(ad, ad->watch_user);
	ad->note = vms_say(ad, "took access from %.*s",
	    VMS_STR_ARG(ad->watch_user));
	return rc;
}

const struct vms_cmd vms_access_cmds[] = {
	{ .noun = "user", .verb = "access add", .args = "NAME KIND:NAME...",
	    .help = "give recorders, cameras, groups, layouts",
	    .opts = add_opts, .min = 2, .max = -1, .run = access_add,
	    .writes = true },
	{ .noun = "user", .verb = "access remove",
	    .args = "NAME KIND:NAME...", .help = "take them",
	    .opts = remove_opts, .min = 2, .max = -1, .run = access_remove,
	    .writes = true },
	{ .noun = NULL }
};

/* --- role --- */

static int
role_set(struct vms_admin *ad)
{
	bool off = strcmp(ad->args.words[1], "disabled") == 0;
	const struct vms_item *it, *role;
	struct vms_change *ch;
	int rc;

	it = vms_user_for(ad, off ? "user.disable" : "user.assign-role",
	    &rc);
	if (it == NULL)
		return rc;
	ad->note = vms_say(ad, "%.*s is %s now",
	    VMS_STR_ARG(ad->watch_user), ad->args.words[1]);
	if (off) {	/* a state; the role stays for the day of return */
		if (vms_has_val(&it->e, "vmsAccountState",
		    VMS_STR("disabled")))
			return 0;
		ch = vms_change_of(&ad->changes, it);
		vms_change_set(&ad->changes, ch, "vmsAccountState",
		    VMS_STR("disabled"));
		return 0;
	}
	role = vms_role_find(ad, ad->args.words[1]);
	if (role == NULL)
		return CTL_NO;
	if (vms_has_val(&it->e, "vmsAccountState", VMS_STR("disabled"))) {
		rc = vms_may(ad, "user.enable", "user", ad->watch_user);
		if (rc != 0)
			return rc;
		ch = vms_change_of(&ad->changes, it);
		vms_change_set(&ad->changes, ch, "vmsAccountState",
		    VMS_STR("enabled"));
	}
	return vms_own_role_set(ad, ad->watch_user, it->e.dn, role);
}

/* --- delete --- */

/* What goes with a user: what he made, what was made for him alone. */
static bool
goes_too(const struct vms_entry *e)
{
	static const char *const classes[] = { "vmsAnalyticsCase",
	    "vmsAnalyticsResource", "vmsAnalyticsResourceGroup", "vmsLayout",
	    "vmsClip" };

	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (vms_entry_is(e, vms_str_of(classes[i])))
			return true;
	return false;
}

static bool
is_shared(const struct vms_entry *e)
{
	return vms_entry_is(e, VMS_STR("vmsLayout")) &&
	    vms_has_val(e, "vmsShared", VMS_STR("TRUE"));
}

/* Licences of his go back into the pool of their level. */
static void
return_licences(struct vms_admin *ad, const struct vms_item *as)
{
	int64_t n, free_now;

	if (vms_vals(&as->e, "vmsRetainUntil").n > 0 || vms_num_parse(
	    vms_val(&as->e, "vmsLicenseCount"), 0, INT32_MAX, &n) < 0)
		return;
	for (uint32_t i = 0; i < ad->tree.n; i++) {
		const struct vms_item *p = &ad->tree.items[i];
		struct vms_change *ch;
		struct vms_str pending;

		if (!vms_entry_is(&p->e, VMS_STR("vmsLicensePool")) ||
		    !vms_has_val(&p->e, "vmsLicenseLevel", vms_val(&as->e,
		    "vmsLicenseLevel")))
			continue;
		pending = vms_val(&p->e, "vmsLicenseFree");
		ch = vms_change_of(&ad->changes, p);
		if (ch->mods != NULL && ch->mods->n == 1)
			pending = ch->mods->vals[0];
		if (vms_num_parse(pending, 0, INT32_MAX, &free_now) == 0)
			vms_change_set(&ad->changes, ch, "vmsLicenseFree",
			    vms_say(ad, "%lld", (long long)(free_now + n)));
	}
}

static void
drop_subject(struct vms_admin *ad, const struct vms_item *o,
    const struct vms_item *user)
{
	if (vms_vals(&o->e, "vmsSubject").n == 1) {
		if (vms_entry_is(&o->e, VMS_STR("vmsLicenseAssignment")))
			return_licences(ad, o);
		vms_change_delete(&ad->changes, o);
	} else {
		vms_change_value(&ad->changes, vms_change_of(&ad->changes,
		    o), VMS_MOD_DELETE, "vmsSubject", user->e.dn);
	}
}

/* Groups are the owners' to write; for others the server itself takes a
 * deleted member out. */
static bool
writes_groups(const struct vms_admin *ad)
{
	return ad->actor == NULL || vms_tree_is_owner(&ad->tree, ad->actor);
}

static void
drop_member(struct vms_admin *ad, const struct vms_item *g,
    const struct vms_item *user)
{
	struct vms_change *ch = vms_change_of(&ad->changes, g);

	vms_change_value(&ad->changes, ch, VMS_MOD_DELETE, "member",
	    user->e.dn);
	if (vms_vals(&g->e, "member").n == 1)
		vms_change_value(&ad->changes, ch, VMS_MOD_ADD, "member",
		    VMS_STR("cn=deleted"));
}

static int
drop_references(struct vms_admin *ad, const struct vms_item *user)
{
	const struct vms_tree *t = &ad->tree;

	for (uint32_t i = 0; i < t->n; i++) {
		const struct vms_item *o = &t->items[i];

		if (vms_names_dn(t, &o->e, "vmsParentUser", user->ndn))
			return vms_refuse(ad, CTL_INCONSISTENT,
			    "has-sub-users", "%.*s is the parent of %.*s",
			    VMS_STR_ARG(ad->watch_user),
			    VMS_STR_ARG(vms_val(&o->e, "uid")));
		if (vms_names_dn(t, &o->e, "vmsApproverRef", user->ndn))
			vms_change_value(&ad->changes, vms_change_of(
			    &ad->changes, o), VMS_MOD_DELETE,
			    "vmsApproverRef", user->e.dn);
		if (vms_names_dn(t, &o->e, "vmsOwner", user->ndn)) {
			if (goes_too(&o->e) && !is_shared(&o->e)) {
				vms_change_delete(&ad->changes, o);
				continue;
			}
			vms_change_value(&ad->changes, vms_change_of(
			    &ad->changes, o), VMS_MOD_DELETE, "vmsOwner",
			    user->e.dn);
		}
		if (vms_names_dn(t, &o->e, "vmsSubject", user->ndn))
			drop_subject(ad, o, user);
		if (vms_names_dn(t, &o->e, "member", user->ndn) &&
		    writes_groups(ad))
			drop_member(ad, o, user);
		if (vms_names_dn(t, &o->e, "vmsRequester", user->ndn) ||
		    vms_names_dn(t, &o->e, "vmsApprover", user->ndn))
			vms_change_delete(&ad->changes, o);
	}
	return 0;
}

/* Resources of cases that go, go. */
static void
drop_of_cases(struct vms_admin *ad)
{
	for (uint32_t i = 0; i < ad->tree.n; i++) {
		const struct vms_item *o = &ad->tree.items[i];
		struct vms_vals v = vms_vals(&o->e, "vmsCaseRef");
		uint32_t gone = 0;

		for (uint32_t k = 0; k < v.n; k++) {
			const struct vms_item *c = vms_tree_find(&ad->tree,
			    v.v[k]);
			const struct vms_change *ch = c == NULL ? NULL :
			    vms_change_find(&ad->changes, c->e.dn);

			gone += c == NULL || (ch != NULL &&
			    ch->type == VMS_CHANGE_DELETE);
		}
		if (v.n > 0 && gone == v.n)
			vms_change_delete(&ad->changes, o);
	}
}

static int
user_delete(struct vms_admin *ad)
{
	const struct vms_item *it;
	int rc;

	it = vms_user_for(ad, "user.delete", &rc);
	if (it == NULL)
		return rc;
	if (vms_tree_is_owner(&ad->tree, it))
		return vms_refuse(ad, CTL_NOT_PERMITTED, "owner-protected",
		    "%.*s is an owner: an owner cannot be deleted",
		    VMS_STR_ARG(ad->watch_user));
	vms_change_delete(&ad->changes, it);
	rc = drop_references(ad, it);
	if (rc == 0)
		drop_of_cases(ad);
	ad->note = vms_say(ad, "deleted user %.*s",
	    VMS_STR_ARG(ad->watch_user));
	return rc;
}

const struct vms_cmd vms_userrole_cmds[] = {
	{ .noun = "user", .verb = "role set", .args = "NAME ROLE",
	    .help = "admin, power-user, user, …; disabled keeps the role",
	    .min = 2, .max = 2, .run = role_set, .writes = true },
	{ .noun = "user", .verb = "delete", .args = "NAME",
	    .help = "with cases, resources, licences, grants, own layouts",
	    .min = 1, .max = 1, .run = user_delete, .writes = true,
	    .sensitive = true },
	{ .noun = NULL }
};
