/* SPDX-License-Identifier: MIT */
/* Steps 3 to 7: the user, the account, the recorder, address and hours. */
#include "libvms/decide_priv.h"

/* A trace lists so many of a user's pools. */
#define TRACED_POOLS 32

static const struct vms_str no_dn = { NULL, 0 };

static enum vms_reason
find_subject(struct decision *d)
{
	bool ambiguous;
	const struct user *u;

	if (vms_model_user_by_name(d->m, d->rq->user, &d->user,
	    &ambiguous) != 0)
		return ambiguous ? VMS_R_USER_AMBIGUOUS : VMS_R_USER_UNKNOWN;
	u = &d->m->users[d->user];
	d->v->user_dn = u->dn;
	if (u->several_facts)
		return VMS_R_USER_AMBIGUOUS;
	if (u->facts == NULL)
		return VMS_R_PROFILE_MISSING;
	d->facts = u->facts;
	return VMS_R_GRANT;
}

bool
vms_step_subject(struct decision *d)
{
	enum vms_reason why = find_subject(d);

	vms_trace_step(d, 3, why == VMS_R_GRANT, d->v->user_dn,
	    "user %.*s%s%s", VMS_STR_ARG(d->rq->user),
	    why == VMS_R_GRANT ? "" : ": ",
	    why == VMS_R_GRANT ? "" : vms_reason_name(why).p);
	if (why != VMS_R_GRANT)
		return vms_deny(d, why);
	if (vms_grants_of(d->m, d->user, d->scratch, &d->grants) != 0)
		return vms_deny(d, VMS_R_CLOSURE_TRUNCATED);
	d->owner = vms_is_owner(d->m, d->user, &d->grants);
	return true;
}

enum vms_reason
vms_account_fault(const struct decision *d, const struct user *u)
{
	const struct facts *f = u->facts;
	int64_t now_s = d->rq->now_s;
	bool no_clock = d->rq->clock_untrusted;

	if (f == NULL)
		return VMS_R_PROFILE_MISSING;
	if (f->state == STATE_UNREADABLE)
		return VMS_R_ACCOUNT_STATE_UNREADABLE;
	if (f->state != STATE_ENABLED)
		return VMS_R_ACCOUNT_DISABLED;
	if (f->valid.bad ||
	    (no_clock && (f->valid.has_from || f->valid.has_until)))
		return VMS_R_ACCOUNT_STATE_UNREADABLE;
	/* What is over is over, begun or not. */
	if (f->valid.has_until && now_s >= f->valid.until_s)
		return VMS_R_ACCOUNT_EXPIRED;
	if (f->valid.has_from && now_s < f->valid.from_s)
		return VMS_R_ACCOUNT_NOT_YET;
	/* Whoever guesses a user's password must not end his sessions. */
	if ((u->locked && !(u->only_guessed && d->rq->guess_lock_over)) ||
	    (u->expires_s != INT64_MAX &&
	    (no_clock || now_s >= u->expires_s)))
		return VMS_R_ACCOUNT_LOCKED;
	return VMS_R_GRANT;
}

bool
vms_step_account(struct decision *d)
{
	enum vms_reason why = vms_account_fault(d, &d->m->users[d->user]);

	vms_trace_step(d, 4, why == VMS_R_GRANT, d->v->user_dn, "account %s",
	    why == VMS_R_GRANT ? "enabled" : vms_reason_name(why).p);
	return why == VMS_R_GRANT || vms_deny(d, why);
}

bool
vms_step_recorder(struct decision *d)
{
	struct vms_str name = d->rq->recorder;
	enum vms_reason why = VMS_R_GRANT;

	if (name.len == 0 && d->rq->kind == VMS_KIND_RECORDER)
		name = d->rq->resource;
	if (name.len == 0)
		name = d->rq->host;
	if (name.len > 0) {
		uint32_t i = vms_model_thing_by_name(d->m,
		    VMS_KIND_RECORDER, name);

		if (i == NONE) {
			why = VMS_R_RECORDER_UNKNOWN;
		} else {
			d->recorder = &d->m->things[i];
			d->v->recorder = d->recorder->name;
			if (!d->recorder->enabled)
				why = VMS_R_RECORDER_DISABLED;
		}
	}
	vms_trace_step(d, 5, why == VMS_R_GRANT,
	    d->recorder != NULL ? d->recorder->dn : no_dn,
	    name.len > 0 ? "recorder %.*s" : "no recorder is asked about%.*s",
	    VMS_STR_ARG(name));
	return why == VMS_R_GRANT || vms_deny(d, why);
}

static bool
pool_has(const struct pool *p, const struct vms_from *from)
{
	for (uint32_t i = 0; i < p->n_ranges; i++) {
		const struct vms_range *r = &p->ranges[i];

		/* The word is the console; loopback is a network. */
		if (from->kind == VMS_FROM_LOCAL ? r->local :
		    from->kind == VMS_FROM_ADDR &&
		    vms_range_has(r, &from->addr))
			return true;
	}
	return false;
}

