/* SPDX-License-Identifier: MIT */
/* The seal's folder and its delays. */
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "vmsd/log.h"
#include "vmsd/seal_files.h"

#define NOW INT64_C(1800000000)

static const struct vms_verifier_cost low = { 4, 1, 1 };
static const uint8_t uuid_a[VMS_UUID_LEN] = { 0xaa, 1 };
static const uint8_t uuid_b[VMS_UUID_LEN] = { 0xbb, 2 };
static const char name_a[] = "aa010000000000000000000000000000";

static char folder[64];

static int
setup(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/test_seal.XXXXXX");
	return mkdtemp(folder) == NULL ? -1 : 0;
}

static int
teardown(void **state)
{
	DIR *d = opendir(folder);
	struct dirent *e;

	(void)state;
	while (d != NULL && (e = readdir(d)) != NULL)
		unlinkat(dirfd(d), e->d_name, 0);
	if (d != NULL)
		closedir(d);
	return rmdir(folder);
}

static void
open_it(struct vms_seal_files *f, const char *secret)
{
	struct vms_err err = { 0 };

	if (vms_seal_open(f, folder, vms_str_of(secret), &err) == -1)
		fail_msg("%s", err.msg);
}

static void
put(struct vms_seal_files *f, const uint8_t *uuid, const char *password)
{
	static const uint8_t random[VMS_VERIFIER_RANDOM] = { 7 };
	struct vms_verifier_meta meta = { .stored_s = NOW, .stamp = "s" };
	struct vms_wr w = { 0 };

	memcpy(meta.uuid, uuid, sizeof(meta.uuid));
	assert_int_equal(vms_verifier_make(&f->key, &meta, &low,
	    vms_str_of(password), random, &w, NULL), 0);
	assert_int_equal(vms_seal_put(f, uuid, &w, NULL), 0);
	vms_wr_fini(&w);
}

/* 1 and 0 as the check says, -1: nothing to check with. */
static int
try(struct vms_seal_files *f, const uint8_t *uuid, const char *password)
{
	struct vms_verifier v;

	if (vms_seal_get(f, uuid, &v, NULL) != 1)
		return -1;
	return vms_verifier_check(&v, vms_str_of(password), NULL);
}

static int
count(void *arg, const struct vms_verifier_meta *meta, struct vms_err *err)
{
	(void)err;
	assert_int_equal(meta->stored_s, NOW);
	(*(int *)arg)++;
	return 0;
}

static int
entries(struct vms_seal_files *f)
{
	int n = 0;

	assert_int_equal(vms_seal_each(f, count, &n, NULL), 0);
	return n;
}

static bool
is_there(const char *name)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return access(path, F_OK) == 0;
}

static void
spoil(const char *name, off_t at, const char *bytes)
{
	char path[160];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	assert_true(fd != -1);
	assert_int_equal(pwrite(fd, bytes, strlen(bytes), at),
	    strlen(bytes));
	close(fd);
}

static void
test_kept(void **state)
{
	struct vms_seal_files f;
	struct stat st;
	char path[160];

	(void)state;
	open_it(&f, "");
	put(&f, uuid_a, "one");
	put(&f, uuid_b, "two");
	vms_seal_fini(&f);
	open_it(&f, "");
	assert_int_equal(entries(&f), 2);
	assert_int_equal(try(&f, uuid_a, "one"), 1);
	assert_int_equal(try(&f, uuid_a, "two"), 0);
	put(&f, uuid_a, "three");
	assert_int_equal(try(&f, uuid_a, "one"), 0);
	assert_int_equal(try(&f, uuid_a, "three"), 1);
	assert_int_equal(vms_seal_drop(&f, uuid_a, NULL), 0);
	assert_int_equal(vms_seal_drop(&f, uuid_a, NULL), 0);
	assert_int_equal(try(&f, uuid_a, "three"), -1);
	assert_int_equal(entries(&f), 1);
	vms_seal_fini(&f);
	snprintf(path, sizeof(path), "%s/key", folder);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_size, 32);
}

/* A record moved to another user's name opens nothing. */
static void
test_swapped(void **state)
{
	struct vms_seal_files f;
	char from[160], to[160];

	(void)state;
	open_it(&f, "");
	put(&f, uuid_b, "two");
	snprintf(from, sizeof(from), "%s/bb020000000000000000000000000000",
	    folder);
	snprintf(to, sizeof(to), "%s/%s", folder, name_a);
	assert_int_equal(rename(from, to), 0);
	assert_int_equal(try(&f, uuid_a, "two"), -1);
	assert_false(is_there(name_a));
	assert_true(is_there("aa010000000000000000000000000000.bad"));
	vms_seal_fini(&f);
}

static void
test_broken_files(void **state)
{
	struct vms_seal_files f;
	char path[160];

	(void)state;
	open_it(&f, "");
	put(&f, uuid_a, "one");
	put(&f, uuid_b, "two");
	spoil(name_a, 40, "X");
	/* What a crash leaves behind. */
	spoil("bb020000000000000000000000000000.new", 0, "half");
	assert_int_equal(entries(&f), 1);
	assert_false(is_there("bb020000000000000000000000000000.new"));
	assert_int_equal(try(&f, uuid_a, "one"), -1);
	assert_true(is_there("aa010000000000000000000000000000.bad"));
	put(&f, uuid_a, "one");
	snprintf(path, sizeof(path), "%s/%s", folder, name_a);
	assert_int_equal(truncate(path, 50), 0);
	assert_int_equal(try(&f, uuid_a, "one"), -1);
	spoil(name_a, 5000, "long");
	assert_int_equal(try(&f, uuid_a, "one"), -1);
	assert_false(is_there(name_a));
	/* A link or a folder in its place is none. */
	assert_int_equal(symlink("/dev/zero", path), 0);
	assert_int_equal(try(&f, uuid_a, "one"), -1);
	put(&f, uuid_a, "one");
	assert_int_equal(try(&f, uuid_a, "one"), 1);
	vms_seal_fini(&f);
}

