/* SPDX-License-Identifier: MIT */
/*
 * What /proc says about a process: the few lines of it that are facts and not
 * the process's own words.
 */
#ifndef VMS_PROCINFO_H
#define VMS_PROCINFO_H

#include <stdbool.h>
#include <stdint.h>

struct vms_procinfo {
	uint32_t pid, parent;
	uint32_t sid;		/* setsid's */
	uint32_t tty;		/* stat(5)'s tty_nr; 0: none */
	uint64_t start_ticks;	/* with the pid: which process this is */
	bool dead;		/* only its parent has not looked yet */
	uint32_t login_uid, audit_session;	/* UINT32_MAX: none */
};

/* 0, or -1 if there is no such process (any more) or it cannot be told. */
int vms_procinfo_read(uint32_t pid, struct vms_procinfo *out);
/* Its real user; -1 if it cannot be told. */
int vms_procinfo_uid(uint32_t pid, uint32_t *uid);
/* Whether that very process still lives; true if it cannot be told, as when
 * descriptors have run out: a session is over when its process is. */
bool vms_procinfo_lives(uint32_t pid, uint64_t start_ticks);

#endif
