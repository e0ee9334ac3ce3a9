/* SPDX-License-Identifier: MIT */
/* From what a reader found to what glibc is told: see nss_vms.h. */
#include "nss_vms/nss_vms.h"

#include <errno.h>

enum nss_status
vms_nss_done(enum vms_answer answer, int saved, int *errnop)
{
	enum nss_status status = NSS_STATUS_UNAVAIL;
	int error = EIO;

	switch (answer) {
	case VMS_ANSWER_OK:
		errno = saved;
		return NSS_STATUS_SUCCESS;
	case VMS_ANSWER_NOT_FOUND:
		status = NSS_STATUS_NOTFOUND;
		error = ENOENT;
		break;
	case VMS_ANSWER_ABSENT:
		error = ENOENT;
		break;
	case VMS_ANSWER_BUSY:
		status = NSS_STATUS_TRYAGAIN;
		error = EAGAIN;
		break;
	case VMS_ANSWER_BAD:
		break;
	case VMS_ANSWER_SMALL:
		status = NSS_STATUS_TRYAGAIN;
		error = ERANGE;
		break;
	case VMS_ANSWER_FORBIDDEN:
		error = EACCES;
		break;
	}
	errno = saved;
	*errnop = error;
	return status;
}

struct vms_str
vms_nss_name(const char *name)
{
	if (name == NULL)
		return (struct vms_str){ NULL, 0 };
	return (struct vms_str){ name, strnlen(name, VMS_NAME_MAX + 1) };
}
