/* SPDX-License-Identifier: MIT */
/* Sets of numbers: see set.h. */
#include "libvms/set.h"

#define FIRST_CAP 16

static uint32_t
hash(uint32_t x)
{
	x ^= x >> 16;
	x *= 0x7feb352dU;
	x ^= x >> 15;
	x *= 0x846ca68bU;
	return x ^ x >> 16;
}

/* The slot that holds x, or the free one where it belongs. */
static uint32_t *
find_slot(const struct vms_set *s, uint32_t x)
{
	uint32_t i = hash(x);

	for (;; i++) {
		uint32_t *slot = &s->slots[i & (s->n_slots - 1)];

		if (*slot == 0 || s->list[*slot - 1] == x)
			return slot;
	}
}

static int
grow(struct vms_set *s)
{
	struct vms_set more = *s;

	if (s->cap > UINT32_MAX / 8)
		return -1;
	more.cap = s->cap == 0 ? FIRST_CAP : s->cap * 4;
	more.n_slots = more.cap * 2;
	more.list = vms_arena_calloc(s->arena, more.cap, sizeof(*more.list));
	more.slots = vms_arena_calloc(s->arena, more.n_slots,
	    sizeof(*more.slots));
	if (more.list == NULL || more.slots == NULL)
		return -1;
	for (uint32_t i = 0; i < s->n; i++) {
		more.list[i] = s->list[i];
		*find_slot(&more, s->list[i]) = i + 1;
	}
	*s = more;
	return 0;
}

int
vms_set_add(struct vms_set *s, uint32_t x)
{
	uint32_t *slot;

	if (s->n == s->cap && grow(s) != 0)
		return -1;
	slot = find_slot(s, x);
	if (*slot != 0)
		return 0;
	s->list[s->n++] = x;
	*slot = s->n;
	return 1;
}

bool
vms_set_has(const struct vms_set *s, uint32_t x)
{
	return s->n > 0 && *find_slot(s, x) != 0;
}
