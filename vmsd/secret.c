/* SPDX-License-Identifier: MIT */
/* Files that hold secrets: see secret.h. */
#include "vmsd/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libvms/bounds.h"

#define KEY_MAX ((size_t)64 * 1024)

static int
check_file(const char *path, const struct stat *st, uid_t owner, size_t max,
    struct vms_err *err)
{
	if (!S_ISREG(st->st_mode))
		return vms_fail(err, VMS_E_DENIED,
		    "%s is not a regular file", path);
	if (st->st_uid != owner)
		return vms_fail(err, VMS_E_DENIED,
		    "%s belongs to uid %u; chown it to %u", path,
		    (unsigned int)st->st_uid, (unsigned int)owner);
	if ((st->st_mode & 07177) != 0)
		return vms_fail(err, VMS_E_DENIED,
		    "%s has mode %04o; chmod 600", path,
		    (unsigned int)(st->st_mode & 07777));
	if (st->st_nlink != 1)
		return vms_fail(err, VMS_E_DENIED,
		    "%s has another name (hard link)", path);
	if (st->st_size == 0)
		return vms_fail(err, VMS_E_MALFORMED, "%s is empty", path);
	if ((size_t)st->st_size > max)
		return vms_fail(err, VMS_E_LIMIT, "%s is over %zu bytes",
		    path, max);
	return 0;
}

static int
read_all(int fd, const char *path, char *p, size_t max, size_t *len,
    struct vms_err *err)
{
	*len = 0;
	while (*len < max) {
		ssize_t n = read(fd, p + *len, max - *len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return vms_fail(err, VMS_E_SYSTEM, "%s: %s", path,
			    strerror(errno));
		if (n == 0)
			return 0;
		*len += (size_t)n;
	}
	return vms_fail(err, VMS_E_LIMIT, "%s is over %zu bytes", path,
	    max - 1);
}

int
vms_secret_read(const char *path, size_t max, bool first_line, uid_t owner,
    struct vms_secret_file *out, struct vms_err *err)
{
	struct vms_secret_file s = { 0 };
	struct stat st;
	int fd, r = -1;

	*out = s;
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC |
	    O_NOCTTY);
	if (fd == -1)
		return vms_fail(err, errno == ENOENT ? VMS_E_NOT_FOUND :
		    VMS_E_SYSTEM, "%s: %s", path, errno == ELOOP ?
		    "is a symbolic link" : strerror(errno));
	if (fstat(fd, &st) == -1) {
		vms_fail(err, VMS_E_SYSTEM, "%s: %s", path, strerror(errno));
		goto out;
	}
	if (check_file(path, &st, owner, max, err) == -1)
		goto out;
	s.p = calloc(1, max + 2);
	s.len = max + 2;	/* for the wiping, if it stops here */
	if (s.p == NULL) {
		vms_fail(err, VMS_E_SYSTEM, "out of memory");
		goto out;
	}
	if (read_all(fd, path, s.p, max + 1, &s.len, err) == -1) {
		s.len = max + 2;
		goto out;
	}
	if (first_line)
		s.len = strcspn(s.p, "\r\n");
	if (s.len == 0 || memchr(s.p, '\0', s.len) != NULL) {
		vms_fail(err, VMS_E_MALFORMED, "%s holds no usable text",
		    path);
		s.len = max + 2;
		goto out;
	}
	*out = s;
	s = (struct vms_secret_file){ 0 };
	r = 0;
out:
	vms_secret_free(&s);
	close(fd);
	return r;
}

void
vms_secret_free(struct vms_secret_file *s)
{
	if (s->p != NULL)
		explicit_bzero(s->p, s->len);
	free(s->p);
	*s = (struct vms_secret_file){ 0 };
}

static int
load_one(const struct vms_conf *c, const char *key, const char *path,
    bool first_line, FILE *problems, struct vms_secret_file *out)
{
	struct vms_err err = { 0 };

	if (*path == '\0')
		return 0;
	if (vms_secret_read(path, first_line ? VMS_SECRET_MAX : KEY_MAX,
	    first_line, geteuid(), out, &err) == 0)
		return 0;
	vms_conf_complain(problems, c, key, "%s", err.msg);
	return -1;
}

/* Whether there is a PEM block in the file at all: a key in DER, or a page of
 * HTML saved as a certificate, reads like a server that cannot be trusted. */
static bool
has_pem(const char *path)
{
	static const char begin[] = "-----BEGIN ";
	bool found = false;
	char line[256];
	FILE *f = fopen(path, "re");

	while (f != NULL && !found && fgets(line, sizeof(line), f) != NULL)
		found = strncmp(line, begin, sizeof(begin) - 1) == 0;
	if (f != NULL)
		fclose(f);
	return found;
}

/* A file that the roles read themselves: it must be there, and theirs to read
 * where they are not root. */
static int
check_public(const struct vms_conf *c, const char *key, const char *path,
    FILE *problems)
{
	struct stat st;

	if (*path == '\0')
		return 0;
	if (stat(path, &st) == -1) {
		vms_conf_complain(problems, c, key, "%s: %s", path,
		    strerror(errno));
		return -1;
	}
	if (!S_ISREG(st.st_mode) || access(path, R_OK) == -1 ||
	    (geteuid() == 0 && (st.st_mode & S_IROTH) == 0)) {
		vms_conf_complain(problems, c, key, "%s is not a file that "
		    "vmsd's processes can read; chmod 644", path);
		return -1;
	}
	if (!has_pem(path)) {
		vms_conf_complain(problems, c, key, "%s has no -----BEGIN "
		    "line: it must be a PEM file", path);
		return -1;
	}
	return 0;
}

int
vms_secrets_load(const struct vms_conf *c, FILE *problems,
    struct vms_secrets *out, struct vms_err *err)
{
	int bad = 0;

	*out = (struct vms_secrets){ 0 };
	if (load_one(c, "directory.bind_password_file",
	    c->directory.bind_password_file, true, problems,
	    &out->bind_password) == -1)
		bad++;
	if (load_one(c, "directory.key_file", c->directory.key_file, false,
	    problems, &out->key_pem) == -1)
		bad++;
	bad += check_public(c, "directory.ca_file", c->directory.ca_file,
	    problems) == -1;
	bad += check_public(c, "directory.cert_file", c->directory.cert_file,
	    problems) == -1;
	bad += check_public(c, "directory.crl_file", c->directory.crl_file,
	    problems) == -1;
	if (bad == 0)
		return 0;
	vms_secrets_free(out);
	return vms_fail(err, VMS_E_MALFORMED, "%d file%s cannot be used", bad,
	    bad == 1 ? "" : "s");
}

void
vms_secrets_free(struct vms_secrets *s)
{
	vms_secret_free(&s->bind_password);
	vms_secret_free(&s->key_pem);
}
