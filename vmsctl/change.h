/* SPDX-License-Identifier: MIT */
/*
 * A set of changes to the directory: collected first, then checked, shown or
 * written as one.
 */
#ifndef VMS_CHANGE_H
#define VMS_CHANGE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "libvms/arena.h"
#include "libvms/str.h"

struct vms_admin;
struct vms_item;

enum vms_change_type {
	VMS_CHANGE_ADD,
	VMS_CHANGE_MODIFY,
	VMS_CHANGE_DELETE,
	VMS_CHANGE_RENAME
};
/* INCREMENT (RFC 4525) takes one value, a number with or without "-". */
enum vms_mod_op {
	VMS_MOD_ADD, VMS_MOD_DELETE, VMS_MOD_REPLACE, VMS_MOD_INCREMENT
};

struct vms_mod {
	enum vms_mod_op op;
	struct vms_str attr;
	struct vms_str *vals;	/* n 0: the whole attribute */
	uint32_t n, cap;
	struct vms_mod *next;
};

struct vms_change {
	enum vms_change_type type;
	struct vms_str dn;
	const struct vms_item *item;	/* what was read; NULL for an add */
	/* What must still hold when it is written: an RFC 4515 filter; empty:
	 * nothing. */
	struct vms_str assertion;
	struct vms_str newrdn;
	struct vms_mod *mods;
	struct vms_change *next;
};

/* Zero it, set arena. */
struct vms_changes {
	struct vms_arena *arena;	/* borrowed */
	struct vms_change *first, *last;
	uint32_t n;
};

struct vms_change *vms_change_new(struct vms_changes *cs,
    enum vms_change_type type, struct vms_str dn);
/* The pending change of an entry, or a new modification of it: an entry is
 * written once. */
struct vms_change *vms_change_of(struct vms_changes *cs,
    const struct vms_item *item);
struct vms_change *vms_change_delete(struct vms_changes *cs,
    const struct vms_item *item);
/* The pending change of a DN as it was spelt for vms_change_new, or NULL. */
struct vms_change *vms_change_find(const struct vms_changes *cs,
    struct vms_str dn);

/* One more value for an operation on an attribute.  An add of an entry takes
 * VMS_MOD_ADD alone. */
void vms_change_value(struct vms_changes *cs, struct vms_change *ch,
    enum vms_mod_op op, const char *attr, struct vms_str value);
/* Replace by one value, or (value empty) remove the attribute. */
void vms_change_set(struct vms_changes *cs, struct vms_change *ch,
    const char *attr, struct vms_str value);
/* An operation without values: replace or delete the whole attribute. */
void vms_change_clear(struct vms_changes *cs, struct vms_change *ch,
    const char *attr);

/* Whether it says nothing: a modification without parts. */
bool vms_change_is_empty(const struct vms_change *ch);
void vms_changes_ldif(FILE *f, const struct vms_changes *cs);
/* Whether it may give somebody more than he has. */
bool vms_change_widens(const struct vms_change *ch);

/* Move deletions to the end of the list. */
void vms_changes_deletions_last(struct vms_changes *cs);
/* Take out, as a list, deletions that would leave a container empty. */
struct vms_change *vms_changes_take_lone(struct vms_admin *ad);

enum vms_commit {
	VMS_COMMIT_DONE,
	VMS_COMMIT_AGAIN,	/* changed meanwhile: read again */
	VMS_COMMIT_FAILED	/* said why; ad->exit is the exit code */
};
/*
 * Write all of it, with the counter: as one transaction, or in an order in
 * which no state between grants more than the first and the last.  Each write
 * goes to the audit.
 */
enum vms_commit vms_changes_commit(struct vms_admin *ad);

#endif
