/* SPDX-License-Identifier: MIT */
/* How every role begins: see role.h. */
#include "vmsd/role.h"

#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "libvms/bounds.h"
#include "vmsd/log.h"

/* A PEM key, bytes. */
#define KEY_MAX ((size_t)64 * 1024)
/* The parent sends the configuration before anything else. */
#define CONF_WAIT_MS 10000

static const struct {
	const char *name, *title;
} names[] = {
	[VMS_ROLE_PARENT] = { "parent", "vmsd" },
	[VMS_ROLE_ENGINE] = { "engine", "vmsd: engine" },
	[VMS_ROLE_SYNC] = { "sync", "vmsd: sync" },
	[VMS_ROLE_AUTH] = { "auth", "vmsd: auth" },
	[VMS_ROLE_SEAL] = { "seal", "vmsd: seal" },
};

const char *
vms_role_name(enum vms_role role)
{
	return names[role].name;
}

/* "auth:2" */
static int
parse_role(const char *arg, struct vms_role_ctx *ctx)
{
	struct vms_str word, index;
	int64_t n = 0;

	if (vms_str_cut(vms_str_of(arg), ':', &word, &index) &&
	    vms_num_parse(index, 0, UINT16_MAX, &n) == -1)
		return -1;
	ctx->index = (uint32_t)n;
	for (enum vms_role r = VMS_ROLE_ENGINE; r <= VMS_ROLE_SEAL; r++) {
		if (!vms_str_eq(word, vms_str_of(names[r].name)))
			continue;
		ctx->role = r;
		return 0;
	}
	return -1;
}

static int
parse_args(int argc, char **argv, struct vms_role_ctx *ctx,
    struct vms_err *err)
{
	bool priorities = false, seen = false;
	int64_t level = VMS_LOG_INFO;
	int c;

	while ((c = getopt(argc, argv, "x:pv:")) != -1) {
		if (c == 'x')
			seen = parse_role(optarg, ctx) == 0;
		else if (c == 'p')
			priorities = true;
		else if (c != 'v' || vms_num_parse(vms_str_of(optarg),
		    VMS_LOG_ERR, VMS_LOG_DEBUG, &level) == -1)
			seen = false;
	}
	if (!seen || optind != argc)
		return vms_fail(err, VMS_E_MALFORMED,
		    "this program is started by vmsd");
	vms_log_init(names[ctx->role].name, priorities,
	    (enum vms_level)level);
	prctl(PR_SET_NAME, names[ctx->role].title, 0, 0, 0);
	return 0;
}

static void
secret_free(struct vms_role_secret *s)
{
	if (s->p != NULL)
		explicit_bzero(s->p, s->len);
	free(s->p);
	*s = (struct vms_role_secret){ 0 };
}

static int
secret_take(struct vms_str from, struct vms_role_secret *s)
{
	if (from.len == 0)
		return 0;
	s->p = malloc(from.len + 1);
	if (s->p == NULL)
		return -1;
	memcpy(s->p, from.p, from.len);
	s->p[from.len] = '\0';
	s->len = from.len;
	return 0;
}

int
vms_role_take_conf(struct vms_role_ctx *ctx, struct vms_rd *body,
    struct vms_err *err)
{
	struct vms_role_secret password = { 0 }, key = { 0 };
	struct vms_conf conf = { 0 };
	struct vms_str p, k;

	if (vms_conf_decode(body, &conf, err) == -1)
		return -1;
	p = vms_rd_text(body, VMS_SECRET_MAX);
	k = vms_rd_text(body, KEY_MAX);
	if (!vms_rd_done(body)) {
		vms_conf_fini(&conf);
		return vms_fail(err, VMS_E_MALFORMED,
		    "configuration from the parent");
	}
	if (secret_take(p, &password) == -1 || secret_take(k, &key) == -1) {
		secret_free(&password);
		vms_conf_fini(&conf);
		return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	}
	vms_conf_fini(&ctx->conf);
	secret_free(&ctx->bind_password);
	secret_free(&ctx->key_pem);
	ctx->conf = conf;
	ctx->bind_password = password;
	ctx->key_pem = key;
	return 0;
}

int
vms_role_begin(int argc, char **argv, struct vms_role_ctx *ctx,
    struct vms_err *err)
{
	struct vms_chan_msg m;
	int r;

	*ctx = (struct vms_role_ctx){ 0 };
	if (parse_args(argc, argv, ctx, err) == -1)
		return -1;
	ctx->parent = vms_chan_new(VMS_ROLE_FD_PARENT);
	if (ctx->parent == NULL)
		return vms_fail(err, VMS_E_MALFORMED,
		    "descriptor 3 is not the parent's");
	if (ctx->role != VMS_ROLE_ENGINE) {
		ctx->engine = vms_chan_new(VMS_ROLE_FD_ENGINE);
		if (ctx->engine == NULL)
			return vms_fail(err, VMS_E_MALFORMED,
			    "descriptor 4 is not the engine's");
	}
	r = vms_chan_wait(ctx->parent, CONF_WAIT_MS, &m, err);
	if (r == 0)
		return vms_fail(err, VMS_E_UNAVAILABLE,
		    "no configuration from the parent");
	if (r == -1)
		return -1;
	if (m.type != VMS_IPC_CONF || m.fd != -1)
		return vms_fail(err, VMS_E_MALFORMED,
		    "message %d before the configuration", (int)m.type);
	return vms_role_take_conf(ctx, &m.body, err);
}

void
vms_role_fini(struct vms_role_ctx *ctx)
{
	vms_chan_free(ctx->parent);
	vms_chan_free(ctx->engine);
	secret_free(&ctx->bind_password);
	secret_free(&ctx->key_pem);
	vms_conf_fini(&ctx->conf);
	*ctx = (struct vms_role_ctx){ 0 };
}
