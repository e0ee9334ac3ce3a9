/* SPDX-License-Identifier: MIT */
/* What others may look at in a model. */
#include "libvms/cover_priv.h"

#include <stdlib.h>

const struct vms_finding *
vms_model_findings(const struct vms_model *m, uint32_t *n)
{
	*n = m->n_findings;
	return m->findings;
}

struct vms_model_counts
vms_model_counts(const struct vms_model *m)
{
	struct vms_model_counts c = { .users = m->n_users,
		.groups = m->n_groups, .roles = m->n_roles,
		.grants = m->n_grants, .pools = m->n_pools,
		.schedules = m->n_timetables };

	for (uint32_t i = 0; i < m->n_things; i++) {
		enum vms_kind kind = m->things[i].kind;

		c.recorders += kind == VMS_KIND_RECORDER;
		c.cameras += kind == VMS_KIND_CAMERA;
		c.cameragroups += kind == VMS_KIND_CAMERAGROUP;
		c.layouts += kind == VMS_KIND_LAYOUT;
	}
	return c;
}

struct vms_posix
vms_model_posix(const struct vms_model *m)
{
	return m->posix;
}

struct vms_user_view
vms_model_user(const struct vms_model *m, uint32_t index)
{
	const struct user *u = &m->users[index];
	const struct facts *f = u->several_facts ? NULL : u->facts;

	return (struct vms_user_view){
		.uuid = u->uuid,
		.dn = u->dn,
		.name = u->name,
		.uid = u->uid,
		.gid = u->gid,
		.language = u->language,
		.ssh_keys = u->keys.v,
		.n_ssh_keys = u->keys.n,
		.must_change = u->must_change,
		.blocked = u->locked || f == NULL || f->state !=
		    STATE_ENABLED,
		.stamp = u->stamp,
		.own_facts = u->has_own,
		.max_sessions = f == NULL ? -1 : f->max_sessions,
	};
}

static int
compare_roles(const void *x, const void *y)
{
	const struct role *a = *(const struct role *const *)x;
	const struct role *b = *(const struct role *const *)y;

	if (a->rank != b->rank)
		return a->rank > b->rank ? -1 : 1;
	return vms_str_casecmp(a->name, b->name);
}

/* Roles of live grants that cover the place, each once; -1 no memory. */
static int
find_roles(const struct vms_model *m, const struct vms_set *grants,
    const struct around *here, struct vms_set *roles)
{
	for (uint32_t i = 0; i < grants->n; i++) {
		const struct grant *g = &m->grants[grants->list[i]];
		const struct role *r = vms_model_role_of(m, g);

		if (r != NULL && g->allow && !g->malformed &&
		    (g->conds & (COND_DISABLED | COND_BREAK_GLASS)) == 0 &&
		    vms_grant_covers(m, g, here, false) &&
		    vms_set_add(roles, (uint32_t)(r - m->roles)) < 0)
			return -1;
	}
	return 0;
}

const struct vms_str *
vms_model_user_roles(const struct vms_model *m, uint32_t index,
    struct vms_str recorder, struct vms_arena *scratch, uint32_t *n)
{
	struct vms_set grants, roles = { .arena = scratch };
	const struct role **list;
	struct vms_str *names;
	struct around here;

	*n = 0;
	if (vms_around_find(m, vms_model_thing_by_name(m, VMS_KIND_RECORDER,
	    recorder), scratch, &here) != 0 || here.thing == NONE ||
	    vms_grants_of(m, index, scratch, &grants) != 0 ||
	    find_roles(m, &grants, &here, &roles) != 0)
		return NULL;
	list = vms_arena_calloc(scratch, roles.n, sizeof(*list));
	names = vms_arena_calloc(scratch, roles.n, sizeof(*names));
	if (list == NULL || names == NULL)
		return NULL;
	for (uint32_t i = 0; i < roles.n; i++)
		list[i] = &m->roles[roles.list[i]];
	if (roles.n > 0)
		qsort(list, roles.n, sizeof(*list), compare_roles);
	for (uint32_t i = 0; i < roles.n; i++)
		names[i] = list[i]->name;
	*n = roles.n;
	return names;
}

bool
vms_model_recorder_known(const struct vms_model *m, struct vms_str cn)
{
	uint32_t i = vms_model_thing_by_name(m, VMS_KIND_RECORDER, cn);

	return i != NONE && m->things[i].enabled;
}
