/* SPDX-License-Identifier: MIT */
/*
 * The phase machine: RFC 4533 events in, changes of the replica out.  Pure;
 * it reaches the replica through the caller's functions, and no event blocks.
 *
 *		   BEGIN (no cookie)		  BEGIN (cookie)
 *			|				|
 *			v				v
 *		+---------------+		+---------------+
 *		| FRESH: every	|		| RESUME: id	|
 *		| entry is sent	|		| sets, changes	|
 *		+-------+-------+		+-------+-------+
 *			|    end of phase, refreshDone  |
 *			+---------->+---------+<--------+
 *				    | PERSIST |  each change is a commit
 *				    +---------+
 *
 * Nothing is kept of a refresh that does not reach its end.  What a server
 * does not say outright, it may mean: a renamed or moved container sends no
 * word of what is below it.  Wherever the replica could then be wrong, the
 * answer is VMS_SYNC_FULL: start again without a cookie, into a fresh set.
 *
 * A fresh set replaces the replica only if it does not go back in time:
 * no entry older than ours, none that lacks though it was written after
 * all that the server knows of, and none of the departed back unchanged.
 * Otherwise VMS_SYNC_HELD, and what we have stays.
 */
#ifndef VMS_SYNC_PHASE_H
#define VMS_SYNC_PHASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libvms/arena.h"
#include "libvms/entry.h"
#include "libvms/err.h"
#include "libvms/str.h"
#include "vmsd/sync_csn.h"
#include "vmsd/sync_event.h"

/* What the caller does next. */
enum vms_sync_next {
	VMS_SYNC_GO_ON = 0,
	VMS_SYNC_CHANGED,	/* sink.commit was called: a complete state.
				 * Several may come in a row; rebuild once */
	VMS_SYNC_FULL,		/* send SYNC_RESYNC with an empty cookie */
	VMS_SYNC_BEHIND,	/* keep all, send SYNC_NEXT, then SYNC_START
				 * with our cookie; when every server is
				 * behind: SYNC_RESYNC with an empty cookie,
				 * which is held unless it takes nothing back */
	VMS_SYNC_HELD,		/* fresh set goes back in time: keep all, tell
				 * the administrator.  vms_sync_phase_accept()
				 * and SYNC_RESYNC empty to take it */
	VMS_SYNC_LOST,		/* search ended: SYNC_START with our cookie;
				 * the role does the waiting */
	VMS_SYNC_BROKEN		/* a sink function failed (err) or the events
				 * make no sense: rolled back; SYNC_RESYNC with
				 * the committed cookie */
};

enum vms_sync_stage {
	VMS_STAGE_IDLE = 0,	/* no search */
	VMS_STAGE_FRESH,
	VMS_STAGE_RESUME,
	VMS_STAGE_PERSIST
};

/* Everything that a stage found absent, once it is over. */
struct vms_sync_absent {
	const uint8_t (*uuids)[VMS_UUID_LEN];
	size_t n;
	bool fresh;		/* by a fresh set, else by a present phase */
};

/* The replica, as the machine needs it.  find and below see what upsert and
 * remove did before.  All return -1 with err on failure, which is passed on
 * as BROKEN after rollback. */
struct vms_sync_sink {
	void *arg;
	/* 0: never seen, 1: we have it, 2: departed.  dn, csn borrowed until
	 * the next call. */
	int (*find)(void *arg, const uint8_t uuid[VMS_UUID_LEN],
	    struct vms_str *dn, struct vms_str *csn, struct vms_err *err);
	int (*below)(void *arg, struct vms_str dn, bool *yes,
	    struct vms_err *err);
	/* Call fn for each entry we hold. */
	int (*each)(void *arg, int (*fn)(void *fn_arg,
	    const uint8_t uuid[VMS_UUID_LEN], struct vms_str csn,
	    struct vms_err *err), void *fn_arg, struct vms_err *err);
	int (*upsert)(void *arg, const struct vms_entry *e,
	    struct vms_err *err);
	/* The server said so outright: at once, no brake. */
	int (*remove)(void *arg, const uint8_t uuid[VMS_UUID_LEN],
	    struct vms_err *err);
	/* Inferred: here the brake decides what to remove, what to hold. */
	int (*absent)(void *arg, const struct vms_sync_absent *a,
	    struct vms_err *err);
	/* All since the last commit, with this cookie (empty: none) in the
	 * place of the old one.  refresh: a whole phase ends; else it may be
	 * put off a little, to take several changes together. */
	int (*commit)(void *arg, struct vms_str cookie, bool refresh,
	    struct vms_err *err);
	/* No entry stands at this DN any more (not in a fresh set).  slapd's
	 * refint then changes the entries that name it and tells nobody: they
	 * keep their entryCSN and no message is sent.  NULL: not of interest.
	 * Called before the change. */
	int (*vacant)(void *arg, struct vms_str dn, struct vms_err *err);
	/* Drop all since the last commit that was not put off. */
	void (*rollback)(void *arg);
};

/* For status and for `vmsctl sync accept`, which names both states. */
struct vms_sync_held {
	uint32_t older;		/* entries older than ours */
	uint32_t lacking;	/* ours that the server never knew */
	uint32_t returned;	/* departed, back unchanged */
	char example[256];	/* DN of the first, cut */
};

struct vms_sync_stats {
	enum vms_sync_stage stage;
	uint64_t entries;	/* received in this stage */
	bool no_csn;		/* an entry came without entryCSN: the account
				 * may not read it, and resumes would silently
				 * miss changes */
	char why[240];		/* of the last FULL, BEHIND, HELD, BROKEN */
	struct vms_sync_held held;
};

struct vms_sync_phase;	/* opaque */

/* sink is copied, its arg borrowed.  NULL when out of memory. */
struct vms_sync_phase *vms_sync_phase_new(const struct vms_sync_sink *sink);
void vms_sync_phase_free(struct vms_sync_phase *ph);
/* The cookie of the committed state (also where SYNC_START will send none).
 * Call it before each SYNC_START and SYNC_RESYNC: a rollback may have undone
 * commits that were put off. */
int vms_sync_phase_set_cookie(struct vms_sync_phase *ph,
    struct vms_str cookie, struct vms_err *err);
/* The next fresh set is taken as it is (`vmsctl sync accept`, or the scope of
 * the search was changed by config). */
void vms_sync_phase_accept(struct vms_sync_phase *ph);
/* One event. */
enum vms_sync_next vms_sync_phase_feed(struct vms_sync_phase *ph,
    const struct vms_sync_event *ev, struct vms_err *err);
/* The search is gone (process lost, restarted): nothing half-done stays. */
void vms_sync_phase_reset(struct vms_sync_phase *ph);
struct vms_sync_stats vms_sync_phase_stats(const struct vms_sync_phase *ph);

#endif
