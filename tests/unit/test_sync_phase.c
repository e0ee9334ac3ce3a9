/* SPDX-License-Identifier: MIT */
/*
 * The phase machine, event by event.  A line of a script is one event and
 * what must come of it:
 *
 *	begin | resume		BEGIN without, with our cookie
 *	add N CSN [DN]		entry N (cn=eN,dc=x unless given) as add; with
 *	mod N CSN [DN]		modify; "ou=..." makes it a container
 *	del N | here N		ENTRY delete, present
 *	gone N,N | all N,N	IDSET refreshDeletes TRUE, FALSE
 *	deletes | presents	PHASE, done, with the CSN that follows
 *	more			PHASE refreshPresent, not done
 *	end RESULT		END
 *	have N,N		what the replica holds at that moment
 *	cookie CSN		what was committed last
 *
 * CSNs are small numbers, "5.2" being number 5 of server 2; "-" is none.
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

struct play {
	struct replica r;
	struct vms_sync_phase *ph;
	struct vms_arena a;
	const char *line;	/* for messages */
};

static struct vms_str
csn_text(struct play *p, const char *word, bool cookie)
{
	char c[VMS_CSN_LEN + 1], text[80];
	const char *dot = strchr(word, '.');

	if (word[0] == '-' || word[0] == '\0')
		return (struct vms_str){ NULL, 0 };
	csn_make(c, (unsigned)atoi(word),
	    dot == NULL ? 1 : (unsigned)atoi(dot + 1));
	snprintf(text, sizeof(text), "%s%s", cookie ? "rid=000,csn=" : "", c);
	return vms_arena_str(&p->a, vms_str_of(text));
}

static void
uuid_of(long n, uint8_t *uuid)
{
	memset(uuid, 0, VMS_UUID_LEN);
	uuid[3] = (uint8_t)n;
}

static enum vms_sync_next
feed(struct play *p, const struct vms_sync_event *ev)
{
	return vms_sync_phase_feed(p->ph, ev, NULL);
}

static enum vms_sync_next
entry(struct play *p, enum vms_sync_state state, char **w)
{
	struct vms_sync_event ev = { .type = VMS_IPC_SYNC_ENTRY,
		.state = state };
	const char *csn = w[2] == NULL ? "-" : w[2];
	char dn[64];
	struct vms_str vals[2];
	struct vms_attr attrs[2] = {
		{ .name = VMS_STR("objectClass"), .vals = &vals[0],
		    .n_vals = 1 },
		{ .name = VMS_STR("entryCSN"), .vals = &vals[1],
		    .n_vals = 1 },
	};

	snprintf(dn, sizeof(dn), "cn=e%s,dc=x", w[1]);
	if (w[2] != NULL && w[3] != NULL)
		snprintf(dn, sizeof(dn), "%s", w[3]);
	vals[0] = memcmp(dn, "ou=", 3) == 0 ?
	    VMS_STR("organizationalUnit") : VMS_STR("vmsRole");
	vals[1] = csn_text(p, csn, false);
	uuid_of(atol(w[1]), ev.entry.uuid);
	ev.entry.dn = vms_str_of(dn);
	ev.entry.attrs = attrs;
	ev.entry.n_attrs = vals[1].len > 0 ? 2 : 1;
	ev.cookie = csn_text(p, csn, true);
	return feed(p, &ev);
}

static enum vms_sync_next
idset(struct play *p, bool deletes, char *list)
{
	uint8_t ids[16][VMS_UUID_LEN];
	struct vms_sync_event ev = { .type = VMS_IPC_SYNC_IDSET,
		.deletes = deletes, .uuids = ids[0] };
	char *save;

	for (char *n = strtok_r(list, ",", &save); n != NULL;
	    n = strtok_r(NULL, ",", &save))
		uuid_of(atol(n), ids[ev.n_uuids++]);
	return feed(p, &ev);
}

static enum vms_sync_next
begin(struct play *p, bool with_cookie)
{
	struct vms_sync_event ev = { .type = VMS_IPC_SYNC_BEGIN,
		.with_cookie = with_cookie };

	assert_int_equal(vms_sync_phase_set_cookie(p->ph,
	    vms_str_of(p->r.cookie), NULL), 0);
	return feed(p, &ev);
}

