/* SPDX-License-Identifier: MIT */
/* Frames between our own processes: see chan.h. */
#include "vmsd/chan.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "libvms/bounds.h"

#define HEAD 6			/* u32 length, u16 type */
#define FD_MARK 0x8000		/* in the type: a descriptor belongs to it */
#define FD_QUEUE 16
#define READ_SIZE ((size_t)64 * 1024)

struct out_frame {
	struct out_frame *next;
	int fd;			/* -1: none or sent */
	size_t len, off;
	uint8_t bytes[];
};

struct vms_chan {
	int fd;
	uint8_t *in;		/* owned */
	size_t in_cap, in_off, in_len;	/* unread: in_off..in_len */
	size_t taken;		/* bytes of the frame last handed out */
	int fds[FD_QUEUE];	/* received, not yet claimed */
	size_t n_fds;
	struct out_frame *first, **last;
	size_t queued;
};

struct vms_chan *
vms_chan_new(int fd)
{
	struct vms_chan *c = calloc(1, sizeof(*c));
	int flags = fcntl(fd, F_GETFL);

	if (c == NULL || flags == -1 ||
	    fcntl(fd, F_SETFL, flags | O_NONBLOCK) == -1 ||
	    fcntl(fd, F_SETFD, FD_CLOEXEC) == -1) {
		free(c);
		close(fd);
		return NULL;
	}
	c->fd = fd;
	c->last = &c->first;
	return c;
}

static void
drop_frame(struct vms_chan *c)
{
	struct out_frame *f = c->first;

	c->first = f->next;
	if (c->first == NULL)
		c->last = &c->first;
	c->queued -= f->len - f->off;
	if (f->fd >= 0)
		close(f->fd);
	explicit_bzero(f->bytes, f->len);
	free(f);
}

void
vms_chan_free(struct vms_chan *c)
{
	if (c == NULL)
		return;
	while (c->first != NULL)
		drop_frame(c);
	for (size_t i = 0; i < c->n_fds; i++)
		close(c->fds[i]);
	if (c->in != NULL)
		explicit_bzero(c->in, c->in_cap);
	free(c->in);
	close(c->fd);
	free(c);
}

int
vms_chan_fd(const struct vms_chan *c)
{
	return c->fd;
}

size_t
vms_chan_queued(const struct vms_chan *c)
{
	return c->queued;
}

static struct out_frame *
new_frame(enum vms_ipc type, const struct vms_wr *body, int fd)
{
	size_t len = body == NULL ? 0 : body->len;
	struct out_frame *f = malloc(sizeof(*f) + HEAD + len);
	uint32_t n = (uint32_t)len + 2;
	unsigned int t = (unsigned int)type | (fd >= 0 ? FD_MARK : 0);

	if (f == NULL)
		return NULL;
	*f = (struct out_frame){ .fd = fd, .len = HEAD + len };
	f->bytes[0] = (uint8_t)(n >> 24);
	f->bytes[1] = (uint8_t)(n >> 16);
	f->bytes[2] = (uint8_t)(n >> 8);
	f->bytes[3] = (uint8_t)n;
	f->bytes[4] = (uint8_t)(t >> 8);
	f->bytes[5] = (uint8_t)t;
	if (len > 0)
		memcpy(f->bytes + HEAD, body->p, len);
	return f;
}

int
vms_chan_send(struct vms_chan *c, enum vms_ipc type,
    const struct vms_wr *body, int fd, struct vms_err *err)
{
	struct out_frame *f;

	if (body != NULL && (body->bad || body->len > VMS_IPC_MAX - 2)) {
		if (fd >= 0)
			close(fd);
		return vms_fail(err, VMS_E_LIMIT,
		    "message %d between processes: too long", (int)type);
	}
	f = new_frame(type, body, fd);
	if (f == NULL) {
		if (fd >= 0)
			close(fd);
		return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	}
	*c->last = f;
	c->last = &f->next;
	c->queued += f->len;
	return vms_chan_flush(c, err) == -1 ? -1 : 0;
}

