/* SPDX-License-Identifier: MIT */
/* Steps 10 to 13: which grant gives this action on this resource, if any. */
#include "libvms/decide_priv.h"

/* One action on one resource. */
struct question {
	int action;
	enum vms_scope scope;
	const struct around *on;
	uint32_t target_user;
	bool imply;		/* listed layouts count */
	bool aged;		/* the archive's age matters */
	bool trace;
};

static bool
is_policy_imply(const struct decision *d)
{
	struct vms_str mode;

	return vms_policy_value(d, VMS_STR("vmsLayoutMode"), &mode) == 0 &&
	    vms_str_caseeq(vms_str_trim(mode), VMS_STR("imply"));
}

static bool
covers(const struct decision *d, const struct grant *g,
    const struct question *q)
{
	/* For one's own things the target is not looked at. */
	if (q->scope == VMS_SCOPE_SELF)
		return true;
	if (q->scope == VMS_SCOPE_USER && vms_ids_have(g->targets,
	    d->m->users[q->target_user].node))
		return true;
	return vms_grant_covers(d->m, g, q->on, q->imply);
}

static bool
is_collected(const struct decision *d, const struct grant *g,
    const struct question *q)
{
	return (g->every_action || vms_action_set_has(&g->actions,
	    q->action)) && covers(d, g, q);
}

/* Step 12: true conditions and those that nobody can judge let a denial
 * stand; one that is plainly false takes it away. */
static const struct grant *
find_denial(struct decision *d, const struct question *q)
{
	for (uint32_t i = 0; i < d->grants.n; i++) {
		const struct grant *g = &d->m->grants[d->grants.list[i]];

		if (g->allow || !is_collected(d, g, q))
			continue;
		if (g->malformed || (vms_grant_misses(d, g) &
		    ~MISS(VMS_R_CONDITION_UNEVALUABLE)) == 0)
			return g;
		if (q->trace)
			vms_trace_step(d, 12, true, g->dn,
			    "denial %.*s: its conditions do not hold",
			    VMS_STR_ARG(g->name));
	}
	return NULL;
}

static int64_t
age_of(const struct grant *g, const struct question *q)
{
	return q->aged ? g->max_age_s : -1;
}

/* Whether a binds less than b, which comes earlier by name. */
static bool
binds_less(const struct grant *a, const struct grant *b,
    const struct question *q)
{
	bool glass_a = (a->conds & COND_BREAK_GLASS) != 0;
	bool glass_b = (b->conds & COND_BREAK_GLASS) != 0;
	int64_t age_a = age_of(a, q), age_b = age_of(b, q);

	if (glass_a != glass_b)
		return glass_b;
	if (age_b < 0)
		return false;
	return age_a < 0 || age_a > age_b;
}

static void
trace_allow(struct decision *d, const struct grant *g,
    const struct question *q, uint32_t misses)
{
	enum vms_reason why = VMS_R_APPROVAL_REQUIRED;

	if (!q->trace || d->trace == NULL)
		return;
	while (misses != 0 && (misses & MISS(why)) == 0)
		why++;
	vms_trace_step(d, 13, misses == 0, g->dn, "grant %.*s: %s",
	    VMS_STR_ARG(g->name), misses == 0 ? "applies" :
	    vms_reason_name(why).p);
}

/* Step 13: the grant that binds least of those that apply; NULL with what
 * kept the others from it. */
static const struct grant *
choose(struct decision *d, const struct question *q, uint32_t *misses)
{
	const struct grant *best = NULL;

	*misses = MISS(VMS_R_NO_GRANT);
	for (uint32_t i = 0; i < d->grants.n; i++) {
		const struct grant *g = &d->m->grants[d->grants.list[i]];
		uint32_t m;

		if (!g->allow || !is_collected(d, g, q))
			continue;
		m = g->malformed ? MISS(VMS_R_GRANT_MALFORMED) :
		    vms_grant_misses(d, g);
		trace_allow(d, g, q, m);
		if (m == 0 && (best == NULL || binds_less(g, best, q)))
			best = g;
		*misses |= m;
	}
	return best;
}

static struct question
ask(const struct decision *d, int action, const struct around *on,
    uint32_t target_user, bool trace)
{
	const struct vms_action *a = vms_action_get(action);
	struct question q = { action, a->scope, on, target_user, false,
		false, trace };

	q.imply = vms_str_eq(a->name, VMS_STR("live.view")) &&
	    is_policy_imply(d);
	q.aged = vms_str_has_prefix(a->name, VMS_STR("archive.")) ||
	    vms_str_has_prefix(a->name, VMS_STR("bookmark."));
	return q;
}

bool
vms_steps_grant(struct decision *d, int action, const struct around *on,
    uint32_t target_user, bool trace, struct given *out,
    enum vms_reason *why, struct vms_str *name)
{
	struct question q;
	const struct grant *g;
	uint32_t misses;

	*out = (struct given){ NULL, -1 };
	*name = (struct vms_str){ NULL, 0 };
	if (d->owner) {						/* 10 */
		if (trace)
			vms_trace_step(d, 10, true, d->v->user_dn, "owner");
		return true;
	}
	q = ask(d, action, on, target_user, trace);		/* 11 */
	g = find_denial(d, &q);					/* 12 */
	if (g != NULL) {
		*why = VMS_R_DENY;
		*name = g->name;
		out->grant = g;
		if (trace)
			vms_trace_step(d, 12, false, g->dn,
			    "denial %.*s applies", VMS_STR_ARG(g->name));
		return false;
	}
	g = choose(d, &q, &misses);				/* 13 */
	if (g != NULL) {
		*out = (struct given){ g, age_of(g, &q) };
		return true;
	}
	*why = VMS_R_APPROVAL_REQUIRED;
	while ((misses & MISS(*why)) == 0)
		(*why)++;
	if (trace)
		vms_trace_step(d, 13, false, (struct vms_str){ NULL, 0 },
		    "no grant gives %.*s: %s",
		    VMS_STR_ARG(vms_action_get(action)->name),
		    vms_reason_name(*why).p);
	return false;
}
