/* SPDX-License-Identifier: MIT */
/* vmsctl: the administrator's command.  A table of verbs; each has a file. */
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "vmsctl/admin.h"
#include "vmsctl/vmsctl.h"

#define QUESTION \
	"[--ldif FILE]… USER ACTION|service=NAME [KIND:NAME] [--from ADDR] " \
	"[--service S] [--recorder R] [--at TIME] [--on-user U] " \
	"[--approver U] [--break-glass] [--json] [--socket PATH]"

#define LOCAL " [--json] [--socket PATH]"

static const struct ctl_verb verbs[] = {
	{ "check", QUESTION " | [--ldif FILE]… --batch FILE",
	    "decide a question", ctl_check },
	{ "config", "check [FILE] [--json]",
	    "whether vmsd would take a configuration", ctl_config },
	{ "keys", "USER" LOCAL, "public keys, for sshd", ctl_keys },
	{ "lint", "[--ldif FILE]…" LOCAL,
	    "show what should be mended in an estate", ctl_lint },
	{ "list", "KIND [USER]" LOCAL,
	    "recorders, cameras, cameragroups or layouts of a user",
	    ctl_list },
	{ "sessions", "[USER]" LOCAL, "who is logged in", ctl_sessions },
	{ "status", "[USER]" LOCAL, "how vmsd, or a user, is", ctl_status },
	{ "sync", "refresh|accept|reject|clock|adopt USER" LOCAL,
	    "read the directory anew, settle what is held", ctl_sync },
	{ "whoami", "[--can]" LOCAL, "what vmsd knows about you",
	    ctl_whoami },
	{ "why", QUESTION " | DECISION", "decide and show every step",
	    ctl_check },
};

#define N_VERBS (sizeof(verbs) / sizeof(verbs[0]))

static int
print_usage(const struct ctl_verb *verb, FILE *f)
{
	fprintf(f, "usage: vmsctl %s %s\n", verb->name, verb->words);
	return f == stdout ? CTL_OK : CTL_USAGE;
}

int
ctl_usage(const struct ctl_verb *verb)
{
	return print_usage(verb, stderr);
}

static int
print_help(FILE *f)
{
	fputs("usage: vmsctl VERB …   (vmsctl VERB --help says more)\n\n", f);
	for (size_t i = 0; i < N_VERBS; i++)
		fprintf(f, "  %-10s %s\n", verbs[i].name, verbs[i].help);
	fputs("\nIn the directory:\n", f);
	vms_admin_help(f, NULL);
	fputs("\nSee vmsctl(1).\n", f);
	return f == stdout ? CTL_OK : CTL_USAGE;
}

int
main(int argc, char **argv)
{
	const char *word = argc < 2 ? "" : argv[1];

	if (strcmp(word, "help") == 0 || strcmp(word, "--help") == 0)
		return print_help(stdout);
	if (strcmp(word, "--version") == 0)
		return puts("vmsctl " PACKAGE_VERSION) < 0;
	for (size_t i = 0; i < N_VERBS; i++) {
		if (strcmp(word, verbs[i].name) != 0)
			continue;
		if (argc == 3 && strcmp(argv[2], "--help") == 0)
			return print_usage(&verbs[i], stdout);
		return verbs[i].run(&verbs[i], argc - 1, argv + 1);
	}
	if (vms_admin_knows(word))
		return vms_admin_main(argc - 1, argv + 1);
	return print_help(stderr);
}
