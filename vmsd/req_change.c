/* SPDX-License-Identifier: MIT */
/* Whether a password may be changed, and must be; req_auth.c has it done. */
#include <string.h>

#include "libvms/password.h"
#include "vmsd/feed.h"
#include "vmsd/req_auth.h"

/* The user of a change; false: it was answered. */
static bool
may_change(struct vms_ask *a, struct vms_user_view *user)
{
	struct vms_request rq = { .user = a->m.u.pam_req.user,
	    .action = VMS_STR("password.change-own"),
	    .from = { .kind = VMS_FROM_UNBOUND } };
	struct vms_verdict v;
	char id[VMS_RECORD_ID_SIZE];

	if (vms_find_user(a->e, a->m.u.pam_req.user, user) == -1) {
		vms_auth_reply(a, vms_name_is_ours(a->e, a->m.u.pam_req.user) ?
		    VMS_PAM_DENIED : VMS_PAM_UNKNOWN, VMS_R_USER_UNKNOWN, "",
		    true);
		return false;
	}
	vms_engine_decide(a->e, a->peer.uid, &rq, &a->arena, NULL, &v, id);
	if (v.result != VMS_ALLOW) {
		vms_pam_reply(a, VMS_PAM_DENIED, vms_shown_reason(a,
		    vms_verdict_reason(&v, &a->arena)),
		    vms_model_message(a->e->gen.model,
		    vms_reason_message_key(v.reason), user->language), true);
		return false;
	}
	if (vms_feed_may_ask(a->e->feed))
		return true;
	vms_auth_unavailable(a);
	return false;
}

void
vms_req_prechange(struct vms_ask *a)
{
	struct vms_user_view user = { 0 };
	bool must;

	if (!may_change(a, &user))
		return;
	if (a->m.u.pam_req.secret.len > 0) {
		if (vms_auth_is_hopeless(a->m.u.pam_req.secret))
			vms_auth_reply(a, VMS_PAM_AUTH_ERR,
			    VMS_R_PASSWORD_WRONG, "", true);
		else
			vms_auth_submit(a, &user, true);
		return;
	}
	must = user.must_change || vms_mustchange_get(&a->e->mustchange,
	    user.uuid, vms_engine_now_ms());
	vms_auth_reply(a, must ? VMS_PAM_NEW_TOKEN : VMS_PAM_OK, must ?
	    VMS_R_PASSWORD_CHANGE : VMS_R_AUTH_OK, "", false);
}

/* The suite's rule, as the policy tightens it. */
static enum vms_pw_problem
check_rule(const struct vms_engine *e, struct vms_str fresh,
    struct vms_pw_rule *rule)
{
	struct vms_str min = { 0 }, max = { 0 };
	struct vms_str charset = vms_str_of(e->ctx.conf.password_charset);
	struct vms_str policy;

	(void)vms_model_parameter(e->gen.model, VMS_STR("pw-min-length"),
	    &min);
	(void)vms_model_parameter(e->gen.model, VMS_STR("pw-max-length"),
	    &max);
	if (vms_model_parameter(e->gen.model, VMS_STR("pw-charset"),
	    &policy) == 0)
		charset = policy;
	*rule = vms_pw_rule_of(min, max, charset);
	return vms_pw_check(rule, fresh);
}

void
vms_req_change(struct vms_ask *a)
{
	const struct vms_pam_req *q = &a->m.u.pam_req;
	struct vms_user_view user = { 0 };
	enum vms_pw_problem problem;
	struct vms_pw_rule rule;
	char text[160];

	if (!may_change(a, &user))
		return;
	problem = check_rule(a->e, q->new_secret, &rule);
	if (problem != VMS_PW_FINE) {
		vms_pw_text(problem, &rule, text, sizeof(text));
		vms_pam_reply(a, VMS_PAM_TOKEN_ERR, vms_pw_reason(problem),
		    vms_str_of(text), true);
	} else if (vms_auth_is_hopeless(q->secret) ||
	    vms_auth_is_hopeless(q->new_secret)) {
		vms_auth_reply(a, VMS_PAM_AUTH_ERR, VMS_R_PASSWORD_WRONG,
		    "The current password is wrong", true);
	} else {
		vms_auth_submit(a, &user, true);
	}
}
