/* SPDX-License-Identifier: MIT */
/* The engine's end of the seal: see vault.h. */
#include "vmsd/vault.h"

#include <stdlib.h>
#include <string.h>

#include "vmsd/evchan.h"
#include "vmsd/log.h"

/* Work of each kind, and checks of one origin, that wait at the same time: a
 * check takes a tenth of a second. */
#define JOBS_MAX 64
#define ORIGIN_MAX 4

struct vms_vault_job {
	struct vms_vault_job *next;
	struct vms_vault *vault;
	enum vms_ipc type;
	uint32_t id;
	uint8_t uuid[VMS_UUID_LEN];
	uint64_t origin;
	struct vms_wr body;
	vms_vault_done_fn *done;	/* NULL: nobody waits */
	void *arg;
};

struct vms_vault {
	struct event_base *base;
	struct vms_evchan *seal;	/* NULL: not there */
	vms_vault_have_fn *have;
	void *arg;
	struct vms_vault_job *jobs;	/* waiting, oldest first */
	struct vms_vault_job *at_work;	/* sent */
	uint32_t next_id;
	struct vms_verifier_meta *v;
	size_t n, cap;
};

struct vms_vault *
vms_vault_new(struct event_base *base, vms_vault_have_fn *have, void *arg)
{
	struct vms_vault *v = calloc(1, sizeof(*v));

	if (v == NULL)
		return NULL;
	v->base = base;
	v->have = have;
	v->arg = arg;
	return v;
}

static void
free_job(struct vms_vault_job *job)
{
	if (job == NULL)
		return;
	vms_wr_fini(&job->body);	/* wipes the secret */
	free(job);
}

static struct vms_verifier_meta *
find(const struct vms_vault *v, const uint8_t *uuid)
{
	for (size_t i = 0; i < v->n; i++)
		if (memcmp(v->v[i].uuid, uuid, VMS_UUID_LEN) == 0)
			return &v->v[i];
	return NULL;
}

const struct vms_verifier_meta *
vms_vault_find(const struct vms_vault *v, const uint8_t uuid[VMS_UUID_LEN])
{
	return find(v, uuid);
}

size_t
vms_vault_count(const struct vms_vault *v)
{
	return v->n;
}

const struct vms_verifier_meta *
vms_vault_at(const struct vms_vault *v, size_t i)
{
	return &v->v[i];
}

static void
forget(struct vms_vault *v, const uint8_t *uuid)
{
	struct vms_verifier_meta *m = find(v, uuid);

	if (m != NULL)
		*m = v->v[--v->n];
}

/* First a check, then a drop, then the rest; each in its order. */
static struct vms_vault_job *
take_next(struct vms_vault *v)
{
	static const enum vms_ipc order[] = { VMS_IPC_SEAL_CHECK,
	    VMS_IPC_SEAL_DROP, VMS_IPC_SEAL_STORE };

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		for (struct vms_vault_job **at = &v->jobs; *at != NULL;
		    at = &(*at)->next) {
			struct vms_vault_job *job = *at;

			if (job->type != order[i])
				continue;
			*at = job->next;
			job->next = NULL;
			return job;
		}
	}
	return NULL;
}

static void
dispatch(struct vms_vault *v)
{
	if (v->seal == NULL || v->at_work != NULL)
		return;
	v->at_work = take_next(v);
	if (v->at_work != NULL)
		(void)vms_evchan_send(v->seal, v->at_work->type,
		    &v->at_work->body, -1, NULL);
}

