/* SPDX-License-Identifier: MIT */
/* The BER of RFC 4533: see sync_ctrl.h.
 *
 * Not by ber_scanf: it takes booleans of any length.  Here each element is
 * looked at before it is taken, and nothing may be left over. */
#include "vmsd/sync_ctrl.h"

#include <lber.h>
#include <string.h>

#include "libvms/bounds.h"
#include "vmsd/ipc.h"

#define TAG_NEWCOOKIE 0x80U
#define TAG_DELETE 0xa1U
#define TAG_PRESENT 0xa2U
#define TAG_IDSET 0xa3U
#define IDSET_MAX (1024U * 1024U)

/* A copy of the value to read from; NULL if it is empty or memory is out. */
static BerElement *
rd_open(struct vms_str value)
{
	struct berval bv = { value.len, (char *)(uintptr_t)value.p };

	return value.len == 0 ? NULL : ber_init(&bv);
}

static void
rd_close(BerElement *ber)
{
	if (ber != NULL)
		ber_free(ber, 1);
}

static ber_len_t
left(BerElement *ber)
{
	ber_len_t n = 0;

	ber_get_option(ber, LBER_OPT_BER_REMAINING_BYTES, &n);
	return n;
}

/* The tag of the next element, 0 if there is none. */
static ber_tag_t
peek(BerElement *ber)
{
	ber_len_t len;
	ber_tag_t tag = left(ber) == 0 ? 0 : ber_peek_tag(ber, &len);

	return tag == LBER_DEFAULT ? 0 : tag;
}

/* Enter a constructed element that must be all that is left. */
static int
enter(BerElement *ber, ber_tag_t want)
{
	ber_len_t len;

	if (peek(ber) != want || ber_skip_tag(ber, &len) != want)
		return -1;
	return len == left(ber) ? 0 : -1;
}

/* Copied.  Text: ours are, and one with a NUL is not. */
static int
cookie_of(const struct berval *bv, struct vms_arena *a, struct vms_str *out)
{
	*out = (struct vms_str){ NULL, 0 };
	if (bv->bv_len == 0)
		return 0;
	if (bv->bv_len > VMS_COOKIE_MAX ||
	    memchr(bv->bv_val, '\0', bv->bv_len) != NULL)
		return -1;
	*out = vms_arena_str(a, (struct vms_str){ bv->bv_val, bv->bv_len });
	return out->p == NULL ? -1 : 0;
}

static int
take_cookie(BerElement *ber, struct vms_arena *a, struct vms_str *out)
{
	struct berval bv;

	*out = (struct vms_str){ NULL, 0 };
	if (peek(ber) != LBER_OCTETSTRING)
		return 0;
	if (ber_skip_element(ber, &bv) != LBER_OCTETSTRING)
		return -1;
	return cookie_of(&bv, a, out);
}

static int
take_bool(BerElement *ber, bool absent, bool *out)
{
	struct berval bv;

	*out = absent;
	if (peek(ber) != LBER_BOOLEAN)
		return 0;
	if (ber_skip_element(ber, &bv) != LBER_BOOLEAN || bv.bv_len != 1)
		return -1;
	*out = bv.bv_val[0] != 0;
	return 0;
}

static int
bad(struct vms_err *err, const char *what)
{
	return vms_fail(err, VMS_E_MALFORMED, "%s: not as RFC 4533 has it",
	    what);
}

int
vms_sync_request_encode(struct vms_wr *w, struct vms_str cookie,
    struct vms_err *err)
{
	BerElement *ber = ber_alloc_t(LBER_USE_DER);
	struct berval bv = { 0, NULL };
	int r = -1;

	if (ber == NULL || ber_printf(ber, "{e", 3) == -1 ||
	    (cookie.len > 0 && ber_put_ostring(ber, cookie.p, cookie.len,
	    LBER_OCTETSTRING) == -1) || ber_printf(ber, "N}") == -1 ||
	    ber_flatten2(ber, &bv, 0) == -1) {
		vms_fail(err, VMS_E_SYSTEM, "out of memory");
		goto out;
	}
	vms_wr_bytes(w, bv.bv_val, bv.bv_len);
	r = w->bad ? vms_fail(err, VMS_E_SYSTEM, "out of memory") : 0;
out:
	rd_close(ber);
	return r;
}

