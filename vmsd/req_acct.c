/* SPDX-License-Identifier: MIT */
/*
 * The account and session stages of PAM: one decision each, by all rules.
 */
#include <string.h>

#include "vmsd/hostids.h"
#include "vmsd/log.h"
#include "vmsd/offline.h"
#include "vmsd/origin.h"
#include "vmsd/request.h"
#include "vmsd/revoke.h"
#include "vmsd/session.h"

int
vms_find_user(const struct vms_engine *e, struct vms_str name,
    struct vms_user_view *view)
{
	uint32_t index;

	if (e->gen.model == NULL || vms_model_user_by_name(e->gen.model, name,
	    &index, NULL) == -1)
		return -1;
	*view = vms_model_user(e->gen.model, index);
	return 0;
}

bool
vms_name_is_ours(const struct vms_engine *e, struct vms_str name)
{
	const struct vms_identity *id = &e->gen.identity;
	bool ambiguous = false;
	uint32_t index;

	for (uint32_t i = 0; i < id->n_ours; i++)
		if (vms_str_caseeq(id->ours[i], name))
			return true;
	for (uint32_t i = 0; i < id->n_users; i++)
		if (vms_str_caseeq(id->users[i].name, name))
			return true;
	/* Without a model nothing can be said: ours, and denied. */
	return e->gen.model == NULL || vms_model_user_by_name(e->gen.model,
	    name, &index, &ambiguous) == 0 || ambiguous;
}

void
vms_pam_reply(struct vms_ask *a, enum vms_pam_result result,
    struct vms_str reason, struct vms_str text, bool is_error)
{
	struct vms_message m = { .type = VMS_A_PAM };

	m.u.pam_rep.result = result;
	m.u.pam_rep.reason = reason;
	m.u.pam_rep.text = text;
	m.u.pam_rep.is_error = is_error;
	vms_ask_reply(a, &m);
}

/* Which process asks: the kernel's word where it can be had.  A peer in
 * another pid namespace has none; root's own word is then taken, nobody
 * else's: who asks and ends before we look has no facts either. */
struct vms_process
vms_asking_process(const struct vms_ask *a)
{
	const struct vms_pam_req *q = &a->m.u.pam_req;

	if (a->peer.uid != 0 || (a->peer.pid != 0 &&
	    a->peer.start_ticks != 0))
		return (struct vms_process){ a->peer.pid,
		    a->peer.start_ticks };
	return (struct vms_process){ q->pid, q->start_ticks };
}

static uint32_t
audit_session(const struct vms_ask *a)
{
	return a->peer.uid != 0 || a->peer.audit_session != UINT32_MAX ?
	    a->peer.audit_session : a->m.u.pam_req.audit_session;
}

/* The account stage passed, or the server itself just took the password: it
 * lifts a lapsed lock with that, and the feed tells of it later. */
static bool
guess_lock_is_over(const struct vms_ask *a, const struct vms_login *l)
{
	return l->remembered || (l->user.uuid != NULL &&
	    vms_offline_is_verified(a, l->user.uuid));
}

static void
find_origin(struct vms_ask *a, bool session_stage, struct vms_login *l)
{
	const struct vms_pam_req *q = &a->m.u.pam_req;
	const struct vms_conf *c = &a->e->ctx.conf;
	struct vms_process process = vms_asking_process(a);
	const struct vms_session *s;
	struct vms_origin o = {
		.klass = l->klass, .service = q->service, .rhost = q->rhost,
		.conn = q->conn, .tty = q->tty, .seat = q->seat,
		.vtnr = q->vtnr,
		/* Only root's word counts for a boundary that falls away. */
		.real_uid = a->peer.uid == 0 ? q->real_uid : a->peer.uid,
		.by_user = a->peer.uid != 0,
		.session_stage = session_stage,
		.console_ttys = c->console_ttys.v,
		.n_console_ttys = c->console_ttys.n,
	};

	o.remembered = session_stage && vms_sessions_recall(a->e->sessions,
	    q->user, q->service, &process, vms_engine_now_ms(), &o.from);
	s = l->klass == VMS_CLASS_BATCH && !o.by_user ?
	    (l->user.uuid == NULL ? NULL :
	    vms_sessions_by_user(a->e->sessions, l->user.uuid)) :
	    vms_sessions_by_audit(a->e->sessions, audit_session(a));
	l->remembered = o.remembered;
	o.in_session = s != NULL;
	if (s != NULL)
		o.session_from = s->from;
	l->from = vms_origin_find(&o);
	/* A console login in its session stage is where it was before. */
	if (session_stage && l->klass == VMS_CLASS_CONSOLE && o.remembered)
		l->from = o.from;
}

