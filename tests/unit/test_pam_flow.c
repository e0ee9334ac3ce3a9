/* SPDX-License-Identifier: MIT */
/* What pam_vms returns, and why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <unistd.h>
#include <security/_pam_types.h>

#include "libvms/bounds.h"
#include "pam_vms/flow.h"
#include "pam_vms/passwd.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static void
test_options(void **state)
{
	const char *all[] = { "try_first_pass", "use_first_pass",
	    "use_authtok", "ignore_unknown_user", "quiet", "nodelay",
	    "socket=/run/x" };
	static const char *const wrong[] = { "", "debug", "quiet=1",
	    "socket=", "socket=run/x", "QUIET", "use_authtok " };
	struct vms_flow_options o;
	const char *bad;

	(void)state;
	assert_int_equal(vms_flow_options_parse(0, NULL, &o, &bad), 0);
	assert_false(o.use_authtok || o.ignore_unknown_user || o.quiet ||
	    o.nodelay);
	assert_null(o.socket);
	assert_int_equal(vms_flow_options_parse(N(all), all, &o, &bad), 0);
	assert_true(o.use_authtok && o.ignore_unknown_user && o.quiet &&
	    o.nodelay);
	assert_string_equal(o.socket, "/run/x");
	for (size_t i = 0; i < N(wrong); i++) {
		const char *argv[] = { "quiet", wrong[i] };

		assert_int_equal(vms_flow_options_parse(2, argv, &o, &bad),
		    -1);
		assert_ptr_equal(bad, wrong[i]);
	}
}

static void
test_foreign(void **state)
{
	/* By stage, in the order of the enum. */
	static const int untold[] = { PAM_AUTHINFO_UNAVAIL, PAM_IGNORE,
	    PAM_PERM_DENIED, PAM_PERM_DENIED, PAM_IGNORE, PAM_TRY_AGAIN,
	    PAM_AUTHTOK_ERR };
	static const int other[] = { PAM_USER_UNKNOWN, PAM_IGNORE,
	    PAM_USER_UNKNOWN, PAM_IGNORE, PAM_IGNORE, PAM_USER_UNKNOWN,
	    PAM_USER_UNKNOWN };

	(void)state;
	for (int s = VMS_STAGE_AUTH; s <= VMS_STAGE_CHANGE; s++) {
		enum vms_stage stage = (enum vms_stage)s;

		assert_int_equal(vms_flow_untold(stage), untold[s]);
		for (int ign = 0; ign < 2; ign++) {
			assert_int_equal(vms_flow_foreign(stage,
			    VMS_OWNER_UNTOLD, ign), untold[s]);
			assert_int_equal(vms_flow_foreign(stage,
			    VMS_OWNER_LOCAL, ign), PAM_IGNORE);
			assert_int_equal(vms_flow_foreign(stage,
			    VMS_OWNER_OURS, ign), -1);
			assert_int_equal(vms_flow_foreign(stage,
			    VMS_OWNER_OTHER, ign),
			    ign ? PAM_IGNORE : other[s]);
		}
	}
}

