/* SPDX-License-Identifier: MIT */
/*
 * The estate: entries by DN, the estate after a set of changes, and the model
 * made from either.  Who holds what is in tree_hold.c.
 */
#include "vmsctl/tree.h"

#include <string.h>

#include "libvms/bounds.h"
#include "libvms/dn.h"
#include "vmsctl/change.h"

static uint32_t
hash(struct vms_str s)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < s.len; i++)
		h = (h ^ (uint8_t)s.p[i]) * 16777619u;
	return h;
}

void
vms_tree_init(struct vms_tree *s, struct vms_arena *a,
    const struct vms_bases *bases)
{
	*s = (struct vms_tree){ .arena = a, .bases = bases };
}

/* The slot of a DN, or the free one where it belongs. */
static uint32_t
slot_of(const struct vms_tree *s, struct vms_str ndn)
{
	uint32_t i = hash(ndn) & (s->n_slots - 1);

	while (s->slots[i] != 0 &&
	    !vms_str_eq(s->items[s->slots[i] - 1].ndn, ndn))
		i = (i + 1) & (s->n_slots - 1);
	return i;
}

static int
grow(struct vms_tree *s)
{
	uint32_t cap = s->cap == 0 ? 1024 : s->cap * 2;
	struct vms_item *items = vms_arena_calloc(s->arena, cap,
	    sizeof(*items));
	uint32_t *slots = vms_arena_calloc(s->arena, cap * 2ul,
	    sizeof(*slots));

	if (items == NULL || slots == NULL)
		return -1;
	if (s->n > 0)
		memcpy(items, s->items, s->n * sizeof(*items));
	s->items = items;
	s->slots = slots;
	s->cap = cap;
	s->n_slots = cap * 2;
	for (uint32_t i = 0; i < s->n; i++)
		slots[slot_of(s, items[i].ndn)] = i + 1;
	return 0;
}

/* What is in it lives in the arena already. */
static int
put(struct vms_tree *s, const struct vms_entry *e, struct vms_err *err)
{
	struct vms_item it = { .e = *e };

	if (s->n == s->cap && grow(s) < 0)
		return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	if (vms_dn_normal(e->dn, s->arena, &it.ndn) < 0)
		return vms_fail(err, VMS_E_MALFORMED, "%.200s: not a DN",
		    e->dn.p);
	if (s->slots[slot_of(s, it.ndn)] != 0)
		return 0;	/* the first reading of it counts */
	if (vms_entry_get_one(e, VMS_STR("entryCSN"), &it.csn) < 0)
		it.csn = (struct vms_str){ NULL, 0 };
	s->items[s->n] = it;
	s->slots[slot_of(s, it.ndn)] = ++s->n;
	return 0;
}

int
vms_tree_add(void *tree, const struct vms_entry *e, struct vms_err *err)
{
	struct vms_tree *s = tree;
	struct vms_entry copy = *e;
	struct vms_attr *attrs = vms_arena_calloc(s->arena, e->n_attrs + 1u,
	    sizeof(*attrs));

	copy.dn = vms_arena_str(s->arena, e->dn);
	copy.attrs = attrs;
	if (attrs == NULL || copy.dn.p == NULL)
		return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	for (uint32_t i = 0; i < e->n_attrs; i++) {
		const struct vms_attr *from = &e->attrs[i];
		struct vms_str *vals = vms_arena_calloc(s->arena,
		    from->n_vals + 1u, sizeof(*vals));

		for (uint32_t k = 0; vals != NULL && k < from->n_vals; k++)
			vals[k] = vms_arena_str(s->arena, from->vals[k]);
		attrs[i] = (struct vms_attr){
		    vms_arena_str(s->arena, from->name),
		    vms_arena_str(s->arena, from->option), vals,
		    from->n_vals };
		if (vals == NULL)
			return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	}
	return put(s, &copy, err);
}

const struct vms_item *
vms_tree_find(const struct vms_tree *s, struct vms_str dn)
{
	struct vms_str ndn;
	uint32_t at;

	if (s->n_slots == 0 || vms_dn_normal(dn, s->arena, &ndn) < 0)
		return NULL;
	at = s->slots[slot_of(s, ndn)];
	return at == 0 ? NULL : &s->items[at - 1];
}

