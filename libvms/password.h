/* SPDX-License-Identifier: MIT */
/*
 * The rule for new passwords that the suite itself keeps: 6 to 255 characters
 * out of a set.  A site's policy may ask for more; nothing lowers it.  What
 * else makes a password good is the directory server's policy.  Pure.
 */
#ifndef VMS_PASSWORD_H
#define VMS_PASSWORD_H

#include <stdint.h>

#include "libvms/str.h"

/* Latin letters and digits, and of the others: */
enum vms_pw_set {
	VMS_PW_SEED = 0,	/* space and VMS_PW_SIGNS */
	VMS_PW_SEED_CARET,	/* and '^' */
	VMS_PW_ANY		/* all but control characters; UTF-8 */
};
#define VMS_PW_SIGNS "!@#$%&*()_+-=[]{};\\':\"|,.<>/?"

struct vms_pw_rule {
	uint32_t min, max;	/* characters */
	enum vms_pw_set set;
};

/* What pam_vms checks before it asks vmsd: 6 to 255 of any. */
extern const struct vms_pw_rule vms_pw_floor;

/* The rule of a policy's pw-min-length, pw-max-length and pw-charset ("seed",
 * "seed+caret", "any").  A value that is empty or no such thing leaves the
 * default: 6, 255, seed; a length beyond the floor is moved onto it. */
struct vms_pw_rule vms_pw_rule_of(struct vms_str min, struct vms_str max,
    struct vms_str charset);

enum vms_pw_problem {
	VMS_PW_FINE = 0,
	VMS_PW_SHORT,
	VMS_PW_LONG,
	VMS_PW_CHARSET
};

enum vms_pw_problem vms_pw_check(const struct vms_pw_rule *rule,
    struct vms_str password);
/* "pw-too-short", "pw-too-long", "pw-charset"; "" for FINE. */
struct vms_str vms_pw_reason(enum vms_pw_problem p);
/* A sentence for the user, of at most 160 bytes, into buf. */
void vms_pw_text(enum vms_pw_problem p, const struct vms_pw_rule *rule,
    char *buf, size_t size);

#endif
