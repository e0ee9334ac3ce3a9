/* SPDX-License-Identifier: MIT */
/*
 * Finding records in the published file: see reader.h.
 *
 * Of tinycdb only the hash and the byte order are used: its own readers map
 * the file, or trust the lengths in it.
 */
#include "nss_vms/reader.h"

#include <cdb.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#define SLOT 8			/* bytes of a hash slot: hash, position */
#define SLOTS_AT_ONCE 16
#define FILE_MIN (VMS_SNAP_HEADER_AT + VMS_SNAP_HEADER_LEN)

_Static_assert(sizeof(((struct vms_reader *)0)->win) >=
    8 + VMS_SNAP_KEY_MAX, "a window holds any key");

/* A descriptor below 3 would be the process's own standard input or output,
 * which it closed and may soon open. */
static int
above_stdio(int fd)
{
	int moved;

	if (fd > 2)
		return fd;
	moved = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	close(fd);
	return moved;
}

/* What errno means: passing trouble, or a file that is no use. */
static enum vms_answer
trouble(int error)
{
	switch (error) {
	case EMFILE:
	case ENFILE:
	case ENOMEM:
	case EINTR:
	case EAGAIN:
		return VMS_ANSWER_BUSY;
	default:
		return VMS_ANSWER_BAD;
	}
}

