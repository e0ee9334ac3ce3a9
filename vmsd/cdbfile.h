/* SPDX-License-Identifier: MIT */
/*
 * The published file: an identity to tinycdb, and what a later generation must
 * know of an earlier one back.  The caller owns the descriptor, its sealing
 * and its way into place.  tinycdb is known to cdbfile.c alone.
 */
#ifndef VMS_CDBFILE_H
#define VMS_CDBFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "libvms/arena.h"
#include "libvms/err.h"
#include "libvms/identity.h"

struct vms_cdb_meta {
	uint64_t generation;
	int64_t created_s;		/* wall clock */
	uint32_t min_id, max_id;
	bool enumerate;
};

/*
 * Write the file to fd, a memfd or a regular file, from its start; what was
 * there is gone.  Equal arguments give equal bytes.  0, or -1 with SYSTEM or
 * LIMIT.
 */
int vms_cdbfile_write(int fd, const struct vms_identity *id,
    const struct vms_cdb_meta *meta, struct vms_err *err);

/*
 * Read who was published: users with uuid, name, uid and gid, groups with
 * uuid, name and gid, nothing else.  It is what vms_identity_build() wants as
 * prev after a restart.  *meta may be NULL; all of *out comes from arena.  0,
 * or -1 with MALFORMED or SYSTEM.
 */
int vms_cdbfile_read(int fd, struct vms_arena *arena,
    struct vms_identity *out, struct vms_cdb_meta *meta,
    struct vms_err *err);

#endif
