/* SPDX-License-Identifier: MIT */
/*
 * The engine role: its parts, the parent's messages, the clock.  What the
 * parts do is in their own files.
 */
#include "vmsd/role_engine.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "vmsd/adopt.h"
#include "vmsd/authpool.h"
#include "vmsd/cdbfile.h"
#include "vmsd/engine.h"
#include "vmsd/feed.h"
#include "vmsd/hostids.h"
#include "vmsd/log.h"
#include "vmsd/offline.h"
#include "vmsd/record.h"
#include "vmsd/revoke.h"
#include "vmsd/sandbox.h"
#include "vmsd/server.h"
#include "vmsd/session.h"
#include "vmsd/store.h"
#include "vmsd/zonefiles.h"

/* Below the private folder, which is our working directory. */
#define STORE_DIR "store"
#define PUBLISHED "../public/identity.cdb"
#define TICK_MS 1000
/* Status to systemd, which is also the sign of life. */
#define STATUS_TICKS 5
/* A full disk is tried again so often. */
#define PUBLISH_TICKS 10
/* READY waits so long for a first generation. */
#define READY_TICKS 3

int64_t
vms_engine_wall_s(void)
{
	return (int64_t)time(NULL);
}

int64_t
vms_engine_now_ms(void)
{
	struct timespec ts = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t
vms_engine_boot_s(void)
{
	struct timespec ts = { 0 };

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return (int64_t)ts.tv_sec;
}

void
vms_engine_fatal(const char *what, const struct vms_err *err)
{
	vms_log(VMS_LOG_ERR, "%s: %s", what, err->msg);
	exit(1);
}

void
vms_engine_status_line(struct vms_engine *e, char *buf, size_t size)
{
	struct vms_feed_status s = vms_feed_status(e->feed);

	snprintf(buf, size, "%s %s, generation %" PRIu64 ", %u users",
	    vms_feed_state_name(s.state), s.server, e->gen.number,
	    e->gen.identity.n_users);
}

static void
say_ready(struct vms_engine *e)
{
	struct vms_err err = { 0 };

	if (e->ready || !e->listening)
		return;
	e->ready = true;
	if (vms_evchan_send(e->parent, VMS_IPC_READY, NULL, -1, &err) == -1)
		vms_engine_fatal("parent", &err);
}

static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct vms_engine *e = arg;
	static unsigned int ticks;	/* of this one process */
	struct vms_wr w = { 0 };
	char line[200];

	(void)fd;
	(void)what;
	ticks++;
	vms_revoke_tick(e);
	vms_feed_tick(e->feed);
	vms_offline_tick(e->offline);
	if (ticks >= READY_TICKS)
		say_ready(e);
	if (ticks % PUBLISH_TICKS == 0)
		vms_engine_publish_again(e);
	if (ticks % STATUS_TICKS != 1)
		return;
	vms_engine_status_line(e, line, sizeof(line));
	vms_wr_str(&w, vms_str_of(line));
	(void)vms_evchan_send(e->parent, VMS_IPC_STATUS, &w, -1, NULL);
	vms_wr_fini(&w);
}

static void
on_rebuild(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	vms_engine_build(arg);
}

static void
on_host_change(void *arg)
{
	vms_engine_changed(arg);
}

static void
on_restart_auth(void *arg, uint32_t index)
{
	struct vms_engine *e = arg;
	struct vms_wr w = { 0 };

	vms_wr_u8(&w, VMS_ROLE_AUTH);
	vms_wr_u32(&w, index);
	(void)vms_evchan_send(e->parent, VMS_IPC_RESTART, &w, -1, NULL);
	vms_wr_fini(&w);
}

