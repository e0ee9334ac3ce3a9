/* SPDX-License-Identifier: MIT */
/*
 * The last word to a session's terminals, for the parent.  Names of terminals
 * come from the kernel's numbers, never from PAM or a user.
 */
#ifndef VMS_ENDTELL_H
#define VMS_ENDTELL_H

#include <stddef.h>
#include <stdint.h>

#include "vmsd/endmatch.h"

#define VMS_TTY_PATH_SIZE 32

/* Pure: the path below /dev of stat(5)'s tty_nr; -1 if it is neither a
 * pseudo-terminal, a virtual console nor a serial line. */
int vms_tty_path(uint32_t tty, char path[VMS_TTY_PATH_SIZE]);
/* Write what e says is the matter to that terminal, if it is the user's;
 * whether it was.  Never waits: a terminal that takes nothing is not told. */
bool vms_end_tell(const struct vms_end *e, uint32_t tty);

#endif
