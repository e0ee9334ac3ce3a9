/* SPDX-License-Identifier: MIT */
/* Distinguished names: see dn.h. */
#include "libvms/dn.h"

#include "libvms/bounds.h"

/* Pairs of one RDN: real ones have one or two. */
#define RDN_PAIRS_MAX 8

static bool
is_type_char(char c)
{
	c = vms_ascii_lower(c);
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
	    c == '.';
}

static int
hex_of(char c)
{
	c = vms_ascii_lower(c);
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void
skip_spaces(struct vms_str *s)
{
	while (s->len > 0 && s->p[0] == ' ') {
		s->p++;
		s->len--;
	}
}

/* The type before the '=', which is taken too. */
static int
take_type(struct vms_str *s, struct vms_str *type)
{
	size_t n = 0;

	skip_spaces(s);
	while (n < s->len && is_type_char(s->p[n]))
		n++;
	*type = (struct vms_str){ s->p, n };
	s->p += n;
	s->len -= n;
	skip_spaces(s);
	if (n == 0 || s->len == 0 || s->p[0] != '=')
		return -1;
	s->p++;
	s->len--;
	return 0;
}

/* One escape after its backslash: a pair of hex digits, or the character. */
static int
take_escape(struct vms_str *s, char *c)
{
	int hi = s->len > 0 ? hex_of(s->p[0]) : -1;
	int lo = s->len > 1 ? hex_of(s->p[1]) : -1;
	size_t n = 1;

	if (s->len == 0)
		return -1;
	*c = s->p[0];
	if (hi >= 0 && lo >= 0) {
		*c = (char)(hi * 16 + lo);
		n = 2;
	} else if (strchr(" \"#+,;<=>\\", *c) == NULL || *c == '\0') {
		return -1;
	}
	s->p += n;
	s->len -= n;
	return 0;
}

/* "#0403…": hex digits as they stand; a type of its own.  out gets them. */
static int
take_hex_value(struct vms_str *s, char *out, size_t *len)
{
	size_t n = 1;

	while (n < s->len && hex_of(s->p[n]) >= 0)
		n++;
	if (n < 3 || n % 2 == 0)
		return -1;
	memcpy(out, s->p, n);
	*len = n;
	s->p += n;
	s->len -= n;
	skip_spaces(s);
	return s->len == 0 || s->p[0] == ',' || s->p[0] == '+' ? 0 : -1;
}

/*
 * A value up to an unescaped ',' or '+', which stays, unescaped into out
 * (as long as the input is enough).  Plain spaces around it are cut.
 */
static int
take_value(struct vms_str *s, char *out, size_t *len, bool *hex)
{
	size_t n = 0, keep = 0;

	skip_spaces(s);
	*hex = s->len > 0 && s->p[0] == '#';
	if (*hex)
		return take_hex_value(s, out, len);
	while (s->len > 0 && s->p[0] != ',' && s->p[0] != '+') {
		char c = s->p[0];

		s->p++;
		s->len--;
		if (c == '\\') {
			if (take_escape(s, &c) != 0)
				return -1;
			keep = n + 1;
		} else if (c == '"' || c == ';' || c == '<' || c == '>' ||
		    c == '\0') {
			return -1;
		} else if (c != ' ') {
			keep = n + 1;
		}
		out[n++] = c;
	}
	*len = keep;
	return 0;
}

struct out {
	char *p;	/* room for VMS_DN_MAX * 3 and a NUL */
	size_t n;
};

static void
put(struct out *o, char c)
{
	o->p[o->n++] = c;
}

/* The value in its normal form. */
static void
put_value(struct out *o, struct vms_str v, bool hex)
{
	size_t start = o->n;
	bool gap = false;

	for (size_t i = 0; i < v.len; i++) {
		char c = vms_ascii_lower(v.p[i]);

		if (c == ' ') {
			gap = o->n > start;
			continue;
		}
		if (gap)
			put(o, ' ');
		gap = false;
		if (c == '\0') {
			put(o, '\\');
			put(o, '0');
			c = '0';
		} else if (!hex && (strchr("\"+,;<=>\\", c) != NULL ||
		    (c == '#' && o->n == start))) {
			put(o, '\\');
		}
		put(o, c);
	}
}

/* Copy the pairs of one RDN, sorted, with '+' between. */
static void
put_sorted(struct out *o, struct vms_str *pairs, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct vms_str x = pairs[i];
		size_t k = i;

		for (; k > 0 && vms_str_cmp(x, pairs[k - 1]) < 0; k--)
			pairs[k] = pairs[k - 1];
		pairs[k] = x;
	}
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			put(o, '+');
		memcpy(o->p + o->n, pairs[i].p, pairs[i].len);
		o->n += pairs[i].len;
	}
}

