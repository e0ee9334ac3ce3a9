/* SPDX-License-Identifier: MIT */
/*
 * Grants for the model.  What cannot be resolved makes an allow apply to
 * less and a denial apply to more; see the two sides of each rule below.
 */
#include "libvms/build_priv.h"

#include <stdlib.h>

static const struct {
	const char *word;
	const char *attr;	/* narrows whether it is named or not */
	unsigned int cond;
} conds[] = {
	{ "ip", "vmsIpPoolRef", COND_IP },
	{ "schedule", "vmsScheduleRef", COND_SCHEDULE },
	{ "service", "vmsService", COND_SERVICE },
	{ "approval", "vmsApproverRef", COND_APPROVAL },
	{ "validity", "vmsNotBefore", COND_VALIDITY },
	{ "validity", "vmsNotAfter", COND_VALIDITY },
	{ "archive-age", "vmsMaxArchiveAge", COND_ARCHIVE_AGE },
	{ "break-glass", NULL, COND_BREAK_GLASS },
	{ "disabled", NULL, COND_DISABLED },
	{ "none", NULL, 0 },
};

#define N_CONDS (sizeof(conds) / sizeof(conds[0]))

static unsigned int
read_conds(struct vms_model_builder *b, const struct vms_entry *e, bool allow)
{
	struct strs named = vms_read_all(e, "vmsCondition");
	unsigned int found = 0;

	for (size_t i = 0; i < N_CONDS; i++)
		if (conds[i].attr != NULL &&
		    vms_read_all(e, conds[i].attr).n > 0)
			found |= conds[i].cond;
	for (uint32_t k = 0; k < named.n; k++) {
		struct vms_str word = vms_str_trim(named.v[k]);
		size_t i = 0;

		while (i < N_CONDS &&
		    !vms_str_caseeq(word, vms_str_of(conds[i].word)))
			i++;
		if (i < N_CONDS) {
			found |= conds[i].cond;
			continue;
		}
		found |= COND_UNKNOWN;
		vms_build_find(b, "grant-condition-unknown", e->dn,
		    "vmsCondition", !allow,
		    "\"%.*s\" is no kind of condition", VMS_STR_ARG(word));
	}
	return found;
}

static void
read_conditions(struct vms_model_builder *b, const struct vms_entry *e,
    struct grant *g)
{
	bool several;

	g->conds = read_conds(b, e, g->allow);
	g->pools = vms_read_refs(b, e, "vmsIpPoolRef");
	g->schedule = vms_read_ref(b, e, "vmsScheduleRef", &several);
	g->approvers = vms_read_refs(b, e, "vmsApproverRef");
	g->services = vms_read_strs(b, e, "vmsService");
	g->valid = vms_read_bounds(b, e, !g->allow);
	g->max_age_s = vms_read_count(e, "vmsMaxArchiveAge");
	g->bad_age = g->max_age_s == -2;
	if (g->bad_age) {
		g->max_age_s = -1;
		vms_build_find(b, "grant-age-unreadable", e->dn,
		    "vmsMaxArchiveAge", !g->allow, "not a number of seconds");
	}
}

/* The entry's own words; a role's come when roles are linked. */
static void
read_gift(struct vms_model_builder *b, const struct vms_entry *e,
    struct grant *g)
{
	bool several = false, whole = true;

	g->role = NONE;
	g->is_role = vms_entry_is(e, VMS_STR("vmsRoleGrant"));
	if (g->is_role)
		g->role = vms_read_ref(b, e, "vmsRoleRef", &several);
	else
		whole = vms_read_actions(b, e, "grant-action-unknown",
		    !g->allow, &g->actions);
	g->every_action = !g->allow && !whole;
}

