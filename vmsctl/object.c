/* SPDX-License-Identifier: MIT */
/*
 * add, list, show, set, remove, rename of every kind that is no more than its
 * fields: recorders, cameras, their groups, layouts, pools, schedules; and
 * the parts of it that users, roles and grants use.
 */
#include "vmsctl/object.h"

#include <string.h>

#include "libvms/dn.h"
#include "libvms/name.h"
#include "vmsctl/rules.h"
#include "vmsctl/browse.h"

static const struct vms_noun *
noun_of(const struct vms_admin *ad)
{
	return vms_noun_find(vms_str_of(ad->args.cmd->noun));
}

bool
vms_object_name_is_fine(struct vms_str name)
{
	size_t n = 0;

	if (name.len == 0 || name.len > 64 || name.p[0] == ' ' ||
	    name.p[name.len - 1] == ' ' || name.p[0] == '-')
		return false;
	while (name.len > 0) {
		n = vms_utf8_printable(name);
		if (n == 0 || memchr("/,=+\"\\<>;#", name.p[0], 10) != NULL)
			return false;
		name.p += n;
		name.len -= n;
	}
	return true;
}

int
vms_object_add(struct vms_admin *ad)
{
	const struct vms_noun *noun = noun_of(ad);
	struct vms_str name = vms_str_of(ad->args.words[0]);
	struct vms_change *ch;
	struct vms_str dn;
	int rc;

	if (!vms_object_name_is_fine(name))
		return vms_refuse(ad, CTL_USAGE, "usage",
		    "%.*s: not a name", VMS_STR_ARG(name));
	rc = vms_may(ad, noun->may_add, noun->name, name);
	if (rc != 0)
		return rc;
	dn = vms_dn_of(ad, noun->name, name);
	if (vms_tree_named(&ad->tree, vms_str_of(noun->klass),
	    vms_str_of(noun->naming), name) != NULL)
		return vms_refuse(ad, CTL_NO, "exists",
		    "there is a %s %.*s already", noun->name,
		    VMS_STR_ARG(name));
	ch = vms_change_new(&ad->changes, VMS_CHANGE_ADD, dn);
	vms_change_set(&ad->changes, ch, "objectClass",
	    vms_str_of(noun->klass));
	vms_change_set(&ad->changes, ch, noun->naming, name);
	rc = vms_fields_apply(ad, noun->fields, ch);
	if (rc == 0 && strcmp(noun->name, "recorder") == 0 &&
	    !vms_args_has(&ad->args, "host"))
		vms_change_set(&ad->changes, ch, "vmsHostName", name);
	if (rc == 0 && strcmp(noun->name, "camera") == 0 &&
	    !vms_args_has(&ad->args, "recorder"))
		return vms_refuse(ad, CTL_USAGE, "usage",
		    "a camera needs --recorder NAME");
	ad->note = vms_say(ad, "added %s %.*s", noun->name,
	    VMS_STR_ARG(name));
	return rc;
}


int
vms_object_list(struct vms_admin *ad)
{
	const struct vms_noun *noun = noun_of(ad);
	const struct vms_str none = { NULL, 0 };
	int rc = vms_may(ad, noun->may_list, NULL, none);

	return rc != 0 ? rc : vms_show_list(ad, noun, NULL);
}

/* Users and grants that are bound by a pool or schedule; who holds a role;
 * what a recorder holds. */
static void
show_references(struct vms_admin *ad, const struct vms_item *target)
{
	static const char *const attrs[] = { "vmsIpPoolRef",
	    "vmsScheduleRef", "vmsRoleRef", "vmsRoleParent",
	    "vmsHomeRecorder", "vmsMember", "vmsTarget" };

	for (uint32_t i = 0; !ad->json && i < ad->tree.n; i++)
		for (size_t k = 0; k < sizeof(attrs) / sizeof(attrs[0]); k++)
			if (vms_names_dn(&ad->tree, &ad->tree.items[i].e,
			    attrs[k], target->ndn)) {
				struct vms_str n = vms_name_of(ad,
				    ad->tree.items[i].e.dn);

				printf("used-by: ");
				out_text(stdout, n);
				putchar('\n');
				break;
			}
}

int
vms_object_show(struct vms_admin *ad)
{
	const struct vms_noun *noun = noun_of(ad);
	const struct vms_item *it;
	int rc = vms_may(ad, noun->may_list, NULL,
	    (struct vms_str){ NULL, 0 });

	if (rc != 0)
		return rc;
	it = vms_find(ad, noun->name, ad->args.words[0]);
	if (it == NULL)
		return CTL_NO;
	vms_show_entry(ad, noun, it);
	show_references(ad, it);
	return 0;
}

