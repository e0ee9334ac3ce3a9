/* SPDX-License-Identifier: MIT */
/* The seal role: see role_seal.h. */
#include "vmsd/role_seal.h"

#include <poll.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "libvms/bounds.h"
#include "vmsd/log.h"
#include "vmsd/role.h"
#include "vmsd/sandbox.h"
#include "vmsd/seal_files.h"

/* Our working directory. */
#define FOLDER "."

struct seal {
	struct vms_role_ctx ctx;
	struct vms_seal_files files;
	struct vms_delays delays;
};

static struct vms_verifier_cost
cost_of(const struct vms_conf *c)
{
	return (struct vms_verifier_cost){ (uint8_t)c->offline.scrypt_cost,
	    (uint32_t)c->offline.scrypt_r, (uint32_t)c->offline.scrypt_p };
}

static int
tell_have(void *arg, const struct vms_verifier_meta *meta,
    struct vms_err *err)
{
	struct seal *s = arg;
	struct vms_wr w = { 0 };
	int r;

	vms_wr_bytes(&w, meta->uuid, sizeof(meta->uuid));
	vms_wr_u64(&w, (uint64_t)meta->stored_s);
	vms_wr_str(&w, vms_str_of(meta->stamp));
	r = vms_chan_send(s->ctx.engine, VMS_IPC_SEAL_HAVE, &w, -1, err);
	vms_wr_fini(&w);
	return r;
}

static int
tell_result(struct seal *s, uint32_t id, enum vms_seal_answer answer,
    uint32_t wait_s, struct vms_err *err)
{
	struct vms_wr w = { 0 };
	int r;

	vms_wr_u32(&w, id);
	vms_wr_u8(&w, (uint8_t)answer);
	vms_wr_u32(&w, wait_s);
	r = vms_chan_send(s->ctx.engine, VMS_IPC_SEAL_RESULT, &w, -1, err);
	vms_wr_fini(&w);
	return r;
}

static void
keep_delays(struct seal *s)
{
	struct vms_err err = { 0 };

	if (vms_seal_put_delays(&s->files, &s->delays, &err) == -1)
		vms_log_err("delays are lost at a restart", &err);
}

/* 1, 0, or -1: there is nothing to compare with.  Takes the same time. */
static int
compare(struct seal *s, const uint8_t *uuid, struct vms_str secret)
{
	struct vms_verifier_cost cost = cost_of(&s->ctx.conf);
	struct vms_err err = { 0 };
	struct vms_verifier v = { 0 };
	int r = uuid == NULL ? 0 : vms_seal_get(&s->files, uuid, &v, &err);

	if (r == 1) {
		r = vms_verifier_check(&v, secret, &err);
	} else {
		if (r == 0)
			vms_verifier_waste(&cost, secret);
		r = -1;
	}
	explicit_bzero(&v, sizeof(v));
	if (err.code != VMS_E_OK)
		vms_log_err("verifier", &err);
	return r;
}

/* A failure is written down before the answer is given: who pulls the plug in
 * between has gained no try. */
static int
on_check(struct seal *s, struct vms_rd *b, struct vms_err *err)
{
	uint32_t id = vms_rd_u32(b), wait_s;
	const uint8_t *uuid = vms_rd_bytes(b, VMS_UUID_LEN);
	uint64_t origin = vms_rd_u64(b);
	bool usable = vms_rd_u8(b) != 0;
	struct vms_str secret = vms_rd_text(b, VMS_SECRET_MAX);
	int64_t now_s = (int64_t)time(NULL);
	int r;

	if (!vms_rd_done(b))
		return vms_fail(err, VMS_E_MALFORMED, "check message");
	wait_s = vms_delay_wait(&s->delays, uuid, origin, now_s);
	if (wait_s > 0)
		return tell_result(s, id, VMS_SEAL_WAIT, wait_s, err);
	r = compare(s, usable ? uuid : NULL, secret);
	if (r == 1) {
		if (vms_delay_forget(&s->delays, uuid, origin))
			keep_delays(s);
		return tell_result(s, id, VMS_SEAL_YES, 0, err);
	}
	vms_delay_failed(&s->delays, uuid, origin, now_s);
	keep_delays(s);
	return tell_result(s, id, r == 0 ? VMS_SEAL_NO : VMS_SEAL_NONE, 0,
	    err);
}

static int
store(struct seal *s, const struct vms_verifier_meta *meta,
    struct vms_str secret, struct vms_err *err)
{
	struct vms_verifier_cost cost = cost_of(&s->ctx.conf);
	uint8_t random[VMS_VERIFIER_RANDOM];
	struct vms_wr w = { 0 };
	int r;

	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		return vms_fail(err, VMS_E_SYSTEM, "no random numbers");
	r = vms_verifier_make(&s->files.key, meta, &cost, secret, random, &w,
	    err);
	if (r == 0)
		r = vms_seal_put(&s->files, meta->uuid, &w, err);
	vms_wr_fini(&w);
	return r;
}

