/* SPDX-License-Identifier: MIT */
/* Questions of a review: see review.h. */
#include "libvms/review.h"

#include "libvms/cover_priv.h"

struct vms_grant_view
vms_review_grant(const struct vms_model *m, uint32_t grant)
{
	const struct grant *g = &m->grants[grant];
	const struct role *r = vms_model_role_of(m, g);
	struct vms_grant_view v = { .dn = g->dn, .name = g->name,
		.rank = -1, .allow = g->allow, .everyone = g->everyone };

	if (r != NULL) {
		v.role = r->name;
		v.rank = r->rank_known ? r->rank : -1;
	}
	return v;
}

int
vms_review_grants(const struct vms_model *m, uint32_t user,
    struct vms_arena *scratch, const uint32_t **list, uint32_t *n,
    struct vms_err *err)
{
	struct vms_set grants;

	*list = NULL;
	*n = 0;
	if (vms_grants_of(m, user, scratch, &grants) != 0)
		return vms_fail(err, VMS_E_LIMIT, "out of working memory");
	*list = grants.list;
	*n = grants.n;
	return 0;
}

int
vms_review_why(const struct vms_model *m, const uint32_t *list, uint32_t n,
    struct vms_str action, enum vms_kind kind, struct vms_str name,
    struct vms_arena *scratch, const uint32_t **why, uint32_t *n_why,
    struct vms_err *err)
{
	uint32_t thing = vms_model_thing_by_name(m, kind, name);
	int index = vms_action_find(action);
	/* A layout confers its cameras where the policy says so. */
	bool imply = (action.len == 0 ||
	    vms_str_eq(action, VMS_STR("live.view"))) && vms_str_caseeq(
	    vms_str_trim(m->policy.layout_mode), VMS_STR("imply"));
	struct around on;
	uint32_t *out;

	*why = NULL;
	*n_why = 0;
	if (thing == NONE || (index < 0 && action.len > 0))
		return vms_fail(err, VMS_E_NOT_FOUND, "%.*s: no such thing",
		    VMS_STR_ARG(name));
	out = vms_arena_calloc(scratch, n, sizeof(*out));
	if (out == NULL || vms_around_find(m, thing, scratch, &on) != 0)
		return vms_fail(err, VMS_E_LIMIT, "out of working memory");
	for (uint32_t i = 0; i < n; i++) {
		const struct grant *g = &m->grants[list[i]];

		if ((action.len == 0 || g->every_action ||
		    vms_action_set_has(&g->actions, index)) &&
		    !(g->allow && g->malformed) &&
		    vms_grant_covers(m, g, &on, imply))
			out[(*n_why)++] = list[i];
	}
	*why = out;
	return 0;
}
