/* SPDX-License-Identifier: MIT */
/*
 * Names, ids and places of those who left: another entry that has one of them
 * is not the same person, whose files and habits lie here under that name.
 */
#include "libvms/identity_impl.h"

#include <stdlib.h>

typedef int compare_fn(const void *a, const void *b);

static const struct vms_departed *
of(const void *p)
{
	return *(const struct vms_departed *const *)p;
}

static int
by_dn(const void *a, const void *b)
{
	return vms_str_casecmp(of(a)->dn, of(b)->dn);
}

static int
by_name(const void *a, const void *b)
{
	return vms_str_casecmp(of(a)->name, of(b)->name);
}

static int
by_uid(const void *a, const void *b)
{
	uint32_t x = of(a)->uid, y = of(b)->uid;

	return x < y ? -1 : x > y;
}

/* Somebody else in the sorted v who has what key has. */
static bool
has_other(const struct vms_departed **v, uint32_t n,
    const struct vms_departed *key, compare_fn *cmp)
{
	uint32_t lo = 0, hi = n;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (cmp(&v[mid], &key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < n && cmp(&v[lo], &key) == 0; lo++)
		if (memcmp(v[lo]->uuid, key->uuid, VMS_UUID_LEN) != 0)
			return true;
	return false;
}

/* Those who have such a thing at all, in its order. */
static const struct vms_departed **
sorted(struct vms_id_build *b, compare_fn *cmp, uint32_t *n)
{
	const struct vms_identity_rules *r = b->rules;
	const struct vms_departed **v = vms_arena_calloc(&b->tmp,
	    r->n_departed, sizeof(*v));

	*n = 0;
	b->oom = b->oom || v == NULL;
	for (uint32_t i = 0; v != NULL && i < r->n_departed; i++) {
		const struct vms_departed *d = &r->departed[i];

		if (cmp == by_dn ? d->dn.len > 0 : cmp == by_name ?
		    d->name.len > 0 : d->uid != 0)
			v[(*n)++] = d;
	}
	if (v != NULL)
		qsort(v, *n, sizeof(*v), cmp);
	return v;
}

static void
judge_one(struct vms_id_build *b, struct vms_claim *c, const char *attr,
    const char *what)
{
	/* Said once; out it was already perhaps. */
	if (!c->reused)
		vms_id_complain(b, c->dn, attr, "identity-reused",
		    "has the %s of somebody who was deleted; left out until "
		    "vmsctl sync adopt %.*s", what, VMS_STR_ARG(c->name));
	c->out = c->reused = true;
}

void
vms_id_judge_reused(struct vms_id_build *b)
{
	static const struct {
		compare_fn *cmp;
		const char *attr, *what;
	} keys[] = { { by_name, "uid", "name" },
	    { by_uid, "uidNumber", "id" }, { by_dn, "", "DN" } };

	if (b->rules->n_departed == 0)
		return;
	for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
		uint32_t n;
		const struct vms_departed **v = sorted(b, keys[k].cmp, &n);

		for (uint32_t i = 0; v != NULL && i < b->in->n_users; i++) {
			struct vms_claim *c = &b->users[i];
			struct vms_departed me = { .dn = c->dn,
			    .name = c->name, .uid = c->id };

			memcpy(me.uuid, c->uuid, sizeof(me.uuid));
			if (has_other(v, n, &me, keys[k].cmp))
				judge_one(b, c, keys[k].attr, keys[k].what);
		}
	}
}

void
vms_id_list_reused(struct vms_id_build *b, struct vms_identity *out)
{
	uint8_t (*v)[VMS_UUID_LEN];
	uint32_t n = 0;

	for (uint32_t i = 0; i < b->in->n_users; i++)
		n += b->users[i].reused;
	v = vms_arena_calloc(b->arena, n, sizeof(*v));
	if (v == NULL) {
		b->oom = true;
		return;
	}
	for (uint32_t i = 0; i < b->in->n_users; i++)
		if (b->users[i].reused)
			memcpy(v[out->n_reused++], b->users[i].uuid,
			    VMS_UUID_LEN);
	out->reused = v;
}
