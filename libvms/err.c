/* SPDX-License-Identifier: MIT */
/* Failures: see err.h. */
#include "libvms/err.h"

#include <stdio.h>
#include <string.h>

int
vms_vfail(struct vms_err *err, enum vms_code code, const char *fmt,
    va_list ap)
{
	if (err != NULL) {
		err->code = code;
		vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
		/* A message is one line in a log, whatever it quotes. */
		for (char *p = err->msg; *p != '\0'; p++) {
			if ((unsigned char)*p < 0x20 || *p == 0x7f)
				*p = '?';
		}
	}
	return -1;
}

int
vms_fail(struct vms_err *err, enum vms_code code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vms_vfail(err, code, fmt, ap);
	va_end(ap);
	return -1;
}

const char *
vms_code_name(enum vms_code code)
{
	switch (code) {
	case VMS_E_OK:
		return "ok";
	case VMS_E_UNAVAILABLE:
		return "unavailable";
	case VMS_E_NOT_FOUND:
		return "not-found";
	case VMS_E_DENIED:
		return "denied";
	case VMS_E_MALFORMED:
		return "malformed";
	case VMS_E_LIMIT:
		return "limit";
	case VMS_E_SYSTEM:
		return "system";
	}
	return "?";
}
