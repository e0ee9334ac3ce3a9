/* SPDX-License-Identifier: MIT */
/*
 * Deletions that slapd's transactions cannot do.  slapd 2.5 (back-mdb) takes it
 * for an error when a transaction deletes the last entry of a container, and
 * undoes all of it.  So deletions come last in a transaction, after what is
 * added to the container; and what would leave one empty all the same is
 * deleted before it, one by one.  That gives nobody more, and the same command
 * goes on where it was interrupted.
 */
#include "libvms/dn.h"
#include "vmsctl/admin.h"

void
vms_changes_deletions_last(struct vms_changes *cs)
{
	struct vms_change **at = &cs->first, *rest = NULL, **end = &rest;

	while (*at != NULL) {
		struct vms_change *ch = *at;

		if (ch->type != VMS_CHANGE_DELETE) {
			at = &ch->next;
			continue;
		}
		*at = ch->next;
		ch->next = NULL;
		*end = ch;
		end = &ch->next;
	}
	*at = rest;
}

/* Whether nothing would be left beside an entry that is deleted. */
static bool
empties(const struct vms_admin *ad, const struct vms_change *del,
    const bool *gone)
{
	struct vms_str parent = vms_dn_parent(del->item->ndn), ndn;

	for (uint32_t i = 0; i < ad->tree.n; i++)
		if (!gone[i] && vms_str_eq(parent,
		    vms_dn_parent(ad->tree.items[i].ndn)))
			return false;
	for (const struct vms_change *ch = ad->changes.first; ch != NULL;
	    ch = ch->next)
		if (ch->type == VMS_CHANGE_ADD && vms_dn_normal(ch->dn,
		    ad->tree.arena, &ndn) == 0 &&
		    vms_str_eq(parent, vms_dn_parent(ndn)))
			return false;
	return true;
}

struct vms_change *
vms_changes_take_lone(struct vms_admin *ad)
{
	struct vms_change **at = &ad->changes.first, *lone = NULL;
	struct vms_change **last = &lone;
	bool *gone = vms_admin_alloc(ad, ad->tree.n + 1ul);

	for (struct vms_change *ch = *at; ch != NULL; ch = ch->next)
		if (ch->type == VMS_CHANGE_DELETE && ch->item != NULL)
			gone[ch->item - ad->tree.items] = true;
	while (*at != NULL) {
		struct vms_change *ch = *at;

		if (ch->type != VMS_CHANGE_DELETE || ch->item == NULL ||
		    !empties(ad, ch, gone)) {
			at = &ch->next;
			continue;
		}
		*at = ch->next;
		ch->next = NULL;
		*last = ch;
		last = &ch->next;
	}
	return lone;
}
