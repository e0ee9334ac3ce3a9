/* SPDX-License-Identifier: MIT */
/*
 * PAM transactions of the built module with a scripted vmsd beside them; needs
 * a world (pamworld.h).
 */
#ifndef VMS_TEST_PAMTX_H
#define VMS_TEST_PAMTX_H

#include <stdbool.h>
#include <stdint.h>
#include <security/pam_appl.h>

#include "tests/unit/pamworld.h"
#include "tests/unit/server.h"

/* One transaction and what surrounds it. */
struct tx {
	struct server server;
	bool serving;
	struct talk talk;
	struct pam_conv conv;
	pam_handle_t *pamh;
};

/* What getpwnam says of anybody; UINT32_MAX: unknown. */
extern uint32_t nss_uid;

/* A reply for a PAM stage, with an environment. */
struct vms_message says(enum vms_pam_result result, const char *text);
/* script: NULL for no server at all. */
void begin(struct tx *t, const char *user, const char *options,
    const struct server_script *script);
void end(struct tx *t, int status);

#endif
