/* SPDX-License-Identifier: MIT */
/* Values of fields: checked, stored, shown.  The tables are in fields.c. */
#include "vmsctl/field.h"

#include <string.h>
#include <time.h>

#include "libvms/addr.h"
#include "libvms/action.h"
#include "libvms/dn.h"
#include "libvms/gtime.h"
#include "libvms/name.h"
#include "libvms/schedule.h"
#include "vmsctl/admin.h"
#include "vmsctl/rules.h"

const struct vms_noun *
vms_noun_find(struct vms_str name)
{
	for (const struct vms_noun *n = vms_nouns; n->name != NULL; n++)
		if (vms_str_eq(name, vms_str_of(n->name)))
			return n;
	return NULL;
}

const struct vms_noun *
vms_noun_of(const struct vms_entry *e)
{
	for (const struct vms_noun *n = vms_nouns; n->name != NULL; n++)
		if (vms_is_a(e, vms_str_of(n->klass)))
			return n;
	return NULL;
}

const struct vms_field *
vms_field_find(const struct vms_field *table, struct vms_str opt)
{
	for (; table != NULL && table->opt != NULL; table++)
		if (vms_str_eq(opt, vms_str_of(table->opt)))
			return table;
	return NULL;
}

const char *
vms_field_arg(const struct vms_field *f)
{
	switch (f->type) {
	case VMS_F_TEXT: return "TEXT";
	case VMS_F_WORD: return f->words;
	case VMS_F_BOOL: return "TRUE|FALSE";
	case VMS_F_NUMBER: return "N";
	case VMS_F_TIME: return "TIME";
	case VMS_F_REF: return "NAME";
	case VMS_F_ANY: return "KIND:NAME";
	case VMS_F_RANGE: return "RANGE";
	case VMS_F_WINDOW: return "WINDOW";
	case VMS_F_DATE: return "DATE";
	case VMS_F_HOST: return "HOST";
	case VMS_F_ADDRESS: return "HOST[:PORT]";
	case VMS_F_ACTION: return "ACTION";
	case VMS_F_MAIL: return "ADDRESS";
	case VMS_F_LANGUAGE: return "LANG";
	case VMS_F_UUID: return "UUID";
	}
	return "VALUE";
}

/* Whether the word is one of "a|b|c"; *canon the table's spelling. */
static bool
in_words(const char *words, struct vms_str word, struct vms_str *canon)
{
	struct vms_str rest = vms_str_of(words), head;
	bool more = true;

	while (more) {
		more = vms_str_cut(rest, '|', &head, &rest);
		if (vms_str_caseeq(head, word)) {
			*canon = head;
			return true;
		}
	}
	return false;
}

static bool
is_text(struct vms_str s)
{
	while (s.len > 0) {
		size_t n = vms_utf8_printable(s);

		if (n == 0)
			return false;
		s.p += n;
		s.len -= n;
	}
	return true;
}

static bool
is_host(struct vms_str s)
{
	if (s.len == 0 || s.len > 253 || s.p[0] == '-' || s.p[0] == '.')
		return false;
	for (size_t i = 0; i < s.len; i++) {
		char c = vms_ascii_lower(s.p[i]);

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		    c == '-' || (c == '.' && s.p[i - 1] != '.')))
			return false;
	}
	return true;
}

/* HOST, ADDRESS, HOST:PORT, [IPv6]:PORT. */
static bool
is_address(struct vms_str s)
{
	struct vms_addr a;
	struct vms_str host = s, port;
	int64_t n;

	if (vms_addr_parse(s, &a) == 0)
		return true;
	if (s.len > 0 && s.p[0] == '[') {
		s.p++;
		s.len--;
		if (!vms_str_cut(s, ']', &host, &port) || port.len < 2 ||
		    port.p[0] != ':' || vms_addr_parse(host, &a) < 0)
			return false;
		port.p++;
		port.len--;
		return vms_num_parse(port, 1, 65535, &n) == 0;
	}
	if (vms_str_cut(s, ':', &host, &port) &&
	    vms_num_parse(port, 1, 65535, &n) < 0)
		return false;
	return vms_addr_parse(host, &a) == 0 || is_host(host);
}

