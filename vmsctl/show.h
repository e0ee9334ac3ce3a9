/* SPDX-License-Identifier: MIT */
/*
 * What vmsd answers, for people or programs: a table for rows, "key value"
 * for one object, bare lines for one column, or JSON.
 */
#ifndef VMSCTL_SHOW_H
#define VMSCTL_SHOW_H

#include <stdbool.h>

#include "libvms/proto.h"
#include "vmsctl/out.h"

/* 0, or -1 after a message when out of memory. */
int show(const struct vms_table_rep *t, bool json);
/* The same as JSON into an open writer; name may be NULL inside arrays. */
void show_json(struct out_json *j, const char *name,
    const struct vms_table_rep *t);

/* The cells of one row, into an object that is open. */
void show_json_cells(struct out_json *j, const struct vms_row *row);

#endif
