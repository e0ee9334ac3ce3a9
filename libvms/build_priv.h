/* SPDX-License-Identifier: MIT */
/* The builder of a model: shared by model_build.c and its helpers alone. */
#ifndef VMS_BUILD_PRIV_H
#define VMS_BUILD_PRIV_H

#include "libvms/model_priv.h"

/* A growing array on the heap, moved to the arena at the end. */
struct vec {
	void *p;		/* owned */
	uint32_t n, cap;
};

struct vms_model_builder {
	struct vms_model *m;		/* owned, its arena takes what stays */
	const struct vms_model_params *params;
	struct vms_attr_map map;	/* defaults filled in */
	struct vms_arena scratch;	/* of one entry */
	struct vms_str users_base, groups_base, policy_base, factless_base;
	struct vec nodes, users, groups, profiles, roles, grants, things,
	    pools, timetables, licenses, findings, user_names, thing_names;
	uint32_t *slots;		/* owned; hash of nodes by ndn */
	uint32_t n_slots;
	bool oom;			/* from now on nothing works */
};

/* A zeroed element at the end; NULL (and b->oom) when out of memory. */
void *vms_build_push(struct vms_model_builder *b, struct vec *v, size_t size);
/* The node of a DN as sent; NONE when out of memory. */
uint32_t vms_build_node(struct vms_model_builder *b, struct vms_str dn);
/* The node if any entry names or has that DN, else NONE. */
uint32_t vms_build_find_node(struct vms_model_builder *b, struct vms_str dn);
struct vms_str vms_build_str(struct vms_model_builder *b, struct vms_str s);
void *vms_build_alloc(struct vms_model_builder *b, size_t n, size_t size);

/* Note something to mend.  attr may be NULL. */
void vms_build_find(struct vms_model_builder *b, const char *code,
    struct vms_str dn, const char *attr, bool degrades, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));

/* Reading attributes of one entry (model_read.c). */
struct strs vms_read_all(const struct vms_entry *e, const char *attr);
/* The only value, trimmed; -1 if there is none (empty counts as none), -2 if
 * there are several. */
int vms_read_one(const struct vms_entry *e, const char *attr,
    struct vms_str *val);
/* Whether the only value is this word, without case. */
bool vms_read_is(const struct vms_entry *e, const char *attr,
    const char *word);
/* Whether any value is. */
bool vms_read_has(const struct vms_entry *e, const char *attr,
    const char *word);
struct ids vms_read_refs(struct vms_model_builder *b,
    const struct vms_entry *e, const char *attr);
/* One reference; NONE if there is none, or several (*several). */
uint32_t vms_read_ref(struct vms_model_builder *b, const struct vms_entry *e,
    const char *attr, bool *several);
struct strs vms_read_strs(struct vms_model_builder *b,
    const struct vms_entry *e, const char *attr);
struct vms_str vms_read_str(struct vms_model_builder *b,
    const struct vms_entry *e, const char *attr);	/* first, or empty */
struct bounds vms_read_bounds(struct vms_model_builder *b,
    const struct vms_entry *e, bool degrades);
/* A number; -1 if absent, -2 if there is no telling. */
int64_t vms_read_count(const struct vms_entry *e, const char *attr);
/* The naming value: the cn of the RDN, else the first cn, else the RDN. */
struct vms_str vms_read_name(struct vms_model_builder *b,
    const struct vms_entry *e);
/* The words of vmsAction; false if one of them means nothing. */
bool vms_read_actions(struct vms_model_builder *b, const struct vms_entry *e,
    const char *code, bool degrades, struct vms_action_set *set);
/* vmsTimeZone: true if there is one, *zone NULL if it is unknown. */
bool vms_read_zone(struct vms_model_builder *b, const struct vms_entry *e,
    const struct vms_zone **zone);

/* Take one entry in (model_user.c, …); node is its own. */
void vms_take_user(struct vms_model_builder *b, const struct vms_entry *e,
    uint32_t node);
void vms_take_profile(struct vms_model_builder *b, const struct vms_entry *e,
    uint32_t node);
void vms_take_group(struct vms_model_builder *b, const struct vms_entry *e,
    uint32_t node);
void vms_take_role(struct vms_model_builder *b, const struct vms_entry *e,
    uint32_t node);
void vms_take_grant(struct vms_model_builder *b, const struct vms_entry *e,
    uint32_t node);
void vms_take_thing(struct vms_model_builder *b, const struct vms_entry *e,
    uint32_t node, enum vms_kind kind);
void vms_take_pool(struct vms_model_builder *b, const struct vms_entry *e,
    uint32_t node);
void vms_take_schedule(struct vms_model_builder *b,
    const struct vms_entry *e, uint32_t node);
void vms_take_policy(struct vms_model_builder *b, const struct vms_entry *e,
    uint32_t node);
void vms_take_assignment(struct vms_model_builder *b,
    const struct vms_entry *e);
void vms_take_case(struct vms_model_builder *b, const struct vms_entry *e);

/* After the last entry, in this order; each may set b->oom. */
void vms_link_names(struct vms_model_builder *b);	/* model_names.c */
void vms_link_users(struct vms_model_builder *b);	/* model_user.c */
void vms_link_groups(struct vms_model_builder *b);	/* model_group.c */
void vms_link_roles(struct vms_model_builder *b);	/* model_role.c */
void vms_link_things(struct vms_model_builder *b);	/* model_thing.c */
void vms_link_licenses(struct vms_model_builder *b);	/* model_policy.c */
void vms_link_grants(struct vms_model_builder *b);	/* model_grant.c */
void vms_link_posix(struct vms_model_builder *b);	/* model_posix.c */
void vms_lint_model(struct vms_model_builder *b);	/* model_lint.c */

/* Pairs (row, value) into lists by row, values ascending; the pairs are
 * sorted in place. */
struct pair {
	uint32_t row, value;
};
void vms_link_pairs(struct vms_model_builder *b, struct vec *pairs,
    uint32_t n_rows, struct lists *out);
/* Whether the DN of a node is a direct child of a container of the policy:
 * "cameras". */
bool vms_build_lies_in(const struct vms_model_builder *b, uint32_t node,
    const char *container);

#endif
