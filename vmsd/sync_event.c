/* SPDX-License-Identifier: MIT */
/* Events of the feed as bytes: see sync_event.h, and ipc.h for the order. */
#include "vmsd/sync_event.h"

#include <string.h>

#include "libvms/bounds.h"
#include "vmsd/ipc.h"

#define IDSET_MAX (1024 * 1024)	/* uuids in one message */

static void
encode_entry(struct vms_wr *w, const struct vms_sync_event *ev)
{
	vms_wr_u8(w, (uint8_t)ev->state);
	vms_wr_bytes(w, ev->entry.uuid, VMS_UUID_LEN);
	vms_wr_str(w, ev->cookie);
	vms_entry_encode(w, &ev->entry);
}

void
vms_sync_event_encode(struct vms_wr *w, const struct vms_sync_event *ev)
{
	switch (ev->type) {
	case VMS_IPC_SYNC_BEGIN:
		vms_wr_str(w, ev->text);
		vms_wr_u8(w, ev->with_cookie);
		return;
	case VMS_IPC_SYNC_ENTRY:
		encode_entry(w, ev);
		return;
	case VMS_IPC_SYNC_IDSET:
		vms_wr_u8(w, ev->deletes);
		vms_wr_str(w, ev->cookie);
		vms_wr_u32(w, ev->n_uuids);
		vms_wr_bytes(w, ev->uuids, (size_t)ev->n_uuids * VMS_UUID_LEN);
		return;
	case VMS_IPC_SYNC_COOKIE:
		vms_wr_str(w, ev->cookie);
		return;
	case VMS_IPC_SYNC_PHASE:
		vms_wr_u8(w, ev->deletes ? 1 : 2);
		vms_wr_u8(w, ev->done);
		vms_wr_str(w, ev->cookie);
		return;
	case VMS_IPC_SYNC_END:
		vms_wr_u32(w, ev->result);
		vms_wr_str(w, ev->text);
		return;
	default:
		w->bad = true;
	}
}

static bool
rd_bool(struct vms_rd *r)
{
	uint8_t v = vms_rd_u8(r);

	if (v > 1)
		r->bad = true;
	return v == 1;
}

static int
decode_entry(struct vms_rd *r, struct vms_arena *a, struct vms_sync_event *ev,
    struct vms_err *err)
{
	uint8_t state = vms_rd_u8(r);
	const uint8_t *uuid = vms_rd_bytes(r, VMS_UUID_LEN);

	if (state > VMS_SYNC_DELETE)
		r->bad = true;
	ev->state = (enum vms_sync_state)state;
	ev->cookie = vms_rd_text(r, VMS_COOKIE_MAX);
	if (r->bad || uuid == NULL)
		return vms_fail(err, VMS_E_MALFORMED, "sync entry");
	if (vms_entry_decode(r, a, &ev->entry, err) == -1)
		return -1;
	memcpy(ev->entry.uuid, uuid, VMS_UUID_LEN);
	return 0;
}

static void
decode_phase(struct vms_rd *r, struct vms_sync_event *ev)
{
	uint8_t kind = vms_rd_u8(r);

	if (kind < 1 || kind > 2)
		r->bad = true;
	ev->deletes = kind == 1;
	ev->done = rd_bool(r);
	ev->cookie = vms_rd_text(r, VMS_COOKIE_MAX);
}

int
vms_sync_event_decode(uint16_t type, struct vms_rd *r, struct vms_arena *a,
    struct vms_sync_event *ev, struct vms_err *err)
{
	*ev = (struct vms_sync_event){ .type = type };
	switch (type) {
	case VMS_IPC_SYNC_BEGIN:
		ev->text = vms_rd_text(r, VMS_URI_MAX);
		ev->with_cookie = rd_bool(r);
		break;
	case VMS_IPC_SYNC_ENTRY:
		if (decode_entry(r, a, ev, err) == -1)
			return -1;
		break;
	case VMS_IPC_SYNC_IDSET:
		ev->deletes = rd_bool(r);
		ev->cookie = vms_rd_text(r, VMS_COOKIE_MAX);
		ev->n_uuids = vms_rd_u32(r);
		if (ev->n_uuids > IDSET_MAX)
			return vms_fail(err, VMS_E_LIMIT, "sync id set of %u",
			    ev->n_uuids);
		ev->uuids = vms_rd_bytes(r,
		    (size_t)ev->n_uuids * VMS_UUID_LEN);
		break;
	case VMS_IPC_SYNC_COOKIE:
		ev->cookie = vms_rd_text(r, VMS_COOKIE_MAX);
		break;
	case VMS_IPC_SYNC_PHASE:
		decode_phase(r, ev);
		break;
	case VMS_IPC_SYNC_END:
		ev->result = vms_rd_u32(r);
		ev->text = vms_rd_text(r, VMS_TEXT_MAX);
		break;
	default:
		return vms_fail(err, VMS_E_MALFORMED, "sync event of type %u",
		    type);
	}
	if (!vms_rd_done(r))
		return vms_fail(err, VMS_E_MALFORMED, "sync event of type %u",
		    type);
	return 0;
}
