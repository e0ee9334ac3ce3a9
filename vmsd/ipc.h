/* SPDX-License-Identifier: MIT */
/*
 * Messages between our own processes, over SOCK_STREAM socketpairs.
 *
 * A frame is u32 length of what follows, u16 type, body.  Each role accepts
 * only the types listed for it here; anything else is a broken role and ends
 * it.  Bodies are written and read with buf.h in the order given.
 */
#ifndef VMS_IPC_H
#define VMS_IPC_H

enum vms_ipc {
	/* parent -> any role, first message */
	VMS_IPC_CONF = 1,	/* vms_conf_encode, str bind password, str
				 * bytes of key_file (seal: the host's key in
				 * hex); later again: reload */

	/* parent -> engine */
	VMS_IPC_LISTEN,		/* fd: the listening socket */
	VMS_IPC_PEER,		/* u8 role (vms_role), u32 index; fd: its
				 * socketpair.  Sent again for a replacement */
	VMS_IPC_PUBLISHED,	/* u64 generation, u8 ok, str problem */
	/* engine -> parent */
	VMS_IPC_READY,		/* serving requests */
	VMS_IPC_PUBLISH,	/* u64 generation; fd: sealed memfd */
	VMS_IPC_RESTART,	/* u8 role, u32 index: hangs, end it */
	VMS_IPC_STATUS,		/* str: one line for systemd */
	VMS_IPC_END,		/* vms_end_encode: a session, its facts; the
				 * same id again replaces what was said */
	/* parent -> engine */
	VMS_IPC_ENDED,		/* str session id, str problem (empty: nothing
				 * of it is left) */

	/* sync -> engine: the feed.  Each message of the server once, in order */
	VMS_IPC_SYNC_CONNECTED,	/* str uri */
	VMS_IPC_SYNC_LOST,	/* str uri, str why: next server is tried */
	VMS_IPC_SYNC_BEGIN,	/* str uri, u8 with_cookie: search is sent */
	VMS_IPC_SYNC_ENTRY,	/* u8 state (RFC 4533 2.2), 16 bytes uuid,
				 * str cookie (may be empty), entry (dn only
				 * for a delete or present) */
	VMS_IPC_SYNC_IDSET,	/* u8 refreshDeletes, str cookie, u32 n,
				 * n x 16 bytes */
	VMS_IPC_SYNC_COOKIE,	/* str cookie: newcookie info message */
	VMS_IPC_SYNC_PHASE,	/* u8 1 refreshDelete, 2 refreshPresent; u8
				 * refreshDone; str cookie */
	VMS_IPC_SYNC_END,	/* u32 LDAP result, str diagnostic: search done */
	VMS_IPC_SYNC_ALIVE,	/* u64 wall seconds, str contextCSNs, one a
				 * line: heartbeat of the second connection */
	/*
	 * engine -> sync.  One search at a time, and only when told to: START
	 * (or RESYNC) makes the role try server after server, with growing
	 * pauses, until it has sent BEGIN; each new failure before is a LOST.  A
	 * LOST or END after BEGIN ends the search, and the role waits to be
	 * told the cookie that is then right.  ALIVE comes in between.
	 */
	VMS_IPC_SYNC_START,	/* str cookie (empty: from nothing) */
	VMS_IPC_SYNC_RESYNC,	/* str cookie: drop the search, start again */
	VMS_IPC_SYNC_NEXT,	/* this server is behind: drop the search; a
				 * START that follows begins at the next one */

	/* engine -> auth */
	VMS_IPC_AUTH_BIND,	/* u32 id, u32 deadline ms, str dn, str secret */
	VMS_IPC_AUTH_CHANGE,	/* u32 id, u32 deadline ms, str dn, str old,
				 * str new */
	/* auth -> engine */
	VMS_IPC_AUTH_RESULT,	/* u32 id, u8 outcome (vms_auth_outcome), u32
				 * LDAP result, u8 ppolicy error + 1 (0 none),
				 * u32 expires in s + 1, u32 grace + 1,
				 * str diagnostic */

	/* engine -> seal; each is answered by one RESULT, in order */
	VMS_IPC_SEAL_CHECK,	/* u32 id, 16 bytes uuid, u64 origin, u8
				 * whether a verifier may be used, str secret */
	VMS_IPC_SEAL_STORE,	/* u32 id, 16 bytes uuid, u64 wall s, str
				 * password stamp, str secret */
	VMS_IPC_SEAL_DROP,	/* u32 id, 16 bytes uuid, str secret: only if
				 * it is that one's; empty: in any case */
	/* seal -> engine */
	VMS_IPC_SEAL_RESULT,	/* u32 id, u8 vms_seal_answer, u32 wait s */
	VMS_IPC_SEAL_HAVE	/* 16 bytes uuid, u64 wall s, str stamp: each
				 * verifier at start, and when it is stored */
};

enum vms_role {
	VMS_ROLE_PARENT = 0,
	VMS_ROLE_ENGINE,
	VMS_ROLE_SYNC,
	VMS_ROLE_AUTH,
	VMS_ROLE_SEAL
};

/* What an auth worker found out.  Zero never lets anybody in. */
enum vms_auth_outcome {
	VMS_AUTH_UNAVAILABLE = 0,	/* no answer, busy, unavailable */
	VMS_AUTH_OK,
	VMS_AUTH_WRONG,			/* invalidCredentials: final */
	VMS_AUTH_LOCKED,		/* server says locked or disabled */
	VMS_AUTH_EXPIRED,		/* right, but expired: no login */
	VMS_AUTH_MUST_CHANGE,		/* right, and must be changed */
	VMS_AUTH_REFUSED		/* a change the server refused; see the
					 * diagnostic */
};

/* The seal's answer.  Zero never lets anybody in. */
enum vms_seal_answer {
	VMS_SEAL_NONE = 0,	/* nothing to compare with, or not done */
	VMS_SEAL_NO,
	VMS_SEAL_YES,		/* the password; or: done */
	VMS_SEAL_WAIT		/* too many failures: not looked at */
};

#endif
