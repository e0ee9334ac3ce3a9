/* SPDX-License-Identifier: MIT */
/*
 * Starting and ending the processes of the daemon, for the parent.
 */
#ifndef VMS_CHILD_H
#define VMS_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "libvms/err.h"
#include "vmsd/ipc.h"
#include "vmsd/sandbox.h"

struct vms_child_spec {
	enum vms_role role;
	uint32_t index;
	const char *program;	/* path; NULL: this program again */
	const char *dir;	/* working directory, or NULL */
	struct vms_ids ids;
	int parent_end;		/* becomes 3 */
	int engine_end;		/* becomes 4; -1: none */
};

/* A pair of connected sockets, both close-on-exec.  0 or -1 with SYSTEM. */
int vms_child_pair(int pair[2], struct vms_err *err);

/*
 * Execute a role: fresh address space, its own user, an environment of
 * LDAPNOINIT=1 alone, stdin and stdout on /dev/null.  Descriptors of the spec
 * stay the caller's to close.  *pid, or -1 with SYSTEM; what fails after the
 * fork is seen as a child that exits with 127 and says why on stderr.
 */
int vms_child_start(const struct vms_child_spec *spec, pid_t *pid,
    struct vms_err *err);

/* uid and gid of a system user by /etc/passwd alone (never NSS: that could
 * come back to us).  -1 with NOT_FOUND, the message says how to make it. */
int vms_child_find_user(const char *name, struct vms_ids *ids,
    struct vms_err *err);
/* Whether /etc/passwd has this uid.  If it cannot be read, it may. */
bool vms_child_is_local(uint32_t uid);

#endif
