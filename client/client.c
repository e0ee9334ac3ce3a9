/* SPDX-License-Identifier: MIT */
/*
 * One request to vmsd and its reply: see client.h.
 *
 * It runs inside sshd, su or a VMS application: it may be called with
 * descriptors 0 to 2 closed, signals arriving, and the server hung.  One
 * monotonic deadline covers connecting, sending and reading.
 */
#include "client/client.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "libvms/bounds.h"
#include "libvms/buf.h"

struct line {
	const char *path;
	int fd;
	int64_t deadline_ms;
	struct vms_err *err;
};

static int64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int
left_ms(const struct line *l)
{
	int64_t left = l->deadline_ms - now_ms();

	return left > 0 ? (int)left : 0;
}

static enum vms_client_status
timed_out(const struct line *l)
{
	vms_fail(l->err, VMS_E_UNAVAILABLE, "%s: vmsd does not answer",
	    l->path);
	return VMS_CLIENT_TIMEOUT;
}

static enum vms_client_status
local_trouble(const struct line *l, const char *what)
{
	vms_fail(l->err, VMS_E_SYSTEM, "%s: %s", what, strerror(errno));
	return VMS_CLIENT_LOCAL;
}

/* A socket that is not one of the host program's 0, 1, 2. */
static int
socket_above_stdio(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int high, saved;

	if (fd < 0 || fd > STDERR_FILENO)
		return fd;
	high = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	saved = errno;
	close(fd);
	errno = saved;
	return high;
}

/*
 * A Unix socket connects at once or waits for room in the listener's queue.
 * poll cannot wait for that room, SO_SNDTIMEO does.
 */
static int
connect_by(struct line *l, const struct sockaddr_un *sa)
{
	struct timeval tv;
	int left;

	do {
		left = left_ms(l);
		if (left == 0) {
			errno = EAGAIN;
			return -1;
		}
		tv = (struct timeval){ left / 1000, left % 1000 * 1000 };
		if (setsockopt(l->fd, SOL_SOCKET, SO_SNDTIMEO, &tv,
		    sizeof(tv)) < 0)
			return -1;
		if (connect(l->fd, (const struct sockaddr *)sa,
		    sizeof(*sa)) == 0)
			return 0;
	} while (errno == EINTR);
	return -1;
}

static enum vms_client_status
dial(struct line *l)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	size_t len = strlen(l->path);

	if (len >= sizeof(sa.sun_path)) {
		vms_fail(l->err, VMS_E_LIMIT, "%s: socket path too long",
		    l->path);
		return VMS_CLIENT_LOCAL;
	}
	memcpy(sa.sun_path, l->path, len);
	l->fd = socket_above_stdio();
	if (l->fd < 0)
		return local_trouble(l, "socket");
	if (connect_by(l, &sa) == 0)
		return VMS_CLIENT_OK;
	if (errno == EAGAIN)
		return timed_out(l);
	vms_fail(l->err, VMS_E_UNAVAILABLE, "%s: %s: is vmsd running?",
	    l->path, strerror(errno));
	return errno == ENOENT || errno == ENOTDIR ? VMS_CLIENT_ABSENT :
	    VMS_CLIENT_REFUSED;
}

/* The credentials are those of whoever called listen(): systemd or vmsd's
 * parent, never the unprivileged role that answers. */
static enum vms_client_status
check_server(struct line *l)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	if (getsockopt(l->fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0)
		return local_trouble(l, "SO_PEERCRED");
	if (len != sizeof(peer) || peer.uid != 0) {
		vms_fail(l->err, VMS_E_UNAVAILABLE,
		    "%s: served by uid %lu, not by root", l->path,
		    (unsigned long)peer.uid);
		return VMS_CLIENT_BAD_SERVER;
	}
	return VMS_CLIENT_OK;
}

static enum vms_client_status
wait_for(struct line *l, short events)
{
	struct pollfd p = { .fd = l->fd, .events = events };
	int r;

	do {
		int left = left_ms(l);

		if (left == 0)
			return timed_out(l);
		r = poll(&p, 1, left);
	} while (r < 0 && errno == EINTR);
	if (r < 0)
		return local_trouble(l, "poll");
	return r == 0 ? timed_out(l) : VMS_CLIENT_OK;
}

static enum vms_client_status
send_all(struct line *l, const uint8_t *p, size_t len)
{
	enum vms_client_status st;
	ssize_t n;

	while (len > 0) {
		n = send(l->fd, p, len, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n >= 0) {
			p += n;
			len -= (size_t)n;
		} else if (errno == EAGAIN) {
			st = wait_for(l, POLLOUT);
			if (st != VMS_CLIENT_OK)
				return st;
		} else if (errno == EPIPE || errno == ECONNRESET) {
			/* Hung up on us, perhaps with a word why. */
			return VMS_CLIENT_OK;
		} else if (errno != EINTR) {
			return local_trouble(l, "send");
		}
	}
	return VMS_CLIENT_OK;
}

