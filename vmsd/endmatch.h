/* SPDX-License-Identifier: MIT */
/*
 * Which processes are a session's that is to end.  Pure: a session's facts
 * and a list of processes, no /proc, no signal.
 *
 * The facts are the engine's word, and a broken engine may lie.  So no fact
 * is enough by itself: a process is the session's only if the kernel ties it
 * to the session's user, by its real uid, by the uid that logged in, or by a
 * process of that user's between it and the session's leader.
 */
#ifndef VMS_ENDMATCH_H
#define VMS_ENDMATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libvms/bounds.h"
#include "libvms/buf.h"
#include "vmsd/proclist.h"
#include "vmsd/session.h"

#define VMS_END_SIDS 64

struct vms_end {
	char id[VMS_SESSION_ID_SIZE];
	uint32_t uid;
	struct vms_process leader;	/* pid 0: none (any more) */
	uint32_t audit_session;		/* UINT32_MAX: none to go by */
	char logind[VMS_WORD_MAX + 1];	/* its scope's number, or "" */
	bool whole;		/* nothing of the user's stays allowed */
	uint32_t grace_s;	/* not 0: only tell, no signal yet */
	char decision[VMS_WORD_MAX + 1], reason[VMS_WORD_MAX + 1];
	/* Of processes that were found by the leader: their children stay
	 * the session's when the parent between is gone. */
	uint32_t sids[VMS_END_SIDS];
	uint32_t n_sids;
};

enum vms_end_part {
	VMS_END_NOT = 0,
	VMS_END_PART,
	VMS_END_LEADER		/* root's process that holds PAM's session: it
				 * leaves by itself when all else has gone */
};
enum vms_end_part vms_end_match(const struct vms_end *e,
    const struct vms_proclist *l, const struct vms_proc *p);
/* Remember what p, a part, is tied by. */
void vms_end_note(struct vms_end *e, const struct vms_proclist *l,
    const struct vms_proc *p);

/* Between engine and parent.  -1: MALFORMED. */
void vms_end_encode(struct vms_wr *w, const struct vms_end *e);
int vms_end_decode(struct vms_rd *r, struct vms_end *out,
    struct vms_err *err);

#endif
