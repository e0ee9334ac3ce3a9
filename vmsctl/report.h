/* SPDX-License-Identifier: MIT */
/* `vmsctl report`: what its files share. */
#ifndef VMSCTL_REPORT_H
#define VMSCTL_REPORT_H

#include "vmsctl/admin.h"
#include "vmsctl/reach.h"
#include "vmsctl/sheet.h"

/* --json, --csv, else text. */
enum vms_sheet_form vms_report_form(const struct vms_admin *ad);
/* Ask who reaches what; 0 or an exit code after it was said why not. */
int vms_report_open(struct vms_admin *ad, struct vms_reach *r);
/* A new table; ends the program when out of memory. */
struct vms_sheet *vms_report_table(struct vms_admin *ad,
    const struct vms_sheet_column *columns);
/* Print it; rc, or an exit code of its own. */
int vms_report_end(struct vms_admin *ad, struct vms_sheet *t, int rc);
/* generalizedTime as an ISO time; what cannot be read as it stands. */
struct vms_str vms_report_time(struct vms_admin *ad, struct vms_str gtime);
/* Whether a vmsReviewBy has passed. */
bool vms_report_overdue(struct vms_str gtime);
/* What narrows a grant, in words: "schedule night, from office"; empty. */
struct vms_str vms_report_conditions(struct vms_admin *ad,
    const struct vms_entry *grant);

int vms_report_accounts(struct vms_admin *ad);
int vms_report_admins(struct vms_admin *ad);
int vms_report_reviews(struct vms_admin *ad);
int vms_report_user(struct vms_admin *ad);
int vms_report_camera(struct vms_admin *ad);
int vms_report_recorder(struct vms_admin *ad);
int vms_report_diff(struct vms_admin *ad);
int vms_report_matrix(struct vms_admin *ad);

#endif
