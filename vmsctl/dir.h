/* SPDX-License-Identifier: MIT */
/*
 * The connection to the directory server.  The one file of vmsctl that knows
 * libldap.
 */
#ifndef VMS_DIR_H
#define VMS_DIR_H

#include <stdbool.h>
#include <stdint.h>

#include "libvms/arena.h"
#include "libvms/entry.h"
#include "libvms/err.h"
#include "libvms/str.h"
#include "vmsctl/change.h"

struct vms_dir;

/* All borrowed; NULL where not set. */
struct vms_dir_opts {
	const char *uri, *bind_dn, *ca_file, *cert_file, *key_file;
	const char *tls_priority;
	bool starttls;
	int64_t timeout_s;
};

/* Why the last call failed, beyond the code of its vms_err. */
enum vms_dir_why {
	VMS_DIR_FINE,
	VMS_DIR_CHANGED,	/* an assertion did not hold */
	VMS_DIR_EXISTS,
	VMS_DIR_ABSENT,		/* no such entry, or not to be seen */
	VMS_DIR_MAY_NOT,	/* insufficientAccess */
	VMS_DIR_CONSTRAINT,	/* the server's own rules */
	VMS_DIR_CREDENTIALS,
	VMS_DIR_AWAY,
	VMS_DIR_OTHER
};

/* Connect and bind.  password: NULL for SASL EXTERNAL (ldapi, or a client
 * certificate).  0, or -1 with UNAVAILABLE, DENIED, MALFORMED. */
int vms_dir_open(const struct vms_dir_opts *o, const char *password,
    struct vms_dir **out, struct vms_err *err);
void vms_dir_close(struct vms_dir *d);
/* Who the server says we are; lives as long as d. */
struct vms_str vms_dir_me(const struct vms_dir *d);
/* The only naming context; empty if there are several. */
struct vms_str vms_dir_suffix(const struct vms_dir *d);
bool vms_dir_has_transactions(const struct vms_dir *d);
enum vms_dir_why vms_dir_why(const struct vms_dir *d);

/* Every entry at and below base, in pages; fn as for vms_ldif_parse.  A base
 * that is not there (or not to be seen) has no entries. */
typedef int (*vms_dir_fn)(void *arg, const struct vms_entry *e,
    struct vms_err *err);
int vms_dir_search(struct vms_dir *d, struct vms_str base,
    const char *filter, vms_dir_fn fn, void *arg, struct vms_err *err);
/* One entry by name. */
int vms_dir_read(struct vms_dir *d, struct vms_str dn, vms_dir_fn fn,
    void *arg, struct vms_err *err);

/* Write a list, up to and without the one at end.  0; or -1 with
 * *failed the one that did not pass, where that is known. */
int vms_dir_write(struct vms_dir *d, const struct vms_change *first,
    bool transaction, const struct vms_change **failed, struct vms_err *err);

/* RFC 3062.  old: NULL when it is another's. */
int vms_dir_passwd(struct vms_dir *d, struct vms_str dn, const char *old,
    const char *new, struct vms_err *err);

#endif
