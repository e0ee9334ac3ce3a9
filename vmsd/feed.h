/* SPDX-License-Identifier: MIT */
/*
 * From the sync role's messages to the store: drives the phase machine, keeps
 * the brake, knows how old the snapshot is.
 */
#ifndef VMS_FEED_H
#define VMS_FEED_H

#include <stdbool.h>
#include <stdint.h>

#include "libvms/err.h"
#include "vmsd/sync_phase.h"

struct vms_clock;
struct vms_engine;
struct vms_feed;

/* NULL with SYSTEM or what the store says. */
struct vms_feed *vms_feed_new(struct vms_engine *e, struct vms_err *err);
void vms_feed_free(struct vms_feed *f);
/* The sync role, or its replacement.  Takes fd. */
int vms_feed_set_peer(struct vms_feed *f, int fd, struct vms_err *err);
/* The configuration has changed: another scope is asked for from nothing. */
int vms_feed_reload(struct vms_feed *f, struct vms_err *err);

enum vms_feed_state {
	VMS_FEED_STARTING = 0,	/* nothing heard yet */
	VMS_FEED_AWAY,		/* no server answers */
	VMS_FEED_REFRESHING,
	VMS_FEED_CONNECTED,	/* changes come as they happen */
	VMS_FEED_BEHIND,	/* the server knows less than we do */
	VMS_FEED_HELD		/* a fresh set waits for an administrator */
};

struct vms_feed_status {
	enum vms_feed_state state;
	const char *server;	/* URI, or "" */
	const char *problem;	/* of the last failure, with what to do */
	int64_t fresh_s;	/* wall: last known to be complete; 0 never */
	int64_t age_s;		/* since then, never negative; -1: never */
	bool stale;		/* decide as with the directory away */
	bool clock_untrusted;	/* see clock.h */
	struct vms_sync_stats phase;
};
struct vms_feed_status vms_feed_status(struct vms_feed *f);
/* Entries in the store, and how many of them the brake holds; reads it all. */
void vms_feed_count(struct vms_feed *f, uint64_t *entries, uint32_t *held);
/* The wall clock as of now, and whether it may be believed; borrowed. */
const struct vms_clock *vms_feed_clock(struct vms_feed *f);
/* Once a second: the clock's floor. */
void vms_feed_tick(struct vms_feed *f);
const char *vms_feed_state_name(enum vms_feed_state state);

/* Whether a login should ask the directory at all: false while it is known
 * to be away.  Lets one through now and then, to find out. */
bool vms_feed_may_ask(struct vms_feed *f);
/* A login found out. */
void vms_feed_heard(struct vms_feed *f, bool answered);

/* vmsctl sync: "refresh" asks for everything anew; "accept" takes what is
 * held, "reject" goes on without; "clock" takes the wall clock as it is.  -1
 * with MALFORMED (no such word),
 * NOT_FOUND (nothing is held), UNAVAILABLE (no sync role). */
int vms_feed_command(struct vms_feed *f, struct vms_str word,
    struct vms_err *err);

#endif
