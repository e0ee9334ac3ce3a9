/* SPDX-License-Identifier: MIT */
/*
 * Groups of people for the model: who is in which.  member holds DNs of
 * people and groups, memberUid login names; both count.
 */
#include "libvms/build_priv.h"

#include <stdlib.h>

/* gidNumber of a group; a group without one is no group of the host. */
static uint32_t
read_gid(const struct vms_entry *e, const char *attr, unsigned int *flaws)
{
	struct vms_str val;
	uint32_t gid;
	int r = vms_read_one(e, attr, &val);

	if (r != 0) {
		*flaws |= r == -2 ? VMS_FLAW_IDS : VMS_FLAW_NO_ID;
		return 0;
	}
	if (vms_id_parse(val, &gid) != 0)
		*flaws |= VMS_FLAW_BAD_ID;
	return gid;
}

void
vms_take_group(struct vms_model_builder *b, const struct vms_entry *e,
    uint32_t node)
{
	struct group *g = vms_build_push(b, &b->groups, sizeof(*g));
	struct node *n;

	if (g == NULL)
		return;
	memcpy(g->uuid, e->uuid, VMS_UUID_LEN);
	g->node = node;
	g->dn = vms_build_str(b, e->dn);
	g->name = vms_read_str(b, e, b->map.group_name.p);
	if (g->name.len == 0)
		g->flaws |= VMS_FLAW_NO_NAME;
	if (vms_read_all(e, b->map.group_name.p).n > 1)
		g->flaws |= VMS_FLAW_NAMES;
	g->gid = read_gid(e, b->map.group_gid.p, &g->flaws);
	g->members = vms_read_refs(b, e, b->map.member.p);
	g->member_uids = vms_read_strs(b, e, b->map.member_uid.p);
	n = b->nodes.p;
	n[node].kind = NODE_GROUP;
	n[node].index = b->groups.n - 1;
}

static void
add_pair(struct vms_model_builder *b, struct vec *v, uint32_t row,
    uint32_t value)
{
	struct pair *p = vms_build_push(b, v, sizeof(*p));

	if (p != NULL)
		*p = (struct pair){ row, value };
}

static int
compare_ids(const void *x, const void *y)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;

	return a < b ? -1 : a > b;
}

/* Turn login names into nodes beside the others.  Names compare as bytes
 * here; one that is ambiguous is nobody's. */
static void
resolve_uids(struct vms_model_builder *b, struct group *g)
{
	struct vms_model *m = b->m;
	uint32_t n = g->members.n, index;
	uint32_t *all;

	if (g->member_uids.n == 0)
		return;
	all = vms_build_alloc(b, (size_t)n + g->member_uids.n, sizeof(*all));
	if (all == NULL)
		return;
	for (uint32_t i = 0; i < n; i++)
		all[i] = g->members.v[i];
	for (uint32_t i = 0; i < g->member_uids.n; i++) {
		if (vms_model_user_by_name(m, g->member_uids.v[i], &index,
		    NULL) == 0 && vms_str_eq(m->users[index].name,
		    g->member_uids.v[i]))
			all[n++] = m->users[index].node;
		else
			vms_build_find(b, "group-member-dangling", g->dn,
			    "memberUid", false, "no user \"%.*s\"",
			    VMS_STR_ARG(g->member_uids.v[i]));
	}
	qsort(all, n, sizeof(*all), compare_ids);
	g->members = (struct ids){ all, n };
}

/* One finding for all members of a group that are not in the data: people
 * outside the bases are common. */
static void
link_members(struct vms_model_builder *b, uint32_t group, struct vec *users,
    struct vec *groups)
{
	struct group *g = &b->m->groups[group];
	const struct node *nodes = b->nodes.p;
	uint32_t lost = 0, first = 0;

	for (uint32_t i = 0; i < g->members.n; i++) {
		const struct node *n = &nodes[g->members.v[i]];

		if (n->kind == NODE_USER)
			add_pair(b, users, n->index, group);
		else if (n->kind == NODE_GROUP)
			add_pair(b, groups, n->index, group);
		else if (lost++ == 0)
			first = g->members.v[i];
	}
	if (lost > 0)
		vms_build_find(b, "group-member-dangling", g->dn,
		    b->map.member.p, false,
		    "%u of the members are neither user nor group here, "
		    "such as %.*s", lost, VMS_STR_ARG(nodes[first].ndn));
}

void
vms_link_groups(struct vms_model_builder *b)
{
	struct vec users = { 0 }, groups = { 0 };
	struct vms_model *m = b->m;

	for (uint32_t i = 0; i < m->n_groups && !b->oom; i++) {
		resolve_uids(b, &m->groups[i]);
		link_members(b, i, &users, &groups);
	}
	if (!b->oom)
		vms_link_pairs(b, &users, m->n_users, &m->user_groups);
	if (!b->oom)
		vms_link_pairs(b, &groups, m->n_groups, &m->group_groups);
	free(users.p);
	free(groups.p);
}
