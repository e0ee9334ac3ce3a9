/* SPDX-License-Identifier: MIT */
/* The meaning of answers: see auth_outcome.h. */
#include "vmsd/auth_outcome.h"

#include <stdbool.h>
#include <string.h>

/* RFC 4511, 4.1.9 */
enum {
	SUCCESS = 0, OPERATIONS_ERROR = 1, PROTOCOL_ERROR = 2,
	TIME_LIMIT_EXCEEDED = 3, CONFIDENTIALITY_REQUIRED = 13,
	CONSTRAINT_VIOLATION = 19, INVALID_SYNTAX = 21,
	INVALID_CREDENTIALS = 49, INSUFFICIENT_ACCESS = 50, BUSY = 51,
	UNAVAILABLE = 52, UNWILLING = 53, OTHER = 80
};

static bool
contains(struct vms_str text, const char *word)
{
	return text.len > 0 &&
	    memmem(text.p, text.len, word, strlen(word)) != NULL;
}

/* Active Directory answers 49 to everything and hides why in the text:
 * "80090308: LdapErr: ..., comment: AcceptSecurityContext error, data 533" */
static enum vms_auth_outcome
of_ad(struct vms_str text)
{
	static const struct {
		const char *data;
		enum vms_auth_outcome outcome;
	} rows[] = {
		{ ", data 530,", VMS_AUTH_LOCKED },	/* not at this hour */
		{ ", data 531,", VMS_AUTH_LOCKED },	/* not from here */
		{ ", data 532,", VMS_AUTH_EXPIRED },
		{ ", data 533,", VMS_AUTH_LOCKED },	/* disabled */
		{ ", data 701,", VMS_AUTH_LOCKED },	/* account expired */
		{ ", data 773,", VMS_AUTH_MUST_CHANGE },
		{ ", data 775,", VMS_AUTH_LOCKED },
	};
	char with_comma[12];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t n = strlen(rows[i].data) - 1;

		memcpy(with_comma, rows[i].data, n);
		with_comma[n] = '\0';
		if (contains(text, rows[i].data) || (text.len >= n &&
		    memcmp(text.p + text.len - n, with_comma, n) == 0))
			return rows[i].outcome;
	}
	return VMS_AUTH_WRONG;
}

enum vms_auth_outcome
vms_auth_of_bind(int result, const struct vms_ppolicy *pp,
    struct vms_str text)
{
	switch (result) {
	case SUCCESS:
		if (pp->error == VMS_PP_LOCKED)
			return VMS_AUTH_LOCKED;
		if (pp->error == VMS_PP_EXPIRED)
			return VMS_AUTH_EXPIRED;
		if (pp->error == VMS_PP_MUST_CHANGE)
			return VMS_AUTH_MUST_CHANGE;
		return pp->error == VMS_PP_NONE ? VMS_AUTH_OK :
		    VMS_AUTH_REFUSED;
	case INVALID_CREDENTIALS:
		if (pp->error == VMS_PP_LOCKED)
			return VMS_AUTH_LOCKED;
		if (pp->error == VMS_PP_EXPIRED)
			return VMS_AUTH_EXPIRED;
		return of_ad(text);
	case CONSTRAINT_VIOLATION:	/* 389: too many wrong tries */
		return VMS_AUTH_LOCKED;
	case UNWILLING:			/* 389: made inactive */
		return pp->error == VMS_PP_LOCKED ||
		    contains(text, "inactivated") ? VMS_AUTH_LOCKED :
		    VMS_AUTH_REFUSED;
	case OPERATIONS_ERROR:
	case TIME_LIMIT_EXCEEDED:
	case BUSY:
	case UNAVAILABLE:
	case OTHER:
		return VMS_AUTH_UNAVAILABLE;
	default:
		/* Below 0 is libldap's: no answer.  All else is the server's
		 * word, which a verifier must not overrule: 389 answers 48
		 * once the password was taken away, FreeIPA 53 to a lock. */
		return result < 0 ? VMS_AUTH_UNAVAILABLE : VMS_AUTH_REFUSED;
	}
}

enum vms_auth_outcome
vms_auth_of_change(int result, const struct vms_ppolicy *pp,
    struct vms_str text)
{
	switch (result) {
	case SUCCESS:
		return VMS_AUTH_OK;
	case INVALID_CREDENTIALS:
		return VMS_AUTH_WRONG;
	case UNWILLING:
		return contains(text, "old password") ? VMS_AUTH_WRONG :
		    VMS_AUTH_REFUSED;
	case PROTOCOL_ERROR:		/* no RFC 3062 there */
	case CONFIDENTIALITY_REQUIRED:
	case CONSTRAINT_VIOLATION:
	case INVALID_SYNTAX:
	case INSUFFICIENT_ACCESS:
		return VMS_AUTH_REFUSED;
	default:
		return pp->error != VMS_PP_NONE ? VMS_AUTH_REFUSED :
		    VMS_AUTH_UNAVAILABLE;
	}
}
