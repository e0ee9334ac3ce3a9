/* SPDX-License-Identifier: MIT */
/* vmsd-ldap: the part of vmsd that talks to directory servers.  Started by
 * vmsd alone. */
#include <stdio.h>
#include <stdlib.h>

#include "vmsd/ldapc.h"
#include "vmsd/log.h"
#include "vmsd/role_ldap.h"
#include "vmsd/sandbox.h"

int
main(int argc, char **argv)
{
	struct vms_role_ctx ctx = { 0 };
	struct vms_err err = { 0 };
	int code = 1;

	if (vms_role_begin(argc, argv, &ctx, &err) == -1 ||
	    vms_ldapc_init(&err) == -1 ||
	    vms_sandbox_enter(ctx.role, &err) == -1) {
		fprintf(stderr, "vmsd-ldap: %s\n", err.msg);
		goto out;
	}
	if (ctx.role == VMS_ROLE_SYNC)
		code = vms_sync_main(&ctx);
	else if (ctx.role == VMS_ROLE_AUTH)
		code = vms_auth_main(&ctx);
	else
		fprintf(stderr, "vmsd-ldap: not a role of this program\n");
out:
	vms_role_fini(&ctx);
	return code;
}
