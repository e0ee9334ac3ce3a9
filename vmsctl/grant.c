/* SPDX-License-Identifier: MIT */
/* grant list, show, add, set, remove. */
#include <string.h>

#include "libvms/action.h"
#include "vmsctl/object.h"
#include "vmsctl/rules.h"

/* Whether a word stands among the values of an option. */
static bool
given_word(const struct vms_admin *ad, const char *opt, const char *word)
{
	for (int i = 0; i < ad->args.n_given; i++)
		if (strcmp(ad->args.given[i].name, opt) == 0 &&
		    strcmp(ad->args.given[i].value, word) == 0)
			return true;
	return false;
}

/* RESOURCE.* in what allows means the verbs known today: written out. */
void
vms_expand_actions(struct vms_admin *ad, struct vms_change *ch, bool needs)
{
	struct vms_action_set set = { { 0 } };
	struct vms_mod *m = ch->mods;

	while (m != NULL && (m->op == VMS_MOD_DELETE ||
	    !vms_str_eq(m->attr, VMS_STR("vmsAction"))))
		m = m->next;
	if (m == NULL || m->n == 0)
		return;
	for (uint32_t i = 0; i < m->n; i++)
		(void)vms_action_set_add_word(&set, m->vals[i]);
	for (int i = 0; needs && i < vms_action_count(); i++)
		for (int k = i; vms_action_set_has(&set, i) && k >= 0;
		    k = vms_action_get(k)->need)
			vms_action_set_add(&set, k);
	m->n = 0;
	for (int i = 0; i < vms_action_count(); i++)
		if (vms_action_set_has(&set, i))
			vms_change_value(&ad->changes, ch, m->op,
			    "vmsAction", vms_action_get(i)->name);
}

/* Every kind of narrowing that the grant will carry. */
static int
set_conditions(struct vms_admin *ad, struct vms_change *ch)
{
	static const char *const kinds[][3] = {
		{ "ip", "vmsIpPoolRef", NULL },
		{ "schedule", "vmsScheduleRef", NULL },
		{ "service", "vmsService", NULL },
		{ "approval", "vmsApproverRef", NULL },
		{ "validity", "vmsNotBefore", "vmsNotAfter" },
		{ "archive-age", "vmsMaxArchiveAge", NULL }
	};
	enum vms_mod_op op = ch->type == VMS_CHANGE_ADD ? VMS_MOD_ADD :
	    VMS_MOD_REPLACE;
	struct vms_err err = { 0 };
	const struct vms_item *it;
	struct vms_tree after;
	bool any = false;

	if (vms_tree_after(&ad->tree, &ad->changes, &after, &err) < 0)
		return vms_refuse_err(ad, &err);
	it = vms_tree_find(&after, ch->dn);
	if (it == NULL)
		return CTL_NO;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (vms_vals(&it->e, kinds[i][1]).n > 0 ||
		    (kinds[i][2] != NULL && vms_vals(&it->e,
		    kinds[i][2]).n > 0)) {
			vms_change_value(&ad->changes, ch, op,
			    "vmsCondition", vms_str_of(kinds[i][0]));
			any = true;
		}
	if (vms_args_has(&ad->args, "break-glass") || (ch->item != NULL &&
	    vms_has_val(&ch->item->e, "vmsCondition",
	    VMS_STR("break-glass")))) {
		vms_change_value(&ad->changes, ch, op, "vmsCondition",
		    VMS_STR("break-glass"));
		any = true;
	}
	if (vms_args_has(&ad->args, "disabled")) {
		vms_change_value(&ad->changes, ch, op, "vmsCondition",
		    VMS_STR("disabled"));
		any = true;
	}
	if (!any)
		vms_change_set(&ad->changes, ch, "vmsCondition",
		    VMS_STR("none"));
	return 0;
}

/* The rights to write it: on each user it names. */
static int
may_write(struct vms_admin *ad, const struct vms_entry *g)
{
	struct vms_str none = { NULL, 0 };
	struct vms_vals v = vms_vals(g, "vmsSubject");
	int rc = vms_may(ad, "user.assign-access", NULL, none);

	for (uint32_t i = 0; rc == 0 && i < v.n; i++) {
		const struct vms_item *u = vms_tree_find(&ad->tree, v.v[i]);

		if (u != NULL && vms_entry_is(&u->e, VMS_STR("vmsUser")))
			rc = vms_may(ad, "user.assign-access", "user",
			    vms_val(&u->e, "uid"));
	}
	return rc;
}

