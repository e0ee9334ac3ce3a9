/* SPDX-License-Identifier: MIT */
/* The phase machine's sink over the store: see store_sink.h. */
#include "vmsd/store_sink.h"

#include <stdio.h>

static int
sink_find(void *arg, const uint8_t uuid[VMS_UUID_LEN], struct vms_str *dn,
    struct vms_str *csn, struct vms_err *err)
{
	struct vms_store_sink *ss = arg;
	struct vms_store_departed d;
	struct vms_store_item item;
	int r = vms_store_find(ss->store, uuid, &item, err);

	*dn = *csn = (struct vms_str){ NULL, 0 };
	if (r == 1) {
		*dn = item.dn;
		*csn = item.csn;
	}
	if (r != 0)
		return r;
	r = vms_store_departed_find(ss->store, uuid, &d, err);
	if (r == 1) {
		*dn = d.dn;
		*csn = d.csn;
	}
	return r == 1 ? 2 : r;
}

static int
sink_below(void *arg, struct vms_str dn, bool *yes, struct vms_err *err)
{
	struct vms_store_sink *ss = arg;

	return vms_store_below(ss->store, dn, yes, err);
}

struct each {
	int (*fn)(void *fn_arg, const uint8_t uuid[VMS_UUID_LEN],
	    struct vms_str csn, struct vms_err *err);
	void *arg;
};

static int
each_item(void *arg, const struct vms_store_item *item, struct vms_err *err)
{
	struct each *e = arg;

	return e->fn(e->arg, item->uuid, item->csn, err);
}

static int
sink_each(void *arg, int (*fn)(void *fn_arg, const uint8_t uuid[VMS_UUID_LEN],
    struct vms_str csn, struct vms_err *err), void *fn_arg,
    struct vms_err *err)
{
	struct vms_store_sink *ss = arg;
	struct each e = { fn, fn_arg };

	return vms_store_each(ss->store, false, each_item, &e, err);
}

static int
sink_upsert(void *arg, const struct vms_entry *e, struct vms_err *err)
{
	struct vms_store_sink *ss = arg;

	if (vms_store_put(ss->store, e, err) == -1)
		return -1;
	/* Back among us: no longer departed. */
	return vms_store_departed_forget(ss->store, e->uuid, ss->now, err);
}

static int
sink_remove(void *arg, const uint8_t uuid[VMS_UUID_LEN], struct vms_err *err)
{
	struct vms_store_sink *ss = arg;

	return vms_store_remove(ss->store, uuid, ss->now, err);
}

static int
sink_absent(void *arg, const struct vms_sync_absent *a, struct vms_err *err)
{
	struct vms_store_sink *ss = arg;

	return ss->absent(ss->arg, a, err);
}

static int
sink_vacant(void *arg, struct vms_str dn, struct vms_err *err)
{
	struct vms_store_sink *ss = arg;

	if (ss->doubtful)
		return 0;
	return vms_store_names(ss->store, dn, &ss->doubtful, err);
}

static int
sink_commit(void *arg, struct vms_str cookie, bool refresh,
    struct vms_err *err)
{
	struct vms_store_sink *ss = arg;
	struct vms_store_meta meta;

	if (vms_store_get_meta(ss->store, &meta, err) == -1)
		return -1;
	if (vms_str_copy(meta.cookie, sizeof(meta.cookie), cookie) == -1 ||
	    vms_str_copy(meta.server, sizeof(meta.server),
	    vms_str_of(ss->server)) == -1)
		return vms_fail(err, VMS_E_LIMIT, "cookie or server name too "
		    "long");
	if (refresh)
		meta.scope = ss->scope;
	meta.complete_at = ss->now;
	if (meta.time_floor < ss->now)
		meta.time_floor = ss->now;
	if (vms_store_begin(ss->store, err) == -1 ||
	    vms_store_put_meta(ss->store, &meta, err) == -1)
		return -1;
	return vms_store_commit(ss->store, err);
}

static void
sink_rollback(void *arg)
{
	struct vms_store_sink *ss = arg;

	vms_store_abort(ss->store);
}

struct vms_sync_sink
vms_store_sink(struct vms_store_sink *ss)
{
	return (struct vms_sync_sink){ .arg = ss, .find = sink_find,
		.below = sink_below, .each = sink_each,
		.upsert = sink_upsert, .remove = sink_remove,
		.absent = sink_absent, .commit = sink_commit,
		.vacant = sink_vacant, .rollback = sink_rollback };
}
