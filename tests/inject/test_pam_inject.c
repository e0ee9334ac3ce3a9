/* SPDX-License-Identifier: MIT */
/*
 * pam_vms with each call it makes to the kernel, to libc's memory and to
 * libpam failing in turn: nobody gets in who was not let in, nothing is taken
 * for a stranger that is not one, nothing is left open.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <security/pam_ext.h>
#include <security/pam_modules.h>

#include "pam_vms/flow.h"
#include "tests/unit/pamworld.h"
#include "tests/unit/server.h"

/* The call that fails: 0 none, else it counts down to it. */
static int countdown;

static bool
fails(int error)
{
	if (countdown == 0 || --countdown > 0)
		return false;
	errno = error;
	return true;
}

/* A wrapped function: its failure, else the real one. */
#define WRAP(type, name, params, args, error, failure)                    \
	type __real_##name params;                                        \
	type __wrap_##name params;                                        \
	type                                                              \
	__wrap_##name params                                              \
	{                                                                 \
		if (fails(error))                                         \
			return failure;                                   \
		return __real_##name args;                                \
	}

WRAP(void *, malloc, (size_t n), (n), ENOMEM, NULL)
WRAP(void *, calloc, (size_t n, size_t s), (n, s), ENOMEM, NULL)
WRAP(int, socket, (int d, int t, int p), (d, t, p), EMFILE, -1)
WRAP(int, connect, (int f, const struct sockaddr *a, socklen_t l), (f, a, l),
    ECONNREFUSED, -1)
WRAP(int, setsockopt, (int f, int l, int o, const void *v, socklen_t n),
    (f, l, o, v, n), ENOMEM, -1)
WRAP(int, getsockopt, (int f, int l, int o, void *v, socklen_t *n),
    (f, l, o, v, n), ENOMEM, -1)
WRAP(ssize_t, send, (int f, const void *b, size_t n, int x), (f, b, n, x),
    ENOBUFS, -1)
WRAP(ssize_t, recv, (int f, void *b, size_t n, int x), (f, b, n, x),
    ECONNRESET, -1)
WRAP(int, poll, (struct pollfd *p, nfds_t n, int t), (p, n, t), ENOMEM, -1)
WRAP(ssize_t, read, (int f, void *b, size_t n), (f, b, n), EIO, -1)
WRAP(ssize_t, pread, (int f, void *b, size_t n, off_t o), (f, b, n, o), EIO,
    -1)
WRAP(int, fstat, (int f, struct stat *s), (f, s), EIO, -1)
WRAP(int, pam_get_item, (const pam_handle_t *h, int t, const void **p),
    (h, t, p), 0, PAM_BUF_ERR)
WRAP(int, pam_get_user, (pam_handle_t *h, const char **u, const char *p),
    (h, u, p), 0, PAM_CONV_ERR)
WRAP(int, pam_putenv, (pam_handle_t *h, const char *s), (h, s), 0,
    PAM_BUF_ERR)
WRAP(const char *, pam_getenv, (pam_handle_t *h, const char *s), (h, s), 0,
    NULL)

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int
__wrap_open(const char *path, int flags, ...)
{
	return fails(EMFILE) ? -1 : __real_open(path, flags);
}

/* libpam gives a password to modules only, and this is none to it. */
int __wrap_pam_get_authtok(pam_handle_t *h, int type, const char **out,
    const char *prompt);
int
__wrap_pam_get_authtok(pam_handle_t *h, int type, const char **out,
    const char *prompt)
{
	(void)h;
	(void)type;
	(void)prompt;
	if (fails(0))
		return PAM_BUF_ERR;
	*out = "open sesame";
	return PAM_SUCCESS;
}

static struct passwd sam = { .pw_uid = SAM_UID };

struct passwd *__wrap_pam_modutil_getpwnam(pam_handle_t *h,
    const char *name);
struct passwd *
__wrap_pam_modutil_getpwnam(pam_handle_t *h, const char *name)
{
	(void)h;
	if (fails(ENOMEM) || strcmp(name, "sam") != 0)
		return NULL;
	return &sam;
}

static const struct vms_pair env[] = { { { "VMS_ROLE", 8 }, { "r", 1 } } };

static int
stage_run(enum vms_stage stage, pam_handle_t *pamh, const char **argv)
{
	switch (stage) {
	case VMS_STAGE_AUTH:
		return pam_sm_authenticate(pamh, 0, 2, argv);
	case VMS_STAGE_CRED:
		return pam_sm_setcred(pamh, 0, 2, argv);
	case VMS_STAGE_ACCT:
		return pam_sm_acct_mgmt(pamh, 0, 2, argv);
	case VMS_STAGE_OPEN:
		return pam_sm_open_session(pamh, 0, 2, argv);
	case VMS_STAGE_CLOSE:
		return pam_sm_close_session(pamh, 0, 2, argv);
	case VMS_STAGE_PRECHANGE:
	case VMS_STAGE_CHANGE:
		break;
	}
	return -1;
}

