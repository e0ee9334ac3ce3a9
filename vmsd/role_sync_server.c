/* SPDX-License-Identifier: MIT */
/* The servers of the sync role: which is tried when, and whether the one in
 * use is alive. */
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "vmsd/log.h"
#include "vmsd/role_sync_int.h"

/* A server that is away costs nobody anything to look for, and logins wait
 * for it; one that answers and refuses should be left alone. */
#define PAUSE_AWAY_MS 900
#define PAUSE_MAX_MS 30000
/* Heartbeats that a refresh may say nothing. */
#define STALL_BEATS 6

int
vms_sync_tell(struct sync *s, enum vms_ipc type, const struct vms_wr *w)
{
	struct vms_err err = { 0 };

	if (vms_chan_send(s->ctx->engine, type, w, -1, &err) == 0)
		return 0;
	vms_log_err("telling the engine", &err);
	s->gone = true;
	return -1;
}

void
vms_sync_tell_lost(struct sync *s, const char *uri, const char *why)
{
	struct vms_wr w = { 0 };

	vms_wr_str(&w, vms_str_of(uri));
	vms_wr_str(&w, vms_str_of(why));
	vms_sync_tell(s, VMS_IPC_SYNC_LOST, &w);
	vms_wr_fini(&w);
	vms_log(VMS_LOG_WARNING, "directory lost: %s", why);
	snprintf(s->last_why, sizeof(s->last_why), "%s", why);
}

const char *
vms_sync_uri(const struct sync *s)
{
	return s->ctx->conf.directory.uri.v[s->server];
}

void
vms_sync_close(struct sync *s)
{
	vms_ldapc_close(s->feed);
	vms_ldapc_close(s->beat);
	s->feed = s->beat = NULL;
	s->beat_by = 0;
}

/* Grown by half to double, so that recorders do not come back all at once. */
void
vms_sync_pause(struct sync *s, bool away)
{
	int64_t max_ms = away ? PAUSE_AWAY_MS : PAUSE_MAX_MS;
	uint32_t r = 0;

	(void)!getrandom(&r, sizeof(r), GRND_NONBLOCK);
	s->pause_ms = s->pause_ms == 0 ? VMS_SYNC_PAUSE_MIN_MS :
	    s->pause_ms + s->pause_ms / 2 + (int64_t)(r % 1000) *
	    s->pause_ms / 2000;
	if (s->pause_ms > max_ms)
		s->pause_ms = max_ms - (int64_t)(r % 1000) * max_ms / 5000;
}

void
vms_sync_next_server(struct sync *s)
{
	s->server = (s->server + 1) % s->ctx->conf.directory.uri.n;
}

/* A server failed: say so.  The others are tried at once, and after all of
 * them there is a pause. */
void
vms_sync_failed(struct sync *s, const char *why)
{
	bool was_running = s->state == RUNNING, away = s->feed == NULL;

	/* The same again and again is said once. */
	if (was_running || strcmp(why, s->last_why) != 0)
		vms_sync_tell_lost(s, vms_sync_uri(s), why);
	vms_sync_close(s);
	vms_sync_next_server(s);
	s->state = was_running ? WAITING : TRYING;
	if (s->server == 0 || was_running)
		vms_sync_pause(s, away);
	s->next_try = vms_ldapc_now_ms() +
	    (s->server == 0 || was_running ? s->pause_ms : 0);
}

static int
connect_both(struct sync *s, struct vms_err *err)
{
	int64_t timeout = s->ctx->conf.directory.connect_timeout_ms;
	int64_t by = vms_ldapc_now_ms() + timeout;
	struct vms_ldapc_root root;
	const char *uri = vms_sync_uri(s);

	if (vms_ldapc_open(&s->env, uri, by, &s->feed, err) == -1 ||
	    vms_ldapc_bind_service(s->feed, by, err) == -1 ||
	    vms_ldapc_read_root(s->feed, s->scope.base, by, &root,
	    err) == -1)
		return -1;
	if (!root.sync)
		return vms_fail(err, VMS_E_MALFORMED, "%s: the server offers "
		    "no content synchronization (RFC 4533), or its root DSE "
		    "can not be read.  %s", uri, root.ad ?
		    "This is an Active Directory: keep it for logins' "
		    "passwords, and put users and policy into OpenLDAP "
		    "(syncprov) or 389-ds (Content Synchronization)" :
		    "Load syncprov there (OpenLDAP), or enable Content "
		    "Synchronization and Retro Changelog (389-ds)");
	if (vms_ldapc_check_schema(s->feed, by, err) == -1)
		return -1;
	memcpy(s->context, root.context, sizeof(s->context));
	s->may_stall = !root.resumes;
	if (!root.resumes)
		s->cookie[0] = '\0';
	by = vms_ldapc_now_ms() + timeout;
	if (vms_ldapc_open(&s->env, uri, by, &s->beat, err) == -1)
		return -1;
	return vms_ldapc_bind_service(s->beat, by, err);
}

