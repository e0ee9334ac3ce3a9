/* SPDX-License-Identifier: MIT */
/* Whom a grant is for and what it covers: see cover_priv.h. */
#include "libvms/cover_priv.h"

#include <stdlib.h>

static bool
is_group(const struct thing *t)
{
	return t->kind == VMS_KIND_CAMERAGROUP ||
	    t->kind == VMS_KIND_RECORDERGROUP;
}

/* What lists the thing itself: groups of either kind, and layouts. */
static int
add_holders(const struct vms_model *m, uint32_t thing, struct around *out)
{
	const struct lists *l = &m->thing_holders;
	const struct thing *inner = &m->things[thing];

	for (uint32_t i = l->at[thing]; i < l->at[thing + 1]; i++) {
		const struct thing *t = &m->things[l->list[i]];
		struct vms_set *set = NULL;

		/* A group passes on what is in groups of its own kind, a
		 * layout what is in camera groups and layouts. */
		if (is_group(t) && (thing == out->thing ||
		    t->kind == inner->kind))
			set = &out->groups;
		else if (t->kind == VMS_KIND_LAYOUT && (thing == out->thing ||
		    inner->kind != VMS_KIND_RECORDERGROUP))
			set = &out->layouts;
		if (set != NULL && vms_set_add(set, l->list[i]) < 0)
			return -1;
	}
	return 0;
}

int
vms_around_find(const struct vms_model *m, uint32_t thing,
    struct vms_arena *scratch, struct around *out)
{
	*out = (struct around){ .thing = thing };
	out->groups.arena = out->layouts.arena = scratch;
	if (thing == NONE)
		return 0;
	if (add_holders(m, thing, out) != 0)
		return -1;
	for (uint32_t i = 0; i < out->groups.n; i++)
		if (add_holders(m, out->groups.list[i], out) != 0)
			return -1;
	for (uint32_t i = 0; i < out->layouts.n; i++)
		if (add_holders(m, out->layouts.list[i], out) != 0)
			return -1;
	return 0;
}

bool
vms_ids_have(struct ids ids, uint32_t id)
{
	uint32_t lo = 0, hi = ids.n;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (ids.v[mid] == id)
			return true;
		if (ids.v[mid] < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return false;
}

static bool
lists_any(const struct vms_model *m, const struct grant *g,
    const struct vms_set *things)
{
	for (uint32_t i = 0; i < things->n; i++)
		if (vms_ids_have(g->targets, m->things[things->list[i]].node))
			return true;
	return false;
}

const struct thing *
vms_model_thing_of_node(const struct vms_model *m, uint32_t node)
{
	if (node == NONE || m->nodes[node].kind != NODE_THING)
		return NULL;
	return &m->things[m->nodes[node].index];
}

bool
vms_grant_covers(const struct vms_model *m, const struct grant *g,
    const struct around *a, bool imply)
{
	const struct thing *t, *home;

	if (g->scope_all || (!g->allow && g->lost_target))
		return true;
	if (a->thing == NONE)
		return false;
	t = &m->things[a->thing];
	if (vms_ids_have(g->targets, t->node))
		return true;
	if (!g->cascade)
		return false;
	/* Failover moves no rights: only the home counts. */
	home = vms_model_thing_of_node(m, t->home);
	if (home != NULL && home->kind == VMS_KIND_RECORDER &&
	    vms_ids_have(g->targets, home->node))
		return true;
	return lists_any(m, g, &a->groups) ||
	    (imply && lists_any(m, g, &a->layouts));
}

int
vms_groups_of(const struct vms_model *m, uint32_t user,
    struct vms_arena *scratch, struct vms_set *groups)
{
	const struct lists *l = &m->user_groups;

	*groups = (struct vms_set){ .arena = scratch };
	for (uint32_t i = l->at[user]; i < l->at[user + 1]; i++)
		if (vms_set_add(groups, l->list[i]) < 0)
			return -1;
	l = &m->group_groups;
	for (uint32_t k = 0; k < groups->n; k++) {
		uint32_t g = groups->list[k];

		for (uint32_t i = l->at[g]; i < l->at[g + 1]; i++)
			if (vms_set_add(groups, l->list[i]) < 0)
				return -1;
	}
	return 0;
}

static int
add_row(const struct lists *l, uint32_t row, struct vms_set *out)
{
	for (uint32_t i = l->at[row]; i < l->at[row + 1]; i++)
		if (vms_set_add(out, l->list[i]) < 0)
			return -1;
	return 0;
}

static int
compare_numbers(const void *x, const void *y)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;

	return a < b ? -1 : a > b;
}

