/* SPDX-License-Identifier: MIT */
/*
 * One directory entry: see entry.h.  The flat form is
 *
 *	16 bytes	UUID
 *	string		DN
 *	u32		number of attributes, each:
 *	  string	  name
 *	  string	  option
 *	  u32		  number of values, each a string
 */
#include "libvms/entry.h"

#include "libvms/bounds.h"

const struct vms_attr *
vms_entry_get(const struct vms_entry *e, struct vms_str name)
{
	for (uint32_t i = 0; i < e->n_attrs; i++) {
		const struct vms_attr *a = &e->attrs[i];

		if (a->option.len == 0 && vms_str_caseeq(a->name, name))
			return a;
	}
	return NULL;
}

int
vms_entry_get_one(const struct vms_entry *e, struct vms_str name,
    struct vms_str *val)
{
	const struct vms_attr *a = vms_entry_get(e, name);

	*val = (struct vms_str){ NULL, 0 };
	if (a == NULL || a->n_vals != 1)
		return -1;
	*val = a->vals[0];
	return 0;
}

bool
vms_entry_is(const struct vms_entry *e, struct vms_str object_class)
{
	const struct vms_attr *a = vms_entry_get(e, VMS_STR("objectClass"));

	for (uint32_t i = 0; a != NULL && i < a->n_vals; i++)
		if (vms_str_caseeq(vms_str_trim(a->vals[i]), object_class))
			return true;
	return false;
}

void
vms_entry_encode(struct vms_wr *w, const struct vms_entry *e)
{
	vms_wr_bytes(w, e->uuid, VMS_UUID_LEN);
	vms_wr_str(w, e->dn);
	vms_wr_u32(w, e->n_attrs);
	for (uint32_t i = 0; i < e->n_attrs; i++) {
		const struct vms_attr *a = &e->attrs[i];

		vms_wr_str(w, a->name);
		vms_wr_str(w, a->option);
		vms_wr_u32(w, a->n_vals);
		for (uint32_t k = 0; k < a->n_vals; k++)
			vms_wr_str(w, a->vals[k]);
	}
}

/* -1: no memory, or more values than bytes that could hold them. */
static int
decode_attr(struct vms_rd *r, struct vms_arena *a, struct vms_attr *attr)
{
	struct vms_str *vals;
	uint32_t n;

	attr->name = vms_rd_str(r, VMS_NAME_MAX);
	attr->option = vms_rd_str(r, VMS_NAME_MAX);
	n = vms_rd_u32(r);
	/* Each value takes four bytes at least: a lying count costs nothing. */
	if (r->bad || n > VMS_VALUES_MAX || n > (size_t)(r->end - r->p) / 4) {
		r->bad = true;
		return 0;
	}
	vals = vms_arena_calloc(a, n, sizeof(*vals));
	if (vals == NULL)
		return -1;
	for (uint32_t k = 0; k < n; k++)
		vals[k] = vms_rd_str(r, VMS_VALUE_MAX);
	attr->vals = vals;
	attr->n_vals = n;
	return 0;
}

int
vms_entry_decode(struct vms_rd *r, struct vms_arena *a,
    struct vms_entry *e, struct vms_err *err)
{
	struct vms_entry got = { 0 };
	struct vms_attr *attrs;
	const uint8_t *uuid = vms_rd_bytes(r, VMS_UUID_LEN);

	*e = got;
	if (uuid != NULL)
		memcpy(got.uuid, uuid, VMS_UUID_LEN);
	got.dn = vms_rd_str(r, VMS_DN_MAX);
	got.n_attrs = vms_rd_u32(r);
	if (r->bad)
		return vms_fail(err, VMS_E_MALFORMED, "entry is cut short");
	if (got.n_attrs > VMS_ATTRS_MAX)
		return vms_fail(err, VMS_E_LIMIT,
		    "entry has more than %d attributes", VMS_ATTRS_MAX);
	attrs = vms_arena_calloc(a, got.n_attrs, sizeof(*attrs));
	if (attrs == NULL)
		return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	for (uint32_t i = 0; i < got.n_attrs && !r->bad; i++)
		if (decode_attr(r, a, &attrs[i]) != 0)
			return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	if (r->bad)
		return vms_fail(err, VMS_E_MALFORMED,
		    "entry's attributes are malformed");
	got.attrs = attrs;
	*e = got;
	return 0;
}
