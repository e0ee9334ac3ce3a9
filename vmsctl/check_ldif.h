/* SPDX-License-Identifier: MIT */
/* check, why and lint on LDIF files. */
#ifndef VMSCTL_CHECK_LDIF_H
#define VMSCTL_CHECK_LDIF_H

#include "vmsctl/question.h"

/* Decide one question, or those of --batch, on q->files.  Returns the exit
 * code. */
int check_ldif(struct question *q, bool why);
/* Print what should be mended.  Returns the exit code: 5 if anything. */
int lint_ldif(const struct question *q);

#endif
