/* SPDX-License-Identifier: MIT */
/* `vmsctl report`: its verbs, and what they share. */
#include "vmsctl/report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "libvms/gtime.h"

#define DAY_S 86400

enum vms_sheet_form
vms_report_form(const struct vms_admin *ad)
{
	if (ad->json)
		return VMS_SHEET_JSON;
	return vms_args_has(&ad->args, "csv") ? VMS_SHEET_CSV :
	    VMS_SHEET_TEXT;
}

int
vms_report_open(struct vms_admin *ad, struct vms_reach *r)
{
	struct vms_err err = { 0 };

	if (vms_reach_open(&ad->tree, &ad->arena, r, &err) == 0)
		return 0;
	return vms_refuse_err(ad, &err);
}

struct vms_sheet *
vms_report_table(struct vms_admin *ad, const struct vms_sheet_column *columns)
{
	struct vms_sheet *t = vms_sheet_new(stdout, vms_report_form(ad),
	    columns);

	if (t == NULL) {
		fputs("vmsctl: out of memory\n", stderr);
		exit(CTL_NO);
	}
	return t;
}

int
vms_report_end(struct vms_admin *ad, struct vms_sheet *t, int rc)
{
	struct vms_err err = { 0 };

	return vms_sheet_end(t, &err) == 0 ? rc : vms_refuse_err(ad, &err);
}

struct vms_str
vms_report_time(struct vms_admin *ad, struct vms_str gtime)
{
	struct vms_date d;
	int64_t t;

	if (gtime.len == 0 || vms_gtime_parse(gtime, &t) != 0)
		return gtime;
	d = vms_date_of(vms_floor_div(t, DAY_S));
	t -= vms_days_of(d) * DAY_S;
	return vms_say(ad, "%04" PRId64 "-%02d-%02dT%02d:%02d:%02dZ", d.year,
	    d.month, d.day, (int)(t / 3600), (int)(t / 60 % 60),
	    (int)(t % 60));
}

bool
vms_report_overdue(struct vms_str gtime)
{
	int64_t t;

	return gtime.len > 0 && vms_gtime_parse(gtime, &t) == 0 &&
	    t <= time(NULL);
}

struct vms_str
vms_report_conditions(struct vms_admin *ad, const struct vms_entry *grant)
{
	static const struct {
		const char *attr, *word;
	} kinds[] = {
		{ "vmsIpPoolRef", "from" }, { "vmsScheduleRef", "schedule" },
		{ "vmsService", "service" },
		{ "vmsApproverRef", "approved by" },
		{ "vmsNotBefore", "not before" }, { "vmsNotAfter", "until" },
		{ "vmsMaxArchiveAge", "archive seconds" }
	};
	static const char *const bare[] = { "break-glass", "disabled" };
	struct vms_str out = { NULL, 0 };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct vms_vals v = vms_vals(grant, kinds[i].attr);

		for (uint32_t k = 0; k < v.n; k++) {
			struct vms_str kind, rest, name = v.v[k];

			if (i == 4 || i == 5)
				name = vms_report_time(ad, name);
			else if (i != 2 && i != 6)
				name = vms_name_of(ad, name);
			/* The word says the kind of pools, schedules. */
			if (i < 2 && vms_str_cut(name, ':', &kind, &rest))
				name = rest;
			out = vms_join(&ad->arena, out, '\n', vms_say(ad,
			    "%s %.*s", kinds[i].word, VMS_STR_ARG(name)));
		}
	}
	for (size_t i = 0; i < sizeof(bare) / sizeof(bare[0]); i++)
		if (vms_has_val(grant, "vmsCondition", vms_str_of(bare[i])))
			out = vms_join(&ad->arena, out, '\n',
			    vms_str_of(bare[i]));
	return out;
}

static const struct vms_opt csv_opts[] = {
	{ "csv", 0, NULL, "comma-separated values" },
	{ NULL, 0, NULL, NULL }
};
static const struct vms_opt html_opts[] = {
	{ "html", 0, "FILE", "where to write the page" },
	{ NULL, 0, NULL, NULL }
};

const struct vms_cmd vms_report_cmds[] = {
	{ .noun = "report", .verb = "accounts", .args = "",
	    .help = "every account: roles, last login, end, review; exit 5 "
	    "if a review is overdue", .opts = csv_opts,
	    .run = vms_report_accounts },
	{ .noun = "report", .verb = "admins", .args = "",
	    .help = "who administers, by which grant, directly or by a group",
	    .opts = csv_opts, .run = vms_report_admins },
	{ .noun = "report", .verb = "reviews", .args = "",
	    .help = "what is to be looked at again, and when; exit 5 if "
	    "overdue", .opts = csv_opts, .run = vms_report_reviews },
	{ .noun = "report", .verb = "user", .args = "USER",
	    .help = "what a user reaches, and by which grants",
	    .opts = csv_opts, .min = 1, .max = 1, .run = vms_report_user },
	{ .noun = "report", .verb = "camera", .args = "CAMERA",
	    .help = "who may do what with a camera, and by which grants",
	    .opts = csv_opts, .min = 1, .max = 1,
	    .run = vms_report_camera },
	{ .noun = "report", .verb = "recorder", .args = "RECORDER",
	    .help = "who may log in to a recorder, and by which grants",
	    .opts = csv_opts, .min = 1, .max = 1,
	    .run = vms_report_recorder },
	{ .noun = "report", .verb = "diff", .args = "OLD.ldif [NEW.ldif]",
	    .help = "who gained or lost what since a copy was made (slapcat, "
	    "ldapsearch); without NEW: until now", .opts = csv_opts,
	    .min = 1, .max = 2, .run = vms_report_diff },
	{ .noun = "report", .verb = "matrix", .args = "",
	    .help = "one page of HTML to read or print: roles, users, "
	    "cameras and why", .opts = html_opts,
	    .run = vms_report_matrix },
	{ .noun = NULL }
};
