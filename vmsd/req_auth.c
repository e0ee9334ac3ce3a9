/* SPDX-License-Identifier: MIT */
/*
 * Passwords: is it right, change it.  The directory says; here it is asked
 * through an auth worker, and its answer put into PAM's words; where it does
 * not answer, a verifier may.  A user who does not exist takes the same way.
 * Whether a password may be changed is req_change.c's.
 */
#include "vmsd/req_auth.h"

#include <stdio.h>
#include <string.h>

#include "libvms/bounds.h"
#include "vmsd/authpool.h"
#include "vmsd/feed.h"
#include "vmsd/guess.h"
#include "vmsd/log.h"
#include "vmsd/offline.h"

/* What a change may take, in logins: a fresh connection and two operations. */
#define CHANGE_FACTOR 4
/* Warn of a password that ends within this time. */
#define WARN_S (INT64_C(14) * 24 * 60 * 60)

/* Bound for a user who does not exist: costs a round trip, as any other. */
#define NOBODY "cn=vms-no-such-user,"

struct pending {
	bool known;
	uint8_t uuid[VMS_UUID_LEN];
	enum vms_msg type;
	bool must_change;	/* by the model */
	uint8_t target[VMS_UUID_LEN];	/* for the counting of guesses */
};

static void
log_auth(const struct vms_ask *a, const char *result,
    const struct vms_auth_answer *ans)
{
	const struct vms_pam_req *q = &a->m.u.pam_req;
	char user[VMS_LOG_QUOTE_SIZE], service[VMS_LOG_QUOTE_SIZE],
	    rhost[VMS_LOG_QUOTE_SIZE], said[VMS_LOG_QUOTE_SIZE];
	bool ok = ans != NULL && ans->outcome == VMS_AUTH_OK;

	vms_log(ok ? VMS_LOG_INFO : VMS_LOG_NOTICE, "%s result=%s by=%u "
	    "user=%s service=%s rhost=%s ldap=%u said=%s",
	    vms_msg_name(a->m.type), result, a->peer.uid, vms_log_quote(user, sizeof(user), q->user),
	    vms_log_quote(service, sizeof(service), q->service),
	    vms_log_quote(rhost, sizeof(rhost), q->rhost),
	    ans == NULL ? 0 : ans->ldap_result, vms_log_quote(said,
	    sizeof(said), ans == NULL ? VMS_STR("") : ans->diagnostic));
}

void
vms_auth_reply(struct vms_ask *a, enum vms_pam_result result,
    enum vms_reason reason, const char *text, bool is_error)
{
	vms_pam_reply(a, result, vms_reason_name(reason), vms_str_of(text),
	    is_error);
}

void
vms_auth_unavailable(struct vms_ask *a)
{
	bool change = a->m.type != VMS_Q_PAM_AUTH;

	vms_auth_reply(a, change ? VMS_PAM_TRY_AGAIN : VMS_PAM_UNAVAILABLE,
	    VMS_R_AUTH_UNAVAILABLE, change ? "The directory cannot be "
	    "reached; passwords cannot be changed now" : "", true);
}

/* How long the password is still good, if that is worth a word. */
static void
put_warning(const struct vms_auth_answer *ans, char *buf, size_t size)
{
	long long d = ans->expires_s / 86400, h = ans->expires_s / 3600;

	buf[0] = '\0';
	if (ans->grace >= 0)
		snprintf(buf, size, "Your password has expired; you may log "
		    "in %lld more time%s with it", (long long)ans->grace,
		    ans->grace == 1 ? "" : "s");
	else if (ans->expires_s >= 0 && ans->expires_s <= WARN_S)
		snprintf(buf, size, "Your password will expire in %lld "
		    "%s%s", d > 0 ? d : h, d > 0 ? "day" : "hour",
		    (d > 0 ? d : h) == 1 ? "" : "s");
}

/* An answer that lets the asker in, or tells him his password was right. */
static void
answer_right(struct vms_ask *a, const struct pending *p,
    const struct vms_auth_answer *ans)
{
	bool must = ans->outcome == VMS_AUTH_MUST_CHANGE;
	char text[160];

	vms_mustchange_set(&a->e->mustchange, p->uuid, must,
	    vms_engine_now_ms());
	if (p->type == VMS_Q_PAM_PRECHANGE) {
		vms_auth_reply(a, must || p->must_change ? VMS_PAM_NEW_TOKEN :
		    VMS_PAM_OK, VMS_R_AUTH_OK, "", false);
		return;
	}
	put_warning(ans, text, sizeof(text));
	vms_auth_reply(a, VMS_PAM_OK, VMS_R_AUTH_OK, text, false);
}

