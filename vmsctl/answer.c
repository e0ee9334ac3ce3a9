/* SPDX-License-Identifier: MIT */
/* Printing verdicts: see answer.h. */
#include "vmsctl/answer.h"

#include <stdio.h>

#include "vmsctl/out.h"
#include "vmsctl/vmsctl.h"

static struct vms_str
result_word(const struct vms_verdict *v)
{
	return v->result == VMS_ALLOW ? VMS_STR("ALLOW") : VMS_STR("DENY");
}

static void
print_steps(const struct vms_trace *trace)
{
	for (uint32_t i = 0; i < trace->n_steps; i++) {
		const struct vms_step *s = &trace->steps[i];

		printf("%2d  %s  ", s->number, s->passed ? "pass" : "stop");
		out_text(stdout, s->text);
		if (s->dn.len > 0) {
			fputs("  ", stdout);
			out_text(stdout, s->dn);
		}
		fputc('\n', stdout);
	}
	if (trace->cut)
		puts("    (cut: out of memory)");
}

/* "a=b; c=d" with blanks alone. */
static void
print_line(const struct vms_verdict *v, struct vms_arena *scratch)
{
	struct vms_str list = vms_verdict_obligations(v, scratch), item;
	bool more = list.len > 0 && !vms_str_eq(list, VMS_STR("-"));

	printf("%s ", result_word(v).p);
	out_text(stdout, vms_verdict_reason(v, scratch));
	while (more) {
		more = vms_str_cut(list, ';', &item, &list);
		fputc(' ', stdout);
		out_text(stdout, vms_str_trim(item));
	}
	fputc('\n', stdout);
}

static void
json_obligations(struct out_json *j, const struct vms_verdict *v)
{
	out_open(j, "obligations", '{');
	if (v->result == VMS_ALLOW && v->alert)
		out_bool(j, "alert", true);
	if (v->result == VMS_ALLOW && v->n_hidden > 0) {
		out_open(j, "hidden", '[');
		for (uint32_t i = 0; i < v->n_hidden; i++)
			out_str(j, NULL, v->hidden[i]);
		out_close(j, ']');
	}
	if (v->result == VMS_ALLOW && v->max_archive_age_s >= 0)
		out_num(j, "max-archive-age", v->max_archive_age_s);
	if (v->result == VMS_ALLOW && v->stale)
		out_bool(j, "stale", true);
	out_close(j, '}');
}

static void
json_steps(struct out_json *j, const struct vms_trace *trace)
{
	out_open(j, "steps", '[');
	for (uint32_t i = 0; trace != NULL && i < trace->n_steps; i++) {
		const struct vms_step *s = &trace->steps[i];

		out_open(j, NULL, '{');
		out_num(j, "step", s->number);
		out_bool(j, "passed", s->passed);
		out_str(j, "dn", s->dn);
		out_str(j, "text", s->text);
		out_close(j, '}');
	}
	out_close(j, ']');
}

static void
print_json(const struct vms_verdict *v, const struct vms_trace *trace,
    uint64_t generation, struct vms_arena *scratch)
{
	struct out_json j = { .f = stdout };

	out_open(&j, NULL, '{');
	out_str(&j, "result", result_word(v));
	out_str(&j, "reason", vms_verdict_reason(v, scratch));
	out_str(&j, "grant", v->grant_dn);
	json_obligations(&j, v);
	out_num(&j, "generation", (int64_t)generation);
	out_str(&j, "recorder", v->recorder);
	out_str(&j, "action", v->action);
	json_steps(&j, trace);
	out_close(&j, '}');
	fputc('\n', stdout);
}

int
answer_print(const struct vms_verdict *v, const struct vms_trace *trace,
    uint64_t generation, bool json, struct vms_arena *scratch)
{
	if (json) {
		print_json(v, trace, generation, scratch);
	} else {
		if (trace != NULL)
			print_steps(trace);
		print_line(v, scratch);
	}
	return v->result == VMS_ALLOW ? CTL_OK : CTL_NO;
}
