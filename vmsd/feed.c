/* SPDX-License-Identifier: MIT */
/* The feed into the store: see feed.h. */
#include "vmsd/feed.h"

#include <event2/event.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vmsd/brake.h"
#include "vmsd/engine.h"
#include "vmsd/evchan.h"
#include "vmsd/feed_priv.h"
#include "vmsd/log.h"
#include "vmsd/sync_csn.h"
#include "vmsd/sync_event.h"
#include "vmsd/sync_scope.h"

/* Text of a server, bytes. */
#define SAY_MAX 4096
/* After a trouble of our own, and until a server may have caught up. */
#define BROKEN_S 2
#define HELD_S 30
/* Heartbeats after which a server that knows more is asked again. */
#define AHEAD_BEATS 2
/* refint works in the background: leave it the time. */
#define DOUBT_US 250000

static void
set_problem(struct vms_feed *f, const char *what, struct vms_str why)
{
	char quoted[VMS_LOG_QUOTE_SIZE], text[sizeof(f->problem)];
	bool again;

	snprintf(text, sizeof(text), "%s%s%.*s", what,
	    why.len > 0 ? ": " : "",
	    (int)(why.len < 400 ? why.len : 400), why.len > 0 ? why.p : "");
	/* An outage is told once, not at each try. */
	again = strcmp(text, f->problem) == 0;
	memcpy(f->problem, text, sizeof(f->problem));
	vms_log(again ? VMS_LOG_DEBUG : VMS_LOG_WARNING, "feed: %s server=%s "
	    "problem=%s", what, f->server, vms_log_quote(quoted,
	    sizeof(quoted), why));
}

/* Ask for the search from cookie on, or from nothing. */
static int
ask_again(struct vms_feed *f, enum vms_ipc type, const char *cookie,
    struct vms_err *err)
{
	struct vms_wr w = { 0 };
	int r;

	f->begun = false;
	if (cookie[0] == '\0')
		f->sink.doubtful = false;	/* all is read anew */
	vms_wr_str(&w, vms_str_of(cookie));
	r = vms_evchan_send(f->sync, type, &w, -1, err);
	vms_wr_fini(&w);
	return r;
}

/* The cookie to go on from; "" if another scope is asked for now. */
static int
current_cookie(struct vms_feed *f, struct vms_store_meta *meta,
    struct vms_err *err)
{
	if (vms_store_get_meta(f->e->store, meta, err) == -1)
		return -1;
	if (meta->scope != f->sink.scope) {
		/* What lies outside the new scope is not lost by mistake. */
		vms_sync_phase_accept(f->phase);
		f->accept = true;
		meta->cookie[0] = '\0';
	}
	return vms_sync_phase_set_cookie(f->phase, vms_str_of(meta->cookie),
	    err);
}

int
vms_feed_restart(struct vms_feed *f, enum vms_ipc type, bool from_nothing,
    struct vms_err *err)
{
	struct vms_store_meta meta;

	vms_sync_phase_reset(f->phase);
	if (current_cookie(f, &meta, err) == -1)
		return -1;
	return ask_again(f, type, from_nothing ? "" : meta.cookie, err);
}

static void
on_again(evutil_socket_t fd, short what, void *arg)
{
	const struct timeval broken = { BROKEN_S, 0 };
	struct vms_feed *f = arg;
	struct vms_err err = { 0 };

	(void)fd;
	(void)what;
	if (f->sync == NULL || vms_feed_restart(f, VMS_IPC_SYNC_RESYNC,
	    f->sink.doubtful, &err) == 0)
		return;
	vms_log_err("feed", &err);
	evtimer_add(f->again, &broken);	/* nobody else asks again */
}

/* This server is behind: the next; when all are, the whole set of one, which
 * is held unless it takes nothing back. */
static int
leave_server(struct vms_feed *f, struct vms_str why, struct vms_err *err)
{
	f->behind = true;
	f->doubted = false;
	set_problem(f, "this server is behind what is known here", why);
	if (++f->n_behind >= f->e->ctx.conf.directory.uri.n) {
		f->n_behind = 0;
		return vms_feed_restart(f, VMS_IPC_SYNC_RESYNC, true, err);
	}
	if (vms_evchan_send(f->sync, VMS_IPC_SYNC_NEXT, NULL, -1, err) == -1)
		return -1;
	return vms_feed_restart(f, VMS_IPC_SYNC_START, false, err);
}

/* What the phase machine wants done. */
static int
follow(struct vms_feed *f, enum vms_sync_next next, struct vms_err *why,
    struct vms_err *err)
{
	struct vms_sync_stats st = vms_sync_phase_stats(f->phase);
	const struct timeval broken = { BROKEN_S, 0 }, held = { HELD_S, 0 };
	const struct timeval doubt = { 0, DOUBT_US };

