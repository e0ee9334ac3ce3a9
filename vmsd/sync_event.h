/* SPDX-License-Identifier: MIT */
/*
 * What the sync role tells the engine about its search, as a struct and as
 * the bytes of VMS_IPC_SYNC_BEGIN to VMS_IPC_SYNC_END (ipc.h).  Pure.
 */
#ifndef VMS_SYNC_EVENT_H
#define VMS_SYNC_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libvms/arena.h"
#include "libvms/buf.h"
#include "libvms/entry.h"
#include "libvms/err.h"
#include "libvms/str.h"

/* RFC 4533, 2.2. */
enum vms_sync_state {
	VMS_SYNC_PRESENT = 0,
	VMS_SYNC_ADD = 1,
	VMS_SYNC_MODIFY = 2,
	VMS_SYNC_DELETE = 3
};

struct vms_sync_event {
	uint16_t type;		/* VMS_IPC_SYNC_BEGIN and so on */
	bool with_cookie;	/* BEGIN */
	enum vms_sync_state state;	/* ENTRY */
	struct vms_entry entry;	/* ENTRY; uuid always, dn if sent */
	bool deletes;		/* IDSET: refreshDeletes; PHASE: refreshDelete
				 * (false: refreshPresent) */
	bool done;		/* PHASE: refreshDone */
	const uint8_t *uuids;	/* IDSET: n times 16 bytes, borrowed */
	uint32_t n_uuids;
	struct vms_str cookie;	/* may be empty */
	uint32_t result;	/* END */
	struct vms_str text;	/* BEGIN: uri; END: diagnostic */
};

/* The body of a message.  Look at w->bad. */
void vms_sync_event_encode(struct vms_wr *w, const struct vms_sync_event *ev);
/* Strings borrow from the bytes under r, arrays come from a.  0, or -1 with
 * MALFORMED, LIMIT or SYSTEM. */
int vms_sync_event_decode(uint16_t type, struct vms_rd *r,
    struct vms_arena *a, struct vms_sync_event *ev, struct vms_err *err);

#endif
