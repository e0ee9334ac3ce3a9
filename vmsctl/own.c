/* SPDX-License-Identifier: MIT */
/* A user's own grants: role and targets.  See user.h for their names. */
#include <string.h>

#include "libvms/action.h"
#include "libvms/dn.h"
#include "vmsctl/rules.h"
#include "vmsctl/user.h"

static const char *const suffixes[VMS_OWN_N] = { "", ":members", ":system" };

static struct vms_str
own_name(struct vms_admin *ad, struct vms_str login, enum vms_own which)
{
	return vms_say(ad, "user:%.*s%s", VMS_STR_ARG(login),
	    suffixes[which]);
}

const struct vms_item *
vms_own_grant(struct vms_admin *ad, struct vms_str login, enum vms_own which)
{
	/* By DN, which is found at once however many grants there are. */
	return vms_tree_find(&ad->tree, vms_say(ad, "cn=%.*s,ou=grants,%.*s",
	    VMS_STR_ARG(own_name(ad, login, which)),
	    VMS_STR_ARG(ad->bases.policy)));
}

const struct vms_item *
vms_own_role(struct vms_admin *ad, struct vms_str login)
{
	const struct vms_item *g = vms_own_grant(ad, login, VMS_OWN_ROLE);

	return g == NULL ? NULL : vms_tree_find(&ad->tree,
	    vms_val(&g->e, "vmsRoleRef"));
}

bool
vms_role_is_admin(const struct vms_item *role)
{
	int64_t rank;

	return vms_num_parse(vms_val(&role->e, "vmsRoleRank"), 80, 100,
	    &rank) == 0;
}

const struct vms_item *
vms_role_find(struct vms_admin *ad, const char *name)
{
	struct vms_str want = vms_str_of(name);
	const struct vms_item *found = vms_tree_named(&ad->tree,
	    VMS_STR("vmsRole"), VMS_STR("cn"), want);
	uint32_t n = 0;

	for (uint32_t i = 0; found == NULL && i < ad->tree.n; i++) {
		struct vms_str cn = vms_val(&ad->tree.items[i].e, "cn");

		if (!vms_entry_is(&ad->tree.items[i].e, VMS_STR("vmsRole")) ||
		    cn.len <= want.len + 1 ||
		    cn.p[cn.len - want.len - 1] != '.' ||
		    !vms_str_caseeq((struct vms_str){ cn.p + cn.len -
		    want.len, want.len }, want))
			continue;
		if (n++ > 0) {
			vms_refuse(ad, CTL_USAGE, "usage",
			    "%s: several roles end so", name);
			return NULL;
		}
		found = &ad->tree.items[i];
	}
	if (found == NULL)
		vms_refuse(ad, CTL_NO, "not-found", "there is no role %s",
		    name);
	return found;
}

/* The pending change of a user's own grant, made where there is none. */
static struct vms_change *
own_change(struct vms_admin *ad, struct vms_str login, enum vms_own which,
    struct vms_str user_dn, bool *fresh)
{
	const struct vms_item *it = vms_own_grant(ad, login, which);
	struct vms_str name = own_name(ad, login, which), dn;
	struct vms_change *ch;

	*fresh = false;
	if (it != NULL)
		return vms_change_of(&ad->changes, it);
	dn = vms_dn_of(ad, "grant", name);
	ch = vms_change_find(&ad->changes, dn);
	if (ch != NULL)
		return ch;
	*fresh = true;
	ch = vms_change_new(&ad->changes, VMS_CHANGE_ADD, dn);
	vms_change_set(&ad->changes, ch, "objectClass", which ==
	    VMS_OWN_SYSTEM ? VMS_STR("vmsActionGrant") :
	    VMS_STR("vmsRoleGrant"));
	vms_change_set(&ad->changes, ch, "cn", name);
	vms_change_set(&ad->changes, ch, "vmsEffect", VMS_STR("allow"));
	vms_change_set(&ad->changes, ch, "vmsSubjectScope",
	    VMS_STR("listed"));
	vms_change_set(&ad->changes, ch, "vmsSubject", user_dn);
	vms_change_set(&ad->changes, ch, "vmsCondition", VMS_STR("none"));
	return ch;
}

