/* SPDX-License-Identifier: MIT */
/* The published file: records, writer, reader, and what pam_vms asks of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "libvms/snapshot.h"
#include "nss_vms/reader.h"
#include "tests/unit/nss_world.h"
#include "vmsd/cdbfile.h"

static const uint8_t uuid[VMS_UUID_LEN] = { 1, 2, 3 };

static struct vms_snap_user
sam(void)
{
	return (struct vms_snap_user){
		.uuid = uuid,
		.uid = 20001,
		.gid = 100,
		.name = VMS_STR("sam"),
		.gecos = VMS_STR("Sam"),
		.home = VMS_STR("/home/sam"),
		.shell = VMS_STR("/bin/sh")
	};
}

/* As doc/SNAPSHOT.md has them. */
static void
test_keys(void **state)
{
	static const uint8_t want[] = { 'U', 0x4c, 0x3a, 0x9d, 0xd1 };
	char name[VMS_NAME_MAX + 1];
	uint8_t key[VMS_SNAP_KEY_MAX];

	(void)state;
	assert_int_equal(vms_snap_key_id(VMS_SNAP_UID, 20001, key), 5);
	assert_memory_equal(key, want, sizeof(want));
	assert_int_equal(vms_snap_key_name(VMS_SNAP_USER, VMS_STR("sam"),
	    key), 4);
	assert_memory_equal(key, "Psam", 4);
	memset(name, 'a', sizeof(name));
	for (size_t len = 0; len <= sizeof(name); len++)
		assert_int_equal(vms_snap_key_name(VMS_SNAP_OURS,
		    (struct vms_str){ name, len }, key),
		    len == 0 || len > VMS_NAME_MAX ? 0 : len + 1);
}

static void
test_header(void **state)
{
	const struct vms_snap_header h = { 77, -5, 123456, 1, 2, 3, 1000,
	    2000000000, true };
	struct vms_wr w = { 0 }, again = { 0 };
	struct vms_snap_header got;

	(void)state;
	vms_snap_put_header(&w, &h);
	assert_int_equal(w.len, VMS_SNAP_HEADER_LEN);
	assert_int_equal(vms_snap_get_header(w.p, w.len, &got), 0);
	assert_int_equal(got.created_s, -5);
	vms_snap_put_header(&again, &got);
	assert_memory_equal(again.p, w.p, w.len);
	vms_wr_fini(&again);
	for (size_t len = 0; len < w.len; len++)
		assert_int_equal(vms_snap_get_header(w.p, len, &got), -1);
	/* Another format, and another version of this one. */
	for (size_t i = 0; i < 12; i++) {
		w.p[i] ^= 1;
		assert_int_equal(vms_snap_get_header(w.p, w.len, &got), -1);
		assert_int_equal(got.generation, 0);
		w.p[i] ^= 1;
	}
	vms_wr_fini(&w);
}

static int
get_user(const struct vms_snap_user *u, struct vms_snap_user *got)
{
	static uint8_t rec[8192];
	struct vms_wr w = { 0 };
	size_t len;

	vms_snap_put_user(&w, u);
	assert_false(w.bad);
	assert_true(w.len <= sizeof(rec));
	memcpy(rec, w.p, w.len);
	len = w.len;
	vms_wr_fini(&w);
	return vms_snap_get_user(rec, len, got);
}

static void
test_user(void **state)
{
	struct vms_snap_user u = sam(), got;
	char long_path[VMS_PATH_MAX + 1], long_gecos[VMS_GECOS_MAX];

	(void)state;
	u.disabled = true;
	assert_int_equal(get_user(&u, &got), 0);
	assert_int_equal(got.uid, 20001);
	assert_int_equal(got.gid, 100);
	assert_true(got.disabled);
	assert_memory_equal(got.uuid, uuid, sizeof(uuid));
	assert_string_equal(got.name.p, "sam");
	assert_string_equal(got.gecos.p, "Sam");
	assert_string_equal(got.home.p, "/home/sam");
	assert_string_equal(got.shell.p, "/bin/sh");

	/* The largest of all fits the buffer that readers have. */
	memset(long_path, 'a', sizeof(long_path));
	long_path[0] = '/';
	memset(long_gecos, 'g', sizeof(long_gecos));
	u.name = VMS_STR("abcdefghijklmnopqrstuvwxyz012345");
	u.gecos = (struct vms_str){ long_gecos, sizeof(long_gecos) };
	u.home = u.shell = (struct vms_str){ long_path, VMS_PATH_MAX };
	assert_int_equal(get_user(&u, &got), 0);
	u.home.len++;
	assert_int_equal(get_user(&u, &got), -1);
	assert_null(got.uuid);
	assert_int_equal(got.uid, 0);
}

