/* SPDX-License-Identifier: MIT */
/*
 * A world for tests of the NSS module: /run and /var/lib of their own, where
 * files may be root's, and the module as it is shipped.
 */
#ifndef VMS_NSS_WORLD_H
#define VMS_NSS_WORLD_H

#include <grp.h>
#include <nss.h>
#include <pwd.h>
#include <shadow.h>

#include "libvms/identity.h"

#define NSS_RUN_FILE "/run/vmsd/identity.cdb"
#define NSS_LIB_FILE "/var/lib/vms/public/identity.cdb"

/* Private mounts for this process.  -1 if it may not have them. */
int nss_world_enter(void);

/* n users u00000 … (uid 20000 + i, every third disabled), groups "all"
 * (gid 30000) with everyone in it, "none" (30001), "Two Words" (30002, the
 * first user), and the name "hidden" that is ours.  Freed with the arena. */
struct vms_identity nss_world_estate(struct vms_arena *a, uint32_t n);
/* Publish as the parent does, aside and by rename. */
void nss_world_publish(const char *path, const struct vms_identity *id,
    uint64_t generation, bool enumerate);
/* The same bytes, plain: for damage. */
void nss_world_bytes(const char *path, const void *bytes, size_t len);
/* The published bytes; free them. */
unsigned char *nss_world_read(const char *path, size_t *len);
void nss_world_unpublish(void);
/* How many descriptors this process holds. */
int nss_world_fds(void);

#define NSS_GET(ent) enum nss_status (*ent)
struct nss_module {
	NSS_GET(getpwnam_r)(const char *, struct passwd *, char *, size_t,
	    int *);
	NSS_GET(getpwuid_r)(uid_t, struct passwd *, char *, size_t, int *);
	NSS_GET(getgrnam_r)(const char *, struct group *, char *, size_t,
	    int *);
	NSS_GET(getgrgid_r)(gid_t, struct group *, char *, size_t, int *);
	NSS_GET(getspnam_r)(const char *, struct spwd *, char *, size_t,
	    int *);
	NSS_GET(setpwent)(int);
	NSS_GET(getpwent_r)(struct passwd *, char *, size_t, int *);
	NSS_GET(endpwent)(void);
	NSS_GET(setgrent)(int);
	NSS_GET(getgrent_r)(struct group *, char *, size_t, int *);
	NSS_GET(endgrent)(void);
	NSS_GET(setspent)(int);
	NSS_GET(getspent_r)(struct spwd *, char *, size_t, int *);
	NSS_GET(endspent)(void);
	NSS_GET(initgroups_dyn)(const char *, gid_t, long int *, long int *,
	    gid_t **, long int, int *);
};
/* Load the module from its file.  -1 with a line on stderr. */
int nss_world_load(struct nss_module *m);

#endif
