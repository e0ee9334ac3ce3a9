/* SPDX-License-Identifier: MIT */
/*
 * The decision: fifteen steps, the first that fails decides.  This file holds
 * their order, the prerequisites (14) and the answer (15).
 */
#include "libvms/decide_priv.h"

#include <stdarg.h>
#include <stdio.h>

bool
vms_deny(struct decision *d, enum vms_reason reason)
{
	d->v->result = VMS_DENY;
	d->v->reason = reason;
	return false;
}

static void
grow_trace(struct vms_trace *t)
{
	uint32_t cap = t->cap == 0 ? 32 : t->cap * 2;
	struct vms_step *steps = vms_arena_calloc(t->arena, cap,
	    sizeof(*steps));

	if (steps == NULL) {
		t->cut = true;
		return;
	}
	if (t->n_steps > 0)
		memcpy(steps, t->steps, t->n_steps * sizeof(*steps));
	t->steps = steps;
	t->cap = cap;
}

void
vms_trace_step(struct decision *d, int number, bool passed,
    struct vms_str dn, const char *fmt, ...)
{
	struct vms_trace *t = d->trace;
	struct vms_str text;
	char buf[512];
	va_list ap;

	if (t == NULL || t->cut)
		return;
	if (t->n_steps == t->cap)
		grow_trace(t);
	va_start(ap, fmt);
	vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	text = vms_arena_str(t->arena, vms_str_of(buf));
	if (text.p == NULL)
		t->cut = true;
	if (t->cut)
		return;
	t->steps[t->n_steps++] = (struct vms_step){ number, passed, dn, text };
}

/* Obligations of alternatives do not add up; of what is needed they do. */
static void
oblige(struct decision *d, const struct given *g)
{
	struct vms_verdict *v = d->v;

	if (g->grant != NULL && (g->grant->conds & COND_BREAK_GLASS) != 0)
		v->alert = true;
	if (g->max_age_s >= 0 && (v->max_archive_age_s < 0 ||
	    g->max_age_s < v->max_archive_age_s))
		v->max_archive_age_s = g->max_age_s;
}

/* Step 14: each needed action on the same resource, nearest first. */
static bool
has_prerequisites(struct decision *d)
{
	int need = vms_action_get(d->action)->need;

	for (; need >= 0; need = vms_action_get(need)->need) {
		struct vms_str name = vms_action_get(need)->name, inner_name;
		enum vms_reason inner;
		struct given given;
		bool good = vms_steps_grant(d, need, &d->resource,
		    d->target_user, false, &given, &inner, &inner_name);

		vms_trace_step(d, 14, good, given.grant != NULL ?
		    given.grant->dn : (struct vms_str){ NULL, 0 },
		    "needs %.*s", VMS_STR_ARG(name));
		if (!good) {
			d->v->name = name;
			d->v->inner = inner;
			d->v->inner_name = inner_name;
			if (given.grant != NULL)
				d->v->grant_dn = given.grant->dn;
			return vms_deny(d, VMS_R_PREREQUISITE);
		}
		oblige(d, &given);
	}
	return true;
}

/* Step 14: a free licence of one's own where a level is stated. */
static bool
has_license(struct decision *d)
{
	uint32_t node = d->m->users[d->user].node, lo = 0,
	    hi = d->m->n_licenses;
	int64_t level = d->rq->license_level, assigned = 0;
	int64_t used = d->rq->active_cases;
	enum vms_reason why = VMS_R_GRANT;

	if (level == 0)
		return true;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		const struct license *l = &d->m->licenses[mid];

		if (l->node < node || (l->node == node && l->level < level))
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo < d->m->n_licenses && d->m->licenses[lo].node == node &&
	    d->m->licenses[lo].level == level) {
		assigned = d->m->licenses[lo].assigned;
		used += d->m->licenses[lo].active;
	}
	if (assigned == 0)
		why = VMS_R_LICENSE_MISSING;
	else if (used >= assigned)
		why = VMS_R_LICENSE_EXHAUSTED;
	vms_trace_step(d, 14, why == VMS_R_GRANT,
	    (struct vms_str){ NULL, 0 },
	    "licences of level %lld: %lld assigned, %lld used",
	    (long long)level, (long long)assigned, (long long)used);
	return why == VMS_R_GRANT || vms_deny(d, why);
}

