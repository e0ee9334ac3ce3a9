/* SPDX-License-Identifier: MIT */
/* The builder's tools: arrays, nodes by DN, findings, lists of pairs. */
#include "libvms/build_priv.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "libvms/dn.h"

void *
vms_build_push(struct vms_model_builder *b, struct vec *v, size_t size)
{
	if (v->n == v->cap && !b->oom) {
		uint32_t cap = v->cap == 0 ? 16 : v->cap * 2;
		void *p = cap > INT32_MAX ? NULL :
		    reallocarray(v->p, cap, size);

		if (p == NULL) {
			b->oom = true;
		} else {
			v->p = p;
			v->cap = cap;
		}
	}
	if (b->oom)
		return NULL;
	return memset((char *)v->p + v->n++ * size, 0, size);
}

struct vms_str
vms_build_str(struct vms_model_builder *b, struct vms_str s)
{
	struct vms_str copy = { NULL, 0 };

	if (s.len == 0)
		return copy;
	copy = vms_arena_str(&b->m->arena, s);
	if (copy.p == NULL)
		b->oom = true;
	return copy;
}

void *
vms_build_alloc(struct vms_model_builder *b, size_t n, size_t size)
{
	void *p = vms_arena_calloc(&b->m->arena, n, size);

	if (p == NULL)
		b->oom = true;
	return p;
}

/* FNV-1a; those who can choose DNs can write to the directory. */
static uint32_t
hash(struct vms_str s)
{
	uint64_t h = 0xcbf29ce484222325;

	for (size_t i = 0; i < s.len; i++)
		h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3;
	return (uint32_t)(h ^ h >> 32);
}

/* The slot of a normal form, or the free one where it belongs. */
static uint32_t *
find_slot(const struct vms_model_builder *b, struct vms_str ndn)
{
	const struct node *nodes = b->nodes.p;
	uint32_t i = hash(ndn);

	for (;; i++) {
		uint32_t *slot = &b->slots[i & (b->n_slots - 1)];

		if (*slot == 0 || vms_str_eq(nodes[*slot - 1].ndn, ndn))
			return slot;
	}
}

static void
grow_slots(struct vms_model_builder *b)
{
	uint32_t n = b->n_slots == 0 ? 1024 : b->n_slots * 2;
	const struct node *nodes = b->nodes.p;
	uint32_t *slots = n > INT32_MAX ? NULL : calloc(n, sizeof(*slots));

	if (slots == NULL) {
		b->oom = true;
		return;
	}
	free(b->slots);
	b->slots = slots;
	b->n_slots = n;
	for (uint32_t i = 0; i < b->nodes.n; i++)
		*find_slot(b, nodes[i].ndn) = i + 1;
}

/* What is no DN keeps its text behind a byte that no DN starts with: it is
 * then equal to itself and to no entry. */
static struct vms_str
normal_form(struct vms_model_builder *b, struct vms_str dn)
{
	struct vms_str ndn;
	char *p;

	if (vms_dn_normal(dn, &b->scratch, &ndn) == 0)
		return ndn;
	p = vms_arena_alloc(&b->scratch, dn.len + 1);
	if (p == NULL) {
		b->oom = true;
		return ndn;
	}
	p[0] = '\001';
	if (dn.len > 0)
		memcpy(p + 1, dn.p, dn.len);
	return (struct vms_str){ p, dn.len + 1 };
}

uint32_t
vms_build_node(struct vms_model_builder *b, struct vms_str dn)
{
	struct vms_str ndn = normal_form(b, dn);
	struct node *node;
	uint32_t *slot;

	if (b->nodes.n + 1 > b->n_slots / 2)
		grow_slots(b);
	if (b->oom)
		return NONE;
	slot = find_slot(b, ndn);
	if (*slot != 0)
		return *slot - 1;
	ndn = vms_build_str(b, ndn);
	node = vms_build_push(b, &b->nodes, sizeof(*node));
	if (node == NULL)
		return NONE;
	node->ndn = ndn;
	*slot = b->nodes.n;
	return b->nodes.n - 1;
}

uint32_t
vms_build_find_node(struct vms_model_builder *b, struct vms_str dn)
{
	struct vms_str ndn = normal_form(b, dn);
	uint32_t *slot;

	if (b->oom || b->n_slots == 0)
		return NONE;
	slot = find_slot(b, ndn);
	return *slot == 0 ? NONE : *slot - 1;
}

bool
vms_build_lies_in(const struct vms_model_builder *b, uint32_t node,
    const char *container)
{
	const struct node *nodes = b->nodes.p;
	struct vms_str parent = vms_dn_parent(nodes[node].ndn);
	struct vms_str rdn = vms_dn_rdn(parent);

	if (!vms_str_has_prefix(rdn, VMS_STR("ou=")) ||
	    !vms_str_eq((struct vms_str){ rdn.p + 3, rdn.len - 3 },
	    vms_str_of(container)))
		return false;
	return b->params->policy_base.len == 0 ||
	    vms_str_eq(vms_dn_parent(parent), b->policy_base);
}

void
vms_build_find(struct vms_model_builder *b, const char *code,
    struct vms_str dn, const char *attr, bool degrades, const char *fmt, ...)
{
	struct vms_finding *f;
	char text[512];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	f = vms_build_push(b, &b->findings, sizeof(*f));
	if (f == NULL || n < 0)
		return;
	/* One line, whatever a value that is quoted in it holds. */
	for (char *p = text; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = '?';
	f->code = vms_str_of(code);
	f->dn = vms_build_str(b, dn);
	f->attr = vms_str_of(attr);
	f->text = vms_build_str(b, vms_str_of(text));
	f->degrades = degrades;
}

static int
compare_pairs(const void *x, const void *y)
{
	const struct pair *a = x, *b = y;

	if (a->row != b->row)
		return a->row < b->row ? -1 : 1;
	return a->value < b->value ? -1 : a->value > b->value;
}

void
vms_link_pairs(struct vms_model_builder *b, struct vec *pairs,
    uint32_t n_rows, struct lists *out)
{
	struct pair *p = pairs->p;
	uint32_t *at = vms_build_alloc(b, (size_t)n_rows + 1, sizeof(*at));
	uint32_t *list = vms_build_alloc(b, pairs->n, sizeof(*list));
	uint32_t n = 0, row = 0;

	if (at == NULL || list == NULL || b->oom)
		return;
	if (pairs->n > 0)
		qsort(p, pairs->n, sizeof(*p), compare_pairs);
	for (uint32_t i = 0; i < pairs->n; i++) {
		if (i > 0 && compare_pairs(&p[i], &p[i - 1]) == 0)
			continue;
		while (row < p[i].row)
			at[++row] = n;
		list[n++] = p[i].value;
	}
	while (row < n_rows)
		at[++row] = n;
	out->at = at;
	out->list = list;
}
