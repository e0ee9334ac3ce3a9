/* SPDX-License-Identifier: MIT */
/*
 * The NSS module's sources, linked so that each system call and allocation
 * can be made to fail: every one of them in turn, in every entry point, in
 * every way.  Whatever fails, the status is legal, errno is told, what was
 * right stays right, and neither descriptor nor lock is left behind.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "nss_vms/nss_vms.h"
#include "tests/unit/nss_world.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

/* The how-manieth call fails, counted down; 0: none. */
static unsigned int fail_at;
static int fail_errno;		/* 0: a short result instead of an error */
static bool injected;
static bool inside;		/* the module, not the test */

static bool
fails_now(void)
{
	if (fail_at == 0 || --fail_at != 0)
		return false;
	injected = true;
	errno = fail_errno;
	return true;
}

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __real_fcntl(int fd, int cmd, ...);
int __wrap_fcntl(int fd, int cmd, ...);
int __real_fstat(int fd, struct stat *st);
int __wrap_fstat(int fd, struct stat *st);
ssize_t __real_pread(int fd, void *buf, size_t len, off_t at);
ssize_t __wrap_pread(int fd, void *buf, size_t len, off_t at);
void *__real_realloc(void *p, size_t size);
void *__wrap_realloc(void *p, size_t size);
void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);

int
__wrap_open(const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;

	if (fails_now())
		return -1;
	va_start(ap, flags);
	mode = (flags & O_CREAT) != 0 ? va_arg(ap, mode_t) : 0;
	va_end(ap);
	return __real_open(path, flags, mode);
}

int
__wrap_fcntl(int fd, int cmd, ...)
{
	va_list ap;
	int arg;

	if (fails_now())
		return -1;
	va_start(ap, cmd);
	arg = va_arg(ap, int);
	va_end(ap);
	return __real_fcntl(fd, cmd, arg);
}

int
__wrap_fstat(int fd, struct stat *st)
{
	return fails_now() ? -1 : __real_fstat(fd, st);
}

ssize_t
__wrap_pread(int fd, void *buf, size_t len, off_t at)
{
	if (fails_now()) {
		if (fail_errno != 0)
			return -1;
		/* Half of it, which is no error, or the end, which is. */
		return len < 2 ? 0 : __real_pread(fd, buf, len / 2, at);
	}
	return __real_pread(fd, buf, len, at);
}

void *
__wrap_realloc(void *p, size_t size)
{
	return fails_now() ? NULL : __real_realloc(p, size);
}

/* The module has no business with these. */
void *
__wrap_malloc(size_t size)
{
	if (inside)
		abort();
	return __real_malloc(size);
}

void *
__wrap_calloc(size_t n, size_t size)
{
	if (inside)
		abort();
	return __real_calloc(n, size);
}

static char buf[65536];

struct result {
	enum nss_status status;
	int error;
	char name[64];
	long int n;
};

static void
take_name(struct result *r, const char *name, size_t n)
{
	if (r->status == NSS_STATUS_SUCCESS) {
		snprintf(r->name, sizeof(r->name), "%s", name);
		r->n = (long int)n;
	}
}

static size_t
count(char **members)
{
	size_t n = 0;

	while (members[n] != NULL)
		n++;
	return n;
}

static struct result
call(int which)
{
	struct result r = { .status = NSS_STATUS_RETURN };
	struct passwd pw = { 0 };
	struct group gr = { 0 };
	struct spwd sp = { 0 };
	long int start = 1, size = 1;
	gid_t *gids = __real_realloc(NULL, sizeof(*gids));
	int *e = &r.error;

	assert_non_null(gids);
	gids[0] = 100;
	inside = true;
	switch (which) {
	case 0:
		r.status = _nss_vms_getpwnam_r("u00001", &pw, buf,
		    sizeof(buf), e);
		take_name(&r, pw.pw_name, pw.pw_uid);
		break;
	case 1:
		r.status = _nss_vms_getpwuid_r(20002, &pw, buf, sizeof(buf),
		    e);
		take_name(&r, pw.pw_name, pw.pw_uid);
		break;
	case 2:
		r.status = _nss_vms_getgrnam_r("all", &gr, buf, sizeof(buf),
		    e);
		if (r.status == NSS_STATUS_SUCCESS)
			take_name(&r, gr.gr_name, count(gr.gr_mem));
		break;
	case 3:
		r.status = _nss_vms_getgrgid_r(30002, &gr, buf, sizeof(buf),
		    e);
		if (r.status == NSS_STATUS_SUCCESS)
			take_name(&r, gr.gr_name, count(gr.gr_mem));
		break;
	case 4:
		r.status = _nss_vms_getspnam_r("u00001", &sp, buf,
		    sizeof(buf), e);
		take_name(&r, sp.sp_namp, 0);
		break;
	case 5:
		r.status = _nss_vms_getpwent_r(&pw, buf, sizeof(buf), e);
		take_name(&r, pw.pw_name, pw.pw_uid);
		break;
	case 6:
		r.status = _nss_vms_getgrent_r(&gr, buf, sizeof(buf), e);
		take_name(&r, gr.gr_name, gr.gr_gid);
		break;
	case 7:
		r.status = _nss_vms_getspent_r(&sp, buf, sizeof(buf), e);
		take_name(&r, sp.sp_namp, 0);
		break;
	case 8:
		r.status = _nss_vms_initgroups_dyn("u00000", 100, &start,
		    &size, &gids, -1, e);
		inside = false;
		/* All of them or none. */
		assert_int_equal(start,
		    r.status == NSS_STATUS_SUCCESS ? 3 : 1);
		assert_true(size >= start && gids[0] == 100);
		take_name(&r, "gids", (size_t)start);
		break;
	}
	inside = false;
	free(gids);
	return r;
}
#define CALLS 9

