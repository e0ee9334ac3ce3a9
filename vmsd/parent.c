/* SPDX-License-Identifier: MIT */
/* The parent's life: see parent.h. */
#include "vmsd/parent.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <systemd/sd-daemon.h>
#include <time.h>
#include <unistd.h>

#include "vmsd/child.h"
#include "vmsd/credential.h"
#include "vmsd/endsession.h"
#include "vmsd/listen.h"
#include "vmsd/log.h"
#include "vmsd/parent_priv.h"
#include "vmsd/publish.h"
#include "vmsd/role.h"

#define PUBLISHED "identity.cdb"
#define STATUS_MAX 512

void
vms_parent_stop(struct vms_parent *p, int exit_code)
{
	if (p->stopping)
		return;
	p->stopping = true;
	p->exit_code = exit_code;
	sd_notify(0, "STOPPING=1");
	event_base_loopbreak(p->base);
}

static int
on_publish(struct vms_parent *p, struct vms_chan_msg *m, struct vms_err *err)
{
	uint64_t generation = vms_rd_u64(&m->body);
	struct vms_err first = { 0 }, second = { 0 };
	struct vms_wr w = { 0 };
	int r;

	if (!vms_rd_done(&m->body) || m->fd < 0)
		return vms_fail(err, VMS_E_MALFORMED, "publish message");
	r = vms_publish_file(m->fd, p->opt->run_dir, PUBLISHED, &first);
	/* For the boot before we run; losing it is not losing this one. */
	if (r == 0 && vms_publish_file(m->fd, p->public_dir, PUBLISHED,
	    &second) == -1)
		vms_log_err("publish", &second);
	vms_wr_u64(&w, generation);
	vms_wr_u8(&w, r == 0);
	vms_wr_str(&w, vms_str_of(r == 0 ? second.msg : first.msg));
	r = vms_evchan_send(p->engine.chan, VMS_IPC_PUBLISHED, &w, -1, err);
	vms_wr_fini(&w);
	return r;
}

/* A worker that outlived its deadline. */
static int
on_restart(struct vms_parent *p, struct vms_rd *r, struct vms_err *err)
{
	uint8_t role = vms_rd_u8(r);
	uint32_t index = vms_rd_u32(r);
	struct vms_parent_role *which = NULL;

	/* One that a reload has just ended is still the engine's to name. */
	if (role == VMS_ROLE_AUTH && index < VMS_PARENT_AUTH_MAX)
		which = &p->auth[index];
	else if (role == VMS_ROLE_SYNC && index == 0)
		which = &p->sync;
	if (!vms_rd_done(r) || which == NULL)
		return vms_fail(err, VMS_E_MALFORMED, "restart message");
	if (which->pid > 0) {
		which->told = true;
		kill(which->pid, SIGKILL);
	}
	return 0;
}

/* The engine's line doubles as its sign of life for the watchdog. */
static int
on_status(struct vms_parent *p, struct vms_rd *r, struct vms_err *err)
{
	struct vms_str s = vms_rd_text(r, STATUS_MAX);

	if (!vms_rd_done(r))
		return vms_fail(err, VMS_E_MALFORMED, "status message");
	sd_notifyf(0, "WATCHDOG=1\nSTATUS=%.*s%s", VMS_STR_ARG(s),
	    p->opt->one_user ? " (one user)" : "");
	return 0;
}

int
vms_parent_engine_msg(void *arg, struct vms_chan_msg *m, struct vms_err *err)
{
	struct vms_parent_role *r = arg;
	struct vms_parent *p = r->parent;
	int rc;

	if (m->type == VMS_IPC_PUBLISH) {
		rc = on_publish(p, m, err);
	} else if (m->type == VMS_IPC_RESTART) {
		rc = on_restart(p, &m->body, err);
	} else if (m->type == VMS_IPC_STATUS) {
		rc = on_status(p, &m->body, err);
	} else if (m->type == VMS_IPC_END) {
		rc = vms_endsession_take(p, &m->body, err);
	} else if (m->type == VMS_IPC_READY) {
		rc = 0;
		if (!p->ready)
			vms_log(VMS_LOG_NOTICE, "ready recorder=%s",
			    p->conf.recorder);
		p->ready = true;
		sd_notify(0, "READY=1");
	} else {
		rc = vms_fail(err, VMS_E_MALFORMED, "message %d from the "
		    "engine", (int)m->type);
	}
	if (m->fd >= 0)
		close(m->fd);
	return rc;
}

