/* SPDX-License-Identifier: MIT */
/*
 * What a model is made of.  Included by model_*.c and decide_*.c alone.
 *
 * Every DN that an entry has or names is a node; references are numbers of
 * nodes, and a node that no entry claimed is what a dangling reference points
 * to.  Things are the resources: recorders, cameras, layouts and groups.
 */
#ifndef VMS_MODEL_PRIV_H
#define VMS_MODEL_PRIV_H

#include "libvms/action.h"
#include "libvms/addr.h"
#include "libvms/model.h"
#include "libvms/schedule.h"
#include "libvms/zone.h"

#define NONE UINT32_MAX

enum node_kind {
	NODE_NONE = 0,		/* named only, or ignored where it stands */
	NODE_USER,
	NODE_GROUP,
	NODE_PROFILE,
	NODE_ROLE,
	NODE_GRANT,
	NODE_THING,
	NODE_POOL,
	NODE_SCHEDULE,
	NODE_OTHER
};

struct node {
	struct vms_str ndn;	/* normal form; raw text if it is no DN */
	enum node_kind kind;
	uint32_t index;		/* in the array of its kind; grants: none */
};

/* Numbers of nodes, ascending and unique. */
struct ids {
	const uint32_t *v;
	uint32_t n;
};

/* For each of n things a list of numbers: list[at[i]] to list[at[i + 1]]. */
struct lists {
	const uint32_t *at;
	const uint32_t *list;
};

struct strs {
	const struct vms_str *v;
	uint32_t n;
};

/* vmsNotBefore, vmsNotAfter: from counts, until does not. */
struct bounds {
	bool bad;		/* there, and unreadable */
	bool has_from, has_until;
	int64_t from_s, until_s;
};

enum account_state { STATE_UNREADABLE = 0, STATE_DISABLED, STATE_ENABLED };
enum ip_mode { IP_UNREADABLE = 0, IP_ANY, IP_POOL };

/* What vmsUser says, on the user's own entry or a profile's. */
struct facts {
	enum account_state state;
	enum ip_mode ip_mode;
	bool protected;
	bool has_schedule;
	uint32_t schedule;	/* node; NONE: several, unevaluable */
	struct bounds valid;
	struct ids pools;
	int64_t max_sessions;	/* -1: none */
};

struct user {
	uint8_t uuid[VMS_UUID_LEN];
	struct vms_str dn, name, gecos, home, shell, language;
	struct vms_str stamp;		/* of the password's last change */
	struct strs keys;
	const struct facts *facts;	/* NULL: profile-missing */
	uint32_t node;
	uint32_t uid, gid;
	unsigned int flaws;
	bool own_facts;			/* on the entry itself */
	bool has_own;			/* there, or on a profile of his */
	bool several_facts;		/* more than one profile */
	bool locked;			/* by the server */
	bool only_guessed;		/* for wrong passwords alone */
	bool must_change;
	bool reaches;
	int64_t expires_s;		/* by the server; INT64_MAX: never */
};

struct group {
	uint8_t uuid[VMS_UUID_LEN];
	struct vms_str dn, name;
	uint32_t node, gid;
	unsigned int flaws;
	struct ids members;
	struct strs member_uids;	/* during the build */
};

struct profile {
	struct vms_str dn;
	struct facts facts;
	struct ids subjects;
};

struct role {
	uint8_t uuid[VMS_UUID_LEN];
	struct vms_str dn, name, unix_group;
	uint32_t node, gid;
	unsigned int flaws;		/* of unix_group and gid */
	struct ids parents;
	struct vms_action_set actions;	/* parents' included */
	bool whole;			/* nothing unknown or lost in it */
	bool rank_known;
	int64_t rank;
	bool is_owner;			/* cn=nx.owner */
};

enum cond {
	COND_IP = 1 << 0,
	COND_SCHEDULE = 1 << 1,
	COND_SERVICE = 1 << 2,
	COND_APPROVAL = 1 << 3,
	COND_VALIDITY = 1 << 4,
	COND_ARCHIVE_AGE = 1 << 5,
	COND_BREAK_GLASS = 1 << 6,
	COND_DISABLED = 1 << 7,
	COND_UNKNOWN = 1 << 8
};

struct grant {
	struct vms_str dn, name;
	uint32_t node;
	uint32_t role;			/* node; NONE: not a role grant */
	uint32_t schedule;		/* node; NONE: none or several */
	unsigned int conds;		/* of enum cond */
	bool allow;
	bool is_role;
	bool everyone;
	bool scope_all;
	bool cascade;
	bool malformed;
	bool every_action;		/* a denial that names none it knows */
	bool lost_target;		/* some target is not in the data */
	bool lost_subject;
	bool bad_age;
	struct vms_action_set actions;
	struct ids subjects, targets, pools, approvers;
	struct strs services;
	struct bounds valid;
	int64_t max_age_s;		/* -1: none */
};

struct thing {
	struct vms_str dn, name;
	enum vms_kind kind;
	uint32_t node;
	uint32_t home;			/* node of a camera's recorder; NONE */
	bool enabled;
	bool has_zone;
	const struct vms_zone *zone;	/* NULL with has_zone: unknown */
	struct ids members;
};

struct pool {
	struct vms_str dn;
	const struct vms_range *ranges;
	uint32_t n_ranges;
};

struct timetable {
	struct vms_str dn;
	struct vms_schedule schedule;
	bool bad;			/* an exception that is unreadable */
	bool has_zone;
	const struct vms_zone *zone;	/* NULL with has_zone: unknown */
};

/* Licences of one user and level. */
struct license {
	uint32_t node;			/* the user's */
	int64_t level, assigned, active;
};

struct message {
	struct vms_str key, language, text;
};

struct policy {
	struct vms_str dn;
	struct vms_str layout_mode;
	struct vms_override *params;	/* of vmsParameter */
	uint32_t n_params;
	struct message *messages;
	uint32_t n_messages;
};

/* A name in one of the sorted tables. */
struct name {
	struct vms_str name;
	enum vms_kind kind;		/* NONE for users */
	uint32_t index;
};

struct vms_model {
	struct vms_arena arena;
	struct node *nodes;
	struct user *users;
	struct group *groups;
	struct profile *profiles;
	struct role *roles;
	struct grant *grants;		/* by name: earlier is smaller */
	struct thing *things;
	struct pool *pools;
	struct timetable *timetables;
	struct license *licenses;	/* by node, level */
	struct vms_finding *findings;
	uint32_t n_nodes, n_users, n_groups, n_profiles, n_roles, n_grants,
	    n_things, n_pools, n_timetables, n_licenses, n_findings;
	struct policy policy;		/* zeros if there is none */

	struct name *user_names, *thing_names;
	uint32_t n_user_names, n_thing_names;
	uint32_t *by_uuid;		/* users, by UUID */

	struct lists user_groups, group_groups;	/* direct ones around */
	struct lists thing_holders;		/* groups, layouts around */
	struct lists role_children;		/* roles that inherit */
	struct lists user_grants, group_grants;
	const uint32_t *everyone;		/* grants for all */
	uint32_t n_everyone;
	struct vms_posix posix;
};

/* Lookups used by the build and the decision. */
uint32_t vms_model_thing_by_name(const struct vms_model *m,
    enum vms_kind kind, struct vms_str name);	/* NONE; several: NONE */
const struct thing *vms_model_thing_of_node(const struct vms_model *m,
    uint32_t node);				/* NULL */
const struct role *vms_model_role_of(const struct vms_model *m,
    const struct grant *g);			/* NULL */
bool vms_ids_have(struct ids ids, uint32_t id);

#endif
