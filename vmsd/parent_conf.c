/* SPDX-License-Identifier: MIT */
/* The parent's configuration: reading it, reading it again. */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <systemd/sd-daemon.h>

#include "vmsd/log.h"
#include "vmsd/parent_priv.h"
#include "vmsd/role.h"

/* Problems of a configuration, one log line each. */
static void
log_problems(FILE *f)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;

	rewind(f);
	while ((n = getline(&line, &cap, f)) > 0) {
		if (line[n - 1] == '\n')
			line[n - 1] = '\0';
		vms_log(VMS_LOG_ERR, "%s", line);
	}
	free(line);
}

int
vms_parent_load_conf(const char *path, struct vms_conf *c,
    struct vms_secrets *s)
{
	struct vms_err err = { 0 };
	FILE *f = tmpfile();
	int r;

	r = vms_conf_load(path, f, c, &err);
	if (r == 0) {
		r = vms_secrets_load(c, f, s, &err);
		if (r == -1)
			vms_conf_fini(c);
	}
	if (r == -1) {
		if (f != NULL)
			log_problems(f);
		vms_log(VMS_LOG_ERR, "%s", err.msg);
	}
	if (f != NULL)
		fclose(f);
	return r;
}

static void
send_conf(struct vms_parent_role *r)
{
	struct vms_err err = { 0 };

	if (r->chan != NULL && vms_parent_role_conf(r, &err) == -1)
		vms_log_err(vms_role_name(r->role), &err);
}

void
vms_parent_match_workers(struct vms_parent *p)
{
	uint32_t want = (uint32_t)p->conf.directory.auth_workers;
	struct vms_err err = { 0 };

	for (uint32_t i = want; i < p->n_auth; i++)
		if (p->auth[i].pid > 0)
			kill(p->auth[i].pid, SIGTERM);
	p->n_auth = want;
	for (uint32_t i = 0; i < want; i++)
		if (p->auth[i].pid == -1 &&
		    vms_parent_role_start(&p->auth[i], &err) == -1) {
			vms_log_err("auth", &err);
			vms_parent_role_again(&p->auth[i]);
		}
}

void
vms_parent_reload(struct vms_parent *p)
{
	struct vms_conf conf = { 0 };
	struct vms_secrets secrets = { 0 };

	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" PRId64,
	    vms_parent_now_ms() * 1000);
	if (vms_parent_load_conf(p->opt->conf_file, &conf, &secrets) == -1) {
		vms_log(VMS_LOG_ERR, "reload: keeping the configuration in "
		    "force");
	} else {
		vms_conf_fini(&p->conf);
		vms_secrets_free(&p->secrets);
		p->conf = conf;
		p->secrets = secrets;
		send_conf(&p->engine);
		send_conf(&p->sync);
		send_conf(&p->seal);
		for (uint32_t i = 0; i < p->n_auth; i++)
			send_conf(&p->auth[i]);
		vms_parent_match_workers(p);
		vms_log(VMS_LOG_NOTICE, "configuration reloaded");
	}
	if (p->ready)
		sd_notify(0, "READY=1");
}
