/* SPDX-License-Identifier: MIT */
/* Sockets for ldapc.c: connecting within a deadline, and the watch that cuts
 * a handshake short.  Knows no LDAP. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "vmsd/ldapc_int.h"

/* Whose handshake runs; for the signal handler, hence a global. */
static volatile sig_atomic_t watched = -1;

int64_t
vms_ldapc_now_ms(void)
{
	struct timespec ts = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void
on_alarm(int sig)
{
	int saved = errno;

	(void)sig;
	if (watched >= 0)
		shutdown((int)watched, SHUT_RDWR);
	errno = saved;
}

void
vms_ldapc_watch(int fd, int64_t deadline)
{
	struct sigaction sa = { .sa_handler = on_alarm };
	struct itimerval it = { 0 };
	int64_t left = deadline == 0 ? 0 : deadline - vms_ldapc_now_ms();

	if (deadline == 0)
		fd = -1;
	else if (left < 1)
		left = 1;
	watched = fd;
	sigemptyset(&sa.sa_mask);
	sigaction(SIGALRM, &sa, NULL);
	it.it_value.tv_sec = left / 1000;
	it.it_value.tv_usec = left % 1000 * 1000;
	/* Again and again: the first may come before the call that hangs. */
	it.it_interval.tv_usec = deadline == 0 ? 0 : 50000;
	setitimer(ITIMER_REAL, &it, NULL);
}

static int
poll_left(int fd, short events, int64_t deadline)
{
	struct pollfd pfd = { .fd = fd, .events = events };
	int r;

	do {
		int64_t left = deadline - vms_ldapc_now_ms();

		r = poll(&pfd, 1, left < 0 ? 0 : (int)left);
	} while (r == -1 && errno == EINTR);
	return r;
}

static bool
is_loopback(const struct sockaddr *sa)
{
	const struct sockaddr_in *v4 = (const void *)sa;
	const struct sockaddr_in6 *v6 = (const void *)sa;

	if (sa->sa_family == AF_INET)
		return ntohl(v4->sin_addr.s_addr) >> 24 == 127;
	if (sa->sa_family == AF_INET6)
		return IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
	return sa->sa_family == AF_UNIX;
}

/* 0, or an errno. */
static int
connect_fd(int fd, const struct sockaddr *sa, socklen_t len,
    int64_t deadline)
{
	int e = 0, flags = fcntl(fd, F_GETFL);
	socklen_t size = sizeof(e);

	if (flags == -1 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) == -1)
		return errno;
	if (connect(fd, sa, len) == -1) {
		if (errno != EINPROGRESS)
			return errno;
		if (poll_left(fd, POLLOUT, deadline) <= 0)
			return ETIMEDOUT;
		if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &e, &size) == -1)
			return errno;
		if (e != 0)
			return e;
	}
	/* libldap waits by itself on a blocking one. */
	return fcntl(fd, F_SETFL, flags) == -1 ? errno : 0;
}

/* A peer that is gone without a word is noticed in seconds. */
static void
tcp_options(int fd, int user_timeout_ms)
{
	const struct {
		int level, name, value;
	} opts[] = {
		{ SOL_SOCKET, SO_KEEPALIVE, 1 },
		{ IPPROTO_TCP, TCP_NODELAY, 1 },
		{ IPPROTO_TCP, TCP_KEEPIDLE, 5 },
		{ IPPROTO_TCP, TCP_KEEPINTVL, 2 },
		{ IPPROTO_TCP, TCP_KEEPCNT, 3 },
		{ IPPROTO_TCP, TCP_USER_TIMEOUT, user_timeout_ms },
	};

	for (size_t i = 0; i < sizeof(opts) / sizeof(opts[0]); i++)
		(void)setsockopt(fd, opts[i].level, opts[i].name,
		    &opts[i].value, sizeof(opts[i].value));
}

static int
connect_failed(const char *uri, int e, struct vms_err *err)
{
	const char *hint = e == ECONNREFUSED ?
	    ": nothing listens there; is the server running, is the port "
	    "right?" : e == ETIMEDOUT ?
	    ": no answer in time; is it the right address, does a firewall "
	    "stand between?" : e == ENOENT ? ": no such socket" : "";

	return vms_fail(err, VMS_E_UNAVAILABLE, "%s: %s%s", uri, strerror(e),
	    hint);
}

static int
connect_local(const char *uri, const char *path, int64_t deadline,
    struct vms_err *err)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int e, fd;

	if (path == NULL || path[0] == '\0')
		path = "/var/run/slapd/ldapi";
	if (strlen(path) >= sizeof(sun.sun_path))
		return vms_fail(err, VMS_E_MALFORMED, "%s: path too long",
		    uri);
	memcpy(sun.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return vms_fail(err, VMS_E_SYSTEM, "socket: %s",
		    strerror(errno));
	e = connect_fd(fd, (struct sockaddr *)&sun, sizeof(sun), deadline);
	if (e == 0)
		return fd;
	close(fd);
	return connect_failed(uri, e, err);
}

int
vms_ldapc_connect(const char *uri, const char *host, int port, bool local,
    int64_t deadline, int user_timeout_ms, bool *loopback,
    struct vms_err *err)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *list = NULL;
	char service[16];
	int e = EHOSTUNREACH, fd = -1, r;

	*loopback = local;
	if (local)
		return connect_local(uri, host, deadline, err);
	snprintf(service, sizeof(service), "%d", port);
	r = getaddrinfo(host, service, &hints, &list);
	if (r != 0)
		return vms_fail(err, VMS_E_UNAVAILABLE,
		    "%s: the name can not be resolved: %s", uri,
		    gai_strerror(r));
	for (const struct addrinfo *ai = list; ai != NULL && fd == -1;
	    ai = ai->ai_next) {
		fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (fd == -1) {
			e = errno;
			continue;
		}
		tcp_options(fd, user_timeout_ms);
		e = connect_fd(fd, ai->ai_addr, ai->ai_addrlen, deadline);
		*loopback = is_loopback(ai->ai_addr);
		if (e != 0) {
			close(fd);
			fd = -1;
		}
	}
	freeaddrinfo(list);
	return fd == -1 ? connect_failed(uri, e, err) : fd;
}
