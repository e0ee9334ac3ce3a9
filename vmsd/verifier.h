/* SPDX-License-Identifier: MIT */
/*
 * What is kept to check a password with the directory away: scrypt (RFC 7914)
 * of it, sealed by AES-256-GCM under this host's key and bound to one user.
 * The only file of vmsd that includes OpenSSL.  Random bytes are the caller's;
 * opens no file, knows no clock.
 *
 *	"VMSV"  u8 format  8 bytes key id  16 bytes UUID  u64 stored
 *	str stamp				   all of it authenticated
 *	12 bytes nonce
 *	sealed: u8 log2 N, u32 r, u32 p, 16 bytes salt, 32 bytes scrypt
 *	16 bytes tag
 */
#ifndef VMS_VERIFIER_H
#define VMS_VERIFIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libvms/buf.h"
#include "libvms/entry.h"
#include "libvms/err.h"
#include "libvms/str.h"

#define VMS_VERIFIER_FORMAT 1
/* A record, bytes. */
#define VMS_VERIFIER_MAX 512
/* A password stamp of the directory's, bytes. */
#define VMS_STAMP_MAX 64
#define VMS_VERIFIER_KEY_ID 8
/* Random bytes that one record takes: salt and nonce. */
#define VMS_VERIFIER_RANDOM 28
/* Bounds of the cost: 512 MiB at most. */
#define VMS_SCRYPT_LOG2N_MIN 4
#define VMS_SCRYPT_LOG2N_MAX 18
#define VMS_SCRYPT_R_MAX 16
#define VMS_SCRYPT_P_MAX 16

struct vms_verifier_cost {
	uint8_t log2n;
	uint32_t r, p;
};

/* Derived from the host's secret; wipe it. */
struct vms_verifier_key {
	uint8_t bytes[32];
	uint8_t id[VMS_VERIFIER_KEY_ID];	/* tells keys apart */
};

/* What may be read without the key, and is authenticated with it. */
struct vms_verifier_meta {
	uint8_t uuid[VMS_UUID_LEN];
	int64_t stored_s;		/* wall */
	char stamp[VMS_STAMP_MAX + 1];	/* the directory's, may be "" */
};

/* An opened one; wipe it. */
struct vms_verifier {
	struct vms_verifier_meta meta;
	struct vms_verifier_cost cost;
	uint8_t salt[16], hash[32];
};

/* Load what OpenSSL reads from files, before the sandbox is closed.  0 or -1
 * with SYSTEM. */
int vms_verifier_init(struct vms_err *err);
/* secret: any bytes, the more the better.  0 or -1 with SYSTEM. */
int vms_verifier_key_of(const void *secret, size_t len,
    struct vms_verifier_key *key, struct vms_err *err);
/* Append a record to w.  0, or -1 with SYSTEM, LIMIT (cost). */
int vms_verifier_make(const struct vms_verifier_key *key,
    const struct vms_verifier_meta *meta,
    const struct vms_verifier_cost *cost, struct vms_str password,
    const uint8_t random[VMS_VERIFIER_RANDOM], struct vms_wr *w,
    struct vms_err *err);
/* 0, or -1 with MALFORMED (broken, or not what that key sealed), NOT_FOUND
 * (another key's), SYSTEM. */
int vms_verifier_open(const struct vms_verifier_key *key, const void *bytes,
    size_t len, struct vms_verifier *out, struct vms_err *err);
/* Takes the cost's time.  1 it is the password, 0 it is not, -1 SYSTEM. */
int vms_verifier_check(const struct vms_verifier *v, struct vms_str password,
    struct vms_err *err);
/* Takes the same time, for nothing. */
void vms_verifier_waste(const struct vms_verifier_cost *cost,
    struct vms_str password);

#endif
