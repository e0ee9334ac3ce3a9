/* SPDX-License-Identifier: MIT */
/*
 * Changing a password: first may it be changed and does the user know the
 * current one, then the new one.  The directory's own policy speaks last.
 */
#include "pam_vms/transaction.h"

#include <syslog.h>
#include <unistd.h>
#include <security/pam_ext.h>

#include "libvms/password.h"

/* libpam asks and keeps what it was told for the second phase. */
int
vms_password_prelim(struct vms_tx *tx)
{
	const char *current = NULL;
	int r;

	/* sshd and login change an expired password as root: there the user
	 * still proves that he knows it. */
	if (getuid() == 0 && !(tx->flags & PAM_CHANGE_EXPIRED_AUTHTOK)) {
		vms_tx_say(tx, true, "This user's password is kept in the "
		    "directory: its administrators reset it, not root");
		return PAM_PERM_DENIED;
	}
	r = vms_tx_ask(tx, VMS_Q_PAM_PRECHANGE, NULL, NULL);
	if (r != PAM_SUCCESS)
		return r;
	if (tx->not_expired)
		return PAM_IGNORE;
	vms_tx_delay(tx);
	if (pam_get_authtok(tx->pamh, PAM_OLDAUTHTOK, &current, NULL) !=
	    PAM_SUCCESS || !vms_flow_secret_fits(current)) {
		r = PAM_AUTHTOK_RECOVERY_ERR;
	} else {
		r = vms_tx_ask(tx, VMS_Q_PAM_PRECHANGE, current, NULL);
	}
	/* A wrong one is not left for the modules that follow. */
	if (r != PAM_SUCCESS)
		pam_set_item(tx->pamh, PAM_OLDAUTHTOK, NULL);
	return r;
}

/* The new password, by the suite's rule before it is asked for again.  A
 * site's policy may ask for more; vmsd knows it. */
static int
get_new(struct vms_tx *tx, const char **fresh)
{
	enum vms_pw_problem problem;
	char text[160];

	if (pam_get_authtok_noverify(tx->pamh, fresh, NULL) != PAM_SUCCESS ||
	    *fresh == NULL)
		return PAM_AUTHTOK_ERR;
	problem = vms_pw_check(&vms_pw_floor, vms_str_of(*fresh));
	if (problem != VMS_PW_FINE) {
		vms_pw_text(problem, &vms_pw_floor, text, sizeof(text));
		vms_tx_say(tx, true, text);
		return PAM_AUTHTOK_ERR;
	}
	/* Says itself that the two differ. */
	if (!tx->opt.use_authtok &&
	    pam_get_authtok_verify(tx->pamh, fresh, NULL) != PAM_SUCCESS)
		return PAM_AUTHTOK_ERR;
	return PAM_SUCCESS;
}

int
vms_password_update(struct vms_tx *tx)
{
	const void *current = NULL;
	const char *fresh = NULL;
	int r;

	if (tx->flags & PAM_CHANGE_EXPIRED_AUTHTOK) {
		tx->stage = VMS_STAGE_PRECHANGE;
		r = vms_tx_ask(tx, VMS_Q_PAM_PRECHANGE, NULL, NULL);
		tx->stage = VMS_STAGE_CHANGE;
		if (r != PAM_SUCCESS)
			return r == PAM_TRY_AGAIN ? PAM_AUTHTOK_ERR : r;
		if (tx->not_expired)
			return PAM_IGNORE;
	}
	if (pam_get_item(tx->pamh, PAM_OLDAUTHTOK, &current) != PAM_SUCCESS ||
	    !vms_flow_secret_fits(current))
		return PAM_AUTHTOK_RECOVERY_ERR;
	r = get_new(tx, &fresh);
	if (r == PAM_SUCCESS)
		r = vms_tx_ask(tx, VMS_Q_PAM_CHANGE, current, fresh);
	/* Nor is one that was refused. */
	if (r != PAM_SUCCESS)
		pam_set_item(tx->pamh, PAM_AUTHTOK, NULL);
	return r;
}
