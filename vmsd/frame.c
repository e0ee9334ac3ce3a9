/* SPDX-License-Identifier: MIT */
/* Frames between our own processes: see frame.h. */
#include "vmsd/frame.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "libvms/bounds.h"

#define READ_SIZE (64 * 1024)

/* Memory that may hold a secret: grown without leaving a copy behind. */
static uint8_t *
grow(uint8_t *old, size_t used, size_t old_cap, size_t cap)
{
	uint8_t *p = malloc(cap);

	if (p == NULL)
		return NULL;
	if (used > 0)
		memcpy(p, old, used);
	if (old != NULL)
		explicit_bzero(old, old_cap);
	free(old);
	return p;
}

static int64_t
now_ms(void)
{
	struct timespec ts = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Wait for events until the deadline (-1: for ever).  1 ready, 0 time is up,
 * -1. */
static int
wait_for(int fd, short events, int64_t deadline)
{
	struct pollfd pfd = { .fd = fd, .events = events };

	for (;;) {
		int64_t left = deadline < 0 ? -1 : deadline - now_ms();
		int r;

		if (deadline >= 0 && left < 0)
			left = 0;
		r = poll(&pfd, 1, (int)left);
		if (r >= 0 || errno != EINTR)
			return r > 0 ? 1 : r;
	}
}

static uint32_t
rd32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

static void
put_head(uint8_t *p, uint16_t type, size_t len)
{
	uint32_t n = (uint32_t)len + 2;

	for (size_t i = 0; i < 4; i++)
		p[i] = (uint8_t)(n >> (8 * (3 - i)));
	p[4] = (uint8_t)(type >> 8);
	p[5] = (uint8_t)type;
}

/* Bytes that the frame at off is still short of; 0 if unknown or whole. */
static size_t
missing(const struct vms_frame_in *in)
{
	size_t have = in->len - in->off, whole;

	if (have < 4)
		return 0;
	whole = (size_t)rd32(in->buf + in->off) + 4;
	return whole > have && whole <= VMS_IPC_MAX ? whole - have : 0;
}

/* Room at the end for the next read. */
static int
in_room(struct vms_frame_in *in, size_t *room)
{
	size_t want = missing(in), cap;
	uint8_t *p;

	if (want < READ_SIZE)
		want = READ_SIZE;
	if (in->off > 0) {
		size_t left = in->len - in->off;

		memmove(in->buf, in->buf + in->off, left);
		explicit_bzero(in->buf + left, in->off);
		in->len = left;
		in->off = 0;
	}
	if (in->cap - in->len < want) {
		cap = in->len + want;
		p = grow(in->buf, in->len, in->cap, cap);
		if (p == NULL)
			return -1;
		in->buf = p;
		in->cap = cap;
	}
	*room = want;
	return 0;
}

/* Keep descriptors that came along; too many, or a cut list: broken. */
static int
take_fds(struct vms_frame_in *in, struct msghdr *msg)
{
	int r = (msg->msg_flags & MSG_CTRUNC) ? -1 : 0;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c != NULL;
	    c = CMSG_NXTHDR(msg, c)) {
		size_t n;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (size_t i = 0; i < n; i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(c) + i * sizeof(int),
			    sizeof(fd));
			if (in->n_fds < VMS_FRAME_FDS_MAX) {
				in->fds[in->n_fds++] = fd;
			} else {
				close(fd);
				r = -1;
			}
		}
	}
	return r;
}

int
vms_frame_in_read(struct vms_frame_in *in, int fd, struct vms_err *err)
{
	union {
		struct cmsghdr align;
		char buf[CMSG_SPACE(sizeof(int) * VMS_FRAME_FDS_MAX)];
	} control;
	struct iovec iov;
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control.buf,
		.msg_controllen = sizeof(control.buf) };
	size_t room;
	ssize_t n;

	if (in_room(in, &room) == -1)
		return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	iov = (struct iovec){ in->buf + in->len, room };
	do
		n = recvmsg(fd, &msg, MSG_CMSG_CLOEXEC);
	while (n == -1 && errno == EINTR);
	if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return 0;
	if (n == -1)
		return vms_fail(err, VMS_E_SYSTEM, "reading a message: %s",
		    strerror(errno));
	if (take_fds(in, &msg) == -1)
		return vms_fail(err, VMS_E_MALFORMED,
		    "too many descriptors with a message");
	if (n == 0 && in->len == in->off)
		return vms_fail(err, VMS_E_NOT_FOUND,
		    "the other process closed its end");
	if (n == 0)
		return vms_fail(err, VMS_E_MALFORMED,
		    "the other process stopped in a message");
	in->len += (size_t)n;
	return 1;
}

