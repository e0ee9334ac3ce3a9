/* SPDX-License-Identifier: MIT */
/*
 * Who may write what: asked of the decision itself for the one bound, and
 * the limits, ranks and ceilings that hold for the estate as it would be.
 * What a layout or folder would show is in rules_partial.c.
 */
#include "vmsctl/rules.h"

#include <string.h>
#include <time.h>

#include "libvms/decide.h"
#include "libvms/dn.h"
#include "vmsctl/field.h"

/* Ranks of administrators. */
#define ADMIN_RANK 80
#define OWNER_RANK 100

static enum vms_kind
kind_of(const char *noun)
{
	enum vms_kind kind;

	if (noun == NULL || vms_kind_parse(vms_str_of(noun), &kind) < 0)
		return VMS_KIND_NONE;
	return kind;
}

/* Whether he has been given the action somewhere; for what is not there yet,
 * and for objects that are switched off. */
static bool
holds(struct vms_admin *ad, int action)
{
	struct vms_action_set set = { { 0 } };

	if (vms_tree_is_owner(&ad->tree, ad->actor))
		return true;
	vms_actions_of(&ad->tree, ad->actor->ndn, &set);
	return vms_action_set_has(&set, action);
}

/* Whether the action is asked about this object, and it is there. */
static bool
names_resource(struct vms_admin *ad, int action, const char *noun,
    struct vms_str name)
{
	static const char *const words[] = { "", "", "recorder", "camera",
	    "layout", "cameragroup", "user" };
	enum vms_scope scope = vms_action_get(action)->scope;
	const struct vms_noun *n;

	if (scope == VMS_SCOPE_SYSTEM || scope == VMS_SCOPE_SELF)
		return true;	/* no resource is looked at */
	if (noun == NULL || name.len == 0)
		return false;
	if (strcmp(noun, words[scope]) != 0)
		return false;
	n = vms_noun_find(vms_str_of(noun));
	return vms_tree_named(&ad->tree, vms_str_of(n->klass),
	    vms_str_of(n->naming), name) != NULL;
}

/* Some actions on a camera are asked about the recorder that holds it. */
static void
ask_recorder(struct vms_admin *ad, int action, const char **noun,
    struct vms_str *name)
{
	const struct vms_item *it;

	if (vms_action_get(action)->scope != VMS_SCOPE_RECORDER ||
	    *noun == NULL || strcmp(*noun, "camera") != 0)
		return;
	it = vms_tree_named(&ad->tree, VMS_STR("vmsCamera"), VMS_STR("cn"),
	    *name);
	it = it == NULL ? NULL : vms_tree_find(&ad->tree,
	    vms_val(&it->e, "vmsHomeRecorder"));
	*noun = it == NULL ? NULL : "recorder";
	if (it != NULL)
		*name = vms_val(&it->e, "cn");
}

int
vms_may(struct vms_admin *ad, const char *action, const char *noun,
    struct vms_str name)
{
	int index = vms_action_find(vms_str_of(action));
	struct vms_verdict v = { 0 };
	struct vms_request rq = {
		.action = vms_str_of(action), .sessions = -1,
		.now_s = (int64_t)time(NULL)
	};
	struct vms_str why;
	bool user = noun != NULL && strcmp(noun, "user") == 0;

	if (ad->actor == NULL || index < 0)
		return 0;	/* the server's own account, or a recorder's */
	ask_recorder(ad, index, &noun, &name);
	rq.user = vms_val(&ad->actor->e, "uid");
	if (user && vms_action_get(index)->scope == VMS_SCOPE_USER)
		rq.on_user = name;
	else if (vms_action_get(index)->scope != VMS_SCOPE_SYSTEM) {
		rq.kind = kind_of(noun);
		rq.resource = name;
	}
	if (!names_resource(ad, index, noun, name)) {
		if (holds(ad, index))
			return 0;
	} else {
		vms_decide(vms_admin_model(ad), &rq, &ad->arena, NULL, &v);
		if (v.result == VMS_ALLOW ||
		    (v.reason == VMS_R_RECORDER_DISABLED && holds(ad, index)))
			return 0;
	}
	why = vms_verdict_reason(&v, &ad->arena);
	if (v.reason == VMS_R_INTERNAL)
		why = VMS_STR("no-grant");
	return vms_refuse(ad, CTL_NOT_PERMITTED, vms_cstr(ad, why),
	    "%.*s may not %s%s%.*s", VMS_STR_ARG(rq.user), action,
	    name.len > 0 ? " on " : "", VMS_STR_ARG(name));
}

