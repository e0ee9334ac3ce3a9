/* SPDX-License-Identifier: MIT */
/*
 * A configuration between our own processes, and its end.  Walks the table;
 * knows no file.
 */
#include <stdlib.h>
#include <string.h>

#include "libvms/bounds.h"
#include "vmsd/conf.h"
#include "vmsd/conf_table.h"

/* Elements of a list, and bytes of one text. */
#define LIST_MAX 4096

int
vms_conf_age(struct vms_str text, int64_t min, int64_t max, int64_t *seconds)
{
	static const struct {
		char unit;
		int64_t s;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 },
	    { 'w', 604800 } };
	int64_t n;

	*seconds = 0;
	if (text.len < 2)
		return -1;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (text.p[text.len - 1] != units[i].unit)
			continue;
		text.len--;
		if (vms_num_parse(text, 0, max / units[i].s, &n) == -1 ||
		    n * units[i].s < min)
			return -1;
		*seconds = n * units[i].s;
		return 0;
	}
	return -1;
}

int
vms_conf_list_add(struct vms_conf_list *l, struct vms_str s)
{
	char **v = realloc(l->v, (l->n + 1) * sizeof(*v));
	char *copy;

	if (v == NULL)
		return -1;
	l->v = v;
	copy = strndup(s.p == NULL ? "" : s.p, s.len);
	if (copy == NULL)
		return -1;
	l->v[l->n++] = copy;
	return 0;
}

void
vms_conf_list_fini(struct vms_conf_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->v[i]);
	free(l->v);
	*l = (struct vms_conf_list){ 0 };
}

int
vms_conf_index_services(struct vms_conf *c, struct vms_err *err)
{
	size_t n = c->service_text.n;
	struct vms_service *s;

	free(c->services);
	c->services = NULL;
	c->n_services = 0;
	if (n == 0)
		return 0;
	s = calloc(n, sizeof(*s));
	if (s == NULL)
		return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	for (size_t i = 0; i < n; i++) {
		struct vms_str name, text;

		vms_str_cut(vms_str_of(c->service_text.v[i]), '=', &name,
		    &text);
		if (vms_service_parse(text, &s[i], err) == -1) {
			free(s);
			return -1;
		}
		s[i].name = name;
	}
	c->services = s;
	c->n_services = n;
	return 0;
}

void
vms_conf_fini(struct vms_conf *c)
{
	for (size_t i = 0; i < vms_conf_n_keys; i++) {
		const struct vms_conf_key *k = &vms_conf_keys[i];
		void *at = vms_conf_at(c, k->at);

		switch (k->type) {
		case VMS_CONF_TEXT:
		case VMS_CONF_WORD:
			free(*(char **)at);
			break;
		case VMS_CONF_TEXTS:
		case VMS_CONF_SERVICES:
			vms_conf_list_fini(at);
			break;
		case VMS_CONF_IDS:
			free(*(int64_t **)at);
			break;
		case VMS_CONF_FLAG_WORD:
		case VMS_CONF_BOOL:
		case VMS_CONF_INT:
		case VMS_CONF_AGE:
			break;
		}
	}
	free(c->services);
	for (size_t i = 0; i < c->n_places; i++) {
		free(c->places[i].key);
		free(c->places[i].file);
	}
	free(c->places);
	*c = (struct vms_conf){ 0 };
}

static void
put_list(struct vms_wr *w, const struct vms_conf_list *l)
{
	vms_wr_u32(w, (uint32_t)l->n);
	for (size_t i = 0; i < l->n; i++)
		vms_wr_str(w, vms_str_of(l->v[i]));
}

static void
put_ids(struct vms_wr *w, const int64_t *ids, size_t n)
{
	vms_wr_u32(w, (uint32_t)n);
	for (size_t i = 0; i < n; i++)
		vms_wr_u64(w, (uint64_t)ids[i]);
}

void
vms_conf_encode(struct vms_wr *w, const struct vms_conf *c)
{
	for (size_t i = 0; i < vms_conf_n_keys; i++) {
		const struct vms_conf_key *k = &vms_conf_keys[i];
		const void *at = (const char *)c + k->at;

		switch (k->type) {
		case VMS_CONF_TEXT:
		case VMS_CONF_WORD:
			vms_wr_str(w, vms_str_of(*(char *const *)at));
			break;
		case VMS_CONF_TEXTS:
		case VMS_CONF_SERVICES:
			put_list(w, at);
			break;
		case VMS_CONF_IDS:
			put_ids(w, *(int64_t *const *)at,
			    *(const size_t *)((const char *)c + k->at_n));
			break;
		case VMS_CONF_FLAG_WORD:
		case VMS_CONF_BOOL:
			vms_wr_u8(w, *(const bool *)at);
			break;
		case VMS_CONF_INT:
		case VMS_CONF_AGE:
			vms_wr_u64(w, (uint64_t)*(const int64_t *)at);
			break;
		}
	}
}

static int
get_list(struct vms_rd *r, struct vms_conf_list *l)
{
	uint32_t n = vms_rd_u32(r);

	if (n > LIST_MAX)
		r->bad = true;
	for (uint32_t i = 0; i < n && !r->bad; i++)
		if (vms_conf_list_add(l, vms_rd_text(r, VMS_DN_MAX)) == -1)
			return -1;
	return 0;
}

static int
get_ids(struct vms_rd *r, int64_t **ids, size_t *n_ids)
{
	uint32_t n = vms_rd_u32(r);

	if (n > LIST_MAX || r->bad) {
		r->bad = true;
		return 0;
	}
	*ids = calloc((size_t)n + 1, sizeof(**ids));
	if (*ids == NULL)
		return -1;
	for (uint32_t i = 0; i < n; i++)
		(*ids)[i] = (int64_t)vms_rd_u64(r);
	*n_ids = n;
	return 0;
}

static int
get_text(struct vms_rd *r, char **to)
{
	struct vms_str s = vms_rd_text(r, VMS_DN_MAX);

	*to = strndup(s.p == NULL ? "" : s.p, s.len);
	return *to == NULL ? -1 : 0;
}

static int
get_key(struct vms_rd *r, struct vms_conf *c, const struct vms_conf_key *k)
{
	void *at = vms_conf_at(c, k->at);

	switch (k->type) {
	case VMS_CONF_TEXT:
	case VMS_CONF_WORD:
		return get_text(r, at);
	case VMS_CONF_TEXTS:
	case VMS_CONF_SERVICES:
		return get_list(r, at);
	case VMS_CONF_IDS:
		return get_ids(r, at, vms_conf_at(c, k->at_n));
	case VMS_CONF_FLAG_WORD:
	case VMS_CONF_BOOL:
		*(bool *)at = vms_rd_u8(r) != 0;
		return 0;
	case VMS_CONF_INT:
	case VMS_CONF_AGE:
		*(int64_t *)at = (int64_t)vms_rd_u64(r);
		return 0;
	}
	return -1;
}

int
vms_conf_decode(struct vms_rd *r, struct vms_conf *out, struct vms_err *err)
{
	*out = (struct vms_conf){ 0 };
	for (size_t i = 0; i < vms_conf_n_keys; i++) {
		if (get_key(r, out, &vms_conf_keys[i]) == -1) {
			vms_conf_fini(out);
			return vms_fail(err, VMS_E_SYSTEM, "out of memory");
		}
	}
	if (r->bad) {
		vms_conf_fini(out);
		return vms_fail(err, VMS_E_MALFORMED,
		    "configuration from the parent");
	}
	if (vms_conf_index_services(out, err) == -1) {
		vms_conf_fini(out);
		return -1;
	}
	return 0;
}
