/* SPDX-License-Identifier: MIT */
/* Sessions of PAM: see session.h. */
#include "vmsd/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vmsd/log.h"
#include "vmsd/procinfo.h"
#include "vmsd/proclist.h"
#include "vmsd/session_memo.h"
#include "vmsd/session_wire.h"
#include "vmsd/store.h"

#define PREFIX "session/"
#define KNOWN "known/"
#define KEY_SIZE 64

struct vms_sessions {
	struct vms_store *store;	/* borrowed */
	struct vms_session *v;		/* oldest first */
	size_t n, cap;
	uint64_t next;
	uint8_t (*known)[VMS_UUID_LEN];
	uint32_t n_known;
	struct vms_memos memos;
};

bool
vms_session_is_over(const struct vms_session *s)
{
	return s->process.pid == 0;
}

static struct vms_str
session_key(char buf[KEY_SIZE], const char *id)
{
	snprintf(buf, KEY_SIZE, PREFIX "%s", id);
	return vms_str_of(buf);
}

static struct vms_session *
add(struct vms_sessions *t)
{
	if (t->n == VMS_SESSIONS_MAX)
		return NULL;
	if (t->n == t->cap) {
		size_t cap = t->cap == 0 ? 64 : t->cap * 2;
		struct vms_session *v = reallocarray(t->v, cap, sizeof(*v));

		if (v == NULL)
			return NULL;
		t->v = v;
		t->cap = cap;
	}
	return &t->v[t->n++];
}

static int
take_stored(void *arg, struct vms_str key, struct vms_str value,
    struct vms_err *err)
{
	struct vms_sessions *t = arg;
	struct vms_session s, *at;
	int64_t id = 0;

	(void)err;
	/* What cannot be read was written by another version: let it lie,
	 * the sweep below does not see it, a new one takes other ids. */
	if (vms_session_decode(value, &s) == -1)
		return 0;
	key.p += sizeof(PREFIX) - 1;
	key.len -= sizeof(PREFIX) - 1;
	if (vms_num_parse(key, 0, INT64_MAX, &id) == 0 &&
	    (uint64_t)id >= t->next)
		t->next = (uint64_t)id + 1;
	at = add(t);
	s.allowed_s = s.opened_s;
	if (at != NULL)
		*at = s;
	return 0;
}

static int
compare_ids(const void *a, const void *b)
{
	const struct vms_session *s = a, *t = b;
	int64_t m = 0, n = 0;

	(void)vms_num_parse(vms_str_of(s->id), 0, INT64_MAX, &m);
	(void)vms_num_parse(vms_str_of(t->id), 0, INT64_MAX, &n);
	return (m > n) - (m < n);
}

static int
note_known(struct vms_sessions *t, const uint8_t *uuid)
{
	uint8_t (*v)[VMS_UUID_LEN] = reallocarray(t->known,
	    (size_t)t->n_known + 1, sizeof(*v));

	if (v == NULL)
		return -1;
	t->known = v;
	memcpy(t->known[t->n_known++], uuid, VMS_UUID_LEN);
	return 0;
}

static int
take_known(void *arg, struct vms_str key, struct vms_str value,
    struct vms_err *err)
{
	(void)key;
	if (value.len == VMS_UUID_LEN &&
	    note_known(arg, (const uint8_t *)value.p) == -1)
		return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	return 0;
}

struct vms_sessions *
vms_sessions_new(struct vms_store *store, struct vms_err *err)
{
	struct vms_sessions *t = calloc(1, sizeof(*t));

	if (t == NULL) {
		vms_fail(err, VMS_E_SYSTEM, "out of memory");
		return NULL;
	}
	t->store = store;
	t->next = 1;
	if (vms_store_kv_each(store, VMS_STR(PREFIX), take_stored, t, err) !=
	    0 || vms_store_kv_each(store, VMS_STR(KNOWN), take_known, t,
	    err) != 0) {
		vms_sessions_free(t);
		return NULL;
	}
	/* The store's order is that of text: 10 before 9. */
	if (t->n > 0)
		qsort(t->v, t->n, sizeof(*t->v), compare_ids);
	vms_sessions_sweep(t);
	return t;
}

