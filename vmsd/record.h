/* SPDX-License-Identifier: MIT */
/*
 * The last decisions, by id, with what was asked: so that `vmsctl why ID` can
 * say what happened, and the engine can judge the same request again with a
 * trace.
 */
#ifndef VMS_RECORD_H
#define VMS_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "libvms/decide.h"

/* "k3f9-2a7c" and a NUL. */
#define VMS_RECORD_ID_SIZE 16
#define VMS_RECORDS_MAX 4096

struct vms_records;

struct vms_record {
	char id[VMS_RECORD_ID_SIZE];
	struct vms_request rq;		/* strings owned by the record;
					 * overrides are not kept */
	uint64_t generation;
	bool allow;
	struct vms_str reason;		/* "deny:g-x" */
	struct vms_str grant_dn;
	char *text;			/* owned: all strings above */
};

/* seed: random, so that ids of two runs differ.  NULL: out of memory. */
struct vms_records *vms_records_new(uint32_t seed);
/* Keep it in place of the oldest; writes its id.  Out of memory: the id is
 * still given, nothing is kept. */
void vms_records_add(struct vms_records *r, const struct vms_request *rq,
    bool allow, struct vms_str reason, struct vms_str grant_dn,
    uint64_t generation, char id[VMS_RECORD_ID_SIZE]);
/* NULL: not, or no longer, here. */
const struct vms_record *vms_records_find(const struct vms_records *r,
    struct vms_str id);

#endif
