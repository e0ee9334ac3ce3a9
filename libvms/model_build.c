/* SPDX-License-Identifier: MIT */
/* Building a model: which entry is what, and the order of the work. */
#include "libvms/build_priv.h"

#include <stdlib.h>

#include "libvms/dn.h"

static struct vms_str
or_default(struct vms_str s, const char *name)
{
	return s.len > 0 ? s : vms_str_of(name);
}

/* The readers take C strings: a copy with a NUL. */
static struct vms_str
keep(struct vms_model_builder *b, struct vms_str s)
{
	return vms_build_str(b, s);
}

static void
fill_map(struct vms_model_builder *b, const struct vms_attr_map *in)
{
	struct vms_attr_map *m = &b->map;

	m->user_name = keep(b, or_default(in->user_name, "uid"));
	m->uid = keep(b, or_default(in->uid, "uidNumber"));
	m->gid = keep(b, or_default(in->gid, "gidNumber"));
	m->gecos = keep(b, or_default(in->gecos, "gecos"));
	m->home = keep(b, or_default(in->home, "homeDirectory"));
	m->shell = keep(b, or_default(in->shell, "loginShell"));
	m->group_name = keep(b, or_default(in->group_name, "cn"));
	m->group_gid = keep(b, or_default(in->group_gid, "gidNumber"));
	m->member = keep(b, or_default(in->member, "member"));
	m->member_uid = keep(b, or_default(in->member_uid, "memberUid"));
	m->ssh_key = keep(b, or_default(in->ssh_key, "sshPublicKey"));
}

/* A base that is no DN must not come to mean "anywhere". */
static struct vms_str
normal_base(struct vms_model_builder *b, struct vms_str dn)
{
	struct vms_str ndn = { NULL, 0 };

	if (dn.len > 0 && vms_dn_normal(dn, &b->m->arena, &ndn) != 0)
		ndn = VMS_STR("\001");
	return ndn;
}

struct vms_model_builder *
vms_model_builder_new(const struct vms_model_params *params)
{
	struct vms_model_builder *b = calloc(1, sizeof(*b));

	if (b == NULL)
		return NULL;
	b->m = calloc(1, sizeof(*b->m));
	if (b->m == NULL) {
		free(b);
		return NULL;
	}
	b->params = params;
	fill_map(b, &params->map);
	b->users_base = normal_base(b, params->users_base);
	b->groups_base = normal_base(b, params->groups_base);
	b->policy_base = normal_base(b, params->policy_base);
	b->factless_base = normal_base(b, params->factless_base);
	return b;
}

void
vms_model_builder_free(struct vms_model_builder *b)
{
	struct vec *all[] = { &b->nodes, &b->users, &b->groups, &b->profiles,
		&b->roles, &b->grants, &b->things, &b->pools, &b->timetables,
		&b->licenses, &b->findings, &b->user_names, &b->thing_names };

	if (b == NULL)
		return;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		free(all[i]->p);
	free(b->slots);
	vms_arena_fini(&b->scratch);
	vms_model_free(b->m);
	free(b);
}

void
vms_model_free(struct vms_model *m)
{
	if (m == NULL)
		return;
	vms_arena_fini(&m->arena);
	free(m);
}

/* The classes of the policy tree and the one container of each. */
enum policy_class {
	CLASS_ROLE, CLASS_ROLE_GRANT, CLASS_ACTION_GRANT, CLASS_RECORDER,
	CLASS_RECORDERGROUP, CLASS_CAMERA, CLASS_CAMERAGROUP, CLASS_LAYOUT,
	CLASS_POOL, CLASS_SCHEDULE, CLASS_PROFILE, CLASS_ASSIGNMENT,
	CLASS_CASE, CLASS_POLICY, CLASS_COUNT
};

