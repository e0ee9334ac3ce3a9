/* SPDX-License-Identifier: MIT */
/*
 * The NSS module over files that are absent, foreign, damaged or large:
 * UNAVAIL rather than a false no, and never an id or a name that may not be.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "tests/unit/nss_world.h"

#define BIG (4 * 1024 * 1024)

static struct nss_module nss;
static char *big;

static void
publish(const char *path, uint32_t users, uint64_t generation)
{
	struct vms_arena a = { 0 };
	struct vms_identity id = nss_world_estate(&a, users);

	nss_world_publish(path, &id, generation, true);
	vms_arena_fini(&a);
}

static int
start_clean(void **state)
{
	(void)state;
	nss_world_unpublish();
	return 0;
}

/* What every call says while the file cannot be believed. */
static void
expect_unavailable(int error)
{
	struct passwd pw;
	struct group gr;
	struct spwd sp;
	long int start = 0, size = 0;
	gid_t *gids = NULL;
	int fds = nss_world_fds(), e;

	nss.endpwent();
	nss.endgrent();
	nss.endspent();
#define EXPECT(call) do {						\
	e = 0;								\
	assert_int_equal((call), NSS_STATUS_UNAVAIL);			\
	assert_int_equal(e, error);					\
} while (0)
	EXPECT(nss.getpwnam_r("u00001", &pw, big, BIG, &e));
	EXPECT(nss.getpwuid_r(20001, &pw, big, BIG, &e));
	EXPECT(nss.getgrnam_r("all", &gr, big, BIG, &e));
	EXPECT(nss.getgrgid_r(30000, &gr, big, BIG, &e));
	EXPECT(nss.getspnam_r("u00001", &sp, big, BIG, &e));
	EXPECT(nss.getpwent_r(&pw, big, BIG, &e));
	EXPECT(nss.getgrent_r(&gr, big, BIG, &e));
	EXPECT(nss.getspent_r(&sp, big, BIG, &e));
	EXPECT(nss.initgroups_dyn("u00001", 100, &start, &size, &gids, -1,
	    &e));
#undef EXPECT
	assert_null(gids);
	assert_int_equal(nss_world_fds(), fds);
}

static bool
serves(const char *name)
{
	struct passwd pw;
	int e;

	return nss.getpwnam_r(name, &pw, big, BIG, &e) == NSS_STATUS_SUCCESS;
}

static void
test_absent(void **state)
{
	(void)state;
	expect_unavailable(ENOENT);
	assert_int_equal(rename("/run/vmsd", "/run/gone"), 0);
	assert_int_equal(rename("/var/lib/vms", "/var/lib/gone"), 0);
	expect_unavailable(ENOENT);
	assert_int_equal(rename("/run/gone", "/run/vmsd"), 0);
	assert_int_equal(rename("/var/lib/gone", "/var/lib/vms"), 0);
}

/* The file of the last run serves until there is one of this. */
static void
test_fallback(void **state)
{
	(void)state;
	publish(NSS_LIB_FILE, 3, 1);
	assert_true(serves("u00002"));
	publish(NSS_RUN_FILE, 1, 2);
	assert_false(serves("u00002"));
	assert_true(serves("u00000"));
	unlink(NSS_RUN_FILE);
	assert_true(serves("u00002"));
	/* One that is there but wrong is not passed over. */
	nss_world_bytes(NSS_RUN_FILE, "x", 1);
	assert_false(serves("u00002"));
}

static void
test_foreign(void **state)
{
	static const mode_t loose[] = { 0664, 0646, 0622, 0666, 0777 };

	(void)state;
	publish(NSS_RUN_FILE, 3, 1);
	assert_true(serves("u00001"));
	for (size_t i = 0; i < sizeof(loose) / sizeof(loose[0]); i++) {
		assert_int_equal(chmod(NSS_RUN_FILE, loose[i]), 0);
		expect_unavailable(EIO);
	}
	assert_int_equal(chmod(NSS_RUN_FILE, 0644), 0);
	if (chown(NSS_RUN_FILE, 12345, 0) == 0) {
		expect_unavailable(EIO);
		assert_int_equal(chown(NSS_RUN_FILE, 0, 0), 0);
	}
	assert_int_equal(link(NSS_RUN_FILE, "/run/vmsd/second"), 0);
	expect_unavailable(EIO);
	assert_int_equal(unlink("/run/vmsd/second"), 0);
	assert_true(serves("u00001"));

	assert_int_equal(rename(NSS_RUN_FILE, "/run/vmsd/real"), 0);
	assert_int_equal(symlink("/run/vmsd/real", NSS_RUN_FILE), 0);
	expect_unavailable(EIO);
	unlink(NSS_RUN_FILE);
	assert_int_equal(mkfifo(NSS_RUN_FILE, 0644), 0);
	expect_unavailable(EIO);
	unlink(NSS_RUN_FILE);
	assert_int_equal(mkdir(NSS_RUN_FILE, 0755), 0);
	expect_unavailable(EIO);
	rmdir(NSS_RUN_FILE);
	unlink("/run/vmsd/real");
}

