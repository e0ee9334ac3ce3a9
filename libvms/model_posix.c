/* SPDX-License-Identifier: MIT */
/*
 * The POSIX side of the model: users, directory groups with all nested
 * members, and the groups of roles that are held on this recorder.
 */
#include "libvms/build_priv.h"

#include <stdlib.h>

#include "libvms/cover_priv.h"

/* Walks from groups down to users; marks are compared with the round. */
struct walk {
	uint32_t *group_marks, *user_marks;
	uint32_t round;
	uint32_t *queue;	/* groups to open */
	uint32_t *found;	/* users */
	uint32_t n_queue, n_found;
};

static void
meet(struct vms_model_builder *b, struct walk *w, uint32_t node)
{
	const struct node *n = (const struct node *)b->nodes.p + node;

	if (n->kind == NODE_USER && w->user_marks[n->index] != w->round) {
		w->user_marks[n->index] = w->round;
		w->found[w->n_found++] = n->index;
	} else if (n->kind == NODE_GROUP &&
	    w->group_marks[n->index] != w->round) {
		w->group_marks[n->index] = w->round;
		w->queue[w->n_queue++] = n->index;
	}
}

static void
walk_start(struct walk *w)
{
	w->round++;
	w->n_queue = w->n_found = 0;
}

static void
walk_down(struct vms_model_builder *b, struct walk *w)
{
	for (uint32_t i = 0; i < w->n_queue; i++) {
		struct ids members = b->m->groups[w->queue[i]].members;

		for (uint32_t k = 0; k < members.n; k++)
			meet(b, w, members.v[k]);
	}
}

static int
compare_numbers(const void *x, const void *y)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;

	return a < b ? -1 : a > b;
}

/* What was found, ascending, as the members of a group. */
static void
keep_found(struct vms_model_builder *b, struct walk *w,
    struct vms_posix_group *out)
{
	if (w->n_found > 0)
		qsort(w->found, w->n_found, sizeof(*w->found),
		    compare_numbers);
	out->users = vms_arena_dup(&b->m->arena, w->found, w->n_found,
	    sizeof(*w->found));
	out->n_users = w->n_found;
	if (out->users == NULL)
		b->oom = true;
}

/* Users of a grant's subjects. */
static void
meet_subjects(struct vms_model_builder *b, struct walk *w,
    const struct grant *g)
{
	for (uint32_t i = 0; !g->everyone && i < g->subjects.n; i++)
		meet(b, w, g->subjects.v[i]);
	for (uint32_t i = 0; g->everyone && i < b->m->n_users; i++)
		if (b->m->users[i].facts != NULL &&
		    !b->m->users[i].several_facts)
			meet(b, w, b->m->users[i].node);
}

static bool
gives_login(const struct grant *g)
{
	for (int i = 0; i < vms_action_count(); i++)
		if (vms_action_get(i)->klass == VMS_ACTION_LOGIN &&
		    vms_action_set_has(&g->actions, i))
			return true;
	return false;
}

/* An allow that is not switched off, whatever its other conditions. */
static bool
is_live(const struct grant *g)
{
	return g->allow && !g->malformed && (g->conds & COND_DISABLED) == 0;
}

static void
find_reaching(struct vms_model_builder *b, struct walk *w,
    const struct around *here)
{
	struct vms_model *m = b->m;

	walk_start(w);
	for (uint32_t i = 0; i < m->n_grants; i++) {
		const struct grant *g = &m->grants[i];

		if (is_live(g) && gives_login(g) &&
		    vms_grant_covers(m, g, here, false))
			meet_subjects(b, w, g);
	}
	walk_down(b, w);
	for (uint32_t i = 0; i < w->n_found; i++)
		m->users[w->found[i]].reaches = true;
	/* Owners need no grant that covers the recorder. */
	walk_start(w);
	for (uint32_t i = 0; i < m->n_grants; i++) {
		const struct role *r = vms_model_role_of(m, &m->grants[i]);

		if (m->grants[i].allow && r != NULL && r->is_owner)
			meet_subjects(b, w, &m->grants[i]);
	}
	walk_down(b, w);
	for (uint32_t i = 0; i < w->n_found; i++) {
		struct user *u = &m->users[w->found[i]];

		if (u->facts != NULL && u->facts->protected)
			u->reaches = true;
	}
}

