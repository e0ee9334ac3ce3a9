/* SPDX-License-Identifier: MIT */
/*
 * Who may have the name and the id that he claims: against the rules, against
 * this host, and against the other claims.
 */
#include "libvms/identity_impl.h"

#include <stdarg.h>
#include <stdlib.h>

static int
by_casename(const void *a, const void *b)
{
	return vms_str_casecmp(*(const struct vms_str *)a,
	    *(const struct vms_str *)b);
}

static int
by_lo(const void *a, const void *b)
{
	const struct vms_id_span *x = a, *y = b;

	return x->lo < y->lo ? -1 : x->lo > y->lo;
}

/* One set of names and one of ids: what a local user has no directory group
 * may have either, and the other way round. */
static void
take_names(struct vms_id_build *b)
{
	const struct vms_host_ids *h = &b->rules->host;
	uint32_t n = h->n_user_names + h->n_group_names;
	struct vms_str *v = vms_arena_calloc(&b->tmp, n, sizeof(*v));

	if (v == NULL) {
		b->oom = true;
		return;
	}
	for (uint32_t i = 0; i < h->n_user_names; i++)
		v[i] = h->user_names[i];
	for (uint32_t i = 0; i < h->n_group_names; i++)
		v[h->n_user_names + i] = h->group_names[i];
	qsort(v, n, sizeof(*v), by_casename);
	b->taken_names = v;
	b->n_taken_names = n;
}

static void
take_ids(struct vms_id_build *b)
{
	const struct vms_host_ids *h = &b->rules->host;
	uint32_t n = h->n_uids + h->n_gids, merged = 0;
	struct vms_id_span *v = vms_arena_calloc(&b->tmp, n, sizeof(*v));

	if (v == NULL) {
		b->oom = true;
		return;
	}
	for (uint32_t i = 0; i < h->n_uids; i++)
		v[i] = h->uids[i];
	for (uint32_t i = 0; i < h->n_gids; i++)
		v[h->n_uids + i] = h->gids[i];
	qsort(v, n, sizeof(*v), by_lo);
	for (uint32_t i = 0; i < n; i++) {
		if (merged > 0 && v[i].lo <= v[merged - 1].hi) {
			if (v[i].hi > v[merged - 1].hi)
				v[merged - 1].hi = v[i].hi;
		} else {
			v[merged++] = v[i];
		}
	}
	b->taken_ids = v;
	b->n_taken_ids = merged;
}

static bool
name_is_taken(const struct vms_id_build *b, struct vms_str name)
{
	return b->n_taken_names > 0 && bsearch(&name, b->taken_names,
	    b->n_taken_names, sizeof(name), by_casename) != NULL;
}

static bool
id_is_taken(const struct vms_id_build *b, uint32_t id)
{
	uint32_t lo = 0, hi = b->n_taken_ids;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (id < b->taken_ids[mid].lo)
			hi = mid;
		else if (id > b->taken_ids[mid].hi)
			lo = mid + 1;
		else
			return true;
	}
	return false;
}

static bool
in_range(const struct vms_id_build *b, uint32_t id)
{
	return id >= b->rules->min_id && id <= b->rules->max_id &&
	    vms_uid_is_served(id);
}

/* Leave the claim out, and say why. */
static void __attribute__((format(printf, 5, 6)))
refuse(struct vms_id_build *b, struct vms_claim *c, const char *attr,
    const char *code, const char *fmt, ...)
{
	va_list ap;

	c->out = true;
	va_start(ap, fmt);
	vms_id_vcomplain(b, c->dn, attr, code, fmt, ap);
	va_end(ap);
}

static void
judge_name(struct vms_id_build *b, struct vms_claim *c)
{
	if (c->flaws & VMS_FLAW_NO_NAME || c->name.len == 0)
		refuse(b, c, c->name_attr, "name-missing",
		    "there is no name; left out");
	else if (c->flaws & VMS_FLAW_NAMES)
		refuse(b, c, c->name_attr, "name-several",
		    "there are several names, and one would be a guess; "
		    "left out");
	else if (c->is_group ? !vms_name_is_group(c->name) :
	    !vms_name_is_login(c->name))
		refuse(b, c, c->name_attr, "name-invalid",
		    "is not a name that this host can use; left out");
	else if (c->is_group ? vms_group_is_privileged(c->name) :
	    vms_name_is_privileged(c->name))
		refuse(b, c, c->name_attr, "name-reserved",
		    "\"%.*s\" is a name of the system's; left out",
		    VMS_STR_ARG(c->name));
	else if (name_is_taken(b, c->name))
		refuse(b, c, c->name_attr, "name-reserved",
		    "\"%.*s\" is a local user or group of this host; "
		    "left out", VMS_STR_ARG(c->name));
}