static void
answer_wrong(struct vms_ask *a, const struct pending *p,
    const struct vms_auth_answer *ans)
{
	/* Whoever knows an expired password may know that it is expired;
	 * a lock is not told, or it would tell who exists. */
	if (ans->outcome == VMS_AUTH_EXPIRED)
		vms_auth_reply(a, VMS_PAM_AUTH_ERR, VMS_R_PASSWORD_EXPIRED,
		    "Your password has expired; ask an administrator for a "
		    "new one", true);
	else if (p->known)
		vms_auth_reply(a, VMS_PAM_AUTH_ERR, VMS_R_PASSWORD_WRONG, "",
		    true);
	else
		vms_auth_reply(a, vms_name_is_ours(a->e, a->m.u.pam_req.user) ?
		    VMS_PAM_AUTH_ERR : VMS_PAM_UNKNOWN, VMS_R_USER_UNKNOWN,
		    "", true);
}

static void
count_guess(struct vms_ask *a, const struct pending *p,
    enum vms_auth_outcome o)
{
	if (o == VMS_AUTH_WRONG || o == VMS_AUTH_LOCKED)
		vms_guess_wrong(a, p->target);
	else if (o == VMS_AUTH_OK || o == VMS_AUTH_MUST_CHANGE)
		vms_guess_right(a, p->target);
}

static void
reply_wait(struct vms_ask *a, enum vms_pam_result result, uint32_t wait_s)
{
	char text[80];

	snprintf(text, sizeof(text), "Too many wrong passwords; try again in "
	    "%u second%s", wait_s, wait_s == 1 ? "" : "s");
	vms_auth_reply(a, result, VMS_R_PASSWORD_WRONG, text, true);
}

static const char *
outcome_word(enum vms_auth_outcome o)
{
	switch (o) {
	case VMS_AUTH_UNAVAILABLE:
		return "unavailable";
	case VMS_AUTH_OK:
		return "ok";
	case VMS_AUTH_WRONG:
		return "wrong";
	case VMS_AUTH_LOCKED:
		return "locked";
	case VMS_AUTH_EXPIRED:
		return "expired";
	case VMS_AUTH_MUST_CHANGE:
		return "must-change";
	case VMS_AUTH_REFUSED:
		return "refused";
	}
	return "?";
}

/* What the verifier says of it, or that it cannot be told. */
static void
on_offline(struct vms_ask *a, enum vms_seal_answer answer, uint32_t wait_s)
{
	static const char *const words[] = { [VMS_SEAL_NONE] = "offline-none",
	    [VMS_SEAL_NO] = "offline-wrong", [VMS_SEAL_YES] = "offline-ok",
	    [VMS_SEAL_WAIT] = "offline-wait" };

	log_auth(a, words[answer], NULL);
	switch (answer) {
	case VMS_SEAL_YES:
		vms_auth_reply(a, VMS_PAM_OK, VMS_R_AUTH_OK, "", false);
		return;
	case VMS_SEAL_NO:
		vms_auth_reply(a, VMS_PAM_AUTH_ERR, VMS_R_PASSWORD_WRONG, "",
		    true);
		return;
	case VMS_SEAL_WAIT:
		reply_wait(a, VMS_PAM_AUTH_ERR, wait_s);
		return;
	case VMS_SEAL_NONE:
		break;
	}
	vms_auth_unavailable(a);
}

/* Only a login may: whoever changes a password needs the directory. */
static void
go_offline(struct vms_ask *a)
{
	struct vms_err err = { 0 };

	if (a->m.type == VMS_Q_PAM_AUTH &&
	    vms_offline_check(a, on_offline, &err) == 0)
		return;
	if (err.code != VMS_E_OK)
		vms_log_err("offline", &err);
	vms_auth_unavailable(a);
}

static void
on_checked(void *arg, const struct vms_auth_answer *ans)
{
	struct vms_ask *a = arg;
	const struct pending *p = a->state;

	a->job = NULL;
	log_auth(a, outcome_word(ans->outcome), ans);
	count_guess(a, p, ans->outcome);
	vms_feed_heard(a->e->feed, ans->outcome != VMS_AUTH_UNAVAILABLE);
	switch (ans->outcome) {
	case VMS_AUTH_OK:
	case VMS_AUTH_MUST_CHANGE:
		/* The bind of a user whom we do not know proves nothing. */
		if (!p->known) {
			answer_wrong(a, p, ans);
			return;
		}
		if (ans->outcome == VMS_AUTH_OK && ans->grace < 0)
			vms_offline_verified(a, p->uuid);
		answer_right(a, p, ans);
		return;
	case VMS_AUTH_WRONG:
	case VMS_AUTH_LOCKED:
	case VMS_AUTH_EXPIRED:
		if (p->known && ans->outcome != VMS_AUTH_LOCKED)
			vms_offline_refused(a->e->offline, p->uuid,
			    a->m.u.pam_req.secret);
		answer_wrong(a, p, ans);
		return;
	case VMS_AUTH_UNAVAILABLE:
		go_offline(a);
		return;
	case VMS_AUTH_REFUSED:
		break;
	}
	vms_auth_unavailable(a);
}

