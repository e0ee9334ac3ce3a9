/* SPDX-License-Identifier: MIT */
/* Who reaches what: see reach.h. */
#include "vmsctl/reach.h"

#include <stdlib.h>
#include <string.h>

struct vms_str
vms_join(struct vms_arena *a, struct vms_str head, char sep,
    struct vms_str tail)
{
	char *p = vms_arena_alloc(a, head.len + tail.len + 2);

	if (p == NULL)
		return (struct vms_str){ NULL, 0 };
	if (head.len > 0) {
		memcpy(p, head.p, head.len);
		p[head.len++] = sep;
	}
	if (tail.len > 0)
		memcpy(p + head.len, tail.p, tail.len);
	return (struct vms_str){ p, head.len + tail.len };
}

static int
compare_names(const void *x, const void *y)
{
	return vms_str_casecmp(*(const struct vms_str *)x,
	    *(const struct vms_str *)y);
}

static int
compare_users(const void *x, const void *y)
{
	const struct vms_reach_user *a = x, *b = y;
	int r = vms_str_casecmp(a->name, b->name);

	return r != 0 ? r : vms_str_cmp(a->dn, b->dn);
}

/* --- questions --- */

/* A self right tells an account that counts, an owner's one an owner. */
static struct vms_verdict
ask(struct vms_reach *r, struct vms_str user, struct vms_str action,
    enum vms_kind kind, struct vms_str thing)
{
	const struct vms_request rq = { .user = user, .action = action,
		.kind = kind, .resource = thing, .sessions = -1 };
	struct vms_verdict v;

	vms_arena_reset(&r->scratch);
	vms_decide(r->m, &rq, &r->scratch, NULL, &v);
	return v;
}

bool
vms_reach_may(struct vms_reach *r, const struct vms_peers *c,
    struct vms_str action, enum vms_kind kind, struct vms_str thing,
    const uint32_t **why, uint32_t *n_why)
{
	struct vms_verdict v = ask(r, r->users[c->user].name, action, kind,
	    thing);
	bool may = v.result == VMS_ALLOW;

	if (why == NULL)
		return may;
	vms_arena_reset(&r->scratch);
	(void)vms_review_why(r->m, c->grants, c->n_grants, action, kind,
	    thing, &r->scratch, why, n_why, NULL);
	return may;
}

struct vms_str
vms_reach_why(struct vms_reach *r, const struct vms_peers *c,
    struct vms_str action, enum vms_kind kind, struct vms_str thing,
    char sep)
{
	struct vms_str out = { NULL, 0 };
	const uint32_t *why;
	uint32_t n;
	bool may = vms_reach_may(r, c, action, kind, thing, &why, &n);

	for (uint32_t i = 0; i < n; i++) {
		struct vms_grant_view g = vms_review_grant(r->m, why[i]);

		if (g.allow == may)
			out = vms_join(r->arena, out, sep, g.name);
	}
	return out.len == 0 && may && c->owner ? VMS_STR("owner") : out;
}

struct vms_str
vms_reach_logins(struct vms_reach *r, const struct vms_peers *c,
    struct vms_str recorder, char sep)
{
	static const struct vms_str head = { "login.", 6 };
	struct vms_str out = { NULL, 0 };

	for (int i = 0; i < vms_action_count(); i++) {
		struct vms_str name = vms_action_get(i)->name;

		if (vms_action_get(i)->klass == VMS_ACTION_LOGIN &&
		    vms_str_has_prefix(name, head) &&
		    vms_reach_may(r, c, name, VMS_KIND_RECORDER, recorder,
		    NULL, NULL))
			out = vms_join(r->arena, out, sep, (struct vms_str){
			    name.p + head.len, name.len - head.len });
	}
	return out;
}

struct vms_str
vms_reach_actions(struct vms_reach *r, const struct vms_peers *c,
    enum vms_scope scope, enum vms_kind kind, struct vms_str thing, char sep)
{
	struct vms_str out = { NULL, 0 };

	for (int i = 0; i < vms_action_count(); i++)
		if (vms_action_get(i)->scope == scope &&
		    vms_reach_may(r, c, vms_action_get(i)->name, kind, thing,
		    NULL, NULL))
			out = vms_join(r->arena, out, sep,
			    vms_action_get(i)->name);
	return out;
}

/* The role of next lower rank (or later name) than *last that c holds. */
static bool
next_role(const struct vms_reach *r, const struct vms_peers *c,
    struct vms_grant_view *last)
{
	struct vms_grant_view best = { .rank = -2 };

	for (uint32_t i = 0; i < c->n_grants; i++) {
		struct vms_grant_view g = vms_review_grant(r->m,
		    c->grants[i]);
		bool after = last->rank > g.rank || (last->rank == g.rank &&
		    vms_str_casecmp(last->role, g.role) < 0);

		if (g.allow && g.role.len > 0 && after &&
		    (g.rank > best.rank || (g.rank == best.rank &&
		    vms_str_casecmp(g.role, best.role) < 0)))
			best = g;
	}
	*last = best;
	return best.rank > -2;
}

struct vms_str
vms_reach_roles(struct vms_reach *r, const struct vms_peers *c, char sep)
{
	struct vms_grant_view last = { .rank = INT64_MAX };
	struct vms_str out = { NULL, 0 };

	while (next_role(r, c, &last))
		out = vms_join(r->arena, out, sep, last.role);
	return out;
}

int64_t
vms_reach_rank(const struct vms_reach *r, const struct vms_peers *c)
{
	struct vms_grant_view last = { .rank = INT64_MAX };

	return next_role(r, c, &last) ? last.rank : -1;
}

