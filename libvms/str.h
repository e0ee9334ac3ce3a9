/* SPDX-License-Identifier: MIT */
/*
 * Strings from outside: a pointer and a length, never NUL-ended by promise.
 * ASCII case only: names, keywords and DNs of this suite compare so.  Pure.
 */
#ifndef VMS_STR_H
#define VMS_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct vms_str {
	const char *p;	/* borrowed; may be NULL only if len is 0 */
	size_t len;	/* bytes */
};

/* A string literal as a vms_str. */
#define VMS_STR(lit) ((struct vms_str){ (lit), sizeof(lit) - 1 })
/* For printf's "%.*s". */
#define VMS_STR_ARG(s) (int)(s).len, ((s).p == NULL ? "" : (s).p)

static inline struct vms_str
vms_str_of(const char *cstr)
{
	return (struct vms_str){ cstr, cstr == NULL ? 0 : strlen(cstr) };
}

char vms_ascii_lower(char c);
bool vms_str_eq(struct vms_str a, struct vms_str b);
/* Equal but for ASCII case. */
bool vms_str_caseeq(struct vms_str a, struct vms_str b);
/* Byte order, shorter first among equals: <0, 0, >0. */
int vms_str_cmp(struct vms_str a, struct vms_str b);
/* Order of the lower-case forms. */
int vms_str_casecmp(struct vms_str a, struct vms_str b);
bool vms_str_has_prefix(struct vms_str s, struct vms_str prefix);
/* Without leading and trailing spaces and tabs. */
struct vms_str vms_str_trim(struct vms_str s);
/* Cut at the first sep: *head gets what is before it, *tail what is after.
 * Returns false (head whole, tail empty) when there is none. */
bool vms_str_cut(struct vms_str s, char sep, struct vms_str *head,
    struct vms_str *tail);
/* Copy with a NUL into buf; -1 if it does not fit or holds a NUL. */
int vms_str_copy(char *buf, size_t size, struct vms_str s);

/*
 * The one number parser: decimal digits only, no sign but a leading '-' where
 * min is negative, no blanks, nothing left over, within min..max.  0 or -1
 * (then *out is 0).
 */
int vms_num_parse(struct vms_str s, int64_t min, int64_t max, int64_t *out);
/* A uid or gid that may be served: a number, not 0, not (id_t)-1 nor the
 * 16-bit one (65535), which kernels and tools take as "no change". */
int vms_id_parse(struct vms_str s, uint32_t *out);

#endif
