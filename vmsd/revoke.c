/* SPDX-License-Identifier: MIT */
/*
 * Judging open sessions again: see revoke.h.  Ending them is the parent's
 * (endsession.c).
 *
 * What is not known is not a no: neither the age of the snapshot nor a clock
 * that cannot be trusted ends a session that was rightly begun.  For the
 * first the directory counts as present; for the second, time stands still
 * where the session was last judged.
 */
#include "vmsd/revoke.h"

#include <inttypes.h>
#include <string.h>

#include "vmsd/endmatch.h"
#include "vmsd/engine.h"
#include "vmsd/log.h"
#include "vmsd/origin.h"
#include "vmsd/record.h"
#include "vmsd/session.h"

/*
 * Sessions judged each second for what time may have changed.  A turn and not
 * a timer set to the next edge: a clock that is set moves every edge.
 */
#define TURN 512
/* Looking for what users left running takes a look at all of /proc. */
#define FORGET_TICKS 5

struct judged {
	struct vms_request rq;
	struct vms_verdict v;
	struct vms_str reason;
};

/* Of one user's sessions with an origin, the oldest stay. */
static int64_t
count_older(struct vms_engine *e, size_t i)
{
	const struct vms_session *s = vms_sessions_at(e->sessions, i), *o;
	int64_t n = 0;

	for (size_t k = 0; k < i; k++) {
		o = vms_sessions_at(e->sessions, k);
		n += vms_session_has_origin(o) &&
		    o->state != VMS_SESSION_ENDING &&
		    memcmp(o->uuid, s->uuid, sizeof(o->uuid)) == 0;
	}
	return n;
}

static void
ask(struct vms_engine *e, size_t i, const struct vms_services *services,
    struct vms_request *rq)
{
	struct vms_session *s = vms_sessions_edit(e->sessions, i);

	*rq = (struct vms_request){ .user = vms_str_of(s->user),
	    .login = true, .service = vms_str_of(s->service),
	    .from = s->from };
	if (s->klass != VMS_CLASS_SELF) {
		rq->kind = VMS_KIND_RECORDER;
		rq->resource = vms_str_of(e->ctx.conf.recorder);
	}
	vms_engine_fill_request(e, rq);
	rq->services = services;
	rq->guess_lock_over = true;
	rq->directory_down = false;
	rq->snapshot_age_s = 0;
	rq->sessions = vms_session_has_origin(s) ? count_older(e, i) : -1;
	if (rq->clock_untrusted) {
		rq->clock_untrusted = false;
		rq->now_s = s->allowed_s;
	}
}

/* The name must still be the one who logged in, with the uid that the
 * processes run as. */
static bool
is_same(const struct vms_engine *e, const struct vms_session *s)
{
	struct vms_user_view u;
	uint32_t index;

	if (vms_model_user_by_name(e->gen.model, vms_str_of(s->user), &index,
	    NULL) == -1)
		return false;
	u = vms_model_user(e->gen.model, index);
	return u.uid == s->uid &&
	    memcmp(u.uuid, s->uuid, sizeof(s->uuid)) == 0;
}

static bool
still_allowed(struct vms_engine *e, size_t i, struct vms_arena *scratch,
    struct judged *j)
{
	const struct vms_services services = { e->ctx.conf.services,
	    e->ctx.conf.n_services };
	struct vms_session *s = vms_sessions_edit(e->sessions, i);

	ask(e, i, &services, &j->rq);
	vms_decide(e->gen.model, &j->rq, scratch, NULL, &j->v);
	j->rq.services = NULL;
	if (j->v.result == VMS_ALLOW && !is_same(e, s)) {
		j->v.result = VMS_DENY;
		j->v.reason = VMS_R_IDENTITY_MISMATCH;
	}
	if (j->v.result == VMS_ALLOW)
		s->allowed_s = j->rq.now_s;
	return j->v.result == VMS_ALLOW;
}

