/* SPDX-License-Identifier: MIT */
/*
 * LMDB behind the few operations that the store needs: named tables in one
 * file, one write transaction at a time, reads beside it.  The only part that
 * knows LMDB; knows nothing of what is stored.
 *
 * Errors: LIMIT full, MALFORMED not ours or broken, SYSTEM else.  After an
 * error of a write the transaction is gone.
 */
#ifndef VMS_STORE_DB_H
#define VMS_STORE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libvms/err.h"
#include "libvms/str.h"

#define VMS_DB_TABLES_MAX 8
#define VMS_DB_KEY_MAX 511	/* bytes: LMDB's */

struct vms_db;	/* opaque */

/* The file, made (0600) if absent; tables are named by n strings, later by
 * their index. */
int vms_db_open(const char *path, int64_t max_mb, const char *const *tables,
    size_t n, struct vms_db **out, struct vms_err *err);
void vms_db_close(struct vms_db *db);	/* NULL is fine */

int vms_db_begin(struct vms_db *db, struct vms_err *err);
int vms_db_commit(struct vms_db *db, struct vms_err *err);
void vms_db_abort(struct vms_db *db);
bool vms_db_is_open(const struct vms_db *db);
int vms_db_put(struct vms_db *db, size_t table, struct vms_str key,
    struct vms_str value, struct vms_err *err);
int vms_db_del(struct vms_db *db, size_t table, struct vms_str key,
    struct vms_err *err);

/* Reads see the open transaction if there is one.  1, 0 if absent, -1; the
 * value is borrowed until the next call. */
int vms_db_get(struct vms_db *db, size_t table, struct vms_str key,
    struct vms_str *value, struct vms_err *err);
/* Every key from `from` on, in byte order, until fn returns other than 0.
 * committed: not what the open transaction changed.  fn must not write. */
typedef int vms_db_fn(void *arg, struct vms_str key, struct vms_str value,
    struct vms_err *err);
int vms_db_each(struct vms_db *db, size_t table, struct vms_str from,
    bool committed, vms_db_fn *fn, void *arg, struct vms_err *err);
int vms_db_count(struct vms_db *db, size_t table, uint64_t *n,
    struct vms_err *err);

#endif
