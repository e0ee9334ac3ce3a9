/* SPDX-License-Identifier: MIT */
/* What the verbs of vmsctl share: exit codes and their table's shape. */
#ifndef VMSCTL_H
#define VMSCTL_H

#include <stdbool.h>

enum {
	CTL_OK = 0,
	CTL_NO = 1,		/* denied, or failed */
	CTL_USAGE = 2,		/* also: an input that cannot be read */
	CTL_INCONSISTENT = 3,
	CTL_NOT_PERMITTED = 4,
	CTL_FINDINGS = 5,
	CTL_UNAVAILABLE = 6	/* directory or daemon */
};

struct ctl_verb {
	const char *name;
	const char *words;	/* of the command line, for usage */
	const char *help;	/* one line */
	/* argv[0] is the verb.  Returns the exit code. */
	int (*run)(const struct ctl_verb *verb, int argc, char **argv);
};

int ctl_check(const struct ctl_verb *verb, int argc, char **argv);
int ctl_config(const struct ctl_verb *verb, int argc, char **argv);
int ctl_keys(const struct ctl_verb *verb, int argc, char **argv);
int ctl_lint(const struct ctl_verb *verb, int argc, char **argv);
int ctl_list(const struct ctl_verb *verb, int argc, char **argv);
int ctl_sessions(const struct ctl_verb *verb, int argc, char **argv);
int ctl_status(const struct ctl_verb *verb, int argc, char **argv);
int ctl_sync(const struct ctl_verb *verb, int argc, char **argv);
int ctl_whoami(const struct ctl_verb *verb, int argc, char **argv);

/* lint without files; the exit code. */
int lint_daemon(const char *socket, bool json);

/* "usage: vmsctl VERB WORDS" on stderr; returns CTL_USAGE. */
int ctl_usage(const struct ctl_verb *verb);

#endif
