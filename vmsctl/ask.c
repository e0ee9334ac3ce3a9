/* SPDX-License-Identifier: MIT */
/* One question to vmsd: see ask.h. */
#include "vmsctl/ask.h"

#include <stdio.h>

#include "vmsctl/out.h"
#include "vmsctl/vmsctl.h"

/* A list of all cameras takes vmsd a while. */
#define TIMEOUT_MS 30000

static int
refused(const struct vms_error_rep *e)
{
	fputs("vmsctl: ", stderr);
	out_text(stderr, e->text);
	fputc('\n', stderr);
	switch ((enum vms_code)e->code) {
	case VMS_E_DENIED:
		return CTL_NOT_PERMITTED;
	case VMS_E_UNAVAILABLE:
		return CTL_UNAVAILABLE;
	case VMS_E_MALFORMED:
		return CTL_USAGE;
	case VMS_E_OK:
	case VMS_E_NOT_FOUND:
	case VMS_E_LIMIT:
	case VMS_E_SYSTEM:
		break;
	}
	return CTL_NO;
}

int
ask(const char *path, const struct vms_message *m, struct vms_reply *rep)
{
	struct vms_call call = { .path = path, .timeout_ms = TIMEOUT_MS };
	struct vms_err err = { 0 };
	enum vms_client_status st = vms_client_ask(&call, m, rep, &err);
	int rc;

	if (st != VMS_CLIENT_OK) {
		fprintf(stderr, "vmsctl: %s\n", err.msg);
		return st == VMS_CLIENT_LOCAL ?
		    err.code == VMS_E_LIMIT ? CTL_USAGE : CTL_NO :
		    CTL_UNAVAILABLE;
	}
	if (rep->msg.type != VMS_A_ERROR)
		return CTL_OK;
	rc = refused(&rep->msg.u.error_rep);
	vms_reply_fini(rep);
	return rc;
}
