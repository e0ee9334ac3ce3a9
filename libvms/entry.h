/* SPDX-License-Identifier: MIT */
/*
 * One directory entry as bytes: what LDIF and the feed give, what the store
 * keeps, and all that the model is built from.  Pure.
 */
#ifndef VMS_ENTRY_H
#define VMS_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libvms/arena.h"
#include "libvms/buf.h"
#include "libvms/err.h"
#include "libvms/str.h"

#define VMS_UUID_LEN 16

struct vms_attr {
	struct vms_str name;		/* as sent, options cut off */
	struct vms_str option;		/* "lang-de" of vmsMessage;lang-de */
	const struct vms_str *vals;	/* bytes, in the server's order */
	uint32_t n_vals;
};

struct vms_entry {
	uint8_t uuid[VMS_UUID_LEN];	/* zeros: none (LDIF) */
	struct vms_str dn;		/* as sent, for messages */
	const struct vms_attr *attrs;
	uint32_t n_attrs;
};

/* The attribute without options, by name without case; NULL if absent. */
const struct vms_attr *vms_entry_get(const struct vms_entry *e,
    struct vms_str name);
/* Its only value; -1 if there is none or more than one. */
int vms_entry_get_one(const struct vms_entry *e, struct vms_str name,
    struct vms_str *val);
/* Whether objectClass has this value, without case. */
bool vms_entry_is(const struct vms_entry *e, struct vms_str object_class);

/* Flat form, for the store and between our processes. */
void vms_entry_encode(struct vms_wr *w, const struct vms_entry *e);
/* Strings borrow from the bytes under r; the arrays come from a.  0, or -1
 * with MALFORMED, LIMIT or SYSTEM. */
int vms_entry_decode(struct vms_rd *r, struct vms_arena *a,
    struct vms_entry *e, struct vms_err *err);

#endif
