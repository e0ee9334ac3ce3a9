/* SPDX-License-Identifier: MIT */
/* Starting a role: see child.h. */
#include "vmsd/child.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "vmsd/log.h"
#include "vmsd/role.h"

int
vms_child_pair(int pair[2], struct vms_err *err)
{
	int size = 1024 * 1024;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
		return vms_fail(err, VMS_E_SYSTEM, "socketpair: %s",
		    strerror(errno));
	/* A refresh arrives in bursts; fewer wake-ups.  Not vital. */
	for (int i = 0; i < 2; i++)
		(void)setsockopt(pair[i], SOL_SOCKET, SO_SNDBUF, &size,
		    sizeof(size));
	return 0;
}

int
vms_child_find_user(const char *name, struct vms_ids *ids,
    struct vms_err *err)
{
	FILE *f = fopen("/etc/passwd", "re");
	struct passwd *pw;

	if (f == NULL)
		return vms_fail(err, VMS_E_SYSTEM, "/etc/passwd: %s",
		    strerror(errno));
	while ((pw = fgetpwent(f)) != NULL)
		if (strcmp(pw->pw_name, name) == 0)
			break;
	fclose(f);
	if (pw == NULL || pw->pw_uid == 0)
		return vms_fail(err, VMS_E_NOT_FOUND, "user %s is not in "
		    "/etc/passwd; systemd-sysusers makes it", name);
	*ids = (struct vms_ids){ pw->pw_uid, pw->pw_gid };
	return 0;
}

bool
vms_child_is_local(uint32_t uid)
{
	FILE *f = fopen("/etc/passwd", "re");
	struct passwd *pw;
	bool found = false;

	if (f == NULL)
		return true;
	while (!found && (pw = fgetpwent(f)) != NULL)
		found = pw->pw_uid == uid;
	found |= ferror(f) != 0;
	fclose(f);
	return found;
}

/* Everything the exec needs, made before the fork. */
struct exec_plan {
	const struct vms_child_spec *spec;
	int exe;		/* of this program, or -1 */
	int null;
	int ends[2];		/* copies that do not stand in the way */
	char role[32], level[4];
	char *argv[8];
	pid_t parent;
};

static void
child_say(const char *what)
{
	const char *why = strerrordesc_np(errno);
	char line[160];
	int n = snprintf(line, sizeof(line), "vmsd: role: %s: %s\n", what,
	    why == NULL ? "?" : why);

	if (n > 0 && write(STDERR_FILENO, line, (size_t)n) == -1)
		_exit(126);
}

static void __attribute__((noreturn))
run_child(const struct exec_plan *p)
{
	static char env0[] = "LDAPNOINIT=1";
	char *envp[] = { env0, NULL };
	unsigned int first = p->ends[1] == -1 ? 4 : 5;
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (dup2(p->null, STDIN_FILENO) == -1 ||
	    dup2(p->null, STDOUT_FILENO) == -1 ||
	    dup2(p->ends[0], VMS_ROLE_FD_PARENT) == -1 ||
	    (p->ends[1] != -1 &&
	    dup2(p->ends[1], VMS_ROLE_FD_ENGINE) == -1) ||
	    close_range(first, ~0U, CLOSE_RANGE_CLOEXEC) == -1) {
		child_say("descriptors");
	} else if (p->spec->dir != NULL && chdir(p->spec->dir) == -1) {
		child_say("working directory");
	} else if (vms_sandbox_child(&p->spec->ids, p->parent) == -1) {
		child_say("sandbox");
	} else {
		if (p->exe >= 0)
			fexecve(p->exe, p->argv, envp);
		else
			execve(p->spec->program, p->argv, envp);
		child_say("exec");
	}
	_exit(127);
}

static void
plan_args(struct exec_plan *p, const struct vms_child_spec *spec)
{
	static char dash_x[] = "-x", dash_v[] = "-v", dash_p[] = "-p",
	    engine[] = "vmsd", ldap[] = "vmsd-ldap";
	size_t n = 0;

	snprintf(p->role, sizeof(p->role), "%s:%u",
	    vms_role_name(spec->role), spec->index);
	snprintf(p->level, sizeof(p->level), "%d", (int)vms_log_max());
	p->argv[n++] = spec->program == NULL ? engine : ldap;
	p->argv[n++] = dash_x;
	p->argv[n++] = p->role;
	p->argv[n++] = dash_v;
	p->argv[n++] = p->level;
	if (vms_log_priorities())
		p->argv[n++] = dash_p;
	p->argv[n] = NULL;
}

/* A copy above the numbers that the child will use. */
static int
copy_fd(int fd)
{
	return fd == -1 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 10);
}

int
vms_child_start(const struct vms_child_spec *spec, pid_t *pid,
    struct vms_err *err)
{
	struct exec_plan p = { .spec = spec, .exe = -1, .parent = getpid() };
	int r = -1;

	*pid = -1;
	plan_args(&p, spec);
	p.null = open("/dev/null", O_RDWR | O_CLOEXEC);
	p.ends[0] = copy_fd(spec->parent_end);
	p.ends[1] = copy_fd(spec->engine_end);
	if (spec->program == NULL)
		p.exe = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	if (p.null == -1 || p.ends[0] == -1 ||
	    (spec->engine_end != -1 && p.ends[1] == -1) ||
	    (spec->program == NULL && p.exe == -1)) {
		vms_fail(err, VMS_E_SYSTEM, "starting %s: %s", p.role,
		    strerror(errno));
		goto out;
	}
	*pid = fork();
	if (*pid == 0)
		run_child(&p);
	if (*pid == -1)
		vms_fail(err, VMS_E_SYSTEM, "fork: %s", strerror(errno));
	else
		r = 0;
out:
	if (p.null != -1)
		close(p.null);
	if (p.exe != -1)
		close(p.exe);
	for (int i = 0; i < 2; i++)
		if (p.ends[i] != -1)
			close(p.ends[i]);
	return r;
}