/* One stage for one user with its nth call failing; what it returned, and
 * whether there were n calls at all. */
static int
once(enum vms_stage stage, const char *user, int n, bool *reached,
    const char **argv)
{
	struct talk talk = { 0 };
	struct pam_conv conv = { talk_conv, &talk };
	pam_handle_t *pamh = NULL;
	int r, fds;

	assert_int_equal(pam_start_confdir("vms", user, &conv,
	    world_confdir(), &pamh), PAM_SUCCESS);
	pam_set_item(pamh, PAM_RHOST, "host.example.com");
	fds = count_fds();
	countdown = n;
	r = stage_run(stage, pamh, argv);
	*reached = n > 0 && countdown == 0;
	countdown = 0;
	assert_int_equal(count_fds(), fds);
	pam_end(pamh, r);
	return r;
}

/* What may come of it: what comes without a failure, or "could not tell". */
static void
all_failures(enum vms_stage stage, const char *user, int says, int normal)
{
	struct vms_message m = { .type = VMS_A_PAM, .u.pam_rep = {
	    .result = (uint32_t)says, .text = { "No.", 3 }, .env = env,
	    .n_env = 1 } };
	struct server_script script = { .answers = &m, .n_answers = 1 };
	char option[120];
	const char *argv[] = { option, "nodelay" };
	struct server s;
	bool reached = true;
	int r, n;

	server_start(&s, &script);
	snprintf(option, sizeof(option), "socket=%s", s.path);
	assert_int_equal(once(stage, user, 0, &reached, argv), normal);
	for (n = 1; n < 500; n++) {
		r = once(stage, user, n, &reached, argv);
		if (!reached)
			break;
		if (r != normal && r != vms_flow_untold(stage) &&
		    !(stage == VMS_STAGE_AUTH && r == PAM_AUTH_ERR))
			fail_msg("stage %d, %s, call %d: %d", stage, user, n,
			    r);
		/* Never a yes out of a no. */
		if (normal != PAM_SUCCESS)
			assert_int_not_equal(r, PAM_SUCCESS);
	}
	assert_in_range(n, strcmp(user, "root") == 0 ? 1 : 3, 400);
	server_stop(&s);
	server_stop(&s);
}

static void
test_yes(void **state)
{
	(void)state;
	all_failures(VMS_STAGE_AUTH, "sam", VMS_PAM_OK, PAM_SUCCESS);
	all_failures(VMS_STAGE_ACCT, "sam", VMS_PAM_OK, PAM_SUCCESS);
	all_failures(VMS_STAGE_OPEN, "sam", VMS_PAM_OK, PAM_SUCCESS);
	all_failures(VMS_STAGE_CLOSE, "sam", VMS_PAM_OK, PAM_SUCCESS);
	all_failures(VMS_STAGE_CRED, "sam", VMS_PAM_OK, PAM_SUCCESS);
}

static void
test_no(void **state)
{
	(void)state;
	all_failures(VMS_STAGE_AUTH, "sam", VMS_PAM_AUTH_ERR, PAM_AUTH_ERR);
	all_failures(VMS_STAGE_ACCT, "sam", VMS_PAM_DENIED, PAM_PERM_DENIED);
	all_failures(VMS_STAGE_ACCT, "sam", VMS_PAM_EXPIRED,
	    PAM_ACCT_EXPIRED);
	all_failures(VMS_STAGE_OPEN, "sam", VMS_PAM_DENIED, PAM_PERM_DENIED);
	all_failures(VMS_STAGE_ACCT, "ann", VMS_PAM_DENIED, PAM_PERM_DENIED);
}

/* Others' users: theirs, or "could not tell". */
static void
test_others(void **state)
{
	static const enum vms_stage all[] = { VMS_STAGE_AUTH, VMS_STAGE_ACCT,
	    VMS_STAGE_OPEN, VMS_STAGE_CLOSE, VMS_STAGE_CRED };

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		all_failures(all[i], "root", VMS_PAM_OK, PAM_IGNORE);
		all_failures(all[i], "daemon", VMS_PAM_OK, PAM_IGNORE);
	}
	all_failures(VMS_STAGE_ACCT, "joe", VMS_PAM_OK, PAM_USER_UNKNOWN);
	all_failures(VMS_STAGE_OPEN, "joe", VMS_PAM_OK, PAM_IGNORE);
}

static int
enter(void **state)
{
	(void)state;
	if (world_enter() != 0)
		return -1;
	world_service("");
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	world_leave();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_yes),
		cmocka_unit_test(test_no),
		cmocka_unit_test(test_others),
	};

	if (geteuid() != 0)
		return 77;
	return cmocka_run_group_tests(tests, enter, leave);
}
