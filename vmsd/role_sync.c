/* SPDX-License-Identifier: MIT */
/*
 * The sync role: one search of the directory, handed on message by message,
 * and a heartbeat beside it.  ipc.h says who starts what.  It knows neither
 * what the messages mean nor what was kept of them.
 *
 * Servers stall when a reader does: what the engine does not take at once is
 * kept here, up to a bound, and beyond that the search is dropped.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "vmsd/ldapc.h"
#include "vmsd/log.h"
#include "vmsd/role_ldap.h"

#define QUEUE_MAX ((size_t)256 * 1024 * 1024)	/* bytes for the engine */
#define PAUSE_MIN_MS 200
#define PAUSE_MAX_MS 30000
#define BATCH 512		/* messages between two looks at the rest */

enum state {
	WAITING,		/* for START */
	TRYING,			/* to reach a server */
	RUNNING			/* BEGIN was sent */
};

struct sync {
	struct vms_role_ctx *ctx;
	struct vms_ldapc_env env;
	struct vms_arena scope_mem, mem;
	struct vms_sync_scope scope;
	struct vms_ldapc *feed, *beat;
	char context[VMS_DN_MAX + 1];	/* naming context, for the heartbeat */
	enum state state;
	size_t server;			/* index of the one in use or next */
	char cookie[VMS_COOKIE_MAX + 1];
	int64_t pause_ms, next_try;	/* before a server is tried */
	int64_t beat_at;		/* next question */
	int64_t beat_by;		/* answer due; 0: none asked */
	bool gone;			/* engine or parent */
};

static int
tell(struct sync *s, enum vms_ipc type, const struct vms_wr *w)
{
	struct vms_err err = { 0 };

	if (vms_chan_send(s->ctx->engine, type, w, -1, &err) == 0)
		return 0;
	vms_log_err("telling the engine", &err);
	s->gone = true;
	return -1;
}

static void
tell_lost(struct sync *s, const char *uri, const char *why)
{
	struct vms_wr w = { 0 };

	vms_wr_str(&w, vms_str_of(uri));
	vms_wr_str(&w, vms_str_of(why));
	tell(s, VMS_IPC_SYNC_LOST, &w);
	vms_wr_fini(&w);
	vms_log(VMS_LOG_WARNING, "directory lost: %s", why);
}

static const char *
uri_of(const struct sync *s)
{
	return s->ctx->conf.directory.uri.v[s->server];
}

static void
close_all(struct sync *s)
{
	vms_ldapc_close(s->feed);
	vms_ldapc_close(s->beat);
	s->feed = s->beat = NULL;
	s->beat_by = 0;
}

/* Grown by half to double, so that recorders do not come back all at once. */
static void
pause_next(struct sync *s)
{
	uint32_t r = 0;

	(void)!getrandom(&r, sizeof(r), GRND_NONBLOCK);
	s->pause_ms = s->pause_ms == 0 ? PAUSE_MIN_MS :
	    s->pause_ms + s->pause_ms / 2 + (int64_t)(r % 1000) *
	    s->pause_ms / 2000;
	if (s->pause_ms > PAUSE_MAX_MS)
		s->pause_ms = PAUSE_MAX_MS - (int64_t)(r % 3000);
}

static void
next_server(struct sync *s)
{
	s->server = (s->server + 1) % s->ctx->conf.directory.uri.n;
}

/* A server failed: say so.  The others are tried at once, and after all of
 * them there is a pause. */
static void
failed(struct sync *s, const char *why)
{
	bool was_running = s->state == RUNNING;

	tell_lost(s, uri_of(s), why);
	close_all(s);
	next_server(s);
	s->state = was_running ? WAITING : TRYING;
	if (s->server == 0 || was_running)
		pause_next(s);
	s->next_try = vms_ldapc_now_ms() +
	    (s->server == 0 || was_running ? s->pause_ms : 0);
}

static int
connect_both(struct sync *s, struct vms_err *err)
{
	int64_t timeout = s->ctx->conf.directory.connect_timeout_ms;
	int64_t by = vms_ldapc_now_ms() + timeout;
	struct vms_ldapc_root root;
	const char *uri = uri_of(s);

	if (vms_ldapc_open(&s->env, uri, by, &s->feed, err) == -1 ||
	    vms_ldapc_bind_service(s->feed, by, err) == -1 ||
	    vms_ldapc_read_root(s->feed, s->scope.base, by, &root,
	    err) == -1 ||
	    vms_ldapc_check_schema(s->feed, by, err) == -1)
		return -1;
	if (!root.sync)
		return vms_fail(err, VMS_E_MALFORMED, "%s: the server offers "
		    "no content synchronization (RFC 4533), or its root DSE "
		    "can not be read: load syncprov there", uri);
	memcpy(s->context, root.context, sizeof(s->context));
	by = vms_ldapc_now_ms() + timeout;
	if (vms_ldapc_open(&s->env, uri, by, &s->beat, err) == -1)
		return -1;
	return vms_ldapc_bind_service(s->beat, by, err);
}

