/* SPDX-License-Identifier: MIT */
/*
 * One decision in the state of now: what the asker did not say is filled in,
 * the verdict gets an id, a place in the ring and a line in the log.
 */
#include <inttypes.h>

#include "vmsd/adopt.h"
#include "vmsd/engine.h"
#include "vmsd/feed.h"
#include "vmsd/log.h"
#include "vmsd/origin.h"
#include "vmsd/record.h"
#include "vmsd/session.h"

void
vms_engine_fill_request(struct vms_engine *e, struct vms_request *rq)
{
	struct vms_feed_status s = vms_feed_status(e->feed);
	uint32_t index;

	rq->host = vms_str_of(e->ctx.conf.recorder);
	if (rq->now_s == 0)
		rq->now_s = vms_engine_wall_s();
	rq->clock_untrusted = s.clock_untrusted;
	rq->directory_down = s.stale;
	rq->snapshot_age_s = s.age_s < 0 ? INT64_MAX : s.age_s;
	rq->sessions = -1;
	if (e->gen.model != NULL && vms_model_user_by_name(e->gen.model,
	    rq->user, &index, NULL) == 0)
		rq->sessions = vms_sessions_live(e->sessions,
		    vms_model_user(e->gen.model, index).uuid);
}

static void
log_decision(const struct vms_engine *e, uint32_t by,
    const struct vms_request *rq, const struct vms_verdict *v,
    struct vms_str reason, const char *id)
{
	/* Questions of the API are many; logins are what is looked for. */
	enum vms_level level = !rq->login ? VMS_LOG_DEBUG :
	    v->result == VMS_ALLOW ? VMS_LOG_INFO : VMS_LOG_NOTICE;
	char user[VMS_LOG_QUOTE_SIZE], service[VMS_LOG_QUOTE_SIZE],
	    dn[VMS_LOG_QUOTE_SIZE], why[VMS_LOG_QUOTE_SIZE],
	    action[VMS_LOG_QUOTE_SIZE], from[VMS_ORIGIN_TEXT_SIZE];

	if (level > vms_log_max())
		return;
	vms_log(level, "decided decision=%s result=%s reason=%s by=%u "
	    "user=%s action=%s service=%s from=%s recorder=%.*s rule=%s "
	    "generation=%" PRIu64, id, v->result == VMS_ALLOW ? "allow" :
	    "deny", vms_log_quote(why, sizeof(why), reason), by,
	    vms_log_quote(user, sizeof(user), rq->user),
	    vms_log_quote(action, sizeof(action),
	    v->action.len > 0 ? v->action : rq->action),
	    vms_log_quote(service, sizeof(service), rq->service),
	    vms_origin_text(&rq->from, from, sizeof(from)),
	    VMS_STR_ARG(v->recorder.len > 0 ? v->recorder : rq->host),
	    vms_log_quote(dn, sizeof(dn), v->grant_dn), e->gen.number);
}

/* Who has the name, the id or the DN of somebody who was deleted is nobody
 * here until an administrator says that he is meant. */
static void
deny_reused(const struct vms_engine *e, const struct vms_request *rq,
    struct vms_verdict *v)
{
	uint32_t index;

	if (e->gen.model == NULL || vms_model_user_by_name(e->gen.model,
	    rq->user, &index, NULL) == -1 || !vms_adopt_is_reused(e,
	    vms_model_user(e->gen.model, index).uuid))
		return;
	*v = (struct vms_verdict){ .result = VMS_DENY,
	    .reason = VMS_R_IDENTITY_REUSED, .max_archive_age_s = -1,
	    .user_dn = v->user_dn, .recorder = v->recorder,
	    .action = v->action };
}

void
vms_engine_decide(struct vms_engine *e, uint32_t by, struct vms_request *rq,
    struct vms_arena *scratch, struct vms_trace *trace,
    struct vms_verdict *v, char *id)
{
	const struct vms_services services = { e->ctx.conf.services,
	    e->ctx.conf.n_services };
	struct vms_str reason;

	*v = (struct vms_verdict){ .result = VMS_DENY,
	    .reason = VMS_R_DIRECTORY_UNAVAILABLE, .max_archive_age_s = -1 };
	vms_engine_fill_request(e, rq);
	rq->services = &services;
	/* This host's own bound on age; the policy's is the decision's. */
	if (e->gen.model != NULL && !(rq->directory_down &&
	    rq->snapshot_age_s > e->ctx.conf.offline.max_age_s))
		vms_decide(e->gen.model, rq, scratch, trace, v);
	rq->services = NULL;
	deny_reused(e, rq, v);
	reason = vms_verdict_reason(v, scratch);
	vms_records_add(e->records, rq, v->result == VMS_ALLOW, reason,
	    v->grant_dn, e->gen.number, id);
	log_decision(e, by, rq, v, reason, id);
}
