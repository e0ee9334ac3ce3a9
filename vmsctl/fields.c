/* SPDX-License-Identifier: MIT */
/* The tables of kinds and of their fields; see vms_schema(5) for what each
 * attribute means.  The order is the order in which they are shown. */
#include "vmsctl/field.h"

#include <stddef.h>

#define ONE(o, a, t, w, h) { .opt = (o), .attr = (a), .type = (t), \
    .words = (w), .help = (h) }
#define COL(o, a, t, w, h) { .opt = (o), .attr = (a), .type = (t), \
    .words = (w), .help = (h), .listed = true }
#define MANY(o, a, t, w, h) { .opt = (o), .attr = (a), .type = (t), \
    .words = (w), .help = (h), .many = true }
#define MANYCOL(o, a, t, w, h) { .opt = (o), .attr = (a), .type = (t), \
    .words = (w), .help = (h), .many = true, .listed = true }
#define NUMBER(o, a, lo, hi, h) { .opt = (o), .attr = (a), \
    .type = VMS_F_NUMBER, .min = (lo), .max = (hi), .help = (h) }
#define FIXED(o, a, t, w, v, h) { .opt = (o), .attr = (a), .type = (t), \
    .words = (w), .value = (v), .help = (h), .listed = true }
#define SHOWN(o, a, t, w) { .opt = (o), .attr = (a), .type = (t), \
    .words = (w), .many = true, .readonly = true }
#define END { .opt = NULL }
#define DESCRIPTION ONE("description", "description", VMS_F_TEXT, NULL, \
    "a sentence about it")

const struct vms_field vms_user_fields[] = {
	ONE("first-name", "givenName", VMS_F_TEXT, NULL, "first name"),
	COL("last-name", "sn", VMS_F_TEXT, NULL, "last name"),
	ONE("language", "preferredLanguage", VMS_F_LANGUAGE, NULL,
	    "of what the user is told: en, de"),
	COL("mail", "mail", VMS_F_MAIL, NULL, "mail address"),
	MANY("pool", "vmsIpPoolRef", VMS_F_REF, "pool",
	    "where the user may come from; \"\" for anywhere"),
	ONE("schedule", "vmsScheduleRef", VMS_F_REF, "schedule",
	    "when the user may come at all"),
	ONE("not-before", "vmsNotBefore", VMS_F_TIME, NULL,
	    "the account is valid from then on"),
	ONE("not-after", "vmsNotAfter", VMS_F_TIME, NULL,
	    "the account ends then"),
	NUMBER("max-sessions", "vmsMaxSessions", 0, 1000,
	    "sessions at the same time"),
	NUMBER("ptz-priority", "vmsPtzPriority", 0, 100,
	    "who wins the joystick, higher first"),
	ONE("parent", "vmsParentUser", VMS_F_REF, "user",
	    "master account of a sub-user"),
	ONE("reason", "vmsReason", VMS_F_TEXT, NULL, "ticket or sentence"),
	ONE("review-by", "vmsReviewBy", VMS_F_TIME, NULL,
	    "look at it again before"),
	{ .opt = "state", .attr = "vmsAccountState", .readonly = true,
	    .listed = true },
	SHOWN("ip-mode", "vmsIpMode", VMS_F_TEXT, NULL),
	SHOWN("protected", "vmsProtected", VMS_F_BOOL, NULL),
	SHOWN("uid-number", "uidNumber", VMS_F_TEXT, NULL),
	SHOWN("gid-number", "gidNumber", VMS_F_TEXT, NULL),
	SHOWN("home", "homeDirectory", VMS_F_TEXT, NULL),
	SHOWN("shell", "loginShell", VMS_F_TEXT, NULL),
	END
};

