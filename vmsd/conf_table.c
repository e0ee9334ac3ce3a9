/* SPDX-License-Identifier: MIT */
/*
 * Every configuration key once: name, type, range, default, help.  The
 * parser, the wire form, the commented file and the tests walk this table.
 */
#include "vmsd/conf_table.h"

#include <string.h>

#include "libvms/bounds.h"
#include "vmsd/verifier.h"

#define AT(member) offsetof(struct vms_conf, member)
#define TEXT(n, m, v, h) { .name = (n), .type = VMS_CONF_TEXT, \
    .at = AT(m), .max = VMS_DN_MAX, .value = (v), .help = (h) }
#define NEEDED(n, m, v, h) { .name = (n), .type = VMS_CONF_TEXT, \
    .at = AT(m), .max = VMS_DN_MAX, .value = (v), .help = (h), \
    .required = true }
#define TEXTS(n, m, v, h) { .name = (n), .type = VMS_CONF_TEXTS, \
    .at = AT(m), .max = 64, .value = (v), .help = (h) }
#define BOOL(n, m, v, h) { .name = (n), .type = VMS_CONF_BOOL, \
    .at = AT(m), .value = (v), .help = (h) }
#define INT(n, m, lo, hi, v, h) { .name = (n), .type = VMS_CONF_INT, \
    .at = AT(m), .min = (lo), .max = (hi), .value = (v), .help = (h) }
#define ATTR(n, v, h) TEXT("directory.attributes." #n, \
    directory.attributes.n, v, h)

#define DAY (INT64_C(24) * 60 * 60)