/* Every result in every stage; the table of doc/PROTOCOL.md. */
static void
test_results(void **state)
{
	static const struct {
		enum vms_stage stage;
		int want[VMS_PAM_COUNT];
		int untold;
	} rows[] = {
		{ VMS_STAGE_AUTH, { PAM_AUTH_ERR, PAM_SUCCESS, PAM_AUTH_ERR,
		    PAM_AUTHINFO_UNAVAIL, PAM_USER_UNKNOWN, PAM_AUTH_ERR,
		    PAM_SUCCESS, PAM_MAXTRIES, PAM_AUTHINFO_UNAVAIL,
		    PAM_AUTHINFO_UNAVAIL }, PAM_AUTHINFO_UNAVAIL },
		{ VMS_STAGE_ACCT, { PAM_PERM_DENIED, PAM_SUCCESS,
		    PAM_PERM_DENIED, PAM_PERM_DENIED, PAM_PERM_DENIED,
		    PAM_ACCT_EXPIRED, PAM_NEW_AUTHTOK_REQD, PAM_PERM_DENIED,
		    PAM_PERM_DENIED, PAM_PERM_DENIED }, PAM_PERM_DENIED },
		{ VMS_STAGE_OPEN, { PAM_PERM_DENIED, PAM_SUCCESS,
		    PAM_PERM_DENIED, PAM_PERM_DENIED, PAM_PERM_DENIED,
		    PAM_PERM_DENIED, PAM_SUCCESS, PAM_PERM_DENIED,
		    PAM_PERM_DENIED, PAM_PERM_DENIED }, PAM_PERM_DENIED },
		{ VMS_STAGE_PRECHANGE, { PAM_PERM_DENIED, PAM_SUCCESS,
		    PAM_AUTHTOK_RECOVERY_ERR, PAM_TRY_AGAIN, PAM_TRY_AGAIN,
		    PAM_TRY_AGAIN, PAM_SUCCESS, PAM_AUTHTOK_ERR,
		    PAM_AUTHTOK_ERR, PAM_TRY_AGAIN }, PAM_TRY_AGAIN },
		{ VMS_STAGE_CHANGE, { PAM_PERM_DENIED, PAM_SUCCESS,
		    PAM_AUTHTOK_RECOVERY_ERR, PAM_AUTHTOK_ERR,
		    PAM_AUTHTOK_ERR, PAM_AUTHTOK_ERR, PAM_AUTHTOK_ERR,
		    PAM_AUTHTOK_ERR, PAM_AUTHTOK_ERR, PAM_AUTHTOK_ERR },
		    PAM_AUTHTOK_ERR },
	};
	struct vms_message e = { .type = VMS_A_ERROR,
	    .u.error_rep = { .code = VMS_E_OK } };

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		for (uint32_t r = 0; r <= VMS_PAM_COUNT; r++) {
			struct vms_message m = { .type = VMS_A_PAM,
			    .u.pam_rep = { .result = r } };

			assert_int_equal(vms_flow_result(rows[i].stage,
			    VMS_CLIENT_OK, &m), r == VMS_PAM_COUNT ?
			    rows[i].untold : rows[i].want[r]);
			for (int st = VMS_CLIENT_ABSENT;
			    st <= VMS_CLIENT_LOCAL; st++)
				assert_int_equal(vms_flow_result(
				    rows[i].stage,
				    (enum vms_client_status)st, &m),
				    rows[i].untold);
		}
		assert_int_equal(vms_flow_result(rows[i].stage,
		    VMS_CLIENT_OK, &e), rows[i].untold);
	}
}

static void
test_secret_and_claims(void **state)
{
	char long_text[VMS_SECRET_MAX + 2];
	struct vms_str s;

	(void)state;
	memset(long_text, 'x', sizeof(long_text));
	long_text[VMS_SECRET_MAX + 1] = '\0';
	assert_false(vms_flow_secret_fits(NULL));
	assert_false(vms_flow_secret_fits(""));
	assert_true(vms_flow_secret_fits("x"));
	assert_true(vms_flow_secret_fits(long_text + 1));
	assert_false(vms_flow_secret_fits(long_text));

	assert_int_equal(vms_flow_claim(NULL, 4).len, 0);
	assert_int_equal(vms_flow_claim("abcd", 4).len, 4);
	assert_true(vms_str_eq(vms_flow_claim("abcde", 4), VMS_STR("?")));
	s = vms_flow_first_word("192.0.2.7 4711 192.0.2.1 22");
	assert_true(vms_str_eq(s, VMS_STR("192.0.2.7")));
	assert_int_equal(vms_flow_first_word(NULL).len, 0);
	assert_true(vms_str_eq(vms_flow_first_word(long_text),
	    VMS_STR("?")));
}

static void
test_quote(void **state)
{
	char out[24];

	(void)state;
	vms_flow_quote(out, sizeof(out), VMS_STR("sam"));
	assert_string_equal(out, "sam");
	vms_flow_quote(out, sizeof(out), VMS_STR("a\"b\\c\n"));
	assert_string_equal(out, "a\\x22b\\x5cc\\x0a");
	vms_flow_quote(out, sizeof(out), VMS_STR("\xc3\xa9"));
	assert_string_equal(out, "\\xc3\\xa9");
	vms_flow_quote(out, sizeof(out),
	    VMS_STR("0123456789012345678901234567890123456789"));
	assert_string_equal(out, "01234567890123456...");
	vms_flow_quote(out, sizeof(out), VMS_STR("\n\n\n\n\n\n\n\n\n\n"));
	assert_string_equal(out, "\\x0a\\x0a\\x0a\\x0a\\x0a...");
	vms_flow_clean(out, sizeof(out), VMS_STR("a\033[2Jb\nc\td"));
	assert_string_equal(out, "a?[2Jb\nc\td");
	vms_flow_clean(out, 4, VMS_STR("abcdef"));
	assert_string_equal(out, "abc");
}