static enum vms_answer
open_published(const char *path, int *fd)
{
	*fd = open(path,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (*fd < 0)
		return errno == ENOENT || errno == ENOTDIR ?
		    VMS_ANSWER_ABSENT : trouble(errno);
	*fd = above_stdio(*fd);
	/* EINVAL here is a limit on descriptors that is below 4. */
	return *fd >= 0 ? VMS_ANSWER_OK : VMS_ANSWER_BUSY;
}

/* No link at all is a file that was replaced since it was opened. */
static bool
is_roots(const struct stat *st)
{
	return st->st_uid == 0 && st->st_nlink <= 1 &&
	    (st->st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

static enum vms_answer
read_at(int fd, void *buf, size_t len, uint32_t at)
{
	uint8_t *p = buf;

	while (len > 0) {
		ssize_t n = pread(fd, p, len, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return trouble(errno);
		if (n == 0)
			return VMS_ANSWER_BAD;
		p += n;
		len -= (size_t)n;
		at += (uint32_t)n;
	}
	return VMS_ANSWER_OK;
}

enum vms_answer
vms_reader_read(const struct vms_reader *r, uint32_t at, void *buf,
    size_t len)
{
	if (at > r->size || len > r->size - at)
		return VMS_ANSWER_BAD;
	if (at >= r->win_at && at - r->win_at <= r->win_len &&
	    len <= r->win_len - (at - r->win_at)) {
		memcpy(buf, r->win + (at - r->win_at), len);
		return VMS_ANSWER_OK;
	}
	return read_at(r->fd, buf, len, at);
}

/* The table of contents and the header, in one read. */
static enum vms_answer
start(struct vms_reader *r, const struct stat *st)
{
	uint8_t first[FILE_MIN];
	enum vms_answer answer;

	if (!S_ISREG(st->st_mode) || st->st_size < (off_t)FILE_MIN ||
	    st->st_size > (off_t)VMS_SNAP_FILE_MAX)
		return VMS_ANSWER_BAD;
	r->size = (uint32_t)st->st_size;
	r->win_at = r->win_len = 0;
	answer = read_at(r->fd, first, sizeof(first), 0);
	if (answer != VMS_ANSWER_OK)
		return answer;
	if (vms_snap_get_header(first + VMS_SNAP_HEADER_AT,
	    VMS_SNAP_HEADER_LEN, &r->header) != 0 ||
	    r->header.file_size != r->size)
		return VMS_ANSWER_BAD;
	memcpy(r->toc, first, sizeof(r->toc));
	return VMS_ANSWER_OK;
}

static enum vms_answer
start_checked(struct vms_reader *r, bool roots_only)
{
	enum vms_answer answer = VMS_ANSWER_BAD;
	struct stat st;

	if (fstat(r->fd, &st) != 0)
		answer = trouble(errno);
	else if (!roots_only || is_roots(&st))
		answer = start(r, &st);
	if (answer != VMS_ANSWER_OK)
		vms_reader_close(r);
	return answer;
}

static void
hold_cancellation(struct vms_reader *r)
{
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &r->cancel_state);
}

enum vms_answer
vms_reader_open(struct vms_reader *r)
{
	enum vms_answer answer;

	hold_cancellation(r);
	answer = open_published(VMS_RUNDIR "/identity.cdb", &r->fd);
	if (answer == VMS_ANSWER_ABSENT)
		answer = open_published(VMS_STATEDIR "/public/identity.cdb",
		    &r->fd);
	if (answer != VMS_ANSWER_OK) {
		vms_reader_close(r);
		return answer;
	}
	return start_checked(r, true);
}

enum vms_answer
vms_reader_open_fd(struct vms_reader *r, int fd)
{
	hold_cancellation(r);
	r->fd = fd;
	return start_checked(r, false);
}

void
vms_reader_close(struct vms_reader *r)
{
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
	pthread_setcancelstate(r->cancel_state, NULL);
}

/* Whether the record at an offset has this key; *out its data. */
static enum vms_answer
match(struct vms_reader *r, uint32_t at, const uint8_t *key, size_t key_len,
    struct vms_found *out)
{
	enum vms_answer answer;
	uint32_t left, n;

	if (at > r->size || r->size - at < 8)
		return VMS_ANSWER_BAD;
	left = r->size - at;
	n = left < sizeof(r->win) ? left : (uint32_t)sizeof(r->win);
	r->win_len = 0;
	answer = read_at(r->fd, r->win, n, at);
	if (answer != VMS_ANSWER_OK)
		return answer;
	r->win_at = at;
	r->win_len = n;
	if (cdb_unpack(r->win) != key_len || key_len > n - 8 ||
	    memcmp(r->win + 8, key, key_len) != 0)
		return VMS_ANSWER_NOT_FOUND;
	out->at = at + 8 + (uint32_t)key_len;
	out->len = cdb_unpack(r->win + 4);
	return out->len > r->size - out->at ? VMS_ANSWER_BAD : VMS_ANSWER_OK;
}

/* Walk the hash table that lies at `table` and has n slots. */
static enum vms_answer
probe(struct vms_reader *r, uint32_t table, uint32_t n, uint32_t hash,
    const uint8_t *key, size_t key_len, struct vms_found *out)
{
	uint8_t slots[SLOTS_AT_ONCE * SLOT];
	uint32_t i = (hash >> 8) % n, have = 0, seen, used = 0, at;
	enum vms_answer answer;

	for (seen = 0; seen < n; seen++, used++, i++) {
		if (i == n)
			i = 0;
		if (used == have || i == 0) {
			have = n - i < SLOTS_AT_ONCE ? n - i : SLOTS_AT_ONCE;
			used = 0;
			answer = read_at(r->fd, slots, have * SLOT,
			    table + i * SLOT);
			if (answer != VMS_ANSWER_OK)
				return answer;
		}
		at = cdb_unpack(slots + used * SLOT + 4);
		if (at == 0)
			return VMS_ANSWER_NOT_FOUND;
		if (cdb_unpack(slots + used * SLOT) != hash)
			continue;
		answer = match(r, at, key, key_len, out);
		if (answer != VMS_ANSWER_NOT_FOUND)
			return answer;
	}
	return VMS_ANSWER_NOT_FOUND;
}

enum vms_answer
vms_reader_find(struct vms_reader *r, const uint8_t *key, size_t key_len,
    struct vms_found *out)
{
	uint32_t hash = cdb_hash(key, (unsigned int)key_len);
	const uint8_t *entry = r->toc + (hash & 0xff) * 8;
	uint32_t table = cdb_unpack(entry), n = cdb_unpack(entry + 4);

	*out = (struct vms_found){ 0 };
	if (n == 0)
		return VMS_ANSWER_NOT_FOUND;
	if (table > r->size || n > (r->size - table) / SLOT)
		return VMS_ANSWER_BAD;
	return probe(r, table, n, hash, key, key_len, out);
}

static enum vms_answer
read_user(struct vms_reader *r, const uint8_t *key, size_t key_len,
    uint8_t rec[VMS_SNAP_USER_MAX], struct vms_snap_user *out)
{
	struct vms_found found;
	enum vms_answer answer = vms_reader_find(r, key, key_len, &found);

	*out = (struct vms_snap_user){ 0 };
	if (answer != VMS_ANSWER_OK)
		return answer;
	if (found.len > VMS_SNAP_USER_MAX)
		return VMS_ANSWER_BAD;
	answer = vms_reader_read(r, found.at, rec, found.len);
	if (answer == VMS_ANSWER_OK &&
	    vms_snap_get_user(rec, found.len, out) != 0)
		answer = VMS_ANSWER_BAD;
	return answer;
}

enum vms_answer
vms_reader_user_by_name(struct vms_reader *r, struct vms_str name,
    uint8_t rec[VMS_SNAP_USER_MAX], struct vms_snap_user *out)
{
	uint8_t key[VMS_SNAP_KEY_MAX];
	enum vms_answer answer;

	*out = (struct vms_snap_user){ 0 };
	if (!vms_name_is_login(name) || vms_name_is_privileged(name))
		return VMS_ANSWER_NOT_FOUND;
	answer = read_user(r, key,
	    vms_snap_key_name(VMS_SNAP_USER, name, key), rec, out);
	if (answer == VMS_ANSWER_OK && !vms_str_eq(out->name, name))
		return VMS_ANSWER_BAD;
	return answer;
}

enum vms_answer
vms_reader_user_by_uid(struct vms_reader *r, uint32_t uid,
    uint8_t rec[VMS_SNAP_USER_MAX], struct vms_snap_user *out)
{
	uint8_t key[VMS_SNAP_KEY_MAX];
	enum vms_answer answer;

	*out = (struct vms_snap_user){ 0 };
	if (!vms_uid_is_served(uid))
		return VMS_ANSWER_NOT_FOUND;
	answer = read_user(r, key, vms_snap_key_id(VMS_SNAP_UID, uid, key),
	    rec, out);
	if (answer == VMS_ANSWER_OK && out->uid != uid)
		return VMS_ANSWER_BAD;
	return answer;
}

static enum vms_whose
whose(struct vms_reader *r, struct vms_str name,
    struct vms_whose_facts *facts)
{
	uint8_t rec[VMS_SNAP_USER_MAX], key[VMS_SNAP_KEY_MAX];
	struct vms_snap_user user;
	struct vms_found found;
	size_t key_len;

	facts->answer = vms_reader_user_by_name(r, name, rec, &user);
	if (facts->answer == VMS_ANSWER_OK) {
		memcpy(facts->uuid, user.uuid, VMS_UUID_LEN);
		facts->uid = user.uid;
		return VMS_WHOSE_SERVED;
	}
	if (facts->answer != VMS_ANSWER_NOT_FOUND)
		return VMS_WHOSE_UNTOLD;
	key_len = vms_snap_key_name(VMS_SNAP_OURS, name, key);
	if (key_len == 0)
		return VMS_WHOSE_NOT_OURS;
	facts->answer = vms_reader_find(r, key, key_len, &found);
	if (facts->answer == VMS_ANSWER_OK)
		return VMS_WHOSE_OURS;
	return facts->answer == VMS_ANSWER_NOT_FOUND ? VMS_WHOSE_NOT_OURS :
	    VMS_WHOSE_UNTOLD;
}

enum vms_whose
vms_reader_whose(struct vms_str name, struct vms_whose_facts *facts)
{
	struct vms_reader r;
	enum vms_whose answer;

	*facts = (struct vms_whose_facts){ 0 };
	facts->answer = vms_reader_open(&r);
	if (facts->answer != VMS_ANSWER_OK)
		return VMS_WHOSE_UNTOLD;
	answer = whose(&r, name, facts);
	if (answer != VMS_WHOSE_UNTOLD)
		facts->header = r.header;
	vms_reader_close(&r);
	return answer;
}