static bool
is_mail(struct vms_str s)
{
	struct vms_str local, host;

	return s.len <= 254 && vms_str_cut(s, '@', &local, &host) &&
	    local.len > 0 && is_text(local) && is_host(host) &&
	    memchr(s.p, ' ', s.len) == NULL;
}

static bool
is_language(struct vms_str s)
{
	size_t run = 0;

	for (size_t i = 0; i < s.len; i++) {
		char c = vms_ascii_lower(s.p[i]);

		run = c == '-' ? 0 : run + 1;
		if (run > 8 || (c == '-' && (i == 0 || i + 1 == s.len)) ||
		    !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		    c == '-'))
			return false;
	}
	return s.len >= 2 && s.len <= 35;
}

static bool
is_uuid(struct vms_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = vms_ascii_lower(s.p[i]);
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? c != '-' : !((c >= '0' && c <= '9') ||
		    (c >= 'a' && c <= 'f')))
			return false;
	}
	return s.len == 36;
}

static int
take_time(struct vms_admin *ad, struct vms_str given, struct vms_str *stored)
{
	struct tm tm;
	int64_t s, days;
	time_t t;

	if (vms_gtime_parse(given, &s) < 0 &&
	    vms_isotime_parse(given, &s) < 0) {
		if (vms_date_parse(given, &days) < 0)
			return -1;
		s = days * 86400;
	}
	t = (time_t)s;
	if (gmtime_r(&t, &tm) == NULL || tm.tm_year < -1900 ||
	    tm.tm_year > 9999 - 1900)
		return -1;
	*stored = vms_say(ad, "%04d%02d%02d%02d%02d%02dZ",
	    tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
	    tm.tm_min, tm.tm_sec);
	return 0;
}

static int
take_ref(struct vms_admin *ad, const struct vms_field *f,
    struct vms_str given, struct vms_str *stored)
{
	struct vms_str kind = vms_str_of(f->words), name = given;
	const struct vms_noun *noun;
	const struct vms_item *it;

	if (f->type == VMS_F_ANY && (!vms_str_cut(given, ':', &kind,
	    &name) || !in_words(f->words, kind, &kind)))
		return vms_refuse(ad, CTL_USAGE, "usage",
		    "%.*s: KIND:NAME is expected, KIND one of %s",
		    VMS_STR_ARG(given), f->words);
	noun = vms_noun_find(kind);
	it = vms_tree_named(&ad->tree, vms_str_of(noun->klass),
	    vms_str_of(noun->naming), name);
	if (it == NULL) {
		/* What this very command makes counts too. */
		*stored = vms_dn_of(ad, noun->name, name);
		if (vms_change_find(&ad->changes, *stored) != NULL)
			return 0;
		return vms_refuse(ad, CTL_NO, "not-found",
		    "there is no %s %.*s", noun->name, VMS_STR_ARG(name));
	}
	*stored = it->e.dn;
	return 0;
}

/* The checks that need nothing but the value. */
static bool
is_fine(const struct vms_field *f, struct vms_str v)
{
	struct vms_action_set set = { { 0 } };
	struct vms_window window;
	struct vms_range range;
	int64_t n;

	switch (f->type) {
	case VMS_F_NUMBER:
		return vms_num_parse(v, f->min, f->max, &n) == 0;
	case VMS_F_RANGE:
		return vms_range_parse(v, &range) == 0;
	case VMS_F_WINDOW:
		return vms_window_parse(v, &window) == 0;
	case VMS_F_DATE:
		return vms_date_parse(v, &n) == 0;
	case VMS_F_HOST:
		return is_host(v);
	case VMS_F_ADDRESS:
		return is_address(v);
	case VMS_F_ACTION:
		return vms_action_set_add_word(&set, v) == 0;
	case VMS_F_MAIL:
		return is_mail(v);
	case VMS_F_LANGUAGE:
		return is_language(v);
	case VMS_F_UUID:
		return is_uuid(v);
	case VMS_F_TEXT:
		return is_text(v) && v.len <= 512;
	case VMS_F_WORD:
	case VMS_F_BOOL:
	case VMS_F_TIME:
	case VMS_F_REF:
	case VMS_F_ANY:
		break;
	}
	return true;
}

