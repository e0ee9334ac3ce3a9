/* SPDX-License-Identifier: MIT */
/*
 * The NSS module inside processes that thread, fork, run out of descriptors,
 * close what they did not open, or cancel; and under a publisher at work.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "tests/unit/nss_world.h"

#define USERS 200

static struct nss_module nss;
static struct vms_arena arena;
static struct vms_identity estate;

static int
start_clean(void **state)
{
	(void)state;
	nss_world_unpublish();
	nss_world_publish(NSS_RUN_FILE, &estate, 1, true);
	nss.endpwent();
	return 0;
}

/* One lookup of each kind, answers compared.  No cmocka: it runs in threads
 * and in children. */
static bool
ask(uint32_t i)
{
	char name[16], buf[16384];
	struct passwd pw;
	struct group gr;
	long int start = 0, size = 0;
	gid_t *gids = NULL;
	bool ok;
	int e = 0;

	memcpy(name, estate.users[i].name.p, estate.users[i].name.len + 1);
	ok = nss.getpwnam_r(name, &pw, buf, sizeof(buf), &e) ==
	    NSS_STATUS_SUCCESS && pw.pw_uid == 20000 + i;
	ok = ok && nss.getpwuid_r(20000 + i, &pw, buf, sizeof(buf), &e) ==
	    NSS_STATUS_SUCCESS && strcmp(pw.pw_name, name) == 0;
	ok = ok && nss.getgrgid_r(30000, &gr, buf, sizeof(buf), &e) ==
	    NSS_STATUS_SUCCESS && strcmp(gr.gr_mem[i], name) == 0;
	ok = ok && nss.initgroups_dyn(name, 100, &start, &size, &gids, -1,
	    &e) == NSS_STATUS_SUCCESS && start >= 1;
	free(gids);
	return ok;
}

