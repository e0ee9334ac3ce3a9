/* SPDX-License-Identifier: MIT */
/* What the verbs of single kinds take from the generic ones. */
#ifndef VMS_OBJECT_H
#define VMS_OBJECT_H

#include "vmsctl/admin.h"
#include "vmsctl/field.h"

/* The verbs of any noun: it is the command's. */
int vms_object_add(struct vms_admin *ad);
int vms_object_list(struct vms_admin *ad);
int vms_object_show(struct vms_admin *ad);
int vms_object_set(struct vms_admin *ad);
int vms_object_remove(struct vms_admin *ad);
int vms_object_rename(struct vms_admin *ad);

extern const struct vms_opt vms_object_set_opts[], vms_object_remove_opts[];

/* --add FIELD=VALUE, --remove FIELD=VALUE, and the fields as options. */
int vms_object_edit(struct vms_admin *ad, const struct vms_field *fields,
    struct vms_change *ch);
/* Write RESOURCE.* of a pending vmsAction out; needs: and what they need. */
void vms_expand_actions(struct vms_admin *ad, struct vms_change *ch,
    bool needs);
/* Whether the name may name an object: printable, 1 to 64 characters. */
bool vms_object_name_is_fine(struct vms_str name);
/* What an entry names is taken out of it, or refused. */
int vms_object_unlink(struct vms_admin *ad, const struct vms_item *it,
    bool cascade);

#endif
