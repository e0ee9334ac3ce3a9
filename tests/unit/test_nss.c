/* SPDX-License-Identifier: MIT */
/* The NSS module as it is shipped: answers, errno, buffers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "tests/unit/nss_world.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

static struct nss_module nss;
static struct vms_arena arena;
static char big[65536];

static int
publish_estate(void **state)
{
	struct vms_identity id = nss_world_estate(&arena, 40);

	(void)state;
	nss_world_unpublish();
	nss_world_publish(NSS_RUN_FILE, &id, 7, true);
	nss.endpwent();
	nss.endgrent();
	nss.endspent();
	return 0;
}

static int
drop_estate(void **state)
{
	(void)state;
	nss_world_unpublish();
	vms_arena_fini(&arena);
	return 0;
}

static void
test_passwd(void **state)
{
	struct passwd pw;
	int fds = nss_world_fds();

	(void)state;
	errno = 4711;
	assert_int_equal(nss.getpwnam_r("u00001", &pw, big, sizeof(big),
	    &errno), NSS_STATUS_SUCCESS);
	assert_int_equal(errno, 4711);
	assert_string_equal(pw.pw_name, "u00001");
	assert_string_equal(pw.pw_passwd, "x");
	assert_string_equal(pw.pw_gecos, "User 1");
	assert_string_equal(pw.pw_dir, "/home/u00001");
	assert_string_equal(pw.pw_shell, "/bin/sh");
	assert_int_equal(pw.pw_uid, 20001);
	assert_int_equal(pw.pw_gid, 100);
	assert_int_equal(nss.getpwuid_r(20039, &pw, big, sizeof(big),
	    &errno), NSS_STATUS_SUCCESS);
	assert_string_equal(pw.pw_name, "u00039");
	assert_int_equal(nss.getpwnam_r("u99999", &pw, big, sizeof(big),
	    &errno), NSS_STATUS_NOTFOUND);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(nss.getpwnam_r("U00001", &pw, big, sizeof(big),
	    &errno), NSS_STATUS_NOTFOUND);
	assert_int_equal(nss.getpwnam_r("hidden", &pw, big, sizeof(big),
	    &errno), NSS_STATUS_NOTFOUND);
	assert_int_equal(nss.getpwuid_r(20040, &pw, big, sizeof(big),
	    &errno), NSS_STATUS_NOTFOUND);
	assert_int_equal(nss_world_fds(), fds);
}

static void
test_group(void **state)
{
	struct group gr;
	int e = 0;

	(void)state;
	assert_int_equal(nss.getgrnam_r("all", &gr, big, sizeof(big), &e),
	    NSS_STATUS_SUCCESS);
	assert_string_equal(gr.gr_name, "all");
	assert_string_equal(gr.gr_passwd, "*");
	assert_int_equal(gr.gr_gid, 30000);
	assert_string_equal(gr.gr_mem[0], "u00000");
	assert_string_equal(gr.gr_mem[39], "u00039");
	assert_null(gr.gr_mem[40]);
	assert_int_equal(nss.getgrgid_r(30002, &gr, big, sizeof(big), &e),
	    NSS_STATUS_SUCCESS);
	assert_string_equal(gr.gr_name, "Two Words");
	assert_int_equal(nss.getgrgid_r(30001, &gr, big, sizeof(big), &e),
	    NSS_STATUS_SUCCESS);
	assert_null(gr.gr_mem[0]);
	assert_int_equal(nss.getgrgid_r(30003, &gr, big, sizeof(big), &e),
	    NSS_STATUS_NOTFOUND);
	assert_int_equal(e, ENOENT);
}

static void
test_shadow(void **state)
{
	struct spwd sp;
	int e = 0;

	(void)state;
	assert_int_equal(nss.getspnam_r("u00000", &sp, big, sizeof(big), &e),
	    NSS_STATUS_SUCCESS);
	assert_string_equal(sp.sp_namp, "u00000");
	assert_string_equal(sp.sp_pwdp, "!*");
	assert_int_equal(sp.sp_expire, 1);	/* disabled */
	assert_int_equal(nss.getspnam_r("u00001", &sp, big, sizeof(big), &e),
	    NSS_STATUS_SUCCESS);
	assert_int_equal(sp.sp_expire, -1);
	assert_int_equal(nss.getspnam_r("nobody", &sp, big, sizeof(big), &e),
	    NSS_STATUS_NOTFOUND);
	if (seteuid(12345) != 0)
		skip();
	assert_int_equal(nss.getspnam_r("u00000", &sp, big, sizeof(big), &e),
	    NSS_STATUS_UNAVAIL);
	assert_int_equal(e, EACCES);
	assert_int_equal(nss.getspent_r(&sp, big, sizeof(big), &e),
	    NSS_STATUS_UNAVAIL);
	assert_int_equal(seteuid(0), 0);
}