/* Run f in a child; whether it returned true. */
static bool
in_child(bool (*f)(void))
{
	int status = -1;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(f() ? 0 : 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool
without_room(void)
{
	const struct rlimit three = { 3, 3 };
	char buf[4096];
	struct passwd pw;
	struct group gr;
	long int start = 0, size = 0;
	gid_t *gids = NULL;
	int e = 0;

	if (setrlimit(RLIMIT_NOFILE, &three) != 0 ||
	    nss.getpwnam_r("u00001", &pw, buf, sizeof(buf), &e) !=
	    NSS_STATUS_TRYAGAIN || e != EAGAIN)
		return false;
	e = 0;
	if (nss.getgrgid_r(30000, &gr, buf, sizeof(buf), &e) !=
	    NSS_STATUS_TRYAGAIN || e != EAGAIN)
		return false;
	e = 0;
	if (nss.getpwent_r(&pw, buf, sizeof(buf), &e) !=
	    NSS_STATUS_TRYAGAIN || e != EAGAIN)
		return false;
	e = 0;
	if (nss.initgroups_dyn("u00001", 100, &start, &size, &gids, -1,
	    &e) != NSS_STATUS_TRYAGAIN || e != EAGAIN || start != 0)
		return false;
	/* With standard input closed there is a number free, but not one
	 * that the module may use. */
	close(0);
	e = 0;
	return nss.getpwnam_r("u00001", &pw, buf, sizeof(buf), &e) ==
	    NSS_STATUS_TRYAGAIN && e == EAGAIN && fcntl(0, F_GETFD) == -1;
}

static bool
with_all_closed(void)
{
	if (close_range(0, ~0U, 0) != 0)
		return false;
	for (uint32_t i = 0; i < 10; i++) {
		if (!ask(i))
			return false;
	}
	/* Nothing was left behind, least of all as standard output. */
	for (int fd = 0; fd < 64; fd++) {
		if (fcntl(fd, F_GETFD) != -1)
			return false;
	}
	return true;
}

static bool
with_many_open(void)
{
	const struct rlimit many = { 4096, 4096 };

	if (setrlimit(RLIMIT_NOFILE, &many) != 0)
		return false;
	for (int i = 0; i < 1500; i++) {
		if (open("/dev/null", O_RDONLY | O_CLOEXEC) < 0)
			return false;
	}
	for (uint32_t i = 0; i < 10; i++) {
		if (!ask(i))
			return false;
	}
	return true;
}

static void
test_descriptors(void **state)
{
	(void)state;
	assert_true(in_child(without_room));
	assert_true(in_child(with_all_closed));
	assert_true(in_child(with_many_open));
}

static _Atomic bool stop;
static _Atomic uint32_t wrong, rounds;

static void *
look_up(void *arg)
{
	uint32_t i = (uint32_t)(uintptr_t)arg;

	while (!stop) {
		if (!ask(i++ % USERS))
			wrong++;
		rounds++;
	}
	return NULL;
}

static void *
enumerate(void *arg)
{
	char buf[1024];
	struct passwd pw;
	int e;

	(void)arg;
	while (!stop) {
		enum nss_status s = nss.getpwent_r(&pw, buf, sizeof(buf), &e);

		if (s == NSS_STATUS_NOTFOUND)
			nss.setpwent(0);
		else if (s != NSS_STATUS_SUCCESS)
			wrong++;
		else if (pw.pw_uid < 20000)
			wrong++;
	}
	return NULL;
}

static bool
ask_in_child(void)
{
	bool ok = true;

	for (uint32_t i = 0; i < 20; i++)
		ok = ok && ask(i);
	return ok;
}

/* Ten threads look up, two enumerate, the main one forks children that look
 * up and publishes new generations. */
static void
test_threads_and_forks(void **state)
{
	pthread_t t[12];
	int fds = nss_world_fds();

	(void)state;
	stop = false;
	wrong = rounds = 0;
	for (size_t i = 0; i < 12; i++)
		assert_int_equal(pthread_create(&t[i], NULL,
		    i < 10 ? look_up : enumerate, (void *)(uintptr_t)i), 0);
	for (uint64_t i = 0; i < 30; i++) {
		nss_world_publish(NSS_RUN_FILE, &estate, 2 + i, true);
		assert_true(in_child(ask_in_child));
	}
	while (rounds < 100)
		sched_yield();
	stop = true;
	for (size_t i = 0; i < 12; i++)
		assert_int_equal(pthread_join(t[i], NULL), 0);
	assert_int_equal(wrong, 0);
	assert_int_equal(nss_world_fds(), fds);
}

static void *
look_up_for_ever(void *arg)
{
	(void)arg;
	for (uint32_t i = 0;; i++) {
		if (!ask(i % USERS))
			wrong++;
		rounds++;
		pthread_testcancel();
	}
	return NULL;
}

static void *
enumerate_for_ever(void *arg)
{
	char buf[1024];
	struct passwd pw;
	int e;

	(void)arg;
	for (;;) {
		if (nss.getpwent_r(&pw, buf, sizeof(buf), &e) !=
		    NSS_STATUS_SUCCESS)
			nss.setpwent(0);
		pthread_testcancel();
	}
	return NULL;
}

/* A thread that is cancelled leaves neither descriptor nor lock. */
static void
test_cancel(void **state)
{
	int fds = nss_world_fds();

	(void)state;
#ifdef VMS_SANITIZED
	skip();		/* sanitizers lose track of a cancelled stack */
#endif
	wrong = 0;
	for (int i = 0; i < 100; i++) {
		pthread_t a, b;
		uint32_t before = rounds;

		assert_int_equal(pthread_create(&a, NULL, look_up_for_ever,
		    NULL), 0);
		assert_int_equal(pthread_create(&b, NULL, enumerate_for_ever,
		    NULL), 0);
		while (rounds == before)
			sched_yield();
		pthread_cancel(a);
		pthread_cancel(b);
		assert_int_equal(pthread_join(a, NULL), 0);
		assert_int_equal(pthread_join(b, NULL), 0);
	}
	assert_int_equal(wrong, 0);
	assert_int_equal(nss_world_fds(), fds);
	assert_int_equal(nss.setpwent(0), NSS_STATUS_SUCCESS);
}

static void
on_alarm(int signal)
{
	(void)signal;
}

/* A storm of signals without SA_RESTART changes no answer. */
static void
test_signals(void **state)
{
	const struct itimerval often = { { 0, 200 }, { 0, 200 } };
	const struct itimerval never = { { 0, 0 }, { 0, 0 } };
	struct sigaction act = { .sa_handler = on_alarm }, old;
	bool ok = true;

	(void)state;
	assert_int_equal(sigaction(SIGALRM, &act, &old), 0);
	assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
	for (uint32_t i = 0; i < 5000; i++)
		ok = ok && ask(i % USERS);
	assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
	assert_int_equal(sigaction(SIGALRM, &old, NULL), 0);
	assert_true(ok);
}

#define TEST(f) cmocka_unit_test_setup(f, start_clean)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_descriptors),
		TEST(test_threads_and_forks),
		TEST(test_cancel),
		TEST(test_signals),
	};
	int r;

	if (nss_world_load(&nss) != 0)
		return 1;
	if (nss_world_enter() != 0) {
		puts("skipped: no mount namespaces for us here");
		return 77;
	}
	estate = nss_world_estate(&arena, USERS);
	r = cmocka_run_group_tests(tests, NULL, NULL);
	vms_arena_fini(&arena);
	return r;
}
