/* SPDX-License-Identifier: MIT */
/* policy show, policy set: defaults, parameters, texts. */
#include <stdio.h>
#include <string.h>

#include "libvms/name.h"
#include "vmsctl/field.h"
#include "vmsctl/rules.h"

static const struct vms_field fields[] = {
	{ .opt = "default-access", .attr = "vmsDefaultAccess",
	    .type = VMS_F_WORD, .words = "none|all-cameras",
	    .help = "what a role grant without a target gets" },
	{ .opt = "layout-mode", .attr = "vmsLayoutMode",
	    .type = VMS_F_WORD, .words = "require|imply",
	    .help = "whether a layout gives its cameras" },
	{ .opt = NULL }
};

static const struct vms_opt opts[] = {
	{ "parameter", 0, "NAME=VALUE", "set one; NAME= removes it" },
	{ "message", 0, "KEY=TEXT", "what users read; KEY= removes it" },
	{ NULL, 0, NULL, NULL }
};

static const struct vms_item *
policy_of(struct vms_admin *ad)
{
	return vms_tree_named(&ad->tree, VMS_STR("vmsPolicy"),
	    VMS_STR("cn"), VMS_STR("policy"));
}

static int
policy_show(struct vms_admin *ad)
{
	static const char *const attrs[] = { "vmsDefaultAccess",
	    "vmsLayoutMode", "vmsParameter", "vmsMessage" };
	static const char *const names[] = { "default-access",
	    "layout-mode", "parameter", "message" };
	const struct vms_item *it = policy_of(ad);
	struct out_json j = { stdout, false };
	int rc = vms_may(ad, "user.list", NULL, (struct vms_str){ NULL, 0 });

	if (rc != 0)
		return rc;
	if (ad->json)
		out_open(&j, NULL, '{');
	for (size_t i = 0; i < sizeof(attrs) / sizeof(attrs[0]); i++) {
		struct vms_vals v = vms_vals(&it->e, attrs[i]);

		if (ad->json && i >= 2)
			out_open(&j, names[i], '[');
		for (uint32_t k = 0; k < v.n; k++) {
			if (ad->json) {
				out_str(&j, i < 2 ? names[i] : NULL, v.v[k]);
				continue;
			}
			printf("%s: ", names[i]);
			out_text(stdout, v.v[k]);
			putchar('\n');
		}
		if (ad->json && i >= 2)
			out_close(&j, ']');
	}
	if (ad->json) {
		out_close(&j, '}');
		putchar('\n');
	}
	return 0;
}

/* NAME=VALUE replaces the value that has this name. */
static int
set_named(struct vms_admin *ad, const struct vms_item *it,
    struct vms_change *ch, const char *attr, const char *given)
{
	struct vms_vals v = vms_vals(&it->e, attr);
	struct vms_str name, value, head, tail;

	if (!vms_str_cut(vms_str_of(given), '=', &name, &value) ||
	    name.len == 0)
		return vms_refuse(ad, CTL_USAGE, "usage",
		    "%s: NAME=VALUE is expected", given);
	for (uint32_t i = 0; i < v.n; i++)
		if (vms_str_cut(v.v[i], '=', &head, &tail) &&
		    vms_str_caseeq(head, name) &&
		    !vms_str_eq(tail, value))
			vms_change_value(&ad->changes, ch, VMS_MOD_DELETE,
			    attr, v.v[i]);
	if (value.len > 0 && !vms_has_val(&it->e, attr, vms_str_of(given)))
		vms_change_value(&ad->changes, ch, VMS_MOD_ADD, attr,
		    vms_str_of(given));
	return 0;
}

static int
policy_set(struct vms_admin *ad)
{
	const struct vms_item *it = policy_of(ad);
	struct vms_change *ch;
	int rc = vms_may(ad, "policy.edit", NULL,
	    (struct vms_str){ NULL, 0 });

	if (rc != 0)
		return rc;
	ch = vms_change_of(&ad->changes, it);
	rc = vms_fields_apply(ad, fields, ch);
	for (int i = 0; rc == 0 && i < ad->args.n_given; i++) {
		const struct vms_given *g = &ad->args.given[i];

		if (strcmp(g->name, "parameter") == 0)
			rc = set_named(ad, it, ch, "vmsParameter", g->value);
		else if (strcmp(g->name, "message") == 0)
			rc = set_named(ad, it, ch, "vmsMessage", g->value);
	}
	ad->note = VMS_STR("changed the policy");
	ad->allow_partial = true;
	return rc;
}

const struct vms_cmd vms_policy_cmds[] = {
	{ .noun = "policy", .verb = "show", .args = "",
	    .help = "defaults, parameters, texts", .run = policy_show },
	{ .noun = "policy", .verb = "set", .args = "",
	    .help = "change them; an owner's right", .opts = opts,
	    .fields = fields, .run = policy_set, .writes = true },
	{ .noun = NULL }
};
