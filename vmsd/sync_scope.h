/* SPDX-License-Identifier: MIT */
/*
 * What is asked of the directory: one base, one filter, a list of attributes,
 * from the configuration.  Pure.
 */
#ifndef VMS_SYNC_SCOPE_H
#define VMS_SYNC_SCOPE_H

#include <stdbool.h>
#include <stdint.h>

#include "libvms/arena.h"
#include "libvms/entry.h"
#include "libvms/err.h"
#include "vmsd/conf.h"

struct vms_sync_scope {
	const char *base;	/* nearest common ancestor of all bases */
	const char *filter;
	const char *const *attrs;	/* NULL-ended */
};

/* All of *out comes from a.  0, or -1 with MALFORMED (bases without a common
 * ancestor: text says which) or SYSTEM. */
int vms_sync_scope_build(const struct vms_conf *conf, struct vms_arena *a,
    struct vms_sync_scope *out, struct vms_err *err);
/* Changes whenever another set of entries or attributes would be asked for:
 * a cookie is good for one scope only.  Never 0. */
uint64_t vms_sync_scope_hash(const struct vms_sync_scope *s);
/* Whether an attribute of this name was asked for: some servers send all. */
bool vms_sync_scope_has(const struct vms_sync_scope *s, struct vms_str attr);
/* An entry made to have others below it.  Its coming, going and renaming say
 * nothing about those. */
bool vms_sync_is_container(const struct vms_entry *e);

#endif
