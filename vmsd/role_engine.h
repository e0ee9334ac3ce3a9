/* SPDX-License-Identifier: MIT */
/* The engine role: `vmsd -x engine`. */
#ifndef VMS_ROLE_ENGINE_H
#define VMS_ROLE_ENGINE_H

/* The exit code; it ends when the parent has gone. */
int vms_role_engine_main(int argc, char **argv);

#endif
