/* SPDX-License-Identifier: MIT */
/*
 * Entries and lists for people and for scripts: tables on a terminal, tabs
 * elsewhere, JSON where asked for.
 */
#ifndef VMS_BROWSE_H
#define VMS_BROWSE_H

#include "vmsctl/admin.h"
#include "vmsctl/field.h"
#include "vmsctl/sheet.h"

/* All fields of one entry. */
void vms_show_entry(struct vms_admin *ad, const struct vms_noun *noun,
    const struct vms_item *it);
/* One line for each entry, by name.  keep: NULL for all. */
int vms_show_list(struct vms_admin *ad, const struct vms_noun *noun,
    bool (*keep)(struct vms_admin *ad, const struct vms_item *it));

/* A table for the form that was asked for; the columns end with a NULL name.
 * Never NULL. */
struct vms_sheet *vms_sheet_for(struct vms_admin *ad,
    const struct vms_sheet_column *columns);

/* Values as shown, with newlines between. */
struct vms_str vms_show_values(struct vms_admin *ad,
    const struct vms_field *f, const struct vms_entry *e);

#endif
