/* SPDX-License-Identifier: MIT */
/* The seal's folder: see seal_files.h. */
#include "vmsd/seal_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vmsd/log.h"

#define KEY "key"
#define DELAYS "delays"
#define KEY_LEN 32
/* A host key from outside, bytes. */
#define SECRET_MAX 1024
#define NAME_LEN (2 * VMS_UUID_LEN)
#define TEMPORARY ".new"
#define ASIDE ".bad"
#define DELAYS_MAX ((size_t)64 * 1024)

static void
name_of(const uint8_t *uuid, char name[NAME_LEN + 1])
{
	for (size_t i = 0; i < VMS_UUID_LEN; i++)
		snprintf(name + 2 * i, 3, "%02x", uuid[i]);
}

static int
write_all(int fd, const uint8_t *p, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, p, len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Whole or not at all, and for good when it returns. */
static int
write_file(int dir, const char *name, const void *bytes, size_t len,
    struct vms_err *err)
{
	char temporary[NAME_LEN + sizeof(TEMPORARY)];
	int fd, r = -1;

	snprintf(temporary, sizeof(temporary), "%s" TEMPORARY, name);
	fd = openat(dir, temporary, O_WRONLY | O_CREAT | O_TRUNC |
	    O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd != -1 && write_all(fd, bytes, len) == 0 && fsync(fd) == 0 &&
	    renameat(dir, temporary, dir, name) == 0 && fsync(dir) == 0)
		r = 0;
	if (r == -1) {
		vms_fail(err, VMS_E_SYSTEM, "%s: %s", name, strerror(errno));
		(void)unlinkat(dir, temporary, 0);
	}
	if (fd != -1)
		close(fd);
	return r;
}

/* The file's bytes; -1 with errno, EFBIG if it is longer than max. */
static ssize_t
read_file(int dir, const char *name, uint8_t *p, size_t max)
{
	int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK |
	    O_CLOEXEC);
	size_t len = 0;
	ssize_t n = -1;
	struct stat st;

	if (fd == -1)
		return -1;
	if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode)) {
		errno = EINVAL;
	} else {
		do {
			n = read(fd, p + len, max - len);
			len += n > 0 ? (size_t)n : 0;
		} while ((n > 0 && len < max) || (n == -1 && errno == EINTR));
		if (n > 0) {
			n = -1;
			errno = EFBIG;
		}
	}
	close(fd);
	return n == -1 ? -1 : (ssize_t)len;
}

static void
set_aside(struct vms_seal_files *f, const char *name, const char *why)
{
	char aside[NAME_LEN + sizeof(ASIDE)];

	snprintf(aside, sizeof(aside), "%s" ASIDE, name);
	vms_log(VMS_LOG_WARNING, "%s was set aside as %s: %s", name, aside,
	    why);
	if (renameat(f->dir, name, f->dir, aside) == -1)
		vms_log(VMS_LOG_ERR, "%s: %s", name, strerror(errno));
}

static int
hex_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int
key_of_hex(struct vms_seal_files *f, struct vms_str hex, struct vms_err *err)
{
	uint8_t secret[SECRET_MAX];
	size_t n = hex.len / 2;
	int r = 0;

	if (hex.len % 2 != 0 || n > sizeof(secret))
		r = -1;
	for (size_t i = 0; r == 0 && i < n; i++) {
		int hi = hex_of(hex.p[2 * i]), lo = hex_of(hex.p[2 * i + 1]);

		if (hi == -1 || lo == -1)
			r = -1;
		else
			secret[i] = (uint8_t)(hi << 4 | lo);
	}
	r = r == 0 ? vms_verifier_key_of(secret, n, &f->key, err) :
	    vms_fail(err, VMS_E_MALFORMED, "the host's key is not in hex");
	explicit_bzero(secret, sizeof(secret));
	return r;
}

/* A broken key opens nothing: a new one, and the verifiers come anew. */
static int
key_of_file(struct vms_seal_files *f, struct vms_err *err)
{
	uint8_t key[KEY_LEN + 1];
	ssize_t n = read_file(f->dir, KEY, key, sizeof(key));
	int r = 0;

	if (n == -1 && errno != ENOENT && errno != EFBIG)
		return vms_fail(err, VMS_E_SYSTEM, KEY ": %s",
		    strerror(errno));
	if (n != KEY_LEN) {
		if (n != -1 || errno == EFBIG)
			set_aside(f, KEY, "not a key of ours");
		if (getrandom(key, KEY_LEN, 0) != KEY_LEN)
			return vms_fail(err, VMS_E_SYSTEM,
			    "no random numbers");
		r = write_file(f->dir, KEY, key, KEY_LEN, err);
		if (r == 0)
			vms_log(VMS_LOG_NOTICE, "a new key was made");
	}
	if (r == 0)
		r = vms_verifier_key_of(key, KEY_LEN, &f->key, err);
	explicit_bzero(key, sizeof(key));
	return r;
}

int
vms_seal_open(struct vms_seal_files *f, const char *folder,
    struct vms_str secret, struct vms_err *err)
{
	*f = (struct vms_seal_files){ .dir = -1 };
	f->dir = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
	    O_CLOEXEC);
	if (f->dir == -1)
		return vms_fail(err, VMS_E_SYSTEM, "the seal's folder: %s",
		    strerror(errno));
	return secret.len > 0 ? key_of_hex(f, secret, err) :
	    key_of_file(f, err);
}