/* Names and ids that cannot be served are answered without a file, whatever
 * state the file is in. */
static void
test_validation(void **state)
{
	static const char *const names[] = {
		"", ":", "a:b", "a/b", "a\nb", "pam_unix_non_existent:",
		"root", "ROOT", "sudo", "nobody", "12345", "-u", " ",
		"\b\n\r\177INCORRECT"
	};
	static const uid_t ids[] = { 0, 1, 99, 65534, 65535, 4294967295U };
	char longest[5000];
	struct passwd pw;
	struct group gr;
	long int start = 1, size = 0;
	gid_t *gids = NULL;
	int e;

	(void)state;
	nss_world_unpublish();
	for (size_t i = 0; i < N(names); i++) {
		e = 0;
		assert_int_equal(nss.getpwnam_r(names[i], &pw, big,
		    sizeof(big), &e), NSS_STATUS_NOTFOUND);
		assert_int_equal(e, ENOENT);
		assert_int_equal(nss.getgrnam_r(names[i], &gr, big,
		    sizeof(big), &e), NSS_STATUS_NOTFOUND);
		assert_int_equal(nss.initgroups_dyn(names[i], 100, &start,
		    &size, &gids, -1, &e), NSS_STATUS_NOTFOUND);
	}
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(nss.getpwnam_r(longest, &pw, big, sizeof(big), &e),
	    NSS_STATUS_NOTFOUND);
	assert_int_equal(nss.getgrnam_r(longest, &gr, big, sizeof(big), &e),
	    NSS_STATUS_NOTFOUND);
	for (size_t i = 0; i < N(ids); i++) {
		assert_int_equal(nss.getpwuid_r(ids[i], &pw, big,
		    sizeof(big), &e), NSS_STATUS_NOTFOUND);
		assert_int_equal(nss.getgrgid_r(ids[i], &gr, big,
		    sizeof(big), &e), NSS_STATUS_NOTFOUND);
	}
	assert_int_equal(nss.getpwuid_r(999, &pw, big, sizeof(big), &e),
	    NSS_STATUS_NOTFOUND);
	assert_null(gids);
}

/* Every entry point, by number, into a buffer. */
static enum nss_status
call(int which, char *buf, size_t len, int *e)
{
	static struct passwd pw;
	static struct group gr;
	static struct spwd sp;

	switch (which) {
	case 0:
		return nss.getpwnam_r("u00003", &pw, buf, len, e);
	case 1:
		return nss.getpwuid_r(20003, &pw, buf, len, e);
	case 2:
		return nss.getgrnam_r("all", &gr, buf, len, e);
	case 3:
		return nss.getgrgid_r(30000, &gr, buf, len, e);
	case 4:
		return nss.getspnam_r("u00003", &sp, buf, len, e);
	case 5:
		return nss.getpwent_r(&pw, buf, len, e);
	case 6:
		return nss.getgrent_r(&gr, buf, len, e);
	case 7:
		return nss.getspent_r(&sp, buf, len, e);
	default:
		return NSS_STATUS_RETURN;
	}
}
#define CALLS 8

