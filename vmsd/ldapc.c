/* SPDX-License-Identifier: MIT */
/* Connections: see ldapc.h. */
#include "vmsd/ldapc.h"

#include <errno.h>
#include <malloc.h>
#include <openldap.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vmsd/ldapc_int.h"

/* liblber's buffers hold passwords on their way out: nothing is freed
 * unwiped. */
static void *
wiping_malloc(ber_len_t n, void *ctx)
{
	(void)ctx;
	return malloc(n);
}

static void *
wiping_calloc(ber_len_t n, ber_len_t size, void *ctx)
{
	(void)ctx;
	return calloc(n, size);
}

static void
wiping_free(void *p, void *ctx)
{
	(void)ctx;
	if (p != NULL)
		explicit_bzero(p, malloc_usable_size(p));
	free(p);
}

static void *
wiping_realloc(void *p, ber_len_t n, void *ctx)
{
	size_t old = p == NULL ? 0 : malloc_usable_size(p);
	void *q = malloc(n);

	if (q == NULL)
		return NULL;
	if (p != NULL)
		memcpy(q, p, old < n ? old : n);
	wiping_free(p, ctx);
	return q;
}

int
vms_ldapc_init(struct vms_err *err)
{
	BerMemoryFunctions fns = { wiping_malloc, wiping_calloc,
		wiping_realloc, wiping_free };
	LDAP *ld = NULL;
	int rc;

	/* What GnuTLS frees was plain text as well, and it wipes nothing. */
	(void)mallopt(M_PERTURB, 0x5a);
	signal(SIGPIPE, SIG_IGN);
	if (setenv("LDAPNOINIT", "1", 1) == -1)
		return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	ber_set_option(NULL, LBER_OPT_MEMORY_FNS, &fns);
	rc = ldap_initialize(&ld, "ldap://127.0.0.1");
	if (rc != LDAP_SUCCESS)
		return vms_fail(err, VMS_E_SYSTEM, "libldap: %s",
		    ldap_err2string(rc));
	ldap_unbind_ext(ld, NULL, NULL);
	return 0;
}

int
vms_ldapc_env_open(const struct vms_conf *conf, const char *password,
    const void *key_pem, size_t key_len, struct vms_ldapc_env *env,
    struct vms_err *err)
{
	*env = (struct vms_ldapc_env){ .conf = conf, .password = password,
		.key_fd = -1 };
	if (key_pem == NULL || key_len == 0)
		return 0;
	env->key_fd = memfd_create("key", MFD_CLOEXEC);
	if (env->key_fd == -1 ||
	    write(env->key_fd, key_pem, key_len) != (ssize_t)key_len) {
		vms_ldapc_env_close(env);
		return vms_fail(err, VMS_E_SYSTEM, "private key: %s",
		    strerror(errno));
	}
	return 0;
}

void
vms_ldapc_env_close(struct vms_ldapc_env *env)
{
	if (env->key_fd >= 0)
		close(env->key_fd);
	env->key_fd = -1;
}

int
vms_ldapc_fail(struct vms_ldapc *c, int rc, const char *what,
    struct vms_err *err)
{
	char *text = NULL;

	if (c->ld != NULL)
		ldap_get_option(c->ld, LDAP_OPT_DIAGNOSTIC_MESSAGE, &text);
	vms_fail(err, VMS_E_UNAVAILABLE, "%s: %s: %s%s%s", c->uri, what,
	    ldap_err2string(rc), text != NULL && text[0] != '\0' ? ": " : "",
	    text == NULL ? "" : text);
	ldap_memfree(text);
	return -1;
}

static int
set_str(LDAP *ld, int opt, const char *value)
{
	return value[0] == '\0' ? 0 : ldap_set_option(ld, opt, value);
}

static int
set_int(LDAP *ld, int opt, int value)
{
	return ldap_set_option(ld, opt, &value);
}

static int
option_failed(struct vms_ldapc *c, const char *what, struct vms_err *err)
{
	return vms_fail(err, VMS_E_MALFORMED, "%s: %s can not be used: is "
	    "the file there, readable and PEM?", c->uri, what);
}