/* Actions about the system have no other target than "all"; a role on listed
 * targets does not give them. */
static void
set_system(struct vms_admin *ad, const struct vms_tree *tree,
    struct vms_str login, struct vms_str user_dn, struct vms_str role,
    bool all)
{
	const struct vms_item *old = vms_own_grant(ad, login,
	    VMS_OWN_SYSTEM);
	struct vms_action_set set = { { 0 } };
	struct vms_change *ch = NULL;
	bool fresh;

	vms_role_actions(tree, role, &set);
	for (int i = 0; !all && i < vms_action_count(); i++) {
		const struct vms_action *a = vms_action_get(i);

		if (a->scope != VMS_SCOPE_SYSTEM ||
		    !vms_action_set_has(&set, i))
			continue;
		if (ch == NULL) {
			ch = own_change(ad, login, VMS_OWN_SYSTEM, user_dn,
			    &fresh);
			vms_change_set(&ad->changes, ch, "vmsTargetScope",
			    VMS_STR("all"));
		}
		vms_change_value(&ad->changes, ch, ch->type ==
		    VMS_CHANGE_ADD ? VMS_MOD_ADD : VMS_MOD_REPLACE,
		    "vmsAction", a->name);
	}
	if (ch == NULL && old != NULL)
		vms_change_delete(&ad->changes, old);
}

int
vms_own_refresh(struct vms_admin *ad)
{
	struct vms_err err = { 0 };
	struct vms_tree after;
	uint32_t n = ad->tree.n;

	if (vms_tree_after(&ad->tree, &ad->changes, &after, &err) < 0)
		return vms_refuse_err(ad, &err);
	for (uint32_t i = 0; i < n; i++) {
		const struct vms_entry *e = &ad->tree.items[i].e;
		struct vms_str uid = vms_val(e, "uid");
		const struct vms_item *g;

		if (!vms_entry_is(e, VMS_STR("vmsUser")))
			continue;
		g = vms_own_grant(ad, uid, VMS_OWN_ROLE);
		if (g != NULL && vms_has_val(&g->e, "vmsTargetScope",
		    VMS_STR("listed")))
			set_system(ad, &after, uid, e->dn, vms_val(&g->e,
			    "vmsRoleRef"), false);
	}
	return 0;
}

/* An administrator is one of the group that the server's rules speak of. */
static void
set_membership(struct vms_admin *ad, struct vms_str user_dn, bool member)
{
	const struct vms_item *g = vms_tree_named(&ad->tree,
	    VMS_STR("groupOfNames"), VMS_STR("cn"), VMS_STR("vms-admins"));
	struct vms_str ndn, dn;
	struct vms_change *ch;
	bool there;

	if (vms_dn_normal(user_dn, &ad->arena, &ndn) < 0)
		return;
	if (g == NULL && member) {
		dn = vms_say(ad, "cn=vms-admins,%.*s",
		    VMS_STR_ARG(ad->bases.groups));
		ch = vms_change_new(&ad->changes, VMS_CHANGE_ADD, dn);
		vms_change_set(&ad->changes, ch, "objectClass",
		    VMS_STR("groupOfNames"));
		vms_change_set(&ad->changes, ch, "cn", VMS_STR("vms-admins"));
		vms_change_set(&ad->changes, ch, "member", user_dn);
	}
	if (g == NULL)
		return;
	there = vms_names_dn(&ad->tree, &g->e, "member", ndn);
	if (there == member)
		return;
	ch = vms_change_of(&ad->changes, g);
	vms_change_value(&ad->changes, ch, member ? VMS_MOD_ADD :
	    VMS_MOD_DELETE, "member", user_dn);
	/* A group has a member at all times. */
	if (!member && vms_vals(&g->e, "member").n == 1)
		vms_change_value(&ad->changes, ch, VMS_MOD_ADD, "member",
		    VMS_STR("cn=deleted"));
	if (member && vms_has_val(&g->e, "member", VMS_STR("cn=deleted")))
		vms_change_value(&ad->changes, ch, VMS_MOD_DELETE, "member",
		    VMS_STR("cn=deleted"));
}

