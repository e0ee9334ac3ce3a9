/* SPDX-License-Identifier: MIT */
/* The phase machine: see sync_phase.h.  What one entry means is in
 * sync_take.c, what the end of a refresh means in sync_judge.c. */
#include "vmsd/sync_phase.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libvms/bounds.h"
#include "vmsd/ipc.h"
#include "vmsd/sync_phase_int.h"

/* LDAP results that mean something to a consumer (RFC 4511, RFC 4533). */
#define RESULT_UNWILLING 53
#define RESULT_REFRESH_REQUIRED 4096

struct vms_sync_phase *
vms_sync_phase_new(const struct vms_sync_sink *sink)
{
	struct vms_sync_phase *ph = calloc(1, sizeof(*ph));

	if (ph != NULL)
		ph->sink = *sink;
	return ph;
}

static void
forget(struct vms_sync_phase *ph)
{
	vms_uuidset_fini(&ph->seen);
	vms_uuidset_fini(&ph->unknown);
	vms_arena_fini(&ph->scratch);
	ph->left = ph->brought = ph->returned = NULL;
	ph->forgotten = 0;
	ph->latest[0] = '\0';
}

void
vms_sync_phase_free(struct vms_sync_phase *ph)
{
	if (ph == NULL)
		return;
	forget(ph);
	free(ph);
}

int
vms_sync_phase_set_cookie(struct vms_sync_phase *ph, struct vms_str cookie,
    struct vms_err *err)
{
	if (vms_str_copy(ph->cookie, sizeof(ph->cookie), cookie) == -1)
		return vms_fail(err, VMS_E_LIMIT, "cookie of %zu bytes",
		    cookie.len);
	return 0;
}

void
vms_sync_phase_accept(struct vms_sync_phase *ph)
{
	ph->accept = true;
}

void
vms_sync_phase_reset(struct vms_sync_phase *ph)
{
	if (ph->stats.stage != VMS_STAGE_IDLE)
		ph->sink.rollback(ph->sink.arg);
	forget(ph);
	ph->stats.stage = VMS_STAGE_IDLE;
	ph->drain = false;
}

struct vms_sync_stats
vms_sync_phase_stats(const struct vms_sync_phase *ph)
{
	return ph->stats;
}

enum vms_sync_next
vms_sync_stop(struct vms_sync_phase *ph, enum vms_sync_next next,
    const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(ph->stats.why, sizeof(ph->stats.why), fmt, ap);
	va_end(ap);
	vms_sync_phase_reset(ph);
	ph->drain = true;	/* the old search may still have words under
				 * way */
	return next;
}

enum vms_sync_next
vms_sync_broken(struct vms_sync_phase *ph, struct vms_err *err)
{
	return vms_sync_stop(ph, VMS_SYNC_BROKEN, "%s", err->msg);
}

/* Cookies of a refresh count when it is over, so only the last matters. */
static int
note_cookie(struct vms_sync_phase *ph, struct vms_str cookie,
    struct vms_err *err)
{
	if (cookie.len == 0)
		return 0;
	if (vms_str_copy(ph->latest, sizeof(ph->latest), cookie) == -1)
		return vms_fail(err, VMS_E_LIMIT, "cookie of %zu bytes",
		    cookie.len);
	return 0;
}

/* A change after the refresh: as soon as it is here it counts. */
static enum vms_sync_next
live(struct vms_sync_phase *ph, struct vms_str cookie, struct vms_err *err)
{
	if (vms_sync_cookie_merge(ph, cookie, err) == -1 ||
	    ph->sink.commit(ph->sink.arg, vms_str_of(ph->cookie), false,
	    err) == -1)
		return vms_sync_broken(ph, err);
	vms_arena_reset(&ph->scratch);
	ph->left = NULL;
	return VMS_SYNC_CHANGED;
}

static enum vms_sync_next
on_entry(struct vms_sync_phase *ph, const struct vms_sync_event *ev,
    struct vms_err *err)
{
	const char *full = NULL;
	int r = -1;

	ph->stats.entries++;
	switch (ev->state) {
	case VMS_SYNC_ADD:
	case VMS_SYNC_MODIFY:
		r = vms_sync_take(ph, &ev->entry, &full, err);
		break;
	case VMS_SYNC_DELETE:
		r = vms_sync_drop(ph, ev->entry.uuid, &full, err);
		break;
	case VMS_SYNC_PRESENT:
		if (ph->stats.stage != VMS_STAGE_RESUME)
			return vms_sync_stop(ph, VMS_SYNC_FULL,
			    "the server called an entry unchanged that it "
			    "was not asked about");
		r = vms_sync_present(ph, ev->entry.uuid, err);
		break;
	}
	if (r == -1)
		return vms_sync_broken(ph, err);
	if (full != NULL)
		return vms_sync_stop(ph, VMS_SYNC_FULL, "%s: %.*s", full,
		    (int)(ev->entry.dn.len < 160 ? ev->entry.dn.len : 160),
		    ev->entry.dn.len == 0 ? "" : ev->entry.dn.p);
	if (ph->stats.stage == VMS_STAGE_PERSIST)
		return live(ph, ev->cookie, err);
	if (note_cookie(ph, ev->cookie, err) == -1)
		return vms_sync_broken(ph, err);
	return VMS_SYNC_GO_ON;
}

