/* SPDX-License-Identifier: MIT */
/*
 * The password policy response control (draft-behera-ldap-password-policy),
 * by liblber alone.  Pure.
 *
 * PasswordPolicyResponseValue ::= SEQUENCE {
 *	warning [0] CHOICE {
 *		timeBeforeExpiration [0] INTEGER (0 .. maxInt),
 *		graceAuthNsRemaining [1] INTEGER (0 .. maxInt) } OPTIONAL,
 *	error [1] ENUMERATED { passwordExpired (0), ... } OPTIONAL }
 */
#ifndef VMS_PPOLICY_H
#define VMS_PPOLICY_H

#include <stdint.h>

#include "libvms/err.h"
#include "libvms/str.h"

#define VMS_OID_PPOLICY "1.3.6.1.4.1.42.2.27.8.5.1"

enum vms_ppolicy_error {
	VMS_PP_NONE = -1,
	VMS_PP_EXPIRED = 0,
	VMS_PP_LOCKED = 1,
	VMS_PP_MUST_CHANGE = 2,
	VMS_PP_NO_CHANGE_ALLOWED = 3,
	VMS_PP_NEEDS_OLD = 4,
	VMS_PP_QUALITY = 5,
	VMS_PP_TOO_SHORT = 6,
	VMS_PP_TOO_YOUNG = 7,
	VMS_PP_IN_HISTORY = 8
};

struct vms_ppolicy {
	int32_t expires_s;	/* -1: not said */
	int32_t grace;		/* logins left; -1: not said */
	int error;		/* VMS_PP_NONE, or the number as sent */
};

/* 0, or -1 with MALFORMED; then *out says nothing. */
int vms_ppolicy_decode(struct vms_str value, struct vms_ppolicy *out,
    struct vms_err *err);
/* What a server's refusal of a new password means, for its owner; "" if the
 * number is none of the above. */
const char *vms_ppolicy_text(int error);

#endif