/* NSS's uid is the one that the process will run as: it must be this user's. */
static bool
uid_matches(const struct vms_ask *a, const struct vms_login *l)
{
	return l->user.uid != 0 && a->m.u.pam_req.uid == l->user.uid;
}

void
vms_login_judge(struct vms_ask *a, bool session_stage, struct vms_login *l)
{
	const struct vms_pam_req *q = &a->m.u.pam_req;
	const struct vms_services services = { a->e->ctx.conf.services,
	    a->e->ctx.conf.n_services };
	const struct vms_service *service = vms_service_find(&services,
	    q->service);
	struct vms_request rq = { .user = q->user, .login = true,
	    .service = q->service, .kind = VMS_KIND_RECORDER,
	    .resource = vms_str_of(a->e->ctx.conf.recorder) };
	bool known;

	*l = (struct vms_login){ .klass = service == NULL ? VMS_CLASS_NONE :
	    service->klass };
	known = vms_find_user(a->e, q->user, &l->user) == 0;
	find_origin(a, session_stage, l);
	rq.from = l->from;
	rq.guess_lock_over = guess_lock_is_over(a, l);
	/* What a user does to himself has no recorder as its resource. */
	if (l->klass == VMS_CLASS_SELF) {
		rq.kind = VMS_KIND_NONE;
		rq.resource = VMS_STR("");
	}
	vms_engine_decide(a->e, a->peer.uid, &rq, &a->arena, NULL,
	    &l->verdict, l->id);
	l->reason = vms_verdict_reason(&l->verdict, &a->arena);
	if (!known || l->verdict.result != VMS_ALLOW || uid_matches(a, l))
		return;
	vms_log(VMS_LOG_NOTICE, "overruled decision=%s result=deny "
	    "reason=identity-mismatch uid=%u nss-uid=%u", l->id, l->user.uid,
	    q->uid);
	l->verdict.result = VMS_DENY;
	l->verdict.reason = VMS_R_IDENTITY_MISMATCH;
	l->reason = vms_reason_name(VMS_R_IDENTITY_MISMATCH);
}

static void
reply_with(struct vms_ask *a, enum vms_pam_result result,
    const struct vms_login *l, struct vms_str text, bool is_error,
    const struct vms_pair *env, uint32_t n_env)
{
	struct vms_message m = { .type = VMS_A_PAM };

	m.u.pam_rep = (struct vms_pam_rep){ .result = result,
	    .reason = vms_shown_reason(a, l->reason), .text = text, .is_error = is_error,
	    .decision = vms_str_of(l->id), .env = env, .n_env = n_env };
	vms_ask_reply(a, &m);
}

void
vms_login_deny(struct vms_ask *a, const struct vms_login *l)
{
	struct vms_str key = vms_reason_message_key(l->verdict.reason);
	struct vms_str text = a->e->gen.model == NULL ?
	    vms_message_default(key) :
	    vms_model_message(a->e->gen.model, key, l->user.language);
	enum vms_pam_result result = VMS_PAM_DENIED;

	if (l->verdict.reason == VMS_R_ACCOUNT_EXPIRED ||
	    l->verdict.reason == VMS_R_ACCOUNT_DISABLED ||
	    l->verdict.reason == VMS_R_ACCOUNT_LOCKED)
		result = VMS_PAM_EXPIRED;
	/* Nobody of ours has or had this name: the next module's matter. */
	if (l->verdict.reason == VMS_R_USER_UNKNOWN &&
	    !vms_name_is_ours(a->e, a->m.u.pam_req.user)) {
		result = VMS_PAM_UNKNOWN;
		text = VMS_STR("");
	}
	reply_with(a, result, l, text, true, NULL, 0);
}

/* Where the session stage will find the address that was judged. */
static void
remember(struct vms_ask *a, const struct vms_login *l, int64_t now_ms)
{
	const struct vms_pam_req *q = &a->m.u.pam_req;
	struct vms_process self = vms_asking_process(a);
	/* sshd's keyboard-interactive runs this stage in a child of the
	 * process that opens the session. */
	struct vms_process up = { q->parent_pid, q->parent_ticks };

	vms_sessions_remember(a->e->sessions, q->user, q->service, &self,
	    &l->from, now_ms);
	if (q->parent_ticks != 0)
		vms_sessions_remember(a->e->sessions, q->user, q->service,
		    &up, &l->from, now_ms);
}

