/* SPDX-License-Identifier: MIT */
/*
 * Analytics cases and what hangs on them, when the licences on which they run
 * are taken away or given back: see license.h.
 */
#include "vmsctl/license.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

/* Whether the case is changed already to be kept until then. */
static bool
has_pending_end(struct vms_admin *ad, const struct vms_item *it)
{
	struct vms_change *ch = vms_change_find(&ad->changes, it->e.dn);

	for (const struct vms_mod *m = ch == NULL ? NULL : ch->mods;
	    m != NULL; m = m->next)
		if (vms_str_caseeq(m->attr, VMS_STR("vmsRetainUntil")))
			return m->n > 0;
	return (vms_vals(&it->e, "vmsRetainUntil").n > 0);
}

/* Whether all that an attribute names (at least one thing) is kept only. */
static bool
all_end(struct vms_admin *ad, const struct vms_entry *e, const char *attr)
{
	struct vms_vals v = vms_vals(e, attr);

	for (uint32_t i = 0; i < v.n; i++) {
		const struct vms_item *it = vms_tree_find(&ad->tree, v.v[i]);

		if (it != NULL && !has_pending_end(ad, it))
			return false;
	}
	return v.n > 0;
}

/* Resources follow their cases, groups their members. */
static void
follow(struct vms_admin *ad, const char *klass, const char *attr,
    struct vms_str end)
{
	for (uint32_t i = 0; i < ad->tree.n; i++) {
		const struct vms_item *it = &ad->tree.items[i];
		bool ends;

		if (!vms_entry_is(&it->e, vms_str_of(klass)) ||
		    vms_vals(&it->e, attr).n == 0)
			continue;
		ends = all_end(ad, &it->e, attr);
		if (ends ? end.len > 0 && !(vms_vals(&it->e, "vmsRetainUntil").n > 0) :
		    (vms_vals(&it->e, "vmsRetainUntil").n > 0))
			vms_change_set(&ad->changes, vms_change_of(
			    &ad->changes, it), "vmsRetainUntil",
			    ends ? end : (struct vms_str){ NULL, 0 });
	}
}

static bool
is_case_of(struct vms_admin *ad, const struct vms_item *it,
    const struct vms_item *user, int64_t level, struct vms_str state)
{
	return vms_license_is(&it->e, "vmsAnalyticsCase", level) &&
	    vms_has_val(&it->e, "vmsCaseState", state) &&
	    vms_names_dn(&ad->tree, &it->e, "vmsOwner", user->ndn);
}

static int64_t
count_cases(struct vms_admin *ad, const struct vms_item *user, int64_t level,
    struct vms_str *names)
{
	int64_t n = 0;

	for (uint32_t i = 0; i < ad->tree.n; i++)
		if (is_case_of(ad, &ad->tree.items[i], user, level,
		    VMS_STR("active"))) {
			*names = vms_say(ad, "%.*s%s%.*s",
			    VMS_STR_ARG(*names), n == 0 ? "" : ", ",
			    VMS_STR_ARG(vms_val(&ad->tree.items[i].e,
			    "cn")));
			n++;
		}
	return n;
}

/* Whether --case names it. */
static bool
is_chosen(struct vms_admin *ad, const struct vms_item *it)
{
	for (int i = 0; i < ad->args.n_given; i++)
		if (strcmp(ad->args.given[i].name, "case") == 0 &&
		    vms_has_val(&it->e, "cn",
		    vms_str_of(ad->args.given[i].value)))
			return true;
	return false;
}

static void
set_case(struct vms_admin *ad, const struct vms_item *it,
    struct vms_str state, struct vms_str end)
{
	struct vms_change *ch = vms_change_of(&ad->changes, it);

	vms_change_set(&ad->changes, ch, "vmsCaseState", state);
	vms_change_set(&ad->changes, ch, "vmsRetainUntil", end);
}

static void
follow_cases(struct vms_admin *ad, struct vms_str end)
{
	follow(ad, "vmsAnalyticsResource", "vmsCaseRef", end);
	follow(ad, "vmsAnalyticsResourceGroup", "vmsMember", end);
}

void
vms_license_revive(struct vms_admin *ad, const struct vms_item *user,
    int64_t level, int64_t held)
{
	struct vms_str names = { NULL, 0 };
	int64_t now_s = time(NULL);
	int64_t room = held - count_cases(ad, user, level, &names);

	for (uint32_t i = 0; i < ad->tree.n && room > 0; i++) {
		const struct vms_item *it = &ad->tree.items[i];

		if (!is_case_of(ad, it, user, level, VMS_STR("retained")) ||
		    vms_license_end(&it->e) <= now_s)
			continue;
		set_case(ad, it, VMS_STR("active"),
		    (struct vms_str){ NULL, 0 });
		room--;
	}
	follow_cases(ad, (struct vms_str){ NULL, 0 });
}

int
vms_license_retire(struct vms_admin *ad, const struct vms_item *user,
    int64_t level, int64_t left, struct vms_str end)
{
	struct vms_str names = { NULL, 0 };
	int64_t running = count_cases(ad, user, level, &names), chosen = 0;

	for (uint32_t i = 0; i < ad->tree.n; i++) {
		const struct vms_item *it = &ad->tree.items[i];

		if (!is_case_of(ad, it, user, level, VMS_STR("active")) ||
		    (left > 0 && !is_chosen(ad, it)))
			continue;
		set_case(ad, it, VMS_STR("retained"), end);
		chosen++;
	}
	if (running - chosen <= left) {
		follow_cases(ad, end);
		return 0;
	}
	return vms_refuse(ad, CTL_INCONSISTENT, "license-in-use",
	    "%" PRId64 " cases run on this level and %" PRId64 " licences "
	    "would be left; say with --case which end: %.*s", running, left,
	    VMS_STR_ARG(names));
}