/* --- owners and administrators --- */

/* Owners who will stay: enabled, without an end. */
static void
count_owners(const struct vms_tree *t, uint32_t *all, uint32_t *lasting)
{
	*all = *lasting = 0;
	for (uint32_t i = 0; i < t->n; i++) {
		const struct vms_item *it = &t->items[i];

		if (!vms_has_val(&it->e, "vmsProtected", VMS_STR("TRUE")) ||
		    !vms_entry_is(&it->e, VMS_STR("vmsUser")) ||
		    !vms_tree_is_owner(t, it))
			continue;
		(*all)++;
		*lasting += vms_has_val(&it->e, "vmsAccountState",
		    VMS_STR("enabled")) && vms_vals(&it->e,
		    "vmsNotAfter").n == 0;
	}
}

static bool
is_admin_grant(const struct vms_tree *t, const struct vms_entry *g)
{
	const struct vms_item *role;
	int64_t rank;

	if (!vms_has_val(g, "vmsEffect", VMS_STR("allow")) ||
	    vms_vals(g, "vmsRoleRef").n == 0)
		return false;
	role = vms_tree_find(t, vms_val(g, "vmsRoleRef"));
	return role != NULL && vms_num_parse(vms_val(&role->e,
	    "vmsRoleRank"), ADMIN_RANK, OWNER_RANK - 1, &rank) == 0;
}

static uint32_t
count_admins(struct vms_admin *ad, const struct vms_tree *t)
{
	const struct vms_entry **grants = vms_admin_alloc(ad,
	    (t->n + 1u) * sizeof(*grants));
	uint32_t n_grants = 0, n = 0;

	for (uint32_t i = 0; i < t->n; i++)
		if (is_admin_grant(t, &t->items[i].e))
			grants[n_grants++] = &t->items[i].e;
	for (uint32_t i = 0; i < t->n && n_grants > 0; i++) {
		if (!vms_entry_is(&t->items[i].e, VMS_STR("vmsUser")))
			continue;
		for (uint32_t k = 0; k < n_grants; k++)
			if (vms_grant_reaches(t, grants[k],
			    t->items[i].ndn)) {
				n++;
				break;
			}
	}
	return n;
}

static int64_t
limit_of(struct vms_admin *ad, const char *name)
{
	int64_t n;

	return vms_num_parse(vms_parameter(ad, name, ""), 0, 1000000,
	    &n) == 0 ? n : -1;
}

static int
check_counts(struct vms_admin *ad, const struct vms_tree *after)
{
	uint32_t all, lasting, all_after, lasting_after, admins, then;
	int64_t max = limit_of(ad, "owner-max");

	count_owners(&ad->tree, &all, &lasting);
	count_owners(after, &all_after, &lasting_after);
	if (lasting > 0 && lasting_after == 0)
		return vms_refuse(ad, CTL_NOT_PERMITTED, "last-owner",
		    "one enabled owner without an end must remain");
	if (max >= 0 && all_after > all && all_after > max)
		return vms_refuse(ad, CTL_INCONSISTENT, "owner-limit",
		    "the policy allows %lld owners (owner-max)",
		    (long long)max);
	then = count_admins(ad, after);
	admins = count_admins(ad, &ad->tree);
	max = limit_of(ad, "admin-max");
	if (max >= 0 && then > admins && then > max)
		return vms_refuse(ad, CTL_INCONSISTENT, "admin-limit",
		    "the policy allows %lld administrators (admin-max); "
		    "there are %u", (long long)max, admins);
	max = limit_of(ad, "admin-warn");
	if (max >= 0 && then > admins && then > max)
		fprintf(stderr, "vmsctl: admin-warn: there will be %u "
		    "administrators\n", then);
	return 0;
}

