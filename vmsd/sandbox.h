/* SPDX-License-Identifier: MIT */
/*
 * What a process of the daemon gives up: users, capabilities, core files, and
 * every system call that its role does not need.  Shared by vmsd and
 * vmsd-ldap.
 */
#ifndef VMS_SANDBOX_H
#define VMS_SANDBOX_H

#include <sys/types.h>

#include "libvms/err.h"
#include "vmsd/ipc.h"

/* -1 as id: stay who we are (one-user mode). */
struct vms_ids {
	uid_t uid;
	gid_t gid;
};

/*
 * In a child of the parent, before exec: take the ids for good, no
 * supplementary groups, no new privileges, no core, die with the parent
 * (parent: its pid).  Async-signal-safe.  0 or -1 with errno.
 */
int vms_sandbox_child(const struct vms_ids *ids, pid_t parent);

/*
 * In the role, when everything that needs more has been opened: not
 * dumpable, and the role's list of system calls.  A call off the list fails
 * with ENOSYS; those by which a broken role would reach further (exec,
 * ptrace, mounts, keys, …) end it.  0 or -1 with SYSTEM.
 */
int vms_sandbox_enter(enum vms_role role, struct vms_err *err);

/* The parent: keeps only the capabilities it works with.  A no-op without
 * root. */
int vms_sandbox_parent(struct vms_err *err);

#endif
