/* SPDX-License-Identifier: MIT */
/* What pam_vms returns, and why: see flow.h. */
#include "pam_vms/flow.h"

#include <stdio.h>
#include <security/_pam_types.h>

#include "libvms/bounds.h"

int
vms_flow_options_parse(int argc, const char **argv,
    struct vms_flow_options *out, const char **bad)
{
	*out = (struct vms_flow_options){ 0 };
	*bad = NULL;
	for (int i = 0; i < argc; i++) {
		struct vms_str a = vms_str_of(argv[i]);

		if (vms_str_eq(a, VMS_STR("use_authtok")))
			out->use_authtok = true;
		else if (vms_str_eq(a, VMS_STR("ignore_unknown_user")))
			out->ignore_unknown_user = true;
		else if (vms_str_eq(a, VMS_STR("quiet")))
			out->quiet = true;
		else if (vms_str_eq(a, VMS_STR("nodelay")))
			out->nodelay = true;
		else if (vms_str_has_prefix(a, VMS_STR("socket=/")))
			out->socket = argv[i] + strlen("socket=");
		else if (!vms_str_eq(a, VMS_STR("try_first_pass")) &&
		    !vms_str_eq(a, VMS_STR("use_first_pass"))) {
			*bad = argv[i];
			return -1;
		}
	}
	return 0;
}

int
vms_flow_untold(enum vms_stage stage)
{
	switch (stage) {
	case VMS_STAGE_AUTH:
		return PAM_AUTHINFO_UNAVAIL;
	case VMS_STAGE_ACCT:
	case VMS_STAGE_OPEN:
		return PAM_PERM_DENIED;
	case VMS_STAGE_CRED:
	case VMS_STAGE_CLOSE:
		/* These let nobody in, and a failure only does damage. */
		return PAM_IGNORE;
	case VMS_STAGE_PRECHANGE:
		return PAM_TRY_AGAIN;
	case VMS_STAGE_CHANGE:
		return PAM_AUTHTOK_ERR;
	}
	return PAM_PERM_DENIED;
}

int
vms_flow_foreign(enum vms_stage stage, enum vms_owner owner,
    bool ignore_unknown_user)
{
	switch (owner) {
	case VMS_OWNER_OURS:
		return -1;
	case VMS_OWNER_LOCAL:
		return PAM_IGNORE;
	case VMS_OWNER_UNTOLD:
		return vms_flow_untold(stage);
	case VMS_OWNER_OTHER:
		break;
	}
	if (ignore_unknown_user || stage == VMS_STAGE_CRED ||
	    stage == VMS_STAGE_OPEN || stage == VMS_STAGE_CLOSE)
		return PAM_IGNORE;
	return PAM_USER_UNKNOWN;
}

/* -1: a result that the stage does not know. */
static int
auth_result(enum vms_pam_result r)
{
	switch (r) {
	case VMS_PAM_OK:
	case VMS_PAM_NEW_TOKEN:	/* right; the account stage says the rest */
		return PAM_SUCCESS;
	case VMS_PAM_DENIED:
	case VMS_PAM_AUTH_ERR:
	case VMS_PAM_EXPIRED:
		return PAM_AUTH_ERR;
	case VMS_PAM_UNKNOWN:
		return PAM_USER_UNKNOWN;
	case VMS_PAM_MAXTRIES:
		return PAM_MAXTRIES;
	case VMS_PAM_UNAVAILABLE:
	case VMS_PAM_TRY_AGAIN:
	case VMS_PAM_TOKEN_ERR:
	case VMS_PAM_COUNT:
		break;
	}
	return -1;
}

static int
acct_result(enum vms_pam_result r)
{
	if (r == VMS_PAM_OK)
		return PAM_SUCCESS;
	if (r == VMS_PAM_EXPIRED)
		return PAM_ACCT_EXPIRED;
	if (r == VMS_PAM_NEW_TOKEN)
		return PAM_NEW_AUTHTOK_REQD;
	return -1;
}

static int
change_result(enum vms_stage stage, enum vms_pam_result r)
{
	switch (r) {
	case VMS_PAM_OK:
		return PAM_SUCCESS;
	case VMS_PAM_NEW_TOKEN:
		return stage == VMS_STAGE_PRECHANGE ? PAM_SUCCESS : -1;
	case VMS_PAM_DENIED:
		return PAM_PERM_DENIED;
	case VMS_PAM_AUTH_ERR:
		return PAM_AUTHTOK_RECOVERY_ERR;
	case VMS_PAM_MAXTRIES:
	case VMS_PAM_TOKEN_ERR:
		return PAM_AUTHTOK_ERR;
	case VMS_PAM_UNAVAILABLE:
	case VMS_PAM_UNKNOWN:
	case VMS_PAM_EXPIRED:
	case VMS_PAM_TRY_AGAIN:
	case VMS_PAM_COUNT:
		break;
	}
	return -1;
}

