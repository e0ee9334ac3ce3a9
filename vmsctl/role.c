/* SPDX-License-Identifier: MIT */
/* role add, set, remove, list, show, actions. */
#include <stdio.h>
#include <string.h>

#include "libvms/action.h"
#include "vmsctl/object.h"
#include "vmsctl/rules.h"
#include "vmsctl/browse.h"
#include "vmsctl/user.h"

static const struct vms_opt add_opts[] = {
	{ "with-needs", 0, NULL, "also what the actions need" },
	{ NULL, 0, NULL, NULL }
};
static const struct vms_opt set_opts[] = {
	{ "add", 0, "FIELD=VALUE", "one value more, the others stay" },
	{ "remove", 0, "FIELD=VALUE", "this value less" },
	{ "with-needs", 0, NULL, "also what the actions need" },
	{ "allow-partial", 0, NULL,
	    "even if somebody will see a layout or folder in part" },
	{ NULL, 0, NULL, NULL }
};

static int
role_add(struct vms_admin *ad)
{
	int rc = vms_object_add(ad);

	if (rc == 0)
		vms_expand_actions(ad, ad->changes.first,
		    vms_args_has(&ad->args, "with-needs"));
	return rc;
}

static int
role_set(struct vms_admin *ad)
{
	const struct vms_item *it = vms_find(ad, "role", ad->args.words[0]);
	struct vms_change *ch;
	int rc;

	if (it == NULL)
		return CTL_NO;
	rc = vms_may(ad, "role.edit", "role", vms_val(&it->e, "cn"));
	if (rc != 0)
		return rc;
	ch = vms_change_of(&ad->changes, it);
	rc = vms_object_edit(ad, vms_role_fields, ch);
	if (rc != 0)
		return rc;
	if (vms_change_is_empty(ch))
		return vms_refuse(ad, CTL_USAGE, "usage", "nothing to set");
	vms_expand_actions(ad, ch, vms_args_has(&ad->args, "with-needs"));
	ad->note = vms_say(ad, "changed role %s", ad->args.words[0]);
	return vms_own_refresh(ad);
}

static int
role_show(struct vms_admin *ad)
{
	struct vms_action_set set = { { 0 } };
	const struct vms_item *it;
	int rc = vms_object_show(ad);

	it = rc != 0 || ad->json ? NULL : vms_find(ad, "role",
	    ad->args.words[0]);
	if (it == NULL)
		return rc;
	vms_role_actions(&ad->tree, it->e.dn, &set);
	for (int i = 0; i < vms_action_count(); i++)
		if (vms_action_set_has(&set, i))
			printf("gives: %.*s\n",
			    VMS_STR_ARG(vms_action_get(i)->name));
	return 0;
}

/* Without a category: the categories. */
static int
role_actions(struct vms_admin *ad)
{
	static const struct vms_sheet_column columns[] = {
	    { "action", 's' }, { "scope", 's' }, { "class", 's' },
	    { "needs", 's' }, { NULL, 0 } };
	static const struct vms_sheet_column one[] = {
	    { "category", 's' }, { NULL, 0 } };
	static const char *const scopes[] = { "self", "system", "recorder",
	    "camera", "layout", "cameragroup", "user" };
	static const char *const classes[] = { "self", "login", "view",
	    "operate", "sensitive", "admin", "owner" };
	bool all = ad->args.n_words == 0;
	struct vms_sheet *t = vms_sheet_for(ad, all ? one : columns);
	struct vms_str head, tail, last = { NULL, 0 };
	struct vms_err err = { 0 };

	for (int i = 0; i < vms_action_count(); i++) {
		const struct vms_action *a = vms_action_get(i);
		struct vms_str cells[4] = { a->name,
		    vms_str_of(scopes[a->scope]),
		    vms_str_of(classes[a->klass]), a->need < 0 ?
		    VMS_STR("-") : vms_action_get(a->need)->name };

		(void)vms_str_cut(a->name, '.', &head, &tail);
		if (all ? vms_str_eq(head, last) :
		    !vms_str_caseeq(head, vms_str_of(ad->args.words[0])))
			continue;
		last = head;
		if (all)
			cells[0] = head;
		(void)vms_sheet_row(t, cells);
	}
	if (vms_sheet_end(t, &err) < 0)
		return vms_refuse_err(ad, &err);
	return all || last.len > 0 ? 0 : vms_refuse(ad, CTL_NO, "not-found",
	    "there is no category %s", ad->args.words[0]);
}

const struct vms_cmd vms_role_cmds[] = {
	{ .noun = "role", .verb = "add", .args = "NAME",
	    .help = "make a role of your own", .opts = add_opts,
	    .fields = vms_role_fields, .min = 1, .max = 1, .run = role_add,
	    .writes = true },
	{ .noun = "role", .verb = "list", .args = "", .help = "every role",
	    .run = vms_object_list },
	{ .noun = "role", .verb = "show", .args = "NAME",
	    .help = "one role, who uses it, and all that it gives",
	    .min = 1, .max = 1, .run = role_show },
	{ .noun = "role", .verb = "set", .args = "NAME",
	    .help = "change a role; an empty value clears",
	    .opts = set_opts, .fields = vms_role_fields, .min = 1, .max = 1,
	    .run = role_set, .writes = true },
	{ .noun = "role", .verb = "remove", .args = "NAME",
	    .help = "delete a role that nothing uses", .min = 1, .max = 1,
	    .run = vms_object_remove, .writes = true, .sensitive = true },
	{ .noun = "role", .verb = "actions", .args = "[CATEGORY]",
	    .help = "what can be granted", .max = 1, .run = role_actions,
	    .alone = true },
	{ .noun = NULL }
};
