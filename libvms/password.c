/* SPDX-License-Identifier: MIT */
/* The rule for new passwords: see password.h. */
#include "libvms/password.h"

#include <stdbool.h>
#include <stdio.h>

#define CHARS_MIN 6
#define CHARS_MAX 255

const struct vms_pw_rule vms_pw_floor = { CHARS_MIN, CHARS_MAX, VMS_PW_ANY };

static uint32_t
length_of(struct vms_str text, uint32_t otherwise)
{
	int64_t v;

	if (vms_num_parse(text, 0, UINT32_MAX, &v) < 0)
		return otherwise;
	if (v < CHARS_MIN)
		return CHARS_MIN;
	return v > CHARS_MAX ? CHARS_MAX : (uint32_t)v;
}

struct vms_pw_rule
vms_pw_rule_of(struct vms_str min, struct vms_str max, struct vms_str charset)
{
	struct vms_pw_rule rule = { length_of(min, CHARS_MIN),
	    length_of(max, CHARS_MAX), VMS_PW_SEED };

	if (vms_str_eq(charset, VMS_STR("any")))
		rule.set = VMS_PW_ANY;
	else if (vms_str_eq(charset, VMS_STR("seed+caret")))
		rule.set = VMS_PW_SEED_CARET;
	return rule;
}

static bool
in_set(unsigned char c, enum vms_pw_set set)
{
	if (c < 0x20 || c == 0x7f)
		return false;
	if (set == VMS_PW_ANY || c == ' ' || (c >= '0' && c <= '9') ||
	    (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))
		return true;
	if (c == '^')
		return set == VMS_PW_SEED_CARET;
	return strchr(VMS_PW_SIGNS, c) != NULL;
}

enum vms_pw_problem
vms_pw_check(const struct vms_pw_rule *rule, struct vms_str password)
{
	size_t chars = 0;
	bool fits = true;

	for (size_t i = 0; i < password.len; i++) {
		unsigned char c = (unsigned char)password.p[i];

		/* Bytes that continue a UTF-8 character do not count. */
		if ((c & 0xc0) != 0x80)
			chars++;
		fits = fits && in_set(c, rule->set);
	}
	if (chars < rule->min)
		return VMS_PW_SHORT;
	if (chars > rule->max)
		return VMS_PW_LONG;
	return fits ? VMS_PW_FINE : VMS_PW_CHARSET;
}

struct vms_str
vms_pw_reason(enum vms_pw_problem p)
{
	switch (p) {
	case VMS_PW_FINE:
		break;
	case VMS_PW_SHORT:
		return VMS_STR("pw-too-short");
	case VMS_PW_LONG:
		return VMS_STR("pw-too-long");
	case VMS_PW_CHARSET:
		return VMS_STR("pw-charset");
	}
	return VMS_STR("");
}

void
vms_pw_text(enum vms_pw_problem p, const struct vms_pw_rule *rule, char *buf,
    size_t size)
{
	static const char set_text[][96] = {
		"Latin letters, digits, space and " VMS_PW_SIGNS,
		"Latin letters, digits, space and ^" VMS_PW_SIGNS,
		"any characters but control characters",
	};

	buf[0] = '\0';
	switch (p) {
	case VMS_PW_FINE:
		break;
	case VMS_PW_SHORT:
		snprintf(buf, size, "The password is too short: it must have "
		    "at least %u characters", rule->min);
		break;
	case VMS_PW_LONG:
		snprintf(buf, size, "The password is too long: it may have "
		    "at most %u characters", rule->max);
		break;
	case VMS_PW_CHARSET:
		snprintf(buf, size, "The password may be made of %s",
		    set_text[rule->set]);
		break;
	}
}
