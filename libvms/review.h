/* SPDX-License-Identifier: MIT */
/*
 * Questions of a review: which grants are for somebody, which of them speak
 * about an action on a thing, which role each gives.  Conditions are not
 * looked at; whether something is allowed is the decision's to say.  Pure.
 */
#ifndef VMS_REVIEW_H
#define VMS_REVIEW_H

#include "libvms/model.h"

/* Borrowed from the model. */
struct vms_grant_view {
	struct vms_str dn, name;
	struct vms_str role;	/* its name; empty: an action grant */
	int64_t rank;		/* of that role; -1: none */
	bool allow;
	bool everyone;		/* for all who have facts */
};
struct vms_grant_view vms_review_grant(const struct vms_model *m,
    uint32_t grant);

/* The grants for a user, by name, through groups at any depth and for
 * everyone.  *list in scratch.  0, or -1 with LIMIT. */
int vms_review_grants(const struct vms_model *m, uint32_t user,
    struct vms_arena *scratch, const uint32_t **list, uint32_t *n,
    struct vms_err *err);

/* Of those grants (list, n) the ones that name the action and cover the
 * thing; an empty action is any.  Indices of grants in scratch.  0; -1 with
 * NOT_FOUND (no such thing or action) or LIMIT. */
int vms_review_why(const struct vms_model *m, const uint32_t *list,
    uint32_t n, struct vms_str action, enum vms_kind kind,
    struct vms_str name, struct vms_arena *scratch, const uint32_t **why,
    uint32_t *n_why, struct vms_err *err);

#endif