static int
on_peer(struct vms_engine *e, struct vms_chan_msg *m, struct vms_err *err)
{
	uint8_t role = vms_rd_u8(&m->body);
	uint32_t index = vms_rd_u32(&m->body);
	int fd = m->fd;

	m->fd = -1;
	if (fd == -1)
		return vms_fail(err, VMS_E_MALFORMED, "peer without socket");
	if (vms_rd_done(&m->body) && role == VMS_ROLE_SYNC)
		return vms_feed_set_peer(e->feed, fd, err);
	if (vms_rd_done(&m->body) && role == VMS_ROLE_AUTH)
		return vms_authpool_add(e->auth, index, fd, err);
	if (vms_rd_done(&m->body) && role == VMS_ROLE_SEAL)
		return vms_offline_set_peer(e->offline, fd, err);
	close(fd);
	return vms_fail(err, VMS_E_MALFORMED, "peer message");
}

static int
on_published(struct vms_engine *e, struct vms_rd *r, struct vms_err *err)
{
	uint64_t generation = vms_rd_u64(r);
	uint8_t ok = vms_rd_u8(r);
	struct vms_str problem = vms_rd_text(r, sizeof(e->gen.problem) - 1);

	if (!vms_rd_done(r))
		return vms_fail(err, VMS_E_MALFORMED, "published message");
	if (problem.len > 0)
		vms_log(VMS_LOG_ERR, "generation %" PRIu64 " %s: %.*s",
		    generation, ok ? "is published, but" : "not published",
		    VMS_STR_ARG(problem));
	if (generation != e->gen.number)
		return 0;
	e->gen.published = ok != 0;
	vms_str_copy(e->gen.problem, sizeof(e->gen.problem), problem);
	if (ok != 0)
		say_ready(e);
	return 0;
}

/* Where an entry's name and id stand: who departs is remembered by them. */
static int
set_names(struct vms_engine *e, struct vms_err *err)
{
	const struct vms_conf *c = &e->ctx.conf;

	return vms_store_set_names(e->store,
	    vms_str_of(c->directory.attributes.user_name),
	    vms_str_of(c->directory.attributes.uid), err);
}

static int
on_conf(struct vms_engine *e, struct vms_rd *r, struct vms_err *err)
{
	if (vms_role_take_conf(&e->ctx, r, err) == -1 ||
	    set_names(e, err) == -1 || vms_feed_reload(e->feed, err) == -1)
		return -1;
	vms_server_reload(e->server);
	vms_engine_changed(e);
	return 0;
}

static int
on_parent_msg(void *arg, struct vms_chan_msg *m, struct vms_err *err)
{
	struct vms_engine *e = arg;
	int r;

	switch ((int)m->type) {
	case VMS_IPC_CONF:
		r = on_conf(e, &m->body, err);
		break;
	case VMS_IPC_LISTEN:
		r = vms_server_listen(e->server, m->fd, err);
		m->fd = -1;
		e->listening = r == 0;
		break;
	case VMS_IPC_PEER:
		r = on_peer(e, m, err);
		break;
	case VMS_IPC_PUBLISHED:
		r = on_published(e, &m->body, err);
		break;
	case VMS_IPC_ENDED:
		r = vms_revoke_ended(e, &m->body, err);
		break;
	default:
		r = vms_fail(err, VMS_E_MALFORMED,
		    "message %d from the parent", (int)m->type);
	}
	if (m->fd >= 0)
		close(m->fd);
	return r;
}

static void
on_parent_lost(void *arg, const struct vms_err *err)
{
	(void)arg;
	vms_engine_fatal("the parent is lost", err);
}

/* Who was published before: names and ids stay with those who have them. */
static void
read_previous(struct vms_engine *e)
{
	int fd = open(PUBLISHED, O_RDONLY | O_NOFOLLOW | O_NONBLOCK |
	    O_CLOEXEC);
	struct vms_err err = { 0 };

	if (fd == -1)
		return;
	if (vms_cdbfile_read(fd, &e->gen.id_arena, &e->gen.identity, NULL,
	    &err) == -1) {
		vms_log_err("the last published file", &err);
		vms_arena_fini(&e->gen.id_arena);
		e->gen.id_arena = (struct vms_arena){ 0 };
		e->gen.identity = (struct vms_identity){ 0 };
	}
	close(fd);
}

