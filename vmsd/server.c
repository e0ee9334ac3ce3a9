/* SPDX-License-Identifier: MIT */
/* Connections of clients: see server.h. */
#include "vmsd/server.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "libvms/bounds.h"
#include "vmsd/engine.h"
#include "vmsd/authpool.h"
#include "vmsd/hostids.h"
#include "vmsd/log.h"
#include "vmsd/procinfo.h"

/* Connections taken in one go. */
#define BURST 64
#define HEAD 4

enum stage {
	READING = 0,
	ASKED,		/* a handler works on it */
	WRITING,
	WATCHING
};

struct vms_client {
	struct vms_server *s;
	struct vms_client *next, *prev;
	int fd;
	struct event *rd, *wr;
	enum stage stage;
	bool watch;		/* stays after the reply */
	bool has_login;		/* peer has a loginuid */
	uint8_t in[HEAD + VMS_REQUEST_MAX];
	size_t in_len;
	struct vms_wr out;
	size_t out_off;
	struct vms_ask ask;
};

struct vms_server {
	struct vms_engine *e;
	struct event *listener, *paused;
	int fd;
	struct vms_client *clients;
	uint32_t n, n_login;
	uint32_t own[3];	/* uids of our own roles: never answered */
	size_t n_own;
};

static void
drop(struct vms_client *c)
{
	struct vms_server *s = c->s;

	if (c->ask.job != NULL)
		vms_authpool_cancel(c->ask.job);
	if (c->next != NULL)
		c->next->prev = c->prev;
	if (c->prev != NULL)
		c->prev->next = c->next;
	else
		s->clients = c->next;
	s->n--;
	s->n_login -= c->has_login;
	if (c->rd != NULL)
		event_free(c->rd);
	if (c->wr != NULL)
		event_free(c->wr);
	close(c->fd);
	explicit_bzero(c->in, sizeof(c->in));
	vms_wr_fini(&c->out);
	vms_arena_fini(&c->ask.arena);
	free(c);
}

static struct timeval
request_timeout(const struct vms_server *s)
{
	int64_t ms = s->e->ctx.conf.server.request_timeout_ms;

	return (struct timeval){ ms / 1000, ms % 1000 * 1000 };
}

/* Write what is ready: the client is dropped, or waits. */
static void
flush(struct vms_client *c)
{
	struct timeval tv = request_timeout(c->s);

	while (c->out_off < c->out.len) {
		ssize_t n = send(c->fd, c->out.p + c->out_off,
		    c->out.len - c->out_off, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
			event_add(c->wr, &tv);
			return;
		}
		if (n == -1) {
			drop(c);
			return;
		}
		c->out_off += (size_t)n;
	}
	vms_wr_fini(&c->out);
	c->out = (struct vms_wr){ 0 };
	c->out_off = 0;
	if (!c->watch) {
		drop(c);
		return;
	}
	c->stage = WATCHING;
	event_del(c->wr);
	event_add(c->rd, NULL);
}

static void
on_writable(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	if (what & EV_TIMEOUT)
		drop(arg);
	else
		flush(arg);
}

void
vms_ask_reply(struct vms_ask *a, const struct vms_message *m)
{
	struct vms_client *c = a->client;

	a->job = NULL;
	vms_proto_encode(&c->out, m);
	explicit_bzero(c->in, c->in_len);
	vms_arena_reset(&a->arena);
	if (c->out.bad) {
		vms_log(VMS_LOG_WARNING, "a reply to pid=%u is too long",
		    a->peer.pid);
		drop(c);
		return;
	}
	c->stage = WRITING;
	/* From the loop: the handler may be deep in our own calls. */
	event_active(c->wr, EV_WRITE, 1);
}

void
vms_ask_watch(struct vms_ask *a, const struct vms_message *m)
{
	a->client->watch = true;
	vms_ask_reply(a, m);
}

