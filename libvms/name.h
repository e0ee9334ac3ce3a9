/* SPDX-License-Identifier: MIT */
/*
 * What a name, a path, a gecos and an id must look like to be served by this
 * host.  One set of rules for both ends of the published file: identity.c
 * leaves out what fails them, the file's readers believe nothing that does.
 * Pure.
 */
#ifndef VMS_NAME_H
#define VMS_NAME_H

#include <stdbool.h>
#include <stdint.h>

#include "libvms/str.h"

/* Login names, bytes: utmp and useradd stop at 32. */
#define VMS_LOGIN_MAX 32

/* Whether a name can be a login name at all: 1 to 32 characters out of ASCII
 * letters, digits and ._-, starting with a letter, a digit or '_', not all
 * digits. */
bool vms_name_is_login(struct vms_str name);
/* As above, but up to VMS_NAME_MAX, and blanks inside: directories call their
 * groups "Video Operators". */
bool vms_name_is_group(struct vms_str name);
/* Names that never become a user or group here: root, sudo, wheel, … in any
 * case. */
bool vms_name_is_privileged(struct vms_str name);
/* These, and names that are privileged as a group only. */
bool vms_group_is_privileged(struct vms_str name);
/* An absolute path without "." and "..", ':' and control characters, valid
 * UTF-8, at most VMS_PATH_MAX bytes, and not "/" alone. */
bool vms_path_is_plain(struct vms_str path);
/* Printable, valid UTF-8, no ':', at most VMS_GECOS_MAX bytes; may be
 * empty. */
bool vms_gecos_is_plain(struct vms_str gecos);
/* Ids that may be served whatever a file or a server says: not below the
 * floor, not nobody's, not one that means "no change". */
bool vms_uid_is_served(uint32_t uid);
bool vms_gid_is_served(uint32_t gid);

/* The length of the printable UTF-8 character that s starts with; 0: s is
 * empty, not UTF-8, or starts with a control or a bidirectional override. */
size_t vms_utf8_printable(struct vms_str s);

#endif
