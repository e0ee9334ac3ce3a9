/* SPDX-License-Identifier: MIT */
/* Strings and numbers from outside: see str.h. */
#include "libvms/str.h"

char
vms_ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool
vms_str_eq(struct vms_str a, struct vms_str b)
{
	return a.len == b.len &&
	    (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

bool
vms_str_caseeq(struct vms_str a, struct vms_str b)
{
	return a.len == b.len && vms_str_casecmp(a, b) == 0;
}

int
vms_str_cmp(struct vms_str a, struct vms_str b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int r = n == 0 ? 0 : memcmp(a.p, b.p, n);

	if (r != 0)
		return r;
	return a.len < b.len ? -1 : a.len > b.len;
}

int
vms_str_casecmp(struct vms_str a, struct vms_str b)
{
	size_t n = a.len < b.len ? a.len : b.len;

	for (size_t i = 0; i < n; i++) {
		unsigned char x = (unsigned char)vms_ascii_lower(a.p[i]);
		unsigned char y = (unsigned char)vms_ascii_lower(b.p[i]);

		if (x != y)
			return x < y ? -1 : 1;
	}
	return a.len < b.len ? -1 : a.len > b.len;
}

bool
vms_str_has_prefix(struct vms_str s, struct vms_str prefix)
{
	return s.len >= prefix.len &&
	    (prefix.len == 0 || memcmp(s.p, prefix.p, prefix.len) == 0);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct vms_str
vms_str_trim(struct vms_str s)
{
	while (s.len > 0 && is_blank(s.p[0])) {
		s.p++;
		s.len--;
	}
	while (s.len > 0 && is_blank(s.p[s.len - 1]))
		s.len--;
	return s;
}

bool
vms_str_cut(struct vms_str s, char sep, struct vms_str *head,
    struct vms_str *tail)
{
	const char *at = s.len == 0 ? NULL : memchr(s.p, sep, s.len);

	if (at == NULL) {
		*head = s;
		*tail = (struct vms_str){ NULL, 0 };
		return false;
	}
	*head = (struct vms_str){ s.p, (size_t)(at - s.p) };
	*tail = (struct vms_str){ at + 1, s.len - head->len - 1 };
	return true;
}

int
vms_str_copy(char *buf, size_t size, struct vms_str s)
{
	if (size == 0)
		return -1;
	buf[0] = '\0';
	if (s.len >= size ||
	    (s.len > 0 && memchr(s.p, '\0', s.len) != NULL))
		return -1;
	if (s.len > 0)
		memcpy(buf, s.p, s.len);
	buf[s.len] = '\0';
	return 0;
}

int
vms_num_parse(struct vms_str s, int64_t min, int64_t max, int64_t *out)
{
	bool negative = false;
	int64_t n = 0;

	*out = 0;
	if (s.len > 0 && s.p[0] == '-' && min < 0) {
		negative = true;
		s.p++;
		s.len--;
	}
	if (s.len == 0 || s.len > 19)
		return -1;
	for (size_t i = 0; i < s.len; i++) {
		int digit = s.p[i] - '0';

		if (digit < 0 || digit > 9 || n > (INT64_MAX - digit) / 10)
			return -1;
		n = n * 10 + digit;
	}
	if (negative)
		n = -n;
	if (n < min || n > max)
		return -1;
	*out = n;
	return 0;
}

int
vms_id_parse(struct vms_str s, uint32_t *out)
{
	int64_t n;

	*out = 0;
	if (vms_num_parse(s, 1, UINT32_MAX - 1, &n) != 0 || n == 65535)
		return -1;
	*out = (uint32_t)n;
	return 0;
}