/* The decision gets its id and its line, once. */
static void
say(struct vms_engine *e, struct vms_session *s, struct judged *j,
    struct vms_arena *scratch, const char *action)
{
	char user[VMS_LOG_QUOTE_SIZE], dn[VMS_LOG_QUOTE_SIZE],
	    why[VMS_LOG_QUOTE_SIZE], from[VMS_ORIGIN_TEXT_SIZE],
	    id[VMS_RECORD_ID_SIZE];

	j->reason = vms_verdict_reason(&j->v, scratch);
	vms_records_add(e->records, &j->rq, false, j->reason, j->v.grant_dn,
	    e->gen.number, id);
	vms_str_copy(s->end_decision, sizeof(s->end_decision),
	    vms_str_of(id));
	/* The word alone: what follows it is the policy's own business. */
	vms_str_copy(s->end_reason, sizeof(s->end_reason),
	    vms_reason_name(j->v.reason));
	s->told = true;
	vms_log(VMS_LOG_NOTICE, "session no longer allowed id=%s user=%s "
	    "service=%s from=%s decision=%s reason=%s rule=%s generation=%"
	    PRIu64 " action=%s", s->id,
	    vms_log_quote(user, sizeof(user), j->rq.user), s->service,
	    vms_origin_text(&s->from, from, sizeof(from)), id,
	    vms_log_quote(why, sizeof(why), j->reason),
	    vms_log_quote(dn, sizeof(dn), j->v.grant_dn), e->gen.number,
	    action);
}

static void
take_back(struct vms_session *s)
{
	if (s->told)
		vms_log(VMS_LOG_NOTICE, "session allowed again id=%s user=%s",
		    s->id, s->user);
	s->state = VMS_SESSION_OPEN;
	s->told = false;
	s->end_decision[0] = s->end_reason[0] = '\0';
}

static void
set_ending(struct vms_session *s)
{
	s->state = VMS_SESSION_ENDING;
	s->due = true;
}

static void
judge(struct vms_engine *e, size_t i, struct vms_arena *scratch)
{
	struct vms_session *s = vms_sessions_edit(e->sessions, i);
	int64_t grace_s = e->ctx.conf.sessions.grace_s;
	int64_t now_ms = vms_engine_now_ms();
	struct judged j;

	if (s->state == VMS_SESSION_ENDING)
		return;
	vms_arena_reset(scratch);
	if (still_allowed(e, i, scratch, &j)) {
		take_back(s);
	} else if (!e->ctx.conf.sessions.end_on_revoke || s->refused) {
		if (!s->told)
			say(e, s, &j, scratch, "none");
	} else if (s->state == VMS_SESSION_WARNED) {
		if (now_ms >= s->until_ms)
			set_ending(s);
	} else if (grace_s > 0) {
		say(e, s, &j, scratch, "grace");
		s->state = VMS_SESSION_WARNED;
		s->until_ms = now_ms + grace_s * 1000;
		s->due = true;
	} else {
		say(e, s, &j, scratch, "end");
		set_ending(s);
	}
}

/* Whether the user has another session that goes on, and whether one of them
 * shares what the processes would be found by. */
static void
look_around(struct vms_engine *e, const struct vms_session *s,
    struct vms_end *out)
{
	bool shared_audit = false, shared_leader = false, others = false;

	for (size_t i = 0; i < vms_sessions_count(e->sessions); i++) {
		const struct vms_session *o = vms_sessions_at(e->sessions, i);

		if (o == s || o->state == VMS_SESSION_ENDING)
			continue;
		shared_leader |= o->process.pid == s->process.pid &&
		    o->process.start_ticks == s->process.start_ticks;
		if (o->uid != s->uid)
			continue;
		others = true;
		shared_audit |= o->audit_session == s->audit_session;
	}
	out->whole = !others;
	if (!shared_audit)
		out->audit_session = s->audit_session;
	/* A server with several sessions in one process is no session. */
	if (!shared_leader)
		out->leader = s->process;
}

