/* SPDX-License-Identifier: MIT */
/* A verdict, printed for people or programs. */
#ifndef VMSCTL_ANSWER_H
#define VMSCTL_ANSWER_H

#include <stdbool.h>

#include "libvms/decide.h"

/*
 * "ALLOW grant:NAME [key=value …]" or "DENY REASON" on stdout, before it the
 * steps if there is a trace; or all of it as one JSON object.  generation 0:
 * none (a file).  Returns the exit code.
 */
int answer_print(const struct vms_verdict *v, const struct vms_trace *trace,
    uint64_t generation, bool json, struct vms_arena *scratch);

#endif
