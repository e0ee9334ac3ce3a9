/* SPDX-License-Identifier: MIT */
/* The inside of a connection, shared by the files ldapc*.c alone. */
#ifndef VMS_LDAPC_INT_H
#define VMS_LDAPC_INT_H

#include <ldap.h>

#include "vmsd/ldapc.h"

struct vms_ldapc {
	const struct vms_ldapc_env *env;
	LDAP *ld;
	LDAPURLDesc *url;
	char *uri;
	int fd;			/* libldap's; closed with ld */
	bool tls, local;	/* ldapi */
	bool stamps;		/* entries have a modifyTimestamp and no
				 * entryCSN (389-ds) */
	int msgid;		/* of the search under way, -1: none */
};

/* "URI: what: text" with the library's and the server's words. */
int vms_ldapc_fail(struct vms_ldapc *c, int rc, const char *what,
    struct vms_err *err);
/* Wait for the whole answer to msgid.  0 and *res (owned), or -1. */
int vms_ldapc_wait(struct vms_ldapc *c, int msgid, int64_t deadline,
    LDAPMessage **res, struct vms_err *err);
/* Until `deadline` shuts the socket down; 0 ends the watch. */
void vms_ldapc_watch(int fd, int64_t deadline);
/* TCP or a UNIX socket, with its deadline; the descriptor or -1.
 * *loopback: the other end is this host. */
int vms_ldapc_connect(const char *uri, const char *host, int port,
    bool local, int64_t deadline, int user_timeout_ms, bool *loopback,
    struct vms_err *err);
/* Does the certificate (DER) belong to this host, or to one of the names?
 * 0, or -1 with a text that says which names it has. */
int vms_ldapc_check_name(const void *der, size_t len, const char *host,
    const struct vms_conf_list *names, struct vms_err *err);

#endif
