/* SPDX-License-Identifier: MIT */
/*
 * Giving and taking licences: see license.h.
 *
 * What is taken away leaves the user at once and goes back to the pool; the
 * cases that ran on it become "retained" and carry, with their resources, the
 * date until which they are kept.  Giving it back before that date revives
 * them.  After it only gc may touch them.
 */
#include "vmsctl/license.h"

#include <inttypes.h>
#include <time.h>

#include "libvms/gtime.h"

#define DAY_S 86400

int64_t
vms_license_number(const struct vms_entry *e, const char *attr)
{
	int64_t n;

	return vms_num_parse(vms_val(e, attr), 0, INT64_MAX, &n) == 0 ? n :
	    -1;
}

int64_t
vms_license_end(const struct vms_entry *e)
{
	int64_t end_s;

	if (vms_vals(e, "vmsRetainUntil").n == 0 ||
	    vms_gtime_parse(vms_val(e, "vmsRetainUntil"), &end_s) != 0)
		return INT64_MAX;
	return end_s;
}

bool
vms_license_is(const struct vms_entry *e, const char *klass, int64_t level)
{
	return vms_entry_is(e, vms_str_of(klass)) &&
	    vms_license_number(e, "vmsLicenseLevel") == level;
}

static bool
is_retained(const struct vms_entry *e)
{
	return vms_vals(e, "vmsRetainUntil").n > 0;
}

const struct vms_item *
vms_license_pool(const struct vms_tree *s, int64_t level)
{
	for (uint32_t i = 0; i < s->n; i++)
		if (vms_license_is(&s->items[i].e, "vmsLicensePool", level))
			return &s->items[i];
	return NULL;
}

struct vms_license_sums
vms_license_sum(const struct vms_tree *s, int64_t level)
{
	struct vms_license_sums sums = { 0 };

	for (uint32_t i = 0; i < s->n; i++) {
		const struct vms_entry *e = &s->items[i].e;
		int64_t n = vms_license_number(e, "vmsLicenseCount");

		if (vms_license_is(e, "vmsLicensePool", level)) {
			sums.total = vms_license_number(e, "vmsLicenseTotal");
			sums.free = vms_license_number(e, "vmsLicenseFree");
		} else if (vms_license_is(e, "vmsLicenseAssignment", level) &&
		    n > 0) {
			*(is_retained(e) ? &sums.retained : &sums.shared) +=
			    n;
		} else if (vms_license_is(e, "vmsAnalyticsCase", level)) {
			sums.used += vms_has_val(e, "vmsCaseState",
			    VMS_STR("active"));
		}
	}
	return sums;
}

/* What the change adds already. */
static struct vms_mod *
pending_of(struct vms_change *ch)
{
	struct vms_mod *m = ch->mods;

	while (m != NULL && m->op != VMS_MOD_INCREMENT)
		m = m->next;
	return m;
}

void
vms_license_free_add(struct vms_admin *ad, const struct vms_item *pool,
    int64_t n)
{
	struct vms_change *ch = vms_change_of(&ad->changes, pool);
	struct vms_mod *m = pending_of(ch);
	int64_t old;

	if (m != NULL && vms_num_parse(m->vals[0], INT64_MIN / 2,
	    INT64_MAX / 2, &old) == 0) {
		n += old;
		m->n = 0;
	}
	/* Others may give and take meanwhile, as long as enough is left. */
	ch->assertion = n >= 0 ? (struct vms_str){ NULL, 0 } :
	    vms_say(ad, "(vmsLicenseFree>=%" PRId64 ")", -n);
	vms_change_value(&ad->changes, ch, VMS_MOD_INCREMENT,
	    "vmsLicenseFree", vms_say(ad, "%" PRId64, n));
}

void
vms_license_drop(struct vms_admin *ad, const struct vms_item *it)
{
	int64_t n = vms_license_number(&it->e, "vmsLicenseCount");
	const struct vms_item *pool = vms_license_pool(&ad->tree,
	    vms_license_number(&it->e, "vmsLicenseLevel"));

	vms_change_delete(&ad->changes, it);
	if (pool != NULL && n > 0 && !is_retained(&it->e))
		vms_license_free_add(ad, pool, n);
}

/* The next assignment of a user and level from *i on. */
static const struct vms_item *
next_assignment(struct vms_admin *ad, const struct vms_item *user,
    int64_t level, bool retained, uint32_t *i)
{
	while (*i < ad->tree.n) {
		const struct vms_item *it = &ad->tree.items[(*i)++];

		if (vms_license_is(&it->e, "vmsLicenseAssignment", level) &&
		    is_retained(&it->e) == retained &&
		    vms_names_dn(&ad->tree, &it->e, "vmsSubject", user->ndn))
			return it;
	}
	return NULL;
}

int64_t
vms_license_held(struct vms_admin *ad, const struct vms_item *user,
    int64_t level, bool retained)
{
	const struct vms_item *it;
	int64_t sum = 0, n, now_s = time(NULL);
	uint32_t i = 0;

	while ((it = next_assignment(ad, user, level, retained,
	    &i)) != NULL) {
		n = vms_license_number(&it->e, "vmsLicenseCount");
		if (n > 0 && (!retained || vms_license_end(&it->e) > now_s))
			sum += n;
	}
	return sum;
}

