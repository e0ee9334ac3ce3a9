/* SPDX-License-Identifier: MIT */
/* A world for tests of pam_vms: see pamworld.h. */
#include "tests/unit/pamworld.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libvms/identity.h"
#include "vmsd/cdbfile.h"

#define PUBLISHED VMS_RUNDIR "/identity.cdb"

static char confdir[] = "/tmp/vms-pam-XXXXXX";

static void
die(const char *what)
{
	perror(what);
	exit(99);
}

int
world_enter(void)
{
	if (geteuid() != 0)
		return -1;
	/* The host's own /run and state stay as they are. */
	if (unshare(CLONE_NEWNS) < 0 ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("tmpfs", "/run", "tmpfs", 0, "mode=755") < 0 ||
	    mkdir(VMS_RUNDIR, 0755) < 0 ||
	    mount("tmpfs", "/var/lib", "tmpfs", 0, "mode=755") < 0 ||
	    /* libpam's audit record has the name in PAM_RHOST looked up. */
	    mount("/dev/null", "/etc/resolv.conf", NULL, MS_BIND, NULL) < 0)
		die("private mounts");
	if (mkdtemp(confdir) == NULL)
		die("mkdtemp");
	world_publish("good");
	return 0;
}

void
world_leave(void)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/vms", confdir);
	unlink(path);
	rmdir(confdir);
}

const char *
world_confdir(void)
{
	return confdir;
}

static void
publish_good(int fd)
{
	static const struct vms_id_user sam = {
		.uuid = { 1 }, .name = { "sam", 3 }, .gecos = { "Sam", 3 },
		.home = { "/home/sam", 9 }, .shell = { "/bin/sh", 7 },
		.uid = SAM_UID, .gid = 100,
	};
	static const struct vms_str ours[] = { { "ann", 3 } };
	struct vms_identity id = { .users = &sam, .n_users = 1, .ours = ours,
	    .n_ours = 1 };
	struct vms_cdb_meta meta = { .generation = 1, .created_s = 1,
	    .min_id = 10000, .max_id = 20000 };
	struct vms_err err;

	if (vms_cdbfile_write(fd, &id, &meta, &err) < 0)
		die(err.msg);
}

void
world_publish(const char *how)
{
	int fd;

	unlink(PUBLISHED);
	if (strcmp(how, "absent") == 0)
		return;
	fd = open(PUBLISHED, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0)
		die(PUBLISHED);
	if (strcmp(how, "broken") == 0) {
		if (ftruncate(fd, 5000) < 0)
			die(PUBLISHED);
	} else {
		publish_good(fd);
	}
	if (strcmp(how, "foreign") == 0 && fchown(fd, 65534, 65534) < 0)
		die(PUBLISHED);
	close(fd);
}

void
world_service(const char *options)
{
	static const char *const stages[] = { "auth", "account", "password",
	    "session" };
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "%s/vms", confdir);
	f = fopen(path, "we");
	if (f == NULL)
		die(path);
	for (int i = 0; i < 4; i++)
		fprintf(f, "%s [success=ok new_authtok_reqd=ok ignore=1 "
		    "default=die] " VMS_PAM_MODULE " %s\n"
		    "%s [success=done default=die] pam_permit.so\n"
		    "%s [default=die] pam_debug.so auth=module_unknown "
		    "cred=module_unknown acct=module_unknown "
		    "prechauthtok=module_unknown chauthtok=module_unknown "
		    "open_session=module_unknown "
		    "close_session=module_unknown\n",
		    stages[i], options, stages[i], stages[i]);
	fclose(f);
}

int
talk_conv(int n, const struct pam_message **msg, struct pam_response **resp,
    void *arg)
{
	struct talk *t = arg;
	const char *answer;

	if (n != 1)
		return PAM_CONV_ERR;
	*resp = calloc(1, sizeof(**resp));
	if (*resp == NULL)
		return PAM_BUF_ERR;
	switch (msg[0]->msg_style) {
	case PAM_PROMPT_ECHO_OFF:
		answer = t->asked < 8 ? t->answers[t->asked] : NULL;
		t->asked++;
		if (answer == NULL)
			break;
		resp[0]->resp = strdup(answer);
		return PAM_SUCCESS;
	case PAM_ERROR_MSG:
	case PAM_TEXT_INFO:
		if (t->n_said < 8) {
			snprintf(t->said[t->n_said], sizeof(t->said[0]), "%s",
			    msg[0]->msg);
			t->is_error[t->n_said] =
			    msg[0]->msg_style == PAM_ERROR_MSG;
		}
		t->n_said++;
		return PAM_SUCCESS;
	default:
		break;
	}
	free(*resp);
	*resp = NULL;
	return PAM_CONV_ERR;
}