/* Too small a buffer is TRYAGAIN and ERANGE, takes nothing from a list, and
 * nothing is written beyond it. */
static void
test_buffers(void **state)
{
	(void)state;
	for (int which = 0; which < CALLS; which++) {
		bool fits = false;

		for (size_t len = 0; len < 1200; len++) {
			char *buf = malloc(len + 8 + 7);
			char *from = buf + len % 8;	/* any alignment */
			enum nss_status status;
			int e = 0;

			assert_non_null(buf);
			memset(buf, 0x5a, len + 8 + 7);
			if (fits && which >= 5) {
				nss.endpwent();
				nss.endgrent();
				nss.endspent();
			}
			status = call(which, from, len, &e);
			if (status == NSS_STATUS_SUCCESS) {
				fits = true;
			} else {
				assert_int_equal(status, NSS_STATUS_TRYAGAIN);
				assert_int_equal(e, ERANGE);
			}
			for (size_t i = 0; i < 8; i++)
				assert_int_equal(from[len + i], 0x5a);
			free(buf);
		}
		assert_true(fits);
	}
}

/* Blocks of exactly the size that is claimed. */
static void
test_buffers_exact(void **state)
{
	(void)state;
	for (int which = 0; which < CALLS; which++) {
		bool fits = false;

		for (size_t len = 0; len < 1200 && !fits; len++) {
			char *buf = malloc(len == 0 ? 1 : len);
			int e = 0;

			assert_non_null(buf);
			fits = call(which, buf, len, &e) ==
			    NSS_STATUS_SUCCESS;
			free(buf);
		}
		assert_true(fits);
	}
}

static void
test_initgroups(void **state)
{
	long int start = 1, size = 1;
	gid_t *gids = malloc(sizeof(*gids));
	int e = 0;

	(void)state;
	assert_non_null(gids);
	gids[0] = 100;
	assert_int_equal(nss.initgroups_dyn("u00000", 100, &start, &size,
	    &gids, -1, &e), NSS_STATUS_SUCCESS);
	assert_int_equal(start, 3);
	assert_true(size >= 3);
	assert_int_equal(gids[0], 100);
	assert_int_equal(gids[1], 30000);
	assert_int_equal(gids[2], 30002);
	/* The primary group is not repeated; a limit is kept. */
	start = 0;
	assert_int_equal(nss.initgroups_dyn("u00000", 30002, &start, &size,
	    &gids, 0, &e), NSS_STATUS_SUCCESS);
	assert_int_equal(start, 1);
	start = 1;
	assert_int_equal(nss.initgroups_dyn("u00000", 100, &start, &size,
	    &gids, 2, &e), NSS_STATUS_SUCCESS);
	assert_int_equal(start, 2);
	/* Unknown is not empty. */
	assert_int_equal(nss.initgroups_dyn("u77777", 100, &start, &size,
	    &gids, -1, &e), NSS_STATUS_NOTFOUND);
	assert_int_equal(e, ENOENT);
	assert_int_equal(start, 2);
	nss_world_unpublish();
	assert_int_equal(nss.initgroups_dyn("u00000", 100, &start, &size,
	    &gids, -1, &e), NSS_STATUS_UNAVAIL);
	assert_int_equal(e, ENOENT);
	assert_int_equal(start, 2);
	free(gids);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, publish_estate, drop_estate)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_passwd),
		TEST(test_group),
		TEST(test_shadow),
		TEST(test_validation),
		TEST(test_buffers),
		TEST(test_buffers_exact),
		TEST(test_initgroups),
	};

	if (nss_world_load(&nss) != 0)
		return 1;
	if (nss_world_enter() != 0) {
		puts("skipped: no mount namespaces for us here");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
