/* SPDX-License-Identifier: MIT */
/* Names, paths and ids that may be served: see name.h. */
#include "libvms/name.h"

#include "libvms/bounds.h"

/*
 * Accounts and groups that are root, or become it through a device, a socket
 * or a file that distributions give them; and the suite's own.  In the order
 * of vms_str_cmp.
 */
static const char *const privileged[] = {
	"adm", "backup", "bin", "daemon", "disk", "docker",
	"google-sudoers", "halt", "incus", "incus-admin", "input",
	"kmem", "kvm", "libvirt", "libvirt-dnsmasq", "libvirt-qemu", "lp",
	"lpadmin", "lxd", "man", "mem", "messagebus", "microk8s", "netdev",
	"nobody", "nogroup", "operator", "plugdev", "podman", "polkitd",
	"root", "sgx", "shadow", "shutdown", "ssh", "sshd", "staff", "sudo",
	"sync", "sys", "systemd-coredump", "systemd-journal",
	"systemd-network", "systemd-resolve", "systemd-timesync", "toor",
	"tty", "utmp", "vmsd", "vmsd-auth", "vmsd-seal", "vmsd-sync", "wheel",
	"wireshark",
};

/* What a character may be in a name.  A table, for a reader of a large group
 * looks at each character of each member. */
enum { DIGIT = 1, FIRST = 2, INNER = 4 };
#define D (DIGIT | FIRST | INNER)
#define W (FIRST | INNER)
#define TEN(x) x, x, x, x, x, x, x, x, x, x
#define LETTERS TEN(W), TEN(W), W, W, W, W, W, W
static const uint8_t kinds[256] = {
	['-'] = INNER, INNER /* . */, 0 /* slash */, TEN(D),
	['A'] = LETTERS,
	['_'] = W,
	['a'] = LETTERS
};
#undef D
#undef W
#undef TEN
#undef LETTERS

/* Letters, digits and ._-, and what `also` adds, but not at either end. */
static bool
is_name(struct vms_str name, size_t max, char also)
{
	const uint8_t *p = (const uint8_t *)name.p;
	unsigned int all = DIGIT;

	if (name.len == 0 || name.len > max || (kinds[p[0]] & FIRST) == 0 ||
	    name.p[name.len - 1] == also)
		return false;
	for (size_t i = 0; i < name.len; i++) {
		if ((kinds[p[i]] & INNER) == 0 &&
		    (also == '\0' || name.p[i] != also))
			return false;
		all &= kinds[p[i]];
	}
	return all == 0;
}

bool
vms_name_is_login(struct vms_str name)
{
	return is_name(name, VMS_LOGIN_MAX, '\0');
}

bool
vms_name_is_group(struct vms_str name)
{
	return is_name(name, VMS_NAME_MAX, ' ');
}

bool
vms_group_is_privileged(struct vms_str name)
{
	/* sudoers files of old give %admin everything; the user of that name
	 * is whom many a VMS begins with. */
	return vms_str_caseeq(name, VMS_STR("admin")) ||
	    vms_name_is_privileged(name);
}

bool
vms_name_is_privileged(struct vms_str name)
{
	size_t lo = 0, hi = sizeof(privileged) / sizeof(privileged[0]);

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int r = vms_str_casecmp(name, vms_str_of(privileged[mid]));

		if (r == 0)
			return true;
		if (r < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return false;
}

/* Decode one character; 0 if it is not UTF-8 in its shortest form. */
static size_t
utf8_get(struct vms_str s, uint32_t *cp)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint8_t c = (uint8_t)s.p[0];
	size_t n;

	if (c < 0x80)
		n = 1;
	else if (c >= 0xc2 && c < 0xe0)
		n = 2;
	else if (c >= 0xe0 && c < 0xf0)
		n = 3;
	else if (c >= 0xf0 && c < 0xf5)
		n = 4;
	else
		return 0;
	if (n > s.len)
		return 0;
	*cp = n == 1 ? c : c & (0x7fU >> n);
	for (size_t i = 1; i < n; i++) {
		uint8_t b = (uint8_t)s.p[i];

		if ((b & 0xc0) != 0x80)
			return 0;
		*cp = *cp << 6 | (b & 0x3fU);
	}
	if (*cp < least[n] || *cp > 0x10ffff ||
	    (*cp >= 0xd800 && *cp <= 0xdfff))
		return 0;
	return n;
}

size_t
vms_utf8_printable(struct vms_str s)
{
	uint32_t cp = 0;
	size_t n = s.len == 0 ? 0 : utf8_get(s, &cp);

	if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0))
		return 0;
	/* Line separators and overrides, which make a terminal lie. */
	if ((cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069))
		return 0;
	return n;
}

static bool
is_field(struct vms_str s, size_t max)
{
	if (s.len > max)
		return false;
	while (s.len > 0) {
		size_t n = s.p[0] == ':' ? 0 : vms_utf8_printable(s);

		if (n == 0)
			return false;
		s.p += n;
		s.len -= n;
	}
	return true;
}

bool
vms_gecos_is_plain(struct vms_str gecos)
{
	return is_field(gecos, VMS_GECOS_MAX);
}

bool
vms_path_is_plain(struct vms_str path)
{
	struct vms_str part, rest;

	if (path.len < 2 || path.p[0] != '/' || !is_field(path, VMS_PATH_MAX))
		return false;
	rest = path;
	do {
		vms_str_cut(rest, '/', &part, &rest);
		if (vms_str_eq(part, VMS_STR(".")) ||
		    vms_str_eq(part, VMS_STR("..")))
			return false;
	} while (rest.len > 0);
	return true;
}

static bool
is_special_id(uint32_t id)
{
	/* nobody; the 16-bit and the 32-bit "leave as it is" */
	return id == 65534 || id == 65535 || id == UINT32_MAX;
}

bool
vms_uid_is_served(uint32_t uid)
{
	return uid >= VMS_UID_FLOOR && !is_special_id(uid);
}

bool
vms_gid_is_served(uint32_t gid)
{
	return gid >= VMS_GID_FLOOR && !is_special_id(gid);
}