static void
have(struct play *p, const char *want)
{
	char got[128] = "";
	size_t len = 0;

	for (long n = 0; n < 256; n++) {
		uint8_t uuid[VMS_UUID_LEN];
		struct rec *rec;

		uuid_of(n, uuid);
		rec = replica_get(&p->r, uuid);
		if (rec != NULL && rec->what == 1)
			len += (size_t)snprintf(got + len, sizeof(got) - len,
			    "%s%ld", len > 0 ? "," : "", n);
	}
	if (strcmp(got, strcmp(want, "none") == 0 ? "" : want) != 0)
		fail_msg("%s: holds %s", p->line, got);
}

static enum vms_sync_next
run(struct play *p, char **w)
{
	struct vms_sync_event ev = { .type = VMS_IPC_SYNC_PHASE,
		.done = true };

	if (strcmp(w[0], "begin") == 0 || strcmp(w[0], "resume") == 0)
		return begin(p, w[0][0] == 'r');
	if (strcmp(w[0], "add") == 0)
		return entry(p, VMS_SYNC_ADD, w);
	if (strcmp(w[0], "mod") == 0)
		return entry(p, VMS_SYNC_MODIFY, w);
	if (strcmp(w[0], "del") == 0)
		return entry(p, VMS_SYNC_DELETE, w);
	if (strcmp(w[0], "here") == 0)
		return entry(p, VMS_SYNC_PRESENT, w);
	if (strcmp(w[0], "gone") == 0 || strcmp(w[0], "all") == 0)
		return idset(p, w[0][0] == 'g', w[1]);
	if (strcmp(w[0], "end") == 0) {
		ev.type = VMS_IPC_SYNC_END;
		ev.result = (uint32_t)atoi(w[1]);
		return feed(p, &ev);
	}
	if (strcmp(w[0], "newcookie") == 0) {
		ev.type = VMS_IPC_SYNC_COOKIE;
		ev.cookie = csn_text(p, w[1], true);
		return feed(p, &ev);
	}
	ev.deletes = strcmp(w[0], "deletes") == 0;
	ev.done = strcmp(w[0], "more") != 0;
	ev.cookie = csn_text(p, w[1] == NULL ? "-" : w[1], true);
	return feed(p, &ev);
}

static enum vms_sync_next
meaning(const char *word)
{
	static const char *const words[] = { "", "changed", "full", "behind",
		"held", "lost", "broken" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(word, words[i]) == 0)
			return (enum vms_sync_next)i;
	fail_msg("%s?", word);
	return VMS_SYNC_BROKEN;
}

/* One line: words, and what comes of them after "=>". */
static void
play_line(struct play *p, char *line)
{
	char *arrow = strstr(line, " => "), *save, *w[5] = { NULL };
	enum vms_sync_next next;
	struct vms_str csn;
	size_t n = 0;

	p->line = line;
	if (arrow != NULL)
		*arrow = '\0';
	for (char *word = strtok_r(line, " ", &save); word != NULL && n < 4;
	    word = strtok_r(NULL, " ", &save))
		w[n++] = word;
	if (strcmp(w[0], "have") == 0) {
		have(p, w[1]);
	} else if (strcmp(w[0], "cookie") == 0) {
		csn = csn_text(p, w[1], false);
		assert_non_null(strstr(p->r.cookie, csn.p));
	} else if (strcmp(w[0], "accept") == 0) {
		vms_sync_phase_accept(p->ph);
	} else if (strcmp(w[0], "full-disk") == 0) {
		p->r.fail = true;
	} else {
		next = run(p, w);
		if (next != meaning(arrow == NULL ? "" : arrow + 4))
			fail_msg("%s %s: got %d: %s", w[0],
			    w[1] == NULL ? "" : w[1], (int)next,
			    vms_sync_phase_stats(p->ph).why);
	}
}

/* Three entries, live. */
#define START "begin; add 1 1; add 2 2; add 3 3; deletes 3 => changed; "
/* A container 8 with entry 9 in it. */
#define BOX "begin; add 8 1 ou=b,dc=x; add 9 2 cn=n,ou=b,dc=x; " \
    "deletes 3 => changed; "

