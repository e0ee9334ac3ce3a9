/* SPDX-License-Identifier: MIT */
/* LMDB: see store_db.h. */
#include "vmsd/store_db.h"

#include <errno.h>
#include <fcntl.h>
#include <lmdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct vms_db {
	MDB_env *env;
	MDB_txn *w;		/* the open write transaction, or NULL */
	MDB_txn *r;		/* kept for reads without one; reset or not */
	bool r_live;
	MDB_dbi dbi[VMS_DB_TABLES_MAX];
	int64_t max_mb;
	char *path;
};

static int
db_fail(struct vms_db *db, int rc, const char *what, struct vms_err *err)
{
	vms_db_abort(db);
	switch (rc) {
	case MDB_MAP_FULL:
		return vms_fail(err, VMS_E_LIMIT, "%s is full (%lld MB): raise "
		    "store.max_size_mb; the last complete state stays",
		    db->path, (long long)db->max_mb);
	case ENOSPC:
	case EDQUOT:
		return vms_fail(err, VMS_E_LIMIT, "no space left on the disk "
		    "of %s; the last complete state stays", db->path);
	case MDB_CORRUPTED:
	case MDB_PAGE_NOTFOUND:
	case MDB_VERSION_MISMATCH:
	case MDB_INVALID:
	case MDB_INCOMPATIBLE:
	case MDB_NOTFOUND:
	case EINVAL:
	case ENOEXEC:
		return vms_fail(err, VMS_E_MALFORMED, "%s: %s: %s", db->path,
		    what, mdb_strerror(rc));
	default:
		return vms_fail(err, VMS_E_SYSTEM, "%s: %s: %s", db->path,
		    what, mdb_strerror(rc));
	}
}

static MDB_val
val(struct vms_str s)
{
	/* LMDB does not write through keys and values it is given. */
	return (MDB_val){ s.len, (void *)(uintptr_t)s.p };
}

static struct vms_str
str(MDB_val v)
{
	return (struct vms_str){ v.mv_data, v.mv_size };
}

/* Pages that a cut file lacks would be a bus error when they are read; as
 * zeros they are an error that LMDB reports. */
static int
pad(struct vms_db *db, const char *path)
{
	MDB_envinfo info;
	MDB_stat stat_db;
	struct stat st;
	off_t want;

	if (mdb_env_info(db->env, &info) != 0 ||
	    mdb_env_stat(db->env, &stat_db) != 0 || stat(path, &st) == -1)
		return errno;
	want = (off_t)(info.me_last_pgno + 1) * (off_t)stat_db.ms_psize;
	return st.st_size < want && truncate(path, want) == -1 ? errno : 0;
}

/* The root record says where the tables are: read it only after pad(). */
static int
open_tables(struct vms_db *db, const char *const *tables, size_t n)
{
	MDB_txn *txn;
	int rc = mdb_txn_begin(db->env, NULL, 0, &txn);

	if (rc != 0)
		return rc;
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = mdb_dbi_open(txn, tables[i], MDB_CREATE, &db->dbi[i]);
	if (rc == 0)
		return mdb_txn_commit(txn);
	mdb_txn_abort(txn);
	return rc;
}

int
vms_db_open(const char *path, int64_t max_mb, const char *const *tables,
    size_t n, struct vms_db **out, struct vms_err *err)
{
	struct vms_db *db = calloc(1, sizeof(*db));
	int rc = ENOMEM;

	*out = NULL;
	if (db == NULL || (db->path = strdup(path)) == NULL) {
		free(db);
		return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	}
	db->max_mb = max_mb;
	if ((rc = mdb_env_create(&db->env)) != 0 ||
	    (rc = mdb_env_set_maxdbs(db->env, (MDB_dbi)n)) != 0 ||
	    (rc = mdb_env_set_mapsize(db->env, (size_t)max_mb << 20)) != 0 ||
	    (rc = mdb_env_open(db->env, path, MDB_NOSUBDIR | MDB_NOTLS |
	    MDB_NORDAHEAD, 0600)) != 0 ||
	    (rc = pad(db, path)) != 0 ||
	    (rc = open_tables(db, tables, n)) != 0) {
		db_fail(db, rc, "opening", err);
		vms_db_close(db);
		return -1;
	}
	*out = db;
	return 0;
}

void
vms_db_close(struct vms_db *db)
{
	if (db == NULL)
		return;
	vms_db_abort(db);
	if (db->r != NULL)
		mdb_txn_abort(db->r);
	if (db->env != NULL)
		mdb_env_close(db->env);
	free(db->path);
	free(db);
}

/* An old snapshot keeps its pages from being used again. */
static void
end_read(struct vms_db *db)
{
	if (db->r_live)
		mdb_txn_reset(db->r);
	db->r_live = false;
}

