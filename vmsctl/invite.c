/* SPDX-License-Identifier: MIT */
/*
 * user invite: an account that is switched off, with a password for one use.
 * "user enable" activates it; the first login must change the password.
 */
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "vmsctl/user.h"

/* Characters that nobody mistakes for others; 32, so that no bit is lost. */
static const char letters[] = "abcdefghijkmnpqrstuvwxyz23456789";
#define LENGTH 20

static int
make_password(struct vms_password *out)
{
	uint8_t bytes[LENGTH];

	if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes))
		return -1;
	for (size_t i = 0; i < LENGTH; i++)
		out->text[i] = letters[bytes[i] % 32];
	out->text[LENGTH] = '\0';
	out->given = true;
	explicit_bzero(bytes, sizeof(bytes));
	return 0;
}

/* The password, and that it must be changed; then it is shown, once. */
static int
after(struct vms_admin *ad)
{
	struct vms_str dn = vms_dn_of(ad, "user", ad->watch_user);
	struct vms_changes cs = { .arena = &ad->arena };
	const struct vms_change *failed;
	struct vms_err err = { 0 };
	struct vms_change *ch;

	if (vms_dir_passwd(ad->dir, dn, NULL, ad->new_password.text,
	    &err) < 0)
		return vms_refuse(ad, CTL_NO, "pw-policy",
		    "the user is there, without a password: %s", err.msg);
	vms_audit_text(ad, "password", dn);
	ch = vms_change_new(&cs, VMS_CHANGE_MODIFY, dn);
	vms_change_set(&cs, ch, "pwdReset", VMS_STR("TRUE"));
	if (vms_dir_write(ad->dir, ch, false, &failed, &err) < 0)
		fprintf(stderr, "vmsctl: note: the server does not make him "
		    "change it: %s\n", err.msg);
	if (!ad->json)
		printf("one-time-password: %s\n", ad->new_password.text);
	else
		ad->note = vms_say(ad, "one-time-password: %s",
		    ad->new_password.text);
	vms_password_wipe(&ad->new_password);
	return 0;
}

static int
user_invite(struct vms_admin *ad)
{
	struct vms_str login = vms_str_of(ad->args.words[0]);
	struct vms_change *ch;
	int rc = vms_user_may(ad, "user.create", login);

	if (rc == 0)
		rc = vms_user_check_new(ad, login);
	if (rc != 0)
		return rc;
	if (ad->new_password.text[0] == '\0' &&
	    make_password(&ad->new_password) < 0)
		return vms_refuse(ad, CTL_NO, "failed", "no random bytes");
	ad->after = after;
	ch = vms_user_entry(ad, login, &rc);
	vms_change_set(&ad->changes, ch, "vmsAccountState",
	    VMS_STR("disabled"));
	if (rc == 0)
		rc = vms_user_give(ad, login, ch->dn);
	ad->watch_user = login;
	ad->note = vms_say(ad, "invited user %.*s", VMS_STR_ARG(login));
	return rc;
}

const struct vms_cmd vms_invite_cmds[] = {
	{ .noun = "user", .verb = "invite", .args = "NAME",
	    .help = "a user switched off until enabled, with a password for "
	    "one use", .opts = vms_user_add_opts, .fields = vms_user_fields,
	    .min = 1, .max = 1, .run = user_invite, .writes = true },
	{ .noun = NULL }
};