int
vms_own_role_set(struct vms_admin *ad, struct vms_str login,
    struct vms_str user_dn, const struct vms_item *role)
{
	const struct vms_item *policy = vms_tree_named(&ad->tree,
	    VMS_STR("vmsPolicy"), VMS_STR("cn"), VMS_STR("policy"));
	bool open = policy != NULL && vms_has_val(&policy->e,
	    "vmsDefaultAccess", VMS_STR("all-cameras"));
	bool admin = vms_role_is_admin(role), fresh, all;
	const struct vms_item *old = vms_own_role(ad, login);
	const struct vms_item *was = vms_own_grant(ad, login, VMS_OWN_ROLE);
	struct vms_change *ch = own_change(ad, login, VMS_OWN_ROLE, user_dn,
	    &fresh);

	/* What a grant without targets means is settled when it is made. */
	all = admin || (fresh && open) || (was != NULL && old != NULL &&
	    !vms_role_is_admin(old) && vms_has_val(&was->e,
	    "vmsTargetScope", VMS_STR("all")));
	vms_change_set(&ad->changes, ch, "vmsRoleRef", role->e.dn);
	vms_change_set(&ad->changes, ch, "vmsTargetScope", all ?
	    VMS_STR("all") : VMS_STR("listed"));
	if (all && was != NULL && vms_vals(&was->e, "vmsTarget").n > 0)
		vms_change_clear(&ad->changes, ch, "vmsTarget");
	vms_change_set(&ad->changes, ch, "vmsCascade", VMS_STR("FALSE"));
	was = vms_own_grant(ad, login, VMS_OWN_MEMBERS);
	if (was != NULL && all)
		vms_change_delete(&ad->changes, was);
	else if (was != NULL)
		vms_change_set(&ad->changes, vms_change_of(&ad->changes,
		    was), "vmsRoleRef", role->e.dn);
	set_system(ad, &ad->tree, login, user_dn, role->e.dn, all);
	if (admin || (old != NULL && vms_role_is_admin(old)))
		set_membership(ad, user_dn, admin);
	return 0;
}

/* All that may be a target. */
static const struct vms_field target_field = { .opt = "target",
    .attr = "vmsTarget", .type = VMS_F_ANY, .many = true,
    .words = "recorder|recordergroup|camera|cameragroup|layout" };

/* Listing something ends the default of "all", in whichever of his grants it
 * is listed. */
static void
end_default(struct vms_admin *ad, struct vms_str login,
    struct vms_str user_dn, const struct vms_item *role)
{
	struct vms_change *ch = vms_change_find(&ad->changes,
	    vms_dn_of(ad, "grant", own_name(ad, login, VMS_OWN_ROLE)));

	if (ch == NULL || ch->type != VMS_CHANGE_ADD)
		return;
	vms_change_set(&ad->changes, ch, "vmsTargetScope",
	    VMS_STR("listed"));
	set_system(ad, &ad->tree, login, user_dn, role->e.dn, false);
}

int
vms_own_target_add(struct vms_admin *ad, struct vms_str login,
    struct vms_str user_dn, const struct vms_item *role, const char *given,
    bool members)
{
	const struct vms_item *g = vms_own_grant(ad, login, VMS_OWN_ROLE);
	struct vms_change *ch;
	struct vms_str dn;
	bool fresh;
	int rc = vms_field_take(ad, &target_field, vms_str_of(given), &dn);

	if (rc != 0)
		return rc;
	if (g != NULL && vms_has_val(&g->e, "vmsTargetScope",
	    VMS_STR("all")))
		return vms_refuse(ad, CTL_NO, "exists",
		    "%.*s has access to everything already",
		    VMS_STR_ARG(login));
	/* A recorder without its cameras is of no use to most. */
	members |= strncmp(given, "recorder", 8) == 0;
	g = vms_own_grant(ad, login, members ? VMS_OWN_MEMBERS :
	    VMS_OWN_ROLE);
	if (g != NULL && vms_has_val(&g->e, "vmsTarget", dn))
		return vms_refuse(ad, CTL_NO, "exists",
		    "%.*s has %s already", VMS_STR_ARG(login), given);
	ch = own_change(ad, login, members ? VMS_OWN_MEMBERS : VMS_OWN_ROLE,
	    user_dn, &fresh);
	if (fresh) {
		vms_change_set(&ad->changes, ch, "vmsRoleRef", role->e.dn);
		vms_change_set(&ad->changes, ch, "vmsCascade", members ?
		    VMS_STR("TRUE") : VMS_STR("FALSE"));
	}
	if (ch->type == VMS_CHANGE_ADD)
		vms_change_set(&ad->changes, ch, "vmsTargetScope",
		    VMS_STR("listed"));
	end_default(ad, login, user_dn, role);
	vms_change_value(&ad->changes, ch, VMS_MOD_ADD, "vmsTarget", dn);
	return 0;
}

