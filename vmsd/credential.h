/* SPDX-License-Identifier: MIT */
/* A secret that systemd hands to a service (LoadCredentialEncrypted=). */
#ifndef VMS_CREDENTIAL_H
#define VMS_CREDENTIAL_H

#include "libvms/err.h"
#include "vmsd/secret.h"

/* The credential of that name as lower-case hex, any bytes; out->p is NULL
 * if there is none.  0, or -1 with SYSTEM, LIMIT. */
int vms_credential_read(const char *name, struct vms_secret_file *out,
    struct vms_err *err);

#endif
