/* SPDX-License-Identifier: MIT */
/*
 * Lint of power: the last owner, who administers, and the ways by which an
 * administrator can have given himself something that the server's access
 * rules did not see.
 */
#include "vmsctl/lint.h"

#include "libvms/gtime.h"

#define ADMIN_RANK 80
#define ADMIN_RANK_MAX 99

struct power {
	struct vms_lint *l;
	bool *admins;			/* by user of the reach */
};

static int64_t
end_of(const struct vms_entry *e)
{
	int64_t t;

	if (vms_vals(e, "vmsNotAfter").n == 0 ||
	    vms_gtime_parse(vms_val(e, "vmsNotAfter"), &t) != 0)
		return INT64_MAX;
	return t;
}

static int64_t
parameter(const struct vms_lint *l, const char *name, int64_t dflt)
{
	struct vms_str value;
	int64_t n;

	if (vms_model_parameter(l->reach.m, vms_str_of(name), &value) != 0 ||
	    vms_num_parse(value, 0, INT64_MAX, &n) != 0)
		return dflt;
	return n;
}

static void
lint_owners(struct vms_lint *l)
{
	struct vms_reach *r = &l->reach;
	struct vms_str last = { NULL, 0 };
	int64_t owners = 0, lasting = 0, max = parameter(l, "owner-max", 1);

	for (uint32_t i = 0; i < r->n_users; i++) {
		const struct vms_reach_user *u = &r->users[i];

		if (u->item == NULL || !r->classes[u->klass].owner)
			continue;
		owners++;
		last = u->dn;
		lasting += vms_has_val(&u->item->e, "vmsAccountState",
		    VMS_STR("enabled")) && end_of(&u->item->e) == INT64_MAX;
	}
	if (owners == 0)
		vms_lint_find(l, "owner-missing", l->tree->bases->policy,
		    NULL, true, "no protected account holds nx.owner: nobody "
		    "can change the policy, owners or administrators");
	else if (lasting == 0)
		vms_lint_find(l, "owner-ends", last, "vmsAccountState", true,
		    "every owner is disabled or ends: soon there is none");
	if (owners > max)
		vms_lint_find(l, "owner-too-many", last, NULL, false,
		    "%lld owners, owner-max is %lld", (long long)owners,
		    (long long)max);
}

static void
lint_accounts(struct power *p)
{
	struct vms_reach *r = &p->l->reach;
	int64_t max = parameter(p->l, "admin-max", INT64_MAX), n = 0;

	for (uint32_t i = 0; i < r->n_users; i++) {
		const struct vms_reach_user *u = &r->users[i];
		int64_t rank = vms_reach_rank(r, &r->classes[u->klass]);
		bool protected;

		if (u->item == NULL)
			continue;
		protected = vms_has_val(&u->item->e, "vmsProtected",
		    VMS_STR("TRUE"));
		p->admins[i] = rank >= ADMIN_RANK && rank <= ADMIN_RANK_MAX;
		n += p->admins[i];
		if (rank > ADMIN_RANK_MAX && !protected)
			vms_lint_find(p->l, "owner-unprotected", u->dn,
			    "vmsProtected", true, "holds the owner's role "
			    "without being protected: it counts as no owner, "
			    "and administrators may change it");
	}
	if (n > max)
		vms_lint_find(p->l, "admin-too-many",
		    p->l->tree->bases->policy, "vmsParameter", false,
		    "%lld administrators, admin-max is %lld", (long long)n,
		    (long long)max);
}

/* --- grants and roles --- */

static const struct vms_reach_user *
user_of_dn(const struct vms_reach *r, const struct vms_item *it)
{
	for (uint32_t i = 0; it != NULL && i < r->n_users; i++)
		if (r->users[i].item == it)
			return &r->users[i];
	return NULL;
}

/* An administrator whom this one subject means; NULL: none. */
static const struct vms_reach_user *
admin_behind(struct power *p, const struct vms_item *it)
{
	struct vms_reach *r = &p->l->reach;
	const struct vms_attr attr = { VMS_STR("vmsSubject"), { NULL, 0 },
		&it->e.dn, 1 };
	const struct vms_entry one = { .attrs = &attr, .n_attrs = 1 };
	const struct vms_reach_user *u = user_of_dn(r, it);

	if (u != NULL)
		return p->admins[u - r->users] ? u : NULL;
	for (uint32_t i = 0; i < r->n_users; i++)
		if (p->admins[i] && vms_grant_reaches(p->l->tree, &one,
		    r->users[i].item->ndn))
			return &r->users[i];
	return NULL;
}

