/* SPDX-License-Identifier: MIT */
/* Entries and lists, by the tables of fields. */
#include "vmsctl/browse.h"

#include <stdlib.h>

struct vms_str
vms_show_values(struct vms_admin *ad, const struct vms_field *f,
    const struct vms_entry *e)
{
	struct vms_vals v = vms_vals(e, f->attr);
	struct vms_str all = { "", 0 };

	for (uint32_t i = 0; i < v.n; i++) {
		struct vms_str one = vms_field_show(ad, f, v.v[i]);

		all = i == 0 ? one : vms_say(ad, "%.*s\n%.*s",
		    VMS_STR_ARG(all), VMS_STR_ARG(one));
	}
	return all;
}

static void
show_json(struct vms_admin *ad, const struct vms_noun *noun,
    const struct vms_item *it)
{
	struct out_json j = { stdout, false };

	out_open(&j, NULL, '{');
	out_str(&j, "kind", vms_str_of(noun->name));
	out_str(&j, "name", vms_val(&it->e, noun->naming));
	out_str(&j, "dn", it->e.dn);
	for (const struct vms_field *f = noun->fields; f->opt != NULL; f++) {
		struct vms_vals v = vms_vals(&it->e, f->attr);

		if (v.n == 0)
			continue;
		if (!f->many) {
			out_str(&j, f->opt, vms_field_show(ad, f, v.v[0]));
			continue;
		}
		out_open(&j, f->opt, '[');
		for (uint32_t i = 0; i < v.n; i++)
			out_str(&j, NULL, vms_field_show(ad, f, v.v[i]));
		out_close(&j, ']');
	}
	out_close(&j, '}');
	putchar('\n');
}

void
vms_show_entry(struct vms_admin *ad, const struct vms_noun *noun,
    const struct vms_item *it)
{
	if (ad->json) {
		show_json(ad, noun, it);
		return;
	}
	printf("%s: ", noun->name);
	out_text(stdout, vms_val(&it->e, noun->naming));
	printf("\ndn: ");
	out_text(stdout, it->e.dn);
	putchar('\n');
	for (const struct vms_field *f = noun->fields; f->opt != NULL; f++) {
		struct vms_vals v = vms_vals(&it->e, f->attr);

		for (uint32_t i = 0; i < v.n; i++) {
			printf("%s: ", f->opt);
			out_text(stdout, vms_field_show(ad, f, v.v[i]));
			putchar('\n');
		}
	}
}

struct vms_sheet *
vms_sheet_for(struct vms_admin *ad, const struct vms_sheet_column *columns)
{
	struct vms_sheet *t = vms_sheet_new(stdout, ad->json ?
	    VMS_SHEET_JSON : VMS_SHEET_TEXT, columns);

	if (t == NULL) {
		fputs("vmsctl: out of memory\n", stderr);
		exit(CTL_NO);
	}
	return t;
}

#define COLUMNS_MAX 16

struct line {
	struct vms_str name;
	const struct vms_item *it;
};

static int
by_name(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	return vms_str_casecmp(x->name, y->name);
}

int
vms_show_list(struct vms_admin *ad, const struct vms_noun *noun,
    bool (*keep)(struct vms_admin *, const struct vms_item *))
{
	struct vms_sheet_column columns[COLUMNS_MAX + 1] = {
	    { "name", 's' } };
	const struct vms_field *fields[COLUMNS_MAX] = { NULL };
	struct line *lines = vms_admin_alloc(ad, (ad->tree.n + 1u) *
	    sizeof(*lines));
	struct vms_err err = { 0 };
	struct vms_sheet *t;
	uint32_t n = 0, n_columns = 1;

	for (const struct vms_field *f = noun->fields; f->opt != NULL &&
	    n_columns < COLUMNS_MAX; f++)
		if (f->listed) {
			fields[n_columns] = f;
			columns[n_columns++] = (struct vms_sheet_column){
			    f->opt, f->many ? 'l' : 's' };
		}
	for (uint32_t i = 0; i < ad->tree.n; i++) {
		const struct vms_item *it = &ad->tree.items[i];

		if (vms_is_a(&it->e, vms_str_of(noun->klass)) &&
		    (keep == NULL || keep(ad, it)))
			lines[n++] = (struct line){ vms_val(&it->e,
			    noun->naming), it };
	}
	qsort(lines, n, sizeof(*lines), by_name);
	t = vms_sheet_for(ad, columns);
	for (uint32_t i = 0; i < n; i++) {
		struct vms_str cells[COLUMNS_MAX] = { lines[i].name };

		for (uint32_t k = 1; k < n_columns; k++)
			cells[k] = vms_show_values(ad, fields[k],
			    &lines[i].it->e);
		(void)vms_sheet_row(t, cells);
	}
	return vms_sheet_end(t, &err) == 0 ? 0 : vms_refuse_err(ad, &err);
}
