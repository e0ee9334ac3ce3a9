/* SPDX-License-Identifier: MIT */
/*
 * LDIF content records: see ldif.h.
 *
 * A physical line that starts with a space continues the one before; logical
 * lines are joined in place, which never makes anything longer.  Everything
 * here may come from a stranger.
 */
#include "libvms/ldif.h"

#include "libvms/bounds.h"

/* One logical line as attribute, option and value. */
struct line {
	struct vms_str name, option, value;
	uint32_t attr;		/* which attribute of the entry */
};

struct reader {
	const char *file;
	char *p, *end;
	unsigned long at;		/* number of the line at p */
	unsigned long line;		/* where the logical line began */
	struct vms_arena arena;		/* of one record */
	struct line *lines;
	uint32_t n_lines, cap;
	struct vms_err *err;
};

static int
fail(struct reader *r, enum vms_code code, const char *what)
{
	return vms_fail(r->err, code, "%s:%lu: %s", r->file, r->line, what);
}

/* The next physical line without its end; false at the end of the text. */
static bool
take_physical(struct reader *r, char **start, size_t *len)
{
	char *nl;

	if (r->p == r->end)
		return false;
	*start = r->p;
	nl = memchr(r->p, '\n', (size_t)(r->end - r->p));
	*len = (size_t)((nl == NULL ? r->end : nl) - r->p);
	r->p = nl == NULL ? r->end : nl + 1;
	r->at++;
	if (*len > 0 && (*start)[*len - 1] == '\r')
		(*len)--;
	return true;
}

/* The next logical line, joined in place. */
static bool
take_logical(struct reader *r, char **start, size_t *len)
{
	char *more;
	size_t n;

	r->line = r->at;
	if (!take_physical(r, start, len))
		return false;
	while (*len > 0 && r->p < r->end && r->p[0] == ' ') {
		take_physical(r, &more, &n);
		memmove(*start + *len, more + 1, n - 1);
		*len += n - 1;
	}
	return true;
}

static int
base64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Decode over itself; -1 if it is not base64 with its padding. */
static int
decode_base64(char *p, size_t *len)
{
	size_t n = *len, pad = 0, out = 0;
	uint32_t group = 0;

	if (n % 4 != 0)
		return -1;
	while (pad < 2 && n > pad && p[n - 1 - pad] == '=')
		pad++;
	for (size_t i = 0; i < n - pad; i++) {
		int d = base64_digit(p[i]);

		if (d < 0)
			return -1;
		group = group << 6 | (uint32_t)d;
		if (i % 4 == 0)
			continue;
		/* Digits two to four each complete a byte. */
		p[out++] = (char)(group >> (6 - i % 4 * 2));
	}
	explicit_bzero(p + out, *len - out);
	*len = out;
	return 0;
}

static bool
is_attr_char(char c)
{
	c = vms_ascii_lower(c);
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
	    c == '.' || c == ';' || c == '_';
}

/* "name;option: value", "name:: base64". */
static int
parse_line(struct reader *r, char *p, size_t len, struct line *out)
{
	size_t n = 0;
	bool base64;

	*out = (struct line){ 0 };
	while (n < len && is_attr_char(p[n]))
		n++;
	if (n == 0 || n == len || p[n] != ':')
		return fail(r, VMS_E_MALFORMED, "no \"attribute: value\"");
	vms_str_cut((struct vms_str){ p, n }, ';', &out->name, &out->option);
	if (out->name.len == 0 || n > VMS_NAME_MAX)
		return fail(r, VMS_E_MALFORMED, "bad attribute name");
	p += n + 1;
	len -= n + 1;
	if (len > 0 && p[0] == '<')
		return fail(r, VMS_E_MALFORMED,
		    "values from a URL (\":<\") are refused");
	base64 = len > 0 && p[0] == ':';
	if (base64) {
		p++;
		len--;
	}
	for (; len > 0 && p[0] == ' '; p++)
		len--;
	if (base64 && decode_base64(p, &len) != 0)
		return fail(r, VMS_E_MALFORMED, "not base64");
	if (vms_str_caseeq(out->name, VMS_STR("userPassword"))) {
		explicit_bzero(p, len);
		len = 0;
	}
	if (len > VMS_VALUE_MAX)
		return fail(r, VMS_E_LIMIT, "value is too long");
	out->value = (struct vms_str){ p, len };
	return 0;
}

static int
keep_line(struct reader *r, const struct line *l)
{
	if (r->n_lines == r->cap) {
		uint32_t cap = r->cap == 0 ? 32 : r->cap * 2;
		struct line *more;

		if (cap > VMS_VALUES_MAX * 2)
			return fail(r, VMS_E_LIMIT, "too many values");
		more = vms_arena_calloc(&r->arena, cap, sizeof(*more));
		if (more == NULL)
			return fail(r, VMS_E_SYSTEM, "out of memory");
		if (r->n_lines > 0)
			memcpy(more, r->lines, r->n_lines * sizeof(*more));
		r->lines = more;
		r->cap = cap;
	}
	r->lines[r->n_lines++] = *l;
	return 0;
}

