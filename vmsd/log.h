/* SPDX-License-Identifier: MIT */
/*
 * Where a process of the daemon says what happened: lines on stderr, one
 * event each, key=value after a few words.  systemd gets a "<N>" priority in
 * front, a person in the foreground gets time and process.  Never called from
 * libvms.
 */
#ifndef VMS_LOG_H
#define VMS_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "libvms/err.h"
#include "libvms/str.h"

/* syslog's numbers, so that they can stand behind "<". */
enum vms_level {
	VMS_LOG_ERR = 3,
	VMS_LOG_WARNING = 4,
	VMS_LOG_NOTICE = 5,
	VMS_LOG_INFO = 6,
	VMS_LOG_DEBUG = 7
};

/* tag: this process ("engine"), borrowed for good.  priorities: write "<N>".
 * max: the least urgent level that is written. */
void vms_log_init(const char *tag, bool priorities, enum vms_level max);
bool vms_log_priorities(void);
enum vms_level vms_log_max(void);
/* One line; control characters of the result are replaced. */
void vms_log(enum vms_level level, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* "what: message" of err at warning. */
void vms_log_err(const char *what, const struct vms_err *err);

/*
 * Text from outside for a log line: in double quotes if it holds anything but
 * plain word characters, with quotes, backslashes and control characters
 * escaped, cut (with "...") to fit.  Returns buf.
 */
const char *vms_log_quote(char *buf, size_t size, struct vms_str s);
#define VMS_LOG_QUOTE_SIZE 300

#endif