int
vms_grants_of(const struct vms_model *m, uint32_t user,
    struct vms_arena *scratch, struct vms_set *grants)
{
	struct vms_set groups;

	*grants = (struct vms_set){ .arena = scratch };
	if (vms_groups_of(m, user, scratch, &groups) != 0 ||
	    add_row(&m->user_grants, user, grants) != 0)
		return -1;
	for (uint32_t i = 0; i < groups.n; i++)
		if (add_row(&m->group_grants, groups.list[i], grants) != 0)
			return -1;
	for (uint32_t i = 0; i < m->n_everyone; i++)
		if (vms_set_add(grants, m->everyone[i]) < 0)
			return -1;
	/* Only the list is used from here on. */
	if (grants->n > 0)
		qsort(grants->list, grants->n, sizeof(*grants->list),
		    compare_numbers);
	return 0;
}

const struct role *
vms_model_role_of(const struct vms_model *m, const struct grant *g)
{
	if (g->role == NONE || m->nodes[g->role].kind != NODE_ROLE)
		return NULL;
	return &m->roles[m->nodes[g->role].index];
}

bool
vms_is_owner(const struct vms_model *m, uint32_t user,
    const struct vms_set *grants)
{
	const struct facts *f = m->users[user].facts;

	if (f == NULL || m->users[user].several_facts || !f->protected)
		return false;
	for (uint32_t i = 0; i < grants->n; i++) {
		const struct grant *g = &m->grants[grants->list[i]];
		const struct role *r = vms_model_role_of(m, g);

		if (g->allow && r != NULL && r->is_owner)
			return true;
	}
	return false;
}

static int
compare_things(const void *x, const void *y, void *arg)
{
	const struct thing *things = arg;
	const struct thing *a = &things[*(const uint32_t *)x];
	const struct thing *b = &things[*(const uint32_t *)y];
	int r = vms_str_casecmp(a->name, b->name);

	return r != 0 ? r : vms_str_cmp(a->dn, b->dn);
}

int
vms_cameras_in(const struct vms_model *m, uint32_t container,
    struct vms_arena *scratch, struct vms_set *cameras)
{
	struct vms_set open = { .arena = scratch };

	*cameras = (struct vms_set){ .arena = scratch };
	if (vms_set_add(&open, container) < 0)
		return -1;
	for (uint32_t i = 0; i < open.n; i++) {
		const struct thing *outer = &m->things[open.list[i]];

		for (uint32_t k = 0; k < outer->members.n; k++) {
			const struct node *n = &m->nodes[outer->members.v[k]];
			const struct thing *t = n->kind == NODE_THING ?
			    &m->things[n->index] : NULL;
			struct vms_set *set = NULL;

			if (t != NULL && t->kind == VMS_KIND_CAMERA)
				set = cameras;
			else if (t != NULL &&
			    (t->kind == VMS_KIND_CAMERAGROUP ||
			    t->kind == outer->kind))
				set = &open;
			if (set != NULL && vms_set_add(set, n->index) < 0)
				return -1;
		}
	}
	if (cameras->n > 0)
		qsort_r(cameras->list, cameras->n, sizeof(*cameras->list),
		    compare_things, m->things);
	return 0;
}
