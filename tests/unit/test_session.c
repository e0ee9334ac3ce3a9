/* SPDX-License-Identifier: MIT */
/* The register of sessions: shares, closing, and what a restart keeps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/self.h"
#include "vmsd/session.h"
#include "vmsd/store.h"

struct place {
	char top[64], dir[96];
	struct vms_store *store;
	struct vms_sessions *t;
};

static void
place_open(struct place *p)
{
	struct vms_store_report report;
	struct vms_err err = { 0 };

	if (vms_store_open(p->dir, 64, &p->store, &report, &err) == -1)
		fail_msg("%s", err.msg);
	p->t = vms_sessions_new(p->store, &err);
	if (p->t == NULL)
		fail_msg("%s", err.msg);
}

static void
place_close(struct place *p)
{
	vms_sessions_free(p->t);
	vms_store_close(p->store);
}

static int
setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	strcpy(p->top, "/tmp/test_session.XXXXXX");
	if (mkdtemp(p->top) == NULL)
		return -1;
	snprintf(p->dir, sizeof(p->dir), "%s/store", p->top);
	place_open(p);
	*state = p;
	return 0;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static int
teardown(void **state)
{
	struct place *p = *state;

	place_close(p);
	nftw(p->top, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(p);
	return 0;
}

/* A session of this very process: a restart would sweep away any other. */
static struct vms_session
session_of(const char *user)
{
	struct vms_session s = { .uid = 20001, .klass = VMS_CLASS_REMOTE,
	    .audit_session = 7, .from = { .kind = VMS_FROM_LOCAL } };
	struct vms_self self;

	assert_int_equal(vms_self_get(&self, NULL), 0);
	s.process = (struct vms_process){ self.pid, self.start_ticks };
	memset(s.uuid, user[0], sizeof(s.uuid));
	strcpy(s.user, user);
	strcpy(s.service, "sshd");
	return s;
}

static void
test_one_user_has_his_share(void **state)
{
	struct place *p = *state;
	struct vms_session s;
	struct vms_err err;

	for (int i = 0; i < VMS_SESSIONS_PER_USER; i++) {
		s = session_of("mallory");
		assert_int_equal(vms_sessions_open(p->t, &s, &err), 0);
	}
	s = session_of("mallory");
	assert_int_equal(vms_sessions_open(p->t, &s, &err), -1);
	assert_int_equal(err.code, VMS_E_LIMIT);
	s = session_of("alice");
	assert_int_equal(vms_sessions_open(p->t, &s, &err), 0);
	assert_int_equal(vms_sessions_live(p->t, s.uuid), 1);
}

static void
test_close_ends_the_latest(void **state)
{
	struct place *p = *state;
	struct vms_session s = session_of("alice"), other = s;
	struct vms_process wrong = s.process;
	struct vms_err err;

	assert_int_equal(vms_sessions_open(p->t, &s, &err), 0);
	assert_int_equal(vms_sessions_open(p->t, &other, &err), 0);
	wrong.start_ticks++;
	assert_false(vms_sessions_close(p->t, VMS_STR("alice"),
	    VMS_STR("sshd"), &wrong));
	assert_true(vms_sessions_close(p->t, VMS_STR("alice"),
	    VMS_STR("sshd"), &s.process));
	/* Over, and kept for what it may have left running. */
	assert_int_equal(vms_sessions_count(p->t), 2);
	assert_false(vms_session_is_over(vms_sessions_at(p->t, 0)));
	assert_true(vms_session_is_over(vms_sessions_at(p->t, 1)));
	assert_true(vms_sessions_close(p->t, VMS_STR("alice"),
	    VMS_STR("sshd"), &s.process));
	/* Of what is over, one of each user. */
	assert_int_equal(vms_sessions_count(p->t), 1);
	vms_sessions_forget(p->t);	/* uid 20001 runs nothing here */
	assert_int_equal(vms_sessions_count(p->t), 0);
}

static void
test_a_restart_keeps_what_runs(void **state)
{
	struct place *p = *state;
	struct vms_session s = session_of("alice"), gone = session_of("bob");
	struct vms_err err;

	gone.process.start_ticks++;	/* the pid is another's by now */
	assert_int_equal(vms_sessions_open(p->t, &s, &err), 0);
	assert_int_equal(vms_sessions_open(p->t, &gone, &err), 0);
	place_close(p);
	place_open(p);
	vms_sessions_forget(p->t);
	assert_int_equal(vms_sessions_count(p->t), 1);
	assert_string_equal(vms_sessions_at(p->t, 0)->user, "alice");
	assert_false(vms_session_is_over(vms_sessions_at(p->t, 0)));
	assert_int_equal(vms_sessions_at(p->t, 0)->from.kind, VMS_FROM_LOCAL);
	assert_non_null(vms_sessions_by_audit(p->t, 7));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_one_user_has_his_share,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(test_close_ends_the_latest,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_restart_keeps_what_runs,
		    setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