enum holds
vms_pools_hold(const struct decision *d, struct ids pools, bool strict)
{
	enum holds result = HOLDS_NOT;

	for (uint32_t i = 0; i < pools.n; i++) {
		const struct node *n = &d->m->nodes[pools.v[i]];

		if (n->kind != NODE_POOL) {
			if (strict)
				return HOLDS_UNKNOWN;
			continue;
		}
		if (pool_has(&d->m->pools[n->index], &d->from))
			result = HOLDS;
	}
	return result;
}

static bool
has_pool(const struct decision *d)
{
	for (uint32_t i = 0; i < d->facts->pools.n; i++)
		if (d->m->nodes[d->facts->pools.v[i]].kind == NODE_POOL)
			return true;
	return false;
}

static enum vms_reason
judge_address(const struct decision *d)
{
	if (d->facts->ip_mode == IP_ANY)
		return VMS_R_GRANT;
	if (d->facts->ip_mode != IP_POOL)
		return VMS_R_IP_MODE_UNREADABLE;
	if (!has_pool(d))
		return VMS_R_IP_POOL_MISSING;
	if (d->from.kind == VMS_FROM_UNKNOWN)
		return VMS_R_IP_UNKNOWN;
	if (vms_pools_hold(d, d->facts->pools, false) != HOLDS)
		return VMS_R_IP_NOT_ALLOWED;
	return VMS_R_GRANT;
}

/* Which pools there were, for whoever asks why the address is in none. */
static void
trace_pools(struct decision *d)
{
	for (uint32_t i = 0; i < d->facts->pools.n && i < TRACED_POOLS; i++) {
		const struct node *n = &d->m->nodes[d->facts->pools.v[i]];

		if (n->kind == NODE_POOL)
			vms_trace_step(d, 6, false, d->m->pools[n->index].dn,
			    "not an address of this pool");
	}
}

bool
vms_step_address(struct decision *d)
{
	enum vms_reason why = VMS_R_GRANT;
	const char *said = "within bounds";

	if (d->service == NULL && d->rq->from.kind == VMS_FROM_NONE)
		said = "not asked: neither service nor address";
	else if (d->from.kind == VMS_FROM_UNBOUND ||
	    (d->service != NULL && d->service->klass == VMS_CLASS_SELF))
		said = "not bound for this service";
	else
		why = judge_address(d);
	if (why == VMS_R_IP_NOT_ALLOWED)
		trace_pools(d);
	vms_trace_step(d, 6, why == VMS_R_GRANT, no_dn, "address %s",
	    why == VMS_R_GRANT ? said : vms_reason_name(why).p);
	return why == VMS_R_GRANT || vms_deny(d, why);
}

enum holds
vms_schedule_holds(const struct decision *d, uint32_t node)
{
	static const struct vms_str utc = { "UTC", 3 };
	const struct timetable *t;
	const struct vms_zone *zone;

	if (node == NONE || d->m->nodes[node].kind != NODE_SCHEDULE ||
	    d->rq->clock_untrusted)
		return HOLDS_UNKNOWN;
	t = &d->m->timetables[d->m->nodes[node].index];
	zone = t->zone;
	if (!t->has_zone && d->recorder != NULL && d->recorder->has_zone)
		zone = d->recorder->zone;
	else if (!t->has_zone)
		zone = vms_zones_get(NULL, utc);
	if (zone == NULL || t->bad)
		return HOLDS_UNKNOWN;
	return vms_schedule_is_open(&t->schedule, zone, d->rq->now_s) ?
	    HOLDS : HOLDS_NOT;
}

/* Sessions are counted where they are known, and at logins alone: su inside
 * one and jobs are none. */
static bool
is_session_limit_hit(const struct decision *d)
{
	return d->rq->login && (d->service == NULL ||
	    d->service->klass == VMS_CLASS_REMOTE ||
	    d->service->klass == VMS_CLASS_CONSOLE) && d->facts->max_sessions >= 0 &&
	    d->rq->sessions >= 0 && d->rq->sessions >= d->facts->max_sessions;
}

bool
vms_step_schedule(struct decision *d)
{
	enum vms_reason why = VMS_R_GRANT;

	if (d->facts->has_schedule &&
	    vms_schedule_holds(d, d->facts->schedule) != HOLDS)
		why = VMS_R_ACCOUNT_SCHEDULE_CLOSED;
	else if (is_session_limit_hit(d))
		why = VMS_R_SESSION_LIMIT;
	vms_trace_step(d, 7, why == VMS_R_GRANT, no_dn, "%s",
	    why != VMS_R_GRANT ? vms_reason_name(why).p :
	    d->facts->has_schedule ? "the user's schedule is open" :
	    "no schedule of the user's");
	return why == VMS_R_GRANT || vms_deny(d, why);
}
