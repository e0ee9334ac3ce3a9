/* SPDX-License-Identifier: MIT */
/*
 * Reading a file that holds a secret: root's alone, regular, not a link.
 */
#ifndef VMS_SECRET_H
#define VMS_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include "libvms/err.h"
#include "vmsd/conf.h"

struct vms_secret_file {
	char *p;	/* owned, NUL-ended, wiped by free; NULL: none */
	size_t len;
};

/*
 * The whole of path, at most max bytes; first_line: up to the first newline.
 * owner: who must own it.  Mode 0600 or 0400, one link, no symbolic link in
 * the last place.  0, or -1 with DENIED (mode or owner), NOT_FOUND, MALFORMED
 * (empty, NUL inside), LIMIT or SYSTEM; the message says what to do.
 */
int vms_secret_read(const char *path, size_t max, bool first_line,
    uid_t owner, struct vms_secret_file *out, struct vms_err *err);
void vms_secret_free(struct vms_secret_file *s);

/* The secrets of a configuration. */
struct vms_secrets {
	struct vms_secret_file bind_password, key_pem;
};
/* Read both, and look that the files which the roles read themselves are
 * there; problems as vms_conf_load() tells them.  0, or -1 with MALFORMED and
 * nothing read. */
int vms_secrets_load(const struct vms_conf *c, FILE *problems,
    struct vms_secrets *out, struct vms_err *err);
void vms_secrets_free(struct vms_secrets *s);

#endif
