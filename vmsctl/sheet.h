/* SPDX-License-Identifier: MIT */
/*
 * Rows for people, programs and spreadsheets: one table, printed as columns
 * (on a terminal), as lines with tabs (elsewhere), as JSON or as CSV.  The
 * one file that knows libsmartcols.
 */
#ifndef VMSCTL_SHEET_H
#define VMSCTL_SHEET_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "libvms/err.h"
#include "libvms/str.h"

enum vms_sheet_form { VMS_SHEET_TEXT = 0, VMS_SHEET_JSON, VMS_SHEET_CSV };

struct vms_sheet_column {
	const char *name;	/* stable: JSON key and header */
	char type;		/* 's'tring, 'n'umber, 'b'ool ("yes", ""),
				 * 'l'ist: items with '\n' between */
};

struct vms_sheet;

/* columns end with a NULL name and outlive the table.  NULL when out of
 * memory. */
struct vms_sheet *vms_sheet_new(FILE *f, enum vms_sheet_form form,
    const struct vms_sheet_column *columns);
/* One cell for each column, copied; an empty one is null in JSON.  0, or -1
 * out of memory, of which vms_sheet_end tells as well. */
int vms_sheet_row(struct vms_sheet *t, const struct vms_str *cells);
/* Print what is not printed yet and free.  0, or -1 with SYSTEM. */
int vms_sheet_end(struct vms_sheet *t, struct vms_err *err);

/* One field as RFC 4180 wants it, quoted where it must be. */
void vms_csv_put(FILE *f, struct vms_str s);

#endif
