/* SPDX-License-Identifier: MIT */
/*
 * The socket's language: what pam_vms, libvms.so and vmsctl ask vmsd, and what
 * it answers.  doc/PROTOCOL draws the bytes.  Pure: structs to bytes and back.
 *
 * A frame is u32 length of what follows, u8 version, u8 type, then the fields
 * in the order of the struct below.  A connection carries one request and one
 * reply (WATCH: replies until it is closed).  Who may ask what is the server's
 * business; everything a client sends is a claim of its SO_PEERCRED.
 */
#ifndef VMS_PROTO_H
#define VMS_PROTO_H

#include <stdbool.h>
#include <stdint.h>

#include "libvms/arena.h"
#include "libvms/buf.h"
#include "libvms/err.h"
#include "libvms/str.h"

#define VMS_PROTO_VERSION 1

enum vms_msg {
	/* Requests. */
	VMS_Q_PAM_AUTH = 1,	/* vms_pam_req */
	VMS_Q_PAM_ACCT,		/* vms_pam_req */
	VMS_Q_PAM_OPEN,		/* vms_pam_req */
	VMS_Q_PAM_CLOSE,	/* vms_pam_req */
	VMS_Q_PAM_PRECHANGE,	/* vms_pam_req: may the password be changed?
				 * with a secret: is that the current one? */
	VMS_Q_PAM_CHANGE,	/* vms_pam_req */
	VMS_Q_CHECK,		/* vms_check_req */
	VMS_Q_EXPLAIN,		/* vms_word_req: a decision id */
	VMS_Q_LIST,		/* vms_check_req; kind is the kind to list */
	VMS_Q_WHOAMI,		/* vms_word_req: empty */
	VMS_Q_STATUS,		/* vms_word_req: empty, or a user's name */
	VMS_Q_SESSIONS,		/* vms_word_req: empty, or a user's name */
	VMS_Q_KEYS,		/* vms_word_req: a user's name */
	VMS_Q_LINT,		/* vms_word_req: empty */
	VMS_Q_SYNC,		/* vms_word_req: "refresh", "accept", "reject" */
	VMS_Q_WATCH,		/* vms_word_req: empty */
	/* Replies. */
	VMS_A_PAM = 64,		/* vms_pam_rep */
	VMS_A_VERDICT,		/* vms_verdict_rep */
	VMS_A_TABLE,		/* vms_table_rep */
	VMS_A_ERROR		/* vms_error_rep */
};

/* The stage of a PAM transaction, as pam_vms saw it. */
struct vms_pam_req {
	struct vms_str user;		/* PAM_USER */
	struct vms_str service;		/* PAM_SERVICE */
	struct vms_str rhost;		/* PAM_RHOST, as it stands */
	struct vms_str conn;		/* first word of SSH_CONNECTION, or "" */
	struct vms_str tty;		/* PAM_TTY */
	struct vms_str ruser;		/* PAM_RUSER */
	struct vms_str seat;		/* XDG_SEAT */
	struct vms_str vtnr;		/* XDG_VTNR */
	struct vms_str session;		/* logind's XDG_SESSION_ID */
	uint32_t uid;			/* of the user by NSS; -1 as unsigned
					 * if NSS does not know him */
	uint32_t real_uid;		/* of the calling process */
	uint32_t login_uid;		/* /proc/self/loginuid; -1: none */
	uint32_t audit_session;		/* /proc/self/sessionid; -1: none */
	uint32_t pid;			/* of the caller */
	uint64_t start_ticks;		/* its start time, /proc/self/stat */
	uint32_t parent_pid;		/* sshd's keyboard-interactive runs the */
	uint64_t parent_ticks;		/* account stage in a child of the
					 * process that opens the session */
	bool expired_only;		/* PAM_CHANGE_EXPIRED_AUTHTOK */
	struct vms_str secret;		/* password, or the current one */
	struct vms_str new_secret;	/* for CHANGE */
};

