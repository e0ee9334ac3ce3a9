/* SPDX-License-Identifier: MIT */
/*
 * Who holds what in an estate: subjects through groups, roles through
 * grants, actions through roles.  For ranks and ceilings of the one who
 * writes; what somebody may do is the decision's to say.
 */
#include "vmsctl/tree.h"

#include "libvms/dn.h"

/* Deeper nesting is refused at reading; a loop ends here. */
#define DEPTH 32

bool
vms_names_dn(const struct vms_tree *s, const struct vms_entry *e,
    const char *attr, struct vms_str ndn)
{
	struct vms_vals v = vms_vals(e, attr);
	struct vms_str n;

	for (uint32_t i = 0; i < v.n; i++)
		if (vms_str_caseeq(v.v[i], ndn) ||
		    (vms_dn_normal(v.v[i], s->arena, &n) == 0 &&
		    vms_str_eq(n, ndn)))
			return true;
	return false;
}

/* Whether who is the DN, or in the group at the DN. */
static bool
is_in(const struct vms_tree *s, struct vms_str dn, struct vms_str who,
    int depth)
{
	const struct vms_item *it;
	struct vms_str ndn;
	struct vms_vals v;

	if (vms_dn_normal(dn, s->arena, &ndn) < 0 || depth == 0)
		return false;
	if (vms_str_eq(ndn, who))
		return true;
	it = vms_tree_find(s, dn);
	if (it == NULL)
		return false;
	v = vms_vals(&it->e, "member");
	for (uint32_t i = 0; i < v.n; i++)
		if (vms_str_caseeq(v.v[i], who))
			return true;
	for (uint32_t i = 0; i < v.n; i++)
		if (is_in(s, v.v[i], who, depth - 1))
			return true;
	return false;
}

bool
vms_grant_reaches(const struct vms_tree *s, const struct vms_entry *g,
    struct vms_str who)
{
	struct vms_vals v = vms_vals(g, "vmsSubject");

	if (vms_has_val(g, "vmsSubjectScope", VMS_STR("everyone")))
		return true;
	for (uint32_t i = 0; i < v.n; i++)
		if (is_in(s, v.v[i], who, DEPTH))
			return true;
	return false;
}

static void
add_role(const struct vms_tree *s, struct vms_str dn,
    struct vms_action_set *set, int depth)
{
	const struct vms_item *it = vms_tree_find(s, dn);
	struct vms_vals v;

	if (it == NULL || depth == 0)
		return;
	v = vms_vals(&it->e, "vmsAction");
	for (uint32_t i = 0; i < v.n; i++)
		(void)vms_action_set_add_word(set, v.v[i]);
	v = vms_vals(&it->e, "vmsRoleParent");
	for (uint32_t i = 0; i < v.n; i++)
		add_role(s, v.v[i], set, depth - 1);
}

void
vms_role_actions(const struct vms_tree *s, struct vms_str dn,
    struct vms_action_set *set)
{
	add_role(s, dn, set, DEPTH);
}

/* The next allow grant that reaches who, from *i on. */
static const struct vms_entry *
next_grant(const struct vms_tree *s, struct vms_str who, uint32_t *i)
{
	while (*i < s->n) {
		const struct vms_entry *e = &s->items[(*i)++].e;

		if (vms_has_val(e, "vmsEffect", VMS_STR("allow")) &&
		    vms_grant_reaches(s, e, who))
			return e;
	}
	return NULL;
}

int64_t
vms_rank_of(const struct vms_tree *s, struct vms_str who)
{
	const struct vms_entry *g;
	int64_t best = -1, rank;
	uint32_t i = 0;

	while ((g = next_grant(s, who, &i)) != NULL) {
		const struct vms_item *role = vms_tree_find(s,
		    vms_val(g, "vmsRoleRef"));

		if (role != NULL && vms_num_parse(vms_val(&role->e,
		    "vmsRoleRank"), 0, 100, &rank) == 0 && rank > best)
			best = rank;
	}
	return best;
}

bool
vms_tree_is_owner(const struct vms_tree *s, const struct vms_item *user)
{
	const struct vms_entry *g;
	uint32_t i = 0;

	if (!vms_has_val(&user->e, "vmsProtected", VMS_STR("TRUE")))
		return false;
	while ((g = next_grant(s, user->ndn, &i)) != NULL) {
		const struct vms_item *role = vms_tree_find(s,
		    vms_val(g, "vmsRoleRef"));

		if (role != NULL && vms_has_val(&role->e, "cn",
		    VMS_STR("nx.owner")))
			return true;
	}
	return false;
}

void
vms_actions_of(const struct vms_tree *s, struct vms_str who,
    struct vms_action_set *set)
{
	const struct vms_entry *g;
	uint32_t i = 0;

	while ((g = next_grant(s, who, &i)) != NULL) {
		struct vms_vals v = vms_vals(g, "vmsAction");

		for (uint32_t k = 0; k < v.n; k++)
			(void)vms_action_set_add_word(set, v.v[k]);
		if (vms_vals(g, "vmsRoleRef").n > 0)
			vms_role_actions(s, vms_val(g, "vmsRoleRef"), set);
	}
}