int
vms_frame_in_next(struct vms_frame_in *in, struct vms_frame *f,
    struct vms_err *err)
{
	size_t have = in->len - in->off;
	const uint8_t *p;
	uint32_t n;

	*f = (struct vms_frame){ .fd = -1 };
	if (have < 4)
		return 0;
	p = in->buf + in->off;		/* not NULL: something was read */
	n = rd32(p);
	if (n < 2)
		return vms_fail(err, VMS_E_MALFORMED, "message of %u bytes", n);
	if (n > VMS_IPC_MAX - 4)
		return vms_fail(err, VMS_E_LIMIT, "message of %u bytes", n);
	if (have - 4 < n)
		return 0;
	f->type = (uint16_t)(p[4] << 8 | p[5]);
	f->body = vms_rd_init(p + VMS_FRAME_HEAD, n - 2);
	in->off += (size_t)n + 4;
	if (f->type & VMS_FRAME_FD) {
		if (in->n_fds == 0)
			return vms_fail(err, VMS_E_MALFORMED,
			    "message lacks its descriptor");
		f->type &= (uint16_t)~VMS_FRAME_FD;
		f->fd = in->fds[0];
		in->n_fds--;
		memmove(in->fds, in->fds + 1, in->n_fds * sizeof(in->fds[0]));
	}
	return 1;
}

int
vms_frame_recv(struct vms_frame_in *in, int fd, int timeout_ms,
    struct vms_frame *f, struct vms_err *err)
{
	int64_t deadline = timeout_ms < 0 ? -1 : now_ms() + timeout_ms;

	for (;;) {
		int r = vms_frame_in_next(in, f, err);

		if (r != 0)
			return r == 1 ? 0 : -1;
		r = wait_for(fd, POLLIN, deadline);
		if (r == 0)
			return vms_fail(err, VMS_E_UNAVAILABLE,
			    "no message within %d ms", timeout_ms);
		if (r == -1)
			return vms_fail(err, VMS_E_SYSTEM, "poll: %s",
			    strerror(errno));
		if (vms_frame_in_read(in, fd, err) == -1)
			return -1;
	}
}

void
vms_frame_in_fini(struct vms_frame_in *in)
{
	for (size_t i = 0; i < in->n_fds; i++)
		close(in->fds[i]);
	if (in->buf != NULL)
		explicit_bzero(in->buf, in->cap);
	free(in->buf);
	*in = (struct vms_frame_in){ 0 };
}

static int
out_room(struct vms_frame_out *out, size_t n, struct vms_err *err)
{
	size_t max = out->max == 0 ? VMS_IPC_MAX : out->max;
	size_t pending = out->len - out->off, cap = out->cap;
	uint8_t *p;

	if (pending > max || n > max - pending)
		return vms_fail(err, VMS_E_LIMIT,
		    "%zu bytes wait for a slow process", pending);
	if (out->cap - out->len >= n)
		return 0;
	if (out->off > 0) {
		memmove(out->buf, out->buf + out->off, pending);
		explicit_bzero(out->buf + pending, out->off);
		for (size_t i = 0; i < out->n_fds; i++)
			out->fds[i].at -= out->off;
		out->len = pending;
		out->off = 0;
	}
	while (cap - out->len < n)
		cap = cap == 0 ? 4096 : cap * 2;
	if (cap == out->cap)
		return 0;
	p = grow(out->buf, out->len, out->cap, cap);
	if (p == NULL)
		return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	out->buf = p;
	out->cap = cap;
	return 0;
}

