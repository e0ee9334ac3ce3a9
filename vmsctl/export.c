/* SPDX-License-Identifier: MIT */
/*
 * `vmsctl export`: the users as a table that `vmsctl import` reads back.
 * What somebody has through a group, or by a grant that is not his own, is
 * not a user's and does not stand in it; stderr says for how many.
 */
#include "vmsctl/import.h"

#include <string.h>

#include "vmsctl/reach.h"
#include "vmsctl/rules.h"
#include "vmsctl/sheet.h"

static struct vms_str
field_cell(struct vms_admin *ad, const struct vms_entry *e,
    const struct vms_field *f, bool *lost)
{
	struct vms_vals v = vms_vals(e, f->attr);
	struct vms_str out = { NULL, 0 };

	for (uint32_t i = 0; i < v.n; i++)
		out = f->many ? vms_import_item(ad, out, vms_field_show(ad,
		    f, v.v[i]), lost) : vms_field_show(ad, f, v.v[i]);
	return out;
}

static void
put_user(struct vms_admin *ad, struct vms_sheet *t,
    const struct vms_item *it, bool *lost)
{
	struct vms_str cells[VMS_IMPORT_COLUMNS_MAX];
	struct vms_str login = vms_val(&it->e, "uid");
	const struct vms_item *role = vms_own_role(ad, login);
	const struct vms_field *f;
	uint32_t n = 0;

	cells[n++] = login;
	cells[n++] = vms_val(&it->e, "vmsAccountState");
	cells[n++] = role == NULL ? (struct vms_str){ NULL, 0 } :
	    vms_val(&role->e, "cn");
	cells[n++] = vms_import_targets(ad, login, VMS_IMPORT_RECORDERS,
	    lost);
	cells[n++] = vms_import_targets(ad, login, VMS_IMPORT_ACCESS, lost);
	cells[n++] = vms_import_targets(ad, login, VMS_IMPORT_MEMBERS, lost);
	for (; vms_import_column(n, &f) != NULL; n++)
		cells[n] = field_cell(ad, &it->e, f, lost);
	vms_sheet_row(t, cells);
}

/* Users whom a grant reaches, by name or group, that is not their own. */
static uint32_t
count_others(struct vms_admin *ad, struct vms_err *err)
{
	struct vms_reach r;
	uint32_t n = 0;

	if (vms_reach_open(&ad->tree, &ad->arena, &r, err) != 0)
		return 0;
	for (uint32_t i = 0; i < r.n_users; i++) {
		const struct vms_peers *c = &r.classes[r.users[i].klass];
		struct vms_str own = vms_say(ad, "user:%.*s",
		    VMS_STR_ARG(r.users[i].name));
		bool other = false;

		for (uint32_t k = 0; k < c->n_grants && !other; k++) {
			struct vms_grant_view g = vms_review_grant(r.m,
			    c->grants[k]);

			other = !g.everyone && (!vms_str_has_prefix(g.name,
			    own) || (g.name.len > own.len &&
			    g.name.p[own.len] != ':'));
		}
		n += other;
	}
	vms_reach_close(&r);
	return n;
}

static int
run_export(struct vms_admin *ad)
{
	struct vms_sheet_column columns[VMS_IMPORT_COLUMNS_MAX] = {
		{ NULL, 0 } };
	const struct vms_field *f;
	struct vms_sheet *t;
	struct vms_err err = { 0 };
	uint32_t others;
	bool lost = false;
	int rc = vms_may(ad, "user.list", NULL, (struct vms_str){ NULL, 0 });

	if (rc != 0)
		return rc;
	for (uint32_t i = 0; (columns[i].name = vms_import_column(i,
	    &f)) != NULL; i++)
		columns[i].type = i > 2 && (f == NULL || f->many) ? 'l' :
		    's';
	t = vms_sheet_new(stdout, ad->json ? VMS_SHEET_JSON : VMS_SHEET_CSV,
	    columns);
	for (uint32_t i = 0; t != NULL && i < ad->tree.n; i++) {
		const struct vms_item *it = &ad->tree.items[i];

		if (!vms_entry_is(&it->e, VMS_STR("vmsUser")) ||
		    vms_val(&it->e, "uid").len == 0)
			continue;
		put_user(ad, t, it, &lost);
	}
	if (t == NULL || vms_sheet_end(t, &err) != 0)
		return vms_refuse_err(ad, &err);
	others = count_others(ad, &err);
	if (others > 0)
		fprintf(stderr, "vmsctl: %u users have grants by group or by "
		    "name beside their own: those are not in the file\n",
		    others);
	if (lost)
		fputs("vmsctl: a name with \";\" in it was left out\n",
		    stderr);
	return lost ? CTL_NO : 0;
}

const struct vms_cmd vms_export_cmds[] = {
	{ .noun = "export", .args = "", .help = "the users as a table that "
	    "vmsctl import reads", .run = run_export },
	{ .noun = NULL }
};
