/* SPDX-License-Identifier: MIT */
/* The rules of offline logins: see offline.h. */
#include "vmsd/offline.h"

#include <stdlib.h>
#include <string.h>

#include "libvms/addr.h"
#include "libvms/bounds.h"
#include "vmsd/clock.h"
#include "vmsd/feed.h"
#include "vmsd/log.h"
#include "vmsd/session.h"
#include "vmsd/vault.h"

#define DAY_S INT64_C(86400)
/* A verifier whose password stamp cannot be read. */
#define BLIND_S DAY_S
/* A younger one with the same stamp is as good. */
#define RENEW_S 3600
/* From the auth stage to the account stage. */
#define STAGES_MS 60000
#define STAGES_MAX 64

/* A password between two stages of one login. */
struct between {
	struct vms_process process;
	uint8_t uuid[VMS_UUID_LEN];
	int64_t until_ms;	/* 0: an empty place */
	size_t len;
	char secret[VMS_SECRET_MAX];
};

struct vms_offline {
	struct vms_engine *e;
	struct vms_vault *vault;
	struct between stages[STAGES_MAX];
};

static void on_have(void *arg, const struct vms_verifier_meta *v);

struct vms_offline *
vms_offline_new(struct vms_engine *e, struct vms_err *err)
{
	struct vms_offline *o = calloc(1, sizeof(*o));

	if (o != NULL)
		o->vault = vms_vault_new(e->base, on_have, o);
	if (o == NULL || o->vault == NULL) {
		free(o);
		vms_fail(err, VMS_E_SYSTEM, "out of memory");
		return NULL;
	}
	o->e = e;
	return o;
}

int
vms_offline_set_peer(struct vms_offline *o, int fd, struct vms_err *err)
{
	return vms_vault_set_peer(o->vault, fd, err);
}

size_t
vms_offline_count(const struct vms_offline *o)
{
	return vms_vault_count(o->vault);
}

static void
clear(struct between *b)
{
	explicit_bzero(b, sizeof(*b));
}

void
vms_offline_tick(struct vms_offline *o)
{
	int64_t now_ms = vms_engine_now_ms();

	for (size_t i = 0; i < STAGES_MAX; i++)
		if (o->stages[i].until_ms != 0 &&
		    o->stages[i].until_ms < now_ms)
			clear(&o->stages[i]);
}

void
vms_offline_verified(struct vms_ask *a, const uint8_t uuid[VMS_UUID_LEN])
{
	struct vms_offline *o = a->e->offline;
	struct vms_str secret = a->m.u.pam_req.secret;
	struct between *at = &o->stages[0];

	if (a->m.type != VMS_Q_PAM_AUTH || secret.len > sizeof(at->secret))
		return;
	for (size_t i = 0; i < STAGES_MAX; i++)
		if (o->stages[i].until_ms < at->until_ms)
			at = &o->stages[i];
	clear(at);
	at->process = vms_asking_process(a);
	at->until_ms = vms_engine_now_ms() + STAGES_MS;
	at->len = secret.len;
	memcpy(at->uuid, uuid, VMS_UUID_LEN);
	memcpy(at->secret, secret.p, secret.len);
}

/* A policy that keeps a role from offline logins: its names, by commas. */
static bool
role_is_denied(const struct vms_engine *e, const struct vms_user_view *u)
{
	struct vms_arena scratch = { 0 };
	struct vms_str rest, word;
	const struct vms_str *roles;
	uint32_t index, n = 0;
	bool denied = false, more;

	if (vms_model_parameter(e->gen.model, VMS_STR("offline-deny-role"),
	    &rest) == -1)
		return false;
	if (vms_model_user_by_uuid(e->gen.model, u->uuid, &index) == -1)
		return true;
	roles = vms_model_user_roles(e->gen.model, index,
	    vms_str_of(e->ctx.conf.recorder), &scratch, &n);
	/* Which roles they are cannot be told. */
	if (roles == NULL)
		denied = true;
	for (more = roles != NULL; more && !denied;) {
		more = vms_str_cut(rest, ',', &word, &rest);
		for (uint32_t i = 0; i < n; i++)
			denied |= vms_str_caseeq(roles[i],
			    vms_str_trim(word));
	}
	vms_arena_fini(&scratch);
	return denied;
}

/* Whether a verifier of that stamp may be kept for the user. */
static bool
may_keep(const struct vms_engine *e, const struct vms_user_view *u,
    const char *stamp)
{
	return !u->blocked && u->stamp.len <= VMS_STAMP_MAX &&
	    vms_str_eq(u->stamp, vms_str_of(stamp)) && !role_is_denied(e, u);
}

static void
store(struct vms_offline *o, const struct vms_user_view *u,
    struct vms_str secret)
{
	const struct vms_verifier_meta *have = vms_vault_find(o->vault,
	    u->uuid);
	const struct vms_clock *clock = vms_feed_clock(o->e->feed);
	struct vms_verifier_meta meta = { .stored_s = clock->now_s };

