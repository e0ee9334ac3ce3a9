/* SPDX-License-Identifier: MIT */
/*
 * The seal role: keeps verifiers, and says whether a password is the one that
 * was last good.  Knows no directory, no network and no policy; what may be
 * stored, and when it may be used, is the engine's to say.
 */
#ifndef VMS_ROLE_SEAL_H
#define VMS_ROLE_SEAL_H

/* -x seal.  The exit code. */
int vms_role_seal_main(int argc, char **argv);

#endif
