/* SPDX-License-Identifier: MIT */
/* Words to terminals: see endtell.h. */
#include "vmsd/endtell.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* Documentation/admin-guide/devices.txt of the kernel. */
#define MAJOR_TTY 4
#define MAJOR_PTS_FIRST 136
#define MAJOR_PTS_LAST 143
#define SERIAL_FIRST 64

/* The kernel's new_encode_dev(). */
static dev_t
device_of(uint32_t tty)
{
	return makedev((tty >> 8) & 0xfff,
	    (tty & 0xff) | ((tty >> 12) & 0xfff00));
}

int
vms_tty_path(uint32_t tty, char path[VMS_TTY_PATH_SIZE])
{
	dev_t dev = device_of(tty);
	unsigned int n = minor(dev);

	if (major(dev) >= MAJOR_PTS_FIRST && major(dev) <= MAJOR_PTS_LAST)
		snprintf(path, VMS_TTY_PATH_SIZE, "/dev/pts/%u",
		    n + 256 * (major(dev) - MAJOR_PTS_FIRST));
	else if (major(dev) == MAJOR_TTY && n > 0 && n < SERIAL_FIRST)
		snprintf(path, VMS_TTY_PATH_SIZE, "/dev/tty%u", n);
	else if (major(dev) == MAJOR_TTY && n >= SERIAL_FIRST)
		snprintf(path, VMS_TTY_PATH_SIZE, "/dev/ttyS%u",
		    n - SERIAL_FIRST);
	else
		return -1;
	return 0;
}

static bool
write_text(int fd, const struct vms_end *e)
{
	char text[512];
	int n;

	if (e->grace_s > 0)
		n = snprintf(text, sizeof(text), "\r\n\a*** Your session is "
		    "no longer allowed (%s).  It will be ended in %u s. "
		    "[%s]\r\n", e->reason, e->grace_s, e->decision);
	else
		n = snprintf(text, sizeof(text), "\r\n\a*** Your session is "
		    "no longer allowed (%s) and is ended. [%s]\r\n",
		    e->reason, e->decision);
	return n > 0 && (size_t)n < sizeof(text) &&
	    write(fd, text, (size_t)n) == n;
}

bool
vms_end_tell(const struct vms_end *e, uint32_t tty)
{
	char path[VMS_TTY_PATH_SIZE];
	bool told = false;
	struct stat st;
	int fd;

	if (vms_tty_path(tty, path) == -1)
		return false;
	fd = open(path, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW |
	    O_CLOEXEC);
	if (fd == -1)
		return false;
	if (fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) &&
	    st.st_rdev == device_of(tty) && st.st_uid == e->uid)
		told = write_text(fd, e);
	close(fd);
	return told;
}
