/* SPDX-License-Identifier: MIT */
/* Ending sessions: see endsession.h. */
#include "vmsd/endsession.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "vmsd/child.h"
#include "vmsd/endmatch.h"
#include "vmsd/endtell.h"
#include "vmsd/log.h"
#include "vmsd/parent_priv.h"

#define SLICE "/sys/fs/cgroup/user.slice/user-%u.slice"
/* For sshd to pass on what was written to a terminal, and to end by itself
 * with what it runs. */
#define LINE_MS 300
/* From TERM to KILL, and to a leader that does not leave by itself. */
#define KILL_MS 1000
#define LEADER_MS 3000
#define LEADER_KILL_MS 6000
/* How often to look: while it is hoped for, and when it takes long. */
#define SOON_MS 50
#define LATE_MS 1000
#define TTYS_MAX 256

struct ending {
	struct vms_end e;
	int64_t since_ms;	/* 0: nothing done yet */
	enum step {
		STEP_NONE = 0,
		STEP_FIRST,	/* this look: the word, TERM and HUP */
		STEP_WAIT,
		STEP_LAST,	/* this look: TERM and HUP to the rest too */
		STEP_OVER
	} step;
	bool told;		/* a terminal was */
	bool closed;		/* PAM is done with it: no leader to wait for */
	bool late;		/* told that it takes long */
	bool done;
};

struct vms_endsession {
	struct vms_parent *parent;
	struct event *round;
	struct ending *v;
	size_t n, cap;
	struct vms_proclist all;	/* of this look */
	uint32_t told[TTYS_MAX];	/* terminals, at this look */
	uint32_t n_told;
};

bool
vms_endsession_signal(const struct vms_procinfo *who, const int *signals,
    size_t n)
{
	int fd = pidfd_open((pid_t)who->pid, 0);
	struct vms_procinfo now;
	bool there;

	if (fd == -1)
		return false;
	/* From here on fd is one process for good; is it the one?  If that
	 * cannot be told, nobody is signalled. */
	there = vms_procinfo_read(who->pid, &now) == 0 &&
	    now.start_ticks == who->start_ticks;
	for (size_t i = 0; there && i < n; i++)
		if (pidfd_send_signal(fd, signals[i], NULL, 0) == -1 &&
		    errno != ESRCH)
			vms_log(VMS_LOG_ERR, "signal %d to pid %u: %s",
			    signals[i], who->pid, strerror(errno));
	close(fd);
	return there;
}

static void
say_ended(struct vms_parent *p, const struct vms_end *e, const char *problem)
{
	struct vms_wr w = { 0 };

	vms_wr_str(&w, vms_str_of(e->id));
	vms_wr_str(&w, vms_str_of(problem));
	/* A lost engine ends the daemon by itself. */
	(void)vms_evchan_send(p->engine.chan, VMS_IPC_ENDED, &w, -1, NULL);
	vms_wr_fini(&w);
}

/*
 * Ask the kernel to end all of a control group at once.  The path holds a
 * number and a checked word; that it is below the user's own slice makes it
 * the user's.  Without logind there is none.
 */
static void
kill_cgroup(const struct vms_end *e)
{
	char path[256];
	int fd;

	if (e->whole)
		snprintf(path, sizeof(path), SLICE "/cgroup.kill", e->uid);
	else if (e->logind[0] != '\0')
		snprintf(path, sizeof(path), SLICE "/session-%s.scope/"
		    "cgroup.kill", e->uid, e->logind);
	else
		return;
	fd = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1) {
		if (errno != ENOENT && errno != ENOTDIR)
			vms_log(VMS_LOG_WARNING, "%s: %s", path,
			    strerror(errno));
		return;
	}
	if (write(fd, "1", 1) != 1)
		vms_log(VMS_LOG_WARNING, "%s: %s", path, strerror(errno));
	close(fd);
}

/* Each terminal once a look, whichever of its user's sessions comes first. */
static bool
tell(struct vms_endsession *t, struct ending *g)
{
	bool told = false;

	for (size_t i = 0; i < t->all.n; i++) {
		const struct vms_proc *p = &t->all.v[i];
		bool again = false;

		if (p->info.tty == 0 ||
		    vms_end_match(&g->e, &t->all, p) != VMS_END_PART)
			continue;
		for (uint32_t k = 0; k < t->n_told; k++)
			again |= t->told[k] == p->info.tty;
		if (!again && t->n_told < TTYS_MAX &&
		    vms_end_tell(&g->e, p->info.tty)) {
			t->told[t->n_told++] = p->info.tty;
			again = true;
		}
		told |= again;
	}
	return told;
}

