/* SPDX-License-Identifier: MIT */
/* The commands of the plain kinds: one row for each verb, one macro for each
 * kind. */
#include "vmsctl/object.h"

#define ROWS(n, a) \
	{ .noun = n, .verb = "add", .args = "NAME", \
	    .help = "make a " n, .fields = a, .min = 1, .max = 1, \
	    .run = vms_object_add, .writes = true }, \
	{ .noun = n, .verb = "list", .args = "", \
	    .help = "every " n, .run = vms_object_list }, \
	{ .noun = n, .verb = "show", .args = "NAME", \
	    .help = "one " n ", and what uses it", .min = 1, .max = 1, \
	    .run = vms_object_show }, \
	{ .noun = n, .verb = "set", .args = "NAME", \
	    .help = "change a " n "; an empty value clears", \
	    .opts = vms_object_set_opts, .fields = a, .min = 1, .max = 1, \
	    .run = vms_object_set, .writes = true }, \
	{ .noun = n, .verb = "rename", .args = "NAME NEW", \
	    .help = "another name; references follow", .min = 2, .max = 2, \
	    .run = vms_object_rename, .writes = true }, \
	{ .noun = n, .verb = "remove", .args = "NAME", \
	    .help = "delete a " n " that nothing uses", \
	    .opts = vms_object_remove_opts, .min = 1, .max = 1, \
	    .run = vms_object_remove, .writes = true, .sensitive = true }

const struct vms_cmd vms_object_cmds[] = {
	ROWS("recorder", vms_recorder_fields),
	ROWS("recordergroup", vms_recordergroup_fields),
	ROWS("camera", vms_camera_fields),
	ROWS("cameragroup", vms_cameragroup_fields),
	ROWS("layout", vms_layout_fields),
	ROWS("pool", vms_pool_fields),
	ROWS("schedule", vms_schedule_fields),
	{ .noun = NULL }
};
