/* SPDX-License-Identifier: MIT */
/*
 * The published file as a reader sees it: open, find, read, close; no state
 * between, no descriptor kept, no allocation.  libnss_vms.so.2 and pam_vms.so
 * share this object, so that both always mean the same file.
 *
 * A reader lives from open to close on one thread; thread cancellation is held
 * off in between, so that a cancelled thread leaves no descriptor behind.
 */
#ifndef VMS_READER_H
#define VMS_READER_H

#include <stddef.h>
#include <stdint.h>

#include "libvms/snapshot.h"
#include "libvms/str.h"

enum vms_answer {
	VMS_ANSWER_OK = 0,
	VMS_ANSWER_NOT_FOUND,	/* a file that may be believed has no such */
	VMS_ANSWER_ABSENT,	/* no file is published */
	VMS_ANSWER_BUSY,	/* out of descriptors or memory just now */
	VMS_ANSWER_BAD,		/* there, but foreign, unreadable or damaged */
	VMS_ANSWER_SMALL,	/* the caller's buffer does not hold it */
	VMS_ANSWER_FORBIDDEN	/* the caller is not root */
};

/* Fields are the reader's own, but for header. */
struct vms_reader {
	struct vms_snap_header header;
	int fd;
	int cancel_state;
	uint32_t size;			/* of the file */
	uint32_t win_at, win_len;	/* what win holds of the file */
	uint8_t win[512];		/* around the record found last */
	uint8_t toc[2048];		/* cdb's table of contents */
};

/* Where a record's data lie in the file. */
struct vms_found {
	uint32_t at, len;
};

/*
 * Open /run/vmsd/identity.cdb, or where there is none
 * /var/lib/vms/public/identity.cdb.  It must be a regular file of root's with
 * no second link that nobody else can write.  OK, ABSENT, BUSY or BAD; close after
 * OK only.
 */
enum vms_answer vms_reader_open(struct vms_reader *r);
/* As above, on a descriptor that the caller opened and trusts.  It is the
 * reader's then, and closed on failure too. */
enum vms_answer vms_reader_open_fd(struct vms_reader *r, int fd);
void vms_reader_close(struct vms_reader *r);

/* Find a record by its key (vms_snap_key_…).  OK, NOT_FOUND, BUSY or BAD. */
enum vms_answer vms_reader_find(struct vms_reader *r, const uint8_t *key,
    size_t key_len, struct vms_found *out);
/* Read len bytes at an offset of the file.  OK, BUSY or BAD. */
enum vms_answer vms_reader_read(const struct vms_reader *r, uint32_t at,
    void *buf, size_t len);

/* A served user; *out borrows from rec.  OK, NOT_FOUND, BUSY or BAD. */
enum vms_answer vms_reader_user_by_name(struct vms_reader *r,
    struct vms_str name, uint8_t rec[VMS_SNAP_USER_MAX],
    struct vms_snap_user *out);
enum vms_answer vms_reader_user_by_uid(struct vms_reader *r, uint32_t uid,
    uint8_t rec[VMS_SNAP_USER_MAX], struct vms_snap_user *out);

/* Whose a name is, for pam_vms, which has looked in /etc/passwd before. */
enum vms_whose {
	VMS_WHOSE_UNTOLD = 0,	/* no file that may be believed: not a no */
	VMS_WHOSE_SERVED,	/* a user of this host through nss_vms */
	VMS_WHOSE_OURS,		/* the directory's, but not served here */
	VMS_WHOSE_NOT_OURS	/* the file says so */
};
struct vms_whose_facts {
	enum vms_answer answer;		/* how the file was found */
	uint8_t uuid[VMS_UUID_LEN];	/* SERVED: whose name it is */
	uint32_t uid;			/* SERVED: his uid, else 0 */
	struct vms_snap_header header;	/* zero if UNTOLD */
};
/* Opens and closes the file itself.  facts may not be NULL. */
enum vms_whose vms_reader_whose(struct vms_str name,
    struct vms_whose_facts *facts);

#endif
