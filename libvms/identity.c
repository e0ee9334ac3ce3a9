/* SPDX-License-Identifier: MIT */
/* What is served of those who may be: see identity.h. */
#include "libvms/identity.h"

#include <stdlib.h>

#include "libvms/bounds.h"
#include "libvms/identity_impl.h"

#define NOT_SERVED UINT32_MAX

/* What is filled in on the way from claims to the result. */
struct serving {
	struct vms_id_user *users;
	struct vms_id_group *groups;
	uint32_t n_users, n_groups;
	uint32_t *slots;		/* of in->users: index in users */
	uint32_t *n_gids;		/* of in->users */
};

static int
by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, VMS_UUID_LEN);
}

static int
by_name(const void *a, const void *b)
{
	return vms_str_cmp(*(const struct vms_str *)a,
	    *(const struct vms_str *)b);
}

static int
by_claimed_name(const void *a, const void *b)
{
	const struct vms_claim *x = *(struct vms_claim *const *)a;
	const struct vms_claim *y = *(struct vms_claim *const *)b;

	return vms_str_cmp(x->name, y->name);
}

static int
by_claimed_id(const void *a, const void *b)
{
	const struct vms_claim *x = *(struct vms_claim *const *)a;
	const struct vms_claim *y = *(struct vms_claim *const *)b;

	return x->id < y->id ? -1 : x->id > y->id;
}

static int
by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* Memory that fails is looked at once, at the end of the build; until then
 * everything runs over nothing. */
static void *
take(struct vms_id_build *b, struct vms_arena *from, size_t n, size_t size)
{
	void *p = vms_arena_calloc(from, n, size);

	b->oom = b->oom || p == NULL;
	return p;
}

/* Those of the claims that are not out, in an order. */
static struct vms_claim **
left_of(struct vms_id_build *b, struct vms_claim *claims, uint32_t n,
    int (*cmp)(const void *, const void *), uint32_t *n_left)
{
	struct vms_claim **v = take(b, &b->tmp, n, sizeof(*v));

	*n_left = 0;
	if (v == NULL)
		return NULL;
	for (uint32_t i = 0; i < n; i++) {
		if (!claims[i].out)
			v[(*n_left)++] = &claims[i];
	}
	qsort(v, *n_left, sizeof(struct vms_claim *), cmp);
	return v;
}

/* Whoever cannot be seen here is out, and nothing is wrong with him. */
static void
hide_users(struct vms_id_build *b)
{
	const struct vms_identity_rules *r = b->rules;
	uint8_t (*known)[VMS_UUID_LEN];

	if (r->visible_all)
		return;
	known = take(b, &b->tmp, r->n_known, sizeof(*known));
	if (known == NULL)
		return;
	if (r->n_known > 0)
		memcpy(known, r->known, r->n_known * sizeof(*known));
	qsort(known, r->n_known, sizeof(*known), by_bytes);
	for (uint32_t i = 0; i < b->in->n_users; i++) {
		const struct vms_posix_user *u = &b->in->users[i];

		if (!u->reaches && bsearch(u->uuid, known, r->n_known,
		    sizeof(*known), by_bytes) == NULL)
			b->users[i].out = true;
	}
}

/* How many groups each user has; more than a process can hold would lose
 * some, so such a user is left out. */
static void
count_gids(struct vms_id_build *b, struct serving *s)
{
	for (uint32_t i = 0; i < b->in->n_groups; i++) {
		const struct vms_posix_group *g = &b->in->groups[i];

		for (uint32_t k = 0; !b->groups[i].out && k < g->n_users;
		    k++) {
			if (g->users[k] < b->in->n_users)
				s->n_gids[g->users[k]]++;
		}
	}
	for (uint32_t i = 0; i < b->in->n_users; i++) {
		struct vms_claim *c = &b->users[i];

		if (c->out || s->n_gids[i] <= VMS_GROUPS_MAX)
			continue;
		vms_id_complain(b, c->dn, "", "groups-too-many",
		    "is in more than %d groups; left out", VMS_GROUPS_MAX);
		c->out = true;
	}
}

static void
serve_users(struct vms_id_build *b, struct serving *s)
{
	struct vms_claim **v = left_of(b, b->users, b->in->n_users,
	    by_claimed_name, &s->n_users);

	s->users = take(b, b->arena, s->n_users, sizeof(*s->users));
	if (v == NULL || s->users == NULL) {
		s->n_users = 0;
		return;
	}
	for (uint32_t i = 0; i < b->in->n_users; i++)
		s->slots[i] = NOT_SERVED;
	for (uint32_t i = 0; i < s->n_users; i++) {
		const struct vms_posix_user *u = &b->in->users[v[i]->index];
		struct vms_id_user *to = &s->users[i];

		memcpy(to->uuid, u->uuid, VMS_UUID_LEN);
		to->name = u->name;
		to->uid = u->uid;
		to->gid = u->gid;
		to->disabled = u->disabled;
		to->gecos = vms_id_gecos(b, u);
		to->home = vms_id_home(b, u);
		to->shell = vms_id_shell(b, u);
		s->slots[v[i]->index] = i;
	}
}

static uint32_t
slot_of(const struct vms_id_build *b, const struct serving *s, uint32_t user)
{
	return user < b->in->n_users ? s->slots[user] : NOT_SERVED;
}

