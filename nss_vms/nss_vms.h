/* SPDX-License-Identifier: MIT */
/*
 * The module's inside: what its entry points share, and their prototypes,
 * which glibc finds by name and never by header.
 */
#ifndef VMS_NSS_VMS_H
#define VMS_NSS_VMS_H

#include <grp.h>
#include <nss.h>
#include <pwd.h>
#include <shadow.h>
#include <stddef.h>

#include "nss_vms/reader.h"

#define VMS_NSS_ENTRY __attribute__((visibility("default")))

/*
 * The only way out of an entry point.  saved is errno at its start, put back
 * on success; on failure *errnop, which in glibc is errno itself, is written
 * last.  ERANGE never goes with anything but TRYAGAIN.
 */
enum nss_status vms_nss_done(enum vms_answer answer, int saved, int *errnop);

/* A name as glibc hands it over, measured no further than it can matter. */
struct vms_str vms_nss_name(const char *name);

/* One user or group by its name into the caller's struct and buffer. */
enum vms_answer vms_nss_fill_user(struct vms_reader *r, struct vms_str name,
    void *passwd, char *buf, size_t len);
enum vms_answer vms_nss_fill_group(struct vms_reader *r, struct vms_str name,
    void *group, char *buf, size_t len);
enum vms_answer vms_nss_fill_shadow(struct vms_reader *r,
    struct vms_str name, void *spwd, char *buf, size_t len);

enum nss_status _nss_vms_getpwnam_r(const char *name, struct passwd *pw,
    char *buf, size_t len, int *errnop);
enum nss_status _nss_vms_getpwuid_r(uid_t uid, struct passwd *pw, char *buf,
    size_t len, int *errnop);
enum nss_status _nss_vms_setpwent(int stayopen);
enum nss_status _nss_vms_getpwent_r(struct passwd *pw, char *buf, size_t len,
    int *errnop);
enum nss_status _nss_vms_endpwent(void);

enum nss_status _nss_vms_getgrnam_r(const char *name, struct group *gr,
    char *buf, size_t len, int *errnop);
enum nss_status _nss_vms_getgrgid_r(gid_t gid, struct group *gr, char *buf,
    size_t len, int *errnop);
enum nss_status _nss_vms_setgrent(int stayopen);
enum nss_status _nss_vms_getgrent_r(struct group *gr, char *buf, size_t len,
    int *errnop);
enum nss_status _nss_vms_endgrent(void);
enum nss_status _nss_vms_initgroups_dyn(const char *user, gid_t group,
    long int *start, long int *size, gid_t **groups, long int limit,
    int *errnop);

enum nss_status _nss_vms_getspnam_r(const char *name, struct spwd *sp,
    char *buf, size_t len, int *errnop);
enum nss_status _nss_vms_setspent(int stayopen);
enum nss_status _nss_vms_getspent_r(struct spwd *sp, char *buf, size_t len,
    int *errnop);
enum nss_status _nss_vms_endspent(void);

#endif