static void
test_keys(void **state)
{
	struct vms_seal_files f;
	struct vms_err err = { 0 };

	(void)state;
	open_it(&f, "00ff10");
	put(&f, uuid_a, "one");
	vms_seal_fini(&f);
	assert_false(is_there("key"));
	/* The credential was forgotten once: nothing is thrown away. */
	open_it(&f, "");
	assert_int_equal(entries(&f), 0);
	assert_int_equal(try(&f, uuid_a, "one"), -1);
	vms_seal_fini(&f);
	open_it(&f, "00ff10");
	assert_int_equal(try(&f, uuid_a, "one"), 1);
	vms_seal_fini(&f);
	/* A key file that is not ours is kept aside, and a new one made. */
	spoil("key", 32, "tail");
	open_it(&f, "");
	assert_true(is_there("key.bad"));
	vms_seal_fini(&f);
	assert_int_equal(vms_seal_open(&f, folder, VMS_STR("0f0"), &err), -1);
	vms_seal_fini(&f);
	assert_int_equal(vms_seal_open(&f, folder, VMS_STR("0G"), &err), -1);
	assert_int_equal(err.code, VMS_E_MALFORMED);
	vms_seal_fini(&f);
	assert_int_equal(vms_seal_open(&f, "/dev/null", VMS_STR(""), &err),
	    -1);
	assert_int_equal(err.code, VMS_E_SYSTEM);
	vms_seal_fini(&f);
}

static void
test_delays(void **state)
{
	static const uint32_t want[] = { 0, 0, 1, 2, 4, 8, 16, 32, 60, 60 };
	static struct vms_delays t;
	int64_t now = NOW;

	(void)state;
	memset(&t, 0, sizeof(t));
	assert_int_equal(vms_delay_wait(&t, uuid_a, 1, now), 0);
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		vms_delay_failed(&t, uuid_a, 1, now);
		assert_int_equal(vms_delay_wait(&t, uuid_a, 1, now),
		    want[i]);
		/* Neither another user nor another origin waits. */
		assert_int_equal(vms_delay_wait(&t, uuid_b, 1, now), 0);
		assert_int_equal(vms_delay_wait(&t, uuid_a, 2, now), 0);
	}
	assert_int_equal(vms_delay_wait(&t, uuid_a, 1, now + 59), 1);
	assert_int_equal(vms_delay_wait(&t, uuid_a, 1, now + 60), 0);
	/* The clock went back: no longer than ever, and it passes. */
	assert_int_equal(vms_delay_wait(&t, uuid_a, 1, now - 86400), 60);
	assert_int_equal(vms_delay_wait(&t, uuid_a, 1, now - 86390), 50);
	assert_int_equal(vms_delay_wait(&t, uuid_a, 1, now - 86340), 0);
	assert_int_equal(vms_delay_wait(&t, uuid_a, 1, 0), 60);
	vms_delay_failed(&t, uuid_a, 1, now + VMS_DELAY_KEEP_S + 1);
	assert_int_equal(vms_delay_wait(&t, uuid_a, 1,
	    now + VMS_DELAY_KEEP_S + 1), 0);
	assert_true(vms_delay_forget(&t, uuid_a, 1));
	assert_false(vms_delay_forget(&t, uuid_a, 1));
}

/* Names made up to fill the table do not wash out a patient guesser. */
static void
test_full_table(void **state)
{
	static struct vms_delays t;

	(void)state;
	memset(&t, 0, sizeof(t));
	for (int i = 0; i < 12; i++)
		vms_delay_failed(&t, uuid_a, 1, NOW);
	for (uint64_t i = 0; i < 3 * VMS_DELAYS_MAX; i++)
		vms_delay_failed(&t, uuid_b, i, NOW + 1);
	assert_int_equal(vms_delay_wait(&t, uuid_a, 1, NOW + 1), 59);
}

static void
test_delays_kept(void **state)
{
	static struct vms_delays t, u;
	struct vms_seal_files f;

	(void)state;
	memset(&t, 0, sizeof(t));
	open_it(&f, "");
	vms_seal_get_delays(&f, &t);
	for (int i = 0; i < 5; i++)
		vms_delay_failed(&t, uuid_a, 1, NOW);
	vms_delay_failed(&t, uuid_b, 9, NOW);
	assert_int_equal(vms_seal_put_delays(&f, &t, NULL), 0);
	vms_seal_fini(&f);
	open_it(&f, "");
	vms_seal_get_delays(&f, &u);
	assert_int_equal(vms_delay_wait(&u, uuid_a, 1, NOW), 4);
	spoil("delays", 0, "XX");
	vms_seal_get_delays(&f, &u);
	assert_int_equal(vms_delay_wait(&u, uuid_a, 1, NOW), 0);
	vms_seal_fini(&f);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_kept),
		T(test_swapped),
		T(test_broken_files),
		T(test_keys),
		T(test_delays),
		T(test_full_table),
		T(test_delays_kept),
	};

	vms_log_init("seal", false, VMS_LOG_ERR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
