/* SPDX-License-Identifier: MIT */
/*
 * What is the case: status, sessions, keys, findings, who the asker is.
 */
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "vmsd/adopt.h"
#include "vmsd/authpool.h"
#include "vmsd/clock.h"
#include "vmsd/feed.h"
#include "vmsd/offline.h"
#include "vmsd/origin.h"
#include "vmsd/request.h"
#include "vmsd/session.h"

/* System users that may read public keys, as sshd's AuthorizedKeysCommandUser
 * does. */
#define SYSTEM_UID_MAX 999

static void
put_time(struct vms_table *t, const char *key, int64_t s)
{
	vms_table_number(t, key, s);
}

static void
put_counts(struct vms_table *t, const struct vms_engine *e)
{
	struct vms_model_counts c = { 0 };
	const struct vms_finding *f;
	bool degraded = false;
	uint32_t n = 0;

	if (e->gen.model != NULL) {
		c = vms_model_counts(e->gen.model);
		f = vms_model_findings(e->gen.model, &n);
		for (uint32_t i = 0; i < n; i++)
			degraded |= f[i].degrades;
	}
	vms_table_text(t, "policy_problem",
	    vms_str_of(e->gen.policy_problem));
	vms_table_bool(t, "policy_degraded", degraded);
	vms_table_number(t, "findings", n + e->gen.identity.n_findings);
	vms_table_number(t, "left_out", e->gen.identity.n_findings);
	vms_table_number(t, "users", c.users);
	vms_table_number(t, "users_here", e->gen.identity.n_users);
	vms_table_number(t, "groups", c.groups);
	vms_table_number(t, "groups_here", e->gen.identity.n_groups);
	vms_table_number(t, "roles", c.roles);
	vms_table_number(t, "grants", c.grants);
	vms_table_number(t, "recorders", c.recorders);
	vms_table_number(t, "cameras", c.cameras);
	vms_table_number(t, "pools", c.pools);
	vms_table_number(t, "schedules", c.schedules);
}

static void
put_feed(struct vms_table *t, struct vms_engine *e)
{
	struct vms_feed_status s = vms_feed_status(e->feed);
	uint64_t entries;
	uint32_t held;

	vms_feed_count(e->feed, &entries, &held);

	vms_table_text(t, "state", vms_str_of(vms_feed_state_name(s.state)));
	vms_table_text(t, "server", vms_str_of(s.server));
	put_time(t, "complete_at", s.fresh_s);
	vms_table_number(t, "age", s.age_s);
	vms_table_bool(t, "stale", s.stale);
	vms_table_bool(t, "clock_untrusted", s.clock_untrusted);
	vms_table_text(t, "clock_problem", vms_str_of(vms_clock_problem(
	    vms_feed_clock(e->feed)->state)));
	vms_table_number(t, "entries", (int64_t)entries);
	vms_table_number(t, "held", held);
	vms_table_text(t, "problem", vms_str_of(s.problem));
	vms_table_bool(t, "csn_unreadable", s.phase.no_csn);
}

/* What a user left running is no session until it is being ended. */
static bool
is_shown(const struct vms_session *s)
{
	return !vms_session_is_over(s) || s->state == VMS_SESSION_ENDING;
}

static void
put_daemon(struct vms_table *t, const struct vms_engine *e)
{
	uint32_t workers, jobs;
	int64_t sessions = 0;

	for (size_t i = 0; i < vms_sessions_count(e->sessions); i++)
		sessions += is_shown(vms_sessions_at(e->sessions, i));
	vms_authpool_counts(e->auth, &workers, &jobs);
	vms_table_number(t, "auth_workers", workers);
	vms_table_number(t, "auth_waiting", jobs);
	vms_table_number(t, "sessions", sessions);
	vms_table_number(t, "verifiers",
	    (int64_t)vms_offline_count(e->offline));
	vms_table_bool(t, "one_user", e->one_user);
	vms_table_text(t, "version", VMS_STR(PACKAGE_VERSION));
}

/* "Will this user get in?", for the word of status. */
static void
put_user(struct vms_table *t, const struct vms_engine *e,
    const struct vms_user_view *u)
{
	const struct vms_identity *id = &e->gen.identity;
	const struct vms_str *roles = NULL;
	uint32_t index, n = 0;
	bool served = false;

	if (vms_model_user_by_name(e->gen.model, u->name, &index,
	    NULL) == 0)
		roles = vms_model_user_roles(e->gen.model, index,
		    vms_str_of(e->ctx.conf.recorder), t->arena, &n);
	for (uint32_t i = 0; i < id->n_users; i++)
		served |= memcmp(id->users[i].uuid, u->uuid, VMS_UUID_LEN) ==
		    0;
	vms_table_text(t, "user", u->name);
	vms_table_text(t, "dn", u->dn);
	vms_table_number(t, "uid", u->uid);
	vms_table_bool(t, "served", served);
	vms_table_list(t, "roles", roles, n);
	vms_table_bool(t, "must_change", u->must_change);
	vms_table_number(t, "sessions", vms_sessions_live(e->sessions,
	    u->uuid));
}

