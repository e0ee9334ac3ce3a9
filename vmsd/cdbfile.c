/* SPDX-License-Identifier: MIT */
/* The published file, written and read back: see cdbfile.h. */
#include "vmsd/cdbfile.h"

#include <cdb.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libvms/buf.h"
#include "libvms/snapshot.h"

struct writer {
	struct cdb_make cdb;
	struct vms_wr rec;		/* of one record, used again */
	struct vms_err *err;
};

static int
put(struct writer *w, const uint8_t *key, size_t key_len)
{
	if (w->rec.bad || key_len == 0)
		return vms_fail(w->err, VMS_E_LIMIT,
		    "published file: a record or a name is too long");
	if (cdb_make_add(&w->cdb, key, (unsigned int)key_len, w->rec.p,
	    (unsigned int)w->rec.len) != 0)
		return vms_fail(w->err, VMS_E_SYSTEM, "published file: %s",
		    strerror(errno));
	return 0;
}

static int
put_named(struct writer *w, enum vms_snap_kind kind, struct vms_str name)
{
	uint8_t key[VMS_SNAP_KEY_MAX];

	return put(w, key, vms_snap_key_name(kind, name, key));
}

static int
put_numbered(struct writer *w, enum vms_snap_kind kind, uint32_t n)
{
	uint8_t key[VMS_SNAP_KEY_MAX];

	return put(w, key, vms_snap_key_id(kind, n, key));
}

static int
put_nth(struct writer *w, enum vms_snap_kind kind, uint32_t n,
    struct vms_str name)
{
	w->rec.len = 0;
	vms_wr_bytes(&w->rec, name.p, name.len);
	return put_numbered(w, kind, n);
}

static void
encode_header(struct writer *w, const struct vms_identity *id,
    const struct vms_cdb_meta *meta, uint64_t file_size)
{
	const struct vms_snap_header h = {
		.generation = meta->generation,
		.created_s = meta->created_s,
		.file_size = file_size,
		.n_users = id->n_users,
		.n_groups = id->n_groups,
		.n_ours = id->n_ours,
		.min_id = meta->min_id,
		.max_id = meta->max_id,
		.enumerate = meta->enumerate
	};

	w->rec.len = 0;
	vms_snap_put_header(&w->rec, &h);
}

static int
put_users(struct writer *w, const struct vms_identity *id, bool enumerate)
{
	for (uint32_t i = 0; i < id->n_users; i++) {
		const struct vms_id_user *u = &id->users[i];
		const struct vms_snap_user s = {
			.uuid = u->uuid,
			.uid = u->uid,
			.gid = u->gid,
			.disabled = u->disabled,
			.name = u->name,
			.gecos = u->gecos,
			.home = u->home,
			.shell = u->shell
		};

		w->rec.len = 0;
		vms_snap_put_user(&w->rec, &s);
		if (put_named(w, VMS_SNAP_USER, u->name) != 0 ||
		    put_numbered(w, VMS_SNAP_UID, u->uid) != 0)
			return -1;
		w->rec.len = 0;
		vms_snap_put_gids(&w->rec, u->gids, u->n_gids);
		if (put_named(w, VMS_SNAP_GIDS, u->name) != 0)
			return -1;
		if (enumerate &&
		    put_nth(w, VMS_SNAP_NTH_USER, i, u->name) != 0)
			return -1;
	}
	return 0;
}

static int
put_groups(struct writer *w, const struct vms_identity *id, bool enumerate)
{
	for (uint32_t i = 0; i < id->n_groups; i++) {
		const struct vms_id_group *g = &id->groups[i];

		w->rec.len = 0;
		vms_snap_put_group(&w->rec, g->uuid, g->gid, g->name,
		    g->members, g->n_members);
		if (put_named(w, VMS_SNAP_GROUP, g->name) != 0 ||
		    put_numbered(w, VMS_SNAP_GID, g->gid) != 0)
			return -1;
		if (enumerate &&
		    put_nth(w, VMS_SNAP_NTH_GROUP, i, g->name) != 0)
			return -1;
	}
	return 0;
}

static int
put_all(struct writer *w, const struct vms_identity *id,
    const struct vms_cdb_meta *meta)
{
	static const uint8_t key = VMS_SNAP_HEADER;

	encode_header(w, id, meta, 0);
	if (put(w, &key, 1) != 0 ||
	    put_users(w, id, meta->enumerate) != 0 ||
	    put_groups(w, id, meta->enumerate) != 0)
		return -1;
	w->rec.len = 0;
	for (uint32_t i = 0; i < id->n_ours; i++) {
		if (put_named(w, VMS_SNAP_OURS, id->ours[i]) != 0)
			return -1;
	}
	return 0;
}

/* The header names the size of the file that it lies in, so that a file which
 * was cut short is known at once. */
static int
seal_header(struct writer *w, int fd, const struct vms_identity *id,
    const struct vms_cdb_meta *meta)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return vms_fail(w->err, VMS_E_SYSTEM, "published file: %s",
		    strerror(errno));
	if (st.st_size > (off_t)VMS_SNAP_FILE_MAX)
		return vms_fail(w->err, VMS_E_LIMIT,
		    "published file: over %u bytes", VMS_SNAP_FILE_MAX);
	encode_header(w, id, meta, (uint64_t)st.st_size);
	if (w->rec.bad || pwrite(fd, w->rec.p, w->rec.len,
	    VMS_SNAP_HEADER_AT) != (ssize_t)w->rec.len)
		return vms_fail(w->err, VMS_E_SYSTEM,
		    "published file: cannot write its header");
	return 0;
}

