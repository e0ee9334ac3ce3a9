/* SPDX-License-Identifier: MIT */
/* Reason codes and what users are told: see reason.h. */
#include "libvms/reason.h"

static const struct vms_str names[VMS_R_COUNT] = {
#define X(symbol, word) [VMS_R_##symbol] = { word, sizeof(word) - 1 },
	VMS_REASONS(X)
#undef X
};

static const struct {
	struct vms_str key, text;
} messages[] = {
#define ROW(key, text) { { key, sizeof(key) - 1 }, { text, sizeof(text) - 1 } }
	ROW("ip-denied", "Access from this IP address is not available"),
	ROW("schedule-closed", "Access is not available at this time"),
	ROW("approval-required",
	    "Access needs the approval of a second person"),
	ROW("denied", "Access denied"),
#undef ROW
};

struct vms_str
vms_reason_name(enum vms_reason r)
{
	if ((unsigned int)r >= VMS_R_COUNT)
		r = VMS_R_INTERNAL;
	return names[r];
}

/* All but three would help somebody who guesses. */
struct vms_str
vms_reason_message_key(enum vms_reason r)
{
	if (r == VMS_R_IP_NOT_ALLOWED || r == VMS_R_IP_UNKNOWN ||
	    r == VMS_R_IP_POOL_MISSING)
		return VMS_STR("ip-denied");
	if (r == VMS_R_SCHEDULE_CLOSED || r == VMS_R_APPROVAL_REQUIRED)
		return names[r];
	return VMS_STR("denied");
}

struct vms_str
vms_message_default(struct vms_str key)
{
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++)
		if (vms_str_eq(messages[i].key, key))
			return messages[i].text;
	return VMS_STR("Access denied");
}
