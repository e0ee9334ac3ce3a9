/* SPDX-License-Identifier: MIT */
/*
 * Licences: pools of levels, what users have of them, and what waits for its
 * end after it was taken away.  A pool's free count moves in the transaction
 * that moves the assignment, and only if it suffices.
 */
#ifndef VMSCTL_LICENSE_H
#define VMSCTL_LICENSE_H

#include "vmsctl/admin.h"

/* What a tree says of one level. */
struct vms_license_sums {
	int64_t total, free;	/* of the pool; 0 where there is none */
	int64_t shared;		/* assigned to users */
	int64_t used;		/* active cases */
	int64_t retained;	/* taken away, data still kept */
};
struct vms_license_sums vms_license_sum(const struct vms_tree *s,
    int64_t level);
/* The pool of a level; NULL if there is none. */
const struct vms_item *vms_license_pool(const struct vms_tree *s,
    int64_t level);
/* Whether an entry is of a class and of a level. */
bool vms_license_is(const struct vms_entry *e, const char *klass,
    int64_t level);
/* A number of an entry; -1 if it is none. */
int64_t vms_license_number(const struct vms_entry *e, const char *attr);
/* When what was taken away ends; INT64_MAX: it was not taken away.  What
 * cannot be read has no end that has come. */
int64_t vms_license_end(const struct vms_entry *e);

/* Add n (less than 0: take) to the free count of a pool. */
void vms_license_free_add(struct vms_admin *ad,
    const struct vms_item *pool, int64_t n);
/* Delete an assignment, and give back what it still held. */
void vms_license_drop(struct vms_admin *ad, const struct vms_item *it);

/* Give a user n of a level, his kept data first; take n away (their cases are
 * kept until the policy's retention-days are over).  0, or an exit code after
 * it was said why not. */
int vms_license_give(struct vms_admin *ad, const struct vms_item *user,
    int64_t level, int64_t n);
int vms_license_take(struct vms_admin *ad, const struct vms_item *user,
    int64_t level, int64_t n);
/* The user's kept cases run again, as many as `held` licences carry; or his
 * running ones end, all or (left > 0) those that --case names.  0, or an exit
 * code after it was said why not. */
void vms_license_revive(struct vms_admin *ad, const struct vms_item *user,
    int64_t level, int64_t held);
int vms_license_retire(struct vms_admin *ad, const struct vms_item *user,
    int64_t level, int64_t left, struct vms_str end);
/* Of one user and level: assigned (retained false) or kept. */
int64_t vms_license_held(struct vms_admin *ad, const struct vms_item *user,
    int64_t level, bool retained);

#endif
