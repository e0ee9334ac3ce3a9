/* SPDX-License-Identifier: MIT */
/* Names and ids that are the host's own: see hostids.h. */
#include "vmsd/hostids.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vmsd/log.h"

#define ETC "/etc"
/* A passwd of a million users. */
#define FILE_MAX_BYTES ((off_t)128 * 1024 * 1024)
/* Tools write, rename and link in a row: read once when they are done. */
#define SETTLE_MS 50

static const char *const watched[] = { "passwd", "group", "subuid", "subgid",
    "shells" };

struct vms_hostids {
	struct vms_arena arena;		/* of data */
	struct vms_hostids_data data;
	struct event_base *base;
	struct event *readable, *settled;
	int fd;				/* inotify */
	void (*on_change)(void *arg);
	void *arg;
};

/* The file's text from the arena; empty if it is absent. */
static int
read_file(const char *etc, const char *name, struct vms_arena *a,
    struct vms_str *out, struct vms_err *err)
{
	char path[256];
	struct stat st;
	size_t len = 0;
	char *p;
	int fd, r = -1;

	*out = (struct vms_str){ NULL, 0 };
	snprintf(path, sizeof(path), "%s/%s", etc, name);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd == -1 && errno == ENOENT)
		return 0;
	if (fd == -1 || fstat(fd, &st) == -1 || !S_ISREG(st.st_mode) ||
	    st.st_size > FILE_MAX_BYTES) {
		vms_fail(err, VMS_E_SYSTEM, "%s: %s", path, fd == -1 ?
		    strerror(errno) : "not a file that can be read");
		goto out;
	}
	p = vms_arena_alloc(a, (size_t)st.st_size + 1);
	if (p == NULL) {
		vms_fail(err, VMS_E_SYSTEM, "out of memory");
		goto out;
	}
	while (len < (size_t)st.st_size) {
		ssize_t n = read(fd, p + len, (size_t)st.st_size - len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1) {
			vms_fail(err, VMS_E_SYSTEM, "%s: %s", path,
			    strerror(errno));
			goto out;
		}
		if (n == 0)
			break;
		len += (size_t)n;
	}
	*out = (struct vms_str){ p, len };
	r = 0;
out:
	if (fd != -1)
		close(fd);
	return r;
}

static uint32_t
count_lines(struct vms_str s)
{
	uint32_t n = 1;

	for (size_t i = 0; i < s.len; i++)
		n += s.p[i] == '\n';
	return n;
}

/* Next line into *line; false at the end. */
static bool
next_line(struct vms_str *rest, struct vms_str *line)
{
	if (rest->len == 0)
		return false;
	vms_str_cut(*rest, '\n', line, rest);
	return true;
}

struct name_list {
	struct vms_str *names;
	struct vms_id_span *spans;
	struct vms_local_user *users;	/* passwd only */
	uint32_t n_names, n_spans;
};

/* passwd and group alike: name:x:id:… */
static int
parse_ids(struct vms_str text, struct vms_arena *a, struct name_list *out)
{
	uint32_t max = count_lines(text);
	struct vms_str line, name, field;

	out->names = vms_arena_calloc(a, max, sizeof(*out->names));
	out->spans = vms_arena_calloc(a, max, sizeof(*out->spans));
	out->users = vms_arena_calloc(a, max, sizeof(*out->users));
	if (out->names == NULL || out->spans == NULL || out->users == NULL)
		return -1;
	while (next_line(&text, &line)) {
		int64_t id;

		if (line.len == 0 || line.p[0] == '#')
			continue;
		if (!vms_str_cut(line, ':', &name, &line) || name.len == 0)
			continue;
		/* The name is taken even where the id cannot be read. */
		vms_str_cut(line, ':', &field, &line);
		vms_str_cut(line, ':', &field, &line);
		out->names[out->n_names++] = name;
		if (vms_num_parse(field, 0, UINT32_MAX, &id) == -1)
			continue;
		out->users[out->n_spans] =
		    (struct vms_local_user){ name, (uint32_t)id };
		out->spans[out->n_spans++] =
		    (struct vms_id_span){ (uint32_t)id, (uint32_t)id };
	}
	return 0;
}

/* subuid and subgid: name:first:count, added to the spans of the ids. */
static int
add_spans(struct vms_str text, struct vms_arena *a, struct name_list *l)
{
	uint32_t max = l->n_spans + count_lines(text);
	struct vms_id_span *all = vms_arena_calloc(a, max, sizeof(*all));
	struct vms_str line, field;

	if (all == NULL)
		return -1;
	if (l->n_spans > 0)
		memcpy(all, l->spans, l->n_spans * sizeof(*all));
	l->spans = all;
	while (next_line(&text, &line)) {
		int64_t first, count;

		vms_str_cut(line, ':', &field, &line);
		vms_str_cut(line, ':', &field, &line);
		if (vms_num_parse(field, 0, UINT32_MAX, &first) == -1 ||
		    vms_num_parse(line, 1, UINT32_MAX, &count) == -1)
			continue;
		if (count > UINT32_MAX - first)
			count = UINT32_MAX - first;
		l->spans[l->n_spans++] = (struct vms_id_span){
		    (uint32_t)first, (uint32_t)(first + count - 1) };
	}
	return 0;
}

static int
parse_shells(struct vms_str text, struct vms_arena *a,
    struct vms_host_ids *out)
{
	struct vms_str *shells = vms_arena_calloc(a, count_lines(text),
	    sizeof(*shells));
	struct vms_str line;