/* Who may open a container sees in it only what he may look at. */
static bool
find_hidden(struct decision *d)
{
	struct vms_str name = vms_action_get(d->action)->name;
	int live = vms_action_find(VMS_STR("live.view"));
	struct vms_set cameras;
	struct vms_str *hidden;

	if (d->owner || live < 0 ||
	    (!vms_str_eq(name, VMS_STR("layout.view")) &&
	    !vms_str_eq(name, VMS_STR("cameragroup.view"))))
		return true;
	if (vms_cameras_in(d->m, d->resource.thing, d->scratch,
	    &cameras) != 0)
		return vms_deny(d, VMS_R_CLOSURE_TRUNCATED);
	hidden = vms_arena_calloc(d->scratch, cameras.n, sizeof(*hidden));
	if (hidden == NULL)
		return vms_deny(d, VMS_R_CLOSURE_TRUNCATED);
	for (uint32_t i = 0; i < cameras.n; i++) {
		uint32_t camera = cameras.list[i];
		struct around on;
		struct given given;
		enum vms_reason why;
		struct vms_str denial;

		if (vms_around_find(d->m, camera, d->scratch, &on) != 0)
			return vms_deny(d, VMS_R_CLOSURE_TRUNCATED);
		if (!vms_steps_grant(d, live, &on, NONE, false, &given, &why,
		    &denial))
			hidden[d->v->n_hidden++] = d->m->things[camera].name;
	}
	d->v->hidden = hidden;
	return true;
}

/* Step 8: rights that every good account has. */
static bool
is_self_right(struct vms_str action)
{
	return vms_str_eq(action, VMS_STR("password.change-own")) ||
	    vms_str_eq(action, VMS_STR("profile.view-own")) ||
	    vms_str_eq(action, VMS_STR("settings.edit-own"));
}

static bool
allow(struct decision *d, enum vms_reason reason, const struct grant *g)
{
	d->v->result = VMS_ALLOW;
	d->v->reason = reason;
	if (g != NULL) {
		d->v->name = g->name;
		d->v->grant_dn = g->dn;
	}
	vms_trace_step(d, 15, true, d->v->grant_dn, "allowed");
	return true;
}

/* Steps 10 to 15. */
static bool
decide_grants(struct decision *d)
{
	struct given given;
	enum vms_reason why;
	struct vms_str name;

	if (!vms_steps_grant(d, d->action, &d->resource, d->target_user,
	    true, &given, &why, &name)) {
		d->v->name = name;
		if (given.grant != NULL)
			d->v->grant_dn = given.grant->dn;
		return vms_deny(d, why);
	}
	oblige(d, &given);
	if (!has_prerequisites(d) || !has_license(d) || !find_hidden(d))
		return false;
	return allow(d, d->owner ? VMS_R_OWNER : VMS_R_GRANT, given.grant);
}

void
vms_decide(const struct vms_model *m, const struct vms_request *rq,
    struct vms_arena *scratch, struct vms_trace *trace,
    struct vms_verdict *v)
{
	struct decision d = { .m = m, .rq = rq, .scratch = scratch,
		.trace = trace, .v = v, .target_user = NONE };

	*v = (struct vms_verdict){ .max_archive_age_s = -1 };
	d.resource.thing = NONE;
	if (!vms_step_request(&d) || !vms_step_data(&d) ||
	    !vms_step_subject(&d) || !vms_step_account(&d) ||
	    !vms_step_recorder(&d) || !vms_step_address(&d) ||
	    !vms_step_schedule(&d))
		return;
	if (is_self_right(v->action)) {
		vms_trace_step(&d, 8, true, v->user_dn,
		    "everybody's own right");
		allow(&d, VMS_R_SELF, NULL);
		return;
	}
	if (vms_step_person(&d))
		decide_grants(&d);
}
