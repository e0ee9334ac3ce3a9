/* SPDX-License-Identifier: MIT */
/* Facts about a process: see procinfo.h. */
#include "vmsd/procinfo.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libvms/str.h"

/* The file's text in buf; its length, 0 if it cannot be read. */
static size_t
read_text(uint32_t pid, const char *name, char *buf, size_t size)
{
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%u/%s", pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return 0;
	n = read(fd, buf, size);
	close(fd);
	return n < 0 ? 0 : (size_t)n;
}

static uint32_t
read_id(uint32_t pid, const char *name)
{
	char buf[32];
	size_t len = read_text(pid, name, buf, sizeof(buf));
	int64_t n;

	while (len > 0 && buf[len - 1] == '\n')
		len--;
	if (vms_num_parse((struct vms_str){ buf, len }, 0, UINT32_MAX, &n) ==
	    -1)
		return UINT32_MAX;
	return (uint32_t)n;
}

/* "PID (name) STATE PPID …": the name may hold anything, so fields are
 * counted from the last ')'. */
static int
parse_stat(struct vms_str s, struct vms_procinfo *out)
{
	const char *close = s.len == 0 ? NULL : memrchr(s.p, ')', s.len);
	struct vms_str rest, word;
	int64_t ppid = -1, sid = 0, tty = 0, start = -1;

	if (close == NULL)
		return -1;
	rest.p = close + 1;
	rest.len = (size_t)(s.p + s.len - rest.p);
	rest = vms_str_trim(rest);
	/* The state is field 3, the parent 4, the session 6, the terminal 7,
	 * the start time 22. */
	for (int field = 3; field <= 22; field++) {
		vms_str_cut(rest, ' ', &word, &rest);
		if (field == 4 &&
		    vms_num_parse(word, 0, INT32_MAX, &ppid) == -1)
			return -1;
		if ((field == 6 &&
		    vms_num_parse(word, 0, INT32_MAX, &sid) == -1) ||
		    (field == 7 &&
		    vms_num_parse(word, 0, INT32_MAX, &tty) == -1))
			return -1;
		if (field == 3)
			out->dead = vms_str_eq(word, VMS_STR("Z")) ||
			    vms_str_eq(word, VMS_STR("X"));
		if (field == 22 &&
		    vms_num_parse(word, 0, INT64_MAX, &start) == -1)
			return -1;
	}
	out->parent = (uint32_t)ppid;
	out->sid = (uint32_t)sid;
	out->tty = (uint32_t)tty;
	out->start_ticks = (uint64_t)start;
	return 0;
}

int
vms_procinfo_read(uint32_t pid, struct vms_procinfo *out)
{
	char buf[1024];
	size_t len;

	*out = (struct vms_procinfo){ .pid = pid, .login_uid = UINT32_MAX,
	    .audit_session = UINT32_MAX };
	if (pid == 0)
		return -1;
	len = read_text(pid, "stat", buf, sizeof(buf));
	if (parse_stat((struct vms_str){ buf, len }, out) == -1)
		return -1;
	out->login_uid = read_id(pid, "loginuid");
	out->audit_session = read_id(pid, "sessionid");
	return 0;
}

int
vms_procinfo_uid(uint32_t pid, uint32_t *uid)
{
	char buf[4096];
	struct vms_str line, rest, word;
	int64_t n;

	rest = (struct vms_str){ buf,
	    read_text(pid, "status", buf, sizeof(buf)) };
	/* The name in the first line has its newlines escaped. */
	while (rest.len > 0) {
		vms_str_cut(rest, '\n', &line, &rest);
		if (!vms_str_has_prefix(line, VMS_STR("Uid:\t")))
			continue;
		line.p += 5;
		line.len -= 5;
		vms_str_cut(line, '\t', &word, &line);
		if (vms_num_parse(word, 0, UINT32_MAX, &n) == -1)
			return -1;
		*uid = (uint32_t)n;
		return 0;
	}
	return -1;
}

bool
vms_procinfo_lives(uint32_t pid, uint64_t start_ticks)
{
	struct vms_procinfo now;

	errno = 0;
	if (vms_procinfo_read(pid, &now) == -1)
		return errno != 0 && errno != ENOENT && errno != ESRCH;
	return now.start_ticks == start_ticks;
}
