/* SPDX-License-Identifier: MIT */
/* The permission vocabulary: see action.h. */
#include "libvms/action.h"

static const struct vms_action actions[] = {
#define VMS_ACTION(name, scope, klass, need) \
	{ { name, sizeof(name) - 1 }, VMS_SCOPE_##scope, \
	    VMS_ACTION_##klass, need },
#include "libvms/actions.inc"
#undef VMS_ACTION
};

#define N_ACTIONS ((int)(sizeof(actions) / sizeof(actions[0])))

_Static_assert(sizeof(actions) / sizeof(actions[0]) <= VMS_ACTIONS_MAX,
    "raise VMS_ACTIONS_MAX");

int
vms_action_count(void)
{
	return N_ACTIONS;
}

const struct vms_action *
vms_action_get(int index)
{
	return &actions[index];
}

int
vms_action_find(struct vms_str name)
{
	int lo = 0, hi = N_ACTIONS;

	while (lo < hi) {
		int mid = lo + (hi - lo) / 2;
		int r = vms_str_cmp(name, actions[mid].name);

		if (r == 0)
			return mid;
		if (r < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return -1;
}

bool
vms_action_set_has(const struct vms_action_set *s, int index)
{
	return (s->bits[index / 64] >> (index % 64) & 1) != 0;
}

void
vms_action_set_add(struct vms_action_set *s, int index)
{
	s->bits[index / 64] |= UINT64_C(1) << (index % 64);
}

void
vms_action_set_join(struct vms_action_set *s,
    const struct vms_action_set *other)
{
	for (int i = 0; i < VMS_ACTIONS_MAX / 64; i++)
		s->bits[i] |= other->bits[i];
}

bool
vms_action_set_is_empty(const struct vms_action_set *s)
{
	for (int i = 0; i < VMS_ACTIONS_MAX / 64; i++)
		if (s->bits[i] != 0)
			return false;
	return true;
}

int
vms_action_set_add_word(struct vms_action_set *s, struct vms_str word)
{
	int index = vms_action_find(word);
	bool found = false;

	if (index >= 0) {
		vms_action_set_add(s, index);
		return 0;
	}
	if (word.len < 2 || word.p[word.len - 1] != '*' ||
	    word.p[word.len - 2] != '.')
		return -1;
	word.len--;
	for (int i = 0; i < N_ACTIONS; i++) {
		if (!vms_str_has_prefix(actions[i].name, word))
			continue;
		vms_action_set_add(s, i);
		found = true;
	}
	return found ? 0 : -1;
}
