/* SPDX-License-Identifier: MIT */
/*
 * libldap behind what this suite asks of a directory.  ldapc*.c are the only
 * files that know it.
 *
 * Every option is set here: the environment and ldap.conf are not read
 * (LDAPNOINIT).  TCP is connected by ourselves; a handshake that hangs is cut
 * by an alarm that shuts the socket down.  Waiting is by own deadlines, in
 * milliseconds of the monotonic clock.
 *
 * Errors are for people: which server, what happened, what to do.
 * UNAVAILABLE: no answer, or none that counts; DENIED: the server said no;
 * MALFORMED: our configuration, or what it sent, is wrong.
 */
#ifndef VMS_LDAPC_H
#define VMS_LDAPC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libvms/arena.h"
#include "libvms/bounds.h"
#include "libvms/buf.h"
#include "libvms/err.h"
#include "libvms/str.h"
#include "vmsd/conf.h"
#include "vmsd/ppolicy.h"
#include "vmsd/sync_event.h"
#include "vmsd/sync_scope.h"

/* LDAP results (RFC 4511) that are looked at. */
enum vms_ldap_result {
	VMS_LDAP_OK = 0,
	VMS_LDAP_CONSTRAINT = 19,
	VMS_LDAP_INVALID_CREDENTIALS = 49,
	VMS_LDAP_DENIED = 50,
	VMS_LDAP_UNWILLING = 53
};

/* What all connections of a process share. */
struct vms_ldapc_env {
	const struct vms_conf *conf;	/* borrowed */
	const char *password;		/* of bind_dn; borrowed, NULL: none */
	int key_fd;			/* memfd with the private key, or -1 */
};

struct vms_ldapc;	/* one connection; opaque */

int64_t vms_ldapc_now_ms(void);

/* Once in a process, before all else: no SIGPIPE, the deadline's alarm,
 * memory that is wiped when it is freed, and the first handle, which resolves
 * the host's own name.  -1 with SYSTEM. */
int vms_ldapc_init(struct vms_err *err);
/* key_pem: bytes of conf's key_file, NULL if there is none. */
int vms_ldapc_env_open(const struct vms_conf *conf, const char *password,
    const void *key_pem, size_t key_len, struct vms_ldapc_env *env,
    struct vms_err *err);
void vms_ldapc_env_close(struct vms_ldapc_env *env);

/* Connect, and TLS where it is due. */
int vms_ldapc_open(const struct vms_ldapc_env *env, const char *uri,
    int64_t deadline, struct vms_ldapc **out, struct vms_err *err);
void vms_ldapc_close(struct vms_ldapc *c);	/* NULL is fine */
int vms_ldapc_fd(const struct vms_ldapc *c);
const char *vms_ldapc_uri(const struct vms_ldapc *c);
/* From here on the socket is shut down at this moment, whatever libldap waits
 * for in it (half a TLS record, a full send buffer).  0: no longer. */
void vms_ldapc_guard(struct vms_ldapc *c, int64_t deadline);
/* Idle, and nothing has come that we did not ask for. */
bool vms_ldapc_is_quiet(struct vms_ldapc *c);
/* As the recorder's account: bind_dn and password, or EXTERNAL. */
int vms_ldapc_bind_service(struct vms_ldapc *c, int64_t deadline,
    struct vms_err *err);

/* What the server can do, and where `base` lives in it. */
struct vms_ldapc_root {
	bool sync, whoami, passwd;
	bool ad;	/* Active Directory, or Samba as one */
	bool resumes;	/* a search with a cookie leaves nothing out */
	char context[VMS_DN_MAX + 1];	/* naming context over base; "" */
};
/* Also notes for the feed what this server's entries lack. */
int vms_ldapc_read_root(struct vms_ldapc *c, const char *base,
    int64_t deadline, struct vms_ldapc_root *out, struct vms_err *err);
/* Whether the suite's schema is loaded there: 0; MALFORMED if not; 0 as well
 * if it can not be told. */
int vms_ldapc_check_schema(struct vms_ldapc *c, int64_t deadline,
    struct vms_err *err);

/* The feed. */
int vms_ldapc_sync_start(struct vms_ldapc *c,
    const struct vms_sync_scope *scope, struct vms_str cookie,
    struct vms_err *err);
/* What has come: 1 and *ev (everything in a; only attributes of the scope), 0
 * nothing whole yet, -1 the connection is of no more use. */
int vms_ldapc_sync_next(struct vms_ldapc *c,
    const struct vms_sync_scope *scope, struct vms_arena *a,
    struct vms_sync_event *ev, struct vms_err *err);

/* The heartbeat: contextCSN of a naming context. */
int vms_ldapc_csn_ask(struct vms_ldapc *c, const char *context,
    struct vms_err *err);
/* 1 and the values appended to w, one a line; 0 not yet; -1. */
int vms_ldapc_csn_take(struct vms_ldapc *c, struct vms_wr *w,
    struct vms_err *err);

/* The answer to a bind or a password change of a user. */
struct vms_ldapc_answer {
	int result;			/* LDAP's */
	struct vms_ppolicy policy;
	char text[200];			/* the server's, cut */
};
/* One simple bind.  0 whatever the answer; -1 if there was none. */
int vms_ldapc_bind_user(struct vms_ldapc *c, struct vms_str dn,
    struct vms_str secret, int64_t deadline, struct vms_ldapc_answer *out,
    struct vms_err *err);
/* Who the server takes us for: "dn:..." appended to w. */
int vms_ldapc_whoami(struct vms_ldapc *c, int64_t deadline, struct vms_wr *w,
    struct vms_ldapc_answer *out, struct vms_err *err);
/* RFC 3062, on a connection bound as that user. */
int vms_ldapc_change(struct vms_ldapc *c, struct vms_str dn,
    struct vms_str old, struct vms_str new, int64_t deadline,
    struct vms_ldapc_answer *out, struct vms_err *err);

#endif
