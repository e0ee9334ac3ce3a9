/* SPDX-License-Identifier: MIT */
/*
 * One stage of a PAM transaction on its way through: what libpam says goes
 * into a request, what vmsd says comes out as a code, a text and a log line.
 * The decisions in between are flow.h's.
 */
#ifndef VMS_TRANSACTION_H
#define VMS_TRANSACTION_H

#include <stdint.h>
#include <security/pam_modules.h>

#include "pam_vms/flow.h"

/* Lives on the entry point's stack: nothing is kept between stages. */
struct vms_tx {
	pam_handle_t *pamh;
	unsigned int flags;	/* of libpam */
	enum vms_stage stage;
	struct vms_flow_options opt;
	const char *user;	/* libpam's */
	uint32_t uid;		/* by NSS; UINT32_MAX if it knows no such */
	enum vms_owner owner;
	bool not_expired;	/* PRECHANGE with expired_only said: fine */
};

/* Look at options and user.  -1: the user is ours, go on; else what the entry
 * point returns. */
int vms_tx_begin(struct vms_tx *tx, pam_handle_t *pamh, int flags,
    enum vms_stage stage, int argc, const char **argv);

/* Ask vmsd; secrets may be NULL.  Shows the text, logs, and in the session
 * stage sets the environment.  Returns the stage's code. */
int vms_tx_ask(struct vms_tx *tx, enum vms_msg type, const char *secret,
    const char *new_secret);

/* Show the user a text, unless the application asked for silence. */
void vms_tx_say(const struct vms_tx *tx, bool is_error, const char *text);

/* Ask that a failure be delayed, unless told not to. */
void vms_tx_delay(const struct vms_tx *tx);

/* The password stage (password.c), after vms_tx_begin said -1. */
int vms_password_prelim(struct vms_tx *tx);
int vms_password_update(struct vms_tx *tx);

#endif
