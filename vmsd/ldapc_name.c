/* SPDX-License-Identifier: MIT */
/*
 * Whose certificate is it?  libldap compares with the URI's host alone and
 * does not say why it refuses; here the configured names count too.  The
 * chain was verified before.
 */
#include <arpa/inet.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "vmsd/ldapc_int.h"

/* A leading * stands for the rest of one label: "ldap*.example.com". */
static bool
matches(struct vms_str pattern, struct vms_str name)
{
	const char *star = memchr(pattern.p, '*', pattern.len);
	struct vms_str head, tail, mid;

	if (star == NULL)
		return vms_str_caseeq(pattern, name);
	head = (struct vms_str){ pattern.p, (size_t)(star - pattern.p) };
	tail = (struct vms_str){ star + 1, pattern.len - head.len - 1 };
	if (name.len < head.len + tail.len)
		return false;
	mid = (struct vms_str){ name.p + head.len,
		name.len - head.len - tail.len };
	return vms_str_caseeq((struct vms_str){ name.p, head.len }, head) &&
	    vms_str_caseeq((struct vms_str){ mid.p + mid.len, tail.len },
	    tail) && memchr(mid.p, '.', mid.len) == NULL;
}

static bool
listed(const struct vms_conf_list *names, struct vms_str name)
{
	for (size_t i = 0; i < names->n; i++)
		if (matches(vms_str_of(names->v[i]), name))
			return true;
	return false;
}

/* Any DNS name of the certificate among ours?  seen collects them. */
static bool
any_listed(X509 *cert, const struct vms_conf_list *names, char *seen,
    size_t size)
{
	GENERAL_NAMES *san = X509_get_ext_d2i(cert, NID_subject_alt_name,
	    NULL, NULL);
	size_t len = 0;
	bool yes = false;

	seen[0] = '\0';
	for (int i = 0; i < sk_GENERAL_NAME_num(san); i++) {
		const GENERAL_NAME *g = sk_GENERAL_NAME_value(san, i);
		struct vms_str name;
		int n;

		if (g->type != GEN_DNS)
			continue;
		name = (struct vms_str){
			(const char *)ASN1_STRING_get0_data(g->d.dNSName),
			(size_t)ASN1_STRING_length(g->d.dNSName) };
		if (name.len == 0 || memchr(name.p, '\0', name.len) != NULL)
			continue;
		yes = yes || listed(names, name);
		n = snprintf(seen + len, size - len, "%s%.*s",
		    len == 0 ? "" : ", ", VMS_STR_ARG(name));
		if (n > 0 && (size_t)n < size - len)
			len += (size_t)n;
	}
	GENERAL_NAMES_free(san);
	return yes;
}

int
vms_ldapc_check_name(const void *der, size_t len, const char *host,
    const struct vms_conf_list *names, struct vms_err *err)
{
	const unsigned char *p = der;
	X509 *cert = d2i_X509(NULL, &p, (long)len);
	unsigned char addr[16];
	char seen[120];
	bool yes;

	if (cert == NULL)
		return vms_fail(err, VMS_E_DENIED,
		    "the server's certificate can not be read");
	if (inet_pton(AF_INET, host, addr) == 1 ||
	    inet_pton(AF_INET6, host, addr) == 1)
		yes = X509_check_ip_asc(cert, host, 0) == 1;
	else
		yes = X509_check_host(cert, host, 0,
		    X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, NULL) == 1;
	yes = any_listed(cert, names, seen, sizeof(seen)) || yes;
	X509_free(cert);
	if (yes)
		return 0;
	return vms_fail(err, VMS_E_DENIED, "the certificate is for [%s], not "
	    "for %s: use its name in directory.uri, or list it in "
	    "directory.server_names", seen, host);
}
