/* SPDX-License-Identifier: MIT */
/*
 * What a server's answer to a user's bind or password change means.  A
 * control can only make it worse.  A bind has no answer only where the server
 * is in trouble itself: only then may a verifier decide in its place.  Pure.
 */
#ifndef VMS_AUTH_OUTCOME_H
#define VMS_AUTH_OUTCOME_H

#include "libvms/str.h"
#include "vmsd/ipc.h"
#include "vmsd/ppolicy.h"

enum vms_auth_outcome vms_auth_of_bind(int result,
    const struct vms_ppolicy *policy, struct vms_str text);
enum vms_auth_outcome vms_auth_of_change(int result,
    const struct vms_ppolicy *policy, struct vms_str text);

#endif
