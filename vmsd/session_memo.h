/* SPDX-License-Identifier: MIT */
/*
 * A short memory of account stages: which address a process was let in from,
 * for the session that it, or its parent, opens next.  Values only.
 */
#ifndef VMS_SESSION_MEMO_H
#define VMS_SESSION_MEMO_H

#include "vmsd/session.h"

#define VMS_MEMOS 1024
/* From account to session: a password change may lie between. */
#define VMS_MEMO_MS (INT64_C(10) * 60 * 1000)

struct vms_memo {
	struct vms_process process;
	char user[VMS_NAME_MAX + 1];
	char service[VMS_WORD_MAX + 1];
	struct vms_from from;
	int64_t until_ms;		/* 0: empty */
};

struct vms_memos {
	struct vms_memo v[VMS_MEMOS];
	uint32_t next;			/* the oldest, taken next */
};

void vms_memos_put(struct vms_memos *t, struct vms_str user,
    struct vms_str service, const struct vms_process *process,
    const struct vms_from *from, int64_t now_ms);
bool vms_memos_get(const struct vms_memos *t, struct vms_str user,
    struct vms_str service, const struct vms_process *process,
    int64_t now_ms, struct vms_from *from);

#endif
