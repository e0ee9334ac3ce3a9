/* SPDX-License-Identifier: MIT */
/* The NSS module as it is shipped: enumeration, and all of it through glibc. */
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
test_list(void **state)
{
	struct passwd pw, other;
	struct group gr;
	struct spwd sp;
	char small[4], aside[512];
	int e, n = 0;

	(void)state;
	assert_int_equal(nss.setpwent(0), NSS_STATUS_SUCCESS);
	while (nss.getpwent_r(&pw, big, sizeof(big), &e) ==
	    NSS_STATUS_SUCCESS) {
		assert_int_equal(pw.pw_uid, 20000 + n);
		n++;
		/* Neither a lookup nor too small a buffer moves it. */
		assert_int_equal(nss.getpwnam_r("u00007", &other, aside,
		    sizeof(aside), &e), NSS_STATUS_SUCCESS);
		if (n < 40)
			assert_int_equal(nss.getpwent_r(&other, small,
			    sizeof(small), &e), NSS_STATUS_TRYAGAIN);
	}
	assert_int_equal(n, 40);
	for (int i = 0; i < 3; i++) {
		e = 0;
		assert_int_equal(nss.getpwent_r(&pw, big, sizeof(big), &e),
		    NSS_STATUS_NOTFOUND);
		assert_int_equal(e, ENOENT);
	}
	assert_int_equal(nss.endpwent(), NSS_STATUS_SUCCESS);
	assert_int_equal(nss.getpwent_r(&pw, big, sizeof(big), &e),
	    NSS_STATUS_SUCCESS);
	assert_int_equal(pw.pw_uid, 20000);
	for (n = 0; nss.getgrent_r(&gr, big, sizeof(big), &e) ==
	    NSS_STATUS_SUCCESS; n++)
		assert_true(gr.gr_gid >= 30000);
	assert_int_equal(n, 3);
	for (n = 0; nss.getspent_r(&sp, big, sizeof(big), &e) ==
	    NSS_STATUS_SUCCESS; n++)
		assert_string_equal(sp.sp_pwdp, "!*");
	assert_int_equal(n, 40);
}

static void
test_list_ends(void **state)
{
	struct vms_identity id = nss_world_estate(&arena, 10);
	struct passwd pw;
	int e = 0;

	(void)state;
	nss.setpwent(1);
	assert_int_equal(nss.getpwent_r(&pw, big, sizeof(big), &e),
	    NSS_STATUS_SUCCESS);
	nss_world_publish(NSS_RUN_FILE, &id, 8, true);
	assert_int_equal(nss.getpwent_r(&pw, big, sizeof(big), &e),
	    NSS_STATUS_NOTFOUND);
	nss.setpwent(1);
	assert_int_equal(nss.getpwent_r(&pw, big, sizeof(big), &e),
	    NSS_STATUS_SUCCESS);
	nss_world_unpublish();
	assert_int_equal(nss.getpwent_r(&pw, big, sizeof(big), &e),
	    NSS_STATUS_UNAVAIL);
	assert_int_equal(e, ENOENT);
	/* Switched off, it ends at once, and lookups go on. */
	nss_world_publish(NSS_RUN_FILE, &id, 9, false);
	nss.setpwent(1);
	e = 0;
	assert_int_equal(nss.getpwent_r(&pw, big, sizeof(big), &e),
	    NSS_STATUS_NOTFOUND);
	assert_int_equal(e, ENOENT);
	assert_int_equal(nss.getpwnam_r("u00002", &pw, big, sizeof(big), &e),
	    NSS_STATUS_SUCCESS);
}

/* Through glibc, as getent and id go. */
static void
test_glibc(void **state)
{
	struct passwd *pw;
	struct group *gr;
	gid_t gids[16];
	int n = N(gids), count = 0;

	(void)state;
	assert_int_equal(__nss_configure_lookup("passwd", "files vms"), 0);
	assert_int_equal(__nss_configure_lookup("group", "files vms"), 0);
	assert_int_equal(__nss_configure_lookup("shadow", "files vms"), 0);
	pw = getpwnam("u00005");
	assert_non_null(pw);
	assert_int_equal(pw->pw_uid, 20005);
	pw = getpwuid(20006);
	assert_non_null(pw);
	assert_string_equal(pw->pw_name, "u00006");
	pw = getpwnam("root");
	assert_non_null(pw);
	assert_int_equal(pw->pw_uid, 0);
	gr = getgrnam("Two Words");
	assert_non_null(gr);
	assert_string_equal(gr->gr_mem[0], "u00000");
	assert_int_equal(getgrouplist("u00000", 100, gids, &n), 3);
	assert_non_null(getspnam("u00005"));
	setpwent();
	while ((pw = getpwent()) != NULL)
		count += pw->pw_uid >= 20000 && pw->pw_uid < 20040;
	endpwent();
	assert_int_equal(count, 40);
	errno = 0;
	assert_null(getpwnam("u99999"));
	nss_world_unpublish();
	errno = 0;
	assert_null(getpwnam("u00005"));
	assert_int_equal(errno, ENOENT);
	assert_non_null(getpwnam("root"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, publish_estate, drop_estate)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_list),
		TEST(test_list_ends),
		TEST(test_glibc),
	};

	if (nss_world_load(&nss) != 0)
		return 1;
	if (nss_world_enter() != 0) {
		puts("skipped: no mount namespaces for us here");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
