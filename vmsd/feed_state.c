/* SPDX-License-Identifier: MIT */
/*
 * How fresh the snapshot is, whether logins may ask the directory, and what an
 * administrator may do about the feed.
 */
#include "libvms/gtime.h"
#include "vmsd/brake.h"
#include "vmsd/engine.h"
#include "vmsd/feed_priv.h"
#include "vmsd/log.h"
#include "vmsd/sync_csn.h"

/* A login tries a directory that the feed does not reach this often: the
 * account of the feed alone may be the trouble. */
#define PROBE_MS 10000
/* Heartbeats that may be missed before decisions count as stale. */
#define MISSED 3
/* After a login that got no answer from a server that the feed still reaches,
 * the next to ask is let through so much later: it may only have stumbled. */
#define SILENT_MS 3000
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
	meta.time_floor = f->clock.floor_s;
	if (vms_store_put_meta(f->e->store, &meta, &err) == -1)
		vms_log_err("store", &err);
}

static struct vms_clock_reading
reading(const struct vms_feed *f)
{
	return (struct vms_clock_reading){ .wall_s = vms_engine_wall_s(),
	    .boot_s = vms_engine_boot_s(), .connected = f->connected,
	    .server_s = f->server_s };
}

const struct vms_clock *
vms_feed_clock(struct vms_feed *f)
{
	const struct vms_clock_reading r = reading(f);
	enum vms_clock_state before = f->clock.state;

	vms_clock_read(&f->clock, &r);
	if (f->clock.state != before && before != VMS_CLOCK_UNREAD)
		vms_log(VMS_LOG_WARNING, "clock: trusted=%s wall=%lld "
		    "floor=%lld %s", f->clock.state == VMS_CLOCK_TRUSTED ?
		    "yes" : "no", (long long)r.wall_s,
		    (long long)f->clock.floor_s,
		    vms_clock_problem(f->clock.state));
	return &f->clock;
}

void
vms_feed_tick(struct vms_feed *f)
{
	(void)vms_feed_clock(f);
	if (f->floor_saved_ms == 0 ||
	    vms_engine_now_ms() - f->floor_saved_ms > SAVE_MS)
		save_clock(f);
}

void
vms_feed_note_complete(struct vms_feed *f)
{
	f->fresh_s = vms_feed_clock(f)->now_s;
	f->problem[0] = '\0';
	vms_feed_tick(f);
}

void
vms_feed_note_alive(struct vms_feed *f, struct vms_str csns)
{
	static const size_t time_len = sizeof("20261121231522.633354Z") - 1;
	struct vms_csn_set set;
	int64_t s;

	f->silent_ms = 0;
	f->server_s = 0;
	vms_csn_set_parse(csns, &set);
	/* Whoever has written it had this time by then. */
	for (size_t i = 0; i < set.n; i++)
		if (vms_gtime_parse((struct vms_str){ set.v[i], time_len },
		    &s) == 0 && s > f->server_s)
			f->server_s = s;
}

int
vms_feed_read_clock(struct vms_feed *f, struct vms_err *err)
{
	struct vms_store_meta meta;

	if (vms_store_get_meta(f->e->store, &meta, err) == -1)
		return -1;
	f->fresh_s = meta.fresh_at;
	f->clock.floor_s = meta.time_floor;
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
	const struct vms_clock *clock = vms_feed_clock(f);
	struct vms_feed_status s = {
		.server = f->server, .problem = f->problem,
		.fresh_s = f->fresh_s,
		.age_s = vms_clock_age(clock, f->fresh_s),
		.clock_untrusted = clock->state != VMS_CLOCK_TRUSTED,
		.phase = vms_sync_phase_stats(f->phase),
	};

	s.state = state_of(f, &s.phase);
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
	int64_t every = f->connected ? SILENT_MS : PROBE_MS;

	if (f->silent_ms == 0 && (f->connected || !f->heard))
		return true;
	if (f->answered_ms != 0 && now - f->answered_ms < PROBE_MS)
		return true;
	if (f->probe_ms != 0 && now - f->probe_ms < every)
		return false;
	f->probe_ms = now;
	return true;
}

void
vms_feed_heard(struct vms_feed *f, bool answered)
{
	int64_t now = vms_engine_now_ms();

	f->answered_ms = answered ? now : 0;
	f->silent_ms = answered ? 0 : now;
	if (!answered)
		f->probe_ms = now;
}

static int
accept_clock(struct vms_feed *f)
{
	const struct vms_clock_reading r = reading(f);

	vms_clock_accept(&f->clock, &r);
	/* What lies ahead of it now was not known then. */
	if (f->fresh_s > r.wall_s)
		f->fresh_s = r.wall_s;
	save_clock(f);
	return 0;
}

int
vms_feed_command(struct vms_feed *f, struct vms_str word, struct vms_err *err)
{
	uint32_t n = 0;

	if (vms_str_eq(word, VMS_STR("clock")))
		return accept_clock(f);
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
		    "refresh, accept, reject or clock");
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
