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
#include "vmsd/server_priv.h"
#include "vmsd/vault.h"

void
vms_client_drop(struct vms_client *c)
{
	struct vms_server *s = c->s;

	if (c->ask.job != NULL)
		vms_authpool_cancel(c->ask.job);
	if (c->ask.vault_job != NULL)
		vms_vault_cancel(c->ask.vault_job);
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

void
vms_client_set_deadline(struct vms_client *c)
{
	c->deadline_ms = vms_engine_now_ms() +
	    c->s->e->ctx.conf.server.request_timeout_ms;
}

int
vms_client_await(const struct vms_client *c, struct event *ev)
{
	int64_t ms = c->deadline_ms - vms_engine_now_ms();
	struct timeval tv = { ms / 1000, ms % 1000 * 1000 };

	return ms <= 0 ? -1 : event_add(ev, &tv);
}

/* Write what is ready: the client is dropped, or waits. */
static void
flush(struct vms_client *c)
{
	while (c->out_off < c->out.len) {
		ssize_t n = send(c->fd, c->out.p + c->out_off,
		    c->out.len - c->out_off, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
			if (vms_client_await(c, c->wr) == -1)
				vms_client_drop(c);
			return;
		}
		if (n == -1) {
			vms_client_drop(c);
			return;
		}
		c->out_off += (size_t)n;
	}
	vms_wr_fini(&c->out);
	c->out = (struct vms_wr){ 0 };
	c->out_off = 0;
	if (!c->watch) {
		vms_client_drop(c);
		return;
	}
	c->stage = VMS_CLIENT_WATCHING;
	event_del(c->wr);
	event_add(c->rd, NULL);
}

void
vms_client_writable(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	if (what & EV_TIMEOUT)
		vms_client_drop(arg);
	else
		flush(arg);
}

void
vms_ask_reply(struct vms_ask *a, const struct vms_message *m)
{
	struct vms_client *c = a->client;

	a->job = NULL;
	a->vault_job = NULL;
	vms_proto_encode(&c->out, m);
	explicit_bzero(c->in, c->in_len);
	vms_arena_reset(&a->arena);
	if (c->out.bad) {
		vms_log(VMS_LOG_WARNING, "a reply to pid=%u is too long",
		    a->peer.pid);
		vms_client_drop(c);
		return;
	}
	c->stage = VMS_CLIENT_WRITING;
	vms_client_set_deadline(c);
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

	c->stage = VMS_CLIENT_ASKED;
	if (vms_proto_decode(c->in + VMS_CLIENT_HEAD, len, &c->ask.arena, &c->ask.m,
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

/* More of the request; false: it is not whole yet. */
static bool
read_more(struct vms_client *c)
{
	struct vms_rd r;
	size_t len, want = VMS_CLIENT_HEAD;
	ssize_t n;

	if (c->in_len >= VMS_CLIENT_HEAD) {
		r = vms_rd_init(c->in, VMS_CLIENT_HEAD);
		want = VMS_CLIENT_HEAD + vms_rd_u32(&r);
	}
	do
		n = recv(c->fd, c->in + c->in_len, want - c->in_len,
		    MSG_DONTWAIT);
	while (n == -1 && errno == EINTR);
	if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return false;
	if (n <= 0) {
		vms_client_drop(c);
		return true;
	}
	c->in_len += (size_t)n;
	if (c->in_len < VMS_CLIENT_HEAD)
		return false;
	r = vms_rd_init(c->in, VMS_CLIENT_HEAD);
	len = vms_rd_u32(&r);
	if (len == 0 || len > VMS_REQUEST_MAX) {
		vms_log(VMS_LOG_NOTICE, "request of %zu bytes uid=%u pid=%u",
		    len, c->ask.peer.uid, c->ask.peer.pid);
		vms_client_drop(c);
	} else if (c->in_len == VMS_CLIENT_HEAD + len) {
		take_request(c, len);
	} else {
		return false;
	}
	return true;
}

void
vms_client_readable(evutil_socket_t fd, short what, void *arg)
{
	struct vms_client *c = arg;
	char byte;
	ssize_t n;

	if (what & EV_TIMEOUT) {
		vms_client_drop(c);
		return;
	}
	if (c->stage == VMS_CLIENT_READING) {
		if (!read_more(c) && vms_client_await(c, c->rd) == -1)
			vms_client_drop(c);
		return;
	}
	/* Nothing may come after the request but the end. */
	n = recv(fd, &byte, 1, MSG_DONTWAIT);
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (c->stage == VMS_CLIENT_WRITING)
		event_del(c->rd);
	else
		vms_client_drop(c);
}

int
vms_server_listen(struct vms_server *s, int fd, struct vms_err *err)
{
	if (fd == -1 || s->listener != NULL)
		return vms_fail(err, VMS_E_MALFORMED, "listen message");
	s->fd = fd;
	s->listener = event_new(s->e->base, fd, EV_READ | EV_PERSIST,
	    vms_server_accept, s);
	if (s->listener == NULL || event_add(s->listener, NULL) == -1)
		return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	return 0;
}

void
vms_server_reload(struct vms_server *s)
{
	static const char *const names[] = { "vmsd", "vmsd-sync",
	    "vmsd-auth", "vmsd-seal" };

	s->n_own = 0;
	if (s->e->one_user)
		return;
	for (size_t i = 0; i < 4; i++)
		if (vms_hostids_uid(s->e->hostids, vms_str_of(names[i]),
		    &s->own[s->n_own]) == 0)
			s->n_own++;
}

struct vms_server *
vms_server_new(struct vms_engine *e, struct vms_err *err)
{
	struct vms_server *s = calloc(1, sizeof(*s));

	if (s == NULL || (s->paused = evtimer_new(e->base, vms_server_unpause, s)) ==
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
		if (c->stage != VMS_CLIENT_WATCHING)
			continue;
		if (vms_watch_message(s->e, &c->ask.arena, &m) == -1)
			vms_client_drop(c);
		else
			vms_ask_reply(&c->ask, &m);
	}
}