static int
on_have(struct vms_vault *v, struct vms_rd *r, struct vms_err *err)
{
	const uint8_t *uuid = vms_rd_bytes(r, VMS_UUID_LEN);
	struct vms_verifier_meta m = { .stored_s = (int64_t)vms_rd_u64(r) };
	struct vms_str stamp = vms_rd_text(r, VMS_STAMP_MAX);
	struct vms_verifier_meta *at;

	if (!vms_rd_done(r) || vms_str_copy(m.stamp, sizeof(m.stamp),
	    stamp) == -1)
		return vms_fail(err, VMS_E_MALFORMED, "have message");
	memcpy(m.uuid, uuid, sizeof(m.uuid));
	at = find(v, m.uuid);
	if (at == NULL && v->n == v->cap) {
		size_t cap = v->cap == 0 ? 64 : 2 * v->cap;
		struct vms_verifier_meta *p = reallocarray(v->v, cap,
		    sizeof(*p));

		if (p == NULL)
			return vms_fail(err, VMS_E_SYSTEM, "out of memory");
		v->v = p;
		v->cap = cap;
	}
	if (at == NULL)
		at = &v->v[v->n++];
	*at = m;
	v->have(v->arg, &m);	/* may drop it again */
	return 0;
}

static int
on_result(struct vms_vault *v, struct vms_rd *r, struct vms_err *err)
{
	uint32_t id = vms_rd_u32(r);
	uint8_t answer = vms_rd_u8(r);
	uint32_t wait_s = vms_rd_u32(r);
	struct vms_vault_job *job = v->at_work;

	if (!vms_rd_done(r) || answer > VMS_SEAL_WAIT || job == NULL ||
	    job->id != id)
		return vms_fail(err, VMS_E_MALFORMED, "result message");
	v->at_work = NULL;
	if (job->type == VMS_IPC_SEAL_DROP && answer == VMS_SEAL_YES)
		forget(v, job->uuid);
	if (job->done != NULL)
		job->done(job->arg, (enum vms_seal_answer)answer, wait_s);
	free_job(job);
	dispatch(v);
	return 0;
}

static int
on_msg(void *arg, struct vms_chan_msg *m, struct vms_err *err)
{
	if (m->fd != -1)
		return vms_fail(err, VMS_E_MALFORMED, "descriptor from seal");
	if (m->type == VMS_IPC_SEAL_HAVE)
		return on_have(arg, &m->body, err);
	if (m->type == VMS_IPC_SEAL_RESULT)
		return on_result(arg, &m->body, err);
	return vms_fail(err, VMS_E_MALFORMED, "message %d from seal",
	    (int)m->type);
}

/* Its loss ends the daemon; until then nobody waits for it. */
static void
on_lost(void *arg, const struct vms_err *err)
{
	struct vms_vault *v = arg;
	struct vms_vault_job *job = v->at_work;

	vms_log_err("seal", err);
	vms_evchan_free(v->seal);
	v->seal = NULL;
	v->at_work = NULL;
	for (; job != NULL; job = take_next(v)) {
		if (job->done != NULL)
			job->done(job->arg, VMS_SEAL_NONE, 0);
		free_job(job);
	}
}

int
vms_vault_set_peer(struct vms_vault *v, int fd, struct vms_err *err)
{
	struct vms_chan *chan = vms_chan_new(fd);

	vms_evchan_free(v->seal);
	v->seal = chan == NULL ? NULL : vms_evchan_new(v->base, chan, on_msg,
	    on_lost, v);
	if (v->seal == NULL)
		return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	dispatch(v);
	return 0;
}

/* NULL: there is too much to do already, or no memory. */
static struct vms_vault_job *
new_job(struct vms_vault *v, enum vms_ipc type, const uint8_t *uuid,
    size_t max)
{
	struct vms_vault_job *job;
	size_t n = 0;

	for (job = v->jobs; job != NULL; job = job->next)
		n += job->type == type;
	job = n < max ? calloc(1, sizeof(*job)) : NULL;
	if (job == NULL)
		return NULL;
	job->vault = v;
	job->type = type;
	job->id = ++v->next_id;
	memcpy(job->uuid, uuid, sizeof(job->uuid));
	vms_wr_u32(&job->body, job->id);
	vms_wr_bytes(&job->body, uuid, VMS_UUID_LEN);
	return job;
}

