/* SPDX-License-Identifier: MIT */
/* The replica in memory: see sync_world.h. */
#include "sync_world.h"

#include <stdio.h>
#include <string.h>

void
csn_make(char out[VMS_CSN_LEN + 1], unsigned n, unsigned sid)
{
	snprintf(out, VMS_CSN_LEN + 1,
	    "20261122%06u.%06uZ#000000#%03x#000000", n / 1000 % 1000000,
	    n % 1000, sid & 0xfff);
}

struct rec *
replica_get(struct replica *r, const uint8_t *uuid)
{
	for (size_t i = 0; i < r->n; i++)
		if (memcmp(r->v[i].uuid, uuid, VMS_UUID_LEN) == 0)
			return &r->v[i];
	return NULL;
}

static int
mem_find(void *arg, const uint8_t uuid[VMS_UUID_LEN], struct vms_str *dn,
    struct vms_str *csn, struct vms_err *err)
{
	struct rec *rec = replica_get(arg, uuid);

	(void)err;
	if (rec == NULL)
		return 0;
	*dn = vms_str_of(rec->dn);
	*csn = vms_str_of(rec->csn);
	return rec->what;
}

static int
mem_below(void *arg, struct vms_str dn, bool *yes, struct vms_err *err)
{
	struct replica *r = arg;

	(void)err;
	*yes = false;
	for (size_t i = 0; i < r->n; i++) {
		size_t len = strlen(r->v[i].dn);

		if (r->v[i].what == 1 && len > dn.len &&
		    r->v[i].dn[len - dn.len - 1] == ',' &&
		    memcmp(r->v[i].dn + len - dn.len, dn.p, dn.len) == 0)
			*yes = true;
	}
	return 0;
}

static int
mem_each(void *arg, int (*fn)(void *fn_arg, const uint8_t uuid[VMS_UUID_LEN],
    struct vms_str csn, struct vms_err *err), void *fn_arg,
    struct vms_err *err)
{
	struct replica *r = arg;

	for (size_t i = 0; i < r->n; i++)
		if (r->v[i].what == 1 && fn(fn_arg, r->v[i].uuid,
		    vms_str_of(r->v[i].csn), err) == -1)
			return -1;
	return 0;
}

static int
mem_upsert(void *arg, const struct vms_entry *e, struct vms_err *err)
{
	struct replica *r = arg;
	struct rec *rec = replica_get(r, e->uuid);
	struct vms_str csn = { NULL, 0 };

	if (r->fail)
		return vms_fail(err, VMS_E_LIMIT, "the store is full");
	if (rec == NULL) {
		if (r->n == WORLD_MAX)
			return vms_fail(err, VMS_E_LIMIT, "too many");
		rec = &r->v[r->n++];
		memcpy(rec->uuid, e->uuid, VMS_UUID_LEN);
	}
	rec->what = 1;
	vms_entry_get_one(e, VMS_STR("entryCSN"), &csn);
	if (vms_str_copy(rec->dn, sizeof(rec->dn), e->dn) == -1 ||
	    vms_str_copy(rec->csn, sizeof(rec->csn), csn) == -1)
		return vms_fail(err, VMS_E_LIMIT, "too long");
	return 0;
}

static int
mem_remove(void *arg, const uint8_t uuid[VMS_UUID_LEN], struct vms_err *err)
{
	struct rec *rec = replica_get(arg, uuid);

	(void)err;
	if (rec != NULL)
		rec->what = 2;
	return 0;
}

static int
mem_absent(void *arg, const struct vms_sync_absent *a, struct vms_err *err)
{
	struct replica *r = arg;

	for (size_t i = 0; i < a->n; i++)
		mem_remove(r, a->uuids[i], err);
	r->absent += a->n;
	return 0;
}

static int
mem_commit(void *arg, struct vms_str cookie, bool refresh,
    struct vms_err *err)
{
	struct replica *r = arg;

	(void)refresh;
	memcpy(r->committed, r->v, sizeof(r->v));
	r->n_committed = r->n;
	r->commits++;
	return vms_str_copy(r->cookie, sizeof(r->cookie), cookie) == -1 ?
	    vms_fail(err, VMS_E_LIMIT, "cookie") : 0;
}

static void
mem_rollback(void *arg)
{
	struct replica *r = arg;

	memcpy(r->v, r->committed, sizeof(r->v));
	r->n = r->n_committed;
	r->rollbacks++;
}

struct vms_sync_sink
replica_sink(struct replica *r)
{
	return (struct vms_sync_sink){ .arg = r, .find = mem_find,
		.below = mem_below, .each = mem_each, .upsert = mem_upsert,
		.remove = mem_remove, .absent = mem_absent,
		.commit = mem_commit, .rollback = mem_rollback };
}