void
vms_req_status(struct vms_ask *a)
{
	struct vms_table t = { .arena = &a->arena, .single = true };
	struct vms_str name = a->m.u.word_req.word;
	struct vms_user_view u;
	struct vms_engine *e = a->e;

	if (name.len > 0) {
		if (!vms_may_ask_all(a))
			vms_ask_error(a, VMS_E_DENIED, "only root may ask "
			    "for the state of a user");
		else if (vms_find_user(e, name, &u) == -1)
			vms_ask_error(a, VMS_E_NOT_FOUND, "no user %.*s",
			    VMS_STR_ARG(name));
		else {
			put_user(&t, e, &u);
			vms_offline_put_user(&t, e, &u);
			vms_table_reply(a, &t);
		}
		return;
	}
	vms_table_text(&t, "recorder", vms_str_of(e->ctx.conf.recorder));
	vms_table_number(&t, "generation", (int64_t)e->gen.number);
	vms_table_bool(&t, "published", e->gen.published);
	vms_table_text(&t, "publish_problem", vms_str_of(e->gen.problem));
	put_time(&t, "built_at", e->gen.built_s);
	vms_table_number(&t, "build_ms", e->gen.build_ms);
	put_feed(&t, e);
	put_counts(&t, e);
	put_daemon(&t, e);
	vms_table_reply(a, &t);
}

void
vms_req_whoami(struct vms_ask *a)
{
	struct vms_table t = { .arena = &a->arena, .single = true };
	struct vms_engine *e = a->e;
	const struct vms_session *s;
	const struct vms_str *roles;
	struct vms_str name, recorder = vms_str_of(e->ctx.conf.recorder);
	char from[VMS_ORIGIN_TEXT_SIZE];
	uint32_t index, n = 0;

	if (!vms_own_name(a, &name) || e->gen.model == NULL ||
	    vms_model_user_by_name(e->gen.model, name, &index, NULL) == -1) {
		vms_ask_error(a, VMS_E_NOT_FOUND, "uid %u is not a user of "
		    "the directory here", a->peer.uid);
		return;
	}
	roles = vms_model_user_roles(e->gen.model, index, recorder, &a->arena,
	    &n);
	s = vms_sessions_by_audit(e->sessions, a->peer.audit_session);
	vms_table_text(&t, "user", name);
	vms_table_number(&t, "uid", a->peer.uid);
	vms_table_text(&t, "recorder", recorder);
	vms_table_list(&t, "roles", roles, n);
	vms_table_text(&t, "from", s == NULL ? VMS_STR("unknown") :
	    vms_str_of(vms_origin_text(&s->from, from, sizeof(from))));
	vms_table_number(&t, "generation", (int64_t)e->gen.number);
	vms_table_reply(a, &t);
}

static void
put_session(struct vms_table *t, const struct vms_session *s)
{
	static const char *const states[] = {
		[VMS_SESSION_OPEN] = "open",
		[VMS_SESSION_WARNED] = "warned",
		[VMS_SESSION_ENDING] = "ending",
	};
	char from[VMS_ORIGIN_TEXT_SIZE];

	vms_table_row(t);
	vms_table_text(t, "id", vms_str_of(s->id));
	vms_table_text(t, "user", vms_str_of(s->user));
	vms_table_number(t, "uid", s->uid);
	vms_table_text(t, "service", vms_str_of(s->service));
	vms_table_text(t, "from", vms_str_of(vms_origin_text(&s->from, from,
	    sizeof(from))));
	vms_table_text(t, "tty", vms_str_of(s->tty));
	put_time(t, "since", s->opened_s);
	vms_table_number(t, "pid", s->process.pid);
	vms_table_text(t, "decision", vms_str_of(s->decision));
	vms_table_text(t, "state", vms_str_of(states[s->state]));
	vms_table_text(t, "end_reason", vms_str_of(s->end_reason));
	vms_table_text(t, "end_decision", vms_str_of(s->end_decision));
}

