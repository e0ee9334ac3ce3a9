/* SPDX-License-Identifier: MIT */
/* The replica and the engine's table: see store.h. */
#include "vmsd/store.h"

#include <stdlib.h>
#include <string.h>

#include "libvms/dn.h"
#include "vmsd/store_int.h"
#include "vmsd/store_record.h"

static const char meta_key[] = "meta";

static struct vms_str
key_of(const uint8_t *uuid)
{
	return (struct vms_str){ (const char *)uuid, VMS_UUID_LEN };
}

static struct vms_str
written(const struct vms_wr *w)
{
	return (struct vms_str){ (const char *)w->p, w->len };
}

static int
no_memory(struct vms_err *err)
{
	return vms_fail(err, VMS_E_SYSTEM, "out of memory");
}

int
vms_store_set_names(struct vms_store *st, struct vms_str user_name,
    struct vms_str uid, struct vms_err *err)
{
	char *a = strndup(user_name.p, user_name.len);
	char *b = strndup(uid.p, uid.len);

	if (a == NULL || b == NULL) {
		free(a);
		free(b);
		return no_memory(err);
	}
	free(st->user_name);
	free(st->uid);
	st->user_name = a;
	st->uid = b;
	return 0;
}

int
vms_store_get_meta(struct vms_store *st, struct vms_store_meta *meta,
    struct vms_err *err)
{
	struct vms_str v;
	int r;

	*meta = (struct vms_store_meta){ 0 };
	r = vms_db_get(st->replica, T_META, vms_str_of(meta_key), &v, err);
	return r == 1 ? vms_record_get_meta(v, meta, err) : r;
}

int
vms_store_put_meta(struct vms_store *st, const struct vms_store_meta *meta,
    struct vms_err *err)
{
	bool alone = !vms_db_is_open(st->replica);
	struct vms_wr w = { 0 };
	int r;

	vms_record_put_meta(&w, meta);
	r = w.bad ? no_memory(err) : vms_db_put(st->replica, T_META,
	    vms_str_of(meta_key), written(&w), err);
	vms_wr_fini(&w);
	return r == 0 && alone ? vms_db_commit(st->replica, err) : r;
}

int
vms_store_begin(struct vms_store *st, struct vms_err *err)
{
	return vms_db_begin(st->replica, err);
}

int
vms_store_commit(struct vms_store *st, struct vms_err *err)
{
	return vms_db_commit(st->replica, err);
}

void
vms_store_abort(struct vms_store *st)
{
	vms_db_abort(st->replica);
}

bool
vms_store_is_open(const struct vms_store *st)
{
	return vms_db_is_open(st->replica);
}

/* A place in the tree as a key: 8 bytes of its normal form's hash.  Two that
 * share one only make vms_store_below() say yes too often. */
static void
place(struct vms_str ndn, char key[8])
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < ndn.len; i++)
		h = (h ^ (uint8_t)ndn.p[i]) * UINT64_C(0x100000001b3);
	memcpy(key, &h, 8);
}

static int
add_below(struct vms_store *st, struct vms_str ndn, int delta,
    struct vms_err *err)
{
	char key[8];
	struct vms_str k = { key, sizeof(key) }, v;
	uint32_t n = 0;
	int r;

	place(ndn, key);
	r = vms_db_get(st->replica, T_BELOW, k, &v, err);
	if (r == -1)
		return -1;
	if (r == 1 && v.len == sizeof(n))
		memcpy(&n, v.p, sizeof(n));
	if (delta < 0 && n == 0)
		return 0;
	n = delta < 0 ? n - 1 : n + 1;
	if (n == 0)
		return vms_db_del(st->replica, T_BELOW, k, err);
	return vms_db_put(st->replica, T_BELOW, k,
	    (struct vms_str){ (const char *)&n, sizeof(n) }, err);
}

/* An entry at dn came (1) or went (-1): count it at every place above. */
static int
count(struct vms_store *st, struct vms_str dn, int delta, struct vms_err *err)
{
	struct vms_arena a = { 0 };
	struct vms_str n;
	int r = 0;

	if (vms_dn_normal(dn, &a, &n) == 0)
		for (n = vms_dn_parent(n); n.len > 0 && r == 0;
		    n = vms_dn_parent(n))
			r = add_below(st, n, delta, err);
	vms_arena_fini(&a);
	return r;
}

int
vms_store_below(struct vms_store *st, struct vms_str dn, bool *yes,
    struct vms_err *err)
{
	struct vms_arena a = { 0 };
	struct vms_str n, v;
	char key[8];
	int r = 0;

	*yes = false;
	if (vms_dn_normal(dn, &a, &n) == 0) {
		place(n, key);
		r = vms_db_get(st->replica, T_BELOW,
		    (struct vms_str){ key, sizeof(key) }, &v, err);
		*yes = r == 1;
	}
	vms_arena_fini(&a);
	return r == -1 ? -1 : 0;
}

