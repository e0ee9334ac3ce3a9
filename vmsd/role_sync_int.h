/* SPDX-License-Identifier: MIT */
/* The inside of the sync role, shared by role_sync.c and role_sync_server.c
 * alone. */
#ifndef VMS_ROLE_SYNC_INT_H
#define VMS_ROLE_SYNC_INT_H

#include "vmsd/ldapc.h"
#include "vmsd/role_ldap.h"

#define VMS_SYNC_PAUSE_MIN_MS 200

enum state {
	WAITING,		/* for START */
	TRYING,			/* to reach a server */
	RUNNING			/* BEGIN was sent */
};

struct sync {
	struct vms_role_ctx *ctx;
	struct vms_ldapc_env env;
	struct vms_arena scope_mem, mem;
	struct vms_sync_scope scope;
	struct vms_ldapc *feed, *beat;
	char context[VMS_DN_MAX + 1];	/* naming context, for the heartbeat */
	enum state state;
	size_t server;			/* index of the one in use or next */
	char cookie[VMS_COOKIE_MAX + 1];
	int64_t pause_ms, next_try;	/* before a server is tried */
	int64_t beat_at;		/* next question */
	int64_t beat_by;		/* answer due; 0: none asked */
	/* 389-ds ends a refresh that meets a limit without a word. */
	bool may_stall;			/* such a server, in a refresh */
	int64_t moved_at;		/* its last word */
	char last_why[240];		/* of the last LOST */
	bool gone;			/* engine or parent */
};

int vms_sync_tell(struct sync *s, enum vms_ipc type, const struct vms_wr *w);
void vms_sync_tell_lost(struct sync *s, const char *uri, const char *why);
/* Of the server in use, or next. */
const char *vms_sync_uri(const struct sync *s);
void vms_sync_close(struct sync *s);
/* Make the pause before the next try longer.  away: nothing answers. */
void vms_sync_pause(struct sync *s, bool away);
void vms_sync_next_server(struct sync *s);
/* The server in use failed: say so and go to the next. */
void vms_sync_failed(struct sync *s, const char *why);
/* Connect to it and send the search. */
void vms_sync_try(struct sync *s);
/* The heartbeat: something came on its connection; ask, or notice that there
 * was no answer. */
void vms_sync_beat_answer(struct sync *s);
void vms_sync_beat(struct sync *s, int64_t now);

#endif