static int
submit(struct vms_vault_job *job)
{
	struct vms_vault_job **at = &job->vault->jobs;

	if (job->body.bad) {
		free_job(job);
		return -1;
	}
	while (*at != NULL)
		at = &(*at)->next;
	*at = job;
	dispatch(job->vault);
	return 0;
}

static size_t
checks_of(const struct vms_vault *v, uint64_t origin)
{
	size_t n = v->at_work != NULL && v->at_work->origin == origin &&
	    v->at_work->type == VMS_IPC_SEAL_CHECK;

	for (const struct vms_vault_job *j = v->jobs; j != NULL; j = j->next)
		n += j->type == VMS_IPC_SEAL_CHECK && j->origin == origin;
	return n;
}

int
vms_vault_check(struct vms_vault *v, const struct vms_vault_check *check,
    vms_vault_done_fn *done, void *arg, struct vms_vault_job **job,
    struct vms_err *err)
{
	struct vms_vault_job *j;

	*job = NULL;
	if (v->seal == NULL)
		return vms_fail(err, VMS_E_UNAVAILABLE, "there is no seal");
	j = checks_of(v, check->origin) >= ORIGIN_MAX ? NULL :
	    new_job(v, VMS_IPC_SEAL_CHECK, check->uuid, JOBS_MAX);
	if (j == NULL)
		return vms_fail(err, VMS_E_LIMIT,
		    "too many passwords to check at once");
	j->origin = check->origin;
	j->done = done;
	j->arg = arg;
	vms_wr_u64(&j->body, check->origin);
	vms_wr_u8(&j->body, check->usable);
	vms_wr_str(&j->body, check->secret);
	/* Before submit: done may come at once if the channel breaks. */
	*job = j;
	if (submit(j) == 0)
		return 0;
	*job = NULL;
	return vms_fail(err, VMS_E_SYSTEM, "out of memory");
}

void
vms_vault_cancel(struct vms_vault_job *job)
{
	struct vms_vault *v = job->vault;

	job->done = NULL;
	for (struct vms_vault_job **at = &v->jobs; *at != NULL;
	    at = &(*at)->next) {
		if (*at != job)
			continue;
		*at = job->next;
		free_job(job);
		return;
	}
}

void
vms_vault_store(struct vms_vault *v, const struct vms_verifier_meta *meta,
    struct vms_str secret)
{
	struct vms_vault_job *job = v->seal == NULL ? NULL :
	    new_job(v, VMS_IPC_SEAL_STORE, meta->uuid, JOBS_MAX);

	if (job == NULL)
		return;
	vms_wr_u64(&job->body, (uint64_t)meta->stored_s);
	vms_wr_str(&job->body, vms_str_of(meta->stamp));
	vms_wr_str(&job->body, secret);
	(void)submit(job);
}

/* What waits to be stored for this user, and a drop that is asked for
 * already. */
static void
clear(struct vms_vault *v, const uint8_t *uuid)
{
	for (struct vms_vault_job **at = &v->jobs; *at != NULL;) {
		struct vms_vault_job *job = *at;

		if (memcmp(job->uuid, uuid, VMS_UUID_LEN) != 0 ||
		    (job->type != VMS_IPC_SEAL_STORE &&
		    job->type != VMS_IPC_SEAL_DROP)) {
			at = &job->next;
			continue;
		}
		*at = job->next;
		free_job(job);
	}
}

void
vms_vault_drop(struct vms_vault *v, const uint8_t uuid[VMS_UUID_LEN],
    struct vms_str secret)
{
	struct vms_vault_job *job;

	if (secret.len == 0) {
		clear(v, uuid);
		/* It opens nothing from now on. */
		forget(v, uuid);
	}
	if (v->seal == NULL)
		return;
	job = new_job(v, VMS_IPC_SEAL_DROP, uuid, secret.len == 0 ? SIZE_MAX :
	    JOBS_MAX);
	if (job == NULL)
		return;
	vms_wr_str(&job->body, secret);
	(void)submit(job);
}