int
vms_store_find(struct vms_store *st, const uint8_t uuid[VMS_UUID_LEN],
    struct vms_store_item *out, struct vms_err *err)
{
	struct vms_str v;
	int r = vms_db_get(st->replica, T_ENTRY, key_of(uuid), &v, err);

	if (r != 1)
		return r;
	return vms_record_get_entry(key_of(uuid), v, out, err) == -1 ? -1 : 1;
}

/* Count the old place out and the new one in; mostly they are the same. */
static int
move_count(struct vms_store *st, const struct vms_entry *e,
    struct vms_err *err)
{
	struct vms_store_item old;
	char *dn;
	size_t len;
	int r = vms_store_find(st, e->uuid, &old, err);

	if (r == -1 || (r == 1 && vms_str_eq(old.dn, e->dn)))
		return r == -1 ? -1 : 0;
	if (r == 1) {
		len = old.dn.len;
		dn = malloc(len + 1);	/* old is borrowed */
		if (dn == NULL)
			return no_memory(err);
		memcpy(dn, old.dn.p, len);
		r = count(st, (struct vms_str){ dn, len }, -1, err);
		free(dn);
		if (r == -1)
			return -1;
	}
	return count(st, e->dn, 1, err);
}

int
vms_store_put(struct vms_store *st, const struct vms_entry *e,
    struct vms_err *err)
{
	struct vms_wr w = { .max = VMS_IPC_MAX };
	int r = -1;

	if (vms_db_begin(st->replica, err) == -1 ||
	    move_count(st, e, err) == -1)
		goto out;
	vms_record_put_entry(&w, e, 0);
	r = w.bad ? no_memory(err) : vms_db_put(st->replica, T_ENTRY,
	    key_of(e->uuid), written(&w), err);
out:
	if (r == -1)
		vms_db_abort(st->replica);
	vms_wr_fini(&w);
	return r;
}

/* The departed as a record, from the entry that goes. */
static int
describe(struct vms_store *st, const struct vms_store_item *item, int64_t now,
    struct vms_wr *w, struct vms_err *err)
{
	struct vms_store_departed d = { .when = now, .dn = item->dn,
		.csn = item->csn };
	struct vms_arena a = { 0 };
	struct vms_rd r = item->entry;
	struct vms_entry e;
	int rc = vms_entry_decode(&r, &a, &e, err);

	if (rc == 0) {
		vms_entry_get_one(&e, vms_str_of(st->user_name), &d.name);
		vms_entry_get_one(&e, vms_str_of(st->uid), &d.uid);
		vms_record_put_departed(w, &d);
		rc = w->bad ? no_memory(err) : 0;
	}
	vms_arena_fini(&a);
	return rc;
}

int
vms_store_remove(struct vms_store *st, const uint8_t uuid[VMS_UUID_LEN],
    int64_t now, struct vms_err *err)
{
	struct vms_store_item item;
	struct vms_store_departed d;
	struct vms_wr w = { 0 };
	int r = -1;

	if (vms_db_begin(st->replica, err) == -1)
		return -1;
	r = vms_store_find(st, uuid, &item, err);
	if (r != 1)
		goto out;
	r = -1;
	if (describe(st, &item, now, &w, err) == -1 ||
	    vms_record_get_departed(key_of(uuid), written(&w), &d,
	    err) == -1 || count(st, d.dn, -1, err) == -1 ||
	    vms_db_del(st->replica, T_ENTRY, key_of(uuid), err) == -1)
		goto out;
	r = vms_db_put(st->replica, T_DEPARTED, key_of(uuid), written(&w),
	    err);
out:
	if (r == -1)
		vms_db_abort(st->replica);
	vms_wr_fini(&w);
	return r;
}

int
vms_store_hold(struct vms_store *st, const uint8_t uuid[VMS_UUID_LEN],
    int64_t held_since, struct vms_err *err)
{
	struct vms_store_item item;
	struct vms_arena a = { 0 };
	struct vms_wr w = { .max = VMS_IPC_MAX };
	struct vms_entry e;
	int r;

	if (vms_db_begin(st->replica, err) == -1)
		return -1;
	r = vms_store_find(st, uuid, &item, err);
	if (r == 1) {
		r = vms_entry_decode(&item.entry, &a, &e, err);
		memcpy(e.uuid, uuid, VMS_UUID_LEN);
		if (r == 0)
			vms_record_put_entry(&w, &e, held_since);
		if (r == 0 && w.bad)
			r = no_memory(err);
		if (r == 0)
			r = vms_db_put(st->replica, T_ENTRY, key_of(uuid),
			    written(&w), err);
	}
	if (r == -1)
		vms_db_abort(st->replica);
	vms_arena_fini(&a);
	vms_wr_fini(&w);
	return r;
}
