/* SPDX-License-Identifier: MIT */
/*
 * Opening a store: is it ours, is it whole?  If not it is renamed away, and an
 * empty one made.
 *
 * Everything is read once.  Should that itself kill the process (LMDB trusts
 * the links between its pages), the file "checking" counts it; after the
 * second time the folder is set aside unread.
 */
#include "vmsd/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "vmsd/store_int.h"
#include "vmsd/store_record.h"

#define KV_MAX_MB 64
#define CHECKS_MAX 2

static const char *const replica_tables[N_TABLES] = {
	"meta", "entry", "below", "departed" };
static const char *const kv_tables[N_KV_TABLES] = { "kv" };
static const char format_key[] = "format";

static int
join(char *out, size_t size, const char *dir, const char *name,
    struct vms_err *err)
{
	int n = snprintf(out, size, "%s/%s", dir, name);

	return n < 0 || (size_t)n >= size ?
	    vms_fail(err, VMS_E_LIMIT, "%s: path too long", dir) : 0;
}

/* How often a check began and did not end; begins one more. */
static off_t
checks_begin(const char *path)
{
	struct stat st = { 0 };
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC |
	    O_NOFOLLOW, 0600);

	if (fd == -1)
		return 0;
	if (fstat(fd, &st) == -1 || write(fd, "x", 1) != 1)
		st.st_size = 0;
	close(fd);
	return st.st_size;
}

static int
check_format(struct vms_store *st, struct vms_err *err)
{
	struct vms_str v, key = { format_key, sizeof(format_key) - 1 };
	uint8_t format[1] = { VMS_STORE_FORMAT };
	uint64_t n;
	int r = vms_db_get(st->replica, T_META, key, &v, err);

	if (r == 1 && (v.len != 1 || (uint8_t)v.p[0] != format[0]))
		return vms_fail(err, VMS_E_MALFORMED, "format %d is not ours "
		    "(%d)", v.len == 1 ? (uint8_t)v.p[0] : -1,
		    VMS_STORE_FORMAT);
	if (r != 0)
		return r == 1 ? 0 : -1;
	if (vms_db_count(st->replica, T_ENTRY, &n, err) == -1)
		return -1;
	if (n > 0)
		return vms_fail(err, VMS_E_MALFORMED, "no format version");
	if (vms_db_put(st->replica, T_META, key,
	    (struct vms_str){ (char *)format, 1 }, err) == -1)
		return -1;
	return vms_db_commit(st->replica, err);
}

static int
check_entry(void *arg, struct vms_str key, struct vms_str value,
    struct vms_err *err)
{
	struct vms_store_item item;

	(void)arg;
	return vms_record_get_entry(key, value, &item, err);
}

static int
check_departed(void *arg, struct vms_str key, struct vms_str value,
    struct vms_err *err)
{
	struct vms_store_departed d;

	(void)arg;
	return vms_record_get_departed(key, value, &d, err);
}

static int
check_any(void *arg, struct vms_str key, struct vms_str value,
    struct vms_err *err)
{
	(void)arg, (void)key, (void)value, (void)err;
	return 0;
}

static int
check_all(struct vms_store *st, struct vms_err *err)
{
	struct vms_str all = { NULL, 0 };
	struct vms_store_meta meta;

	if (check_format(st, err) == -1 ||
	    vms_store_get_meta(st, &meta, err) == -1 ||
	    vms_db_each(st->replica, T_ENTRY, all, true, check_entry, NULL,
	    err) == -1 ||
	    vms_db_each(st->replica, T_DEPARTED, all, true, check_departed,
	    NULL, err) == -1 ||
	    vms_db_each(st->replica, T_BELOW, all, true, check_any, NULL,
	    err) == -1)
		return -1;
	return vms_db_each(st->kv, T_KV, all, true, check_any, NULL, err);
}

/* MALFORMED: set it aside. */
static int
try_open(const char *dir, int64_t max_mb, struct vms_store **out,
    struct vms_err *err)
{
	struct vms_store *st = calloc(1, sizeof(*st));
	char replica[VMS_PATH_MAX], kv[VMS_PATH_MAX], checking[VMS_PATH_MAX];

	if (st == NULL)
		return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	if (join(replica, sizeof(replica), dir, "replica.mdb", err) == -1 ||
	    join(kv, sizeof(kv), dir, "engine.mdb", err) == -1 ||
	    join(checking, sizeof(checking), dir, "checking", err) == -1)
		goto fail;
	if (checks_begin(checking) >= CHECKS_MAX) {
		vms_fail(err, VMS_E_MALFORMED,
		    "reading it killed the process before");
		goto fail;
	}
	if (vms_db_open(replica, max_mb, replica_tables, N_TABLES,
	    &st->replica, err) == -1 ||
	    vms_db_open(kv, KV_MAX_MB, kv_tables, N_KV_TABLES, &st->kv,
	    err) == -1 ||
	    vms_store_set_names(st, VMS_STR("uid"), VMS_STR("uidNumber"),
	    err) == -1 || check_all(st, err) == -1)
		goto fail;
	unlink(checking);
	*out = st;
	return 0;
fail:
	vms_store_close(st);
	return -1;
}

static int
set_aside(const char *dir, struct vms_store_report *report,
    const struct vms_err *why, struct vms_err *err)
{
	struct tm tm = { 0 };
	time_t now = time(NULL);
	char stamp[32];

	gmtime_r(&now, &tm);
	strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", &tm);
	for (int i = 0; i < 100; i++) {
		int n = snprintf(report->aside, sizeof(report->aside),
		    "%s.aside-%s-%02d", dir, stamp, i);

		if (n < 0 || (size_t)n >= sizeof(report->aside))
			break;
		if (rename(dir, report->aside) == 0) {
			snprintf(report->why, sizeof(report->why), "%s",
			    why->msg);
			return 0;
		}
		if (errno != EEXIST && errno != ENOTEMPTY)
			break;
	}
	report->aside[0] = '\0';
	return vms_fail(err, VMS_E_SYSTEM, "%s: can not be set aside: %s", dir,
	    strerror(errno));
}

static int
make_dir(const char *dir, struct vms_err *err)
{
	if (mkdir(dir, 0700) == -1 && errno != EEXIST)
		return vms_fail(err, VMS_E_SYSTEM, "%s: %s", dir,
		    strerror(errno));
	return 0;
}

int
vms_store_open(const char *dir, int64_t max_mb, struct vms_store **out,
    struct vms_store_report *report, struct vms_err *err)
{
	struct vms_err why = { 0 };

	*out = NULL;
	*report = (struct vms_store_report){ 0 };
	if (make_dir(dir, err) == -1)
		return -1;
	if (try_open(dir, max_mb, out, &why) == 0)
		return 0;
	if (why.code != VMS_E_MALFORMED)
		return vms_fail(err, why.code, "%s", why.msg);
	if (set_aside(dir, report, &why, err) == -1 ||
	    make_dir(dir, err) == -1)
		return -1;
	return try_open(dir, max_mb, out, err);
}

void
vms_store_close(struct vms_store *st)
{
	if (st == NULL)
		return;
	vms_db_close(st->replica);
	vms_db_close(st->kv);
	free(st->user_name);
	free(st->uid);
	free(st);
}