static const struct {
	const char *object_class;
	const char *container;		/* NULL: the policy base itself */
} policy_classes[CLASS_COUNT] = {
	[CLASS_ROLE] = { "vmsRole", "roles" },
	[CLASS_ROLE_GRANT] = { "vmsRoleGrant", "grants" },
	[CLASS_ACTION_GRANT] = { "vmsActionGrant", "grants" },
	[CLASS_RECORDER] = { "vmsRecorder", "recorders" },
	[CLASS_RECORDERGROUP] = { "vmsRecorderGroup", "recordergroups" },
	[CLASS_CAMERA] = { "vmsCamera", "cameras" },
	[CLASS_CAMERAGROUP] = { "vmsCameraGroup", "cameragroups" },
	[CLASS_LAYOUT] = { "vmsLayout", "layouts" },
	[CLASS_POOL] = { "vmsIpPool", "ippools" },
	[CLASS_SCHEDULE] = { "vmsSchedule", "schedules" },
	[CLASS_PROFILE] = { "vmsProfile", "profiles" },
	[CLASS_ASSIGNMENT] = { "vmsLicenseAssignment", "assignments" },
	[CLASS_CASE] = { "vmsAnalyticsCase", "cases" },
	[CLASS_POLICY] = { "vmsPolicy", NULL },
};

static void
take_policy_class(struct vms_model_builder *b, const struct vms_entry *e,
    uint32_t node, enum policy_class c)
{
	switch (c) {
	case CLASS_ROLE:
		vms_take_role(b, e, node);
		break;
	case CLASS_ROLE_GRANT:
	case CLASS_ACTION_GRANT:
		vms_take_grant(b, e, node);
		break;
	case CLASS_RECORDER:
		vms_take_thing(b, e, node, VMS_KIND_RECORDER);
		break;
	case CLASS_RECORDERGROUP:
		vms_take_thing(b, e, node, VMS_KIND_RECORDERGROUP);
		break;
	case CLASS_CAMERA:
		vms_take_thing(b, e, node, VMS_KIND_CAMERA);
		break;
	case CLASS_CAMERAGROUP:
		vms_take_thing(b, e, node, VMS_KIND_CAMERAGROUP);
		break;
	case CLASS_LAYOUT:
		vms_take_thing(b, e, node, VMS_KIND_LAYOUT);
		break;
	case CLASS_POOL:
		vms_take_pool(b, e, node);
		break;
	case CLASS_SCHEDULE:
		vms_take_schedule(b, e, node);
		break;
	case CLASS_PROFILE:
		vms_take_profile(b, e, node);
		break;
	case CLASS_ASSIGNMENT:
		vms_take_assignment(b, e);
		break;
	case CLASS_CASE:
		vms_take_case(b, e);
		break;
	case CLASS_POLICY:
		vms_take_policy(b, e, node);
		break;
	case CLASS_COUNT:
		break;
	}
}

/* Whether an entry of that class may stand where it stands. */
static bool
is_placed(struct vms_model_builder *b, uint32_t node, enum policy_class c)
{
	const struct node *nodes = b->nodes.p;
	const char *container = policy_classes[c].container;

	/* Read by class from a file, only roles are held to their place. */
	if (b->params->policy_base.len == 0)
		return c != CLASS_ROLE ||
		    vms_build_lies_in(b, node, container);
	if (container == NULL)
		return vms_str_eq(vms_dn_parent(nodes[node].ndn),
		    b->policy_base);
	return vms_build_lies_in(b, node, container);
}

/* True if the entry is of one of those classes, taken or not. */
static bool
take_policy_entry(struct vms_model_builder *b, const struct vms_entry *e,
    uint32_t node)
{
	for (int c = 0; c < CLASS_COUNT; c++) {
		const char *name = policy_classes[c].object_class;

		if (!vms_entry_is(e, vms_str_of(name)))
			continue;
		if (is_placed(b, node, (enum policy_class)c)) {
			take_policy_class(b, e, node, (enum policy_class)c);
			return true;
		}
		vms_build_find(b, "entry-misplaced", e->dn, "objectClass",
		    true, "a %s outside its container is ignored", name);
		return true;
	}
	return false;
}

