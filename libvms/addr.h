/* SPDX-License-Identifier: MIT */
/*
 * Addresses and address ranges.  Only numbers: nothing here knows names, and
 * nothing resolves them.  Pure.
 */
#ifndef VMS_ADDR_H
#define VMS_ADDR_H

#include <stdbool.h>
#include <stdint.h>

#include "libvms/str.h"

struct vms_addr {
	uint8_t family;		/* 4 or 6; 0: none */
	uint8_t bytes[16];	/* network order; IPv4 uses the first four */
};

/* One address as text: "%scope" is cut off, IPv4-mapped IPv6 becomes IPv4.
 * 0, or -1 if it is anything else (a name, "UNKNOWN", …). */
int vms_addr_parse(struct vms_str text, struct vms_addr *out);

struct vms_range {
	bool local;		/* the word "local": the console */
	struct vms_addr lo, hi;	/* both inclusive, same family */
};

/* A value of vmsIpRange: address, CIDR (host bits are masked off), a-b, or
 * "local".  0, or -1 for what matches nothing: reversed, mixed families,
 * IPv4-mapped, unparsable. */
int vms_range_parse(struct vms_str text, struct vms_range *out);
bool vms_range_has(const struct vms_range *r, const struct vms_addr *a);

#endif