/* --- what he gives away --- */

/* Actions that are written and that the writer does not hold. */
static int
check_actions(struct vms_admin *ad, const struct vms_action_set *given,
    struct vms_str dn)
{
	struct vms_action_set own = { { 0 } };

	vms_actions_of(&ad->tree, ad->actor->ndn, &own);
	for (int i = 0; i < vms_action_count(); i++)
		if (vms_action_set_has(given, i) &&
		    !vms_action_set_has(&own, i))
			return vms_refuse(ad, CTL_NOT_PERMITTED,
			    "delegation-exceeds-own", "%.*s: you do not hold "
			    "%.*s yourself", VMS_STR_ARG(dn),
			    VMS_STR_ARG(vms_action_get(i)->name));
	return 0;
}

static int
check_rank(struct vms_admin *ad, const struct vms_entry *role)
{
	int64_t mine = vms_rank_of(&ad->tree, ad->actor->ndn), rank = 0;
	bool peers = vms_str_caseeq(vms_parameter(ad,
	    "admin-manages-admins", "FALSE"), VMS_STR("TRUE"));

	(void)vms_num_parse(vms_val(role, "vmsRoleRank"), 0, 100, &rank);
	if (rank < mine || (peers && mine >= ADMIN_RANK && rank <= mine))
		return 0;
	return vms_refuse(ad, CTL_NOT_PERMITTED, "rank-too-low",
	    "role %.*s has rank %lld, yours is %lld",
	    VMS_STR_ARG(vms_val(role, "cn")), (long long)rank,
	    (long long)mine);
}

/* A grant as it would be: neither to himself, nor above himself. */
static int
check_grant(struct vms_admin *ad, const struct vms_tree *after,
    const struct vms_entry *g, bool was)
{
	struct vms_action_set set = { { 0 } };
	const struct vms_item *role;
	struct vms_vals v = vms_vals(g, "vmsAction");

	if (!vms_has_val(g, "vmsSubjectScope", VMS_STR("everyone")) &&
	    vms_grant_reaches(after, g, ad->actor->ndn))
		return vms_refuse(ad, CTL_NOT_PERMITTED, "self-change",
		    "grant %.*s names you or a group you are in",
		    VMS_STR_ARG(vms_val(g, "cn")));
	if (was || vms_has_val(g, "vmsEffect", VMS_STR("deny")))
		return 0;	/* taking away is anybody's with the right */
	role = vms_tree_find(after, vms_val(g, "vmsRoleRef"));
	if (role != NULL && check_rank(ad, &role->e) != 0)
		return CTL_NOT_PERMITTED;
	for (uint32_t i = 0; i < v.n; i++)
		(void)vms_action_set_add_word(&set, v.v[i]);
	return check_actions(ad, &set, vms_val(g, "cn"));
}

static int
check_role(struct vms_admin *ad, const struct vms_tree *after,
    const struct vms_item *role)
{
	struct vms_action_set set = { { 0 } };

	if (check_rank(ad, &role->e) != 0)
		return CTL_NOT_PERMITTED;
	vms_role_actions(after, role->e.dn, &set);
	return check_actions(ad, &set, vms_val(&role->e, "cn"));
}

static int
check_given(struct vms_admin *ad, const struct vms_tree *after)
{
	if (ad->actor == NULL || vms_tree_is_owner(&ad->tree, ad->actor))
		return 0;
	for (const struct vms_change *ch = ad->changes.first; ch != NULL;
	    ch = ch->next) {
		const struct vms_item *it = vms_tree_find(after, ch->dn);
		int rc = 0;

		if (vms_change_is_empty(ch))
			continue;
		if (it != NULL && vms_is_a(&it->e, VMS_STR("vmsGrant")))
			rc = check_grant(ad, after, &it->e, false);
		else if (it != NULL && vms_is_a(&it->e, VMS_STR("vmsRole")))
			rc = check_role(ad, after, it);
		if (rc == 0 && ch->item != NULL &&
		    vms_is_a(&ch->item->e, VMS_STR("vmsGrant")))
			rc = check_grant(ad, &ad->tree, &ch->item->e, true);
		if (rc != 0)
			return rc;
	}
	return 0;
}

