/* SPDX-License-Identifier: MIT */
/*
 * `vmsctl recorder report`: a recorder notes its own version and the time, as
 * its service account.  That account may write nothing else, not even the
 * counter of writes: so this is one plain modification.
 */
#include <inttypes.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "config.h"
#include "vmsctl/admin.h"

struct found {
	struct vms_admin *ad;
	struct vms_str name;		/* wanted: cn, or a host name */
	struct vms_str dn;
	uint32_t n;
};

static int
take(void *arg, const struct vms_entry *e, struct vms_err *err)
{
	struct found *f = arg;

	(void)err;
	if (!vms_has_val(e, "cn", f->name) &&
	    !vms_has_val(e, "vmsHostName", f->name))
		return 0;
	f->dn = vms_say(f->ad, "%.*s", VMS_STR_ARG(e->dn));
	f->n++;
	return 0;
}

static struct vms_str
now_as_gtime(struct vms_admin *ad)
{
	time_t now = time(NULL);
	struct tm tm;
	char text[32] = "";

	if (gmtime_r(&now, &tm) != NULL)
		strftime(text, sizeof(text), "%Y%m%d%H%M%SZ", &tm);
	return vms_say(ad, "%s", text);
}

static int
write_it(struct vms_admin *ad, struct vms_str dn)
{
	const char *version = vms_args_get(&ad->args, "software");
	struct vms_change *ch = vms_change_new(&ad->changes,
	    VMS_CHANGE_MODIFY, dn);
	const struct vms_change *failed;
	struct vms_err err = { 0 };

	vms_change_set(&ad->changes, ch, "vmsSoftwareVersion",
	    vms_str_of(version != NULL ? version : PACKAGE_VERSION));
	vms_change_set(&ad->changes, ch, "vmsReportedAt",
	    now_as_gtime(ad));
	if (ad->dry_run) {
		vms_changes_ldif(stdout, &ad->changes);
		return 0;
	}
	if (vms_dir_write(ad->dir, ch, false, &failed, &err) == 0)
		return 0;
	if (vms_dir_why(ad->dir) == VMS_DIR_MAY_NOT)
		return vms_refuse(ad, CTL_NOT_PERMITTED, "not-permitted",
		    "%.*s: only the recorder's own service account "
		    "(vmsServiceAccount) and administrators report for it",
		    VMS_STR_ARG(dn));
	return vms_refuse_err(ad, &err);
}

static int
run_report(struct vms_admin *ad)
{
	char host[256] = "";
	struct found f = { .ad = ad };
	struct vms_err err = { 0 };
	struct vms_str base = vms_say(ad, "ou=recorders,%.*s",
	    VMS_STR_ARG(ad->bases.policy));

	if (ad->args.n_words > 0)
		f.name = vms_str_of(ad->args.words[0]);
	else if (gethostname(host, sizeof(host) - 1) == 0)
		f.name = vms_str_of(host);
	if (vms_dir_search(ad->dir, base, "(objectClass=vmsRecorder)", take,
	    &f, &err) != 0)
		return vms_refuse_err(ad, &err);
	if (f.n != 1)
		return vms_refuse(ad, CTL_NO, "no-such-recorder",
		    "%.*s: %u recorders are called so, or have this host "
		    "name", VMS_STR_ARG(f.name), f.n);
	return write_it(ad, f.dn);
}

static const struct vms_opt report_opts[] = {
	{ "software", 0, "TEXT", "version of the video software; this "
	    "suite's own where it is not given" },
	{ NULL, 0, NULL, NULL }
};

const struct vms_cmd vms_recorder_report_cmds[] = {
	{ .noun = "recorder", .verb = "report", .args = "[NAME]",
	    .help = "note version and time, as the recorder itself; NAME: "
	    "this host's", .opts = report_opts, .max = 1,
	    .run = run_report, .bare = true },
	{ .noun = NULL }
};
