/* SPDX-License-Identifier: MIT */
/* The inside of the phase machine, shared by sync_phase.c and sync_judge.c
 * alone. */
#ifndef VMS_SYNC_PHASE_INT_H
#define VMS_SYNC_PHASE_INT_H

#include "libvms/bounds.h"
#include "vmsd/sync_phase.h"
#include "vmsd/uuidset.h"

/* A place in the tree to be looked at when the refresh is over. */
struct vms_place {
	struct vms_str dn;
	struct vms_place *next;
};

struct vms_sync_phase {
	struct vms_sync_sink sink;
	struct vms_sync_stats stats;
	char cookie[VMS_COOKIE_MAX + 1];	/* of the committed state */
	char latest[VMS_COOKIE_MAX + 1];	/* of this refresh so far */
	struct vms_csn_set ours;	/* of cookie, when the search began */
	struct vms_uuidset seen;	/* sent or named in this refresh */
	struct vms_uuidset unknown;	/* named, and not ours at that moment */
	struct vms_arena scratch;	/* of one refresh or one change; holds
					 * the places, in normal form but for
					 * `left` */
	struct vms_place *left;		/* an entry left it, others stood
					 * below */
	struct vms_place *brought;	/* by containers changed since */
	struct vms_place *returned;	/* of the departed, back unchanged */
	uint32_t forgotten;		/* sent though our cookie covers them */
	bool accept;
	bool drain;			/* ignore all until the next BEGIN */
};

/* Roll back, say why, and be idle. */
enum vms_sync_next vms_sync_stop(struct vms_sync_phase *ph,
    enum vms_sync_next next, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
enum vms_sync_next vms_sync_broken(struct vms_sync_phase *ph,
    struct vms_err *err);

/* Add a copy of dn to a list of places. */
int vms_sync_place_add(struct vms_sync_phase *ph, struct vms_place **list,
    struct vms_str dn, struct vms_err *err);

/* An entry with content.  *full, if not NULL: why nothing was done with it,
 * its like brings or takes entries that the server does not mention. */
int vms_sync_take(struct vms_sync_phase *ph, const struct vms_entry *e,
    const char **full, struct vms_err *err);
int vms_sync_drop(struct vms_sync_phase *ph, const uint8_t *uuid,
    const char **full, struct vms_err *err);
/* The server has it and it did not change. */
int vms_sync_present(struct vms_sync_phase *ph, const uint8_t *uuid,
    struct vms_err *err);

/* Does this entry of a fresh set take us back?  found: as find() said. */
int vms_sync_judge_entry(struct vms_sync_phase *ph,
    const struct vms_entry *e, int found, struct vms_str our_csn,
    struct vms_str new_csn, struct vms_err *err);
/* Should a server that knew our cookie have sent this one again? */
void vms_sync_judge_resumed(struct vms_sync_phase *ph,
    struct vms_str new_csn);
/* The end of a phase.  GO_ON: it may be committed (or, not done, goes on). */
enum vms_sync_next vms_sync_judge_phase(struct vms_sync_phase *ph,
    bool deletes, bool done, struct vms_err *err);
/* The cookie of one live change into the one we hold. */
int vms_sync_cookie_merge(struct vms_sync_phase *ph, struct vms_str cookie,
    struct vms_err *err);

#endif
