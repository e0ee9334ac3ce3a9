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
#include <stdlib.h>
#include <string.h>

#include "vmsd/log.h"
#include "vmsd/role_sync_int.h"

#define QUEUE_MAX ((size_t)256 * 1024 * 1024)	/* bytes for the engine */
#define BATCH 512		/* messages between two looks at the rest */

/* One event to the engine.  True if the search goes on. */
static bool
hand_on(struct sync *s, const struct vms_sync_event *ev)
{
	struct vms_wr w = { .max = VMS_IPC_MAX };

	if (ev->type == VMS_IPC_SYNC_PHASE && ev->done) {
		s->pause_ms = 0;	/* it works */
		s->may_stall = false;
	}
	s->moved_at = vms_ldapc_now_ms();
	vms_sync_event_encode(&w, ev);
	if (vms_sync_tell(s, (enum vms_ipc)ev->type, &w) == 0 &&
	    ev->type == VMS_IPC_SYNC_END) {
		vms_log(VMS_LOG_WARNING, "search ended uri=%s result=%u: "
		    "%.*s", vms_sync_uri(s), ev->result, VMS_STR_ARG(ev->text));
		vms_sync_close(s);
		s->state = WAITING;
		vms_sync_pause(s, false);
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
		vms_sync_failed(s, err.msg);
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
	vms_sync_close(s);
	s->state = TRYING;
	/* A resync is no failure, but one after the other is no use. */
	if (again) {
		vms_sync_pause(s, false);
		s->next_try = s->pause_ms > VMS_SYNC_PAUSE_MIN_MS ?
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
			vms_sync_close(s);
			vms_sync_next_server(s);
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
		vms_sync_close(s);
		if (vms_role_take_conf(s->ctx, &m.body, &err) == -1 ||
		    prepare(s, &err) == -1) {
			vms_log_err("new configuration", &err);
			s->gone = true;
			return;
		}
		if (s->state == RUNNING) {
			vms_sync_tell_lost(s, vms_sync_uri(s),
			    "the configuration changed");
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
		vms_sync_beat_answer(s);
	if (s->state == RUNNING)
		vms_sync_beat(s, vms_ldapc_now_ms());
	if (p[PARENT].revents != 0)
		from_parent(s);
	if (!s->gone && p[ENGINE].revents & ~POLLOUT)
		from_engine(s);
	if (!s->gone && s->state == TRYING &&
	    vms_ldapc_now_ms() >= s->next_try)
		vms_sync_try(s);
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
	vms_sync_close(s);
	vms_ldapc_env_close(&s->env);
	vms_arena_fini(&s->scope_mem);
	vms_arena_fini(&s->mem);
	free(s);
	return code;
}
