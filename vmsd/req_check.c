/* SPDX-License-Identifier: MIT */
/*
 * Questions of vmsctl and the API: may this user do that, why, and what may he
 * use.  Whoever asks about himself gets the reason, never rules or names of
 * others, and his address is that of his session.
 */
#include <string.h>

#include "vmsd/adopt.h"
#include "vmsd/origin.h"
#include "vmsd/procinfo.h"
#include "vmsd/request.h"
#include "vmsd/session.h"

/* Fill *rq from the words; false: it was answered. */
static bool
read_question(struct vms_ask *a, const struct vms_check_req *q,
    struct vms_request *rq)
{
	const struct vms_session *s;

	*rq = (struct vms_request){ .user = q->user, .action = q->what,
	    .service = q->service, .resource = q->resource,
	    .recorder = q->recorder, .on_user = q->on_user,
	    .approver = q->approver, .break_glass = q->break_glass,
	    .now_s = q->at_s };
	if (vms_str_has_prefix(q->what, VMS_STR("service="))) {
		rq->service.p = q->what.p + 8;
		rq->service.len = q->what.len - 8;
		rq->action = VMS_STR("");
		rq->login = true;
	}
	if (q->kind.len > 0 && vms_kind_parse(q->kind, &rq->kind) == -1) {
		vms_ask_error(a, VMS_E_MALFORMED, "\"%.*s\" is no kind of "
		    "resource", VMS_STR_ARG(q->kind));
		return false;
	}
	if (q->from.len > 0)
		rq->from = vms_from_parse(q->from);
	if (vms_may_ask_all(a))
		return true;
	if (!vms_is_self(a, q->user)) {
		vms_ask_error(a, VMS_E_DENIED, "only root and the users of "
		    "api.users may ask about others");
		return false;
	}
	/* Of himself a user learns how things are, not how they might be. */
	if (q->at_s != 0 || q->from.len > 0 || q->approver.len > 0 ||
	    q->recorder.len > 0 || q->break_glass) {
		vms_ask_error(a, VMS_E_DENIED, "only root and the users of "
		    "api.users may ask what if");
		return false;
	}
	s = vms_sessions_by_audit(a->e->sessions, a->peer.audit_session);
	if (s != NULL)
		rq->from = s->from;
	return true;
}

static void
put_steps(struct vms_ask *a, const struct vms_trace *t,
    struct vms_verdict_rep *rep)
{
	struct vms_step_rep *steps = vms_arena_calloc(&a->arena,
	    (size_t)t->n_steps + 1, sizeof(*steps));

	if (steps == NULL)
		return;
	for (uint32_t i = 0; i < t->n_steps; i++)
		steps[i] = (struct vms_step_rep){
			.number = (uint32_t)t->steps[i].number,
			.passed = t->steps[i].passed,
			.dn = t->steps[i].dn,
			.text = t->steps[i].text,
		};
	rep->steps = steps;
	rep->n_steps = t->n_steps;
}

/* Obligations without the names of cameras that the asker may not see. */
static struct vms_str
own_obligations(struct vms_verdict v, struct vms_arena *arena)
{
	v.hidden = NULL;
	v.n_hidden = 0;
	return vms_verdict_obligations(&v, arena);
}

struct vms_str
vms_shown_reason(const struct vms_ask *a, struct vms_str reason)
{
	struct vms_str head, tail;

	vms_str_cut(reason, ':', &head, &tail);
	return vms_may_ask_all(a) ? reason : head;
}

static void
reply_verdict(struct vms_ask *a, const struct vms_request *rq,
    const struct vms_verdict *v, const struct vms_trace *trace,
    const char *id)
{
	struct vms_message m = { .type = VMS_A_VERDICT };
	struct vms_verdict_rep *rep = &m.u.verdict_rep;
	bool all = vms_may_ask_all(a);

	rep->allow = v->result == VMS_ALLOW;
	rep->reason = vms_shown_reason(a, vms_verdict_reason(v, &a->arena));
	rep->grant = all ? v->grant_dn : VMS_STR("");
	rep->obligations = all ? vms_verdict_obligations(v, &a->arena) :
	    own_obligations(*v, &a->arena);
	rep->decision = vms_str_of(id);
	rep->user = rq->user;
	rep->action = v->action.len > 0 ? v->action : rq->action;
	rep->recorder = v->recorder.len > 0 ? v->recorder : rq->host;
	rep->generation = a->e->gen.number;
	if (all && trace != NULL)
		put_steps(a, trace, rep);
	vms_ask_reply(a, &m);
}

void
vms_req_check(struct vms_ask *a)
{
	const struct vms_check_req *q = &a->m.u.check_req;
	struct vms_trace trace = { .arena = &a->arena };
	struct vms_request rq;
	struct vms_verdict v;
	char id[VMS_RECORD_ID_SIZE];

	if (!read_question(a, q, &rq))
		return;
	vms_engine_decide(a->e, a->peer.uid, &rq, &a->arena,
	    q->explain ? &trace : NULL, &v, id);
	reply_verdict(a, &rq, &v, q->explain ? &trace : NULL, id);
}

/* A past decision: judged again as it was asked, by what is in force now. */
void
vms_req_explain(struct vms_ask *a)
{
	const struct vms_record *rec = vms_records_find(a->e->records,
	    a->m.u.word_req.word);
	const struct vms_services services = { a->e->ctx.conf.services,
	    a->e->ctx.conf.n_services };
	struct vms_trace trace = { .arena = &a->arena };
	struct vms_request rq;
	struct vms_verdict v = { .max_archive_age_s = -1 };

	/* To others it is as if there were no such decision. */
	if (rec == NULL || (!vms_may_ask_all(a) &&
	    !vms_is_self(a, rec->rq.user))) {
		vms_ask_error(a, VMS_E_NOT_FOUND, "no decision %.*s: the "
		    "last %d are kept; to ask about a user: why USER "
		    "service=NAME", VMS_STR_ARG(a->m.u.word_req.word),
		    VMS_RECORDS_MAX);
		return;
	}
	rq = rec->rq;
	rq.services = &services;
	if (a->e->gen.model != NULL)
		vms_decide(a->e->gen.model, &rq, &a->arena, &trace, &v);
	reply_verdict(a, &rq, &v, &trace, rec->id);
}

void
vms_req_list(struct vms_ask *a)
{
	struct vms_check_req q = a->m.u.check_req;
	struct vms_table t = { .arena = &a->arena };
	struct vms_err err = { 0 };
	const struct vms_str *names;
	struct vms_user_view u;
	struct vms_request rq;
	enum vms_kind kind;
	uint32_t n;

	q.what = VMS_STR("");
	q.resource = VMS_STR("");
	if (!read_question(a, &q, &rq))
		return;
	kind = rq.kind;
	rq.kind = VMS_KIND_NONE;
	if (a->e->gen.model == NULL) {
		vms_ask_error(a, VMS_E_UNAVAILABLE, "nothing is known of the "
		    "directory yet");
		return;
	}
	vms_engine_fill_request(a->e, &rq);
	if (vms_decide_list(a->e->gen.model, &rq, kind, &a->arena, &names, &n,
	    &err) == -1) {
		vms_ask_error(a, err.code, "%s", err.msg);
		return;
	}
	if (vms_find_user(a->e, rq.user, &u) == 0 &&
	    vms_adopt_is_reused(a->e, u.uuid))
		n = 0;
	for (uint32_t i = 0; i < n; i++) {
		vms_table_row(&t);
		vms_table_text(&t, "name", names[i]);
	}
	vms_table_reply(a, &t);
}