static ssize_t
write_some(int sock, struct out_frame *f)
{
	union {
		char buf[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} u = { { 0 } };
	struct iovec iov = { f->bytes + f->off, f->len - f->off };
	struct msghdr mh = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (f->fd >= 0) {
		struct cmsghdr *cm;

		mh.msg_control = u.buf;
		mh.msg_controllen = sizeof(u.buf);
		cm = CMSG_FIRSTHDR(&mh);
		cm->cmsg_level = SOL_SOCKET;
		cm->cmsg_type = SCM_RIGHTS;
		cm->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(cm), &f->fd, sizeof(int));
	}
	return sendmsg(sock, &mh, MSG_NOSIGNAL);
}

int
vms_chan_flush(struct vms_chan *c, struct vms_err *err)
{
	while (c->first != NULL) {
		struct out_frame *f = c->first;
		ssize_t n = write_some(c->fd, f);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return 1;
		if (n == -1)
			return vms_fail(err, errno == EPIPE ||
			    errno == ECONNRESET ? VMS_E_UNAVAILABLE :
			    VMS_E_SYSTEM, "writing to a process of ours: %s",
			    strerror(errno));
		if (f->fd >= 0) {
			close(f->fd);
			f->fd = -1;
		}
		f->off += (size_t)n;
		c->queued -= (size_t)n;
		if (f->off == f->len)
			drop_frame(c);
	}
	return 0;
}

/* Make room for want unread bytes in all, wiping what was consumed. */
static int
make_room(struct vms_chan *c, size_t want)
{
	size_t have = c->in_len - c->in_off;
	size_t cap = c->in_cap == 0 ? READ_SIZE : c->in_cap;
	uint8_t *p;

	if (c->in != NULL && want <= c->in_cap) {
		if (c->in_off == 0 || c->in_cap - c->in_off >= want)
			return 0;
		memmove(c->in, c->in + c->in_off, have);
		explicit_bzero(c->in + have, c->in_len - have);
		c->in_off = 0;
		c->in_len = have;
		return 0;
	}
	while (cap < want)
		cap *= 2;
	p = malloc(cap);
	if (p == NULL)
		return -1;
	if (have > 0)
		memcpy(p, c->in + c->in_off, have);
	if (c->in != NULL)
		explicit_bzero(c->in, c->in_cap);
	free(c->in);
	c->in = p;
	c->in_cap = cap;
	c->in_off = 0;
	c->in_len = have;
	return 0;
}

/* Keep the descriptors that came with a read; -1 if too many did. */
static int
keep_fds(struct vms_chan *c, struct msghdr *mh)
{
	int bad = (mh->msg_flags & MSG_CTRUNC) != 0;

	for (struct cmsghdr *cm = CMSG_FIRSTHDR(mh); cm != NULL;
	    cm = CMSG_NXTHDR(mh, cm)) {
		size_t n;

		if (cm->cmsg_level != SOL_SOCKET ||
		    cm->cmsg_type != SCM_RIGHTS)
			continue;
		n = (cm->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (size_t i = 0; i < n; i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(cm) + i * sizeof(int),
			    sizeof(fd));
			if (c->n_fds < FD_QUEUE) {
				c->fds[c->n_fds++] = fd;
			} else {
				close(fd);
				bad = 1;
			}
		}
	}
	return bad ? -1 : 0;
}