void
vms_req_sessions(struct vms_ask *a)
{
	struct vms_table t = { .arena = &a->arena };
	struct vms_str who = a->m.u.word_req.word, own = { 0 };

	if (!vms_may_ask_all(a)) {
		if (!vms_own_name(a, &own) || (who.len > 0 &&
		    !vms_str_caseeq(who, own))) {
			vms_ask_error(a, VMS_E_DENIED, "only root may see "
			    "the sessions of others");
			return;
		}
		who = own;
	}
	vms_sessions_sweep(a->e->sessions);
	for (size_t i = 0; i < vms_sessions_count(a->e->sessions); i++) {
		const struct vms_session *s = vms_sessions_at(a->e->sessions,
		    i);

		if (is_shown(s) && (who.len == 0 ||
		    vms_str_caseeq(who, vms_str_of(s->user))))
			put_session(&t, s);
	}
	vms_table_reply(a, &t);
}

/* For sshd: no row where there is no key or no user.  A disabled user's are
 * given: the account stage refuses him, and says why in the log. */
void
vms_req_keys(struct vms_ask *a)
{
	struct vms_table t = { .arena = &a->arena };
	struct vms_str name = a->m.u.word_req.word;
	const struct vms_identity *id = &a->e->gen.identity;
	struct vms_user_view u;

	if (a->peer.uid > SYSTEM_UID_MAX && !vms_is_self(a, name)) {
		vms_ask_error(a, VMS_E_DENIED, "only root, system users and "
		    "%.*s may read these keys", VMS_STR_ARG(name));
		return;
	}
	for (uint32_t i = 0; i < id->n_users; i++) {
		/* Served here, under this very name. */
		if (!vms_str_caseeq(id->users[i].name, name) ||
		    vms_find_user(a->e, name, &u) == -1 ||
		    memcmp(u.uuid, id->users[i].uuid, VMS_UUID_LEN) != 0)
			continue;
		for (uint32_t k = 0; k < u.n_ssh_keys; k++) {
			vms_table_row(&t);
			vms_table_text(&t, "key", u.ssh_keys[k]);
		}
	}
	vms_table_reply(a, &t);
}

static void
put_findings(struct vms_table *t, const struct vms_finding *f, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		vms_table_row(t);
		vms_table_text(t, "code", f[i].code);
		vms_table_text(t, "dn", f[i].dn);
		vms_table_text(t, "attribute", f[i].attr);
		vms_table_text(t, "text", f[i].text);
		vms_table_bool(t, "degrades", f[i].degrades);
	}
}

void
vms_req_lint(struct vms_ask *a)
{
	struct vms_table t = { .arena = &a->arena };
	const struct vms_finding *f;
	uint32_t n = 0;

	if (a->e->gen.model == NULL) {
		vms_ask_error(a, VMS_E_UNAVAILABLE, "nothing is known of the "
		    "directory yet");
		return;
	}
	f = vms_model_findings(a->e->gen.model, &n);
	put_findings(&t, f, n);
	put_findings(&t, a->e->gen.identity.findings,
	    a->e->gen.identity.n_findings);
	vms_table_reply(a, &t);
}

void
vms_req_sync(struct vms_ask *a)
{
	struct vms_table t = { .arena = &a->arena, .single = true };
	struct vms_err err = { 0 };
	struct vms_str head, name;
	int r;

	if (vms_str_cut(a->m.u.word_req.word, ' ', &head, &name) &&
	    vms_str_eq(head, VMS_STR("adopt")))
		r = vms_adopt(a->e, name, &err);
	else
		r = vms_feed_command(a->e->feed, a->m.u.word_req.word, &err);
	if (r == -1) {
		vms_ask_error(a, err.code, "%s", err.msg);
		return;
	}
	put_feed(&t, a->e);
	vms_table_reply(a, &t);
}

int
vms_watch_message(struct vms_engine *e, struct vms_arena *arena,
    struct vms_message *m)
{
	struct vms_table t = { .arena = arena, .single = true };

	vms_table_number(&t, "generation", (int64_t)e->gen.number);
	if (t.bad)
		return -1;
	*m = (struct vms_message){ .type = VMS_A_TABLE };
	m->u.table_rep.single = true;
	m->u.table_rep.rows = t.rows;
	m->u.table_rep.n_rows = t.n;
	return 0;
}

void
vms_req_watch(struct vms_ask *a)
{
	struct vms_message m;

	if (vms_watch_message(a->e, &a->arena, &m) == -1)
		vms_ask_error(a, VMS_E_SYSTEM, "out of memory");
	else
		vms_ask_watch(a, &m);
}