/* Root's process that waits for the session's others.  It is signalled only
 * where the kernel says that it logged this user in. */
static void
push_leader(const struct ending *g, const struct vms_proc *p, int64_t age_ms)
{
	static const int term[] = { SIGTERM }, kill[] = { SIGKILL };

	if (p->info.login_uid == g->e.uid && age_ms >= LEADER_MS)
		vms_endsession_signal(&p->info,
		    age_ms >= LEADER_KILL_MS ? kill : term, 1);
}

/* What passes a session's output on: sshd's process of the user's, below
 * root's own.  The last word has to get through it. */
static bool
is_line(const struct vms_endsession *t, const struct vms_proc *p)
{
	const struct vms_proc *up = vms_proclist_find(&t->all,
	    p->info.parent);

	return p->info.tty == 0 && up != NULL && up->info.pid != 1 &&
	    up->uid == 0;
}

static void
push_part(const struct vms_endsession *t, const struct ending *g,
    const struct vms_proc *p, int64_t age_ms)
{
	static const int ask[] = { SIGTERM, SIGHUP }, kill[] = { SIGKILL };

	if (age_ms >= KILL_MS)
		vms_endsession_signal(&p->info, kill, 1);
	else if (g->step == STEP_LAST ||
	    (g->step == STEP_FIRST && !(g->told && is_line(t, p))))
		vms_endsession_signal(&p->info, ask, 2);
}

/* Which step this look is.  A line without its session has a while to go by
 * itself; there is no such while where nobody was told. */
static void
take_step(struct vms_endsession *t, struct ending *g, int64_t now_ms)
{
	if (g->step == STEP_NONE) {
		g->since_ms = now_ms;
		g->told = tell(t, g);
		g->step = STEP_FIRST;
	} else if (g->step == STEP_FIRST || g->step == STEP_WAIT) {
		g->step = now_ms - g->since_ms >= LINE_MS ? STEP_LAST :
		    STEP_WAIT;
	} else {
		g->step = STEP_OVER;
	}
	if (g->step == STEP_LAST || (g->step == STEP_FIRST && !g->told))
		kill_cgroup(&g->e);
}

/* One look at one session: signals what is left of it. */
static void
push(struct vms_endsession *t, struct ending *g, int64_t now_ms)
{
	const struct vms_proc *leader = NULL;
	int64_t age_ms;
	size_t parts = 0;

	take_step(t, g, now_ms);
	age_ms = now_ms - g->since_ms;
	/* All ties first: the signals cut them. */
	for (size_t i = 0; i < t->all.n; i++)
		if (vms_end_match(&g->e, &t->all, &t->all.v[i]) ==
		    VMS_END_PART)
			vms_end_note(&g->e, &t->all, &t->all.v[i]);
	for (size_t i = 0; i < t->all.n; i++) {
		const struct vms_proc *p = &t->all.v[i];
		enum vms_end_part part = vms_end_match(&g->e, &t->all, p);

		if (part == VMS_END_LEADER)
			leader = p;
		if (part != VMS_END_PART)
			continue;
		parts++;
		push_part(t, g, p, age_ms);
	}
	if (parts == 0 && leader != NULL && !g->closed)
		push_leader(g, leader, age_ms);
	g->done = parts == 0 && (leader == NULL ||
	    (g->closed && age_ms >= KILL_MS));
	/* Nothing that we know of is left of it; the scope may know more. */
	if (g->done && g->told && g->step < STEP_LAST)
		kill_cgroup(&g->e);
	if (!g->done && !g->late && age_ms > LEADER_KILL_MS + KILL_MS) {
		g->late = true;
		vms_log(VMS_LOG_WARNING, "session id=%s uid=%u is not empty "
		    "yet: processes=%zu leader=%s", g->e.id, g->e.uid, parts,
		    leader == NULL ? "gone" : "there");
	}
}

