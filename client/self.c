/* SPDX-License-Identifier: MIT */
/* Who the calling process is: see self.h. */
#define VMS_TESTING
#include "client/self.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libvms/str.h"

/* Read a small file of /proc as a C string.  -1 and errno. */
static int
read_proc(const char *path, char *buf, size_t size)
{
	size_t len = 0;
	ssize_t n;
	int fd, saved;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return -1;
	do {
		n = read(fd, buf + len, size - 1 - len);
		if (n > 0)
			len += (size_t)n;
	} while (n > 0 || (n < 0 && errno == EINTR));
	saved = errno;
	close(fd);
	errno = saved;
	buf[len] = '\0';
	return n < 0 ? -1 : 0;
}

/* A number alone in a file; VMS_SELF_NONE if the kernel has no such file. */
static int
read_id(const char *path, uint32_t *id, struct vms_err *err)
{
	char text[32];
	int64_t v;

	*id = VMS_SELF_NONE;
	if (read_proc(path, text, sizeof(text)) < 0) {
		if (errno == ENOENT)
			return 0;
		return vms_fail(err, VMS_E_SYSTEM, "%s: %s", path,
		    strerror(errno));
	}
	if (vms_num_parse(vms_str_of(text), 0, UINT32_MAX, &v) < 0)
		return vms_fail(err, VMS_E_SYSTEM, "%s: not a number", path);
	*id = (uint32_t)v;
	return 0;
}

uint64_t
vms_self_stat_ticks(const char *text)
{
	/* The second field is the program's name in parentheses, and the name
	 * may hold any of these characters itself. */
	const char *paren = strrchr(text, ')');
	struct vms_str rest, field;
	int64_t v;

	if (paren == NULL)
		return 0;
	rest = vms_str_trim(vms_str_of(paren + 1));
	for (int i = 3; i < 22; i++)
		vms_str_cut(rest, ' ', &field, &rest);
	vms_str_cut(rest, ' ', &field, &rest);
	return vms_num_parse(field, 1, INT64_MAX, &v) < 0 ? 0 : (uint64_t)v;
}

static uint64_t
start_ticks(const char *path)
{
	char text[1024];

	if (read_proc(path, text, sizeof(text)) < 0)
		return 0;
	return vms_self_stat_ticks(text);
}

void
vms_self_cgroup_session(const char *text, char *out, unsigned int size)
{
	static const struct vms_str head = { "/session-", 9 };
	static const struct vms_str tail = { ".scope", 6 };
	struct vms_str line, rest = vms_str_of(text), id;
	const char *slash;

	out[0] = '\0';
	while (rest.len > 0) {
		vms_str_cut(rest, '\n', &line, &rest);
		if (!vms_str_has_prefix(line, VMS_STR("0::")) &&
		    !vms_str_has_prefix(line, VMS_STR("1:name=systemd:")))
			continue;
		slash = memrchr(line.p, '/', line.len);
		if (slash == NULL)
			continue;
		id = (struct vms_str){ slash,
		    line.len - (size_t)(slash - line.p) };
		if (id.len <= head.len + tail.len ||
		    !vms_str_has_prefix(id, head) ||
		    memcmp(id.p + id.len - tail.len, tail.p, tail.len) != 0)
			continue;
		id.p += head.len;
		id.len -= head.len + tail.len;
		if (vms_str_copy(out, size, id) < 0)
			out[0] = '\0';
	}
}

int
vms_self_get(struct vms_self *self, struct vms_err *err)
{
	char text[4096], path[64];
	pid_t parent = getppid();

	*self = (struct vms_self){ .real_uid = getuid(),
	    .pid = (uint32_t)getpid() };
	if (read_id("/proc/self/loginuid", &self->login_uid, err) < 0 ||
	    read_id("/proc/self/sessionid", &self->audit_session, err) < 0)
		return -1;
	self->start_ticks = start_ticks("/proc/self/stat");
	if (self->start_ticks == 0)
		return vms_fail(err, VMS_E_SYSTEM,
		    "/proc/self/stat: cannot be read");
	snprintf(path, sizeof(path), "/proc/%ld/stat", (long)parent);
	self->parent_ticks = start_ticks(path);
	if (self->parent_ticks != 0)
		self->parent_pid = (uint32_t)parent;
	if (read_proc("/proc/self/cgroup", text, sizeof(text)) == 0)
		vms_self_cgroup_session(text, self->session,
		    sizeof(self->session));
	return 0;
}
