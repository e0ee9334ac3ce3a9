/* SPDX-License-Identifier: MIT */
/* Jobs for the auth workers: see authpool.h. */
#include "vmsd/authpool.h"

#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libvms/bounds.h"
#include "vmsd/engine.h"
#include "vmsd/evchan.h"
#include "vmsd/log.h"

#define WORKERS_MAX 64
#define JOBS_MAX 256
/* Of one asker at the same time. */
#define QUOTA 16
/* A worker gives up by itself at the deadline; this much later it hangs. */
#define GRACE_MS 250
/* Where a job's message holds its time. */
#define TIME_AT 4

struct worker {
	struct vms_authpool *pool;
	uint32_t index;
	struct vms_evchan *chan;	/* NULL: not there */
	struct vms_auth_job *job;	/* NULL: free */
};

struct vms_auth_job {
	struct vms_auth_job *next;
	struct vms_authpool *pool;
	struct worker *worker;		/* NULL: queued */
	struct event *deadline;
	uint32_t id;
	uint64_t key;
	bool change, shared_half;
	int64_t timeout_ms, due_ms;
	struct vms_wr body;		/* what the worker gets */
	vms_auth_done_fn *done;		/* NULL: cancelled */
	void *arg;
};

struct vms_authpool {
	struct event_base *base;
	void (*restart)(void *arg, uint32_t index);
	void *arg;
	struct worker workers[WORKERS_MAX];
	struct vms_auth_job *jobs;	/* all, oldest first */
	uint32_t next_id, n_jobs;
};

struct vms_authpool *
vms_authpool_new(struct event_base *base,
    void (*restart)(void *arg, uint32_t index), void *arg)
{
	struct vms_authpool *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->base = base;
	p->restart = restart;
	p->arg = arg;
	for (uint32_t i = 0; i < WORKERS_MAX; i++)
		p->workers[i] = (struct worker){ .pool = p, .index = i };
	return p;
}

static void
free_job(struct vms_auth_job *job)
{
	struct vms_authpool *p = job->pool;

	for (struct vms_auth_job **at = &p->jobs; *at != NULL;
	    at = &(*at)->next) {
		if (*at != job)
			continue;
		*at = job->next;
		p->n_jobs--;
		break;
	}
	if (job->worker != NULL)
		job->worker->job = NULL;
	if (job->deadline != NULL)
		event_free(job->deadline);
	vms_wr_fini(&job->body);
	free(job);
}

static void
finish(struct vms_auth_job *job, const struct vms_auth_answer *a)
{
	vms_auth_done_fn *done = job->done;
	void *arg = job->arg;

	free_job(job);
	if (done != NULL)
		done(arg, a);
}

static void
finish_unavailable(struct vms_auth_job *job, const char *why)
{
	const struct vms_auth_answer a = {
		.outcome = VMS_AUTH_UNAVAILABLE, .ppolicy_error = -1,
		.expires_s = -1, .grace = -1,
		.diagnostic = vms_str_of(why),
	};

	finish(job, &a);
}

/* Whether a worker may take it: somebody waits for it, and there is time. */
static bool
is_waiting(const struct vms_auth_job *job, int64_t now_ms)
{
	return job->worker == NULL && job->done != NULL &&
	    job->due_ms > now_ms;
}

/* Give waiting jobs to free workers. */
static void
dispatch(struct vms_authpool *p)
{
	struct vms_auth_job *job = p->jobs;
	int64_t now_ms = vms_engine_now_ms();

	for (uint32_t i = 0; i < WORKERS_MAX; i++) {
		struct worker *w = &p->workers[i];

		if (w->chan == NULL || w->job != NULL)
			continue;
		while (job != NULL && !is_waiting(job, now_ms))
			job = job->next;
		if (job == NULL)
			return;
		w->job = job;
		job->worker = w;
		/* What waiting left of it: with all of it anew the worker
		 * would be ended as hung, though it works. */
		vms_wr_patch_u32(&job->body, TIME_AT,
		    (uint32_t)(job->due_ms - now_ms));
		/* A failure is told by on_lost, which ends the job. */
		(void)vms_evchan_send(w->chan, job->change ?
		    VMS_IPC_AUTH_CHANGE : VMS_IPC_AUTH_BIND, &job->body, -1,
		    NULL);
		vms_wr_fini(&job->body);
		job->body = (struct vms_wr){ 0 };
	}
}

static int
on_msg(void *arg, struct vms_chan_msg *m, struct vms_err *err)
{
	struct worker *w = arg;
	struct vms_auth_answer a = { 0 };
	struct vms_rd *r = &m->body;
	uint32_t id = vms_rd_u32(r);
	uint8_t outcome = vms_rd_u8(r);

	if (m->fd >= 0)
		close(m->fd);
	a.ldap_result = vms_rd_u32(r);
	a.ppolicy_error = (int)vms_rd_u8(r) - 1;
	a.expires_s = (int64_t)vms_rd_u32(r) - 1;
	a.grace = (int64_t)vms_rd_u32(r) - 1;
	a.diagnostic = vms_rd_text(r, VMS_TEXT_MAX);
	if (m->type != VMS_IPC_AUTH_RESULT || !vms_rd_done(r) ||
	    outcome > VMS_AUTH_REFUSED || w->job == NULL ||
	    w->job->id != id)
		return vms_fail(err, VMS_E_MALFORMED,
		    "message %d from auth %u", (int)m->type, w->index);
	a.outcome = (enum vms_auth_outcome)outcome;
	finish(w->job, &a);
	dispatch(w->pool);
	return 0;
}

