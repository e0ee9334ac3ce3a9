/* SPDX-License-Identifier: MIT */
/*
 * What pam_vms returns, and why: options, whose user it is, and what a reply
 * means in each stage.  Knows PAM's numbers and not libpam: no handle, no
 * conversation, no log.  Pure.
 */
#ifndef VMS_FLOW_H
#define VMS_FLOW_H

#include <stdbool.h>
#include <stddef.h>

#include "client/client.h"
#include "libvms/proto.h"
#include "libvms/str.h"

enum vms_stage {
	VMS_STAGE_AUTH,
	VMS_STAGE_CRED,
	VMS_STAGE_ACCT,
	VMS_STAGE_OPEN,
	VMS_STAGE_CLOSE,
	VMS_STAGE_PRECHANGE,	/* chauthtok, PAM_PRELIM_CHECK */
	VMS_STAGE_CHANGE	/* chauthtok, PAM_UPDATE_AUTHTOK */
};

/* Whose user a name is.  Zero is "could not tell", and that is no stranger. */
enum vms_owner {
	VMS_OWNER_UNTOLD = 0,
	VMS_OWNER_LOCAL,	/* uid 0, or in /etc/passwd */
	VMS_OWNER_OURS,
	VMS_OWNER_OTHER		/* a readable published file says not ours */
};

/* The options of the module's line.  The password ones are read by
 * pam_get_authtok itself; use_authtok is looked at here too. */
struct vms_flow_options {
	bool use_authtok, ignore_unknown_user, quiet, nodelay;
	const char *socket;	/* borrowed from argv; NULL: the usual one */
};

/* 0, or -1 and *bad, the argument that is no option of ours. */
int vms_flow_options_parse(int argc, const char **argv,
    struct vms_flow_options *out, const char **bad);

/* What to return for a user who is not ours; -1 for one who is: ask vmsd. */
int vms_flow_foreign(enum vms_stage stage, enum vms_owner owner,
    bool ignore_unknown_user);

/* What to return when it could not be told whether yes or no: never a yes,
 * never "wrong password". */
int vms_flow_untold(enum vms_stage stage);

/* What to return for a reply.  m is looked at only if st is OK. */
int vms_flow_result(enum vms_stage stage, enum vms_client_status st,
    const struct vms_message *m);

/* Which stages may trust the PAM environment (the application filled it): not
 * the session, where a user's own file may have been read into it. */
bool vms_flow_env_trusted(enum vms_stage stage);

/* How long to wait for vmsd.  More than vmsd waits for the directory. */
int vms_flow_timeout_ms(enum vms_stage stage);

/* Whether a password may be sent at all: not empty, not over the limit. */
bool vms_flow_secret_fits(const char *secret);

/* Text of PAM for a field of at most max bytes: NULL becomes "", what is too
 * long becomes "?", which equals nothing. */
struct vms_str vms_flow_claim(const char *text, size_t max);

/* The first word of SSH_CONNECTION; "" for NULL. */
struct vms_str vms_flow_first_word(const char *text);

/* Text for a log line: printable ASCII, all else as \xNN, cut with "..." */
void vms_flow_quote(char *out, size_t size, struct vms_str text);

/* Text for a terminal: control characters but newline and tab become '?'. */
void vms_flow_clean(char *out, size_t size, struct vms_str text);

/* Whether a pair of the reply may go into the PAM environment. */
bool vms_flow_env_ok(const struct vms_pair *pair);

#endif