static struct vms_parent_role *
role_of_pid(struct vms_parent *p, pid_t pid)
{
	if (p->engine.pid == pid)
		return &p->engine;
	if (p->sync.pid == pid)
		return &p->sync;
	if (p->seal.pid == pid)
		return &p->seal;
	for (uint32_t i = 0; i < VMS_PARENT_AUTH_MAX; i++)
		if (p->auth[i].pid == pid)
			return &p->auth[i];
	return NULL;
}

static void
on_child(evutil_socket_t sig, short what, void *arg)
{
	struct vms_parent *p = arg;
	int status;
	pid_t pid;

	(void)sig;
	(void)what;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		struct vms_parent_role *r = role_of_pid(p, pid);

		if (r == NULL)
			continue;
		vms_parent_role_gone(r, status);
		if (r == &p->engine || r == &p->seal) {
			vms_log(VMS_LOG_ERR, "the %s is lost: stopping",
			    vms_role_name(r->role));
			vms_parent_stop(p, 1);
		} else if (r->role == VMS_ROLE_SYNC || r->index < p->n_auth) {
			vms_parent_role_again(r);
		}
	}
}

static void
on_stop(evutil_socket_t sig, short what, void *arg)
{
	(void)what;
	vms_log(VMS_LOG_NOTICE, "stopping on signal %d", (int)sig);
	vms_parent_stop(arg, 0);
}

static void
on_reload(evutil_socket_t sig, short what, void *arg)
{
	(void)sig;
	(void)what;
	vms_parent_reload(arg);
}

static void
signal_role(const struct vms_parent_role *r, int sig)
{
	if (r->pid > 0)
		kill(r->pid, sig);
}

/* Collect children until none is left or the time is up: true if none. */
static bool
wait_roles(struct vms_parent *p, int64_t ms)
{
	int64_t until = vms_parent_now_ms() + ms;
	struct timespec nap = { 0, 2000000 };

	while (vms_parent_now_ms() < until) {
		int status;
		pid_t pid = waitpid(-1, &status, WNOHANG);
		struct vms_parent_role *r = role_of_pid(p, pid);

		if (pid == -1)
			return true;
		if (pid == 0)
			nanosleep(&nap, NULL);
		else if (r != NULL)
			vms_parent_role_gone(r, status);
	}
	return false;
}

/* SIGTERM, a while, SIGKILL.  If we die the kernel does the last for us. */
static void
end_roles(struct vms_parent *p)
{
	static const int signals[] = { SIGTERM, SIGKILL };

	for (size_t i = 0; i < 2; i++) {
		signal_role(&p->engine, signals[i]);
		signal_role(&p->sync, signals[i]);
		signal_role(&p->seal, signals[i]);
		for (uint32_t a = 0; a < VMS_PARENT_AUTH_MAX; a++)
			signal_role(&p->auth[a], signals[i]);
		if (wait_roles(p, 2000))
			return;
	}
}

static int
find_users(struct vms_parent *p, struct vms_err *err)
{
	static const struct vms_ids same = { (uid_t)-1, (gid_t)-1 };

	p->engine_ids = p->sync_ids = p->auth_ids = p->seal_ids = same;
	if (p->opt->one_user) {
		vms_log(VMS_LOG_WARNING, "one user: all roles run as uid %d; "
		    "for tests only", (int)geteuid());
		return 0;
	}
	if (geteuid() != 0)
		return vms_fail(err, VMS_E_DENIED, "vmsd is started by root "
		    "(or, for tests, with --one-user)");
	if (vms_child_find_user("vmsd", &p->engine_ids, err) == -1 ||
	    vms_child_find_user("vmsd-sync", &p->sync_ids, err) == -1 ||
	    vms_child_find_user("vmsd-auth", &p->auth_ids, err) == -1 ||
	    vms_child_find_user("vmsd-seal", &p->seal_ids, err) == -1)
		return -1;
	return 0;
}