static void
try_server(struct sync *s)
{
	struct vms_err err = { 0 };
	struct vms_wr w = { 0 };

	close_all(s);
	if (connect_both(s, &err) == -1) {
		failed(s, err.msg);
		return;
	}
	vms_wr_str(&w, vms_str_of(uri_of(s)));
	tell(s, VMS_IPC_SYNC_CONNECTED, &w);
	if (vms_ldapc_sync_start(s->feed, &s->scope, vms_str_of(s->cookie),
	    &err) == -1) {
		vms_wr_fini(&w);
		failed(s, err.msg);
		return;
	}
	vms_wr_u8(&w, s->cookie[0] != '\0');
	tell(s, VMS_IPC_SYNC_BEGIN, &w);
	vms_wr_fini(&w);
	vms_log(VMS_LOG_INFO, "directory connected uri=%s cookie=%s",
	    uri_of(s), s->cookie[0] != '\0' ? "yes" : "no");
	s->state = RUNNING;
	s->beat_at = vms_ldapc_now_ms();
}

/* One event to the engine.  True if the search goes on. */
static bool
hand_on(struct sync *s, const struct vms_sync_event *ev)
{
	struct vms_wr w = { .max = VMS_IPC_MAX };

	if (ev->type == VMS_IPC_SYNC_PHASE && ev->done)
		s->pause_ms = 0;	/* it works */
	vms_sync_event_encode(&w, ev);
	if (tell(s, (enum vms_ipc)ev->type, &w) == 0 &&
	    ev->type == VMS_IPC_SYNC_END) {
		vms_log(VMS_LOG_WARNING, "search ended uri=%s result=%u: "
		    "%.*s", uri_of(s), ev->result, VMS_STR_ARG(ev->text));
		close_all(s);
		s->state = WAITING;
		pause_next(s);
		s->next_try = vms_ldapc_now_ms() + s->pause_ms;
	}
	vms_wr_fini(&w);
	return s->state == RUNNING && !s->gone;
}

/* Everything that the server has sent; never waits for the engine. */
static void
drain(struct sync *s)
{
	struct vms_sync_event ev;
	struct vms_err err = { 0 };
	int r = 0;

	vms_ldapc_guard(s->feed, vms_ldapc_now_ms() +
	    s->ctx->conf.directory.heartbeat_ms);
	for (int i = 0; i < BATCH; i++) {
		vms_arena_reset(&s->mem);
		r = vms_ldapc_sync_next(s->feed, &s->scope, &s->mem, &ev,
		    &err);
		if (r != 1 || !hand_on(s, &ev))
			break;
		if (vms_chan_queued(s->ctx->engine) > QUEUE_MAX) {
			vms_fail(&err, VMS_E_LIMIT,
			    "the engine is too slow for the feed");
			r = -1;
			break;
		}
	}
	if (s->feed != NULL)
		vms_ldapc_guard(s->feed, 0);
	if (r == -1)
		failed(s, err.msg);
}

static void
beat_answer(struct sync *s)
{
	struct vms_wr csns = { 0 }, w = { 0 };
	struct vms_err err = { 0 };
	int r = vms_ldapc_csn_take(s->beat, &csns, &err);

	if (r == -1) {
		failed(s, err.msg);
	} else if (r == 1) {
		vms_wr_u64(&w, (uint64_t)time(NULL));
		vms_wr_str(&w, (struct vms_str){ (char *)csns.p, csns.len });
		tell(s, VMS_IPC_SYNC_ALIVE, &w);
		s->beat_by = 0;
	}
	vms_wr_fini(&csns);
	vms_wr_fini(&w);
}

/* A server that stands still keeps its connections open and says nothing. */
static void
beat(struct sync *s, int64_t now)
{
	int64_t every = s->ctx->conf.directory.heartbeat_ms;
	struct vms_err err = { 0 };
	char why[200];

	if (s->beat_by != 0 && now >= s->beat_by) {
		snprintf(why, sizeof(why), "%s: no answer to the heartbeat "
		    "within %lld ms: the server hangs", uri_of(s),
		    (long long)every);
		failed(s, why);
		return;
	}
	if (s->beat_by != 0 || now < s->beat_at)
		return;
	vms_ldapc_guard(s->beat, now + every);
	if (vms_ldapc_csn_ask(s->beat, s->context, &err) == -1)
		failed(s, err.msg);
	else
		vms_ldapc_guard(s->beat, 0);
	s->beat_at = now + every;
	s->beat_by = now + every;
}

static int
take_cookie(struct sync *s, struct vms_rd *body)
{
	struct vms_str cookie = vms_rd_text(body, VMS_COOKIE_MAX);

	if (!vms_rd_done(body))
		return -1;
	return vms_str_copy(s->cookie, sizeof(s->cookie), cookie);
}

static void
on_start(struct sync *s, bool again)
{
	close_all(s);
	s->state = TRYING;
	/* A resync is no failure, but one after the other is no use. */
	if (again) {
		pause_next(s);
		s->next_try = s->pause_ms > PAUSE_MIN_MS ?
		    vms_ldapc_now_ms() + s->pause_ms : 0;
	}
}

