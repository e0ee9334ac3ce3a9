/* SPDX-License-Identifier: MIT */
/* Which processes are a session's: see endmatch.h. */
#include "vmsd/endmatch.h"

static bool
is_leader(const struct vms_end *e, const struct vms_proc *p)
{
	return e->leader.pid != 0 && p->info.pid == e->leader.pid &&
	    p->info.start_ticks == e->leader.start_ticks;
}

/* Below the leader, with a process of the user's on the way up: what root
 * runs there was started from inside the session. */
static bool
is_below(const struct vms_end *e, const struct vms_proclist *l,
    const struct vms_proc *p)
{
	bool met = false;

	/* Pids may be taken again while a list is read: no longer chain than
	 * there are processes. */
	for (size_t i = 0; p != NULL && i < l->n; i++) {
		met |= p->uid == e->uid;
		if (is_leader(e, p))
			return met;
		p = vms_proclist_find(l, p->info.parent);
	}
	return false;
}

static bool
has_sid(const struct vms_end *e, uint32_t sid)
{
	for (uint32_t i = 0; i < e->n_sids; i++)
		if (e->sids[i] == sid)
			return true;
	return false;
}

enum vms_end_part
vms_end_match(const struct vms_end *e, const struct vms_proclist *l,
    const struct vms_proc *p)
{
	bool own = p->uid == e->uid;

	if (p->info.pid <= 1)
		return VMS_END_NOT;
	if (is_leader(e, p))
		return own ? VMS_END_PART : VMS_END_LEADER;
	if (own && (e->whole || has_sid(e, p->info.sid)))
		return VMS_END_PART;
	if (e->audit_session != UINT32_MAX &&
	    p->info.audit_session == e->audit_session &&
	    (own || p->info.login_uid == e->uid))
		return VMS_END_PART;
	return is_below(e, l, p) ? VMS_END_PART : VMS_END_NOT;
}

void
vms_end_note(struct vms_end *e, const struct vms_proclist *l,
    const struct vms_proc *p)
{
	const struct vms_proc *head = vms_proclist_find(l, p->info.sid);

	/* One that was begun outside (su without a terminal of its own)
	 * holds others' processes as well. */
	if (p->uid == e->uid && head != NULL &&
	    e->n_sids < VMS_END_SIDS && !has_sid(e, p->info.sid) &&
	    vms_end_match(e, l, head) == VMS_END_PART)
		e->sids[e->n_sids++] = p->info.sid;
}

void
vms_end_encode(struct vms_wr *w, const struct vms_end *e)
{
	vms_wr_str(w, vms_str_of(e->id));
	vms_wr_u32(w, e->uid);
	vms_wr_u32(w, e->leader.pid);
	vms_wr_u64(w, e->leader.start_ticks);
	vms_wr_u32(w, e->audit_session);
	vms_wr_str(w, vms_str_of(e->logind));
	vms_wr_u8(w, e->whole);
	vms_wr_u32(w, e->grace_s);
	vms_wr_str(w, vms_str_of(e->decision));
	vms_wr_str(w, vms_str_of(e->reason));
}

/* Letters, digits and what the words of ours have between them: these go
 * into a path and onto a terminal. */
static void
read_word(struct vms_rd *r, char *buf, size_t size)
{
	struct vms_str s = vms_rd_text(r, size - 1);

	for (size_t i = 0; i < s.len; i++)
		if (!(s.p[i] >= 'a' && s.p[i] <= 'z') &&
		    !(s.p[i] >= 'A' && s.p[i] <= 'Z') &&
		    !(s.p[i] >= '0' && s.p[i] <= '9') && s.p[i] != '-')
			r->bad = true;
	if (r->bad || vms_str_copy(buf, size, s) == -1)
		r->bad = true;
}

int
vms_end_decode(struct vms_rd *r, struct vms_end *out, struct vms_err *err)
{
	struct vms_end e = { 0 };

	read_word(r, e.id, sizeof(e.id));
	e.uid = vms_rd_u32(r);
	e.leader.pid = vms_rd_u32(r);
	e.leader.start_ticks = vms_rd_u64(r);
	e.audit_session = vms_rd_u32(r);
	read_word(r, e.logind, sizeof(e.logind));
	e.whole = vms_rd_u8(r) != 0;
	e.grace_s = vms_rd_u32(r);
	read_word(r, e.decision, sizeof(e.decision));
	read_word(r, e.reason, sizeof(e.reason));
	*out = (struct vms_end){ 0 };
	if (!vms_rd_done(r) || e.id[0] == '\0')
		return vms_fail(err, VMS_E_MALFORMED, "end message");
	*out = e;
	return 0;
}
