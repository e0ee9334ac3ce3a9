/* SPDX-License-Identifier: MIT */
/*
 * The auth role: one password at a time.
 *
 * A bind goes over a connection that is kept and bound again; it is kept only
 * after a whole answer 0 or 49 to our own message.  A password is changed as
 * its owner, over a fresh connection.  Decides nothing: what an answer means
 * is in auth_outcome.c, who may log in is the engine's.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libvms/dn.h"
#include "vmsd/auth_outcome.h"
#include "vmsd/ldapc.h"
#include "vmsd/log.h"
#include "vmsd/role_ldap.h"

#define DEADLINE_MAX_MS 60000
#define ROOT_MS 1000

struct auth {
	struct vms_role_ctx *ctx;
	struct vms_ldapc_env env;
	struct vms_ldapc *kept;		/* or NULL */
	struct vms_ldapc_root root;	/* of the server of kept */
	size_t server;			/* the one that answered last */
};

struct result {
	enum vms_auth_outcome outcome;
	struct vms_ldapc_answer answer;
	char text[VMS_TEXT_MAX / 4];
};

static void
unavailable(struct result *res, const struct vms_err *err)
{
	*res = (struct result){ .outcome = VMS_AUTH_UNAVAILABLE,
		.answer = { .result = -1, .policy = { -1, -1,
		    VMS_PP_NONE } } };
	snprintf(res->text, sizeof(res->text), "%s", err->msg);
}

static void
drop(struct auth *a)
{
	vms_ldapc_close(a->kept);
	a->kept = NULL;
}

/* The first server that answers, from the last good one on. */
static int
connect_any(struct auth *a, int64_t deadline, struct vms_ldapc **out,
    struct vms_err *err)
{
	const struct vms_conf_list *uris = &a->ctx->conf.directory.uri;
	size_t first = a->server;

	for (size_t i = 0; i < uris->n; i++) {
		size_t k = (first + i) % uris->n;
		int64_t now = vms_ldapc_now_ms(), by = deadline;

		/* A silent one must leave time for the next. */
		if (i + 1 < uris->n && deadline > now)
			by = now + (deadline - now) / 2;
		if (vms_ldapc_open(&a->env, uris->v[k], by, out, err) == 0) {
			a->server = k;
			return 0;
		}
		if (vms_ldapc_now_ms() >= deadline)
			break;
	}
	return -1;
}

static int
ready(struct auth *a, int64_t deadline, struct vms_err *err)
{
	if (a->kept != NULL && vms_ldapc_is_quiet(a->kept))
		return 0;
	drop(a);
	if (connect_any(a, deadline, &a->kept, err) == -1)
		return -1;
	if (vms_ldapc_read_root(a->kept, "", deadline, &a->root, err) == 0)
		return 0;
	drop(a);
	return -1;
}

enum who { NOT_ANSWERED, SOMEBODY_ELSE, THE_ONE_MEANT };

/* Whom the server bound. */
static enum who
is_who(struct auth *a, struct vms_str dn, int64_t deadline,
    struct vms_err *err)
{
	struct vms_ldapc_answer answer;
	struct vms_arena mem = { 0 };
	struct vms_wr w = { 0 };
	struct vms_str who, want = { 0 }, have = { 0 };
	enum who bound = NOT_ANSWERED;

	if (vms_ldapc_whoami(a->kept, deadline, &w, &answer, err) == -1)
		goto out;
	bound = SOMEBODY_ELSE;
	who = (struct vms_str){ (const char *)w.p, w.len };
	if (answer.result == VMS_LDAP_OK && !w.bad && who.len > 3 &&
	    memcmp(who.p, "dn:", 3) == 0 &&
	    vms_dn_normal((struct vms_str){ who.p + 3, who.len - 3 }, &mem,
	    &have) == 0 && vms_dn_normal(dn, &mem, &want) == 0 &&
	    vms_str_eq(have, want))
		bound = THE_ONE_MEANT;
	if (bound == SOMEBODY_ELSE)
		vms_fail(err, VMS_E_UNAVAILABLE,
		    "%s: the server bound somebody else",
		    vms_ldapc_uri(a->kept));
out:
	vms_wr_fini(&w);
	vms_arena_fini(&mem);
	return bound;
}

/* A success counts only for the one who was meant; a server that answers
 * otherwise is in no trouble that the offline verifier may stand in for. */
