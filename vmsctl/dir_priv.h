/* SPDX-License-Identifier: MIT */
/* The connection as dir.c, dir_read.c and dir_write.c share it: the three
 * files that know libldap. */
#ifndef VMS_DIR_PRIV_H
#define VMS_DIR_PRIV_H

#include <ldap.h>
#include <sys/time.h>

#include "libvms/bounds.h"
#include "vmsctl/dir.h"

struct vms_dir {
	LDAP *ld;
	int64_t timeout_s;
	enum vms_dir_why why;
	bool transactions;
	char me[VMS_DN_MAX + 8];
	char suffix[VMS_DN_MAX];
};

/* Record what a result means; -1. */
int vms_dir_fail(struct vms_dir *d, int rc, const char *what,
    struct vms_err *err);
/* Before and after a call that may block. */
void vms_dir_arm(const struct vms_dir *d);
void vms_dir_disarm(void);

#endif
