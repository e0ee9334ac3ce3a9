/* SPDX-License-Identifier: MIT */
/* The records of the store: see store_record.h. */
#include "vmsd/store_record.h"

#include <string.h>

#include "libvms/bounds.h"

#define SUM_LEN 8

/* Against rot and half-written disks, not against an enemy. */
static uint64_t
checksum(const uint8_t *p, size_t len)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325) ^ len, v;

	for (; len >= 8; p += 8, len -= 8) {
		memcpy(&v, p, 8);
		h = (h ^ v) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 29;
	}
	for (; len > 0; p++, len--)
		h = (h ^ *p) * UINT64_C(0x100000001b3);
	return h ^ h >> 32;
}

static void
seal(struct vms_wr *w, size_t at)
{
	uint64_t sum;

	if (w->bad)
		return;
	sum = checksum(w->p + at + SUM_LEN, w->len - at - SUM_LEN);
	vms_wr_patch_u32(w, at, (uint32_t)(sum >> 32));
	vms_wr_patch_u32(w, at + 4, (uint32_t)sum);
}

/* A reader behind the checksum; its bad flag is set if that is wrong. */
static struct vms_rd
unseal(struct vms_str value)
{
	struct vms_rd r = vms_rd_init(value.p, value.len);
	uint64_t sum = vms_rd_u64(&r);

	if (r.bad || sum != checksum(r.p, (size_t)(r.end - r.p)))
		r.bad = true;
	return r;
}

static int
broken(struct vms_err *err, const char *what)
{
	return vms_fail(err, VMS_E_MALFORMED, "the store has a broken %s",
	    what);
}

void
vms_record_put_entry(struct vms_wr *w, const struct vms_entry *e,
    int64_t held_since)
{
	struct vms_str csn = { NULL, 0 };
	size_t at = w->len;

	vms_entry_get_one(e, VMS_STR("entryCSN"), &csn);
	vms_wr_u64(w, 0);
	vms_wr_u64(w, (uint64_t)held_since);
	vms_wr_str(w, csn);
	vms_wr_str(w, e->dn);
	vms_entry_encode(w, e);
	seal(w, at);
}

int
vms_record_get_entry(struct vms_str uuid, struct vms_str value,
    struct vms_store_item *out, struct vms_err *err)
{
	struct vms_rd r = unseal(value);

	*out = (struct vms_store_item){ 0 };
	if (uuid.len == VMS_UUID_LEN)
		memcpy(out->uuid, uuid.p, VMS_UUID_LEN);
	out->held_since = (int64_t)vms_rd_u64(&r);
	out->csn = vms_rd_str(&r, VMS_VALUE_MAX);
	out->dn = vms_rd_str(&r, VMS_VALUE_MAX);
	out->entry = r;
	return r.bad || uuid.len != VMS_UUID_LEN ?
	    broken(err, "entry") : 0;
}

void
vms_record_put_departed(struct vms_wr *w, const struct vms_store_departed *d)
{
	size_t at = w->len;

	vms_wr_u64(w, 0);
	vms_wr_u64(w, (uint64_t)d->when);
	vms_wr_str(w, d->dn);
	vms_wr_str(w, d->name);
	vms_wr_str(w, d->uid);
	vms_wr_str(w, d->csn);
	seal(w, at);
}

int
vms_record_get_departed(struct vms_str uuid, struct vms_str value,
    struct vms_store_departed *out, struct vms_err *err)
{
	struct vms_rd r = unseal(value);

	*out = (struct vms_store_departed){ 0 };
	if (uuid.len == VMS_UUID_LEN)
		memcpy(out->uuid, uuid.p, VMS_UUID_LEN);
	out->when = (int64_t)vms_rd_u64(&r);
	out->dn = vms_rd_str(&r, VMS_VALUE_MAX);
	out->name = vms_rd_str(&r, VMS_VALUE_MAX);
	out->uid = vms_rd_str(&r, VMS_VALUE_MAX);
	out->csn = vms_rd_str(&r, VMS_VALUE_MAX);
	return !vms_rd_done(&r) || uuid.len != VMS_UUID_LEN ?
	    broken(err, "record of one who left") : 0;
}

void
vms_record_put_meta(struct vms_wr *w, const struct vms_store_meta *m)
{
	size_t at = w->len;

	vms_wr_u64(w, 0);
	vms_wr_u64(w, m->generation);
	vms_wr_u64(w, m->scope);
	vms_wr_u64(w, (uint64_t)m->complete_at);
	vms_wr_u64(w, (uint64_t)m->fresh_at);
	vms_wr_u64(w, (uint64_t)m->time_floor);
	vms_wr_str(w, vms_str_of(m->cookie));
	vms_wr_str(w, vms_str_of(m->server));
	seal(w, at);
}

int
vms_record_get_meta(struct vms_str value, struct vms_store_meta *out,
    struct vms_err *err)
{
	struct vms_rd r = unseal(value);
	struct vms_str cookie, server;

	*out = (struct vms_store_meta){ 0 };
	out->generation = vms_rd_u64(&r);
	out->scope = vms_rd_u64(&r);
	out->complete_at = (int64_t)vms_rd_u64(&r);
	out->fresh_at = (int64_t)vms_rd_u64(&r);
	out->time_floor = (int64_t)vms_rd_u64(&r);
	cookie = vms_rd_text(&r, VMS_COOKIE_MAX);
	server = vms_rd_text(&r, VMS_URI_MAX);
	if (!vms_rd_done(&r) ||
	    vms_str_copy(out->cookie, sizeof(out->cookie), cookie) == -1 ||
	    vms_str_copy(out->server, sizeof(out->server), server) == -1) {
		*out = (struct vms_store_meta){ 0 };
		return broken(err, "header");
	}
	return 0;
}
