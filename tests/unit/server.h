/* SPDX-License-Identifier: MIT */
/*
 * A scripted vmsd for tests: a child process on a real Unix socket, speaking
 * the real protocol, badly where the script says so.
 */
#ifndef VMS_TEST_SERVER_H
#define VMS_TEST_SERVER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "libvms/proto.h"

#define VMS_SEEN 600

enum server_mode {
	SERVER_ANSWER = 0,	/* a whole frame */
	SERVER_BYTEWISE,	/* the same, byte by byte */
	SERVER_HANG,		/* reads, never answers */
	SERVER_DEAF,		/* never accepts; the queue is full */
	SERVER_CLOSE,		/* accepts and closes */
	SERVER_EARLY,		/* answers unread, then closes */
	SERVER_HALF,		/* half a frame, then closes */
	SERVER_STALL,		/* half a frame, then nothing */
	SERVER_GARBAGE,		/* bytes that are no frame */
	SERVER_HUGE,		/* a length over every limit */
	SERVER_BADBODY		/* a frame with a broken body */
};

struct server_script {
	enum server_mode mode;
	uid_t listen_uid;	/* who calls listen() */
	/* Answers in turn; the last one again and again.  One that does not
	 * fit the request is sent as it stands. */
	const struct vms_message *answers;
	uint32_t n_answers;
	const char *path;	/* NULL: one of its own */
};

/* What one request said, copied to where the test can see it. */
struct server_seen {
	enum vms_msg type;
	char user[VMS_SEEN], service[VMS_SEEN], rhost[VMS_SEEN],
	    conn[VMS_SEEN], tty[VMS_SEEN], ruser[VMS_SEEN], seat[VMS_SEEN],
	    secret[VMS_SEEN], new_secret[VMS_SEEN], word[VMS_SEEN];
	uint32_t uid, real_uid, pid, parent_pid;
	uint64_t start_ticks;
	bool expired_only;
};

struct server {
	pid_t pid;
	char dir[64], path[96];
	struct server_log {
		uint32_t calls;		/* connections taken */
		uint32_t n;		/* requests understood */
		struct server_seen seen[16];
	} *log;				/* shared with the child */
};

void server_start(struct server *s, const struct server_script *script);
/* Ends the child and removes its socket; s->log stays until server_stop is
 * called again or the process ends. */
void server_stop(struct server *s);
/* Descriptors of this process, without the one that counts. */
int count_fds(void);

#endif
