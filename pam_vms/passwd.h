/* SPDX-License-Identifier: MIT */
/*
 * Whether a name stands in /etc/passwd.  The file itself is read, never NSS:
 * what NSS says about a name is what is in question.
 */
#ifndef VMS_PASSWD_H
#define VMS_PASSWD_H

#include "libvms/str.h"

enum vms_passwd {
	VMS_PASSWD_UNTOLD = 0,	/* the file could not be read to its end */
	VMS_PASSWD_HERE,
	VMS_PASSWD_ABSENT
};

enum vms_passwd vms_passwd_find(const char *path, struct vms_str name);

#endif
