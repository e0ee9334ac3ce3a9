/* SPDX-License-Identifier: MIT */
/* The conditions of a grant: which of them are not true just now. */
#include "libvms/decide_priv.h"

static uint32_t
unless(enum holds h, enum vms_reason reason)
{
	if (h == HOLDS)
		return 0;
	return h == HOLDS_UNKNOWN ? MISS(VMS_R_CONDITION_UNEVALUABLE) :
	    MISS(reason);
}

/* Jobs and root's own su come from nowhere: no pool speaks of them. */
static enum holds
judge_ip(const struct decision *d, const struct grant *g)
{
	if (g->pools.n == 0 || d->from.kind == VMS_FROM_UNKNOWN ||
	    d->from.kind == VMS_FROM_UNBOUND ||
	    (d->service != NULL && (d->service->klass == VMS_CLASS_BATCH ||
	    d->service->klass == VMS_CLASS_SELF)))
		return HOLDS_UNKNOWN;
	return vms_pools_hold(d, g->pools, true);
}

/* A question without a service is not one through a named service. */
static enum holds
judge_service(const struct decision *d, const struct grant *g)
{
	if (g->services.n == 0)
		return HOLDS_UNKNOWN;
	for (uint32_t i = 0; d->service != NULL && i < g->services.n; i++)
		if (vms_str_eq(g->services.v[i], d->rq->service))
			return HOLDS;
	return HOLDS_NOT;
}

/* Whether somebody is named, or in a group that is, at any depth. */
static int
is_listed(const struct decision *d, uint32_t user, struct ids refs)
{
	struct vms_set groups;

	if (vms_ids_have(refs, d->m->users[user].node))
		return 1;
	if (vms_groups_of(d->m, user, d->scratch, &groups) != 0)
		return -1;
	for (uint32_t i = 0; i < groups.n; i++)
		if (vms_ids_have(refs, d->m->groups[groups.list[i]].node))
			return 1;
	return 0;
}

static uint32_t
judge_approval(const struct decision *d, const struct grant *g)
{
	uint32_t second;

	for (uint32_t i = 0; i < g->approvers.n; i++) {
		enum node_kind kind = d->m->nodes[g->approvers.v[i]].kind;

		if (kind != NODE_USER && kind != NODE_GROUP)
			return MISS(VMS_R_CONDITION_UNEVALUABLE);
	}
	if (g->approvers.n == 0)
		return MISS(VMS_R_CONDITION_UNEVALUABLE);
	if (d->rq->approver.len == 0)
		return MISS(VMS_R_APPROVAL_REQUIRED);
	if (vms_model_user_by_name(d->m, d->rq->approver, &second,
	    NULL) != 0 || second == d->user ||
	    d->m->users[second].several_facts ||
	    vms_account_fault(d, &d->m->users[second]) != VMS_R_GRANT)
		return MISS(VMS_R_APPROVAL_INVALID);
	switch (is_listed(d, second, g->approvers)) {
	case 1:
		return 0;
	case 0:
		return MISS(VMS_R_APPROVAL_INVALID);
	default:
		return MISS(VMS_R_CONDITION_UNEVALUABLE);
	}
}

static uint32_t
judge_validity(const struct decision *d, const struct bounds *t)
{
	if (t->bad || d->rq->clock_untrusted ||
	    (!t->has_from && !t->has_until))
		return MISS(VMS_R_CONDITION_UNEVALUABLE);
	if (t->has_until && d->rq->now_s >= t->until_s)
		return MISS(VMS_R_GRANT_EXPIRED);
	if (t->has_from && d->rq->now_s < t->from_s)
		return MISS(VMS_R_GRANT_NOT_YET);
	return 0;
}

uint32_t
vms_grant_misses(const struct decision *d, const struct grant *g)
{
	uint32_t misses = 0;

	if ((g->conds & COND_IP) != 0)
		misses |= unless(judge_ip(d, g), VMS_R_GRANT_IP);
	if ((g->conds & COND_SCHEDULE) != 0)
		misses |= unless(vms_schedule_holds(d, g->schedule),
		    VMS_R_SCHEDULE_CLOSED);
	if ((g->conds & COND_SERVICE) != 0)
		misses |= unless(judge_service(d, g), VMS_R_GRANT_SERVICE);
	if ((g->conds & COND_APPROVAL) != 0)
		misses |= judge_approval(d, g);
	if ((g->conds & COND_VALIDITY) != 0)
		misses |= judge_validity(d, &g->valid);
	/* The age narrows what is seen later; here it need only be known. */
	if ((g->conds & COND_ARCHIVE_AGE) != 0 &&
	    (g->bad_age || g->max_age_s < 0))
		misses |= MISS(VMS_R_CONDITION_UNEVALUABLE);
	if ((g->conds & COND_BREAK_GLASS) != 0 && !d->rq->break_glass)
		misses |= MISS(VMS_R_BREAK_GLASS_INACTIVE);
	if ((g->conds & COND_DISABLED) != 0)
		misses |= MISS(VMS_R_GRANT_DISABLED);
	if ((g->conds & COND_UNKNOWN) != 0)
		misses |= MISS(VMS_R_CONDITION_UNEVALUABLE);
	return misses;
}
