/* SPDX-License-Identifier: MIT */
/* One stage of a PAM transaction on its way through: see transaction.h. */
#include "pam_vms/transaction.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <security/pam_ext.h>
#include <security/pam_modutil.h>

#include "client/client.h"
#include "client/self.h"
#include "libvms/addr.h"
#include "libvms/bounds.h"
#include "nss_vms/reader.h"
#include "pam_vms/passwd.h"

/* Microseconds; libpam takes the longest that any module asks for and moves
 * it by up to a half. */
#define FAIL_DELAY_US 2000000
/* A reply with the texts and the environment of one login. */
#define REPLY_MAX (256 * 1024)
/* A name in a log line. */
#define QUOTED 200

static const char *
item(pam_handle_t *pamh, int type)
{
	const void *p = NULL;

	if (pam_get_item(pamh, type, &p) != PAM_SUCCESS)
		return NULL;
	return p;
}

/* Whose user it is; decided before anything is asked of anybody. */
static enum vms_owner
find_owner(struct vms_tx *tx)
{
	struct vms_str name = vms_str_of(tx->user);
	struct vms_whose_facts facts;
	struct passwd *pw;

	tx->uid = UINT32_MAX;
	if (vms_str_eq(name, VMS_STR("root")))
		return VMS_OWNER_LOCAL;
	switch (vms_passwd_find("/etc/passwd", name)) {
	case VMS_PASSWD_HERE:
		return VMS_OWNER_LOCAL;
	case VMS_PASSWD_UNTOLD:
		return VMS_OWNER_UNTOLD;
	case VMS_PASSWD_ABSENT:
		break;
	}
	pw = pam_modutil_getpwnam(tx->pamh, tx->user);
	if (pw != NULL)
		tx->uid = pw->pw_uid;
	if (tx->uid == 0)
		return VMS_OWNER_LOCAL;
	switch (vms_reader_whose(name, &facts)) {
	case VMS_WHOSE_UNTOLD:
		return VMS_OWNER_UNTOLD;
	case VMS_WHOSE_SERVED:
	case VMS_WHOSE_OURS:
		return VMS_OWNER_OURS;
	case VMS_WHOSE_NOT_OURS:
		break;
	}
	/* A name of another source with an id of our range: not let by. */
	if (tx->uid >= facts.header.min_id && tx->uid <= facts.header.max_id)
		return VMS_OWNER_OURS;
	return VMS_OWNER_OTHER;
}

/* The user's name.  Only the stages in which an application may not know it
 * yet may ask for it. */
static const char *
get_user(pam_handle_t *pamh, enum vms_stage stage)
{
	const char *user = NULL;

	if (stage != VMS_STAGE_AUTH)
		return item(pamh, PAM_USER);
	if (pam_get_user(pamh, &user, NULL) != PAM_SUCCESS)
		return NULL;
	return user;
}

/* An option that is misspelt is no reason to keep root out; for everybody
 * else it is an error. */
static int
refuse_option(const struct vms_tx *tx, const char *bad)
{
	char quoted[QUOTED];

	vms_flow_quote(quoted, sizeof(quoted), vms_str_of(bad));
	pam_syslog(tx->pamh, LOG_ERR, "unknown option \"%s\"", quoted);
	if (tx->owner == VMS_OWNER_LOCAL)
		return PAM_IGNORE;
	if (tx->stage == VMS_STAGE_ACCT || tx->stage == VMS_STAGE_OPEN)
		return PAM_PERM_DENIED;
	return PAM_SERVICE_ERR;
}

int
vms_tx_begin(struct vms_tx *tx, pam_handle_t *pamh, int flags,
    enum vms_stage stage, int argc, const char **argv)
{
	const char *bad;
	int r;

