/* SPDX-License-Identifier: MIT */
/*
 * Attributes as options: one table for each kind of object says which option
 * sets which attribute, how its value is checked and how it is shown.  The
 * generic add, set, show and list of object.c walk these tables.
 */
#ifndef VMS_FIELD_H
#define VMS_FIELD_H

#include <stdbool.h>
#include <stdint.h>

#include "libvms/entry.h"
#include "libvms/str.h"

struct vms_admin;
struct vms_change;

enum vms_field_type {
	VMS_F_TEXT,	/* printable UTF-8 */
	VMS_F_WORD,	/* one of words */
	VMS_F_BOOL,	/* TRUE, FALSE; yes and no are taken */
	VMS_F_NUMBER,	/* min..max */
	VMS_F_TIME,	/* generalizedTime; an ISO time or date is taken */
	VMS_F_REF,	/* an object of the noun in words */
	VMS_F_ANY,	/* KIND:NAME, of one of the nouns in words */
	VMS_F_RANGE,	/* addresses */
	VMS_F_WINDOW,	/* hours of a week */
	VMS_F_DATE,	/* YYYY-MM-DD */
	VMS_F_HOST,	/* a host name */
	VMS_F_ADDRESS,	/* host name or address, optional port */
	VMS_F_ACTION,	/* of the vocabulary, or RESOURCE.* */
	VMS_F_MAIL,
	VMS_F_LANGUAGE,	/* a language tag */
	VMS_F_UUID
};

struct vms_field {
	const char *opt;	/* without dashes */
	const char *attr;
	enum vms_field_type type;
	const char *words;	/* WORD "a|b"; REF, ANY: nouns "a|b" */
	int64_t min, max;
	bool many;		/* may be given several times */
	bool readonly;		/* shown, never set */
	bool listed;		/* a column of the list */
	const char *value;	/* written by add when it is not given */
	const char *word;	/* stands for no value here: "all" */
	const char *help;
};

/* Kinds of object, each in one container. */
struct vms_noun {
	const char *name;	/* "pool" */
	const char *container;	/* "ou=ippools"; NULL: people, groups */
	const char *klass;	/* objectClass by which it is known */
	const char *naming;	/* "cn", "uid" */
	const struct vms_field *fields;
	/* Actions that the writer must hold. */
	const char *may_list, *may_add, *may_edit, *may_delete;
};
extern const struct vms_noun vms_nouns[];

extern const struct vms_field vms_user_fields[], vms_grant_fields[],
    vms_role_fields[], vms_pool_fields[], vms_schedule_fields[],
    vms_recorder_fields[], vms_recordergroup_fields[], vms_camera_fields[],
    vms_cameragroup_fields[], vms_layout_fields[];

const struct vms_noun *vms_noun_find(struct vms_str name);
/* The noun of an entry, by its class; NULL: none of ours. */
const struct vms_noun *vms_noun_of(const struct vms_entry *e);
const struct vms_field *vms_field_find(const struct vms_field *table,
    struct vms_str opt);
/* The word for its value in help: "NAME", "TIME". */
const char *vms_field_arg(const struct vms_field *f);

/*
 * Check a value as given and make the one that is stored, in ad's arena.
 * 0, or an exit code after the refusal was printed.
 */
int vms_field_take(struct vms_admin *ad, const struct vms_field *f,
    struct vms_str given, struct vms_str *stored);
/* A stored value as shown: names for references, ISO times. */
struct vms_str vms_field_show(struct vms_admin *ad,
    const struct vms_field *f, struct vms_str stored);

/* Put all options of a table that were given into a change: they replace what
 * is there.  With defaults for what was not given if the change adds. */
int vms_fields_apply(struct vms_admin *ad, const struct vms_field *table,
    struct vms_change *ch);

#endif
