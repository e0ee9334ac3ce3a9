/* SPDX-License-Identifier: MIT */
/*
 * The BER of RFC 4533, by liblber alone: controls and the intermediate
 * message.  Strict: anything that the RFC does not draw is MALFORMED.  Pure.
 *
 * syncRequestValue ::= SEQUENCE {
 *	mode ENUMERATED { refreshOnly (1), refreshAndPersist (3) },
 *	cookie syncCookie OPTIONAL, reloadHint BOOLEAN DEFAULT FALSE }
 * syncStateValue ::= SEQUENCE {
 *	state ENUMERATED { present (0), add (1), modify (2), delete (3) },
 *	entryUUID OCTET STRING (SIZE(16)), cookie syncCookie OPTIONAL }
 * syncDoneValue ::= SEQUENCE {
 *	cookie syncCookie OPTIONAL, refreshDeletes BOOLEAN DEFAULT FALSE }
 * syncInfoValue ::= CHOICE {
 *	newcookie [0] syncCookie,
 *	refreshDelete [1] SEQUENCE {
 *		cookie OPTIONAL, refreshDone BOOLEAN DEFAULT TRUE },
 *	refreshPresent [2] SEQUENCE { the same },
 *	syncIdSet [3] SEQUENCE { cookie OPTIONAL,
 *		refreshDeletes BOOLEAN DEFAULT FALSE, syncUUIDs SET OF } }
 */
#ifndef VMS_SYNC_CTRL_H
#define VMS_SYNC_CTRL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libvms/arena.h"
#include "libvms/buf.h"
#include "libvms/entry.h"
#include "libvms/err.h"
#include "libvms/str.h"
#include "vmsd/sync_event.h"

#define VMS_OID_SYNC_REQUEST "1.3.6.1.4.1.4203.1.9.1.1"
#define VMS_OID_SYNC_STATE "1.3.6.1.4.1.4203.1.9.1.2"
#define VMS_OID_SYNC_DONE "1.3.6.1.4.1.4203.1.9.1.3"
#define VMS_OID_SYNC_INFO "1.3.6.1.4.1.4203.1.9.1.4"

/* The value of a refreshAndPersist request, appended to w; no reloadHint. */
int vms_sync_request_encode(struct vms_wr *w, struct vms_str cookie,
    struct vms_err *err);
/* Sync State: fills state, entry.uuid and cookie of *ev, type ENTRY.  All
 * decoders: strings and uuids come from a; 0, or -1 with MALFORMED. */
int vms_sync_state_decode(struct vms_str value, struct vms_arena *a,
    struct vms_sync_event *ev, struct vms_err *err);
/* Sync Done, of a search that ends: only its cookie is of use. */
int vms_sync_done_decode(struct vms_str value, struct vms_arena *a,
    struct vms_str *cookie, bool *deletes, struct vms_err *err);
/* Sync Info: type COOKIE, PHASE or IDSET. */
int vms_sync_info_decode(struct vms_str value, struct vms_arena *a,
    struct vms_sync_event *ev, struct vms_err *err);

#endif
