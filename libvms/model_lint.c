/* SPDX-License-Identifier: MIT */
/* Findings that need the whole model: references of users and grants, loops,
 * an estate without an owner. */
#include "libvms/build_priv.h"

#include <stdlib.h>

#include "libvms/cover_priv.h"

static bool
is_kind(struct vms_model_builder *b, uint32_t node, enum node_kind kind)
{
	return node != NONE &&
	    ((const struct node *)b->nodes.p)[node].kind == kind;
}

static uint32_t
count_lost_pools(struct vms_model_builder *b, struct ids pools)
{
	uint32_t lost = 0;

	for (uint32_t i = 0; i < pools.n; i++)
		lost += !is_kind(b, pools.v[i], NODE_POOL);
	return lost;
}

static void
lint_user(struct vms_model_builder *b, const struct user *u)
{
	const struct facts *f = u->facts;

	if (f == NULL || u->several_facts)
		return;
	if (f->ip_mode == IP_POOL &&
	    count_lost_pools(b, f->pools) == f->pools.n)
		vms_build_find(b, "user-pool-missing", u->dn, "vmsIpPoolRef",
		    false, "bound to a pool and there is none: every login "
		    "is denied");
	else if (count_lost_pools(b, f->pools) > 0)
		vms_build_find(b, "user-pool-dangling", u->dn,
		    "vmsIpPoolRef", false, "a pool is not there");
	if (f->has_schedule && !is_kind(b, f->schedule, NODE_SCHEDULE))
		vms_build_find(b, "user-schedule-dangling", u->dn,
		    "vmsScheduleRef", false,
		    "not one schedule that is there: the user is denied");
}

static void
lost(struct vms_model_builder *b, const struct grant *g, const char *attr,
    const char *what)
{
	vms_build_find(b, "grant-condition-unevaluable", g->dn, attr,
	    !g->allow, "%s: the %s", what, g->allow ?
	    "grant does not apply" : "denial always applies");
}

static bool
has_lost_approver(struct vms_model_builder *b, const struct grant *g)
{
	for (uint32_t i = 0; i < g->approvers.n; i++)
		if (!is_kind(b, g->approvers.v[i], NODE_USER) &&
		    !is_kind(b, g->approvers.v[i], NODE_GROUP))
			return true;
	return g->approvers.n == 0;
}

static void
lint_grant(struct vms_model_builder *b, const struct grant *g)
{
	const struct bounds *t = &g->valid;

	if ((g->conds & COND_IP) != 0 && (g->pools.n == 0 ||
	    count_lost_pools(b, g->pools) > 0))
		lost(b, g, "vmsIpPoolRef", "a pool is not there");
	if ((g->conds & COND_SCHEDULE) != 0 &&
	    !is_kind(b, g->schedule, NODE_SCHEDULE))
		lost(b, g, "vmsScheduleRef",
		    "not one schedule that is there");
	if ((g->conds & COND_SERVICE) != 0 && g->services.n == 0)
		lost(b, g, "vmsService", "no service is named");
	if ((g->conds & COND_APPROVAL) != 0 && has_lost_approver(b, g))
		lost(b, g, "vmsApproverRef", "an approver is not there");
	if ((g->conds & COND_VALIDITY) != 0 && !t->bad && !t->has_from &&
	    !t->has_until)
		lost(b, g, "vmsNotAfter", "neither beginning nor end");
	if ((g->conds & COND_ARCHIVE_AGE) != 0 && !g->bad_age &&
	    g->max_age_s < 0)
		lost(b, g, "vmsMaxArchiveAge", "no age is given");
}

/* What nothing leads to is no part of a loop: take it away, and again. */
static void
peel(const struct lists *l, uint32_t n, bool *alive, uint32_t *ways,
    uint32_t *queue)
{
	uint32_t n_queue = 0;

	memset(ways, 0, n * sizeof(*ways));
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t k = l->at[i]; alive[i] && k < l->at[i + 1]; k++)
			ways[l->list[k]]++;
	for (uint32_t i = 0; i < n; i++)
		if (alive[i] && ways[i] == 0)
			queue[n_queue++] = i;
	for (uint32_t q = 0; q < n_queue; q++) {
		uint32_t i = queue[q];

		alive[i] = false;
		for (uint32_t k = l->at[i]; k < l->at[i + 1]; k++)
			if (alive[l->list[k]] && --ways[l->list[k]] == 0)
				queue[n_queue++] = l->list[k];
	}
}