void
vms_sessions_free(struct vms_sessions *t)
{
	if (t == NULL)
		return;
	free(t->v);
	free(t->known);
	free(t);
}

static void
save(struct vms_sessions *t, const struct vms_session *s)
{
	struct vms_err err = { 0 };
	struct vms_wr w = { 0 };
	char key[KEY_SIZE];

	vms_session_encode(&w, s);
	if (w.bad || vms_store_kv_put(t->store, session_key(key, s->id),
	    (struct vms_str){ (char *)w.p, w.len }, &err) == -1)
		vms_log_err("a session will be forgotten at a restart", &err);
	vms_wr_fini(&w);
}

static bool
has_share(const struct vms_sessions *t, const uint8_t uuid[VMS_UUID_LEN])
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		n += memcmp(t->v[i].uuid, uuid, VMS_UUID_LEN) == 0;
	return n < VMS_SESSIONS_PER_USER;
}

int
vms_sessions_open(struct vms_sessions *t, struct vms_session *s,
    struct vms_err *err)
{
	struct vms_session *at = has_share(t, s->uuid) ? add(t) : NULL;

	if (at == NULL)
		return vms_fail(err, VMS_E_LIMIT,
		    "no room for another session of %s", s->user);
	snprintf(s->id, sizeof(s->id), "%llu",
	    (unsigned long long)t->next++);
	s->allowed_s = s->opened_s;
	*at = *s;
	save(t, s);
	return 0;
}

static void
drop(struct vms_sessions *t, size_t i)
{
	struct vms_err err = { 0 };
	char key[KEY_SIZE];

	if (vms_store_kv_del(t->store, session_key(key, t->v[i].id), &err) ==
	    -1)
		vms_log_err("session", &err);
	t->n--;
	memmove(&t->v[i], &t->v[i + 1], (t->n - i) * sizeof(t->v[0]));
}

/*
 * PAM's session is over, or its process gone.  What the user left running
 * must still end with his rights, so the newest of each user stays until
 * nothing of his runs.
 */
static void
set_over(struct vms_sessions *t, size_t i)
{
	uint8_t uuid[VMS_UUID_LEN];
	bool newest = true;

	t->v[i].process = (struct vms_process){ 0, 0 };
	if (t->v[i].state == VMS_SESSION_ENDING) {
		t->v[i].due = true;
		return;
	}
	save(t, &t->v[i]);
	memcpy(uuid, t->v[i].uuid, sizeof(uuid));
	for (size_t j = t->n; j-- > 0;) {
		if (!vms_session_is_over(&t->v[j]) ||
		    t->v[j].state == VMS_SESSION_ENDING ||
		    memcmp(t->v[j].uuid, uuid, sizeof(uuid)) != 0)
			continue;
		if (newest)
			newest = false;
		else
			drop(t, j);
	}
}

bool
vms_sessions_close(struct vms_sessions *t, struct vms_str user,
    struct vms_str service, const struct vms_process *process)
{
	for (size_t i = t->n; i-- > 0;) {
		const struct vms_session *s = &t->v[i];

		if (s->process.pid != process->pid ||
		    s->process.start_ticks != process->start_ticks ||
		    !vms_str_caseeq(vms_str_of(s->user), user) ||
		    !vms_str_eq(vms_str_of(s->service), service))
			continue;
		set_over(t, i);
		return true;
	}
	return false;
}

void
vms_sessions_sweep(struct vms_sessions *t)
{
	for (size_t i = t->n; i-- > 0;) {
		const struct vms_session *s = &t->v[i];

		/* One that is ending is the parent's to call empty. */
		if (vms_session_is_over(s) ||
		    s->state == VMS_SESSION_ENDING ||
		    vms_procinfo_lives(s->process.pid,
		    s->process.start_ticks))
			continue;
		vms_log(VMS_LOG_INFO, "session over id=%s user=%s service=%s",
		    s->id, s->user, s->service);
		set_over(t, i);
		/* Older ones of the user's may have gone with it. */
		if (i > t->n)
			i = t->n;
	}
}

