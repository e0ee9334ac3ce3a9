/* SPDX-License-Identifier: MIT */
/*
 * Which request may come from whom, and who answers it.
 */
#include "vmsd/hostids.h"
#include "vmsd/log.h"
#include "vmsd/request.h"

enum who {
	BY_ROOT = 1,		/* uid 0 alone */
	BY_ROOT_OR_SELF,	/* and the user it is about */
	BY_ALL			/* the handler looks at what is asked */
};

static const struct {
	enum vms_msg type;
	enum who who;
	void (*handler)(struct vms_ask *a);
} table[] = {
	{ VMS_Q_PAM_AUTH, BY_ROOT_OR_SELF, vms_req_auth },
	{ VMS_Q_PAM_ACCT, BY_ROOT_OR_SELF, vms_req_acct },
	{ VMS_Q_PAM_OPEN, BY_ROOT, vms_req_open },
	{ VMS_Q_PAM_CLOSE, BY_ROOT, vms_req_close },
	{ VMS_Q_PAM_PRECHANGE, BY_ROOT_OR_SELF, vms_req_prechange },
	{ VMS_Q_PAM_CHANGE, BY_ROOT_OR_SELF, vms_req_change },
	{ VMS_Q_CHECK, BY_ALL, vms_req_check },
	{ VMS_Q_EXPLAIN, BY_ALL, vms_req_explain },
	{ VMS_Q_LIST, BY_ALL, vms_req_list },
	{ VMS_Q_WHOAMI, BY_ALL, vms_req_whoami },
	{ VMS_Q_STATUS, BY_ALL, vms_req_status },
	{ VMS_Q_SESSIONS, BY_ALL, vms_req_sessions },
	{ VMS_Q_KEYS, BY_ALL, vms_req_keys },
	{ VMS_Q_LINT, BY_ROOT, vms_req_lint },
	{ VMS_Q_SYNC, BY_ROOT, vms_req_sync },
	{ VMS_Q_WATCH, BY_ALL, vms_req_watch },
};

bool
vms_may_ask_all(const struct vms_ask *a)
{
	const struct vms_conf_list *users = &a->e->ctx.conf.api.users;
	uint32_t uid;

	if (a->peer.uid == 0)
		return true;
	for (size_t i = 0; i < users->n; i++)
		if (vms_hostids_uid(a->e->hostids, vms_str_of(users->v[i]),
		    &uid) == 0 && uid == a->peer.uid)
			return true;
	return false;
}

bool
vms_own_name(const struct vms_ask *a, struct vms_str *name)
{
	const struct vms_identity *id = &a->e->gen.identity;

	for (uint32_t i = 0; i < id->n_users; i++) {
		if (id->users[i].uid != a->peer.uid)
			continue;
		*name = id->users[i].name;
		return true;
	}
	return false;
}

bool
vms_is_self(const struct vms_ask *a, struct vms_str name)
{
	struct vms_str own;

	return vms_own_name(a, &own) && vms_str_caseeq(own, name);
}

static bool
is_allowed(const struct vms_ask *a, enum who who)
{
	switch (who) {
	case BY_ROOT:
		return a->peer.uid == 0;
	case BY_ROOT_OR_SELF:
		return a->peer.uid == 0 ||
		    vms_is_self(a, a->m.u.pam_req.user);
	case BY_ALL:
		return true;
	}
	return false;
}

void
vms_dispatch(struct vms_ask *a)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (table[i].type != a->m.type)
			continue;
		if (is_allowed(a, table[i].who)) {
			table[i].handler(a);
			return;
		}
		vms_log(VMS_LOG_NOTICE, "refused %s uid=%u pid=%u",
		    vms_msg_name(a->m.type), a->peer.uid, a->peer.pid);
		vms_ask_error(a, VMS_E_DENIED, "only root may ask this");
		return;
	}
	vms_ask_error(a, VMS_E_MALFORMED, "this is not a request");
}
