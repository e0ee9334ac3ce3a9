/* SPDX-License-Identifier: MIT */
/*
 * The shipped fragments in the stacks that Debian makes of them, with the
 * real libpam, pam_unix and nss_vms: whatever vmsd says, no stack turns a
 * denial into a yes, and local users never notice.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <fcntl.h>
#include <ftw.h>
#include <sys/mount.h>
#include <unistd.h>
#include <security/pam_appl.h>

#include "tests/unit/pamworld.h"
#include "tests/unit/server.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static char stacks[] = "/tmp/vms-stacks-XXXXXX";
static const char *const services[] = { "sshd", "login", "su", "su-l",
    "sudo", "cron", "by-hand", "runuser" };

static bool
have(const char *service)
{
	char path[80];

	snprintf(path, sizeof(path), "%s/%s", stacks, service);
	return access(path, R_OK) == 0;
}

static struct vms_message
says(int result)
{
	return (struct vms_message){ .type = VMS_A_PAM, .u.pam_rep = {
		.result = (uint32_t)result, .text = { "No.", 3 },
		.is_error = true } };
}

static int
run(const char *service, const char *user, int (*stage)(pam_handle_t *, int),
    int flags, struct talk *talk)
{
	struct pam_conv conv = { talk_conv, talk };
	pam_handle_t *pamh = NULL;
	int r;

	assert_int_equal(pam_start(service, user, &conv, &pamh),
	    PAM_SUCCESS);
	pam_set_item(pamh, PAM_TTY, "tty9");
	r = stage(pamh, flags);
	pam_end(pamh, r);
	return r;
}

/* What every stack makes of every result. */
static void
test_account(void **state)
{
	(void)state;
	for (int r = 0; r <= VMS_PAM_COUNT; r++) {
		struct vms_message m = says(r < VMS_PAM_COUNT ? r : 0);
		struct server_script script = { .answers = &m,
		    .n_answers = 1, .path = VMS_RUNDIR "/socket" };
		struct server s;
		int want = r == VMS_PAM_OK ? PAM_SUCCESS :
		    r == VMS_PAM_EXPIRED ? PAM_ACCT_EXPIRED :
		    r == VMS_PAM_NEW_TOKEN ? PAM_NEW_AUTHTOK_REQD :
		    PAM_PERM_DENIED;

		if (r < VMS_PAM_COUNT)	/* else nobody is there */
			server_start(&s, &script);
		for (size_t i = 0; i < N(services); i++) {
			struct talk talk = { 0 };

			if (!have(services[i]) ||
			    strcmp(services[i], "runuser") == 0)
				continue;
			assert_int_equal(run(services[i], "sam",
			    pam_acct_mgmt, 0, &talk), want);
			assert_true(talk.n_said == 1);
			/* A local user, whatever vmsd would say. */
			assert_int_equal(run(services[i], "daemon",
			    pam_acct_mgmt, PAM_SILENT, &talk), PAM_SUCCESS);
			assert_int_equal(run(services[i], "root",
			    pam_acct_mgmt, PAM_SILENT, &talk), PAM_SUCCESS);
		}
		if (r == VMS_PAM_COUNT)
			continue;
		server_stop(&s);
		server_stop(&s);
	}
}

static void
test_session(void **state)
{
	(void)state;
	for (int r = 0; r < VMS_PAM_COUNT; r++) {
		struct vms_message m = says(r);
		struct server_script script = { .answers = &m,
		    .n_answers = 1, .path = VMS_RUNDIR "/socket" };
		bool good = r == VMS_PAM_OK || r == VMS_PAM_NEW_TOKEN;
		struct server s;

		server_start(&s, &script);
		for (size_t i = 0; i < N(services); i++) {
			struct talk talk = { 0 };

			if (!have(services[i]))
				continue;
			assert_int_equal(run(services[i], "sam",
			    pam_open_session, 0, &talk),
			    good ? PAM_SUCCESS : PAM_PERM_DENIED);
			assert_int_equal(run(services[i], "daemon",
			    pam_open_session, 0, &talk), PAM_SUCCESS);
		}
		server_stop(&s);
		server_stop(&s);
	}
}

/* No published file: NSS does not know sam, and nobody lets him in. */
static void
test_no_file(void **state)
{
	struct vms_message m = says(VMS_PAM_OK);
	struct server_script script = { .answers = &m, .n_answers = 1,
	    .path = VMS_RUNDIR "/socket" };
	struct server s;

	(void)state;
	world_publish("absent");
	server_start(&s, &script);
	for (size_t i = 0; i < N(services); i++) {
		struct talk talk = { 0 };

		if (!have(services[i]))
			continue;
		if (strcmp(services[i], "runuser") != 0)
			assert_int_equal(run(services[i], "sam",
			    pam_acct_mgmt, 0, &talk), PAM_PERM_DENIED);
		/* Some stacks have modules before ours that want to know him
		 * first. */
		assert_int_not_equal(run(services[i], "sam",
		    pam_open_session, PAM_SILENT, &talk), PAM_SUCCESS);
		assert_int_equal(run(services[i], "daemon",
		    pam_open_session, 0, &talk), PAM_SUCCESS);
	}
	server_stop(&s);
	server_stop(&s);
	world_publish("good");
}

