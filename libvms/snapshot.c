/* SPDX-License-Identifier: MIT */
/* Records of the published file: see snapshot.h. */
#include "libvms/snapshot.h"

static const char magic[8] = { 'V', 'M', 'S', '-', 'I', 'D', '\r', '\n' };

#define FLAG_ENUMERATE 1U
#define FLAG_DISABLED 1U
#define SPREAD 2654435761U	/* 2^32 over the golden ratio */

size_t
vms_snap_key_name(enum vms_snap_kind kind, struct vms_str name, uint8_t *buf)
{
	if (name.len == 0 || name.len > VMS_NAME_MAX)
		return 0;
	buf[0] = (uint8_t)kind;
	memcpy(buf + 1, name.p, name.len);
	return 1 + name.len;
}

size_t
vms_snap_key_id(enum vms_snap_kind kind, uint32_t id, uint8_t *buf)
{
	/* Ids come in rows, which cdb's hash would put into one long run of
	 * slots: 166 looked at for a hit among 100,000 uids, 1.5 like this.
	 * An odd factor maps no two ids to one key. */
	uint32_t spread = id * SPREAD;

	buf[0] = (uint8_t)kind;
	for (size_t i = 0; i < 4; i++)
		buf[1 + i] = (uint8_t)(spread >> (24 - 8 * i));
	return 5;
}

void
vms_snap_put_header(struct vms_wr *w, const struct vms_snap_header *h)
{
	vms_wr_bytes(w, magic, sizeof(magic));
	vms_wr_u32(w, VMS_SNAP_VERSION);
	vms_wr_u32(w, h->enumerate ? FLAG_ENUMERATE : 0);
	vms_wr_u64(w, h->generation);
	vms_wr_u64(w, (uint64_t)h->created_s);
	vms_wr_u64(w, h->file_size);
	vms_wr_u32(w, h->n_users);
	vms_wr_u32(w, h->n_groups);
	vms_wr_u32(w, h->n_ours);
	vms_wr_u32(w, h->min_id);
	vms_wr_u32(w, h->max_id);
	vms_wr_u32(w, 0);
}

static void
put_cstr(struct vms_wr *w, struct vms_str s)
{
	vms_wr_bytes(w, s.p, s.len);
	vms_wr_u8(w, 0);
}

void
vms_snap_put_user(struct vms_wr *w, const struct vms_snap_user *u)
{
	size_t text = u->name.len + u->gecos.len + u->home.len +
	    u->shell.len + 4;

	vms_wr_bytes(w, u->uuid, VMS_UUID_LEN);
	vms_wr_u32(w, u->uid);
	vms_wr_u32(w, u->gid);
	vms_wr_u32(w, u->disabled ? FLAG_DISABLED : 0);
	vms_wr_u32(w, (uint32_t)text);
	put_cstr(w, u->name);
	put_cstr(w, u->gecos);
	put_cstr(w, u->home);
	put_cstr(w, u->shell);
}

void
vms_snap_put_group(struct vms_wr *w, const uint8_t uuid[VMS_UUID_LEN],
    uint32_t gid, struct vms_str name, const struct vms_str *members,
    uint32_t n_members)
{
	size_t at, start = w->len;

	vms_wr_bytes(w, uuid, VMS_UUID_LEN);
	vms_wr_u32(w, gid);
	vms_wr_u32(w, n_members);
	at = w->len;
	vms_wr_u32(w, 0);
	put_cstr(w, name);
	for (uint32_t i = 0; i < n_members; i++)
		put_cstr(w, members[i]);
	vms_wr_patch_u32(w, at,
	    (uint32_t)(w->len - start - VMS_SNAP_GROUP_HEAD));
}

void
vms_snap_put_gids(struct vms_wr *w, const uint32_t *gids, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		vms_wr_u32(w, gids[i]);
}

int
vms_snap_get_header(const void *rec, size_t len, struct vms_snap_header *out)
{
	struct vms_rd r = vms_rd_init(rec, len);
	struct vms_snap_header h = { 0 };
	const uint8_t *m = vms_rd_bytes(&r, sizeof(magic));
	uint32_t version = vms_rd_u32(&r);

	*out = h;
	h.enumerate = (vms_rd_u32(&r) & FLAG_ENUMERATE) != 0;
	h.generation = vms_rd_u64(&r);
	h.created_s = (int64_t)vms_rd_u64(&r);
	h.file_size = vms_rd_u64(&r);
	h.n_users = vms_rd_u32(&r);
	h.n_groups = vms_rd_u32(&r);
	h.n_ours = vms_rd_u32(&r);
	h.min_id = vms_rd_u32(&r);
	h.max_id = vms_rd_u32(&r);
	vms_rd_u32(&r);
	if (!vms_rd_done(&r) || memcmp(m, magic, sizeof(magic)) != 0 ||
	    version != VMS_SNAP_VERSION)
		return -1;
	*out = h;
	return 0;
}