static void
find_flaws(struct vms_model_builder *b, const struct vms_entry *e,
    struct grant *g)
{
	if (vms_read_all(e, "vmsCondition").n == 0) {
		g->malformed = true;
		vms_build_find(b, "grant-condition-missing", e->dn,
		    "vmsCondition", !g->allow, g->allow ?
		    "the grant gives nothing" : "the denial always applies");
	}
	if (g->scope_all && g->targets.n > 0) {
		g->malformed = true;
		vms_build_find(b, "grant-scope-with-targets", e->dn,
		    "vmsTarget", !g->allow, g->allow ?
		    "the grant gives nothing" :
		    "the denial covers everything, always");
	}
	if (!g->allow && !vms_read_is(e, "vmsEffect", "deny"))
		vms_build_find(b, "grant-effect-unreadable", e->dn,
		    "vmsEffect", true, "the grant counts as a denial");
	if (g->everyone && g->subjects.n > 0)
		vms_build_find(b, "grant-subject-unused", e->dn, "vmsSubject",
		    false, "the scope is everyone: the list changes nothing");
	if (!g->everyone && g->subjects.n == 0)
		vms_build_find(b, "grant-subject-missing", e->dn,
		    "vmsSubject", !g->allow, "the grant is for nobody");
	if (!g->scope_all && g->targets.n == 0)
		vms_build_find(b, "grant-target-missing", e->dn, "vmsTarget",
		    !g->allow, "the grant covers nothing");
}

/* A word of a denial that stands beside others still widens it. */
static bool
scope_is(const struct vms_entry *e, const char *attr, const char *word,
    bool allow)
{
	return allow ? vms_read_is(e, attr, word) :
	    vms_read_has(e, attr, word);
}

void
vms_take_grant(struct vms_model_builder *b, const struct vms_entry *e,
    uint32_t node)
{
	struct grant *g = vms_build_push(b, &b->grants, sizeof(*g));
	struct node *n = b->nodes.p;

	if (g == NULL)
		return;
	n[node].kind = NODE_GRANT;
	g->node = node;
	g->dn = vms_build_str(b, e->dn);
	g->name = vms_read_name(b, e);
	g->allow = vms_read_is(e, "vmsEffect", "allow");
	g->everyone = scope_is(e, "vmsSubjectScope", "everyone", g->allow);
	g->scope_all = scope_is(e, "vmsTargetScope", "all", g->allow);
	g->cascade = scope_is(e, "vmsCascade", "TRUE", g->allow);
	g->subjects = vms_read_refs(b, e, "vmsSubject");
	g->targets = vms_read_refs(b, e, "vmsTarget");
	read_gift(b, e, g);
	read_conditions(b, e, g);
	find_flaws(b, e, g);
}

/* The actions of its role; a denial that then names none covers all. */
static void
resolve_gift(struct vms_model_builder *b, struct grant *g)
{
	const struct node *nodes = b->nodes.p;
	const struct role *role = NULL;

	if (g->role != NONE && nodes[g->role].kind == NODE_ROLE)
		role = &b->m->roles[nodes[g->role].index];
	if (role != NULL)
		g->actions = role->actions;
	else if (g->is_role)
		vms_build_find(b, "grant-role-dangling", g->dn, "vmsRoleRef",
		    !g->allow, g->allow ? "there is no such role: the grant "
		    "gives nothing" : "there is no such role: the denial "
		    "covers every action");
	if (g->allow)
		return;
	if (vms_action_set_is_empty(&g->actions) ||
	    (g->is_role && (role == NULL || !role->whole)))
		g->every_action = true;
	if (g->every_action && role != NULL)
		vms_build_find(b, "grant-role-unreadable", g->dn,
		    "vmsRoleRef", true, "the role is empty or names what is "
		    "unknown: the denial covers every action");
}

