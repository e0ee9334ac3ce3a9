/* SPDX-License-Identifier: MIT */
/*
 * Random histories: a server changes, the client comes and goes, and after
 * every phase and every live change the replica must equal the directory.
 * The server says no more than slapd does: a container that is renamed or
 * moved sends nothing for what is below it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "sync_world.h"
#include "vmsd/ipc.h"

#define NODES 80
#define BASE 1			/* node: the search base */
#define OUTSIDE 2		/* node: not below it */

struct node {
	bool alive, container, matches;
	size_t parent;
	unsigned name;
	unsigned csn;
	bool told;		/* the session log: in scope when we left */
};

struct server {
	struct node v[NODES];
	size_t n;
	unsigned csn, names;
	unsigned left_csn;	/* contextCSN when the client went away */
	bool log;		/* a session log covers that */
	struct vms_sync_phase *ph;
	struct replica *r;
	struct vms_arena a;
	unsigned full, persists, resumes;
};

static uint64_t seed;

static unsigned
rnd(unsigned n)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407U;
	return (unsigned)(seed >> 33) % n;
}

static void
dn_of(const struct server *s, size_t i, char *out, size_t size)
{
	size_t len = 0;

	out[0] = '\0';
	for (;; i = s->v[i].parent) {
		len += (size_t)snprintf(out + len, size - len, "%s%s=n%u",
		    len > 0 ? "," : "", s->v[i].container ? "ou" : "cn",
		    s->v[i].name);
		assert_true(len < size);
		if (i == 0)
			return;
	}
}

static bool
is_below(const struct server *s, size_t i, size_t top)
{
	for (; i != 0; i = s->v[i].parent)
		if (i == top)
			return true;
	return false;
}

static bool
in_scope(const struct server *s, size_t i)
{
	return s->v[i].alive && s->v[i].matches && is_below(s, i, BASE);
}

static void
uuid_of(size_t i, uint8_t *out)
{
	memset(out, 0, VMS_UUID_LEN);
	out[0] = 0xab;
	out[15] = (uint8_t)i;
}

static struct vms_str
cookie_of(struct server *s, unsigned csn)
{
	char text[80], c[VMS_CSN_LEN + 1];

	csn_make(c, csn, 1);
	snprintf(text, sizeof(text), "rid=000,csn=%s", c);
	return vms_arena_str(&s->a, vms_str_of(text));
}

/* Feed one event; true if the machine wants a full refresh. */
static bool
feed(struct server *s, struct vms_sync_event *ev)
{
	struct vms_err err = { 0 };
	enum vms_sync_next next = vms_sync_phase_feed(s->ph, ev, &err);

	if (next == VMS_SYNC_GO_ON || next == VMS_SYNC_CHANGED)
		return false;
	if (next != VMS_SYNC_FULL)
		fail_msg("next %d: %s", next,
		    vms_sync_phase_stats(s->ph).why);
	return true;
}

static bool
tell(struct server *s, size_t i, enum vms_sync_state state,
    struct vms_str cookie)
{
	struct vms_sync_event ev = { .type = VMS_IPC_SYNC_ENTRY,
		.state = state, .cookie = cookie };
	char dn[256], csn[VMS_CSN_LEN + 1];
	struct vms_str vals[2];
	struct vms_attr attrs[2] = {
		{ .name = VMS_STR("entryCSN"), .vals = &vals[0], .n_vals = 1 },
		{ .name = VMS_STR("objectClass"), .vals = &vals[1],
		    .n_vals = 1 },
	};

	csn_make(csn, s->v[i].csn, 1);
	vals[0] = vms_str_of(csn);
	vals[1] = s->v[i].container ? VMS_STR("organizationalUnit") :
	    VMS_STR("vmsRole");
	dn_of(s, i, dn, sizeof(dn));
	uuid_of(i, ev.entry.uuid);
	ev.entry.dn = vms_str_of(dn);
	if (state != VMS_SYNC_DELETE) {
		ev.entry.attrs = attrs;
		ev.entry.n_attrs = 2;
	}
	return feed(s, &ev);
}

