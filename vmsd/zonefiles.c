/* SPDX-License-Identifier: MIT */
/* Time zone files: see zonefiles.h. */
#include "vmsd/zonefiles.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Zone files have 3 KB, those for old readers 6. */
#define FILE_MAX (64 * 1024)

/* "Europe/Berlin", "Etc/GMT+3": nothing that leads out of the folder. */
static bool
is_zone_name(struct vms_str name)
{
	if (name.len == 0 || name.p[0] == '/' || name.p[0] == '.')
		return false;
	for (size_t i = 0; i < name.len; i++) {
		char c = vms_ascii_lower(name.p[i]);

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		    c == '_' || c == '+' || c == '-' || c == '/'))
			return false;
	}
	return true;
}

/* The whole of a small file; -1 if it is not there or not small. */
static ssize_t
read_file(int dirfd, const char *path, char buf[FILE_MAX])
{
	int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	size_t len = 0;
	ssize_t n = 1;

	if (fd < 0)
		return -1;
	while (len < FILE_MAX && n > 0) {
		n = read(fd, buf + len, FILE_MAX - len);
		if (n > 0)
			len += (size_t)n;
		else if (n < 0 && errno == EINTR)
			n = 1;
	}
	close(fd);
	return n < 0 || len == FILE_MAX ? -1 : (ssize_t)len;
}

/* The zone that a line of the list names: "Z NAME …" or "L TARGET NAME". */
static struct vms_str
zone_of_line(struct vms_str line)
{
	struct vms_str kind, name = { NULL, 0 }, rest;

	vms_str_cut(line, ' ', &kind, &rest);
	if (vms_str_eq(kind, VMS_STR("Z"))) {
		vms_str_cut(rest, ' ', &name, &rest);
	} else if (vms_str_eq(kind, VMS_STR("L"))) {
		vms_str_cut(rest, ' ', &kind, &rest);
		vms_str_cut(rest, ' ', &name, &rest);
	}
	return name;
}

static int
add_zone(struct vms_zones *zones, int dirfd, struct vms_str name, char *buf,
    struct vms_err *err)
{
	struct vms_err why = { 0 };
	char path[256];
	ssize_t len;

	if (!is_zone_name(name) ||
	    vms_str_copy(path, sizeof(path), name) != 0)
		return 0;
	len = read_file(dirfd, path, buf);
	if (len < 0 || vms_zones_add(zones, name, buf, (size_t)len,
	    &why) == 0 || why.code == VMS_E_MALFORMED)
		return 0;
	return vms_fail(err, why.code, "%s", why.msg);
}

static int
read_list(struct vms_zones *zones, int dirfd, FILE *list, struct vms_err *err)
{
	char *line = NULL, *buf = malloc(FILE_MAX);
	size_t cap = 0;
	ssize_t n;
	int result = 0;

	if (buf == NULL)
		return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	while (result == 0 && (n = getline(&line, &cap, list)) > 0) {
		if (line[n - 1] == '\n')
			n--;
		result = add_zone(zones, dirfd, zone_of_line(
		    (struct vms_str){ line, (size_t)n }), buf, err);
	}
	free(line);
	free(buf);
	return result;
}

struct vms_zones *
vms_zonefiles_load(const char *dir, struct vms_err *err)
{
	struct vms_zones *zones = vms_zones_new();
	int dirfd = open(dir, O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	int fd = dirfd < 0 ? -1 :
	    openat(dirfd, "tzdata.zi", O_RDONLY | O_CLOEXEC);
	FILE *list = fd < 0 ? NULL : fdopen(fd, "r");
	int result;

	if (list == NULL) {
		result = vms_fail(err, VMS_E_SYSTEM,
		    "%s/tzdata.zi: %m (is the package tzdata installed?)",
		    dir);
		if (fd >= 0)
			close(fd);
	} else if (zones == NULL) {
		result = vms_fail(err, VMS_E_SYSTEM, "out of memory");
	} else {
		result = read_list(zones, dirfd, list, err);
	}
	if (list != NULL)
		fclose(list);
	if (dirfd >= 0)
		close(dirfd);
	if (result != 0) {
		vms_zones_free(zones);
		zones = NULL;
	}
	return zones;
}