static int
may_write_after(struct vms_admin *ad, const struct vms_change *ch)
{
	struct vms_err err = { 0 };
	const struct vms_item *it;
	struct vms_tree after;

	if (vms_tree_after(&ad->tree, &ad->changes, &after, &err) < 0)
		return vms_refuse_err(ad, &err);
	it = vms_tree_find(&after, ch->dn);
	return it == NULL ? 0 : may_write(ad, &it->e);
}

static const struct vms_opt add_opts[] = {
	{ "break-glass", 0, NULL, "inert until the glass is broken" },
	{ "disabled", 0, NULL, "written, and switched off" },
	{ "allow-partial", 0, NULL,
	    "even if somebody will see a layout or folder in part" },
	{ NULL, 0, NULL, NULL }
};

static int
check_new(struct vms_admin *ad, struct vms_str name)
{
	const struct vms_args *a = &ad->args;

	if (!vms_object_name_is_fine(name))
		return vms_refuse(ad, CTL_USAGE, "usage", "%.*s: not a name",
		    VMS_STR_ARG(name));
	if (vms_tree_named(&ad->tree, VMS_STR("vmsGrant"), VMS_STR("cn"),
	    name) != NULL)
		return vms_refuse(ad, CTL_NO, "exists",
		    "there is a grant %.*s already", VMS_STR_ARG(name));
	if (vms_args_has(a, "role") == vms_args_has(a, "action"))
		return vms_refuse(ad, CTL_USAGE, "usage",
		    "a grant gives --role or --action, one of the two");
	if (!vms_args_has(a, "subject"))
		return vms_refuse(ad, CTL_USAGE, "usage",
		    "a grant needs --subject");
	return 0;
}

/* What no --target means: the policy says it, and it is written down. */
static int
settle_targets(struct vms_admin *ad, struct vms_change *ch)
{
	const struct vms_item *policy = vms_tree_named(&ad->tree,
	    VMS_STR("vmsPolicy"), VMS_STR("cn"), VMS_STR("policy"));
	const char *role = vms_args_get(&ad->args, "role");
	const struct vms_item *r = role == NULL ? NULL : vms_tree_named(
	    &ad->tree, VMS_STR("vmsRole"), VMS_STR("cn"), vms_str_of(role));
	bool all = given_word(ad, "target", "all");
	int64_t rank;

	if (!vms_args_has(&ad->args, "target")) {
		all = (policy != NULL && vms_has_val(&policy->e,
		    "vmsDefaultAccess", VMS_STR("all-cameras"))) ||
		    (r != NULL && vms_num_parse(vms_val(&r->e,
		    "vmsRoleRank"), 80, 100, &rank) == 0);
		if (!all)
			return vms_refuse(ad, CTL_INCONSISTENT,
			    "target-missing", "the policy gives nothing by "
			    "default: say --target KIND:NAME, or all");
	}
	vms_change_set(&ad->changes, ch, "vmsTargetScope", all ?
	    VMS_STR("all") : VMS_STR("listed"));
	return 0;
}

static int
grant_add(struct vms_admin *ad)
{
	struct vms_str name = vms_str_of(ad->args.words[0]);
	bool deny = given_word(ad, "effect", "deny");
	struct vms_change *ch;
	int rc = check_new(ad, name);

	if (rc != 0)
		return rc;
	ch = vms_change_new(&ad->changes, VMS_CHANGE_ADD,
	    vms_dn_of(ad, "grant", name));
	vms_change_set(&ad->changes, ch, "objectClass",
	    vms_args_has(&ad->args, "role") ? VMS_STR("vmsRoleGrant") :
	    VMS_STR("vmsActionGrant"));
	vms_change_set(&ad->changes, ch, "cn", name);
	rc = vms_fields_apply(ad, vms_grant_fields, ch);
	vms_change_set(&ad->changes, ch, "vmsSubjectScope", given_word(ad,
	    "subject", "everyone") ? VMS_STR("everyone") :
	    VMS_STR("listed"));
	if (rc == 0)
		rc = settle_targets(ad, ch);
	if (rc == 0 && !deny)
		vms_expand_actions(ad, ch, false);
	if (rc == 0)
		rc = set_conditions(ad, ch);
	if (rc == 0)
		rc = may_write_after(ad, ch);
	ad->allow_partial = vms_args_has(&ad->args, "allow-partial");
	ad->note = vms_say(ad, "added grant %.*s", VMS_STR_ARG(name));
	return rc;
}