int
vms_db_begin(struct vms_db *db, struct vms_err *err)
{
	int rc;

	if (db->w != NULL)
		return 0;
	end_read(db);
	rc = mdb_txn_begin(db->env, NULL, 0, &db->w);
	return rc == 0 ? 0 : db_fail(db, rc, "beginning a change", err);
}

int
vms_db_commit(struct vms_db *db, struct vms_err *err)
{
	MDB_txn *w = db->w;
	int rc;

	if (w == NULL)
		return 0;
	db->w = NULL;		/* freed in any case */
	rc = mdb_txn_commit(w);
	return rc == 0 ? 0 : db_fail(db, rc, "writing", err);
}

void
vms_db_abort(struct vms_db *db)
{
	if (db->w != NULL)
		mdb_txn_abort(db->w);
	db->w = NULL;
}

bool
vms_db_is_open(const struct vms_db *db)
{
	return db->w != NULL;
}

static int
read_txn(struct vms_db *db, MDB_txn **txn)
{
	int rc;

	*txn = db->w;
	if (db->w != NULL)
		return 0;
	end_read(db);
	rc = db->r == NULL ?
	    mdb_txn_begin(db->env, NULL, MDB_RDONLY, &db->r) :
	    mdb_txn_renew(db->r);
	db->r_live = rc == 0;
	*txn = db->r;
	return rc;
}

int
vms_db_put(struct vms_db *db, size_t table, struct vms_str key,
    struct vms_str value, struct vms_err *err)
{
	MDB_val k = val(key), v = val(value);
	int rc;

	if (vms_db_begin(db, err) == -1)
		return -1;
	rc = mdb_put(db->w, db->dbi[table], &k, &v, 0);
	return rc == 0 ? 0 : db_fail(db, rc, "writing", err);
}

int
vms_db_del(struct vms_db *db, size_t table, struct vms_str key,
    struct vms_err *err)
{
	MDB_val k = val(key);
	int rc;

	if (vms_db_begin(db, err) == -1)
		return -1;
	rc = mdb_del(db->w, db->dbi[table], &k, NULL);
	return rc == 0 || rc == MDB_NOTFOUND ? 0 :
	    db_fail(db, rc, "deleting", err);
}

int
vms_db_get(struct vms_db *db, size_t table, struct vms_str key,
    struct vms_str *value, struct vms_err *err)
{
	MDB_val k = val(key), v;
	MDB_txn *txn;
	int rc = read_txn(db, &txn);

	*value = (struct vms_str){ NULL, 0 };
	if (rc == 0)
		rc = mdb_get(txn, db->dbi[table], &k, &v);
	if (rc == MDB_NOTFOUND)
		return 0;
	if (rc != 0)
		return db_fail(db, rc, "reading", err);
	*value = str(v);
	return 1;
}

static int
walk(struct vms_db *db, MDB_cursor *c, struct vms_str from, vms_db_fn *fn,
    void *arg, struct vms_err *err)
{
	MDB_val k = val(from), v;
	int rc = mdb_cursor_get(c, &k, &v, from.len > 0 ? MDB_SET_RANGE :
	    MDB_FIRST);

	for (; rc == 0; rc = mdb_cursor_get(c, &k, &v, MDB_NEXT)) {
		int r = fn(arg, str(k), str(v), err);

		if (r != 0)
			return r;
	}
	return rc == MDB_NOTFOUND ? 0 : db_fail(db, rc, "reading", err);
}

int
vms_db_each(struct vms_db *db, size_t table, struct vms_str from,
    bool committed, vms_db_fn *fn, void *arg, struct vms_err *err)
{
	MDB_txn *txn = committed ? NULL : db->w, *mine = NULL;
	MDB_cursor *c;
	int rc = 0, r;

	if (txn == NULL) {
		rc = mdb_txn_begin(db->env, NULL, MDB_RDONLY, &mine);
		txn = mine;
	}
	if (rc != 0 || (rc = mdb_cursor_open(txn, db->dbi[table], &c)) != 0) {
		if (mine != NULL)
			mdb_txn_abort(mine);
		return db_fail(db, rc, "reading", err);
	}
	r = walk(db, c, from, fn, arg, err);
	/* A failed walk of the open transaction took it and its cursor. */
	if (mine != NULL || db->w != NULL)
		mdb_cursor_close(c);
	if (mine != NULL)
		mdb_txn_abort(mine);
	return r;
}

int
vms_db_count(struct vms_db *db, size_t table, uint64_t *n,
    struct vms_err *err)
{
	MDB_stat st;
	MDB_txn *txn;
	int rc = read_txn(db, &txn);

	*n = 0;
	if (rc == 0)
		rc = mdb_stat(txn, db->dbi[table], &st);
	if (rc != 0)
		return db_fail(db, rc, "reading", err);
	*n = st.ms_entries;
	return 0;
}