static int
tls_options(struct vms_ldapc *c, struct vms_err *err)
{
	const struct vms_conf *conf = c->env->conf;
	char key[40] = "";
	LDAP *ld = c->ld;

	if (c->env->key_fd >= 0)
		snprintf(key, sizeof(key), "/proc/self/fd/%d",
		    c->env->key_fd);
	/* The context takes "demand" with it; the name is checked by us. */
	if (set_int(ld, LDAP_OPT_X_TLS_REQUIRE_CERT,
	    LDAP_OPT_X_TLS_DEMAND) != 0 ||
	    set_str(ld, LDAP_OPT_X_TLS_CIPHER_SUITE,
	    conf->directory.tls_priority) != 0)
		return vms_fail(err, VMS_E_MALFORMED,
		    "%s: directory.tls_priority is no GnuTLS priority string",
		    c->uri);
	if (set_str(ld, LDAP_OPT_X_TLS_CACERTFILE,
	    conf->directory.ca_file[0] != '\0' ? conf->directory.ca_file :
	    "/etc/ssl/certs/ca-certificates.crt") != 0)
		return option_failed(c, "directory.ca_file", err);
	if (set_str(ld, LDAP_OPT_X_TLS_CRLFILE,
	    conf->directory.crl_file) != 0)
		return option_failed(c, "directory.crl_file", err);
	if (key[0] != '\0' && (set_str(ld, LDAP_OPT_X_TLS_CERTFILE,
	    conf->directory.cert_file) != 0 ||
	    set_str(ld, LDAP_OPT_X_TLS_KEYFILE, key) != 0))
		return option_failed(c, "directory.cert_file", err);
	/* Last: reads the files. */
	if (set_int(ld, LDAP_OPT_X_TLS_NEWCTX, 0) != 0)
		return vms_fail(err, VMS_E_MALFORMED, "%s: TLS can not be set "
		    "up: check that directory.ca_file, crl_file, cert_file "
		    "and key_file are there, readable and PEM, and "
		    "tls_priority", c->uri);
	if (set_int(ld, LDAP_OPT_X_TLS_REQUIRE_CERT,
	    LDAP_OPT_X_TLS_ALLOW) != 0)
		return option_failed(c, "TLS", err);
	return 0;
}

static int
check_peer(struct vms_ldapc *c, struct vms_err *err)
{
	struct berval der = { 0, NULL };
	struct vms_err why = { 0 };
	int r;

	if (ldap_get_option(c->ld, LDAP_OPT_X_TLS_PEERCERT, &der) != 0 ||
	    der.bv_val == NULL)
		return vms_fail(err, VMS_E_UNAVAILABLE,
		    "%s: the server showed no certificate", c->uri);
	r = vms_ldapc_check_name(der.bv_val, der.bv_len, c->url->lud_host,
	    &c->env->conf->directory.server_names, &why);
	ldap_memfree(der.bv_val);
	return r == 0 ? 0 : vms_fail(err, VMS_E_UNAVAILABLE, "%s: %s", c->uri,
	    why.msg);
}

/* One of several keys: libldap can hold one pin, so the handshake is tried
 * with each. */
static int
handshake(struct vms_ldapc *c, const char *pin, int64_t deadline, bool start,
    struct vms_err *err)
{
	int rc;

	if (tls_options(c, err) == -1)
		return -1;
	if (pin != NULL && ldap_set_option(c->ld, LDAP_OPT_X_TLS_PEERKEY_HASH,
	    pin) != 0)
		return vms_fail(err, VMS_E_MALFORMED,
		    "%s: not a pin (sha256:BASE64): %s", c->uri, pin);
	vms_ldapc_watch(c->fd, deadline);
	rc = start ? ldap_start_tls_s(c->ld, NULL, NULL) :
	    ldap_install_tls(c->ld);
	vms_ldapc_watch(-1, 0);
	if (vms_ldapc_now_ms() >= deadline)
		return vms_fail(err, VMS_E_UNAVAILABLE,
		    "%s: no answer to the TLS handshake in time", c->uri);
	if (rc == LDAP_SUCCESS)
		return check_peer(c, err);
	if (start && rc != LDAP_CONNECT_ERROR && rc != LDAP_SERVER_DOWN)
		return vms_ldapc_fail(c, rc, "StartTLS is refused", err);
	return vms_fail(err, VMS_E_UNAVAILABLE, "%s: TLS failed: the server "
	    "speaks no TLS there, or its certificate is expired, revoked, "
	    "not pinned, or not signed by directory.ca_file (%s)", c->uri,
	    c->env->conf->directory.ca_file);
}

static int
new_handle(struct vms_ldapc *c, int64_t deadline, bool *loopback,
    struct vms_err *err)
{
	int version = LDAP_VERSION3, rc;