/* Which attribute the line belongs to, counting its values. */
static int
find_attr(struct reader *r, const struct line *l, struct vms_attr *attrs,
    uint32_t *n_attrs, uint32_t *index)
{
	/* Values of one attribute mostly stand together: look from behind. */
	for (uint32_t i = *n_attrs; i > 0; i--) {
		if (!vms_str_caseeq(attrs[i - 1].name, l->name) ||
		    !vms_str_caseeq(attrs[i - 1].option, l->option))
			continue;
		attrs[i - 1].n_vals++;
		*index = i - 1;
		return 0;
	}
	if (*n_attrs == VMS_ATTRS_MAX)
		return fail(r, VMS_E_LIMIT, "too many attributes");
	attrs[*n_attrs] = (struct vms_attr){ .name = l->name,
		.option = l->option, .n_vals = 1 };
	*index = (*n_attrs)++;
	return 0;
}

/* Lines 1 and up of the record are the entry's values. */
static int
group_values(struct reader *r, struct vms_entry *e)
{
	struct vms_attr *attrs = vms_arena_calloc(&r->arena, VMS_ATTRS_MAX,
	    sizeof(*attrs));
	struct vms_str *vals = vms_arena_calloc(&r->arena, r->n_lines,
	    sizeof(*vals));
	uint32_t *fill = vms_arena_calloc(&r->arena, VMS_ATTRS_MAX,
	    sizeof(*fill));
	uint32_t n_attrs = 0, start = 0;

	if (attrs == NULL || vals == NULL || fill == NULL)
		return fail(r, VMS_E_SYSTEM, "out of memory");
	for (uint32_t i = 1; i < r->n_lines; i++)
		if (find_attr(r, &r->lines[i], attrs, &n_attrs,
		    &r->lines[i].attr) != 0)
			return -1;
	for (uint32_t i = 0; i < n_attrs; i++) {
		attrs[i].vals = vals + start;
		fill[i] = start;
		start += attrs[i].n_vals;
	}
	for (uint32_t i = 1; i < r->n_lines; i++)
		vals[fill[r->lines[i].attr]++] = r->lines[i].value;
	e->attrs = attrs;
	e->n_attrs = n_attrs;
	return 0;
}

/* Hand the lines gathered so far on as one entry. */
static int
end_record(struct reader *r, vms_ldif_fn fn, void *arg)
{
	struct vms_entry e = { 0 };
	int result;

	if (r->n_lines == 0)
		return 0;
	e.dn = r->lines[0].value;
	result = group_values(r, &e);
	if (result == 0)
		result = fn(arg, &e, r->err);
	r->lines = NULL;
	r->n_lines = r->cap = 0;
	vms_arena_reset(&r->arena);
	return result;
}

static int
take_line(struct reader *r, char *p, size_t len)
{
	struct line l;

	if (p[0] == ' ')
		return fail(r, VMS_E_MALFORMED, "nothing to continue");
	if (parse_line(r, p, len, &l) != 0)
		return -1;
	if (r->n_lines == 0) {
		/* "version: 1" may stand before the first record. */
		if (vms_str_caseeq(l.name, VMS_STR("version")))
			return 0;
		if (!vms_str_caseeq(l.name, VMS_STR("dn")))
			return fail(r, VMS_E_MALFORMED,
			    "a record starts with \"dn:\"");
		if (l.value.len > VMS_DN_MAX)
			return fail(r, VMS_E_LIMIT, "DN is too long");
	} else if (vms_str_caseeq(l.name, VMS_STR("changetype")) ||
	    vms_str_caseeq(l.name, VMS_STR("control"))) {
		return fail(r, VMS_E_MALFORMED, "change records are refused");
	} else if (vms_str_caseeq(l.name, VMS_STR("userPassword"))) {
		return 0;
	}
	return keep_line(r, &l);
}

int
vms_ldif_parse(const char *name, char *bytes, size_t len,
    vms_ldif_fn fn, void *arg, struct vms_err *err)
{
	struct reader r = { .file = name, .p = bytes, .end = bytes + len,
		.at = 1, .line = 1, .err = err };
	char *p;
	size_t n;
	int result = 0;

	while (result == 0 && take_logical(&r, &p, &n)) {
		if (n == 0)
			result = end_record(&r, fn, arg);
		else if (p[0] != '#')
			result = take_line(&r, p, n);
	}
	if (result == 0)
		result = end_record(&r, fn, arg);
	vms_arena_fini(&r.arena);
	return result;
}