static void
resolve_targets(struct vms_model_builder *b, struct grant *g)
{
	const struct node *nodes = b->nodes.p;

	for (uint32_t i = 0; i < g->targets.n; i++) {
		uint32_t t = g->targets.v[i];
		bool camera;

		if (nodes[t].kind == NODE_THING || nodes[t].kind == NODE_USER)
			continue;
		/* A camera that was deleted needs no denial. */
		camera = vms_build_lies_in(b, t, "cameras");
		if (!camera)
			g->lost_target = true;
		vms_build_find(b, "grant-target-dangling", g->dn, "vmsTarget",
		    !g->allow && !camera, "nothing is called %.*s%s",
		    VMS_STR_ARG(nodes[t].ndn), !g->allow && !camera ?
		    ": the denial covers everything" : "");
	}
}

/*
 * What the server's referential integrity writes where the last subject was
 * deleted.  It stands for somebody who is gone, not for somebody unknown: if
 * it widened a denial, deleting one user would shut out everybody.
 */
#define GONE VMS_STR("cn=deleted")

static void
resolve_subjects(struct vms_model_builder *b, struct grant *g)
{
	const struct node *nodes = b->nodes.p;

	for (uint32_t i = 0; i < g->subjects.n; i++) {
		uint32_t s = g->subjects.v[i];

		if (nodes[s].kind == NODE_USER || nodes[s].kind == NODE_GROUP)
			continue;
		if (vms_str_eq(nodes[s].ndn, GONE)) {
			vms_build_find(b, "grant-subject-deleted", g->dn,
			    "vmsSubject", false, "its last user or group was "
			    "deleted: it applies to nobody");
			continue;
		}
		g->lost_subject = true;
		vms_build_find(b, "grant-subject-dangling", g->dn,
		    "vmsSubject", !g->allow, "no user or group is called "
		    "%.*s%s", VMS_STR_ARG(nodes[s].ndn), g->allow ? "" :
		    ": the denial applies to everyone");
	}
}

static int
compare_grants(const void *x, const void *y)
{
	const struct grant *a = x, *b = y;
	int r = vms_str_casecmp(a->name, b->name);

	return r != 0 ? r : vms_str_cmp(a->dn, b->dn);
}

static void
add_pair(struct vms_model_builder *b, struct vec *v, uint32_t row,
    uint32_t value)
{
	struct pair *p = vms_build_push(b, v, sizeof(*p));

	if (p != NULL)
		*p = (struct pair){ row, value };
}

static void
index_subjects(struct vms_model_builder *b)
{
	const struct node *nodes = b->nodes.p;
	struct vms_model *m = b->m;
	struct vec users = { 0 }, groups = { 0 };
	uint32_t *everyone = vms_build_alloc(b, m->n_grants,
	    sizeof(*everyone));

	for (uint32_t i = 0; i < m->n_grants && everyone != NULL; i++) {
		const struct grant *g = &m->grants[i];

		if (g->everyone || (!g->allow && g->lost_subject)) {
			everyone[m->n_everyone++] = i;
			continue;
		}
		for (uint32_t k = 0; k < g->subjects.n; k++) {
			const struct node *n = &nodes[g->subjects.v[k]];

			if (n->kind == NODE_USER)
				add_pair(b, &users, n->index, i);
			else if (n->kind == NODE_GROUP)
				add_pair(b, &groups, n->index, i);
		}
	}
	m->everyone = everyone;
	if (!b->oom)
		vms_link_pairs(b, &users, m->n_users, &m->user_grants);
	if (!b->oom)
		vms_link_pairs(b, &groups, m->n_groups, &m->group_grants);
	free(users.p);
	free(groups.p);
}

void
vms_link_grants(struct vms_model_builder *b)
{
	struct vms_model *m = b->m;

	if (m->n_grants > 0)
		qsort(m->grants, m->n_grants, sizeof(*m->grants),
		    compare_grants);
	for (uint32_t i = 0; i < m->n_grants; i++) {
		resolve_gift(b, &m->grants[i]);
		resolve_targets(b, &m->grants[i]);
		resolve_subjects(b, &m->grants[i]);
	}
	index_subjects(b);
}
