/* SPDX-License-Identifier: MIT */
/* Inferred absences: see brake.h. */
#include "vmsd/brake.h"

#include <stdlib.h>
#include <string.h>

#include "libvms/arena.h"
#include "libvms/entry.h"

enum kind {
	KIND_OTHER = 0,
	KIND_USER,
	KIND_GROUP,
	KIND_ROLE,
	KIND_POOL,
	KIND_SCHEDULE,
	KIND_GRANT,
	KIND_COUNT
};

struct tally {
	struct vms_arena scratch;
	uint32_t total[KIND_COUNT], absent[KIND_COUNT], held;
};

/* What an entry is, and whether its going would lift a denial.  One that
 * cannot be read counts as a denial: it is then held. */
static enum kind
kind_of(struct tally *t, const struct vms_store_item *item, bool *denies)
{
	static const struct {
		struct vms_str name;
		enum kind kind;
	} classes[] = {
		{ { "vmsRoleGrant", 12 }, KIND_GRANT },
		{ { "vmsActionGrant", 14 }, KIND_GRANT },
		{ { "vmsRole", 7 }, KIND_ROLE },
		{ { "vmsIpPool", 9 }, KIND_POOL },
		{ { "vmsSchedule", 11 }, KIND_SCHEDULE },
		{ { "posixAccount", 12 }, KIND_USER },
		{ { "vmsUser", 7 }, KIND_USER },
		{ { "posixGroup", 10 }, KIND_GROUP },
		{ { "groupOfNames", 12 }, KIND_GROUP },
	};
	struct vms_rd r = item->entry;
	enum kind kind = KIND_OTHER;
	struct vms_str effect;
	struct vms_entry e;

	*denies = false;
	vms_arena_reset(&t->scratch);
	if (vms_entry_decode(&r, &t->scratch, &e, NULL) == -1) {
		*denies = true;
		return KIND_GRANT;
	}
	for (size_t i = 0; kind == KIND_OTHER &&
	    i < sizeof(classes) / sizeof(classes[0]); i++)
		if (vms_entry_is(&e, classes[i].name))
			kind = classes[i].kind;
	/* Anything but a plain "allow" may deny. */
	if (kind == KIND_GRANT)
		*denies = vms_entry_get_one(&e, VMS_STR("vmsEffect"),
		    &effect) == -1 ||
		    !vms_str_caseeq(effect, VMS_STR("allow"));
	return kind;
}

static int
count_item(void *arg, const struct vms_store_item *item, struct vms_err *err)
{
	struct tally *t = arg;
	bool denies;

	(void)err;
	t->total[kind_of(t, item, &denies)]++;
	t->held += item->held_since != 0;
	return 0;
}

/* What is to become of each absent one. */
struct verdict {
	enum kind kind;
	bool denies, here;
	int64_t held_since;
};

static int
look_at_absent(struct vms_store *st, const struct vms_sync_absent *a,
    struct tally *t, struct verdict *v, struct vms_err *err)
{
	for (size_t i = 0; i < a->n; i++) {
		struct vms_store_item item;
		int r = vms_store_find(st, a->uuids[i], &item, err);

		if (r == -1)
			return -1;
		if (r == 0)
			continue;
		v[i].here = true;
		v[i].held_since = item.held_since;
		v[i].kind = kind_of(t, &item, &v[i].denies);
		t->absent[v[i].kind]++;
	}
	return 0;
}

static bool
too_many(const struct tally *t, enum kind kind, int64_t percent,
    int64_t count)
{
	uint64_t n = t->absent[kind], total = t->total[kind];

	return kind != KIND_OTHER && n > (uint64_t)count &&
	    n * 100 > total * (uint64_t)percent;
}

int
vms_brake_apply(struct vms_store *st, const struct vms_sync_absent *a,
    int64_t percent, int64_t count, bool accept, int64_t now_s,
    uint32_t *n_held, struct vms_err *err)
{
	struct verdict *v = calloc(a->n + 1, sizeof(*v));
	struct tally t = { 0 };
	int r = -1;

	*n_held = 0;
	if (v == NULL)
		return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	if (vms_store_each(st, false, count_item, &t, err) != 0 ||
	    look_at_absent(st, a, &t, v, err) == -1)
		goto out;
	for (size_t i = 0; i < a->n; i++) {
		bool hold = !accept && (v[i].denies ||
		    too_many(&t, v[i].kind, percent, count));

		if (!v[i].here)
			continue;
		if (hold && v[i].held_since == 0 &&
		    vms_store_hold(st, a->uuids[i], now_s, err) == -1)
			goto out;
		if (!hold && vms_store_remove(st, a->uuids[i], now_s, err) ==
		    -1)
			goto out;
		*n_held += hold;
	}
	r = 0;
out:
	vms_arena_fini(&t.scratch);
	free(v);
	return r;
}

struct held {
	uint8_t (*uuids)[VMS_UUID_LEN];
	uint32_t n, cap;
};

static int
collect_held(void *arg, const struct vms_store_item *item,
    struct vms_err *err)
{
	struct held *h = arg;

	if (item->held_since == 0)
		return 0;
	if (h->n == h->cap) {
		uint32_t cap = h->cap == 0 ? 64 : h->cap * 2;
		uint8_t (*p)[VMS_UUID_LEN] = reallocarray(h->uuids, cap,
		    sizeof(*p));

		if (p == NULL)
			return vms_fail(err, VMS_E_SYSTEM, "out of memory");
		h->uuids = p;
		h->cap = cap;
	}
	memcpy(h->uuids[h->n++], item->uuid, VMS_UUID_LEN);
	return 0;
}

int
vms_brake_release(struct vms_store *st, int64_t now_s, uint32_t *n,
    struct vms_err *err)
{
	struct held h = { 0 };
	int r;

	*n = 0;
	r = vms_store_each(st, true, collect_held, &h, err);
	for (uint32_t i = 0; r == 0 && i < h.n; i++)
		r = vms_store_remove(st, h.uuids[i], now_s, err);
	if (r == 0 && h.n > 0)
		r = vms_store_commit(st, err);
	if (r == 0)
		*n = h.n;
	free(h.uuids);
	return r == 0 ? 0 : -1;
}

static int
count_held(void *arg, const struct vms_store_item *item, struct vms_err *err)
{
	uint32_t *n = arg;

	(void)err;
	*n += item->held_since != 0;
	return 0;
}

int
vms_brake_count(struct vms_store *st, uint32_t *n, struct vms_err *err)
{
	*n = 0;
	return vms_store_each(st, true, count_held, n, err) == 0 ? 0 : -1;
}