/* Up to and with the next NUL. */
static struct vms_str
rd_cstr(struct vms_rd *r)
{
	size_t left = (size_t)(r->end - r->p);
	const uint8_t *p = r->p;
	const uint8_t *nul = r->bad || left == 0 ? NULL : memchr(p, 0, left);

	if (nul == NULL) {
		r->bad = true;
		return (struct vms_str){ "", 0 };
	}
	r->p = nul + 1;
	return (struct vms_str){ (const char *)p, (size_t)(nul - p) };
}

int
vms_snap_get_user(const void *rec, size_t len, struct vms_snap_user *out)
{
	struct vms_rd r = vms_rd_init(rec, len);
	struct vms_snap_user u = { 0 };
	uint32_t flags, text;

	*out = u;
	u.uuid = vms_rd_bytes(&r, VMS_UUID_LEN);
	u.uid = vms_rd_u32(&r);
	u.gid = vms_rd_u32(&r);
	flags = vms_rd_u32(&r);
	text = vms_rd_u32(&r);
	if (r.bad || len > VMS_SNAP_USER_MAX ||
	    text != len - VMS_SNAP_USER_HEAD || (flags & ~FLAG_DISABLED) != 0)
		return -1;
	u.disabled = (flags & FLAG_DISABLED) != 0;
	u.name = rd_cstr(&r);
	u.gecos = rd_cstr(&r);
	u.home = rd_cstr(&r);
	u.shell = rd_cstr(&r);
	if (!vms_rd_done(&r) || !vms_uid_is_served(u.uid) ||
	    !vms_gid_is_served(u.gid) || !vms_name_is_login(u.name) ||
	    vms_name_is_privileged(u.name) || !vms_gecos_is_plain(u.gecos) ||
	    !vms_path_is_plain(u.home) || !vms_path_is_plain(u.shell))
		return -1;
	*out = u;
	return 0;
}

int
vms_snap_get_group(const uint8_t *head, size_t len,
    struct vms_snap_group *out)
{
	struct vms_rd r;
	struct vms_snap_group g = { 0 };
	const uint8_t *uuid;

	*out = g;
	if (len < VMS_SNAP_GROUP_HEAD)
		return -1;
	r = vms_rd_init(head, VMS_SNAP_GROUP_HEAD);
	uuid = vms_rd_bytes(&r, VMS_UUID_LEN);
	memcpy(g.uuid, uuid, VMS_UUID_LEN);
	g.gid = vms_rd_u32(&r);
	g.n_members = vms_rd_u32(&r);
	g.text_len = vms_rd_u32(&r);
	/* Every string has a character and a NUL. */
	if (g.text_len != len - VMS_SNAP_GROUP_HEAD || g.text_len < 2 ||
	    g.n_members > (g.text_len - 2) / 2 || !vms_gid_is_served(g.gid))
		return -1;
	*out = g;
	return 0;
}

int
vms_snap_group_text(char *text, const struct vms_snap_group *g, char **name,
    char **members)
{
	struct vms_rd r = vms_rd_init(text, g->text_len);
	struct vms_str s = rd_cstr(&r);

	*name = text;
	if (!vms_name_is_group(s) || vms_group_is_privileged(s))
		return -1;
	for (uint32_t i = 0; i < g->n_members; i++) {
		members[i] = text + (g->text_len - (size_t)(r.end - r.p));
		s = rd_cstr(&r);
		if (!vms_name_is_login(s))
			return -1;
	}
	return vms_rd_done(&r) ? 0 : -1;
}

int
vms_snap_get_gids(const void *rec, size_t n, uint32_t *out)
{
	struct vms_rd r = vms_rd_init(rec, 4 * n);

	for (size_t i = 0; i < n; i++) {
		out[i] = vms_rd_u32(&r);
		if (r.bad || !vms_gid_is_served(out[i]))
			return -1;
	}
	return 0;
}
