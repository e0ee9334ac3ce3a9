/* SPDX-License-Identifier: MIT */
/*
 * Whether the wall clock may be believed, and how old things are.
 *
 * A recorder may start with a dead battery in 1970, or have its clock set
 * back so that what is too old looks young again.  Two things bound the wall
 * clock from below: a floor that is kept on disk, the largest time ever
 * believed, and CLOCK_BOOTTIME, which runs on from the last moment that was
 * believed.  A server's clock never moves the floor; what a server is known
 * to have written already says that ours is behind.  Pure.
 */
#ifndef VMS_CLOCK_H
#define VMS_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Steps back that are NTP's work. */
#define VMS_CLOCK_SLACK_S 60
/* A server whose last write lies further ahead than this has another time. */
#define VMS_CLOCK_FAR_S 300
/* Further ahead of all we know than this, with no server there, is no time. */
#define VMS_CLOCK_AHEAD_S (INT64_C(30) * 86400)

enum vms_clock_state {
	VMS_CLOCK_UNREAD = 0,	/* not believed: nothing was read yet */
	VMS_CLOCK_TRUSTED,
	VMS_CLOCK_BACK,		/* below the floor, or stepped back */
	VMS_CLOCK_AHEAD,	/* far ahead, and no server to bear it out */
	VMS_CLOCK_SERVER	/* behind what the server has written */
};

struct vms_clock {
	int64_t floor_s;	/* keep this; 0: none yet */
	int64_t anchor_s, anchor_boot_s;	/* of one moment believed */
	bool anchored;
	enum vms_clock_state state;
	int64_t now_s;		/* as of the last reading: no earlier than
				 * what is certain; for ages */
};

struct vms_clock_reading {
	int64_t wall_s;		/* CLOCK_REALTIME */
	int64_t boot_s;		/* CLOCK_BOOTTIME */
	bool connected;		/* a server answers */
	int64_t server_s;	/* its time is not before this; 0 unknown */
};

/* Take a reading: sets state and now_s, moves floor and anchor if it is
 * believed. */
void vms_clock_read(struct vms_clock *c, const struct vms_clock_reading *r);
/* An administrator says that this reading is right: the floor too. */
void vms_clock_accept(struct vms_clock *c, const struct vms_clock_reading *r);
/* Seconds from since to now_s: never negative; -1 if since is 0 (never). */
int64_t vms_clock_age(const struct vms_clock *c, int64_t since_s);
/* For status; "" if it is trusted. */
const char *vms_clock_problem(enum vms_clock_state state);

#endif
