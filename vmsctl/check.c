/* SPDX-License-Identifier: MIT */
/* The verbs check, why and lint: which source answers. */
#include <stdio.h>

#include "vmsctl/check_ldif.h"
#include "vmsctl/vmsctl.h"

static int
need_files(const struct ctl_verb *verb)
{
	fputs("vmsctl: --ldif FILE is needed\n", stderr);
	return ctl_usage(verb);
}

int
ctl_check(const struct ctl_verb *verb, int argc, char **argv)
{
	struct question q;
	bool why = argv[0][0] == 'w';

	if (question_parse(argc, argv, &q) != 0)
		return ctl_usage(verb);
	if (q.n_files == 0)
		return need_files(verb);
	return check_ldif(&q, why);
}

int
ctl_lint(const struct ctl_verb *verb, int argc, char **argv)
{
	struct question q;

	if (question_parse(argc, argv, &q) != 0 || q.n_words > 0)
		return ctl_usage(verb);
	if (q.n_files == 0)
		return need_files(verb);
	return lint_ldif(&q);
}
