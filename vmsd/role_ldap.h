/* SPDX-License-Identifier: MIT */
/* The two roles of vmsd-ldap. */
#ifndef VMS_ROLE_LDAP_H
#define VMS_ROLE_LDAP_H

#include "vmsd/role.h"

/* Work until the parent or the engine goes away.  Both return the exit
 * code. */
int vms_sync_main(struct vms_role_ctx *ctx);
int vms_auth_main(struct vms_role_ctx *ctx);

#endif