void
vms_ask_error(struct vms_ask *a, enum vms_code code, const char *fmt, ...)
{
	struct vms_message m = { .type = VMS_A_ERROR };
	char text[240];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	m.u.error_rep.code = (uint32_t)code;
	m.u.error_rep.text = vms_str_of(text);
	vms_ask_reply(a, &m);
}

/* The request is whole: read it and hand it over. */
static void
take_request(struct vms_client *c, size_t len)
{
	struct vms_err err = { 0 };

	c->stage = ASKED;
	if (vms_proto_decode(c->in + HEAD, len, &c->ask.arena, &c->ask.m,
	    &err) == -1) {
		vms_log(VMS_LOG_NOTICE, "bad request uid=%u pid=%u: %s",
		    c->ask.peer.uid, c->ask.peer.pid, err.msg);
		vms_ask_error(&c->ask, err.code, "%s", err.msg);
		return;
	}
	/* Only to learn that the client has gone; no deadline: the handler
	 * keeps its own. */
	event_del(c->rd);
	event_add(c->rd, NULL);
	vms_dispatch(&c->ask);
}

/* More of the request. */
static void
read_more(struct vms_client *c)
{
	struct vms_rd r;
	size_t len, want = HEAD;
	ssize_t n;

	if (c->in_len >= HEAD) {
		r = vms_rd_init(c->in, HEAD);
		want = HEAD + vms_rd_u32(&r);
	}
	do
		n = recv(c->fd, c->in + c->in_len, want - c->in_len,
		    MSG_DONTWAIT);
	while (n == -1 && errno == EINTR);
	if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return;
	if (n <= 0) {
		drop(c);
		return;
	}
	c->in_len += (size_t)n;
	if (c->in_len < HEAD)
		return;
	r = vms_rd_init(c->in, HEAD);
	len = vms_rd_u32(&r);
	if (len == 0 || len > VMS_REQUEST_MAX) {
		vms_log(VMS_LOG_NOTICE, "request of %zu bytes uid=%u pid=%u",
		    len, c->ask.peer.uid, c->ask.peer.pid);
		drop(c);
	} else if (c->in_len == HEAD + len) {
		take_request(c, len);
	}
}

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct vms_client *c = arg;
	char byte;
	ssize_t n;

	if (what & EV_TIMEOUT) {
		drop(c);
		return;
	}
	if (c->stage == READING) {
		read_more(c);
		return;
	}
	/* Nothing may come after the request but the end. */
	n = recv(fd, &byte, 1, MSG_DONTWAIT);
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (c->stage == WRITING)
		event_del(c->rd);
	else
		drop(c);
}

static bool
is_own(const struct vms_server *s, uint32_t uid)
{
	for (size_t i = 0; i < s->n_own; i++)
		if (s->own[i] == uid)
			return true;
	return false;
}

/* Whether one more of this kind may come in. */
static bool
has_room(const struct vms_server *s, const struct vms_peer *p)
{
	const struct vms_conf *conf = &s->e->ctx.conf;
	uint32_t max = (uint32_t)conf->server.max_connections, same = 0;

	if (s->n >= max ||
	    (p->login_uid != UINT32_MAX && s->n_login >= max / 2))
		return false;
	if (p->uid == 0)
		return true;
	for (const struct vms_client *c = s->clients; c != NULL; c = c->next)
		same += c->ask.peer.uid == p->uid;
	return same < (uint32_t)conf->server.max_per_uid;
}

static int
read_peer(int fd, struct vms_peer *p)
{
	struct vms_procinfo info;
	struct ucred cred;
	socklen_t len = sizeof(cred);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) == -1)
		return -1;
	*p = (struct vms_peer){ .uid = cred.uid, .gid = cred.gid,
	    .pid = (uint32_t)cred.pid, .login_uid = UINT32_MAX,
	    .audit_session = UINT32_MAX };
	if (vms_procinfo_read(p->pid, &info) == 0) {
		p->start_ticks = info.start_ticks;
		p->login_uid = info.login_uid;
		p->audit_session = info.audit_session;
	}
	return 0;
}