static void
open_state(struct vms_engine *e)
{
	struct vms_store_report report = { 0 };
	struct vms_store_meta meta;
	struct vms_err err = { 0 };
	const struct vms_conf *c = &e->ctx.conf;

	if (vms_store_open(STORE_DIR, c->store.max_size_mb, &e->store,
	    &report, &err) == -1)
		vms_engine_fatal("store", &err);
	if (report.aside[0] != '\0')
		vms_log(VMS_LOG_WARNING, "the store was set aside as %s: %s; "
		    "everything is asked for anew", report.aside, report.why);
	if (set_names(e, &err) == -1 || vms_store_get_meta(e->store, &meta, &err) == -1)
		vms_engine_fatal("store", &err);
	e->gen.number = meta.generation;
	read_previous(e);
	/* What was complete once decides from now on. */
	if (meta.complete_at > 0)
		vms_engine_changed(e);
}

static void
open_parts(struct vms_engine *e)
{
	const struct timeval tick = { TICK_MS / 1000, TICK_MS % 1000 * 1000 };
	struct vms_err err = { 0 };
	uint32_t seed = 0;

	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		vms_fail(&err, VMS_E_SYSTEM, "no random numbers");
	e->base = event_base_new();
	if (e->base == NULL)
		vms_engine_fatal("no event loop", &err);
	e->rebuild = evtimer_new(e->base, on_rebuild, e);
	e->tick = event_new(e->base, -1, EV_PERSIST, on_tick, e);
	e->records = vms_records_new(seed);
	e->auth = vms_authpool_new(e->base, on_restart_auth, e);
	/* Without tzdata every schedule but those in UTC is closed. */
	e->zones = vms_zonefiles_load(VMS_ZONEINFO_DIR, &err);
	if (e->zones == NULL) {
		vms_log_err("time zones", &err);
		e->zones = vms_zones_new();
	}
	if (e->rebuild == NULL || e->tick == NULL || e->zones == NULL ||
	    e->records == NULL || e->auth == NULL ||
	    event_add(e->tick, &tick) == -1) {
		vms_fail(&err, VMS_E_SYSTEM, "out of memory");
		vms_engine_fatal("start", &err);
	}
	open_state(e);
	e->hostids = vms_hostids_new(e->base, on_host_change, e, &err);
	e->sessions = e->hostids == NULL ? NULL :
	    vms_sessions_new(e->store, &err);
	e->feed = e->sessions == NULL ? NULL : vms_feed_new(e, &err);
	if (e->feed != NULL)
		vms_adopt_forget_old(e);
	e->offline = e->feed == NULL ? NULL : vms_offline_new(e, &err);
	e->server = e->offline == NULL ? NULL : vms_server_new(e, &err);
	if (e->server == NULL)
		vms_engine_fatal("start", &err);
}

/* As many descriptors as clients may come; systemd's soft limit is as low as
 * server.max_connections alone. */
static void
raise_limit(void)
{
	struct rlimit lim;

	if (getrlimit(RLIMIT_NOFILE, &lim) == 0) {
		lim.rlim_cur = lim.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &lim);
	}
}

/* The parent's end belongs to the user who started it: ourselves in one-user
 * mode alone. */
static bool
is_one_user(int fd)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) == 0 &&
	    cred.uid == getuid();
}

int
vms_role_engine_main(int argc, char **argv)
{
	static struct vms_engine engine;
	struct vms_engine *e = &engine;
	struct vms_err err = { 0 };

	if (vms_role_begin(argc, argv, &e->ctx, &err) == -1 ||
	    e->ctx.role != VMS_ROLE_ENGINE) {
		vms_log(VMS_LOG_ERR, "engine: %s", err.msg);
		return 1;
	}
	e->one_user = is_one_user(VMS_ROLE_FD_PARENT);
	raise_limit();
	open_parts(e);
	if (vms_sandbox_enter(VMS_ROLE_ENGINE, &err) == -1)
		vms_engine_fatal("start", &err);
	e->parent = vms_evchan_new(e->base, e->ctx.parent, on_parent_msg,
	    on_parent_lost, e);
	e->ctx.parent = NULL;
	if (e->parent == NULL)
		vms_engine_fatal("start", &err);
	event_base_dispatch(e->base);
	return 1;
}
