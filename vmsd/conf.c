/* SPDX-License-Identifier: MIT */
/*
 * Reading configuration files with libconfig, which no other file knows.
 */
#include "vmsd/conf.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <libconfig.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libvms/arena.h"
#include "vmsd/conf_load.h"

/* Deeper than any key. */
#define DEPTH_MAX 8

static enum vms_conf_kind
kind_of(const config_setting_t *s)
{
	switch (config_setting_type(s)) {
	case CONFIG_TYPE_STRING:
		return VMS_CONF_IS_TEXT;
	case CONFIG_TYPE_INT:
	case CONFIG_TYPE_INT64:
		return VMS_CONF_IS_NUMBER;
	case CONFIG_TYPE_BOOL:
		return VMS_CONF_IS_BOOL;
	case CONFIG_TYPE_ARRAY:
	case CONFIG_TYPE_LIST:
		return VMS_CONF_IS_LIST;
	case CONFIG_TYPE_GROUP:
		return VMS_CONF_IS_GROUP;
	}
	return VMS_CONF_IS_OTHER;
}

/* Copy libconfig's tree into ours; strings stay libconfig's. */
static int
convert(const config_setting_t *s, struct vms_arena *a, int depth,
    struct vms_conf_value *out)
{
	struct vms_conf_value *elems;
	int n;

	*out = (struct vms_conf_value){
		.name = config_setting_name(s),
		.line = config_setting_source_line(s),
		.kind = kind_of(s),
	};
	if (out->kind == VMS_CONF_IS_TEXT)
		out->text = config_setting_get_string(s);
	else if (out->kind == VMS_CONF_IS_NUMBER)
		out->number = config_setting_get_int64(s);
	else if (out->kind == VMS_CONF_IS_BOOL)
		out->number = config_setting_get_bool(s) != 0;
	if ((out->kind != VMS_CONF_IS_LIST &&
	    out->kind != VMS_CONF_IS_GROUP) || depth == DEPTH_MAX)
		return 0;
	n = config_setting_length(s);
	elems = vms_arena_calloc(a, (size_t)n + 1, sizeof(*elems));
	if (elems == NULL)
		return -1;
	for (int i = 0; i < n; i++)
		if (convert(config_setting_get_elem(s, (unsigned int)i), a,
		    depth + 1, &elems[i]) == -1)
			return -1;
	out->elems = elems;
	out->n = (size_t)n;
	return 0;
}

static int
take_tree(struct vms_conf_load *l, const config_t *cfg)
{
	struct vms_arena a = { 0 };
	struct vms_conf_value root;
	int r;

	r = convert(config_root_setting(cfg), &a, 0, &root);
	if (r == 0)
		r = vms_conf_take_group(l, &root, "");
	vms_arena_fini(&a);
	return r;
}

static int
take_defaults(struct vms_conf_load *l)
{
	struct vms_arena a = { 0 };
	int r = 0;

	l->defaults = true;
	l->file = "default";
	for (size_t i = 0; r == 0 && i < vms_conf_n_keys; i++) {
		const struct vms_conf_key *k = &vms_conf_keys[i];
		struct vms_conf_value v;
		char *text = NULL;
		config_t cfg;

		if (asprintf(&text, "x = %s;", k->value) == -1) {
			r = -1;
			break;
		}
		config_init(&cfg);
		if (config_read_string(&cfg, text) != CONFIG_TRUE ||
		    convert(config_lookup(&cfg, "x"), &a, 0, &v) == -1 ||
		    vms_conf_take(l, k, &v) == -1)
			r = -1;
		config_destroy(&cfg);
		free(text);
	}
	l->defaults = false;
	vms_arena_fini(&a);
	return r;
}

static void __attribute__((format(printf, 3, 4)))
file_problem(struct vms_conf_load *l, int line, const char *fmt, ...)
{
	va_list ap;

	l->n_problems++;
	if (l->problems == NULL)
		return;
	fprintf(l->problems, "%s:%d: ", l->file, line);
	va_start(ap, fmt);
	vfprintf(l->problems, fmt, ap);
	va_end(ap);
	fputc('\n', l->problems);
}

/* Whoever may write this file decides who may log in. */
static bool
is_trusted(struct vms_conf_load *l, FILE *f)
{
	struct stat st;

	if (fstat(fileno(f), &st) == -1 || !S_ISREG(st.st_mode)) {
		file_problem(l, 1, "file: must be a regular file");
		return false;
	}
	if (geteuid() == 0 && (st.st_uid != 0 || (st.st_mode & 022) != 0)) {
		file_problem(l, 1, "file: must be root's and not writable by "
		    "group or others; chown root, chmod 644");
		return false;
	}
	return true;
}

/* One file; -1: out of memory. */
static int
take_file(struct vms_conf_load *l, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	FILE *f = fd == -1 ? NULL : fdopen(fd, "r");
	config_t cfg;
	int r = 0;

	l->file = path;
	if (f == NULL) {
		file_problem(l, 0, "file: cannot be opened: %s",
		    strerror(errno));
		if (fd != -1)
			close(fd);
		return 0;
	}
	if (is_trusted(l, f)) {
		config_init(&cfg);
		if (config_read(&cfg, f) == CONFIG_TRUE)
			r = take_tree(l, &cfg);
		else
			file_problem(l, config_error_line(&cfg),
			    "syntax: %s", config_error_text(&cfg));
		config_destroy(&cfg);
	}
	fclose(f);
	return r;
}

/* A folder that is absent holds no drop-ins; one that cannot be read might. */
static int
on_glob_error(const char *path, int errnum)
{
	(void)path;
	return errnum != ENOENT;
}

static int
take_files(struct vms_conf_load *l, const char *path)
{
	char *pattern = NULL;
	glob_t g = { 0 };
	int r;

	r = take_file(l, path);
	if (r == -1 || asprintf(&pattern, "%s.d/*.conf", path) == -1)
		return -1;
	switch (glob(pattern, 0, on_glob_error, &g)) {
	case 0:
		for (size_t i = 0; r == 0 && i < g.gl_pathc; i++)
			r = take_file(l, g.gl_pathv[i]);
		break;
	case GLOB_NOSPACE:
		r = -1;
		break;
	case GLOB_ABORTED:
		l->file = pattern;
		file_problem(l, 0, "folder: cannot be read");
		break;
	}
	globfree(&g);
	free(pattern);
	return r;
}

int
vms_conf_load(const char *path, FILE *problems, struct vms_conf *out,
    struct vms_err *err)
{
	struct vms_conf c = { 0 };
	struct vms_conf_load l = { .c = &c, .problems = problems };

	*out = (struct vms_conf){ 0 };
	if (take_defaults(&l) == -1 || take_files(&l, path) == -1) {
		vms_conf_fini(&c);
		return vms_fail(err, VMS_E_SYSTEM, "%s: out of memory", path);
	}
	/* Meaning only where each value is right by itself: else one slip
	 * would be reported several times. */
	if (l.n_problems == 0)
		l.n_problems = vms_conf_check(&c, path, problems);
	if (l.n_problems > 0) {
		vms_conf_fini(&c);
		return vms_fail(err, VMS_E_MALFORMED, "%s: %zu problem%s",
		    path, l.n_problems, l.n_problems == 1 ? "" : "s");
	}
	if (vms_conf_index_services(&c, err) == -1) {
		vms_conf_fini(&c);
		return -1;
	}
	*out = c;
	return 0;
}
