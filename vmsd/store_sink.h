/* SPDX-License-Identifier: MIT */
/*
 * The phase machine's sink over the store: all of it but the brake, which is
 * the caller's.  Knows no rule of either.
 */
#ifndef VMS_STORE_SINK_H
#define VMS_STORE_SINK_H

#include "vmsd/store.h"
#include "vmsd/sync_phase.h"

struct vms_store_sink {
	struct vms_store *store;	/* borrowed */
	int64_t now;		/* wall s; set before each event */
	uint64_t scope;		/* of the search that runs */
	const char *server;	/* it comes from there; borrowed */
	/* The brake: vms_store_remove() or vms_store_hold() for each one that
	 * is absent.  arg is given back. */
	int (*absent)(void *arg, const struct vms_sync_absent *a,
	    struct vms_err *err);
	/* Entries may have changed without a word (see vacant of the machine's
	 * sink): read all anew, soon.  Cleared by whoever does that. */
	bool doubtful;
	void *arg;
};

/* ss is borrowed for as long as the result is used. */
struct vms_sync_sink vms_store_sink(struct vms_store_sink *ss);

#endif
