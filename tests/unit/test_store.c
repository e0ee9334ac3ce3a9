/* SPDX-License-Identifier: MIT */
/* The store on a real disk: phases, crashes, broken files, a full disk. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vmsd/store.h"
#include "vmsd/store_db.h"

struct box {
	char top[64], dir[96];
	struct vms_store *st;
	struct vms_store_report report;
	struct vms_err err;
};

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static void
box_open(struct box *b)
{
	if (vms_store_open(b->dir, 64, &b->st, &b->report, &b->err) == -1)
		fail_msg("%s", b->err.msg);
}

static void
box_close(struct box *b)
{
	vms_store_close(b->st);
	b->st = NULL;
}

static int
setup(void **state)
{
	struct box *b = calloc(1, sizeof(*b));

	strcpy(b->top, "/tmp/test_store.XXXXXX");
	if (mkdtemp(b->top) == NULL)
		return -1;
	snprintf(b->dir, sizeof(b->dir), "%s/store", b->top);
	box_open(b);
	*state = b;
	return 0;
}

static int
teardown(void **state)
{
	struct box *b = *state;

	box_close(b);
	nftw(b->top, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(b);
	return 0;
}

static void
uuid_of(uint32_t n, uint8_t *uuid)
{
	memset(uuid, 0x5a, VMS_UUID_LEN);
	memcpy(uuid, &n, sizeof(n));
}

static int
put(struct box *b, uint32_t n, const char *dn, size_t weight)
{
	char uid[16] = "", *fat = calloc(1, weight + 1);
	struct vms_str vals[] = { VMS_STR("user"), vms_str_of(uid),
		VMS_STR("20261121231522.633354Z#000000#001#000000"),
		{ fat, weight } };
	const struct vms_attr attrs[] = {
		{ .name = VMS_STR("uid"), .vals = &vals[0], .n_vals = 1 },
		{ .name = VMS_STR("uidNumber"), .vals = &vals[1],
		    .n_vals = 1 },
		{ .name = VMS_STR("entryCSN"), .vals = &vals[2],
		    .n_vals = 1 },
		{ .name = VMS_STR("fat"), .vals = &vals[3], .n_vals = 1 },
	};
	struct vms_entry e = { .dn = vms_str_of(dn), .attrs = attrs,
		.n_attrs = 4 };
	int r;

	snprintf(uid, sizeof(uid), "%u", n);
	vals[1] = vms_str_of(uid);
	uuid_of(n, e.uuid);
	r = vms_store_put(b->st, &e, &b->err);
	free(fat);
	return r;
}

static int
commit(struct box *b, const char *cookie)
{
	struct vms_store_meta meta;

	if (vms_store_get_meta(b->st, &meta, &b->err) == -1)
		return -1;
	meta.generation++;
	snprintf(meta.cookie, sizeof(meta.cookie), "%s", cookie);
	if (vms_store_begin(b->st, &b->err) == -1 ||
	    vms_store_put_meta(b->st, &meta, &b->err) == -1)
		return -1;
	return vms_store_commit(b->st, &b->err);
}

static void
expect(struct box *b, uint64_t entries, const char *cookie)
{
	struct vms_store_meta meta;
	uint64_t n;

	assert_int_equal(vms_store_count(b->st, &n, &b->err), 0);
	assert_int_equal(n, entries);
	assert_int_equal(vms_store_get_meta(b->st, &meta, &b->err), 0);
	assert_string_equal(meta.cookie, cookie);
}

static void
test_phase(void **state)
{
	struct box *b = *state;
	struct vms_store_item item;
	struct vms_store_departed d;
	uint8_t uuid[VMS_UUID_LEN];

	expect(b, 0, "");
	assert_int_equal(put(b, 1, "uid=a,ou=p,dc=x", 10), 0);
	assert_int_equal(put(b, 2, "uid=b,ou=p,dc=x", 10), 0);
	assert_int_equal(commit(b, "c1"), 0);
	assert_int_equal(put(b, 3, "uid=c,ou=p,dc=x", 10), 0);
	expect(b, 3, "c1");			/* sees its own */
	vms_store_abort(b->st);
	expect(b, 2, "c1");

	uuid_of(1, uuid);
	assert_int_equal(vms_store_find(b->st, uuid, &item, &b->err), 1);
	assert_true(vms_str_eq(item.dn, VMS_STR("uid=a,ou=p,dc=x")));
	assert_int_equal(item.csn.len, 40);
	assert_int_equal(vms_store_hold(b->st, uuid, 77, &b->err), 0);
	assert_int_equal(vms_store_find(b->st, uuid, &item, &b->err), 1);
	assert_int_equal(item.held_since, 77);
	assert_int_equal(put(b, 1, "uid=a,ou=p,dc=x", 10), 0);
	assert_int_equal(vms_store_find(b->st, uuid, &item, &b->err), 1);
	assert_int_equal(item.held_since, 0);	/* sent again */

	assert_int_equal(vms_store_remove(b->st, uuid, 1000, &b->err), 0);
	assert_int_equal(vms_store_remove(b->st, uuid, 1000, &b->err), 0);
	assert_int_equal(commit(b, "c2"), 0);
	box_close(b);
	box_open(b);
	assert_string_equal(b->report.aside, "");
	expect(b, 1, "c2");
	assert_int_equal(vms_store_find(b->st, uuid, &item, &b->err), 0);
	assert_int_equal(vms_store_departed_find(b->st, uuid, &d, &b->err),
	    1);
	assert_true(vms_str_eq(d.name, VMS_STR("user")));
	assert_true(vms_str_eq(d.uid, VMS_STR("1")));
	assert_true(vms_str_eq(d.dn, VMS_STR("uid=a,ou=p,dc=x")));
	assert_int_equal(d.when, 1000);
	assert_int_equal(vms_store_departed_forget(b->st, NULL,
	    1000 + VMS_STORE_DEPARTED_S, &b->err), 0);
	assert_int_equal(vms_store_departed_find(b->st, uuid, &d, &b->err),
	    1);
	assert_int_equal(vms_store_departed_forget(b->st, NULL,
	    1001 + VMS_STORE_DEPARTED_S, &b->err), 0);
	assert_int_equal(vms_store_departed_find(b->st, uuid, &d, &b->err),
	    0);
}