static void
test_sizes(void **state)
{
	unsigned char *bytes;
	size_t len;

	(void)state;
	publish(NSS_RUN_FILE, 2, 1);
	bytes = nss_world_read(NSS_RUN_FILE, &len);
	for (size_t cut = 0; cut < len; cut += cut < 2200 ? 97 : 1) {
		nss_world_bytes(NSS_RUN_FILE, bytes, cut);
		expect_unavailable(EIO);
	}
	/* Longer than it says, up to a gigabyte and beyond 4. */
	nss_world_bytes(NSS_RUN_FILE, bytes, len);
	assert_true(serves("u00001"));
	assert_int_equal(truncate(NSS_RUN_FILE, (off_t)len + 1), 0);
	expect_unavailable(EIO);
	assert_int_equal(truncate(NSS_RUN_FILE, (1L << 30) + 1), 0);
	expect_unavailable(EIO);
	assert_int_equal(truncate(NSS_RUN_FILE, (1L << 32) + (off_t)len), 0);
	expect_unavailable(EIO);
	free(bytes);
}

static void
check_status(enum nss_status status, const int *e)
{
	if (status == NSS_STATUS_SUCCESS)
		return;
	assert_true(status == NSS_STATUS_NOTFOUND ||
	    status == NSS_STATUS_UNAVAIL || status == NSS_STATUS_TRYAGAIN);
	assert_int_not_equal(*e, 0);
	assert_int_equal(*e == ERANGE, status == NSS_STATUS_TRYAGAIN);
}

static void
check_passwd(enum nss_status status, const struct passwd *pw, const int *e)
{
	check_status(status, e);
	if (status != NSS_STATUS_SUCCESS)
		return;
	assert_true(pw->pw_uid >= 1000 && pw->pw_gid >= 100);
	assert_true(pw->pw_dir[0] == '/' && pw->pw_shell[0] == '/');
	assert_null(strpbrk(pw->pw_gecos, ":\n"));
	assert_string_not_equal(pw->pw_name, "root");
	assert_string_equal(pw->pw_passwd, "x");
}

static void
check_group(enum nss_status status, const struct group *gr, const int *e)
{
	check_status(status, e);
	if (status != NSS_STATUS_SUCCESS)
		return;
	assert_true(gr->gr_gid >= 100);
	for (char **m = gr->gr_mem; *m != NULL; m++)
		assert_true(**m != '\0' && strpbrk(*m, ":,\n") == NULL);
}

static void
ask_everything(void)
{
	struct passwd pw;
	struct group gr;
	long int start = 0, size = 0;
	gid_t *gids = NULL;
	int e = 0;

	check_passwd(nss.getpwnam_r("u00001", &pw, big, 4096, &e), &pw, &e);
	check_passwd(nss.getpwuid_r(20000, &pw, big, 4096, &e), &pw, &e);
	check_group(nss.getgrnam_r("all", &gr, big, 4096, &e), &gr, &e);
	check_group(nss.getgrgid_r(30002, &gr, big, 4096, &e), &gr, &e);
	nss.setpwent(0);
	check_passwd(nss.getpwent_r(&pw, big, 4096, &e), &pw, &e);
	nss.setgrent(0);
	check_group(nss.getgrent_r(&gr, big, 4096, &e), &gr, &e);
	check_status(nss.initgroups_dyn("u00000", 100, &start, &size, &gids,
	    -1, &e), &e);
	for (long int i = 0; i < start; i++)
		assert_true(gids[i] >= 100);
	free(gids);
}