/* One RDN; work has room for its normal form, value for one value. */
static int
take_rdn(struct vms_str *s, struct out *o, struct out *work, char *value)
{
	struct vms_str pairs[RDN_PAIRS_MAX];
	size_t n = 0;

	work->n = 0;
	for (;;) {
		size_t start = work->n, len;
		struct vms_str type;
		bool hex;

		if (n == RDN_PAIRS_MAX || take_type(s, &type) != 0 ||
		    take_value(s, value, &len, &hex) != 0)
			return -1;
		for (size_t i = 0; i < type.len; i++)
			put(work, vms_ascii_lower(type.p[i]));
		put(work, '=');
		put_value(work, (struct vms_str){ value, len }, hex);
		pairs[n++] = (struct vms_str){ work->p + start,
		    work->n - start };
		if (s->len == 0 || s->p[0] != '+')
			break;
		s->p++;
		s->len--;
	}
	put_sorted(o, pairs, n);
	return 0;
}

int
vms_dn_normal(struct vms_str dn, struct vms_arena *a, struct vms_str *out)
{
	/* An escape may turn one byte into two, NUL into three. */
	char text[VMS_DN_MAX * 3], rdn[VMS_DN_MAX * 3], value[VMS_DN_MAX];
	struct out o = { text, 0 }, work = { rdn, 0 };

	*out = (struct vms_str){ NULL, 0 };
	if (dn.len > VMS_DN_MAX)
		return -1;
	skip_spaces(&dn);
	while (dn.len > 0) {
		if (take_rdn(&dn, &o, &work, value) != 0)
			return -1;
		if (dn.len == 0)
			break;
		dn.p++;
		dn.len--;
		put(&o, ',');
		if (dn.len == 0)
			return -1;
	}
	*out = vms_arena_str(a, (struct vms_str){ text, o.n });
	return out->p == NULL ? -1 : 0;
}

struct vms_str
vms_dn_rdn(struct vms_str ndn)
{
	for (size_t i = 0; i < ndn.len; i++) {
		if (ndn.p[i] == '\\')
			i++;
		else if (ndn.p[i] == ',')
			return (struct vms_str){ ndn.p, i };
	}
	return ndn;
}

struct vms_str
vms_dn_parent(struct vms_str ndn)
{
	size_t n = vms_dn_rdn(ndn).len;

	if (n >= ndn.len)
		return (struct vms_str){ NULL, 0 };
	return (struct vms_str){ ndn.p + n + 1, ndn.len - n - 1 };
}

bool
vms_dn_is_within(struct vms_str ndn, struct vms_str base)
{
	while (ndn.len > base.len)
		ndn = vms_dn_parent(ndn);
	return vms_str_eq(ndn, base);
}

int
vms_dn_first_value(struct vms_str dn, struct vms_arena *a,
    struct vms_str *type, struct vms_str *value)
{
	char text[VMS_DN_MAX];
	size_t len;
	bool hex;

	*value = (struct vms_str){ NULL, 0 };
	if (dn.len > VMS_DN_MAX || take_type(&dn, type) != 0 ||
	    take_value(&dn, text, &len, &hex) != 0)
		return -1;
	*value = vms_arena_str(a, (struct vms_str){ text, len });
	return value->p == NULL ? -1 : 0;
}
