/* SPDX-License-Identifier: MIT */
/*
 * The words of `vmsctl check` and `vmsctl why`:
 * USER ACTION|service=NAME [KIND:NAME] and the options.  Knows neither file
 * nor daemon.
 */
#ifndef VMSCTL_QUESTION_H
#define VMSCTL_QUESTION_H

#include <stdbool.h>

#include "libvms/decide.h"

#define QUESTION_FILES_MAX 64

struct question {
	struct vms_request rq;		/* borrows from argv */
	bool has_time;			/* --at was given */
	bool json;
	char *files[QUESTION_FILES_MAX]; /* of --ldif; borrowed */
	int n_files;
	const char *batch;		/* of --batch; borrowed */
	const char *socket;		/* of --socket; NULL: the usual one */
	char *const *words;		/* what is no option */
	int n_words;
};

/* Options may stand anywhere.  0, or -1 after a message on stderr. */
int question_parse(int argc, char **argv, struct question *q);
/* The words into rq: 2 or 3 of them.  0, or -1 after a message. */
int question_set_words(struct question *q);

/* Parts, for batch.c as well; 0 or -1. */
int question_set_action(struct vms_request *rq, struct vms_str word);
int question_set_resource(struct vms_request *rq, struct vms_str word);

#endif
