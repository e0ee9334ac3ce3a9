/* SPDX-License-Identifier: MIT */
/* People for the model: the account, the VMS facts, whose profile it is. */
#include "libvms/build_priv.h"

#include "libvms/dn.h"
#include "libvms/gtime.h"

/* Windows counts from 1601, in tenths of microseconds. */
#define FILETIME_PER_S 10000000
#define FILETIME_EPOCH_S INT64_C(11644473600)
#define DAY_S 86400

/* A lock for good is this value; all others are the moment of one that wrong
 * passwords brought about (draft-behera-ldap-password-policy 5.3.3). */
#define LOCKED_FOR_GOOD "000001010000Z"

/* The server's own locks; what cannot be read is a lock. */
static void
read_locks(const struct vms_entry *e, struct user *u)
{
	int64_t flags = vms_read_count(e, "userAccountControl");
	int64_t filetime = vms_read_count(e, "accountExpires");
	struct vms_str days;
	bool has_time = vms_read_all(e, "pwdAccountLockedTime").n > 0;
	int64_t day;

	u->locked = vms_read_has(e, "pwdAccountLockedTime",
	    LOCKED_FOR_GOOD) || vms_read_has(e, "nsAccountLock", "TRUE") ||
	    flags == -2 || (flags > 0 && (flags & 2) != 0);
	u->expires_s = INT64_MAX;
	if (filetime == -2)
		u->locked = true;
	else if (filetime > 0 && filetime != INT64_MAX)
		u->expires_s = (filetime + FILETIME_PER_S - 1) /
		    FILETIME_PER_S - FILETIME_EPOCH_S;
	if (vms_read_all(e, "shadowExpire").n == 0)
		;
	else if (vms_read_one(e, "shadowExpire", &days) != 0 ||
	    vms_num_parse(days, -1, INT32_MAX, &day) != 0)
		u->locked = true;
	else if (day >= 0 && day * DAY_S < u->expires_s)
		u->expires_s = day * DAY_S;
	u->only_guessed = has_time && !u->locked;
	u->locked |= has_time;
}

static void
read_facts(struct vms_model_builder *b, const struct vms_entry *e,
    struct facts *f)
{
	bool several;

	if (vms_read_is(e, "vmsAccountState", "enabled"))
		f->state = STATE_ENABLED;
	else if (vms_read_all(e, "vmsAccountState").n == 1)
		f->state = STATE_DISABLED;
	else
		vms_build_find(b, "user-state-unreadable", e->dn,
		    "vmsAccountState", false, "the account is denied");
	if (vms_read_is(e, "vmsIpMode", "any"))
		f->ip_mode = IP_ANY;
	else if (vms_read_is(e, "vmsIpMode", "pool"))
		f->ip_mode = IP_POOL;
	else
		vms_build_find(b, "user-ip-mode-unreadable", e->dn,
		    "vmsIpMode", false, "every login is denied");
	f->protected = vms_read_is(e, "vmsProtected", "TRUE");
	f->valid = vms_read_bounds(b, e, false);
	f->pools = vms_read_refs(b, e, "vmsIpPoolRef");
	f->schedule = vms_read_ref(b, e, "vmsScheduleRef", &several);
	f->has_schedule = f->schedule != NONE || several;
	f->max_sessions = vms_read_count(e, "vmsMaxSessions");
	/* A limit that is there and unreadable lets nobody in. */
	if (f->max_sessions == -2)
		f->max_sessions = 0;
}

static bool
must_change(const struct vms_entry *e)
{
	return vms_read_has(e, "pwdReset", "TRUE") ||
	    vms_read_count(e, "pwdLastSet") == 0 ||
	    vms_read_count(e, "shadowLastChange") == 0;
}

/* One id; flags says what is wrong with it. */
static uint32_t
read_id(const struct vms_entry *e, const char *attr, unsigned int none,
    unsigned int several, unsigned int bad, unsigned int *flaws)
{
	struct vms_str val;
	uint32_t id;
	int r = vms_read_one(e, attr, &val);

	if (r != 0) {
		*flaws |= r == -2 ? several : none;
		return 0;
	}
	if (vms_id_parse(val, &id) != 0)
		*flaws |= bad;
	return id;
}

static void
read_posix(struct vms_model_builder *b, const struct vms_entry *e,
    struct user *u)
{
	struct strs names = vms_read_all(e, b->map.user_name.p);

	u->name = vms_read_str(b, e, b->map.user_name.p);
	if (u->name.len == 0)
		u->flaws |= VMS_FLAW_NO_NAME;
	if (names.n > 1)
		u->flaws |= VMS_FLAW_NAMES;
	u->uid = read_id(e, b->map.uid.p, VMS_FLAW_NO_ID, VMS_FLAW_IDS,
	    VMS_FLAW_BAD_ID, &u->flaws);
	u->gid = read_id(e, b->map.gid.p, VMS_FLAW_GID, VMS_FLAW_GID,
	    VMS_FLAW_GID, &u->flaws);
	if (!b->params->posix)
		return;
	u->gecos = vms_read_str(b, e, b->map.gecos.p);
	if (u->gecos.len == 0)
		u->gecos = vms_read_str(b, e, "cn");
	u->home = vms_read_str(b, e, b->map.home.p);
	u->shell = vms_read_str(b, e, b->map.shell.p);
	u->keys = vms_read_strs(b, e, b->map.ssh_key.p);
}

