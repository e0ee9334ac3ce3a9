/* SPDX-License-Identifier: MIT */
/* The parent's roles: start, configure, replace. */
#include "vmsd/parent_priv.h"

#include <errno.h>
#include <event2/event.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "vmsd/child.h"
#include "vmsd/log.h"
#include "vmsd/role.h"

#define AGAIN_MIN_MS 100
#define AGAIN_MAX_MS 30000
/* A role that lived so long did not fail at its start. */
#define SETTLED_MS 60000
/* One that the engine had ended after so long is replaced at once. */
#define TOLD_MS 500

int64_t
vms_parent_now_ms(void)
{
	struct timespec ts = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void
on_again(evutil_socket_t fd, short what, void *arg)
{
	struct vms_parent_role *r = arg;
	struct vms_err err = { 0 };

	(void)fd;
	(void)what;
	if (r->parent->stopping || r->pid != -1)
		return;
	if (vms_parent_role_start(r, &err) == -1) {
		vms_log_err(vms_role_name(r->role), &err);
		vms_parent_role_again(r);
	}
}

void
vms_parent_role_again(struct vms_parent_role *r)
{
	int64_t lived = vms_parent_now_ms() - r->started_ms;
	int64_t ms = AGAIN_MIN_MS;
	struct timeval tv;

	/* What the engine ended at once, again and again, does not help by
	 * being started again at once. */
	r->told = r->told && lived > TOLD_MS;
	if (lived > SETTLED_MS || r->told)
		r->failures = 0;
	for (unsigned int i = 0; i < r->failures && ms < AGAIN_MAX_MS; i++)
		ms *= 2;
	if (ms > AGAIN_MAX_MS)
		ms = AGAIN_MAX_MS;
	if (r->told)
		ms = 0;
	r->told = false;
	r->failures++;
	tv = (struct timeval){ ms / 1000, ms % 1000 * 1000 };
	if (r->again == NULL)
		r->again = evtimer_new(r->parent->base, on_again, r);
	if (r->again == NULL || evtimer_add(r->again, &tv) == -1)
		vms_parent_stop(r->parent, 1);
}

void
vms_parent_role_gone(struct vms_parent_role *r, int status)
{
	const char *name = vms_role_name(r->role);

	if (r->parent->stopping)
		;
	else if (WIFSIGNALED(status))
		vms_log(r->told ? VMS_LOG_INFO : VMS_LOG_WARNING,
		    "%s %u ended by signal %d pid=%d%s", name, r->index,
		    WTERMSIG(status), (int)r->pid,
		    WTERMSIG(status) == SIGSYS ? " (system call refused)" :
		    "");
	else
		vms_log(VMS_LOG_WARNING, "%s %u exited with %d pid=%d", name,
		    r->index, WEXITSTATUS(status), (int)r->pid);
	r->pid = -1;
	vms_evchan_free(r->chan);
	r->chan = NULL;
}

/* sync, auth and seal have nothing to say to us. */
static int
on_silent_msg(void *arg, struct vms_chan_msg *m, struct vms_err *err)
{
	const struct vms_parent_role *r = arg;

	if (m->fd >= 0)
		close(m->fd);
	return vms_fail(err, VMS_E_MALFORMED, "message %d from %s",
	    (int)m->type, vms_role_name(r->role));
}

/* Its channel closed: if the process has not gone with it, end it; SIGCHLD
 * does the rest. */
static void
on_lost(void *arg, const struct vms_err *err)
{
	struct vms_parent_role *r = arg;

	if (err->code != VMS_E_UNAVAILABLE)
		vms_log_err(vms_role_name(r->role), err);
	if (r->pid > 0)
		kill(r->pid, SIGKILL);
}

int
vms_parent_role_conf(struct vms_parent_role *r, struct vms_err *err)
{
	const struct vms_secrets *s = &r->parent->secrets;
	const struct vms_secret_file *key = r->role == VMS_ROLE_SEAL ?
	    &r->parent->seal_key : &s->key_pem;
	struct vms_str none = { NULL, 0 };
	struct vms_wr w = { .max = VMS_IPC_MAX };
	int rc;

	vms_conf_encode(&w, &r->parent->conf);
	/* Each role gets the secrets it works with, no others. */
	vms_wr_str(&w, r->role != VMS_ROLE_SYNC ? none :
	    (struct vms_str){ s->bind_password.p, s->bind_password.len });
	vms_wr_str(&w, r->role == VMS_ROLE_ENGINE ? none :
	    (struct vms_str){ key->p, key->len });
	rc = vms_evchan_send(r->chan, VMS_IPC_CONF, &w, -1, err);
	vms_wr_fini(&w);
	return rc;
}

/* Tell the engine of its new peer. */
static int
introduce(struct vms_parent_role *r, int fd, struct vms_err *err)
{
	struct vms_wr w = { 0 };
	int rc;

	vms_wr_u8(&w, (uint8_t)r->role);
	vms_wr_u32(&w, r->index);
	rc = vms_evchan_send(r->parent->engine.chan, VMS_IPC_PEER, &w, fd,
	    err);
	vms_wr_fini(&w);
	return rc;
}

static void
fill_spec(const struct vms_parent_role *r, struct vms_child_spec *spec)
{
	const struct vms_parent *p = r->parent;

	*spec = (struct vms_child_spec){ .role = r->role, .index = r->index,
	    .program = p->opt->ldap_program, .dir = "/",
	    .ids = r->role == VMS_ROLE_SYNC ? p->sync_ids : p->auth_ids,
	    .parent_end = -1, .engine_end = -1 };
	if (r->role == VMS_ROLE_ENGINE) {
		spec->program = NULL;
		spec->dir = p->private_dir;
		spec->ids = p->engine_ids;
	} else if (r->role == VMS_ROLE_SEAL) {
		spec->program = NULL;
		spec->dir = p->seal_dir;
		spec->ids = p->seal_ids;
	}
}

int
vms_parent_role_start(struct vms_parent_role *r, struct vms_err *err)
{
	bool engine = r->role == VMS_ROLE_ENGINE;
	int ours[2] = { -1, -1 }, theirs[2] = { -1, -1 }, rc = -1;
	struct vms_child_spec spec;
	struct vms_chan *chan;

	fill_spec(r, &spec);
	r->started_ms = vms_parent_now_ms();
	if (vms_child_pair(ours, err) == -1 ||
	    (!engine && vms_child_pair(theirs, err) == -1))
		goto out;
	spec.parent_end = ours[1];
	spec.engine_end = theirs[1];
	if (vms_child_start(&spec, &r->pid, err) == -1)
		goto out;
	chan = vms_chan_new(ours[0]);
	ours[0] = -1;
	r->chan = chan == NULL ? NULL : vms_evchan_new(r->parent->base, chan,
	    engine ? vms_parent_engine_msg : on_silent_msg, on_lost, r);
	if (r->chan == NULL) {
		kill(r->pid, SIGKILL);
		vms_fail(err, VMS_E_SYSTEM, "out of memory");
		goto out;
	}
	rc = vms_parent_role_conf(r, err);
	if (rc == 0 && !engine) {
		rc = introduce(r, theirs[0], err);
		theirs[0] = -1;
	}
	vms_log(VMS_LOG_INFO, "started %s %u pid=%d uid=%d",
	    vms_role_name(r->role), r->index, (int)r->pid,
	    spec.ids.uid == (uid_t)-1 ? (int)geteuid() : (int)spec.ids.uid);
out:
	for (int i = 0; i < 2; i++) {
		if (ours[i] != -1)
			close(ours[i]);
		if (theirs[i] != -1)
			close(theirs[i]);
	}
	return rc;
}
