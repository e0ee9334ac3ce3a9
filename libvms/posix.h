/* SPDX-License-Identifier: MIT */
/*
 * The POSIX side of the model: what the directory says about users and groups
 * before the host's rules (identity.h) have judged it.  Values only.
 */
#ifndef VMS_POSIX_H
#define VMS_POSIX_H

#include <stdbool.h>
#include <stdint.h>

#include "libvms/entry.h"
#include "libvms/str.h"

/* Why an entry cannot be served whatever the host's rules say. */
enum vms_flaw {
	VMS_FLAW_NO_NAME = 1 << 0,
	VMS_FLAW_NAMES = 1 << 1,	/* several values of the name */
	VMS_FLAW_NO_ID = 1 << 2,
	VMS_FLAW_IDS = 1 << 3,		/* several values of the id */
	VMS_FLAW_BAD_ID = 1 << 4,	/* not a number that is an id */
	VMS_FLAW_GID = 1 << 5		/* primary gid absent, several, bad */
};

struct vms_posix_user {
	uint8_t uuid[VMS_UUID_LEN];
	struct vms_str dn;		/* as sent */
	struct vms_str name;		/* the first of several */
	struct vms_str gecos;		/* gecos, else cn; may be empty */
	struct vms_str home;		/* may be empty */
	struct vms_str shell;		/* may be empty */
	uint32_t uid, gid;		/* 0 where flawed */
	unsigned int flaws;		/* of enum vms_flaw */
	bool disabled;			/* state or a server-side lock */
	bool reaches;			/* a login grant reaches this recorder,
					 * whatever its conditions */
};

struct vms_posix_group {
	uint8_t uuid[VMS_UUID_LEN];	/* the group's or the role's entry */
	struct vms_str dn;
	struct vms_str name;
	uint32_t gid;			/* 0 where absent or flawed */
	unsigned int flaws;
	bool role;			/* vmsUnixGroup of a role, held here by
					 * the users listed */
	const uint32_t *users;		/* indices of users: memberUid, member
					 * and nested groups; ascending */
	uint32_t n_users;
};

/* All of it, borrowed from one model. */
struct vms_posix {
	const struct vms_posix_user *users;
	uint32_t n_users;
	const struct vms_posix_group *groups;
	uint32_t n_groups;
};

#endif
