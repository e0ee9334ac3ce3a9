/* SPDX-License-Identifier: MIT */
/*
 * Passwords: the suite's rule before the server's, the password-modify
 * operation (RFC 3062), and what the server said.
 */
#include <stdio.h>
#include <string.h>

#include "libvms/password.h"
#include "vmsctl/prompt.h"
#include "vmsctl/rules.h"
#include "vmsctl/user.h"

static const struct vms_opt passwd_opts[] = {
	{ "current-password-file", 0, "FILE", "the current one, first line" },
	{ "new-password-file", 0, "FILE", "the new one, first line" },
	{ NULL, 0, NULL, NULL }
};

/* By the policy's rule; the floor where the policy cannot be read. */
static int
check_rule(struct vms_admin *ad, const struct vms_password *pw)
{
	struct vms_pw_rule rule = vms_pw_rule_of(
	    vms_parameter(ad, "pw-min-length", ""),
	    vms_parameter(ad, "pw-max-length", ""),
	    vms_parameter(ad, "pw-charset", ""));
	enum vms_pw_problem p = vms_pw_check(&rule, vms_str_of(pw->text));
	char text[200];

	if (p == VMS_PW_FINE)
		return 0;
	vms_pw_text(p, &rule, text, sizeof(text));
	return vms_refuse(ad, CTL_NO, vms_cstr(ad, vms_pw_reason(p)), "%s",
	    text);
}

/* From a file, or asked twice. */
static int
read_new(struct vms_admin *ad, const char *prompt, struct vms_password *out)
{
	const char *file = vms_args_get(&ad->args, "new-password-file");
	struct vms_password again = { 0 };
	struct vms_err err = { 0 };
	bool same;

	if (file != NULL)
		return vms_password_read(file, out, &err) == 0 ? 0 :
		    vms_refuse_err(ad, &err);
	if (vms_password_ask(prompt, out, &err) < 0 ||
	    vms_password_ask("Again: ", &again, &err) < 0)
		return vms_refuse_err(ad, &err);
	same = strcmp(out->text, again.text) == 0;
	vms_password_wipe(&again);
	if (same)
		return 0;
	vms_password_wipe(out);
	return vms_refuse(ad, CTL_NO, "pw-mismatch",
	    "the two new passwords differ");
}

/* What the server said, as a code of ours where it is one. */
static int
say_refused(struct vms_admin *ad, const struct vms_err *err, bool own)
{
	switch (vms_dir_why(ad->dir)) {
	case VMS_DIR_MAY_NOT:
		return vms_refuse(ad, CTL_NOT_PERMITTED, "not-permitted",
		    "%s", err->msg);
	case VMS_DIR_AWAY:
		return vms_refuse(ad, CTL_UNAVAILABLE,
		    "directory-unavailable", "%s", err->msg);
	case VMS_DIR_OTHER:	/* unwillingToPerform: the old one */
		if (own && strstr(err->msg, "old password") != NULL)
			return vms_refuse(ad, CTL_NO, "pw-current-wrong",
			    "%s", err->msg);
		break;
	case VMS_DIR_FINE: case VMS_DIR_CHANGED: case VMS_DIR_EXISTS:
	case VMS_DIR_ABSENT: case VMS_DIR_CONSTRAINT:
	case VMS_DIR_CREDENTIALS:
		break;
	}
	return vms_refuse(ad, CTL_NO, "pw-policy", "%s", err->msg);
}

int
vms_user_password_read(struct vms_admin *ad)
{
	const char *file = vms_args_get(&ad->args, "new-password-file");
	int rc;

	if (file == NULL || vms_args_has(&ad->args, "no-password"))
		return 0;
	if (ad->new_password.text[0] == '\0') {
		rc = read_new(ad, "", &ad->new_password);
		if (rc != 0)
			return rc;
	}
	ad->after = vms_user_password_after;
	return check_rule(ad, &ad->new_password);
}

int
vms_user_password_after(struct vms_admin *ad)
{
	struct vms_err err = { 0 };
	struct vms_str dn = vms_dn_of(ad, "user", ad->watch_user);
	int rc = vms_dir_passwd(ad->dir, dn, NULL, ad->new_password.text,
	    &err);

	vms_password_wipe(&ad->new_password);
	if (rc == 0) {
		vms_audit_text(ad, "password", dn);
		return 0;
	}
	fprintf(stderr, "vmsctl: note: the user is there, without a password\n");
	return say_refused(ad, &err, false);
}

/* user passwd NAME: another's, without the current one. */
static int
user_passwd(struct vms_admin *ad)
{
	const struct vms_item *it;
	struct vms_err err = { 0 };
	int rc;

	it = vms_user_for(ad, "user.set-password", &rc);
	if (it == NULL)
		return rc;
	rc = read_new(ad, "New password: ", &ad->new_password);
	if (rc == 0)
		rc = check_rule(ad, &ad->new_password);
	if (rc != 0)
		return rc;
	rc = vms_dir_passwd(ad->dir, it->e.dn, NULL, ad->new_password.text,
	    &err);
	vms_password_wipe(&ad->new_password);
	if (rc < 0)
		return say_refused(ad, &err, false);
	vms_audit_text(ad, "password", it->e.dn);
	return 0;
}

/* passwd: one's own.  He may read nothing but himself, so no estate. */
static int
own_passwd(struct vms_admin *ad)
{
	const char *file = vms_args_get(&ad->args, "current-password-file");
	struct vms_password old = { 0 };
	struct vms_err err = { 0 };
	int rc;

	rc = file != NULL ? vms_password_read(file, &old, &err) :
	    vms_password_ask("Current password: ", &old, &err);
	if (rc < 0)
		return vms_refuse_err(ad, &err);
	rc = read_new(ad, "New password: ", &ad->new_password);
	if (rc == 0)
		rc = check_rule(ad, &ad->new_password);
	if (rc == 0 && vms_dir_passwd(ad->dir, vms_dir_me(ad->dir),
	    old.text, ad->new_password.text, &err) < 0)
		rc = say_refused(ad, &err, true);
	else if (rc == 0)
		vms_audit_text(ad, "password", vms_dir_me(ad->dir));
	vms_password_wipe(&old);
	vms_password_wipe(&ad->new_password);
	return rc;
}

const struct vms_cmd vms_passwd_cmds[] = {
	{ .noun = "passwd", .args = "", .help = "change your own password",
	    .opts = passwd_opts, .run = own_passwd, .bare = true },
	{ .noun = "user", .verb = "passwd", .args = "NAME",
	    .help = "give a user a new password", .opts = &passwd_opts[1],
	    .min = 1, .max = 1, .run = user_passwd },
	{ .noun = NULL }
};