	if (shells == NULL)
		return -1;
	while (next_line(&text, &line)) {
		line = vms_str_trim(line);
		if (line.len > 0 && line.p[0] == '/')
			shells[out->n_shells++] = line;
	}
	out->shells = shells;
	return 0;
}

int
vms_hostids_read(const char *etc, struct vms_arena *a,
    struct vms_hostids_data *out, struct vms_err *err)
{
	struct name_list users = { 0 }, groups = { 0 };
	struct vms_str text[5];

	*out = (struct vms_hostids_data){ 0 };
	for (size_t i = 0; i < 5; i++)
		if (read_file(etc, watched[i], a, &text[i], err) == -1)
			return -1;
	if (parse_ids(text[0], a, &users) == -1 ||
	    parse_ids(text[1], a, &groups) == -1)
		return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	out->users = users.users;
	out->n_users = users.n_spans;
	if (add_spans(text[2], a, &users) == -1 ||
	    add_spans(text[3], a, &groups) == -1 ||
	    parse_shells(text[4], a, &out->ids) == -1)
		return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	out->ids.user_names = users.names;
	out->ids.n_user_names = users.n_names;
	out->ids.uids = users.spans;
	out->ids.n_uids = users.n_spans;
	out->ids.group_names = groups.names;
	out->ids.n_group_names = groups.n_names;
	out->ids.gids = groups.spans;
	out->ids.n_gids = groups.n_spans;
	return 0;
}

/* Read anew; what is in force stays if that fails: too much refused is safe,
 * an empty list is not. */
static int
reload(struct vms_hostids *h, struct vms_err *err)
{
	struct vms_arena fresh = { 0 };
	struct vms_hostids_data data;

	if (vms_hostids_read(ETC, &fresh, &data, err) == -1) {
		vms_arena_fini(&fresh);
		return -1;
	}
	vms_arena_fini(&h->arena);
	h->arena = fresh;
	h->data = data;
	return 0;
}

static void
on_settled(evutil_socket_t fd, short what, void *arg)
{
	struct vms_hostids *h = arg;
	struct vms_err err = { 0 };

	(void)fd;
	(void)what;
	if (reload(h, &err) == -1)
		vms_log_err("keeping the local names and ids in force", &err);
	else
		h->on_change(h->arg);
}

static void
on_inotify(evutil_socket_t fd, short what, void *arg)
{
	struct vms_hostids *h = arg;
	const struct timeval settle = { 0, SETTLE_MS * 1000 };
	union {
		char bytes[4096];
		struct inotify_event align;
	} u;
	bool ours = false;
	ssize_t n;

	(void)what;
	while ((n = read(fd, u.bytes, sizeof(u.bytes))) > 0) {
		for (ssize_t at = 0; at < n;) {
			const struct inotify_event *ev =
			    (const void *)(u.bytes + at);

			for (size_t i = 0; i < 5; i++)
				ours |= ev->len > 0 &&
				    strcmp(ev->name, watched[i]) == 0;
			ours |= (ev->mask & IN_Q_OVERFLOW) != 0;
			at += (ssize_t)(sizeof(*ev) + ev->len);
		}
	}
	if (ours)
		evtimer_add(h->settled, &settle);
}

struct vms_hostids *
vms_hostids_new(struct event_base *base, void (*on_change)(void *arg),
    void *arg, struct vms_err *err)
{
	struct vms_hostids *h = calloc(1, sizeof(*h));

	if (h == NULL) {
		vms_fail(err, VMS_E_SYSTEM, "out of memory");
		return NULL;
	}
	h->base = base;
	h->on_change = on_change;
	h->arg = arg;
	h->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	/* The folder: tools replace the files by rename. */
	if (h->fd == -1 || inotify_add_watch(h->fd, ETC, IN_CLOSE_WRITE |
	    IN_MOVED_TO | IN_DELETE | IN_ONLYDIR) == -1) {
		vms_fail(err, VMS_E_SYSTEM, "watching %s: %s", ETC,
		    strerror(errno));
		vms_hostids_free(h);
		return NULL;
	}
	h->settled = evtimer_new(base, on_settled, h);
	h->readable = event_new(base, h->fd, EV_READ | EV_PERSIST,
	    on_inotify, h);
	if (h->settled == NULL || h->readable == NULL ||
	    event_add(h->readable, NULL) == -1) {
		vms_fail(err, VMS_E_SYSTEM, "out of memory");
		vms_hostids_free(h);
		return NULL;
	}
	if (reload(h, err) == -1) {
		vms_hostids_free(h);
		return NULL;
	}
	return h;
}

void
vms_hostids_free(struct vms_hostids *h)
{
	if (h == NULL)
		return;
	if (h->readable != NULL)
		event_free(h->readable);
	if (h->settled != NULL)
		event_free(h->settled);
	if (h->fd != -1)
		close(h->fd);
	vms_arena_fini(&h->arena);
	free(h);
}

const struct vms_host_ids *
vms_hostids_get(const struct vms_hostids *h)
{
	return &h->data.ids;
}

int
vms_hostids_uid(const struct vms_hostids *h, struct vms_str name,
    uint32_t *uid)
{
	*uid = UINT32_MAX;
	for (uint32_t i = 0; i < h->data.n_users; i++) {
		if (!vms_str_eq(h->data.users[i].name, name))
			continue;
		*uid = h->data.users[i].uid;
		return 0;
	}
	return -1;
}
