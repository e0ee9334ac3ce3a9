/* SPDX-License-Identifier: MIT */
/*
 * The model: one complete state of the directory's VMS part, built aside from
 * entries, then immutable, then freed whole.  Building never fails because of
 * what the data says: what is wrong is left out or made to deny, and named in
 * a finding.  Pure.
 */
#ifndef VMS_MODEL_H
#define VMS_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libvms/arena.h"
#include "libvms/decide.h"
#include "libvms/entry.h"
#include "libvms/err.h"
#include "libvms/posix.h"
#include "libvms/str.h"
#include "libvms/zone.h"

/* How this host reads the directory.  Zeroed: as --ldif does, by object class
 * over the whole file.  All borrowed until the builder is finished. */
struct vms_model_params {
	struct vms_str users_base;	/* DNs; empty: anywhere */
	struct vms_str groups_base;
	struct vms_str policy_base;
	struct vms_str factless_base;	/* empty: none */
	struct vms_str recorder;	/* cn of this host's, for reach and role
					 * groups; empty: none */
	/* Names of mapped attributes; empty fields mean the default. */
	struct vms_attr_map {
		struct vms_str user_name;	/* uid */
		struct vms_str uid;		/* uidNumber */
		struct vms_str gid;		/* gidNumber */
		struct vms_str gecos;		/* gecos, else cn */
		struct vms_str home;		/* homeDirectory */
		struct vms_str shell;		/* loginShell */
		struct vms_str group_name;	/* cn */
		struct vms_str group_gid;	/* gidNumber */
		struct vms_str member;		/* member */
		struct vms_str member_uid;	/* memberUid */
		struct vms_str ssh_key;		/* sshPublicKey */
	} map;
	const struct vms_zones *zones;	/* outlives the model */
	/* People known to have had facts once: the profile for those without
	 * (factless_base) never serves them.  In any order. */
	const uint8_t (*had_facts)[VMS_UUID_LEN];
	uint32_t n_had_facts;
	bool posix;			/* fill vms_model_posix() */
};

struct vms_model_builder;
struct vms_model;

/* NULL when out of memory. */
struct vms_model_builder *vms_model_builder_new(
    const struct vms_model_params *params);
/* Take one entry in; everything kept is copied.  0, or -1 with SYSTEM (out of
 * memory), after which the builder can only be freed. */
int vms_model_builder_add(struct vms_model_builder *b,
    const struct vms_entry *e, struct vms_err *err);
/* Resolve references and hand the model over; frees the builder either way.
 * NULL with SYSTEM. */
struct vms_model *vms_model_builder_finish(struct vms_model_builder *b,
    struct vms_err *err);
void vms_model_builder_free(struct vms_model_builder *b);
void vms_model_free(struct vms_model *m);

/* Something that an administrator should mend. */
struct vms_finding {
	struct vms_str code;	/* stable word: "grant-target-dangling" */
	struct vms_str dn;
	struct vms_str attr;	/* may be empty */
	struct vms_str text;	/* what it means, one line */
	bool degrades;		/* status says policy-degraded */
};
const struct vms_finding *vms_model_findings(const struct vms_model *m,
    uint32_t *n);

/* Counts for status. */
struct vms_model_counts {
	uint32_t users, groups, roles, grants, recorders, cameras,
	    cameragroups, layouts, pools, schedules;
};
struct vms_model_counts vms_model_counts(const struct vms_model *m);

/* The POSIX side (empty unless params.posix). */
struct vms_posix vms_model_posix(const struct vms_model *m);

/* One user by login name (any case) or by UUID.  -1: none, or the name is
 * ambiguous (then *ambiguous is true; may be NULL). */
int vms_model_user_by_name(const struct vms_model *m, struct vms_str name,
    uint32_t *index, bool *ambiguous);
int vms_model_user_by_uuid(const struct vms_model *m,
    const uint8_t uuid[VMS_UUID_LEN], uint32_t *index);
/* What others ask of a user; borrowed from m. */
struct vms_user_view {
	const uint8_t *uuid;
	struct vms_str dn, name;
	uint32_t uid, gid;		/* 0 where there is none */
	struct vms_str language;	/* preferredLanguage */
	const struct vms_str *ssh_keys;
	uint32_t n_ssh_keys;
	bool must_change;		/* pwdReset and the like */
	bool blocked;			/* locked, disabled, without facts */
	struct vms_str stamp;		/* when the password was changed, as
					 * the directory says; may be empty */
	bool own_facts;			/* vmsUser, or a profile that names
					 * him: to be remembered */
	int64_t max_sessions;		/* -1: none */
};
struct vms_user_view vms_model_user(const struct vms_model *m,
    uint32_t index);

/* Names (cn) of the roles that the user holds here through an allow grant
 * which reaches `recorder`, conditions ignored; highest rank first, then by
 * name.  In scratch; *n 0 if none or out of memory. */
const struct vms_str *vms_model_user_roles(const struct vms_model *m,
    uint32_t index, struct vms_str recorder, struct vms_arena *scratch,
    uint32_t *n);

/* The user-visible text for a message key in a language ("de"), from the
 * policy, else the compiled default. */
struct vms_str vms_model_message(const struct vms_model *m,
    struct vms_str key, struct vms_str language);
/* A vmsParameter of the policy; -1 if not set. */
int vms_model_parameter(const struct vms_model *m, struct vms_str name,
    struct vms_str *value);
/* Whether the named recorder is in the data and enabled. */
bool vms_model_recorder_known(const struct vms_model *m, struct vms_str cn);

#endif
