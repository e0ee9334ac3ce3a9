/* SPDX-License-Identifier: MIT */
/* A scripted vmsd for tests: see server.h. */
#include "tests/unit/server.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libvms/bounds.h"

static void
die(const char *what)
{
	perror(what);
	_exit(99);
}

static void
keep(char *to, struct vms_str s)
{
	if (vms_str_copy(to, VMS_SEEN, s) < 0)
		die("server: field too long");
}

static void
note(struct server_log *log, const struct vms_message *m)
{
	struct server_seen *e = &log->seen[log->n % 16];
	const struct vms_pam_req *q = &m->u.pam_req;

	*e = (struct server_seen){ .type = m->type };
	if (m->type <= VMS_Q_PAM_CHANGE) {
		keep(e->user, q->user);
		keep(e->service, q->service);
		keep(e->rhost, q->rhost);
		keep(e->conn, q->conn);
		keep(e->tty, q->tty);
		keep(e->ruser, q->ruser);
		keep(e->seat, q->seat);
		keep(e->secret, q->secret);
		keep(e->new_secret, q->new_secret);
		e->uid = q->uid;
		e->real_uid = q->real_uid;
		e->pid = q->pid;
		e->parent_pid = q->parent_pid;
		e->start_ticks = q->start_ticks;
		e->expired_only = q->expired_only;
	} else if (m->type != VMS_Q_CHECK && m->type != VMS_Q_LIST) {
		keep(e->word, m->u.word_req.word);
	}
	log->n++;
}

static bool
read_exactly(int fd, void *buf, size_t len)
{
	return recv(fd, buf, len, MSG_WAITALL) == (ssize_t)len;
}

/* Read one request and note it. */
static void
take_request(int fd, struct server_log *log)
{
	static uint8_t body[VMS_REQUEST_MAX];
	uint8_t head[4];
	struct vms_rd r = vms_rd_init(head, sizeof(head));
	struct vms_arena a = { 0 };
	struct vms_message m;
	size_t len;

	if (!read_exactly(fd, head, sizeof(head)))
		return;
	len = vms_rd_u32(&r);
	if (len > sizeof(body) || !read_exactly(fd, body, len))
		return;
	if (vms_proto_decode(body, len, &a, &m, NULL) == 0)
		note(log, &m);
	vms_arena_fini(&a);
}

static void
put(int fd, const uint8_t *p, size_t len, bool bytewise)
{
	size_t step = bytewise ? 1 : len;

	for (size_t i = 0; i < len; i += step) {
		if (send(fd, p + i, step, MSG_NOSIGNAL) < 0)
			return;
	}
}

static void
answer(int fd, const struct server_script *script, uint32_t call)
{
	uint32_t last = script->n_answers - 1;
	struct vms_wr w = { 0 };

	if (script->n_answers > 0)
		vms_proto_encode(&w,
		    &script->answers[call < last ? call : last]);
	switch (script->mode) {
	case SERVER_ANSWER:
	case SERVER_EARLY:
		put(fd, w.p, w.len, false);
		break;
	case SERVER_BYTEWISE:
		put(fd, w.p, w.len, true);
		break;
	case SERVER_HALF:
	case SERVER_STALL:
		put(fd, w.p, w.len / 2, false);
		break;
	case SERVER_GARBAGE:
		put(fd, (const uint8_t *)"HTTP/1.1 400 Bad Request\r\n\r\n",
		    28, false);
		break;
	case SERVER_HUGE:
		put(fd, (const uint8_t *)"\xff\xff\xff\xff\x01\x40", 6, false);
		break;
	case SERVER_BADBODY:
		memset(w.p + 6, 0xff, w.len - 6);
		put(fd, w.p, w.len, false);
		break;
	case SERVER_HANG:
	case SERVER_DEAF:
	case SERVER_CLOSE:
		break;
	}
	vms_wr_fini(&w);
}

static void
serve(int listener, const struct server_script *script,
    struct server_log *log)
{
	int fd;

	while ((fd = accept(listener, NULL, NULL)) >= 0) {
		uint32_t call = log->calls++;

		if (script->mode != SERVER_CLOSE &&
		    script->mode != SERVER_EARLY)
			take_request(fd, log);
		answer(fd, script, call);
		if (script->mode == SERVER_HANG ||
		    script->mode == SERVER_STALL)
			continue;	/* held open until killed */
		close(fd);
	}
}

static void
run(struct server *s, const struct server_script *script, int ready)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), filler;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	memcpy(sa.sun_path, s->path, strlen(s->path) + 1);
	unlink(s->path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&sa, sizeof(sa)) < 0 ||
	    chmod(s->path, 0666) < 0)
		die("server: bind");
	if (script->listen_uid != 0 && seteuid(script->listen_uid) < 0)
		die("server: seteuid");
	if (listen(fd, script->mode == SERVER_DEAF ? 0 : 8) < 0)
		die("server: listen");
	if (script->mode == SERVER_DEAF) {
		filler = socket(AF_UNIX, SOCK_STREAM, 0);
		if (connect(filler, (struct sockaddr *)&sa, sizeof(sa)) < 0)
			die("server: connect");
	}
	if (write(ready, "", 1) != 1)
		die("server: ready");
	if (script->mode == SERVER_DEAF)
		pause();
	serve(fd, script, s->log);
	_exit(0);
}

void
server_start(struct server *s, const struct server_script *script)
{
	int ready[2];
	char byte;

	*s = (struct server){ 0 };
	strcpy(s->dir, "/tmp/vms-server-XXXXXX");
	if (mkdtemp(s->dir) == NULL || chmod(s->dir, 0755) < 0)
		die("server: mkdtemp");
	if (script->path != NULL)
		snprintf(s->path, sizeof(s->path), "%s", script->path);
	else
		snprintf(s->path, sizeof(s->path), "%s/socket", s->dir);
	s->log = mmap(NULL, sizeof(*s->log), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (s->log == MAP_FAILED || pipe(ready) < 0)
		die("server: mmap");
	s->pid = fork();
	if (s->pid < 0)
		die("server: fork");
	if (s->pid == 0) {
		close(ready[0]);
		run(s, script, ready[1]);
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		die("server: did not start");
	close(ready[0]);
}

void
server_stop(struct server *s)
{
	if (s->pid > 0) {
		kill(s->pid, SIGKILL);
		waitpid(s->pid, NULL, 0);
		unlink(s->path);
		rmdir(s->dir);
		s->pid = 0;
	} else if (s->log != NULL) {
		munmap(s->log, sizeof(*s->log));
		s->log = NULL;
	}
}

int
count_fds(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	if (d == NULL)
		die("/proc/self/fd");
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n - 3;	/* ".", ".." and the folder's own */
}
