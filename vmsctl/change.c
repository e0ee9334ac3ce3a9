/* SPDX-License-Identifier: MIT */
/*
 * Collecting changes, showing them as LDIF, and the order in which they may
 * be written one by one.  Writing is in commit.c.
 */
#include "vmsctl/change.h"

#include <stdlib.h>
#include <string.h>

#include "vmsctl/tree.h"

/* Arenas of a command line program: without memory there is nothing to say
 * that could still be right. */
static void *
must(void *p)
{
	if (p == NULL) {
		fputs("vmsctl: out of memory\n", stderr);
		exit(1);
	}
	return p;
}

struct vms_change *
vms_change_new(struct vms_changes *cs, enum vms_change_type type,
    struct vms_str dn)
{
	struct vms_change *ch = must(vms_arena_alloc(cs->arena, sizeof(*ch)));

	ch->type = type;
	ch->dn = dn;
	if (cs->last != NULL)
		cs->last->next = ch;
	else
		cs->first = ch;
	cs->last = ch;
	cs->n++;
	return ch;
}

/* What was read must still be there. */
static void
assert_unchanged(struct vms_changes *cs, struct vms_change *ch)
{
	static const char head[] = "(entryCSN=";
	size_t len = sizeof(head) + ch->item->csn.len + 1;
	char *text = must(vms_arena_alloc(cs->arena, len));
	int n;

	if (ch->item->csn.len == 0)
		return;
	n = snprintf(text, len, "%s%.*s)", head,
	    VMS_STR_ARG(ch->item->csn));
	ch->assertion = (struct vms_str){ text, (size_t)n };
}

struct vms_change *
vms_change_of(struct vms_changes *cs, const struct vms_item *item)
{
	struct vms_change *ch = cs->first;

	while (ch != NULL && ch->item != item)
		ch = ch->next;
	if (ch != NULL)
		return ch;
	ch = vms_change_new(cs, VMS_CHANGE_MODIFY, item->e.dn);
	ch->item = item;
	assert_unchanged(cs, ch);
	return ch;
}

struct vms_change *
vms_change_delete(struct vms_changes *cs, const struct vms_item *item)
{
	struct vms_change *ch = vms_change_of(cs, item);

	ch->type = VMS_CHANGE_DELETE;
	ch->mods = NULL;
	return ch;
}

struct vms_change *
vms_change_find(const struct vms_changes *cs, struct vms_str dn)
{
	struct vms_change *ch = cs->first;

	while (ch != NULL && !vms_str_caseeq(ch->dn, dn))
		ch = ch->next;
	return ch;
}

static struct vms_mod *
mod_of(struct vms_changes *cs, struct vms_change *ch, enum vms_mod_op op,
    const char *attr)
{
	struct vms_mod **at = &ch->mods;

	while (*at != NULL && ((*at)->op != op ||
	    !vms_str_caseeq((*at)->attr, vms_str_of(attr))))
		at = &(*at)->next;
	if (*at == NULL) {
		*at = must(vms_arena_alloc(cs->arena, sizeof(**at)));
		(*at)->op = op;
		(*at)->attr = vms_str_of(attr);
	}
	return *at;
}

void
vms_change_value(struct vms_changes *cs, struct vms_change *ch,
    enum vms_mod_op op, const char *attr, struct vms_str value)
{
	struct vms_mod *m = mod_of(cs, ch, op, attr);

	for (uint32_t i = 0; i < m->n; i++)
		if (vms_str_eq(m->vals[i], value))
			return;
	if (m->n == m->cap) {
		uint32_t cap = m->cap == 0 ? 4 : m->cap * 2;
		struct vms_str *vals = must(vms_arena_calloc(cs->arena, cap,
		    sizeof(*vals)));

		if (m->n > 0)
			memcpy(vals, m->vals, m->n * sizeof(*vals));
		m->vals = vals;
		m->cap = cap;
	}
	m->vals[m->n++] = value;
}

void
vms_change_clear(struct vms_changes *cs, struct vms_change *ch,
    const char *attr)
{
	struct vms_mod *m = mod_of(cs, ch, VMS_MOD_REPLACE, attr);

	m->n = 0;
}

void
vms_change_set(struct vms_changes *cs, struct vms_change *ch,
    const char *attr, struct vms_str value)
{
	enum vms_mod_op op = ch->type == VMS_CHANGE_ADD ? VMS_MOD_ADD :
	    VMS_MOD_REPLACE;
	struct vms_mod *m = mod_of(cs, ch, op, attr);

	m->n = 0;
	if (value.len > 0)
		vms_change_value(cs, ch, op, attr, value);
}

