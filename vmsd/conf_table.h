/* SPDX-License-Identifier: MIT */
/*
 * The table of configuration keys, for the files that read, write, send and
 * free a struct vms_conf.
 */
#ifndef VMS_CONF_TABLE_H
#define VMS_CONF_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "vmsd/conf.h"

enum vms_conf_type {
	VMS_CONF_TEXT,		/* char * */
	VMS_CONF_WORD,		/* char *, one of words */
	VMS_CONF_FLAG_WORD,	/* bool, true for the second of words */
	VMS_CONF_BOOL,		/* bool */
	VMS_CONF_INT,		/* int64_t within min..max */
	VMS_CONF_AGE,		/* int64_t seconds, written "7d", "12h" */
	VMS_CONF_TEXTS,		/* struct vms_conf_list */
	VMS_CONF_IDS,		/* int64_t * and size_t */
	VMS_CONF_SERVICES	/* struct vms_conf_list of "name=text" */
};

struct vms_conf_key {
	const char *name;	/* "directory.users.base" */
	enum vms_conf_type type;
	size_t at, at_n;	/* offsets; at_n for the count of IDS */
	int64_t min, max;	/* INT, AGE, IDS; TEXTS: how many */
	const char *words;	/* WORD, FLAG_WORD: "login|all" */
	const char *value;	/* default, as the file writes it */
	const char *help;	/* one sentence a line */
	bool required;		/* the default will not do */
};

extern const struct vms_conf_key vms_conf_keys[];
extern const size_t vms_conf_n_keys;

/* By full name; NULL: unknown. */
const struct vms_conf_key *vms_conf_find(const char *name);

/* "7d", "90m", "30s": seconds.  0, or -1 if it is not an age in min..max. */
int vms_conf_age(struct vms_str text, int64_t min, int64_t max,
    int64_t *seconds);

/* Append a copy; -1 when out of memory. */
int vms_conf_list_add(struct vms_conf_list *l, struct vms_str s);
void vms_conf_list_fini(struct vms_conf_list *l);
/* Fill c->services from c->service_text.  0 or -1 with MALFORMED, SYSTEM. */
int vms_conf_index_services(struct vms_conf *c, struct vms_err *err);

/* The member of c that a key describes. */
static inline void *
vms_conf_at(struct vms_conf *c, size_t offset)
{
	return (char *)c + offset;
}

#endif