static void
take_client(struct vms_server *s, int fd)
{
	struct timeval tv = request_timeout(s);
	struct vms_client *c;
	struct vms_peer peer;

	if (read_peer(fd, &peer) == -1 || is_own(s, peer.uid) ||
	    !has_room(s, &peer)) {
		close(fd);
		return;
	}
	c = calloc(1, sizeof(*c));
	if (c == NULL) {
		close(fd);
		return;
	}
	*c = (struct vms_client){ .s = s, .fd = fd, .next = s->clients,
	    .has_login = peer.login_uid != UINT32_MAX };
	c->ask = (struct vms_ask){ .e = s->e, .client = c, .peer = peer,
	    .arena = { .max = VMS_FRAME_MAX } };
	if (s->clients != NULL)
		s->clients->prev = c;
	s->clients = c;
	s->n++;
	s->n_login += c->has_login;
	c->rd = event_new(s->e->base, fd, EV_READ | EV_PERSIST, on_readable,
	    c);
	c->wr = event_new(s->e->base, fd, EV_WRITE | EV_PERSIST, on_writable,
	    c);
	if (c->rd == NULL || c->wr == NULL || event_add(c->rd, &tv) == -1)
		drop(c);
}

static void
on_paused(evutil_socket_t fd, short what, void *arg)
{
	struct vms_server *s = arg;

	(void)fd;
	(void)what;
	event_add(s->listener, NULL);
}

static void
on_connection(evutil_socket_t fd, short what, void *arg)
{
	const struct timeval pause = { 0, 50000 };
	struct vms_server *s = arg;

	(void)what;
	for (int i = 0; i < BURST; i++) {
		int client = accept4(fd, NULL, NULL,
		    SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (client == -1) {
			/* Out of descriptors: the backlog waits with us. */
			if (errno == EMFILE || errno == ENFILE ||
			    errno == ENOMEM || errno == ENOBUFS) {
				event_del(s->listener);
				evtimer_add(s->paused, &pause);
			}
			return;
		}
		take_client(s, client);
	}
}

int
vms_server_listen(struct vms_server *s, int fd, struct vms_err *err)
{
	if (fd == -1 || s->listener != NULL)
		return vms_fail(err, VMS_E_MALFORMED, "listen message");
	s->fd = fd;
	s->listener = event_new(s->e->base, fd, EV_READ | EV_PERSIST,
	    on_connection, s);
	if (s->listener == NULL || event_add(s->listener, NULL) == -1)
		return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	return 0;
}

void
vms_server_reload(struct vms_server *s)
{
	static const char *const names[] = { "vmsd", "vmsd-sync",
	    "vmsd-auth" };

	s->n_own = 0;
	if (s->e->one_user)
		return;
	for (size_t i = 0; i < 3; i++)
		if (vms_hostids_uid(s->e->hostids, vms_str_of(names[i]),
		    &s->own[s->n_own]) == 0)
			s->n_own++;
}

struct vms_server *
vms_server_new(struct vms_engine *e, struct vms_err *err)
{
	struct vms_server *s = calloc(1, sizeof(*s));

	if (s == NULL || (s->paused = evtimer_new(e->base, on_paused, s)) ==
	    NULL) {
		free(s);
		vms_fail(err, VMS_E_SYSTEM, "out of memory");
		return NULL;
	}
	s->e = e;
	s->fd = -1;
	vms_server_reload(s);
	return s;
}

void
vms_server_new_generation(struct vms_server *s)
{
	struct vms_client *next;

	for (struct vms_client *c = s->clients; c != NULL; c = next) {
		struct vms_message m;

		next = c->next;
		/* One that has not read the last word needs no other: it
		 * asks what is in force when it reads it. */
		if (c->stage != WATCHING)
			continue;
		if (vms_watch_message(s->e, &c->ask.arena, &m) == -1)
			drop(c);
		else
			vms_ask_reply(&c->ask, &m);
	}
}
