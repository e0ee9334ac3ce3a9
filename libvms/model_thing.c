/* SPDX-License-Identifier: MIT */
/* Resources for the model, and what conditions refer to: pools, schedules. */
#include "libvms/build_priv.h"

#include <stdlib.h>

#include "libvms/gtime.h"

void
vms_take_thing(struct vms_model_builder *b, const struct vms_entry *e,
    uint32_t node, enum vms_kind kind)
{
	struct thing *t = vms_build_push(b, &b->things, sizeof(*t));
	struct name *name = vms_build_push(b, &b->thing_names, sizeof(*name));
	struct node *n;
	bool several;

	if (t == NULL || name == NULL)
		return;
	t->kind = kind;
	t->node = node;
	t->dn = vms_build_str(b, e->dn);
	t->name = vms_read_name(b, e);
	t->home = NONE;
	*name = (struct name){ t->name, kind, b->things.n - 1 };
	if (kind == VMS_KIND_RECORDER) {
		t->enabled = vms_read_is(e, "vmsEnabled", "TRUE");
		t->has_zone = vms_read_zone(b, e, &t->zone);
	} else if (kind == VMS_KIND_CAMERA) {
		t->home = vms_read_ref(b, e, "vmsHomeRecorder", &several);
	} else {
		t->members = vms_read_refs(b, e, "vmsMember");
	}
	n = b->nodes.p;
	n[node].kind = NODE_THING;
	n[node].index = b->things.n - 1;
}

void
vms_take_pool(struct vms_model_builder *b, const struct vms_entry *e,
    uint32_t node)
{
	struct strs all = vms_read_all(e, "vmsIpRange");
	struct vms_range *ranges = vms_build_alloc(b, all.n, sizeof(*ranges));
	struct pool *p = vms_build_push(b, &b->pools, sizeof(*p));
	struct node *n = b->nodes.p;
	uint32_t count = 0;

	if (p == NULL || ranges == NULL)
		return;
	n[node].kind = NODE_POOL;
	n[node].index = b->pools.n - 1;
	for (uint32_t i = 0; i < all.n; i++) {
		if (vms_range_parse(all.v[i], &ranges[count]) == 0)
			count++;
		else
			vms_build_find(b, "pool-range-unreadable", e->dn,
			    "vmsIpRange", true,
			    "\"%.*s\" matches no address",
			    VMS_STR_ARG(all.v[i]));
	}
	p->dn = vms_build_str(b, e->dn);
	p->ranges = ranges;
	p->n_ranges = count;
}

static int
compare_days(const void *x, const void *y)
{
	int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

	return a < b ? -1 : a > b;
}

/* An exception that is unreadable might be today: nothing can be told. */
static void
read_except(struct vms_model_builder *b, const struct vms_entry *e,
    struct timetable *t)
{
	struct strs all = vms_read_all(e, "vmsExceptDate");
	int64_t *days = vms_build_alloc(b, all.n, sizeof(*days));
	uint32_t n = 0;

	for (uint32_t i = 0; days != NULL && i < all.n; i++) {
		if (vms_date_parse(vms_str_trim(all.v[i]), &days[n]) == 0) {
			n++;
			continue;
		}
		t->bad = true;
		vms_build_find(b, "schedule-date-unreadable", e->dn,
		    "vmsExceptDate", true, "\"%.*s\" is no date: the "
		    "schedule cannot be judged", VMS_STR_ARG(all.v[i]));
	}
	if (n > 0)
		qsort(days, n, sizeof(*days), compare_days);
	t->schedule.except = days;
	t->schedule.n_except = n;
}

static void
read_windows(struct vms_model_builder *b, const struct vms_entry *e,
    struct timetable *t)
{
	struct strs all = vms_read_all(e, "vmsWindow");
	struct vms_window *w = vms_build_alloc(b, all.n, sizeof(*w));
	uint32_t n = 0;

	for (uint32_t i = 0; w != NULL && i < all.n; i++) {
		if (vms_window_parse(all.v[i], &w[n]) == 0)
			n++;
		else
			vms_build_find(b, "schedule-window-unreadable", e->dn,
			    "vmsWindow", true, "\"%.*s\" is never open",
			    VMS_STR_ARG(all.v[i]));
	}
	if (n == 0)
		vms_build_find(b, "schedule-never-open", e->dn, "vmsWindow",
		    false, "no window: the schedule is never open");
	t->schedule.windows = w;
	t->schedule.n_windows = n;
}

void
vms_take_schedule(struct vms_model_builder *b, const struct vms_entry *e,
    uint32_t node)
{
	struct timetable *t = vms_build_push(b, &b->timetables, sizeof(*t));
	struct node *n = b->nodes.p;

	if (t == NULL)
		return;
	n[node].kind = NODE_SCHEDULE;
	n[node].index = b->timetables.n - 1;
	t->dn = vms_build_str(b, e->dn);
	t->has_zone = vms_read_zone(b, e, &t->zone);
	read_windows(b, e, t);
	read_except(b, e, t);
}

/* Who lists whom: from the member to what it stands in. */
void
vms_link_things(struct vms_model_builder *b)
{
	struct vms_model *m = b->m;
	const struct node *nodes = b->nodes.p;
	struct vec holders = { 0 };

	for (uint32_t i = 0; i < m->n_things; i++) {
		const struct thing *t = &m->things[i];

		for (uint32_t k = 0; k < t->members.n; k++) {
			const struct node *n = &nodes[t->members.v[k]];
			struct pair *p;

			if (n->kind != NODE_THING) {
				vms_build_find(b, "member-dangling", t->dn,
				    "vmsMember", false, "nothing is called "
				    "%.*s", VMS_STR_ARG(n->ndn));
				continue;
			}
			p = vms_build_push(b, &holders, sizeof(*p));
			if (p == NULL)
				break;
			*p = (struct pair){ n->index, i };
		}
	}
	if (!b->oom)
		vms_link_pairs(b, &holders, m->n_things, &m->thing_holders);
	free(holders.p);
}
