/* SPDX-License-Identifier: MIT */
/*
 * Who the calling process is: what it tells vmsd about itself.  From the
 * kernel only; never from the environment, which a user can forge.
 */
#ifndef VMS_SELF_H
#define VMS_SELF_H

#include <stdint.h>

#include "libvms/err.h"

#define VMS_SELF_NONE UINT32_MAX

struct vms_self {
	uint32_t real_uid;
	uint32_t login_uid;	/* of the audit session; VMS_SELF_NONE */
	uint32_t audit_session;	/* VMS_SELF_NONE where there is none */
	uint32_t pid;
	uint64_t start_ticks;	/* field 22 of /proc/self/stat */
	uint32_t parent_pid;	/* 0 where it cannot be seen */
	uint64_t parent_ticks;
	char session[32];	/* logind's id, from the cgroup; or "" */
};

/* 0, or -1 with SYSTEM: no descriptor, no /proc. */
int vms_self_get(struct vms_self *self, struct vms_err *err);

#ifdef VMS_TESTING
/* Start time out of the text of a stat file; 0 if there is none. */
uint64_t vms_self_stat_ticks(const char *text);
/* "42" of a line ending in "/session-42.scope". */
void vms_self_cgroup_session(const char *text, char *out, unsigned int size);
#endif

#endif