	if (clock->state != VMS_CLOCK_TRUSTED || vms_str_copy(meta.stamp,
	    sizeof(meta.stamp), u->stamp) == -1 ||
	    !may_keep(o->e, u, meta.stamp))
		return;
	memcpy(meta.uuid, u->uuid, sizeof(meta.uuid));
	/* Without a stamp another password may be behind it. */
	if (have != NULL && meta.stamp[0] != '\0' &&
	    strcmp(have->stamp, meta.stamp) == 0 &&
	    vms_clock_age(clock, have->stored_s) < RENEW_S)
		return;
	vms_vault_store(o->vault, &meta, secret);
}

static bool
is_of(const struct between *b, const struct vms_process *process,
    const uint8_t uuid[VMS_UUID_LEN])
{
	return b->until_ms != 0 && b->process.pid == process->pid &&
	    b->process.start_ticks == process->start_ticks &&
	    memcmp(b->uuid, uuid, VMS_UUID_LEN) == 0;
}

bool
vms_offline_is_verified(const struct vms_ask *a,
    const uint8_t uuid[VMS_UUID_LEN])
{
	const struct vms_offline *o = a->e->offline;
	struct vms_process process = vms_asking_process(a);
	int64_t now_ms = vms_engine_now_ms();

	for (size_t i = 0; i < STAGES_MAX; i++)
		if (is_of(&o->stages[i], &process, uuid) &&
		    o->stages[i].until_ms >= now_ms)
			return true;
	return false;
}

void
vms_offline_allowed(struct vms_ask *a, const struct vms_login *l)
{
	struct vms_offline *o = a->e->offline;
	struct vms_process process = vms_asking_process(a);
	int64_t now_ms = vms_engine_now_ms();

	for (size_t i = 0; i < STAGES_MAX; i++) {
		struct between *b = &o->stages[i];

		if (!is_of(b, &process, l->user.uuid))
			continue;
		if (b->until_ms >= now_ms)
			store(o, &l->user,
			    (struct vms_str){ b->secret, b->len });
		clear(b);
	}
}

void
vms_offline_refused(struct vms_offline *o, const uint8_t uuid[VMS_UUID_LEN],
    struct vms_str secret)
{
	if (vms_vault_find(o->vault, uuid) != NULL && secret.len > 0)
		vms_vault_drop(o->vault, uuid, secret);
}

void
vms_offline_changed(struct vms_offline *o, const uint8_t uuid[VMS_UUID_LEN])
{
	for (size_t i = 0; i < STAGES_MAX; i++)
		if (memcmp(o->stages[i].uuid, uuid, VMS_UUID_LEN) == 0)
			clear(&o->stages[i]);
	vms_vault_drop(o->vault, uuid, VMS_STR(""));
}

/* Drop it unless it may stay; v is the caller's own. */
static void
judge(struct vms_offline *o, const struct vms_verifier_meta *v)
{
	const struct vms_model *m = o->e->gen.model;
	struct vms_user_view u;
	uint32_t index;

	/* A model of nothing is no news of anybody. */
	if (m == NULL || vms_feed_status(o->e->feed).fresh_s == 0)
		return;
	if (vms_model_user_by_uuid(m, v->uuid, &index) == 0) {
		u = vms_model_user(m, index);
		if (may_keep(o->e, &u, v->stamp))
			return;
	}
	vms_vault_drop(o->vault, v->uuid, VMS_STR(""));
}

static void
on_have(void *arg, const struct vms_verifier_meta *v)
{
	judge(arg, v);
}

void
vms_offline_new_generation(struct vms_offline *o)
{
	for (size_t i = vms_vault_count(o->vault); i-- > 0;) {
		struct vms_verifier_meta v = *vms_vault_at(o->vault, i);

		judge(o, &v);
	}
}

static int64_t
life_of(const struct vms_engine *e, const struct vms_verifier_meta *v)
{
	int64_t max_s = e->ctx.conf.offline.max_age_s;

	return v->stamp[0] == '\0' && max_s > BLIND_S ? BLIND_S : max_s;
}

/* NULL: it may be opened; else why not. */
static const char *
why_not(struct vms_engine *e, const struct vms_user_view *u)
{
	const struct vms_verifier_meta *v = vms_vault_find(e->offline->vault,
	    u->uuid);
	const struct vms_clock *clock = vms_feed_clock(e->feed);

	if (u->blocked)
		return "the account is locked or disabled";
	if (role_is_denied(e, u))
		return "the policy keeps a role of this user from it "
		    "(offline-deny-role)";
	if (v == NULL)
		return "no password was verified here since it was changed";
	if (!may_keep(e, u, v->stamp))
		return "the password was changed";
	if (clock->state != VMS_CLOCK_TRUSTED)
		return "the clock of this host cannot be trusted";
	if (vms_clock_age(clock, v->stored_s) >= life_of(e, v))
		return "the password was verified here too long ago";
	return NULL;
}

