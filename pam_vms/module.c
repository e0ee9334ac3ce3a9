/* SPDX-License-Identifier: MIT */
/*
 * The six entry points of pam_vms.so.  They know the order of things; whose
 * user it is and what a reply means is flow.c's, the rest transaction.c's.
 */
#include <errno.h>
#include <string.h>
#include <security/pam_ext.h>
#include <security/pam_modules.h>

#include "pam_vms/transaction.h"

#define EXPORT __attribute__((visibility("default")))

static int
authenticate(struct vms_tx *tx)
{
	const char *password = NULL;
	int r;

	vms_tx_delay(tx);
	r = pam_get_authtok(tx->pamh, PAM_AUTHTOK, &password, NULL);
	if (r == PAM_CONV_AGAIN)
		return PAM_INCOMPLETE;
	if (r == PAM_BUF_ERR)
		return PAM_AUTHINFO_UNAVAIL;
	/* RFC 4513 5.1.2: a bind without a password succeeds. */
	if (r != PAM_SUCCESS || !vms_flow_secret_fits(password))
		return PAM_AUTH_ERR;
	return vms_tx_ask(tx, VMS_Q_PAM_AUTH, password, NULL);
}

EXPORT int
pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc,
    const char **argv)
{
	struct vms_tx tx;
	int saved = errno, r;

	r = vms_tx_begin(&tx, pamh, flags, VMS_STAGE_AUTH, argc, argv);
	if (r < 0)
		r = authenticate(&tx);
	errno = saved;
	return r;
}

/* There are no credentials beyond the groups that NSS gives. */
EXPORT int
pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	struct vms_tx tx;
	int saved = errno, r;

	r = vms_tx_begin(&tx, pamh, flags, VMS_STAGE_CRED, argc, argv);
	errno = saved;
	return r < 0 ? PAM_SUCCESS : r;
}

/* All rules live here: a login by key, or cron's, never authenticates. */
EXPORT int
pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	struct vms_tx tx;
	int saved = errno, r;

	r = vms_tx_begin(&tx, pamh, flags, VMS_STAGE_ACCT, argc, argv);
	if (r < 0)
		r = vms_tx_ask(&tx, VMS_Q_PAM_ACCT, NULL, NULL);
	errno = saved;
	return r;
}

/* Decides again: runuser skips the account stage, and sudo's account stage
 * judges the caller where its session is the target's. */
EXPORT int
pam_sm_open_session(pam_handle_t *pamh, int flags, int argc,
    const char **argv)
{
	struct vms_tx tx;
	int saved = errno, r;

	r = vms_tx_begin(&tx, pamh, flags, VMS_STAGE_OPEN, argc, argv);
	if (r < 0)
		r = vms_tx_ask(&tx, VMS_Q_PAM_OPEN, NULL, NULL);
	errno = saved;
	return r;
}

EXPORT int
pam_sm_close_session(pam_handle_t *pamh, int flags, int argc,
    const char **argv)
{
	struct vms_tx tx;
	int saved = errno, r;

	r = vms_tx_begin(&tx, pamh, flags, VMS_STAGE_CLOSE, argc, argv);
	if (r < 0)
		r = vms_tx_ask(&tx, VMS_Q_PAM_CLOSE, NULL, NULL);
	errno = saved;
	return r;
}

EXPORT int
pam_sm_chauthtok(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	bool prelim = ((unsigned int)flags & PAM_PRELIM_CHECK) != 0;
	struct vms_tx tx;
	int saved = errno, r;

	r = vms_tx_begin(&tx, pamh, flags,
	    prelim ? VMS_STAGE_PRECHANGE : VMS_STAGE_CHANGE, argc, argv);
	if (r < 0)
		r = prelim ? vms_password_prelim(&tx) :
		    vms_password_update(&tx);
	errno = saved;
	return r;
}
