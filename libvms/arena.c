/* SPDX-License-Identifier: MIT */
/* Arena memory: see arena.h. */
#include "libvms/arena.h"

#include <stdalign.h>
#include <stdlib.h>

#define CHUNK_MIN (16 * 1024)
#define CHUNK_MAX (4 * 1024 * 1024)

struct vms_arena_chunk {
	struct vms_arena_chunk *older;
	size_t size;			/* of bytes[] */
	alignas(max_align_t) uint8_t bytes[];
};

static int
add_chunk(struct vms_arena *a, size_t need)
{
	size_t size = a->used < CHUNK_MIN ? CHUNK_MIN : a->used;
	struct vms_arena_chunk *c;

	if (size > CHUNK_MAX)
		size = CHUNK_MAX;
	if (size < need)
		size = need;
	if (size > SIZE_MAX - sizeof(*c))
		return -1;
	if (a->max != 0 && (a->used > a->max || size > a->max - a->used))
		return -1;
	c = malloc(sizeof(*c) + size);
	if (c == NULL)
		return -1;
	c->older = a->chunks;
	c->size = size;
	a->chunks = c;
	a->next = c->bytes;
	a->left = size;
	a->used += size;
	return 0;
}

void *
vms_arena_alloc(struct vms_arena *a, size_t size)
{
	size_t align = alignof(max_align_t);
	void *p;

	if (size > SIZE_MAX - align)
		return NULL;
	size = size == 0 ? align : (size + align - 1) / align * align;
	if (size > a->left && add_chunk(a, size) != 0)
		return NULL;
	p = a->next;
	a->next += size;
	a->left -= size;
	return memset(p, 0, size);
}

void *
vms_arena_calloc(struct vms_arena *a, size_t n, size_t size)
{
	if (size != 0 && n > SIZE_MAX / size)
		return NULL;
	return vms_arena_alloc(a, n * size);
}

struct vms_str
vms_arena_str(struct vms_arena *a, struct vms_str s)
{
	char *p = s.len == SIZE_MAX ? NULL : vms_arena_alloc(a, s.len + 1);

	if (p == NULL)
		return (struct vms_str){ NULL, 0 };
	if (s.len > 0)
		memcpy(p, s.p, s.len);
	return (struct vms_str){ p, s.len };
}

void *
vms_arena_dup(struct vms_arena *a, const void *p, size_t n, size_t size)
{
	void *copy = vms_arena_calloc(a, n, size);

	if (copy != NULL && n > 0)
		memcpy(copy, p, n * size);
	return copy;
}

void
vms_arena_reset(struct vms_arena *a)
{
	struct vms_arena_chunk *keep = a->chunks, *c;

	if (keep == NULL)
		return;
	while ((c = keep->older) != NULL) {
		keep->older = c->older;
		free(c);
	}
	a->next = keep->bytes;
	a->left = keep->size;
	a->used = keep->size;
}

void
vms_arena_fini(struct vms_arena *a)
{
	struct vms_arena_chunk *c;

	while ((c = a->chunks) != NULL) {
		a->chunks = c->older;
		free(c);
	}
	*a = (struct vms_arena){ .max = a->max };
}
