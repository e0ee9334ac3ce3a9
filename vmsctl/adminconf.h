/* SPDX-License-Identifier: MIT */
/*
 * Defaults of the directory verbs: /etc/vms/vmsctl.conf, then
 * ~/.config/vms/vmsctl.conf, then options.
 */
#ifndef VMS_ADMINCONF_H
#define VMS_ADMINCONF_H

#include <stdbool.h>
#include <stdint.h>

#include "libvms/arena.h"
#include "libvms/err.h"

/* Strings live in the arena given; NULL where not set. */
struct vms_adminconf {
	const char *uri, *bind_dn, *password_file, *base, *people, *groups,
	    *policy, *ca_file, *cert_file, *key_file, *tls_priority;
	bool starttls, transactions;
	int64_t timeout_s;
};

struct vms_adminconf_key {
	const char *name;
	char type;		/* 's'tring, 'b'ool, 'i'nteger */
	size_t at;
	int64_t min, max;
	const char *help;
};
extern const struct vms_adminconf_key vms_adminconf_keys[];

/* Read one file over what c holds; a file that is not there changes nothing.
 * 0, or -1 with MALFORMED "file:line: key: …". */
int vms_adminconf_read(const char *path, struct vms_arena *a,
    struct vms_adminconf *c, struct vms_err *err);

#endif
