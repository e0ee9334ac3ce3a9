/* SPDX-License-Identifier: MIT */
/* Delays after wrong passwords: see seal_delay.h. */
#include "vmsd/seal_delay.h"

#include <stdbool.h>
#include <string.h>

static bool
is_over(const struct vms_delay *d, int64_t now_s)
{
	return d->failures == 0 || now_s - VMS_DELAY_KEEP_S > d->last_s;
}

static struct vms_delay *
find(struct vms_delays *t, const uint8_t *uuid, uint64_t origin)
{
	for (size_t i = 0; i < VMS_DELAYS_MAX; i++)
		if (t->v[i].failures != 0 && t->v[i].origin == origin &&
		    memcmp(t->v[i].uuid, uuid, VMS_UUID_LEN) == 0)
			return &t->v[i];
	return NULL;
}

/* 0, 0, 1, 2, 4, … 60, 60 */
static uint32_t
delay_of(uint32_t failures)
{
	uint32_t n = failures - VMS_DELAY_FREE;

	if (failures <= VMS_DELAY_FREE)
		return 0;
	return n > 6 ? VMS_DELAY_MAX_S : UINT32_C(1) << (n - 1);
}

uint32_t
vms_delay_wait(struct vms_delays *t, const uint8_t uuid[VMS_UUID_LEN],
    uint64_t origin, int64_t now_s)
{
	struct vms_delay *d = find(t, uuid, origin);
	int64_t passed;
	uint32_t wait;

	if (d == NULL || is_over(d, now_s))
		return 0;
	wait = delay_of(d->failures);
	/* A clock that went back makes nobody wait longer than once more: the
	 * time noted may lie years ahead. */
	if (d->last_s > now_s)
		d->last_s = now_s;
	passed = now_s - d->last_s;
	return passed >= wait ? 0 : wait - (uint32_t)passed;
}

static struct vms_delay *
make_room(struct vms_delays *t, int64_t now_s)
{
	struct vms_delay *worst = &t->v[0];

	for (size_t i = 0; i < VMS_DELAYS_MAX; i++) {
		struct vms_delay *d = &t->v[i];

		if (is_over(d, now_s))
			return d;
		/* Few failures first, then the oldest: names made up to fill
		 * the table push each other out. */
		if (d->failures < worst->failures || (d->failures ==
		    worst->failures && d->last_s < worst->last_s))
			worst = d;
	}
	return worst;
}

void
vms_delay_failed(struct vms_delays *t, const uint8_t uuid[VMS_UUID_LEN],
    uint64_t origin, int64_t now_s)
{
	struct vms_delay *d = find(t, uuid, origin);

	if (d == NULL || is_over(d, now_s)) {
		if (d == NULL)
			d = make_room(t, now_s);
		*d = (struct vms_delay){ .origin = origin };
		memcpy(d->uuid, uuid, VMS_UUID_LEN);
	}
	if (d->failures < 1000)
		d->failures++;
	d->last_s = now_s;
}

int
vms_delay_forget(struct vms_delays *t, const uint8_t uuid[VMS_UUID_LEN],
    uint64_t origin)
{
	struct vms_delay *d = find(t, uuid, origin);

	if (d == NULL)
		return 0;
	*d = (struct vms_delay){ 0 };
	return 1;
}

void
vms_delays_encode(const struct vms_delays *t, struct vms_wr *w)
{
	size_t at = w->len;
	uint32_t n = 0;

	vms_wr_u32(w, 0);
	for (size_t i = 0; i < VMS_DELAYS_MAX; i++) {
		const struct vms_delay *d = &t->v[i];

		if (d->failures == 0)
			continue;
		vms_wr_bytes(w, d->uuid, sizeof(d->uuid));
		vms_wr_u64(w, d->origin);
		vms_wr_u32(w, d->failures);
		vms_wr_u64(w, (uint64_t)d->last_s);
		n++;
	}
	if (!w->bad)
		vms_wr_patch_u32(w, at, n);
}

int
vms_delays_decode(struct vms_rd *r, struct vms_delays *t)
{
	uint32_t n = vms_rd_u32(r);

	memset(t, 0, sizeof(*t));
	if (n > VMS_DELAYS_MAX)
		return -1;
	for (uint32_t i = 0; i < n && !r->bad; i++) {
		const uint8_t *uuid = vms_rd_bytes(r, VMS_UUID_LEN);

		if (uuid != NULL)
			memcpy(t->v[i].uuid, uuid, VMS_UUID_LEN);
		t->v[i].origin = vms_rd_u64(r);
		t->v[i].failures = vms_rd_u32(r);
		t->v[i].last_s = (int64_t)vms_rd_u64(r);
		/* A time that makes no sense is one long ago. */
		if (t->v[i].last_s < 0)
			t->v[i].last_s = 0;
	}
	if (vms_rd_done(r))
		return 0;
	memset(t, 0, sizeof(*t));
	return -1;
}
