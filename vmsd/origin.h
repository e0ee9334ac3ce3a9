/* SPDX-License-Identifier: MIT */
/*
 * Where a login comes from, out of what a PAM application said and what is
 * known of the session it runs in.  Only numbers count: a name is unknown, and
 * nothing is resolved.  Pure.
 */
#ifndef VMS_ORIGIN_H
#define VMS_ORIGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libvms/decide.h"
#include "libvms/service.h"
#include "libvms/str.h"

struct vms_origin {
	enum vms_class klass;		/* of the service */
	struct vms_str service;
	struct vms_str rhost, conn, tty, seat, vtnr;	/* as in vms_pam_req */
	uint32_t real_uid;		/* of the calling process */
	/* A user asks about himself: what he says of his origin is his word,
	 * only the session that the kernel says he is in counts. */
	bool by_user;
	/* The session stage: the client's address is the one of the account
	 * stage and never read from the PAM environment. */
	bool session_stage;
	bool remembered;		/* it is known */
	struct vms_from from;		/* that address */
	/* The registered remote or console session that the caller runs in
	 * (inner), or the user's own live one (systemd-user). */
	bool in_session;
	struct vms_from session_from;
	/* Serial lines that are the console ("ttyS0"). */
	char *const *console_ttys;
	size_t n_console_ttys;
};

/* VMS_FROM_ADDR, LOCAL, UNKNOWN or UNBOUND; never NONE. */
struct vms_from vms_origin_find(const struct vms_origin *o);

/* "192.0.2.7", "local", "unknown", "-": for logs.  Returns buf. */
const char *vms_origin_text(const struct vms_from *from, char *buf,
    size_t size);
#define VMS_ORIGIN_TEXT_SIZE 48

#endif
