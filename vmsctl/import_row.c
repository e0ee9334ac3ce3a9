/* SPDX-License-Identifier: MIT */
/*
 * One line of `vmsctl import` as a user: what it asks for, whether he is there
 * already, and the changes that make him.  The same functions as `user add`
 * are used, with the cells in the place of options.
 */
#include "vmsctl/import.h"

#include <inttypes.h>
#include <string.h>

static const char *const own_columns[] = { VMS_COL_LOGIN, VMS_COL_STATE,
    VMS_COL_ROLE, VMS_COL_RECORDERS, VMS_COL_ACCESS, VMS_COL_MEMBERS };

#define N_OWN (sizeof(own_columns) / sizeof(own_columns[0]))
enum { LOGIN, STATE, ROLE, RECORDERS = VMS_IMPORT_RECORDERS,
	ACCESS = VMS_IMPORT_ACCESS, MEMBERS = VMS_IMPORT_MEMBERS };

const char *
vms_import_column(uint32_t index, const struct vms_field **field)
{
	*field = NULL;
	if (index < N_OWN)
		return own_columns[index];
	index -= (uint32_t)N_OWN;
	for (const struct vms_field *f = vms_user_fields; f->opt != NULL;
	    f++)
		if (!f->readonly && index-- == 0) {
			*field = f;
			return f->opt;
		}
	return NULL;
}

static bool
next_item(struct vms_str *list, struct vms_str *item)
{
	if (list->len == 0)
		return false;
	(void)vms_str_cut(*list, ';', item, list);
	*item = vms_str_trim(*item);
	return true;
}

/* --- is he there? --- */

/* Whether the entry has the values of a cell and no others. */
static bool
has_all(struct vms_admin *ad, const struct vms_entry *e,
    const struct vms_field *f, struct vms_str cell)
{
	struct vms_vals v = vms_vals(e, f->attr);
	struct vms_str item, stored;
	uint32_t n = 0;

	if (!f->many)
		return cell.len == 0 ? v.n == 0 :
		    vms_field_take(ad, f, cell, &stored) == 0 &&
		    vms_has_val(e, f->attr, stored);
	while (next_item(&cell, &item)) {
		if (vms_field_take(ad, f, item, &stored) != 0 ||
		    !vms_has_val(e, f->attr, stored))
			return false;
		n++;
	}
	return n == v.n;
}

struct vms_str
vms_import_item(struct vms_admin *ad, struct vms_str list,
    struct vms_str item, bool *lost)
{
	if (memchr(item.p, ';', item.len) != NULL) {
		*lost = true;
		return list;
	}
	return list.len == 0 ? item : vms_say(ad, "%.*s\n%.*s",
	    VMS_STR_ARG(list), VMS_STR_ARG(item));
}

struct vms_str
vms_import_targets(struct vms_admin *ad, struct vms_str login, int column,
    bool *lost)
{
	const struct vms_item *g = vms_own_grant(ad, login,
	    column == ACCESS ? VMS_OWN_ROLE : VMS_OWN_MEMBERS);
	struct vms_str out = { NULL, 0 }, kind, name, word;
	struct vms_vals v;

	if (g == NULL)
		return out;
	v = vms_vals(&g->e, "vmsTarget");
	for (uint32_t i = 0; i < v.n; i++) {
		word = vms_name_of(ad, v.v[i]);
		if (!vms_str_cut(word, ':', &kind, &name) ||
		    (column != ACCESS && (column == RECORDERS) !=
		    vms_str_eq(kind, VMS_STR("recorder"))))
			continue;
		out = vms_import_item(ad, out, column == RECORDERS ? name :
		    word, lost);
	}
	return out;
}

/* Whether he has the targets of a cell and no others. */
static bool
has_targets(struct vms_admin *ad, struct vms_str login, int column,
    struct vms_str cell)
{
	struct vms_str list, item, one, rest;
	uint32_t want = 0, is = 0;
	bool lost = false;

	list = vms_import_targets(ad, login, column, &lost);
	for (rest = list; rest.len > 0; is++)
		(void)vms_str_cut(rest, '\n', &one, &rest);
	for (; next_item(&cell, &item); want++) {
		bool found = false;

		for (rest = list; rest.len > 0 && !found;) {
			(void)vms_str_cut(rest, '\n', &one, &rest);
			found = vms_str_caseeq(one, item);
		}
		if (!found)
			return false;
	}
	return want == is;
}

static bool
has_role(struct vms_admin *ad, struct vms_str login, struct vms_str cell)
{
	const struct vms_item *is = vms_own_role(ad, login), *want;

	if (cell.len == 0)
		return is == NULL;
	want = vms_role_find(ad, vms_cstr(ad, cell));
	return want != NULL && want == is;
}