static void
rewind_all(void)
{
	_nss_vms_setpwent(0);
	_nss_vms_setgrent(0);
	_nss_vms_setspent(0);
}

static void
expect_legal(const struct result *r)
{
	if (r->status == NSS_STATUS_UNAVAIL) {
		assert_true(r->error == EIO || r->error == ENOENT);
	} else {
		assert_int_equal(r->status, NSS_STATUS_TRYAGAIN);
		assert_int_equal(r->error, EAGAIN);
	}
}

/* Fail call number 1, 2, … of this kind until there is none left to fail. */
static void
fail_each(int which, int error, const struct result *good, bool low_fds)
{
	for (unsigned int at = 1; at < 1000; at++) {
		int fds = nss_world_fds();
		struct result r;

		rewind_all();
		if (low_fds)
			close(0);
		injected = false;
		fail_at = at;
		fail_errno = error;
		r = call(which);
		fail_at = 0;
		if (low_fds)
			assert_int_equal(__real_open("/dev/null", O_RDONLY),
			    0);
		assert_int_equal(nss_world_fds(), fds);
		if (r.status == NSS_STATUS_SUCCESS) {
			assert_int_equal(r.n, good->n);
			assert_string_equal(r.name, good->name);
		} else {
			assert_true(injected);
			expect_legal(&r);
			/* An interruption is no failure, once open. */
			if (error == EINTR)
				assert_int_equal(r.status,
				    NSS_STATUS_TRYAGAIN);
		}
		/* No lock is left, and a list did not move. */
		r = call(which);
		assert_int_equal(r.status, NSS_STATUS_SUCCESS);
		if (!injected)
			return;
	}
	fail_msg("there is no end to it");
}

static void
test_injection(void **state)
{
	static const int errors[] = {
		EIO, EINTR, ENOMEM, EMFILE, ENFILE, ENOENT, EACCES, ELOOP,
		ERANGE, 0
	};

	(void)state;
	for (int which = 0; which < CALLS; which++) {
		struct result good;

		rewind_all();
		good = call(which);
		assert_int_equal(good.status, NSS_STATUS_SUCCESS);
		for (size_t i = 0; i < N(errors); i++) {
			fail_each(which, errors[i], &good, false);
			fail_each(which, errors[i], &good, true);
		}
	}
}

/* A list that failed goes on where it was. */
static void
test_list_goes_on(void **state)
{
	struct result r;

	(void)state;
	rewind_all();
	for (long int i = 0; i < 5; i++) {
		fail_at = 1;
		fail_errno = EMFILE;
		r = call(5);
		assert_int_equal(r.status, NSS_STATUS_TRYAGAIN);
		fail_at = 0;
		r = call(5);
		assert_int_equal(r.status, NSS_STATUS_SUCCESS);
		assert_int_equal(r.n, 20000 + i);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_injection),
		cmocka_unit_test(test_list_goes_on),
	};
	struct vms_arena arena = { 0 };
	struct vms_identity id;
	int r;

	if (nss_world_enter() != 0) {
		puts("skipped: no mount namespaces for us here");
		return 77;
	}
	id = nss_world_estate(&arena, 20);
	nss_world_publish(NSS_RUN_FILE, &id, 1, true);
	r = cmocka_run_group_tests(tests, NULL, NULL);
	vms_arena_fini(&arena);
	return r;
}
