/* SPDX-License-Identifier: MIT */
/*
 * A replica in memory, and a directory server that speaks RFC 4533 as slapd
 * was seen to, for the tests of the phase machine.
 */
#ifndef VMS_SYNC_WORLD_H
#define VMS_SYNC_WORLD_H

#include "libvms/bounds.h"
#include "vmsd/sync_phase.h"

#define WORLD_MAX 96

/* One entry as the replica holds it. */
struct rec {
	uint8_t uuid[VMS_UUID_LEN];
	char dn[256];
	char csn[VMS_CSN_LEN + 1];
	int what;		/* as find() says: 0, 1 held, 2 departed */
};

struct replica {
	struct rec v[WORLD_MAX], committed[WORLD_MAX];
	size_t n, n_committed;
	char cookie[VMS_COOKIE_MAX + 1];
	unsigned commits, rollbacks;
	size_t absent;
	bool fail;		/* the next write fails */
};

struct vms_sync_sink replica_sink(struct replica *r);
struct rec *replica_get(struct replica *r, const uint8_t *uuid);
void csn_make(char out[VMS_CSN_LEN + 1], unsigned n, unsigned sid);

#endif
