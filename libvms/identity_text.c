/* SPDX-License-Identifier: MIT */
/* Findings, and the fields that are mended rather than refused. */
#include "libvms/identity_impl.h"

#include <stdio.h>

#include "libvms/bounds.h"

#define NOWHERE VMS_STR("/nonexistent")
#define NOLOGIN VMS_STR("/usr/sbin/nologin")

static struct vms_finding *
new_finding(struct vms_id_build *b)
{
	struct vms_finding *more;
	uint32_t cap = b->findings_cap == 0 ? 32 : 2 * b->findings_cap;

	if (b->n_findings == b->findings_cap) {
		more = vms_arena_calloc(&b->tmp, cap, sizeof(*more));
		if (more == NULL) {
			b->oom = true;
			return NULL;
		}
		if (b->n_findings > 0)
			memcpy(more, b->findings,
			    b->n_findings * sizeof(*more));
		b->findings = more;
		b->findings_cap = cap;
	}
	return &b->findings[b->n_findings++];
}

void
vms_id_vcomplain(struct vms_id_build *b, struct vms_str dn, const char *attr,
    const char *code, const char *fmt, va_list ap)
{
	struct vms_finding *f = new_finding(b);
	char text[240];

	if (f == NULL)
		return;
	vsnprintf(text, sizeof(text), fmt, ap);
	f->code = vms_str_of(code);
	f->dn = dn;
	f->attr = vms_str_of(attr);
	f->text = vms_arena_str(b->arena, vms_str_of(text));
	b->oom = b->oom || f->text.p == NULL;
}

void
vms_id_complain(struct vms_id_build *b, struct vms_str dn, const char *attr,
    const char *code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vms_id_vcomplain(b, dn, attr, code, fmt, ap);
	va_end(ap);
}

struct vms_str
vms_id_gecos(struct vms_id_build *b, const struct vms_posix_user *u)
{
	struct vms_str from = u->gecos, s;
	char clean[VMS_GECOS_MAX];
	size_t len = 0;

	if (vms_gecos_is_plain(from))
		return from;
	while (from.len > 0) {
		size_t n = from.p[0] == ':' ? 0 : vms_utf8_printable(from);
		size_t take = n == 0 ? 1 : n;

		if (take > sizeof(clean) - len)
			break;
		if (n == 0)
			clean[len] = ' ';
		else
			memcpy(clean + len, from.p, n);
		len += take;
		from.p += take;
		from.len -= take;
	}
	vms_id_complain(b, u->dn, "gecos", "gecos-cleaned",
	    "is not at most %d bytes of printable text without ':'; served "
	    "without the rest", VMS_GECOS_MAX);
	s = vms_arena_str(b->arena, (struct vms_str){ clean, len });
	b->oom = b->oom || s.p == NULL;
	return s;
}

/* Append to a path that is built; -1 if it is full. */
static int
path_add(char *path, size_t *len, struct vms_str s)
{
	if (s.len > VMS_PATH_MAX - *len)
		return -1;
	if (s.len > 0)
		memcpy(path + *len, s.p, s.len);
	*len += s.len;
	return 0;
}

/* The configured home: %u is the name, %U the uid, %% a percent sign. */
static int
expand_home(struct vms_str from, const struct vms_posix_user *u, char *path,
    size_t *len)
{
	char uid[16];

	snprintf(uid, sizeof(uid), "%u", u->uid);
	*len = 0;
	for (size_t i = 0; i < from.len; i++) {
		struct vms_str s = { from.p + i, 1 };

		if (from.p[i] == '%' && i + 1 < from.len) {
			i++;
			if (from.p[i] == 'u')
				s = u->name;
			else if (from.p[i] == 'U')
				s = vms_str_of(uid);
			else if (from.p[i] != '%')
				return -1;
		}
		if (path_add(path, len, s) != 0)
			return -1;
	}
	return 0;
}

struct vms_str
vms_id_home(struct vms_id_build *b, const struct vms_posix_user *u)
{
	char path[VMS_PATH_MAX];
	struct vms_str s;
	size_t len;

	if (vms_path_is_plain(u->home))
		return u->home;
	if (expand_home(b->rules->home, u, path, &len) != 0)
		len = 0;
	s = (struct vms_str){ path, len };
	if (!vms_path_is_plain(s))
		s = NOWHERE;
	if (u->home.len > 0)
		vms_id_complain(b, u->dn, "homeDirectory", "home-replaced",
		    "is not an absolute path without '.', '..' and ':'; "
		    "%.*s is served instead", VMS_STR_ARG(s));
	s = vms_arena_str(b->arena, s);
	b->oom = b->oom || s.p == NULL;
	return s;
}

struct vms_str
vms_id_shell(struct vms_id_build *b, const struct vms_posix_user *u)
{
	const struct vms_host_ids *host = &b->rules->host;
	struct vms_str nologin = b->rules->nologin_shell;

	if (!vms_path_is_plain(nologin))
		nologin = NOLOGIN;
	if (u->shell.len == 0)
		return vms_path_is_plain(b->rules->default_shell) ?
		    b->rules->default_shell : nologin;
	for (uint32_t i = 0; i < host->n_shells; i++) {
		if (vms_str_eq(u->shell, host->shells[i]) &&
		    vms_path_is_plain(u->shell))
			return u->shell;
	}
	if (!vms_str_eq(u->shell, nologin))
		vms_id_complain(b, u->dn, "loginShell", "shell-replaced",
		    "is not in this host's /etc/shells; %.*s is served "
		    "instead", VMS_STR_ARG(nologin));
	return nologin;
}
