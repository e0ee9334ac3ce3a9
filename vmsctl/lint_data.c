/* SPDX-License-Identifier: MIT */
/* Lint of licences, analytics data and parameters, and of layouts and folders
 * that show their holders less than is in them. */
#include "vmsctl/lint.h"

#include <inttypes.h>

#include "vmsctl/license.h"

/* What gc would have deleted by now. */
#define GRACE_S (2 * 86400)

static const char *const parameters[] = {
	"admin-manages-admins", "admin-max", "admin-warn", "cache-max-age",
	"config-interval", "config-keep", "group-depth", "ip-pool-services",
	"owner-max", "owner-min", "pw-charset", "pw-max-length",
	"pw-min-length", "retention-days", "subuser-ceiling",
	"users-without-facts"
};

static bool
is_known_parameter(struct vms_str name)
{
	for (size_t i = 0; i < sizeof(parameters) / sizeof(parameters[0]);
	    i++)
		if (vms_str_eq(name, vms_str_of(parameters[i])))
			return true;
	return false;
}

static void
lint_policy(struct vms_lint *l, const struct vms_entry *e)
{
	struct vms_vals v = vms_vals(e, "vmsParameter");
	struct vms_str name, value, other;

	for (uint32_t i = 0; i < v.n; i++) {
		if (!vms_str_cut(v.v[i], '=', &name, &value))
			continue;
		if (!is_known_parameter(name))
			vms_lint_find(l, "parameter-unknown", e->dn,
			    "vmsParameter", false, "\"%.*s\" is no "
			    "parameter: it changes nothing",
			    VMS_STR_ARG(name));
		for (uint32_t k = 0; k < i; k++) {
			(void)vms_str_cut(v.v[k], '=', &other, &value);
			if (vms_str_eq(other, name))
				vms_lint_find(l, "parameter-several", e->dn,
				    "vmsParameter", true, "\"%.*s\" is set "
				    "twice: which counts is chance",
				    VMS_STR_ARG(name));
		}
	}
}

/* --- licences --- */

static void
lint_pool(struct vms_lint *l, const struct vms_entry *e)
{
	int64_t level = vms_license_number(e, "vmsLicenseLevel");
	struct vms_license_sums s = vms_license_sum(l->tree, level);

	if (s.total < 0 || s.free != s.total - s.shared)
		vms_lint_find(l, "license-sum", e->dn, "vmsLicenseFree",
		    true, "%" PRId64 " in all, %" PRId64 " assigned, but %"
		    PRId64 " free", s.total, s.shared, s.free);
}

/* Whether an attribute names an entry that is there. */
static bool
names_any(const struct vms_tree *tree, const struct vms_entry *e,
    const char *attr)
{
	struct vms_vals v = vms_vals(e, attr);

	for (uint32_t i = 0; i < v.n; i++)
		if (vms_tree_find(tree, v.v[i]) != NULL)
			return true;
	return false;
}

static void
lint_assignment(struct vms_lint *l, const struct vms_entry *e)
{
	int64_t level = vms_license_number(e, "vmsLicenseLevel");

	if (!names_any(l->tree, e, "vmsSubject"))
		vms_lint_find(l, "assignment-orphan", e->dn, "vmsSubject",
		    false, "licences of a user who is gone");
	if (vms_license_pool(l->tree, level) == NULL)
		vms_lint_find(l, "license-pool-missing", e->dn,
		    "vmsLicenseLevel", true, "there are no licences of level "
		    "%" PRId64, level);
}

static void
lint_retention(struct vms_lint *l, const struct vms_entry *e)
{
	int64_t end = vms_license_end(e);

	if (end == INT64_MAX && vms_vals(e, "vmsRetainUntil").n > 0)
		vms_lint_find(l, "retention-unreadable", e->dn,
		    "vmsRetainUntil", false, "no date: it is kept for ever");
	else if (end != INT64_MAX && l->now_s - end > GRACE_S)
		vms_lint_find(l, "retention-over", e->dn, "vmsRetainUntil",
		    false, "should have been deleted days ago: gc does not "
		    "run");
}

