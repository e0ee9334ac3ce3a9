/* SPDX-License-Identifier: MIT */
/* check and why, answered by vmsd. */
#ifndef VMSCTL_CHECK_DAEMON_H
#define VMSCTL_CHECK_DAEMON_H

#include <stdbool.h>

#include "vmsctl/question.h"

/* The words of q, or with why one word: a decision's id.  The exit code. */
int check_daemon(struct question *q, bool why);

#endif
