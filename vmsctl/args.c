/* SPDX-License-Identifier: MIT */
/*
 * Parser and help of the directory verbs, driven by the tables of commands,
 * options and fields.  Checks no value: fields do.
 */
#include "vmsctl/args.h"

#include <string.h>

#include "vmsctl/field.h"

const struct vms_opt vms_common_opts[] = {
	{ "uri", 'H', "URI", "ldaps://HOST, ldap://HOST or ldapi://PATH" },
	{ "bind-dn", 'D', "DN", "who you are; without it: ldapi as root" },
	{ "password-file", 'y', "FILE", "your password, first line; 0600" },
	{ "base", 'b', "DN", "suffix that holds people, groups and ou=vms" },
	{ "starttls", 0, NULL, "begin TLS on an ldap:// connection" },
	{ "ca-file", 0, "FILE", "certificates that the server's leads to" },
	{ "cert-file", 0, "FILE", "your certificate" },
	{ "key-file", 0, "FILE", "its private key" },
	{ "timeout", 0, "SECONDS", "how long to wait for the server" },
	{ "dry-run", 'n', NULL, "print what would be written, as LDIF" },
	{ "yes", 0, NULL, "do not ask" },
	{ "json", 0, NULL, "answer in JSON" },
	{ "help", 'h', NULL, "this text" },
	{ NULL, 0, NULL, NULL }
};

static const struct vms_opt *
find_in(const struct vms_opt *o, const char *name, size_t len, char letter)
{
	for (; o != NULL && o->name != NULL; o++)
		if (letter != 0 ? o->letter == letter :
		    strlen(o->name) == len && memcmp(o->name, name, len) == 0)
			return o;
	return NULL;
}

/* 1: takes a value, 0: a flag, -1: unknown; *name is the table's. */
static int
find_option(const struct vms_cmd *c, const char *word, size_t len,
    const char **name)
{
	char letter = word[0] == '-' && word[1] != '-' ? word[1] : 0;
	const struct vms_opt *o;

	if (letter == 0) {
		word += 2;
		len -= 2;
	} else if (len != 2) {
		return -1;
	}
	o = find_in(vms_common_opts, word, len, letter);
	if (o == NULL)
		o = find_in(c->opts, word, len, letter);
	if (o != NULL) {
		*name = o->name;
		return o->arg != NULL;
	}
	for (const struct vms_field *f = c->fields;
	    letter == 0 && f != NULL && f->opt != NULL; f++)
		if (strlen(f->opt) == len && !f->readonly &&
		    memcmp(f->opt, word, len) == 0) {
			*name = f->opt;
			return 1;
		}
	return -1;
}

/* How many words of argv the command's noun and verb take; 0: not it. */
static int
match(const struct vms_cmd *c, int argc, char **argv)
{
	const char *v = c->verb;
	int n = 1;

	if (strcmp(argv[0], c->noun) != 0)
		return 0;
	while (v != NULL && *v != '\0') {
		size_t len = strcspn(v, " ");

		if (n >= argc || strlen(argv[n]) != len ||
		    memcmp(argv[n], v, len) != 0)
			return 0;
		n++;
		v += len + (v[len] == ' ');
	}
	return n;
}

static const struct vms_cmd *
find_command(const struct vms_cmd *const *tables, int argc, char **argv,
    int *used)
{
	const struct vms_cmd *best = NULL;

	*used = 0;
	for (; *tables != NULL; tables++)
		for (const struct vms_cmd *c = *tables; c->noun != NULL; c++) {
			int n = match(c, argc, argv);

			if (n > *used) {
				*used = n;
				best = c;
			}
		}
	return best;
}

static int
take_option(struct vms_args *out, int argc, char **argv, int *i,
    struct vms_err *err)
{
	const char *word = argv[*i], *eq = strchr(word, '='), *name = NULL;
	size_t len = eq != NULL && word[1] == '-' ? (size_t)(eq - word) :
	    strlen(word);
	int kind = find_option(out->cmd, word, len, &name);
	const char *value = "";

	if (kind < 0)
		return vms_fail(err, VMS_E_MALFORMED, "%.*s: no such option",
		    (int)len, word);
	if (kind == 0 && word[len] == '=')
		return vms_fail(err, VMS_E_MALFORMED,
		    "--%s takes no value", name);
	if (kind == 1 && word[len] == '=')
		value = word + len + 1;
	else if (kind == 1 && *i + 1 >= argc)
		return vms_fail(err, VMS_E_MALFORMED,
		    "--%s needs a value", name);
	else if (kind == 1)
		value = argv[++*i];
	if (out->n_given == VMS_ARGS_MAX)
		return vms_fail(err, VMS_E_LIMIT, "too many options");
	out->given[out->n_given++] = (struct vms_given){ name, value };
	return 0;
}

static int
count_words(const struct vms_args *out, struct vms_err *err)
{
	const struct vms_cmd *c = out->cmd;
	const char *verb = c->verb == NULL ? "" : c->verb;

	if (out->n_words >= c->min && (c->max < 0 || out->n_words <= c->max))
		return 0;
	return vms_fail(err, VMS_E_MALFORMED, "usage: vmsctl %s%s%s%s%s",
	    c->noun, *verb == '\0' ? "" : " ", verb,
	    *c->args == '\0' ? "" : " ", c->args);
}

int
vms_args_parse(const struct vms_cmd *const *tables, int argc, char **argv,
    struct vms_args *out, struct vms_err *err)
{
	bool words_only = false;
	int i;

