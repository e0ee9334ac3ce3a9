/* SPDX-License-Identifier: MIT */
/*
 * A file of questions with the answers that must come out, tab-separated:
 *
 *	n user request resource at context result reason obligations
 *
 * "#" and empty lines are skipped, "-" is none; context is NAME=VALUE joined
 * by ";".
 */
#ifndef VMSCTL_BATCH_H
#define VMSCTL_BATCH_H

#include "libvms/model.h"

/* Print each row that differs with both answers, then "N rows, M differ".
 * now_s serves rows without a time.  Returns the exit code: 0 none differs,
 * 1 some do, 2 a row or the file cannot be read. */
int batch_run(const struct vms_model *m, const char *path, int64_t now_s);

#endif