static bool
tell_ids(struct server *s, bool deletes, const uint8_t *uuids, uint32_t n)
{
	struct vms_sync_event ev = { .type = VMS_IPC_SYNC_IDSET,
		.deletes = deletes, .uuids = uuids, .n_uuids = n };

	return n > 0 && feed(s, &ev);
}

static bool
tell_phase(struct server *s, bool deletes)
{
	struct vms_sync_event ev = { .type = VMS_IPC_SYNC_PHASE,
		.deletes = deletes, .done = true,
		.cookie = cookie_of(s, s->csn) };

	return feed(s, &ev);
}

static void
begin(struct server *s, bool with_cookie)
{
	struct vms_sync_event ev = { .type = VMS_IPC_SYNC_BEGIN,
		.with_cookie = with_cookie };
	struct vms_err err;

	vms_arena_reset(&s->a);
	assert_int_equal(vms_sync_phase_set_cookie(s->ph,
	    vms_str_of(s->r->cookie), &err), 0);
	assert_false(feed(s, &ev));
}

/* The replica holds exactly what the directory has in scope. */
static void
check(struct server *s)
{
	size_t held = 0, want = 0;

	for (size_t i = 0; i < s->n; i++) {
		uint8_t uuid[VMS_UUID_LEN];
		char dn[256], csn[VMS_CSN_LEN + 1];
		struct rec *rec;

		if (!in_scope(s, i))
			continue;
		want++;
		uuid_of(i, uuid);
		rec = replica_get(s->r, uuid);
		assert_non_null(rec);
		assert_int_equal(rec->what, 1);
		dn_of(s, i, dn, sizeof(dn));
		assert_string_equal(rec->dn, dn);
		csn_make(csn, s->v[i].csn, 1);
		assert_string_equal(rec->csn, csn);
	}
	for (size_t i = 0; i < s->r->n; i++)
		held += s->r->v[i].what == 1;
	assert_int_equal(held, want);
}

static void
full_refresh(struct server *s)
{
	begin(s, false);
	for (size_t i = 0; i < s->n; i++)
		if (in_scope(s, i))
			assert_false(tell(s, i, VMS_SYNC_ADD,
			    (struct vms_str){ 0 }));
	assert_false(tell_phase(s, rnd(2) == 0));
	s->full++;
	check(s);
}

/* What slapd sends on a resume; true if the machine wants all instead. */
static bool
resume_phase(struct server *s)
{
	uint8_t ids[NODES][VMS_UUID_LEN];
	uint32_t n = 0;
	bool ids_first = rnd(2) == 0;

	for (size_t i = 0; i < s->n; i++) {
		bool gone = s->v[i].told && !in_scope(s, i) &&
		    s->v[i].csn > s->left_csn;

		if (s->log ? gone : in_scope(s, i))
			uuid_of(i, ids[n++]);
	}
	if (ids_first && tell_ids(s, s->log, ids[0], n))
		return true;
	for (size_t i = 0; i < s->n; i++)
		if (in_scope(s, i) && s->v[i].csn > s->left_csn &&
		    tell(s, i, VMS_SYNC_ADD, (struct vms_str){ 0 }))
			return true;
	if (!ids_first && tell_ids(s, s->log, ids[0], n))
		return true;
	return tell_phase(s, s->log);
}

/* Whether something did not change while we were away: else a server that
 * forgot our cookie looks as one that did not. */
static bool
any_unchanged(const struct server *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (in_scope(s, i) && s->v[i].csn <= s->left_csn)
			return true;
	return false;
}

/* The cookie is not understood: everything, as if it were deletes only. */
static bool
forgotten_phase(struct server *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (in_scope(s, i) && tell(s, i, VMS_SYNC_ADD,
		    (struct vms_str){ 0 }))
			return true;
	return tell_phase(s, true);
}

static void
resume(struct server *s)
{
	bool wants_all;

	s->log = rnd(2) == 0;
	begin(s, true);
	wants_all = rnd(8) == 0 && any_unchanged(s) ? forgotten_phase(s) :
	    resume_phase(s);
	s->resumes++;
	if (wants_all)
		full_refresh(s);
	else
		check(s);
}

static size_t
pick(struct server *s, bool container)
{
	for (int tries = 0; tries < 200; tries++) {
		size_t i = rnd((unsigned)s->n);

		if (s->v[i].alive && s->v[i].container == container)
			return i;
	}
	return 0;
}