/* What pam_vms returns for it. */
enum vms_pam_result {
	VMS_PAM_DENIED = 0,		/* PAM_PERM_DENIED */
	VMS_PAM_OK,			/* PAM_SUCCESS */
	VMS_PAM_AUTH_ERR,		/* wrong password */
	VMS_PAM_UNAVAILABLE,		/* PAM_AUTHINFO_UNAVAIL */
	VMS_PAM_UNKNOWN,		/* PAM_USER_UNKNOWN: not ours */
	VMS_PAM_EXPIRED,		/* PAM_ACCT_EXPIRED */
	VMS_PAM_NEW_TOKEN,		/* PAM_NEW_AUTHTOK_REQD */
	VMS_PAM_MAXTRIES,		/* PAM_MAXTRIES */
	VMS_PAM_TOKEN_ERR,		/* PAM_AUTHTOK_ERR */
	VMS_PAM_TRY_AGAIN,		/* PAM_TRY_AGAIN */
	VMS_PAM_COUNT
};

struct vms_pair {
	struct vms_str key, value;
};

struct vms_pam_rep {
	uint32_t result;		/* enum vms_pam_result */
	struct vms_str reason;		/* "ip-not-allowed", for the log */
	struct vms_str text;		/* for the user's eyes; may be empty */
	bool is_error;			/* text: PAM_ERROR_MSG, else INFO */
	struct vms_str decision;	/* id for vmsctl why */
	const struct vms_pair *env;	/* PAM environment to set */
	uint32_t n_env;
};

/* A question in the words of vmsctl check. */
struct vms_check_req {
	struct vms_str user;
	struct vms_str what;		/* ACTION or service=NAME */
	struct vms_str kind, resource;	/* "camera", "cam-gate"; or empty */
	struct vms_str from, service, recorder, on_user, approver;
	int64_t at_s;			/* 0: now */
	bool break_glass;
	bool explain;			/* send the steps */
};

struct vms_step_rep {
	uint32_t number;
	bool passed;
	struct vms_str dn, text;
};

struct vms_verdict_rep {
	bool allow;
	struct vms_str reason;		/* "grant:g-sam", "no-grant" */
	struct vms_str grant;		/* DN, or empty */
	struct vms_str obligations;	/* "hidden=a,b; stale=true", or "-" */
	struct vms_str decision;	/* id */
	struct vms_str user, action, recorder;
	uint64_t generation;
	const struct vms_step_rep *steps;
	uint32_t n_steps;
};

struct vms_word_req {
	struct vms_str word;
};

/* Rows of named values: whatever is shown as a table or as JSON.  Types:
 * 's' text, 'n' number, 'b' boolean ("true"/"false"), 'l' list (values joined
 * by newlines). */
struct vms_cell {
	struct vms_str key, value;
	uint8_t type;
};
struct vms_row {
	const struct vms_cell *cells;
	uint32_t n_cells;
};
struct vms_table_rep {
	bool single;			/* one object, not an array of one */
	const struct vms_row *rows;
	uint32_t n_rows;
};

struct vms_error_rep {
	uint32_t code;			/* enum vms_code */
	struct vms_str text;
};

/* One message of any type. */
struct vms_message {
	enum vms_msg type;
	union {
		struct vms_pam_req pam_req;
		struct vms_check_req check_req;
		struct vms_word_req word_req;
		struct vms_pam_rep pam_rep;
		struct vms_verdict_rep verdict_rep;
		struct vms_table_rep table_rep;
		struct vms_error_rep error_rep;
	} u;
};

/* Append a whole frame to w; w->bad on failure. */
void vms_proto_encode(struct vms_wr *w, const struct vms_message *m);
/*
 * Read one frame's body (what follows the length).  Strings borrow from the
 * bytes, arrays come from a.  0, or -1 with MALFORMED, LIMIT or SYSTEM; *m is
 * zeroed first.
 */
int vms_proto_decode(const void *body, size_t len, struct vms_arena *a,
    struct vms_message *m, struct vms_err *err);
/* The reply that answers a request (an error may always come instead); 0 for
 * what is no request. */
enum vms_msg vms_proto_answer(enum vms_msg request);
/* A name for logs: "pam-acct".  No message is ever printed with its secrets. */
const char *vms_msg_name(enum vms_msg type);

#endif
