/* SPDX-License-Identifier: MIT */
/*
 * A growing set of small numbers that remembers the order in which they came,
 * so that it is the visited set and the queue of a walk at once.  Lives in an
 * arena.  Pure.
 */
#ifndef VMS_SET_H
#define VMS_SET_H

#include <stdbool.h>
#include <stdint.h>

#include "libvms/arena.h"

/* Zero it, set arena. */
struct vms_set {
	struct vms_arena *arena;	/* borrowed */
	uint32_t *list;			/* members, in order of coming */
	uint32_t n, cap;
	uint32_t *slots;		/* place in list + 1; 0: free */
	uint32_t n_slots;		/* a power of two */
};

/* 1 if x is new, 0 if it was there, -1 out of memory. */
int vms_set_add(struct vms_set *s, uint32_t x);
bool vms_set_has(const struct vms_set *s, uint32_t x);

#endif
