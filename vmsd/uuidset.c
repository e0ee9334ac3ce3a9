/* SPDX-License-Identifier: MIT */
/* Open addressing; the directory chooses the keys, so they are mixed. */
#include "vmsd/uuidset.h"

#include <stdlib.h>
#include <string.h>

static size_t
slot_of(const struct vms_uuidset *s, const uint8_t *u)
{
	uint64_t a, b, h;
	size_t i;

	memcpy(&a, u, 8);
	memcpy(&b, u + 8, 8);
	h = (a ^ (b * UINT64_C(0x9e3779b97f4a7c15)));
	h ^= h >> 32;
	h *= UINT64_C(0xd6e8feb86659fd93);
	h ^= h >> 32;
	i = (size_t)h & (s->cap - 1);
	while (s->used[i] && memcmp(s->v[i], u, VMS_UUID_LEN) != 0)
		i = (i + 1) & (s->cap - 1);
	return i;
}

static int
grow(struct vms_uuidset *s)
{
	struct vms_uuidset big = { .cap = s->cap == 0 ? 64 : s->cap * 2 };
	const uint8_t *u;
	size_t at = 0;

	big.v = calloc(big.cap, sizeof(*big.v));
	big.used = calloc(big.cap, 1);
	if (big.v == NULL || big.used == NULL) {
		vms_uuidset_fini(&big);
		return -1;
	}
	while ((u = vms_uuidset_next(s, &at)) != NULL) {
		size_t i = slot_of(&big, u);

		memcpy(big.v[i], u, VMS_UUID_LEN);
		big.used[i] = 1;
	}
	big.n = s->n;
	vms_uuidset_fini(s);
	*s = big;
	return 0;
}

int
vms_uuidset_add(struct vms_uuidset *s, const uint8_t u[VMS_UUID_LEN])
{
	size_t i;

	if (s->n >= s->cap / 2 && grow(s) == -1)
		return -1;
	i = slot_of(s, u);
	if (!s->used[i]) {
		memcpy(s->v[i], u, VMS_UUID_LEN);
		s->used[i] = 1;
		s->n++;
	}
	return 0;
}

bool
vms_uuidset_has(const struct vms_uuidset *s, const uint8_t u[VMS_UUID_LEN])
{
	return s->cap > 0 && s->used[slot_of(s, u)];
}

const uint8_t *
vms_uuidset_next(const struct vms_uuidset *s, size_t *at)
{
	while (*at < s->cap) {
		size_t i = (*at)++;

		if (s->used[i])
			return s->v[i];
	}
	return NULL;
}

void
vms_uuidset_fini(struct vms_uuidset *s)
{
	free(s->v);
	free(s->used);
	*s = (struct vms_uuidset){ 0 };
}
