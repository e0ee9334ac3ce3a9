/* SPDX-License-Identifier: MIT */
/* What the end of a refresh means for the replica: see sync_phase.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libvms/dn.h"
#include "vmsd/sync_phase_int.h"
#include "vmsd/sync_scope.h"

static void
example(struct vms_sync_held *h, struct vms_str dn)
{
	if (h->example[0] == '\0')
		snprintf(h->example, sizeof(h->example), "%.*s",
		    VMS_STR_ARG(dn));
}

int
vms_sync_judge_entry(struct vms_sync_phase *ph, const struct vms_entry *e,
    int found, struct vms_str our_csn, struct vms_str new_csn,
    struct vms_err *err)
{
	struct vms_str ndn = { NULL, 0 };
	bool brings = ph->ours.n > 0 && vms_sync_is_container(e) &&
	    !vms_csn_covers(&ph->ours, new_csn);
	/* One that left and came back by itself was changed by that; one that
	 * was only restored was not. */
	bool back = found == 2 && !vms_csn_older(our_csn, new_csn);

	if (found == 1 && vms_csn_older(new_csn, our_csn)) {
		ph->stats.held.older++;
		example(&ph->stats.held, e->dn);
	}
	if ((brings || back) &&
	    vms_dn_normal(e->dn, &ph->scratch, &ndn) == -1)
		return back ? vms_fail(err, VMS_E_MALFORMED,
		    "an entry's name is no DN") : 0;
	if (brings && vms_sync_place_add(ph, &ph->brought, ndn, err) == -1)
		return -1;
	return back ? vms_sync_place_add(ph, &ph->returned, ndn, err) : 0;
}

/* Unless its container was changed since, and brought it back. */
static void
judge_returned(struct vms_sync_phase *ph)
{
	for (const struct vms_place *p = ph->returned; p != NULL;
	    p = p->next) {
		const struct vms_place *c = ph->brought;

		while (c != NULL && !vms_dn_is_within(p->dn, c->dn))
			c = c->next;
		if (c != NULL)
			continue;
		ph->stats.held.returned++;
		example(&ph->stats.held, p->dn);
	}
}

/* A server that knows our cookie sends what changed since.  One that sends
 * what the cookie covers took it for none (slapd does so without a word), and
 * then its refreshDelete says nothing about what we hold too much. */
void
vms_sync_judge_resumed(struct vms_sync_phase *ph, struct vms_str new_csn)
{
	if (vms_csn_covers(&ph->ours, new_csn))
		ph->forgotten++;
}

struct gather {
	struct vms_sync_phase *ph;
	struct vms_csn_set theirs;
	uint8_t (*v)[VMS_UUID_LEN];
	size_t n, cap;
	uint32_t lacking;
};

static int
gather_absent(void *arg, const uint8_t uuid[VMS_UUID_LEN], struct vms_str csn,
    struct vms_err *err)
{
	struct gather *g = arg;

	if (vms_uuidset_has(&g->ph->seen, uuid))
		return 0;
	if (g->n == g->cap) {
		size_t cap = g->cap == 0 ? 64 : g->cap * 2;
		void *p = reallocarray(g->v, cap, sizeof(*g->v));

		if (p == NULL)
			return vms_fail(err, VMS_E_SYSTEM, "out of memory");
		g->v = p;
		g->cap = cap;
	}
	memcpy(g->v[g->n++], uuid, VMS_UUID_LEN);
	/* Written after all that this server knows of: it never had it. */
	if (csn.len > 0 && g->theirs.n > 0 &&
	    !vms_csn_covers(&g->theirs, csn))
		g->lacking++;
	return 0;
}

static bool
goes_back(const struct vms_sync_phase *ph)
{
	const struct vms_sync_held *h = &ph->stats.held;

	return !ph->accept && (h->older > 0 || h->lacking > 0 ||
	    h->returned > 0);
}

/* Everything of ours that was neither sent nor named is gone. */
static enum vms_sync_next
sweep(struct vms_sync_phase *ph, bool fresh, struct vms_err *err)
{
	struct gather g = { .ph = ph };
	enum vms_sync_next next = VMS_SYNC_GO_ON;

	vms_csn_set_parse(vms_str_of(ph->latest), &g.theirs);
	if (ph->sink.each(ph->sink.arg, gather_absent, &g, err) == -1) {
		next = vms_sync_broken(ph, err);
		goto out;
	}
	if (fresh) {
		ph->stats.held.lacking = g.lacking;
		judge_returned(ph);
	}
	if (fresh && goes_back(ph)) {
		next = vms_sync_stop(ph, VMS_SYNC_HELD, "the server's data is "
		    "older than ours: %u entries older, %u missing, %u that "
		    "had been deleted", ph->stats.held.older,
		    ph->stats.held.lacking, ph->stats.held.returned);
		goto out;
	}
	for (size_t i = 0; !fresh && ph->sink.vacant != NULL && i < g.n; i++) {
		struct vms_str dn, csn;
		int r = ph->sink.find(ph->sink.arg, g.v[i], &dn, &csn, err);

		if (r == 1)
			dn = vms_arena_str(&ph->scratch, dn);
		if (r == -1 || (r == 1 && ph->sink.vacant(ph->sink.arg, dn,
		    err) == -1)) {
			next = vms_sync_broken(ph, err);
			goto out;
		}
	}
	if (g.n > 0) {
		struct vms_sync_absent a = {
			(const uint8_t (*)[VMS_UUID_LEN])g.v, g.n, fresh };

		if (ph->sink.absent(ph->sink.arg, &a, err) == -1)
			next = vms_sync_broken(ph, err);
	}
out:
	free(g.v);
	return next;
}

