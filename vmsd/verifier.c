/* SPDX-License-Identifier: MIT */
/* Sealed verifiers: see verifier.h. */
#include "vmsd/verifier.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <string.h>

#define MAGIC "VMSV"
#define NONCE_LEN 12
#define TAG_LEN 16
#define PLAIN_LEN (1 + 4 + 4 + 16 + 32)

static int
is_cost(const struct vms_verifier_cost *c)
{
	return c->log2n >= VMS_SCRYPT_LOG2N_MIN &&
	    c->log2n <= VMS_SCRYPT_LOG2N_MAX && c->r >= 1 &&
	    c->r <= VMS_SCRYPT_R_MAX && c->p >= 1 && c->p <= VMS_SCRYPT_P_MAX;
}

static int
hash_password(const struct vms_verifier_cost *c, struct vms_str password,
    const uint8_t salt[16], uint8_t out[32], struct vms_err *err)
{
	uint64_t n = UINT64_C(1) << (c->log2n & 31), r = c->r, p = c->p;
	/* What RFC 7914 needs, and OpenSSL's own small change. */
	uint64_t room = 128 * r * (n + p + 4);
	char none = 0;
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_PASSWORD,
		    password.len == 0 ? &none : (char *)(uintptr_t)password.p,
		    password.len),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT,
		    (uint8_t *)(uintptr_t)salt, 16),
		OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_N, &n),
		OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_R, &r),
		OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_P, &p),
		OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_MAXMEM,
		    &room),
		OSSL_PARAM_construct_end()
	};
	EVP_KDF *kdf;
	EVP_KDF_CTX *ctx;
	int good;

	if (!is_cost(c))
		return vms_fail(err, VMS_E_LIMIT, "scrypt cost out of range");
	kdf = EVP_KDF_fetch(NULL, OSSL_KDF_NAME_SCRYPT, NULL);
	ctx = EVP_KDF_CTX_new(kdf);
	good = ctx != NULL && EVP_KDF_derive(ctx, out, 32, params) == 1;
	EVP_KDF_CTX_free(ctx);
	EVP_KDF_free(kdf);
	return good ? 0 : vms_fail(err, VMS_E_SYSTEM, "scrypt failed; is "
	    "there memory for it?");
}

int
vms_verifier_init(struct vms_err *err)
{
	static const struct vms_verifier_cost least = {
	    VMS_SCRYPT_LOG2N_MIN, 1, 1 };
	static const uint8_t random[VMS_VERIFIER_RANDOM];
	const struct vms_verifier_meta meta = { 0 };
	struct vms_verifier_key key;
	struct vms_wr w = { 0 };
	int r;

	r = vms_verifier_key_of("", 0, &key, err);
	if (r == 0)
		r = vms_verifier_make(&key, &meta, &least, VMS_STR("x"),
		    random, &w, err);
	vms_wr_fini(&w);
	return r;
}

/* SHA-256 of a word and the secret: one use, one key. */
static int
digest(const char *word, const void *secret, size_t len, uint8_t out[32])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	int good = ctx != NULL &&
	    EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) == 1 &&
	    EVP_DigestUpdate(ctx, word, strlen(word) + 1) == 1 &&
	    EVP_DigestUpdate(ctx, secret, len) == 1 &&
	    EVP_DigestFinal_ex(ctx, out, NULL) == 1;

	EVP_MD_CTX_free(ctx);
	return good ? 0 : -1;
}

int
vms_verifier_key_of(const void *secret, size_t len,
    struct vms_verifier_key *key, struct vms_err *err)
{
	uint8_t id[32];

	*key = (struct vms_verifier_key){ 0 };
	if (digest("vms verifier key 1", secret, len, key->bytes) == -1 ||
	    digest("vms verifier key id 1", secret, len, id) == -1) {
		explicit_bzero(key, sizeof(*key));
		return vms_fail(err, VMS_E_SYSTEM, "SHA-256 failed");
	}
	memcpy(key->id, id, sizeof(key->id));
	return 0;
}