static void
lint_analytics(struct vms_lint *l, const struct vms_entry *e)
{
	bool is_case = vms_entry_is(e, VMS_STR("vmsAnalyticsCase"));

	if (is_case && !names_any(l->tree, e, "vmsOwner"))
		vms_lint_find(l, "case-orphan", e->dn, "vmsOwner", false,
		    "a case of a user who is gone");
	if (!is_case && vms_vals(e, "vmsOwner").n > 0 &&
	    !names_any(l->tree, e, "vmsOwner"))
		vms_lint_find(l, "resource-orphan", e->dn, "vmsOwner", false,
		    "of a user who is gone");
	else if (!is_case && vms_vals(e, "vmsCaseRef").n > 0 &&
	    !names_any(l->tree, e, "vmsCaseRef"))
		vms_lint_find(l, "resource-orphan", e->dn, "vmsCaseRef",
		    false, "of cases that are gone");
}

void
vms_lint_data(struct vms_lint *l)
{
	for (uint32_t i = 0; i < l->tree->n; i++) {
		const struct vms_entry *e = &l->tree->items[i].e;

		if (vms_entry_is(e, VMS_STR("vmsPolicy")))
			lint_policy(l, e);
		else if (vms_entry_is(e, VMS_STR("vmsLicensePool")))
			lint_pool(l, e);
		else if (vms_entry_is(e, VMS_STR("vmsLicenseAssignment")))
			lint_assignment(l, e);
		else if (vms_entry_is(e, VMS_STR("vmsAnalyticsCase")) ||
		    vms_entry_is(e, VMS_STR("vmsAnalyticsResource")) ||
		    vms_entry_is(e, VMS_STR("vmsAnalyticsResourceGroup")))
			lint_analytics(l, e);
		lint_retention(l, e);
	}
}

/* --- layouts and folders --- */

static void
lint_container(struct vms_lint *l, const struct vms_peers *c,
    enum vms_kind kind, struct vms_str action, struct vms_str name)
{
	struct vms_reach *r = &l->reach;
	const struct vms_request rq = { .user = r->users[c->user].name,
		.action = action, .kind = kind, .resource = name,
		.sessions = -1 };
	struct vms_str klass = kind == VMS_KIND_LAYOUT ?
	    VMS_STR("vmsLayout") : VMS_STR("vmsCameraGroup");
	const struct vms_item *it;
	struct vms_verdict v;

	vms_arena_reset(&r->scratch);
	vms_decide(r->m, &rq, &r->scratch, NULL, &v);
	if (v.result != VMS_ALLOW || v.n_hidden == 0)
		return;
	it = vms_tree_named(l->tree, klass, VMS_STR("cn"), name);
	vms_lint_find(l, kind == VMS_KIND_LAYOUT ? "layout-partial" :
	    "cameragroup-partial", it != NULL ? it->e.dn : name, "vmsMember",
	    false, "%.*s%s: %u of its cameras are hidden, such as %.*s",
	    VMS_STR_ARG(r->users[c->user].name), c->n_users > 1 ?
	    " and others with the same grants" : "", v.n_hidden,
	    VMS_STR_ARG(v.hidden[0]));
}

void
vms_lint_partial(struct vms_lint *l)
{
	struct vms_reach *r = &l->reach;

	for (uint32_t i = 0; i < r->n_classes; i++) {
		const struct vms_peers *c = &r->classes[i];

		if (c->owner || c->none || c->n_grants == 0)
			continue;
		for (uint32_t k = 0; k < r->n_things[VMS_KIND_LAYOUT]; k++)
			lint_container(l, c, VMS_KIND_LAYOUT,
			    VMS_STR("layout.view"),
			    r->things[VMS_KIND_LAYOUT][k]);
		for (uint32_t k = 0; k < r->n_things[VMS_KIND_CAMERAGROUP];
		    k++)
			lint_container(l, c, VMS_KIND_CAMERAGROUP,
			    VMS_STR("cameragroup.view"),
			    r->things[VMS_KIND_CAMERAGROUP][k]);
	}
}