static bool
has_children(const struct server *s, size_t top)
{
	for (size_t i = 1; i < s->n; i++)
		if (s->v[i].alive && i != top && s->v[i].parent == top)
			return true;
	return false;
}

/* One random change.  Returns the node, or 0 if nothing came of it. */
static size_t
change(struct server *s)
{
	size_t i = pick(s, rnd(3) == 0), to = pick(s, true);

	switch (rnd(6)) {
	case 0:
		if (s->n == NODES)
			return 0;
		i = s->n++;
		s->v[i] = (struct node){ .alive = true, .parent = to,
			.container = rnd(4) == 0, .name = ++s->names };
		s->v[i].matches = s->v[i].container || rnd(4) != 0;
		break;
	case 1:
		if (i <= OUTSIDE || has_children(s, i))
			return 0;
		s->v[i].alive = false;
		break;
	case 2:
		if (i <= OUTSIDE)
			return 0;
		s->v[i].name = ++s->names;
		break;
	case 3:
		if (i <= OUTSIDE || is_below(s, to, i))
			return 0;
		s->v[i].parent = to;
		break;
	case 4:
		if (s->v[i].container)
			return 0;
		s->v[i].matches = !s->v[i].matches;
		break;
	default:
		break;		/* only its content */
	}
	s->v[i].csn = ++s->csn;
	return i;
}

/* The one message that a change makes in the persist stage. */
static void
live(struct server *s)
{
	bool was[NODES], now, full = false;
	size_t i;

	for (size_t k = 0; k < NODES; k++)
		was[k] = in_scope(s, k);
	vms_arena_reset(&s->a);
	i = change(s);
	if (i == 0)
		return;
	now = in_scope(s, i);
	if (now)
		full = tell(s, i, was[i] ? VMS_SYNC_MODIFY : VMS_SYNC_ADD,
		    cookie_of(s, s->csn));
	else if (was[i])
		full = tell(s, i, VMS_SYNC_DELETE, cookie_of(s, s->csn));
	s->persists++;
	if (full)
		full_refresh(s);
	else
		check(s);
}

static void
away(struct server *s)
{
	struct vms_csn_set set;
	unsigned n = rnd(12);

	/* The client's cookie tells from where it goes on. */
	vms_csn_set_parse(vms_str_of(s->r->cookie), &set);
	assert_int_equal(set.n, 1);
	s->left_csn = (unsigned)(strtoul(set.v[0] + 8, NULL, 10) * 1000 +
	    strtoul(set.v[0] + 15, NULL, 10));
	for (size_t i = 0; i < NODES; i++)
		s->v[i].told = in_scope(s, i);
	for (unsigned k = 0; k < n; k++)
		change(s);
}

static void
one_history(uint64_t number, struct server *sum)
{
	struct replica *r = calloc(1, sizeof(*r));
	struct server s = { .n = 3, .csn = 1000, .names = 3, .r = r };
	struct vms_sync_sink sink = replica_sink(r);

	seed = number * 7919 + 1;
	for (size_t i = 0; i < 3; i++)
		s.v[i] = (struct node){ .alive = true, .container = true,
			.matches = true, .name = (unsigned)i, .csn = ++s.csn };
	s.ph = vms_sync_phase_new(&sink);
	assert_non_null(s.ph);
	for (int k = 0; k < 25; k++)
		change(&s);
	full_refresh(&s);
	for (int round = 0; round < 12; round++) {
		for (unsigned k = rnd(8); k > 0; k--)
			live(&s);
		away(&s);
		resume(&s);
	}
	sum->full += s.full;
	sum->resumes += s.resumes;
	sum->persists += s.persists;
	vms_sync_phase_free(s.ph);
	vms_arena_fini(&s.a);
	free(r);
}

static void
test_histories(void **state)
{
	struct server sum = { 0 };

	(void)state;
	for (uint64_t i = 1; i <= 1500; i++)
		one_history(i, &sum);
	printf("%u live changes, %u resumes, %u full refreshes\n",
	    sum.persists, sum.resumes, sum.full);
	assert_true(sum.full < sum.resumes + sum.persists);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_histories),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
