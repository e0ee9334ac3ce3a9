/* SPDX-License-Identifier: MIT */
/*
 * Users: what their verbs share.  A user's own grants are named after him:
 *	user:LOGIN		his role, on what is listed (or on all)
 *	user:LOGIN:members	his role, on recorders and groups with all that
 *				is in them
 *	user:LOGIN:system	those actions of his role that are about the
 *				whole system and so need a target "all"
 */
#ifndef VMS_USER_H
#define VMS_USER_H

#include "vmsctl/admin.h"
#include "vmsctl/field.h"

enum vms_own { VMS_OWN_ROLE, VMS_OWN_MEMBERS, VMS_OWN_SYSTEM, VMS_OWN_N };

/* The user's own grant; NULL if there is none. */
const struct vms_item *vms_own_grant(struct vms_admin *ad,
    struct vms_str login, enum vms_own which);
/* The role of his own grant; NULL: none. */
const struct vms_item *vms_own_role(struct vms_admin *ad,
    struct vms_str login);
/* A role by its name, or by what comes after the vendor's prefix.  NULL after
 * it was said. */
const struct vms_item *vms_role_find(struct vms_admin *ad, const char *name);
bool vms_role_is_admin(const struct vms_item *role);

/* Put the role into his own grants; make them where there are none. */
int vms_own_role_set(struct vms_admin *ad, struct vms_str login,
    struct vms_str user_dn, const struct vms_item *role);
/* A role was changed: what its holders have of it about the whole system. */
int vms_own_refresh(struct vms_admin *ad);
/* One target more (KIND:NAME).  members: with what is in it. */
int vms_own_target_add(struct vms_admin *ad, struct vms_str login,
    struct vms_str user_dn, const struct vms_item *role, const char *given,
    bool members);
int vms_own_target_remove(struct vms_admin *ad, struct vms_str login,
    const char *given);
/* Repair what the rules would refuse: cameras of what was given are given
 * too, or what still shows what was taken is taken too. */
int vms_own_add_cameras(struct vms_admin *ad, struct vms_str login,
    struct vms_str user_dn, const struct vms_item *role);
int vms_own_cascade(struct vms_admin *ad, struct vms_str login);

/* The user named by the command's first word, after the action was allowed on
 * him; NULL after a refusal with *rc. */
const struct vms_item *vms_user_for(struct vms_admin *ad, const char *action,
    int *rc);
/* A new login: rules of names, nobody's yet. */
int vms_user_check_name(struct vms_admin *ad, struct vms_str login);
/* That, and nothing refers to its DN. */
int vms_user_check_new(struct vms_admin *ad, struct vms_str login);
/* The entry of a new user, without grants.  from: whose POSIX side is copied;
 * or NULL. */
struct vms_change *vms_user_entry(struct vms_admin *ad, struct vms_str login,
    int *rc);
/* The right to the action, and to each part that the options write. */
int vms_user_may(struct vms_admin *ad, const char *first,
    struct vms_str login);
/* --role and --access of a new user. */
int vms_user_give(struct vms_admin *ad, struct vms_str login,
    struct vms_str dn);
/* The role that a user who is to be added will have; NULL: none. */
const struct vms_item *vms_pending_role(struct vms_admin *ad,
    struct vms_str login);
/* Show the entry to be added in an editor and take what was changed. */
int vms_user_edit(struct vms_admin *ad, struct vms_change *ch,
    struct vms_str login);
/* ad->after: set the password that was read before. */
int vms_user_password_after(struct vms_admin *ad);
int vms_user_password_read(struct vms_admin *ad);

extern const struct vms_opt vms_user_add_opts[];

#endif