const struct vms_reach_user *
vms_reach_user(const struct vms_reach *r, struct vms_str name)
{
	for (uint32_t i = 0; i < r->n_users; i++)
		if (vms_str_caseeq(r->users[i].name, name))
			return &r->users[i];
	return NULL;
}

/* --- classes --- */

static uint32_t
hash(const struct vms_peers *c)
{
	uint32_t h = 2166136261u ^ (uint32_t)(c->owner << 1 | c->none);

	for (uint32_t i = 0; i < c->n_grants; i++)
		h = (h ^ c->grants[i]) * 16777619u;
	return h;
}

static bool
same(const struct vms_peers *a, const struct vms_peers *b)
{
	return a->owner == b->owner && a->none == b->none &&
	    a->n_grants == b->n_grants && (a->n_grants == 0 ||
	    memcmp(a->grants, b->grants, a->n_grants *
	    sizeof(*a->grants)) == 0);
}

static int
find_class(struct vms_reach *r, struct vms_reach_user *u, uint32_t at,
    struct vms_err *err)
{
	struct vms_peers c = { .user = at }, *list = r->classes;
	struct vms_arena work = { 0 };
	uint32_t *slot, i;
	int rc;

	c.none = ask(r, u->name, VMS_STR("profile.view-own"), VMS_KIND_NONE,
	    (struct vms_str){ NULL, 0 }).result != VMS_ALLOW;
	c.owner = ask(r, u->name, VMS_STR("policy.edit"), VMS_KIND_NONE,
	    (struct vms_str){ NULL, 0 }).reason == VMS_R_OWNER;
	rc = vms_review_grants(r->m, u->index, &work, &c.grants, &c.n_grants,
	    err);
	if (rc != 0)
		goto out;
	slot = &r->slots[hash(&c) & (r->n_slots - 1)];
	for (i = *slot; i != 0; i = list[i - 1].next)
		if (same(&list[i - 1], &c))
			break;
	if (i == 0) {
		c.grants = vms_arena_dup(r->arena, c.grants, c.n_grants,
		    sizeof(*c.grants));
		c.next = *slot;
		list[r->n_classes++] = c;
		*slot = i = r->n_classes;
		if (c.n_grants > 0 && c.grants == NULL)
			rc = vms_fail(err, VMS_E_SYSTEM, "out of memory");
	}
	u->klass = i - 1;
	list[i - 1].n_users++;
out:
	vms_arena_fini(&work);
	return rc;
}

static int
take_users(struct vms_reach *r, const struct vms_tree *tree,
    struct vms_err *err)
{
	uint32_t n = vms_model_counts(r->m).users;

	r->n_slots = 64;
	while (r->n_slots < n)
		r->n_slots *= 2;
	r->users = vms_arena_calloc(r->arena, n + 1ul, sizeof(*r->users));
	r->classes = vms_arena_calloc(r->arena, n + 1ul,
	    sizeof(*r->classes));
	r->slots = vms_arena_calloc(r->arena, r->n_slots, sizeof(*r->slots));
	if (r->users == NULL || r->classes == NULL || r->slots == NULL)
		return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	for (uint32_t i = 0; i < n; i++) {
		struct vms_user_view v = vms_model_user(r->m, i);

		r->users[i] = (struct vms_reach_user){
			.item = vms_tree_find(tree, v.dn), .name = v.name,
			.dn = v.dn, .index = i };
	}
	r->n_users = n;
	if (n > 0)
		qsort(r->users, n, sizeof(*r->users), compare_users);
	for (uint32_t i = 0; i < n; i++)
		if (find_class(r, &r->users[i], i, err) != 0)
			return -1;
	return 0;
}

static int
take_things(struct vms_reach *r, const struct vms_tree *tree,
    struct vms_err *err)
{
	static const struct {
		const char *klass;
		enum vms_kind kind;
	} kinds[] = {
		{ "vmsRecorder", VMS_KIND_RECORDER },
		{ "vmsRecorderGroup", VMS_KIND_RECORDERGROUP },
		{ "vmsCamera", VMS_KIND_CAMERA },
		{ "vmsCameraGroup", VMS_KIND_CAMERAGROUP },
		{ "vmsLayout", VMS_KIND_LAYOUT }
	};

	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		struct vms_str klass = vms_str_of(kinds[k].klass), *list;
		uint32_t n = 0, cap = 0;

		for (uint32_t i = 0; i < tree->n; i++)
			cap += vms_entry_is(&tree->items[i].e, klass);
		list = vms_arena_calloc(r->arena, cap + 1ul, sizeof(*list));
		if (list == NULL)
			return vms_fail(err, VMS_E_SYSTEM, "out of memory");
		for (uint32_t i = 0; i < tree->n; i++)
			if (vms_entry_is(&tree->items[i].e, klass))
				list[n++] = vms_val(&tree->items[i].e, "cn");
		if (n > 0)
			qsort(list, n, sizeof(*list), compare_names);
		r->things[kinds[k].kind] = list;
		r->n_things[kinds[k].kind] = n;
	}
	return 0;
}

int
vms_reach_open(const struct vms_tree *tree, struct vms_arena *arena,
    struct vms_reach *r, struct vms_err *err)
{
	*r = (struct vms_reach){ .arena = arena };
	r->m = vms_tree_model(tree, NULL, true, err);
	if (r->m != NULL && take_users(r, tree, err) == 0 &&
	    take_things(r, tree, err) == 0)
		return 0;
	vms_reach_close(r);
	return -1;
}

void
vms_reach_close(struct vms_reach *r)
{
	vms_model_free(r->m);
	vms_arena_fini(&r->scratch);
	*r = (struct vms_reach){ 0 };
}
