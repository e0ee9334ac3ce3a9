/* SPDX-License-Identifier: MIT */
/* Whole files into root's folders: see publish.h. */
#include "vmsd/publish.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file of a million users; more than that is not a published identity. */
#define SIZE_MAX_BYTES ((off_t)1024 * 1024 * 1024)
#define SEALS (F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK)
#define NAME_SIZE 80

static int
check_mem(int mem, off_t *size, struct vms_err *err)
{
	struct stat st;
	int seals = fcntl(mem, F_GET_SEALS);

	if (seals == -1 || (seals & SEALS) != SEALS)
		return vms_fail(err, VMS_E_MALFORMED,
		    "published bytes are not sealed");
	if (fstat(mem, &st) == -1 || !S_ISREG(st.st_mode))
		return vms_fail(err, VMS_E_MALFORMED,
		    "published bytes are not a file");
	if (st.st_size <= 0 || st.st_size > SIZE_MAX_BYTES)
		return vms_fail(err, VMS_E_MALFORMED,
		    "published file of %jd bytes", (intmax_t)st.st_size);
	*size = st.st_size;
	return 0;
}

static int
open_dir(const char *dir, struct vms_err *err)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd == -1)
		return vms_fail(err, VMS_E_SYSTEM, "%s: %s", dir,
		    strerror(errno));
	if (fstat(fd, &st) == -1 || st.st_uid != geteuid() ||
	    (st.st_mode & 022) != 0) {
		close(fd);
		return vms_fail(err, VMS_E_DENIED,
		    "%s must be root's, and no one else's to write to", dir);
	}
	return fd;
}

static int
copy_bytes(int from, int to, off_t size)
{
	off_t off = 0;

	while (off < size) {
		ssize_t n = sendfile(to, from, &off, (size_t)(size - off));

		if (n == -1 && errno == EINTR)
			continue;
		if (n == 0)
			errno = EIO;
		if (n <= 0)
			return -1;
	}
	return 0;
}

int
vms_publish_file(int mem, const char *dir, const char *name,
    struct vms_err *err)
{
	char aside[NAME_SIZE];
	off_t size = 0;
	int dfd = -1, fd = -1, r = -1;

	if (check_mem(mem, &size, err) == -1)
		return -1;
	dfd = open_dir(dir, err);
	if (dfd == -1)
		return -1;
	if (snprintf(aside, sizeof(aside), ".%s.new", name) >=
	    (int)sizeof(aside)) {
		vms_fail(err, VMS_E_LIMIT, "%s/%s: name too long", dir, name);
		goto out;
	}
	/* Left by one that was killed or lost its power halfway. */
	(void)unlinkat(dfd, aside, 0);
	fd = openat(dfd, aside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW |
	    O_CLOEXEC, 0600);
	if (fd == -1 || copy_bytes(mem, fd, size) == -1 ||
	    fchmod(fd, 0644) == -1 || fsync(fd) == -1 ||
	    renameat(dfd, aside, dfd, name) == -1) {
		vms_fail(err, VMS_E_SYSTEM, "%s/%s: %s", dir, name,
		    strerror(errno));
		if (fd != -1)
			(void)unlinkat(dfd, aside, 0);
		goto out;
	}
	/* Published from here on, even if the folder cannot be flushed. */
	if (fsync(dfd) == -1)
		vms_fail(err, VMS_E_SYSTEM, "%s: %s", dir, strerror(errno));
	else
		r = 0;
out:
	if (fd != -1)
		close(fd);
	close(dfd);
	return r;
}
