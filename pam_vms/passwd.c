/* SPDX-License-Identifier: MIT */
/* Whether a name stands in /etc/passwd: see passwd.h. */
#include "pam_vms/passwd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

/* How far the current line agrees with "name:". */
struct match {
	struct vms_str name;
	size_t at;	/* bytes that agree so far */
	bool off;	/* this line is another name's */
};

/* Take the next byte; true when the line turned out to be the name's. */
static bool
match_byte(struct match *m, char c)
{
	if (c == '\n') {
		m->at = 0;
		m->off = false;
		return false;
	}
	if (m->off)
		return false;
	if (m->at == m->name.len) {
		m->off = c != ':';
		return !m->off;
	}
	m->off = c != m->name.p[m->at];
	m->at++;
	return false;
}

enum vms_passwd
vms_passwd_find(const char *path, struct vms_str name)
{
	struct match m = { .name = name };
	char buf[4096];
	ssize_t n;
	int fd;

	if (name.len == 0 || memchr(name.p, ':', name.len) != NULL)
		return VMS_PASSWD_ABSENT;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return VMS_PASSWD_UNTOLD;
	for (;;) {
		n = read(fd, buf, sizeof(buf));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		for (ssize_t i = 0; i < n; i++) {
			if (!match_byte(&m, buf[i]))
				continue;
			close(fd);
			return VMS_PASSWD_HERE;
		}
	}
	close(fd);
	return n < 0 ? VMS_PASSWD_UNTOLD : VMS_PASSWD_ABSENT;
}
