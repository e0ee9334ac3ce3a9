/* SPDX-License-Identifier: MIT */
/*
 * libldap for the directory verbs: connect and bind.  Asks nobody.
 *
 * libldap may block without end while it connects and shakes hands, whatever
 * its options say.  A person waits here, so an alarm ends the program with
 * the exit code for "directory unavailable".
 */
#include "vmsctl/dir_priv.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>


static void
on_alarm(int sig)
{
	static const char text[] =
	    "vmsctl: directory-unavailable: the server did not answer in "
	    "time; what was being written may or may not be there\n";

	(void)sig;
	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		_exit(6);
	_exit(6);
}

void
vms_dir_arm(const struct vms_dir *d)
{
	struct sigaction sa = { .sa_handler = on_alarm };

	sigaction(SIGALRM, &sa, NULL);
	/* Above libldap's own limit, which gives the better message. */
	alarm((unsigned int)d->timeout_s * 2 + 1);
}

void
vms_dir_disarm(void)
{
	alarm(0);
}

static const struct {
	int rc;
	enum vms_dir_why why;
	enum vms_code code;
} meanings[] = {
	{ LDAP_ASSERTION_FAILED, VMS_DIR_CHANGED, VMS_E_UNAVAILABLE },
	{ LDAP_ALREADY_EXISTS, VMS_DIR_EXISTS, VMS_E_MALFORMED },
	{ LDAP_NO_SUCH_OBJECT, VMS_DIR_ABSENT, VMS_E_NOT_FOUND },
	{ LDAP_INSUFFICIENT_ACCESS, VMS_DIR_MAY_NOT, VMS_E_DENIED },
	{ LDAP_STRONG_AUTH_REQUIRED, VMS_DIR_MAY_NOT, VMS_E_DENIED },
	{ LDAP_CONFIDENTIALITY_REQUIRED, VMS_DIR_MAY_NOT, VMS_E_DENIED },
	{ LDAP_CONSTRAINT_VIOLATION, VMS_DIR_CONSTRAINT, VMS_E_MALFORMED },
	{ LDAP_OBJECT_CLASS_VIOLATION, VMS_DIR_CONSTRAINT, VMS_E_MALFORMED },
	{ LDAP_INVALID_SYNTAX, VMS_DIR_CONSTRAINT, VMS_E_MALFORMED },
	{ LDAP_INVALID_CREDENTIALS, VMS_DIR_CREDENTIALS, VMS_E_DENIED },
	{ LDAP_INAPPROPRIATE_AUTH, VMS_DIR_CREDENTIALS, VMS_E_DENIED },
	{ LDAP_NO_SUCH_ATTRIBUTE, VMS_DIR_CHANGED, VMS_E_UNAVAILABLE },
	{ LDAP_TYPE_OR_VALUE_EXISTS, VMS_DIR_CHANGED, VMS_E_UNAVAILABLE },
	{ LDAP_SERVER_DOWN, VMS_DIR_AWAY, VMS_E_UNAVAILABLE },
	{ LDAP_CONNECT_ERROR, VMS_DIR_AWAY, VMS_E_UNAVAILABLE },
	{ LDAP_TIMEOUT, VMS_DIR_AWAY, VMS_E_UNAVAILABLE },
	{ LDAP_BUSY, VMS_DIR_AWAY, VMS_E_UNAVAILABLE },
	{ LDAP_UNAVAILABLE, VMS_DIR_AWAY, VMS_E_UNAVAILABLE },
};

/* Record what a result means; the server's own words are the most useful. */
int
vms_dir_fail(struct vms_dir *d, int rc, const char *what, struct vms_err *err)
{
	enum vms_code code = VMS_E_SYSTEM;
	char *text = NULL;

	d->why = VMS_DIR_OTHER;
	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		if (meanings[i].rc == rc) {
			d->why = meanings[i].why;
			code = meanings[i].code;
		}
	ldap_get_option(d->ld, LDAP_OPT_DIAGNOSTIC_MESSAGE, &text);
	vms_fail(err, code, "%s: %s%s%s", what, ldap_err2string(rc),
	    text != NULL && *text != '\0' ? ": " : "",
	    text != NULL ? text : "");
	ldap_memfree(text);
	return -1;
}

/* --- connect --- */

