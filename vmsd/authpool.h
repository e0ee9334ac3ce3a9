/* SPDX-License-Identifier: MIT */
/*
 * Password checks and changes on their way to the auth workers: one worker,
 * one job; a bounded queue; a deadline for each job, after which its worker is
 * ended through the parent.
 */
#ifndef VMS_AUTHPOOL_H
#define VMS_AUTHPOOL_H

#include <stdbool.h>
#include <stdint.h>

#include "libvms/err.h"
#include "libvms/str.h"
#include "vmsd/chan.h"
#include "vmsd/ipc.h"

struct event_base;
struct vms_authpool;
struct vms_auth_job;

struct vms_auth_answer {
	enum vms_auth_outcome outcome;
	uint32_t ldap_result;
	int ppolicy_error;	/* -1: none */
	int64_t expires_s;	/* password expires in; -1: not said */
	int64_t grace;		/* logins left with an expired one; -1 */
	struct vms_str diagnostic;	/* borrowed for the call */
};

/* Told exactly once, from the loop, unless the job was cancelled. */
typedef void vms_auth_done_fn(void *arg, const struct vms_auth_answer *a);

/* restart: ask the parent to end worker index.  NULL: out of memory. */
struct vms_authpool *vms_authpool_new(struct event_base *base,
    void (*restart)(void *arg, uint32_t index), void *arg);
void vms_authpool_free(struct vms_authpool *p);
/* A worker, or the replacement of one.  Takes fd.  0 or -1 with SYSTEM,
 * LIMIT. */
int vms_authpool_add(struct vms_authpool *p, uint32_t index, int fd,
    struct vms_err *err);

struct vms_auth_ask {
	struct vms_str dn, secret;
	bool change;
	struct vms_str new_secret;	/* for a change */
	int64_t timeout_ms;		/* in all */
	uint64_t key;			/* who asks, for the quota */
	bool shared_half;		/* may take only half of the slots */
};

/* Queue it; the secrets are copied and wiped when done.  0 and *job, or -1
 * with LIMIT (quota, queue full) or SYSTEM; then done is not called. */
int vms_authpool_submit(struct vms_authpool *p,
    const struct vms_auth_ask *ask, vms_auth_done_fn *done, void *arg,
    struct vms_auth_job **job, struct vms_err *err);
/* The asker has gone. */
void vms_authpool_cancel(struct vms_auth_job *job);
/* Workers there are, and jobs not yet answered. */
void vms_authpool_counts(const struct vms_authpool *p, uint32_t *workers,
    uint32_t *jobs);

#endif
