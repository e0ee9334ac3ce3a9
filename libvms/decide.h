/* SPDX-License-Identifier: MIT */
/*
 * The decision: may this user do this action, here, from there, now?
 *
 * One function answers for pam_vms, the C API, vmsctl check and vmsctl why.
 * Pure: it reads an immutable model and a request, takes the time as an
 * argument, and writes a verdict.  A zeroed verdict is a denial.
 */
#ifndef VMS_DECIDE_H
#define VMS_DECIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libvms/addr.h"
#include "libvms/arena.h"
#include "libvms/entry.h"
#include "libvms/reason.h"
#include "libvms/service.h"
#include "libvms/str.h"

struct vms_model;

/* Kinds of resource a request can name ("camera:cam-gate"). */
enum vms_kind {
	VMS_KIND_NONE = 0,
	VMS_KIND_RECORDER,
	VMS_KIND_RECORDERGROUP,
	VMS_KIND_CAMERA,
	VMS_KIND_CAMERAGROUP,
	VMS_KIND_LAYOUT,
	VMS_KIND_COUNT
};
/* "camera" and back; -1 if there is no such kind. */
int vms_kind_parse(struct vms_str word, enum vms_kind *kind);
const char *vms_kind_name(enum vms_kind kind);

/* Where a request comes from. */
enum vms_from_kind {
	VMS_FROM_NONE = 0,	/* nothing said: the service's class decides */
	VMS_FROM_ADDR,		/* a client's address */
	VMS_FROM_LOCAL,		/* the console */
	VMS_FROM_UNKNOWN,	/* a name, or an address that is not known */
	VMS_FROM_UNBOUND	/* no address boundary: root's own su, passwd */
};
struct vms_from {
	enum vms_from_kind kind;
	struct vms_addr addr;	/* for VMS_FROM_ADDR */
};
/* The --from word: "local", an address, anything else is unknown. */
struct vms_from vms_from_parse(struct vms_str word);

/* policy.NAME=VALUE of a what-if question. */
struct vms_override {
	struct vms_str name, value;
};

struct vms_request {
	struct vms_str user;		/* login name, any case */
	struct vms_str action;		/* "live.view"; empty for a login */
	bool login;			/* the action is the service's */
	struct vms_str service;		/* PAM service; may be empty */
	const struct vms_services *services; /* the table in force */
	enum vms_kind kind;		/* of the resource; NONE: none named */
	struct vms_str resource;	/* its cn, any case */
	struct vms_str recorder;	/* asked about; empty: not said */
	struct vms_str host;		/* this host's recorder; empty: none */
	struct vms_from from;
	struct vms_str on_user;		/* for user.* and admin.* */
	struct vms_str approver;
	bool break_glass;		/* an activated ticket */
	int64_t now_s;			/* seconds since 1970 UTC */
	bool clock_untrusted;		/* time conditions are unevaluable */
	bool guess_lock_over;		/* a lock for wrong passwords alone does
					 * not count: the session is open, or
					 * the server just took the password */
	bool directory_down;
	int64_t snapshot_age_s;		/* read when directory_down */
	int64_t license_level;		/* 0: not stated */
	int64_t active_cases;		/* added to the data's count */
	int64_t sessions;		/* the user's live ones; -1 unknown */
	const struct vms_override *overrides;
	uint32_t n_overrides;
};

/* One step of the reasoning, in order, for vmsctl why. */
struct vms_step {
	int number;			/* 1 to 15 */
	bool passed;
	struct vms_str dn;		/* the rule or entry, may be empty */
	struct vms_str text;		/* one line */
};

/* Collects steps; zero it, set arena.  A trace that runs out of memory stops
 * growing and says so; it never changes the verdict. */
struct vms_trace {
	struct vms_arena *arena;	/* borrowed */
	struct vms_step *steps;		/* in the arena */
	uint32_t n_steps, cap;
	bool cut;
};

enum vms_result { VMS_DENY = 0, VMS_ALLOW = 1 };

struct vms_verdict {
	enum vms_result result;
	enum vms_reason reason;
	struct vms_str name;		/* of the grant (grant:, deny:) or of
					 * the action (prerequisite:) */
	enum vms_reason inner;		/* why the prerequisite failed */
	struct vms_str inner_name;	/* its deny's name, if it was one */
	struct vms_str grant_dn;	/* of the deciding grant, or empty */
	struct vms_str user_dn;		/* empty if there is no such user */
	struct vms_str recorder;	/* cn of the one judged, or empty */
	struct vms_str action;		/* the action judged */
	bool alert;			/* obligation: break-glass was used */
	bool stale;			/* decided without the directory */
	int64_t max_archive_age_s;	/* obligation; -1: none */
	const struct vms_str *hidden;	/* cameras left out, sorted by name */
	uint32_t n_hidden;
};

/*
 * Decide.  Strings of *v borrow from m, rq or scratch.  scratch holds working
 * sets and grows with the estate's containers, not with its users; if it
 * cannot be had the verdict is DENY with reason closure-truncated.  trace may
 * be NULL.
 */
void vms_decide(const struct vms_model *m, const struct vms_request *rq,
    struct vms_arena *scratch, struct vms_trace *trace,
    struct vms_verdict *v);

/* "grant:NAME", "deny:NAME", "prerequisite:ACTION(reason)", "no-grant", …
 * into scratch; empty when out of memory. */
struct vms_str vms_verdict_reason(const struct vms_verdict *v,
    struct vms_arena *scratch);
/* "hidden=a,b; stale=true", sorted by key; "-" for none. */
struct vms_str vms_verdict_obligations(const struct vms_verdict *v,
    struct vms_arena *scratch);

/*
 * Everything of one kind on which the user is allowed the kind's viewing
 * action (recorder: any login action; camera: live.view; layout and camera
 * group: their view), in name order.  rq supplies user, from and time; its
 * action and resource are ignored.  0 with *names in scratch, or -1 with
 * NOT_FOUND (no such user), LIMIT or SYSTEM.
 */
int vms_decide_list(const struct vms_model *m, const struct vms_request *rq,
    enum vms_kind kind, struct vms_arena *scratch,
    const struct vms_str **names, uint32_t *n_names, struct vms_err *err);

#endif
