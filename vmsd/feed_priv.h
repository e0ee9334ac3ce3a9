/* SPDX-License-Identifier: MIT */
/* The feed's state, shared by feed.c (messages) and feed_state.c (age). */
#ifndef VMS_FEED_PRIV_H
#define VMS_FEED_PRIV_H

#include "libvms/arena.h"
#include "vmsd/clock.h"
#include "vmsd/feed.h"
#include "vmsd/ipc.h"
#include "vmsd/store.h"
#include "vmsd/store_sink.h"

struct vms_feed {
	struct vms_engine *e;		/* borrowed */
	struct vms_evchan *sync;	/* NULL: being replaced */
	struct vms_sync_phase *phase;
	struct vms_store_sink sink;
	struct vms_arena scratch;	/* of one event */
	char server[VMS_URI_MAX + 1];
	char problem[600];
	bool heard;			/* anything, since we started */
	bool connected, behind, held;
	bool doubted;			/* the last heartbeat was behind */
	bool begun;			/* the search that runs was sent */
	size_t n_ahead;			/* heartbeats that knew more */
	size_t n_behind;		/* servers behind, one after another */
	struct event *again;		/* asks again after a trouble */
	bool accept;			/* the brake lets the next set pass */
	int64_t fresh_s;		/* wall */
	struct vms_clock clock;
	int64_t server_s;		/* its time is not before this */
	int64_t floor_saved_ms;
	int64_t probe_ms;		/* when a login last tried */
	int64_t answered_ms;		/* when one was last answered */
	int64_t silent_ms;		/* since when none was; 0: not so */
};

/* The feed is complete as of now. */
void vms_feed_note_complete(struct vms_feed *f);
/* A server answers, and this is its contextCSN. */
void vms_feed_note_alive(struct vms_feed *f, struct vms_str csns);
/* Ask sync for the search anew, with START or RESYNC: from the cookie that the
 * store holds, or from nothing. */
int vms_feed_restart(struct vms_feed *f, enum vms_ipc type,
    bool from_nothing, struct vms_err *err);
/* The durable part of it, at start. */
int vms_feed_read_clock(struct vms_feed *f, struct vms_err *err);

#endif