/* Named as present, yet never sent to us: came into scope with a container. */
static enum vms_sync_next
all_known(struct vms_sync_phase *ph, struct vms_err *err)
{
	const uint8_t *uuid;
	size_t at = 0;

	while ((uuid = vms_uuidset_next(&ph->unknown, &at)) != NULL) {
		struct vms_str dn, csn;
		int r = ph->sink.find(ph->sink.arg, uuid, &dn, &csn, err);

		if (r == -1)
			return vms_sync_broken(ph, err);
		if (r != 1)
			return vms_sync_stop(ph, VMS_SYNC_FULL,
			    "the server has an entry that it never sent");
	}
	return VMS_SYNC_GO_ON;
}

/* Nothing may stand below a place whose entry left it. */
static enum vms_sync_next
all_left(struct vms_sync_phase *ph, struct vms_err *err)
{
	for (const struct vms_place *m = ph->left; m != NULL; m = m->next) {
		bool below = false;

		if (ph->sink.below(ph->sink.arg, m->dn, &below, err) == -1)
			return vms_sync_broken(ph, err);
		if (below)
			return vms_sync_stop(ph, VMS_SYNC_FULL,
			    "a container went or was renamed: %.*s",
			    (int)(m->dn.len < 160 ? m->dn.len : 160),
			    m->dn.p);
	}
	return VMS_SYNC_GO_ON;
}

static enum vms_sync_next
judge_resume(struct vms_sync_phase *ph, bool deletes, bool done,
    struct vms_err *err)
{
	enum vms_sync_next next = VMS_SYNC_GO_ON;

	if (done && vms_csn_compare(vms_str_of(ph->cookie),
	    vms_str_of(ph->latest)) == VMS_CSN_BEHIND)
		return vms_sync_stop(ph, VMS_SYNC_BEHIND,
		    "the server's state is older than ours");
	if (deletes && ph->forgotten > 0)
		return vms_sync_stop(ph, VMS_SYNC_FULL,
		    "the server forgot our cookie");
	if (!deletes) {
		next = all_known(ph, err);
		if (next == VMS_SYNC_GO_ON)
			next = sweep(ph, false, err);
		if (next == VMS_SYNC_GO_ON) {
			vms_uuidset_fini(&ph->seen);
			vms_uuidset_fini(&ph->unknown);
			ph->forgotten = 0;
		}
	}
	if (next == VMS_SYNC_GO_ON && done)
		next = all_left(ph, err);
	return next;
}

enum vms_sync_next
vms_sync_judge_phase(struct vms_sync_phase *ph, bool deletes, bool done,
    struct vms_err *err)
{
	if (ph->stats.stage == VMS_STAGE_RESUME)
		return judge_resume(ph, deletes, done, err);
	/* What a fresh set lacks is known when all of it is here. */
	return done ? sweep(ph, true, err) : VMS_SYNC_GO_ON;
}

/*
 * slapd's cookie of one change names the CSN of that change only; put alone
 * in the place of ours it would make the next resume a full transfer from
 * every other writing server.  So CSNs are merged into the text that we hold,
 * and a cookie that is not of this kind replaces it.
 */
int
vms_sync_cookie_merge(struct vms_sync_phase *ph, struct vms_str cookie,
    struct vms_err *err)
{
	struct vms_csn_set ours, theirs;
	char *cut;
	size_t len;

	if (cookie.len == 0)
		return 0;
	vms_csn_set_parse(vms_str_of(ph->cookie), &ours);
	vms_csn_set_parse(cookie, &theirs);
	if (ours.n == 0 || theirs.n == 0)
		return vms_sync_phase_set_cookie(ph, cookie, err);
	for (size_t i = 0; i < theirs.n; i++) {
		const char *new = theirs.v[i];
		size_t k = 0;

		while (k < ours.n && memcmp(ours.v[k] + VMS_CSN_SID_AT,
		    new + VMS_CSN_SID_AT, VMS_CSN_SID_LEN) != 0)
			k++;
		if (k < ours.n) {
			char *at = strstr(ph->cookie, ours.v[k]);

			if (at != NULL && memcmp(at, new, VMS_CSN_LEN) < 0)
				memcpy(at, new, VMS_CSN_LEN);
			continue;
		}
		if ((cut = strstr(ph->cookie, ",delcsn=")) != NULL)
			*cut = '\0';	/* of a log replay that is over */
		len = strlen(ph->cookie);
		if (len + 1 + VMS_CSN_LEN > VMS_COOKIE_MAX)
			return vms_fail(err, VMS_E_LIMIT, "cookie too long");
		ph->cookie[len] = ';';
		memcpy(ph->cookie + len + 1, new, VMS_CSN_LEN + 1);
	}
	return 0;
}
