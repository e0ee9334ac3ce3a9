/* SPDX-License-Identifier: MIT */
/*
 * Everything of one kind that a user may use: the steps up to 9 once, the
 * grants for each thing.  What is not allowed is left out before anything is
 * counted.
 */
#include "libvms/decide_priv.h"

#include <stdlib.h>

/* The action that makes a thing of that kind visible; recorders have five. */
static struct vms_str
viewing_action(enum vms_kind kind)
{
	switch (kind) {
	case VMS_KIND_CAMERA:
		return VMS_STR("live.view");
	case VMS_KIND_CAMERAGROUP:
		return VMS_STR("cameragroup.view");
	case VMS_KIND_LAYOUT:
		return VMS_STR("layout.view");
	case VMS_KIND_NONE:
	case VMS_KIND_RECORDER:
	case VMS_KIND_RECORDERGROUP:
	case VMS_KIND_COUNT:
		break;
	}
	return (struct vms_str){ NULL, 0 };
}

static bool
is_given(struct decision *d, int action, const struct around *on)
{
	struct given given;
	enum vms_reason why;
	struct vms_str name;

	return vms_steps_grant(d, action, on, NONE, false, &given, &why,
	    &name);
}

static bool
is_listed(struct decision *d, const struct thing *t, const struct around *on)
{
	if (t->kind != VMS_KIND_RECORDER) {
		int action = vms_action_find(viewing_action(t->kind));

		return action >= 0 && is_given(d, action, on);
	}
	if (!t->enabled)
		return false;
	for (int i = 0; i < vms_action_count(); i++)
		if (vms_action_get(i)->klass == VMS_ACTION_LOGIN &&
		    is_given(d, i, on))
			return true;
	return false;
}

static int
compare_names(const void *x, const void *y)
{
	const struct vms_str *a = x, *b = y;

	return vms_str_casecmp(*a, *b);
}

static int
collect(struct decision *d, enum vms_kind kind, const struct vms_str **names,
    uint32_t *n_names)
{
	const struct vms_model *m = d->m;
	struct vms_str *list = NULL;
	uint32_t cap = 0, n = 0;

	for (uint32_t i = 0; i < m->n_things; i++)
		cap += m->things[i].kind == kind;
	list = vms_arena_calloc(d->scratch, cap, sizeof(*list));
	if (list == NULL)
		return -1;
	for (uint32_t i = 0; i < m->n_things; i++) {
		struct around on;

		if (m->things[i].kind != kind)
			continue;
		if (vms_around_find(m, i, d->scratch, &on) != 0)
			return -1;
		if (is_listed(d, &m->things[i], &on))
			list[n++] = m->things[i].name;
	}
	if (n > 0)
		qsort(list, n, sizeof(*list), compare_names);
	*names = list;
	*n_names = n;
	return 0;
}

int
vms_decide_list(const struct vms_model *m, const struct vms_request *rq,
    enum vms_kind kind, struct vms_arena *scratch,
    const struct vms_str **names, uint32_t *n_names, struct vms_err *err)
{
	struct vms_request plain = *rq;
	struct vms_verdict v = { .max_archive_age_s = -1 };
	struct decision d = { .m = m, .rq = &plain, .scratch = scratch,
		.v = &v, .target_user = NONE };

	*names = NULL;
	*n_names = 0;
	/* Step 1 with an action that asks about nothing. */
	plain.action = VMS_STR("profile.view-own");
	plain.login = false;
	plain.kind = VMS_KIND_NONE;
	d.resource.thing = NONE;
	if (!vms_step_request(&d) || !vms_step_data(&d) ||
	    !vms_step_subject(&d)) {
		if (v.reason == VMS_R_USER_UNKNOWN ||
		    v.reason == VMS_R_USER_AMBIGUOUS)
			return vms_fail(err, VMS_E_NOT_FOUND,
			    "%.*s: %s", VMS_STR_ARG(rq->user),
			    vms_reason_name(v.reason).p);
		return v.reason != VMS_R_CLOSURE_TRUNCATED ? 0 :
		    vms_fail(err, VMS_E_LIMIT, "too many groups");
	}
	if (!vms_step_account(&d) || !vms_step_recorder(&d) ||
	    !vms_step_address(&d) || !vms_step_schedule(&d))
		return 0;
	if (collect(&d, kind, names, n_names) != 0) {
		*names = NULL;
		*n_names = 0;
		return vms_fail(err, VMS_E_LIMIT, "out of working memory");
	}
	return 0;
}