static int
set_tls(struct vms_dir *d, const struct vms_dir_opts *o, struct vms_err *err)
{
	static const int demand = LDAP_OPT_X_TLS_DEMAND;
	static const int client = 0;
	LDAP *ld = d->ld;
	const char *priority = o->tls_priority != NULL ? o->tls_priority :
	    "SECURE192:+SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";
	const struct {
		int opt;
		const void *value;
	} opts[] = {
		{ LDAP_OPT_X_TLS_REQUIRE_CERT, &demand },
		{ LDAP_OPT_X_TLS_CIPHER_SUITE, priority },
		{ LDAP_OPT_X_TLS_CACERTFILE, o->ca_file != NULL ?
		    o->ca_file : "/etc/ssl/certs/ca-certificates.crt" },
		{ LDAP_OPT_X_TLS_CERTFILE, o->cert_file },
		{ LDAP_OPT_X_TLS_KEYFILE, o->key_file },
		{ LDAP_OPT_X_TLS_NEWCTX, &client },	/* last */
	};

	for (size_t i = 0; i < sizeof(opts) / sizeof(opts[0]); i++)
		if (opts[i].value != NULL && ldap_set_option(ld, opts[i].opt,
		    opts[i].value) != LDAP_OPT_SUCCESS)
			return vms_fail(err, VMS_E_MALFORMED,
			    "TLS: cannot use %s", opts[i].opt ==
			    LDAP_OPT_X_TLS_NEWCTX ? "these files" :
			    (const char *)opts[i].value);
	return 0;
}

static bool
is_loopback(const char *host)
{
	return host != NULL && (strcmp(host, "localhost") == 0 ||
	    strcmp(host, "::1") == 0 || strncmp(host, "127.", 4) == 0);
}

/* A password goes in clear to this machine only. */
static int
check_uri(const struct vms_dir_opts *o, bool password, bool *tls,
    struct vms_err *err)
{
	LDAPURLDesc *u = NULL;
	bool clear;

	if (ldap_url_parse(o->uri, &u) != LDAP_SUCCESS)
		return vms_fail(err, VMS_E_MALFORMED, "%s: not an LDAP URI",
		    o->uri);
	*tls = strcmp(u->lud_scheme, "ldaps") == 0 || o->starttls;
	clear = strcmp(u->lud_scheme, "ldap") == 0 && !o->starttls &&
	    !is_loopback(u->lud_host);
	ldap_free_urldesc(u);
	if (password && clear)
		return vms_fail(err, VMS_E_DENIED, "%s: a password is not "
		    "sent in clear; use ldaps:// or --starttls", o->uri);
	return 0;
}

static int
bind_as(struct vms_dir *d, const char *dn, const char *password,
    struct vms_err *err)
{
	static char nothing[] = "";
	struct berval cred = { 0, nothing };	/* there, and empty */
	struct berval *authz = NULL;
	int rc;

	if (password != NULL) {
		cred.bv_val = (char *)(uintptr_t)password;
		cred.bv_len = strlen(password);
	}
	rc = ldap_sasl_bind_s(d->ld, dn, password != NULL ?
	    LDAP_SASL_SIMPLE : "EXTERNAL", &cred, NULL, NULL, NULL);
	if (rc != LDAP_SUCCESS)
		return vms_dir_fail(d, rc, dn != NULL ? dn : "bind", err);
	rc = ldap_whoami_s(d->ld, &authz, NULL, NULL);
	if (rc == LDAP_SUCCESS && authz != NULL && authz->bv_len > 3 &&
	    memcmp(authz->bv_val, "dn:", 3) == 0)
		rc = vms_str_copy(d->me, sizeof(d->me), (struct vms_str){
		    authz->bv_val + 3, authz->bv_len - 3 });
	else if (dn != NULL)
		rc = vms_str_copy(d->me, sizeof(d->me), vms_str_of(dn));
	ber_bvfree(authz);
	return 0;
}

