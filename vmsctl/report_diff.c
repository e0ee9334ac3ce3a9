/* SPDX-License-Identifier: MIT */
/*
 * `vmsctl report diff`: who gained or lost what between two states of the
 * estate.  Compares what each user may do, not the entries: a change that
 * changes nothing for anybody is not shown.  Conditions are not compared.
 */
#include "vmsctl/report.h"

#include <stdlib.h>
#include <string.h>

#include "libvms/ldif.h"
#include "vmsctl/estate.h"

/* One line for all users of a pair of classes. */
struct row {
	struct vms_str kind, thing, gained, lost, why;
	struct row *next;
};

struct pair {
	const struct vms_peers *before, *after;	/* NULL: no such user */
	struct row *rows;
};

struct diff {
	struct vms_admin *ad;
	struct vms_reach old, new;
	struct pair *pairs;
	uint32_t n_pairs;
};

static int
read_tree(struct vms_admin *ad, const char *path, struct vms_tree *tree,
    struct vms_err *err)
{
	char *buf;
	size_t len;
	int rc;

	vms_tree_init(tree, &ad->arena, &ad->bases);
	if (estate_read_file(path, &buf, &len, err) != 0)
		return -1;
	rc = vms_ldif_parse(path, buf, len, vms_tree_add, tree, err);
	explicit_bzero(buf, len);
	free(buf);
	return rc;
}

static bool
has_thing(const struct vms_reach *r, enum vms_kind kind, struct vms_str name)
{
	uint32_t lo = 0, hi = r->n_things[kind];

	if (kind == VMS_KIND_NONE)
		return true;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		int c = vms_str_casecmp(r->things[kind][mid], name);

		if (c == 0)
			return true;
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return false;
}

static struct vms_str
actions(struct vms_reach *r, const struct vms_peers *c, enum vms_scope scope,
    enum vms_kind kind, struct vms_str thing)
{
	if (c == NULL || !has_thing(r, kind, thing))
		return (struct vms_str){ NULL, 0 };
	return vms_reach_actions(r, c, scope, kind, thing, '\n');
}

static bool
has_line(struct vms_str text, struct vms_str line)
{
	struct vms_str one;
	bool more = text.len > 0;

	while (more) {
		more = vms_str_cut(text, '\n', &one, &text);
		if (vms_str_eq(one, line))
			return true;
	}
	return false;
}

/* The lines of a that b lacks. */
static struct vms_str
minus(struct vms_admin *ad, struct vms_str a, struct vms_str b)
{
	struct vms_str one, out = { NULL, 0 };
	bool more = a.len > 0;

	while (more) {
		more = vms_str_cut(a, '\n', &one, &a);
		if (!has_line(b, one))
			out = vms_join(&ad->arena, out, '\n', one);
	}
	return out;
}

static void
compare(struct diff *d, struct pair *p, enum vms_scope scope,
    enum vms_kind kind, struct vms_str thing)
{
	struct vms_str was, is, gained, lost, first, rest;
	struct row *row;

	was = actions(&d->old, p->before, scope, kind, thing);
	is = actions(&d->new, p->after, scope, kind, thing);
	if (vms_str_eq(was, is))
		return;
	gained = minus(d->ad, is, was);
	lost = minus(d->ad, was, is);
	row = vms_admin_alloc(d->ad, sizeof(*row));
	*row = (struct row){ kind == VMS_KIND_NONE ? VMS_STR("system") :
	    vms_str_of(vms_kind_name(kind)), thing, gained, lost,
	    { NULL, 0 }, p->rows };
	if (gained.len > 0 && kind != VMS_KIND_NONE) {
		(void)vms_str_cut(gained, '\n', &first, &rest);
		row->why = vms_reach_why(&d->new, p->after, first, kind,
		    thing, '\n');
	}
	p->rows = row;
}

/* Every thing of either state, once. */
static void
compare_things(struct diff *d, struct pair *p, enum vms_scope scope,
    enum vms_kind kind)
{
	for (uint32_t i = 0; i < d->new.n_things[kind]; i++)
		compare(d, p, scope, kind, d->new.things[kind][i]);
	for (uint32_t i = 0; i < d->old.n_things[kind]; i++)
		if (!has_thing(&d->new, kind, d->old.things[kind][i]))
			compare(d, p, scope, kind, d->old.things[kind][i]);
}

static struct row *
reverse(struct row *list)
{
	struct row *out = NULL, *next;

	for (; list != NULL; list = next) {
		next = list->next;
		list->next = out;
		out = list;
	}
	return out;
}