static const struct {
	const char *what, *script;
} rows[] = {
	{ "full refresh and live changes", START "have 1,2,3; cookie 3; "
	    "add 4 4 => changed; mod 1 5 => changed; del 2 6 => changed; "
	    "have 1,3,4; cookie 6" },
	{ "a refresh that ends with presents", "begin; add 1 1; "
	    "presents 1 => changed; have 1" },
	{ "nothing of half a refresh stays", START "begin; add 7 9; "
	    "end 52 => lost; have 1,2,3; resume; deletes => changed; "
	    "have 1,2,3; cookie 3" },
	{ "a fresh set replaces what it lacks", START "begin; add 1 1; "
	    "add 5 5; deletes 5 => changed; have 1,5" },
	{ "delete phase", START "resume; gone 2,3; add 4 4; "
	    "deletes 4 => changed; have 1,4; cookie 4" },
	{ "delete phase, one by one", START "resume; del 2 4; "
	    "deletes 4 => changed; have 1,3" },
	{ "present phase", START "resume; all 1,4; here 3; add 4 4; "
	    "presents 4 => changed; have 1,3,4" },
	{ "present phase that names later what it sent", START
	    "resume; add 4 4; all 1,2,3,4; presents 4 => changed; "
	    "have 1,2,3,4" },
	{ "present phase, then deletes", START "resume; all 1,3; more; "
	    "gone 3; add 4 4; deletes 4 => changed; have 1,4" },
	{ "a present entry that was never sent", START "resume; all 1,2,7; "
	    "presents 4 => full; have 1,2,3; begin; add 1 1; add 7 2; "
	    "deletes 4 => changed; have 1,7" },
	{ "the server forgot the cookie", START "resume; add 1 1; add 3 3; "
	    "deletes 3 => full; have 1,2,3" },
	{ "older than all its data: present phase", START "resume; "
	    "add 1 1; add 3 3; presents 5 => changed; have 1,3" },
	{ "results", START "resume; end 53 => behind; have 1,2,3; resume; "
	    "end 4096 => full; resume; end 0 => lost; resume; end 4 => lost" },
	{ "words of a search that is over are not heard", START "resume; "
	    "end 53 => behind; add 7 7; deletes 7; have 1,2,3; cookie 3" },
	{ "an event without a search", "add 1 1 => broken" },
	{ "a cookie older than ours", START "resume; deletes 2 => behind; "
	    "cookie 3; have 1,2,3" },
	{ "restored: an entry is older", START "mod 1 9 => changed; begin; "
	    "add 1 1; add 2 2; add 3 3; deletes 3 => held; have 1,2,3; "
	    "cookie 9" },
	{ "restored: what it never knew is missing", START
	    "add 4 9 => changed; begin; add 1 1; add 2 2; add 3 3; "
	    "deletes 3 => held; have 1,2,3,4" },
	{ "restored: one who was deleted is back", START
	    "del 2 9 => changed; begin; add 1 1; add 2 2; add 3 3; "
	    "deletes 10 => held; have 1,3" },
	{ "restored, and accepted", START "del 2 9 => changed; "
	    "mod 1 10 => changed; begin; add 1 1; add 2 2; add 3 3; "
	    "deletes 3 => held; accept; begin; add 1 1; add 2 2; add 3 3; "
	    "deletes 3 => changed; have 1,2,3; cookie 3" },
	{ "acceptance is for one set", START "accept; begin; add 1 1; "
	    "deletes 3 => changed; begin; add 2 2; deletes 3 => held" },
	{ "crashed: its CSN fell back, its data did not", START
	    "mod 1 9 => changed; resume; end 53 => behind; begin; add 1 9; "
	    "add 2 2; add 3 3; deletes 5 => changed; have 1,2,3; cookie 5" },
	{ "back by a change of its own", START "del 2 9 => changed; begin; "
	    "add 1 1; add 2 10; add 3 3; deletes 10 => changed; have 1,2,3" },
	{ "back with its container", BOX "del 8 4 => full; begin; "
	    "deletes 4 => changed; have none; "
	    "add 8 5 ou=b,dc=x => full; begin; add 8 5 ou=b,dc=x; "
	    "add 9 2 cn=n,ou=b,dc=x; deletes 5 => changed; have 8,9" },
	{ "a container is renamed, live", BOX "mod 8 4 ou=c,dc=x => full; "
	    "have 8,9" },
	{ "a container changes in place", BOX "mod 8 4 ou=b,dc=x => changed" },
	{ "a container is spelled differently", BOX
	    "mod 8 4 OU=B,dc=x => changed" },
	{ "an empty container is renamed", BOX "del 9 4 => changed; "
	    "mod 8 5 ou=c,dc=x => changed" },
	{ "a leaf is renamed", START "mod 1 4 cn=f,dc=x => changed" },
	{ "a container leaves, live", BOX "del 8 4 => full" },
	{ "a container arrives, live", START "add 8 4 ou=b,dc=x => full" },
	{ "a container arrives, resumed", START "resume; "
	    "add 8 4 ou=b,dc=x => full" },
	{ "a container is renamed, resumed", BOX "resume; "
	    "add 8 4 ou=c,dc=x; deletes 4 => full; have 8,9" },
	{ "a container and all in it are renamed, resumed", BOX "resume; "
	    "add 8 4 ou=c,dc=x; add 9 5 cn=n,ou=c,dc=x; "
	    "deletes 5 => changed" },
	{ "a container goes with all in it, any order", BOX "resume; "
	    "gone 8,9; deletes 4 => changed; have none" },
	{ "a container goes alone", BOX "resume; gone 8; deletes 4 => full" },
	{ "two servers write: one change moves one CSN", "begin; add 1 1; "
	    "deletes 1 => changed; mod 1 2.2 => changed; cookie 1; "
	    "mod 1 3 => changed; cookie 3; cookie 2.2" },
	{ "a late change does not move the cookie back", START
	    "mod 1 2 => changed; cookie 3" },
	{ "newcookie", START "newcookie 9 => changed; cookie 9; "
	    "resume; newcookie 10; deletes => changed; cookie 10" },
	{ "out of turn: present, live", START "here 1 => full" },
	{ "out of turn: id set, fresh", "begin; all 1 => full" },
	{ "out of turn: end of phase, live", START "deletes 4 => full" },
	{ "id set of deletes, live", START "gone 1,2 => changed; have 3" },
	{ "delete of one we never had", START "del 7 4 => changed; "
	    "have 1,2,3" },
	{ "no CSN at all (another kind of server)", "begin; add 1 -; "
	    "deletes => changed; resume; add 1 -; add 2 -; "
	    "deletes => changed; have 1,2; begin; add 2 -; "
	    "deletes => changed; have 2" },
	{ "the store is full", START "full-disk; mod 1 4 => broken; "
	    "have 1,2,3; cookie 3" },
};

