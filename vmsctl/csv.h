/* SPDX-License-Identifier: MIT */
/*
 * Comma-separated values as RFC 4180 has them, read strictly: a quote stands
 * at both ends of a field or nowhere, a doubled one inside is one, every
 * record ends with LF or CRLF.  Knows nothing of what the fields mean.  Pure.
 */
#ifndef VMSCTL_CSV_H
#define VMSCTL_CSV_H

#include <stddef.h>
#include <stdint.h>

#include "libvms/err.h"
#include "libvms/str.h"

#define VMS_CSV_FIELDS_MAX 64
/* Bytes of one field. */
#define VMS_CSV_FIELD_MAX 8192

struct vms_csv {
	const char *name;	/* of the file, for messages; borrowed */
	char *next, *end;
	uint64_t line;		/* of what comes next, from 1 */
	/* The record read last; borrows from the bytes. */
	struct vms_str fields[VMS_CSV_FIELDS_MAX];
	uint32_t n_fields;
	uint64_t at;		/* its first line */
};

/* bytes are unquoted in place and outlive c.  A byte order mark is passed
 * over. */
void vms_csv_init(struct vms_csv *c, const char *name, char *bytes,
    size_t len);
/* Read a record; empty lines between records are passed over.  1; 0 at the
 * end; -1 with MALFORMED or LIMIT, "file:line: …", after which reading cannot
 * go on. */
int vms_csv_next(struct vms_csv *c, struct vms_err *err);

#endif
