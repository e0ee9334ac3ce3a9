/* SPDX-License-Identifier: MIT */
/*
 * Distinguished names (RFC 4514) and the one form in which they compare:
 * attribute types in lower case, values unescaped, outer spaces cut, inner
 * runs of spaces made one, ASCII lower case, escaped again in one way, the
 * pairs of a multi-valued RDN sorted.  Attribute types are not translated:
 * an OID and its name differ.  Pure.
 */
#ifndef VMS_DN_H
#define VMS_DN_H

#include <stdbool.h>

#include "libvms/arena.h"
#include "libvms/str.h"

/* The normal form into a.  0; -1 if dn is no DN, longer than VMS_DN_MAX, or
 * there is no memory (*out is empty).  The empty DN is one. */
int vms_dn_normal(struct vms_str dn, struct vms_arena *a,
    struct vms_str *out);

/* The rest take normal forms and borrow from them. */

/* Without the first RDN; empty for one RDN or none. */
struct vms_str vms_dn_parent(struct vms_str ndn);
/* The first RDN: "cn=a+ou=b". */
struct vms_str vms_dn_rdn(struct vms_str ndn);
/* Whether dn lies anywhere below base, or is base itself. */
bool vms_dn_is_within(struct vms_str ndn, struct vms_str base);
/* The value of the first pair of the first RDN of a DN as sent, unescaped
 * and with its case, into a.  0 or -1; *type borrows from dn. */
int vms_dn_first_value(struct vms_str dn, struct vms_arena *a,
    struct vms_str *type, struct vms_str *value);

#endif
