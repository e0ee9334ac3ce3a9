/* SPDX-License-Identifier: MIT */
/* Passwords and questions on /dev/tty; passwords from files. */
#include "vmsctl/prompt.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

/* One line without its newline, byte by byte: what follows is not ours. */
static int
read_line(int fd, char *buf, size_t size)
{
	size_t n = 0;

	for (;;) {
		ssize_t got = read(fd, buf + n, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 || (got == 0 && n == 0))
			return -1;
		if (got == 0 || buf[n] == '\n')
			break;
		if (buf[n] == '\0' || ++n == size)
			return -1;
	}
	buf[n] = '\0';
	return 0;
}

int
vms_password_ask(const char *prompt, struct vms_password *out,
    struct vms_err *err)
{
	struct termios old, quiet;
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	int rc;

	*out = (struct vms_password){ 0 };
	if (fd < 0 || tcgetattr(fd, &old) < 0) {
		if (fd >= 0)
			close(fd);
		return vms_fail(err, VMS_E_NOT_FOUND,
		    "no terminal to ask for a password on");
	}
	quiet = old;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(fd, TCSAFLUSH, &quiet);
	dprintf(fd, "%s", prompt);
	rc = read_line(fd, out->text, sizeof(out->text));
	tcsetattr(fd, TCSAFLUSH, &old);
	dprintf(fd, "\n");
	close(fd);
	if (rc < 0) {
		vms_password_wipe(out);
		return vms_fail(err, VMS_E_MALFORMED, "no password given");
	}
	out->given = true;
	return 0;
}

int
vms_password_read(const char *path, struct vms_password *out,
    struct vms_err *err)
{
	struct stat st;
	bool in = strcmp(path, "-") == 0;
	int fd = in ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	int rc;

	*out = (struct vms_password){ 0 };
	if (fd < 0 || fstat(fd, &st) < 0)
		return vms_fail(err, VMS_E_NOT_FOUND, "%s: %s", path,
		    strerror(errno));
	if (!in && S_ISREG(st.st_mode) && (st.st_mode & 077) != 0) {
		close(fd);
		return vms_fail(err, VMS_E_DENIED,
		    "%s: others may read it; chmod 600 %s", path, path);
	}
	rc = read_line(fd, out->text, sizeof(out->text));
	if (!in)
		close(fd);
	if (rc < 0) {
		vms_password_wipe(out);
		return vms_fail(err, VMS_E_MALFORMED,
		    "%s: no password in its first line", path);
	}
	out->given = true;
	return 0;
}

void
vms_password_wipe(struct vms_password *p)
{
	explicit_bzero(p, sizeof(*p));
}

int
vms_confirm(const char *what)
{
	char answer[16];
	int fd;

	if (!isatty(STDIN_FILENO))
		return -1;
	fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return -1;
	dprintf(fd, "%s [y/N] ", what);
	if (read_line(fd, answer, sizeof(answer)) < 0)
		answer[0] = '\0';
	close(fd);
	return strcmp(answer, "y") == 0 || strcmp(answer, "yes") == 0;
}
