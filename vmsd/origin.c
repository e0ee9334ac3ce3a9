/* SPDX-License-Identifier: MIT */
/* Where a login comes from: see origin.h. */
#include "vmsd/origin.h"

#include <arpa/inet.h>
#include <stdio.h>

#include "libvms/addr.h"

static const struct vms_from unknown = { .kind = VMS_FROM_UNKNOWN };
static const struct vms_from local = { .kind = VMS_FROM_LOCAL };
static const struct vms_from unbound = { .kind = VMS_FROM_UNBOUND };

static bool
take_addr(struct vms_str text, struct vms_from *out)
{
	struct vms_addr a;

	if (text.len == 0 || vms_addr_parse(text, &a) == -1)
		return false;
	*out = (struct vms_from){ .kind = VMS_FROM_ADDR, .addr = a };
	return true;
}

/* The client's address.  SSH_CONNECTION only where PAM_RHOST is a name: it is
 * the application's word in auth and account, a user's in the session. */
static struct vms_from
find_remote(const struct vms_origin *o)
{
	struct vms_from from;

	if (o->session_stage)
		return o->remembered ? o->from : unknown;
	if (take_addr(o->rhost, &from))
		return from;
	if (o->rhost.len > 0 && take_addr(o->conn, &from))
		return from;
	return unknown;
}

static bool
all_digits(struct vms_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.len > 0;
}

static bool
is_console_tty(const struct vms_origin *o)
{
	struct vms_str tty = o->tty;

	if (vms_str_has_prefix(tty, VMS_STR("/dev/"))) {
		tty.p += 5;
		tty.len -= 5;
	}
	for (size_t i = 0; i < o->n_console_ttys; i++)
		if (vms_str_eq(tty, vms_str_of(o->console_ttys[i])))
			return true;
	if (!vms_str_has_prefix(tty, VMS_STR("tty")))
		return false;
	tty.p += 3;
	tty.len -= 3;
	return all_digits(tty);
}

static struct vms_from
find_console(const struct vms_origin *o)
{
	if (o->rhost.len > 0)
		return find_remote(o);
	if (is_console_tty(o))
		return local;
	/* A display manager's seat. */
	if (vms_str_eq(o->seat, VMS_STR("seat0")) && all_digits(o->vtnr))
		return local;
	return unknown;
}

struct vms_from
vms_origin_find(const struct vms_origin *o)
{
	if (o->by_user && o->klass != VMS_CLASS_SELF)
		return o->in_session ? o->session_from : unknown;
	switch (o->klass) {
	case VMS_CLASS_REMOTE:
		return find_remote(o);
	case VMS_CLASS_CONSOLE:
		return find_console(o);
	case VMS_CLASS_INNER:
		if (o->real_uid == 0)
			return unbound;
		return o->in_session ? o->session_from : unknown;
	case VMS_CLASS_BATCH:
		if (o->in_session && vms_str_eq(o->service,
		    VMS_STR("systemd-user")))
			return o->session_from;
		return local;
	case VMS_CLASS_SELF:
		return unbound;
	case VMS_CLASS_NONE:
		break;
	}
	return unknown;
}

const char *
vms_origin_text(const struct vms_from *from, char *buf, size_t size)
{
	const char *word = "-";

	switch (from->kind) {
	case VMS_FROM_ADDR:
		if (inet_ntop(from->addr.family == 4 ? AF_INET : AF_INET6,
		    from->addr.bytes, buf, (socklen_t)size) != NULL)
			return buf;
		word = "unknown";
		break;
	case VMS_FROM_LOCAL:
		word = "local";
		break;
	case VMS_FROM_UNKNOWN:
		word = "unknown";
		break;
	case VMS_FROM_UNBOUND:
		word = "unbound";
		break;
	case VMS_FROM_NONE:
		break;
	}
	snprintf(buf, size, "%s", word);
	return buf;
}