static void
test_auth(void **state)
{
	static const struct {
		int says;
		int want;
	} rows[] = {
		{ VMS_PAM_OK, PAM_SUCCESS },
		{ VMS_PAM_AUTH_ERR, PAM_AUTH_ERR },
		{ VMS_PAM_DENIED, PAM_AUTH_ERR },
		{ VMS_PAM_UNAVAILABLE, PAM_AUTHINFO_UNAVAIL },
		{ VMS_PAM_MAXTRIES, PAM_MAXTRIES },
		{ VMS_PAM_NEW_TOKEN, PAM_SUCCESS },
		/* Nobody's: pam_unix knows him neither. */
		{ VMS_PAM_UNKNOWN, PAM_AUTH_ERR },
	};
	static const char *const by_password[] = { "sshd", "by-hand" };

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct vms_message m = says(rows[i].says);
		struct server_script script = { .answers = &m,
		    .n_answers = 1, .path = VMS_RUNDIR "/socket" };
		struct server s;

		server_start(&s, &script);
		for (size_t j = 0; j < N(by_password); j++) {
			struct talk talk = { .answers = { "open sesame" } };

			if (!have(by_password[j]))
				continue;
			assert_int_equal(run(by_password[j], "sam",
			    pam_authenticate, 0, &talk), rows[i].want);
			assert_int_equal(talk.asked, 1);
		}
		server_stop(&s);
		server_stop(&s);
	}
}

/* A directory user's own passwd: pam_unix stands aside, and asks nothing. */
static void
test_password(void **state)
{
	struct vms_message m = says(VMS_PAM_OK);
	struct server_script script = { .answers = &m, .n_answers = 1,
	    .path = VMS_RUNDIR "/socket" };
	static const char *const names[] = { "passwd", "by-hand" };
	struct server s;

	(void)state;
	m.u.pam_rep.text.len = 0;
	for (size_t i = 0; i < N(names); i++) {
		struct talk talk = { .answers = { "oldpass", "newpass",
		    "newpass" } };
		int r;

		if (!have(names[i]))
			continue;
		server_start(&s, &script);
		assert_int_equal(setresuid(SAM_UID, 0, 0), 0);
		r = run(names[i], "sam", pam_chauthtok, 0, &talk);
		assert_int_equal(setresuid(0, 0, 0), 0);
		assert_int_equal(r, PAM_SUCCESS);
		assert_int_equal(talk.asked, 3);
		assert_int_equal(s.log->n, 3);
		assert_string_equal(s.log->seen[2].new_secret, "newpass");
		server_stop(&s);
		server_stop(&s);
	}
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *f)
{
	(void)st;
	(void)type;
	(void)f;
	return remove(path);
}

static int
leave(void **state)
{
	(void)state;
	nftw(stacks, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	world_leave();
	return 0;
}

static int
enter(void **state)
{
	static const char conf[] = "passwd: files vms\ngroup: files vms\n"
	    "shadow: files vms\n";
	char cmd[1024], path[100];
	int fd;

	(void)state;
	if (mkdtemp(stacks) == NULL)
		return -1;
	snprintf(cmd, sizeof(cmd), "%s/tests/pam/stacks %s %s %s",
	    VMS_TEST_SOURCE, VMS_TEST_SOURCE, stacks, VMS_PAM_MODULE);
	if (system(cmd) != 0 || world_enter() != 0 ||
	    mount("tmpfs", "/var/log", "tmpfs", 0, NULL) != 0 ||
	    mount(stacks, "/etc/pam.d", NULL, MS_BIND, NULL) != 0)
		return -1;
	snprintf(path, sizeof(path), "%s/nsswitch.conf", stacks);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0 || write(fd, conf, sizeof(conf) - 1) < 0 ||
	    close(fd) < 0 ||
	    mount(path, "/etc/nsswitch.conf", NULL, MS_BIND, NULL) != 0)
		return -1;
	return 0;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_account),
		cmocka_unit_test(test_session),
		cmocka_unit_test(test_no_file),
		cmocka_unit_test(test_auth),
		cmocka_unit_test(test_password),
	};

	(void)argc;
	if (geteuid() != 0)
		return 77;
	/* glibc looks for libnss_vms.so.2 where it is told at the start. */
	if (getenv("VMS_STACKS") == NULL) {
		setenv("VMS_STACKS", "1", 1);
		setenv("LD_LIBRARY_PATH", VMS_NSS_DIR, 1);
		execv("/proc/self/exe", argv);
		return 99;
	}
	return cmocka_run_group_tests(tests, enter, leave);
}