static int
state_in(BerElement *ber, struct vms_arena *a, struct vms_sync_event *ev)
{
	struct berval bv;
	uint8_t state;

	if (enter(ber, LBER_SEQUENCE) == -1 ||
	    ber_skip_element(ber, &bv) != LBER_ENUMERATED || bv.bv_len != 1)
		return -1;
	state = (uint8_t)bv.bv_val[0];
	if (state > VMS_SYNC_DELETE ||
	    ber_skip_element(ber, &bv) != LBER_OCTETSTRING ||
	    bv.bv_len != VMS_UUID_LEN)
		return -1;
	ev->state = (enum vms_sync_state)state;
	memcpy(ev->entry.uuid, bv.bv_val, VMS_UUID_LEN);
	if (take_cookie(ber, a, &ev->cookie) == -1 || left(ber) != 0)
		return -1;
	return 0;
}

int
vms_sync_state_decode(struct vms_str value, struct vms_arena *a,
    struct vms_sync_event *ev, struct vms_err *err)
{
	BerElement *ber = rd_open(value);
	int r = 0;

	*ev = (struct vms_sync_event){ .type = VMS_IPC_SYNC_ENTRY };
	if (ber == NULL || state_in(ber, a, ev) == -1)
		r = bad(err, "sync state control");
	rd_close(ber);
	return r;
}

int
vms_sync_done_decode(struct vms_str value, struct vms_arena *a,
    struct vms_str *cookie, bool *deletes, struct vms_err *err)
{
	BerElement *ber = rd_open(value);
	int r = 0;

	*cookie = (struct vms_str){ NULL, 0 };
	*deletes = false;
	if (ber == NULL || enter(ber, LBER_SEQUENCE) == -1 ||
	    take_cookie(ber, a, cookie) == -1 ||
	    take_bool(ber, false, deletes) == -1 || left(ber) != 0)
		r = bad(err, "sync done control");
	rd_close(ber);
	return r;
}

/* Each of the set's members is tag, length, 16 bytes. */
static int
idset_in(BerElement *ber, struct vms_arena *a, struct vms_sync_event *ev)
{
	struct berval bv;
	uint8_t *v;
	size_t n;

	ev->type = VMS_IPC_SYNC_IDSET;
	if (take_cookie(ber, a, &ev->cookie) == -1 ||
	    take_bool(ber, false, &ev->deletes) == -1 ||
	    enter(ber, LBER_SET) == -1)
		return -1;
	n = left(ber) / (VMS_UUID_LEN + 2);
	if (n * (VMS_UUID_LEN + 2) != left(ber) || n > IDSET_MAX)
		return -1;
	v = vms_arena_calloc(a, n == 0 ? 1 : n, VMS_UUID_LEN);
	if (v == NULL)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (ber_skip_element(ber, &bv) != LBER_OCTETSTRING ||
		    bv.bv_len != VMS_UUID_LEN)
			return -1;
		memcpy(v + i * VMS_UUID_LEN, bv.bv_val, VMS_UUID_LEN);
	}
	ev->uuids = v;
	ev->n_uuids = (uint32_t)n;
	return 0;
}

static int
newcookie_in(BerElement *ber, struct vms_arena *a, struct vms_sync_event *ev)
{
	struct berval bv;

	ev->type = VMS_IPC_SYNC_COOKIE;
	if (ber_skip_element(ber, &bv) != TAG_NEWCOOKIE || left(ber) != 0)
		return -1;
	return cookie_of(&bv, a, &ev->cookie);
}

static int
info_in(BerElement *ber, struct vms_arena *a, struct vms_sync_event *ev)
{
	ber_tag_t tag = peek(ber);

	if (tag == TAG_NEWCOOKIE)
		return newcookie_in(ber, a, ev);
	if ((tag != TAG_DELETE && tag != TAG_PRESENT && tag != TAG_IDSET) ||
	    enter(ber, tag) == -1)
		return -1;
	if (tag == TAG_IDSET)
		return idset_in(ber, a, ev);
	ev->deletes = tag == TAG_DELETE;
	if (take_cookie(ber, a, &ev->cookie) == -1 ||
	    take_bool(ber, true, &ev->done) == -1 || left(ber) != 0)
		return -1;
	return 0;
}

int
vms_sync_info_decode(struct vms_str value, struct vms_arena *a,
    struct vms_sync_event *ev, struct vms_err *err)
{
	BerElement *ber = rd_open(value);
	int r = 0;

	*ev = (struct vms_sync_event){ .type = VMS_IPC_SYNC_PHASE };
	if (ber == NULL || info_in(ber, a, ev) == -1)
		r = bad(err, "sync info message");
	rd_close(ber);
	return r;
}