/* --- sub-users: no more than the parent holds --- */

static bool
allows(struct vms_admin *ad, const struct vms_model *m, struct vms_str user,
    struct vms_str action, struct vms_str camera)
{
	const struct vms_request rq = {
		.user = user, .action = action, .kind = VMS_KIND_CAMERA,
		.resource = camera, .sessions = -1,
		.now_s = (int64_t)time(NULL)
	};
	struct vms_verdict v;

	vms_decide(m, &rq, &ad->arena, NULL, &v);
	return v.result == VMS_ALLOW;
}

static int
check_child(struct vms_admin *ad, const struct vms_model *m,
    const struct vms_tree *t, const struct vms_item *child,
    const struct vms_item *parent)
{
	struct vms_str uid = vms_val(&child->e, "uid");
	struct vms_str above = vms_val(&parent->e, "uid");

	for (uint32_t i = 0; i < t->n; i++) {
		struct vms_str cam = vms_val(&t->items[i].e, "cn");

		if (!vms_entry_is(&t->items[i].e, VMS_STR("vmsCamera")))
			continue;
		for (int k = 0; k < vms_action_count(); k++) {
			const struct vms_action *a = vms_action_get(k);

			if (a->scope != VMS_SCOPE_CAMERA ||
			    !allows(ad, m, uid, a->name, cam) ||
			    allows(ad, m, above, a->name, cam))
				continue;
			return vms_refuse(ad, CTL_INCONSISTENT,
			    "delegation-exceeds-own", "%.*s would have "
			    "%.*s on camera:%.*s, which the parent %.*s "
			    "has not", VMS_STR_ARG(uid),
			    VMS_STR_ARG(a->name), VMS_STR_ARG(cam),
			    VMS_STR_ARG(above));
		}
	}
	return 0;
}

static int
check_ceiling(struct vms_admin *ad, const struct vms_tree *after)
{
	struct vms_err err = { 0 };
	const struct vms_item *child, *parent;
	struct vms_model *m;
	int rc;

	if (ad->watch_user.len == 0 || vms_str_caseeq(vms_parameter(ad,
	    "subuser-ceiling", "TRUE"), VMS_STR("FALSE")))
		return 0;
	child = vms_tree_named(after, VMS_STR("vmsUser"), VMS_STR("uid"),
	    ad->watch_user);
	parent = child == NULL ? NULL : vms_tree_find(after,
	    vms_val(&child->e, "vmsParentUser"));
	if (parent == NULL)
		return 0;
	m = vms_tree_model(after, NULL, true, &err);
	if (m == NULL)
		return vms_refuse_err(ad, &err);
	rc = check_child(ad, m, after, child, parent);
	vms_model_free(m);
	return rc;
}

int
vms_rules_check(struct vms_admin *ad)
{
	struct vms_err err = { 0 };
	struct vms_tree after;
	struct vms_partial *p;
	int rc;

	if (ad->changes.first == NULL)
		return 0;
	if (vms_tree_after(&ad->tree, &ad->changes, &after, &err) < 0)
		return vms_refuse_err(ad, &err);
	rc = check_counts(ad, &after);
	if (rc == 0)
		rc = check_given(ad, &after);
	if (rc == 0)
		rc = check_ceiling(ad, &after);
	if (rc != 0 || ad->allow_partial)
		return rc;
	p = vms_rules_partial(ad, &rc);
	for (; rc == 0 && p != NULL; p = p->next)
		vms_rules_say_partial(ad, p);
	return rc != 0 ? rc : ad->exit;
}
