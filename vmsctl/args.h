/* SPDX-License-Identifier: MIT */
/*
 * The command line of the directory verbs: tables of commands and options
 * from which parser, help and completion are made.  Knows no directory.
 */
#ifndef VMS_ARGS_H
#define VMS_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "libvms/err.h"

struct vms_admin;
struct vms_field;

/* One option that is no attribute: "--yes", "--from FILE". */
struct vms_opt {
	const char *name;	/* without dashes */
	char letter;		/* 0: none */
	const char *arg;	/* name of the value; NULL: a flag */
	const char *help;
};

/* One command.  Tables end with a zeroed element. */
struct vms_cmd {
	const char *noun;	/* "user" */
	const char *verb;	/* "add", "role set"; NULL: the noun alone */
	const char *args;	/* "NAME", "NAME KIND:NAME..."; "" */
	const char *help;	/* one line */
	const struct vms_opt *opts;	/* NULL: none */
	const struct vms_field *fields;	/* attributes as options; or NULL */
	int min, max;		/* words; max -1: any number */
	/* Puts its writes into ad->changes and returns 0; or reads and prints.
	 * Else an exit code, after it has said why. */
	int (*run)(struct vms_admin *ad);
	bool writes;
	bool sensitive;		/* asks before it writes */
	bool alone;		/* no directory is opened */
	bool bare;		/* connected, but the estate is not read */
};

#define VMS_ARGS_MAX 512

/* What was given.  Strings borrow from argv. */
struct vms_args {
	const struct vms_cmd *cmd;
	const char *words[VMS_ARGS_MAX];
	int n_words;
	struct vms_given {
		const char *name, *value;
	} given[VMS_ARGS_MAX];
	int n_given;
};

extern const struct vms_opt vms_common_opts[];

/*
 * Find the command and sort its words and options.  argv[0] is the noun.
 * 0, or -1 with MALFORMED and what is wrong.
 */
int vms_args_parse(const struct vms_cmd *const *tables, int argc,
    char **argv, struct vms_args *out, struct vms_err *err);
/* The last value given; NULL if the option was not given.  A flag's is "". */
const char *vms_args_get(const struct vms_args *a, const char *name);
bool vms_args_has(const struct vms_args *a, const char *name);

/* Usage of one noun (NULL: one line for each command of all). */
void vms_args_help(FILE *f, const struct vms_cmd *const *tables,
    const char *noun);
/* A bash completion of all of it. */
void vms_args_completion(FILE *f, const struct vms_cmd *const *tables);

#endif
