/* SPDX-License-Identifier: MIT */
/* Bounded readers and writers: see buf.h. */
#include "libvms/buf.h"

#include <stdlib.h>
#include <string.h>

#include "libvms/bounds.h"

struct vms_rd
vms_rd_init(const void *bytes, size_t len)
{
	const uint8_t *p = bytes;

	return (struct vms_rd){ p, p == NULL ? NULL : p + len, false };
}

const uint8_t *
vms_rd_bytes(struct vms_rd *r, size_t len)
{
	const uint8_t *p = r->p;

	if (r->bad || len > (size_t)(r->end - r->p)) {
		r->bad = true;
		return NULL;
	}
	if (len > 0)
		r->p += len;
	return p;
}

static uint64_t
rd_be(struct vms_rd *r, size_t n)
{
	const uint8_t *p = vms_rd_bytes(r, n);
	uint64_t v = 0;

	if (p == NULL)
		return 0;
	for (size_t i = 0; i < n; i++)
		v = v << 8 | p[i];
	return v;
}

uint8_t
vms_rd_u8(struct vms_rd *r)
{
	return (uint8_t)rd_be(r, 1);
}

uint16_t
vms_rd_u16(struct vms_rd *r)
{
	return (uint16_t)rd_be(r, 2);
}

uint32_t
vms_rd_u32(struct vms_rd *r)
{
	return (uint32_t)rd_be(r, 4);
}

uint64_t
vms_rd_u64(struct vms_rd *r)
{
	return rd_be(r, 8);
}

struct vms_str
vms_rd_str(struct vms_rd *r, size_t max)
{
	size_t len = vms_rd_u32(r);
	const uint8_t *p;

	if (len > max)
		r->bad = true;
	p = vms_rd_bytes(r, len);
	if (p == NULL)
		return (struct vms_str){ NULL, 0 };
	return (struct vms_str){ (const char *)p, len };
}

struct vms_str
vms_rd_text(struct vms_rd *r, size_t max)
{
	struct vms_str s = vms_rd_str(r, max);

	if (s.len > 0 && memchr(s.p, '\0', s.len) != NULL) {
		r->bad = true;
		return (struct vms_str){ NULL, 0 };
	}
	return s;
}

bool
vms_rd_done(const struct vms_rd *r)
{
	return !r->bad && r->p == r->end;
}

/* Room for n more bytes, or NULL and the bad flag. */
static uint8_t *
wr_room(struct vms_wr *w, size_t n)
{
	size_t max = w->max == 0 ? VMS_FRAME_MAX : w->max;
	size_t cap = w->cap == 0 ? 256 : w->cap;
	uint8_t *p;

	if (w->bad || n > max - w->len) {
		w->bad = true;
		return NULL;
	}
	while (cap - w->len < n)
		cap *= 2;
	if (cap != w->cap) {
		/* Not realloc: the old bytes may hold a secret. */
		p = malloc(cap);
		if (p == NULL) {
			w->bad = true;
			return NULL;
		}
		if (w->len > 0)
			memcpy(p, w->p, w->len);
		if (w->p != NULL)
			explicit_bzero(w->p, w->cap);
		free(w->p);
		w->p = p;
		w->cap = cap;
	}
	p = w->p + w->len;
	w->len += n;
	return p;
}

void
vms_wr_bytes(struct vms_wr *w, const void *bytes, size_t len)
{
	uint8_t *p = wr_room(w, len);

	if (p != NULL && len > 0)
		memcpy(p, bytes, len);
}

static void
wr_be(struct vms_wr *w, uint64_t v, size_t n)
{
	uint8_t *p = wr_room(w, n);

	if (p == NULL)
		return;
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(v >> (8 * (n - 1 - i)));
}

void
vms_wr_u8(struct vms_wr *w, uint8_t v)
{
	wr_be(w, v, 1);
}

void
vms_wr_u16(struct vms_wr *w, uint16_t v)
{
	wr_be(w, v, 2);
}

void
vms_wr_u32(struct vms_wr *w, uint32_t v)
{
	wr_be(w, v, 4);
}

void
vms_wr_u64(struct vms_wr *w, uint64_t v)
{
	wr_be(w, v, 8);
}

void
vms_wr_str(struct vms_wr *w, struct vms_str s)
{
	if (s.len > UINT32_MAX) {
		w->bad = true;
		return;
	}
	vms_wr_u32(w, (uint32_t)s.len);
	vms_wr_bytes(w, s.p, s.len);
}

void
vms_wr_patch_u32(struct vms_wr *w, size_t at, uint32_t v)
{
	if (w->bad || w->len < 4 || at > w->len - 4)
		return;
	for (size_t i = 0; i < 4; i++)
		w->p[at + i] = (uint8_t)(v >> (8 * (3 - i)));
}

void
vms_wr_fini(struct vms_wr *w)
{
	if (w->p != NULL)
		explicit_bzero(w->p, w->cap);
	free(w->p);
	*w = (struct vms_wr){ .max = w->max };
}
