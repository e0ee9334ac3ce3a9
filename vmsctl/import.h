/* SPDX-License-Identifier: MIT */
/* Users as a table: its columns, for `vmsctl import` and `vmsctl export`. */
#ifndef VMSCTL_IMPORT_H
#define VMSCTL_IMPORT_H

#include "vmsctl/user.h"

#define VMS_IMPORT_COLUMNS_MAX 32

/* Columns beside those of vms_user_fields.  Lists have ";" between items. */
#define VMS_COL_LOGIN "login"
#define VMS_COL_STATE "state"
#define VMS_COL_ROLE "role"
#define VMS_COL_RECORDERS "recorders"
#define VMS_COL_ACCESS "access"
#define VMS_COL_MEMBERS "access-with-members"

/* What a column is called; index from 0, NULL at the end.  field: the user's
 * field it sets, NULL for those above. */
const char *vms_import_column(uint32_t index,
    const struct vms_field **field);

/* Columns of targets. */
enum { VMS_IMPORT_RECORDERS = 3, VMS_IMPORT_ACCESS, VMS_IMPORT_MEMBERS };
/* What stands there for a user, '\n' between; *lost: a name that no list can
 * hold was left out. */
struct vms_str vms_import_targets(struct vms_admin *ad, struct vms_str login,
    int column, bool *lost);
struct vms_str vms_import_item(struct vms_admin *ad, struct vms_str list,
    struct vms_str item, bool *lost);

/* One line of the file. */
struct vms_import_row {
	uint64_t line;
	struct vms_str cells[VMS_IMPORT_COLUMNS_MAX];	/* by column */
	bool given[VMS_IMPORT_COLUMNS_MAX];
	bool there;			/* nothing to do */
	struct vms_changes changes;
};

/* Whether the user is there and as the row says; else *differs names a
 * column. */
bool vms_import_is_there(struct vms_admin *ad,
    const struct vms_import_row *row, const char **differs);
/* The changes that make him.  0, or an exit code after it was said. */
int vms_import_make(struct vms_admin *ad, struct vms_import_row *row,
    int64_t uid_number);

#endif
