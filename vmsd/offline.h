/* SPDX-License-Identifier: MIT */
/*
 * Logins with the directory away: whose password is kept as a verifier, until
 * when, and when one may be opened.  The seal keeps them and compares; here
 * are the rules.  Which login is allowed is decided as ever, in the account
 * stage.
 */
#ifndef VMS_OFFLINE_H
#define VMS_OFFLINE_H

#include <stddef.h>
#include <stdint.h>

#include "libvms/err.h"
#include "vmsd/ipc.h"
#include "vmsd/request.h"

struct vms_engine;
struct vms_offline;

/* Zeroed parts of e must be there before: base, feed.  NULL with SYSTEM. */
struct vms_offline *vms_offline_new(struct vms_engine *e,
    struct vms_err *err);
/* The seal role.  Takes fd. */
int vms_offline_set_peer(struct vms_offline *o, int fd, struct vms_err *err);

/* The directory took this request's password, fresh and in full: remember it
 * until the account stage of the same login. */
void vms_offline_verified(struct vms_ask *a,
    const uint8_t uuid[VMS_UUID_LEN]);
/* Whether this process's auth stage just had the user's password taken. */
bool vms_offline_is_verified(const struct vms_ask *a,
    const uint8_t uuid[VMS_UUID_LEN]);
/* Once a second: a password that no account stage came for is wiped. */
void vms_offline_tick(struct vms_offline *o);
/* The account stage allowed this login: what its auth stage verified is
 * stored, in the background. */
void vms_offline_allowed(struct vms_ask *a, const struct vms_login *l);
/* The directory refused this password: it opens nothing any more. */
void vms_offline_refused(struct vms_offline *o,
    const uint8_t uuid[VMS_UUID_LEN], struct vms_str secret);
/* The password was changed through us. */
void vms_offline_changed(struct vms_offline *o,
    const uint8_t uuid[VMS_UUID_LEN]);
/* Drop the verifiers of those who went, were locked or disabled, or have
 * another password. */
void vms_offline_new_generation(struct vms_offline *o);

/* Check this request's password against the verifier; costs the same if there
 * is none, or no such user.  0 and done is called once from the loop; -1 with
 * LIMIT, UNAVAILABLE or SYSTEM, and done is not called. */
typedef void vms_offline_done_fn(struct vms_ask *a,
    enum vms_seal_answer answer, uint32_t wait_s);
int vms_offline_check(struct vms_ask *a, vms_offline_done_fn *done,
    struct vms_err *err);

/* For status: verifiers kept; whether this user could log in, until when,
 * and why not. */
size_t vms_offline_count(const struct vms_offline *o);
void vms_offline_put_user(struct vms_table *t, struct vms_engine *e,
    const struct vms_user_view *u);

#endif
