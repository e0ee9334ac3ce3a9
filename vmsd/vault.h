/* SPDX-License-Identifier: MIT */
/*
 * The engine's end of the seal: who has a verifier, and a bounded queue of
 * work for it, checks before everything else, since somebody waits for them.
 * What is to be stored or dropped is offline.c's to say.
 */
#ifndef VMS_VAULT_H
#define VMS_VAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libvms/err.h"
#include "libvms/str.h"
#include "vmsd/ipc.h"
#include "vmsd/verifier.h"

struct event_base;
struct vms_vault;
struct vms_vault_job;

/* Told exactly once, from the loop, unless cancelled. */
typedef void vms_vault_done_fn(void *arg, enum vms_seal_answer answer,
    uint32_t wait_s);
/* The seal has this verifier: a moment to look whether it may stay. */
typedef void vms_vault_have_fn(void *arg,
    const struct vms_verifier_meta *meta);

/* NULL: out of memory. */
struct vms_vault *vms_vault_new(struct event_base *base,
    vms_vault_have_fn *have, void *arg);
/* The seal role.  Takes fd. */
int vms_vault_set_peer(struct vms_vault *v, int fd, struct vms_err *err);

struct vms_vault_check {
	uint8_t uuid[VMS_UUID_LEN];	/* the delay's, even if not usable */
	uint64_t origin;
	bool usable;		/* else it only takes the time */
	struct vms_str secret;
};
/* 0 and *job, or -1 with LIMIT (too much of that origin, or in all) or
 * UNAVAILABLE; then done is not called. */
int vms_vault_check(struct vms_vault *v, const struct vms_vault_check *check,
    vms_vault_done_fn *done, void *arg, struct vms_vault_job **job,
    struct vms_err *err);
void vms_vault_cancel(struct vms_vault_job *job);
/* In the background; dropped if there is too much to do. */
void vms_vault_store(struct vms_vault *v,
    const struct vms_verifier_meta *meta, struct vms_str secret);
/* secret: only if it is that one's; empty: in any case, and what is still to
 * be stored for that user is forgotten. */
void vms_vault_drop(struct vms_vault *v, const uint8_t uuid[VMS_UUID_LEN],
    struct vms_str secret);

/* NULL: no verifier. */
const struct vms_verifier_meta *vms_vault_find(const struct vms_vault *v,
    const uint8_t uuid[VMS_UUID_LEN]);
size_t vms_vault_count(const struct vms_vault *v);
/* i < count; the order changes with each drop. */
const struct vms_verifier_meta *vms_vault_at(const struct vms_vault *v,
    size_t i);

#endif