static bool
wrote(const struct vms_lint *l, const struct vms_entry *e,
    const struct vms_reach_user *who)
{
	return vms_names_dn(l->tree, e, "creatorsName", who->item->ndn) ||
	    vms_names_dn(l->tree, e, "modifiersName", who->item->ndn);
}

static void
lint_subjects(struct power *p, const struct vms_item *grant)
{
	struct vms_vals v = vms_vals(&grant->e, "vmsSubject");

	for (uint32_t i = 0; i < v.n; i++) {
		const struct vms_item *it = vms_tree_find(p->l->tree,
		    v.v[i]);
		const struct vms_reach_user *who;

		if (it == NULL || (who = admin_behind(p, it)) == NULL)
			continue;
		if (wrote(p->l, &grant->e, who))
			vms_lint_find(p->l, "grant-self-written",
			    grant->e.dn, "vmsSubject", true, "%.*s wrote "
			    "this grant, and it reaches him",
			    VMS_STR_ARG(who->name));
		else if (who->item == it)
			vms_lint_find(p->l, "grant-names-admin",
			    grant->e.dn, "vmsSubject", false, "a lesser "
			    "grant names the administrator %.*s: what it "
			    "adds he has not by his role",
			    VMS_STR_ARG(who->name));
		else
			vms_lint_find(p->l, "grant-group-of-admin",
			    grant->e.dn, "vmsSubject", false, "%.*s holds "
			    "the administrator %.*s: who fills the group "
			    "gives to him", VMS_STR_ARG(v.v[i]),
			    VMS_STR_ARG(who->name));
	}
}

static bool
has_owner_action(const struct vms_action_set *set)
{
	for (int i = 0; i < vms_action_count(); i++)
		if (vms_action_get(i)->klass == VMS_ACTION_OWNER &&
		    vms_action_set_has(set, i))
			return true;
	return false;
}

static void
lint_role(struct vms_lint *l, const struct vms_item *it)
{
	struct vms_action_set set = { 0 };
	int64_t rank;

	if (vms_has_val(&it->e, "vmsProtected", VMS_STR("TRUE")))
		return;
	vms_role_actions(l->tree, it->e.dn, &set);
	if (has_owner_action(&set))
		vms_lint_find(l, "role-owner-action", it->e.dn, "vmsAction",
		    true, "a role of the site holds what only owners give: "
		    "the server's access rules do not guard it");
	if (vms_num_parse(vms_val(&it->e, "vmsRoleRank"), 0, 100,
	    &rank) == 0 && rank >= ADMIN_RANK)
		vms_lint_find(l, "role-admin-rank", it->e.dn, "vmsRoleRank",
		    true, "a role of the site ranks with administrators: the "
		    "server's access rules do not guard it");
}

static void
lint_grant(struct power *p, const struct vms_item *it)
{
	struct vms_action_set set = { 0 };
	struct vms_vals v = vms_vals(&it->e, "vmsAction");
	const struct vms_item *role = vms_tree_find(p->l->tree,
	    vms_val(&it->e, "vmsRoleRef"));
	int64_t rank = -1;

	if (!vms_has_val(&it->e, "vmsEffect", VMS_STR("allow")))
		return;
	for (uint32_t i = 0; i < v.n; i++)
		(void)vms_action_set_add_word(&set, v.v[i]);
	if (role != NULL && !vms_has_val(&role->e, "vmsProtected",
	    VMS_STR("TRUE")))
		vms_role_actions(p->l->tree, role->e.dn, &set);
	if (has_owner_action(&set))
		vms_lint_find(p->l, "grant-owner-action", it->e.dn,
		    role != NULL ? "vmsRoleRef" : "vmsAction", true,
		    "gives what only owners may do, by another way than the "
		    "predefined roles");
	if (role != NULL)
		(void)vms_num_parse(vms_val(&role->e, "vmsRoleRank"), 0, 100,
		    &rank);
	if (rank < ADMIN_RANK)
		lint_subjects(p, it);
}

void
vms_lint_power(struct vms_lint *l)
{
	struct power p = { l, vms_arena_calloc(l->arena,
	    l->reach.n_users + 1ul, sizeof(bool)) };

	if (p.admins == NULL)
		return;
	lint_owners(l);
	lint_accounts(&p);
	for (uint32_t i = 0; i < l->tree->n; i++) {
		const struct vms_item *it = &l->tree->items[i];

		if (vms_entry_is(&it->e, VMS_STR("vmsRole")))
			lint_role(l, it);
		else if (vms_vals(&it->e, "vmsEffect").n > 0)
			lint_grant(&p, it);
	}
}
