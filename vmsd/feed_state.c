/* SPDX-License-Identifier: MIT */
/*
 * How fresh the snapshot is, whether logins may ask the directory, and what an
 * administrator may do about the feed.
 */
#include "vmsd/brake.h"
#include "vmsd/engine.h"
#include "vmsd/feed_priv.h"
#include "vmsd/log.h"

/* A login tries a directory that the feed does not reach this often: the
 * account of the feed alone may be the trouble. */
#define PROBE_MS 10000
/* Heartbeats that may be missed before decisions count as stale. */
#define MISSED 3
/* Small steps back of the clock are NTP's work. */
#define CLOCK_SLACK_S 5
#define SAVE_MS 60000

static void
save_clock(struct vms_feed *f)
{
	struct vms_err err = { 0 };
	struct vms_store_meta meta;

	/* Inside a phase the phase's own transaction would carry it. */
	if (vms_store_is_open(f->e->store))
		return;
	f->floor_saved_ms = vms_engine_now_ms();
	if (vms_store_get_meta(f->e->store, &meta, &err) == -1) {
		vms_log_err("store", &err);
		return;
	}
	meta.fresh_at = f->fresh_s;
	meta.time_floor = f->floor_s;
	if (vms_store_put_meta(f->e->store, &meta, &err) == -1)
		vms_log_err("store", &err);
}

static void
move_floor(struct vms_feed *f)
{
	int64_t now = vms_engine_wall_s();

	if (now > f->floor_s)
		f->floor_s = now;
	if (f->floor_saved_ms == 0 ||
	    vms_engine_now_ms() - f->floor_saved_ms > SAVE_MS)
		save_clock(f);
}

void
vms_feed_note_complete(struct vms_feed *f)
{
	f->fresh_s = vms_engine_wall_s();
	f->problem[0] = '\0';
	move_floor(f);
}

int
vms_feed_read_clock(struct vms_feed *f, struct vms_err *err)
{
	struct vms_store_meta meta;

	if (vms_store_get_meta(f->e->store, &meta, err) == -1)
		return -1;
	f->fresh_s = meta.fresh_at;
	f->floor_s = meta.time_floor;
	vms_str_copy(f->server, sizeof(f->server), vms_str_of(meta.server));
	return 0;
}

static enum vms_feed_state
state_of(const struct vms_feed *f, const struct vms_sync_stats *st)
{
	if (f->held)
		return VMS_FEED_HELD;
	if (f->behind)
		return VMS_FEED_BEHIND;
	if (!f->heard)
		return VMS_FEED_STARTING;
	if (!f->connected)
		return VMS_FEED_AWAY;
	return st->stage == VMS_STAGE_PERSIST ? VMS_FEED_CONNECTED :
	    VMS_FEED_REFRESHING;
}

void
vms_feed_count(struct vms_feed *f, uint64_t *entries, uint32_t *held)
{
	struct vms_err err = { 0 };

	*entries = 0;
	*held = 0;
	if (vms_store_count(f->e->store, entries, &err) == -1 ||
	    vms_brake_count(f->e->store, held, &err) == -1)
		vms_log_err("store", &err);
}

struct vms_feed_status
vms_feed_status(struct vms_feed *f)
{
	int64_t now = vms_engine_wall_s();
	struct vms_feed_status s = {
		.server = f->server, .problem = f->problem,
		.fresh_s = f->fresh_s, .age_s = -1,
		.phase = vms_sync_phase_stats(f->phase),
	};

	s.state = state_of(f, &s.phase);
	/* A clock that went back makes no age shorter than none. */
	if (f->fresh_s > 0)
		s.age_s = now > f->fresh_s ? now - f->fresh_s : 0;
	s.clock_untrusted = now < f->floor_s - CLOCK_SLACK_S;
	s.stale = s.age_s < 0 || (s.state != VMS_FEED_CONNECTED && s.state !=
	    VMS_FEED_REFRESHING) || s.age_s * 1000 > MISSED *
	    f->e->ctx.conf.directory.heartbeat_ms + 1000;
	return s;
}

const char *
vms_feed_state_name(enum vms_feed_state state)
{
	switch (state) {
	case VMS_FEED_STARTING:
		return "starting";
	case VMS_FEED_AWAY:
		return "away";
	case VMS_FEED_REFRESHING:
		return "refreshing";
	case VMS_FEED_CONNECTED:
		return "connected";
	case VMS_FEED_BEHIND:
		return "behind";
	case VMS_FEED_HELD:
		return "held";
	}
	return "?";
}

bool
vms_feed_may_ask(struct vms_feed *f)
{
	int64_t now = vms_engine_now_ms();

	if (f->connected || !f->heard)
		return true;
	if (f->answered_ms != 0 && now - f->answered_ms < PROBE_MS)
		return true;
	if (f->probe_ms != 0 && now - f->probe_ms < PROBE_MS)
		return false;
	f->probe_ms = now;
	return true;
}

void
vms_feed_heard(struct vms_feed *f, bool answered)
{
	f->answered_ms = answered ? vms_engine_now_ms() : 0;
}

int
vms_feed_command(struct vms_feed *f, struct vms_str word, struct vms_err *err)
{
	uint32_t n = 0;

	if (f->sync == NULL)
		return vms_fail(err, VMS_E_UNAVAILABLE,
		    "the sync process is being started; try again");
	if (vms_str_eq(word, VMS_STR("refresh")))
		return vms_feed_restart(f, VMS_IPC_SYNC_RESYNC, true, err);
	if (vms_str_eq(word, VMS_STR("reject"))) {
		/* Held entries stay in force; say so by asking again. */
		f->held = false;
		return vms_feed_restart(f, VMS_IPC_SYNC_RESYNC, false, err);
	}
	if (!vms_str_eq(word, VMS_STR("accept")))
		return vms_fail(err, VMS_E_MALFORMED,
		    "refresh, accept or reject");
	if (!vms_store_is_open(f->e->store) && vms_brake_release(f->e->store,
	    vms_engine_wall_s(), &n, err) == -1)
		return -1;
	if (n > 0)
		vms_engine_changed(f->e);
	if (n == 0 && !f->held)
		return vms_fail(err, VMS_E_NOT_FOUND, "nothing is held");
	if (!f->held)
		return 0;
	f->accept = true;
	vms_sync_phase_accept(f->phase);
	return vms_feed_restart(f, VMS_IPC_SYNC_RESYNC, true, err);
}