static void
test_scripts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct play *p = calloc(1, sizeof(*p));
		struct vms_sync_sink sink = replica_sink(&p->r);
		char *text = strdup(rows[i].script), *line = text;

		p->ph = vms_sync_phase_new(&sink);
		assert_non_null(p->ph);
		while (line != NULL) {
			char *next = strstr(line, "; ");

			if (next != NULL) {
				*next = '\0';
				next += 2;
			}
			if (line[0] != '\0')
				play_line(p, line);
			line = next;
		}
		vms_sync_phase_free(p->ph);
		vms_arena_fini(&p->a);
		free(text);
		free(p);
	}
}

static void
test_no_csn_is_seen(void **state)
{
	struct play *p = calloc(1, sizeof(*p));
	struct vms_sync_sink sink = replica_sink(&p->r);
	char lines[3][16] = { "begin", "add 1 1", "add 2 -" };

	(void)state;
	p->ph = vms_sync_phase_new(&sink);
	play_line(p, lines[0]);
	play_line(p, lines[1]);
	assert_false(vms_sync_phase_stats(p->ph).no_csn);
	play_line(p, lines[2]);
	assert_true(vms_sync_phase_stats(p->ph).no_csn);
	assert_int_equal(vms_sync_phase_stats(p->ph).entries, 2);
	vms_sync_phase_free(p->ph);
	vms_arena_fini(&p->a);
	free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scripts),
		cmocka_unit_test(test_no_csn_is_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
