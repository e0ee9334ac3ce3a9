/* SPDX-License-Identifier: MIT */
/* vmsd: options, and which process this is to be. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "vmsd/conf.h"
#include "vmsd/log.h"
#include "vmsd/parent.h"
#include "vmsd/role_engine.h"
#include "vmsd/role_seal.h"
#include "vmsd/secret.h"

enum {
	OPT_ONE_USER = 256,
	OPT_PRINT_DEFAULTS,
	OPT_RUN_DIR,
	OPT_STATE_DIR,
	OPT_LDAP_PROGRAM
};

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'f' },
	{ "foreground", no_argument, NULL, 'd' },
	{ "help", no_argument, NULL, 'h' },
	{ "test", no_argument, NULL, 't' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "version", no_argument, NULL, 'V' },
	{ "one-user", no_argument, NULL, OPT_ONE_USER },
	{ "print-defaults", no_argument, NULL, OPT_PRINT_DEFAULTS },
	{ "run-dir", required_argument, NULL, OPT_RUN_DIR },
	{ "state-dir", required_argument, NULL, OPT_STATE_DIR },
	{ "ldap-program", required_argument, NULL, OPT_LDAP_PROGRAM },
	{ NULL, 0, NULL, 0 }
};

static const char usage[] =
    "usage: vmsd [-dtv] [-f FILE] [--one-user] [--run-dir DIR]\n"
    "            [--state-dir DIR] [--ldap-program PROGRAM]\n"
    "       vmsd --print-defaults\n"
    "  -f, --config FILE  instead of " VMS_SYSCONFDIR "/vmsd.conf\n"
    "  -d, --foreground   log to stderr with times, for a terminal\n"
    "  -t, --test         check the configuration and its secrets, and end\n"
    "  -v, --verbose      log more\n"
    "  --print-defaults   a commented configuration with every default\n"
    "  --one-user         keep our own user for every process (tests)\n";

struct options {
	struct vms_parent_options parent;
	bool foreground, test, print_defaults;
	enum vms_level level;
};

/* -1: go on; else the exit code. */
static int
parse_options(int argc, char **argv, struct options *o)
{
	int c;

	while ((c = getopt_long(argc, argv, "f:dhtvV", long_options, NULL)) !=
	    -1) {
		switch (c) {
		case 'f':
			o->parent.conf_file = optarg;
			break;
		case 'd':
			o->foreground = true;
			break;
		case 't':
			o->test = true;
			break;
		case 'v':
			o->level = VMS_LOG_DEBUG;
			break;
		case 'V':
			puts(PACKAGE_STRING);
			return 0;
		case 'h':
			fputs(usage, stdout);
			return 0;
		case OPT_ONE_USER:
			o->parent.one_user = true;
			break;
		case OPT_PRINT_DEFAULTS:
			o->print_defaults = true;
			break;
		case OPT_RUN_DIR:
			o->parent.run_dir = optarg;
			break;
		case OPT_STATE_DIR:
			o->parent.state_dir = optarg;
			break;
		case OPT_LDAP_PROGRAM:
			o->parent.ldap_program = optarg;
			break;
		default:
			fputs(usage, stderr);
			return 2;
		}
	}
	if (optind == argc)
		return -1;
	fputs(usage, stderr);
	return 2;
}

static int
test_conf(const char *path)
{
	struct vms_secrets secrets = { 0 };
	struct vms_conf conf = { 0 };
	struct vms_err err = { 0 };
	int r;

	r = vms_conf_load(path, stderr, &conf, &err);
	if (r == 0)
		r = vms_secrets_load(&conf, stderr, &secrets, &err);
	if (r == 0)
		printf("%s: no problems\n", path);
	else
		fprintf(stderr, "%s\n", err.msg);
	vms_secrets_free(&secrets);
	vms_conf_fini(&conf);
	return r == 0 ? 0 : 1;
}

int
main(int argc, char **argv)
{
	struct options o = {
		.parent = {
			.conf_file = VMS_SYSCONFDIR "/vmsd.conf",
			.run_dir = VMS_RUNDIR,
			.state_dir = VMS_STATEDIR,
			.ldap_program = VMS_LIBEXECDIR "/vmsd-ldap",
		},
		.level = VMS_LOG_INFO,
	};
	int code;

	if (argc > 2 && strcmp(argv[1], "-x") == 0)
		return strncmp(argv[2], "seal", 4) == 0 ?
		    vms_role_seal_main(argc, argv) :
		    vms_role_engine_main(argc, argv);
	code = parse_options(argc, argv, &o);
	if (code != -1)
		return code;
	if (o.print_defaults) {
		vms_conf_print_defaults(stdout);
		return fflush(stdout) == 0 ? 0 : 1;
	}
	if (o.test)
		return test_conf(o.parent.conf_file);
	/* Run by systemd, lines go to the journal, which reads priorities and
	 * adds the time. */
	vms_log_init("parent", !o.foreground &&
	    getenv("JOURNAL_STREAM") != NULL, o.level);
	return vms_parent_run(&o.parent);
}