static void
test_user_refused(void **state)
{
	static const struct {
		uint32_t uid, gid;
		const char *name, *gecos, *home, *shell;
	} rows[] = {
		{ 0, 100, "sam", "", "/h", "/s" },
		{ 999, 100, "sam", "", "/h", "/s" },
		{ 65534, 100, "sam", "", "/h", "/s" },
		{ 65535, 100, "sam", "", "/h", "/s" },
		{ 4294967295U, 100, "sam", "", "/h", "/s" },
		{ 1000, 99, "sam", "", "/h", "/s" },
		{ 1000, 65534, "sam", "", "/h", "/s" },
		{ 1000, 100, "", "", "/h", "/s" },
		{ 1000, 100, "root", "", "/h", "/s" },
		{ 1000, 100, "a:b", "", "/h", "/s" },
		{ 1000, 100, "sam", "a\nb", "/h", "/s" },
		{ 1000, 100, "sam", "", "h", "/s" },
		{ 1000, 100, "sam", "", "/", "/s" },
		{ 1000, 100, "sam", "", "/a/../b", "/s" },
		{ 1000, 100, "sam", "", "/h", "" },
		{ 1000, 100, "sam", "", "/h", "/s:" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct vms_snap_user u = { uuid, rows[i].uid,
		    rows[i].gid, false, vms_str_of(rows[i].name),
		    vms_str_of(rows[i].gecos), vms_str_of(rows[i].home),
		    vms_str_of(rows[i].shell) };
		struct vms_snap_user got;

		assert_int_equal(get_user(&u, &got), -1);
		assert_int_equal(got.uid, 0);
	}
}

/* No truncation and no other byte in place of one gives a user who breaks
 * the rules. */
static void
test_user_damaged(void **state)
{
	const struct vms_snap_user u = sam();
	struct vms_wr w = { 0 };
	struct vms_snap_user got;

	(void)state;
	vms_snap_put_user(&w, &u);
	for (size_t len = 0; len < w.len; len++)
		assert_int_equal(vms_snap_get_user(w.p, len, &got), -1);
	for (size_t i = 0; i < w.len; i++) {
		uint8_t was = w.p[i];

		for (int b = 0; b < 256; b++) {
			w.p[i] = (uint8_t)b;
			if (vms_snap_get_user(w.p, w.len, &got) == 0) {
				assert_true(vms_uid_is_served(got.uid));
				assert_true(vms_gid_is_served(got.gid));
				assert_true(vms_name_is_login(got.name));
			} else {
				assert_null(got.name.p);
			}
		}
		w.p[i] = was;
	}
	vms_wr_fini(&w);
}

static int
get_group(const uint8_t *rec, size_t len, char **name, char **members)
{
	static char text[256];
	struct vms_snap_group g;

	if (len > sizeof(text) || vms_snap_get_group(rec, len, &g) != 0)
		return -1;
	assert_int_equal(g.text_len, len - VMS_SNAP_GROUP_HEAD);
	assert_true(g.n_members <= 100);
	memcpy(text, rec + VMS_SNAP_GROUP_HEAD, g.text_len);
	return vms_snap_group_text(text, &g, name, members);
}

static void
test_group(void **state)
{
	static const struct vms_str members[] = { { "amy", 3 }, { "b", 1 } };
	struct vms_wr w = { 0 };
	char *name, *got[100];

	(void)state;
	vms_snap_put_group(&w, uuid, 30000, VMS_STR("Two Words"), members, 2);
	assert_int_equal(get_group(w.p, w.len, &name, got), 0);
	assert_string_equal(name, "Two Words");
	assert_string_equal(got[0], "amy");
	assert_string_equal(got[1], "b");
	for (size_t len = 0; len < w.len; len++)
		assert_int_equal(get_group(w.p, len, &name, got), -1);
	for (size_t i = 0; i < w.len; i++) {
		uint8_t was = w.p[i];

		for (int b = 0; b < 256; b++) {
			w.p[i] = (uint8_t)b;
			if (get_group(w.p, w.len, &name, got) == 0) {
				assert_true(*name != '\0');
				assert_true(*got[0] != '\0');
			}
		}
		w.p[i] = was;
	}
	w.len = 0;
	vms_snap_put_group(&w, uuid, 30000, VMS_STR("sudo"), NULL, 0);
	assert_int_equal(get_group(w.p, w.len, &name, got), -1);
	w.len = 0;
	vms_snap_put_group(&w, uuid, 27, VMS_STR("mine"), NULL, 0);
	assert_int_equal(get_group(w.p, w.len, &name, got), -1);
	vms_wr_fini(&w);
}

static int
memfd_of(const struct vms_identity *id, uint64_t generation)
{
	const struct vms_cdb_meta meta = { generation, 1700000000, 1000,
	    2000000000, true };
	int fd = memfd_create("identity", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(vms_cdbfile_write(fd, id, &meta, NULL), 0);
	return fd;
}

static void
test_deterministic(void **state)
{
	struct vms_arena a = { 0 }, b = { 0 };
	struct vms_identity x = nss_world_estate(&a, 500);
	struct vms_identity y = nss_world_estate(&b, 500);
	int fx = memfd_of(&x, 3), fy = memfd_of(&y, 3);
	struct stat sx, sy;
	void *px, *py;

	(void)state;
	/* A file that is written again keeps nothing of the first. */
	assert_int_equal(ftruncate(fy, 10000000), 0);
	close(fy);
	fy = memfd_of(&y, 3);
	assert_int_equal(fstat(fx, &sx), 0);
	assert_int_equal(fstat(fy, &sy), 0);
	assert_int_equal(sx.st_size, sy.st_size);
	px = mmap(NULL, (size_t)sx.st_size, PROT_READ, MAP_SHARED, fx, 0);
	py = mmap(NULL, (size_t)sx.st_size, PROT_READ, MAP_SHARED, fy, 0);
	assert_true(px != MAP_FAILED && py != MAP_FAILED);
	assert_memory_equal(px, py, (size_t)sx.st_size);
	munmap(px, (size_t)sx.st_size);
	munmap(py, (size_t)sx.st_size);
	close(fx);
	close(fy);
	vms_arena_fini(&a);
	vms_arena_fini(&b);
}

/* A name that fits no key is an error, not a record under another's. */
static void
test_unwritable(void **state)
{
	char name[VMS_NAME_MAX + 1];
	const struct vms_str ours = { name, sizeof(name) };
	const struct vms_identity id = { .ours = &ours, .n_ours = 1 };
	const struct vms_cdb_meta meta = { 0 };
	int fd = memfd_create("identity", MFD_CLOEXEC);
	struct vms_err err;

	(void)state;
	memset(name, 'a', sizeof(name));
	assert_int_equal(vms_cdbfile_write(fd, &id, &meta, &err), -1);
	assert_int_equal(err.code, VMS_E_LIMIT);
	close(fd);
	assert_int_equal(vms_cdbfile_write(fd, &id, &meta, &err), -1);
	assert_int_equal(err.code, VMS_E_SYSTEM);
	fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	assert_int_equal(vms_cdbfile_write(fd, &id, &meta, &err), -1);
	close(fd);
}

static void
test_past(void **state)
{
	struct vms_arena a = { 0 };
	struct vms_identity id = nss_world_estate(&a, 300), past;
	struct vms_cdb_meta meta;
	struct vms_err err;
	int fd = memfd_of(&id, 42);
	uint8_t zero = 0;

	(void)state;
	assert_int_equal(vms_cdbfile_read(fd, &a, &past, &meta, NULL), 0);
	assert_int_equal(meta.generation, 42);
	assert_int_equal(meta.created_s, 1700000000);
	assert_int_equal(past.n_users, 300);
	assert_int_equal(past.n_groups, 3);
	for (uint32_t i = 0; i < 300; i++) {
		assert_true(vms_str_eq(past.users[i].name, id.users[i].name));
		assert_int_equal(past.users[i].uid, id.users[i].uid);
		assert_memory_equal(past.users[i].uuid, id.users[i].uuid,
		    VMS_UUID_LEN);
	}
	assert_int_equal(past.groups[0].gid, 30002);
	/* Not a byte of it may be missing, and the header must be ours. */
	assert_int_equal(ftruncate(fd, 5000), 0);
	assert_int_equal(vms_cdbfile_read(fd, &a, &past, NULL, &err), -1);
	assert_int_equal(err.code, VMS_E_MALFORMED);
	assert_int_equal(past.n_users, 0);
	assert_int_equal(pwrite(fd, &zero, 1, VMS_SNAP_HEADER_AT), 1);
	assert_int_equal(vms_cdbfile_read(fd, &a, &past, NULL, &err), -1);
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(vms_cdbfile_read(fd, &a, &past, NULL, &err), -1);
	close(fd);
	vms_arena_fini(&a);
}

static void
test_reader(void **state)
{
	struct vms_arena a = { 0 };
	struct vms_identity id = nss_world_estate(&a, 1000);
	uint8_t rec[VMS_SNAP_USER_MAX];
	struct vms_snap_user u;
	struct vms_reader r;

	(void)state;
	assert_int_equal(vms_reader_open_fd(&r, memfd_of(&id, 9)),
	    VMS_ANSWER_OK);
	assert_int_equal(r.header.generation, 9);
	assert_int_equal(r.header.n_users, 1000);
	assert_int_equal(r.header.min_id, 1000);
	for (uint32_t i = 0; i < 1000; i++) {
		assert_int_equal(vms_reader_user_by_name(&r,
		    id.users[i].name, rec, &u), VMS_ANSWER_OK);
		assert_int_equal(u.uid, 20000 + i);
		assert_int_equal(vms_reader_user_by_uid(&r, 20000 + i, rec,
		    &u), VMS_ANSWER_OK);
		assert_true(vms_str_eq(u.name, id.users[i].name));
		assert_int_equal(vms_reader_user_by_uid(&r, 40000 + i, rec,
		    &u), VMS_ANSWER_NOT_FOUND);
	}
	assert_int_equal(vms_reader_user_by_name(&r, VMS_STR("nil"), rec,
	    &u), VMS_ANSWER_NOT_FOUND);
	assert_int_equal(vms_reader_user_by_uid(&r, 0, rec, &u),
	    VMS_ANSWER_NOT_FOUND);
	vms_reader_close(&r);
	/* Nobody at all is a file as good as any. */
	id = (struct vms_identity){ 0 };
	assert_int_equal(vms_reader_open_fd(&r, memfd_of(&id, 10)),
	    VMS_ANSWER_OK);
	assert_int_equal(vms_reader_user_by_name(&r, VMS_STR("sam"), rec,
	    &u), VMS_ANSWER_NOT_FOUND);
	vms_reader_close(&r);
	vms_arena_fini(&a);
}

static void
expect_whose(const char *name, enum vms_whose want, enum vms_answer answer)
{
	struct vms_whose_facts facts;

	assert_int_equal(vms_reader_whose(vms_str_of(name), &facts), want);
	assert_int_equal(facts.answer, answer);
	assert_int_equal(facts.header.generation,
	    want == VMS_WHOSE_UNTOLD ? 0 : 5);
	assert_int_equal(facts.uid,
	    want == VMS_WHOSE_SERVED ? 20001 : 0);
}

static void
test_whose(void **state)
{
	struct vms_arena a = { 0 };
	struct vms_identity id = nss_world_estate(&a, 3);
	char too_long[VMS_NAME_MAX + 2];

	(void)state;
	if (nss_world_enter() != 0)
		skip();
	expect_whose("u00001", VMS_WHOSE_UNTOLD, VMS_ANSWER_ABSENT);
	nss_world_publish(NSS_RUN_FILE, &id, 5, false);
	expect_whose("u00001", VMS_WHOSE_SERVED, VMS_ANSWER_OK);
	expect_whose("hidden", VMS_WHOSE_OURS, VMS_ANSWER_OK);
	expect_whose("stranger", VMS_WHOSE_NOT_OURS, VMS_ANSWER_NOT_FOUND);
	expect_whose("", VMS_WHOSE_NOT_OURS, VMS_ANSWER_NOT_FOUND);
	expect_whose("a:b\n", VMS_WHOSE_NOT_OURS, VMS_ANSWER_NOT_FOUND);
	memset(too_long, 'a', sizeof(too_long) - 1);
	too_long[sizeof(too_long) - 1] = '\0';
	expect_whose(too_long, VMS_WHOSE_NOT_OURS, VMS_ANSWER_NOT_FOUND);
	assert_int_equal(chmod(NSS_RUN_FILE, 0666), 0);
	expect_whose("u00001", VMS_WHOSE_UNTOLD, VMS_ANSWER_BAD);
	expect_whose("stranger", VMS_WHOSE_UNTOLD, VMS_ANSWER_BAD);
	vms_arena_fini(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_user),
		cmocka_unit_test(test_user_refused),
		cmocka_unit_test(test_user_damaged),
		cmocka_unit_test(test_group),
		cmocka_unit_test(test_deterministic),
		cmocka_unit_test(test_unwritable),
		cmocka_unit_test(test_past),
		cmocka_unit_test(test_reader),
		cmocka_unit_test(test_whose),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