static void
on_lost(void *arg, const struct vms_err *err)
{
	struct worker *w = arg;

	if (err->code == VMS_E_MALFORMED) {
		vms_log_err("auth", err);
		w->pool->restart(w->pool->arg, w->index);
	}
	vms_evchan_free(w->chan);
	w->chan = NULL;
	if (w->job != NULL)
		finish_unavailable(w->job, "the worker was lost");
}

static void
on_deadline(evutil_socket_t fd, short what, void *arg)
{
	struct vms_auth_job *job = arg;
	struct worker *w = job->worker;

	(void)fd;
	(void)what;
	if (w != NULL) {
		vms_log(VMS_LOG_WARNING, "auth %u gave no answer in %lld ms",
		    w->index, (long long)job->timeout_ms);
		w->pool->restart(w->pool->arg, w->index);
		vms_evchan_free(w->chan);
		w->chan = NULL;
	}
	finish_unavailable(job, w == NULL ? "no worker was free in time" :
	    "no answer in time");
}

int
vms_authpool_add(struct vms_authpool *p, uint32_t index, int fd,
    struct vms_err *err)
{
	struct worker *w;
	struct vms_chan *chan = vms_chan_new(fd);

	if (chan == NULL)
		return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	if (index >= WORKERS_MAX) {
		vms_chan_free(chan);
		return vms_fail(err, VMS_E_LIMIT, "auth %u", index);
	}
	w = &p->workers[index];
	if (w->chan != NULL) {
		vms_evchan_free(w->chan);
		w->chan = NULL;
		if (w->job != NULL)
			finish_unavailable(w->job, "the worker was lost");
	}
	w->chan = vms_evchan_new(p->base, chan, on_msg, on_lost, w);
	if (w->chan == NULL)
		return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	dispatch(p);
	return 0;
}

/* Whether this asker may have one more, and the queue has room for it. */
static int
check_quota(const struct vms_authpool *p, const struct vms_auth_ask *ask,
    struct vms_err *err)
{
	uint32_t same = 0, shared = 0;

	for (const struct vms_auth_job *j = p->jobs; j != NULL; j = j->next) {
		same += j->key == ask->key;
		shared += j->shared_half;
	}
	if (ask->shared_half && same >= QUOTA)
		return vms_fail(err, VMS_E_LIMIT,
		    "too many password checks at once");
	if (p->n_jobs >= JOBS_MAX ||
	    (ask->shared_half && shared >= JOBS_MAX / 2))
		return vms_fail(err, VMS_E_LIMIT,
		    "too many password checks wait");
	return 0;
}

static void
put_body(struct vms_auth_job *job, const struct vms_auth_ask *ask)
{
	vms_wr_u32(&job->body, job->id);
	vms_wr_u32(&job->body, 0);	/* known when a worker takes it */
	vms_wr_str(&job->body, ask->dn);
	vms_wr_str(&job->body, ask->secret);
	if (ask->change)
		vms_wr_str(&job->body, ask->new_secret);
}

int
vms_authpool_submit(struct vms_authpool *p, const struct vms_auth_ask *ask,
    vms_auth_done_fn *done, void *arg, struct vms_auth_job **out,
    struct vms_err *err)
{
	int64_t ms = ask->timeout_ms + GRACE_MS;
	struct timeval tv = { ms / 1000, ms % 1000 * 1000 };
	struct vms_auth_job *job, **at;

	*out = NULL;
	if (check_quota(p, ask, err) == -1)
		return -1;
	job = calloc(1, sizeof(*job));
	if (job == NULL)
		return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	*job = (struct vms_auth_job){ .pool = p, .id = ++p->next_id,
	    .key = ask->key, .change = ask->change,
	    .shared_half = ask->shared_half, .timeout_ms = ask->timeout_ms,
	    .due_ms = vms_engine_now_ms() + ask->timeout_ms,
	    .done = done, .arg = arg };
	put_body(job, ask);
	for (at = &p->jobs; *at != NULL; at = &(*at)->next)
		;
	*at = job;
	p->n_jobs++;
	job->deadline = evtimer_new(p->base, on_deadline, job);
	if (job->body.bad || job->deadline == NULL ||
	    evtimer_add(job->deadline, &tv) == -1) {
		free_job(job);
		return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	}
	dispatch(p);
	*out = job;
	return 0;
}

void
vms_authpool_cancel(struct vms_auth_job *job)
{
	/* A job at work stays until its worker answers: that answer must not
	 * be taken for another's. */
	job->done = NULL;
	if (job->worker == NULL)
		free_job(job);
}

void
vms_authpool_counts(const struct vms_authpool *p, uint32_t *workers,
    uint32_t *jobs)
{
	*workers = 0;
	for (uint32_t i = 0; i < WORKERS_MAX; i++)
		*workers += p->workers[i].chan != NULL;
	*jobs = p->n_jobs;
}

void
vms_authpool_free(struct vms_authpool *p)
{
	if (p == NULL)
		return;
	while (p->jobs != NULL)
		free_job(p->jobs);
	for (uint32_t i = 0; i < WORKERS_MAX; i++)
		vms_evchan_free(p->workers[i].chan);
	free(p);
}
