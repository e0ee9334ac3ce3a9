/* SPDX-License-Identifier: MIT */
/*
 * What the directory verbs share: one run of one command.
 *
 * A command reads the estate, puts its changes into ad->changes, and returns;
 * what follows (the rules, the question, LDIF or the write, and all of it
 * again when somebody else wrote meanwhile) is the same for all.
 */
#ifndef VMS_ADMIN_H
#define VMS_ADMIN_H

#include <stdbool.h>
#include <stdint.h>

#include "libvms/arena.h"
#include "libvms/str.h"
#include "vmsctl/adminconf.h"
#include "vmsctl/args.h"
#include "vmsctl/change.h"
#include "vmsctl/dir.h"
#include "vmsctl/out.h"
#include "vmsctl/prompt.h"
#include "vmsctl/tree.h"
#include "vmsctl/vmsctl.h"

struct vms_admin {
	struct vms_arena arena;		/* of one try; text and estate */
	struct vms_args args;
	struct vms_adminconf conf;
	struct vms_bases bases;
	struct vms_dir *dir;		/* owned; NULL until opened */
	struct vms_tree tree;
	struct vms_changes changes;
	struct vms_str me;		/* normal DN of the one bound */
	struct vms_str note;		/* said after a write: "added …" */
	const struct vms_item *actor;	/* his user; NULL: not of the estate */
	struct vms_model *model;	/* owned; of this try, made when asked */
	struct vms_zones *zones;	/* owned; made when asked */
	/* Whose access the rules look at; empty: everybody's. */
	struct vms_str watch_user;
	bool allow_partial;		/* layouts may show less */
	bool json, yes, dry_run;
	const char *where;		/* "FILE:LINE", before a refusal */
	char request[17];		/* id in the audit */
	int exit;
	struct vms_password new_password;	/* wiped after use */
	char *edited;			/* owned; what an editor left */
	/* What comes after the write: a password.  NULL: nothing. */
	int (*after)(struct vms_admin *ad);
};

/* Whether the noun is one of the directory verbs. */
bool vms_admin_knows(const char *noun);
/* Run a command; argv[0] is the noun.  The exit code. */
int vms_admin_main(int argc, char **argv);
/* One line for each command; all of its options for a noun. */
void vms_admin_help(FILE *f, const char *noun);
void vms_admin_completion(FILE *f);

/* Memory of this try; never NULL (out of memory ends the program). */
void *vms_admin_alloc(struct vms_admin *ad, size_t size);
struct vms_str vms_say(struct vms_admin *ad, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
const char *vms_cstr(struct vms_admin *ad, struct vms_str s);

/* Say why not, and return the exit code.  code: the stable word. */
int vms_refuse(struct vms_admin *ad, int exit_code, const char *code,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
int vms_refuse_err(struct vms_admin *ad, const struct vms_err *err);

/* The DN of an object: where it is, or where it would be made. */
struct vms_str vms_dn_of(struct vms_admin *ad, const char *noun,
    struct vms_str name);
/* "KIND:NAME" of a DN, the DN itself for what is none of ours. */
struct vms_str vms_name_of(struct vms_admin *ad, struct vms_str dn);
/* The object, or NULL after `no-such-…` was said (exit 1). */
const struct vms_item *vms_find(struct vms_admin *ad, const char *noun,
    const char *name);
/* vmsParameter of the policy; dflt if there is none. */
struct vms_str vms_parameter(struct vms_admin *ad, const char *name,
    const char *dflt);
/* The model of the estate as it is. */
const struct vms_model *vms_admin_model(struct vms_admin *ad);

/* A line of the audit for what is no change of ours: a password was set. */
void vms_audit_text(struct vms_admin *ad, const char *op, struct vms_str dn);

/* Tables of commands, one for each file of verbs. */
extern const struct vms_cmd vms_user_cmds[], vms_access_cmds[],
    vms_userrole_cmds[], vms_object_cmds[], vms_grant_cmds[],
    vms_role_cmds[], vms_policy_cmds[], vms_init_cmds[], vms_passwd_cmds[],
    vms_duplicate_cmds[], vms_invite_cmds[], vms_license_cmds[],
    vms_gc_cmds[], vms_recorder_report_cmds[], vms_lint_cmds[],
    vms_report_cmds[], vms_import_cmds[], vms_export_cmds[];

#endif