static int
read_root(struct vms_dir *d, struct vms_err *err)
{
	char *attrs[] = { "namingContexts", "supportedExtension",
	    "supportedControl", NULL };
	struct berval **v;
	LDAPMessage *res = NULL, *e;
	struct timeval tv = { d->timeout_s, 0 };
	bool txn = false, assertion = false;
	int rc;

	rc = ldap_search_ext_s(d->ld, "", LDAP_SCOPE_BASE, "(objectClass=*)",
	    attrs, 0, NULL, NULL, &tv, 1, &res);
	if (rc != LDAP_SUCCESS) {
		ldap_msgfree(res);
		return vms_dir_fail(d, rc, "root entry", err);
	}
	e = ldap_first_entry(d->ld, res);
	v = ldap_get_values_len(d->ld, e, attrs[0]);
	if (v != NULL && v[0] != NULL && v[1] == NULL)
		vms_str_copy(d->suffix, sizeof(d->suffix),
		    (struct vms_str){ v[0]->bv_val, v[0]->bv_len });
	ldap_value_free_len(v);
	v = ldap_get_values_len(d->ld, e, attrs[1]);
	for (size_t i = 0; v != NULL && v[i] != NULL; i++)
		txn |= strcmp(v[i]->bv_val, LDAP_EXOP_TXN_START) == 0;
	ldap_value_free_len(v);
	v = ldap_get_values_len(d->ld, e, attrs[2]);
	for (size_t i = 0; v != NULL && v[i] != NULL; i++)
		assertion |= strcmp(v[i]->bv_val, LDAP_CONTROL_ASSERT) == 0;
	ldap_value_free_len(v);
	d->transactions = txn && assertion;
	ldap_msgfree(res);
	return 0;
}

static int
connect_to(struct vms_dir *d, const struct vms_dir_opts *o, bool tls,
    struct vms_err *err)
{
	struct timeval tv = { d->timeout_s, 0 };
	int three = LDAP_VERSION3;
	int rc;

	rc = ldap_initialize(&d->ld, o->uri);
	if (rc != LDAP_SUCCESS)
		return vms_fail(err, VMS_E_MALFORMED, "%s: %s", o->uri,
		    ldap_err2string(rc));
	ldap_set_option(d->ld, LDAP_OPT_PROTOCOL_VERSION, &three);
	ldap_set_option(d->ld, LDAP_OPT_NETWORK_TIMEOUT, &tv);
	ldap_set_option(d->ld, LDAP_OPT_TIMEOUT, &tv);
	ldap_set_option(d->ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
	ldap_set_option(d->ld, LDAP_OPT_RESTART, LDAP_OPT_ON);
	if (tls && set_tls(d, o, err) < 0)
		return -1;
	if (o->starttls) {
		rc = ldap_start_tls_s(d->ld, NULL, NULL);
		if (rc != LDAP_SUCCESS)
			return vms_dir_fail(d, rc, o->uri, err);
	}
	return 0;
}

int
vms_dir_open(const struct vms_dir_opts *o, const char *password,
    struct vms_dir **out, struct vms_err *err)
{
	struct vms_dir *d = calloc(1, sizeof(*d));
	bool tls = false;

	*out = NULL;
	if (d == NULL)
		return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	/* Neither the environment nor ~/.ldaprc weakens TLS. */
	setenv("LDAPNOINIT", "1", 1);
	signal(SIGPIPE, SIG_IGN);
	d->timeout_s = o->timeout_s;
	if (check_uri(o, password != NULL, &tls, err) < 0)
		goto out;
	vms_dir_arm(d);
	if (connect_to(d, o, tls, err) < 0 ||
	    bind_as(d, o->bind_dn, password, err) < 0 ||
	    read_root(d, err) < 0)
		goto out;
	vms_dir_disarm();
	*out = d;
	return 0;
out:
	vms_dir_disarm();
	vms_dir_close(d);
	return -1;
}

void
vms_dir_close(struct vms_dir *d)
{
	if (d == NULL)
		return;
	if (d->ld != NULL)
		ldap_unbind_ext_s(d->ld, NULL, NULL);
	free(d);
}

struct vms_str
vms_dir_me(const struct vms_dir *d)
{
	return vms_str_of(d->me);
}

struct vms_str
vms_dir_suffix(const struct vms_dir *d)
{
	return vms_str_of(d->suffix);
}

bool
vms_dir_has_transactions(const struct vms_dir *d)
{
	return d->transactions;
}

enum vms_dir_why
vms_dir_why(const struct vms_dir *d)
{
	return d->why;
}
