/* SPDX-License-Identifier: MIT */
/* The parent's side of publishing: whole files of ours, or nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vmsd/publish.h"

#define SEALS (F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK)

static char dir[64];

static int
setup(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/test-publish-XXXXXX");
	return mkdtemp(dir) == NULL || chmod(dir, 0755) == -1 ? -1 : 0;
}

static const char *
in_dir(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static int
teardown(void **state)
{
	(void)state;
	unlink(in_dir("file"));
	unlink(in_dir("elsewhere"));
	return rmdir(dir);	/* fails if anything else was left */
}

static int
memory(const char *text, int seals)
{
	int fd = memfd_create("test", MFD_ALLOW_SEALING | MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	if (seals != 0)
		assert_int_equal(fcntl(fd, F_ADD_SEALS, seals), 0);
	return fd;
}

static void
assert_holds(const char *name, const char *text)
{
	char buf[64] = "";
	FILE *f = fopen(in_dir(name), "r");

	assert_non_null(f);
	assert_true(fread(buf, 1, sizeof(buf) - 1, f) == strlen(text));
	fclose(f);
	assert_string_equal(buf, text);
}

static void
test_replaces(void **state)
{
	struct vms_err err = { 0 };
	int a = memory("first", SEALS), b = memory("second", SEALS);
	struct stat st;

	(void)state;
	/* What a crash left half written is used up, not kept for ever. */
	assert_int_equal(close(open(in_dir(".file.new"), O_WRONLY | O_CREAT,
	    0600)), 0);
	assert_int_equal(vms_publish_file(a, dir, "file", &err), 0);
	assert_int_equal(access(in_dir(".file.new"), F_OK), -1);
	assert_holds("file", "first");
	assert_int_equal(vms_publish_file(b, dir, "file", &err), 0);
	assert_holds("file", "second");
	assert_int_equal(stat(in_dir("file"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(st.st_nlink, 1);
	close(a);
	close(b);
}

static void
assert_refused(int fd, enum vms_code code)
{
	struct vms_err err = { 0 };

	assert_int_equal(vms_publish_file(fd, dir, "file", &err), -1);
	assert_int_equal(err.code, code);
	assert_true(err.msg[0] != '\0');
	assert_holds("file", "good");
	if (fd >= 0)
		close(fd);
}

static void
test_refuses(void **state)
{
	struct vms_err err = { 0 };
	int good = memory("good", SEALS), pipefd[2];

	(void)state;
	assert_int_equal(vms_publish_file(good, dir, "file", &err), 0);
	assert_refused(memory("loose", 0), VMS_E_MALFORMED);
	assert_refused(memory("loose", F_SEAL_WRITE | F_SEAL_GROW),
	    VMS_E_MALFORMED);
	assert_refused(memory("loose", F_SEAL_SHRINK | F_SEAL_GROW),
	    VMS_E_MALFORMED);
	assert_refused(memory("", SEALS), VMS_E_MALFORMED);
	assert_refused(open("/dev/null", O_RDONLY), VMS_E_MALFORMED);
	assert_refused(open("/etc/passwd", O_RDONLY), VMS_E_MALFORMED);
	assert_int_equal(pipe(pipefd), 0);
	assert_refused(pipefd[0], VMS_E_MALFORMED);
	close(pipefd[1]);
	/* A folder that others may write to. */
	assert_int_equal(chmod(dir, 0777), 0);
	assert_refused(dup(good), VMS_E_DENIED);
	assert_int_equal(chmod(dir, 0755), 0);
	close(good);
}

/* A link that was planted is replaced, not followed. */
static void
test_symlink(void **state)
{
	struct vms_err err = { 0 };
	int fd = memory("fresh", SEALS);
	FILE *f = fopen(in_dir("elsewhere"), "w");
	char target[128];
	struct stat st;

	(void)state;
	assert_non_null(f);
	fputs("untouched", f);
	fclose(f);
	strcpy(target, in_dir("elsewhere"));
	assert_int_equal(symlink(target, in_dir("file")), 0);
	assert_int_equal(vms_publish_file(fd, dir, "file", &err), 0);
	assert_int_equal(lstat(in_dir("file"), &st), 0);
	assert_true(S_ISREG(st.st_mode));
	assert_holds("file", "fresh");
	assert_holds("elsewhere", "untouched");
	close(fd);
}

/* Nor is a folder that is a link. */
static void
test_folder_is_a_link(void **state)
{
	struct vms_err err = { 0 };
	int fd = memory("fresh", SEALS);
	char link[80];

	(void)state;
	snprintf(link, sizeof(link), "%s.link", dir);
	assert_int_equal(symlink(dir, link), 0);
	assert_int_equal(vms_publish_file(fd, link, "file", &err), -1);
	assert_int_equal(err.code, VMS_E_SYSTEM);
	assert_int_equal(access(in_dir("file"), F_OK), -1);
	unlink(link);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_replaces, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(test_refuses, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(test_symlink, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(test_folder_is_a_link, setup,
		    teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
