/* SPDX-License-Identifier: MIT */
/* check and why, answered by vmsd: see check_daemon.h. */
#include "vmsctl/check_daemon.h"

#include <arpa/inet.h>
#include <stdio.h>

#include "vmsctl/ask.h"
#include "vmsctl/out.h"
#include "vmsctl/vmsctl.h"

static void
print_steps(const struct vms_verdict_rep *v)
{
	for (uint32_t i = 0; i < v->n_steps; i++) {
		const struct vms_step_rep *s = &v->steps[i];

		printf("%2u  %s  ", s->number, s->passed ? "pass" : "stop");
		out_text(stdout, s->text);
		if (s->dn.len > 0) {
			fputs("  ", stdout);
			out_text(stdout, s->dn);
		}
		fputc('\n', stdout);
	}
}

/* Calls use for each "key=value" of "a=b; c=d". */
static void
each_obligation(struct vms_str list,
    void (*use)(void *arg, struct vms_str item), void *arg)
{
	struct vms_str item;
	bool more = list.len > 0 && !vms_str_eq(list, VMS_STR("-"));

	while (more) {
		more = vms_str_cut(list, ';', &item, &list);
		use(arg, vms_str_trim(item));
	}
}

static void
print_item(void *arg, struct vms_str item)
{
	(void)arg;
	fputc(' ', stdout);
	out_text(stdout, item);
}

/* hidden is a list, max-archive-age a number, the others are flags. */
static void
json_item(void *arg, struct vms_str item)
{
	struct out_json *j = arg;
	struct vms_str key, value, one;
	char name[64];
	int64_t n;

	vms_str_cut(item, '=', &key, &value);
	if (vms_str_copy(name, sizeof(name), key) < 0)
		return;
	if (vms_str_eq(key, VMS_STR("hidden"))) {
		bool more = value.len > 0;

		out_open(j, name, '[');
		while (more) {
			more = vms_str_cut(value, ',', &one, &value);
			out_str(j, NULL, one);
		}
		out_close(j, ']');
	} else if (vms_num_parse(value, 0, INT64_MAX, &n) == 0) {
		out_num(j, name, n);
	} else if (vms_str_eq(value, VMS_STR("true"))) {
		out_bool(j, name, true);
	} else {
		out_str(j, name, value);
	}
}

static void
print_json(const struct vms_verdict_rep *v)
{
	struct out_json j = { .f = stdout };

	out_open(&j, NULL, '{');
	out_str(&j, "result", v->allow ? VMS_STR("ALLOW") : VMS_STR("DENY"));
	out_str(&j, "reason", v->reason);
	out_str(&j, "grant", v->grant);
	out_open(&j, "obligations", '{');
	each_obligation(v->obligations, json_item, &j);
	out_close(&j, '}');
	out_num(&j, "generation", (int64_t)v->generation);
	out_str(&j, "recorder", v->recorder);
	out_str(&j, "action", v->action);
	out_open(&j, "steps", '[');
	for (uint32_t i = 0; i < v->n_steps; i++) {
		out_open(&j, NULL, '{');
		out_num(&j, "step", v->steps[i].number);
		out_bool(&j, "passed", v->steps[i].passed);
		out_str(&j, "dn", v->steps[i].dn);
		out_str(&j, "text", v->steps[i].text);
		out_close(&j, '}');
	}
	out_close(&j, ']');
	out_str(&j, "user", v->user);
	out_str(&j, "decision", v->decision);
	out_close(&j, '}');
	fputc('\n', stdout);
}

static int
print_verdict(const struct vms_verdict_rep *v, bool past, bool json)
{
	if (json) {
		print_json(v);
		return v->allow ? CTL_OK : CTL_NO;
	}
	/* The words were not given: say what was asked. */
	if (past) {
		fputs("user ", stdout);
		out_text(stdout, v->user);
		fputs(", action ", stdout);
		out_text(stdout, v->action);
		fputs(", recorder ", stdout);
		out_text(stdout, v->recorder);
		fputc('\n', stdout);
	}
	print_steps(v);
	fputs(v->allow ? "ALLOW " : "DENY ", stdout);
	out_text(stdout, v->reason);
	each_obligation(v->obligations, print_item, NULL);
	fputc('\n', stdout);
	return v->allow ? CTL_OK : CTL_NO;
}

/* The --from word again; buf is INET6_ADDRSTRLEN bytes. */
static struct vms_str
from_word(const struct vms_from *from, char *buf)
{
	switch (from->kind) {
	case VMS_FROM_NONE:
	case VMS_FROM_UNBOUND:
		break;
	case VMS_FROM_ADDR:
		if (inet_ntop(from->addr.family == 4 ? AF_INET : AF_INET6,
		    from->addr.bytes, buf, INET6_ADDRSTRLEN) != NULL)
			return vms_str_of(buf);
		return VMS_STR("unknown");
	case VMS_FROM_LOCAL:
		return VMS_STR("local");
	case VMS_FROM_UNKNOWN:
		return VMS_STR("unknown");
	}
	return VMS_STR("");
}

static void
fill(const struct question *q, bool why, struct vms_check_req *c, char *from)
{
	const struct vms_request *rq = &q->rq;

	c->user = rq->user;
	c->what = vms_str_of(q->words[1]);
	if (rq->kind != VMS_KIND_NONE)
		c->kind = vms_str_of(vms_kind_name(rq->kind));
	c->resource = rq->resource;
	c->from = from_word(&rq->from, from);
	/* service=NAME says it already. */
	if (!rq->login)
		c->service = rq->service;
	c->recorder = rq->recorder;
	c->on_user = rq->on_user;
	c->approver = rq->approver;
	c->at_s = q->has_time ? rq->now_s : 0;
	c->break_glass = rq->break_glass;
	c->explain = why;
}

int
check_daemon(struct question *q, bool why)
{
	struct vms_message m = { .type = VMS_Q_CHECK };
	bool past = why && q->n_words == 1;
	char from[INET6_ADDRSTRLEN];
	struct vms_reply rep;
	int rc;

	if (past) {
		m.type = VMS_Q_EXPLAIN;
		m.u.word_req.word = vms_str_of(q->words[0]);
	} else if (question_set_words(q) != 0) {
		return CTL_USAGE;
	} else {
		fill(q, why, &m.u.check_req, from);
	}
	rc = ask(q->socket, &m, &rep);
	if (rc != CTL_OK)
		return rc;
	rc = print_verdict(&rep.msg.u.verdict_rep, past, q->json);
	vms_reply_fini(&rep);
	return rc;
}