	switch (next) {
	case VMS_SYNC_GO_ON:
		return 0;
	case VMS_SYNC_CHANGED:
		f->accept = false;
		f->behind = f->held = false;
		f->n_behind = 0;
		vms_feed_note_complete(f);
		vms_engine_changed(f->e);
		if (f->sink.doubtful && !evtimer_pending(f->again, NULL))
			evtimer_add(f->again, &doubt);
		return 0;
	case VMS_SYNC_FULL:
		vms_log(VMS_LOG_NOTICE, "feed: everything is asked for anew: "
		    "%s", st.why);
		return vms_feed_restart(f, VMS_IPC_SYNC_RESYNC, true, err);
	case VMS_SYNC_BEHIND:
		return leave_server(f, vms_str_of(st.why), err);
	case VMS_SYNC_HELD:
		f->held = true;
		set_problem(f, "the directory went back in time; vmsctl sync "
		    "accept takes it", vms_str_of(st.why));
		evtimer_add(f->again, &held);
		return 0;
	case VMS_SYNC_LOST:
		return vms_feed_restart(f, VMS_IPC_SYNC_START, false, err);
	case VMS_SYNC_BROKEN:
		set_problem(f, "the feed is asked for again",
		    vms_str_of(why->msg[0] != '\0' ? why->msg : st.why));
		evtimer_add(f->again, &broken);
		return 0;
	}
	return 0;
}

static int
on_event(struct vms_feed *f, struct vms_chan_msg *m, struct vms_err *err)
{
	struct vms_err why = { 0 };
	struct vms_sync_event ev;
	enum vms_sync_next next;

	vms_arena_reset(&f->scratch);
	if (vms_sync_event_decode((uint16_t)m->type, &m->body, &f->scratch,
	    &ev, err) == -1)
		return -1;
	f->sink.now = vms_feed_clock(f)->now_s;
	if (m->type == VMS_IPC_SYNC_BEGIN)
		f->begun = true;
	if (m->type == VMS_IPC_SYNC_END && ev.text.len > 0)
		set_problem(f, "the server ended the feed", ev.text);
	next = vms_sync_phase_feed(f->phase, &ev, &why);
	return follow(f, next, &why, err);
}

static int
on_connected(struct vms_feed *f, struct vms_rd *r, struct vms_err *err)
{
	struct vms_str uri = vms_rd_text(r, VMS_URI_MAX);

	if (!vms_rd_done(r))
		return vms_fail(err, VMS_E_MALFORMED, "connected message");
	vms_str_copy(f->server, sizeof(f->server), uri);
	f->connected = f->heard = true;
	vms_log(VMS_LOG_INFO, "feed: connected server=%s", f->server);
	return 0;
}

static int
on_lost_server(struct vms_feed *f, struct vms_rd *r, struct vms_err *err)
{
	struct vms_str uri = vms_rd_text(r, VMS_URI_MAX);
	struct vms_str why = vms_rd_text(r, SAY_MAX);

	if (!vms_rd_done(r))
		return vms_fail(err, VMS_E_MALFORMED, "lost message");
	vms_str_copy(f->server, sizeof(f->server), uri);
	f->connected = false;
	f->heard = true;
	set_problem(f, "no feed from this server", why);
	/* Before its search began the role tries on by itself. */
	if (f->begun)
		return vms_feed_restart(f, VMS_IPC_SYNC_START, false, err);
	return 0;
}

/* The server's contextCSN against ours: is anything missing? */
static int
on_alive(struct vms_feed *f, struct vms_rd *r, struct vms_err *err)
{
	int64_t wall = (int64_t)vms_rd_u64(r);
	struct vms_str theirs = vms_rd_text(r, SAY_MAX);
	struct vms_sync_stats st = vms_sync_phase_stats(f->phase);
	struct vms_store_meta meta;
	enum vms_csn_order order;

	(void)wall;	/* a server's or a role's clock never moves ours */
	if (!vms_rd_done(r))
		return vms_fail(err, VMS_E_MALFORMED, "alive message");
	if (vms_store_get_meta(f->e->store, &meta, err) == -1)
		return -1;
	order = vms_csn_compare(vms_str_of(meta.cookie), theirs);
	f->connected = true;
	vms_feed_note_alive(f, theirs);
	if (st.stage != VMS_STAGE_PERSIST)
		return 0;
	/* A server that has no contextCSN cannot tell; the open search is
	 * then all there is to go by. */
	if (order == VMS_CSN_SAME || order == VMS_CSN_UNKNOWN) {
		f->behind = false;
		vms_feed_note_complete(f);
	} else if (order == VMS_CSN_BEHIND && !f->behind) {
		/* The answer came on another connection: a change made after
		 * it may have got here before it.  The next one tells. */
		if (f->doubted)
			return leave_server(f, theirs, err);
		f->doubted = true;
		return 0;
	}
	f->doubted = false;
	/* Changes outside of our scope, or of what we may read, move the
	 * server's CSN and send nothing; so does an entry that moves to where
	 * we may not read.  Going on from our cookie tells which it was. */
	if (order != VMS_CSN_NEWER)
		f->n_ahead = 0;
	else if (++f->n_ahead == AHEAD_BEATS) {
		f->n_ahead = 0;
		return vms_feed_restart(f, VMS_IPC_SYNC_START, false, err);
	}
	return 0;
}

