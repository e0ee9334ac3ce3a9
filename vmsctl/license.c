/* SPDX-License-Identifier: MIT */
/* The verbs of `vmsctl license`.  What giving and taking mean for the data is
 * in license_move.c. */
#include "vmsctl/license.h"

#include <inttypes.h>
#include <string.h>

#include "vmsctl/sheet.h"

#define LEVEL_MAX 1000
#define COUNT_MAX 1000000

/* A word as a number in bounds. */
static int
read_number(struct vms_admin *ad, const char *word, const char *what,
    int64_t max, int64_t *out)
{
	if (vms_num_parse(vms_str_of(word), 1, max, out) == 0)
		return 0;
	return vms_refuse(ad, CTL_USAGE, "bad-number",
	    "%s: the %s is a number from 1 to %" PRId64, word, what, max);
}

static int
read_level(struct vms_admin *ad, int word, int64_t *out)
{
	return read_number(ad, ad->args.words[word], "level", LEVEL_MAX, out);
}

static const struct vms_item *
read_pool(struct vms_admin *ad, int64_t *level)
{
	const struct vms_item *pool;

	if (read_level(ad, 0, level) != 0)
		return NULL;
	pool = vms_license_pool(&ad->tree, *level);
	if (pool == NULL)
		vms_refuse(ad, CTL_NO, "no-such-license",
		    "there are no licences of level %" PRId64, *level);
	return pool;
}

/* --- pools --- */

static void
set_types(struct vms_admin *ad, struct vms_change *ch)
{
	for (int i = 0; i < ad->args.n_given; i++)
		if (strcmp(ad->args.given[i].name, "type") == 0)
			vms_change_value(&ad->changes, ch,
			    ch->type == VMS_CHANGE_ADD ? VMS_MOD_ADD :
			    VMS_MOD_REPLACE, "vmsAnalyticsType",
			    vms_str_of(ad->args.given[i].value));
}

static int
run_add(struct vms_admin *ad)
{
	const char *given = vms_args_get(&ad->args, "total");
	int64_t level, total;
	struct vms_change *ch;
	struct vms_str cn, n;

	if (read_level(ad, 0, &level) != 0)
		return CTL_USAGE;
	if (given == NULL)
		return vms_refuse(ad, CTL_USAGE, "usage",
		    "--total N: how many licences there are");
	if (read_number(ad, given, "total", COUNT_MAX, &total) != 0)
		return CTL_USAGE;
	if (vms_license_pool(&ad->tree, level) != NULL)
		return vms_refuse(ad, CTL_NO, "exists", "level %" PRId64
		    " is there; change it with: vmsctl license set %" PRId64
		    " --total N", level, level);
	cn = vms_say(ad, "level-%" PRId64, level);
	n = vms_say(ad, "%" PRId64, total);
	ch = vms_change_new(&ad->changes, VMS_CHANGE_ADD, vms_say(ad,
	    "cn=%.*s,ou=licenses,%.*s", VMS_STR_ARG(cn),
	    VMS_STR_ARG(ad->bases.policy)));
	vms_change_set(&ad->changes, ch, "objectClass",
	    VMS_STR("vmsLicensePool"));
	vms_change_set(&ad->changes, ch, "cn", cn);
	vms_change_set(&ad->changes, ch, "vmsLicenseLevel",
	    vms_say(ad, "%" PRId64, level));
	vms_change_set(&ad->changes, ch, "vmsLicenseTotal", n);
	vms_change_set(&ad->changes, ch, "vmsLicenseFree", n);
	set_types(ad, ch);
	ad->note = vms_say(ad, "added %" PRId64 " licences of level %" PRId64,
	    total, level);
	return 0;
}

static int
run_set(struct vms_admin *ad)
{
	const char *given = vms_args_get(&ad->args, "total");
	struct vms_license_sums sums;
	const struct vms_item *pool;
	int64_t level, total;

	pool = read_pool(ad, &level);
	if (pool == NULL)
		return CTL_NO;
	set_types(ad, vms_change_of(&ad->changes, pool));
	if (given == NULL)
		return 0;
	if (read_number(ad, given, "total", COUNT_MAX, &total) != 0)
		return CTL_USAGE;
	sums = vms_license_sum(&ad->tree, level);
	if (total < sums.shared)
		return vms_refuse(ad, CTL_INCONSISTENT, "license-in-use",
		    "%" PRId64 " of level %" PRId64 " are assigned: take some "
		    "away first with: vmsctl license remove USER %" PRId64,
		    sums.shared, level, level);
	vms_change_set(&ad->changes, vms_change_of(&ad->changes, pool),
	    "vmsLicenseTotal", vms_say(ad, "%" PRId64, total));
	if (total != sums.total)
		vms_license_free_add(ad, pool, total - sums.total);
	ad->note = vms_say(ad, "level %" PRId64 " has %" PRId64 " licences",
	    level, total);
	return 0;
}