const struct vms_conf_key vms_conf_keys[] = {
	NEEDED("recorder", recorder, "\"\"",
	    "Name (cn) of this host's recorder in the directory.\n"
	    "Every request is judged as one made on this recorder."),
	TEXTS("console_ttys", console_ttys, "[ \"ttyS0\" ]",
	    "Serial lines that count as the console, beside tty1 to tty63."),
	{ .name = "password_charset", .type = VMS_CONF_WORD,
	    .at = AT(password_charset), .words = "seed|seed+caret|any",
	    .value = "\"seed\"", .help =
	    "Characters allowed in new passwords: Latin letters, digits and\n"
	    "the usual marks, the same with ^, or any.\n"
	    "The policy's parameter pw-charset wins over it." },

	{ .name = "directory.uri", .type = VMS_CONF_TEXTS,
	    .at = AT(directory.uri), .max = 16, .value = "[ ]",
	    .required = true, .help =
	    "Servers in order of preference: ldaps://HOST, ldap://HOST with\n"
	    "starttls, ldapi://PATH." },
	TEXTS("directory.server_names", directory.server_names, "[ ]",
	    "Names that a server's certificate may carry besides the host of\n"
	    "its URI; a leading * stands for one label."),
	BOOL("directory.starttls", directory.starttls, "false",
	    "Begin TLS on ldap:// connections before anything else."),
	BOOL("directory.allow_clear_text", directory.allow_clear_text,
	    "false",
	    "Allow ldap:// without TLS to a loopback address.  For tests."),
	TEXT("directory.ca_file", directory.ca_file, "\"\"",
	    "Certificates that servers' certificates must lead to.\n"
	    "Empty: the host's own list of authorities."),
	TEXT("directory.cert_file", directory.cert_file, "\"\"",
	    "This recorder's certificate, shown to the server."),
	TEXT("directory.key_file", directory.key_file, "\"\"",
	    "Its private key: a regular file of root's, mode 0600 or 0400."),
	TEXT("directory.crl_file", directory.crl_file, "\"\"",
	    "Certificates that were revoked."),
	TEXT("directory.tls_priority", directory.tls_priority,
	    "\"SECURE192:+SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2\"",
	    "TLS versions and ciphers, as a GnuTLS priority string."),
	TEXTS("directory.pins", directory.pins, "[ ]",
	    "Accept only servers with one of these keys, sha256:BASE64 of the\n"
	    "public key, besides what ca_file asks."),
	TEXT("directory.bind_dn", directory.bind_dn, "\"\"",
	    "Account that reads the directory."),
	TEXT("directory.bind_password_file", directory.bind_password_file,
	    "\"\"",
	    "Its password: the first line of a regular file of root's, mode\n"
	    "0600 or 0400."),
	{ .name = "directory.sasl", .type = VMS_CONF_WORD,
	    .at = AT(directory.sasl), .words = "none|external",
	    .value = "\"none\"", .help =
	    "none: bind_dn and its password; external: cert_file, or the\n"
	    "peer of ldapi." },
	INT("directory.connect_timeout_ms", directory.connect_timeout_ms,
	    100, 60000, "5000",
	    "A server that has not taken the connection by then is away."),
	INT("directory.login_timeout_ms", directory.login_timeout_ms,
	    100, 30000, "1000",
	    "What a login waits for the directory, all in all."),
	INT("directory.heartbeat_ms", directory.heartbeat_ms,
	    100, 600000, "10000",
	    "How often the server is asked whether the feed is complete."),
	INT("directory.auth_workers", directory.auth_workers, 1, 64, "4",
	    "Processes that check passwords; so many at the same time."),

	NEEDED("directory.users.base", directory.users.base, "\"\"",
	    "People, with their POSIX accounts."),
	TEXT("directory.users.filter", directory.users.filter,
	    "\"(objectClass=posixAccount)\"", "Which of them."),
	TEXT("directory.users.factless_base", directory.factless_base,
	    "\"\"",
	    "Where people need no VMS facts of their own if the policy names\n"
	    "a profile for them (users-without-facts)."),
	NEEDED("directory.groups.base", directory.groups.base, "\"\"",
	    "Groups; those elsewhere confer nothing."),
	TEXT("directory.groups.filter", directory.groups.filter,
	    "\"(|(objectClass=posixGroup)(objectClass=groupOfNames))\"",
	    "Which of them."),
	NEEDED("directory.policy.base", directory.policy.base, "\"\"",
	    "The VMS tree: ou=roles, ou=grants, ou=recorders and so on."),
	TEXT("directory.policy.filter", directory.policy.filter,
	    "\"(objectClass=*)\"", "Which entries of it."),

	ATTR(user_name, "\"uid\"", "Login name."),
	ATTR(uid, "\"uidNumber\"", "Numeric user id."),
	ATTR(gid, "\"gidNumber\"", "Numeric id of the primary group."),
	ATTR(gecos, "\"gecos\"", "Full name; cn where it is absent."),
	ATTR(home, "\"homeDirectory\"", "Home directory."),
	ATTR(shell, "\"loginShell\"", "Login shell."),
	ATTR(group_name, "\"cn\"", "Name of a group."),
	ATTR(group_gid, "\"gidNumber\"", "Numeric group id."),
	ATTR(member, "\"member\"", "Members by DN (RFC 2307bis)."),
	ATTR(member_uid, "\"memberUid\"", "Members by name (RFC 2307)."),
	ATTR(ssh_key, "\"sshPublicKey\"", "Keys for vmsctl keys."),

	INT("nss.min_id", nss.min_id, VMS_UID_FLOOR, UINT32_MAX - 1, "1000",
	    "Lowest uid and gid served."),
	INT("nss.max_id", nss.max_id, VMS_UID_FLOOR, UINT32_MAX - 1,
	    "2000000000", "Highest uid and gid served."),
	{ .name = "nss.primary_gids", .type = VMS_CONF_IDS,
	    .at = AT(nss.primary_gids), .at_n = AT(nss.n_primary_gids),
	    .min = VMS_GID_FLOOR, .max = UINT32_MAX - 1, .value = "[ 100 ]",
	    .help = "Local groups that may be a user's primary group." },
	{ .name = "nss.visible", .type = VMS_CONF_FLAG_WORD,
	    .at = AT(nss.visible_all), .words = "login|all",
	    .value = "\"login\"", .help =
	    "login: users who may log in here, or once did; all: everybody." },
	BOOL("nss.enumerate", nss.enumerate, "false",
	    "Whether getent passwd and getent group list directory users."),
	TEXT("nss.default_shell", nss.default_shell, "\"/bin/bash\"",
	    "Shell of users who have none in the directory."),
	TEXT("nss.home", nss.home, "\"/home/%u\"",
	    "Home of users who have none: %u name, %U uid, %% a percent."),

	TEXTS("api.users", api.users, "[ ]",
	    "Local users (the VMS application) that may ask about anyone."),

	{ .name = "offline.max_age", .type = VMS_CONF_AGE,
	    .at = AT(offline.max_age_s), .min = 60, .max = 400 * DAY,
	    .value = "\"7d\"", .help =
	    "Older data than this decides nothing, whatever the policy says,\n"
	    "and no verifier older than this opens with the directory away."
	},
	INT("offline.scrypt_cost", offline.scrypt_cost, VMS_SCRYPT_LOG2N_MIN,
	    VMS_SCRYPT_LOG2N_MAX, "15",
	    "Cost of a verifier for a password: scrypt with N = 2 to the\n"
	    "power of this.  It takes N * r * 128 bytes while it is computed.\n"
	    "Verifiers made before keep their cost."),
	INT("offline.scrypt_r", offline.scrypt_r, 1, VMS_SCRYPT_R_MAX, "8",
	    "scrypt's block size r."),
	INT("offline.scrypt_p", offline.scrypt_p, 1, VMS_SCRYPT_P_MAX, "1",
	    "scrypt's parallelization p: so many times the time."),
	INT("feed.hold_removal_percent", feed.hold_removal_percent, 1, 100,
	    "20",
	    "A refresh that lacks more than this part of what was known, and\n"
	    "more than hold_removal_count, is held for vmsctl sync accept."),
	INT("feed.hold_removal_count", feed.hold_removal_count, 1, 1000000,
	    "10", "See hold_removal_percent."),

	BOOL("sessions.end_on_revoke", sessions.end_on_revoke, "true",
	    "End open sessions that the directory, a schedule or a date no\n"
	    "longer allows.  false: only say so in the log."),
	{ .name = "sessions.grace", .type = VMS_CONF_AGE,
	    .at = AT(sessions.grace_s), .min = 0, .max = DAY,
	    .value = "\"0s\"", .help =
	    "How long such a session goes on after its terminals were told.\n"
	    "A session that is allowed again meanwhile stays." },

	INT("server.max_connections", server.max_connections, 8, 65536,
	    "1024", "Clients on the socket at the same time."),
	INT("server.max_per_uid", server.max_per_uid, 1, 65536, "64",
	    "Of one user other than root."),
	INT("server.request_timeout_ms", server.request_timeout_ms, 100,
	    60000, "5000", "A client that takes longer to ask is dropped."),
	INT("store.max_size_mb", store.max_size_mb, 16, 65536, "2048",
	    "Room for the replica in /var/lib/vms/private."),
	{ .name = "services", .type = VMS_CONF_SERVICES,
	    .at = AT(service_text), .value = "{ }", .help =
	    "PAM services besides the built-in ones: action and class, as in\n"
	    "ftp = \"login.shell remote\".  Classes: remote, console, inner,\n"
	    "batch, self." },
};

const size_t vms_conf_n_keys =
    sizeof(vms_conf_keys) / sizeof(vms_conf_keys[0]);

const struct vms_conf_key *
vms_conf_find(const char *name)
{
	for (size_t i = 0; i < vms_conf_n_keys; i++)
		if (strcmp(vms_conf_keys[i].name, name) == 0)
			return &vms_conf_keys[i];
	return NULL;
}