/* Read once: bytes read, 0 would block, -1 with err. */
static ssize_t
read_some(struct vms_chan *c, size_t want, struct vms_err *err)
{
	union {
		char buf[CMSG_SPACE(sizeof(int) * FD_QUEUE)];
		struct cmsghdr align;
	} u;
	struct iovec iov;
	struct msghdr mh = { .msg_iov = &iov, .msg_iovlen = 1,
	    .msg_control = u.buf, .msg_controllen = sizeof(u.buf) };
	ssize_t n;

	if (make_room(c, want) == -1)
		return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	iov = (struct iovec){ c->in + c->in_len, c->in_cap - c->in_len };
	do
		n = recvmsg(c->fd, &mh, MSG_CMSG_CLOEXEC);
	while (n == -1 && errno == EINTR);
	if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return 0;
	if (n == -1 && errno != ECONNRESET)
		return vms_fail(err, VMS_E_SYSTEM,
		    "reading from a process of ours: %s", strerror(errno));
	if (n <= 0)
		return vms_fail(err, VMS_E_UNAVAILABLE,
		    "a process of ours has gone");
	if (keep_fds(c, &mh) == -1)
		return vms_fail(err, VMS_E_MALFORMED,
		    "more descriptors than a process of ours may send");
	c->in_len += (size_t)n;
	return n;
}

/* Forget the frame handed out last, and wipe it. */
static void
finish_lent(struct vms_chan *c)
{
	if (c->taken > 0)
		explicit_bzero(c->in + c->in_off, c->taken);
	c->in_off += c->taken;
	c->taken = 0;
	if (c->in_off == c->in_len)
		c->in_off = c->in_len = 0;
}

/* Take the descriptor that the frame announced. */
static int
claim_fd(struct vms_chan *c)
{
	int fd = c->fds[0];

	c->n_fds--;
	memmove(c->fds, c->fds + 1, c->n_fds * sizeof(c->fds[0]));
	return fd;
}

/* The frame at the front: 1, or 0 with *want bytes needed, or -1. */
static int
parse_front(struct vms_chan *c, struct vms_chan_msg *m, size_t *want,
    struct vms_err *err)
{
	size_t have = c->in_len - c->in_off;
	struct vms_rd r;
	size_t len;
	unsigned int type;

	*want = have + READ_SIZE;
	if (have < HEAD)
		return 0;
	r = vms_rd_init(c->in + c->in_off, have);
	len = vms_rd_u32(&r);
	type = vms_rd_u16(&r);
	if (len < 2 || len > VMS_IPC_MAX)
		return vms_fail(err, VMS_E_MALFORMED,
		    "frame of %zu bytes from a process of ours", len);
	if (have - 4 < len) {
		*want = len + 4 > *want ? len + 4 : *want;
		return 0;
	}
	if ((type & FD_MARK) != 0 && c->n_fds == 0)
		return vms_fail(err, VMS_E_MALFORMED,
		    "a descriptor was announced and did not come");
	m->type = (enum vms_ipc)(type & ~(unsigned int)FD_MARK);
	m->body = vms_rd_init(c->in + c->in_off + HEAD, len - 2);
	m->fd = (type & FD_MARK) != 0 ? claim_fd(c) : -1;
	c->taken = len + 4;
	return 1;
}

int
vms_chan_recv(struct vms_chan *c, struct vms_chan_msg *m, struct vms_err *err)
{
	size_t want;
	ssize_t n;
	int r;

	finish_lent(c);
	*m = (struct vms_chan_msg){ .fd = -1 };
	for (;;) {
		r = parse_front(c, m, &want, err);
		if (r != 0)
			return r;
		n = read_some(c, want, err);
		if (n <= 0)
			return (int)n;
	}
}

int
vms_chan_wait(struct vms_chan *c, int timeout_ms, struct vms_chan_msg *m,
    struct vms_err *err)
{
	for (;;) {
		struct pollfd pf = { .fd = c->fd, .events = POLLIN };
		int r = vms_chan_recv(c, m, err);

		if (r != 0)
			return r;
		r = vms_chan_flush(c, err);
		if (r == -1)
			return -1;
		if (r == 1)
			pf.events |= POLLOUT;
		r = poll(&pf, 1, timeout_ms);
		if (r == 0)
			return 0;
		if (r == -1 && errno != EINTR)
			return vms_fail(err, VMS_E_SYSTEM, "poll: %s",
			    strerror(errno));
	}
}