static int
grant_set(struct vms_admin *ad)
{
	const struct vms_item *it = vms_find(ad, "grant",
	    ad->args.words[0]);
	struct vms_changes *cs = &ad->changes;
	struct vms_change *ch;
	bool deny;
	int rc;

	if (it == NULL)
		return CTL_NO;
	rc = may_write(ad, &it->e);
	if (rc != 0)
		return rc;
	ch = vms_change_of(cs, it);
	rc = vms_object_edit(ad, vms_grant_fields, ch);
	if (rc != 0)
		return rc;
	if (given_word(ad, "subject", "everyone"))
		vms_change_set(cs, ch, "vmsSubjectScope",
		    VMS_STR("everyone"));
	else if (vms_args_has(&ad->args, "subject"))
		vms_change_set(cs, ch, "vmsSubjectScope", VMS_STR("listed"));
	if (given_word(ad, "target", "all")) {
		vms_change_clear(cs, ch, "vmsTarget");
		vms_change_set(cs, ch, "vmsTargetScope", VMS_STR("all"));
	} else if (vms_args_has(&ad->args, "target")) {
		vms_change_set(cs, ch, "vmsTargetScope", VMS_STR("listed"));
	}
	deny = given_word(ad, "effect", "deny") ||
	    (!vms_args_has(&ad->args, "effect") && !vms_has_val(&it->e,
	    "vmsEffect", VMS_STR("allow")));
	if (!deny)
		vms_expand_actions(ad, ch, false);
	if (vms_change_is_empty(ch) && !vms_args_has(&ad->args, "disabled"))
		return vms_refuse(ad, CTL_USAGE, "usage", "nothing to set");
	rc = set_conditions(ad, ch);
	ad->note = vms_say(ad, "changed grant %s", ad->args.words[0]);
	return rc != 0 ? rc : may_write_after(ad, ch);
}

static int
grant_remove(struct vms_admin *ad)
{
	const struct vms_item *it = vms_find(ad, "grant",
	    ad->args.words[0]);
	int rc;

	if (it == NULL)
		return CTL_NO;
	rc = may_write(ad, &it->e);
	if (rc == 0)
		vms_change_delete(&ad->changes, it);
	ad->allow_partial = vms_args_has(&ad->args, "allow-partial");
	ad->note = vms_say(ad, "removed grant %s", ad->args.words[0]);
	return rc;
}

static const struct vms_opt set_opts[] = {
	{ "add", 0, "FIELD=VALUE", "one value more, the others stay" },
	{ "remove", 0, "FIELD=VALUE", "this value less" },
	{ "break-glass", 0, NULL, "inert until the glass is broken" },
	{ "disabled", 0, NULL, "switched off; set without it switches on" },
	{ "allow-partial", 0, NULL,
	    "even if somebody will see a layout or folder in part" },
	{ NULL, 0, NULL, NULL }
};

const struct vms_cmd vms_grant_cmds[] = {
	{ .noun = "grant", .verb = "add", .args = "NAME",
	    .help = "give (or deny) a role or actions", .opts = add_opts,
	    .fields = vms_grant_fields, .min = 1, .max = 1,
	    .run = grant_add, .writes = true },
	{ .noun = "grant", .verb = "list", .args = "",
	    .help = "every grant", .run = vms_object_list },
	{ .noun = "grant", .verb = "show", .args = "NAME",
	    .help = "one grant", .min = 1, .max = 1,
	    .run = vms_object_show },
	{ .noun = "grant", .verb = "set", .args = "NAME",
	    .help = "change a grant; an empty value clears",
	    .opts = set_opts, .fields = vms_grant_fields, .min = 1,
	    .max = 1, .run = grant_set, .writes = true },
	{ .noun = "grant", .verb = "remove", .args = "NAME",
	    .help = "delete a grant", .opts = &add_opts[2], .min = 1,
	    .max = 1, .run = grant_remove, .writes = true,
	    .sensitive = true },
	{ .noun = NULL }
};
