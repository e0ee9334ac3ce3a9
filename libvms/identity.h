/* SPDX-License-Identifier: MIT */
/*
 * Which users and groups of the directory become users and groups of this
 * host.  Refusing happens here, once, when a generation is built; the lookup
 * serves what is left.  Pure.
 */
#ifndef VMS_IDENTITY_H
#define VMS_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

#include "libvms/arena.h"
#include "libvms/err.h"
#include "libvms/model.h"
#include "libvms/name.h"
#include "libvms/posix.h"
#include "libvms/str.h"

struct vms_id_span {
	uint32_t lo, hi;	/* inclusive */
};

/* What is already taken on this host, read as files by an edge: names and ids
 * of /etc/passwd and /etc/group, spans of /etc/subuid and /etc/subgid. */
struct vms_host_ids {
	const struct vms_str *user_names, *group_names;
	uint32_t n_user_names, n_group_names;
	const struct vms_id_span *uids, *gids;
	uint32_t n_uids, n_gids;
	const struct vms_str *shells;	/* /etc/shells */
	uint32_t n_shells;
};

/* Somebody who was in the directory; empty and 0 where not known. */
struct vms_departed {
	uint8_t uuid[VMS_UUID_LEN];
	struct vms_str dn, name;
	uint32_t uid;
};

struct vms_identity_rules {
	uint32_t min_id, max_id;
	const uint32_t *primary_gids;	/* allowed below min_id */
	uint32_t n_primary_gids;
	bool visible_all;		/* else: who reaches, or was here */
	bool enumerate;
	struct vms_str default_shell;
	struct vms_str nologin_shell;
	struct vms_str home;		/* "/home/%u"; %u name, %U uid, %% */
	struct vms_host_ids host;
	/* Users who once logged in here stay visible. */
	const uint8_t (*known)[VMS_UUID_LEN];
	uint32_t n_known;
	/* Another UUID with what was theirs is left out. */
	const struct vms_departed *departed;
	uint32_t n_departed;
};

struct vms_id_user {
	uint8_t uuid[VMS_UUID_LEN];
	struct vms_str name, gecos, home, shell;
	uint32_t uid, gid;
	bool disabled;
	const uint32_t *gids;		/* supplementary, ascending, unique */
	uint32_t n_gids;
};

struct vms_id_group {
	uint8_t uuid[VMS_UUID_LEN];
	struct vms_str name;
	uint32_t gid;
	const struct vms_str *members;	/* served users only; none for role
					 * groups unless visible_all */
	uint32_t n_members;
};

struct vms_identity {
	const struct vms_id_user *users;	/* by name */
	uint32_t n_users;
	const struct vms_id_group *groups;	/* by name */
	uint32_t n_groups;
	const struct vms_finding *findings;	/* who was left out, and why */
	uint32_t n_findings;
	/* Names that are ours though they are not served here (no grant that
	 * reaches, left out): pam_vms must not take them for strangers. */
	const struct vms_str *ours;
	uint32_t n_ours;
	/* Users left out as identity-reused: every decision denies them. */
	const uint8_t (*reused)[VMS_UUID_LEN];
	uint32_t n_reused;
};

/*
 * Judge.  prev is the identity published before (NULL: none): of duplicates
 * the UUID already published keeps name and id.  *out and all it holds come
 * from arena and borrow strings from in.  0, or -1 with SYSTEM.
 */
int vms_identity_build(const struct vms_posix *in,
    const struct vms_identity_rules *rules, const struct vms_identity *prev,
    struct vms_arena *arena, struct vms_identity *out, struct vms_err *err);

#endif
