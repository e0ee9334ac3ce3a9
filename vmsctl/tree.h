/* SPDX-License-Identifier: MIT */
/*
 * The estate as it was read: every entry by its DN, and what follows from
 * them for the one who writes: groups, roles, holders.  A second estate shows
 * it as it would be after a set of changes, so that a rule is checked before
 * anything is written.  Talks to nobody.
 */
#ifndef VMS_TREE_H
#define VMS_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "libvms/action.h"
#include "libvms/arena.h"
#include "libvms/entry.h"
#include "libvms/err.h"
#include "libvms/model.h"
#include "libvms/str.h"

struct vms_changes;

/* Where things are. */
struct vms_bases {
	struct vms_str suffix, people, groups, policy;
};

struct vms_item {
	struct vms_entry e;
	struct vms_str ndn;	/* normal form */
	struct vms_str csn;	/* entryCSN; empty if not readable */
};

struct vms_tree {
	struct vms_arena *arena;	/* borrowed; holds all of it */
	const struct vms_bases *bases;
	struct vms_item *items;
	uint32_t n, cap;
	uint32_t *slots, n_slots;
	/* By naming value: made when asked, again when it has grown. */
	uint32_t *names, *name_next, n_names, n_named;
};

void vms_tree_init(struct vms_tree *s, struct vms_arena *a,
    const struct vms_bases *bases);
/* Take in a copy; 0 or -1 with SYSTEM.  For vms_dir_search. */
int vms_tree_add(void *tree, const struct vms_entry *e,
    struct vms_err *err);
/* NULL if there is no such entry. */
const struct vms_item *vms_tree_find(const struct vms_tree *s,
    struct vms_str dn);
/* Whether an entry is of a class; vmsGrant and groupOfNames stand for what
 * is like them. */
bool vms_is_a(const struct vms_entry *e, struct vms_str klass);
/* The entry of a class whose naming attribute has this value, without case. */
const struct vms_item *vms_tree_named(const struct vms_tree *s,
    struct vms_str klass, struct vms_str naming, struct vms_str name);
/* The estate after the changes, in the same arena; shares what stays. */
int vms_tree_after(const struct vms_tree *s,
    const struct vms_changes *changes, struct vms_tree *out,
    struct vms_err *err);

/* Values of an attribute; n 0 if absent. */
struct vms_vals {
	const struct vms_str *v;
	uint32_t n;
};
struct vms_vals vms_vals(const struct vms_entry *e, const char *attr);
/* The first value, empty if none. */
struct vms_str vms_val(const struct vms_entry *e, const char *attr);
bool vms_has_val(const struct vms_entry *e, const char *attr,
    struct vms_str value);
/* Whether a DN-valued attribute names this entry. */
bool vms_names_dn(const struct vms_tree *s, const struct vms_entry *e,
    const char *attr, struct vms_str ndn);

/* Whether who (a normal DN) is the subject of a grant: by name, through
 * groups at any depth, or as one of everyone. */
bool vms_grant_reaches(const struct vms_tree *s, const struct vms_entry *g,
    struct vms_str who);
/* Add the actions of a role and of those it inherits from. */
void vms_role_actions(const struct vms_tree *s, struct vms_str dn,
    struct vms_action_set *set);
/* Of the allow role grants that reach who: the highest rank, -1 if none. */
int64_t vms_rank_of(const struct vms_tree *s, struct vms_str who);
/* A protected user who holds the owner role. */
bool vms_tree_is_owner(const struct vms_tree *s, const struct vms_item *user);
/* All actions that reach who through allow grants. */
void vms_actions_of(const struct vms_tree *s, struct vms_str who,
    struct vms_action_set *set);

/*
 * A model of the estate for the decision.  free_of_conditions: without time,
 * address and approval, accounts enabled, for the question what somebody has
 * been given.  zones: may be NULL, then schedules with a zone of their own
 * are never open; outlives the model.  Heap; NULL with SYSTEM.
 */
struct vms_model *vms_tree_model(const struct vms_tree *s,
    const struct vms_zones *zones,
    bool free_of_conditions, struct vms_err *err);

#endif
