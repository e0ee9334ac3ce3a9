/* SPDX-License-Identifier: MIT */
/*
 * The permission vocabulary: every action, what it is asked about, and what
 * it needs besides.  Compiled in from ldap_schema/actions.tsv.  Pure tables.
 */
#ifndef VMS_ACTION_H
#define VMS_ACTION_H

#include <stdbool.h>
#include <stdint.h>

#include "libvms/str.h"

/* What an action is asked about. */
enum vms_scope {
	VMS_SCOPE_SELF = 0,	/* the asker; no target is looked at */
	VMS_SCOPE_SYSTEM,	/* the whole; only grants with scope all */
	VMS_SCOPE_RECORDER,
	VMS_SCOPE_CAMERA,
	VMS_SCOPE_LAYOUT,
	VMS_SCOPE_CAMERAGROUP,
	VMS_SCOPE_USER
};

enum vms_action_class {
	VMS_ACTION_SELF = 0,
	VMS_ACTION_LOGIN,
	VMS_ACTION_VIEW,
	VMS_ACTION_OPERATE,
	VMS_ACTION_SENSITIVE,
	VMS_ACTION_ADMIN,
	VMS_ACTION_OWNER
};

struct vms_action {
	struct vms_str name;
	enum vms_scope scope;
	enum vms_action_class klass;
	int need;		/* index of the action it needs; -1: none */
};

/* Room for the vocabulary in a set; the table is checked against it. */
#define VMS_ACTIONS_MAX 128

/* A set of actions by index. */
struct vms_action_set {
	uint64_t bits[VMS_ACTIONS_MAX / 64];
};

int vms_action_count(void);
/* The action at an index below the count. */
const struct vms_action *vms_action_get(int index);
/* Its index, -1 if it is not in the vocabulary.  Names compare as bytes. */
int vms_action_find(struct vms_str name);

bool vms_action_set_has(const struct vms_action_set *s, int index);
void vms_action_set_add(struct vms_action_set *s, int index);
void vms_action_set_join(struct vms_action_set *s,
    const struct vms_action_set *other);
bool vms_action_set_is_empty(const struct vms_action_set *s);
/* Add what a word of a role or grant means: "live.view", or "ptz.*" for the
 * verbs of one resource.  -1 if it means nothing. */
int vms_action_set_add_word(struct vms_action_set *s, struct vms_str word);

#endif