int
vms_flow_result(enum vms_stage stage, enum vms_client_status st,
    const struct vms_message *m)
{
	enum vms_pam_result r;
	int code = -1;

	if (stage == VMS_STAGE_CRED || stage == VMS_STAGE_CLOSE)
		return PAM_SUCCESS;
	if (st != VMS_CLIENT_OK || m->type != VMS_A_PAM)
		return vms_flow_untold(stage);
	r = (enum vms_pam_result)m->u.pam_rep.result;
	switch (stage) {
	case VMS_STAGE_AUTH:
		code = auth_result(r);
		break;
	case VMS_STAGE_ACCT:
		code = acct_result(r);
		break;
	case VMS_STAGE_OPEN:
		if (r == VMS_PAM_OK || r == VMS_PAM_NEW_TOKEN)
			code = PAM_SUCCESS;
		break;
	case VMS_STAGE_PRECHANGE:
	case VMS_STAGE_CHANGE:
		code = change_result(stage, r);
		break;
	case VMS_STAGE_CRED:
	case VMS_STAGE_CLOSE:
		break;
	}
	return code >= 0 ? code : vms_flow_untold(stage);
}

bool
vms_flow_env_trusted(enum vms_stage stage)
{
	return stage == VMS_STAGE_AUTH || stage == VMS_STAGE_ACCT;
}

int
vms_flow_timeout_ms(enum vms_stage stage)
{
	switch (stage) {
	case VMS_STAGE_AUTH:
	case VMS_STAGE_PRECHANGE:
		/* sshd may try twice, by either method. */
		return 6000;
	case VMS_STAGE_CHANGE:
		return 10000;
	case VMS_STAGE_CRED:
	case VMS_STAGE_ACCT:
	case VMS_STAGE_OPEN:
		return 3000;
	case VMS_STAGE_CLOSE:
		break;
	}
	return 1000;	/* nobody waits for a logout */
}

bool
vms_flow_secret_fits(const char *secret)
{
	size_t len = secret == NULL ? 0 : strlen(secret);

	return len > 0 && len <= VMS_SECRET_MAX;
}

struct vms_str
vms_flow_claim(const char *text, size_t max)
{
	struct vms_str s = vms_str_of(text);

	return s.len <= max ? s : VMS_STR("?");
}

struct vms_str
vms_flow_first_word(const char *text)
{
	struct vms_str word, rest;

	vms_str_cut(vms_str_of(text), ' ', &word, &rest);
	return word.len <= VMS_ADDR_TEXT_MAX ? word : VMS_STR("?");
}

void
vms_flow_quote(char *out, size_t size, struct vms_str text)
{
	size_t at = 0;

	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.p[i];
		bool plain = c >= 0x20 && c < 0x7f && c != '"' && c != '\\';

		if (at + 8 > size) {
			memcpy(out + at, "...", 3);
			at += 3;
			break;
		}
		if (plain)
			out[at++] = (char)c;
		else
			at += (size_t)snprintf(out + at, 5, "\\x%02x", c);
	}
	out[at] = '\0';
}

void
vms_flow_clean(char *out, size_t size, struct vms_str text)
{
	size_t len = text.len < size ? text.len : size - 1;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text.p[i];
		bool control = (c < 0x20 && c != '\n' && c != '\t') ||
		    c == 0x7f;

		out[i] = control ? '?' : text.p[i];
	}
	out[len] = '\0';
}

bool
vms_flow_env_ok(const struct vms_pair *pair)
{
	if (!vms_str_has_prefix(pair->key, VMS_STR("VMS_")))
		return false;
	for (size_t i = 0; i < pair->key.len; i++) {
		char c = pair->key.p[i];

		if (c != '_' && (c < 'A' || c > 'Z'))
			return false;
	}
	for (size_t i = 0; i < pair->value.len; i++) {
		unsigned char c = (unsigned char)pair->value.p[i];

		if (c < 0x20 || c == 0x7f)
			return false;
	}
	return true;
}
