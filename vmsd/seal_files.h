/* SPDX-License-Identifier: MIT */
/*
 * The seal's folder: the host's key, one record for each user, the delays.
 * Whatever is written is whole or not there: a new file, fsync, rename, fsync
 * of the folder.  What cannot be opened is renamed to NAME.bad and kept.
 *
 *	key			32 random bytes, made at first start
 *	UUID in hex		a record of verifier.h
 *	delays			the table of seal_delay.h
 */
#ifndef VMS_SEAL_FILES_H
#define VMS_SEAL_FILES_H

#include "libvms/buf.h"
#include "vmsd/seal_delay.h"
#include "vmsd/verifier.h"

struct vms_seal_files {
	int dir;			/* owned */
	struct vms_verifier_key key;
};

/*
 * secret: the host's key where systemd has one, in hex; empty: the file "key",
 * made if absent.  0, or -1 with SYSTEM, MALFORMED (the key file).  fini in
 * any case.
 */
int vms_seal_open(struct vms_seal_files *f, const char *folder,
    struct vms_str secret, struct vms_err *err);
void vms_seal_fini(struct vms_seal_files *f);

/* Call fn for every record that opens; set aside what does not. */
typedef int vms_seal_fn(void *arg, const struct vms_verifier_meta *meta,
    struct vms_err *err);
int vms_seal_each(struct vms_seal_files *f, vms_seal_fn *fn, void *arg,
    struct vms_err *err);

/* 1 and *out (wipe it), 0 there is none, -1 SYSTEM. */
int vms_seal_get(struct vms_seal_files *f, const uint8_t uuid[VMS_UUID_LEN],
    struct vms_verifier *out, struct vms_err *err);
int vms_seal_put(struct vms_seal_files *f, const uint8_t uuid[VMS_UUID_LEN],
    const struct vms_wr *record, struct vms_err *err);
/* Fine if there is none. */
int vms_seal_drop(struct vms_seal_files *f, const uint8_t uuid[VMS_UUID_LEN],
    struct vms_err *err);

/* What cannot be read is an empty table. */
void vms_seal_get_delays(struct vms_seal_files *f, struct vms_delays *t);
int vms_seal_put_delays(struct vms_seal_files *f, const struct vms_delays *t,
    struct vms_err *err);

#endif
