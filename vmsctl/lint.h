/* SPDX-License-Identifier: MIT */
/*
 * What should be mended in an estate: the model's findings, and those that
 * need the whole tree.  Works on any tree, from a server or from files.
 */
#ifndef VMSCTL_LINT_H
#define VMSCTL_LINT_H

#include "vmsctl/reach.h"
#include "vmsctl/tree.h"

struct vms_lint {
	struct vms_arena *arena;	/* borrowed */
	const struct vms_tree *tree;
	struct vms_reach reach;		/* owned */
	int64_t now_s;
	struct vms_finding *list;
	uint32_t n, cap;
};

/* A finding.  attr may be NULL; degrades: something is decided otherwise than
 * its author meant. */
void vms_lint_find(struct vms_lint *l, const char *code, struct vms_str dn,
    const char *attr, bool degrades, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));

/* Owners, administrators and what they wrote: lint_power.c. */
void vms_lint_power(struct vms_lint *l);
/* Licences, cases, resources, parameters: lint_data.c. */
void vms_lint_data(struct vms_lint *l);
/* Layouts and folders that show their holders less: lint_data.c. */
void vms_lint_partial(struct vms_lint *l);

/* The command that mends a finding, in arena; empty if there is none. */
struct vms_str vms_lint_mend(struct vms_arena *arena,
    const struct vms_finding *f);

/* All of it; model's own findings first.  0, or -1 with SYSTEM or LIMIT. */
int vms_lint_run(struct vms_lint *l, const struct vms_model *m,
    struct vms_err *err);
/* Print findings; the exit code: 5 if there is one. */
int vms_lint_print(struct vms_arena *arena, const struct vms_finding *list,
    uint32_t n, bool json);

#endif