bool
vms_is_a(const struct vms_entry *e, struct vms_str klass)
{
	if (vms_str_eq(klass, VMS_STR("vmsGrant")))	/* abstract */
		return vms_entry_is(e, VMS_STR("vmsRoleGrant")) ||
		    vms_entry_is(e, VMS_STR("vmsActionGrant"));
	if (vms_str_eq(klass, VMS_STR("groupOfNames")))
		return vms_entry_is(e, klass) ||
		    vms_entry_is(e, VMS_STR("posixGroup"));
	return vms_entry_is(e, klass);
}

struct vms_vals
vms_vals(const struct vms_entry *e, const char *attr)
{
	const struct vms_attr *a = vms_entry_get(e, vms_str_of(attr));

	if (a == NULL)
		return (struct vms_vals){ NULL, 0 };
	return (struct vms_vals){ a->vals, a->n_vals };
}

struct vms_str
vms_val(const struct vms_entry *e, const char *attr)
{
	struct vms_vals v = vms_vals(e, attr);

	return v.n == 0 ? (struct vms_str){ NULL, 0 } : v.v[0];
}

bool
vms_has_val(const struct vms_entry *e, const char *attr,
    struct vms_str value)
{
	struct vms_vals v = vms_vals(e, attr);

	for (uint32_t i = 0; i < v.n; i++)
		if (vms_str_caseeq(v.v[i], value))
			return true;
	return false;
}

/* --- after a set of changes --- */

/* Whether two values of an attribute are the same one. */
static bool
same_value(struct vms_tree *s, struct vms_str a, struct vms_str b)
{
	struct vms_str na, nb;

	if (vms_str_caseeq(a, b))
		return true;
	return memchr(a.p, '=', a.len) != NULL &&
	    memchr(b.p, '=', b.len) != NULL &&
	    vms_dn_normal(a, s->arena, &na) == 0 &&
	    vms_dn_normal(b, s->arena, &nb) == 0 && vms_str_eq(na, nb);
}

static void
apply_mod(struct vms_tree *s, struct vms_attr *at, const struct vms_mod *m)
{
	struct vms_str *vals;
	uint32_t n = 0;

	if (m->op == VMS_MOD_INCREMENT)
		return;		/* a count; no rule looks at it */
	vals = vms_arena_calloc(s->arena, at->n_vals + m->n + 1u,
	    sizeof(*vals));
	if (vals == NULL)
		return;
	for (uint32_t i = 0; i < at->n_vals; i++) {
		bool drop = m->op == VMS_MOD_REPLACE ||
		    (m->op == VMS_MOD_DELETE && m->n == 0);

		for (uint32_t k = 0; k < m->n; k++)
			drop |= same_value(s, at->vals[i], m->vals[k]);
		if (!drop)
			vals[n++] = at->vals[i];
	}
	for (uint32_t k = 0; m->op != VMS_MOD_DELETE && k < m->n; k++)
		vals[n++] = m->vals[k];
	at->vals = vals;
	at->n_vals = n;
}

static int
put_changed(struct vms_tree *s, const struct vms_entry *old,
    const struct vms_change *ch, struct vms_err *err)
{
	struct vms_entry e = *old;
	uint32_t room = e.n_attrs, n = 0;
	struct vms_attr *attrs;

	for (const struct vms_mod *m = ch->mods; m != NULL; m = m->next)
		room++;
	attrs = vms_arena_calloc(s->arena, room + 1u, sizeof(*attrs));
	if (attrs == NULL)
		return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	for (; n < e.n_attrs; n++)
		attrs[n] = e.attrs[n];
	for (const struct vms_mod *m = ch->mods; m != NULL; m = m->next) {
		uint32_t i = 0;

		while (i < n && (attrs[i].option.len != 0 ||
		    !vms_str_caseeq(attrs[i].name, m->attr)))
			i++;
		if (i == n)
			attrs[n++] = (struct vms_attr){ .name = m->attr };
		apply_mod(s, &attrs[i], m);
	}
	e.attrs = attrs;
	e.n_attrs = 0;
	for (uint32_t i = 0; i < n; i++)	/* no empty attributes */
		if (attrs[i].n_vals > 0)
			attrs[e.n_attrs++] = attrs[i];
	return put(s, &e, err);
}

