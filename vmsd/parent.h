/* SPDX-License-Identifier: MIT */
/*
 * The parent: root's part of the daemon.  Opens the socket, reads the
 * configuration and the secrets, starts and watches the roles, puts finished
 * files into place.  Parses nothing that comes from outside.
 */
#ifndef VMS_PARENT_H
#define VMS_PARENT_H

#include <stdbool.h>

struct vms_parent_options {
	const char *conf_file;
	const char *run_dir;		/* socket and published file */
	const char *state_dir;		/* private/ and public/ below it */
	const char *ldap_program;	/* vmsd-ldap */
	bool one_user;			/* roles keep our user; for tests */
};

/* Runs until told to stop or a role is lost that ends it.  The exit code. */
int vms_parent_run(const struct vms_parent_options *opt);

#endif
