/* SPDX-License-Identifier: MIT */
/*
 * The configuration: /etc/vms/vmsd.conf and its drop-ins, checked whole.
 *
 * One table (conf_table.c) of key, type, range, default and help drives the
 * parser, `vmsctl config check`, the commented vmsd.conf and a test that each
 * key is in the man page.  libconfig is known to conf.c alone.  Roles get the
 * checked values from the parent as bytes and parse no file.
 */
#ifndef VMS_CONF_H
#define VMS_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "libvms/buf.h"
#include "libvms/err.h"
#include "libvms/service.h"

struct vms_conf_list {
	char **v;		/* owned */
	size_t n;
};

struct vms_conf_search {
	char *base, *filter;
};

/* All strings are owned; none is NULL after a successful load (an unset one
 * is ""). */
struct vms_conf {
	char *recorder;			/* cn of this host's recorder */
	struct {
		struct vms_conf_list uri;	/* ldap, ldaps, ldapi; srv:DOMAIN */
		struct vms_conf_list server_names;
		bool starttls;
		bool allow_clear_text;		/* loopback only */
		char *ca_file, *cert_file, *key_file, *crl_file;
		char *tls_priority;		/* GnuTLS priority string */
		struct vms_conf_list pins;	/* sha256:BASE64(SPKI) */
		char *bind_dn, *bind_password_file;
		char *sasl;			/* "none" or "external" */
		int64_t connect_timeout_ms, login_timeout_ms, heartbeat_ms;
		int64_t auth_workers;
		struct vms_conf_search users, groups, policy;
		char *factless_base;		/* users.factless_base */
		struct {
			char *user_name, *uid, *gid, *gecos, *home, *shell,
			    *group_name, *group_gid, *member, *member_uid,
			    *ssh_key;
		} attributes;
	} directory;
	struct {
		int64_t min_id, max_id;
		int64_t *primary_gids;
		size_t n_primary_gids;
		bool visible_all;		/* visible = "login" or "all" */
		bool enumerate;
		char *default_shell, *home;
	} nss;
	struct {
		struct vms_conf_list users;	/* may ask about anyone */
	} api;
	struct vms_conf_list console_ttys;
	struct {
		bool end_on_revoke;
		int64_t grace_s;
	} sessions;
	struct {
		int64_t max_age_s;
		int64_t scrypt_cost, scrypt_r, scrypt_p;
	} offline;
	struct {
		int64_t hold_removal_percent, hold_removal_count;
	} feed;
	struct {
		int64_t max_connections, max_per_uid, request_timeout_ms;
	} server;
	struct {
		int64_t max_size_mb;
	} store;
	char *password_charset;			/* policy's pw-charset wins */
	struct vms_service *services;		/* name, action borrow from
						 * service_text */
	size_t n_services;
	struct vms_conf_list service_text;	/* "ftp=login.shell remote" */
	/* Where each key was set, for messages; not sent to the roles. */
	struct vms_conf_place *places;
	size_t n_places;
};

struct vms_conf_place {
	char *key, *file;
	unsigned int line;
};

/*
 * Read and check path and path.d/ *.conf in order.  Every problem of the run
 * goes to problems as "file:line: key: what is wrong and what to do" (NULL:
 * nowhere).  0 and *out, or -1 with MALFORMED (count in the message), SYSTEM.
 */
int vms_conf_load(const char *path, FILE *problems, struct vms_conf *out,
    struct vms_err *err);
void vms_conf_fini(struct vms_conf *c);
/* Write "file:line: key: …" for a key of a loaded configuration. */
void vms_conf_complain(FILE *problems, const struct vms_conf *c,
    const char *key, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* Between our own processes. */
void vms_conf_encode(struct vms_wr *w, const struct vms_conf *c);
int vms_conf_decode(struct vms_rd *r, struct vms_conf *out,
    struct vms_err *err);
/* The commented file with every key at its default, from the table. */
void vms_conf_print_defaults(FILE *f);

#endif