static void
on_changed(void *arg, const struct vms_auth_answer *ans)
{
	struct vms_ask *a = arg;
	const struct pending *p = a->state;
	char text[240];

	a->job = NULL;
	log_auth(a, outcome_word(ans->outcome), ans);
	count_guess(a, p, ans->outcome);
	switch (ans->outcome) {
	case VMS_AUTH_OK:
		vms_mustchange_set(&a->e->mustchange, p->uuid, false,
		    vms_engine_now_ms());
		vms_offline_changed(a->e->offline, p->uuid);
		vms_auth_reply(a, VMS_PAM_OK, VMS_R_AUTH_OK, "", false);
		return;
	case VMS_AUTH_REFUSED:
		snprintf(text, sizeof(text), "The directory refuses this "
		    "password%s%.*s", ans->diagnostic.len > 0 ? ": " : "",
		    (int)(ans->diagnostic.len < 180 ? ans->diagnostic.len :
		    180), ans->diagnostic.len > 0 ? ans->diagnostic.p : "");
		vms_auth_reply(a, VMS_PAM_TOKEN_ERR, VMS_R_PASSWORD_CHANGE,
		    text, true);
		return;
	case VMS_AUTH_WRONG:
	case VMS_AUTH_LOCKED:
	case VMS_AUTH_EXPIRED:
		vms_auth_reply(a, VMS_PAM_AUTH_ERR, VMS_R_PASSWORD_WRONG,
		    "The current password is wrong", true);
		return;
	case VMS_AUTH_UNAVAILABLE:
	case VMS_AUTH_MUST_CHANGE:
		break;
	}
	vms_auth_unavailable(a);
}

/* Put the request on its way to a worker. */
void
vms_auth_submit(struct vms_ask *a, const struct vms_user_view *user, bool known)
{
	const struct vms_pam_req *q = &a->m.u.pam_req;
	const struct vms_conf *c = &a->e->ctx.conf;
	bool change = a->m.type == VMS_Q_PAM_CHANGE;
	struct pending *p = vms_arena_alloc(&a->arena, sizeof(*p));
	struct vms_err err = { 0 };
	char nobody[VMS_DN_MAX + sizeof(NOBODY)];
	struct vms_auth_ask ask = {
		.secret = q->secret, .change = change,
		.new_secret = q->new_secret,
		.timeout_ms = c->directory.login_timeout_ms *
		    (change ? CHANGE_FACTOR : 1),
		/* root asks for others: su and sudo always come as 0. */
		.key = a->peer.uid == 0 ? (uint64_t)q->real_uid << 32 |
		    a->peer.login_uid : a->peer.uid,
		.shared_half = a->peer.uid != 0 || q->real_uid != 0 ||
		    a->peer.login_uid != UINT32_MAX,
	};
	uint32_t wait_s;

	if (p == NULL) {
		vms_auth_unavailable(a);
		return;
	}
	vms_guess_target(a, known ? user->uuid : NULL, p->target);
	wait_s = vms_guess_wait(a, p->target);
	if (wait_s > 0) {
		log_auth(a, "wait", NULL);
		reply_wait(a, VMS_PAM_MAXTRIES, wait_s);
		return;
	}
	snprintf(nobody, sizeof(nobody), NOBODY "%s",
	    c->directory.users.base);
	ask.dn = known ? user->dn : vms_str_of(nobody);
	p->known = known;
	p->type = a->m.type;
	if (known) {
		memcpy(p->uuid, user->uuid, sizeof(p->uuid));
		p->must_change = user->must_change;
	}
	a->state = p;
	if (vms_authpool_submit(a->e->auth, &ask, change ? on_changed :
	    on_checked, a, &a->job, &err) == -1) {
		vms_log_err("auth", &err);
		vms_auth_unavailable(a);
	}
}

/* Empty ones would bind as nobody and succeed (RFC 4513, 5.1.2). */
bool
vms_auth_is_hopeless(struct vms_str secret)
{
	return secret.len == 0 || secret.len > VMS_SECRET_MAX ||
	    memchr(secret.p, '\0', secret.len) != NULL;
}

void
vms_req_auth(struct vms_ask *a)
{
	struct vms_user_view user = { 0 };
	bool known = vms_find_user(a->e, a->m.u.pam_req.user, &user) == 0;

	if (vms_auth_is_hopeless(a->m.u.pam_req.secret)) {
		log_auth(a, "empty", NULL);
		vms_auth_reply(a, VMS_PAM_AUTH_ERR, VMS_R_PASSWORD_WRONG, "",
		    true);
		return;
	}
	if (!vms_feed_may_ask(a->e->feed)) {
		go_offline(a);
		return;
	}
	vms_auth_submit(a, &user, known);
}
