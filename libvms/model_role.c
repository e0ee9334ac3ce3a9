/* SPDX-License-Identifier: MIT */
/* Roles for the model: their actions, those of their parents, their group. */
#include "libvms/build_priv.h"

#include <stdlib.h>

#include "libvms/dn.h"
#include "libvms/set.h"

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

/* Who inherits from whom; a parent that is not there makes a role partial. */
static void
link_parents(struct vms_model_builder *b)
{
	const struct node *nodes = b->nodes.p;
	struct vms_model *m = b->m;
	struct vec pairs = { 0 };

	for (uint32_t i = 0; i < m->n_roles; i++) {
		struct role *r = &m->roles[i];

		for (uint32_t k = 0; k < r->parents.n; k++) {
			const struct node *n = &nodes[r->parents.v[k]];
			struct pair *p;

			if (n->kind != NODE_ROLE) {
				r->whole = false;
				vms_build_find(b, "role-parent-dangling",
				    r->dn, "vmsRoleParent", true,
				    "no role %.*s", VMS_STR_ARG(n->ndn));
				continue;
			}
			p = vms_build_push(b, &pairs, sizeof(*p));
			if (p != NULL)
				*p = (struct pair){ n->index, i };
		}
	}
	if (!b->oom)
		vms_link_pairs(b, &pairs, m->n_roles, &m->role_children);
	free(pairs.p);
}

/* Take over from a parent; true if anything came. */
static bool
inherit(struct role *child, const struct role *parent)
{
	struct vms_action_set before = child->actions;
	bool whole = child->whole;

	vms_action_set_join(&child->actions, &parent->actions);
	child->whole = child->whole && parent->whole;
	return whole != child->whole ||
	    memcmp(&before, &child->actions, sizeof(before)) != 0;
}

/*
 * Each change of a role is handed on to those that inherit from it.  Sets
 * only grow and `whole` only falls: loops come to rest, and no role is looked
 * at more often than there are actions.
 */
void
vms_link_roles(struct vms_model_builder *b)
{
	struct vms_model *m = b->m;
	struct vms_set round = { .arena = &b->scratch };

	link_parents(b);
	for (uint32_t i = 0; i < m->n_roles && !b->oom; i++)
		if (vms_set_add(&round, i) < 0)
			b->oom = true;
	while (!b->oom && round.n > 0) {
		struct vms_set next = { .arena = &b->scratch };

		for (uint32_t i = 0; i < round.n && !b->oom; i++) {
			uint32_t parent = round.list[i];
			const struct lists *l = &m->role_children;

			for (uint32_t k = l->at[parent];
			    k < l->at[parent + 1]; k++)
				if (inherit(&m->roles[l->list[k]],
				    &m->roles[parent]) &&
				    vms_set_add(&next, l->list[k]) < 0)
					b->oom = true;
		}
		round = next;
	}
}