static bool
below(struct box *b, const char *dn)
{
	bool yes;

	assert_int_equal(vms_store_below(b->st, vms_str_of(dn), &yes,
	    &b->err), 0);
	return yes;
}

static void
test_below(void **state)
{
	struct box *b = *state;
	uint8_t uuid[VMS_UUID_LEN];

	assert_int_equal(put(b, 1, "ou=p,dc=x", 0), 0);
	assert_false(below(b, "ou=p,dc=x"));
	assert_true(below(b, "dc=x"));
	assert_int_equal(put(b, 2, "uid=a,ou=p,dc=x", 0), 0);
	assert_true(below(b, "OU=P, dc=X"));
	assert_int_equal(put(b, 2, "uid=a2,ou=p,dc=x", 0), 0);
	assert_int_equal(put(b, 2, "uid=a2,ou=q,dc=x", 0), 0);
	assert_false(below(b, "ou=p,dc=x"));
	assert_true(below(b, "ou=q,dc=x"));
	uuid_of(2, uuid);
	assert_int_equal(vms_store_remove(b->st, uuid, 1, &b->err), 0);
	assert_false(below(b, "ou=q,dc=x"));
	assert_true(below(b, "dc=x"));
}

struct seen {
	uint32_t n, stop;
};

static int
see(void *arg, const struct vms_store_item *item, struct vms_err *err)
{
	struct seen *seen = arg;
	struct vms_arena a = { 0 };
	struct vms_rd r = item->entry;
	struct vms_entry e;

	assert_int_equal(vms_entry_decode(&r, &a, &e, err), 0);
	assert_true(vms_rd_done(&r));
	assert_true(vms_str_eq(e.dn, item->dn));
	vms_arena_fini(&a);
	return ++seen->n == seen->stop ? 5 : 0;
}

static void
test_each(void **state)
{
	struct box *b = *state;
	struct seen all = { 0, 0 }, two = { 0, 2 }, old = { 0, 0 };

	for (uint32_t i = 0; i < 10; i++)
		assert_int_equal(put(b, i, "uid=a,dc=x", i), 0);
	assert_int_equal(commit(b, "c"), 0);
	assert_int_equal(put(b, 11, "uid=a,dc=x", 1), 0);
	assert_int_equal(vms_store_each(b->st, false, see, &all, &b->err), 0);
	assert_int_equal(all.n, 11);
	assert_int_equal(vms_store_each(b->st, true, see, &old, &b->err), 0);
	assert_int_equal(old.n, 10);
	assert_int_equal(vms_store_each(b->st, true, see, &two, &b->err), 5);
	assert_true(vms_store_is_open(b->st));
}