/* Take a DN out of whichever own grant lists it; false: none does. */
static bool
take_out(struct vms_admin *ad, struct vms_str login, struct vms_str dn)
{
	struct vms_str ndn;
	bool found = false;

	if (vms_dn_normal(dn, &ad->arena, &ndn) < 0)
		return false;
	for (int w = VMS_OWN_ROLE; w <= VMS_OWN_MEMBERS; w++) {
		const struct vms_item *g = vms_own_grant(ad, login,
		    (enum vms_own)w);
		struct vms_change *ch;

		if (g == NULL || !vms_names_dn(&ad->tree, &g->e,
		    "vmsTarget", ndn))
			continue;
		found = true;
		ch = vms_change_of(&ad->changes, g);
		if (w == VMS_OWN_MEMBERS && vms_vals(&g->e,
		    "vmsTarget").n == 1)
			vms_change_delete(&ad->changes, g);
		else if (ch->type != VMS_CHANGE_DELETE)
			vms_change_value(&ad->changes, ch, VMS_MOD_DELETE,
			    "vmsTarget", dn);
	}
	return found;
}

int
vms_own_target_remove(struct vms_admin *ad, struct vms_str login,
    const char *given)
{
	struct vms_str dn, list = { "", 0 };
	const struct vms_item *user = vms_tree_named(&ad->tree,
	    VMS_STR("vmsUser"), VMS_STR("uid"), login);
	int rc = vms_field_take(ad, &target_field, vms_str_of(given), &dn);

	if (rc != 0 || take_out(ad, login, dn))
		return rc;
	for (uint32_t i = 0; user != NULL && i < ad->tree.n; i++) {
		const struct vms_entry *e = &ad->tree.items[i].e;

		if (vms_is_a(e, VMS_STR("vmsGrant")) && vms_has_val(e,
		    "vmsEffect", VMS_STR("allow")) &&
		    vms_grant_reaches(&ad->tree, e, user->ndn))
			list = vms_say(ad, "%.*s grant:%.*s",
			    VMS_STR_ARG(list), VMS_STR_ARG(vms_val(e,
			    "cn")));
	}
	return vms_refuse(ad, CTL_NO, "not-listed",
	    "%.*s is not given %s by a grant of his own; his grants:%.*s",
	    VMS_STR_ARG(login), given, VMS_STR_ARG(list));
}

int
vms_own_add_cameras(struct vms_admin *ad, struct vms_str login,
    struct vms_str user_dn, const struct vms_item *role)
{
	int rc;
	struct vms_partial *p = vms_rules_partial(ad, &rc);
	struct vms_change *ch;
	bool fresh;

	if (rc != 0 || p == NULL)
		return rc;
	ch = own_change(ad, login, VMS_OWN_ROLE, user_dn, &fresh);
	if (fresh) {
		vms_change_set(&ad->changes, ch, "vmsRoleRef", role->e.dn);
		vms_change_set(&ad->changes, ch, "vmsTargetScope",
		    VMS_STR("listed"));
	}
	for (; p != NULL; p = p->next)
		for (uint32_t i = 0; i < p->n_missing; i++)
			vms_change_value(&ad->changes, ch, VMS_MOD_ADD,
			    "vmsTarget", vms_dn_of(ad, "camera",
			    p->missing[i]));
	return 0;
}

int
vms_own_cascade(struct vms_admin *ad, struct vms_str login)
{
	int rc;
	struct vms_partial *p = vms_rules_partial(ad, &rc);

	for (; rc == 0 && p != NULL; p = p->next)
		(void)take_out(ad, login, p->container);
	return rc;
}
