/* SPDX-License-Identifier: MIT */
/*
 * Change sequence numbers, as OpenLDAP writes them into cookies, contextCSN
 * and entryCSN:  20261121231522.633354Z#000000#001#000000
 *		  time                   count  sid mod
 * Other servers have none: then nothing can be told, which is its own answer.
 * Pure.
 */
#ifndef VMS_SYNC_CSN_H
#define VMS_SYNC_CSN_H

#include <stdbool.h>
#include <stddef.h>

#include "libvms/str.h"

#define VMS_CSN_LEN 40		/* bytes */
#define VMS_CSN_SID_AT 30	/* its sid, three bytes */
#define VMS_CSN_SID_LEN 3
#define VMS_CSN_SIDS_MAX 64	/* writing servers in one set */

/* At most one for each sid. */
struct vms_csn_set {
	char v[VMS_CSN_SIDS_MAX][VMS_CSN_LEN + 1];
	size_t n;
};

enum vms_csn_order {
	VMS_CSN_UNKNOWN = 0,	/* one of them is empty */
	VMS_CSN_SAME,
	VMS_CSN_NEWER,		/* theirs knows all of ours, and more */
	VMS_CSN_BEHIND		/* theirs lacks something that ours has */
};

/* Every CSN found in text: a cookie, contextCSN values one a line, one
 * entryCSN.  The newest of each sid is kept. */
void vms_csn_set_parse(struct vms_str text, struct vms_csn_set *out);
enum vms_csn_order vms_csn_set_compare(const struct vms_csn_set *ours,
    const struct vms_csn_set *theirs);
/* The same, from texts: for the heartbeat. */
enum vms_csn_order vms_csn_compare(struct vms_str ours,
    struct vms_str theirs);
/* Whether the state `set` covers this entryCSN (its sid is there, and not
 * older).  False if it can not be told. */
bool vms_csn_covers(const struct vms_csn_set *set, struct vms_str entry_csn);
/* An entryCSN of this generalizedTime ("20261122122819Z"), for servers whose
 * entries have no better stamp.  0, or -1 if it is none. */
int vms_csn_of_time(struct vms_str gtime, char out[VMS_CSN_LEN + 1]);
/* entryCSN a is older than b.  Across sids the time decides. */
bool vms_csn_older(struct vms_str a, struct vms_str b);

#endif
