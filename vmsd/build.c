/* SPDX-License-Identifier: MIT */
/*
 * A new generation: entries of the store to a model, the model to the host's
 * identity, the identity to bytes that the parent publishes.
 */
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vmsd/adopt.h"
#include "vmsd/cdbfile.h"
#include "vmsd/engine.h"
#include "vmsd/feed.h"
#include "vmsd/hostids.h"
#include "vmsd/log.h"
#include "vmsd/revoke.h"
#include "vmsd/offline.h"
#include "vmsd/server.h"
#include "vmsd/session.h"
#include "vmsd/store.h"

#define NOLOGIN "/usr/sbin/nologin"
/* Changes come in bursts: wait this long for the rest of one. */
#define SOON_MS 15
/* Building takes at most a third of the time. */
#define REST 2
#define REST_MAX_MS 500

void
vms_engine_changed(struct vms_engine *e)
{
	int64_t since = vms_engine_now_ms() - e->last_build_ms;
	int64_t rest = (int64_t)e->gen.build_ms * REST;
	int64_t wait = SOON_MS;
	struct timeval tv;

	if (rest > REST_MAX_MS)
		rest = REST_MAX_MS;
	if (e->gen.number > 0 && rest - since > wait)
		wait = rest - since;
	tv = (struct timeval){ wait / 1000, wait % 1000 * 1000 };
	if (!evtimer_pending(e->rebuild, NULL))
		evtimer_add(e->rebuild, &tv);
}

struct feeding {
	struct vms_model_builder *builder;
	struct vms_arena scratch;
	uint32_t n;
};

static int
add_entry(void *arg, const struct vms_store_item *item, struct vms_err *err)
{
	struct feeding *f = arg;
	struct vms_rd r = item->entry;
	struct vms_entry entry;

	vms_arena_reset(&f->scratch);
	if (vms_entry_decode(&r, &f->scratch, &entry, err) == -1)
		return -1;
	f->n++;
	return vms_model_builder_add(f->builder, &entry, err);
}

static void
fill_params(const struct vms_engine *e, struct vms_model_params *p)
{
	const struct vms_conf *c = &e->ctx.conf;

	*p = (struct vms_model_params){
		.users_base = vms_str_of(c->directory.users.base),
		.groups_base = vms_str_of(c->directory.groups.base),
		.policy_base = vms_str_of(c->directory.policy.base),
		.factless_base = vms_str_of(c->directory.factless_base),
		.recorder = vms_str_of(c->recorder),
		.map = {
#define MAP(field) .field = vms_str_of(c->directory.attributes.field)
			MAP(user_name), MAP(uid), MAP(gid), MAP(gecos),
			MAP(home), MAP(shell), MAP(group_name),
			MAP(group_gid), MAP(member), MAP(member_uid),
			MAP(ssh_key),
#undef MAP
		},
		.zones = e->zones,
		.posix = true,
	};
}

static struct vms_model *
build_model(struct vms_engine *e, uint32_t *n, struct vms_err *err)
{
	struct vms_model_params params;
	struct feeding f = { 0 };
	struct vms_model *m = NULL;

	fill_params(e, &params);
	f.builder = vms_model_builder_new(&params);
	if (f.builder == NULL) {
		vms_fail(err, VMS_E_SYSTEM, "out of memory");
		return NULL;
	}
	if (vms_store_each(e->store, true, add_entry, &f, err) == 0)
		m = vms_model_builder_finish(f.builder, err);
	else
		vms_model_builder_free(f.builder);
	vms_arena_fini(&f.scratch);
	*n = f.n;
	return m;
}

static int
build_identity(struct vms_engine *e, const struct vms_model *m,
    struct vms_arena *arena, struct vms_identity *out, struct vms_err *err)
{
	const struct vms_conf *c = &e->ctx.conf;
	struct vms_posix posix = vms_model_posix(m);
	struct vms_identity_rules rules = {
		.min_id = (uint32_t)c->nss.min_id,
		.max_id = (uint32_t)c->nss.max_id,
		.n_primary_gids = (uint32_t)c->nss.n_primary_gids,
		.visible_all = c->nss.visible_all,
		.enumerate = c->nss.enumerate,
		.default_shell = vms_str_of(c->nss.default_shell),
		.nologin_shell = VMS_STR(NOLOGIN),
		.home = vms_str_of(c->nss.home),
		.host = *vms_hostids_get(e->hostids),
	};
	uint32_t *gids = vms_arena_calloc(arena, c->nss.n_primary_gids + 1,
	    sizeof(*gids));

	if (gids == NULL)
		return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	for (size_t i = 0; i < c->nss.n_primary_gids; i++)
		gids[i] = (uint32_t)c->nss.primary_gids[i];
	rules.primary_gids = gids;
	if (vms_adopt_departed(e, arena, &rules.departed, &rules.n_departed,
	    err) == -1)
		return -1;
	rules.known = vms_sessions_known(e->sessions, &rules.n_known);
	return vms_identity_build(&posix, &rules, &e->gen.identity, arena,
	    out, err);
}

