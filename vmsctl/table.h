/* SPDX-License-Identifier: MIT */
/*
 * Rows for people, programs and spreadsheets: one table, printed as columns
 * (on a terminal), as lines with tabs (elsewhere), as JSON or as CSV.  The
 * one file that knows libsmartcols.
 */
#ifndef VMSCTL_TABLE_H
#define VMSCTL_TABLE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "libvms/err.h"
#include "libvms/str.h"

enum vms_table_form { VMS_TABLE_TEXT = 0, VMS_TABLE_JSON, VMS_TABLE_CSV };

struct vms_table_column {
	const char *name;	/* stable: JSON key and header */
	char type;		/* 's'tring, 'n'umber, 'b'ool ("yes", ""),
				 * 'l'ist: items with '\n' between */
};

struct vms_table;

/* columns end with a NULL name and outlive the table.  NULL when out of
 * memory. */
struct vms_table *vms_table_new(FILE *f, enum vms_table_form form,
    const struct vms_table_column *columns);
/* One cell for each column, copied; an empty one is null in JSON.  0, or -1
 * out of memory, of which vms_table_end tells as well. */
int vms_table_row(struct vms_table *t, const struct vms_str *cells);
/* Print what is not printed yet and free.  0, or -1 with SYSTEM. */
int vms_table_end(struct vms_table *t, struct vms_err *err);

/* One field as RFC 4180 wants it, quoted where it must be. */
void vms_csv_put(FILE *f, struct vms_str s);

#endif
