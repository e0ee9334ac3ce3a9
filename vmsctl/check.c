/* SPDX-License-Identifier: MIT */
/* The verbs check, why and lint: files where some are given, else vmsd; lint
 * asks the directory where that is named. */
#include <stdio.h>
#include <string.h>

#include "vmsctl/admin.h"
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

/* Whether the directory is meant, not the vmsd of this host. */
static bool
means_directory(int argc, char **argv)
{
	static const char *const words[] = { "--directory", "-H", "--uri",
	    "-D", "--bind-dn", "-b", "--base" };

	for (int i = 1; i < argc; i++)
		for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++)
			if (strncmp(argv[i], words[k],
			    strcspn(argv[i], "=")) == 0 &&
			    strlen(words[k]) == strcspn(argv[i], "="))
				return true;
	return false;
}

int
ctl_lint(const struct ctl_verb *verb, int argc, char **argv)
{
	struct question q;

	if (means_directory(argc, argv))
		return vms_admin_main(argc, argv);
	if (question_parse(argc, argv, &q) != 0 || q.n_words > 0)
		return ctl_usage(verb);
	if (q.n_files > 0)
		return lint_ldif(&q);
	return lint_daemon(q.socket, q.json);
}
