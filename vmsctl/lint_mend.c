/* SPDX-License-Identifier: MIT */
/* The command that mends a finding.  One table; what it lacks nobody can mend
 * by a command. */
#include "vmsctl/lint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libvms/dn.h"

/* %s: the name in the entry's DN. */
static const struct {
	const char *code, *mend;
} mends[] = {
	{ "admin-too-many", "vmsctl report admins; then: "
	    "vmsctl user role set NAME ROLE" },
	{ "assignment-orphan", "vmsctl gc" },
	{ "camera-recorder-dangling",
	    "vmsctl camera set %s --recorder RECORDER" },
	{ "cameragroup-partial", "vmsctl user access add USER "
	    "cameragroup:%s --add-cameras" },
	{ "case-orphan", "vmsctl gc" },
	{ "dn-duplicate", "ldapdelete one of the two" },
	{ "entry-misplaced", "ldapmodrdn into its container below the "
	    "policy base" },
	{ "grant-age-unreadable",
	    "vmsctl grant set %s --max-archive-age SECONDS" },
	{ "grant-action-unknown",
	    "vmsctl grant set %s --remove action=WORD" },
	{ "grant-condition-missing", "vmsctl grant remove %s, and add it "
	    "anew" },
	{ "grant-condition-unevaluable", "vmsctl grant set %s with what the "
	    "condition names" },
	{ "grant-condition-unknown", "vmsctl grant remove %s, and add it "
	    "anew" },
	{ "grant-effect-unreadable", "vmsctl grant set %s --effect allow" },
	{ "grant-group-of-admin", "vmsctl grant set %s --remove "
	    "subject=group:GROUP" },
	{ "grant-names-admin", "vmsctl grant set %s --remove "
	    "subject=user:USER" },
	{ "grant-owner-action", "vmsctl grant remove %s" },
	{ "grant-role-dangling", "vmsctl grant set %s --role ROLE" },
	{ "grant-role-unreadable", "vmsctl grant set %s --role ROLE" },
	{ "grant-scope-with-targets", "vmsctl grant set %s --target all" },
	{ "grant-self-written", "vmsctl grant remove %s, and ask who may "
	    "administer" },
	{ "grant-subject-dangling", "vmsctl grant set %s --subject "
	    "user:NAME" },
	{ "grant-subject-missing", "vmsctl grant set %s --subject user:NAME, "
	    "or: vmsctl grant remove %s" },
	{ "grant-subject-unused", "vmsctl grant set %s --subject everyone" },
	{ "grant-target-dangling", "vmsctl grant set %s --target "
	    "KIND:NAME" },
	{ "grant-target-missing", "vmsctl grant set %s --target KIND:NAME, "
	    "or: vmsctl grant remove %s" },
	{ "group-member-dangling", "ldapmodify the group: the directory's "
	    "owner takes the member out" },
	{ "layout-partial", "vmsctl user access add USER layout:%s "
	    "--add-cameras" },
	{ "license-pool-missing", "vmsctl license add LEVEL --total N" },
	{ "license-sum", "vmsctl gc" },
	{ "license-unreadable", "ldapdelete the assignment, then: "
	    "vmsctl license assign USER LEVEL COUNT" },
	{ "member-dangling", "vmsctl cameragroup set %s, recordergroup or "
	    "layout, --remove member=KIND:NAME" },
	{ "message-unreadable", "vmsctl policy set --message KEY=TEXT" },
	{ "owner-ends", "vmsctl user enable %s; "
	    "vmsctl user set %s --not-after \"\"" },
	{ "owner-missing", "vmsctl init, as the server's own "
	    "administrator" },
	{ "owner-too-many", "vmsctl user role set %s ROLE" },
	{ "owner-unprotected", "vmsctl user role set %s ROLE" },
	{ "parameter-dangling", "vmsctl policy set --parameter NAME=VALUE" },
	{ "parameter-several", "vmsctl policy set --parameter NAME=VALUE" },
	{ "parameter-unknown", "vmsctl policy set --remove "
	    "parameter=NAME=VALUE" },
	{ "parameter-unreadable",
	    "vmsctl policy set --parameter NAME=VALUE" },
	{ "policy-missing", "vmsctl init" },
	{ "policy-several", "ldapdelete the one that is not cn=policy" },
	{ "pool-range-unreadable", "vmsctl pool set %s --range RANGE" },
	{ "resource-orphan", "vmsctl gc" },
	{ "retention-over", "vmsctl gc; systemctl enable --now "
	    "vmsctl-gc.timer" },
	{ "retention-unreadable", "ldapmodify vmsRetainUntil" },
	{ "role-action-unknown", "vmsctl role set %s --remove action=WORD" },
	{ "role-admin-rank", "vmsctl role set %s --rank 79" },
	{ "role-loop", "vmsctl role set %s --remove parent=ROLE" },
	{ "role-owner-action", "vmsctl role set %s --remove action=WORD" },
	{ "role-parent-dangling", "vmsctl role set %s --parent ROLE" },
	{ "role-rank-unreadable", "vmsctl role set %s --rank N" },
	{ "schedule-date-unreadable",
	    "vmsctl schedule set %s --except YYYY-MM-DD" },
	{ "schedule-never-open",
	    "vmsctl schedule set %s --window \"mon-fri 08:00-18:00\"" },
	{ "schedule-window-unreadable",
	    "vmsctl schedule set %s --window \"mon-fri 08:00-18:00\"" },
	{ "user-ip-mode-unreadable", "vmsctl user set %s --pool \"\"" },
	{ "user-pool-dangling", "vmsctl user set %s --pool POOL" },
	{ "user-pool-missing", "vmsctl user set %s --pool POOL" },
	{ "user-schedule-dangling",
	    "vmsctl user set %s --schedule SCHEDULE" },
	{ "user-state-unreadable", "vmsctl user enable %s" },
	{ "zone-unknown", "vmsctl schedule set %s, or recorder, "
	    "--time-zone Area/City" }
};

static struct vms_str
fill_in(struct vms_arena *arena, const char *mend, struct vms_str name)
{
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);
	struct vms_str out;

	if (f == NULL)
		return (struct vms_str){ NULL, 0 };
	for (const char *p = mend; *p != '\0'; p++) {
		if (p[0] == '%' && p[1] == 's') {
			fwrite(name.p, 1, name.len, f);
			p++;
		} else {
			fputc(*p, f);
		}
	}
	fclose(f);
	out = vms_arena_str(arena, (struct vms_str){ text, len });
	free(text);
	return out;
}

struct vms_str
vms_lint_mend(struct vms_arena *arena, const struct vms_finding *f)
{
	struct vms_str type, name = { NULL, 0 };

	if (f->dn.len > 0)
		(void)vms_dn_first_value(f->dn, arena, &type, &name);
	for (size_t i = 0; i < sizeof(mends) / sizeof(mends[0]); i++)
		if (vms_str_eq(f->code, vms_str_of(mends[i].code)))
			return fill_in(arena, mends[i].mend, name);
	return (struct vms_str){ NULL, 0 };
}
