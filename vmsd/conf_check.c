/* SPDX-License-Identifier: MIT */
/*
 * What the values of a configuration mean together: a password never in the
 * clear, no key without effect, nothing needed left out.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "libvms/addr.h"
#include "libvms/dn.h"
#include "vmsd/conf_load.h"

struct check {
	const struct vms_conf *c;
	const char *path;
	FILE *problems;
	size_t n;
};

static const struct vms_conf_place *
place_of(const struct vms_conf *c, const char *key)
{
	for (size_t i = 0; i < c->n_places; i++)
		if (strcmp(c->places[i].key, key) == 0)
			return &c->places[i];
	return NULL;
}

static void __attribute__((format(printf, 5, 0)))
put_problem(FILE *f, const struct vms_conf *c, const char *path,
    const char *key, const char *fmt, va_list ap)
{
	const struct vms_conf_place *p = place_of(c, key);

	if (f == NULL)
		return;
	fprintf(f, "%s:%u: %s: ", p == NULL ? path : p->file,
	    p == NULL ? 1 : p->line, key);
	vfprintf(f, fmt, ap);
	fputc('\n', f);
}

void
vms_conf_complain(FILE *problems, const struct vms_conf *c, const char *key,
    const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put_problem(problems, c, "default", key, fmt, ap);
	va_end(ap);
}

static void __attribute__((format(printf, 3, 4)))
complain(struct check *ck, const char *key, const char *fmt, ...)
{
	va_list ap;

	ck->n++;
	va_start(ap, fmt);
	put_problem(ck->problems, ck->c, ck->path, key, fmt, ap);
	va_end(ap);
}

static void
check_needed(struct check *ck)
{
	for (size_t i = 0; i < vms_conf_n_keys; i++) {
		const struct vms_conf_key *k = &vms_conf_keys[i];
		const char *at = (const char *)ck->c + k->at;

		if (!k->required)
			continue;
		if (k->type == VMS_CONF_TEXT ? **(char *const *)at == '\0' :
		    ((const struct vms_conf_list *)at)->n == 0)
			complain(ck, k->name, "must be set; vmsd has no "
			    "default that would do");
	}
}

/* The host of ldap://HOST:PORT/, brackets of IPv6 taken off. */
static struct vms_str
uri_host(struct vms_str rest)
{
	struct vms_str host, tail;

	vms_str_cut(rest, '/', &rest, &tail);
	if (rest.len > 0 && rest.p[0] == '[') {
		rest.p++;
		rest.len--;
		vms_str_cut(rest, ']', &host, &tail);
		return host;
	}
	vms_str_cut(rest, ':', &host, &tail);
	return host;
}

static bool
is_loopback(struct vms_str host)
{
	static const uint8_t one[16] = { [15] = 1 };
	struct vms_addr a;

	if (vms_str_caseeq(host, VMS_STR("localhost")))
		return true;
	if (vms_addr_parse(host, &a) == -1)
		return false;
	return a.family == 4 ? a.bytes[0] == 127 :
	    memcmp(a.bytes, one, sizeof(one)) == 0;
}

static void
check_uri(struct check *ck, const char *uri)
{
	struct vms_str s = vms_str_of(uri), host;
	bool clear = false;

	if (vms_str_has_prefix(s, VMS_STR("ldapi://")))
		return;
	if (vms_str_has_prefix(s, VMS_STR("ldaps://"))) {
		s.p += 8;
		s.len -= 8;
	} else if (vms_str_has_prefix(s, VMS_STR("ldap://"))) {
		s.p += 7;
		s.len -= 7;
		clear = !ck->c->directory.starttls;
	} else {
		complain(ck, "directory.uri", "\"%s\" is not ldaps://HOST, "
		    "ldap://HOST or ldapi://PATH", uri);
		return;
	}
	host = uri_host(s);
	if (host.len == 0)
		complain(ck, "directory.uri", "\"%s\" names no host", uri);
	else if (clear && !ck->c->directory.allow_clear_text)
		complain(ck, "directory.uri", "\"%s\" would send passwords "
		    "in the clear; use ldaps:// or starttls = true", uri);
	else if (clear && !is_loopback(host))
		complain(ck, "directory.uri", "\"%s\": allow_clear_text is "
		    "for loopback addresses only; use ldaps:// or starttls = "
		    "true", uri);
}

static bool
is_set(const char *text)
{
	return *text != '\0';
}

static bool
all_ldapi(const struct vms_conf *c)
{
	for (size_t i = 0; i < c->directory.uri.n; i++)
		if (strncmp(c->directory.uri.v[i], "ldapi://", 8) != 0)
			return false;
	return true;
}

