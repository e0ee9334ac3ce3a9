/* SPDX-License-Identifier: MIT */
/* Reports of one thing: what a user reaches, who reaches a camera or a
 * recorder.  Conditions of grants are named, not applied. */
#include "vmsctl/report.h"

static const struct {
	enum vms_kind kind;
	const char *action;
} seen_by[] = {
	{ VMS_KIND_CAMERA, "live.view" },
	{ VMS_KIND_CAMERAGROUP, "cameragroup.view" },
	{ VMS_KIND_LAYOUT, "layout.view" }
};

/* What narrows the grants that allow it, each once. */
static struct vms_str
conditions_of(struct vms_admin *ad, struct vms_reach *r,
    const struct vms_peers *c, struct vms_str action, enum vms_kind kind,
    struct vms_str thing)
{
	struct vms_str names = vms_reach_why(r, c, action, kind, thing, '\n');
	struct vms_str name, out = { NULL, 0 };
	bool more = names.len > 0;

	while (more) {
		const struct vms_item *it;

		more = vms_str_cut(names, '\n', &name, &names);
		it = vms_tree_find(&ad->tree, vms_dn_of(ad, "grant", name));
		if (it == NULL)
			continue;
		name = vms_report_conditions(ad, &it->e);
		if (name.len > 0)
			out = vms_join(&ad->arena, out, '\n', name);
	}
	return out;
}

static void
recorder_rows(struct vms_admin *ad, struct vms_reach *r, struct vms_sheet *t,
    const struct vms_peers *c)
{
	for (uint32_t i = 0; i < r->n_things[VMS_KIND_RECORDER]; i++) {
		struct vms_str name = r->things[VMS_KIND_RECORDER][i], all;
		struct vms_str first, action;

		all = vms_reach_logins(r, c, name, '\n');
		if (all.len == 0)
			continue;
		(void)vms_str_cut(all, '\n', &first, &action);
		action = vms_say(ad, "login.%.*s", VMS_STR_ARG(first));
		vms_sheet_row(t, (struct vms_str[]){ VMS_STR("recorder"),
		    name, vms_say(ad, "login: %.*s", VMS_STR_ARG(all)),
		    vms_reach_why(r, c, action, VMS_KIND_RECORDER, name,
		    '\n'), conditions_of(ad, r, c, action,
		    VMS_KIND_RECORDER, name) });
	}
}

int
vms_report_user(struct vms_admin *ad)
{
	static const struct vms_sheet_column columns[] = {
		{ "kind", 's' }, { "name", 's' }, { "may", 'l' },
		{ "why", 'l' }, { "conditions", 'l' }, { NULL, 0 }
	};
	const struct vms_reach_user *u;
	const struct vms_peers *c;
	struct vms_sheet *t;
	struct vms_reach r;
	int rc = vms_report_open(ad, &r);

	if (rc != 0)
		return rc;
	u = vms_reach_user(&r, vms_str_of(ad->args.words[0]));
	if (u == NULL) {
		vms_reach_close(&r);
		return vms_refuse(ad, CTL_NO, "no-such-user", "%s",
		    ad->args.words[0]);
	}
	c = &r.classes[u->klass];
	t = vms_report_table(ad, columns);
	for (uint32_t i = 0; i < c->n_grants; i++) {
		struct vms_grant_view g = vms_review_grant(r.m, c->grants[i]);
		const struct vms_item *it = vms_tree_find(&ad->tree, g.dn);

		if (g.role.len > 0 && it != NULL)
			vms_sheet_row(t, (struct vms_str[]){ VMS_STR("role"),
			    g.role, g.allow ? VMS_STR("held") :
			    VMS_STR("denied"), g.name,
			    vms_report_conditions(ad, &it->e) });
	}
	recorder_rows(ad, &r, t, c);
	for (size_t k = 0; k < sizeof(seen_by) / sizeof(seen_by[0]); k++) {
		enum vms_kind kind = seen_by[k].kind;
		struct vms_str action = vms_str_of(seen_by[k].action);

		for (uint32_t i = 0; i < r.n_things[kind]; i++) {
			struct vms_str name = r.things[kind][i];

			if (vms_reach_may(&r, c, action, kind, name, NULL,
			    NULL))
				vms_sheet_row(t, (struct vms_str[]){
				    vms_str_of(vms_kind_name(kind)), name,
				    action, vms_reach_why(&r, c, action,
				    kind, name, '\n'), conditions_of(ad, &r,
				    c, action, kind, name) });
		}
	}
	vms_reach_close(&r);
	return vms_report_end(ad, t, 0);
}

/* One row for each user who may do anything of the scope. */
static void
people_rows(struct vms_admin *ad, struct vms_reach *r, struct vms_sheet *t,
    enum vms_scope scope, enum vms_kind kind, struct vms_str thing)
{
	struct vms_str (*known)[3] = vms_admin_alloc(ad,
	    (r->n_classes + 1ul) * sizeof(*known));

	for (uint32_t i = 0; i < r->n_classes; i++) {
		const struct vms_peers *c = &r->classes[i];
		struct vms_str first, rest;

		known[i][0] = vms_reach_actions(r, c, scope, kind, thing,
		    '\n');
		if (known[i][0].len == 0)
			continue;
		(void)vms_str_cut(known[i][0], '\n', &first, &rest);
		known[i][1] = vms_reach_why(r, c, first, kind, thing, '\n');
		known[i][2] = conditions_of(ad, r, c, first, kind, thing);
	}
	for (uint32_t i = 0; i < r->n_users; i++) {
		static const struct vms_entry none = { 0 };
		const struct vms_reach_user *u = &r->users[i];

		if (known[u->klass][0].len > 0)
			vms_sheet_row(t, (struct vms_str[]){ u->name,
			    vms_val(u->item == NULL ? &none : &u->item->e,
			    "vmsAccountState"),
			    known[u->klass][0], known[u->klass][1],
			    known[u->klass][2] });
	}
}

static int
report_thing(struct vms_admin *ad, const char *noun, enum vms_kind kind,
    enum vms_scope scope)
{
	static const struct vms_sheet_column columns[] = {
		{ "user", 's' }, { "state", 's' }, { "may", 'l' },
		{ "why", 'l' }, { "conditions", 'l' }, { NULL, 0 }
	};
	const struct vms_item *it = vms_find(ad, noun, ad->args.words[0]);
	struct vms_sheet *t;
	struct vms_reach r;
	int rc = it == NULL ? CTL_NO : vms_report_open(ad, &r);

	if (rc != 0)
		return rc;
	t = vms_report_table(ad, columns);
	people_rows(ad, &r, t, scope, kind, vms_val(&it->e, "cn"));
	vms_reach_close(&r);
	return vms_report_end(ad, t, 0);
}

int
vms_report_camera(struct vms_admin *ad)
{
	return report_thing(ad, "camera", VMS_KIND_CAMERA, VMS_SCOPE_CAMERA);
}

int
vms_report_recorder(struct vms_admin *ad)
{
	return report_thing(ad, "recorder", VMS_KIND_RECORDER,
	    VMS_SCOPE_RECORDER);
}