static void
check_who(struct auth *a, struct vms_str dn, int64_t deadline,
    struct result *res)
{
	struct vms_err err = { 0 };
	enum who bound = is_who(a, dn, deadline, &err);

	if (bound == THE_ONE_MEANT)
		return;
	unavailable(res, &err);
	if (bound == SOMEBODY_ELSE)
		res->outcome = VMS_AUTH_REFUSED;
	drop(a);
}

static void
judge(struct result *res)
{
	struct vms_str text = vms_str_of(res->answer.text);

	res->outcome = vms_auth_of_bind(res->answer.result,
	    &res->answer.policy, text);
	snprintf(res->text, sizeof(res->text), "%s", res->answer.text);
}

static void
do_bind(struct auth *a, struct vms_str dn, struct vms_str secret,
    int64_t deadline, struct result *res)
{
	struct vms_err err = { 0 };

	*res = (struct result){ .answer = { .result =
	    VMS_LDAP_INVALID_CREDENTIALS, .policy = { -1, -1,
	    VMS_PP_NONE } }, .outcome = VMS_AUTH_WRONG };
	if (secret.len == 0)
		return;		/* never asked: it would be anonymous */
	if (ready(a, deadline, &err) == -1 ||
	    vms_ldapc_bind_user(a->kept, dn, secret, deadline, &res->answer,
	    &err) == -1) {
		unavailable(res, &err);
		drop(a);
		return;
	}
	judge(res);
	/* One who must change the password may do nothing else (slapd: 50),
	 * and asking would fail. */
	if (res->outcome == VMS_AUTH_OK && a->root.whoami)
		check_who(a, dn, deadline, res);
	if (res->answer.result != VMS_LDAP_OK &&
	    res->answer.result != VMS_LDAP_INVALID_CREDENTIALS)
		drop(a);
}

static void
change_on(struct vms_ldapc *c, struct vms_str dn, struct vms_str old,
    struct vms_str new, int64_t deadline, struct result *res,
    struct vms_err *err)
{
	const char *text;

	if (vms_ldapc_bind_user(c, dn, old, deadline, &res->answer,
	    err) == -1) {
		unavailable(res, err);
		return;
	}
	judge(res);
	if (res->outcome != VMS_AUTH_OK &&
	    res->outcome != VMS_AUTH_MUST_CHANGE)
		return;
	if (vms_ldapc_change(c, dn, old, new, deadline, &res->answer,
	    err) == -1) {
		unavailable(res, err);
		return;
	}
	res->outcome = vms_auth_of_change(res->answer.result,
	    &res->answer.policy, vms_str_of(res->answer.text));
	text = vms_ppolicy_text(res->answer.policy.error);
	snprintf(res->text, sizeof(res->text), "%s", text[0] != '\0' ? text :
	    res->answer.text);
}

static void
do_change(struct auth *a, struct vms_str dn, struct vms_str old,
    struct vms_str new, int64_t deadline, struct result *res)
{
	struct vms_ldapc *c = NULL;
	struct vms_err err = { 0 };

	*res = (struct result){ .answer = { .result =
	    VMS_LDAP_INVALID_CREDENTIALS, .policy = { -1, -1,
	    VMS_PP_NONE } }, .outcome = VMS_AUTH_WRONG };
	if (old.len == 0)
		return;
	if (new.len == 0) {
		res->outcome = VMS_AUTH_REFUSED;
		snprintf(res->text, sizeof(res->text),
		    "an empty password is none");
		return;
	}
	if (connect_any(a, deadline, &c, &err) == -1)
		unavailable(res, &err);
	else
		change_on(c, dn, old, new, deadline, res, &err);
	vms_ldapc_close(c);
}

static int
reply(struct auth *a, uint32_t id, const struct result *res)
{
	const struct vms_ppolicy *pp = &res->answer.policy;
	struct vms_wr w = { 0 };
	struct vms_err err = { 0 };
	int r;

	vms_wr_u32(&w, id);
	vms_wr_u8(&w, (uint8_t)res->outcome);
	vms_wr_u32(&w, res->answer.result < 0 ? UINT32_MAX :
	    (uint32_t)res->answer.result);
	vms_wr_u8(&w, pp->error < 0 || pp->error > 200 ? 0 :
	    (uint8_t)(pp->error + 1));
	vms_wr_u32(&w, (uint32_t)(pp->expires_s + 1));
	vms_wr_u32(&w, (uint32_t)(pp->grace + 1));
	vms_wr_str(&w, vms_str_of(res->text));
	r = vms_chan_send(a->ctx->engine, VMS_IPC_AUTH_RESULT, &w, -1, &err);
	vms_wr_fini(&w);
	return r;
}