static void
check_account(struct check *ck)
{
	const struct vms_conf *c = ck->c;
	bool dn = is_set(c->directory.bind_dn);
	bool file = is_set(c->directory.bind_password_file);
	bool cert = is_set(c->directory.cert_file);
	bool key = is_set(c->directory.key_file);

	if (cert != key)
		complain(ck, cert ? "directory.cert_file" :
		    "directory.key_file", "cert_file and key_file need each "
		    "other");
	if (strcmp(c->directory.sasl, "external") == 0) {
		if (dn || file)
			complain(ck, dn ? "directory.bind_dn" :
			    "directory.bind_password_file",
			    "has no effect with sasl = \"external\"; remove "
			    "it");
		if (!cert && !all_ldapi(c))
			complain(ck, "directory.sasl", "\"external\" needs "
			    "cert_file and key_file");
		return;
	}
	if (dn != file)
		complain(ck, dn ? "directory.bind_dn" :
		    "directory.bind_password_file", "bind_dn and "
		    "bind_password_file need each other");
}

static void
check_pins(struct check *ck)
{
	const struct vms_conf_list *pins = &ck->c->directory.pins;

	for (size_t i = 0; i < pins->n; i++)
		if (!vms_str_has_prefix(vms_str_of(pins->v[i]),
		    VMS_STR("sha256:")) || strlen(pins->v[i]) != 7 + 44)
			complain(ck, "directory.pins", "\"%s\" is not "
			    "sha256: and 44 characters of base64",
			    pins->v[i]);
}

static void
check_paths(struct check *ck)
{
	const struct vms_conf *c = ck->c;
	const struct {
		const char *key, *path;
	} paths[] = {
		{ "directory.ca_file", c->directory.ca_file },
		{ "directory.cert_file", c->directory.cert_file },
		{ "directory.key_file", c->directory.key_file },
		{ "directory.crl_file", c->directory.crl_file },
		{ "directory.bind_password_file",
		    c->directory.bind_password_file },
		{ "nss.default_shell", c->nss.default_shell },
		{ "nss.home", c->nss.home },
	};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (is_set(paths[i].path) && paths[i].path[0] != '/')
			complain(ck, paths[i].key, "\"%s\" must begin with "
			    "/", paths[i].path);
}

static void
check_filters(struct check *ck)
{
	const struct vms_conf *c = ck->c;
	const struct {
		const char *key, *filter;
	} filters[] = {
		{ "directory.users.filter", c->directory.users.filter },
		{ "directory.groups.filter", c->directory.groups.filter },
		{ "directory.policy.filter", c->directory.policy.filter },
	};

	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++)
		if (!vms_conf_is_filter(filters[i].filter))
			complain(ck, filters[i].key, "\"%s\" is not a search "
			    "filter such as (objectClass=posixAccount)",
			    filters[i].filter);
}

static bool
is_dn(const char *text)
{
	struct vms_arena scratch = { 0 };
	struct vms_str out;
	int r = vms_dn_normal(vms_str_of(text), &scratch, &out);

	vms_arena_fini(&scratch);
	return r == 0;
}

static void
check_names(struct check *ck)
{
	const struct vms_conf *c = ck->c;
	const struct {
		const char *key, *dn;
	} names[] = {
		{ "directory.bind_dn", c->directory.bind_dn },
		{ "directory.users.base", c->directory.users.base },
		{ "directory.users.factless_base",
		    c->directory.factless_base },
		{ "directory.groups.base", c->directory.groups.base },
		{ "directory.policy.base", c->directory.policy.base },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!is_dn(names[i].dn))
			complain(ck, names[i].key, "\"%s\" is not a name such "
			    "as ou=vms,dc=example,dc=com", names[i].dn);
}

size_t
vms_conf_check(const struct vms_conf *c, const char *path, FILE *problems)
{
	struct check ck = { c, path, problems, 0 };

	check_needed(&ck);
	for (size_t i = 0; i < c->directory.uri.n; i++)
		check_uri(&ck, c->directory.uri.v[i]);
	check_account(&ck);
	check_pins(&ck);
	check_paths(&ck);
	check_filters(&ck);
	check_names(&ck);
	if (c->nss.min_id > c->nss.max_id)
		complain(&ck, "nss.min_id", "%" PRId64 " is above max_id",
		    c->nss.min_id);
	if (c->server.max_per_uid > c->server.max_connections)
		complain(&ck, "server.max_per_uid", "is above "
		    "max_connections");
	return ck.n;
}
