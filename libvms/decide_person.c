/* SPDX-License-Identifier: MIT */
/* Step 9: people who are protected from others. */
#include "libvms/decide_priv.h"

/* The roles that a person holds, as far as this step looks at them. */
struct ranks {
	int64_t highest;	/* -1: no role */
	bool administrator;	/* one of rank 80 to 99 */
	bool unknown;		/* one whose rank cannot be read */
};

static struct ranks
ranks_of(const struct vms_model *m, const struct vms_set *grants)
{
	struct ranks ranks = { .highest = -1 };

	for (uint32_t i = 0; i < grants->n; i++) {
		const struct grant *g = &m->grants[grants->list[i]];
		const struct role *r = vms_model_role_of(m, g);

		if (!g->allow || r == NULL)
			continue;
		if (!r->rank_known) {
			ranks.unknown = true;
			continue;
		}
		if (r->rank > ranks.highest)
			ranks.highest = r->rank;
		if (r->rank >= 80 && r->rank <= 99)
			ranks.administrator = true;
	}
	return ranks;
}

static bool
verb_is_any(struct vms_str verb, const char *const *words)
{
	for (; *words != NULL; words++)
		if (vms_str_eq(verb, vms_str_of(*words)))
			return true;
	return false;
}

static bool
admins_manage_admins(const struct decision *d)
{
	struct vms_str value;

	return vms_policy_value(d, VMS_STR("admin-manages-admins"),
	    &value) == 0 &&
	    vms_str_caseeq(vms_str_trim(value), VMS_STR("true"));
}

static enum vms_reason
judge_ranks(const struct decision *d, const struct vms_set *target_grants)
{
	struct ranks asker = ranks_of(d->m, &d->grants);
	struct ranks target = ranks_of(d->m, target_grants);

	if (asker.administrator && target.administrator &&
	    admins_manage_admins(d))
		return VMS_R_GRANT;
	if (target.administrator)
		return VMS_R_PEER_ADMINISTRATOR;
	if (target.unknown ||
	    (target.highest >= 0 && target.highest >= asker.highest))
		return VMS_R_RANK_TOO_LOW;
	return VMS_R_GRANT;
}

/*
 * last-owner needs no code: nobody takes an owner away or disables one, and
 * whoever changes another owner's roles is an enabled owner himself.
 */
static enum vms_reason
judge_target(const struct decision *d, struct vms_str verb)
{
	static const char *const removing[] = { "delete", "disable", NULL };
	static const char *const own[] = { "assign-role", "assign-access",
		"disable", "delete", NULL };
	struct vms_set grants;

	if (vms_grants_of(d->m, d->target_user, d->scratch, &grants) != 0)
		return VMS_R_CLOSURE_TRUNCATED;
	if (vms_is_owner(d->m, d->target_user, &grants) &&
	    (!d->owner || verb_is_any(verb, removing)))
		return VMS_R_OWNER_PROTECTED;
	if (d->target_user == d->user && verb_is_any(verb, own))
		return VMS_R_SELF_CHANGE;
	return d->owner ? VMS_R_GRANT : judge_ranks(d, &grants);
}

bool
vms_step_person(struct decision *d)
{
	const struct vms_action *a = vms_action_get(d->action);
	struct vms_str resource, verb;
	enum vms_reason why;

	vms_str_cut(a->name, '.', &resource, &verb);
	if (a->scope != VMS_SCOPE_USER || d->target_user == NONE ||
	    (!vms_str_eq(resource, VMS_STR("user")) &&
	    !vms_str_eq(resource, VMS_STR("admin"))))
		return true;
	why = judge_target(d, verb);
	vms_trace_step(d, 9, why == VMS_R_GRANT,
	    d->m->users[d->target_user].dn, "person %.*s: %s",
	    VMS_STR_ARG(d->rq->on_user), why == VMS_R_GRANT ?
	    "not protected from the asker" : vms_reason_name(why).p);
	return why == VMS_R_GRANT || vms_deny(d, why);
}
