/* SPDX-License-Identifier: MIT */
/* Questions and answers from a file: see batch.h. */
#include "vmsctl/batch.h"

#include <stdio.h>
#include <stdlib.h>

#include "libvms/gtime.h"
#include "vmsctl/estate.h"
#include "vmsctl/out.h"
#include "vmsctl/question.h"
#include "vmsctl/vmsctl.h"

#define COLUMNS 9
#define OVERRIDES_MAX 32

struct row {
	struct vms_str line;			/* as it stands */
	struct vms_str column[COLUMNS];
	struct vms_request rq;
	struct vms_override overrides[OVERRIDES_MAX];
};

enum column { NUMBER, USER, REQUEST, RESOURCE, AT, CONTEXT, RESULT, REASON,
	OBLIGATIONS };

static bool
is_none(struct vms_str s)
{
	return vms_str_eq(s, VMS_STR("-"));
}

static int
set_number(struct vms_str value, int64_t *out)
{
	return vms_num_parse(value, 0, INT64_MAX, out);
}

/* Level 0 is stated, and nobody's; the engine's 0 means not stated. */
static int
set_level(struct vms_str value, int64_t *out)
{
	if (set_number(value, out) != 0)
		return -1;
	if (*out == 0)
		*out = -1;
	return 0;
}

/* One of two words, or it is unreadable. */
static int
set_switch(struct vms_str value, struct vms_str on, struct vms_str off,
    bool *out)
{
	*out = vms_str_eq(value, on);
	return *out || vms_str_eq(value, off) ? 0 : -1;
}

static int
set_override(struct row *r, struct vms_str name, struct vms_str value)
{
	if (r->rq.n_overrides == OVERRIDES_MAX || name.len == 0)
		return -1;
	r->overrides[r->rq.n_overrides++] =
	    (struct vms_override){ name, value };
	r->rq.overrides = r->overrides;
	return 0;
}

static int
set_context_word(struct row *r, struct vms_str name, struct vms_str value)
{
	struct vms_request *rq = &r->rq;

	if (vms_str_has_prefix(name, VMS_STR("policy.")))
		return set_override(r, (struct vms_str){ name.p + 7,
		    name.len - 7 }, value);
	if (vms_str_eq(name, VMS_STR("from")))
		rq->from = vms_from_parse(value);
	else if (vms_str_eq(name, VMS_STR("service")))
		rq->service = rq->login ? rq->service : value;
	else if (vms_str_eq(name, VMS_STR("approver")))
		rq->approver = value;
	else if (vms_str_eq(name, VMS_STR("on-user")))
		rq->on_user = value;
	else if (vms_str_eq(name, VMS_STR("recorder")))
		rq->recorder = value;
	else if (vms_str_eq(name, VMS_STR("break-glass")))
		return set_switch(value, VMS_STR("active"),
		    VMS_STR("inactive"), &rq->break_glass);
	else if (vms_str_eq(name, VMS_STR("directory")))
		return set_switch(value, VMS_STR("down"), VMS_STR("up"),
		    &rq->directory_down);
	else if (vms_str_eq(name, VMS_STR("snapshot-age")))
		return set_number(value, &rq->snapshot_age_s);
	else if (vms_str_eq(name, VMS_STR("license-level")))
		return set_level(value, &rq->license_level);
	else if (vms_str_eq(name, VMS_STR("active-cases-of-that-level")))
		return set_number(value, &rq->active_cases);
	else
		return -1;
	return 0;
}

static const char *
parse_context(struct row *r)
{
	struct vms_str rest = r->column[CONTEXT], word, name, value;
	bool more = !is_none(rest);

	while (more) {
		more = vms_str_cut(rest, ';', &word, &rest);
		if (!vms_str_cut(vms_str_trim(word), '=', &name, &value) ||
		    set_context_word(r, name, value) != 0)
			return "a context word cannot be read";
	}
	return NULL;
}

static bool
split(struct row *r)
{
	struct vms_str rest = r->line;
	bool more = true;

	for (int i = 0; i < COLUMNS; i++) {
		if (!more)
			return false;
		more = vms_str_cut(rest, '\t', &r->column[i], &rest);
	}
	return !more;
}