static int
on_msg(void *arg, struct vms_chan_msg *m, struct vms_err *err)
{
	struct vms_feed *f = arg;

	if (m->fd >= 0) {
		close(m->fd);
		return vms_fail(err, VMS_E_MALFORMED, "descriptor from sync");
	}
	switch ((int)m->type) {
	case VMS_IPC_SYNC_CONNECTED:
		return on_connected(f, &m->body, err);
	case VMS_IPC_SYNC_LOST:
		return on_lost_server(f, &m->body, err);
	case VMS_IPC_SYNC_BEGIN:
	case VMS_IPC_SYNC_ENTRY:
	case VMS_IPC_SYNC_IDSET:
	case VMS_IPC_SYNC_COOKIE:
	case VMS_IPC_SYNC_PHASE:
	case VMS_IPC_SYNC_END:
		return on_event(f, m, err);
	case VMS_IPC_SYNC_ALIVE:
		return on_alive(f, &m->body, err);
	}
	return vms_fail(err, VMS_E_MALFORMED, "message %d from sync",
	    (int)m->type);
}

static void
on_lost(void *arg, const struct vms_err *err)
{
	struct vms_feed *f = arg;
	struct vms_wr w = { 0 };

	vms_sync_phase_reset(f->phase);
	vms_evchan_free(f->sync);
	f->sync = NULL;
	f->connected = false;
	set_problem(f, "the sync process was lost", vms_str_of(err->msg));
	/* If it is our refusal that ended it, it still runs. */
	if (err->code == VMS_E_UNAVAILABLE)
		return;
	vms_wr_u8(&w, VMS_ROLE_SYNC);
	vms_wr_u32(&w, 0);
	(void)vms_evchan_send(f->e->parent, VMS_IPC_RESTART, &w, -1, NULL);
	vms_wr_fini(&w);
}

static int
on_absent(void *arg, const struct vms_sync_absent *a, struct vms_err *err)
{
	struct vms_feed *f = arg;
	uint32_t held;

	if (vms_brake_apply(f->e->store, a,
	    f->e->ctx.conf.feed.hold_removal_percent,
	    f->e->ctx.conf.feed.hold_removal_count, f->accept, f->sink.now,
	    &held, err) == -1)
		return -1;
	if (held > 0)
		vms_log(VMS_LOG_WARNING, "feed: the directory lacks %u entries"
		    " that are kept for now; vmsctl status, vmsctl sync "
		    "accept", held);
	return 0;
}

/* What is asked for now, as a number. */
static int
set_scope(struct vms_feed *f, struct vms_err *err)
{
	struct vms_sync_scope scope;

	vms_arena_reset(&f->scratch);
	if (vms_sync_scope_build(&f->e->ctx.conf, &f->scratch, &scope, err) ==
	    -1)
		return -1;
	f->sink.scope = vms_sync_scope_hash(&scope);
	return 0;
}

struct vms_feed *
vms_feed_new(struct vms_engine *e, struct vms_err *err)
{
	struct vms_feed *f = calloc(1, sizeof(*f));
	struct vms_sync_sink sink;

	if (f == NULL) {
		vms_fail(err, VMS_E_SYSTEM, "out of memory");
		return NULL;
	}
	f->e = e;
	f->sink.store = e->store;
	f->sink.server = f->server;
	f->sink.absent = on_absent;
	f->sink.arg = f;
	sink = vms_store_sink(&f->sink);
	f->phase = vms_sync_phase_new(&sink);
	f->again = evtimer_new(e->base, on_again, f);
	if (f->phase == NULL || f->again == NULL)
		vms_fail(err, VMS_E_SYSTEM, "out of memory");
	if (f->phase == NULL || f->again == NULL || set_scope(f, err) == -1 ||
	    vms_feed_read_clock(f, err) == -1) {
		vms_feed_free(f);
		return NULL;
	}
	return f;
}

void
vms_feed_free(struct vms_feed *f)
{
	if (f == NULL)
		return;
	vms_evchan_free(f->sync);
	if (f->again != NULL)
		event_free(f->again);
	vms_sync_phase_free(f->phase);
	vms_arena_fini(&f->scratch);
	free(f);
}

int
vms_feed_set_peer(struct vms_feed *f, int fd, struct vms_err *err)
{
	struct vms_chan *chan = vms_chan_new(fd);

	vms_evchan_free(f->sync);
	f->sync = NULL;
	if (chan != NULL)
		f->sync = vms_evchan_new(f->e->base, chan, on_msg, on_lost,
		    f);
	if (f->sync == NULL)
		return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	return vms_feed_restart(f, VMS_IPC_SYNC_START, false, err);
}

int
vms_feed_reload(struct vms_feed *f, struct vms_err *err)
{
	uint64_t before = f->sink.scope;

	if (set_scope(f, err) == -1)
		return -1;
	if (f->sink.scope == before || f->sync == NULL)
		return 0;
	return vms_feed_restart(f, VMS_IPC_SYNC_RESYNC, true, err);
}
