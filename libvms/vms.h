/* SPDX-License-Identifier: MIT */
/*
 * libvms: ask the recorder's vmsd what a user may do, from C.
 *
 * The answers come from the same engine, the same generation and the same
 * rules as logins through PAM, so that shell access and video access cannot
 * disagree.  The calling process must run as root or as a user named in
 * api.users of vmsd.conf(5); others may ask about themselves only.
 *
 *	struct vms *vms;
 *	struct vms_answer a;
 *
 *	if (vms_open(NULL, &vms) != VMS_OK)
 *		...
 *	if (vms_check(vms, "vera", "live.view", "camera:gate", NULL, &a) ==
 *	    VMS_OK && a.allow)
 *		show(a.obligations);
 *	vms_answer_clear(&a);
 *	vms_close(vms);
 *
 * A context may be used by one thread at a time; different contexts are
 * independent of each other.  There are no globals, signals, or threads in
 * the library, and no descriptor is held between calls but the watcher's.
 * Whatever is not VMS_OK means: no answer, so do not allow.
 */
#ifndef VMS_H
#define VMS_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum vms_status {
	VMS_OK = 0,
	VMS_UNAVAILABLE,	/* vmsd does not answer, or knows nothing yet */
	VMS_NOT_PERMITTED,	/* this process may not ask that */
	VMS_NOT_FOUND,		/* there is no such user */
	VMS_BAD_REQUEST,	/* a word of the question is wrong */
	VMS_NO_RESOURCES	/* memory or descriptors */
};

struct vms;

/* A verdict.  Zeroed it denies. */
struct vms_answer {
	bool allow;
	char *reason;		/* "grant:g-viewers", "no-grant", … */
	char *obligations;	/* "hidden=a,b; max-archive-age=3600", or "-":
				 * what the caller must see to; ages in
				 * seconds */
	char *decision;		/* for the log, and for `vmsctl why` */
	uint64_t generation;	/* of the policy it was decided on */
};

/*
 * Make a context.  socket: path of vmsd's socket, NULL for the usual one;
 * copied.  Connects nowhere yet.  VMS_OK or VMS_NO_RESOURCES.
 */
enum vms_status vms_open(const char *socket, struct vms **vms);
/* Frees the context and closes its watcher; NULL is fine. */
void vms_close(struct vms *vms);
/* How long one call may take, in milliseconds; 2000 unless set. */
void vms_set_timeout(struct vms *vms, int timeout_ms);
/* Why the last call on this context was not VMS_OK: one line, owned by the
 * context until its next call. */
const char *vms_error(const struct vms *vms);

/*
 * May user do action on resource?  resource: "camera:NAME", "layout:NAME",
 * "cameragroup:NAME", "recorder:NAME", "recordergroup:NAME", or NULL for an
 * action that has none.  from: the client's address as text, or NULL if it is
 * not known.  *answer is zeroed first; end it with vms_answer_clear().
 */
enum vms_status vms_check(struct vms *vms, const char *user,
    const char *action, const char *resource, const char *from,
    struct vms_answer *answer);
void vms_answer_clear(struct vms_answer *answer);

/*
 * Everything of one kind ("camera", "layout", "cameragroup", "recorder") that
 * the user may use: cb is called once for each name, in order, and stops the
 * listing by returning non-zero.  name lives during the call only.
 */
enum vms_status vms_access(struct vms *vms, const char *user,
    const char *kind, int (*cb)(void *arg, const char *name), void *arg);

/*
 * A descriptor that becomes readable when a new generation is in force: poll
 * it, then call vms_watch_next(), which says the generation's number; all
 * answers cached by the caller are stale then.  The descriptor is the
 * context's.  After any other status the watcher is gone: call vms_watch()
 * again.
 */
enum vms_status vms_watch(struct vms *vms, int *fd);
enum vms_status vms_watch_next(struct vms *vms, uint64_t *generation);

#ifdef __cplusplus
}
#endif

#endif
