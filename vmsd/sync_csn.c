/* SPDX-License-Identifier: MIT */
/* Change sequence numbers: see sync_csn.h. */
#include "vmsd/sync_csn.h"

#include <string.h>

#define ORDER_LEN 29		/* time and count: ordered across sids */

/* 'd' a digit, 'x' a hexadecimal one, else the byte itself. */
static const char shape[] = "dddddddddddddd.ddddddZ#xxxxxx#xxx#xxxxxx";

static bool
is_csn(const char *p)
{
	for (size_t i = 0; i < VMS_CSN_LEN; i++) {
		bool digit = p[i] >= '0' && p[i] <= '9';
		bool hex = digit || (p[i] >= 'a' && p[i] <= 'f');

		if (shape[i] == 'd' ? !digit : shape[i] == 'x' ? !hex :
		    p[i] != shape[i])
			return false;
	}
	return true;
}

static const char *
find_sid(const struct vms_csn_set *set, const char *csn)
{
	for (size_t i = 0; i < set->n; i++)
		if (memcmp(set->v[i] + VMS_CSN_SID_AT, csn + VMS_CSN_SID_AT,
		    VMS_CSN_SID_LEN) == 0)
			return set->v[i];
	return NULL;
}

static void
set_add(struct vms_csn_set *set, const char *csn)
{
	const char *old = find_sid(set, csn);

	if (old == NULL && set->n == VMS_CSN_SIDS_MAX)
		return;
	if (old == NULL) {
		memcpy(set->v[set->n], csn, VMS_CSN_LEN);
		set->v[set->n++][VMS_CSN_LEN] = '\0';
	} else if (memcmp(old, csn, VMS_CSN_LEN) < 0) {
		memcpy(set->v[(size_t)(old - set->v[0]) / sizeof(set->v[0])],
		    csn, VMS_CSN_LEN);
	}
}

void
vms_csn_set_parse(struct vms_str text, struct vms_csn_set *out)
{
	size_t i = 0;

	out->n = 0;
	while (text.len >= VMS_CSN_LEN && i <= text.len - VMS_CSN_LEN) {
		if (!is_csn(text.p + i)) {
			i++;
			continue;
		}
		/* delcsn=... names a deletion, not a state. */
		if (i < 7 || memcmp(text.p + i - 7, "delcsn=", 7) != 0)
			set_add(out, text.p + i);
		i += VMS_CSN_LEN;
	}
}

enum vms_csn_order
vms_csn_set_compare(const struct vms_csn_set *ours,
    const struct vms_csn_set *theirs)
{
	enum vms_csn_order order = VMS_CSN_SAME;

	if (ours->n == 0 || theirs->n == 0)
		return VMS_CSN_UNKNOWN;
	for (size_t i = 0; i < ours->n; i++) {
		const char *t = find_sid(theirs, ours->v[i]);
		int c = t == NULL ? -1 : memcmp(t, ours->v[i], VMS_CSN_LEN);

		if (c < 0)
			return VMS_CSN_BEHIND;
		if (c > 0)
			order = VMS_CSN_NEWER;
	}
	return theirs->n > ours->n ? VMS_CSN_NEWER : order;
}

enum vms_csn_order
vms_csn_compare(struct vms_str ours, struct vms_str theirs)
{
	struct vms_csn_set a, b;

	vms_csn_set_parse(ours, &a);
	vms_csn_set_parse(theirs, &b);
	return vms_csn_set_compare(&a, &b);
}

bool
vms_csn_covers(const struct vms_csn_set *set, struct vms_str entry_csn)
{
	const char *mine;

	if (entry_csn.len != VMS_CSN_LEN || !is_csn(entry_csn.p))
		return false;
	mine = find_sid(set, entry_csn.p);
	return mine != NULL && memcmp(entry_csn.p, mine, VMS_CSN_LEN) <= 0;
}

int
vms_csn_of_time(struct vms_str gtime, char out[VMS_CSN_LEN + 1])
{
	static const char rest[] = ".000000Z#000000#000#000000";

	if (gtime.len != VMS_CSN_LEN + 1 - sizeof(rest) + 1 ||
	    gtime.p[gtime.len - 1] != 'Z')
		return -1;
	memcpy(out, gtime.p, gtime.len - 1);
	memcpy(out + gtime.len - 1, rest, sizeof(rest));
	return is_csn(out) ? 0 : -1;
}

bool
vms_csn_older(struct vms_str a, struct vms_str b)
{
	if (a.len != VMS_CSN_LEN || b.len != VMS_CSN_LEN ||
	    !is_csn(a.p) || !is_csn(b.p))
		return false;
	return memcmp(a.p, b.p, ORDER_LEN) < 0;
}
