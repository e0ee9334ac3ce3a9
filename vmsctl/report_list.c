/* SPDX-License-Identifier: MIT */
/* Reports of people: accounts, administrators, reviews. */
#include "vmsctl/report.h"

#include <inttypes.h>
#include <stdlib.h>

#include "libvms/gtime.h"

#define ADMIN_RANK 80

/* --- accounts --- */

struct account {
	const struct vms_reach_user *user;
	int64_t rank;
};

static int
compare_accounts(const void *x, const void *y)
{
	const struct account *a = x, *b = y;

	if (a->rank != b->rank)
		return a->rank > b->rank ? -1 : 1;
	return vms_str_casecmp(a->user->name, b->user->name);
}

/* Users, highest rank first. */
static struct account *
sort_accounts(struct vms_admin *ad, const struct vms_reach *r)
{
	struct account *list = vms_admin_alloc(ad,
	    (r->n_users + 1ul) * sizeof(*list));

	for (uint32_t i = 0; i < r->n_users; i++)
		list[i] = (struct account){ &r->users[i], vms_reach_rank(r,
		    &r->classes[r->users[i].klass]) };
	if (r->n_users > 0)
		qsort(list, r->n_users, sizeof(*list), compare_accounts);
	return list;
}

/* The earlier of two dates, with whose it is. */
static void
take_review(struct vms_str by, struct vms_str whose, struct vms_str *first,
    struct vms_str *of)
{
	int64_t a, b;

	if (by.len == 0 || vms_gtime_parse(by, &a) != 0)
		return;
	if (first->len > 0 && vms_gtime_parse(*first, &b) == 0 && b <= a)
		return;
	*first = by;
	*of = whose;
}

static void
find_review(struct vms_admin *ad, const struct vms_reach *r,
    const struct vms_reach_user *u, struct vms_str *by, struct vms_str *of)
{
	const struct vms_peers *c = &r->classes[u->klass];

	*by = *of = (struct vms_str){ NULL, 0 };
	if (u->item != NULL)
		take_review(vms_val(&u->item->e, "vmsReviewBy"),
		    VMS_STR("user"), by, of);
	for (uint32_t i = 0; i < c->n_grants; i++) {
		struct vms_grant_view g = vms_review_grant(r->m,
		    c->grants[i]);
		const struct vms_item *it = vms_tree_find(&ad->tree, g.dn);

		if (it != NULL && !g.everyone)
			take_review(vms_val(&it->e, "vmsReviewBy"),
			    vms_say(ad, "grant:%.*s", VMS_STR_ARG(g.name)),
			    by, of);
	}
}

/* What the server noted of the last bind, where it does. */
static struct vms_str
last_login(const struct vms_entry *e)
{
	struct vms_str s = vms_val(e, "pwdLastSuccess");

	return s.len > 0 ? s : vms_val(e, "authTimestamp");
}

int
vms_report_accounts(struct vms_admin *ad)
{
	static const struct vms_sheet_column columns[] = {
		{ "user", 's' }, { "name", 's' }, { "state", 's' },
		{ "roles", 'l' }, { "rank", 'n' }, { "last-login", 's' },
		{ "not-after", 's' }, { "review-by", 's' },
		{ "review-of", 's' }, { "overdue", 'b' }, { NULL, 0 }
	};
	struct vms_sheet *t;
	struct account *list;
	struct vms_reach r;
	int rc = vms_report_open(ad, &r);

	if (rc != 0)
		return rc;
	t = vms_report_table(ad, columns);
	list = sort_accounts(ad, &r);
	for (uint32_t i = 0; i < r.n_users; i++) {
		static const struct vms_entry none = { 0 };
		const struct vms_reach_user *u = list[i].user;
		const struct vms_entry *e = u->item == NULL ? &none :
		    &u->item->e;
		struct vms_str by, of;
		bool late;

		find_review(ad, &r, u, &by, &of);
		late = vms_report_overdue(by);
		if (late)
			rc = CTL_FINDINGS;
		vms_sheet_row(t, (struct vms_str[]){ u->name,
		    vms_val(e, "cn"), vms_val(e, "vmsAccountState"),
		    vms_reach_roles(&r, &r.classes[u->klass], '\n'),
		    vms_say(ad, "%" PRId64, list[i].rank),
		    vms_report_time(ad, last_login(e)),
		    vms_report_time(ad, vms_val(e, "vmsNotAfter")),
		    vms_report_time(ad, by), of,
		    late ? VMS_STR("yes") : (struct vms_str){ NULL, 0 } });
	}
	vms_reach_close(&r);
	return vms_report_end(ad, t, rc);
}

/* --- administrators --- */

/* "directly", "everyone", or the groups of the grant that lead to the user. */
static struct vms_str
way_of(struct vms_admin *ad, const struct vms_entry *grant,
    const struct vms_item *user)
{
	struct vms_vals v = vms_vals(grant, "vmsSubject");
	struct vms_str out = { NULL, 0 };

	if (vms_has_val(grant, "vmsSubjectScope", VMS_STR("everyone")))
		return VMS_STR("everyone");
	if (user != NULL && vms_names_dn(&ad->tree, grant, "vmsSubject",
	    user->ndn))
		out = VMS_STR("directly");
	for (uint32_t i = 0; user != NULL && i < v.n; i++) {
		/* One subject of the grant alone. */
		const struct vms_attr attr = { VMS_STR("vmsSubject"),
			{ NULL, 0 }, &v.v[i], 1 };
		const struct vms_entry one = { .attrs = &attr,
			.n_attrs = 1 };
		const struct vms_item *it = vms_tree_find(&ad->tree, v.v[i]);

		if (it != NULL && it != user &&
		    vms_grant_reaches(&ad->tree, &one, user->ndn))
			out = vms_join(&ad->arena, out, '\n',
			    vms_name_of(ad, v.v[i]));
	}
	return out;
}

