/* SPDX-License-Identifier: MIT */
/* Steps 1 and 2: is it a question, and is enough known to answer it? */
#include "libvms/decide_priv.h"

#define DAY_S 86400

static const struct vms_str kind_names[VMS_KIND_COUNT] = {
	[VMS_KIND_RECORDER] = { "recorder", 8 },
	[VMS_KIND_RECORDERGROUP] = { "recordergroup", 13 },
	[VMS_KIND_CAMERA] = { "camera", 6 },
	[VMS_KIND_CAMERAGROUP] = { "cameragroup", 11 },
	[VMS_KIND_LAYOUT] = { "layout", 6 },
};

int
vms_kind_parse(struct vms_str word, enum vms_kind *kind)
{
	for (int k = VMS_KIND_RECORDER; k < VMS_KIND_COUNT; k++) {
		if (!vms_str_eq(word, kind_names[k]))
			continue;
		*kind = (enum vms_kind)k;
		return 0;
	}
	*kind = VMS_KIND_NONE;
	return -1;
}

const char *
vms_kind_name(enum vms_kind kind)
{
	if (kind <= VMS_KIND_NONE || kind >= VMS_KIND_COUNT)
		return "none";
	return kind_names[kind].p;
}

struct vms_from
vms_from_parse(struct vms_str word)
{
	struct vms_from from = { .kind = VMS_FROM_UNKNOWN };

	if (vms_str_eq(word, VMS_STR("local")))
		from.kind = VMS_FROM_LOCAL;
	else if (vms_addr_parse(word, &from.addr) == 0)
		from.kind = VMS_FROM_ADDR;
	return from;
}

int
vms_policy_value(const struct decision *d, struct vms_str name,
    struct vms_str *value)
{
	for (uint32_t i = 0; i < d->rq->n_overrides; i++) {
		if (!vms_str_caseeq(d->rq->overrides[i].name, name))
			continue;
		*value = d->rq->overrides[i].value;
		return 0;
	}
	if (vms_model_parameter(d->m, name, value) == 0)
		return 0;
	if (!vms_str_caseeq(name, VMS_STR("vmsLayoutMode")) ||
	    d->m->policy.layout_mode.len == 0)
		return -1;
	*value = d->m->policy.layout_mode;
	return 0;
}

/* The kind that a scope asks about; NONE where it asks about no thing. */
static enum vms_kind
kind_of(enum vms_scope scope)
{
	switch (scope) {
	case VMS_SCOPE_RECORDER:
		return VMS_KIND_RECORDER;
	case VMS_SCOPE_CAMERA:
		return VMS_KIND_CAMERA;
	case VMS_SCOPE_LAYOUT:
		return VMS_KIND_LAYOUT;
	case VMS_SCOPE_CAMERAGROUP:
		return VMS_KIND_CAMERAGROUP;
	case VMS_SCOPE_SELF:
	case VMS_SCOPE_SYSTEM:
	case VMS_SCOPE_USER:
		break;
	}
	return VMS_KIND_NONE;
}

/* A thing that the action can be asked about. */
static bool
find_thing(struct decision *d, enum vms_kind wanted)
{
	enum vms_kind kind = d->rq->kind;
	struct vms_str name = d->rq->resource;
	uint32_t thing;

	/* On a recorder the question is about that recorder. */
	if (kind == VMS_KIND_NONE && wanted == VMS_KIND_RECORDER &&
	    d->rq->host.len > 0) {
		kind = wanted;
		name = d->rq->recorder.len > 0 ? d->rq->recorder :
		    d->rq->host;
	}
	if (kind != wanted)
		return vms_deny(d, VMS_R_BAD_REQUEST);
	thing = vms_model_thing_by_name(d->m, kind, name);
	if (thing == NONE)
		return vms_deny(d, kind == VMS_KIND_RECORDER ?
		    VMS_R_RECORDER_UNKNOWN : VMS_R_BAD_REQUEST);
	if (vms_around_find(d->m, thing, d->scratch, &d->resource) != 0)
		return vms_deny(d, VMS_R_CLOSURE_TRUNCATED);
	return true;
}

