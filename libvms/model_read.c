/* SPDX-License-Identifier: MIT */
/*
 * Reading attributes of one entry for the model.  A single-valued attribute
 * with several values is unreadable: none of them is preferred.
 */
#include "libvms/build_priv.h"

#include <stdlib.h>

#include "libvms/dn.h"
#include "libvms/gtime.h"

struct strs
vms_read_all(const struct vms_entry *e, const char *attr)
{
	const struct vms_attr *a = vms_entry_get(e, vms_str_of(attr));

	if (a == NULL)
		return (struct strs){ NULL, 0 };
	return (struct strs){ a->vals, a->n_vals };
}

int
vms_read_one(const struct vms_entry *e, const char *attr,
    struct vms_str *val)
{
	struct strs all = vms_read_all(e, attr);

	*val = (struct vms_str){ NULL, 0 };
	if (all.n > 1)
		return -2;
	if (all.n == 1)
		*val = vms_str_trim(all.v[0]);
	return val->len == 0 ? -1 : 0;
}

bool
vms_read_is(const struct vms_entry *e, const char *attr, const char *word)
{
	struct vms_str val;

	return vms_read_one(e, attr, &val) == 0 &&
	    vms_str_caseeq(val, vms_str_of(word));
}

bool
vms_read_has(const struct vms_entry *e, const char *attr, const char *word)
{
	struct strs all = vms_read_all(e, attr);

	for (uint32_t i = 0; i < all.n; i++)
		if (vms_str_caseeq(vms_str_trim(all.v[i]), vms_str_of(word)))
			return true;
	return false;
}

static int
compare_ids(const void *x, const void *y)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;

	return a < b ? -1 : a > b;
}

struct ids
vms_read_refs(struct vms_model_builder *b, const struct vms_entry *e,
    const char *attr)
{
	struct strs all = vms_read_all(e, attr);
	struct ids ids = { NULL, 0 };
	uint32_t *v, n = 0;

	if (all.n == 0)
		return ids;
	v = vms_build_alloc(b, all.n, sizeof(*v));
	for (uint32_t i = 0; v != NULL && i < all.n; i++)
		v[i] = vms_build_node(b, all.v[i]);
	if (b->oom)
		return ids;
	qsort(v, all.n, sizeof(*v), compare_ids);
	for (uint32_t i = 0; i < all.n; i++)
		if (n == 0 || v[i] != v[n - 1])
			v[n++] = v[i];
	return (struct ids){ v, n };
}

uint32_t
vms_read_ref(struct vms_model_builder *b, const struct vms_entry *e,
    const char *attr, bool *several)
{
	struct ids ids = vms_read_refs(b, e, attr);

	*several = ids.n > 1;
	return ids.n == 1 ? ids.v[0] : NONE;
}

struct strs
vms_read_strs(struct vms_model_builder *b, const struct vms_entry *e,
    const char *attr)
{
	struct strs all = vms_read_all(e, attr);
	struct vms_str *v;

	if (all.n == 0)
		return all;
	v = vms_build_alloc(b, all.n, sizeof(*v));
	for (uint32_t i = 0; v != NULL && i < all.n; i++)
		v[i] = vms_build_str(b, all.v[i]);
	return (struct strs){ v, v == NULL ? 0 : all.n };
}

struct vms_str
vms_read_str(struct vms_model_builder *b, const struct vms_entry *e,
    const char *attr)
{
	struct strs all = vms_read_all(e, attr);

	if (all.n == 0)
		return (struct vms_str){ NULL, 0 };
	return vms_build_str(b, all.v[0]);
}

static void
read_bound(struct vms_model_builder *b, const struct vms_entry *e,
    const char *attr, bool degrades, struct bounds *t)
{
	bool from = strcmp(attr, "vmsNotBefore") == 0;
	struct vms_str val;

	if (vms_read_all(e, attr).n == 0)
		return;
	if (vms_read_one(e, attr, &val) == 0 && vms_gtime_parse(val,
	    from ? &t->from_s : &t->until_s) == 0) {
		*(from ? &t->has_from : &t->has_until) = true;
		return;
	}
	t->bad = true;
	vms_build_find(b, "time-unreadable", e->dn, attr, degrades,
	    "not one time that can be read");
}

struct bounds
vms_read_bounds(struct vms_model_builder *b, const struct vms_entry *e,
    bool degrades)
{
	struct bounds t = { 0 };

	read_bound(b, e, "vmsNotBefore", degrades, &t);
	read_bound(b, e, "vmsNotAfter", degrades, &t);
	return t;
}

int64_t
vms_read_count(const struct vms_entry *e, const char *attr)
{
	struct vms_str val;
	int64_t n;

	if (vms_read_all(e, attr).n == 0)
		return -1;
	if (vms_read_one(e, attr, &val) != 0 ||
	    vms_num_parse(val, 0, INT64_MAX, &n) != 0)
		return -2;
	return n;
}

struct vms_str
vms_read_name(struct vms_model_builder *b, const struct vms_entry *e)
{
	struct strs cn = vms_read_all(e, "cn");
	struct vms_str type, value, name = { NULL, 0 };

	if (cn.n == 1)
		return vms_build_str(b, vms_str_trim(cn.v[0]));
	if (vms_dn_first_value(e->dn, &b->scratch, &type, &value) == 0 &&
	    (cn.n == 0 || vms_str_caseeq(type, VMS_STR("cn"))))
		name = value;
	else if (cn.n > 0)
		name = cn.v[0];
	return vms_build_str(b, vms_str_trim(name));
}

bool
vms_read_actions(struct vms_model_builder *b, const struct vms_entry *e,
    const char *code, bool degrades, struct vms_action_set *set)
{
	struct strs all = vms_read_all(e, "vmsAction");
	bool whole = true;

	for (uint32_t i = 0; i < all.n; i++) {
		if (vms_action_set_add_word(set, all.v[i]) == 0)
			continue;
		whole = false;
		vms_build_find(b, code, e->dn, "vmsAction", degrades,
		    "\"%.*s\" is no action", VMS_STR_ARG(all.v[i]));
	}
	return whole;
}

bool
vms_read_zone(struct vms_model_builder *b, const struct vms_entry *e,
    const struct vms_zone **zone)
{
	struct vms_str name;
	int r = vms_read_one(e, "vmsTimeZone", &name);

	*zone = NULL;
	if (r == -1)
		return false;
	if (r == 0)
		*zone = vms_zones_get(b->params->zones, name);
	if (*zone == NULL)
		vms_build_find(b, "zone-unknown", e->dn, "vmsTimeZone", true,
		    "no such time zone: schedules here cannot be judged");
	return true;
}
