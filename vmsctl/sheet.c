/* SPDX-License-Identifier: MIT */
/* Rows for people, programs and spreadsheets: see sheet.h. */
#include "vmsctl/sheet.h"

#include <libsmartcols/libsmartcols.h>
#include <locale.h>
#include <stdlib.h>
#include <unistd.h>

#include "vmsctl/out.h"

struct vms_sheet {
	FILE *f;			/* borrowed */
	enum vms_sheet_form form;
	const struct vms_sheet_column *columns;
	size_t n_columns;
	struct libscols_table *cols;	/* owned; NULL: not on a terminal */
	struct out_json json;
	bool failed;
};

static bool
add_columns(struct vms_sheet *t)
{
	bool fine = true;

	for (size_t i = 0; i < t->n_columns; i++)
		fine = scols_table_new_column(t->cols, t->columns[i].name, 0,
		    t->columns[i].type == 'n' ? SCOLS_FL_RIGHT :
		    t->columns[i].type == 'l' ? SCOLS_FL_WRAP : 0) != NULL &&
		    fine;
	return fine;
}

static void
start(struct vms_sheet *t)
{
	if (t->form == VMS_SHEET_JSON) {
		t->json.f = t->f;
		out_open(&t->json, NULL, '[');
		return;
	}
	if (t->form == VMS_SHEET_TEXT && isatty(fileno(t->f))) {
		/* Widths are counted in characters. */
		setlocale(LC_CTYPE, "");
		scols_init_debug(0);
		t->cols = scols_new_table();
		t->failed = t->cols == NULL || !add_columns(t);
		return;
	}
	for (size_t i = 0; i < t->n_columns; i++)
		fprintf(t->f, "%s%s", i == 0 ? "" :
		    t->form == VMS_SHEET_CSV ? "," : "\t",
		    t->columns[i].name);
	fputs(t->form == VMS_SHEET_CSV ? "\r\n" : "\n", t->f);
}

struct vms_sheet *
vms_sheet_new(FILE *f, enum vms_sheet_form form,
    const struct vms_sheet_column *columns)
{
	struct vms_sheet *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->f = f;
	t->form = form;
	t->columns = columns;
	while (columns[t->n_columns].name != NULL)
		t->n_columns++;
	start(t);
	return t;
}

/* A copy in which items are joined and nothing upsets a terminal. */
static char *
plain(struct vms_str s, const char *joint)
{
	size_t len = 0, wide = strlen(joint);
	char *out;

	for (size_t i = 0; i < s.len; i++)
		len += s.p[i] == '\n' ? wide : 1;
	out = malloc(len + 1);
	if (out == NULL)
		return NULL;
	len = 0;
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '\n') {
			memcpy(out + len, joint, wide);
			len += wide;
		} else {
			out[len++] = c < ' ' || c == 0x7f ? '?' : s.p[i];
		}
	}
	out[len] = '\0';
	return out;
}

static void
json_cell(struct out_json *j, const struct vms_sheet_column *c,
    struct vms_str s)
{
	struct vms_str item;
	int64_t n;
	bool more = s.len > 0;

	if (c->type == 'l') {
		out_open(j, c->name, '[');
		while (more) {
			more = vms_str_cut(s, '\n', &item, &s);
			out_str(j, NULL, item);
		}
		out_close(j, ']');
	} else if (c->type == 'b') {
		out_bool(j, c->name, s.len > 0);
	} else if (c->type == 'n' &&
	    vms_num_parse(s, INT64_MIN, INT64_MAX, &n) == 0) {
		out_num(j, c->name, n);
	} else if (s.len == 0) {
		out_null(j, c->name);
	} else {
		out_str(j, c->name, s);
	}
}

static int
text_cells(struct vms_sheet *t, const struct vms_str *cells)
{
	struct libscols_line *line = NULL;

	if (t->cols != NULL)
		line = scols_table_new_line(t->cols, NULL);
	for (size_t i = 0; i < t->n_columns; i++) {
		char *text = plain(cells[i], ", ");

		if (text == NULL || (t->cols != NULL && line == NULL)) {
			free(text);
			return -1;
		}
		if (line != NULL) {
			if (scols_line_refer_data(line, i, text) != 0) {
				free(text);
				return -1;
			}
			continue;
		}
		fprintf(t->f, "%s%s", i == 0 ? "" : "\t", text);
		free(text);
	}
	if (line == NULL)
		fputc('\n', t->f);
	return 0;
}

static int
csv_cells(struct vms_sheet *t, const struct vms_str *cells)
{
	for (size_t i = 0; i < t->n_columns; i++) {
		char *joined = plain(cells[i], ";");

		if (joined == NULL)
			return -1;
		if (i > 0)
			fputc(',', t->f);
		vms_csv_put(t->f, vms_str_of(joined));
		free(joined);
	}
	fputs("\r\n", t->f);
	return 0;
}

int
vms_sheet_row(struct vms_sheet *t, const struct vms_str *cells)
{
	int result = 0;

	if (t->failed)
		return -1;
	if (t->form == VMS_SHEET_JSON) {
		out_open(&t->json, NULL, '{');
		for (size_t i = 0; i < t->n_columns; i++)
			json_cell(&t->json, &t->columns[i], cells[i]);
		out_close(&t->json, '}');
	} else if (t->form == VMS_SHEET_CSV) {
		result = csv_cells(t, cells);
	} else {
		result = text_cells(t, cells);
	}
	t->failed = result != 0;
	return result;
}

int
vms_sheet_end(struct vms_sheet *t, struct vms_err *err)
{
	bool failed = t->failed;

	if (t->form == VMS_SHEET_JSON) {
		out_close(&t->json, ']');
		fputc('\n', t->f);
	}
	if (t->cols != NULL && !failed) {
		scols_table_set_stream(t->cols, t->f);
		failed = scols_print_table(t->cols) != 0;
	}
	scols_unref_table(t->cols);
	failed = fflush(t->f) != 0 || ferror(t->f) || failed;
	free(t);
	return failed ? vms_fail(err, VMS_E_SYSTEM,
	    "the table could not be written") : 0;
}

/* Quotes, commas, line ends and blanks at the edges are what the format asks
 * to quote; a value is never changed, so that it reads back as it was. */
void
vms_csv_put(FILE *f, struct vms_str s)
{
	bool quote = false;

	for (size_t i = 0; i < s.len; i++)
		quote = quote || strchr("\",\r\n", s.p[i]) != NULL ||
		    (s.p[i] == ' ' && (i == 0 || i + 1 == s.len));
	if (quote)
		fputc('"', f);
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '"')
			fputc('"', f);
		fputc(s.p[i], f);
	}
	if (quote)
		fputc('"', f);
}