	*out = (struct vms_args){ 0 };
	out->cmd = find_command(tables, argc, argv, &i);
	if (out->cmd == NULL)
		return vms_fail(err, VMS_E_MALFORMED,
		    "%s%s%s: no such command; see vmsctl %s --help", argv[0],
		    argc > 1 ? " " : "", argc > 1 ? argv[1] : "", argv[0]);
	for (; i < argc; i++) {
		if (!words_only && strcmp(argv[i], "--") == 0) {
			words_only = true;
		} else if (!words_only && argv[i][0] == '-' &&
		    argv[i][1] != '\0') {
			if (take_option(out, argc, argv, &i, err) < 0)
				return -1;
		} else if (out->n_words == VMS_ARGS_MAX) {
			return vms_fail(err, VMS_E_LIMIT, "too many words");
		} else {
			out->words[out->n_words++] = argv[i];
		}
	}
	if (vms_args_has(out, "help"))
		return 0;
	return count_words(out, err);
}

const char *
vms_args_get(const struct vms_args *a, const char *name)
{
	for (int i = a->n_given - 1; i >= 0; i--)
		if (strcmp(a->given[i].name, name) == 0)
			return a->given[i].value;
	return NULL;
}

bool
vms_args_has(const struct vms_args *a, const char *name)
{
	return vms_args_get(a, name) != NULL;
}

static void
help_option(FILE *f, char letter, const char *name, const char *arg,
    const char *help)
{
	char left[64];

	snprintf(left, sizeof(left), "%c%c%c --%s%s%s",
	    letter != 0 ? '-' : ' ', letter != 0 ? letter : ' ',
	    letter != 0 ? ',' : ' ', name, arg != NULL ? " " : "",
	    arg != NULL ? arg : "");
	fprintf(f, "    %-30s %s\n", left, help);
}

static void
help_command(FILE *f, const struct vms_cmd *c, bool options)
{
	char left[80];

	snprintf(left, sizeof(left), "%s%s%s%s%s", c->noun,
	    c->verb != NULL ? " " : "", c->verb != NULL ? c->verb : "",
	    *c->args != '\0' ? " " : "", c->args);
	if (!options) {
		fprintf(f, "  %-40s %s\n", left, c->help);
		return;
	}
	fprintf(f, "\n  vmsctl %s\n      %s\n", left, c->help);
	for (const struct vms_opt *o = c->opts; o != NULL && o->name; o++)
		help_option(f, o->letter, o->name, o->arg, o->help);
	for (const struct vms_field *fd = c->fields; fd != NULL && fd->opt;
	    fd++)
		if (!fd->readonly)
			help_option(f, 0, fd->opt, vms_field_arg(fd),
			    fd->help);
}

void
vms_args_help(FILE *f, const struct vms_cmd *const *tables, const char *noun)
{
	for (; *tables != NULL; tables++)
		for (const struct vms_cmd *c = *tables; c->noun != NULL; c++)
			if (noun == NULL || strcmp(c->noun, noun) == 0)
				help_command(f, c, noun != NULL);
	if (noun == NULL)
		return;
	fprintf(f, "\n  Options of every command\n");
	for (const struct vms_opt *o = vms_common_opts; o->name != NULL; o++)
		help_option(f, o->letter, o->name, o->arg, o->help);
}

static void
complete_command(FILE *f, const struct vms_cmd *c)
{
	fprintf(f, "\t\"%s%s%s\") words=\"", c->noun,
	    c->verb != NULL ? " " : "", c->verb != NULL ? c->verb : "");
	for (const struct vms_opt *o = c->opts; o != NULL && o->name; o++)
		fprintf(f, "--%s ", o->name);
	for (const struct vms_field *fd = c->fields; fd != NULL && fd->opt;
	    fd++)
		if (!fd->readonly)
			fprintf(f, "--%s ", fd->opt);
	fprintf(f, "\" ;;\n");
}

void
vms_args_completion(FILE *f, const struct vms_cmd *const *tables)
{
	fprintf(f, "# bash completion for vmsctl; made from its tables\n"
	    "_vmsctl() {\n"
	    "\tlocal cur=${COMP_WORDS[COMP_CWORD]} words='' common=''\n"
	    "\tlocal -a known=(\n");
	for (const struct vms_cmd *const *t = tables; *t != NULL; t++)
		for (const struct vms_cmd *c = *t; c->noun != NULL; c++)
			fprintf(f, "\t\t\"%s%s%s\"\n", c->noun,
			    c->verb != NULL ? " " : "",
			    c->verb != NULL ? c->verb : "");
	fprintf(f, "\t)\n\tlocal said=\"${COMP_WORDS[*]:1:COMP_CWORD-1}\" k\n"
	    "\tfor k in \"${known[@]}\"; do\n"
	    "\t\t[[ $k == \"$said\"* && $k != \"$said\" ]] || continue\n"
	    "\t\tk=${k#\"$said\"}; k=${k# }; words+=\" ${k%%%% *}\"\n"
	    "\tdone\n\tif [[ -z $words ]]; then\n"
	    "\tlocal n=${COMP_WORDS[1]} v=${COMP_WORDS[2]-}"
	    " w=${COMP_WORDS[3]-}\n"
	    "\tfor k in \"$n $v $w\" \"$n $v\" \"$n\"; do\n"
	    "\tcase $k in\n");
	for (; *tables != NULL; tables++)
		for (const struct vms_cmd *c = *tables; c->noun != NULL; c++)
			complete_command(f, c);
	fprintf(f, "\t*) continue ;;\n\tesac\n\tbreak\n\tdone\n"
	    "\tcommon='");
	for (const struct vms_opt *o = vms_common_opts; o->name != NULL; o++)
		fprintf(f, "--%s ", o->name);
	fprintf(f, "'\n\tfi\n"
	    "\tmapfile -t COMPREPLY < <(compgen -W \"$words $common\""
	    " -- \"$cur\" | sort -u)\n}\ncomplete -F _vmsctl vmsctl\n");
}
