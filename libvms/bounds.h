/* SPDX-License-Identifier: MIT */
/*
 * Every maximum of the suite, with its unit and its reason.  A limit that is
 * hit is an error (VMS_E_LIMIT), never a truncation.
 */
#ifndef VMS_BOUNDS_H
#define VMS_BOUNDS_H

/* Names of users and groups, bytes: utmp and useradd stop at 32, directories
 * go further; 256 is sysconf(_SC_LOGIN_NAME_MAX). */
#define VMS_NAME_MAX 256
/* A DN, bytes.  Longer ones are not met in practice and cost hashing time. */
#define VMS_DN_MAX 2048
/* One attribute value, bytes; vmsLayoutData may hold 64 KiB. */
#define VMS_VALUE_MAX (128 * 1024)
/* Values of one attribute: a group of a whole enterprise. */
#define VMS_VALUES_MAX (1024 * 1024)
/* Attributes of one entry. */
#define VMS_ATTRS_MAX 256
/* A password, bytes: the suite's rule stops at 255 characters. */
#define VMS_SECRET_MAX 512
/* gecos, bytes. */
#define VMS_GECOS_MAX 256
/* Home and shell, bytes: PATH_MAX less room. */
#define VMS_PATH_MAX 1024
/* Text that a user sees, bytes (vmsMessage has 512 characters). */
#define VMS_TEXT_MAX 2048
/* An address as text, with scope: INET6_ADDRSTRLEN and room for "%eth0". */
#define VMS_ADDR_TEXT_MAX 128
/* A service, tty, seat or session name, bytes. */
#define VMS_WORD_MAX 128
/* A message on the socket, bytes: replies may list all cameras of a user. */
#define VMS_FRAME_MAX (8 * 1024 * 1024)
/* A request on the socket, bytes: two secrets, a name and small change. */
#define VMS_REQUEST_MAX (16 * 1024)
/* A message between our own processes, bytes: one entry with its values. */
#define VMS_IPC_MAX (64 * 1024 * 1024)
/* A cookie or a set of contextCSNs, bytes: 64 CSNs of 41. */
#define VMS_COOKIE_MAX 4096
/* A server's URI, bytes. */
#define VMS_URI_MAX 1024
/* Groups of one user after nesting: the kernel's NGROUPS_MAX. */
#define VMS_GROUPS_MAX 65536
/* The lowest ids ever served, whatever a file or a server says. */
#define VMS_UID_FLOOR 1000
#define VMS_GID_FLOOR 100

#endif