	*tx = (struct vms_tx){ .pamh = pamh,
	    .flags = (unsigned int)flags, .stage = stage };
	r = vms_flow_options_parse(argc, argv, &tx->opt, &bad);
	tx->user = get_user(pamh, stage);
	if (tx->user == NULL || tx->user[0] == '\0')
		return vms_flow_untold(stage);
	tx->owner = find_owner(tx);
	if (r < 0)
		return refuse_option(tx, bad);
	if (tx->owner == VMS_OWNER_UNTOLD)
		pam_syslog(pamh, LOG_ERR, "cannot tell whose user this is: "
		    "the published identities cannot be read");
	r = vms_flow_foreign(stage, tx->owner, tx->opt.ignore_unknown_user);
	if (r == PAM_PERM_DENIED)
		vms_tx_say(tx, true, "Access denied");
	return r;
}

void
vms_tx_say(const struct vms_tx *tx, bool is_error, const char *text)
{
	if (tx->flags & PAM_SILENT)
		return;
	if (is_error)
		pam_error(tx->pamh, "%s", text);
	else
		pam_info(tx->pamh, "%s", text);
}

void
vms_tx_delay(const struct vms_tx *tx)
{
	if (!tx->opt.nodelay)
		pam_fail_delay(tx->pamh, FAIL_DELAY_US);
}

/* Which client it is.  The PAM environment is read only while nobody but the
 * application can have filled it, and only where PAM_RHOST is no address. */
static void
fill_origin(const struct vms_tx *tx, struct vms_pam_req *q)
{
	struct vms_addr addr;
	pam_handle_t *pamh = tx->pamh;

	q->rhost = vms_flow_claim(item(pamh, PAM_RHOST), VMS_NAME_MAX);
	if (!vms_flow_env_trusted(tx->stage))
		return;
	if (vms_addr_parse(q->rhost, &addr) < 0)
		q->conn = vms_flow_first_word(
		    pam_getenv(pamh, "SSH_CONNECTION"));
	q->seat = vms_flow_claim(pam_getenv(pamh, "XDG_SEAT"), VMS_WORD_MAX);
	q->vtnr = vms_flow_claim(pam_getenv(pamh, "XDG_VTNR"), VMS_WORD_MAX);
}

static void
fill_request(const struct vms_tx *tx, const struct vms_self *self,
    struct vms_pam_req *q)
{
	pam_handle_t *pamh = tx->pamh;

	q->user = vms_flow_claim(tx->user, VMS_NAME_MAX);
	q->service = vms_flow_claim(item(pamh, PAM_SERVICE), VMS_WORD_MAX);
	q->tty = vms_flow_claim(item(pamh, PAM_TTY), VMS_WORD_MAX);
	q->ruser = vms_flow_claim(item(pamh, PAM_RUSER), VMS_NAME_MAX);
	fill_origin(tx, q);
	q->session = vms_str_of(self->session);
	q->uid = tx->uid;
	q->real_uid = self->real_uid;
	q->login_uid = self->login_uid;
	q->audit_session = self->audit_session;
	q->pid = self->pid;
	q->start_ticks = self->start_ticks;
	q->parent_pid = self->parent_pid;
	q->parent_ticks = self->parent_ticks;
	q->expired_only = (tx->flags & PAM_CHANGE_EXPIRED_AUTHTOK) != 0;
}

/* -1 if libpam would not take one: a session with half its environment is
 * not opened. */
static int
set_env(pam_handle_t *pamh, const struct vms_pam_rep *rep)
{
	for (uint32_t i = 0; i < rep->n_env; i++) {
		const struct vms_pair *e = &rep->env[i];
		char *pair = NULL;
		int r;

		if (!vms_flow_env_ok(e))
			continue;
		if (asprintf(&pair, "%.*s=%.*s", VMS_STR_ARG(e->key),
		    VMS_STR_ARG(e->value)) < 0)
			return -1;
		r = pam_putenv(pamh, pair);
		free(pair);
		if (r != PAM_SUCCESS)
			return -1;
	}
	return 0;
}

static const char *
stage_name(enum vms_stage stage)
{
	switch (stage) {
	case VMS_STAGE_AUTH:
		return "authentication";
	case VMS_STAGE_CRED:
		return "credentials";
	case VMS_STAGE_ACCT:
		return "access";
	case VMS_STAGE_OPEN:
		return "session";
	case VMS_STAGE_CLOSE:
		return "session end";
	case VMS_STAGE_PRECHANGE:
	case VMS_STAGE_CHANGE:
		return "password change";
	}
	return "?";
}

