/* SPDX-License-Identifier: MIT */
/*
 * The store: what the feed told us, on disk, in LMDB.
 *
 * Two environments in one folder (0700): the replica with its cookie, changed
 * by one transaction for each phase, and a small table of keys and values for
 * the engine, whose writes must not wait for a phase.  A format that is not
 * ours, or a file that is broken, is renamed away and kept, and an empty store
 * made.  Knows no policy: what may be removed is its caller's matter.
 *
 * One thread.  Errors: LIMIT when store.max_size_mb or the disk is full,
 * SYSTEM else; after an error the open transaction is gone and the last
 * committed state stands.
 */
#ifndef VMS_STORE_H
#define VMS_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libvms/bounds.h"
#include "libvms/buf.h"
#include "libvms/entry.h"
#include "libvms/err.h"
#include "libvms/str.h"

#define VMS_STORE_FORMAT 1
#define VMS_STORE_DEPARTED_S (400LL * 86400)	/* how long we remember */

struct vms_store;	/* opaque */

/* What happened to an earlier store.  aside is "" if nothing did. */
struct vms_store_report {
	char aside[VMS_PATH_MAX];	/* the folder's new name */
	char why[240];
};

/* dir is made if absent (its parent is not).  max_mb: size of the replica at
 * most.  0, or -1 with SYSTEM; *out must be closed. */
int vms_store_open(const char *dir, int64_t max_mb, struct vms_store **out,
    struct vms_store_report *report, struct vms_err *err);
/* An open transaction is dropped.  NULL is fine. */
void vms_store_close(struct vms_store *st);
/* Attributes that hold a user's login name and uid, for the memory of the
 * departed; "uid" and "uidNumber" unless set.  Copied. */
int vms_store_set_names(struct vms_store *st, struct vms_str user_name,
    struct vms_str uid, struct vms_err *err);

/* About the replica as a whole.  Zeroed for an empty store. */
struct vms_store_meta {
	uint64_t generation;	/* of the published model */
	uint64_t scope;		/* vms_sync_scope_hash() it was asked with */
	int64_t complete_at;	/* wall s: end of the last whole phase */
	int64_t fresh_at;	/* wall s: server's contextCSN last equalled
				 * ours */
	int64_t time_floor;	/* wall s: largest ever seen */
	char cookie[VMS_COOKIE_MAX + 1];	/* "" : none */
	char server[VMS_URI_MAX + 1];	/* it came from there */
};

/* As of the open transaction if there is one, else as committed. */
int vms_store_get_meta(struct vms_store *st, struct vms_store_meta *meta,
    struct vms_err *err);
/* Write it: into the open transaction if there is one, else at once. */
int vms_store_put_meta(struct vms_store *st,
    const struct vms_store_meta *meta, struct vms_err *err);

/* The transaction of a phase.  begin does nothing if one is open; the others
 * begin one if none is.  It stays open between events; reading goes on beside
 * it.  put clears a held mark. */
int vms_store_begin(struct vms_store *st, struct vms_err *err);
int vms_store_put(struct vms_store *st, const struct vms_entry *e,
    struct vms_err *err);
/* Forget the entry and remember the departed.  Fine if it is not there.
 * now: wall s. */
int vms_store_remove(struct vms_store *st, const uint8_t uuid[VMS_UUID_LEN],
    int64_t now, struct vms_err *err);
/* Mark an inferred absence that is not believed yet (or, held_since 0, clear
 * the mark). */
int vms_store_hold(struct vms_store *st, const uint8_t uuid[VMS_UUID_LEN],
    int64_t held_since, struct vms_err *err);
/* All of it, or on error nothing. */
int vms_store_commit(struct vms_store *st, struct vms_err *err);
void vms_store_abort(struct vms_store *st);
bool vms_store_is_open(const struct vms_store *st);	/* a transaction */

/* Questions; they see the open transaction if there is one. */
struct vms_store_item {
	uint8_t uuid[VMS_UUID_LEN];
	int64_t held_since;	/* 0: not held */
	struct vms_str dn;	/* as sent */
	struct vms_str csn;	/* its entryCSN, may be empty */
	struct vms_rd entry;	/* for vms_entry_decode() */
};
/* 1 and *out, 0 if absent, -1.  Strings are borrowed until the next call. */
int vms_store_find(struct vms_store *st, const uint8_t uuid[VMS_UUID_LEN],
    struct vms_store_item *out, struct vms_err *err);
/* Whether entries stand below this DN (may say yes too often, never no). */
int vms_store_below(struct vms_store *st, struct vms_str dn, bool *yes,
    struct vms_err *err);
/* Call fn for every entry, in UUID order, until it returns other than 0,
 * which is then returned (-1: fn filled err).  Items are borrowed for that
 * call.  committed: the last committed state, even while a transaction is
 * open.  fn must not write to the store. */
typedef int vms_store_fn(void *arg, const struct vms_store_item *item,
    struct vms_err *err);
int vms_store_each(struct vms_store *st, bool committed, vms_store_fn *fn,
    void *arg, struct vms_err *err);
/* Whether an entry has this DN as a value, spelled as there but for case. */
int vms_store_names(struct vms_store *st, struct vms_str dn, bool *yes,
    struct vms_err *err);
int vms_store_count(struct vms_store *st, uint64_t *n, struct vms_err *err);

/* Those who left within VMS_STORE_DEPARTED_S. */
struct vms_store_departed {
	uint8_t uuid[VMS_UUID_LEN];
	int64_t when;		/* wall s */
	struct vms_str dn, name, uid, csn;	/* last known; may be empty */
};
int vms_store_departed_find(struct vms_store *st,
    const uint8_t uuid[VMS_UUID_LEN], struct vms_store_departed *out,
    struct vms_err *err);
typedef int vms_store_departed_fn(void *arg,
    const struct vms_store_departed *d, struct vms_err *err);
int vms_store_departed_each(struct vms_store *st, vms_store_departed_fn *fn,
    void *arg, struct vms_err *err);
/* One (adopted), or NULL: all who left longer ago than we remember. */
int vms_store_departed_forget(struct vms_store *st,
    const uint8_t *uuid, int64_t now, struct vms_err *err);

/* The engine's own table: keys up to 400 bytes, each write durable at once
 * and apart from the phase. */
int vms_store_kv_put(struct vms_store *st, struct vms_str key,
    struct vms_str value, struct vms_err *err);
int vms_store_kv_del(struct vms_store *st, struct vms_str key,
    struct vms_err *err);
/* 1 and the value appended to w, 0 if absent, -1. */
int vms_store_kv_get(struct vms_store *st, struct vms_str key,
    struct vms_wr *w, struct vms_err *err);
typedef int vms_store_kv_fn(void *arg, struct vms_str key,
    struct vms_str value, struct vms_err *err);
/* Every key with this prefix, in byte order; as vms_store_each(). */
int vms_store_kv_each(struct vms_store *st, struct vms_str prefix,
    vms_store_kv_fn *fn, void *arg, struct vms_err *err);

#endif
