/* SPDX-License-Identifier: MIT */
/*
 * A user's groups, from one record: the cost does not depend on the size of
 * any group.  All of them or none: a partial list is never handed out.
 */
#include "nss_vms/nss_vms.h"

#include <errno.h>
#include <stdlib.h>

#define GIDS_AT_ONCE 64

/* glibc's array of groups, grown by us. */
struct groups {
	gid_t *v;
	long int n, size, limit;	/* limit <= 0: none */
};

static bool
is_full(const struct groups *g)
{
	return g->limit > 0 && g->n >= g->limit;
}

static enum vms_answer
append(struct groups *g, gid_t gid)
{
	if (g->n == g->size) {
		long int size = g->size < 16 ? 32 : 2 * g->size;
		gid_t *v;

		if (g->limit > 0 && size > g->limit)
			size = g->limit;
		v = realloc(g->v, (size_t)size * sizeof(*v));
		if (v == NULL)
			return VMS_ANSWER_BUSY;
		g->v = v;
		g->size = size;
	}
	g->v[g->n++] = gid;
	return VMS_ANSWER_OK;
}

/* Append what the record holds but for the primary group, which the caller
 * has listed. */
static enum vms_answer
append_all(struct vms_reader *r, struct vms_found found, gid_t primary,
    struct groups *g)
{
	uint8_t raw[4 * GIDS_AT_ONCE];
	uint32_t gids[GIDS_AT_ONCE];
	uint32_t left = found.len / 4;

	if (found.len % 4 != 0 || left > VMS_GROUPS_MAX)
		return VMS_ANSWER_BAD;
	while (left > 0) {
		uint32_t n = left < GIDS_AT_ONCE ? left : GIDS_AT_ONCE;
		enum vms_answer answer = vms_reader_read(r, found.at, raw,
		    4 * n);

		if (answer != VMS_ANSWER_OK)
			return answer;
		if (vms_snap_get_gids(raw, n, gids) != 0)
			return VMS_ANSWER_BAD;
		for (uint32_t i = 0; i < n; i++) {
			if (gids[i] == primary)
				continue;
			if (is_full(g))
				return VMS_ANSWER_OK;
			if (append(g, gids[i]) != VMS_ANSWER_OK)
				return VMS_ANSWER_BUSY;
		}
		found.at += 4 * n;
		left -= n;
	}
	return VMS_ANSWER_OK;
}

static enum vms_answer
groups_of(struct vms_str user, gid_t primary, struct groups *g)
{
	uint8_t key[VMS_SNAP_KEY_MAX];
	struct vms_found found;
	struct vms_reader r;
	enum vms_answer answer;

	if (!vms_name_is_login(user) || vms_name_is_privileged(user))
		return VMS_ANSWER_NOT_FOUND;
	answer = vms_reader_open(&r);
	if (answer != VMS_ANSWER_OK)
		return answer;
	answer = vms_reader_find(&r, key,
	    vms_snap_key_name(VMS_SNAP_GIDS, user, key), &found);
	if (answer == VMS_ANSWER_OK)
		answer = append_all(&r, found, primary, g);
	vms_reader_close(&r);
	return answer;
}

VMS_NSS_ENTRY enum nss_status
_nss_vms_initgroups_dyn(const char *user, gid_t group, long int *start,
    long int *size, gid_t **groups, long int limit, int *errnop)
{
	struct groups g = { *groups, *start, *size, limit };
	int saved = errno;
	enum vms_answer answer = groups_of(vms_nss_name(user), group, &g);

	/* The array may have moved, whatever came of it. */
	*groups = g.v;
	*size = g.size;
	if (answer == VMS_ANSWER_OK)
		*start = g.n;
	return vms_nss_done(answer, saved, errnop);
}