static bool
is_any_of(const struct vms_entry *e, const char *const *names)
{
	for (; *names != NULL; names++)
		if (vms_entry_is(e, vms_str_of(*names)))
			return true;
	return false;
}

static bool
is_within(struct vms_model_builder *b, uint32_t node, struct vms_str param,
    struct vms_str base)
{
	const struct node *nodes = b->nodes.p;

	return param.len == 0 || vms_dn_is_within(nodes[node].ndn, base);
}

static void
take_identity(struct vms_model_builder *b, const struct vms_entry *e,
    uint32_t node)
{
	static const char *const accounts[] = { "posixAccount", "vmsUser",
		NULL };
	static const char *const groups[] = { "groupOfNames", "posixGroup",
		"groupOfUniqueNames", "groupOfMembers", "group", NULL };
	static const char *const persons[] = { "inetOrgPerson", "user",
		"account", "person", "organizationalPerson", NULL };
	bool account = is_any_of(e, accounts);

	if (!account && is_any_of(e, groups)) {
		if (is_within(b, node, b->params->groups_base,
		    b->groups_base))
			vms_take_group(b, e, node);
		return;
	}
	/* A person without an account counts where he has a login name. */
	if (!account && (!is_any_of(e, persons) ||
	    vms_read_all(e, b->map.user_name.p).n == 0))
		return;
	if (is_within(b, node, b->params->users_base, b->users_base))
		vms_take_user(b, e, node);
}

int
vms_model_builder_add(struct vms_model_builder *b,
    const struct vms_entry *e, struct vms_err *err)
{
	uint32_t node;
	struct node *nodes;

	vms_arena_reset(&b->scratch);
	node = vms_build_node(b, e->dn);
	if (b->oom)
		return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	nodes = b->nodes.p;
	if (nodes[node].kind != NODE_NONE) {
		vms_build_find(b, "dn-duplicate", e->dn, NULL, true,
		    "a second entry of this name is ignored");
	} else {
		nodes[node].kind = NODE_OTHER;
		if (!take_policy_entry(b, e, node))
			take_identity(b, e, node);
	}
	if (b->oom)
		return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	return 0;
}

/* Move an array to the arena. */
static void *
settle(struct vms_model_builder *b, struct vec *v, size_t size, uint32_t *n)
{
	void *p = vms_arena_dup(&b->m->arena, v->p, v->n, size);

	if (p == NULL) {
		b->oom = true;
		return NULL;
	}
	*n = v->n;
	free(v->p);
	*v = (struct vec){ 0 };
	return p;
}

static void
settle_all(struct vms_model_builder *b)
{
	struct vms_model *m = b->m;

#define SETTLE(name) \
	(m->name = settle(b, &b->name, sizeof(*m->name), &m->n_##name))
	SETTLE(users);
	SETTLE(groups);
	SETTLE(profiles);
	SETTLE(roles);
	SETTLE(grants);
	SETTLE(things);
	SETTLE(pools);
	SETTLE(timetables);
	SETTLE(licenses);
	SETTLE(user_names);
	SETTLE(thing_names);
#undef SETTLE
}

struct vms_model *
vms_model_builder_finish(struct vms_model_builder *b, struct vms_err *err)
{
	static void (*const steps[])(struct vms_model_builder *) = {
		settle_all, vms_link_names, vms_link_users, vms_link_groups,
		vms_link_roles, vms_link_things, vms_link_licenses,
		vms_link_grants, vms_link_posix, vms_lint_model,
	};
	struct vms_model *m = NULL;

	vms_arena_reset(&b->scratch);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (!b->oom)
			steps[i](b);
	if (!b->oom)
		b->m->nodes = settle(b, &b->nodes, sizeof(struct node),
		    &b->m->n_nodes);
	if (!b->oom)
		b->m->findings = settle(b, &b->findings,
		    sizeof(struct vms_finding), &b->m->n_findings);
	if (!b->oom) {
		m = b->m;
		b->m = NULL;
	} else {
		vms_fail(err, VMS_E_SYSTEM, "out of memory");
	}
	vms_model_builder_free(b);
	return m;
}