void
vms_sync_try(struct sync *s)
{
	struct vms_err err = { 0 };
	struct vms_wr w = { 0 };

	vms_sync_close(s);
	if (connect_both(s, &err) == -1) {
		vms_sync_failed(s, err.msg);
		return;
	}
	vms_wr_str(&w, vms_str_of(vms_sync_uri(s)));
	vms_sync_tell(s, VMS_IPC_SYNC_CONNECTED, &w);
	if (vms_ldapc_sync_start(s->feed, &s->scope, vms_str_of(s->cookie),
	    &err) == -1) {
		vms_wr_fini(&w);
		vms_sync_failed(s, err.msg);
		return;
	}
	vms_wr_u8(&w, s->cookie[0] != '\0');
	vms_sync_tell(s, VMS_IPC_SYNC_BEGIN, &w);
	vms_wr_fini(&w);
	vms_log(VMS_LOG_INFO, "directory connected uri=%s cookie=%s",
	    vms_sync_uri(s), s->cookie[0] != '\0' ? "yes" : "no");
	s->state = RUNNING;
	s->last_why[0] = '\0';
	s->beat_at = s->moved_at = vms_ldapc_now_ms();
}

void
vms_sync_beat_answer(struct sync *s)
{
	struct vms_wr csns = { 0 }, w = { 0 };
	struct vms_err err = { 0 };
	int r = vms_ldapc_csn_take(s->beat, &csns, &err);

	if (r == -1) {
		vms_sync_failed(s, err.msg);
	} else if (r == 1) {
		vms_wr_u64(&w, (uint64_t)time(NULL));
		vms_wr_str(&w, (struct vms_str){ (char *)csns.p, csns.len });
		vms_sync_tell(s, VMS_IPC_SYNC_ALIVE, &w);
		s->beat_by = 0;
	}
	vms_wr_fini(&csns);
	vms_wr_fini(&w);
}

static bool
stalled(struct sync *s, int64_t now)
{
	int64_t every = s->ctx->conf.directory.heartbeat_ms;
	char why[300];

	if (!s->may_stall || now - s->moved_at < STALL_BEATS * every)
		return false;
	snprintf(why, sizeof(why), "%s: the refresh stands still: lift the "
	    "limits of this account there (389-ds: nsSizeLimit, nsTimeLimit "
	    "and nsLookThroughLimit of its entry to -1)", vms_sync_uri(s));
	vms_sync_failed(s, why);
	return true;
}

/* A server that stands still keeps its connections open and says nothing. */
void
vms_sync_beat(struct sync *s, int64_t now)
{
	int64_t every = s->ctx->conf.directory.heartbeat_ms;
	struct vms_err err = { 0 };
	char why[200];

	if (s->beat_by != 0 && now >= s->beat_by) {
		snprintf(why, sizeof(why), "%s: no answer to the heartbeat "
		    "within %lld ms: the server hangs", vms_sync_uri(s),
		    (long long)every);
		vms_sync_failed(s, why);
		return;
	}
	if (stalled(s, now))
		return;
	if (s->beat_by != 0 || now < s->beat_at)
		return;
	vms_ldapc_guard(s->beat, now + every);
	if (vms_ldapc_csn_ask(s->beat, s->context, &err) == -1)
		vms_sync_failed(s, err.msg);
	else
		vms_ldapc_guard(s->beat, 0);
	s->beat_at = now + every;
	s->beat_by = now + every;
}
