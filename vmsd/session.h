/* SPDX-License-Identifier: MIT */
/*
 * The sessions that PAM opened here, and two smaller memories beside them: the
 * address that an account stage came from, for the session stage that follows
 * it, and who ever logged in here.  Sessions and the last survive a restart in
 * the store's own table.
 */
#ifndef VMS_SESSION_H
#define VMS_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libvms/bounds.h"
#include "libvms/decide.h"
#include "libvms/entry.h"
#include "libvms/err.h"
#include "libvms/service.h"
#include "libvms/str.h"

struct vms_store;
struct vms_sessions;

#define VMS_SESSION_ID_SIZE 20
#define VMS_SESSIONS_MAX 16384
/* Of one user, so that nobody's `su self` in a loop fills the table. */
#define VMS_SESSIONS_PER_USER 1024

enum vms_session_state {
	VMS_SESSION_OPEN = 0,
	VMS_SESSION_WARNED,	/* no longer allowed; grace runs */
	VMS_SESSION_ENDING	/* the parent ends it; gone when empty */
};

/* Which process: a pid is used again, a pid with its start time is not. */
struct vms_process {
	uint32_t pid;
	uint64_t start_ticks;
};

struct vms_session {
	char id[VMS_SESSION_ID_SIZE];
	uint8_t uuid[VMS_UUID_LEN];
	char user[VMS_NAME_MAX + 1];
	uint32_t uid;
	enum vms_class klass;
	char service[VMS_WORD_MAX + 1];
	char tty[VMS_WORD_MAX + 1];
	char logind[VMS_WORD_MAX + 1];	/* XDG_SESSION_ID, or "" */
	char decision[VMS_WORD_MAX + 1];
	struct vms_from from;
	struct vms_process process;	/* that opened it; pid 0: over, but
					 * something of the user's runs on */
	uint32_t audit_session;		/* UINT32_MAX: none */
	int64_t opened_s;		/* wall */
	/* Not kept over a restart, after which all is judged anew. */
	enum vms_session_state state;
	int64_t allowed_s;	/* last judged so by a clock that is trusted */
	int64_t until_ms;	/* WARNED: monotonic */
	bool told;		/* that it is not allowed: once */
	bool due;		/* to be sent to the parent */
	bool refused;		/* the parent will not */
	char end_decision[VMS_WORD_MAX + 1];	/* or "" */
	char end_reason[VMS_WORD_MAX + 1];
};

/* Whether PAM's session is over, and only what it left running remains. */
bool vms_session_is_over(const struct vms_session *s);
/* Whether it is one that others (su, sudo) take their address from. */
bool vms_session_has_origin(const struct vms_session *s);

/* Reads what the store has and drops what ended meanwhile.  NULL with SYSTEM
 * or LIMIT. */
struct vms_sessions *vms_sessions_new(struct vms_store *store,
    struct vms_err *err);
void vms_sessions_free(struct vms_sessions *t);

/* Register; s->id is filled in.  A failed write to the store is told and does
 * not refuse the session.  0, or -1 with LIMIT or SYSTEM. */
int vms_sessions_open(struct vms_sessions *t, struct vms_session *s,
    struct vms_err *err);
/* The latest of this user and service that this process opened; false: there
 * is none. */
bool vms_sessions_close(struct vms_sessions *t, struct vms_str user,
    struct vms_str service, const struct vms_process *process);
/* Those whose process has gone are over. */
void vms_sessions_sweep(struct vms_sessions *t);
/* Forget those that are over and of whose users nothing runs; looks through
 * /proc if there is any. */
void vms_sessions_forget(struct vms_sessions *t);
/* All, oldest first. */
size_t vms_sessions_count(const struct vms_sessions *t);
const struct vms_session *vms_sessions_at(const struct vms_sessions *t,
    size_t i);
/* To change what is not kept over a restart. */
struct vms_session *vms_sessions_edit(struct vms_sessions *t, size_t i);
/* The parent says that nothing of it is left. */
void vms_sessions_ended(struct vms_sessions *t, size_t i);
/* The remote or console session with this audit session id; NULL: none. */
const struct vms_session *vms_sessions_by_audit(const struct vms_sessions *t,
    uint32_t audit_session);
/* The user's latest remote or console session; NULL: none. */
const struct vms_session *vms_sessions_by_user(const struct vms_sessions *t,
    const uint8_t uuid[VMS_UUID_LEN]);
/* How many remote and console sessions the user has. */
int64_t vms_sessions_live(const struct vms_sessions *t,
    const uint8_t uuid[VMS_UUID_LEN]);

/* The account stage's address, under each of the processes that may open the
 * session: the caller and its parent. */
void vms_sessions_remember(struct vms_sessions *t, struct vms_str user,
    struct vms_str service, const struct vms_process *process,
    const struct vms_from *from, int64_t now_ms);
bool vms_sessions_recall(const struct vms_sessions *t, struct vms_str user,
    struct vms_str service, const struct vms_process *process,
    int64_t now_ms, struct vms_from *from);

/* Who ever opened a session here.  True if that is news. */
bool vms_sessions_was_here(struct vms_sessions *t,
    const uint8_t uuid[VMS_UUID_LEN]);
const uint8_t (*vms_sessions_known(const struct vms_sessions *t,
    uint32_t *n))[VMS_UUID_LEN];

#endif
