/* SPDX-License-Identifier: MIT */
/*
 * From values of a file to a struct vms_conf, by the table of keys.  Each
 * value alone; what they mean together is conf_check.c's business.
 */
#include "vmsd/conf_load.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* "directory.attributes.user_name" and room. */
#define KEY_SIZE 128

static void __attribute__((format(printf, 4, 5)))
complain(struct vms_conf_load *l, unsigned int line, const char *key,
    const char *fmt, ...)
{
	va_list ap;

	l->n_problems++;
	if (l->problems == NULL)
		return;
	fprintf(l->problems, "%s:%u: %s: ", l->file, line, key);
	va_start(ap, fmt);
	vfprintf(l->problems, fmt, ap);
	va_end(ap);
	fputc('\n', l->problems);
}

/* Remember where a key was set last. */
static int
note_place(struct vms_conf_load *l, const char *key, unsigned int line)
{
	struct vms_conf *c = l->c;
	struct vms_conf_place *p = NULL;
	char *file;

	if (l->defaults)
		return 0;
	file = strdup(l->file);
	if (file == NULL)
		return -1;
	for (size_t i = 0; i < c->n_places; i++)
		if (strcmp(c->places[i].key, key) == 0)
			p = &c->places[i];
	if (p == NULL) {
		p = realloc(c->places, (c->n_places + 1) * sizeof(*p));
		if (p == NULL) {
			free(file);
			return -1;
		}
		c->places = p;
		p += c->n_places;
		*p = (struct vms_conf_place){ .key = strdup(key) };
		if (p->key == NULL) {
			free(file);
			return -1;
		}
		c->n_places++;
	}
	free(p->file);
	p->file = file;
	p->line = line;
	return 0;
}

/* Whether the word is one of "a|b|c"; its place among them, or -1. */
static int
word_index(const char *words, const char *word)
{
	struct vms_str rest = vms_str_of(words), head;
	int i = 0;
	bool more = true;

	while (more) {
		more = vms_str_cut(rest, '|', &head, &rest);
		if (vms_str_eq(head, vms_str_of(word)))
			return i;
		i++;
	}
	return -1;
}

/* The setting's text, or NULL after a complaint. */
static const char *
text_of(struct vms_conf_load *l, const struct vms_conf_key *k,
    const struct vms_conf_value *s, const char *want)
{
	const char *text = s->text;

	if (text == NULL)
		complain(l, s->line, k->name,
		    "must be %s", want);
	return text;
}

static int
set_text(char **to, const char *text)
{
	char *copy = strdup(text);

	if (copy == NULL)
		return -1;
	free(*to);
	*to = copy;
	return 0;
}

static int
take_text(struct vms_conf_load *l, const struct vms_conf_key *k,
    const struct vms_conf_value *s)
{
	const char *text = text_of(l, k, s, "a text in double quotes");

	if (text == NULL)
		return 0;
	if (strlen(text) > (size_t)k->max) {
		complain(l, s->line, k->name,
		    "longer than %" PRId64 " bytes", k->max);
		return 0;
	}
	return set_text(vms_conf_at(l->c, k->at), text);
}

static int
take_word(struct vms_conf_load *l, const struct vms_conf_key *k,
    const struct vms_conf_value *s)
{
	const char *text = text_of(l, k, s, "a word in double quotes");
	int i;

	if (text == NULL)
		return 0;
	i = word_index(k->words, text);
	if (i == -1) {
		complain(l, s->line, k->name,
		    "\"%s\" is not one of %s", text, k->words);
		return 0;
	}
	if (k->type == VMS_CONF_WORD)
		return set_text(vms_conf_at(l->c, k->at), text);
	*(bool *)vms_conf_at(l->c, k->at) = i == 1;
	return 0;
}

static int
take_bool(struct vms_conf_load *l, const struct vms_conf_key *k,
    const struct vms_conf_value *s)
{
	if (s->kind != VMS_CONF_IS_BOOL)
		complain(l, s->line, k->name,
		    "must be true or false");
	else
		*(bool *)vms_conf_at(l->c, k->at) =
		    s->number != 0;
	return 0;
}

/* A whole number in the key's range into *to; -1 after a complaint. */
static int
number_of(struct vms_conf_load *l, const struct vms_conf_key *k,
    const struct vms_conf_value *s, int64_t *to)
{
	int64_t n = s->number;

	if (s->kind != VMS_CONF_IS_NUMBER) {
		complain(l, s->line, k->name,
		    "must be a whole number");
		return -1;
	}
	if (n < k->min || n > k->max) {
		complain(l, s->line, k->name,
		    "%" PRId64 " is not within %" PRId64 " to %" PRId64, n,
		    k->min, k->max);
		return -1;
	}
	*to = n;
	return 0;
}

static int
take_age(struct vms_conf_load *l, const struct vms_conf_key *k,
    const struct vms_conf_value *s)
{
	const char *text = text_of(l, k, s, "an age such as \"7d\"");
	int64_t n;

	if (text == NULL)
		return 0;
	if (vms_conf_age(vms_str_of(text), k->min, k->max, &n) == -1)
		complain(l, s->line, k->name,
		    "\"%s\" is not an age such as \"7d\" (s, m, h, d, w), "
		    "from %" PRId64 "s to %" PRId64 "s", text, k->min,
		    k->max);
	else
		*(int64_t *)vms_conf_at(l->c, k->at) = n;
	return 0;
}