/* AES-256-GCM either way; seal writes the tag, else it is checked. */
static int
crypt_it(bool seal, const struct vms_verifier_key *key,
    const uint8_t *nonce, struct vms_str aad, const uint8_t *in,
    uint8_t *out, uint8_t *tag)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n = 0, good;

	good = ctx != NULL && EVP_CipherInit_ex(ctx, EVP_aes_256_gcm(), NULL,
	    key->bytes, nonce, seal) == 1 &&
	    EVP_CipherUpdate(ctx, NULL, &n, (const uint8_t *)aad.p,
	    (int)aad.len) == 1 &&
	    EVP_CipherUpdate(ctx, out, &n, in, PLAIN_LEN) == 1 &&
	    n == PLAIN_LEN &&
	    (seal || EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, TAG_LEN,
	    tag) == 1) &&
	    EVP_CipherFinal_ex(ctx, out + n, &n) == 1 &&
	    (!seal || EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG,
	    TAG_LEN, tag) == 1);
	EVP_CIPHER_CTX_free(ctx);
	return good ? 0 : -1;
}

static void
put_plain(const struct vms_verifier *v, struct vms_wr *w)
{
	vms_wr_u8(w, v->cost.log2n);
	vms_wr_u32(w, v->cost.r);
	vms_wr_u32(w, v->cost.p);
	vms_wr_bytes(w, v->salt, sizeof(v->salt));
	vms_wr_bytes(w, v->hash, sizeof(v->hash));
}

static void
put_head(const struct vms_verifier_key *key,
    const struct vms_verifier_meta *m, struct vms_wr *w)
{
	vms_wr_bytes(w, MAGIC, sizeof(MAGIC) - 1);
	vms_wr_u8(w, VMS_VERIFIER_FORMAT);
	vms_wr_bytes(w, key->id, sizeof(key->id));
	vms_wr_bytes(w, m->uuid, sizeof(m->uuid));
	vms_wr_u64(w, (uint64_t)m->stored_s);
	vms_wr_str(w, vms_str_of(m->stamp));
}

static int
seal_up(const struct vms_verifier_key *key, const struct vms_verifier *v,
    const uint8_t nonce[NONCE_LEN], struct vms_wr *w, struct vms_err *err)
{
	uint8_t sealed[PLAIN_LEN], tag[TAG_LEN];
	struct vms_wr plain = { 0 };
	size_t at = w->len;
	int r = -1;

	put_plain(v, &plain);
	put_head(key, &v->meta, w);
	if (!plain.bad && !w->bad && plain.len == PLAIN_LEN)
		r = crypt_it(true, key, nonce, (struct vms_str){
		    (const char *)w->p + at, w->len - at }, plain.p, sealed,
		    tag);
	vms_wr_fini(&plain);
	if (r == -1)
		return vms_fail(err, VMS_E_SYSTEM, "sealing failed");
	vms_wr_bytes(w, nonce, NONCE_LEN);
	vms_wr_bytes(w, sealed, sizeof(sealed));
	vms_wr_bytes(w, tag, sizeof(tag));
	return w->bad ? vms_fail(err, VMS_E_SYSTEM, "out of memory") : 0;
}

int
vms_verifier_make(const struct vms_verifier_key *key,
    const struct vms_verifier_meta *meta,
    const struct vms_verifier_cost *cost, struct vms_str password,
    const uint8_t random[VMS_VERIFIER_RANDOM], struct vms_wr *w,
    struct vms_err *err)
{
	struct vms_verifier v = { .meta = *meta, .cost = *cost };
	int r;

	memcpy(v.salt, random, sizeof(v.salt));
	r = hash_password(cost, password, v.salt, v.hash, err);
	if (r == 0)
		r = seal_up(key, &v, random + sizeof(v.salt), w, err);
	explicit_bzero(&v, sizeof(v));
	return r;
}

static int
broken(struct vms_err *err, const char *what)
{
	return vms_fail(err, VMS_E_MALFORMED, "a verifier is broken: %s",
	    what);
}

