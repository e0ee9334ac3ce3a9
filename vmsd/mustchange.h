/* SPDX-License-Identifier: MIT */
/*
 * Users whose password a bind found right but due to be changed: a short
 * memory from the auth stage to the account stage.  Values only.
 */
#ifndef VMS_MUSTCHANGE_H
#define VMS_MUSTCHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "libvms/entry.h"

#define VMS_MUSTCHANGE_MAX 256

struct vms_mustchange {
	struct {
		uint8_t uuid[VMS_UUID_LEN];
		int64_t until_ms;	/* 0: empty */
	} v[VMS_MUSTCHANGE_MAX];
	uint32_t next;
};

void vms_mustchange_set(struct vms_mustchange *t,
    const uint8_t uuid[VMS_UUID_LEN], bool on, int64_t now_ms);
bool vms_mustchange_get(const struct vms_mustchange *t,
    const uint8_t uuid[VMS_UUID_LEN], int64_t now_ms);

#endif