/* Groups are walked by gid, so every user's list comes out ascending. */
static void
serve_gids(struct vms_id_build *b, struct serving *s)
{
	uint32_t n_left, *fill;
	struct vms_claim **v = left_of(b, b->groups, b->in->n_groups,
	    by_claimed_id, &n_left);
	uint32_t **gids = take(b, &b->tmp, s->n_users, sizeof(*gids));

	if (v == NULL || gids == NULL)
		return;
	for (uint32_t i = 0; i < b->in->n_users; i++) {
		if (s->slots[i] == NOT_SERVED)
			continue;
		fill = take(b, b->arena, s->n_gids[i], sizeof(*fill));
		if (fill == NULL)
			return;
		gids[s->slots[i]] = fill;
		s->users[s->slots[i]].gids = fill;
	}
	for (uint32_t i = 0; i < n_left; i++) {
		const struct vms_posix_group *g =
		    &b->in->groups[v[i]->index];

		for (uint32_t k = 0; k < g->n_users; k++) {
			uint32_t slot = slot_of(b, s, g->users[k]);
			struct vms_id_user *u;

			if (slot == NOT_SERVED)
				continue;
			u = &s->users[slot];
			if (u->n_gids == 0 ||
			    u->gids[u->n_gids - 1] != g->gid)
				gids[slot][u->n_gids++] = g->gid;
		}
	}
}

/* By name, so that equal sets are equal bytes wherever they came from. */
static void
serve_members(struct vms_id_build *b, const struct serving *s,
    const struct vms_posix_group *g, struct vms_id_group *to)
{
	uint32_t *slots = take(b, &b->tmp, g->n_users, sizeof(*slots));
	struct vms_str *names;
	uint32_t n = 0;

	if (slots == NULL)
		return;
	for (uint32_t i = 0; i < g->n_users; i++) {
		uint32_t slot = slot_of(b, s, g->users[i]);

		if (slot != NOT_SERVED)
			slots[n++] = slot;
	}
	qsort(slots, n, sizeof(*slots), by_number);
	names = take(b, b->arena, n, sizeof(*names));
	if (names == NULL)
		return;
	for (uint32_t i = 0; i < n; i++) {
		if (i == 0 || slots[i] != slots[i - 1])
			names[to->n_members++] = s->users[slots[i]].name;
	}
	to->members = names;
}

static void
serve_groups(struct vms_id_build *b, struct serving *s)
{
	struct vms_claim **v = left_of(b, b->groups, b->in->n_groups,
	    by_claimed_name, &s->n_groups);

	s->groups = take(b, b->arena, s->n_groups, sizeof(*s->groups));
	if (v == NULL || s->groups == NULL) {
		s->n_groups = 0;
		return;
	}
	for (uint32_t i = 0; i < s->n_groups; i++) {
		const struct vms_posix_group *g =
		    &b->in->groups[v[i]->index];
		struct vms_id_group *to = &s->groups[i];

		memcpy(to->uuid, g->uuid, VMS_UUID_LEN);
		to->name = g->name;
		to->gid = g->gid;
		if (!g->role || b->rules->visible_all)
			serve_members(b, s, g, to);
	}
}

/* Names of the directory that are no users here: not served under them. */
static void
serve_ours(struct vms_id_build *b, const struct serving *s,
    struct vms_identity *out)
{
	struct vms_str *v = take(b, b->arena, b->in->n_users, sizeof(*v));
	uint32_t n = 0;

	if (v == NULL)
		return;
	for (uint32_t i = 0; i < b->in->n_users; i++) {
		struct vms_str name = b->in->users[i].name;

		if (s->slots[i] == NOT_SERVED && name.len > 0 &&
		    name.len <= VMS_NAME_MAX)
			v[n++] = name;
	}
	qsort(v, n, sizeof(*v), by_name);
	for (uint32_t i = 0; i < n; i++) {
		/* An incumbent may be served under the name of this one. */
		if ((i > 0 && vms_str_eq(v[i], v[i - 1])) ||
		    (s->n_users > 0 && bsearch(&v[i], &s->users[0].name,
		    s->n_users, sizeof(*s->users), by_name) != NULL))
			continue;
		v[out->n_ours++] = v[i];
	}
	out->ours = v;
}

static void
serve(struct vms_id_build *b, struct vms_identity *out)
{
	struct serving s = { 0 };

	hide_users(b);
	s.slots = take(b, &b->tmp, b->in->n_users, sizeof(*s.slots));
	s.n_gids = take(b, &b->tmp, b->in->n_users, sizeof(*s.n_gids));
	if (b->oom)
		return;
	count_gids(b, &s);
	serve_users(b, &s);
	if (b->oom)
		return;
	serve_gids(b, &s);
	serve_groups(b, &s);
	serve_ours(b, &s, out);
	vms_id_list_reused(b, out);
	out->users = s.users;
	out->n_users = s.n_users;
	out->groups = s.groups;
	out->n_groups = s.n_groups;
	out->findings = vms_arena_dup(b->arena, b->findings, b->n_findings,
	    sizeof(*b->findings));
	out->n_findings = b->n_findings;
	b->oom = b->oom || out->findings == NULL;
}

int
vms_identity_build(const struct vms_posix *in,
    const struct vms_identity_rules *rules, const struct vms_identity *prev,
    struct vms_arena *arena, struct vms_identity *out, struct vms_err *err)
{
	struct vms_id_build b = { .in = in, .rules = rules, .arena = arena };

	*out = (struct vms_identity){ 0 };
	vms_id_judge(&b, prev);
	if (!b.oom)
		serve(&b, out);
	vms_arena_fini(&b.tmp);
	if (!b.oom)
		return 0;
	*out = (struct vms_identity){ 0 };
	return vms_fail(err, VMS_E_SYSTEM, "identity: out of memory");
}
