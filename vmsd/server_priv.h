/* SPDX-License-Identifier: MIT */
/*
 * The server's state, shared by server.c (requests and replies) and accept.c
 * (who gets in).
 */
#ifndef VMS_SERVER_PRIV_H
#define VMS_SERVER_PRIV_H

#include <event2/util.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/time.h>

#include "libvms/bounds.h"
#include "libvms/buf.h"
#include "vmsd/server.h"

struct event;

/* Bytes of the length before a request. */
#define VMS_CLIENT_HEAD 4

enum vms_client_stage {
	VMS_CLIENT_READING = 0,
	VMS_CLIENT_ASKED,		/* a handler works on it */
	VMS_CLIENT_WRITING,
	VMS_CLIENT_WATCHING
};

struct vms_client {
	struct vms_server *s;
	struct vms_client *next, *prev;
	int fd;
	struct event *rd, *wr;
	enum vms_client_stage stage;
	int64_t deadline_ms;	/* of asking, then of reading the reply */
	bool watch;		/* stays after the reply */
	bool has_login;		/* peer has a loginuid */
	uint8_t in[VMS_CLIENT_HEAD + VMS_REQUEST_MAX];
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
	uint32_t own[4];	/* uids of our own roles: never answered */
	size_t n_own;
};

/* Forget a client, with whatever waits for it. */
void vms_client_drop(struct vms_client *c);
/* event_callback_fn of a client, arg the client. */
void vms_client_readable(evutil_socket_t fd, short what, void *arg);
void vms_client_writable(evutil_socket_t fd, short what, void *arg);
/* Give a client its time to ask, or to read its reply. */
void vms_client_set_deadline(struct vms_client *c);
/* Wait for ev until then; -1: the time is over.  Bytes that trickle in buy
 * none. */
int vms_client_await(const struct vms_client *c, struct event *ev);
/* event_callback_fn of the listening socket, and of the pause after it ran
 * out of descriptors; arg the server.  accept.c */
void vms_server_accept(evutil_socket_t fd, short what, void *arg);
void vms_server_unpause(evutil_socket_t fd, short what, void *arg);

#endif