static enum vms_client_status
read_all(struct line *l, uint8_t *p, size_t len)
{
	enum vms_client_status st;
	ssize_t n;

	while (len > 0) {
		n = recv(l->fd, p, len, MSG_DONTWAIT);
		if (n > 0) {
			p += n;
			len -= (size_t)n;
		} else if (n == 0 || errno == ECONNRESET) {
			vms_fail(l->err, VMS_E_UNAVAILABLE,
			    "%s: vmsd hung up without a whole answer",
			    l->path);
			return VMS_CLIENT_MALFORMED;
		} else if (errno == EAGAIN) {
			st = wait_for(l, POLLIN);
			if (st != VMS_CLIENT_OK)
				return st;
		} else if (errno != EINTR) {
			return local_trouble(l, "recv");
		}
	}
	return VMS_CLIENT_OK;
}

static enum vms_client_status
read_reply(struct line *l, size_t max, struct vms_reply *rep)
{
	uint8_t head[4] = { 0 };
	struct vms_rd r = vms_rd_init(head, sizeof(head));
	enum vms_client_status st = read_all(l, head, sizeof(head));

	if (st != VMS_CLIENT_OK)
		return st;
	rep->len = vms_rd_u32(&r);
	if (rep->len > max) {
		vms_fail(l->err, VMS_E_LIMIT, "%s: reply of %zu bytes",
		    l->path, rep->len);
		return VMS_CLIENT_MALFORMED;
	}
	rep->bytes = malloc(rep->len + 1);
	if (rep->bytes == NULL)
		return local_trouble(l, "reply");
	return read_all(l, rep->bytes, rep->len);
}

static enum vms_client_status
understand(struct line *l, enum vms_msg asked, struct vms_reply *rep)
{
	struct vms_err why;

	if (vms_proto_decode(rep->bytes, rep->len, &rep->arena, &rep->msg,
	    &why) < 0) {
		vms_fail(l->err, why.code, "%s: %s", l->path, why.msg);
		return why.code == VMS_E_SYSTEM ? VMS_CLIENT_LOCAL :
		    VMS_CLIENT_MALFORMED;
	}
	if (rep->msg.type != vms_proto_answer(asked) &&
	    rep->msg.type != VMS_A_ERROR) {
		vms_fail(l->err, VMS_E_MALFORMED, "%s: %s for an answer to %s",
		    l->path, vms_msg_name(rep->msg.type),
		    vms_msg_name(asked));
		return VMS_CLIENT_MALFORMED;
	}
	return VMS_CLIENT_OK;
}

/* Dial, check who listens, send.  l->fd is the caller's to close. */
static enum vms_client_status
send_request(struct line *l, const struct vms_message *request)
{
	struct vms_wr out = { .max = VMS_REQUEST_MAX };
	enum vms_client_status st;

	vms_proto_encode(&out, request);
	if (out.bad) {
		vms_fail(l->err, VMS_E_LIMIT, "%s request: a field is too "
		    "long or memory is short", vms_msg_name(request->type));
		st = VMS_CLIENT_LOCAL;
		goto out;
	}
	st = dial(l);
	if (st == VMS_CLIENT_OK)
		st = check_server(l);
	if (st == VMS_CLIENT_OK)
		st = send_all(l, out.p, out.len);
out:
	vms_wr_fini(&out);
	return st;
}

static struct line
line_of(const struct vms_call *call, struct vms_err *err)
{
	return (struct line){
		.path = call->path != NULL ? call->path : VMS_SOCKET_PATH,
		.fd = -1,
		.deadline_ms = now_ms() + call->timeout_ms,
		.err = err,
	};
}

static enum vms_client_status
read_answer(struct line *l, const struct vms_call *call, enum vms_msg asked,
    struct vms_reply *rep)
{
	size_t max = call->reply_max != 0 ? call->reply_max : VMS_FRAME_MAX;
	enum vms_client_status st = read_reply(l, max, rep);

	if (st == VMS_CLIENT_OK)
		st = understand(l, asked, rep);
	if (st != VMS_CLIENT_OK)
		vms_reply_fini(rep);
	return st;
}

enum vms_client_status
vms_client_ask(const struct vms_call *call, const struct vms_message *request,
    struct vms_reply *rep, struct vms_err *err)
{
	struct line l = line_of(call, err);
	enum vms_client_status st;

	*rep = (struct vms_reply){ 0 };
	st = send_request(&l, request);
	if (st == VMS_CLIENT_OK)
		st = read_answer(&l, call, request->type, rep);
	if (l.fd >= 0)
		close(l.fd);
	return st;
}

enum vms_client_status
vms_client_watch(const struct vms_call *call, int *fd, struct vms_err *err)
{
	const struct vms_message request = { .type = VMS_Q_WATCH };
	struct line l = line_of(call, err);
	enum vms_client_status st = send_request(&l, &request);

	*fd = -1;
	if (st == VMS_CLIENT_OK)
		*fd = l.fd;
	else if (l.fd >= 0)
		close(l.fd);
	return st;
}

enum vms_client_status
vms_client_next(const struct vms_call *call, int fd, struct vms_reply *rep,
    struct vms_err *err)
{
	struct line l = line_of(call, err);

	l.fd = fd;
	*rep = (struct vms_reply){ 0 };
	return read_answer(&l, call, VMS_Q_WATCH, rep);
}

void
vms_reply_fini(struct vms_reply *rep)
{
	free(rep->bytes);
	vms_arena_fini(&rep->arena);
	*rep = (struct vms_reply){ 0 };
}