/* FNV-1a: only ever compared with itself. */
static uint64_t
mix(uint64_t h, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < len; i++)
		h = (h ^ p[i]) * UINT64_C(0x100000001b3);
	return h;
}

/* Where the tries come from: the client's network, else the local user.  An
 * asker who is not root is himself, whatever address he names. */
static uint64_t
origin_of(const struct vms_ask *a)
{
	const struct vms_pam_req *q = &a->m.u.pam_req;
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	uint32_t uid = a->peer.uid == 0 ? q->real_uid : a->peer.uid;
	struct vms_addr addr;

	if (a->peer.uid == 0 && q->rhost.len > 0 && uid == 0) {
		if (vms_addr_parse(q->rhost, &addr) == -1 &&
		    vms_addr_parse(q->conn, &addr) == -1)
			return mix(h, "?", 1);
		h = mix(h, &addr.family, 1);
		/* One customer has a whole /64 of IPv6. */
		return mix(h, addr.bytes, addr.family == 4 ? 4 : 8);
	}
	h = mix(h, "u", 1);
	return mix(h, &uid, sizeof(uid));
}

/* Somebody whom the directory does not have is delayed alike. */
static void
fill_nobody(struct vms_str name, uint8_t uuid[VMS_UUID_LEN])
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < name.len; i++) {
		char c = vms_ascii_lower(name.p[i]);

		h = mix(h, &c, 1);
	}
	memset(uuid, 0xff, VMS_UUID_LEN);
	memcpy(uuid, &h, sizeof(h));
}

struct waiting {
	struct vms_ask *a;
	vms_offline_done_fn *done;
};

static void
on_done(void *arg, enum vms_seal_answer answer, uint32_t wait_s)
{
	struct waiting *w = arg;
	struct vms_ask *a = w->a;

	a->vault_job = NULL;
	w->done(a, answer, wait_s);
}

int
vms_offline_check(struct vms_ask *a, vms_offline_done_fn *done,
    struct vms_err *err)
{
	struct vms_vault_check c = { .origin = origin_of(a),
	    .secret = a->m.u.pam_req.secret };
	struct waiting *w = vms_arena_alloc(&a->arena, sizeof(*w));
	struct vms_user_view u = { 0 };
	const char *why;

	if (w == NULL)
		return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	*w = (struct waiting){ a, done };
	if (vms_find_user(a->e, a->m.u.pam_req.user, &u) == 0) {
		memcpy(c.uuid, u.uuid, sizeof(c.uuid));
		why = why_not(a->e, &u);
		c.usable = why == NULL;
		if (why != NULL)
			vms_log(VMS_LOG_INFO, "no offline login: %s", why);
	} else {
		fill_nobody(a->m.u.pam_req.user, c.uuid);
	}
	return vms_vault_check(a->e->offline->vault, &c, on_done, w,
	    &a->vault_job, err);
}

/* The last moment at which old data decides, from now on. */
static int64_t
data_until(struct vms_engine *e)
{
	struct vms_feed_status s = vms_feed_status(e->feed);
	int64_t from_s = s.stale ? s.fresh_s : vms_feed_clock(e->feed)->now_s;
	int64_t age_s = DAY_S;
	struct vms_str text;

	/* What cannot be read is none, as in the decision. */
	if (vms_model_parameter(e->gen.model, VMS_STR("cache-max-age"),
	    &text) == 0)
		vms_num_parse(vms_str_trim(text), 0, INT32_MAX, &age_s);
	if (age_s > e->ctx.conf.offline.max_age_s)
		age_s = e->ctx.conf.offline.max_age_s;
	return from_s + age_s;
}

void
vms_offline_put_user(struct vms_table *t, struct vms_engine *e,
    const struct vms_user_view *u)
{
	const struct vms_verifier_meta *v = vms_vault_find(e->offline->vault,
	    u->uuid);
	const char *why = why_not(e, u);
	int64_t until_s = data_until(e);

	if (why == NULL && until_s < vms_feed_clock(e->feed)->now_s)
		why = "what is known of the directory is too old";
	if (why == NULL && v != NULL &&
	    v->stored_s + life_of(e, v) < until_s)
		until_s = v->stored_s + life_of(e, v);
	vms_table_bool(t, "offline", why == NULL);
	vms_table_number(t, "offline_until_at", why == NULL ? until_s : 0);
	vms_table_text(t, "offline_problem", vms_str_of(why == NULL ? "" :
	    why));
	vms_table_number(t, "verified_at", v == NULL ? 0 : v->stored_s);
}