static enum vms_sync_next
on_idset(struct vms_sync_phase *ph, const struct vms_sync_event *ev,
    struct vms_err *err)
{
	bool persist = ph->stats.stage == VMS_STAGE_PERSIST;

	if (!ev->deletes && ph->stats.stage != VMS_STAGE_RESUME)
		return vms_sync_stop(ph, VMS_SYNC_FULL,
		    "the server named unchanged entries out of turn");
	for (uint32_t i = 0; i < ev->n_uuids; i++) {
		const uint8_t *uuid = ev->uuids + (size_t)i * VMS_UUID_LEN;
		const char *full = NULL;

		if ((ev->deletes ? vms_sync_drop(ph, uuid, &full, err) :
		    vms_sync_present(ph, uuid, err)) == -1)
			return vms_sync_broken(ph, err);
		if (full != NULL)
			return vms_sync_stop(ph, VMS_SYNC_FULL, "%s", full);
	}
	if (persist)
		return live(ph, ev->cookie, err);
	if (note_cookie(ph, ev->cookie, err) == -1)
		return vms_sync_broken(ph, err);
	return VMS_SYNC_GO_ON;
}

static enum vms_sync_next
on_phase(struct vms_sync_phase *ph, const struct vms_sync_event *ev,
    struct vms_err *err)
{
	enum vms_sync_next next;

	if (ph->stats.stage == VMS_STAGE_PERSIST)
		return vms_sync_stop(ph, VMS_SYNC_FULL,
		    "the server ended a refresh that was over");
	if (note_cookie(ph, ev->cookie, err) == -1)
		return vms_sync_broken(ph, err);
	next = vms_sync_judge_phase(ph, ev->deletes, ev->done, err);
	if (next != VMS_SYNC_GO_ON || !ev->done)
		return next;
	if (ph->latest[0] != '\0' || ph->stats.stage == VMS_STAGE_FRESH)
		memcpy(ph->cookie, ph->latest, sizeof(ph->cookie));
	if (ph->sink.commit(ph->sink.arg, vms_str_of(ph->cookie), true,
	    err) == -1)
		return vms_sync_broken(ph, err);
	forget(ph);
	ph->accept = false;
	ph->stats.stage = VMS_STAGE_PERSIST;
	ph->stats.entries = 0;
	ph->stats.why[0] = '\0';
	return VMS_SYNC_CHANGED;
}

static enum vms_sync_next
on_end(struct vms_sync_phase *ph, const struct vms_sync_event *ev)
{
	int len = (int)(ev->text.len < 160 ? ev->text.len : 160);
	const char *text = ev->text.len == 0 ? "no text" : ev->text.p;

	if (ev->text.len == 0)
		len = 7;
	if (ev->result == RESULT_UNWILLING)
		return vms_sync_stop(ph, VMS_SYNC_BEHIND,
		    "the server will not go on from our state (53: %.*s)", len,
		    text);
	if (ev->result == RESULT_REFRESH_REQUIRED)
		return vms_sync_stop(ph, VMS_SYNC_FULL,
		    "the server asks for a full refresh (4096: %.*s)", len,
		    text);
	return vms_sync_stop(ph, VMS_SYNC_LOST,
	    "the server ended the search (%u: %.*s)", ev->result, len, text);
}

static void
on_begin(struct vms_sync_phase *ph, const struct vms_sync_event *ev)
{
	vms_sync_phase_reset(ph);
	ph->stats.stage = ev->with_cookie ? VMS_STAGE_RESUME : VMS_STAGE_FRESH;
	ph->stats.entries = 0;
	ph->stats.held = (struct vms_sync_held){ 0 };
	vms_csn_set_parse(vms_str_of(ph->cookie), &ph->ours);
}

enum vms_sync_next
vms_sync_phase_feed(struct vms_sync_phase *ph,
    const struct vms_sync_event *ev, struct vms_err *err)
{
	struct vms_err mine;

	if (err == NULL)
		err = &mine;
	if (ev->type == VMS_IPC_SYNC_BEGIN) {
		on_begin(ph, ev);
		return VMS_SYNC_GO_ON;
	}
	if (ph->drain)
		return VMS_SYNC_GO_ON;
	if (ph->stats.stage == VMS_STAGE_IDLE)
		return vms_sync_stop(ph, VMS_SYNC_BROKEN,
		    "an event came before its search");
	switch (ev->type) {
	case VMS_IPC_SYNC_ENTRY:
		return on_entry(ph, ev, err);
	case VMS_IPC_SYNC_IDSET:
		return on_idset(ph, ev, err);
	case VMS_IPC_SYNC_COOKIE:
		if (ph->stats.stage == VMS_STAGE_PERSIST)
			return live(ph, ev->cookie, err);
		return note_cookie(ph, ev->cookie, err) == -1 ?
		    vms_sync_broken(ph, err) : VMS_SYNC_GO_ON;
	case VMS_IPC_SYNC_PHASE:
		return on_phase(ph, ev, err);
	case VMS_IPC_SYNC_END:
		return on_end(ph, ev);
	default:
		return vms_sync_stop(ph, VMS_SYNC_BROKEN,
		    "event of type %u", ev->type);
	}
}