static void
from_engine(struct sync *s)
{
	struct vms_chan_msg m;
	struct vms_err err = { 0 };
	int r;

	while ((r = vms_chan_recv(s->ctx->engine, &m, &err)) == 1) {
		if (m.type == VMS_IPC_SYNC_NEXT && vms_rd_done(&m.body)) {
			close_all(s);
			next_server(s);
			s->state = WAITING;
		} else if ((m.type == VMS_IPC_SYNC_START ||
		    m.type == VMS_IPC_SYNC_RESYNC) &&
		    take_cookie(s, &m.body) == 0) {
			on_start(s, m.type == VMS_IPC_SYNC_RESYNC);
		} else {
			vms_log(VMS_LOG_ERR, "message %d from the engine is "
			    "not for us", (int)m.type);
			s->gone = true;
			return;
		}
	}
	if (r == -1)
		s->gone = true;
}

static int
prepare(struct sync *s, struct vms_err *err)
{
	vms_ldapc_env_close(&s->env);
	vms_arena_reset(&s->scope_mem);
	s->server = 0;
	if (vms_ldapc_env_open(&s->ctx->conf, s->ctx->bind_password.p,
	    s->ctx->key_pem.p, s->ctx->key_pem.len, &s->env, err) == -1)
		return -1;
	return vms_sync_scope_build(&s->ctx->conf, &s->scope_mem, &s->scope,
	    err);
}

/* A new configuration: begin anew with it. */
static void
from_parent(struct sync *s)
{
	struct vms_chan_msg m;
	struct vms_err err = { 0 };
	int r;

	while ((r = vms_chan_recv(s->ctx->parent, &m, &err)) == 1) {
		if (m.type != VMS_IPC_CONF) {
			s->gone = true;
			return;
		}
		close_all(s);
		if (vms_role_take_conf(s->ctx, &m.body, &err) == -1 ||
		    prepare(s, &err) == -1) {
			vms_log_err("new configuration", &err);
			s->gone = true;
			return;
		}
		if (s->state == RUNNING) {
			tell_lost(s, uri_of(s), "the configuration changed");
			s->state = WAITING;
			s->next_try = 0;
		}
	}
	if (r == -1)
		s->gone = true;
}

static int
poll_timeout(const struct sync *s)
{
	int64_t now = vms_ldapc_now_ms(), at = -1;

	if (s->state == WAITING)
		return -1;
	if (s->state == TRYING)
		at = s->next_try;
	else
		at = s->beat_by != 0 ? s->beat_by : s->beat_at;
	return at <= now ? 0 : (int)(at - now);
}

static void
turn(struct sync *s)
{
	enum { ENGINE, PARENT, FEED, BEAT, N };
	struct pollfd p[N] = {
		[ENGINE] = { .fd = vms_chan_fd(s->ctx->engine),
		    .events = POLLIN },
		[PARENT] = { .fd = vms_chan_fd(s->ctx->parent),
		    .events = POLLIN },
		[FEED] = { .fd = s->feed == NULL ? -1 :
		    vms_ldapc_fd(s->feed), .events = POLLIN },
		[BEAT] = { .fd = s->beat == NULL ? -1 :
		    vms_ldapc_fd(s->beat), .events = POLLIN },
	};
	struct vms_err err = { 0 };

	if (vms_chan_queued(s->ctx->engine) > 0)
		p[ENGINE].events |= POLLOUT;
	if (poll(p, N, poll_timeout(s)) == -1 && errno != EINTR) {
		s->gone = true;
		return;
	}
	if ((p[ENGINE].revents & POLLOUT) &&
	    vms_chan_flush(s->ctx->engine, &err) == -1)
		s->gone = true;
	if (s->state == RUNNING && p[FEED].revents != 0)
		drain(s);
	if (s->state == RUNNING && p[BEAT].revents != 0)
		beat_answer(s);
	if (s->state == RUNNING)
		beat(s, vms_ldapc_now_ms());
	if (p[PARENT].revents != 0)
		from_parent(s);
	if (!s->gone && p[ENGINE].revents & ~POLLOUT)
		from_engine(s);
	if (!s->gone && s->state == TRYING &&
	    vms_ldapc_now_ms() >= s->next_try)
		try_server(s);
}

int
vms_sync_main(struct vms_role_ctx *ctx)
{
	struct sync *s = calloc(1, sizeof(*s));
	struct vms_err err = { 0 };
	int code = 1;

	if (s == NULL)
		return 1;
	s->ctx = ctx;
	s->env.key_fd = -1;
	if (prepare(s, &err) == -1) {
		vms_log_err("configuration", &err);
		goto out;
	}
	while (!s->gone)
		turn(s);
	code = 0;
out:
	close_all(s);
	vms_ldapc_env_close(&s->env);
	vms_arena_fini(&s->scope_mem);
	vms_arena_fini(&s->mem);
	free(s);
	return code;
}
