/* SPDX-License-Identifier: MIT */
/* Addresses and address ranges: see addr.h. */
#include "libvms/addr.h"

/* Four numbers of up to three digits without leading zeros: "010" is eight
 * to some readers and ten to others. */
static int
parse_v4(struct vms_str s, uint8_t out[4])
{
	for (int i = 0; i < 4; i++) {
		struct vms_str part;
		bool more = vms_str_cut(s, '.', &part, &s);
		int64_t n;

		if (more != (i < 3) || part.len > 3 ||
		    (part.len > 1 && part.p[0] == '0') ||
		    vms_num_parse(part, 0, 255, &n) != 0)
			return -1;
		out[i] = (uint8_t)n;
	}
	return 0;
}

static int
parse_hex16(struct vms_str s, uint8_t out[2])
{
	unsigned int v = 0;

	if (s.len == 0 || s.len > 4)
		return -1;
	for (size_t i = 0; i < s.len; i++) {
		char c = vms_ascii_lower(s.p[i]);

		if (c >= '0' && c <= '9')
			v = v * 16 + (unsigned int)(c - '0');
		else if (c >= 'a' && c <= 'f')
			v = v * 16 + (unsigned int)(c - 'a') + 10;
		else
			return -1;
	}
	out[0] = (uint8_t)(v >> 8);
	out[1] = (uint8_t)v;
	return 0;
}

/*
 * Groups between colons into out; an IPv4 tail counts as two.  Returns the
 * number of bytes, or -1.  Empty text is no groups.
 */
static int
parse_groups(struct vms_str s, bool tail_v4, uint8_t out[16])
{
	int n = 0;
	bool more = s.len > 0;

	while (more) {
		struct vms_str part;

		more = vms_str_cut(s, ':', &part, &s);
		if (!more && tail_v4 && memchr(part.p, '.', part.len) != NULL) {
			if (n > 12 || parse_v4(part, out + n) != 0)
				return -1;
			return n + 4;
		}
		if (n > 14 || part.len == 0 || parse_hex16(part, out + n) != 0)
			return -1;
		n += 2;
	}
	return n;
}

/* Where "::" starts, or s.len. */
static size_t
find_gap(struct vms_str s)
{
	for (size_t i = 0; i + 1 < s.len; i++)
		if (s.p[i] == ':' && s.p[i + 1] == ':')
			return i;
	return s.len;
}

static int
parse_v6(struct vms_str s, uint8_t out[16])
{
	size_t gap = find_gap(s);
	uint8_t tail[16];
	int before, after;

	memset(out, 0, 16);
	if (gap == s.len)
		return parse_groups(s, true, out) == 16 ? 0 : -1;
	before = parse_groups((struct vms_str){ s.p, gap }, false, out);
	after = parse_groups((struct vms_str){ s.p + gap + 2,
	    s.len - gap - 2 }, true, tail);
	/* "::" stands for one group at least. */
	if (before < 0 || after < 0 || before + after > 14)
		return -1;
	memset(out + before, 0, (size_t)(16 - before));
	memcpy(out + 16 - after, tail, (size_t)after);
	return 0;
}

static bool
is_mapped(const struct vms_addr *a)
{
	static const uint8_t prefix[12] = { [10] = 0xff, [11] = 0xff };

	return a->family == 6 && memcmp(a->bytes, prefix, 12) == 0;
}

/* As written, IPv4-mapped IPv6 left alone. */
static int
parse_plain(struct vms_str s, struct vms_addr *out)
{
	*out = (struct vms_addr){ 0 };
	if (s.len == 0 || s.len > 45)
		return -1;
	if (memchr(s.p, ':', s.len) == NULL) {
		if (parse_v4(s, out->bytes) != 0)
			goto bad;
		out->family = 4;
		return 0;
	}
	if (parse_v6(s, out->bytes) != 0)
		goto bad;
	out->family = 6;
	return 0;
bad:
	*out = (struct vms_addr){ 0 };
	return -1;
}

int
vms_addr_parse(struct vms_str text, struct vms_addr *out)
{
	struct vms_str address, scope;

	vms_str_cut(text, '%', &address, &scope);
	if (parse_plain(address, out) != 0)
		return -1;
	if (is_mapped(out)) {
		struct vms_addr v4 = { .family = 4 };

		memcpy(v4.bytes, out->bytes + 12, 4);
		*out = v4;
	}
	return 0;
}

/* First and last address of a network of so many leading bits. */
static void
mask_range(struct vms_range *r, int64_t bits, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		int64_t left = bits - (int64_t)i * 8;
		unsigned int host = left >= 8 ? 0 : left <= 0 ? 0xff :
		    0xffU >> left;

		r->lo.bytes[i] = (uint8_t)(r->lo.bytes[i] & ~host);
		r->hi.bytes[i] = (uint8_t)(r->lo.bytes[i] | host);
	}
}

static int
parse_ends(struct vms_str text, struct vms_range *r)
{
	struct vms_str first, second;
	int64_t bits;

	if (vms_str_cut(text, '-', &first, &second))
		return parse_plain(first, &r->lo) != 0 ||
		    parse_plain(second, &r->hi) != 0 ? -1 : 0;
	if (!vms_str_cut(text, '/', &first, &second)) {
		if (parse_plain(text, &r->lo) != 0)
			return -1;
		r->hi = r->lo;
		return 0;
	}
	if (parse_plain(first, &r->lo) != 0 || second.len > 3 ||
	    vms_num_parse(second, 0, r->lo.family == 4 ? 32 : 128, &bits) != 0)
		return -1;
	r->hi = r->lo;
	mask_range(r, bits, r->lo.family == 4 ? 4 : 16);
	return 0;
}

int
vms_range_parse(struct vms_str text, struct vms_range *out)
{
	struct vms_range r = { 0 };

	*out = (struct vms_range){ 0 };
	text = vms_str_trim(text);
	if (vms_str_caseeq(text, VMS_STR("local"))) {
		out->local = true;
		return 0;
	}
	if (parse_ends(text, &r) != 0 || r.lo.family != r.hi.family ||
	    memcmp(r.lo.bytes, r.hi.bytes, 16) > 0 || is_mapped(&r.lo) ||
	    is_mapped(&r.hi))
		return -1;
	*out = r;
	return 0;
}

bool
vms_range_has(const struct vms_range *r, const struct vms_addr *a)
{
	return !r->local && a->family != 0 && a->family == r->lo.family &&
	    memcmp(r->lo.bytes, a->bytes, 16) <= 0 &&
	    memcmp(a->bytes, r->hi.bytes, 16) <= 0;
}