static void
send_end(struct vms_engine *e, struct vms_session *s)
{
	struct vms_end end = { .uid = s->uid, .audit_session = UINT32_MAX };
	struct vms_err err = { 0 };
	struct vms_wr w = { 0 };

	s->due = false;
	look_around(e, s, &end);
	memcpy(end.id, s->id, sizeof(end.id));
	memcpy(end.decision, s->end_decision, sizeof(end.decision));
	memcpy(end.reason, s->end_reason, sizeof(end.reason));
	/* An inner session runs in the scope of the one around it. */
	if (s->klass == VMS_CLASS_REMOTE || s->klass == VMS_CLASS_CONSOLE)
		memcpy(end.logind, s->logind, sizeof(end.logind));
	if (s->state == VMS_SESSION_WARNED)
		end.grace_s = (uint32_t)e->ctx.conf.sessions.grace_s;
	vms_end_encode(&w, &end);
	if (vms_evchan_send(e->parent, VMS_IPC_END, &w, -1, &err) == -1)
		vms_log_err("ending a session", &err);
	vms_wr_fini(&w);
}

static void
send_some(struct vms_engine *e, bool over)
{
	for (size_t i = 0; i < vms_sessions_count(e->sessions); i++) {
		struct vms_session *s = vms_sessions_edit(e->sessions, i);

		if (s->due && vms_session_is_over(s) == over)
			send_end(e, s);
	}
}

/* Only when all are judged is it known what a user has left.  Open ones
 * first: theirs is the word that their terminals get. */
static void
send_due(struct vms_engine *e)
{
	if (e->parent == NULL)
		return;
	send_some(e, false);
	send_some(e, true);
}

void
vms_revoke_all(struct vms_engine *e)
{
	struct vms_arena scratch = { 0 };

	if (e->sessions == NULL || e->gen.model == NULL)
		return;
	for (size_t i = 0; i < vms_sessions_count(e->sessions); i++)
		judge(e, i, &scratch);
	vms_arena_fini(&scratch);
	send_due(e);
}

void
vms_revoke_tick(struct vms_engine *e)
{
	static unsigned int ticks;	/* of this one process */
	static size_t next;
	struct vms_arena scratch = { 0 };
	size_t n;

	vms_sessions_sweep(e->sessions);
	if (++ticks % FORGET_TICKS == 0)
		vms_sessions_forget(e->sessions);
	n = vms_sessions_count(e->sessions);
	if (e->gen.model != NULL)
		for (size_t i = 0; i < n && i < TURN; i++, next++)
			judge(e, next % n, &scratch);
	vms_arena_fini(&scratch);
	send_due(e);
}

void
vms_revoke_closed(struct vms_engine *e)
{
	send_due(e);
}

int
vms_revoke_ended(struct vms_engine *e, struct vms_rd *r, struct vms_err *err)
{
	struct vms_str id = vms_rd_text(r, VMS_SESSION_ID_SIZE - 1);
	struct vms_str problem = vms_rd_text(r, VMS_WORD_MAX);

	if (!vms_rd_done(r))
		return vms_fail(err, VMS_E_MALFORMED, "ended message");
	for (size_t i = 0; i < vms_sessions_count(e->sessions); i++) {
		struct vms_session *s = vms_sessions_edit(e->sessions, i);

		if (!vms_str_eq(vms_str_of(s->id), id))
			continue;
		if (problem.len > 0) {
			vms_log(VMS_LOG_ERR, "session id=%s user=%s cannot be "
			    "ended: %.*s", s->id, s->user,
			    VMS_STR_ARG(problem));
			s->state = VMS_SESSION_OPEN;
			s->refused = true;
			return 0;
		}
		vms_log(VMS_LOG_NOTICE, "session ended id=%s user=%s "
		    "decision=%s", s->id, s->user, s->end_decision);
		vms_sessions_ended(e->sessions, i);
		return 0;
	}
	return 0;
}
