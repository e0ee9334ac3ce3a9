/* SPDX-License-Identifier: MIT */
/*
 * Between the files that read a configuration: conf.c (libconfig) turns a
 * file into values, conf_take.c puts values where the table says, conf_check.c
 * judges the whole.
 */
#ifndef VMS_CONF_LOAD_H
#define VMS_CONF_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "vmsd/conf.h"
#include "vmsd/conf_table.h"

enum vms_conf_kind {
	VMS_CONF_IS_OTHER = 0,
	VMS_CONF_IS_TEXT,
	VMS_CONF_IS_NUMBER,	/* whole */
	VMS_CONF_IS_BOOL,
	VMS_CONF_IS_LIST,
	VMS_CONF_IS_GROUP
};

/* One value as the file has it; borrowed from the parser. */
struct vms_conf_value {
	const char *name;	/* NULL in lists */
	unsigned int line;
	enum vms_conf_kind kind;
	const char *text;	/* TEXT only, else NULL */
	int64_t number;		/* NUMBER; BOOL: 0 or 1 */
	const struct vms_conf_value *elems;	/* LIST, GROUP */
	size_t n;
};

struct vms_conf_load {
	struct vms_conf *c;
	FILE *problems;		/* may be NULL */
	const char *file;	/* being read */
	size_t n_problems;
	bool defaults;		/* values come from the table itself */
};

/* Put one value; problems are told and counted.  -1: out of memory. */
int vms_conf_take(struct vms_conf_load *l, const struct vms_conf_key *k,
    const struct vms_conf_value *s);
/* A group and what is below it; prefix "" for the file itself. */
int vms_conf_take_group(struct vms_conf_load *l,
    const struct vms_conf_value *group, const char *prefix);
/* What values mean together; path is named for keys that are missing.
 * Returns how many problems were told. */
size_t vms_conf_check(const struct vms_conf *c, const char *path,
    FILE *problems);
/* Whether text has the form of a search filter (RFC 4515).  Pure. */
bool vms_conf_is_filter(const char *text);

#endif