/* One line for the log; what came from outside is quoted. */
static void
log_result(const struct vms_tx *tx, int code, const struct vms_pam_rep *rep)
{
	char user[QUOTED], rhost[QUOTED], reason[QUOTED], decision[QUOTED];
	bool good = code == PAM_SUCCESS;

	if (good && tx->opt.quiet)
		return;
	vms_flow_quote(user, sizeof(user), vms_str_of(tx->user));
	vms_flow_quote(rhost, sizeof(rhost),
	    vms_str_of(item(tx->pamh, PAM_RHOST)));
	vms_flow_quote(reason, sizeof(reason), rep->reason);
	vms_flow_quote(decision, sizeof(decision), rep->decision);
	pam_syslog(tx->pamh, good ? LOG_INFO : LOG_NOTICE,
	    "%s %s user=\"%s\" rhost=\"%s\" reason=\"%s\" decision=\"%s\"",
	    stage_name(tx->stage), good ? "granted" : "refused", user, rhost,
	    reason, decision);
}

static void
log_trouble(const struct vms_tx *tx, const char *why)
{
	char user[QUOTED], quoted[QUOTED];

	vms_flow_quote(user, sizeof(user), vms_str_of(tx->user));
	vms_flow_quote(quoted, sizeof(quoted), vms_str_of(why));
	pam_syslog(tx->pamh, LOG_ERR, "%s undecided user=\"%s\": %s",
	    stage_name(tx->stage), user, quoted);
}

/* What the user sees. */
static void
show(const struct vms_tx *tx, int code, const struct vms_pam_rep *rep)
{
	char text[VMS_TEXT_MAX + 1];

	if (rep->text.len > 0) {
		vms_flow_clean(text, sizeof(text), rep->text);
		vms_tx_say(tx, rep->is_error, text);
	} else if (code == PAM_PERM_DENIED) {
		vms_tx_say(tx, true, "Access denied");
	} else if (code == PAM_TRY_AGAIN ||
	    (code == PAM_AUTHTOK_ERR && tx->stage == VMS_STAGE_CHANGE)) {
		vms_tx_say(tx, true, "The directory does not answer: "
		    "the password was not changed");
	}
}

int
vms_tx_ask(struct vms_tx *tx, enum vms_msg type, const char *secret,
    const char *new_secret)
{
	static const struct vms_pam_rep nothing = { 0 };
	struct vms_message m = { .type = type };
	struct vms_call call = { tx->opt.socket,
	    vms_flow_timeout_ms(tx->stage), REPLY_MAX };
	enum vms_client_status st = VMS_CLIENT_LOCAL;
	const struct vms_pam_rep *rep = &nothing;
	struct vms_reply reply = { 0 };
	struct vms_err err = { 0 };
	struct vms_self self;
	int code;

	if (vms_self_get(&self, &err) == 0) {
		fill_request(tx, &self, &m.u.pam_req);
		m.u.pam_req.secret = vms_str_of(secret);
		m.u.pam_req.new_secret = vms_str_of(new_secret);
		st = vms_client_ask(&call, &m, &reply, &err);
	}
	code = vms_flow_result(tx->stage, st, &reply.msg);
	if (st != VMS_CLIENT_OK) {
		log_trouble(tx, err.msg);
	} else if (reply.msg.type == VMS_A_PAM) {
		rep = &reply.msg.u.pam_rep;
		tx->not_expired = rep->result == VMS_PAM_OK &&
		    m.u.pam_req.expired_only;
		if (tx->stage == VMS_STAGE_OPEN && code == PAM_SUCCESS &&
		    set_env(tx->pamh, rep) < 0)
			code = PAM_PERM_DENIED;
		log_result(tx, code, rep);
	} else {
		char text[QUOTED];

		vms_flow_quote(text, sizeof(text),
		    reply.msg.u.error_rep.text);
		log_trouble(tx, text);
	}
	show(tx, code, rep);
	vms_reply_fini(&reply);
	return code;
}