static void
admin_rows(struct vms_admin *ad, struct vms_reach *r, struct vms_sheet *t,
    const struct vms_reach_user *u)
{
	const struct vms_peers *c = &r->classes[u->klass];

	for (uint32_t i = 0; i < c->n_grants; i++) {
		struct vms_grant_view g = vms_review_grant(r->m,
		    c->grants[i]);
		const struct vms_item *it = vms_tree_find(&ad->tree, g.dn);
		static const struct vms_entry none = { 0 };

		if (!g.allow || g.rank < ADMIN_RANK || it == NULL)
			continue;
		vms_sheet_row(t, (struct vms_str[]){ u->name,
		    vms_val(u->item == NULL ? &none : &u->item->e,
		    "vmsAccountState"), g.role,
		    vms_say(ad, "%" PRId64, g.rank), g.name,
		    way_of(ad, &it->e, u->item),
		    vms_report_conditions(ad, &it->e) });
	}
}

/* Said beside the table: how many, and whether that is too many. */
static void
count_admins(struct vms_admin *ad, uint32_t admins, uint32_t owners)
{
	struct vms_str max = vms_parameter(ad, "admin-max", "");
	struct vms_str warn = vms_parameter(ad, "admin-warn", "");
	int64_t n;

	fprintf(stderr, "vmsctl: %u owners, %u administrators", owners,
	    admins);
	if (max.len > 0)
		fprintf(stderr, " (admin-max=%.*s)", VMS_STR_ARG(max));
	fputc('\n', stderr);
	if (warn.len > 0 && vms_num_parse(warn, 0, INT64_MAX, &n) == 0 &&
	    admins >= n)
		fprintf(stderr, "vmsctl: admin-warn=%" PRId64 " is reached: "
		    "few accounts should administer\n", n);
}

int
vms_report_admins(struct vms_admin *ad)
{
	static const struct vms_sheet_column columns[] = {
		{ "user", 's' }, { "state", 's' }, { "role", 's' },
		{ "rank", 'n' }, { "grant", 's' }, { "through", 'l' },
		{ "conditions", 'l' }, { NULL, 0 }
	};
	struct vms_sheet *t;
	struct account *list;
	struct vms_reach r;
	uint32_t admins = 0, owners = 0;
	int rc = vms_report_open(ad, &r);

	if (rc != 0)
		return rc;
	t = vms_report_table(ad, columns);
	list = sort_accounts(ad, &r);
	for (uint32_t i = 0; i < r.n_users; i++) {
		if (list[i].rank < ADMIN_RANK)
			continue;
		*(r.classes[list[i].user->klass].owner ? &owners :
		    &admins) += 1;
		admin_rows(ad, &r, t, list[i].user);
	}
	vms_reach_close(&r);
	rc = vms_report_end(ad, t, 0);
	if (!ad->json && !vms_args_has(&ad->args, "csv"))
		count_admins(ad, admins, owners);
	return rc;
}

/* --- reviews --- */

static int
compare_due(const void *x, const void *y)
{
	const struct vms_item *a = *(const struct vms_item *const *)x;
	const struct vms_item *b = *(const struct vms_item *const *)y;
	int r = vms_str_cmp(vms_val(&a->e, "vmsReviewBy"),
	    vms_val(&b->e, "vmsReviewBy"));

	return r != 0 ? r : vms_str_cmp(a->ndn, b->ndn);
}

int
vms_report_reviews(struct vms_admin *ad)
{
	static const struct vms_sheet_column columns[] = {
		{ "review-by", 's' }, { "what", 's' }, { "reason", 's' },
		{ "subjects", 'l' }, { "overdue", 'b' },
		{ "confirm", 's' }, { NULL, 0 }
	};
	const struct vms_item **list = vms_admin_alloc(ad,
	    (ad->tree.n + 1ul) * sizeof(*list));
	struct vms_sheet *t = vms_report_table(ad, columns);
	uint32_t n = 0;
	int rc = 0;

	for (uint32_t i = 0; i < ad->tree.n; i++)
		if (vms_vals(&ad->tree.items[i].e, "vmsReviewBy").n > 0)
			list[n++] = &ad->tree.items[i];
	if (n > 0)
		qsort(list, n, sizeof(*list), compare_due);
	for (uint32_t i = 0; i < n; i++) {
		const struct vms_entry *e = &list[i]->e;
		struct vms_str by = vms_val(e, "vmsReviewBy"), name, kind;
		struct vms_str word = vms_name_of(ad, e->dn), who = { NULL,
		    0 };
		struct vms_vals v = vms_vals(e, "vmsSubject");

		for (uint32_t k = 0; k < v.n; k++)
			who = vms_join(&ad->arena, who, '\n',
			    vms_name_of(ad, v.v[k]));
		(void)vms_str_cut(word, ':', &kind, &name);
		if (vms_report_overdue(by))
			rc = CTL_FINDINGS;
		vms_sheet_row(t, (struct vms_str[]){ vms_report_time(ad, by),
		    word, vms_val(e, "vmsReason"), who,
		    vms_report_overdue(by) ? VMS_STR("yes") :
		    (struct vms_str){ NULL, 0 },
		    vms_say(ad, "vmsctl %.*s set %.*s --review-by DATE",
		    VMS_STR_ARG(kind), VMS_STR_ARG(name)) });
	}
	return vms_report_end(ad, t, rc);
}
