/* SPDX-License-Identifier: MIT */
/* Walking through the store, the departed, and the engine's own table: see
 * store.h. */
#include "vmsd/store.h"

#include <string.h>

#include "vmsd/store_int.h"
#include "vmsd/store_record.h"

#define KV_KEY_MAX 400

struct walk {
	vms_store_fn *entry;
	vms_store_departed_fn *departed;
	vms_store_kv_fn *kv;
	void *arg;
	struct vms_str prefix;
};

static int
walk_entry(void *arg, struct vms_str key, struct vms_str value,
    struct vms_err *err)
{
	struct walk *w = arg;
	struct vms_store_item item;

	if (vms_record_get_entry(key, value, &item, err) == -1)
		return -1;
	return w->entry(w->arg, &item, err);
}

int
vms_store_each(struct vms_store *st, bool committed, vms_store_fn *fn,
    void *arg, struct vms_err *err)
{
	struct walk w = { .entry = fn, .arg = arg };

	return vms_db_each(st->replica, T_ENTRY, w.prefix, committed,
	    walk_entry, &w, err);
}

struct names {
	struct vms_str dn;
	struct vms_arena scratch;
};

/* 1: this one does. */
static int
names_it(void *arg, const struct vms_store_item *item, struct vms_err *err)
{
	struct names *n = arg;
	struct vms_rd r = item->entry;
	struct vms_entry e;

	vms_arena_reset(&n->scratch);
	if (vms_entry_decode(&r, &n->scratch, &e, err) == -1)
		return -1;
	for (uint32_t i = 0; i < e.n_attrs; i++)
		for (uint32_t k = 0; k < e.attrs[i].n_vals; k++)
			if (vms_str_caseeq(e.attrs[i].vals[k], n->dn))
				return 1;
	return 0;
}

int
vms_store_names(struct vms_store *st, struct vms_str dn, bool *yes,
    struct vms_err *err)
{
	struct names n = { .dn = dn };
	int r = vms_store_each(st, false, names_it, &n, err);

	vms_arena_fini(&n.scratch);
	*yes = r == 1;
	return r == -1 ? -1 : 0;
}

int
vms_store_count(struct vms_store *st, uint64_t *n, struct vms_err *err)
{
	return vms_db_count(st->replica, T_ENTRY, n, err);
}

int
vms_store_departed_find(struct vms_store *st,
    const uint8_t uuid[VMS_UUID_LEN], struct vms_store_departed *out,
    struct vms_err *err)
{
	struct vms_str key = { (const char *)uuid, VMS_UUID_LEN }, v;
	int r = vms_db_get(st->replica, T_DEPARTED, key, &v, err);

	if (r != 1)
		return r;
	return vms_record_get_departed(key, v, out, err) == -1 ? -1 : 1;
}

static int
walk_departed(void *arg, struct vms_str key, struct vms_str value,
    struct vms_err *err)
{
	struct walk *w = arg;
	struct vms_store_departed d;

	if (vms_record_get_departed(key, value, &d, err) == -1)
		return -1;
	return w->departed(w->arg, &d, err);
}

int
vms_store_departed_each(struct vms_store *st, vms_store_departed_fn *fn,
    void *arg, struct vms_err *err)
{
	struct walk w = { .departed = fn, .arg = arg };

	return vms_db_each(st->replica, T_DEPARTED, w.prefix, false,
	    walk_departed, &w, err);
}

struct old {
	uint8_t uuid[VMS_UUID_LEN];
	int64_t before;
};

/* Found one: 1. */
static int
find_old(void *arg, const struct vms_store_departed *d, struct vms_err *err)
{
	struct old *old = arg;

	(void)err;
	if (d->when >= old->before)
		return 0;
	memcpy(old->uuid, d->uuid, VMS_UUID_LEN);
	return 1;
}

int
vms_store_departed_forget(struct vms_store *st, const uint8_t *uuid,
    int64_t now, struct vms_err *err)
{
	bool alone = !vms_db_is_open(st->replica);
	struct old old = { .before = now - VMS_STORE_DEPARTED_S };
	struct vms_str key = { (const char *)old.uuid, VMS_UUID_LEN };
	int r = 1;

	if (uuid != NULL) {
		memcpy(old.uuid, uuid, VMS_UUID_LEN);
		if (vms_db_del(st->replica, T_DEPARTED, key, err) == -1)
			return -1;
	}
	while (uuid == NULL && r == 1) {
		r = vms_store_departed_each(st, find_old, &old, err);
		if (r == -1 || (r == 1 && vms_db_del(st->replica, T_DEPARTED,
		    key, err) == -1))
			return -1;
	}
	return alone ? vms_db_commit(st->replica, err) : 0;
}

static int
kv_key(struct vms_str key, struct vms_err *err)
{
	return key.len == 0 || key.len > KV_KEY_MAX ? vms_fail(err,
	    VMS_E_LIMIT, "key of %zu bytes", key.len) : 0;
}

int
vms_store_kv_put(struct vms_store *st, struct vms_str key,
    struct vms_str value, struct vms_err *err)
{
	if (kv_key(key, err) == -1 ||
	    vms_db_put(st->kv, T_KV, key, value, err) == -1)
		return -1;
	return vms_db_commit(st->kv, err);
}

int
vms_store_kv_del(struct vms_store *st, struct vms_str key,
    struct vms_err *err)
{
	if (kv_key(key, err) == -1 ||
	    vms_db_del(st->kv, T_KV, key, err) == -1)
		return -1;
	return vms_db_commit(st->kv, err);
}

int
vms_store_kv_get(struct vms_store *st, struct vms_str key, struct vms_wr *w,
    struct vms_err *err)
{
	struct vms_str v;
	int r = kv_key(key, err);

	if (r == 0)
		r = vms_db_get(st->kv, T_KV, key, &v, err);
	if (r != 1)
		return r;
	vms_wr_bytes(w, v.p, v.len);
	return w->bad ? vms_fail(err, VMS_E_SYSTEM, "out of memory") : 1;
}

static int
walk_kv(void *arg, struct vms_str key, struct vms_str value,
    struct vms_err *err)
{
	struct walk *w = arg;

	if (!vms_str_has_prefix(key, w->prefix))
		return 2;	/* past them */
	return w->kv(w->arg, key, value, err);
}

int
vms_store_kv_each(struct vms_store *st, struct vms_str prefix,
    vms_store_kv_fn *fn, void *arg, struct vms_err *err)
{
	struct walk w = { .kv = fn, .arg = arg, .prefix = prefix };
	int r = vms_db_each(st->kv, T_KV, prefix, true, walk_kv, &w, err);

	return r == 2 ? 0 : r;
}
