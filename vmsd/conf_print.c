/* SPDX-License-Identifier: MIT */
/*
 * The commented configuration with every key at its default, from the table.
 */
#include <string.h>

#include "vmsd/conf.h"
#include "vmsd/conf_table.h"

/* Length of the group part of a name, without the last dot; 0: none. */
static size_t
group_len(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot == NULL ? 0 : (size_t)(dot - name);
}

static int
depth_of(const char *name, size_t len)
{
	int n = len == 0 ? 0 : 1;

	for (size_t i = 0; i < len; i++)
		n += name[i] == '.';
	return n;
}

static void
put_indent(FILE *f, int depth)
{
	for (int i = 0; i < depth; i++)
		fputs("    ", f);
}

/* Close groups that the next key is not in, open those it is. */
static void
change_group(FILE *f, const char *from, size_t from_len, const char *to,
    size_t to_len)
{
	size_t common = 0;

	for (size_t i = 0; i <= from_len && i <= to_len; i++) {
		bool from_end = i == from_len || from[i] == '.';
		bool to_end = i == to_len || to[i] == '.';

		if (from_end && to_end)
			common = i;
		if (i == from_len || i == to_len || from[i] != to[i])
			break;
	}
	for (int d = depth_of(from, from_len); d > depth_of(to, common); d--) {
		put_indent(f, d - 1);
		fputs("};\n", f);
	}
	for (size_t i = common; i < to_len;) {
		size_t start = to[i] == '.' ? i + 1 : i;
		size_t end = start;

		while (end < to_len && to[end] != '.')
			end++;
		fputc('\n', f);
		put_indent(f, depth_of(to, start == 0 ? 0 : start - 1));
		fprintf(f, "%.*s: {\n", (int)(end - start), to + start);
		i = end;
	}
}

static void
put_help(FILE *f, const char *help, int depth)
{
	struct vms_str rest = vms_str_of(help), line;
	bool more = true;

	fputc('\n', f);
	while (more) {
		more = vms_str_cut(rest, '\n', &line, &rest);
		put_indent(f, depth);
		fprintf(f, "# %.*s\n", VMS_STR_ARG(line));
	}
}

static void
put_range(FILE *f, const struct vms_conf_key *k, int depth)
{
	if (k->type == VMS_CONF_INT) {
		put_indent(f, depth);
		fprintf(f, "# From %lld to %lld.\n", (long long)k->min,
		    (long long)k->max);
	} else if (k->words != NULL) {
		put_indent(f, depth);
		fprintf(f, "# One of %s.\n", k->words);
	}
	if (k->required) {
		put_indent(f, depth);
		fputs("# Must be set.\n", f);
	}
}

void
vms_conf_print_defaults(FILE *f)
{
	const char *group = "";
	size_t len = 0;

	fputs("# vmsd.conf: which directory this recorder follows, and how.\n"
	    "# Every key stands here at its default; vmsd.conf(5) explains\n"
	    "# them, `vmsd -t` checks them.  Files in vmsd.conf.d/ whose\n"
	    "# names end in .conf are read after this one, in order.\n", f);
	for (size_t i = 0; i < vms_conf_n_keys; i++) {
		const struct vms_conf_key *k = &vms_conf_keys[i];
		size_t n = group_len(k->name);
		int depth = depth_of(k->name, n);

		change_group(f, group, len, k->name, n);
		group = k->name;
		len = n;
		put_help(f, k->help, depth);
		put_range(f, k, depth);
		put_indent(f, depth);
		fprintf(f, "#%s = %s;\n", k->name + (n == 0 ? 0 : n + 1),
		    k->value);
	}
	change_group(f, group, len, "", 0);
}