static int
run_delete(struct vms_admin *ad)
{
	struct vms_license_sums sums;
	const struct vms_item *pool;
	int64_t level;

	pool = read_pool(ad, &level);
	if (pool == NULL)
		return CTL_NO;
	sums = vms_license_sum(&ad->tree, level);
	if (sums.shared + sums.retained + sums.used > 0)
		return vms_refuse(ad, CTL_INCONSISTENT, "license-in-use",
		    "level %" PRId64 ": %" PRId64 " assigned, %" PRId64
		    " kept after removal, %" PRId64 " cases running", level,
		    sums.shared, sums.retained, sums.used);
	vms_change_delete(&ad->changes, pool);
	ad->note = vms_say(ad, "deleted level %" PRId64, level);
	return 0;
}

/* --- users --- */

/* USER LEVEL [COUNT]; count 0 where it was not given.  0 or an exit code. */
static int
read_user(struct vms_admin *ad, const struct vms_item **user, int64_t *level,
    int64_t *count)
{
	*count = 0;
	if (read_level(ad, 1, level) != 0 || (ad->args.n_words > 2 &&
	    read_number(ad, ad->args.words[2], "count", COUNT_MAX,
	    count) != 0))
		return CTL_USAGE;
	*user = vms_find(ad, "user", ad->args.words[0]);
	return *user == NULL ? CTL_NO : 0;
}

static int
run_assign(struct vms_admin *ad)
{
	const struct vms_item *user;
	int64_t level, n;
	int rc = read_user(ad, &user, &level, &n);

	if (rc != 0)
		return rc;
	n = n == 0 ? 1 : n;
	ad->note = vms_say(ad, "%s has %" PRId64 " of level %" PRId64,
	    ad->args.words[0], n + vms_license_held(ad, user, level, false),
	    level);
	return vms_license_give(ad, user, level, n);
}

static int
run_remove(struct vms_admin *ad)
{
	const struct vms_item *user;
	int64_t level, n;
	int rc = read_user(ad, &user, &level, &n);

	if (rc != 0)
		return rc;
	if (n == 0)
		n = vms_license_held(ad, user, level, false);
	ad->note = vms_say(ad, "took %" PRId64 " of level %" PRId64
	    " from %s; back with: vmsctl license restore %s %" PRId64, n,
	    level, ad->args.words[0], ad->args.words[0], level);
	return vms_license_take(ad, user, level, n);
}

static int
run_restore(struct vms_admin *ad)
{
	const struct vms_item *user;
	int64_t level, n;
	int rc = read_user(ad, &user, &level, &n);

	if (rc != 0)
		return rc;
	n = vms_license_held(ad, user, level, true);
	if (n == 0)
		return vms_refuse(ad, CTL_NO, "license-retention-over",
		    "nothing of level %" PRId64 " is kept for %s", level,
		    ad->args.words[0]);
	ad->note = vms_say(ad, "%s has %" PRId64 " of level %" PRId64
	    " back", ad->args.words[0], n, level);
	return vms_license_give(ad, user, level, n);
}

/* --- lists --- */

static enum vms_sheet_form
form_of(const struct vms_admin *ad)
{
	if (ad->json)
		return VMS_SHEET_JSON;
	return vms_args_has(&ad->args, "csv") ? VMS_SHEET_CSV :
	    VMS_SHEET_TEXT;
}

static struct vms_str
number(struct vms_admin *ad, int64_t n)
{
	return vms_say(ad, "%" PRId64, n);
}

static struct vms_str
joined(struct vms_admin *ad, struct vms_vals v)
{
	struct vms_str out = { NULL, 0 };

	for (uint32_t i = 0; i < v.n; i++)
		out = vms_say(ad, "%.*s%s%.*s", VMS_STR_ARG(out),
		    i == 0 ? "" : "\n", VMS_STR_ARG(v.v[i]));
	return out;
}

