/* SPDX-License-Identifier: MIT */
/*
 * The engine's state: one process, one thread, one model at a time.  Each part
 * has a file and a struct of its own; this ties them together.
 */
#ifndef VMS_ENGINE_H
#define VMS_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "libvms/arena.h"
#include "libvms/decide.h"
#include "libvms/identity.h"
#include "libvms/model.h"
#include "vmsd/evchan.h"
#include "vmsd/mustchange.h"
#include "vmsd/role.h"
#include "vmsd/seal_delay.h"

struct event;
struct event_base;
struct vms_authpool;
struct vms_feed;
struct vms_hostids;
struct vms_offline;
struct vms_records;
struct vms_server;
struct vms_sessions;
struct vms_store;
struct vms_zones;

/* What is in force. */
struct vms_generation {
	uint64_t number;	/* 0: nothing yet */
	int64_t built_s;	/* wall */
	uint32_t build_ms;
	struct vms_model *model;	/* NULL: nothing yet */
	struct vms_arena id_arena;	/* of identity */
	struct vms_identity identity;
	bool published;
	char problem[240];	/* of publishing, or "" */
	char policy_problem[400];	/* why nobody can log in, or "" */
};

struct vms_engine {
	struct vms_role_ctx ctx;
	struct event_base *base;
	struct vms_evchan *parent;
	struct vms_store *store;
	struct vms_zones *zones;
	struct vms_hostids *hostids;
	struct vms_feed *feed;
	struct vms_authpool *auth;
	struct vms_sessions *sessions;
	struct vms_records *records;
	struct vms_server *server;
	struct vms_offline *offline;
	struct vms_mustchange mustchange;
	struct vms_delays guesses;	/* of local users; guess.c */
	struct vms_generation gen;
	struct event *rebuild;	/* pending when something changed */
	struct event *tick;	/* status, sweeping */
	int64_t last_build_ms;	/* when the last build ended, monotonic */
	bool listening, one_user, ready;
};

/* Wall clock, seconds since 1970 UTC, and a clock that only runs forward. */
int64_t vms_engine_wall_s(void);
int64_t vms_engine_now_ms(void);
/* Seconds since the host started, sleep included. */
int64_t vms_engine_boot_s(void);

/* Something that the model or the identity is made from has changed: build
 * soon, once for many changes. */
void vms_engine_changed(struct vms_engine *e);
/* Build now and publish; build.c. */
void vms_engine_build(struct vms_engine *e);
/* Once more, if the generation in force could not be published whole. */
void vms_engine_publish_again(struct vms_engine *e);
/* One line for systemd and status. */
void vms_engine_status_line(struct vms_engine *e, char *buf, size_t size);
/* Give up: the parent ends the daemon and systemd starts it again. */
void vms_engine_fatal(const char *what, const struct vms_err *err)
    __attribute__((noreturn));

/*
 * Judge a request of uid by in the state of now: fills recorder, time, the
 * feed's age and the services' table, and keeps the record for vmsctl why.  rq strings
 * are the caller's.  Strings of *v live in scratch, the model and rq.  id
 * (VMS_RECORD_ID_SIZE) gets the decision's id.
 */
void vms_engine_decide(struct vms_engine *e, uint32_t by,
    struct vms_request *rq, struct vms_arena *scratch, struct vms_trace *trace,
    struct vms_verdict *v, char *id);
/* The parts of a request that do not come from the asker. */
void vms_engine_fill_request(struct vms_engine *e, struct vms_request *rq);

#endif
