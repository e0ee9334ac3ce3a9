/* SPDX-License-Identifier: MIT */
/* config check: whether vmsd would take a configuration. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vmsctl/out.h"
#include "vmsctl/vmsctl.h"
#include "vmsd/conf.h"
#include "vmsd/secret.h"

#define CONF_PATH VMS_SYSCONFDIR "/vmsd.conf"

static void
print_json(struct vms_str problems, bool good)
{
	struct out_json j = { .f = stdout };
	struct vms_str line;

	out_open(&j, NULL, '{');
	out_str(&j, "result", good ? VMS_STR("ok") : VMS_STR("bad"));
	out_open(&j, "problems", '[');
	while (problems.len > 0) {
		vms_str_cut(problems, '\n', &line, &problems);
		out_str(&j, NULL, line);
	}
	out_close(&j, ']');
	out_close(&j, '}');
	fputc('\n', stdout);
}

static int
check(const char *path, bool json)
{
	struct vms_conf conf = { 0 };
	struct vms_secrets secrets = { 0 };
	struct vms_err err = { 0 };
	char *problems = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&problems, &len);
	bool good;

	if (f == NULL) {
		fputs("vmsctl: out of memory\n", stderr);
		return CTL_NO;
	}
	/* The secrets too, as vmsd does: can they be read, are they private? */
	good = vms_conf_load(path, f, &conf, &err) == 0 &&
	    vms_secrets_load(&conf, f, &secrets, &err) == 0;
	vms_secrets_free(&secrets);
	vms_conf_fini(&conf);
	fclose(f);
	if (json)
		print_json((struct vms_str){ problems, len }, good);
	else if (len > 0)
		fputs(problems, stderr);
	if (!good)
		fprintf(stderr, "vmsctl: %s\n", err.msg);
	else if (!json)
		printf("%s: fine\n", path);
	free(problems);
	return good ? CTL_OK : CTL_NO;
}

int
ctl_config(const struct ctl_verb *verb, int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' }, { NULL, 0, NULL, 0 }
	};
	bool json = false;
	int option;

	optind = 1;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option != 'j')
			return ctl_usage(verb);
		json = true;
	}
	argc -= optind;
	argv += optind;
	if (argc < 1 || argc > 2 || strcmp(argv[0], "check") != 0)
		return ctl_usage(verb);
	return check(argc == 2 ? argv[1] : CONF_PATH, json);
}