static int
run_statistics(struct vms_admin *ad)
{
	static const struct vms_sheet_column columns[] = {
		{ "level", 'n' }, { "used", 'n' }, { "available", 'n' },
		{ "total", 'n' }, { "shared", 'n' }, { "retained", 'n' },
		{ "types", 'l' }, { NULL, 0 }
	};
	struct vms_sheet *t = vms_sheet_new(stdout, form_of(ad), columns);
	struct vms_err err = { 0 };

	for (uint32_t i = 0; t != NULL && i < ad->tree.n; i++) {
		const struct vms_entry *e = &ad->tree.items[i].e;
		int64_t level = vms_license_number(e, "vmsLicenseLevel");
		struct vms_license_sums s;

		if (!vms_entry_is(e, VMS_STR("vmsLicensePool")))
			continue;
		s = vms_license_sum(&ad->tree, level);
		vms_sheet_row(t, (struct vms_str[]){ number(ad, level),
		    number(ad, s.used), number(ad, s.free),
		    number(ad, s.total), number(ad, s.shared),
		    number(ad, s.retained),
		    joined(ad, vms_vals(e, "vmsAnalyticsType")) });
	}
	return t != NULL && vms_sheet_end(t, &err) == 0 ? 0 :
	    vms_refuse_err(ad, &err);
}

static int
run_list(struct vms_admin *ad)
{
	static const struct vms_sheet_column columns[] = {
		{ "user", 's' }, { "level", 'n' }, { "count", 'n' },
		{ "kept-until", 's' }, { NULL, 0 }
	};
	const struct vms_item *only = NULL;
	struct vms_sheet *t;
	struct vms_err err = { 0 };

	if (ad->args.n_words > 0) {
		only = vms_find(ad, "user", ad->args.words[0]);
		if (only == NULL)
			return CTL_NO;
	}
	t = vms_sheet_new(stdout, form_of(ad), columns);
	for (uint32_t i = 0; t != NULL && i < ad->tree.n; i++) {
		const struct vms_entry *e = &ad->tree.items[i].e;
		const struct vms_item *user;

		if (!vms_entry_is(e, VMS_STR("vmsLicenseAssignment")))
			continue;
		user = vms_tree_find(&ad->tree, vms_val(e, "vmsSubject"));
		if (only != NULL && user != only)
			continue;
		vms_sheet_row(t, (struct vms_str[]){ user == NULL ?
		    vms_val(e, "vmsSubject") : vms_val(&user->e, "uid"),
		    vms_val(e, "vmsLicenseLevel"),
		    vms_val(e, "vmsLicenseCount"),
		    vms_val(e, "vmsRetainUntil") });
	}
	return t != NULL && vms_sheet_end(t, &err) == 0 ? 0 :
	    vms_refuse_err(ad, &err);
}

static const struct vms_opt pool_opts[] = {
	{ "total", 0, "N", "how many there are" },
	{ "type", 0, "TYPE", "kind of analytics they serve; repeatable" },
	{ NULL, 0, NULL, NULL }
};
static const struct vms_opt remove_opts[] = {
	{ "case", 0, "NAME", "a case that ends with them; repeatable" },
	{ NULL, 0, NULL, NULL }
};
static const struct vms_opt list_opts[] = {
	{ "csv", 0, NULL, "comma-separated values" },
	{ NULL, 0, NULL, NULL }
};

const struct vms_cmd vms_license_cmds[] = {
	{ .noun = "license", .verb = "add", .args = "LEVEL",
	    .help = "add a pool of licences", .opts = pool_opts,
	    .min = 1, .max = 1, .run = run_add, .writes = true },
	{ .noun = "license", .verb = "set", .args = "LEVEL",
	    .help = "change how many licences there are",
	    .opts = pool_opts, .min = 1, .max = 1, .run = run_set,
	    .writes = true },
	{ .noun = "license", .verb = "delete", .args = "LEVEL",
	    .help = "remove a pool that nobody uses", .min = 1, .max = 1,
	    .run = run_delete, .writes = true, .sensitive = true },
	{ .noun = "license", .verb = "assign", .args = "USER LEVEL [COUNT]",
	    .help = "give licences to a user", .min = 2, .max = 3,
	    .run = run_assign, .writes = true },
	{ .noun = "license", .verb = "remove", .args = "USER LEVEL [COUNT]",
	    .help = "take licences from a user; cases and data are kept for "
	    "retention-days", .opts = remove_opts, .min = 2, .max = 3,
	    .run = run_remove, .writes = true, .sensitive = true },
	{ .noun = "license", .verb = "restore", .args = "USER LEVEL",
	    .help = "give back what was taken and is still kept",
	    .min = 2, .max = 2, .run = run_restore, .writes = true },
	{ .noun = "license", .verb = "list", .args = "[USER]",
	    .help = "who has which licences", .opts = list_opts,
	    .min = 0, .max = 1, .run = run_list },
	{ .noun = "license", .verb = "statistics", .args = "",
	    .help = "used, available, total and shared of each level",
	    .opts = list_opts, .min = 0, .max = 0, .run = run_statistics },
	{ .noun = NULL }
};
