/* SPDX-License-Identifier: MIT */
/*
 * The records of the store.  Each begins with a checksum: LMDB notices broken
 * pages of its own, not broken content.  Pure.
 *
 *	entry:	 u64 sum, u64 held since, str csn, str dn, vms_entry_encode()
 *	departed: u64 sum, u64 when, str dn, str name, str uid, str csn
 *	meta:	 u64 sum, u64 generation, u64 scope, u64 complete, u64 fresh,
 *		 u64 floor, str cookie, str server
 */
#ifndef VMS_STORE_RECORD_H
#define VMS_STORE_RECORD_H

#include "libvms/buf.h"
#include "libvms/entry.h"
#include "libvms/err.h"
#include "vmsd/store.h"

/* Writers append to w: look at w->bad. */
void vms_record_put_entry(struct vms_wr *w, const struct vms_entry *e,
    int64_t held_since);
void vms_record_put_departed(struct vms_wr *w,
    const struct vms_store_departed *d);
void vms_record_put_meta(struct vms_wr *w, const struct vms_store_meta *m);

/* Readers borrow from value.  0, or -1 with MALFORMED. */
int vms_record_get_entry(struct vms_str uuid, struct vms_str value,
    struct vms_store_item *out, struct vms_err *err);
int vms_record_get_departed(struct vms_str uuid, struct vms_str value,
    struct vms_store_departed *out, struct vms_err *err);
int vms_record_get_meta(struct vms_str value, struct vms_store_meta *out,
    struct vms_err *err);

#endif
