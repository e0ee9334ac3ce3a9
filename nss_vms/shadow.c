/* SPDX-License-Identifier: MIT */
/*
 * shadow: entries that no password opens, so that pam_unix finds a user whole
 * and lets pam_vms say the rest.  For root alone.
 */
#include "nss_vms/nss_vms.h"

#include <errno.h>
#include <unistd.h>

/* A day long past: disabled users are expired for whoever looks here. */
#define EXPIRED_DAY 1

enum vms_answer
vms_nss_fill_shadow(struct vms_reader *r, struct vms_str name, void *spwd,
    char *buf, size_t len)
{
	uint8_t rec[VMS_SNAP_USER_MAX];
	struct vms_snap_user u;
	enum vms_answer answer = vms_reader_user_by_name(r, name, rec, &u);

	if (answer != VMS_ANSWER_OK)
		return answer;
	if (len < u.name.len + 1 + sizeof("!*"))
		return VMS_ANSWER_SMALL;
	memcpy(buf, u.name.p, u.name.len + 1);
	memcpy(buf + u.name.len + 1, "!*", sizeof("!*"));
	*(struct spwd *)spwd = (struct spwd){
		.sp_namp = buf,
		.sp_pwdp = buf + u.name.len + 1,
		.sp_lstchg = -1,
		.sp_min = -1,
		.sp_max = -1,
		.sp_warn = -1,
		.sp_inact = -1,
		.sp_expire = u.disabled ? EXPIRED_DAY : -1,
		.sp_flag = ~0UL
	};
	return VMS_ANSWER_OK;
}

static enum vms_answer
by_name(struct vms_str name, struct spwd *sp, char *buf, size_t len)
{
	struct vms_reader r;
	enum vms_answer answer;

	if (geteuid() != 0)
		return VMS_ANSWER_FORBIDDEN;
	if (!vms_name_is_login(name) || vms_name_is_privileged(name))
		return VMS_ANSWER_NOT_FOUND;
	answer = vms_reader_open(&r);
	if (answer != VMS_ANSWER_OK)
		return answer;
	answer = vms_nss_fill_shadow(&r, name, sp, buf, len);
	vms_reader_close(&r);
	return answer;
}

VMS_NSS_ENTRY enum nss_status
_nss_vms_getspnam_r(const char *name, struct spwd *sp, char *buf, size_t len,
    int *errnop)
{
	int saved = errno;

	return vms_nss_done(by_name(vms_nss_name(name), sp, buf, len), saved,
	    errnop);
}
