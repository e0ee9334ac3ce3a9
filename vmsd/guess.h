/* SPDX-License-Identifier: MIT */
/*
 * Guesses of local users: who asks vmsd by himself waits for no failure delay
 * of PAM's, and who runs su can end it while it waits.  So vmsd counts, by the
 * user who asks and the one he asks for.  Logins from elsewhere are not
 * counted: somebody on the network could shut others out.
 */
#ifndef VMS_GUESS_H
#define VMS_GUESS_H

#include <stdint.h>

#include "libvms/entry.h"
#include "vmsd/server.h"

/* Who is asked for: his UUID, or for uuid NULL one made of the name. */
void vms_guess_target(const struct vms_ask *a, const uint8_t *uuid,
    uint8_t target[VMS_UUID_LEN]);
/* Seconds that this asker must wait before the directory is asked; 0: none. */
uint32_t vms_guess_wait(const struct vms_ask *a,
    const uint8_t target[VMS_UUID_LEN]);
/* The directory's answer: the password was wrong, or right. */
void vms_guess_wrong(struct vms_ask *a, const uint8_t target[VMS_UUID_LEN]);
void vms_guess_right(struct vms_ask *a, const uint8_t target[VMS_UUID_LEN]);

#endif
