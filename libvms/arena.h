/* SPDX-License-Identifier: MIT */
/*
 * Memory for things that are born together and die together: the model of one
 * generation, the scratch of one decision.  Nothing in it is freed singly.
 */
#ifndef VMS_ARENA_H
#define VMS_ARENA_H

#include <stddef.h>
#include <stdint.h>

#include "libvms/str.h"

struct vms_arena_chunk;

/* Zero it to start.  max: bytes in all, 0 for no limit. */
struct vms_arena {
	struct vms_arena_chunk *chunks;	/* owned, newest first */
	uint8_t *next;			/* free space of the newest chunk */
	size_t left;
	size_t used;			/* bytes held from malloc */
	size_t max;
};

/* size bytes, zeroed, aligned for any object; NULL when out of memory.  The
 * result lives until reset or fini. */
void *vms_arena_alloc(struct vms_arena *a, size_t size);
/* n objects of size bytes each, checked for overflow. */
void *vms_arena_calloc(struct vms_arena *a, size_t n, size_t size);
/* A copy of s with a NUL after it; .p is NULL when out of memory. */
struct vms_str vms_arena_str(struct vms_arena *a, struct vms_str s);
/* A copy of an array that was grown elsewhere. */
void *vms_arena_dup(struct vms_arena *a, const void *p, size_t n, size_t size);
/* Forget everything but keep one chunk for the next round. */
void vms_arena_reset(struct vms_arena *a);
void vms_arena_fini(struct vms_arena *a);

#endif
