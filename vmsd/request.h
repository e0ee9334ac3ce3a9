/* SPDX-License-Identifier: MIT */
/*
 * What the files that answer requests share: who may ask, rows to show, the
 * judging of a login.
 */
#ifndef VMS_REQUEST_H
#define VMS_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "libvms/model.h"
#include "vmsd/engine.h"
#include "vmsd/record.h"
#include "vmsd/server.h"
#include "vmsd/session.h"

/* uid 0, or a user of api.users: may ask about anyone. */
bool vms_may_ask_all(const struct vms_ask *a);
/* Whether name is the asker's own. */
bool vms_is_self(const struct vms_ask *a, struct vms_str name);
/* A reason for the asker's eyes: "grant:g-sam" and "deny:g-x" name a rule,
 * which is policy; others than these see "grant" and "deny". */
struct vms_str vms_shown_reason(const struct vms_ask *a,
    struct vms_str reason);
/* The asker's own name; false: not a user of the directory here. */
bool vms_own_name(const struct vms_ask *a, struct vms_str *name);

/* Which process asks: the kernel's word where it can be had. */
struct vms_process vms_asking_process(const struct vms_ask *a);

/* The user of a request, by name; -1 if there is none, or several. */
int vms_find_user(const struct vms_engine *e, struct vms_str name,
    struct vms_user_view *view);
/* Whether the name is ours though no user of the model has it now. */
bool vms_name_is_ours(const struct vms_engine *e, struct vms_str name);

/* Rows for VMS_A_TABLE.  Everything is copied into the arena; out of memory
 * makes bad, looked at once by vms_table_reply. */
struct vms_table {
	struct vms_arena *arena;
	struct vms_row *rows;
	uint32_t n, cap;
	uint32_t cells_cap;		/* of the last row */
	bool single, bad;
};
void vms_table_row(struct vms_table *t);
void vms_table_text(struct vms_table *t, const char *key, struct vms_str s);
void vms_table_number(struct vms_table *t, const char *key, int64_t n);
void vms_table_bool(struct vms_table *t, const char *key, bool b);
/* Values joined by newlines. */
void vms_table_list(struct vms_table *t, const char *key,
    const struct vms_str *v, uint32_t n);
void vms_table_reply(struct vms_ask *a, const struct vms_table *t);

/* A reply to pam_vms; text may be empty. */
void vms_pam_reply(struct vms_ask *a, enum vms_pam_result result,
    struct vms_str reason, struct vms_str text, bool is_error);

/* Handlers, one for each request; authorised by dispatch.c as far as the
 * verb goes. */
void vms_req_auth(struct vms_ask *a);
void vms_req_acct(struct vms_ask *a);
void vms_req_open(struct vms_ask *a);
void vms_req_close(struct vms_ask *a);
void vms_req_prechange(struct vms_ask *a);
void vms_req_change(struct vms_ask *a);
void vms_req_check(struct vms_ask *a);
void vms_req_explain(struct vms_ask *a);
void vms_req_list(struct vms_ask *a);
void vms_req_whoami(struct vms_ask *a);
void vms_req_status(struct vms_ask *a);
void vms_req_sessions(struct vms_ask *a);
void vms_req_keys(struct vms_ask *a);
void vms_req_lint(struct vms_ask *a);
void vms_req_sync(struct vms_ask *a);
void vms_req_watch(struct vms_ask *a);

/* The login that a PAM request is about, judged; req_acct.c.  v's strings
 * live in a->arena and the model. */
struct vms_login {
	struct vms_user_view user;
	enum vms_class klass;
	struct vms_from from;
	bool remembered;		/* its account stage passed */
	struct vms_verdict verdict;
	struct vms_str reason;		/* as logged */
	char id[VMS_RECORD_ID_SIZE];
};
void vms_login_judge(struct vms_ask *a, bool session_stage,
    struct vms_login *l);
/* The reply for a denied login. */
void vms_login_deny(struct vms_ask *a, const struct vms_login *l);

#endif
