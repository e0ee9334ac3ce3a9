/* SPDX-License-Identifier: MIT */
/* Finding entries by name, at once however many there are. */
#include "vmsctl/tree.h"

static uint32_t
hash_name(struct vms_str s)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < s.len; i++)
		h = (h ^ (uint8_t)vms_ascii_lower(s.p[i])) * 16777619u;
	return h;
}

static bool
has_name(const struct vms_item *it, struct vms_str naming,
    struct vms_str name)
{
	const struct vms_attr *a = vms_entry_get(&it->e, naming);

	for (uint32_t k = 0; a != NULL && k < a->n_vals; k++)
		if (vms_str_caseeq(a->vals[k], name))
			return true;
	return false;
}

/* Chains of entries by each value of cn and uid; a chain is in the order of
 * the entries.  Without memory there is none, and every entry is looked at. */
static bool
index_names(struct vms_tree *s)
{
	static const struct vms_str namings[] = { { "cn", 2 }, { "uid", 3 } };
	uint32_t n = 64, *next = NULL, *slots, used = 0, total = 0;

	for (uint32_t i = 0; i < s->n; i++)
		for (size_t k = 0; k < 2; k++)
			total += vms_vals(&s->items[i].e,
			    namings[k].p).n;
	while (n < total)
		n *= 2;
	slots = vms_arena_calloc(s->arena, n, sizeof(*slots));
	next = vms_arena_calloc(s->arena, total + 1ul, 2 * sizeof(*next));
	if (slots == NULL || next == NULL)
		return false;
	for (uint32_t i = s->n; i-- > 0;)	/* the first comes first */
		for (size_t k = 0; k < 2; k++) {
			struct vms_vals v = vms_vals(&s->items[i].e,
			    namings[k].p);

			for (uint32_t j = 0; j < v.n; j++) {
				uint32_t *at = &slots[hash_name(v.v[j]) &
				    (n - 1)];

				next[2 * used] = i;
				next[2 * used + 1] = *at;
				*at = ++used;
			}
		}
	s->names = slots;
	s->name_next = next;
	s->n_names = n;
	s->n_named = s->n;
	return true;
}

const struct vms_item *
vms_tree_named(const struct vms_tree *s, struct vms_str klass,
    struct vms_str naming, struct vms_str name)
{
	/* The index is no part of what the tree says. */
	struct vms_tree *t = (struct vms_tree *)(uintptr_t)s;

	if (s->n_named == s->n || index_names(t)) {
		if (s->n == 0)
			return NULL;
		for (uint32_t i = s->names[hash_name(name) &
		    (s->n_names - 1)]; i != 0;
		    i = s->name_next[2 * (i - 1) + 1]) {
			const struct vms_item *it =
			    &s->items[s->name_next[2 * (i - 1)]];

			if (vms_is_a(&it->e, klass) &&
			    has_name(it, naming, name))
				return it;
		}
		return NULL;
	}
	for (uint32_t i = 0; i < s->n; i++)
		if (vms_is_a(&s->items[i].e, klass) &&
		    has_name(&s->items[i], naming, name))
			return &s->items[i];
	return NULL;
}
