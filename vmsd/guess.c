/* SPDX-License-Identifier: MIT */
/* Guesses of local users: see guess.h. */
#include "vmsd/guess.h"

#include <string.h>

#include "libvms/str.h"
#include "vmsd/engine.h"

/* The local user behind a request; 0: nobody who is counted.  su and sudo
 * come as root and say whose process they are. */
static uint32_t
asker(const struct vms_ask *a)
{
	return a->peer.uid != 0 ? a->peer.uid : a->m.u.pam_req.real_uid;
}

void
vms_guess_target(const struct vms_ask *a, const uint8_t *uuid,
    uint8_t target[VMS_UUID_LEN])
{
	struct vms_str name = a->m.u.pam_req.user;
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	if (uuid != NULL) {
		memcpy(target, uuid, VMS_UUID_LEN);
		return;
	}
	for (size_t i = 0; i < name.len; i++)
		h = (h ^ (uint8_t)vms_ascii_lower(name.p[i])) *
		    UINT64_C(0x100000001b3);
	memset(target, 0xff, VMS_UUID_LEN);
	memcpy(target, &h, sizeof(h));
}

uint32_t
vms_guess_wait(const struct vms_ask *a, const uint8_t target[VMS_UUID_LEN])
{
	if (asker(a) == 0)
		return 0;
	return vms_delay_wait(&a->e->guesses, target, asker(a),
	    vms_engine_now_ms() / 1000);
}

void
vms_guess_wrong(struct vms_ask *a, const uint8_t target[VMS_UUID_LEN])
{
	if (asker(a) != 0)
		vms_delay_failed(&a->e->guesses, target, asker(a),
		    vms_engine_now_ms() / 1000);
}

void
vms_guess_right(struct vms_ask *a, const uint8_t target[VMS_UUID_LEN])
{
	(void)vms_delay_forget(&a->e->guesses, target, asker(a));
}