void
vms_sessions_forget(struct vms_sessions *t)
{
	struct vms_proclist all = { 0 };
	struct vms_err err = { 0 };
	bool any = false;

	for (size_t i = 0; i < t->n; i++)
		any |= vms_session_is_over(&t->v[i]);
	if (any && vms_proclist_read(&all, &err) == -1)
		vms_log_err("sessions", &err);
	else if (any)
		for (size_t i = t->n; i-- > 0;)
			if (vms_session_is_over(&t->v[i]) &&
			    t->v[i].state != VMS_SESSION_ENDING &&
			    !vms_proclist_has_uid(&all, t->v[i].uid))
				drop(t, i);
	vms_proclist_fini(&all);
}

struct vms_session *
vms_sessions_edit(struct vms_sessions *t, size_t i)
{
	return &t->v[i];
}

void
vms_sessions_ended(struct vms_sessions *t, size_t i)
{
	drop(t, i);
}

size_t
vms_sessions_count(const struct vms_sessions *t)
{
	return t->n;
}

const struct vms_session *
vms_sessions_at(const struct vms_sessions *t, size_t i)
{
	return &t->v[i];
}

bool
vms_session_has_origin(const struct vms_session *s)
{
	return !vms_session_is_over(s) && (s->klass == VMS_CLASS_REMOTE ||
	    s->klass == VMS_CLASS_CONSOLE);
}

/* Nothing begins inside a session that is being ended. */
static bool
is_origin(const struct vms_session *s)
{
	return vms_session_has_origin(s) && s->state != VMS_SESSION_ENDING;
}

const struct vms_session *
vms_sessions_by_audit(const struct vms_sessions *t, uint32_t audit_session)
{
	if (audit_session == UINT32_MAX)
		return NULL;
	for (size_t i = t->n; i-- > 0;)
		if (t->v[i].audit_session == audit_session &&
		    is_origin(&t->v[i]))
			return &t->v[i];
	return NULL;
}

const struct vms_session *
vms_sessions_by_user(const struct vms_sessions *t,
    const uint8_t uuid[VMS_UUID_LEN])
{
	for (size_t i = t->n; i-- > 0;)
		if (is_origin(&t->v[i]) &&
		    memcmp(t->v[i].uuid, uuid, VMS_UUID_LEN) == 0)
			return &t->v[i];
	return NULL;
}

int64_t
vms_sessions_live(const struct vms_sessions *t,
    const uint8_t uuid[VMS_UUID_LEN])
{
	int64_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		n += vms_session_has_origin(&t->v[i]) &&
		    memcmp(t->v[i].uuid, uuid, VMS_UUID_LEN) == 0;
	return n;
}

void
vms_sessions_remember(struct vms_sessions *t, struct vms_str user,
    struct vms_str service, const struct vms_process *process,
    const struct vms_from *from, int64_t now_ms)
{
	vms_memos_put(&t->memos, user, service, process, from, now_ms);
}

bool
vms_sessions_recall(const struct vms_sessions *t, struct vms_str user,
    struct vms_str service, const struct vms_process *process,
    int64_t now_ms, struct vms_from *from)
{
	return vms_memos_get(&t->memos, user, service, process, now_ms, from);
}

bool
vms_sessions_was_here(struct vms_sessions *t,
    const uint8_t uuid[VMS_UUID_LEN])
{
	struct vms_err err = { 0 };
	char key[KEY_SIZE] = KNOWN;
	size_t len = sizeof(KNOWN) - 1;

	for (uint32_t i = 0; i < t->n_known; i++)
		if (memcmp(t->known[i], uuid, VMS_UUID_LEN) == 0)
			return false;
	for (size_t i = 0; i < VMS_UUID_LEN; i++, len += 2)
		snprintf(key + len, 3, "%02x", uuid[i]);
	if (vms_store_kv_put(t->store, vms_str_of(key),
	    (struct vms_str){ (const char *)uuid, VMS_UUID_LEN }, &err) == -1)
		vms_log_err("who logged in here", &err);
	return note_known(t, uuid) == 0;
}

const uint8_t (*vms_sessions_known(const struct vms_sessions *t,
    uint32_t *n))[VMS_UUID_LEN]
{
	*n = t->n_known;
	return (const uint8_t (*)[VMS_UUID_LEN])t->known;
}
