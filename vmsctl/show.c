/* SPDX-License-Identifier: MIT */
/* What vmsd answers: see show.h. */
#include "vmsctl/show.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "libvms/bounds.h"
#include "vmsctl/sheet.h"

/* The key as a C string.  Keys are ASCII and short. */
static const char *
key_text(const struct vms_cell *c, char *buf, size_t size)
{
	return vms_str_copy(buf, size, c->key) == 0 ? buf : "?";
}

static bool
is_time(const struct vms_cell *c)
{
	static const struct vms_str tail = { "_at", 3 };

	if (c->type != 'n')
		return false;
	return vms_str_eq(c->key, VMS_STR("since")) ||
	    (c->key.len > tail.len && memcmp(c->key.p + c->key.len - tail.len,
	    tail.p, tail.len) == 0);
}

/* A value as people read it, from malloc; NULL when out of memory. */
static char *
human(const struct vms_cell *c)
{
	char *text = malloc(c->value.len + 32);
	size_t at = 0;
	struct tm tm;
	time_t when;
	int64_t v;

	if (text == NULL)
		return NULL;
	if (is_time(c) && vms_num_parse(c->value, 1, INT32_MAX * 4LL, &v) ==
	    0) {
		when = (time_t)v;
		if (gmtime_r(&when, &tm) != NULL && strftime(text, 32,
		    "%Y-%m-%dT%H:%M:%SZ", &tm) > 0)
			return text;
	}
	for (size_t i = 0; i < c->value.len; i++) {
		unsigned char b = (unsigned char)c->value.p[i];

		if (b == '\n' && c->type == 'l')
			b = ' ';
		text[at++] = b < ' ' || b == 0x7f ? '?' : (char)b;
	}
	text[at] = '\0';
	return text;
}

static void
json_cell(struct out_json *j, const struct vms_cell *c)
{
	struct vms_str item, rest = c->value;
	char key[VMS_WORD_MAX + 1];
	const char *name = key_text(c, key, sizeof(key));
	int64_t v;
	bool more;

	switch (c->type) {
	case 'n':
		if (vms_num_parse(c->value, INT64_MIN, INT64_MAX, &v) == 0)
			out_num(j, name, v);
		else
			out_str(j, name, c->value);
		break;
	case 'b':
		out_bool(j, name, vms_str_eq(c->value, VMS_STR("true")));
		break;
	case 'l':
		out_open(j, name, '[');
		for (more = rest.len > 0; more;) {
			more = vms_str_cut(rest, '\n', &item, &rest);
			out_str(j, NULL, item);
		}
		out_close(j, ']');
		break;
	default:
		out_str(j, name, c->value);
		break;
	}
}

void
show_json_cells(struct out_json *j, const struct vms_row *row)
{
	for (uint32_t k = 0; k < row->n_cells; k++)
		json_cell(j, &row->cells[k]);
}

void
show_json(struct out_json *j, const char *name,
    const struct vms_table_rep *t)
{
	if (!t->single)
		out_open(j, name, '[');
	for (uint32_t i = 0; i < t->n_rows; i++) {
		out_open(j, t->single ? name : NULL, '{');
		show_json_cells(j, &t->rows[i]);
		out_close(j, '}');
	}
	if (!t->single)
		out_close(j, ']');
}

static int
print_object(const struct vms_row *row)
{
	char key[VMS_WORD_MAX + 1], *text;

	for (uint32_t i = 0; i < row->n_cells; i++) {
		text = human(&row->cells[i]);
		if (text == NULL)
			return -1;
		printf("%-16s %s\n", key_text(&row->cells[i], key,
		    sizeof(key)), text);
		free(text);
	}
	return 0;
}

/* One column is a list: no head, nothing but the values. */
static int
print_lines(const struct vms_table_rep *t)
{
	for (uint32_t i = 0; i < t->n_rows; i++) {
		out_text(stdout, t->rows[i].cells[0].value);
		fputc('\n', stdout);
	}
	return 0;
}

/* One line of the table: every value as people read it. */
static int
add_row(struct vms_sheet *tb, const struct vms_row *row, struct vms_str *cells,
    uint32_t n)
{
	int r = -1;

	for (uint32_t k = 0; k < n; k++) {
		cells[k] = (struct vms_str){ 0 };
		if (k < row->n_cells)
			cells[k] = vms_str_of(human(&row->cells[k]));
		if (k < row->n_cells && cells[k].p == NULL)
			goto out;
	}
	r = vms_sheet_row(tb, cells);
out:
	for (uint32_t k = 0; k < n; k++) {
		free((char *)(uintptr_t)cells[k].p);
		cells[k].p = NULL;
	}
	return r;
}

/* The first row names the columns. */
static int
print_columns(const struct vms_table_rep *t)
{
	uint32_t n = t->rows[0].n_cells;
	char (*names)[VMS_WORD_MAX + 1] = calloc(n, sizeof(*names));
	struct vms_sheet_column *columns = calloc((size_t)n + 1,
	    sizeof(*columns));
	struct vms_str *cells = calloc(n, sizeof(*cells));
	struct vms_sheet *tb = NULL;
	int r = -1;

	if (names == NULL || columns == NULL || cells == NULL)
		goto out;
	for (uint32_t k = 0; k < n; k++) {
		const struct vms_cell *c = &t->rows[0].cells[k];

		columns[k].name = key_text(c, names[k], sizeof(names[k]));
		columns[k].type = c->type == 'n' && !is_time(c) ? 'n' : 's';
	}
	tb = vms_sheet_new(stdout, VMS_SHEET_TEXT, columns);
	r = tb == NULL ? -1 : 0;
	for (uint32_t i = 0; r == 0 && i < t->n_rows; i++)
		r = add_row(tb, &t->rows[i], cells, n);
	if (tb != NULL && vms_sheet_end(tb, NULL) != 0)
		r = -1;
out:
	free(cells);
	free(columns);
	free(names);
	return r;
}

int
show(const struct vms_table_rep *t, bool json)
{
	struct out_json j = { .f = stdout };
	int r = 0;

	if (json) {
		show_json(&j, NULL, t);
		fputc('\n', stdout);
	} else if (t->n_rows == 0) {
		return 0;
	} else if (t->single) {
		r = print_object(&t->rows[0]);
	} else if (t->rows[0].n_cells == 1) {
		r = print_lines(t);
	} else {
		r = print_columns(t);
	}
	if (r != 0)
		fputs("vmsctl: out of memory\n", stderr);
	return r;
}