static void
test_env(void **state)
{
	static const struct {
		struct vms_pair pair;
		bool want;
	} rows[] = {
		{ { { "VMS_ROLE", 8 }, { "nx.viewer", 9 } }, true },
		{ { { "VMS_ROLES", 9 }, { "", 0 } }, true },
		{ { { "PATH", 4 }, { "/tmp", 4 } }, false },
		{ { { "LD_PRELOAD", 10 }, { "x", 1 } }, false },
		{ { { "VMS_A=B", 7 }, { "x", 1 } }, false },
		{ { { "VMS_a", 5 }, { "x", 1 } }, false },
		{ { { "VMS_ROLE", 8 }, { "a\nLD=1", 6 } }, false },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		assert_int_equal(vms_flow_env_ok(&rows[i].pair),
		    rows[i].want);
	assert_true(vms_flow_env_trusted(VMS_STAGE_AUTH));
	assert_true(vms_flow_env_trusted(VMS_STAGE_ACCT));
	assert_false(vms_flow_env_trusted(VMS_STAGE_OPEN));
	assert_false(vms_flow_env_trusted(VMS_STAGE_CLOSE));
	assert_false(vms_flow_env_trusted(VMS_STAGE_CHANGE));
}

static void
test_passwd(void **state)
{
	static const char text[] = "root:x:0:0::/root:/bin/sh\n"
	    "sam:x:1:1\n\nsamuel:x:2:2::/:\n:x:3:3\nlast:x:4:4";
	static const struct {
		const char *name;
		enum vms_passwd want;
	} rows[] = {
		{ "root", VMS_PASSWD_HERE }, { "sam", VMS_PASSWD_HERE },
		{ "samuel", VMS_PASSWD_HERE }, { "last", VMS_PASSWD_HERE },
		{ "samu", VMS_PASSWD_ABSENT }, { "Sam", VMS_PASSWD_ABSENT },
		{ "oot", VMS_PASSWD_ABSENT }, { "x", VMS_PASSWD_ABSENT },
		{ "", VMS_PASSWD_ABSENT }, { "root:x", VMS_PASSWD_ABSENT },
		{ "sam\nsamuel", VMS_PASSWD_ABSENT },
		{ "lasting", VMS_PASSWD_ABSENT },
	};
	char path[] = "/tmp/vms-passwd-XXXXXX", line[8192];
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, sizeof(text) - 1), sizeof(text) - 1);
	for (size_t i = 0; i < N(rows); i++)
		assert_int_equal(vms_passwd_find(path,
		    vms_str_of(rows[i].name)), rows[i].want);
	/* A line longer than one read, and a name across two. */
	memset(line, 'y', sizeof(line));
	line[0] = '\n';
	line[4096 - sizeof(text) + 1 - 2] = '\n';
	memcpy(line + 4096 - sizeof(text) + 1 - 1, "split:", 6);
	assert_int_equal(write(fd, line, sizeof(line)), sizeof(line));
	assert_int_equal(vms_passwd_find(path, VMS_STR("split")),
	    VMS_PASSWD_HERE);
	assert_int_equal(vms_passwd_find(path, VMS_STR("spli")),
	    VMS_PASSWD_ABSENT);
	close(fd);
	unlink(path);
	assert_int_equal(vms_passwd_find(path, VMS_STR("root")),
	    VMS_PASSWD_UNTOLD);
	assert_int_equal(vms_passwd_find("/tmp", VMS_STR("root")),
	    VMS_PASSWD_UNTOLD);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_foreign),
		cmocka_unit_test(test_results),
		cmocka_unit_test(test_secret_and_claims),
		cmocka_unit_test(test_quote),
		cmocka_unit_test(test_env),
		cmocka_unit_test(test_passwd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
