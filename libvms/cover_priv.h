/* SPDX-License-Identifier: MIT */
/*
 * Whom a grant is for and what it covers, conditions aside.  Shared by the
 * decision and the POSIX side of the model.  Pure.
 */
#ifndef VMS_COVER_PRIV_H
#define VMS_COVER_PRIV_H

#include "libvms/model_priv.h"
#include "libvms/set.h"

/* What stands around one thing, at any depth. */
struct around {
	uint32_t thing;			/* its index; NONE: nothing asked */
	struct vms_set groups;		/* camera and recorder groups */
	struct vms_set layouts;		/* that show it */
};

/* 0, or -1 out of memory. */
int vms_around_find(const struct vms_model *m, uint32_t thing,
    struct vms_arena *scratch, struct around *out);

/* Whether the targets of g take the thing in.  imply: listed layouts count
 * too (live.view only).  A denial that lost a target covers everything. */
bool vms_grant_covers(const struct vms_model *m, const struct grant *g,
    const struct around *a, bool imply);

/* The groups around a user, at any depth, loops cut.  0 or -1. */
int vms_groups_of(const struct vms_model *m, uint32_t user,
    struct vms_arena *scratch, struct vms_set *groups);
/* Grants of which the user is a subject, in the order of their names: every
 * one whatever it gives, and those for everyone.  0 or -1. */
int vms_grants_of(const struct vms_model *m, uint32_t user,
    struct vms_arena *scratch, struct vms_set *grants);

/* A protected user who holds the owner role through any of these grants. */
bool vms_is_owner(const struct vms_model *m, uint32_t user,
    const struct vms_set *grants);

/* Cameras in a layout or camera group at any depth, as things, in the order
 * of their names.  0 or -1. */
int vms_cameras_in(const struct vms_model *m, uint32_t container,
    struct vms_arena *scratch, struct vms_set *cameras);

#endif
