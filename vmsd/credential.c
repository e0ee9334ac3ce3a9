/* SPDX-License-Identifier: MIT */
/* Credentials of systemd's: see credential.h. */
#include "vmsd/credential.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libvms/bounds.h"

#define SECRET_MAX 1024

static int
take(const uint8_t *p, size_t len, struct vms_secret_file *out,
    struct vms_err *err)
{
	static const char digits[] = "0123456789abcdef";

	out->p = malloc(2 * len + 1);
	if (out->p == NULL)
		return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	for (size_t i = 0; i < len; i++) {
		out->p[2 * i] = digits[p[i] >> 4];
		out->p[2 * i + 1] = digits[p[i] & 15];
	}
	out->p[2 * len] = '\0';
	out->len = 2 * len;
	return 0;
}

int
vms_credential_read(const char *name, struct vms_secret_file *out,
    struct vms_err *err)
{
	const char *folder = getenv("CREDENTIALS_DIRECTORY");
	uint8_t secret[SECRET_MAX + 1];
	char path[VMS_PATH_MAX];
	ssize_t n;
	int fd, r;

	*out = (struct vms_secret_file){ 0 };
	if (folder == NULL)
		return 0;
	if (snprintf(path, sizeof(path), "%s/%s", folder, name) >=
	    (int)sizeof(path))
		return vms_fail(err, VMS_E_LIMIT, "%s: path too long",
		    folder);
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1)
		return errno == ENOENT ? 0 : vms_fail(err, VMS_E_SYSTEM,
		    "%s: %s", path, strerror(errno));
	n = read(fd, secret, sizeof(secret));
	close(fd);
	if (n <= 0 || n > SECRET_MAX)
		r = vms_fail(err, VMS_E_LIMIT, "%s: not 1 to %d bytes", path,
		    SECRET_MAX);
	else
		r = take(secret, (size_t)n, out, err);
	explicit_bzero(secret, sizeof(secret));
	return r;
}
