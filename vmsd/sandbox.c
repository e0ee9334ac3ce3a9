/* SPDX-License-Identifier: MIT */
/* Users, capabilities and system calls of a role: see sandbox.h. */
#include "vmsd/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CAP(c) (UINT64_C(1) << (c))

/* What the parent works with: start roles as other users, end them, own and
 * replace the published files and the socket, read root's secret files. */
#define PARENT_CAPS (CAP(CAP_SETUID) | CAP(CAP_SETGID) | CAP(CAP_KILL) | \
    CAP(CAP_CHOWN) | CAP(CAP_FOWNER) | CAP(CAP_DAC_OVERRIDE))

static int
take_ids(const struct vms_ids *ids)
{
	if (ids->uid == (uid_t)-1)
		return 0;
	if (setgroups(0, NULL) == -1 ||
	    setresgid(ids->gid, ids->gid, ids->gid) == -1 ||
	    setresuid(ids->uid, ids->uid, ids->uid) == -1)
		return -1;
	/* A way back would make all the rest worthless. */
	if (setresuid(0, 0, 0) == 0) {
		errno = EPERM;
		return -1;
	}
	return 0;
}

int
vms_sandbox_child(const struct vms_ids *ids, pid_t parent)
{
	const struct rlimit none = { 0, 0 };

	if (take_ids(ids) == -1 ||
	    setrlimit(RLIMIT_CORE, &none) == -1 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 ||
	    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == -1)
		return -1;
	/* The parent may have gone before the line above. */
	if (getppid() != parent) {
		errno = ESRCH;
		return -1;
	}
	return 0;
}

static int
set_caps(uint64_t caps)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct data[2] = {
		{ .effective = (uint32_t)caps, .permitted = (uint32_t)caps },
		{ .effective = (uint32_t)(caps >> 32),
		    .permitted = (uint32_t)(caps >> 32) },
	};

	return syscall(SYS_capset, &head, data) == 0 ? 0 : -1;
}

int
vms_sandbox_parent(struct vms_err *err)
{
	const struct rlimit none = { 0, 0 };

	if (setrlimit(RLIMIT_CORE, &none) == -1 ||
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == -1 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return vms_fail(err, VMS_E_SYSTEM, "sandbox: %s",
		    strerror(errno));
	if (geteuid() != 0)
		return 0;
	/* A container may have cut the bounding set before us: EPERM for
	 * want of CAP_SETPCAP then leaves less to lose, not more. */
	for (int c = 0; prctl(PR_CAPBSET_READ, c, 0, 0, 0) >= 0; c++)
		if ((PARENT_CAPS & CAP(c)) == 0)
			(void)prctl(PR_CAPBSET_DROP, c, 0, 0, 0);
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == -1)
		return vms_fail(err, VMS_E_SYSTEM, "ambient capabilities: %s",
		    strerror(errno));
	if (set_caps(PARENT_CAPS) == -1)
		return vms_fail(err, VMS_E_SYSTEM, "capabilities: %s",
		    strerror(errno));
	return 0;
}

/* What every role but the seal needs: memory, time, its descriptors, files. */
static const char *const common_calls[] = {
	"read", "readv", "pread64", "preadv", "write", "writev", "pwrite64",
	"pwritev", "close", "close_range", "lseek", "fcntl", "dup", "dup2",
	"dup3", "fstat", "newfstatat", "statx", "stat", "lstat", "open",
	"openat", "access", "faccessat", "faccessat2", "readlink",
	"readlinkat", "getdents64", "getcwd", "ioctl", "statfs", "fstatfs",
	"mmap", "munmap", "mremap", "mprotect", "madvise", "brk", "futex",
	"poll", "ppoll", "select", "pselect6", "epoll_create1", "epoll_ctl",
	"epoll_wait", "epoll_pwait", "epoll_pwait2", "eventfd2",
	"timerfd_create", "timerfd_settime", "pipe2", "memfd_create",
	"recvmsg", "recvfrom", "sendmsg", "sendto", "shutdown", "getsockopt",
	"getsockname", "getpeername", "getpid", "gettid", "getppid",
	"getuid", "geteuid", "getgid", "getegid", "getresuid", "getresgid",
	"getgroups", "getpgrp", "getrandom", "clock_gettime",
	"clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday",
	"time", "times", "getrusage", "sysinfo", "uname", "sched_yield",
	"sched_getaffinity", "rt_sigaction", "rt_sigprocmask",
	"rt_sigreturn", "rt_sigpending", "rt_sigtimedwait", "sigaltstack",
	"restart_syscall", "exit", "exit_group", "set_robust_list",
	"set_tid_address", "rseq", "prctl", "prlimit64", "membarrier",
	"tgkill", "umask",
};

