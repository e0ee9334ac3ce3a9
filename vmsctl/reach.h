/* SPDX-License-Identifier: MIT */
/*
 * Who reaches what in an estate, conditions aside: for reports, the matrix
 * and lint.  Users for whom the same grants speak share a class, so that the
 * questions are asked once for each class and not for each of 10,000 users.
 */
#ifndef VMSCTL_REACH_H
#define VMSCTL_REACH_H

#include "libvms/action.h"
#include "libvms/review.h"
#include "vmsctl/tree.h"

struct vms_reach_user {
	const struct vms_item *item;	/* NULL: not in the tree */
	struct vms_str name, dn;
	uint32_t index;			/* in the model */
	uint32_t klass;
};

struct vms_peers {
	const uint32_t *grants;		/* by name */
	uint32_t n_grants;
	uint32_t user;			/* the first of it, in users[] */
	uint32_t n_users;
	bool owner;			/* may all, whatever the grants say */
	bool none;			/* no facts: may nothing */
	uint32_t next;			/* in the slot; 0: none */
};

struct vms_reach {
	struct vms_arena *arena;	/* borrowed; holds the lists */
	struct vms_arena scratch;
	struct vms_model *m;		/* owned; free of conditions */
	struct vms_reach_user *users;	/* by name */
	struct vms_peers *classes;
	uint32_t n_users, n_classes;
	struct vms_str *things[VMS_KIND_COUNT];	/* names, sorted */
	uint32_t n_things[VMS_KIND_COUNT];
	uint32_t *slots, n_slots;	/* classes by hash, + 1 */
};

/* 0, or -1 with SYSTEM or LIMIT. */
int vms_reach_open(const struct vms_tree *tree, struct vms_arena *arena,
    struct vms_reach *r, struct vms_err *err);
void vms_reach_close(struct vms_reach *r);

/* Whether a class may do an action on a thing.  *why, in scratch until the
 * next call, gets the grants that speak of it, both kinds; may be NULL. */
bool vms_reach_may(struct vms_reach *r, const struct vms_peers *c,
    struct vms_str action, enum vms_kind kind, struct vms_str thing,
    const uint32_t **why, uint32_t *n_why);
/* Names of the grants that allow it (deny: that forbid it) with sep between,
 * "owner" for an owner without a grant; in arena. */
struct vms_str vms_reach_why(struct vms_reach *r, const struct vms_peers *c,
    struct vms_str action, enum vms_kind kind, struct vms_str thing,
    char sep);
/* Names of the roles a class holds, highest rank first, sep between. */
struct vms_str vms_reach_roles(struct vms_reach *r,
    const struct vms_peers *c, char sep);
int64_t vms_reach_rank(const struct vms_reach *r, const struct vms_peers *c);
/* The login actions of a class on a recorder: "shell\nweb"; empty: none. */
struct vms_str vms_reach_logins(struct vms_reach *r,
    const struct vms_peers *c, struct vms_str recorder, char sep);
/* Every action of a scope that a class has on a thing; kind NONE: the asker
 * or the whole. */
struct vms_str vms_reach_actions(struct vms_reach *r,
    const struct vms_peers *c, enum vms_scope scope, enum vms_kind kind,
    struct vms_str thing, char sep);
const struct vms_reach_user *vms_reach_user(const struct vms_reach *r,
    struct vms_str name);

/* Text in an arena: "a" + sep + "b". */
struct vms_str vms_join(struct vms_arena *a, struct vms_str head, char sep,
    struct vms_str tail);

#endif