static int
take_texts(struct vms_conf_load *l, const struct vms_conf_key *k,
    const struct vms_conf_value *s)
{
	struct vms_conf_list *list = vms_conf_at(l->c, k->at);
	size_t n = s->n;

	if (s->kind != VMS_CONF_IS_LIST) {
		complain(l, s->line, k->name,
		    "must be a list: [ \"…\", \"…\" ]");
		return 0;
	}
	if (n > (size_t)k->max) {
		complain(l, s->line, k->name,
		    "more than %" PRId64 " values", k->max);
		return 0;
	}
	vms_conf_list_fini(list);
	for (size_t i = 0; i < n; i++) {
		const char *text = s->elems[i].text;

		if (text == NULL || *text == '\0') {
			complain(l, s->line, k->name,
			    "value %zu must be a text in double quotes",
			    i + 1);
			continue;
		}
		if (vms_conf_list_add(list, vms_str_of(text)) == -1)
			return -1;
	}
	return 0;
}

static int
take_ids(struct vms_conf_load *l, const struct vms_conf_key *k,
    const struct vms_conf_value *s)
{
	int64_t **ids = vms_conf_at(l->c, k->at);
	size_t *n_ids = vms_conf_at(l->c, k->at_n);
	size_t n = s->n;
	int64_t *v;

	if (s->kind != VMS_CONF_IS_LIST) {
		complain(l, s->line, k->name,
		    "must be a list of numbers: [ 100 ]");
		return 0;
	}
	v = calloc(n + 1, sizeof(*v));
	if (v == NULL)
		return -1;
	free(*ids);
	*ids = v;
	*n_ids = 0;
	for (size_t i = 0; i < n; i++)
		if (number_of(l, k, &s->elems[i], &v[*n_ids]) == 0)
			++*n_ids;
	return 0;
}

/* One of services: replaces an earlier one of the same name. */
static int
put_service(struct vms_conf_list *list, const char *name, const char *text)
{
	char *line = NULL;
	size_t len = strlen(name);
	int r = 0;

	if (asprintf(&line, "%s=%s", name, text) == -1)
		return -1;
	for (size_t i = 0; i < list->n; i++) {
		if (strncmp(list->v[i], line, len + 1) != 0)
			continue;
		free(list->v[i]);
		list->v[i] = line;
		return 0;
	}
	r = vms_conf_list_add(list, vms_str_of(line));
	free(line);
	return r;
}

static int
take_services(struct vms_conf_load *l, const struct vms_conf_key *k,
    const struct vms_conf_value *s)
{
	size_t n = s->n;

	if (s->kind != VMS_CONF_IS_GROUP) {
		complain(l, s->line, k->name,
		    "must be a group: { ftp = \"login.shell remote\"; }");
		return 0;
	}
	for (size_t i = 0; i < n; i++) {
		const struct vms_conf_value *e = &s->elems[i];
		const char *text = e->text;
		struct vms_service service;
		struct vms_err err = { 0 };
		char key[KEY_SIZE];

		snprintf(key, sizeof(key), "services.%s",
		    e->name);
		if (text == NULL)
			complain(l, e->line, key,
			    "must be \"ACTION CLASS\"");
		else if (vms_service_parse(vms_str_of(text), &service,
		    &err) == -1)
			complain(l, e->line, key, "%s",
			    err.msg);
		else if (put_service(vms_conf_at(l->c, k->at),
		    e->name, text) == -1)
			return -1;
	}
	return 0;
}

int
vms_conf_take(struct vms_conf_load *l, const struct vms_conf_key *k,
    const struct vms_conf_value *s)
{
	if (note_place(l, k->name, s->line) == -1)
		return -1;
	switch (k->type) {
	case VMS_CONF_TEXT:
		return take_text(l, k, s);
	case VMS_CONF_WORD:
	case VMS_CONF_FLAG_WORD:
		return take_word(l, k, s);
	case VMS_CONF_BOOL:
		return take_bool(l, k, s);
	case VMS_CONF_INT:
		(void)number_of(l, k, s, vms_conf_at(l->c, k->at));
		return 0;
	case VMS_CONF_AGE:
		return take_age(l, k, s);
	case VMS_CONF_TEXTS:
		return take_texts(l, k, s);
	case VMS_CONF_IDS:
		return take_ids(l, k, s);
	case VMS_CONF_SERVICES:
		return take_services(l, k, s);
	}
	return 0;
}

/* Whether some key lies below this group. */
static bool
is_group_name(const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < vms_conf_n_keys; i++)
		if (strncmp(vms_conf_keys[i].name, name, len) == 0 &&
		    vms_conf_keys[i].name[len] == '.')
			return true;
	return false;
}

/* Depth is bounded by the names of the table: an unknown group is refused
 * before it is entered. */
int
vms_conf_take_group(struct vms_conf_load *l,
    const struct vms_conf_value *group, const char *prefix)
{
	size_t n = group->n;

	for (size_t i = 0; i < n; i++) {
		const struct vms_conf_value *s = &group->elems[i];
		unsigned int line = s->line;
		const struct vms_conf_key *k;
		char name[KEY_SIZE];

		if (snprintf(name, sizeof(name), "%s%s%s", prefix,
		    *prefix == '\0' ? "" : ".", s->name) >=
		    (int)sizeof(name)) {
			complain(l, line, "name", "too long to be a key");
			continue;
		}
		k = vms_conf_find(name);
		if (k != NULL) {
			if (vms_conf_take(l, k, s) == -1)
				return -1;
		} else if (!is_group_name(name)) {
			complain(l, line, name, "unknown key; vmsd.conf(5) "
			    "lists them");
		} else if (s->kind != VMS_CONF_IS_GROUP) {
			complain(l, line, name, "must be a group: { … }");
		} else if (vms_conf_take_group(l, s, name) == -1) {
			return -1;
		}
	}
	return 0;
}
