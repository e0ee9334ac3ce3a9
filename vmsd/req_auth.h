/* SPDX-License-Identifier: MIT */
/* What the two files about passwords share: asking an auth worker, answering
 * pam_vms. */
#ifndef VMS_REQ_AUTH_H
#define VMS_REQ_AUTH_H

#include <stdbool.h>

#include "vmsd/request.h"

/* A password that no directory needs to be asked about. */
bool vms_auth_is_hopeless(struct vms_str secret);
/* Put the request on its way to a worker; it is answered from there. */
void vms_auth_submit(struct vms_ask *a, const struct vms_user_view *user,
    bool known);
void vms_auth_reply(struct vms_ask *a, enum vms_pam_result result,
    enum vms_reason reason, const char *text, bool is_error);
/* No server answers, and nobody else can. */
void vms_auth_unavailable(struct vms_ask *a);

#endif
