/* SPDX-License-Identifier: MIT */
/*
 * The published file's records: structs to bytes and back.  doc/SNAPSHOT.md
 * draws them.  The file around them is tinycdb's; vmsd/cdbfile.c writes it and
 * nss_vms/reader.c finds records in it.  Pure.
 *
 * A decoder believes nothing: whatever the bytes say, it never yields a uid
 * below VMS_UID_FLOOR, a gid below VMS_GID_FLOOR, a root-equivalent name, or a
 * string that would break a line of passwd(5).
 */
#ifndef VMS_SNAPSHOT_H
#define VMS_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libvms/bounds.h"
#include "libvms/buf.h"
#include "libvms/entry.h"
#include "libvms/name.h"
#include "libvms/str.h"

#define VMS_SNAP_VERSION 1

/* A key is one of these and a name, an id or an ordinal (u32). */
enum vms_snap_kind {
	VMS_SNAP_HEADER = 'H',
	VMS_SNAP_USER = 'P',		/* name -> user */
	VMS_SNAP_UID = 'U',		/* uid -> the same user */
	VMS_SNAP_GROUP = 'G',		/* name -> group */
	VMS_SNAP_GID = 'I',		/* gid -> the same group */
	VMS_SNAP_GIDS = 'M',		/* user's name -> his gids */
	VMS_SNAP_OURS = 'N',		/* name -> nothing: ours, not served */
	VMS_SNAP_NTH_USER = 'p',	/* ordinal -> user's name */
	VMS_SNAP_NTH_GROUP = 'g'	/* ordinal -> group's name */
};

#define VMS_SNAP_KEY_MAX (1 + VMS_NAME_MAX)
#define VMS_SNAP_HEADER_LEN 64
/* The header is the first record, so its bytes lie here in every file: after
 * cdb's table of contents, two lengths and the key. */
#define VMS_SNAP_HEADER_AT (2048 + 8 + 1)
#define VMS_SNAP_USER_HEAD 32
#define VMS_SNAP_GROUP_HEAD 28
/* The largest user record, bytes. */
#define VMS_SNAP_USER_MAX (VMS_SNAP_USER_HEAD + VMS_LOGIN_MAX + \
    VMS_GECOS_MAX + 2 * VMS_PATH_MAX + 4)
/* The whole file, bytes: a hundred times a large estate; cdb stops at 4 GiB. */
#define VMS_SNAP_FILE_MAX (1024U * 1024U * 1024U)

struct vms_snap_header {
	uint64_t generation;
	int64_t created_s;		/* wall clock of the writer */
	uint64_t file_size;		/* of the finished file */
	uint32_t n_users, n_groups, n_ours;
	uint32_t min_id, max_id;	/* ids of this range are ours */
	bool enumerate;
};

/* Strings are NUL-ended and lie in the record, in this order. */
struct vms_snap_user {
	const uint8_t *uuid;		/* VMS_UUID_LEN bytes, borrowed */
	uint32_t uid, gid;
	bool disabled;
	struct vms_str name, gecos, home, shell;
};

/* What precedes a group's strings: its name and n_members more. */
struct vms_snap_group {
	uint8_t uuid[VMS_UUID_LEN];
	uint32_t gid;
	uint32_t n_members;
	uint32_t text_len;		/* bytes of all strings, NULs too */
};

/* Compose a key in buf (VMS_SNAP_KEY_MAX bytes); its length, or 0 if the name
 * is too long. */
size_t vms_snap_key_name(enum vms_snap_kind kind, struct vms_str name,
    uint8_t *buf);
size_t vms_snap_key_id(enum vms_snap_kind kind, uint32_t id, uint8_t *buf);

void vms_snap_put_header(struct vms_wr *w, const struct vms_snap_header *h);
void vms_snap_put_user(struct vms_wr *w, const struct vms_snap_user *u);
void vms_snap_put_group(struct vms_wr *w, const uint8_t uuid[VMS_UUID_LEN],
    uint32_t gid, struct vms_str name, const struct vms_str *members,
    uint32_t n_members);
void vms_snap_put_gids(struct vms_wr *w, const uint32_t *gids, uint32_t n);

/* Each: 0, or -1 (then *out is zeroed) for bytes that are not a record which
 * this version writes. */
int vms_snap_get_header(const void *rec, size_t len,
    struct vms_snap_header *out);
int vms_snap_get_user(const void *rec, size_t len, struct vms_snap_user *out);
/* head: the record's first VMS_SNAP_GROUP_HEAD bytes; len: of the record. */
int vms_snap_get_group(const uint8_t *head, size_t len,
    struct vms_snap_group *out);
/*
 * Check a group's strings, which lie at text wherever the caller put them, and
 * point at them: *name, and members[0 .. n_members - 1].
 */
int vms_snap_group_text(char *text, const struct vms_snap_group *g,
    char **name, char **members);
/* Part of a gids record: n gids (4 * n bytes) to out, any number at a time. */
int vms_snap_get_gids(const void *rec, size_t n, uint32_t *out);

#endif