bool
vms_import_is_there(struct vms_admin *ad, const struct vms_import_row *row,
    const char **differs)
{
	struct vms_str login = row->cells[LOGIN];
	const struct vms_item *it = vms_tree_find(&ad->tree,
	    vms_dn_of(ad, "user", login));
	const struct vms_field *f;

	*differs = NULL;
	if (it == NULL)
		return false;
	for (uint32_t i = 0; (*differs = vms_import_column(i, &f)) != NULL;
	    i++) {
		struct vms_str cell = row->cells[i];

		if (!row->given[i])
			continue;
		if (f != NULL ? !has_all(ad, &it->e, f, cell) :
		    (i == STATE && cell.len > 0 && !vms_has_val(&it->e,
		    "vmsAccountState", cell)) ||
		    (i == ROLE && !has_role(ad, login, cell)) ||
		    (i >= RECORDERS && i <= MEMBERS &&
		    !has_targets(ad, login, (int)i, cell)))
			return false;
	}
	return true;
}

/* --- make him --- */

static void
give_option(struct vms_admin *ad, const char *name, struct vms_str value)
{
	struct vms_args *a = &ad->args;

	if (a->n_given < VMS_ARGS_MAX && value.len > 0)
		a->given[a->n_given++] = (struct vms_given){ name,
		    vms_cstr(ad, value) };
}

/* The cells in the place of options. */
static void
set_options(struct vms_admin *ad, const struct vms_import_row *row,
    int64_t uid_number)
{
	const struct vms_field *f;
	const char *name;
	struct vms_str item;

	for (uint32_t i = 0; (name = vms_import_column(i, &f)) != NULL;
	    i++) {
		struct vms_str cell = row->cells[i];

		if (f == NULL)
			continue;
		if (!f->many)
			give_option(ad, name, cell);
		while (f->many && next_item(&cell, &item))
			give_option(ad, name, item);
	}
	give_option(ad, "uid-number", vms_say(ad, "%" PRId64, uid_number));
}

static int
add_targets(struct vms_admin *ad, const struct vms_import_row *row,
    struct vms_str dn, const struct vms_item *role, int column)
{
	struct vms_str cell = row->cells[column], item;
	int rc = 0;

	while (rc == 0 && next_item(&cell, &item)) {
		if (column == RECORDERS)
			item = vms_say(ad, "recorder:%.*s",
			    VMS_STR_ARG(item));
		rc = vms_own_target_add(ad, row->cells[LOGIN], dn, role,
		    vms_cstr(ad, item), column == MEMBERS);
	}
	return rc;
}

static int
set_state(struct vms_admin *ad, struct vms_change *ch, struct vms_str state)
{
	if (state.len == 0)
		return 0;
	if (!vms_str_eq(state, VMS_STR("enabled")) &&
	    !vms_str_eq(state, VMS_STR("disabled")))
		return vms_refuse(ad, CTL_USAGE, "usage",
		    "state: enabled or disabled is expected");
	vms_change_set(&ad->changes, ch, "vmsAccountState", state);
	return 0;
}

static int
give_access(struct vms_admin *ad, const struct vms_import_row *row,
    struct vms_str dn)
{
	const struct vms_item *role;
	int rc;

	if (row->cells[ROLE].len == 0)
		return row->cells[RECORDERS].len + row->cells[ACCESS].len +
		    row->cells[MEMBERS].len == 0 ? 0 : vms_refuse(ad,
		    CTL_USAGE, "usage", "recorders and access need a role");
	role = vms_role_find(ad, vms_cstr(ad, row->cells[ROLE]));
	if (role == NULL)
		return CTL_NO;
	rc = vms_own_role_set(ad, row->cells[LOGIN], dn, role);
	for (int i = RECORDERS; rc == 0 && i <= MEMBERS; i++)
		rc = add_targets(ad, row, dn, role, i);
	return rc;
}

int
vms_import_make(struct vms_admin *ad, struct vms_import_row *row,
    int64_t uid_number)
{
	int n_given = ad->args.n_given, rc = 0;
	struct vms_change *ch;

	ad->changes = (struct vms_changes){ .arena = &ad->arena };
	set_options(ad, row, uid_number);
	ch = vms_user_entry(ad, row->cells[LOGIN], &rc);
	ad->args.n_given = n_given;
	if (rc == 0)
		rc = set_state(ad, ch, row->cells[STATE]);
	if (rc == 0)
		rc = give_access(ad, row, ch->dn);
	row->changes = ad->changes;
	ad->changes = (struct vms_changes){ .arena = &ad->arena };
	return rc;
}
