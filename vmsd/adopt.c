/* SPDX-License-Identifier: MIT */
/* Those who left: see adopt.h. */
#include "vmsd/adopt.h"

#include <string.h>

#include "vmsd/clock.h"
#include "vmsd/engine.h"
#include "vmsd/feed.h"
#include "vmsd/log.h"
#include "vmsd/request.h"
#include "vmsd/store.h"

struct gathering {
	struct vms_arena *arena;
	struct vms_departed *v;		/* NULL: count only */
	uint32_t n, max;
	int64_t since_s;
};

static int
gather(void *arg, const struct vms_store_departed *d, struct vms_err *err)
{
	struct gathering *g = arg;
	struct vms_departed *to;

	/* Of people only: a group or a camera leaves no files behind. */
	if (d->when < g->since_s || d->uid.len == 0)
		return 0;
	if (g->v == NULL) {
		g->n++;
		return 0;
	}
	if (g->n == g->max)
		return 0;
	to = &g->v[g->n++];
	memcpy(to->uuid, d->uuid, sizeof(to->uuid));
	to->dn = vms_arena_str(g->arena, d->dn);
	to->name = vms_arena_str(g->arena, d->name);
	if (vms_id_parse(d->uid, &to->uid) == -1)
		to->uid = 0;
	if (to->dn.p == NULL || to->name.p == NULL)
		return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	return 0;
}

int
vms_adopt_departed(struct vms_engine *e, struct vms_arena *arena,
    const struct vms_departed **out, uint32_t *n, struct vms_err *err)
{
	struct gathering g = { .arena = arena, .since_s = (e->feed == NULL ?
	    vms_engine_wall_s() : vms_feed_clock(e->feed)->now_s) -
	    VMS_STORE_DEPARTED_S };

	*n = 0;
	*out = NULL;
	if (vms_store_departed_each(e->store, gather, &g, err) == -1)
		return -1;
	g.max = g.n;
	g.n = 0;
	g.v = vms_arena_calloc(arena, (size_t)g.max + 1, sizeof(*g.v));
	if (g.v == NULL)
		return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	if (vms_store_departed_each(e->store, gather, &g, err) == -1)
		return -1;
	*out = g.v;
	*n = g.n;
	return 0;
}

bool
vms_adopt_is_reused(const struct vms_engine *e,
    const uint8_t uuid[VMS_UUID_LEN])
{
	const struct vms_identity *id = &e->gen.identity;

	for (uint32_t i = 0; i < id->n_reused; i++)
		if (memcmp(id->reused[i], uuid, VMS_UUID_LEN) == 0)
			return true;
	return false;
}

int
vms_adopt(struct vms_engine *e, struct vms_str name, struct vms_err *err)
{
	struct vms_arena scratch = { 0 };
	const struct vms_departed *v;
	struct vms_user_view u;
	uint32_t n, forgotten = 0;
	int r;

	if (vms_find_user(e, name, &u) == -1)
		return vms_fail(err, VMS_E_NOT_FOUND, "no user %.*s",
		    VMS_STR_ARG(name));
	if (vms_store_is_open(e->store))
		return vms_fail(err, VMS_E_UNAVAILABLE, "the directory is "
		    "being read; try again");
	r = vms_adopt_departed(e, &scratch, &v, &n, err);
	for (uint32_t i = 0; r == 0 && i < n; i++) {
		if (memcmp(v[i].uuid, u.uuid, VMS_UUID_LEN) == 0 ||
		    (!vms_str_caseeq(v[i].dn, u.dn) &&
		    !vms_str_caseeq(v[i].name, u.name) &&
		    (v[i].uid == 0 || v[i].uid != u.uid)))
			continue;
		r = vms_store_departed_forget(e->store, v[i].uuid, 0, err);
		forgotten++;
	}
	vms_arena_fini(&scratch);
	if (r == -1)
		return -1;
	if (forgotten == 0)
		return vms_fail(err, VMS_E_NOT_FOUND, "nothing stands in the "
		    "way of %.*s", VMS_STR_ARG(u.name));
	vms_log(VMS_LOG_NOTICE, "user %.*s was adopted: %u who left are "
	    "forgotten", VMS_STR_ARG(u.name), forgotten);
	vms_engine_changed(e);
	return 0;
}

void
vms_adopt_forget_old(struct vms_engine *e)
{
	const struct vms_clock *clock = vms_feed_clock(e->feed);
	struct vms_err err = { 0 };

	if (clock->state == VMS_CLOCK_TRUSTED &&
	    vms_store_departed_forget(e->store, NULL, clock->now_s, &err) ==
	    -1)
		vms_log_err("store", &err);
}