static int
kv_see(void *arg, struct vms_str key, struct vms_str value,
    struct vms_err *err)
{
	(void)key, (void)value, (void)err;
	++*(int *)arg;
	return 0;
}

static void
test_kv(void **state)
{
	struct box *b = *state;
	struct vms_wr w = { 0 };
	char big[500] = { 0 };
	int n = 0;

	/* In the middle of a phase, and it stays though that is dropped. */
	assert_int_equal(put(b, 1, "uid=a,dc=x", 1), 0);
	assert_int_equal(vms_store_kv_put(b->st, VMS_STR("s/1"),
	    VMS_STR("one"), &b->err), 0);
	assert_int_equal(vms_store_kv_put(b->st, VMS_STR("s/2"),
	    VMS_STR("two"), &b->err), 0);
	assert_int_equal(vms_store_kv_put(b->st, VMS_STR("t"), VMS_STR(""),
	    &b->err), 0);
	vms_store_abort(b->st);
	assert_int_equal(vms_store_kv_get(b->st, VMS_STR("s/2"), &w, &b->err),
	    1);
	assert_int_equal(w.len, 3);
	assert_int_equal(vms_store_kv_get(b->st, VMS_STR("x"), &w, &b->err),
	    0);
	assert_int_equal(vms_store_kv_each(b->st, VMS_STR("s/"), kv_see, &n,
	    &b->err), 0);
	assert_int_equal(n, 2);
	assert_int_equal(vms_store_kv_del(b->st, VMS_STR("s/1"), &b->err), 0);
	assert_int_equal(vms_store_kv_del(b->st, VMS_STR("s/1"), &b->err), 0);
	assert_int_equal(vms_store_kv_get(b->st, VMS_STR("s/1"), &w, &b->err),
	    0);
	assert_int_equal(vms_store_kv_put(b->st, (struct vms_str){ big, 500 },
	    VMS_STR("x"), &b->err), -1);
	vms_wr_fini(&w);
}

/* Killed in the middle of a phase, again and again, at any moment. */
static void
test_killed(void **state)
{
	struct box *b = *state;
	uint64_t known = 0;

	box_close(b);
	for (int round = 0; round < 12; round++) {
		struct vms_store_meta meta;
		uint64_t n;
		pid_t pid = fork();
		int status;

		if (pid == 0) {
			box_open(b);
			vms_store_count(b->st, &n, &b->err);
			for (uint32_t i = (uint32_t)n;; i++) {
				char cookie[32];

				/* Two entries a phase: never one. */
				put(b, i++, "uid=a,ou=p,dc=x", 3000);
				put(b, i, "uid=b,ou=p,dc=x", 3000);
				snprintf(cookie, sizeof(cookie), "%u", i + 1);
				commit(b, cookie);
			}
		}
		usleep((useconds_t)(3000 + round * 2500));
		kill(pid, SIGKILL);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		box_open(b);
		assert_string_equal(b->report.aside, "");
		assert_int_equal(vms_store_count(b->st, &n, &b->err), 0);
		assert_int_equal(vms_store_get_meta(b->st, &meta, &b->err),
		    0);
		assert_int_equal(n % 2, 0);
		assert_int_equal(n, strtoul(meta.cookie, NULL, 10));
		assert_true(n >= known);
		known = n;
		box_close(b);
	}
	assert_true(known > 0);
	box_open(b);
}

/* The store was renamed away, kept, and a new one is in use. */
static void
expect_aside(struct box *b, const char *why)
{
	struct stat st;

	box_open(b);
	assert_string_not_equal(b->report.aside, "");
	if (strstr(b->report.why, why) == NULL)
		fail_msg("%s", b->report.why);
	assert_int_equal(stat(b->report.aside, &st), 0);
	expect(b, 0, "");
	assert_int_equal(put(b, 1, "uid=a,dc=x", 1), 0);
	assert_int_equal(commit(b, "new"), 0);
}

