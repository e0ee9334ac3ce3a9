/* SPDX-License-Identifier: MIT */
/* A world for tests of the NSS module: see nss_world.h. */
#include "tests/unit/nss_world.h"

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vmsd/cdbfile.h"

static void
must(int ok, const char *what)
{
	if (!ok) {
		perror(what);
		exit(99);
	}
}

static void
write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	must(fd >= 0 && write(fd, text, strlen(text)) > 0, path);
	close(fd);
}

/* Without root: be root of a user namespace, where that is allowed. */
static int
enter_as_user(void)
{
	char map[64];
	unsigned int uid = getuid(), gid = getgid();

	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
		return -1;
	write_text("/proc/self/setgroups", "deny");
	snprintf(map, sizeof(map), "0 %u 1", uid);
	write_text("/proc/self/uid_map", map);
	snprintf(map, sizeof(map), "0 %u 1", gid);
	write_text("/proc/self/gid_map", map);
	return 0;
}

int
nss_world_enter(void)
{
	if (geteuid() == 0 ? unshare(CLONE_NEWNS) != 0 : enter_as_user() != 0)
		return -1;
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("tmpfs", "/run", "tmpfs", 0, "mode=0755") != 0 ||
	    mount("tmpfs", "/var/lib", "tmpfs", 0, "mode=0755") != 0)
		return -1;
	umask(022);
	must(mkdir("/run/vmsd", 0755) == 0 &&
	    mkdir("/var/lib/vms", 0755) == 0 &&
	    mkdir("/var/lib/vms/public", 0755) == 0, "mkdir");
	return 0;
}

static struct vms_str
text(struct vms_arena *a, const char *format, uint32_t i)
{
	char buf[64];

	snprintf(buf, sizeof(buf), format, i);
	return vms_arena_str(a, vms_str_of(buf));
}

struct vms_identity
nss_world_estate(struct vms_arena *a, uint32_t n)
{
	static const struct vms_str ours[] = { { "hidden", 6 } };
	static const uint32_t gids[] = { 30000, 30002 };
	struct vms_id_user *u = vms_arena_calloc(a, n, sizeof(*u));
	struct vms_id_group *g = vms_arena_calloc(a, 3, sizeof(*g));
	struct vms_str *members = vms_arena_calloc(a, n, sizeof(*members));

	must(u != NULL && g != NULL && members != NULL, "memory");
	for (uint32_t i = 0; i < n; i++) {
		memcpy(u[i].uuid, &i, sizeof(i));
		u[i].name = members[i] = text(a, "u%05u", i);
		u[i].gecos = text(a, "User %u", i);
		u[i].home = text(a, "/home/u%05u", i);
		u[i].shell = VMS_STR("/bin/sh");
		u[i].uid = 20000 + i;
		u[i].gid = 100;
		u[i].disabled = i % 3 == 0;
		u[i].gids = gids;
		u[i].n_gids = i == 0 ? 2 : 1;
	}
	g[0] = (struct vms_id_group){ { 1 }, VMS_STR("Two Words"), 30002,
	    members, n < 1 ? n : 1 };
	g[1] = (struct vms_id_group){ { 2 }, VMS_STR("all"), 30000, members,
	    n };
	g[2] = (struct vms_id_group){ { 3 }, VMS_STR("none"), 30001, NULL, 0 };
	return (struct vms_identity){ .users = u, .n_users = n, .groups = g,
	    .n_groups = 3, .ours = ours, .n_ours = 1 };
}

void
nss_world_publish(const char *path, const struct vms_identity *id,
    uint64_t generation, bool enumerate)
{
	const struct vms_cdb_meta meta = { generation, 1700000000, 1000,
	    2000000000, enumerate };
	char aside[256];
	int fd;

	snprintf(aside, sizeof(aside), "%s.new", path);
	fd = open(aside, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	must(fd >= 0 && vms_cdbfile_write(fd, id, &meta, NULL) == 0, aside);
	close(fd);
	must(rename(aside, path) == 0, path);
}

void
nss_world_bytes(const char *path, const void *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	must(fd >= 0 && write(fd, bytes, len) == (ssize_t)len, path);
	close(fd);
}

unsigned char *
nss_world_read(const char *path, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st = { 0 };
	unsigned char *p;

	must(fd >= 0 && fstat(fd, &st) == 0, path);
	*len = (size_t)st.st_size;
	p = malloc(*len);
	must(p != NULL && read(fd, p, *len) == (ssize_t)*len, path);
	close(fd);
	return p;
}

void
nss_world_unpublish(void)
{
	unlink(NSS_RUN_FILE);
	rmdir(NSS_RUN_FILE);
	unlink(NSS_LIB_FILE);
}

int
nss_world_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	must(dir != NULL, "/proc/self/fd");
	while (readdir(dir) != NULL)
		n++;
	closedir(dir);
	return n;
}

int
nss_world_load(struct nss_module *m)
{
	static const char *const names[] = {
		"getpwnam_r", "getpwuid_r", "getgrnam_r", "getgrgid_r",
		"getspnam_r", "setpwent", "getpwent_r", "endpwent",
		"setgrent", "getgrent_r", "endgrent", "setspent",
		"getspent_r", "endspent", "initgroups_dyn"
	};
	void *so = dlopen(VMS_NSS_SO, RTLD_NOW | RTLD_GLOBAL);
	char symbol[64];

	_Static_assert(sizeof(*m) == sizeof(names), "one name a member");
	if (so == NULL) {
		fprintf(stderr, "%s\n", dlerror());
		return -1;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		void *p;

		snprintf(symbol, sizeof(symbol), "_nss_vms_%s", names[i]);
		p = dlsym(so, symbol);
		if (p == NULL) {
			fprintf(stderr, "%s\n", dlerror());
			return -1;
		}
		memcpy((char *)m + i * sizeof(p), &p, sizeof(p));
	}
	return 0;
}