int
vms_frame_out_push(struct vms_frame_out *out, uint16_t type, const void *body,
    size_t len, int pass_fd, struct vms_err *err)
{
	if (len > VMS_IPC_MAX - VMS_FRAME_HEAD) {
		vms_fail(err, VMS_E_LIMIT, "message of %zu bytes", len);
		goto fail;
	}
	if (pass_fd >= 0 && out->n_fds == VMS_FRAME_FDS_MAX) {
		vms_fail(err, VMS_E_LIMIT, "too many descriptors wait");
		goto fail;
	}
	if (out_room(out, len + VMS_FRAME_HEAD, err) == -1)
		goto fail;
	if (pass_fd >= 0) {
		out->fds[out->n_fds].at = out->len;
		out->fds[out->n_fds++].fd = pass_fd;
		type |= VMS_FRAME_FD;
	}
	put_head(out->buf + out->len, type, len);
	if (len > 0)
		memcpy(out->buf + out->len + VMS_FRAME_HEAD, body, len);
	out->len += len + VMS_FRAME_HEAD;
	return 0;
fail:
	if (pass_fd >= 0)
		close(pass_fd);
	return -1;
}

/* One sendmsg; a descriptor goes with the first byte given. */
static ssize_t
send_some(int fd, const uint8_t *p, size_t len, int pass_fd, int flags)
{
	union {
		struct cmsghdr align;
		char buf[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	/* sendmsg only reads, yet iov_base is not const. */
	struct iovec iov = { (void *)(uintptr_t)p, len };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t n;

	if (pass_fd >= 0) {
		struct cmsghdr *c;

		msg.msg_control = control.buf;
		msg.msg_controllen = sizeof(control.buf);
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &pass_fd, sizeof(int));
	}
	do
		n = sendmsg(fd, &msg, MSG_NOSIGNAL | flags);
	while (n == -1 && errno == EINTR);
	return n;
}

static int
send_failed(struct vms_err *err)
{
	return vms_fail(err, errno == EPIPE || errno == ECONNRESET ?
	    VMS_E_UNAVAILABLE : VMS_E_SYSTEM, "sending a message: %s",
	    strerror(errno));
}

int
vms_frame_out_flush(struct vms_frame_out *out, int fd, struct vms_err *err)
{
	while (out->off < out->len) {
		size_t end = out->len;
		int pass = -1;
		ssize_t n;

		/* A descriptor starts a sendmsg of its own. */
		if (out->n_fds > 0) {
			bool now = out->fds[0].at == out->off;

			if (now)
				pass = out->fds[0].fd;
			else
				end = out->fds[0].at;
			if (now && out->n_fds > 1)
				end = out->fds[1].at;
		}
		n = send_some(fd, out->buf + out->off, end - out->off, pass,
		    MSG_DONTWAIT);
		if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return 0;
		if (n == -1)
			return send_failed(err);
		if (pass >= 0) {
			close(pass);
			out->n_fds--;
			memmove(out->fds, out->fds + 1,
			    out->n_fds * sizeof(out->fds[0]));
		}
		explicit_bzero(out->buf + out->off, (size_t)n);
		out->off += (size_t)n;
	}
	out->off = out->len = 0;
	return 1;
}

size_t
vms_frame_out_pending(const struct vms_frame_out *out)
{
	return out->len - out->off;
}

void
vms_frame_out_fini(struct vms_frame_out *out)
{
	for (size_t i = 0; i < out->n_fds; i++)
		close(out->fds[i].fd);
	if (out->buf != NULL)
		explicit_bzero(out->buf, out->cap);
	free(out->buf);
	*out = (struct vms_frame_out){ .max = out->max };
}

int
vms_frame_send(int fd, uint16_t type, const void *body, size_t len,
    int pass_fd, int timeout_ms, struct vms_err *err)
{
	int64_t deadline = timeout_ms < 0 ? -1 : now_ms() + timeout_ms;
	struct vms_frame_out out = { 0 };
	int dup_fd = -1, r = -1;

	if (pass_fd >= 0 && (dup_fd = dup(pass_fd)) == -1)
		return vms_fail(err, VMS_E_SYSTEM, "dup: %s", strerror(errno));
	if (vms_frame_out_push(&out, type, body, len, dup_fd, err) == -1)
		goto out;
	for (;;) {
		r = vms_frame_out_flush(&out, fd, err);
		if (r != 0) {
			r = r == 1 ? 0 : -1;
			goto out;
		}
		r = wait_for(fd, POLLOUT, deadline);
		if (r == 1)
			continue;
		if (r == 0)
			vms_fail(err, VMS_E_UNAVAILABLE,
			    "the other process does not read");
		else
			vms_fail(err, VMS_E_SYSTEM, "poll: %s",
			    strerror(errno));
		r = -1;
		goto out;
	}
out:
	vms_frame_out_fini(&out);
	return r;
}
