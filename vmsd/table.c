/* SPDX-License-Identifier: MIT */
/* Rows of named values for a reply: see request.h. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "vmsd/request.h"

void
vms_table_row(struct vms_table *t)
{
	if (t->n == t->cap) {
		uint32_t cap = t->cap == 0 ? 16 : t->cap * 2;
		struct vms_row *rows = vms_arena_calloc(t->arena, cap,
		    sizeof(*rows));

		if (rows == NULL) {
			t->bad = true;
			return;
		}
		if (t->n > 0)
			memcpy(rows, t->rows, t->n * sizeof(*rows));
		t->rows = rows;
		t->cap = cap;
	}
	t->rows[t->n++] = (struct vms_row){ 0 };
	t->cells_cap = 0;
}

static void
add_cell(struct vms_table *t, const char *key, struct vms_str value,
    char type)
{
	struct vms_row *row;
	struct vms_cell *cells;

	if (t->n == 0)
		vms_table_row(t);
	if (t->bad)
		return;
	row = &t->rows[t->n - 1];
	cells = (struct vms_cell *)row->cells;
	if (row->n_cells == t->cells_cap) {
		t->cells_cap = t->cells_cap == 0 ? 16 : t->cells_cap * 2;
		cells = vms_arena_calloc(t->arena, t->cells_cap,
		    sizeof(*cells));
		if (cells == NULL) {
			t->bad = true;
			return;
		}
		if (row->n_cells > 0)
			memcpy(cells, row->cells,
			    row->n_cells * sizeof(*cells));
		row->cells = cells;
	}
	cells[row->n_cells++] = (struct vms_cell){ vms_str_of(key), value,
	    (uint8_t)type };
}

static void
add_copy(struct vms_table *t, const char *key, struct vms_str s, char type)
{
	struct vms_str copy = vms_arena_str(t->arena, s);

	if (copy.p == NULL)
		t->bad = true;
	else
		add_cell(t, key, copy, type);
}

void
vms_table_text(struct vms_table *t, const char *key, struct vms_str s)
{
	add_copy(t, key, s, 's');
}

void
vms_table_number(struct vms_table *t, const char *key, int64_t n)
{
	char buf[24];

	snprintf(buf, sizeof(buf), "%" PRId64, n);
	add_copy(t, key, vms_str_of(buf), 'n');
}

void
vms_table_bool(struct vms_table *t, const char *key, bool b)
{
	add_cell(t, key, b ? VMS_STR("true") : VMS_STR("false"), 'b');
}

void
vms_table_list(struct vms_table *t, const char *key, const struct vms_str *v,
    uint32_t n)
{
	size_t len = 0, at = 0;
	char *p;

	for (uint32_t i = 0; i < n; i++)
		len += v[i].len + 1;
	p = vms_arena_alloc(t->arena, len + 1);
	if (p == NULL) {
		t->bad = true;
		return;
	}
	for (uint32_t i = 0; i < n; i++) {
		if (i > 0)
			p[at++] = '\n';
		if (v[i].len > 0)
			memcpy(p + at, v[i].p, v[i].len);
		at += v[i].len;
	}
	add_cell(t, key, (struct vms_str){ p, at }, 'l');
}

void
vms_table_reply(struct vms_ask *a, const struct vms_table *t)
{
	struct vms_message m = { .type = VMS_A_TABLE };

	if (t->bad) {
		vms_ask_error(a, VMS_E_LIMIT, "the answer is too long");
		return;
	}
	m.u.table_rep.single = t->single;
	m.u.table_rep.rows = t->rows;
	m.u.table_rep.n_rows = t->n;
	vms_ask_reply(a, &m);
}
