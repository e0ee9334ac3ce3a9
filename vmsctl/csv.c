/* SPDX-License-Identifier: MIT */
/* Comma-separated values: see csv.h. */
#include "vmsctl/csv.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#define BOM "\xef\xbb\xbf"

enum after { AFTER_FIELD, AFTER_RECORD, AFTER_ERROR };

void
vms_csv_init(struct vms_csv *c, const char *name, char *bytes, size_t len)
{
	*c = (struct vms_csv){ .name = name, .next = bytes,
		.end = bytes + len, .line = 1 };
	if (len >= 3 && memcmp(bytes, BOM, 3) == 0)
		c->next += 3;
}

static enum after
fail(struct vms_csv *c, enum vms_code code, const char *what,
    struct vms_err *err)
{
	c->next = c->end;
	vms_fail(err, code, "%s:%" PRIu64 ": %s", c->name, c->line, what);
	return AFTER_ERROR;
}

/* What follows a field: a comma, the end of the line, or of the file. */
static enum after
read_end(struct vms_csv *c, struct vms_err *err)
{
	if (c->next == c->end)
		return AFTER_RECORD;
	if (*c->next == ',') {
		c->next++;
		return AFTER_FIELD;
	}
	if (*c->next == '\r') {
		c->next++;
		if (c->next == c->end || *c->next != '\n')
			return fail(c, VMS_E_MALFORMED,
			    "a carriage return without a line feed", err);
	}
	if (*c->next != '\n')
		return fail(c, VMS_E_MALFORMED, "after a closing quote "
		    "comes a comma or the end of the line", err);
	c->next++;
	c->line++;
	return AFTER_RECORD;
}

/* Bytes that have no business in a field; line ends may stand in quotes. */
static bool
is_alien(char ch, bool quoted)
{
	if (quoted && (ch == '\n' || ch == '\r'))
		return false;
	return ((unsigned char)ch < ' ' && ch != '\t') || ch == 0x7f;
}

static enum after
read_plain(struct vms_csv *c, struct vms_str *out, struct vms_err *err)
{
	char *start = c->next;

	while (c->next < c->end && *c->next != ',' && *c->next != '\n' &&
	    *c->next != '\r') {
		if (*c->next == '"')
			return fail(c, VMS_E_MALFORMED, "a quote inside a "
			    "field that does not begin with one", err);
		if (is_alien(*c->next, false))
			return fail(c, VMS_E_MALFORMED,
			    "a control character", err);
		c->next++;
	}
	*out = (struct vms_str){ start, (size_t)(c->next - start) };
	return read_end(c, err);
}

static enum after
read_quoted(struct vms_csv *c, struct vms_str *out, struct vms_err *err)
{
	uint64_t line = c->line;
	char *start = ++c->next, *put = start;

	for (;;) {
		if (c->next == c->end) {
			c->line = line;
			return fail(c, VMS_E_MALFORMED,
			    "the quote is never closed", err);
		}
		if (*c->next == '"') {
			if (c->end - c->next < 2 || c->next[1] != '"')
				break;
			c->next++;
		} else if (is_alien(*c->next, true)) {
			return fail(c, VMS_E_MALFORMED,
			    "a control character", err);
		}
		c->line += *c->next == '\n';
		*put++ = *c->next++;
	}
	c->next++;
	*out = (struct vms_str){ start, (size_t)(put - start) };
	return read_end(c, err);
}

static enum after
read_field(struct vms_csv *c, struct vms_err *err)
{
	struct vms_str *out = &c->fields[c->n_fields];
	enum after after;

	if (c->n_fields == VMS_CSV_FIELDS_MAX)
		return fail(c, VMS_E_LIMIT, "too many fields", err);
	if (c->next < c->end && *c->next == '"')
		after = read_quoted(c, out, err);
	else
		after = read_plain(c, out, err);
	if (after != AFTER_ERROR && out->len > VMS_CSV_FIELD_MAX)
		return fail(c, VMS_E_LIMIT, "a field is too long", err);
	c->n_fields += after != AFTER_ERROR;
	return after;
}

static void
skip_empty_lines(struct vms_csv *c)
{
	for (;;) {
		if (c->next < c->end && *c->next == '\n')
			c->next++;
		else if (c->end - c->next >= 2 && c->next[0] == '\r' &&
		    c->next[1] == '\n')
			c->next += 2;
		else
			return;
		c->line++;
	}
}

int
vms_csv_next(struct vms_csv *c, struct vms_err *err)
{
	enum after after;

	c->n_fields = 0;
	skip_empty_lines(c);
	if (c->next == c->end)
		return 0;
	c->at = c->line;
	do {
		after = read_field(c, err);
	} while (after == AFTER_FIELD);
	return after == AFTER_RECORD ? 1 : -1;
}
