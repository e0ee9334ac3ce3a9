/* SPDX-License-Identifier: MIT */
/*
 * Enumeration: getpwent, getgrent, getspent.
 *
 * Between two calls nothing is held but an ordinal and the generation that it
 * counts in.  When another generation is published meanwhile the list ends:
 * its ordinals mean other entries.  The lock is taken here and nowhere else,
 * so that no lookup ever waits for it.
 */
#include "nss_vms/nss_vms.h"

#include <errno.h>
#include <pthread.h>
#include <unistd.h>

struct list {
	pthread_mutex_t lock;
	uint64_t generation;
	int64_t created_s;
	uint32_t next;			/* ordinal */
	bool started, over;
};

typedef enum vms_answer fill_fn(struct vms_reader *r, struct vms_str name,
    void *result, char *buf, size_t len);

struct kind {
	enum vms_snap_kind nth;
	fill_fn *fill;
};

static struct list users = { .lock = PTHREAD_MUTEX_INITIALIZER };
static struct list groups = { .lock = PTHREAD_MUTEX_INITIALIZER };
static struct list shadows = { .lock = PTHREAD_MUTEX_INITIALIZER };

static const struct kind user_kind = {
	VMS_SNAP_NTH_USER, vms_nss_fill_user
};
static const struct kind group_kind = {
	VMS_SNAP_NTH_GROUP, vms_nss_fill_group
};
static const struct kind shadow_kind = {
	VMS_SNAP_NTH_USER, vms_nss_fill_shadow
};

/* The file at hand is the one that the list was begun in, and has more. */
static bool
goes_on(struct list *l, const struct vms_snap_header *h, const struct kind *k)
{
	if (!l->started) {
		l->generation = h->generation;
		l->created_s = h->created_s;
		l->started = true;
	}
	return h->enumerate && l->generation == h->generation &&
	    l->created_s == h->created_s && l->next <
	    (k->nth == VMS_SNAP_NTH_GROUP ? h->n_groups : h->n_users);
}

static enum vms_answer
nth_name(struct vms_reader *r, const struct kind *k, uint32_t n,
    char name[VMS_NAME_MAX], struct vms_str *out)
{
	uint8_t key[VMS_SNAP_KEY_MAX];
	struct vms_found found;
	enum vms_answer answer = vms_reader_find(r, key,
	    vms_snap_key_id(k->nth, n, key), &found);

	if (answer != VMS_ANSWER_OK)
		return answer;
	if (found.len > VMS_NAME_MAX)
		return VMS_ANSWER_BAD;
	*out = (struct vms_str){ name, found.len };
	return vms_reader_read(r, found.at, name, found.len);
}

static enum vms_answer
step(struct list *l, const struct kind *k, void *result, char *buf,
    size_t len)
{
	char text[VMS_NAME_MAX];
	struct vms_str name;
	struct vms_reader r;
	enum vms_answer answer;

	if (l->over)
		return VMS_ANSWER_NOT_FOUND;
	answer = vms_reader_open(&r);
	if (answer != VMS_ANSWER_OK)
		return answer;
	if (!goes_on(l, &r.header, k)) {
		l->over = true;
		vms_reader_close(&r);
		return VMS_ANSWER_NOT_FOUND;
	}
	answer = nth_name(&r, k, l->next, text, &name);
	if (answer == VMS_ANSWER_OK)
		answer = k->fill(&r, name, result, buf, len);
	vms_reader_close(&r);
	if (answer == VMS_ANSWER_NOT_FOUND)
		answer = VMS_ANSWER_BAD;	/* an ordinal of nobody */
	if (answer == VMS_ANSWER_OK)
		l->next++;
	return answer;
}

/* A thread that is cancelled does not leave the lock behind. */
static int
enter(struct list *l)
{
	int cancel_state;

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
	pthread_mutex_lock(&l->lock);
	return cancel_state;
}

static void
leave(struct list *l, int cancel_state)
{
	pthread_mutex_unlock(&l->lock);
	pthread_setcancelstate(cancel_state, NULL);
}

static enum nss_status
next(struct list *l, const struct kind *k, void *result, char *buf,
    size_t len, int *errnop)
{
	int saved = errno;
	int cancel_state = enter(l);
	enum vms_answer answer = step(l, k, result, buf, len);

	leave(l, cancel_state);
	return vms_nss_done(answer, saved, errnop);
}

static enum nss_status
rewind_list(struct list *l)
{
	int cancel_state = enter(l);

	l->next = 0;
	l->started = l->over = false;
	leave(l, cancel_state);
	return NSS_STATUS_SUCCESS;
}

VMS_NSS_ENTRY enum nss_status
_nss_vms_setpwent(int stayopen)
{
	(void)stayopen;
	return rewind_list(&users);
}

VMS_NSS_ENTRY enum nss_status
_nss_vms_endpwent(void)
{
	return rewind_list(&users);
}

VMS_NSS_ENTRY enum nss_status
_nss_vms_getpwent_r(struct passwd *pw, char *buf, size_t len, int *errnop)
{
	return next(&users, &user_kind, pw, buf, len, errnop);
}

VMS_NSS_ENTRY enum nss_status
_nss_vms_setgrent(int stayopen)
{
	(void)stayopen;
	return rewind_list(&groups);
}

VMS_NSS_ENTRY enum nss_status
_nss_vms_endgrent(void)
{
	return rewind_list(&groups);
}

VMS_NSS_ENTRY enum nss_status
_nss_vms_getgrent_r(struct group *gr, char *buf, size_t len, int *errnop)
{
	return next(&groups, &group_kind, gr, buf, len, errnop);
}

VMS_NSS_ENTRY enum nss_status
_nss_vms_setspent(int stayopen)
{
	(void)stayopen;
	return rewind_list(&shadows);
}

VMS_NSS_ENTRY enum nss_status
_nss_vms_endspent(void)
{
	return rewind_list(&shadows);
}

VMS_NSS_ENTRY enum nss_status
_nss_vms_getspent_r(struct spwd *sp, char *buf, size_t len, int *errnop)
{
	int saved = errno;

	if (geteuid() != 0)
		return vms_nss_done(VMS_ANSWER_FORBIDDEN, saved, errnop);
	return next(&shadows, &shadow_kind, sp, buf, len, errnop);
}