const struct vms_opt vms_object_set_opts[] = {
	{ "add", 0, "FIELD=VALUE", "one value more, the others stay" },
	{ "remove", 0, "FIELD=VALUE", "this value less" },
	{ "allow-partial", 0, NULL,
	    "even if somebody will see a layout or folder in part" },
	{ "add-cameras", 0, NULL,
	    "give its holders the cameras that are put in" },
	{ NULL, 0, NULL, NULL }
};
const struct vms_opt vms_object_remove_opts[] = {
	{ "cascade", 0, NULL, "take it out of what refers to it" },
	{ "allow-partial", 0, NULL,
	    "even if somebody will see a layout or folder in part" },
	{ NULL, 0, NULL, NULL }
};

static int
edit_one(struct vms_admin *ad, const struct vms_field *fields,
    struct vms_change *ch, enum vms_mod_op op, const char *given)
{
	struct vms_str name, value;
	const struct vms_field *f;
	int rc;

	if (!vms_str_cut(vms_str_of(given), '=', &name, &value))
		return vms_refuse(ad, CTL_USAGE, "usage",
		    "%s: FIELD=VALUE is expected", given);
	f = vms_field_find(fields, name);
	if (f == NULL || f->readonly || !f->many)
		return vms_refuse(ad, CTL_USAGE, "usage",
		    "%.*s: no field with several values",
		    VMS_STR_ARG(name));
	rc = vms_field_take(ad, f, value, &value);
	if (rc != 0)
		return rc;
	if (ch->item != NULL) {
		bool there = vms_has_val(&ch->item->e, f->attr, value);

		if (there == (op == VMS_MOD_ADD))
			return vms_refuse(ad, CTL_NO, there ? "exists" :
			    "not-found", "%s: %s", given, there ?
			    "is there already" : "is not there");
	}
	vms_change_value(&ad->changes, ch, op, f->attr, value);
	return 0;
}

int
vms_object_edit(struct vms_admin *ad, const struct vms_field *fields,
    struct vms_change *ch)
{
	int rc = vms_fields_apply(ad, fields, ch);

	for (int i = 0; rc == 0 && i < ad->args.n_given; i++) {
		const struct vms_given *g = &ad->args.given[i];

		if (strcmp(g->name, "add") == 0)
			rc = edit_one(ad, fields, ch, VMS_MOD_ADD, g->value);
		else if (strcmp(g->name, "remove") == 0)
			rc = edit_one(ad, fields, ch, VMS_MOD_DELETE,
			    g->value);
	}
	ad->allow_partial = vms_args_has(&ad->args, "allow-partial");
	return rc;
}

/* --add-cameras: every grant on the container gets what was missing. */
static int
give_holders(struct vms_admin *ad, const struct vms_item *box)
{
	int rc;
	struct vms_partial *p = vms_rules_partial(ad, &rc);

	for (; rc == 0 && p != NULL; p = p->next)
		for (uint32_t i = 0; i < ad->tree.n; i++) {
			const struct vms_item *g = &ad->tree.items[i];

			if (!vms_is_a(&g->e, VMS_STR("vmsGrant")) ||
			    !vms_has_val(&g->e, "vmsEffect",
			    VMS_STR("allow")) || !vms_names_dn(&ad->tree,
			    &g->e, "vmsTarget", box->ndn))
				continue;
			for (uint32_t k = 0; k < p->n_missing; k++)
				vms_change_value(&ad->changes,
				    vms_change_of(&ad->changes, g),
				    VMS_MOD_ADD, "vmsTarget", vms_dn_of(ad,
				    "camera", p->missing[k]));
		}
	return rc;
}

int
vms_object_set(struct vms_admin *ad)
{
	const struct vms_noun *noun = noun_of(ad);
	const struct vms_item *it = vms_find(ad, noun->name,
	    ad->args.words[0]);
	const char *may = noun->may_edit;
	struct vms_change *ch;
	int rc;

	if (it == NULL)
		return CTL_NO;
	if (strcmp(noun->name, "recorder") == 0 &&
	    vms_args_has(&ad->args, "remote-address"))
		may = "recorder.set-remote-address";
	rc = vms_may(ad, may, noun->name, vms_val(&it->e, noun->naming));
	if (rc != 0)
		return rc;
	ch = vms_change_of(&ad->changes, it);
	rc = vms_object_edit(ad, noun->fields, ch);
	if (rc == 0 && vms_change_is_empty(ch))
		return vms_refuse(ad, CTL_USAGE, "usage", "nothing to set");
	if (rc == 0 && vms_args_has(&ad->args, "add-cameras"))
		rc = give_holders(ad, it);
	ad->note = vms_say(ad, "changed %s %s", noun->name,
	    ad->args.words[0]);
	return rc;
}

/* References that can be dropped, being one of many. */
static const char *const loose[] = { "vmsTarget", "vmsMember",
    "vmsFailoverRecorder", "vmsSubject", "vmsCameraRef", "vmsCaseRef" };