static struct pair *
pair_of(struct diff *d, const struct vms_peers *before,
    const struct vms_peers *after)
{
	struct pair *p;

	for (uint32_t i = 0; i < d->n_pairs; i++)
		if (d->pairs[i].before == before &&
		    d->pairs[i].after == after)
			return &d->pairs[i];
	p = &d->pairs[d->n_pairs++];
	*p = (struct pair){ before, after, NULL };
	compare(d, p, VMS_SCOPE_SYSTEM, VMS_KIND_NONE,
	    (struct vms_str){ NULL, 0 });
	compare_things(d, p, VMS_SCOPE_RECORDER, VMS_KIND_RECORDER);
	compare_things(d, p, VMS_SCOPE_CAMERA, VMS_KIND_CAMERA);
	compare_things(d, p, VMS_SCOPE_CAMERAGROUP, VMS_KIND_CAMERAGROUP);
	compare_things(d, p, VMS_SCOPE_LAYOUT, VMS_KIND_LAYOUT);
	p->rows = reverse(p->rows);
	return p;
}

static struct vms_str
state_of(const struct vms_reach_user *u)
{
	return u == NULL || u->item == NULL ? (struct vms_str){ NULL, 0 } :
	    vms_val(&u->item->e, "vmsAccountState");
}

static void
user_rows(struct diff *d, struct vms_sheet *t,
    const struct vms_reach_user *was, const struct vms_reach_user *is,
    uint32_t *n)
{
	struct vms_str name = is != NULL ? is->name : was->name;
	struct vms_str none = { NULL, 0 };
	const struct pair *p = pair_of(d, was == NULL ? NULL :
	    &d->old.classes[was->klass], is == NULL ? NULL :
	    &d->new.classes[is->klass]);

	if (was == NULL || is == NULL || !vms_str_caseeq(state_of(was),
	    state_of(is))) {
		vms_sheet_row(t, (struct vms_str[]){ name,
		    VMS_STR("account"), none, was == NULL ?
		    VMS_STR("created") : is == NULL ? none : state_of(is),
		    is == NULL ? VMS_STR("deleted") : state_of(was),
		    none });
		*n += 1;
	}
	for (const struct row *row = p->rows; row != NULL; row = row->next) {
		vms_sheet_row(t, (struct vms_str[]){ name, row->kind,
		    row->thing, row->gained, row->lost, row->why });
		*n += 1;
	}
}

/* Both lists are sorted by name. */
static uint32_t
all_users(struct diff *d, struct vms_sheet *t)
{
	uint32_t i = 0, k = 0, n = 0;

	d->pairs = vms_admin_alloc(d->ad, (d->old.n_users +
	    d->new.n_users + 1ul) * sizeof(*d->pairs));
	while (i < d->old.n_users || k < d->new.n_users) {
		const struct vms_reach_user *was = i < d->old.n_users ?
		    &d->old.users[i] : NULL;
		const struct vms_reach_user *is = k < d->new.n_users ?
		    &d->new.users[k] : NULL;
		int c = was == NULL ? 1 : is == NULL ? -1 :
		    vms_str_casecmp(was->name, is->name);

		user_rows(d, t, c <= 0 ? was : NULL, c >= 0 ? is : NULL, &n);
		i += c <= 0;
		k += c >= 0;
	}
	return n;
}

int
vms_report_diff(struct vms_admin *ad)
{
	static const struct vms_sheet_column columns[] = {
		{ "user", 's' }, { "kind", 's' }, { "name", 's' },
		{ "gained", 'l' }, { "lost", 'l' }, { "why", 'l' },
		{ NULL, 0 }
	};
	struct vms_tree old, new = ad->tree;
	struct vms_err err = { 0 };
	struct diff d = { .ad = ad };
	struct vms_sheet *t;
	uint32_t n;

	if (read_tree(ad, ad->args.words[0], &old, &err) != 0 ||
	    (ad->args.n_words > 1 &&
	    read_tree(ad, ad->args.words[1], &new, &err) != 0) ||
	    vms_reach_open(&old, &ad->arena, &d.old, &err) != 0)
		return vms_refuse_err(ad, &err);
	if (vms_reach_open(&new, &ad->arena, &d.new, &err) != 0) {
		vms_reach_close(&d.old);
		return vms_refuse_err(ad, &err);
	}
	t = vms_report_table(ad, columns);
	n = all_users(&d, t);
	vms_reach_close(&d.old);
	vms_reach_close(&d.new);
	return vms_report_end(ad, t, n > 0 ? CTL_FINDINGS : 0);
}
