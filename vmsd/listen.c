/* SPDX-License-Identifier: MIT */
/* The listening socket and the daemon's folders: see listen.h. */
#include "vmsd/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#define BACKLOG 512

int
vms_listen_folder(const char *dir, unsigned int mode, unsigned int uid,
    unsigned int gid, struct vms_err *err)
{
	struct stat st;
	int fd;

	if (mkdir(dir, (mode_t)mode) == -1 && errno != EEXIST)
		return vms_fail(err, VMS_E_SYSTEM, "%s: %s", dir,
		    strerror(errno));
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1 || fstat(fd, &st) == -1 ||
	    ((st.st_mode & 07777) != mode && fchmod(fd, (mode_t)mode) == -1) ||
	    (uid != (unsigned int)-1 && (st.st_uid != uid ||
	    st.st_gid != gid) && fchown(fd, uid, gid) == -1)) {
		vms_fail(err, VMS_E_SYSTEM, "%s: %s", dir, strerror(errno));
		if (fd != -1)
			close(fd);
		return -1;
	}
	close(fd);
	return 0;
}

static int
from_systemd(int n, int *fd, struct vms_err *err)
{
	if (n != 1 || sd_is_socket_unix(SD_LISTEN_FDS_START, SOCK_STREAM, 1,
	    NULL, 0) <= 0)
		return vms_fail(err, VMS_E_MALFORMED,
		    "systemd passed %d sockets, not one listening unix "
		    "stream socket; see vmsd.socket", n);
	*fd = SD_LISTEN_FDS_START;
	if (fcntl(*fd, F_SETFL, O_NONBLOCK) == -1)
		return vms_fail(err, VMS_E_SYSTEM, "socket: %s",
		    strerror(errno));
	return 0;
}

static int
bind_own(const char *dir, int *fd, struct vms_err *err)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	int s;

	if (snprintf(sa.sun_path, sizeof(sa.sun_path), "%s/socket", dir) >=
	    (int)sizeof(sa.sun_path))
		return vms_fail(err, VMS_E_LIMIT, "%s: path too long", dir);
	s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s == -1)
		return vms_fail(err, VMS_E_SYSTEM, "socket: %s",
		    strerror(errno));
	/* Whoever ran before us has ended: the folder is root's alone. */
	if ((unlink(sa.sun_path) == -1 && errno != ENOENT) ||
	    bind(s, (struct sockaddr *)&sa, sizeof(sa)) == -1 ||
	    chmod(sa.sun_path, 0666) == -1 || listen(s, BACKLOG) == -1) {
		vms_fail(err, VMS_E_SYSTEM, "%s: %s", sa.sun_path,
		    strerror(errno));
		close(s);
		return -1;
	}
	*fd = s;
	return 0;
}

int
vms_listen_open(const char *dir, int *fd, struct vms_err *err)
{
	int n = sd_listen_fds(1);

	*fd = -1;
	if (vms_listen_folder(dir, 0755, (unsigned int)-1, (unsigned int)-1,
	    err) == -1)
		return -1;
	if (n < 0)
		return vms_fail(err, VMS_E_SYSTEM, "socket activation: %s",
		    strerror(-n));
	return n > 0 ? from_systemd(n, fd, err) : bind_own(dir, fd, err);
}