/* NULL, or what is wrong with the row. */
static const char *
parse_row(struct row *r, int64_t now_s)
{
	if (!split(r))
		return "a row has nine columns between tabs";
	r->rq.sessions = -1;
	/* A snapshot of unknown age is too old. */
	r->rq.snapshot_age_s = -1;
	r->rq.user = r->column[USER];
	if (is_none(r->column[REQUEST]) ||
	    question_set_action(&r->rq, r->column[REQUEST]) != 0)
		return "no action and no service=NAME";
	if (!is_none(r->column[RESOURCE]) &&
	    question_set_resource(&r->rq, r->column[RESOURCE]) != 0)
		return "the resource is not KIND:NAME";
	r->rq.now_s = now_s;
	if (!is_none(r->column[AT]) &&
	    vms_isotime_parse(r->column[AT], &r->rq.now_s) != 0)
		return "the time is not YYYY-MM-DDThh:mmZ";
	if (!vms_str_eq(r->column[RESULT], VMS_STR("ALLOW")) &&
	    !vms_str_eq(r->column[RESULT], VMS_STR("DENY")))
		return "the result is neither ALLOW nor DENY";
	return parse_context(r);
}

static void
print_difference(const struct row *r, struct vms_str result,
    struct vms_str reason, struct vms_str obligations)
{
	for (int i = 0; i <= CONTEXT; i++) {
		if (i > 0)
			fputc('\t', stdout);
		out_text(stdout, r->column[i]);
	}
	printf("\n  expected  %.*s ", VMS_STR_ARG(r->column[RESULT]));
	out_text(stdout, r->column[REASON]);
	fputc(' ', stdout);
	out_text(stdout, r->column[OBLIGATIONS]);
	printf("\n  got       %s ", result.p);
	out_text(stdout, reason);
	fputc(' ', stdout);
	out_text(stdout, obligations);
	fputc('\n', stdout);
}

/* Whether the row's answer comes out. */
static bool
judge(const struct vms_model *m, const struct row *r,
    struct vms_arena *scratch)
{
	struct vms_verdict v;
	struct vms_str result, reason, obligations;

	vms_arena_reset(scratch);
	vms_decide(m, &r->rq, scratch, NULL, &v);
	result = v.result == VMS_ALLOW ? VMS_STR("ALLOW") : VMS_STR("DENY");
	reason = vms_verdict_reason(&v, scratch);
	obligations = vms_verdict_obligations(&v, scratch);
	if (vms_str_eq(result, r->column[RESULT]) &&
	    vms_str_eq(reason, r->column[REASON]) &&
	    vms_str_eq(obligations, r->column[OBLIGATIONS]))
		return true;
	print_difference(r, result, reason, obligations);
	return false;
}

int
batch_run(const struct vms_model *m, const char *path, int64_t now_s)
{
	struct vms_arena scratch = { 0 };
	struct vms_err err = { 0 };
	unsigned long rows = 0, differ = 0, bad = 0, line = 0;
	struct vms_str rest;
	char *buf;
	size_t len;
	bool more = true;

	if (estate_read_file(path, &buf, &len, &err) != 0) {
		fprintf(stderr, "vmsctl: %s\n", err.msg);
		return CTL_USAGE;
	}
	rest = (struct vms_str){ buf, len };
	while (more) {
		struct row r = { 0 };
		const char *wrong;

		more = vms_str_cut(rest, '\n', &r.line, &rest);
		line++;
		if (r.line.len > 0 && r.line.p[r.line.len - 1] == '\r')
			r.line.len--;
		if (r.line.len == 0 || r.line.p[0] == '#')
			continue;
		wrong = parse_row(&r, now_s);
		if (wrong != NULL) {
			fprintf(stderr, "%s:%lu: %s\n", path, line, wrong);
			bad++;
			continue;
		}
		rows++;
		differ += !judge(m, &r, &scratch);
	}
	printf("%lu rows, %lu differ\n", rows, differ);
	vms_arena_fini(&scratch);
	free(buf);
	return bad > 0 ? CTL_USAGE : differ > 0 ? CTL_NO : CTL_OK;
}
