/* SPDX-License-Identifier: MIT */
/*
 * Reason codes of decisions: stable words for logs, scripts and vmsctl why.
 * Pure tables.
 */
#ifndef VMS_REASON_H
#define VMS_REASON_H

#include "libvms/str.h"

/* X(symbol, word).  Those after "no-grant" in the first group are denials. */
#define VMS_REASONS(X)                                                    \
	X(INTERNAL, "internal-error")                                     \
	X(GRANT, "grant")                                                 \
	X(OWNER, "owner")                                                 \
	X(SELF, "self")                                                   \
	X(BAD_REQUEST, "bad-request")                                     \
	X(ACTION_UNKNOWN, "action-unknown")                               \
	X(SERVICE_UNMAPPED, "service-unmapped")                           \
	X(DIRECTORY_UNAVAILABLE, "directory-unavailable")                 \
	X(USER_UNKNOWN, "user-unknown")                                   \
	X(USER_AMBIGUOUS, "user-ambiguous")                               \
	X(PROFILE_MISSING, "profile-missing")                             \
	X(ACCOUNT_DISABLED, "account-disabled")                           \
	X(ACCOUNT_EXPIRED, "account-expired")                             \
	X(ACCOUNT_NOT_YET, "account-not-yet")                             \
	X(ACCOUNT_LOCKED, "account-locked")                               \
	X(ACCOUNT_STATE_UNREADABLE, "account-state-unreadable")           \
	X(RECORDER_UNKNOWN, "recorder-unknown")                           \
	X(RECORDER_DISABLED, "recorder-disabled")                         \
	X(IP_MODE_UNREADABLE, "ip-mode-unreadable")                       \
	X(IP_POOL_MISSING, "ip-pool-missing")                             \
	X(IP_UNKNOWN, "ip-unknown")                                       \
	X(IP_NOT_ALLOWED, "ip-not-allowed")                               \
	X(ACCOUNT_SCHEDULE_CLOSED, "account-schedule-closed")             \
	X(SESSION_LIMIT, "session-limit")                                 \
	X(OWNER_PROTECTED, "owner-protected")                             \
	X(SELF_CHANGE, "self-change")                                     \
	X(PEER_ADMINISTRATOR, "peer-administrator")                       \
	X(RANK_TOO_LOW, "rank-too-low")                                   \
	X(LAST_OWNER, "last-owner")                                       \
	X(DENY, "deny")                                                   \
	X(APPROVAL_REQUIRED, "approval-required")                         \
	X(APPROVAL_INVALID, "approval-invalid")                           \
	X(SCHEDULE_CLOSED, "schedule-closed")                             \
	X(GRANT_IP, "grant-ip")                                           \
	X(GRANT_SERVICE, "grant-service")                                 \
	X(GRANT_NOT_YET, "grant-not-yet")                                 \
	X(GRANT_EXPIRED, "grant-expired")                                 \
	X(GRANT_DISABLED, "grant-disabled")                               \
	X(BREAK_GLASS_INACTIVE, "break-glass-inactive")                   \
	X(CONDITION_UNEVALUABLE, "condition-unevaluable")                 \
	X(GRANT_MALFORMED, "grant-malformed")                             \
	X(NO_GRANT, "no-grant")                                           \
	X(PREREQUISITE, "prerequisite")                                   \
	X(LICENSE_MISSING, "license-missing")                             \
	X(LICENSE_EXHAUSTED, "license-exhausted")                         \
	X(CLOSURE_TRUNCATED, "closure-truncated")                         \
	/* Not of the decision itself, but given beside it. */            \
	X(IDENTITY_MISMATCH, "identity-mismatch")                         \
	X(IDENTITY_REUSED, "identity-reused")                             \
	X(PASSWORD_WRONG, "password-wrong")                               \
	X(PASSWORD_EXPIRED, "password-expired")                           \
	X(PASSWORD_CHANGE, "password-must-change")                        \
	X(AUTH_UNAVAILABLE, "auth-unavailable")                           \
	X(AUTH_OK, "authenticated")

enum vms_reason {
#define X(symbol, word) VMS_R_##symbol,
	VMS_REASONS(X)
#undef X
	VMS_R_COUNT
};

/* The word; "internal-error" for a value out of range. */
struct vms_str vms_reason_name(enum vms_reason r);

/* The vmsMessage key whose text the user sees for it: "ip-denied",
 * "schedule-closed", "approval-required" or "denied". */
struct vms_str vms_reason_message_key(enum vms_reason r);
/* The text in force where the policy has none. */
struct vms_str vms_message_default(struct vms_str key);

#endif
