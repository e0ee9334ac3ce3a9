/* SPDX-License-Identifier: MIT */
/* check, why and lint on LDIF files: see check_ldif.h. */
#include "vmsctl/check_ldif.h"

#include <stdio.h>

#include "vmsctl/answer.h"
#include "vmsctl/batch.h"
#include "vmsctl/estate.h"
#include "vmsctl/out.h"
#include "vmsctl/vmsctl.h"

static int
load(const struct question *q, struct estate *e)
{
	struct vms_err err = { 0 };

	if (estate_load(q->files, q->n_files, e, &err) == 0)
		return 0;
	fprintf(stderr, "vmsctl: %s\n", err.msg);
	return -1;
}

int
check_ldif(struct question *q, bool why)
{
	struct vms_arena scratch = { 0 };
	struct vms_trace trace = { .arena = &scratch };
	struct vms_verdict v;
	struct estate e;
	int result;

	if (q->batch == NULL && question_set_words(q) != 0)
		return CTL_USAGE;
	if (load(q, &e) != 0)
		return CTL_USAGE;
	if (q->batch != NULL) {
		result = batch_run(e.model, q->batch, q->rq.now_s);
	} else {
		vms_decide(e.model, &q->rq, &scratch, why ? &trace : NULL,
		    &v);
		result = answer_print(&v, why ? &trace : NULL, 0, q->json,
		    &scratch);
	}
	vms_arena_fini(&scratch);
	estate_fini(&e);
	return result;
}

static void
print_finding(const struct vms_finding *f)
{
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
}

int
lint_ldif(const struct question *q)
{
	const struct vms_finding *f;
	struct out_json j = { .f = stdout };
	struct estate e;
	uint32_t n;

	if (load(q, &e) != 0)
		return CTL_USAGE;
	f = vms_model_findings(e.model, &n);
	if (q->json)
		out_open(&j, NULL, '[');
	for (uint32_t i = 0; i < n; i++) {
		if (!q->json) {
			print_finding(&f[i]);
			continue;
		}
		out_open(&j, NULL, '{');
		out_str(&j, "code", f[i].code);
		out_str(&j, "dn", f[i].dn);
		out_str(&j, "attribute", f[i].attr);
		out_str(&j, "text", f[i].text);
		out_bool(&j, "degrades", f[i].degrades);
		out_close(&j, '}');
	}
	if (q->json) {
		out_close(&j, ']');
		fputc('\n', stdout);
	}
	estate_fini(&e);
	return n > 0 ? CTL_FINDINGS : CTL_OK;
}
