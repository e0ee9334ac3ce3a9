/* SPDX-License-Identifier: MIT */
/*
 * LDIF content records (RFC 2849): comments, folding, base64, CRLF.  Values
 * from a URL (":<") and change records are refused.  userPassword is dropped
 * and wiped; no message shows content.  Reads no file.  Pure.
 */
#ifndef VMS_LDIF_H
#define VMS_LDIF_H

#include <stddef.h>

#include "libvms/entry.h"
#include "libvms/err.h"

/* Called for each record; e and what it points to last for the call.  Not 0
 * ends the reading with that result, err being the callee's. */
typedef int (*vms_ldif_fn)(void *arg, const struct vms_entry *e,
    struct vms_err *err);

/*
 * Read all records of a text.  name: for messages, "file:line: …".  bytes are
 * unfolded and decoded in place.  0, or -1 with MALFORMED, LIMIT, SYSTEM, or
 * what fn said; records before the bad one have been passed on.
 */
int vms_ldif_parse(const char *name, char *bytes, size_t len,
    vms_ldif_fn fn, void *arg, struct vms_err *err);

#endif