int
vms_tree_after(const struct vms_tree *s,
    const struct vms_changes *changes, struct vms_tree *out,
    struct vms_err *err)
{
	vms_tree_init(out, s->arena, s->bases);
	for (uint32_t i = 0; i < s->n; i++) {
		const struct vms_change *ch = changes->first;
		int rc;

		while (ch != NULL && ch->item != &s->items[i])
			ch = ch->next;
		if (ch != NULL && ch->type == VMS_CHANGE_DELETE)
			continue;
		if (ch != NULL && ch->type == VMS_CHANGE_MODIFY)
			rc = put_changed(out, &s->items[i].e, ch, err);
		else
			rc = put(out, &s->items[i].e, err);
		if (rc < 0)
			return -1;
	}
	for (const struct vms_change *ch = changes->first; ch != NULL;
	    ch = ch->next) {
		struct vms_entry e = { .dn = ch->dn };

		if (ch->type == VMS_CHANGE_ADD &&
		    put_changed(out, &e, ch, err) < 0)
			return -1;
	}
	return 0;
}

/* --- the model --- */

/* What narrows by time, address and approval, and switches off. */
static bool
is_condition(struct vms_str name)
{
	static const char *const names[] = { "vmsIpPoolRef",
	    "vmsScheduleRef", "vmsService", "vmsApproverRef", "vmsNotBefore",
	    "vmsNotAfter", "vmsMaxArchiveAge", "vmsCondition",
	    "vmsAccountState", "vmsIpMode", "pwdAccountLockedTime",
	    "pwdReset", "nsAccountLock", "shadowExpire" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (vms_str_caseeq(name, vms_str_of(names[i])))
			return true;
	return false;
}

static int
add_freed(struct vms_model_builder *b, const struct vms_entry *old,
    struct vms_err *err)
{
	static const struct vms_str none = { "none", 4 };
	static const struct vms_str enabled = { "enabled", 7 };
	static const struct vms_str any = { "any", 3 };
	struct vms_attr attrs[VMS_ATTRS_MAX + 3];
	struct vms_entry e = *old;
	uint32_t n = 0;

	if (vms_entry_is(old, VMS_STR("vmsUser"))) {
		attrs[n++] = (struct vms_attr){ VMS_STR("vmsAccountState"),
		    { NULL, 0 }, &enabled, 1 };
		attrs[n++] = (struct vms_attr){ VMS_STR("vmsIpMode"),
		    { NULL, 0 }, &any, 1 };
	} else if (vms_vals(old, "vmsEffect").n > 0) {
		/* What is switched off, or behind glass, gives nothing. */
		if (vms_has_val(old, "vmsCondition", VMS_STR("disabled")) ||
		    (vms_has_val(old, "vmsCondition",
		    VMS_STR("break-glass")) && vms_has_val(old, "vmsEffect",
		    VMS_STR("allow"))))
			return 0;
		attrs[n++] = (struct vms_attr){ VMS_STR("vmsCondition"),
		    { NULL, 0 }, &none, 1 };
	} else {
		return vms_model_builder_add(b, old, err);
	}
	for (uint32_t i = 0; i < old->n_attrs && n < VMS_ATTRS_MAX; i++)
		if (!is_condition(old->attrs[i].name))
			attrs[n++] = old->attrs[i];
	e.attrs = attrs;
	e.n_attrs = n;
	return vms_model_builder_add(b, &e, err);
}

struct vms_model *
vms_tree_model(const struct vms_tree *s, const struct vms_zones *zones,
    bool free_of_conditions, struct vms_err *err)
{
	const struct vms_model_params params = {
		.users_base = s->bases->people,
		.groups_base = s->bases->groups,
		.policy_base = s->bases->policy,
		.zones = zones,
	};
	struct vms_model_builder *b = vms_model_builder_new(&params);

	if (b == NULL) {
		vms_fail(err, VMS_E_SYSTEM, "out of memory");
		return NULL;
	}
	for (uint32_t i = 0; i < s->n; i++)
		if ((free_of_conditions ? add_freed :
		    vms_model_builder_add)(b, &s->items[i].e, err) < 0) {
			vms_model_builder_free(b);
			return NULL;
		}
	return vms_model_builder_finish(b, err);
}