static void
judge_id(struct vms_id_build *b, struct vms_claim *c)
{
	if (c->flaws & VMS_FLAW_NO_ID)
		refuse(b, c, c->id_attr, "id-missing",
		    "there is no id; left out");
	else if (c->flaws & VMS_FLAW_IDS)
		refuse(b, c, c->id_attr, "id-several",
		    "there are several ids, and one would be a guess; "
		    "left out");
	else if (c->flaws & VMS_FLAW_BAD_ID)
		refuse(b, c, c->id_attr, "id-invalid",
		    "is not a number that can be an id; left out");
	else if (!in_range(b, c->id))
		refuse(b, c, c->id_attr, "id-range",
		    "%u is not an id between %u and %u; left out", c->id,
		    b->rules->min_id, b->rules->max_id);
	else if (id_is_taken(b, c->id))
		refuse(b, c, c->id_attr, "id-reserved",
		    "%u is in use on this host; left out", c->id);
}

static void
judge_primary_gid(struct vms_id_build *b, struct vms_claim *c, uint32_t gid)
{
	const struct vms_identity_rules *r = b->rules;

	if (c->flaws & VMS_FLAW_GID) {
		refuse(b, c, "gidNumber", "gid-invalid",
		    "there is not exactly one primary group; left out");
		return;
	}
	for (uint32_t i = 0; i < r->n_primary_gids; i++) {
		if (gid == r->primary_gids[i] && vms_gid_is_served(gid))
			return;
	}
	if (!in_range(b, gid))
		refuse(b, c, "gidNumber", "gid-range",
		    "%u is neither between %u and %u nor one of "
		    "primary_gids; left out", gid, r->min_id, r->max_id);
	else if (id_is_taken(b, gid))
		refuse(b, c, "gidNumber", "gid-reserved",
		    "%u is a group of this host and not one of "
		    "primary_gids; left out", gid);
}

static void
judge_user(struct vms_id_build *b, uint32_t i)
{
	const struct vms_posix_user *u = &b->in->users[i];
	struct vms_claim *c = &b->users[i];

	*c = (struct vms_claim){
		.uuid = u->uuid,
		.dn = u->dn,
		.name = u->name,
		.id = u->uid,
		.index = i,
		.flaws = u->flaws,
		.name_attr = "uid",
		.id_attr = "uidNumber"
	};
	judge_name(b, c);
	judge_id(b, c);
	judge_primary_gid(b, c, u->gid);
}

static void
judge_group(struct vms_id_build *b, uint32_t i)
{
	const struct vms_posix_group *g = &b->in->groups[i];
	struct vms_claim *c = &b->groups[i];

	*c = (struct vms_claim){
		.uuid = g->uuid,
		.dn = g->dn,
		.name = g->name,
		.id = g->gid,
		.index = i,
		.flaws = g->flaws,
		.name_attr = g->role ? "vmsUnixGroup" : "cn",
		.id_attr = g->role ? "vmsGidNumber" : "gidNumber",
		.is_group = true
	};
	/* A groupOfNames without a gid is none of the host's, nor is the
	 * group of a role that nobody holds here. */
	if ((!g->role && g->flaws & VMS_FLAW_NO_ID) ||
	    (g->role && g->n_users == 0)) {
		c->out = true;
		return;
	}
	judge_name(b, c);
	judge_id(b, c);
}

static int
by_uuid(const void *a, const void *b)
{
	const struct vms_incumbent *x = a, *y = b;

	return memcmp(x->uuid, y->uuid, VMS_UUID_LEN);
}

static int
by_claimed_name(const void *a, const void *b)
{
	const struct vms_claim *x = *(struct vms_claim *const *)a;
	const struct vms_claim *y = *(struct vms_claim *const *)b;

	return vms_str_casecmp(x->name, y->name);
}

static int
by_claimed_id(const void *a, const void *b)
{
	const struct vms_claim *x = *(struct vms_claim *const *)a;
	const struct vms_claim *y = *(struct vms_claim *const *)b;

	return x->id < y->id ? -1 : x->id > y->id;
}