/* -1: the engine is broken or gone. */
static int
serve(struct auth *a, struct vms_chan_msg *m)
{
	bool change = m->type == VMS_IPC_AUTH_CHANGE;
	struct vms_str dn, old, new = { NULL, 0 };
	struct result res;
	uint32_t id, wait_ms;

	if (m->type != VMS_IPC_AUTH_BIND && !change)
		return -1;
	id = vms_rd_u32(&m->body);
	wait_ms = vms_rd_u32(&m->body);
	dn = vms_rd_text(&m->body, VMS_DN_MAX);
	old = vms_rd_text(&m->body, VMS_SECRET_MAX);
	if (change)
		new = vms_rd_text(&m->body, VMS_SECRET_MAX);
	if (!vms_rd_done(&m->body))
		return -1;
	if (wait_ms > DEADLINE_MAX_MS)
		wait_ms = DEADLINE_MAX_MS;
	if (change)
		do_change(a, dn, old, new, vms_ldapc_now_ms() + wait_ms,
		    &res);
	else
		do_bind(a, dn, old, vms_ldapc_now_ms() + wait_ms, &res);
	if (res.outcome == VMS_AUTH_UNAVAILABLE)
		vms_log(VMS_LOG_WARNING, "no answer on a password: %s",
		    res.text);
	return reply(a, id, &res);
}

static int
prepare(struct auth *a, struct vms_err *err)
{
	drop(a);
	a->server = 0;
	vms_ldapc_env_close(&a->env);
	/* Users bind with their own passwords; the certificate is shown if
	 * the server asks for one. */
	return vms_ldapc_env_open(&a->ctx->conf, NULL, a->ctx->key_pem.p,
	    a->ctx->key_pem.len, &a->env, err);
}

/* 0 served, or nothing yet; -1 the end. */
static int
take(struct auth *a, struct vms_chan *chan, struct vms_err *err)
{
	struct vms_chan_msg m;
	int r;

	while ((r = vms_chan_recv(chan, &m, err)) == 1) {
		if (chan == a->ctx->engine) {
			if (serve(a, &m) == -1)
				return vms_fail(err, VMS_E_MALFORMED,
				    "message %d from the engine",
				    (int)m.type);
		} else if (m.type != VMS_IPC_CONF ||
		    vms_role_take_conf(a->ctx, &m.body, err) == -1 ||
		    prepare(a, err) == -1) {
			return -1;
		}
	}
	return r;
}

/* Connect before the first login needs it; the server may be away. */
static void
warm_up(struct auth *a)
{
	struct vms_err err = { 0 };

	if (ready(a, vms_ldapc_now_ms() + ROOT_MS, &err) == -1)
		vms_log_err("no connection for logins yet", &err);
}

int
vms_auth_main(struct vms_role_ctx *ctx)
{
	struct auth a = { .ctx = ctx, .env = { .key_fd = -1 } };
	struct vms_err err = { 0 };
	int r = prepare(&a, &err);

	if (r == 0)
		warm_up(&a);
	while (r == 0) {
		struct pollfd p[2] = {
			{ .fd = vms_chan_fd(ctx->engine), .events = POLLIN },
			{ .fd = vms_chan_fd(ctx->parent), .events = POLLIN },
		};

		if (vms_chan_queued(ctx->engine) > 0)
			p[0].events |= POLLOUT;
		(void)poll(p, 2, -1);
		if (p[0].revents & POLLOUT)
			r = vms_chan_flush(ctx->engine, &err) == -1 ? -1 : 0;
		if (r == 0 && p[1].revents != 0)
			r = take(&a, ctx->parent, &err);
		if (r == 0 && p[0].revents & ~POLLOUT)
			r = take(&a, ctx->engine, &err);
	}
	if (err.code != VMS_E_UNAVAILABLE)
		vms_log_err("auth ends", &err);
	drop(&a);
	vms_ldapc_env_close(&a.env);
	return err.code == VMS_E_UNAVAILABLE ? 0 : 1;
}
