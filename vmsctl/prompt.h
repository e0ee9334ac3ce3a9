/* SPDX-License-Identifier: MIT */
/* What a person types: passwords, and the answer to a question. */
#ifndef VMS_PROMPT_H
#define VMS_PROMPT_H

#include <stdbool.h>

#include "libvms/bounds.h"
#include "libvms/err.h"

/* A password, wiped by vms_password_wipe. */
struct vms_password {
	char text[VMS_SECRET_MAX + 1];
	bool given;
};

/* Ask on the terminal, without showing it.  0, or -1 with NOT_FOUND where
 * there is no terminal. */
int vms_password_ask(const char *prompt, struct vms_password *out,
    struct vms_err *err);
/* The first line of a file, or of stdin for "-".  A file that others may read
 * is refused. */
int vms_password_read(const char *path, struct vms_password *out,
    struct vms_err *err);
void vms_password_wipe(struct vms_password *p);

/* "what [y/N] " on the terminal.  1 yes, 0 no, -1 there is no terminal. */
int vms_confirm(const char *what);

#endif
