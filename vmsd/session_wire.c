/* SPDX-License-Identifier: MIT */
/* Sessions as bytes: see session_wire.h. */
#include "vmsd/session_wire.h"

#include <string.h>

#define FORMAT 1

void
vms_session_encode(struct vms_wr *w, const struct vms_session *s)
{
	vms_wr_u8(w, FORMAT);
	vms_wr_str(w, vms_str_of(s->id));
	vms_wr_bytes(w, s->uuid, sizeof(s->uuid));
	vms_wr_str(w, vms_str_of(s->user));
	vms_wr_u32(w, s->uid);
	vms_wr_u8(w, (uint8_t)s->klass);
	vms_wr_str(w, vms_str_of(s->service));
	vms_wr_str(w, vms_str_of(s->tty));
	vms_wr_str(w, vms_str_of(s->logind));
	vms_wr_str(w, vms_str_of(s->decision));
	vms_wr_u8(w, (uint8_t)s->from.kind);
	vms_wr_u8(w, s->from.addr.family);
	vms_wr_bytes(w, s->from.addr.bytes, sizeof(s->from.addr.bytes));
	vms_wr_u32(w, s->process.pid);
	vms_wr_u64(w, s->process.start_ticks);
	vms_wr_u32(w, s->audit_session);
	vms_wr_u64(w, (uint64_t)s->opened_s);
}

static void
read_text(struct vms_rd *r, char *buf, size_t size)
{
	if (vms_str_copy(buf, size, vms_rd_text(r, size - 1)) == -1)
		r->bad = true;
}

static void
read_bytes(struct vms_rd *r, uint8_t *to, size_t len)
{
	const uint8_t *p = vms_rd_bytes(r, len);

	if (p != NULL)
		memcpy(to, p, len);
}

int
vms_session_decode(struct vms_str bytes, struct vms_session *out)
{
	struct vms_rd r = vms_rd_init(bytes.p, bytes.len);
	struct vms_session s = { 0 };
	uint8_t klass, kind;

	if (vms_rd_u8(&r) != FORMAT)
		return -1;
	read_text(&r, s.id, sizeof(s.id));
	read_bytes(&r, s.uuid, sizeof(s.uuid));
	read_text(&r, s.user, sizeof(s.user));
	s.uid = vms_rd_u32(&r);
	klass = vms_rd_u8(&r);
	read_text(&r, s.service, sizeof(s.service));
	read_text(&r, s.tty, sizeof(s.tty));
	read_text(&r, s.logind, sizeof(s.logind));
	read_text(&r, s.decision, sizeof(s.decision));
	kind = vms_rd_u8(&r);
	s.from.addr.family = vms_rd_u8(&r);
	read_bytes(&r, s.from.addr.bytes, sizeof(s.from.addr.bytes));
	s.process.pid = vms_rd_u32(&r);
	s.process.start_ticks = vms_rd_u64(&r);
	s.audit_session = vms_rd_u32(&r);
	s.opened_s = (int64_t)vms_rd_u64(&r);
	if (!vms_rd_done(&r) || klass > VMS_CLASS_SELF ||
	    kind > VMS_FROM_UNBOUND)
		return -1;
	s.klass = (enum vms_class)klass;
	s.from.kind = (enum vms_from_kind)kind;
	*out = s;
	return 0;
}
