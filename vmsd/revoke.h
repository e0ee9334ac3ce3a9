/* SPDX-License-Identifier: MIT */
/*
 * Open sessions are judged again, by the same decision as at their start,
 * with the service and the address of then: all of them with each new
 * generation, and all in turn as time passes.
 */
#ifndef VMS_REVOKE_H
#define VMS_REVOKE_H

#include "libvms/buf.h"
#include "libvms/err.h"

struct vms_engine;

/* There is a new generation. */
void vms_revoke_all(struct vms_engine *e);
/* Each second: what time alone may have changed, and graces that are over. */
void vms_revoke_tick(struct vms_engine *e);
/* PAM closed a session, perhaps one that is being ended. */
void vms_revoke_closed(struct vms_engine *e);
/* VMS_IPC_ENDED. */
int vms_revoke_ended(struct vms_engine *e, struct vms_rd *r,
    struct vms_err *err);

#endif