const struct vms_field vms_grant_fields[] = {
	{ .opt = "effect", .attr = "vmsEffect", .type = VMS_F_WORD,
	    .words = "allow|deny", .value = "allow", .listed = true,
	    .help = "allow, or deny (wins over every allow)" },
	{ .opt = "subject", .attr = "vmsSubject", .type = VMS_F_ANY,
	    .words = "user|group", .many = true, .listed = true,
	    .word = "everyone",
	    .help = "who: user:NAME, group:NAME, or everyone" },
	COL("role", "vmsRoleRef", VMS_F_REF, "role", "the role given"),
	MANYCOL("action", "vmsAction", VMS_F_ACTION, NULL,
	    "in the place of a role: single actions, RESOURCE.*"),
	{ .opt = "target", .attr = "vmsTarget", .type = VMS_F_ANY,
	    .words = "recorder|recordergroup|camera|cameragroup|layout",
	    .many = true, .listed = true, .word = "all",
	    .help = "on what: KIND:NAME, or all" },
	{ .opt = "with-members", .attr = "vmsCascade", .type = VMS_F_BOOL,
	    .help = "recorders and groups stand for what is in them" },
	MANY("pool", "vmsIpPoolRef", VMS_F_REF, "pool", "only from there"),
	ONE("schedule", "vmsScheduleRef", VMS_F_REF, "schedule",
	    "only then"),
	MANY("service", "vmsService", VMS_F_TEXT, NULL,
	    "only by this PAM service"),
	ONE("not-before", "vmsNotBefore", VMS_F_TIME, NULL, "from then on"),
	ONE("not-after", "vmsNotAfter", VMS_F_TIME, NULL, "until then"),
	MANY("approver", "vmsApproverRef", VMS_F_ANY, "user|group",
	    "only with the yes of one of these"),
	NUMBER("max-archive-age", "vmsMaxArchiveAge", 0, INT32_MAX,
	    "seconds back that the archive may be seen"),
	ONE("reason", "vmsReason", VMS_F_TEXT, NULL, "ticket or sentence"),
	ONE("review-by", "vmsReviewBy", VMS_F_TIME, NULL,
	    "look at it again before"),
	DESCRIPTION,
	SHOWN("subject-scope", "vmsSubjectScope", VMS_F_TEXT, NULL),
	SHOWN("target-scope", "vmsTargetScope", VMS_F_TEXT, NULL),
	SHOWN("condition", "vmsCondition", VMS_F_TEXT, NULL),
	END
};

const struct vms_field vms_role_fields[] = {
	{ .opt = "rank", .attr = "vmsRoleRank", .type = VMS_F_NUMBER,
	    .max = 100, .value = "10", .listed = true,
	    .help = "who administers whom; 80 to 99 are administrators" },
	{ .opt = "scope", .attr = "vmsRoleScope", .type = VMS_F_WORD,
	    .words = "all|assigned", .value = "assigned",
	    .help = "informative" },
	MANY("action", "vmsAction", VMS_F_ACTION, NULL,
	    "an action, or RESOURCE.* for those known today"),
	MANYCOL("parent", "vmsRoleParent", VMS_F_REF, "role",
	    "a role whose actions are inherited"),
	COL("unix-group", "vmsUnixGroup", VMS_F_TEXT, NULL,
	    "group of its holders on a recorder"),
	NUMBER("gid-number", "vmsGidNumber", 100, UINT32_MAX - 1,
	    "its number"),
	DESCRIPTION,
	SHOWN("protected", "vmsProtected", VMS_F_BOOL, NULL),
	END
};

const struct vms_field vms_pool_fields[] = {
	MANYCOL("range", "vmsIpRange", VMS_F_RANGE, NULL,
	    "address, network/bits, from-to, or local"),
	DESCRIPTION,
	END
};

const struct vms_field vms_schedule_fields[] = {
	MANYCOL("window", "vmsWindow", VMS_F_WINDOW, NULL,
	    "open hours: \"mon-fri 08:00-18:00\""),
	MANY("except", "vmsExceptDate", VMS_F_DATE, NULL,
	    "closed on YYYY-MM-DD"),
	COL("time-zone", "vmsTimeZone", VMS_F_TEXT, NULL,
	    "zone of its hours: Europe/Berlin"),
	DESCRIPTION,
	END
};

const struct vms_field vms_recorder_fields[] = {
	{ .opt = "host", .attr = "vmsHostName", .type = VMS_F_HOST,
	    .many = true, .listed = true, .help = "name of the host" },
	FIXED("enabled", "vmsEnabled", VMS_F_BOOL, NULL, "TRUE",
	    "FALSE takes it out of use"),
	COL("software-version", "vmsSoftwareVersion", VMS_F_TEXT, NULL,
	    "reported by the recorder itself"),
	COL("remote-address", "vmsRemoteAddress", VMS_F_ADDRESS, NULL,
	    "how it is reached from outside: HOST[:PORT]"),
	ONE("time-zone", "vmsTimeZone", VMS_F_TEXT, NULL, "where it stands"),
	ONE("uuid", "vmsUuid", VMS_F_UUID, NULL, "stable identity"),
	NUMBER("config-interval", "vmsConfigInterval", 1, INT32_MAX,
	    "seconds between configuration collections"),
	NUMBER("config-keep", "vmsConfigKeep", 1, 1000,
	    "collections to keep"),
	MANY("config-path", "vmsConfigPath", VMS_F_TEXT, NULL,
	    "file to collect"),
	ONE("local-admin", "vmsLocalAdmin", VMS_F_TEXT, NULL,
	    "its local administrator account"),
	MANY("tag", "vmsTag", VMS_F_TEXT, NULL, "free word"),
	ONE("location", "l", VMS_F_TEXT, NULL, "place"),
	DESCRIPTION,
	SHOWN("reported-at", "vmsReportedAt", VMS_F_TIME, NULL),
	SHOWN("service-account", "vmsServiceAccount", VMS_F_TEXT, NULL),
	END
};