/* The engine: one listening socket that came from outside, files that watch
 * other files, a database. */
static const char *const engine_calls[] = {
	"accept4", "accept", "inotify_init1", "inotify_add_watch",
	"inotify_rm_watch", "ftruncate", "fallocate", "fsync", "fdatasync",
	"msync", "mlock", "munlock", "flock", "unlink", "unlinkat", "rename",
	"renameat", "renameat2", "mkdir", "mkdirat", "link", "linkat",
	"fchmod", "chmod",
};

/* The seal: one folder of files, two sockets that it was given, memory and
 * random bytes for scrypt.  No other descriptor ever comes or is made. */
static const char *const seal_calls[] = {
	"read", "readv", "pread64", "write", "writev", "close", "lseek",
	"fcntl", "fstat", "newfstatat", "statx", "open", "openat",
	"getdents64", "renameat", "renameat2", "rename", "unlinkat", "unlink",
	"fsync", "mmap", "munmap", "mremap", "mprotect", "madvise", "brk",
	"futex", "poll", "ppoll", "recvmsg", "recvfrom", "sendmsg", "sendto",
	"getpid", "gettid", "getrandom", "clock_gettime", "gettimeofday",
	"time", "sysinfo", "sched_yield", "rt_sigaction", "rt_sigprocmask",
	"rt_sigreturn", "restart_syscall", "exit", "exit_group", "tgkill",
};

/* sync and auth: clients of the network, with the resolver's threads. */
static const char *const ldap_calls[] = {
	"socket", "socketpair", "connect", "bind", "setsockopt", "sendmmsg",
	"recvmmsg", "clone", "clone3", "setitimer", "alarm", "flock",
};

/* What a broken role would reach for next: end it, and have it logged. */
static const char *const fatal_calls[] = {
	"execve", "execveat", "ptrace", "process_vm_readv",
	"process_vm_writev", "mount", "umount2", "pivot_root", "chroot",
	"setns", "unshare", "init_module", "finit_module", "delete_module",
	"kexec_load", "bpf", "perf_event_open", "userfaultfd", "keyctl",
	"add_key", "request_key", "setuid", "setresuid", "setreuid", "setgid",
	"setresgid", "setregid", "setgroups", "capset", "io_uring_setup",
	"open_by_handle_at", "reboot", "swapon", "acct", "settimeofday",
	"clock_settime", "sethostname", "pidfd_getfd", "kcmp",
};

static int
add_calls(scmp_filter_ctx ctx, uint32_t action, const char *const *calls,
    size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int nr = seccomp_syscall_resolve_name(calls[i]);
		int r;

		if (nr == __NR_SCMP_ERROR)
			continue;	/* younger than this libseccomp */
		r = seccomp_rule_add(ctx, action, nr, 0);
		if (r != 0)
			return r;
	}
	return 0;
}

#define ADD(ctx, action, list) \
	add_calls(ctx, action, list, sizeof(list) / sizeof((list)[0]))

static int
load_filter(enum vms_role role)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	int r;

	if (ctx == NULL)
		return -ENOMEM;
	r = role == VMS_ROLE_SEAL ? ADD(ctx, SCMP_ACT_ALLOW, seal_calls) :
	    ADD(ctx, SCMP_ACT_ALLOW, common_calls);
	if (r == 0)
		r = ADD(ctx, SCMP_ACT_KILL_PROCESS, fatal_calls);
	if (r == 0 && role == VMS_ROLE_ENGINE)
		r = ADD(ctx, SCMP_ACT_ALLOW, engine_calls);
	if (r == 0 && (role == VMS_ROLE_SYNC || role == VMS_ROLE_AUTH))
		r = ADD(ctx, SCMP_ACT_ALLOW, ldap_calls);
	if (r == 0)
		r = seccomp_load(ctx);
	seccomp_release(ctx);
	return r;
}

int
vms_sandbox_enter(enum vms_role role, struct vms_err *err)
{
	int r = 0;

	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == -1 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return vms_fail(err, VMS_E_SYSTEM, "sandbox: %s",
		    strerror(errno));
	/* The sanitizers' own threads and ptrace would be shut in with us. */
#ifndef VMS_SANITIZED
	r = load_filter(role);
#else
	(void)load_filter;
	(void)role;
#endif
	if (r != 0)
		return vms_fail(err, VMS_E_SYSTEM,
		    "system call filter: %s", strerror(-r));
	return 0;
}
