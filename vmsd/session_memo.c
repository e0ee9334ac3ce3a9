/* SPDX-License-Identifier: MIT */
/* Addresses of account stages: see session_memo.h. */
#include "vmsd/session_memo.h"

static bool
is_for(const struct vms_memo *m, struct vms_str user, struct vms_str service,
    const struct vms_process *process)
{
	return m->until_ms != 0 && m->process.pid == process->pid &&
	    m->process.start_ticks == process->start_ticks &&
	    vms_str_caseeq(vms_str_of(m->user), user) &&
	    vms_str_eq(vms_str_of(m->service), service);
}

void
vms_memos_put(struct vms_memos *t, struct vms_str user,
    struct vms_str service, const struct vms_process *process,
    const struct vms_from *from, int64_t now_ms)
{
	struct vms_memo m = { .process = *process, .from = *from,
	    .until_ms = now_ms + VMS_MEMO_MS };
	uint32_t at = t->next;

	if (process->pid == 0 ||
	    vms_str_copy(m.user, sizeof(m.user), user) == -1 ||
	    vms_str_copy(m.service, sizeof(m.service), service) == -1)
		return;
	for (uint32_t i = 0; i < VMS_MEMOS; i++)
		if (is_for(&t->v[i], user, service, process))
			at = i;
	if (at == t->next)
		t->next = (t->next + 1) % VMS_MEMOS;
	t->v[at] = m;
}

bool
vms_memos_get(const struct vms_memos *t, struct vms_str user,
    struct vms_str service, const struct vms_process *process,
    int64_t now_ms, struct vms_from *from)
{
	for (uint32_t i = 0; i < VMS_MEMOS; i++) {
		if (!is_for(&t->v[i], user, service, process) ||
		    t->v[i].until_ms < now_ms)
			continue;
		*from = t->v[i].from;
		return true;
	}
	return false;
}
