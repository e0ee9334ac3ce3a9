/* SPDX-License-Identifier: MIT */
/* One question to vmsd; what goes wrong becomes a message and an exit code. */
#ifndef VMSCTL_ASK_H
#define VMSCTL_ASK_H

#include "client/client.h"

/* CTL_OK and *rep, to be ended with vms_reply_fini; else the exit code, after
 * a message on stderr.  path: of the socket; NULL for the usual one. */
int ask(const char *path, const struct vms_message *m, struct vms_reply *rep);

#endif
