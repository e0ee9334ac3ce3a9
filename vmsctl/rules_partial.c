/* SPDX-License-Identifier: MIT */
/*
 * Layouts and folders that somebody would see in part: found by asking the
 * decision about the estate before and after the changes, free of conditions
 * of time and address.
 */
#include <string.h>
#include <time.h>

#include "libvms/decide.h"
#include "libvms/dn.h"
#include "vmsctl/rules.h"

struct look {
	struct vms_admin *ad;
	const struct vms_model *before, *after;
	const struct vms_tree *tree;	/* after */
};

static struct vms_verdict
view(struct look *l, const struct vms_model *m, struct vms_str user,
    enum vms_kind kind, struct vms_str name)
{
	const struct vms_request rq = {
		.user = user, .kind = kind, .resource = name, .sessions = -1,
		.action = kind == VMS_KIND_LAYOUT ? VMS_STR("layout.view") :
		    VMS_STR("cameragroup.view"),
		.now_s = (int64_t)time(NULL)
	};
	struct vms_verdict v;

	vms_decide(m, &rq, &l->ad->arena, NULL, &v);
	return v;
}

static bool
is_among(const struct vms_str *list, uint32_t n, struct vms_str name)
{
	for (uint32_t i = 0; i < n; i++)
		if (vms_str_caseeq(list[i], name))
			return true;
	return false;
}

static bool
container_changed(const struct look *l, struct vms_str dn)
{
	const struct vms_item *it = vms_tree_find(&l->ad->tree, dn);

	for (const struct vms_change *ch = l->ad->changes.first; ch != NULL;
	    ch = ch->next)
		if (ch->item != NULL && ch->item == it)
			return true;
	return false;
}

static struct vms_partial *
compare(struct look *l, struct vms_str user, const struct vms_item *box,
    enum vms_kind kind)
{
	struct vms_str name = vms_val(&box->e, "cn");
	struct vms_verdict was, is = view(l, l->after, user, kind, name);
	struct vms_partial *p;
	struct vms_str *missing;
	bool layout = kind == VMS_KIND_LAYOUT;

	if (is.result != VMS_ALLOW || is.n_hidden == 0)
		return NULL;
	was = view(l, l->before, user, kind, name);
	p = vms_admin_alloc(l->ad, sizeof(*p));
	missing = vms_admin_alloc(l->ad, is.n_hidden * sizeof(*missing));
	*p = (struct vms_partial){ .user = user, .container = box->e.dn,
	    .missing = missing };
	for (uint32_t i = 0; i < is.n_hidden; i++)
		if (was.result != VMS_ALLOW || !is_among(was.hidden,
		    was.n_hidden, is.hidden[i]))
			missing[p->n_missing++] = vms_arena_str(
			    &l->ad->arena, is.hidden[i]);
	if (p->n_missing == 0)
		return NULL;
	if (was.result != VMS_ALLOW)
		p->code = layout ? "layout-cameras-missing" :
		    "group-cameras-missing";
	else if (container_changed(l, box->e.dn))
		p->code = "holders-would-be-partial";
	else
		p->code = layout ? "layouts-still-accessible" :
		    "groups-still-accessible";
	return p;
}

/* Whether changes of this kind of entry can alter what is seen. */
static bool
matters(const struct vms_change *ch, const struct vms_tree *after)
{
	static const char *const classes[] = { "vmsGrant", "groupOfNames",
	    "vmsRole", "vmsLayout", "vmsCameraGroup", "vmsCamera",
	    "vmsRecorderGroup", "vmsPolicy" };
	const struct vms_item *it = ch->item != NULL ? ch->item :
	    vms_tree_find(after, ch->dn);

	for (size_t i = 0; it != NULL && !vms_change_is_empty(ch) &&
	    ch->type != VMS_CHANGE_RENAME &&
	    i < sizeof(classes) / sizeof(classes[0]); i++)
		if (vms_is_a(&it->e, vms_str_of(classes[i])))
			return true;
	return false;
}

static struct vms_partial *
look_around(struct look *l)
{
	struct vms_partial *first = NULL, **at = &first;
	const struct vms_tree *t = l->tree;

	for (uint32_t b = 0; b < t->n; b++) {
		const struct vms_item *box = &t->items[b];
		enum vms_kind kind = vms_entry_is(&box->e,
		    VMS_STR("vmsLayout")) ? VMS_KIND_LAYOUT :
		    vms_entry_is(&box->e, VMS_STR("vmsCameraGroup")) ?
		    VMS_KIND_CAMERAGROUP : VMS_KIND_NONE;

		for (uint32_t i = 0; kind != VMS_KIND_NONE && i < t->n;
		    i++) {
			struct vms_str uid = vms_val(&t->items[i].e, "uid");

			if (!vms_entry_is(&t->items[i].e,
			    VMS_STR("vmsUser")) ||
			    (l->ad->watch_user.len > 0 &&
			    !vms_str_caseeq(uid, l->ad->watch_user)))
				continue;
			*at = compare(l, uid, box, kind);
			if (*at != NULL)
				at = &(*at)->next;
		}
	}
	return first;
}

struct vms_partial *
vms_rules_partial(struct vms_admin *ad, int *rc)
{
	struct look l = { .ad = ad };
	struct vms_partial *found = NULL;
	struct vms_err err = { 0 };
	struct vms_tree after;
	struct vms_model *a = NULL, *b = NULL;
	bool any = false;

	*rc = 0;
	if (vms_tree_after(&ad->tree, &ad->changes, &after, &err) < 0)
		goto fail;
	for (const struct vms_change *ch = ad->changes.first; ch != NULL;
	    ch = ch->next)
		any |= matters(ch, &after);
	if (!any)
		return NULL;
	b = vms_tree_model(&ad->tree, NULL, true, &err);
	a = b == NULL ? NULL : vms_tree_model(&after, NULL, true, &err);
	if (a == NULL)
		goto fail;
	l.before = b;
	l.after = a;
	l.tree = &after;
	found = look_around(&l);
	vms_model_free(a);
	vms_model_free(b);
	return found;
fail:
	vms_model_free(b);
	*rc = vms_refuse_err(ad, &err);
	return NULL;
}

void
vms_rules_say_partial(struct vms_admin *ad, const struct vms_partial *p)
{
	struct vms_str list = { "", 0 };
	struct vms_str box = vms_name_of(ad, p->container);

	for (uint32_t i = 0; i < p->n_missing && i < 20; i++)
		list = vms_say(ad, "%.*s%scamera:%.*s", VMS_STR_ARG(list),
		    i == 0 ? "" : " ", VMS_STR_ARG(p->missing[i]));
	ad->exit = vms_refuse(ad, CTL_INCONSISTENT, p->code,
	    strstr(p->code, "still") != NULL ?
	    "%.*s keeps access to %.*s, which holds %.*s%s" :
	    "%.*s has access to %.*s but not to all cameras within: %.*s%s",
	    VMS_STR_ARG(p->user), VMS_STR_ARG(box), VMS_STR_ARG(list),
	    p->n_missing > 20 ? " and more" : "");
}