/* Write the file into a memfd and hand it to the parent. */
static int
publish(struct vms_engine *e, const struct vms_generation *g,
    struct vms_err *err)
{
	const struct vms_cdb_meta meta = {
		.generation = g->number,
		.created_s = g->built_s,
		.min_id = (uint32_t)e->ctx.conf.nss.min_id,
		.max_id = (uint32_t)e->ctx.conf.nss.max_id,
		.enumerate = e->ctx.conf.nss.enumerate,
	};
	struct vms_wr w = { 0 };
	int fd, r;

	fd = memfd_create("identity.cdb", MFD_ALLOW_SEALING | MFD_CLOEXEC);
	if (fd == -1)
		return vms_fail(err, VMS_E_SYSTEM, "memfd: %s",
		    strerror(errno));
	if (vms_cdbfile_write(fd, &g->identity, &meta, err) == -1) {
		close(fd);
		return -1;
	}
	if (fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW |
	    F_SEAL_SHRINK | F_SEAL_SEAL) == -1) {
		close(fd);
		return vms_fail(err, VMS_E_SYSTEM, "sealing: %s",
		    strerror(errno));
	}
	vms_wr_u64(&w, g->number);
	r = vms_evchan_send(e->parent, VMS_IPC_PUBLISH, &w, fd, err);
	vms_wr_fini(&w);
	return r;
}

void
vms_engine_publish_again(struct vms_engine *e)
{
	struct vms_err err = { 0 };

	if (e->gen.number > 0 && e->gen.problem[0] != '\0' &&
	    publish(e, &e->gen, &err) == -1)
		vms_log_err("publishing", &err);
}

/* The generation's number goes on over restarts. */
static void
save_number(struct vms_engine *e)
{
	struct vms_err err = { 0 };
	struct vms_store_meta meta;

	if (vms_store_is_open(e->store))
		return;
	if (vms_store_get_meta(e->store, &meta, &err) == 0) {
		meta.generation = e->gen.number;
		if (vms_store_put_meta(e->store, &meta, &err) == 0)
			return;
	}
	vms_log_err("store", &err);
}

/* Put the new one in force.  prev's arena goes: nothing borrows from it. */
static void
swap(struct vms_engine *e, struct vms_generation *fresh)
{
	struct vms_generation old = e->gen;

	e->gen = *fresh;
	vms_model_free(old.model);
	vms_arena_fini(&old.id_arena);
}

/* What is right by itself and lets nobody in, for the log and for status.  A
 * policy base without a single VMS entry is a server without our schema, or
 * one that lets this account read nothing. */
static void
find_policy_problem(struct vms_engine *e, uint32_t n)
{
	struct vms_model_counts c = vms_model_counts(e->gen.model);
	const struct vms_conf *conf = &e->ctx.conf;
	char *to = e->gen.policy_problem;
	size_t size = sizeof(e->gen.policy_problem);

	*to = '\0';
	if (c.roles == 0 && c.grants == 0 && c.recorders == 0) {
		if (n > 0)
			snprintf(to, size, "the directory has no VMS entry "
			    "below %s: is the VMS schema loaded there, and "
			    "may this account read it?",
			    conf->directory.policy.base);
	} else if (!vms_model_recorder_known(e->gen.model,
	    vms_str_of(conf->recorder)))
		snprintf(to, size, "recorder %s is not in the directory, or "
		    "disabled: every login is refused", conf->recorder);
	else if (c.users == 0)
		snprintf(to, size, "the directory shows nobody below %s: is "
		    "directory.users.base right, and may this account read "
		    "it?", conf->directory.users.base);
	if (*to != '\0')
		vms_log(VMS_LOG_WARNING, "%s", to);
}

void
vms_engine_build(struct vms_engine *e)
{
	int64_t start = vms_engine_now_ms();
	struct vms_generation g = { 0 };
	struct vms_err err = { 0 };
	uint32_t n = 0;

	g.number = e->gen.number + 1;
	g.built_s = vms_engine_wall_s();
	g.model = build_model(e, &n, &err);
	if (g.model == NULL || build_identity(e, g.model, &g.id_arena,
	    &g.identity, &err) == -1) {
		/* The last whole generation stays in force. */
		vms_log(VMS_LOG_ERR, "generation %" PRIu64 " could not be "
		    "built: %s", g.number, err.msg);
		vms_model_free(g.model);
		vms_arena_fini(&g.id_arena);
		return;
	}
	if (publish(e, &g, &err) == -1) {
		vms_log(VMS_LOG_ERR, "publishing: %s", err.msg);
		memcpy(g.problem, err.msg, sizeof(g.problem));
	}
	g.build_ms = (uint32_t)(vms_engine_now_ms() - start);
	swap(e, &g);
	e->last_build_ms = vms_engine_now_ms();
	save_number(e);
	vms_log(VMS_LOG_INFO, "generation %" PRIu64 " entries=%u users=%u "
	    "groups=%u left-out=%u ms=%u", g.number, n, g.identity.n_users,
	    g.identity.n_groups, g.identity.n_findings, g.build_ms);
	find_policy_problem(e, n);
	if (e->offline != NULL)
		vms_offline_new_generation(e->offline);
	vms_revoke_all(e);
	if (e->server != NULL)
		vms_server_new_generation(e->server);
}