/* The same arrows the other way round. */
static void
turn(struct vms_model_builder *b, const struct lists *l, uint32_t n,
    struct lists *out)
{
	struct vec pairs = { 0 };

	for (uint32_t i = 0; i < n; i++)
		for (uint32_t k = l->at[i]; k < l->at[i + 1]; k++) {
			struct pair *p = vms_build_push(b, &pairs,
			    sizeof(*p));

			if (p != NULL)
				*p = (struct pair){ l->list[k], i };
		}
	if (!b->oom)
		vms_link_pairs(b, &pairs, n, out);
	free(pairs.p);
}

/* Report what lies on a loop, or on a way between two. */
static void
lint_loops(struct vms_model_builder *b, const struct lists *l, uint32_t n,
    struct vms_str (*dn_of)(const struct vms_model *, uint32_t),
    const char *code)
{
	bool *alive = calloc((size_t)n + 1, sizeof(*alive));
	uint32_t *ways = calloc((size_t)n + 1, sizeof(*ways));
	uint32_t *queue = calloc((size_t)n + 1, sizeof(*queue));
	struct lists back = { 0 };

	turn(b, l, n, &back);
	if (alive == NULL || ways == NULL || queue == NULL)
		b->oom = true;
	if (!b->oom) {
		memset(alive, true, n);
		peel(l, n, alive, ways, queue);
		peel(&back, n, alive, ways, queue);
	}
	for (uint32_t i = 0; !b->oom && i < n; i++)
		if (alive[i])
			vms_build_find(b, code, dn_of(b->m, i), NULL, false,
			    "part of a loop, which is cut");
	free(alive);
	free(ways);
	free(queue);
}

static struct vms_str
group_dn(const struct vms_model *m, uint32_t i)
{
	return m->groups[i].dn;
}

static struct vms_str
thing_dn(const struct vms_model *m, uint32_t i)
{
	return m->things[i].dn;
}

static struct vms_str
role_dn(const struct vms_model *m, uint32_t i)
{
	return m->roles[i].dn;
}

static void
lint_policy(struct vms_model_builder *b)
{
	struct vms_str value;
	int64_t age_s;

	if (b->m->policy.dn.len == 0) {
		vms_build_find(b, "policy-missing", (struct vms_str){ NULL, 0 },
		    NULL, false, "no vmsPolicy entry: defaults hold");
		return;
	}
	if (vms_model_parameter(b->m, VMS_STR("cache-max-age"),
	    &value) == 0 && vms_num_parse(value, 0, INT64_MAX, &age_s) != 0)
		vms_build_find(b, "parameter-unreadable", b->m->policy.dn,
		    "vmsParameter", true, "cache-max-age is not a number of "
		    "seconds: nothing is decided without the directory");
}

void
vms_lint_model(struct vms_model_builder *b)
{
	struct vms_model *m = b->m;

	for (uint32_t i = 0; i < m->n_users; i++)
		lint_user(b, &m->users[i]);
	for (uint32_t i = 0; i < m->n_grants; i++)
		lint_grant(b, &m->grants[i]);
	for (uint32_t i = 0; i < m->n_things; i++) {
		const struct thing *t = &m->things[i];
		const struct node *nodes = b->nodes.p;

		if (t->kind == VMS_KIND_CAMERA &&
		    (!is_kind(b, t->home, NODE_THING) ||
		    m->things[nodes[t->home].index].kind !=
		    VMS_KIND_RECORDER))
			vms_build_find(b, "camera-recorder-dangling", t->dn,
			    "vmsHomeRecorder", false, "no recorder of its "
			    "own: grants on recorders do not cover it");
	}
	lint_policy(b);
	if (!b->oom)
		lint_loops(b, &m->group_groups, m->n_groups, group_dn,
		    "group-loop");
	if (!b->oom)
		lint_loops(b, &m->thing_holders, m->n_things, thing_dn,
		    "member-loop");
	if (!b->oom)
		lint_loops(b, &m->role_children, m->n_roles, role_dn,
		    "role-loop");
}