int
vms_cdbfile_write(int fd, const struct vms_identity *id,
    const struct vms_cdb_meta *meta, struct vms_err *err)
{
	struct writer w = { .rec = { .max = VMS_SNAP_FILE_MAX }, .err = err };
	int r;

	if (ftruncate(fd, 0) != 0 || lseek(fd, 0, SEEK_SET) != 0 ||
	    cdb_make_start(&w.cdb, fd) != 0)
		return vms_fail(err, VMS_E_SYSTEM, "published file: %s",
		    strerror(errno));
	r = put_all(&w, id, meta);
	/* Finishing also frees, so it is done after a failure too. */
	if (cdb_make_finish(&w.cdb) != 0 && r == 0)
		r = vms_fail(err, VMS_E_SYSTEM, "published file: %s",
		    strerror(errno));
	if (r == 0)
		r = seal_header(&w, fd, id, meta);
	vms_wr_fini(&w.rec);
	return r;
}

struct past {
	struct vms_arena *arena;
	struct vms_id_user *users;
	struct vms_id_group *groups;
	struct vms_snap_header h;
	uint32_t n_users, n_groups;
};

/* Take one record in: 0, 1 if it is malformed, -1 if out of memory. */
static int
take_user(struct past *p, const uint8_t *rec, size_t len)
{
	struct vms_id_user *to = &p->users[p->n_users];
	struct vms_snap_user u;

	if (p->n_users == p->h.n_users || vms_snap_get_user(rec, len, &u) != 0)
		return 1;
	memcpy(to->uuid, u.uuid, VMS_UUID_LEN);
	to->uid = u.uid;
	to->gid = u.gid;
	to->name = vms_arena_str(p->arena, u.name);
	p->n_users++;
	return to->name.p == NULL ? -1 : 0;
}

static int
take_group(struct past *p, const uint8_t *rec, size_t len)
{
	struct vms_id_group *to = &p->groups[p->n_groups];
	struct vms_snap_group g;
	const char *text;
	size_t n;

	if (p->n_groups == p->h.n_groups ||
	    vms_snap_get_group(rec, len, &g) != 0)
		return 1;
	text = (const char *)rec + VMS_SNAP_GROUP_HEAD;
	n = strnlen(text, g.text_len);
	if (!vms_name_is_group((struct vms_str){ text, n }))
		return 1;
	memcpy(to->uuid, g.uuid, VMS_UUID_LEN);
	to->gid = g.gid;
	to->name = vms_arena_str(p->arena, (struct vms_str){ text, n });
	p->n_groups++;
	return to->name.p == NULL ? -1 : 0;
}

static int
take_records(struct past *p, struct cdb *cdb)
{
	unsigned int pos;
	int r = 0, taken = 0;

	cdb_seqinit(&pos, cdb);
	while (taken == 0 && (r = cdb_seqnext(&pos, cdb)) > 0) {
		const uint8_t *key = cdb_getkey(cdb);
		const uint8_t *rec = cdb_getdata(cdb);
		size_t len = cdb_datalen(cdb);

		if (cdb_keylen(cdb) == 0 || key == NULL || rec == NULL)
			return 1;
		if (key[0] == VMS_SNAP_USER)
			taken = take_user(p, rec, len);
		else if (key[0] == VMS_SNAP_GROUP)
			taken = take_group(p, rec, len);
	}
	return taken != 0 ? taken : r != 0;
}

static int
read_past(struct past *p, int fd, struct cdb *cdb)
{
	uint8_t header[VMS_SNAP_HEADER_LEN];
	struct stat st;

	if (pread(fd, header, sizeof(header), VMS_SNAP_HEADER_AT) !=
	    (ssize_t)sizeof(header) || fstat(fd, &st) != 0 ||
	    vms_snap_get_header(header, sizeof(header), &p->h) != 0 ||
	    p->h.file_size != (uint64_t)st.st_size ||
	    p->h.n_users > p->h.file_size / VMS_SNAP_USER_HEAD ||
	    p->h.n_groups > p->h.file_size / VMS_SNAP_GROUP_HEAD)
		return 1;
	p->users = vms_arena_calloc(p->arena, p->h.n_users, sizeof(*p->users));
	p->groups = vms_arena_calloc(p->arena, p->h.n_groups,
	    sizeof(*p->groups));
	if (p->users == NULL || p->groups == NULL)
		return -1;
	return take_records(p, cdb);
}

int
vms_cdbfile_read(int fd, struct vms_arena *arena, struct vms_identity *out,
    struct vms_cdb_meta *meta, struct vms_err *err)
{
	struct past p = { .arena = arena };
	struct cdb cdb;
	int r;

	*out = (struct vms_identity){ 0 };
	if (cdb_init(&cdb, fd) != 0)
		return vms_fail(err, VMS_E_MALFORMED,
		    "published file: %s", strerror(errno));
	r = read_past(&p, fd, &cdb);
	cdb_free(&cdb);
	if (r < 0)
		return vms_fail(err, VMS_E_SYSTEM, "published file: %s",
		    strerror(errno));
	if (r > 0 || p.n_users != p.h.n_users || p.n_groups != p.h.n_groups)
		return vms_fail(err, VMS_E_MALFORMED,
		    "published file: not one of this version, or damaged");
	out->users = p.users;
	out->n_users = p.n_users;
	out->groups = p.groups;
	out->n_groups = p.n_groups;
	if (meta != NULL)
		*meta = (struct vms_cdb_meta){ p.h.generation, p.h.created_s,
		    p.h.min_id, p.h.max_id, p.h.enumerate };
	return 0;
}
