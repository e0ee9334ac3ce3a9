/* SPDX-License-Identifier: MIT */
/* `vmsctl lint`: see lint.h. */
#include "vmsctl/lint.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "vmsctl/admin.h"
#include "vmsctl/out.h"
#include "vmsctl/report.h"

static void
take(struct vms_lint *l, struct vms_finding f)
{
	if (l->n == l->cap) {
		uint32_t cap = l->cap == 0 ? 64 : l->cap * 2;
		struct vms_finding *more = vms_arena_calloc(l->arena, cap,
		    sizeof(*more));

		if (more == NULL)
			return;
		if (l->n > 0)
			memcpy(more, l->list, l->n * sizeof(*more));
		l->list = more;
		l->cap = cap;
	}
	l->list[l->n++] = f;
}

void
vms_lint_find(struct vms_lint *l, const char *code, struct vms_str dn,
    const char *attr, bool degrades, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	take(l, (struct vms_finding){ .code = vms_str_of(code),
		.dn = vms_arena_str(l->arena, dn),
		.attr = vms_str_of(attr), .degrades = degrades,
		.text = vms_arena_str(l->arena, vms_str_of(text)) });
}

int
vms_lint_run(struct vms_lint *l, const struct vms_model *m,
    struct vms_err *err)
{
	const struct vms_finding *of_model;
	uint32_t n;

	l->now_s = time(NULL);
	of_model = vms_model_findings(m, &n);
	for (uint32_t i = 0; i < n; i++)
		take(l, of_model[i]);
	if (vms_reach_open(l->tree, l->arena, &l->reach, err) != 0)
		return -1;
	vms_lint_power(l);
	vms_lint_data(l);
	vms_lint_partial(l);
	vms_reach_close(&l->reach);
	return 0;
}

static void
print_text(struct vms_arena *arena, const struct vms_finding *f)
{
	struct vms_str mend = vms_lint_mend(arena, f);

	printf("%s  ", f->degrades ? "ERROR" : "warn ");
	out_text(stdout, f->code);
	fputs("  ", stdout);
	out_text(stdout, f->dn);
	if (f->attr.len > 0) {
		fputs("  ", stdout);
		out_text(stdout, f->attr);
	}
	fputs(": ", stdout);
	out_text(stdout, f->text);
	fputc('\n', stdout);
	if (mend.len > 0) {
		fputs("       mend: ", stdout);
		out_text(stdout, mend);
		fputc('\n', stdout);
	}
}

static void
print_json(struct out_json *j, struct vms_arena *arena,
    const struct vms_finding *f)
{
	out_open(j, NULL, '{');
	out_str(j, "code", f->code);
	out_str(j, "dn", f->dn);
	out_str(j, "attribute", f->attr);
	out_str(j, "text", f->text);
	out_bool(j, "degrades", f->degrades);
	out_str(j, "mend", vms_lint_mend(arena, f));
	out_close(j, '}');
}

int
vms_lint_print(struct vms_arena *arena, const struct vms_finding *list,
    uint32_t n, bool json)
{
	struct out_json j = { .f = stdout };

	if (json)
		out_open(&j, NULL, '[');
	for (uint32_t i = 0; i < n; i++) {
		if (json)
			print_json(&j, arena, &list[i]);
		else
			print_text(arena, &list[i]);
	}
	if (json) {
		out_close(&j, ']');
		fputc('\n', stdout);
	}
	return n > 0 ? CTL_FINDINGS : CTL_OK;
}

static int
run_lint(struct vms_admin *ad)
{
	struct vms_lint l = { .arena = &ad->arena, .tree = &ad->tree };
	struct vms_err err = { 0 };
	const struct vms_model *m = vms_admin_model(ad);

	if (m == NULL || vms_lint_run(&l, m, &err) != 0)
		return vms_refuse_err(ad, &err);
	return vms_lint_print(&ad->arena, l.list, l.n, ad->json);
}

static const struct vms_opt lint_opts[] = {
	{ "directory", 0, NULL, "look at the directory and not at the state "
	    "of this host's vmsd" },
	{ NULL, 0, NULL, NULL }
};

const struct vms_cmd vms_lint_cmds[] = {
	{ .noun = "lint", .args = "", .help = "show what should be mended in "
	    "an estate, and how; exit 5 if anything", .opts = lint_opts,
	    .run = run_lint },
	{ .noun = NULL }
};
