/* SPDX-License-Identifier: MIT */
/*
 * The parts of the page `vmsctl report matrix` writes.
 *
 * The page grows with what differs, not with the number of users: those who
 * have been given the same share one group, in a group cameras with the same
 * reasons share one row, and a long list of cameras is printed once.
 */
#ifndef VMSCTL_MATRIX_H
#define VMSCTL_MATRIX_H

#include "vmsctl/report.h"

/* Groups that are spelled out; the page says so if there are more. */
#define VMS_MATRIX_GROUPS 2000

/* A list of cameras that is printed once. */
struct vms_matrix_set {
	struct vms_str names;		/* '\n' between */
	uint32_t n, next;
};

struct vms_matrix {
	struct vms_admin *ad;
	struct vms_reach r;
	FILE *f;
	struct vms_matrix_set *sets;
	uint32_t n_sets, cap_sets;
	uint32_t slots[4096];		/* sets by hash, + 1 */
	uint32_t *members;		/* users by group */
	uint32_t *at;			/* where a group's begin */
};

void vms_matrix_roles(struct vms_matrix *x);
void vms_matrix_recorders(struct vms_matrix *x);
void vms_matrix_cameras(struct vms_matrix *x);
void vms_matrix_sets(struct vms_matrix *x);
void vms_matrix_users(struct vms_matrix *x);
void vms_matrix_grants(struct vms_matrix *x);

/* The users of a group, the first max of them. */
void vms_matrix_names(struct vms_matrix *x, uint32_t group, uint32_t max);
/* A cell: start, text, end. */
void vms_matrix_cell(struct vms_matrix *x, struct vms_str items);

#endif
