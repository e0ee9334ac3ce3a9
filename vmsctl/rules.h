/* SPDX-License-Identifier: MIT */
/*
 * What must hold before anything is written, checked on the estate as it
 * would be: the last owner, limits, ranks and ceilings, and layouts and
 * folders that somebody would see in part.  The server's access rules are the
 * authority; these say why, and catch what a server cannot.
 */
#ifndef VMS_RULES_H
#define VMS_RULES_H

#include "vmsctl/admin.h"

/* 0, or an exit code after the refusal was printed. */
int vms_rules_check(struct vms_admin *ad);

/* Whether the one bound may do the action: on a user (noun "user"), on an
 * object, or (noun NULL) at all.  0, or CTL_NOT_PERMITTED, said. */
int vms_may(struct vms_admin *ad, const char *action, const char *noun,
    struct vms_str name);

/* A layout or folder that somebody would see in part. */
struct vms_partial {
	struct vms_str user;		/* login */
	struct vms_str container;	/* DN */
	const struct vms_str *missing;	/* names of cameras */
	uint32_t n_missing;
	const char *code;		/* layout-cameras-missing, … */
	struct vms_partial *next;
};
/* Those that the changes bring about; NULL for none.  *rc: not 0 if it could
 * not be told. */
struct vms_partial *vms_rules_partial(struct vms_admin *ad, int *rc);


/* Print one as a refusal; ad->exit is CTL_INCONSISTENT then. */
void vms_rules_say_partial(struct vms_admin *ad,
    const struct vms_partial *p);

#endif
