/* SPDX-License-Identifier: MIT */
/*
 * Output of vmsctl: text that cannot upset a terminal, and JSON.  A JSON
 * writer puts commas where they belong; names and values are escaped.
 */
#ifndef VMSCTL_OUT_H
#define VMSCTL_OUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "libvms/str.h"

/* s with control characters as '?'. */
void out_text(FILE *f, struct vms_str s);

/* Bytes that are not UTF-8 would break a reader: the length of the sequence at
 * p, 0 if it is none. */
size_t out_utf8_length(const char *p, size_t len);

struct out_json {
	FILE *f;		/* borrowed */
	bool comma;		/* before the next item */
};

/* name may be NULL inside arrays. */
void out_open(struct out_json *j, const char *name, char bracket);
void out_close(struct out_json *j, char bracket);
void out_str(struct out_json *j, const char *name, struct vms_str s);
void out_num(struct out_json *j, const char *name, int64_t n);
void out_bool(struct out_json *j, const char *name, bool b);
void out_null(struct out_json *j, const char *name);

#endif
