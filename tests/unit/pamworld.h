/* SPDX-License-Identifier: MIT */
/*
 * A world for tests of pam_vms: a private /run with a published file, PAM
 * services of its own, and a conversation that answers from a list.
 */
#ifndef VMS_TEST_PAMWORLD_H
#define VMS_TEST_PAMWORLD_H

#include <stdbool.h>
#include <security/pam_appl.h>

/* What PAM_IGNORE becomes in the stacks of world_service(). */
#define GOT_IGNORE PAM_MODULE_UNKNOWN
#define SAM_UID 10001

/* Users: sam (served), ann (ours, not served).  0, or -1 without root. */
int world_enter(void);
void world_leave(void);
/* Replace the published file: "good", "absent", "foreign" (not root's),
 * "broken". */
void world_publish(const char *how);
/* Write the PAM service "vms" with these words on the module's lines. */
void world_service(const char *options);
const char *world_confdir(void);

struct talk {
	const char *answers[8];	/* for prompts, in turn; NULL: refuse */
	unsigned int asked;	/* prompts met */
	unsigned int n_said;	/* texts met */
	char said[8][300];
	bool is_error[8];
};
int talk_conv(int n, const struct pam_message **msg,
    struct pam_response **resp, void *talk);

#endif