bool
vms_change_is_empty(const struct vms_change *ch)
{
	return ch->type == VMS_CHANGE_MODIFY && ch->mods == NULL;
}

/* --- LDIF (RFC 2849) --- */

static bool
is_safe(struct vms_str v)
{
	if (v.len > 0 && (v.p[0] == ' ' || v.p[0] == ':' || v.p[0] == '<' ||
	    v.p[v.len - 1] == ' '))
		return false;
	for (size_t i = 0; i < v.len; i++)
		if (v.p[i] < ' ' || v.p[i] == 127)	/* and above 127 */
			return false;
	return true;
}

static void
put_base64(FILE *f, struct vms_str v)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < v.len; i += 3) {
		uint32_t w = (uint32_t)(uint8_t)v.p[i] << 16;

		if (i + 1 < v.len)
			w |= (uint32_t)(uint8_t)v.p[i + 1] << 8;
		if (i + 2 < v.len)
			w |= (uint8_t)v.p[i + 2];
		fputc(digits[w >> 18 & 63], f);
		fputc(digits[w >> 12 & 63], f);
		fputc(i + 1 < v.len ? digits[w >> 6 & 63] : '=', f);
		fputc(i + 2 < v.len ? digits[w & 63] : '=', f);
	}
}

static void
put_line(FILE *f, struct vms_str attr, struct vms_str v)
{
	fprintf(f, "%.*s:", VMS_STR_ARG(attr));
	if (is_safe(v)) {
		fprintf(f, " %.*s\n", VMS_STR_ARG(v));
		return;
	}
	fputs(": ", f);
	put_base64(f, v);
	fputc('\n', f);
}

static void
put_mods(FILE *f, const struct vms_change *ch)
{
	static const char *const ops[] = { "add", "delete", "replace",
	    "increment" };

	for (const struct vms_mod *m = ch->mods; m != NULL; m = m->next) {
		if (ch->type == VMS_CHANGE_MODIFY)
			fprintf(f, "%s: %.*s\n", ops[m->op],
			    VMS_STR_ARG(m->attr));
		for (uint32_t i = 0; i < m->n; i++)
			put_line(f, m->attr, m->vals[i]);
		if (ch->type == VMS_CHANGE_MODIFY)
			fputs("-\n", f);
	}
}

void
vms_changes_ldif(FILE *f, const struct vms_changes *cs)
{
	static const char *const types[] = { "add", "modify", "delete",
	    "modrdn" };

	for (const struct vms_change *ch = cs->first; ch != NULL;
	    ch = ch->next) {
		if (vms_change_is_empty(ch))
			continue;
		put_line(f, VMS_STR("dn"), ch->dn);
		fprintf(f, "changetype: %s\n", types[ch->type]);
		if (ch->type == VMS_CHANGE_RENAME) {
			put_line(f, VMS_STR("newrdn"), ch->newrdn);
			fputs("deleteoldrdn: 1\n", f);
		}
		put_mods(f, ch);
		fputc('\n', f);
	}
}

/* --- order --- */

static bool
is_deny(const struct vms_change *ch)
{
	if (ch->item != NULL)
		return !vms_has_val(&ch->item->e, "vmsEffect",
		    VMS_STR("allow")) && vms_vals(&ch->item->e,
		    "vmsEffect").n > 0;
	for (const struct vms_mod *m = ch->mods; m != NULL; m = m->next)
		if (vms_str_caseeq(m->attr, VMS_STR("vmsEffect")) &&
		    m->n == 1)
			return vms_str_caseeq(m->vals[0], VMS_STR("deny"));
	return false;
}

static bool
mod_narrows(const struct vms_mod *m)
{
	if (m->op == VMS_MOD_DELETE && m->n > 0)
		return true;	/* a subject, target, action, member less */
	if (m->op == VMS_MOD_INCREMENT)
		return m->n == 1 && m->vals[0].p[0] == '-';
	return m->op == VMS_MOD_REPLACE && m->n == 1 &&
	    (vms_str_eq(m->vals[0], VMS_STR("disabled")) ||
	    vms_str_eq(m->vals[0], VMS_STR("pool")));
}

bool
vms_change_widens(const struct vms_change *ch)
{
	bool narrows = true;

	switch (ch->type) {
	case VMS_CHANGE_ADD:
		return !is_deny(ch);
	case VMS_CHANGE_DELETE:
		return is_deny(ch);
	case VMS_CHANGE_RENAME:
		return false;
	case VMS_CHANGE_MODIFY:
		for (const struct vms_mod *m = ch->mods; m != NULL;
		    m = m->next)
			narrows &= mod_narrows(m);
		return is_deny(ch) ? narrows : !narrows;
	}
	return true;
}