/* Of those who want the same, v[0 .. n - 1], only he stays who had it. */
static void
settle(struct vms_claim **v, uint32_t n, const struct vms_incumbent *old,
    uint32_t n_old, bool names)
{
	struct vms_claim *keeper = NULL;
	uint32_t keepers = 0;

	for (uint32_t i = 0; i < n; i++) {
		const struct vms_incumbent key = { .uuid = v[i]->uuid };
		const struct vms_incumbent *was = n_old == 0 ? NULL :
		    bsearch(&key, old, n_old, sizeof(*old), by_uuid);

		if (was != NULL && (names ?
		    vms_str_eq(was->name, v[i]->name) :
		    was->id == v[i]->id)) {
			keeper = v[i];
			keepers++;
		}
	}
	for (uint32_t i = 0; i < n; i++) {
		if (keepers == 1 && v[i] == keeper)
			continue;
		if (names)
			v[i]->dup_name = true;
		else
			v[i]->dup_id = true;
	}
}

static void
settle_runs(struct vms_claim **v, uint32_t n,
    const struct vms_incumbent *old, uint32_t n_old, bool names)
{
	int (*cmp)(const void *, const void *) =
	    names ? by_claimed_name : by_claimed_id;
	uint32_t from = 0;

	qsort(v, n, sizeof(struct vms_claim *), cmp);
	for (uint32_t i = 1; i <= n; i++) {
		if (i < n && cmp(&v[from], &v[i]) == 0)
			continue;
		if (i - from > 1)
			settle(v + from, i - from, old, n_old, names);
		from = i;
	}
}

/* Two with one name, whatever its case, or with one id: the one who was
 * published keeps it.  Where nobody was, none gets it. */
static void
judge_duplicates(struct vms_id_build *b, struct vms_claim *claims, uint32_t n,
    const struct vms_incumbent *old, uint32_t n_old)
{
	struct vms_claim **v = vms_arena_calloc(&b->tmp, n, sizeof(*v));
	uint32_t k = 0;

	if (v == NULL) {
		b->oom = true;
		return;
	}
	for (uint32_t i = 0; i < n; i++) {
		if (!claims[i].out)
			v[k++] = &claims[i];
	}
	settle_runs(v, k, old, n_old, true);
	settle_runs(v, k, old, n_old, false);
	for (uint32_t i = 0; i < n; i++) {
		struct vms_claim *c = &claims[i];

		if (c->dup_name)
			refuse(b, c, c->name_attr, "name-duplicate",
			    "\"%.*s\" is the name of others too; left out",
			    VMS_STR_ARG(c->name));
		if (c->dup_id)
			refuse(b, c, c->id_attr, "id-duplicate",
			    "%u is the id of others too; left out", c->id);
	}
}

static void
judge_all_duplicates(struct vms_id_build *b, const struct vms_identity *prev)
{
	uint32_t n_users = prev == NULL ? 0 : prev->n_users;
	uint32_t n_groups = prev == NULL ? 0 : prev->n_groups;
	struct vms_incumbent *u = vms_arena_calloc(&b->tmp, n_users,
	    sizeof(*u));
	struct vms_incumbent *g = vms_arena_calloc(&b->tmp, n_groups,
	    sizeof(*g));

	if (u == NULL || g == NULL) {
		b->oom = true;
		return;
	}
	for (uint32_t i = 0; i < n_users; i++)
		u[i] = (struct vms_incumbent){ prev->users[i].uuid,
		    prev->users[i].name, prev->users[i].uid };
	for (uint32_t i = 0; i < n_groups; i++)
		g[i] = (struct vms_incumbent){ prev->groups[i].uuid,
		    prev->groups[i].name, prev->groups[i].gid };
	qsort(u, n_users, sizeof(*u), by_uuid);
	qsort(g, n_groups, sizeof(*g), by_uuid);
	judge_duplicates(b, b->users, b->in->n_users, u, n_users);
	judge_duplicates(b, b->groups, b->in->n_groups, g, n_groups);
}

void
vms_id_judge(struct vms_id_build *b, const struct vms_identity *prev)
{
	b->users = vms_arena_calloc(&b->tmp, b->in->n_users,
	    sizeof(*b->users));
	b->groups = vms_arena_calloc(&b->tmp, b->in->n_groups,
	    sizeof(*b->groups));
	if (b->users == NULL || b->groups == NULL) {
		b->oom = true;
		return;
	}
	take_names(b);
	take_ids(b);
	for (uint32_t i = 0; i < b->in->n_users; i++)
		judge_user(b, i);
	for (uint32_t i = 0; i < b->in->n_groups; i++)
		judge_group(b, i);
	vms_id_judge_reused(b);
	judge_all_duplicates(b, prev);
}
