/* SPDX-License-Identifier: MIT */
/* One request on its way through the steps: shared by decide*.c alone. */
#ifndef VMS_DECIDE_PRIV_H
#define VMS_DECIDE_PRIV_H

#include "libvms/cover_priv.h"

struct decision {
	const struct vms_model *m;
	const struct vms_request *rq;
	struct vms_arena *scratch;
	struct vms_trace *trace;
	struct vms_verdict *v;

	const struct vms_service *service;	/* NULL: none stated */
	int action;				/* index in the vocabulary */
	struct around resource;			/* NONE: self, system, user */
	uint32_t target_user;			/* of user actions; else NONE */
	uint32_t user;
	const struct facts *facts;
	const struct thing *recorder;		/* the one judged, or NULL */
	struct vms_from from;			/* resolved: never NONE */
	struct vms_set grants;			/* of the user, by name */
	bool owner;
};

/* What one step 10 to 13 gave. */
struct given {
	const struct grant *grant;	/* NULL: owner */
	int64_t max_age_s;		/* -1: none */
};

/* How one condition stands. */
enum holds { HOLDS_NOT = 0, HOLDS_UNKNOWN, HOLDS };

/* Deny with a reason; returns false for `return vms_deny(…)`. */
bool vms_deny(struct decision *d, enum vms_reason reason);
/* Note a step. */
void vms_trace_step(struct decision *d, int number, bool passed,
    struct vms_str dn, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/* Steps 1 to 9: true to go on, false when *v is settled. */
bool vms_step_request(struct decision *d);	/* 1: decide_request.c */
bool vms_step_data(struct decision *d);		/* 2 */
bool vms_step_subject(struct decision *d);	/* 3: decide_account.c */
bool vms_step_account(struct decision *d);	/* 4 */
bool vms_step_recorder(struct decision *d);	/* 5 */
bool vms_step_address(struct decision *d);	/* 6 */
bool vms_step_schedule(struct decision *d);	/* 7 */
bool vms_step_person(struct decision *d);	/* 9: decide_person.c */
/* Steps 10 to 13 for one action on one resource: decide_grant.c.  true with
 * *out, or false with *why (and *name of a denial). */
bool vms_steps_grant(struct decision *d, int action, const struct around *on,
    uint32_t target_user, bool trace, struct given *out,
    enum vms_reason *why, struct vms_str *name);

/* Why an account does not count at the moment, or VMS_R_GRANT if it does. */
enum vms_reason vms_account_fault(const struct decision *d,
    const struct user *u);
/* Whether a schedule is open; node NONE: unknown. */
enum holds vms_schedule_holds(const struct decision *d, uint32_t node);
/* Whether the address lies in any of the pools; a pool that is not in the
 * data makes it unknown if `strict`, else is passed over. */
enum holds vms_pools_hold(const struct decision *d, struct ids pools,
    bool strict);

/* Which conditions of a grant are not true, as bits 1 << vms_reason from
 * VMS_R_APPROVAL_REQUIRED on: decide_cond.c. */
uint32_t vms_grant_misses(const struct decision *d, const struct grant *g);
#define MISS(reason) (UINT32_C(1) << ((reason) - VMS_R_APPROVAL_REQUIRED))

/* A policy value: the request's own, else the model's.  -1: not set. */
int vms_policy_value(const struct decision *d, struct vms_str name,
    struct vms_str *value);

#endif