/* Every byte of a file turned over, in three ways. */
static void
test_flips(void **state)
{
	static const unsigned char masks[] = { 0xff, 0x01, 0x80 };
	unsigned char *bytes;
	size_t len;
	int fd, fds = nss_world_fds();

	(void)state;
	publish(NSS_RUN_FILE, 2, 1);
	bytes = nss_world_read(NSS_RUN_FILE, &len);
	fd = open(NSS_RUN_FILE, O_WRONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	for (size_t i = 0; i < len; i++) {
		for (size_t m = 0; m < sizeof(masks); m++) {
			unsigned char b = bytes[i] ^ masks[m];

			assert_int_equal(pwrite(fd, &b, 1, (off_t)i), 1);
			ask_everything();
		}
		assert_int_equal(pwrite(fd, bytes + i, 1, (off_t)i), 1);
	}
	close(fd);
	assert_true(serves("u00001"));
	assert_int_equal(nss_world_fds(), fds);
	free(bytes);
}

/* A file whose author does not keep the rules: below the floors, system
 * names, paths that climb.  None comes out. */
static void
test_hostile(void **state)
{
	static const struct {
		const char *name;
		uint32_t uid, gid;
		const char *gecos, *home, *shell;
		bool served;
	} rows[] = {
		{ "sam", 20001, 100, "Sam", "/home/sam", "/bin/sh", true },
		{ "sam", 4294967294U, 3000000000U, "S", "/h", "/s", true },
		{ "sam", 999, 100, "Sam", "/home/sam", "/bin/sh", false },
		{ "sam", 0, 100, "Sam", "/home/sam", "/bin/sh", false },
		{ "sam", 65534, 100, "Sam", "/home/sam", "/bin/sh", false },
		{ "sam", 20001, 99, "Sam", "/home/sam", "/bin/sh", false },
		{ "sam", 20001, 0, "Sam", "/home/sam", "/bin/sh", false },
		{ "sudo", 20001, 100, "Sam", "/home/sam", "/bin/sh", false },
		{ "sam", 20001, 100, "S:m", "/home/sam", "/bin/sh", false },
		{ "sam", 20001, 100, "Sam", "/home/../x", "/bin/sh", false },
		{ "sam", 20001, 100, "Sam", "", "/bin/sh", false },
		{ "sam", 20001, 100, "Sam", "/home/sam", "", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct vms_id_user u = {
			.name = vms_str_of(rows[i].name),
			.uid = rows[i].uid,
			.gid = rows[i].gid,
			.gecos = vms_str_of(rows[i].gecos),
			.home = vms_str_of(rows[i].home),
			.shell = vms_str_of(rows[i].shell)
		};
		struct vms_identity id = { .users = &u, .n_users = 1 };
		struct passwd pw;
		int e = 0;

		nss_world_publish(NSS_RUN_FILE, &id, 1, false);
		assert_int_equal(serves(rows[i].name), rows[i].served);
		check_passwd(nss.getpwuid_r(rows[i].uid, &pw, big, BIG, &e),
		    &pw, &e);
		if (rows[i].served)
			assert_int_equal(pw.pw_uid, rows[i].uid);
	}
}

static void
test_hostile_groups(void **state)
{
	static const struct vms_str members[] = { { "a,b", 3 } };
	static const uint32_t gids[] = { 30000, 27 };
	struct vms_id_group g[] = {
		{ { 1 }, VMS_STR("docker"), 30000, NULL, 0 },
		{ { 2 }, VMS_STR("low"), 42, NULL, 0 },
		{ { 3 }, VMS_STR("odd"), 30001, members, 1 },
	};
	struct vms_id_user u = { .name = VMS_STR("sam"), .uid = 20001,
	    .gid = 100, .home = VMS_STR("/h"), .shell = VMS_STR("/s"),
	    .gids = gids, .n_gids = 2 };
	struct vms_identity id = { .users = &u, .n_users = 1, .groups = g,
	    .n_groups = 3 };
	struct group gr;
	long int start = 0, size = 0;
	gid_t *list = NULL;
	int e = 0;

	(void)state;
	nss_world_publish(NSS_RUN_FILE, &id, 1, false);
	assert_int_equal(nss.getgrnam_r("docker", &gr, big, BIG, &e),
	    NSS_STATUS_NOTFOUND);
	assert_int_equal(nss.getgrgid_r(30000, &gr, big, BIG, &e),
	    NSS_STATUS_UNAVAIL);
	assert_int_equal(nss.getgrnam_r("low", &gr, big, BIG, &e),
	    NSS_STATUS_UNAVAIL);
	assert_int_equal(nss.getgrnam_r("odd", &gr, big, BIG, &e),
	    NSS_STATUS_UNAVAIL);
	/* Not a part of the groups either. */
	assert_int_equal(nss.initgroups_dyn("sam", 100, &start, &size, &list,
	    -1, &e), NSS_STATUS_UNAVAIL);
	assert_int_equal(start, 0);
	free(list);
}

static void
test_large_group(void **state)
{
	enum { MEMBERS = 50000 };
	struct group gr;
	int e = 0;

	(void)state;
	publish(NSS_RUN_FILE, MEMBERS, 1);
	for (size_t shift = 0; shift < 9; shift++) {
		assert_int_equal(nss.getgrgid_r(30000, &gr, big + shift,
		    BIG - shift, &e), NSS_STATUS_SUCCESS);
		assert_int_equal((uintptr_t)gr.gr_mem % sizeof(char *), 0);
		for (size_t i = 0; i < MEMBERS; i += 777)
			assert_int_equal(atoi(gr.gr_mem[i] + 1), i);
		assert_null(gr.gr_mem[MEMBERS]);
	}
	assert_int_equal(nss.getgrnam_r("all", &gr, big, 65536, &e),
	    NSS_STATUS_TRYAGAIN);
	assert_int_equal(e, ERANGE);
}

#define TEST(f) cmocka_unit_test_setup(f, start_clean)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_absent),
		TEST(test_fallback),
		TEST(test_foreign),
		TEST(test_sizes),
		TEST(test_flips),
		TEST(test_hostile),
		TEST(test_hostile_groups),
		TEST(test_large_group),
	};
	int r;

	if (nss_world_load(&nss) != 0)
		return 1;
	if (nss_world_enter() != 0) {
		puts("skipped: no mount namespaces for us here");
		return 77;
	}
	big = malloc(BIG);
	if (big == NULL)
		return 1;
	r = cmocka_run_group_tests(tests, NULL, NULL);
	free(big);
	return r;
}
