/* SPDX-License-Identifier: MIT */
/* Log lines on stderr: see log.h. */
#include "vmsd/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LINE_SIZE 2048

static struct {
	const char *tag;
	bool priorities;
	enum vms_level max;
} sink = { "vmsd", false, VMS_LOG_INFO };

void
vms_log_init(const char *tag, bool priorities, enum vms_level max)
{
	sink.tag = tag;
	sink.priorities = priorities;
	sink.max = max;
}

bool
vms_log_priorities(void)
{
	return sink.priorities;
}

enum vms_level
vms_log_max(void)
{
	return sink.max;
}

/* What stands before the message; the length written. */
static size_t
put_head(char *line, size_t size, enum vms_level level)
{
	struct timespec now = { 0 };
	struct tm tm = { 0 };
	int n;

	if (sink.priorities) {
		n = snprintf(line, size, "<%d>%s: ", (int)level, sink.tag);
		return n < 0 ? 0 : (size_t)n;
	}
	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	n = snprintf(line, size, "%02d:%02d:%02d.%03ld %s[%d]: ", tm.tm_hour,
	    tm.tm_min, tm.tm_sec, now.tv_nsec / 1000000, sink.tag,
	    (int)getpid());
	return n < 0 ? 0 : (size_t)n;
}

void
vms_log(enum vms_level level, const char *fmt, ...)
{
	char line[LINE_SIZE];
	int saved = errno;
	va_list ap;
	size_t len;
	int n;

	if (level > sink.max)
		return;
	len = put_head(line, sizeof(line), level);
	va_start(ap, fmt);
	n = vsnprintf(line + len, sizeof(line) - len - 1, fmt, ap);
	va_end(ap);
	if (n > 0) {
		size_t room = sizeof(line) - len - 2;

		len += (size_t)n < room ? (size_t)n : room;
	}
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
			line[i] = '?';
	line[len++] = '\n';
	/* One write, so that lines of several processes do not mix.  If
	 * stderr is gone there is nobody left to tell. */
	while (write(STDERR_FILENO, line, len) == -1 && errno == EINTR)
		;
	errno = saved;
}

void
vms_log_err(const char *what, const struct vms_err *err)
{
	vms_log(VMS_LOG_WARNING, "%s: %s", what, err->msg);
}

/* Word characters need no quotes. */
static bool
is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || (c != '\0' &&
	    strchr("._:/@%+-,()*", c) != NULL);
}

static size_t
put_escaped(char out[5], char c)
{
	unsigned char u = (unsigned char)c;

	if (c == '"' || c == '\\') {
		out[0] = '\\';
		out[1] = c;
		return 2;
	}
	if (u < ' ' || u == 0x7f) {
		snprintf(out, 5, "\\x%02x", u);
		return 4;
	}
	out[0] = c;
	return 1;
}

const char *
vms_log_quote(char *buf, size_t size, struct vms_str s)
{
	bool plain = s.len > 0 && s.len < size;
	size_t len = 0;

	for (size_t i = 0; plain && i < s.len; i++)
		plain = is_plain(s.p[i]);
	if (plain) {
		memcpy(buf, s.p, s.len);
		buf[s.len] = '\0';
		return buf;
	}
	buf[len++] = '"';
	for (size_t i = 0; i < s.len; i++) {
		char esc[5];
		size_t n = put_escaped(esc, s.p[i]);

		/* Room for this, the dots, the quote and the NUL. */
		if (size - len < n + 5) {
			memcpy(buf + len, "...", 3);
			len += 3;
			break;
		}
		memcpy(buf + len, esc, n);
		len += n;
	}
	buf[len++] = '"';
	buf[len] = '\0';
	return buf;
}