/* The part before the nonce; its length, or 0. */
static size_t
get_head(struct vms_rd *r, const uint8_t **key_id,
    struct vms_verifier_meta *m)
{
	const uint8_t *start = r->p, *magic, *uuid;
	uint8_t format;
	struct vms_str stamp;

	magic = vms_rd_bytes(r, sizeof(MAGIC) - 1);
	format = vms_rd_u8(r);
	*key_id = vms_rd_bytes(r, VMS_VERIFIER_KEY_ID);
	uuid = vms_rd_bytes(r, VMS_UUID_LEN);
	m->stored_s = (int64_t)vms_rd_u64(r);
	stamp = vms_rd_text(r, VMS_STAMP_MAX);
	if (r->bad || memcmp(magic, MAGIC, sizeof(MAGIC) - 1) != 0 ||
	    format != VMS_VERIFIER_FORMAT || vms_str_copy(m->stamp,
	    sizeof(m->stamp), stamp) == -1)
		return 0;
	memcpy(m->uuid, uuid, VMS_UUID_LEN);
	return (size_t)(r->p - start);
}

static int
get_plain(const uint8_t plain[PLAIN_LEN], struct vms_verifier *v)
{
	struct vms_rd r = vms_rd_init(plain, PLAIN_LEN);

	v->cost.log2n = vms_rd_u8(&r);
	v->cost.r = vms_rd_u32(&r);
	v->cost.p = vms_rd_u32(&r);
	memcpy(v->salt, vms_rd_bytes(&r, sizeof(v->salt)), sizeof(v->salt));
	memcpy(v->hash, vms_rd_bytes(&r, sizeof(v->hash)), sizeof(v->hash));
	return vms_rd_done(&r) && is_cost(&v->cost) ? 0 : -1;
}

int
vms_verifier_open(const struct vms_verifier_key *key, const void *bytes,
    size_t len, struct vms_verifier *out, struct vms_err *err)
{
	struct vms_rd r = vms_rd_init(bytes, len);
	struct vms_verifier v = { 0 };
	uint8_t plain[PLAIN_LEN], tag_copy[TAG_LEN];
	const uint8_t *key_id, *nonce, *sealed, *tag;
	size_t head;
	int rc;

	*out = (struct vms_verifier){ 0 };
	head = get_head(&r, &key_id, &v.meta);
	nonce = vms_rd_bytes(&r, NONCE_LEN);
	sealed = vms_rd_bytes(&r, PLAIN_LEN);
	tag = vms_rd_bytes(&r, TAG_LEN);
	if (head == 0 || !vms_rd_done(&r))
		return broken(err, "not a whole record");
	if (memcmp(key_id, key->id, sizeof(key->id)) != 0)
		return vms_fail(err, VMS_E_NOT_FOUND,
		    "a verifier is sealed with another key");
	memcpy(tag_copy, tag, sizeof(tag_copy));
	rc = crypt_it(false, key, nonce, (struct vms_str){ bytes, head },
	    sealed, plain, tag_copy);
	if (rc == 0)
		rc = get_plain(plain, &v);
	if (rc == 0)
		*out = v;
	explicit_bzero(plain, sizeof(plain));
	explicit_bzero(&v, sizeof(v));
	return rc == 0 ? 0 : broken(err, "not what was sealed");
}

int
vms_verifier_check(const struct vms_verifier *v, struct vms_str password,
    struct vms_err *err)
{
	uint8_t hash[32];
	int r = hash_password(&v->cost, password, v->salt, hash, err);

	if (r == 0)
		r = CRYPTO_memcmp(hash, v->hash, sizeof(hash)) == 0;
	explicit_bzero(hash, sizeof(hash));
	return r;
}

void
vms_verifier_waste(const struct vms_verifier_cost *cost,
    struct vms_str password)
{
	static const uint8_t salt[16];
	uint8_t hash[32];

	(void)hash_password(cost, password, salt, hash, NULL);
	explicit_bzero(hash, sizeof(hash));
}