/* Folders, the lock against a second daemon, the socket. */
static int
open_places(struct vms_parent *p, struct vms_err *err)
{
	const struct vms_parent_options *o = p->opt;
	const unsigned int same = (unsigned int)-1;

	if (snprintf(p->private_dir, sizeof(p->private_dir), "%s/private",
	    o->state_dir) >= (int)sizeof(p->private_dir) ||
	    snprintf(p->seal_dir, sizeof(p->seal_dir), "%s/seal",
	    o->state_dir) >= (int)sizeof(p->seal_dir) ||
	    snprintf(p->public_dir, sizeof(p->public_dir), "%s/public",
	    o->state_dir) >= (int)sizeof(p->public_dir))
		return vms_fail(err, VMS_E_LIMIT, "%s: path too long",
		    o->state_dir);
	if (vms_listen_folder(o->state_dir, 0755, same, same, err) == -1 ||
	    vms_listen_folder(p->public_dir, 0755, same, same, err) == -1 ||
	    vms_listen_folder(p->private_dir, 0700, p->engine_ids.uid,
	    p->engine_ids.gid, err) == -1 ||
	    vms_listen_folder(p->seal_dir, 0700, p->seal_ids.uid,
	    p->seal_ids.gid, err) == -1)
		return -1;
	p->lock_fd = open(o->state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (p->lock_fd == -1 || flock(p->lock_fd, LOCK_EX | LOCK_NB) == -1)
		return vms_fail(err, VMS_E_SYSTEM, "%s: %s", o->state_dir,
		    errno == EWOULDBLOCK ? "another vmsd runs here" :
		    strerror(errno));
	return vms_listen_open(o->run_dir, &p->listen_fd, err);
}

static int
start_roles(struct vms_parent *p, struct vms_err *err)
{
	if (vms_parent_role_start(&p->engine, err) == -1 ||
	    vms_evchan_send(p->engine.chan, VMS_IPC_LISTEN, NULL,
	    p->listen_fd, err) == -1)
		return -1;
	p->listen_fd = -1;
	if (vms_parent_role_start(&p->seal, err) == -1 ||
	    vms_parent_role_start(&p->sync, err) == -1)
		return -1;
	vms_parent_match_workers(p);
	return 0;
}

static int
watch_signals(struct vms_parent *p)
{
	static const struct {
		int sig;
		event_callback_fn fn;
	} table[] = { { SIGCHLD, on_child }, { SIGTERM, on_stop },
	    { SIGINT, on_stop }, { SIGHUP, on_reload } };

	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct event *ev = evsignal_new(p->base, table[i].sig,
		    table[i].fn, p);

		if (ev == NULL || event_add(ev, NULL) == -1)
			return -1;
	}
	return 0;
}

static void
init_roles(struct vms_parent *p)
{
	p->engine = (struct vms_parent_role){ .parent = p, .pid = -1,
	    .role = VMS_ROLE_ENGINE };
	p->sync = (struct vms_parent_role){ .parent = p, .pid = -1,
	    .role = VMS_ROLE_SYNC };
	p->seal = (struct vms_parent_role){ .parent = p, .pid = -1,
	    .role = VMS_ROLE_SEAL };
	for (uint32_t i = 0; i < VMS_PARENT_AUTH_MAX; i++)
		p->auth[i] = (struct vms_parent_role){ .parent = p,
		    .pid = -1, .role = VMS_ROLE_AUTH, .index = i };
}

int
vms_parent_run(const struct vms_parent_options *opt)
{
	static struct vms_parent parent;
	struct vms_parent *p = &parent;
	struct vms_err err = { 0 };

	p->opt = opt;
	p->lock_fd = p->listen_fd = -1;
	init_roles(p);
	if (vms_parent_load_conf(opt->conf_file, &p->conf, &p->secrets) == -1)
		return 1;
	p->base = event_base_new();
	if (p->base == NULL || watch_signals(p) == -1) {
		vms_log(VMS_LOG_ERR, "no event loop: out of memory");
		return 1;
	}
	if (vms_credential_read("vms-seal-key", &p->seal_key, &err) == -1 ||
	    find_users(p, &err) == -1 || open_places(p, &err) == -1 ||
	    vms_sandbox_parent(&err) == -1 || start_roles(p, &err) == -1) {
		vms_log(VMS_LOG_ERR, "cannot start: %s", err.msg);
		p->stopping = true;
		end_roles(p);
		return 1;
	}
	event_base_dispatch(p->base);
	end_roles(p);
	vms_secrets_free(&p->secrets);
	vms_secret_free(&p->seal_key);
	vms_conf_fini(&p->conf);
	vms_endsession_free(p);
	return p->exit_code;
}
