/* SPDX-License-Identifier: MIT */
/* passwd: by name and by uid.  Enumeration is in list.c. */
#include "nss_vms/nss_vms.h"

#include <errno.h>

/* Copy a user's strings, which lie one behind the other in the record, and
 * point at the copies. */
static enum vms_answer
place(const struct vms_snap_user *u, struct passwd *pw, char *buf, size_t len)
{
	size_t text = u->name.len + u->gecos.len + u->home.len +
	    u->shell.len + 4;

	if (len < text + 2)
		return VMS_ANSWER_SMALL;
	memcpy(buf, u->name.p, text);
	memcpy(buf + text, "x", 2);
	*pw = (struct passwd){
		.pw_name = buf,
		.pw_passwd = buf + text,
		.pw_uid = u->uid,
		.pw_gid = u->gid,
		.pw_gecos = buf + (u->gecos.p - u->name.p),
		.pw_dir = buf + (u->home.p - u->name.p),
		.pw_shell = buf + (u->shell.p - u->name.p)
	};
	return VMS_ANSWER_OK;
}

enum vms_answer
vms_nss_fill_user(struct vms_reader *r, struct vms_str name, void *passwd,
    char *buf, size_t len)
{
	uint8_t rec[VMS_SNAP_USER_MAX];
	struct vms_snap_user u;
	enum vms_answer answer = vms_reader_user_by_name(r, name, rec, &u);

	return answer != VMS_ANSWER_OK ? answer : place(&u, passwd, buf, len);
}

static enum vms_answer
by_name(struct vms_str name, struct passwd *pw, char *buf, size_t len)
{
	struct vms_reader r;
	enum vms_answer answer;

	if (!vms_name_is_login(name) || vms_name_is_privileged(name))
		return VMS_ANSWER_NOT_FOUND;
	answer = vms_reader_open(&r);
	if (answer != VMS_ANSWER_OK)
		return answer;
	answer = vms_nss_fill_user(&r, name, pw, buf, len);
	vms_reader_close(&r);
	return answer;
}

static enum vms_answer
by_uid(uid_t uid, struct passwd *pw, char *buf, size_t len)
{
	uint8_t rec[VMS_SNAP_USER_MAX];
	struct vms_snap_user u;
	struct vms_reader r;
	enum vms_answer answer;

	if (!vms_uid_is_served(uid))
		return VMS_ANSWER_NOT_FOUND;
	answer = vms_reader_open(&r);
	if (answer != VMS_ANSWER_OK)
		return answer;
	answer = vms_reader_user_by_uid(&r, uid, rec, &u);
	if (answer == VMS_ANSWER_OK)
		answer = place(&u, pw, buf, len);
	vms_reader_close(&r);
	return answer;
}

VMS_NSS_ENTRY enum nss_status
_nss_vms_getpwnam_r(const char *name, struct passwd *pw, char *buf,
    size_t len, int *errnop)
{
	int saved = errno;

	return vms_nss_done(by_name(vms_nss_name(name), pw, buf, len), saved,
	    errnop);
}

VMS_NSS_ENTRY enum nss_status
_nss_vms_getpwuid_r(uid_t uid, struct passwd *pw, char *buf, size_t len,
    int *errnop)
{
	int saved = errno;

	return vms_nss_done(by_uid(uid, pw, buf, len), saved, errnop);
}