static void
again(struct vms_endsession *t, int64_t ms)
{
	const struct timeval tv = { ms / 1000, ms % 1000 * 1000 };

	if (evtimer_add(t->round, &tv) == -1)
		vms_log(VMS_LOG_ERR, "no timer to end sessions with");
}

/* Forget those that are empty; the age of the youngest that is left. */
static int64_t
forget_done(struct vms_endsession *t, int64_t now_ms)
{
	int64_t youngest = INT64_MAX;
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++) {
		int64_t age_ms = now_ms - t->v[i].since_ms;

		if (t->v[i].done) {
			if (t->v[i].e.grace_s == 0)
				say_ended(t->parent, &t->v[i].e, "");
			continue;
		}
		if (age_ms < youngest)
			youngest = age_ms;
		t->v[n++] = t->v[i];
	}
	t->n = n;
	return youngest;
}

static void
on_round(evutil_socket_t fd, short what, void *arg)
{
	struct vms_endsession *t = arg;
	int64_t now_ms = vms_parent_now_ms(), youngest;
	struct vms_err err = { 0 };

	(void)fd;
	(void)what;
	t->n_told = 0;
	if (vms_proclist_read(&t->all, &err) == -1) {
		vms_log_err("ending sessions", &err);
		again(t, LATE_MS);
		return;
	}
	for (size_t i = 0; i < t->n; i++) {
		if (t->v[i].e.grace_s > 0) {
			tell(t, &t->v[i]);
			t->v[i].done = true;
		} else {
			push(t, &t->v[i], now_ms);
		}
	}
	youngest = forget_done(t, now_ms);
	if (t->n > 0)
		again(t, youngest < LEADER_MS ? SOON_MS : LATE_MS);
}

static struct ending *
place(struct vms_endsession *t, const struct vms_end *e)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->v[i].e.id, e->id) == 0)
			return &t->v[i];
	if (t->n == VMS_SESSIONS_MAX)
		return NULL;
	if (t->n == t->cap) {
		size_t cap = t->cap == 0 ? 16 : t->cap * 2;
		struct ending *v = reallocarray(t->v, cap, sizeof(*v));

		if (v == NULL)
			return NULL;
		t->v = v;
		t->cap = cap;
	}
	t->v[t->n] = (struct ending){ 0 };
	return &t->v[t->n++];
}

static struct vms_endsession *
get(struct vms_parent *p)
{
	struct vms_endsession *t = p->endings;

	if (t != NULL)
		return t;
	t = calloc(1, sizeof(*t));
	if (t == NULL)
		return NULL;
	t->parent = p;
	t->round = evtimer_new(p->base, on_round, t);
	if (t->round == NULL) {
		free(t);
		return NULL;
	}
	p->endings = t;
	return t;
}

int
vms_endsession_take(struct vms_parent *p, struct vms_rd *r,
    struct vms_err *err)
{
	struct vms_endsession *t;
	struct ending *g;
	struct vms_end e;

	if (vms_end_decode(r, &e, err) == -1)
		return -1;
	if (e.uid < VMS_UID_FLOOR || (int64_t)e.uid < p->conf.nss.min_id ||
	    (int64_t)e.uid > p->conf.nss.max_id || vms_child_is_local(e.uid)) {
		vms_log(VMS_LOG_ERR, "refused to end session id=%s uid=%u: "
		    "not a user of the directory", e.id, e.uid);
		say_ended(p, &e, "not a user of the directory");
		return 0;
	}
	t = get(p);
	g = t == NULL ? NULL : place(t, &e);
	if (g == NULL)
		return vms_fail(err, VMS_E_SYSTEM, "no room to end a session");
	/* What ties processes to it is remembered over a new word; a leader
	 * that has closed PAM's session is still none of its parts. */
	if (e.leader.pid == 0 && g->e.leader.pid != 0) {
		e.leader = g->e.leader;
		g->closed = true;
	}
	memcpy(e.sids, g->e.sids, sizeof(e.sids));
	e.n_sids = g->e.n_sids;
	g->e = e;
	again(t, 0);
	return 0;
}

void
vms_endsession_free(struct vms_parent *p)
{
	struct vms_endsession *t = p->endings;

	p->endings = NULL;
	if (t == NULL)
		return;
	event_free(t->round);
	vms_proclist_fini(&t->all);
	free(t->v);
	free(t);
}
