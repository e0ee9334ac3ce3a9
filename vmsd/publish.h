/* SPDX-License-Identifier: MIT */
/*
 * The parent's side of publishing: the engine's finished bytes become root's
 * file, whole or not at all.
 */
#ifndef VMS_PUBLISH_H
#define VMS_PUBLISH_H

#include "libvms/err.h"

/*
 * Copy the sealed memfd into dir as name: into a new file aside, flushed,
 * renamed, the folder flushed.  mem must be a regular file sealed against
 * writing, growing and shrinking, of sane size; else MALFORMED and nothing
 * changes.  dir must be a folder of ours that others cannot write to; else
 * DENIED.  mem stays the caller's.
 */
int vms_publish_file(int mem, const char *dir, const char *name,
    struct vms_err *err);

#endif