void
vms_req_acct(struct vms_ask *a)
{
	int64_t now_ms = vms_engine_now_ms();
	struct vms_login l;

	vms_login_judge(a, false, &l);
	if (l.verdict.result != VMS_ALLOW) {
		vms_login_deny(a, &l);
		return;
	}
	vms_offline_allowed(a, &l);
	/* Only root opens sessions, and a process keeps its number when it
	 * becomes a setuid program: a user's word is not kept for that. */
	if (a->peer.uid == 0)
		remember(a, &l, now_ms);
	if (l.user.must_change || vms_mustchange_get(
	    &a->e->mustchange, l.user.uuid, now_ms))
		reply_with(a, VMS_PAM_NEW_TOKEN, &l,
		    VMS_STR("Your password must be changed"), false, NULL, 0);
	else
		reply_with(a, VMS_PAM_OK, &l, VMS_STR(""), false, NULL, 0);
}

static int
register_session(struct vms_ask *a, const struct vms_login *l,
    struct vms_err *err)
{
	const struct vms_pam_req *q = &a->m.u.pam_req;
	struct vms_session s = { .uid = l->user.uid, .klass = l->klass,
	    .from = l->from, .process = vms_asking_process(a),
	    .audit_session = audit_session(a),
	    .opened_s = vms_engine_wall_s() };

	memcpy(s.uuid, l->user.uuid, sizeof(s.uuid));
	if (vms_str_copy(s.user, sizeof(s.user), l->user.name) == -1 ||
	    vms_str_copy(s.service, sizeof(s.service), q->service) == -1 ||
	    vms_str_copy(s.tty, sizeof(s.tty), q->tty) == -1 ||
	    vms_str_copy(s.logind, sizeof(s.logind), q->session) == -1 ||
	    vms_str_copy(s.decision, sizeof(s.decision),
	    vms_str_of(l->id)) == -1)
		return vms_fail(err, VMS_E_LIMIT, "session of pid %u: a name "
		    "is too long", a->peer.pid);
	return vms_sessions_open(a->e->sessions, &s, err);
}

/* What the session's environment says about the login. */
static void
reply_open(struct vms_ask *a, const struct vms_login *l)
{
	struct vms_str recorder = vms_str_of(a->e->ctx.conf.recorder);
	const struct vms_str *roles = NULL;
	struct vms_table joined = { .arena = &a->arena };
	uint32_t index, n = 0, n_env = 0;
	struct vms_pair env[4];

	if (vms_model_user_by_uuid(a->e->gen.model, l->user.uuid, &index) ==
	    0) {
		roles = vms_model_user_roles(a->e->gen.model, index, recorder,
		    &a->arena, &n);
		vms_table_list(&joined, "roles", roles, n);
	}
	if (n > 0 && roles != NULL && !joined.bad) {
		struct vms_str all = joined.rows[0].cells[0].value;
		char *p = (char *)all.p;

		for (size_t i = 0; i < all.len; i++)
			if (p[i] == '\n')
				p[i] = ',';
		env[n_env++] = (struct vms_pair){ VMS_STR("VMS_ROLE"),
		    roles[0] };
		env[n_env++] = (struct vms_pair){ VMS_STR("VMS_ROLES"), all };
	}
	env[n_env++] = (struct vms_pair){ VMS_STR("VMS_RECORDER"), recorder };
	env[n_env++] = (struct vms_pair){ VMS_STR("VMS_DECISION"),
	    vms_str_of(l->id) };
	reply_with(a, VMS_PAM_OK, l, VMS_STR(""), false, env, n_env);
}

void
vms_req_open(struct vms_ask *a)
{
	struct vms_err err = { 0 };
	struct vms_login l;

	vms_login_judge(a, true, &l);
	if (l.verdict.result != VMS_ALLOW) {
		vms_login_deny(a, &l);
		return;
	}
	if (register_session(a, &l, &err) == -1) {
		vms_log_err("session refused", &err);
		vms_pam_reply(a, VMS_PAM_DENIED,
		    vms_reason_name(VMS_R_INTERNAL), VMS_STR(""), true);
		return;
	}
	if (vms_sessions_was_here(a->e->sessions, l.user.uuid))
		vms_engine_changed(a->e);
	reply_open(a, &l);
}

void
vms_req_close(struct vms_ask *a)
{
	const struct vms_pam_req *q = &a->m.u.pam_req;
	struct vms_process process = vms_asking_process(a);

	if (vms_sessions_close(a->e->sessions, q->user, q->service, &process))
		vms_log(VMS_LOG_INFO, "session closed pid=%u", process.pid);
	vms_revoke_closed(a->e);
	vms_pam_reply(a, VMS_PAM_OK, VMS_STR(""), VMS_STR(""), false);
}