/* References that narrow or that must not be empty. */
static const char *const firm[] = { "vmsIpPoolRef", "vmsScheduleRef",
    "vmsRoleRef", "vmsRoleParent", "vmsHomeRecorder", "vmsApproverRef",
    "vmsParentUser" };

int
vms_object_unlink(struct vms_admin *ad, const struct vms_item *it,
    bool cascade)
{
	struct vms_str users = { "", 0 };

	for (uint32_t i = 0; i < ad->tree.n; i++) {
		const struct vms_item *o = &ad->tree.items[i];
		struct vms_change *pending = vms_change_find(&ad->changes,
		    o->e.dn);
		bool used = false;

		if (o == it || (pending != NULL &&
		    pending->type == VMS_CHANGE_DELETE))
			continue;
		for (size_t k = 0; k < sizeof(firm) / sizeof(firm[0]); k++)
			used |= vms_names_dn(&ad->tree, &o->e, firm[k],
			    it->ndn);
		for (size_t k = 0; k < sizeof(loose) / sizeof(loose[0]);
		    k++) {
			if (!vms_names_dn(&ad->tree, &o->e, loose[k],
			    it->ndn))
				continue;
			used |= !cascade;
			if (cascade)
				vms_change_value(&ad->changes,
				    vms_change_of(&ad->changes, o),
				    VMS_MOD_DELETE, loose[k], it->e.dn);
		}
		if (used) {
			struct vms_str name = vms_name_of(ad, o->e.dn);

			users = vms_say(ad, "%.*s %.*s", VMS_STR_ARG(users),
			    VMS_STR_ARG(name));
		}
	}
	if (users.len == 0)
		return 0;
	return vms_refuse(ad, CTL_INCONSISTENT, "in-use",
	    "%s is used by%.*s", ad->args.words[0], VMS_STR_ARG(users));
}

int
vms_object_remove(struct vms_admin *ad)
{
	const struct vms_noun *noun = noun_of(ad);
	const struct vms_item *it = vms_find(ad, noun->name,
	    ad->args.words[0]);
	int rc;

	if (it == NULL)
		return CTL_NO;
	rc = vms_may(ad, noun->may_delete, noun->name,
	    vms_val(&it->e, noun->naming));
	if (rc != 0)
		return rc;
	vms_change_delete(&ad->changes, it);
	ad->allow_partial = vms_args_has(&ad->args, "allow-partial");
	ad->note = vms_say(ad, "removed %s %s", noun->name,
	    ad->args.words[0]);
	return vms_object_unlink(ad, it, vms_args_has(&ad->args, "cascade"));
}

int
vms_object_rename(struct vms_admin *ad)
{
	/* Those that the server does not follow: they narrow. */
	static const char *const ours[] = { "vmsIpPoolRef",
	    "vmsScheduleRef", "vmsApproverRef" };
	const struct vms_noun *noun = noun_of(ad);
	struct vms_str name = vms_str_of(ad->args.words[1]), dn;
	const struct vms_item *it = vms_find(ad, noun->name,
	    ad->args.words[0]);
	struct vms_change *ch;
	int rc;

	if (it == NULL)
		return CTL_NO;
	if (!vms_object_name_is_fine(name))
		return vms_refuse(ad, CTL_USAGE, "usage", "%.*s: not a name",
		    VMS_STR_ARG(name));
	rc = vms_may(ad, strcmp(noun->name, "recorder") == 0 ?
	    "recorder.rename" : noun->may_edit, noun->name,
	    vms_val(&it->e, noun->naming));
	if (rc != 0)
		return rc;
	ch = vms_change_of(&ad->changes, it);
	ch->type = VMS_CHANGE_RENAME;
	ch->newrdn = vms_say(ad, "%s=%.*s", noun->naming,
	    VMS_STR_ARG(name));
	dn = vms_say(ad, "%.*s,%.*s", VMS_STR_ARG(ch->newrdn),
	    VMS_STR_ARG(vms_dn_parent(it->ndn)));
	for (uint32_t i = 0; i < ad->tree.n; i++)
		for (size_t k = 0; k < sizeof(ours) / sizeof(ours[0]); k++) {
			const struct vms_item *o = &ad->tree.items[i];

			if (!vms_names_dn(&ad->tree, &o->e, ours[k],
			    it->ndn))
				continue;
			ch = vms_change_of(&ad->changes, o);
			vms_change_value(&ad->changes, ch, VMS_MOD_DELETE,
			    ours[k], it->e.dn);
			vms_change_value(&ad->changes, ch, VMS_MOD_ADD,
			    ours[k], dn);
		}
	ad->note = vms_say(ad, "renamed %s %s", noun->name,
	    ad->args.words[0]);
	return 0;
}