int
vms_field_take(struct vms_admin *ad, const struct vms_field *f,
    struct vms_str given, struct vms_str *stored)
{
	bool fine = false;

	*stored = given;
	switch (f->type) {
	case VMS_F_WORD:
		fine = in_words(f->words, given, stored);
		break;
	case VMS_F_BOOL:
		fine = in_words("TRUE|FALSE", given, stored);
		if (!fine && in_words("yes|no", given, stored)) {
			fine = true;
			*stored = stored->len == 3 ? VMS_STR("TRUE") :
			    VMS_STR("FALSE");
		}
		break;
	case VMS_F_TIME:
		fine = take_time(ad, given, stored) == 0;
		break;
	case VMS_F_REF:
	case VMS_F_ANY:
		return take_ref(ad, f, given, stored);
	case VMS_F_TEXT: case VMS_F_NUMBER: case VMS_F_RANGE:
	case VMS_F_WINDOW: case VMS_F_DATE: case VMS_F_HOST:
	case VMS_F_ADDRESS: case VMS_F_ACTION: case VMS_F_MAIL:
	case VMS_F_LANGUAGE: case VMS_F_UUID:
		fine = is_fine(f, given);
		break;
	}
	if (fine)
		return 0;
	return vms_refuse(ad, CTL_USAGE, "usage", "--%s: %.*s: %s is "
	    "expected", f->opt, VMS_STR_ARG(given), vms_field_arg(f));
}

struct vms_str
vms_field_show(struct vms_admin *ad, const struct vms_field *f,
    struct vms_str v)
{
	struct vms_str name, tail;

	switch (f->type) {
	case VMS_F_REF:
		name = vms_name_of(ad, v);
		return vms_str_cut(name, ':', &name, &tail) ? tail : name;
	case VMS_F_ANY:
		return vms_name_of(ad, v);
	case VMS_F_TIME:
		if (v.len == 15)	/* YYYYMMDDHHMMSSZ */
			return vms_say(ad, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ",
			    v.p, v.p + 4, v.p + 6, v.p + 8, v.p + 10,
			    v.p + 12);
		return v;
	default:
		return v;
	}
}

/* All values of one option; an empty one clears. */
static int
apply_field(struct vms_admin *ad, const struct vms_field *f,
    struct vms_change *ch)
{
	const struct vms_args *a = &ad->args;
	bool adds = ch->type == VMS_CHANGE_ADD;
	uint32_t n = 0;

	for (int i = 0; i < a->n_given; i++) {
		struct vms_str v = vms_str_of(a->given[i].value);
		int rc;

		if (strcmp(a->given[i].name, f->opt) != 0)
			continue;
		if (f->word != NULL && strcmp(f->word,
		    a->given[i].value) == 0)
			continue;	/* the verb sees to it */
		if (n++ > 0 && !f->many)
			return vms_refuse(ad, CTL_USAGE, "usage",
			    "--%s is given twice", f->opt);
		if (v.len == 0) {
			if (!adds)
				vms_change_clear(&ad->changes, ch, f->attr);
			continue;
		}
		rc = vms_field_take(ad, f, v, &v);
		if (rc != 0)
			return rc;
		vms_change_value(&ad->changes, ch, adds ? VMS_MOD_ADD :
		    VMS_MOD_REPLACE, f->attr, v);
	}
	if (n == 0 && adds && f->value != NULL)
		vms_change_set(&ad->changes, ch, f->attr,
		    vms_str_of(f->value));
	return 0;
}

int
vms_fields_apply(struct vms_admin *ad, const struct vms_field *table,
    struct vms_change *ch)
{
	for (const struct vms_field *f = table; f->opt != NULL; f++) {
		int rc = f->readonly ? 0 : apply_field(ad, f, ch);

		if (rc != 0)
			return rc;
	}
	return 0;
}
