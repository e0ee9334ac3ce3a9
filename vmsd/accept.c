/* SPDX-License-Identifier: MIT */
/* Who gets in at the socket: peers, limits, the listening socket. */
#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "vmsd/engine.h"
#include "vmsd/procinfo.h"
#include "vmsd/server_priv.h"

/* Connections taken in one go. */
#define BURST 64

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
	c->rd = event_new(s->e->base, fd, EV_READ | EV_PERSIST, vms_client_readable,
	    c);
	c->wr = event_new(s->e->base, fd, EV_WRITE | EV_PERSIST, vms_client_writable,
	    c);
	vms_client_set_deadline(c);
	if (c->rd == NULL || c->wr == NULL ||
	    vms_client_await(c, c->rd) == -1)
		vms_client_drop(c);
}

void
vms_server_unpause(evutil_socket_t fd, short what, void *arg)
{
	struct vms_server *s = arg;

	(void)fd;
	(void)what;
	event_add(s->listener, NULL);
}

void
vms_server_accept(evutil_socket_t fd, short what, void *arg)
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