static struct vms_str
end_of_retention(struct vms_admin *ad)
{
	int64_t days, t = time(NULL);
	struct vms_date d;

	if (vms_num_parse(vms_parameter(ad, "retention-days", "7"), 0, 36500,
	    &days) != 0)
		days = 7;
	t += days * DAY_S;
	d = vms_date_of(vms_floor_div(t, DAY_S));
	t -= vms_days_of(d) * DAY_S;
	return vms_say(ad, "%04" PRId64 "%02d%02d%02d%02d%02dZ", d.year,
	    d.month, d.day, (int)(t / 3600), (int)(t / 60 % 60),
	    (int)(t % 60));
}

/* --- assignments --- */

static void
set_count(struct vms_admin *ad, const struct vms_item *it, int64_t n)
{
	if (n == 0)
		vms_change_delete(&ad->changes, it);
	else
		vms_change_set(&ad->changes, vms_change_of(&ad->changes, it),
		    "vmsLicenseCount", vms_say(ad, "%" PRId64, n));
}

/* A new assignment; end empty: a live one. */
static void
add_assignment(struct vms_admin *ad, const struct vms_item *user,
    int64_t level, int64_t n, struct vms_str end)
{
	struct vms_str name = vms_val(&user->e, "uid"), cn, dn;
	const struct vms_item *same;
	struct vms_change *ch;

	cn = end.len == 0 ? vms_say(ad, "%.*s-level-%" PRId64,
	    VMS_STR_ARG(name), level) : vms_say(ad, "%.*s-level-%" PRId64
	    "-until-%.*s", VMS_STR_ARG(name), level, VMS_STR_ARG(end));
	dn = vms_say(ad, "cn=%.*s,ou=assignments,%.*s", VMS_STR_ARG(cn),
	    VMS_STR_ARG(ad->bases.policy));
	same = vms_tree_find(&ad->tree, dn);
	if (same != NULL) {	/* taken away twice within a second */
		set_count(ad, same, n + vms_license_number(&same->e,
		    "vmsLicenseCount"));
		return;
	}
	ch = vms_change_new(&ad->changes, VMS_CHANGE_ADD, dn);
	vms_change_set(&ad->changes, ch, "objectClass",
	    VMS_STR("vmsLicenseAssignment"));
	vms_change_set(&ad->changes, ch, "cn", cn);
	vms_change_set(&ad->changes, ch, "vmsSubject", user->e.dn);
	vms_change_set(&ad->changes, ch, "vmsLicenseLevel",
	    vms_say(ad, "%" PRId64, level));
	vms_change_set(&ad->changes, ch, "vmsLicenseCount",
	    vms_say(ad, "%" PRId64, n));
	if (end.len > 0)
		vms_change_set(&ad->changes, ch, "vmsRetainUntil", end);
}

/* Take up to n off the user's kept assignments, which come back to life. */
static void
take_kept(struct vms_admin *ad, const struct vms_item *user, int64_t level,
    int64_t n)
{
	const struct vms_item *it;
	int64_t has, now_s = time(NULL);
	uint32_t i = 0;

	while (n > 0 && (it = next_assignment(ad, user, level, true,
	    &i)) != NULL) {
		has = vms_license_number(&it->e, "vmsLicenseCount");
		if (has <= 0 || vms_license_end(&it->e) <= now_s)
			continue;
		set_count(ad, it, has > n ? has - n : 0);
		n -= has > n ? n : has;
	}
}

int
vms_license_give(struct vms_admin *ad, const struct vms_item *user,
    int64_t level, int64_t n)
{
	const struct vms_item *pool = vms_license_pool(&ad->tree, level);
	const struct vms_item *live;
	int64_t free_n, held = vms_license_held(ad, user, level, false);
	uint32_t i = 0;

	if (pool == NULL)
		return vms_refuse(ad, CTL_NO, "no-such-license",
		    "there are no licences of level %" PRId64 "; make a pool "
		    "with: vmsctl license add %" PRId64 " --total N", level,
		    level);
	free_n = vms_license_number(&pool->e, "vmsLicenseFree");
	if (free_n < n)
		return vms_refuse(ad, CTL_NO, "license-exhausted",
		    "level %" PRId64 " has %" PRId64 " free, %" PRId64
		    " asked for", level, free_n < 0 ? 0 : free_n, n);
	vms_license_free_add(ad, pool, -n);
	take_kept(ad, user, level, n);
	live = next_assignment(ad, user, level, false, &i);
	if (live != NULL)
		set_count(ad, live, vms_license_number(&live->e,
		    "vmsLicenseCount") + n);
	else
		add_assignment(ad, user, level, n,
		    (struct vms_str){ NULL, 0 });
	vms_license_revive(ad, user, level, held + n);
	return 0;
}

int
vms_license_take(struct vms_admin *ad, const struct vms_item *user,
    int64_t level, int64_t n)
{
	int64_t held = vms_license_held(ad, user, level, false), has, part;
	int64_t todo = n;
	const struct vms_item *it, *pool = vms_license_pool(&ad->tree, level);
	struct vms_str end = end_of_retention(ad);
	uint32_t i = 0;

	if (held < n || n <= 0)
		return vms_refuse(ad, CTL_NO, "license-missing",
		    "%.*s has %" PRId64 " of level %" PRId64,
		    VMS_STR_ARG(vms_val(&user->e, "uid")), held, level);
	add_assignment(ad, user, level, n, end);
	while (todo > 0 && (it = next_assignment(ad, user, level, false,
	    &i)) != NULL) {
		has = vms_license_number(&it->e, "vmsLicenseCount");
		if (has <= 0)
			continue;
		part = has > todo ? todo : has;
		set_count(ad, it, has - part);
		todo -= part;
	}
	if (pool != NULL)
		vms_license_free_add(ad, pool, n);
	return vms_license_retire(ad, user, level, held - n, end);
}