static int
on_store(struct seal *s, struct vms_rd *b, struct vms_err *err)
{
	uint32_t id = vms_rd_u32(b);
	const uint8_t *uuid = vms_rd_bytes(b, VMS_UUID_LEN);
	struct vms_verifier_meta meta = {
	    .stored_s = (int64_t)vms_rd_u64(b) };
	struct vms_str stamp = vms_rd_text(b, VMS_STAMP_MAX);
	struct vms_str secret = vms_rd_text(b, VMS_SECRET_MAX);
	struct vms_err why = { 0 };

	if (!vms_rd_done(b) || vms_str_copy(meta.stamp, sizeof(meta.stamp),
	    stamp) == -1)
		return vms_fail(err, VMS_E_MALFORMED, "store message");
	memcpy(meta.uuid, uuid, sizeof(meta.uuid));
	if (store(s, &meta, secret, &why) == -1) {
		vms_log_err("a verifier was not stored", &why);
		return tell_result(s, id, VMS_SEAL_NONE, 0, err);
	}
	if (tell_have(s, &meta, err) == -1)
		return -1;
	return tell_result(s, id, VMS_SEAL_YES, 0, err);
}

/* Drop it; with a secret, only if it is that one's. */
static int
on_drop(struct seal *s, struct vms_rd *b, struct vms_err *err)
{
	uint32_t id = vms_rd_u32(b);
	const uint8_t *uuid = vms_rd_bytes(b, VMS_UUID_LEN);
	struct vms_str secret = vms_rd_text(b, VMS_SECRET_MAX);
	struct vms_err why = { 0 };

	if (!vms_rd_done(b))
		return vms_fail(err, VMS_E_MALFORMED, "drop message");
	if (secret.len > 0 && compare(s, uuid, secret) != 1)
		return tell_result(s, id, VMS_SEAL_NO, 0, err);
	if (vms_seal_drop(&s->files, uuid, &why) == -1) {
		vms_log_err("a verifier was not dropped", &why);
		return tell_result(s, id, VMS_SEAL_NONE, 0, err);
	}
	return tell_result(s, id, VMS_SEAL_YES, 0, err);
}

static int
on_engine(struct seal *s, struct vms_chan_msg *m, struct vms_err *err)
{
	switch ((int)m->type) {
	case VMS_IPC_SEAL_CHECK:
		return on_check(s, &m->body, err);
	case VMS_IPC_SEAL_STORE:
		return on_store(s, &m->body, err);
	case VMS_IPC_SEAL_DROP:
		return on_drop(s, &m->body, err);
	}
	return vms_fail(err, VMS_E_MALFORMED, "message %d from the engine",
	    (int)m->type);
}

/* 0 served, or nothing yet; -1 the end. */
static int
take(struct seal *s, struct vms_chan *chan, struct vms_err *err)
{
	struct vms_chan_msg m;
	int r;

	while ((r = vms_chan_recv(chan, &m, err)) == 1) {
		if (m.fd != -1)
			return vms_fail(err, VMS_E_MALFORMED, "descriptor");
		if (chan == s->ctx.engine)
			r = on_engine(s, &m, err);
		else if (m.type == VMS_IPC_CONF)
			r = vms_role_take_conf(&s->ctx, &m.body, err);
		else
			r = vms_fail(err, VMS_E_MALFORMED,
			    "message %d from the parent", (int)m.type);
		if (r == -1)
			return -1;
	}
	return r;
}

static int
prepare(struct seal *s, struct vms_err *err)
{
	const struct vms_role_secret *key = &s->ctx.key_pem;

	if (vms_verifier_init(err) == -1 ||
	    vms_sandbox_enter(VMS_ROLE_SEAL, err) == -1 ||
	    vms_seal_open(&s->files, FOLDER, (struct vms_str){ key->p,
	    key->len }, err) == -1)
		return -1;
	vms_seal_get_delays(&s->files, &s->delays);
	return vms_seal_each(&s->files, tell_have, s, err);
}

int
vms_role_seal_main(int argc, char **argv)
{
	static struct seal seal = { .files = { .dir = -1 } };
	struct seal *s = &seal;
	struct vms_err err = { 0 };
	int r = -1;

	if (vms_role_begin(argc, argv, &s->ctx, &err) == 0)
		r = s->ctx.role == VMS_ROLE_SEAL ? prepare(s, &err) :
		    vms_fail(&err, VMS_E_MALFORMED, "not the seal");
	while (r == 0) {
		struct pollfd p[2] = {
			{ .fd = vms_chan_fd(s->ctx.engine), .events = POLLIN },
			{ .fd = vms_chan_fd(s->ctx.parent), .events = POLLIN },
		};

		if (vms_chan_queued(s->ctx.engine) > 0)
			p[0].events |= POLLOUT;
		(void)poll(p, 2, -1);
		if (p[0].revents & POLLOUT)
			r = vms_chan_flush(s->ctx.engine, &err) == -1 ? -1 :
			    0;
		if (r == 0 && p[1].revents != 0)
			r = take(s, s->ctx.parent, &err);
		if (r == 0 && p[0].revents & ~POLLOUT)
			r = take(s, s->ctx.engine, &err);
	}
	if (err.code != VMS_E_UNAVAILABLE)
		vms_log_err("seal ends", &err);
	vms_seal_fini(&s->files);
	vms_role_fini(&s->ctx);
	return err.code == VMS_E_UNAVAILABLE ? 0 : 1;
}