static void
damage(struct box *b, const char *name, off_t at, size_t len)
{
	char path[160], junk[4096];
	int fd;

	memset(junk, 0xa5, sizeof(junk));
	snprintf(path, sizeof(path), "%s/%s", b->dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	for (size_t done = 0; done < len; done += sizeof(junk))
		assert_true(pwrite(fd, junk, sizeof(junk), at +
		    (off_t)done) > 0);
	close(fd);
}

static void
fill(struct box *b)
{
	for (uint32_t i = 0; i < 200; i++)
		assert_int_equal(put(b, i, "uid=a,ou=p,dc=x", 9000), 0);
	assert_int_equal(commit(b, "full"), 0);
	box_close(b);
}

static void
test_garbage(void **state)
{
	struct box *b = *state;

	fill(b);
	damage(b, "replica.mdb", 0, 8192);
	expect_aside(b, "replica.mdb");
}

static void
test_cut_short(void **state)
{
	struct box *b = *state;
	char path[160];

	fill(b);
	snprintf(path, sizeof(path), "%s/replica.mdb", b->dir);
	assert_int_equal(truncate(path, 300000), 0);
	expect_aside(b, "");
}

/* Rot inside of a value: LMDB's links are whole. */
static void
test_rot(void **state)
{
	struct box *b = *state;
	char path[160], *p;
	struct stat st;
	int fd;

	fill(b);
	snprintf(path, sizeof(path), "%s/replica.mdb", b->dir);
	fd = open(path, O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0 && fstat(fd, &st) == 0);
	p = malloc((size_t)st.st_size);
	assert_true(pread(fd, p, (size_t)st.st_size, 0) == st.st_size);
	for (off_t at = 0;; at++) {
		assert_true(at + 16 < st.st_size);
		if (memcmp(p + at, "uid=a,ou=p,dc=x", 15) == 0) {
			assert_int_equal(pwrite(fd, "uid=b", 5, at), 5);
			break;
		}
	}
	free(p);
	close(fd);
	expect_aside(b, "broken entry");
}

static void
test_other_format(void **state)
{
	static const char *const tables[] = { "meta" };
	struct box *b = *state;
	struct vms_db *db;
	char path[160];

	fill(b);
	snprintf(path, sizeof(path), "%s/replica.mdb", b->dir);
	assert_int_equal(vms_db_open(path, 64, tables, 1, &db, &b->err), 0);
	assert_int_equal(vms_db_put(db, 0, VMS_STR("format"), VMS_STR("\x09"),
	    &b->err), 0);
	assert_int_equal(vms_db_commit(db, &b->err), 0);
	vms_db_close(db);
	expect_aside(b, "format 9");
}

/* A check that killed the process twice is not tried a third time. */
static void
test_deadly(void **state)
{
	struct box *b = *state;
	char path[160];
	int fd;

	fill(b);
	snprintf(path, sizeof(path), "%s/checking", b->dir);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(write(fd, "x", 1), 1);
	close(fd);
	box_open(b);			/* once: perhaps it was the power */
	assert_string_equal(b->report.aside, "");
	box_close(b);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(write(fd, "xx", 2), 2);
	close(fd);
	expect_aside(b, "killed");
}

static void
test_full(void **state)
{
	struct box *b = *state;
	int r = 0;

	for (uint32_t i = 0; i < 100; i++)
		assert_int_equal(put(b, i, "uid=a,ou=p,dc=x", 100), 0);
	assert_int_equal(commit(b, "kept"), 0);
	for (uint32_t i = 100; i < 1000 && r == 0; i++)
		r = put(b, i, "uid=a,ou=p,dc=x", 120000);
	assert_int_equal(r, -1);
	assert_int_equal(b->err.code, VMS_E_LIMIT);
	assert_non_null(strstr(b->err.msg, "max_size_mb"));
	assert_false(vms_store_is_open(b->st));
	expect(b, 100, "kept");
	box_close(b);
	box_open(b);
	expect(b, 100, "kept");
	assert_int_equal(put(b, 100, "uid=a,ou=p,dc=x", 100), 0);
	assert_int_equal(commit(b, "on"), 0);
}

static void
test_modes(void **state)
{
	struct box *b = *state;
	char path[160];
	struct stat st;

	assert_int_equal(stat(b->dir, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	snprintf(path, sizeof(path), "%s/replica.mdb", b->dir);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_phase), T(test_below), T(test_each), T(test_kv),
		T(test_killed), T(test_garbage), T(test_cut_short),
		T(test_rot), T(test_other_format), T(test_deadly),
		T(test_full), T(test_modes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