	c->fd = vms_ldapc_connect(c->uri, c->url->lud_host, c->url->lud_port,
	    c->local, deadline,
	    (int)c->env->conf->directory.connect_timeout_ms, loopback, err);
	if (c->fd == -1)
		return -1;
	rc = ldap_init_fd(c->fd, c->local ? LDAP_PROTO_IPC : LDAP_PROTO_TCP,
	    c->uri, &c->ld);
	if (rc != LDAP_SUCCESS) {
		close(c->fd);
		c->fd = -1;
		return vms_ldapc_fail(c, rc, "libldap", err);
	}
	if (ldap_set_option(c->ld, LDAP_OPT_PROTOCOL_VERSION, &version) != 0 ||
	    ldap_set_option(c->ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF) != 0 ||
	    ldap_set_option(c->ld, LDAP_OPT_RESTART, LDAP_OPT_OFF) != 0 ||
	    set_int(c->ld, LDAP_OPT_DEREF, LDAP_DEREF_NEVER) != 0)
		return vms_fail(err, VMS_E_SYSTEM, "libldap options");
	return 0;
}

static void
drop_handle(struct vms_ldapc *c)
{
	if (c->ld != NULL)
		ldap_unbind_ext(c->ld, NULL, NULL);
	c->ld = NULL;
	c->fd = -1;
}

static int
secure(struct vms_ldapc *c, int64_t deadline, struct vms_err *err)
{
	const struct vms_conf_list *pins = &c->env->conf->directory.pins;
	bool start = strcmp(c->url->lud_scheme, "ldaps") != 0, loopback;
	size_t i = 0;

	for (;;) {
		if (handshake(c, pins->n == 0 ? NULL : pins->v[i], deadline,
		    start, err) == 0) {
			c->tls = true;
			return 0;
		}
		if (++i >= pins->n || (err != NULL &&
		    err->code != VMS_E_UNAVAILABLE))
			return -1;
		drop_handle(c);
		if (new_handle(c, deadline, &loopback, err) == -1)
			return -1;
	}
}

static int
open_url(struct vms_ldapc *c, int64_t deadline, struct vms_err *err)
{
	const struct vms_conf *conf = c->env->conf;
	bool ldaps, loopback = false;

	if (ldap_url_parse(c->uri, &c->url) != LDAP_URL_SUCCESS)
		return vms_fail(err, VMS_E_MALFORMED, "%s: not an LDAP URI",
		    c->uri);
	ldaps = strcmp(c->url->lud_scheme, "ldaps") == 0;
	c->local = strcmp(c->url->lud_scheme, "ldapi") == 0;
	if (new_handle(c, deadline, &loopback, err) == -1)
		return -1;
	if (ldaps || (conf->directory.starttls && !c->local))
		return secure(c, deadline, err);
	if (!c->local && !(conf->directory.allow_clear_text && loopback))
		return vms_fail(err, VMS_E_MALFORMED, "%s: passwords do not "
		    "go over clear text: use ldaps:// or directory.starttls",
		    c->uri);
	return 0;
}

int
vms_ldapc_open(const struct vms_ldapc_env *env, const char *uri,
    int64_t deadline, struct vms_ldapc **out, struct vms_err *err)
{
	struct vms_ldapc *c = calloc(1, sizeof(*c));
	struct vms_err mine = { 0 };

	*out = NULL;
	if (err == NULL)
		err = &mine;
	if (c == NULL || (c->uri = strdup(uri)) == NULL) {
		free(c);
		return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	}
	c->env = env;
	c->fd = c->msgid = -1;
	if (open_url(c, deadline, err) == -1) {
		vms_ldapc_close(c);
		return -1;
	}
	*out = c;
	return 0;
}

void
vms_ldapc_close(struct vms_ldapc *c)
{
	if (c == NULL)
		return;
	drop_handle(c);
	if (c->url != NULL)
		ldap_free_urldesc(c->url);
	free(c->uri);
	free(c);
}

int
vms_ldapc_fd(const struct vms_ldapc *c)
{
	return c->fd;
}

void
vms_ldapc_guard(struct vms_ldapc *c, int64_t deadline)
{
	vms_ldapc_watch(c->fd, deadline);
}

const char *
vms_ldapc_uri(const struct vms_ldapc *c)
{
	return c->uri;
}

bool
vms_ldapc_is_quiet(struct vms_ldapc *c)
{
	struct pollfd pfd = { .fd = c->fd, .events = POLLIN };

	return poll(&pfd, 1, 0) == 0;
}