const struct vms_field vms_recordergroup_fields[] = {
	MANYCOL("member", "vmsMember", VMS_F_ANY, "recorder|recordergroup",
	    "recorder:NAME or recordergroup:NAME"),
	DESCRIPTION,
	END
};

const struct vms_field vms_camera_fields[] = {
	COL("recorder", "vmsHomeRecorder", VMS_F_REF, "recorder",
	    "the recorder that holds it"),
	MANY("failover", "vmsFailoverRecorder", VMS_F_REF, "recorder",
	    "recorder that takes over"),
	MANYCOL("capability", "vmsCapability", VMS_F_WORD,
	    "ptz|audio-in|audio-out|io|intercom", "what it can do"),
	ONE("enabled", "vmsEnabled", VMS_F_BOOL, NULL,
	    "FALSE takes it out of use"),
	ONE("hidden", "vmsHidden", VMS_F_BOOL, NULL,
	    "left out of ordinary lists"),
	ONE("uuid", "vmsUuid", VMS_F_UUID, NULL, "stable identity"),
	MANY("tag", "vmsTag", VMS_F_TEXT, NULL, "free word"),
	ONE("location", "l", VMS_F_TEXT, NULL, "place"),
	DESCRIPTION,
	END
};

const struct vms_field vms_cameragroup_fields[] = {
	MANYCOL("member", "vmsMember", VMS_F_ANY, "camera|cameragroup",
	    "camera:NAME or cameragroup:NAME"),
	ONE("owner", "vmsOwner", VMS_F_REF, "user", "whose it is"),
	DESCRIPTION,
	END
};

const struct vms_field vms_layout_fields[] = {
	MANYCOL("member", "vmsMember", VMS_F_ANY, "camera",
	    "camera:NAME on the screen"),
	COL("owner", "vmsOwner", VMS_F_REF, "user", "whose it is"),
	FIXED("shared", "vmsShared", VMS_F_BOOL, NULL, "FALSE",
	    "TRUE: others may be given it"),
	DESCRIPTION,
	END
};

static const struct vms_field group_fields[] = {
	MANYCOL("member", "member", VMS_F_ANY, "user|group", ""),
	END
};

const struct vms_noun vms_nouns[] = {
	{ "user", NULL, "vmsUser", "uid", vms_user_fields,
	    "user.list", "user.create", "user.edit", "user.delete" },
	{ "group", NULL, "groupOfNames", "cn", group_fields,
	    NULL, NULL, NULL, NULL },
	{ "role", "ou=roles", "vmsRole", "cn", vms_role_fields,
	    "user.list", "role.create", "role.edit", "role.delete" },
	{ "grant", "ou=grants", "vmsGrant", "cn", vms_grant_fields,
	    "user.list", "user.assign-access", "user.assign-access",
	    "user.assign-access" },
	{ "recorder", "ou=recorders", "vmsRecorder", "cn",
	    vms_recorder_fields, "recorder.list", "recorder.add",
	    "recorder.manage", "recorder.delete" },
	{ "recordergroup", "ou=recordergroups", "vmsRecorderGroup", "cn",
	    vms_recordergroup_fields, "recorder.list", "recorder.manage",
	    "recorder.manage", "recorder.manage" },
	{ "camera", "ou=cameras", "vmsCamera", "cn", vms_camera_fields,
	    "camera.list", "device.add", "device.configure",
	    "device.delete" },
	{ "cameragroup", "ou=cameragroups", "vmsCameraGroup", "cn",
	    vms_cameragroup_fields, "cameragroup.view",
	    "cameragroup.create", "cameragroup.edit", "cameragroup.delete" },
	{ "layout", "ou=layouts", "vmsLayout", "cn", vms_layout_fields,
	    "layout.view", "layout.share", "layout.share", "layout.share" },
	{ "pool", "ou=ippools", "vmsIpPool", "cn", vms_pool_fields,
	    "user.list", "user.assign-ip-pool", "user.assign-ip-pool",
	    "user.assign-ip-pool" },
	{ "schedule", "ou=schedules", "vmsSchedule", "cn",
	    vms_schedule_fields, "user.list", "system.configure",
	    "system.configure", "system.configure" },
	{ .name = NULL }
};
