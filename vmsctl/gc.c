/* SPDX-License-Identifier: MIT */
/*
 * `vmsctl gc`: deletes what is past its date, and repairs what was deleted
 * behind vmsctl's back.  A server with the refint overlay leaves "cn=deleted"
 * where the last reference was; others leave the old name.  Only what nobody
 * can need any more is deleted: denials never, and nothing that is shared.
 * Run by a timer.
 */
#include "vmsctl/license.h"

#include <inttypes.h>
#include <time.h>

/* Entries of one transaction; the timer comes again. */
#define BATCH 500

struct gc {
	struct vms_admin *ad;
	bool *gone;			/* by item: deleted in this run */
	int64_t now_s;
	uint32_t expired, orphans, repaired, n;
	bool more;
};

static bool
is_there(const struct gc *g, struct vms_str dn)
{
	const struct vms_item *it = vms_tree_find(&g->ad->tree, dn);

	return it != NULL && !g->gone[it - g->ad->tree.items];
}

/* An attribute names something, and none of it is there. */
static bool
names_only_gone(const struct gc *g, const struct vms_entry *e,
    const char *attr)
{
	struct vms_vals v = vms_vals(e, attr);

	for (uint32_t i = 0; i < v.n; i++)
		if (is_there(g, v.v[i]))
			return false;
	return v.n > 0;
}

static void
drop(struct gc *g, uint32_t i, uint32_t *count)
{
	const struct vms_item *it = &g->ad->tree.items[i];

	if (g->gone[i])
		return;
	if (g->n >= BATCH) {
		g->more = true;
		return;
	}
	g->gone[i] = true;
	g->n++;
	*count += 1;
	if (vms_entry_is(&it->e, VMS_STR("vmsLicenseAssignment")))
		vms_license_drop(g->ad, it);
	else
		vms_change_delete(&g->ad->changes, it);
}

static bool
is_kept_data(const struct vms_entry *e)
{
	static const char *const classes[] = { "vmsLicenseAssignment",
	    "vmsAnalyticsCase", "vmsAnalyticsResource",
	    "vmsAnalyticsResourceGroup" };

	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (vms_entry_is(e, vms_str_of(classes[i])))
			return true;
	return false;
}

/* A reference to a user who is gone; case and resource alike. */
static bool
is_orphan(const struct gc *g, const struct vms_entry *e)
{
	if (vms_entry_is(e, VMS_STR("vmsLicenseAssignment")))
		return names_only_gone(g, e, "vmsSubject");
	/* Nobody's group of nothing. */
	if (vms_vals(e, "vmsOwner").n == 0 && vms_entry_is(e,
	    VMS_STR("vmsAnalyticsResourceGroup")))
		return names_only_gone(g, e, "vmsMember");
	if (is_kept_data(e))
		return names_only_gone(g, e, "vmsOwner") ||
		    names_only_gone(g, e, "vmsCaseRef");
	/* A layout of one's own goes with its owner. */
	if (vms_entry_is(e, VMS_STR("vmsLayout")))
		return vms_has_val(e, "vmsShared", VMS_STR("FALSE")) &&
		    names_only_gone(g, e, "vmsOwner");
	/* An allowance for nobody; a denial is a matter for people. */
	if (vms_has_val(e, "vmsEffect", VMS_STR("allow")))
		return vms_has_val(e, "vmsSubjectScope", VMS_STR("listed")) &&
		    names_only_gone(g, e, "vmsSubject");
	return false;
}

/* Taken away from the entries that stay. */
static void
sweep(struct gc *g)
{
	const struct vms_tree *tree = &g->ad->tree;
	uint32_t before;

	for (uint32_t i = 0; i < tree->n; i++)
		if (is_kept_data(&tree->items[i].e) &&
		    vms_license_end(&tree->items[i].e) <= g->now_s)
			drop(g, i, &g->expired);
	do {	/* what hangs on what was just dropped */
		before = g->n;
		for (uint32_t i = 0; i < tree->n; i++)
			if (is_orphan(g, &tree->items[i].e))
				drop(g, i, &g->orphans);
	} while (g->n > before);
}

/* The free count is what is not assigned. */
static void
repair_pools(struct gc *g)
{
	struct vms_admin *ad = g->ad;

	for (uint32_t i = 0; i < ad->tree.n; i++) {
		const struct vms_item *it = &ad->tree.items[i];
		struct vms_license_sums s;
		int64_t want;

		if (!vms_entry_is(&it->e, VMS_STR("vmsLicensePool")))
			continue;
		s = vms_license_sum(&ad->tree, vms_license_number(&it->e,
		    "vmsLicenseLevel"));
		want = s.total - s.shared;
		if (want == s.free || s.total < 0)
			continue;
		if (want < 0) {
			fprintf(stderr, "vmsctl: %.*s: %" PRId64 " are "
			    "assigned of %" PRId64 ": take some away\n",
			    VMS_STR_ARG(it->e.dn), s.shared, s.total);
			want = 0;
		}
		if (s.free == want)
			continue;
		vms_license_free_add(ad, it, want - s.free);
		g->repaired++;
	}
}

static int
run_gc(struct vms_admin *ad)
{
	struct gc g = { .ad = ad, .now_s = time(NULL) };

	g.gone = vms_admin_alloc(ad, (ad->tree.n + 1ul) * sizeof(bool));
	sweep(&g);
	repair_pools(&g);
	ad->note = vms_say(ad, "deleted %u past their date and %u without an "
	    "owner, repaired %u pools%s", g.expired, g.orphans, g.repaired,
	    g.more ? "; more is left for the next run" : "");
	return 0;
}

const struct vms_cmd vms_gc_cmds[] = {
	{ .noun = "gc", .args = "", .help = "delete what is past its date, "
	    "repair what was deleted behind vmsctl's back",
	    .run = run_gc, .writes = true },
	{ .noun = NULL }
};
