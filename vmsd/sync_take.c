/* SPDX-License-Identifier: MIT */
/* What one entry means for the replica: see sync_phase.h. */
#include <string.h>

#include "libvms/dn.h"
#include "vmsd/sync_phase_int.h"
#include "vmsd/sync_scope.h"

static int
no_memory(struct vms_err *err)
{
	return vms_fail(err, VMS_E_SYSTEM, "out of memory");
}

int
vms_sync_place_add(struct vms_sync_phase *ph, struct vms_place **list,
    struct vms_str dn, struct vms_err *err)
{
	struct vms_place *p = vms_arena_alloc(&ph->scratch, sizeof(*p));

	if (p == NULL)
		return no_memory(err);
	p->dn = vms_arena_str(&ph->scratch, dn);
	if (p->dn.p == NULL)
		return no_memory(err);
	p->next = *list;
	*list = p;
	return 0;
}

/* Spelled differently is not moved. */
static bool
dn_same(struct vms_sync_phase *ph, struct vms_str a, struct vms_str b)
{
	struct vms_str na, nb;

	if (vms_str_eq(a, b))
		return true;
	return vms_dn_normal(a, &ph->scratch, &na) == 0 &&
	    vms_dn_normal(b, &ph->scratch, &nb) == 0 && vms_str_eq(na, nb);
}

/* An entry leaves this DN: does anything we have stand below it? */
static int
leaves(struct vms_sync_phase *ph, struct vms_str sent, bool *below,
    struct vms_err *err)
{
	/* A copy: what find() gave is good until the next question. */
	struct vms_str dn = vms_arena_str(&ph->scratch, sent);

	*below = false;
	if (dn.p == NULL)
		return no_memory(err);
	if (ph->sink.vacant != NULL &&
	    ph->sink.vacant(ph->sink.arg, dn, err) == -1)
		return -1;
	if (ph->sink.below(ph->sink.arg, dn, below, err) == -1)
		return -1;
	return *below ? vms_sync_place_add(ph, &ph->left, dn, err) : 0;
}

static struct vms_str
csn_of(const struct vms_entry *e)
{
	struct vms_str csn = { NULL, 0 };

	vms_entry_get_one(e, VMS_STR("entryCSN"), &csn);
	return csn;
}

int
vms_sync_take(struct vms_sync_phase *ph, const struct vms_entry *e,
    const char **full, struct vms_err *err)
{
	struct vms_str dn = { 0 }, csn = { 0 }, new_csn = csn_of(e);
	bool below = false;
	int r;

	*full = NULL;
	if (new_csn.len == 0)
		ph->stats.no_csn = true;
	r = ph->sink.find(ph->sink.arg, e->uuid, &dn, &csn, err);
	if (r == -1)
		return -1;
	if (ph->stats.stage == VMS_STAGE_FRESH) {
		if (vms_sync_judge_entry(ph, e, r, csn, new_csn, err) == -1)
			return -1;
	} else if (r != 1 && vms_sync_is_container(e)) {
		*full = "a container arrived, what is below it did not";
	} else if (r == 1 && !dn_same(ph, dn, e->dn) &&
	    leaves(ph, dn, &below, err) == -1) {
		return -1;
	}
	if (below && ph->stats.stage == VMS_STAGE_PERSIST)
		*full = "an entry with others below it was moved";
	if (*full != NULL)
		return 0;
	if (ph->stats.stage == VMS_STAGE_RESUME)
		vms_sync_judge_resumed(ph, new_csn);
	if (ph->stats.stage != VMS_STAGE_PERSIST &&
	    vms_uuidset_add(&ph->seen, e->uuid) == -1)
		return no_memory(err);
	return ph->sink.upsert(ph->sink.arg, e, err);
}

int
vms_sync_drop(struct vms_sync_phase *ph, const uint8_t *uuid, const char **full,
    struct vms_err *err)
{
	struct vms_str dn = { 0 }, csn = { 0 };
	bool below = false;
	int r;

	*full = NULL;
	r = ph->sink.find(ph->sink.arg, uuid, &dn, &csn, err);
	if (r != 1)
		return r == -1 ? -1 : 0;
	if (leaves(ph, dn, &below, err) == -1)
		return -1;
	if (below && ph->stats.stage == VMS_STAGE_PERSIST) {
		*full = "an entry with others below it went away";
		return 0;
	}
	return ph->sink.remove(ph->sink.arg, uuid, err);
}

int
vms_sync_present(struct vms_sync_phase *ph, const uint8_t *uuid,
    struct vms_err *err)
{
	struct vms_str dn = { 0 }, csn = { 0 };
	int r = ph->sink.find(ph->sink.arg, uuid, &dn, &csn, err);

	if (r == -1)
		return -1;
	if (r != 1 && vms_uuidset_add(&ph->unknown, uuid) == -1)
		return no_memory(err);
	return vms_uuidset_add(&ph->seen, uuid) == -1 ? no_memory(err) : 0;
}
