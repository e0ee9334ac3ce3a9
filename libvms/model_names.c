/* SPDX-License-Identifier: MIT */
/* Sorted tables of the model: names, UUIDs, and the lookups in them. */
#include "libvms/build_priv.h"

#include <stdlib.h>

static int
compare_names(const struct name *a, const struct name *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return vms_str_casecmp(a->name, b->name);
}

static int
compare_names_index(const void *x, const void *y)
{
	const struct name *a = x, *b = y;
	int r = compare_names(a, b);

	return r != 0 ? r : a->index < b->index ? -1 : a->index > b->index;
}

static int
compare_uuids(const void *x, const void *y, void *arg)
{
	const struct user *users = arg;

	return memcmp(users[*(const uint32_t *)x].uuid,
	    users[*(const uint32_t *)y].uuid, VMS_UUID_LEN);
}

/* Where the first entry of that name is or would be. */
static uint32_t
lower_bound(const struct name *names, uint32_t n, const struct name *key)
{
	uint32_t lo = 0, hi = n;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (compare_names(&names[mid], key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* The index by that name; NONE, *several if it stands for more than one. */
static uint32_t
find_name(const struct name *names, uint32_t n, enum vms_kind kind,
    struct vms_str name, bool *several)
{
	struct name key = { .kind = kind, .name = name };
	uint32_t at = lower_bound(names, n, &key), index;

	*several = false;
	if (name.len == 0 || at == n ||
	    compare_names(&names[at], &key) != 0)
		return NONE;
	index = names[at].index;
	for (at++; at < n && compare_names(&names[at], &key) == 0; at++)
		if (names[at].index != index)
			*several = true;
	return *several ? NONE : index;
}

uint32_t
vms_model_thing_by_name(const struct vms_model *m, enum vms_kind kind,
    struct vms_str name)
{
	bool several;

	return find_name(m->thing_names, m->n_thing_names, kind, name,
	    &several);
}

int
vms_model_user_by_name(const struct vms_model *m, struct vms_str name,
    uint32_t *index, bool *ambiguous)
{
	bool several;

	*index = find_name(m->user_names, m->n_user_names, VMS_KIND_NONE,
	    name, &several);
	if (ambiguous != NULL)
		*ambiguous = several;
	if (*index != NONE)
		return 0;
	*index = 0;
	return -1;
}

int
vms_model_user_by_uuid(const struct vms_model *m,
    const uint8_t uuid[VMS_UUID_LEN], uint32_t *index)
{
	static const uint8_t none[VMS_UUID_LEN];
	uint32_t lo = 0, hi = m->n_users;

	*index = 0;
	/* Entries of a file have no UUID: zeros name nobody. */
	if (memcmp(uuid, none, VMS_UUID_LEN) == 0)
		return -1;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		int r = memcmp(m->users[m->by_uuid[mid]].uuid, uuid,
		    VMS_UUID_LEN);

		if (r == 0) {
			*index = m->by_uuid[mid];
			return 0;
		}
		if (r < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return -1;
}

static void
lint_names(struct vms_model_builder *b)
{
	struct vms_model *m = b->m;
	const struct name *n = m->user_names;

	for (uint32_t i = 1; i < m->n_user_names; i++)
		if (compare_names(&n[i - 1], &n[i]) == 0 &&
		    n[i - 1].index != n[i].index)
			vms_build_find(b, "user-ambiguous",
			    m->users[n[i].index].dn, "uid", false,
			    "the login name \"%.*s\" stands on several "
			    "entries: all of them are denied",
			    VMS_STR_ARG(n[i].name));
	n = m->thing_names;
	for (uint32_t i = 1; i < m->n_thing_names; i++)
		if (compare_names(&n[i - 1], &n[i]) == 0)
			vms_build_find(b, "name-duplicate",
			    m->things[n[i].index].dn, "cn", false,
			    "another %s is called so too: neither can be "
			    "asked about", vms_kind_name(n[i].kind));
}

void
vms_link_names(struct vms_model_builder *b)
{
	struct vms_model *m = b->m;

	if (m->n_user_names > 0)
		qsort(m->user_names, m->n_user_names,
		    sizeof(*m->user_names), compare_names_index);
	if (m->n_thing_names > 0)
		qsort(m->thing_names, m->n_thing_names,
		    sizeof(*m->thing_names), compare_names_index);
	m->by_uuid = vms_build_alloc(b, m->n_users, sizeof(*m->by_uuid));
	if (m->by_uuid == NULL)
		return;
	for (uint32_t i = 0; i < m->n_users; i++)
		m->by_uuid[i] = i;
	if (m->n_users > 0)
		qsort_r(m->by_uuid, m->n_users, sizeof(*m->by_uuid),
		    compare_uuids, m->users);
	lint_names(b);
}
