/* SPDX-License-Identifier: MIT */
/* group: by name and by gid.  Enumeration is in list.c. */
#include "nss_vms/nss_vms.h"

#include <errno.h>
#include <stdalign.h>

/*
 * The caller's buffer: padding, n + 1 pointers, the record's strings, "*".
 * The strings are read into their place, so that fifty thousand members cost
 * no memory but the caller's.
 */
static enum vms_answer
place(const struct vms_reader *r, struct vms_found found,
    const struct vms_snap_group *g, struct group *gr, char *buf, size_t len)
{
	size_t pad = -(uintptr_t)buf % alignof(char *);
	size_t pointers = ((size_t)g->n_members + 1) * sizeof(char *);
	size_t need = pad + pointers + g->text_len + 2;
	char **members, *name, *text;
	enum vms_answer answer;

	if (len < need)
		return VMS_ANSWER_SMALL;
	members = (void *)(buf + pad);
	text = buf + pad + pointers;
	answer = vms_reader_read(r, found.at + VMS_SNAP_GROUP_HEAD, text,
	    g->text_len);
	if (answer != VMS_ANSWER_OK)
		return answer;
	if (vms_snap_group_text(text, g, &name, members) != 0)
		return VMS_ANSWER_BAD;
	members[g->n_members] = NULL;
	memcpy(text + g->text_len, "*", 2);
	*gr = (struct group){
		.gr_name = name,
		.gr_passwd = text + g->text_len,
		.gr_gid = g->gid,
		.gr_mem = members
	};
	return VMS_ANSWER_OK;
}

static enum vms_answer
fill(struct vms_reader *r, const uint8_t *key, size_t key_len,
    struct group *gr, char *buf, size_t len)
{
	uint8_t head[VMS_SNAP_GROUP_HEAD];
	struct vms_snap_group g;
	struct vms_found found;
	enum vms_answer answer = vms_reader_find(r, key, key_len, &found);

	if (answer != VMS_ANSWER_OK)
		return answer;
	if (found.len < sizeof(head))
		return VMS_ANSWER_BAD;
	answer = vms_reader_read(r, found.at, head, sizeof(head));
	if (answer != VMS_ANSWER_OK)
		return answer;
	if (vms_snap_get_group(head, found.len, &g) != 0)
		return VMS_ANSWER_BAD;
	return place(r, found, &g, gr, buf, len);
}

enum vms_answer
vms_nss_fill_group(struct vms_reader *r, struct vms_str name, void *group,
    char *buf, size_t len)
{
	uint8_t key[VMS_SNAP_KEY_MAX];
	struct group gr;
	enum vms_answer answer = fill(r, key,
	    vms_snap_key_name(VMS_SNAP_GROUP, name, key), &gr, buf, len);

	if (answer != VMS_ANSWER_OK)
		return answer;
	if (!vms_str_eq(vms_str_of(gr.gr_name), name))
		return VMS_ANSWER_BAD;
	memcpy(group, &gr, sizeof(gr));
	return VMS_ANSWER_OK;
}

static enum vms_answer
by_name(struct vms_str name, struct group *gr, char *buf, size_t len)
{
	struct vms_reader r;
	enum vms_answer answer;

	if (!vms_name_is_group(name) || vms_group_is_privileged(name))
		return VMS_ANSWER_NOT_FOUND;
	answer = vms_reader_open(&r);
	if (answer != VMS_ANSWER_OK)
		return answer;
	answer = vms_nss_fill_group(&r, name, gr, buf, len);
	vms_reader_close(&r);
	return answer;
}

static enum vms_answer
by_gid(gid_t gid, struct group *gr, char *buf, size_t len)
{
	uint8_t key[VMS_SNAP_KEY_MAX];
	struct group found;
	struct vms_reader r;
	enum vms_answer answer;

	if (!vms_gid_is_served(gid))
		return VMS_ANSWER_NOT_FOUND;
	answer = vms_reader_open(&r);
	if (answer != VMS_ANSWER_OK)
		return answer;
	answer = fill(&r, key, vms_snap_key_id(VMS_SNAP_GID, gid, key),
	    &found, buf, len);
	vms_reader_close(&r);
	if (answer == VMS_ANSWER_OK && found.gr_gid != gid)
		answer = VMS_ANSWER_BAD;
	if (answer == VMS_ANSWER_OK)
		*gr = found;
	return answer;
}

VMS_NSS_ENTRY enum nss_status
_nss_vms_getgrnam_r(const char *name, struct group *gr, char *buf,
    size_t len, int *errnop)
{
	int saved = errno;

	return vms_nss_done(by_name(vms_nss_name(name), gr, buf, len), saved,
	    errnop);
}

VMS_NSS_ENTRY enum nss_status
_nss_vms_getgrgid_r(gid_t gid, struct group *gr, char *buf, size_t len,
    int *errnop)
{
	int saved = errno;

	return vms_nss_done(by_gid(gid, gr, buf, len), saved, errnop);
}
