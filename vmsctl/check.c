/* SPDX-License-Identifier: MIT */
/* The verbs check, why and lint: files where some are given, else vmsd. */
#include <stdio.h>

#include "vmsctl/check_daemon.h"
#include "vmsctl/check_ldif.h"
#include "vmsctl/vmsctl.h"

int
ctl_check(const struct ctl_verb *verb, int argc, char **argv)
{
	struct question q;
	bool why = argv[0][0] == 'w';

	if (question_parse(argc, argv, &q) != 0)
		return ctl_usage(verb);
	if (q.n_files > 0)
		return check_ldif(&q, why);
	if (q.batch != NULL) {
		fputs("vmsctl: --batch needs --ldif FILE\n", stderr);
		return ctl_usage(verb);
	}
	return check_daemon(&q, why);
}

int
ctl_lint(const struct ctl_verb *verb, int argc, char **argv)
{
	struct question q;

	if (question_parse(argc, argv, &q) != 0 || q.n_words > 0)
		return ctl_usage(verb);
	if (q.n_files > 0)
		return lint_ldif(&q);
	return lint_daemon(q.socket, q.json);
}
