/* SPDX-License-Identifier: MIT */
/*
 * How long somebody must wait after wrong passwords: by user and by where the
 * tries come from, so that nobody can shut out another by guessing for him.
 * Grows to a minute, and is forgotten an hour after the last failure.  Pure.
 */
#ifndef VMS_SEAL_DELAY_H
#define VMS_SEAL_DELAY_H

#include <stdint.h>

#include "libvms/buf.h"
#include "libvms/entry.h"

#define VMS_DELAYS_MAX 1024
/* Failures that cost nothing: a slip of the finger. */
#define VMS_DELAY_FREE 2
#define VMS_DELAY_MAX_S 60
#define VMS_DELAY_KEEP_S 3600

struct vms_delay {
	uint8_t uuid[VMS_UUID_LEN];
	uint64_t origin;
	uint32_t failures;	/* 0: an empty place */
	int64_t last_s;		/* wall, of the last failure */
};

struct vms_delays {
	struct vms_delay v[VMS_DELAYS_MAX];
};

/* Seconds still to wait, 0 to VMS_DELAY_MAX_S, whatever the clock did. */
uint32_t vms_delay_wait(struct vms_delays *t,
    const uint8_t uuid[VMS_UUID_LEN], uint64_t origin, int64_t now_s);
/* A wrong password.  In a full table the one who is nearest to being
 * forgotten gives way. */
void vms_delay_failed(struct vms_delays *t, const uint8_t uuid[VMS_UUID_LEN],
    uint64_t origin, int64_t now_s);
/* The right one; false: there was nothing to forget. */
int vms_delay_forget(struct vms_delays *t, const uint8_t uuid[VMS_UUID_LEN],
    uint64_t origin);
/* To and from a file: u32 count, each 16 bytes, u64, u32, u64. */
void vms_delays_encode(const struct vms_delays *t, struct vms_wr *w);
/* 0, or -1 and an empty table. */
int vms_delays_decode(struct vms_rd *r, struct vms_delays *t);

#endif