static void
add_role_group(struct vms_model_builder *b, struct walk *w,
    const struct around *here, const struct role *r,
    struct vms_posix_group *out)
{
	memcpy(out->uuid, r->uuid, VMS_UUID_LEN);
	out->dn = r->dn;
	out->name = r->unix_group;
	out->gid = r->gid;
	out->flaws = r->flaws;
	out->role = true;
	walk_start(w);
	for (uint32_t i = 0; i < b->m->n_grants; i++) {
		const struct grant *g = &b->m->grants[i];

		/* Break-glass is for a while: no group follows from it. */
		if (is_live(g) && g->role == r->node &&
		    (g->conds & COND_BREAK_GLASS) == 0 &&
		    vms_grant_covers(b->m, g, here, false))
			meet_subjects(b, w, g);
	}
	walk_down(b, w);
	keep_found(b, w, out);
}

static void
add_groups(struct vms_model_builder *b, struct walk *w,
    const struct around *here)
{
	struct vms_model *m = b->m;
	struct vms_posix_group *out = vms_build_alloc(b,
	    (size_t)m->n_groups + m->n_roles, sizeof(*out));
	uint32_t n = 0;

	for (uint32_t i = 0; out != NULL && i < m->n_groups; i++) {
		const struct group *g = &m->groups[i];

		/* groupOfNames carry no gid: they only nest. */
		if ((g->flaws & VMS_FLAW_NO_ID) != 0)
			continue;
		memcpy(out[n].uuid, g->uuid, VMS_UUID_LEN);
		out[n].dn = g->dn;
		out[n].name = g->name;
		out[n].gid = g->gid;
		out[n].flaws = g->flaws;
		walk_start(w);
		w->group_marks[i] = w->round;
		w->queue[w->n_queue++] = i;
		walk_down(b, w);
		keep_found(b, w, &out[n++]);
	}
	for (uint32_t i = 0; out != NULL && i < m->n_roles; i++)
		if ((m->roles[i].flaws & VMS_FLAW_NO_NAME) == 0)
			add_role_group(b, w, here, &m->roles[i], &out[n++]);
	m->posix.groups = out;
	m->posix.n_groups = n;
}

static void
add_users(struct vms_model_builder *b)
{
	struct vms_model *m = b->m;
	struct vms_posix_user *out = vms_build_alloc(b, m->n_users,
	    sizeof(*out));

	for (uint32_t i = 0; out != NULL && i < m->n_users; i++) {
		const struct user *u = &m->users[i];

		memcpy(out[i].uuid, u->uuid, VMS_UUID_LEN);
		out[i].dn = u->dn;
		out[i].name = u->name;
		out[i].gecos = u->gecos;
		out[i].home = u->home;
		out[i].shell = u->shell;
		out[i].uid = u->uid;
		out[i].gid = u->gid;
		out[i].flaws = u->flaws;
		out[i].disabled = u->locked || u->facts == NULL ||
		    u->several_facts || u->facts->state != STATE_ENABLED;
		out[i].reaches = u->reaches;
	}
	m->posix.users = out;
	m->posix.n_users = m->n_users;
}

void
vms_link_posix(struct vms_model_builder *b)
{
	struct vms_model *m = b->m;
	struct walk w = { 0 };
	struct around here;

	if (!b->params->posix)
		return;
	/* The walks and the rules of reach look nodes up in the model. */
	m->nodes = b->nodes.p;
	w.group_marks = calloc((size_t)m->n_groups + 1, sizeof(uint32_t));
	w.user_marks = calloc((size_t)m->n_users + 1, sizeof(uint32_t));
	w.queue = calloc((size_t)m->n_groups + 1, sizeof(uint32_t));
	w.found = calloc((size_t)m->n_users + 1, sizeof(uint32_t));
	if (w.group_marks == NULL || w.user_marks == NULL ||
	    w.queue == NULL || w.found == NULL ||
	    vms_around_find(m, vms_model_thing_by_name(m, VMS_KIND_RECORDER,
	    b->params->recorder), &b->scratch, &here) != 0) {
		b->oom = true;
	} else {
		if (here.thing != NONE)
			find_reaching(b, &w, &here);
		add_groups(b, &w, &here);
		add_users(b);
	}
	free(w.group_marks);
	free(w.user_marks);
	free(w.queue);
	free(w.found);
	m->nodes = NULL;
}
