/* SPDX-License-Identifier: MIT */
/* PAM transactions of the built module: see pamtx.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include <pwd.h>

#include "tests/unit/pamtx.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

uint32_t nss_uid = SAM_UID;

/* libpam's lookups end here: NSS has tests of its own. */
int getpwnam_r(const char *name, struct passwd *pw, char *buf, size_t len,
    struct passwd **res);
int
getpwnam_r(const char *name, struct passwd *pw, char *buf, size_t len,
    struct passwd **res)
{
	static char text[] = "x";

	(void)buf;
	(void)len;
	*res = NULL;
	if (nss_uid == UINT32_MAX)
		return 0;
	*pw = (struct passwd){ .pw_name = (char *)(uintptr_t)name,
	    .pw_passwd = text, .pw_uid = nss_uid, .pw_gid = 100,
	    .pw_gecos = text, .pw_dir = text, .pw_shell = text };
	*res = pw;
	return 0;
}

static const struct vms_pair env[] = {
	{ { "VMS_ROLE", 8 }, { "nx.viewer", 9 } },
	{ { "VMS_DECISION", 12 }, { "d1", 2 } },
	{ { "LD_PRELOAD", 10 }, { "/evil", 5 } },
};

struct vms_message
says(enum vms_pam_result result, const char *text)
{
	return (struct vms_message){ .type = VMS_A_PAM, .u.pam_rep = {
		.result = (uint32_t)result, .reason = { "why", 3 },
		.text = vms_str_of(text), .is_error = true,
		.decision = { "d1", 2 }, .env = env, .n_env = N(env) } };
}

void
begin(struct tx *t, const char *user, const char *options,
    const struct server_script *script)
{
	char all[300];

	*t = (struct tx){ 0 };
	if (script != NULL) {
		server_start(&t->server, script);
		t->serving = true;
	}
	snprintf(all, sizeof(all), "nodelay socket=%s %s",
	    script != NULL ? t->server.path : "/run/vmsd/none", options);
	world_service(all);
	t->conv = (struct pam_conv){ talk_conv, &t->talk };
	assert_int_equal(pam_start_confdir("vms", user, &t->conv,
	    world_confdir(), &t->pamh), PAM_SUCCESS);
}

void
end(struct tx *t, int status)
{
	pam_end(t->pamh, status);
	if (t->serving) {
		server_stop(&t->server);
		server_stop(&t->server);
	}
}
