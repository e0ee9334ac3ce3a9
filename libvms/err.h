/* SPDX-License-Identifier: MIT */
/*
 * How a function of this suite says that it could not do its work.
 *
 * Fallible functions return 0 or -1 and fill a struct vms_err, which may be
 * NULL.  Whoever meets the trouble first writes the message; callers pass it
 * on; only an edge logs it.
 */
#ifndef VMS_ERR_H
#define VMS_ERR_H

#include <stdarg.h>

enum vms_code {
	VMS_E_OK = 0,
	VMS_E_UNAVAILABLE,	/* no answer now: try again, or go offline */
	VMS_E_NOT_FOUND,	/* asked and definitely absent */
	VMS_E_DENIED,		/* the asker may not */
	VMS_E_MALFORMED,	/* the data is wrong: tell its author */
	VMS_E_LIMIT,		/* a bound of bounds.h was hit */
	VMS_E_SYSTEM		/* memory, a file, the kernel */
};

struct vms_err {
	enum vms_code code;
	char msg[240];	/* one line, no newline, most specific thing first */
};

/* Record a failure.  Returns -1, so that callers can `return vms_fail(…)`. */
int vms_fail(struct vms_err *err, enum vms_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
int vms_vfail(struct vms_err *err, enum vms_code code, const char *fmt,
    va_list ap) __attribute__((format(printf, 3, 0)));

/* The code's name in lower case, for logs: "unavailable". */
const char *vms_code_name(enum vms_code code);

#endif