void
vms_take_user(struct vms_model_builder *b, const struct vms_entry *e,
    uint32_t node)
{
	struct strs names = vms_read_all(e, b->map.user_name.p);
	struct user *u = vms_build_push(b, &b->users, sizeof(*u));
	struct node *n = b->nodes.p;
	struct facts *facts;

	if (u == NULL)
		return;
	n[node].kind = NODE_USER;
	n[node].index = b->users.n - 1;
	memcpy(u->uuid, e->uuid, VMS_UUID_LEN);
	u->node = node;
	u->dn = vms_str_eq(e->dn, n[node].ndn) ? n[node].ndn :
	    vms_build_str(b, e->dn);
	u->language = vms_read_str(b, e, "preferredLanguage");
	u->must_change = must_change(e);
	u->stamp = vms_read_str(b, e, "pwdChangedTime");
	if (u->stamp.len == 0)
		u->stamp = vms_read_str(b, e, "pwdLastSet");
	read_locks(e, u);
	read_posix(b, e, u);
	for (uint32_t i = 0; i < names.n; i++) {
		struct name *name = vms_build_push(b, &b->user_names,
		    sizeof(*name));

		if (name == NULL)
			return;
		name->index = b->users.n - 1;
		name->name = i == 0 ? u->name : vms_build_str(b, names.v[i]);
	}
	if (!vms_entry_is(e, VMS_STR("vmsUser")))
		return;
	facts = vms_build_alloc(b, 1, sizeof(*facts));
	if (facts == NULL)
		return;
	read_facts(b, e, facts);
	u->own_facts = u->has_own = true;
	u->facts = facts;
}

void
vms_take_profile(struct vms_model_builder *b, const struct vms_entry *e,
    uint32_t node)
{
	struct profile *p = vms_build_push(b, &b->profiles, sizeof(*p));
	struct facts facts = { 0 };
	struct ids subjects;
	struct node *n;
	uint32_t index = b->profiles.n - 1;

	if (p == NULL)
		return;
	read_facts(b, e, &facts);
	subjects = vms_read_refs(b, e, "vmsSubject");
	n = b->nodes.p;
	n[node].kind = NODE_PROFILE;
	n[node].index = index;
	p->dn = vms_build_str(b, e->dn);
	p->facts = facts;
	p->subjects = subjects;
}

/* The profile that serves people without facts, or NULL. */
static const struct facts *
factless_profile(struct vms_model_builder *b)
{
	struct vms_str dn;
	const struct node *nodes;
	uint32_t node;

	if (b->params->factless_base.len == 0 ||
	    vms_model_parameter(b->m, VMS_STR("users-without-facts"),
	    &dn) != 0)
		return NULL;
	node = vms_build_find_node(b, dn);
	nodes = b->nodes.p;
	if (node == NONE || nodes[node].kind != NODE_PROFILE) {
		vms_build_find(b, "parameter-dangling", b->m->policy.dn,
		    "vmsParameter", false,
		    "users-without-facts names no profile");
		return NULL;
	}
	return &b->m->profiles[nodes[node].index].facts;
}

static void
link_profile(struct vms_model_builder *b, const struct profile *p)
{
	const struct node *nodes = b->nodes.p;

	for (uint32_t i = 0; i < p->subjects.n; i++) {
		const struct node *n = &nodes[p->subjects.v[i]];
		struct user *u;

		if (n->kind != NODE_USER)
			continue;
		u = &b->m->users[n->index];
		u->has_own = true;
		if (u->own_facts) {
			vms_build_find(b, "profile-unused", p->dn,
			    "vmsSubject", false,
			    "%.*s has facts of its own",
			    VMS_STR_ARG(n->ndn));
		} else if (u->facts != NULL) {
			u->several_facts = true;
			vms_build_find(b, "profile-several", u->dn, NULL,
			    false, "several profiles: the user is denied");
		} else {
			u->facts = &p->facts;
		}
	}
}

/* Somebody who lost his facts must not fare better for it. */
static void
mark_known(struct vms_model_builder *b)
{
	const struct vms_model_params *p = b->params;
	uint32_t index;

	for (uint32_t i = 0; i < p->n_had_facts; i++)
		if (vms_model_user_by_uuid(b->m, p->had_facts[i],
		    &index) == 0)
			b->m->users[index].has_own = true;
}

void
vms_link_users(struct vms_model_builder *b)
{
	const struct node *nodes = b->nodes.p;
	const struct facts *rest;

	for (uint32_t i = 0; i < b->m->n_profiles; i++)
		link_profile(b, &b->m->profiles[i]);
	mark_known(b);
	rest = factless_profile(b);
	nodes = b->nodes.p;
	for (uint32_t i = 0; rest != NULL && i < b->m->n_users; i++) {
		struct user *u = &b->m->users[i];

		if (!u->has_own && vms_dn_is_within(nodes[u->node].ndn,
		    b->factless_base))
			u->facts = rest;
	}
}
