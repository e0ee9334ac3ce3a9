/* SPDX-License-Identifier: MIT */
/*
 * Reading and writing bytes that crossed a process or a disk.
 *
 * Numbers are big-endian.  A string is a u32 length and that many bytes.  The
 * reader is a cursor that keeps an error flag: a read past the end, or past a
 * limit, gives zero and sets it; look once, at the end, with vms_rd_done(),
 * which also insists that nothing is left over.  Pure.
 */
#ifndef VMS_BUF_H
#define VMS_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libvms/str.h"

struct vms_rd {
	const uint8_t *p;	/* borrowed */
	const uint8_t *end;
	bool bad;
};

struct vms_rd vms_rd_init(const void *bytes, size_t len);
uint8_t vms_rd_u8(struct vms_rd *r);
uint16_t vms_rd_u16(struct vms_rd *r);
uint32_t vms_rd_u32(struct vms_rd *r);
uint64_t vms_rd_u64(struct vms_rd *r);
/* A length-prefixed string of at most max bytes; borrows from the input. */
struct vms_str vms_rd_str(struct vms_rd *r, size_t max);
/* As above, and no NUL inside: text that will become a C string. */
struct vms_str vms_rd_text(struct vms_rd *r, size_t max);
/* Exactly len bytes; NULL after an error. */
const uint8_t *vms_rd_bytes(struct vms_rd *r, size_t len);
/* No error so far and nothing left. */
bool vms_rd_done(const struct vms_rd *r);

/* A growing buffer.  A failed write sets bad and every later one is a no-op:
 * look once, before sending.  Zero it to start; max 0 means VMS_FRAME_MAX. */
struct vms_wr {
	uint8_t *p;	/* owned */
	size_t len, cap, max;
	bool bad;
};

void vms_wr_u8(struct vms_wr *w, uint8_t v);
void vms_wr_u16(struct vms_wr *w, uint16_t v);
void vms_wr_u32(struct vms_wr *w, uint32_t v);
void vms_wr_u64(struct vms_wr *w, uint64_t v);
void vms_wr_str(struct vms_wr *w, struct vms_str s);
void vms_wr_bytes(struct vms_wr *w, const void *p, size_t len);
/* Overwrite four bytes written before, at offset at. */
void vms_wr_patch_u32(struct vms_wr *w, size_t at, uint32_t v);
/* Wipes what was written, then frees it.  Fine on a zeroed struct. */
void vms_wr_fini(struct vms_wr *w);

#endif
