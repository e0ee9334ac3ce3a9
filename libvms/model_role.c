/* SPDX-License-Identifier: MIT */
/* Roles for the model: their actions, those of their parents, their group. */
#include "libvms/build_priv.h"

#include "libvms/dn.h"

static void
read_unix_group(struct vms_model_builder *b, const struct vms_entry *e,
    struct role *r)
{
	struct strs names = vms_read_all(e, "vmsUnixGroup");
	struct vms_str val;
	int found;

	r->unix_group = vms_read_str(b, e, "vmsUnixGroup");
	if (names.n == 0)
		r->flaws |= VMS_FLAW_NO_NAME;
	if (names.n > 1)
		r->flaws |= VMS_FLAW_NAMES;
	found = vms_read_one(e, "vmsGidNumber", &val);
	if (found != 0)
		r->flaws |= found == -2 ? VMS_FLAW_IDS : VMS_FLAW_NO_ID;
	else if (vms_id_parse(val, &r->gid) != 0)
		r->flaws |= VMS_FLAW_BAD_ID;
}

void
vms_take_role(struct vms_model_builder *b, const struct vms_entry *e,
    uint32_t node)
{
	struct role *r = vms_build_push(b, &b->roles, sizeof(*r));
	struct node *n;
	struct vms_str rank;

	if (r == NULL)
		return;
	memcpy(r->uuid, e->uuid, VMS_UUID_LEN);
	r->node = node;
	r->dn = vms_build_str(b, e->dn);
	r->name = vms_read_name(b, e);
	read_unix_group(b, e, r);
	r->rank_known = vms_read_one(e, "vmsRoleRank", &rank) == 0 &&
	    vms_num_parse(rank, INT32_MIN, INT32_MAX, &r->rank) == 0;
	if (!r->rank_known)
		vms_build_find(b, "role-rank-unreadable", e->dn,
		    "vmsRoleRank", false,
		    "nobody but an owner may administer its holders");
	r->whole = vms_read_actions(b, e, "role-action-unknown", true,
	    &r->actions);
	r->parents = vms_read_refs(b, e, "vmsRoleParent");
	n = b->nodes.p;
	n[node].kind = NODE_ROLE;
	n[node].index = b->roles.n - 1;
	r->is_owner = vms_str_eq(vms_dn_rdn(n[node].ndn),
	    VMS_STR("cn=nx.owner"));
}

/* Take over from the parents; true if anything came. */
static bool
inherit(struct vms_model_builder *b, struct role *r)
{
	const struct node *nodes = b->nodes.p;
	struct vms_action_set before = r->actions;
	bool whole = r->whole;

	for (uint32_t i = 0; i < r->parents.n; i++) {
		const struct node *n = &nodes[r->parents.v[i]];

		if (n->kind != NODE_ROLE) {
			r->whole = false;
			continue;
		}
		vms_action_set_join(&r->actions,
		    &b->m->roles[n->index].actions);
		r->whole = r->whole && b->m->roles[n->index].whole;
	}
	return whole != r->whole ||
	    memcmp(&before, &r->actions, sizeof(before)) != 0;
}

/*
 * Sets only grow and `whole` only falls, so loops come to rest.  Going back
 * and forth makes the number of rounds small in any order of the entries.
 */
void
vms_link_roles(struct vms_model_builder *b)
{
	struct vms_model *m = b->m;
	bool changed = true;

	for (uint32_t i = 0; i < m->n_roles; i++) {
		const struct node *nodes = b->nodes.p;
		struct role *r = &m->roles[i];

		for (uint32_t k = 0; k < r->parents.n; k++)
			if (nodes[r->parents.v[k]].kind != NODE_ROLE)
				vms_build_find(b, "role-parent-dangling",
				    r->dn, "vmsRoleParent", true,
				    "no role %.*s",
				    VMS_STR_ARG(nodes[r->parents.v[k]].ndn));
	}
	while (changed) {
		changed = false;
		for (uint32_t i = 0; i < m->n_roles; i++)
			changed = inherit(b, &m->roles[i]) || changed;
		for (uint32_t i = m->n_roles; i > 0; i--)
			changed = inherit(b, &m->roles[i - 1]) || changed;
	}
}