static bool
find_resource(struct decision *d)
{
	enum vms_scope scope = vms_action_get(d->action)->scope;
	enum vms_kind wanted = kind_of(scope);

	if (wanted != VMS_KIND_NONE)
		return find_thing(d, wanted);
	if (scope == VMS_SCOPE_SELF)
		return true;		/* the target is not looked at */
	if (d->rq->kind != VMS_KIND_NONE)
		return vms_deny(d, VMS_R_BAD_REQUEST);
	if (scope == VMS_SCOPE_USER &&
	    vms_model_user_by_name(d->m, d->rq->on_user, &d->target_user,
	    NULL) != 0) {
		d->target_user = NONE;
		return vms_deny(d, VMS_R_BAD_REQUEST);
	}
	return true;
}

static bool
find_action(struct decision *d)
{
	struct vms_str action = d->rq->action;

	if (d->rq->service.len > 0) {
		d->service = vms_service_find(d->rq->services,
		    d->rq->service);
		if (d->service == NULL)
			return vms_deny(d, VMS_R_SERVICE_UNMAPPED);
	}
	if (d->rq->login) {
		if (d->service == NULL)
			return vms_deny(d, VMS_R_SERVICE_UNMAPPED);
		action = d->service->action;
	}
	d->v->action = action;
	d->action = vms_action_find(action);
	if (d->action < 0)
		return vms_deny(d, VMS_R_ACTION_UNKNOWN);
	return true;
}

/* What was said about the address, or what the service's class means. */
static struct vms_from
resolve_from(const struct decision *d)
{
	struct vms_from from = d->rq->from;

	if (from.kind != VMS_FROM_NONE)
		return from;
	from.kind = VMS_FROM_UNKNOWN;
	if (d->service == NULL)
		return from;
	switch (d->service->klass) {
	case VMS_CLASS_CONSOLE:
	case VMS_CLASS_BATCH:
		from.kind = VMS_FROM_LOCAL;
		break;
	case VMS_CLASS_SELF:
		from.kind = VMS_FROM_UNBOUND;
		break;
	case VMS_CLASS_NONE:
	case VMS_CLASS_REMOTE:
	case VMS_CLASS_INNER:
		break;
	}
	return from;
}

bool
vms_step_request(struct decision *d)
{
	static const struct vms_str none = { NULL, 0 };
	bool good = find_action(d) && find_resource(d);

	d->from = resolve_from(d);
	if (good)
		vms_trace_step(d, 1, true, none, "action %.*s",
		    VMS_STR_ARG(d->v->action));
	else if (d->service == NULL && d->rq->service.len > 0)
		vms_trace_step(d, 1, false, none, "service %.*s: %s",
		    VMS_STR_ARG(d->rq->service),
		    vms_reason_name(d->v->reason).p);
	else if (d->action >= 0 && d->rq->kind != VMS_KIND_NONE)
		vms_trace_step(d, 1, false, none, "action %.*s on %s %.*s: %s",
		    VMS_STR_ARG(d->v->action), vms_kind_name(d->rq->kind),
		    VMS_STR_ARG(d->rq->resource),
		    vms_reason_name(d->v->reason).p);
	else
		vms_trace_step(d, 1, false, none, "action %.*s: %s",
		    VMS_STR_ARG(d->v->action),
		    vms_reason_name(d->v->reason).p);
	return good;
}

/* Seconds for which old data may serve; one that cannot be read is none. */
static int64_t
max_age(const struct decision *d)
{
	struct vms_str text;
	int64_t age_s = DAY_S;

	if (vms_policy_value(d, VMS_STR("cache-max-age"), &text) == 0 &&
	    vms_num_parse(vms_str_trim(text), 0, INT64_MAX, &age_s) != 0)
		return -1;
	return age_s;
}

bool
vms_step_data(struct decision *d)
{
	bool good = true;

	if (d->rq->directory_down) {
		int64_t age_s = d->rq->snapshot_age_s;

		good = age_s >= 0 && age_s <= max_age(d);
		d->v->stale = good;
	}
	vms_trace_step(d, 2, good, (struct vms_str){ NULL, 0 }, "%s",
	    !d->rq->directory_down ? "the directory answers" :
	    good ? "the directory is away, the data is young enough" :
	    "the directory is away, the data is too old");
	return good || vms_deny(d, VMS_R_DIRECTORY_UNAVAILABLE);
}