void
vms_seal_fini(struct vms_seal_files *f)
{
	if (f->dir != -1)
		close(f->dir);
	explicit_bzero(f, sizeof(*f));
	f->dir = -1;
}

static int
uuid_of(const char *name, uint8_t uuid[VMS_UUID_LEN])
{
	if (strlen(name) != NAME_LEN)
		return -1;
	for (size_t i = 0; i < VMS_UUID_LEN; i++) {
		int hi = hex_of(name[2 * i]), lo = hex_of(name[2 * i + 1]);

		if (hi == -1 || lo == -1)
			return -1;
		uuid[i] = (uint8_t)(hi << 4 | lo);
	}
	return 0;
}

int
vms_seal_get(struct vms_seal_files *f, const uint8_t uuid[VMS_UUID_LEN],
    struct vms_verifier *out, struct vms_err *err)
{
	uint8_t record[VMS_VERIFIER_MAX + 1];
	struct vms_err why = { 0 };
	char name[NAME_LEN + 1];
	ssize_t n;

	*out = (struct vms_verifier){ 0 };
	name_of(uuid, name);
	n = read_file(f->dir, name, record, sizeof(record));
	if (n == -1 && errno == ENOENT)
		return 0;
	if (n == -1 && errno != EFBIG)
		return vms_fail(err, VMS_E_SYSTEM, "%s: %s", name,
		    strerror(errno));
	if (n == -1)
		vms_fail(&why, VMS_E_MALFORMED, "longer than a record");
	else if (vms_verifier_open(&f->key, record, (size_t)n, out, &why) ==
	    0 && memcmp(out->meta.uuid, uuid, VMS_UUID_LEN) != 0)
		vms_fail(&why, VMS_E_MALFORMED, "another user's");
	if (why.code == VMS_E_OK)
		return 1;
	explicit_bzero(out, sizeof(*out));
	/* Another key's is no damage: perhaps that key comes back. */
	if (why.code == VMS_E_SYSTEM)
		return vms_fail(err, why.code, "%s", why.msg);
	if (why.code == VMS_E_MALFORMED)
		set_aside(f, name, why.msg);
	return 0;
}

int
vms_seal_put(struct vms_seal_files *f, const uint8_t uuid[VMS_UUID_LEN],
    const struct vms_wr *record, struct vms_err *err)
{
	char name[NAME_LEN + 1];

	name_of(uuid, name);
	return write_file(f->dir, name, record->p, record->len, err);
}

int
vms_seal_drop(struct vms_seal_files *f, const uint8_t uuid[VMS_UUID_LEN],
    struct vms_err *err)
{
	char name[NAME_LEN + 1];

	name_of(uuid, name);
	if (unlinkat(f->dir, name, 0) == -1)
		return errno == ENOENT ? 0 : vms_fail(err, VMS_E_SYSTEM,
		    "%s: %s", name, strerror(errno));
	if (fsync(f->dir) == -1)
		return vms_fail(err, VMS_E_SYSTEM, "%s: %s", name,
		    strerror(errno));
	return 0;
}

static bool
is_temporary(const char *name)
{
	size_t len = strlen(name), tail = sizeof(TEMPORARY) - 1;

	return len > tail && strcmp(name + len - tail, TEMPORARY) == 0;
}

int
vms_seal_each(struct vms_seal_files *f, vms_seal_fn *fn, void *arg,
    struct vms_err *err)
{
	int fd = fcntl(f->dir, F_DUPFD_CLOEXEC, 3), r = 0;
	DIR *d = fd == -1 ? NULL : fdopendir(fd);
	uint8_t uuid[VMS_UUID_LEN];
	struct vms_verifier v;
	struct dirent *e;

	if (d == NULL) {
		if (fd != -1)
			close(fd);
		return vms_fail(err, VMS_E_SYSTEM, "the seal's folder: %s",
		    strerror(errno));
	}
	rewinddir(d);
	while (r == 0 && (e = readdir(d)) != NULL) {
		if (is_temporary(e->d_name))
			(void)unlinkat(f->dir, e->d_name, 0);
		if (uuid_of(e->d_name, uuid) == -1)
			continue;
		r = vms_seal_get(f, uuid, &v, err);
		if (r == 1)
			r = fn(arg, &v.meta, err);
		explicit_bzero(&v, sizeof(v));
	}
	closedir(d);
	return r;
}

void
vms_seal_get_delays(struct vms_seal_files *f, struct vms_delays *t)
{
	static uint8_t bytes[DELAYS_MAX];
	ssize_t n = read_file(f->dir, DELAYS, bytes, sizeof(bytes));
	struct vms_rd r = vms_rd_init(bytes, n < 0 ? 0 : (size_t)n);

	if (vms_delays_decode(&r, t) == -1 && (n != -1 || errno != ENOENT))
		vms_log(VMS_LOG_WARNING, "delays after wrong passwords begin "
		    "anew: the file is broken");
}

int
vms_seal_put_delays(struct vms_seal_files *f, const struct vms_delays *t,
    struct vms_err *err)
{
	struct vms_wr w = { 0 };
	int r;

	vms_delays_encode(t, &w);
	r = w.bad ? vms_fail(err, VMS_E_SYSTEM, "out of memory") :
	    write_file(f->dir, DELAYS, w.p, w.len, err);
	vms_wr_fini(&w);
	return r;
}
