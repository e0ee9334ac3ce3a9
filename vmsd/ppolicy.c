/* SPDX-License-Identifier: MIT */
/* The password policy response control: see ppolicy.h. */
#include "vmsd/ppolicy.h"

#include <lber.h>
#include <stddef.h>

#define TAG_WARNING 0xa0U
#define TAG_ERROR 0x81U
#define TAG_EXPIRES 0x80U
#define TAG_GRACE 0x81U

static ber_len_t
left(BerElement *ber)
{
	ber_len_t n = 0;

	ber_get_option(ber, LBER_OPT_BER_REMAINING_BYTES, &n);
	return n;
}

/* The next element as a non-negative number of at most 31 bits; -1 if it is
 * no such thing. */
static int32_t
number(BerElement *ber, ber_tag_t *tag)
{
	struct berval bv;
	int64_t v = 0;

	*tag = ber_skip_element(ber, &bv);
	if (*tag == LBER_DEFAULT || bv.bv_len < 1 || bv.bv_len > 5 ||
	    (bv.bv_val[0] & 0x80))
		return -1;
	for (ber_len_t i = 0; i < bv.bv_len; i++)
		v = v << 8 | (uint8_t)bv.bv_val[i];
	return v > INT32_MAX ? -1 : (int32_t)v;
}

static int
warning(BerElement *ber, struct vms_ppolicy *out)
{
	ber_len_t len, before;
	ber_tag_t tag;
	int32_t n;

	if (ber_skip_tag(ber, &len) != TAG_WARNING)
		return -1;
	before = left(ber);
	n = number(ber, &tag);
	if (n == -1 || before - left(ber) != len ||
	    (tag != TAG_EXPIRES && tag != TAG_GRACE))
		return -1;
	if (tag == TAG_EXPIRES)
		out->expires_s = n;
	else
		out->grace = n;
	return 0;
}

static int
response(BerElement *ber, struct vms_ppolicy *out)
{
	ber_len_t len;
	ber_tag_t tag;

	if (ber_skip_tag(ber, &len) != LBER_SEQUENCE || len != left(ber))
		return -1;
	if (left(ber) > 0 && ber_peek_tag(ber, &len) == TAG_WARNING &&
	    warning(ber, out) == -1)
		return -1;
	if (left(ber) == 0)
		return 0;
	out->error = number(ber, &tag);
	return out->error == -1 || tag != TAG_ERROR || left(ber) != 0 ? -1 : 0;
}

int
vms_ppolicy_decode(struct vms_str value, struct vms_ppolicy *out,
    struct vms_err *err)
{
	struct vms_ppolicy none = { -1, -1, VMS_PP_NONE };
	struct berval bv = { value.len, (char *)(uintptr_t)value.p };
	BerElement *ber = value.len == 0 ? NULL : ber_init(&bv);
	int r = 0;

	*out = none;
	if (ber == NULL || response(ber, out) == -1) {
		*out = none;
		r = vms_fail(err, VMS_E_MALFORMED, "password policy control");
	}
	if (ber != NULL)
		ber_free(ber, 1);
	return r;
}

const char *
vms_ppolicy_text(int error)
{
	static const char *const texts[] = {
		[VMS_PP_EXPIRED] = "the password has expired",
		[VMS_PP_LOCKED] = "the account is locked",
		[VMS_PP_MUST_CHANGE] = "the password must be changed first",
		[VMS_PP_NO_CHANGE_ALLOWED] =
		    "the directory does not let you change this password",
		[VMS_PP_NEEDS_OLD] = "the old password must be given",
		[VMS_PP_QUALITY] = "the password is too simple",
		[VMS_PP_TOO_SHORT] = "the password is too short",
		[VMS_PP_TOO_YOUNG] =
		    "the password was changed too short a time ago",
		[VMS_PP_IN_HISTORY] = "the password was used before",
	};

	if (error < 0 || (size_t)error >= sizeof(texts) / sizeof(texts[0]))
		return "";
	return texts[error];
}
