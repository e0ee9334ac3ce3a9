/* SPDX-License-Identifier: MIT */
/* What a worker is given of a job's time; the clock is this test's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include <event2/event.h>
#include <sys/socket.h>

#include "libvms/bounds.h"
#include "vmsd/authpool.h"
#include "vmsd/engine.h"

static int64_t clock_ms = 5000;

int64_t
vms_engine_now_ms(void)
{
	return clock_ms;
}

static void
no_restart(void *arg, uint32_t index)
{
	(void)arg, (void)index;
	fail();
}

static void
no_answer(void *arg, const struct vms_auth_answer *a)
{
	(void)arg, (void)a;
	fail();
}

static struct vms_auth_job *
submit(struct vms_authpool *p)
{
	const struct vms_auth_ask ask = { .dn = VMS_STR("cn=a"),
	    .secret = VMS_STR("s"), .timeout_ms = 1000 };
	struct vms_auth_job *job = NULL;

	assert_int_equal(vms_authpool_submit(p, &ask, no_answer, NULL, &job,
	    NULL), 0);
	return job;
}

/* A new worker; its end of the channel. */
static struct vms_chan *
add_worker(struct vms_authpool *p, uint32_t index)
{
	struct vms_chan *c;
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_int_equal(vms_authpool_add(p, index, pair[0], NULL), 0);
	c = vms_chan_new(pair[1]);
	assert_non_null(c);
	return c;
}

/* The first waited for a worker, the second has waited too long. */
static void
test_time_left(void **state)
{
	struct event_base *base = event_base_new();
	struct vms_authpool *p = vms_authpool_new(base, no_restart, NULL);
	struct vms_chan *first, *second;
	struct vms_chan_msg m;
	struct vms_err err = { 0 };

	(void)state;
	assert_non_null(p);
	submit(p);
	clock_ms += 600;
	first = add_worker(p, 0);
	assert_int_equal(vms_chan_recv(first, &m, &err), 1);
	assert_int_equal(m.type, VMS_IPC_AUTH_BIND);
	assert_int_equal(vms_rd_u32(&m.body), 1);
	assert_int_equal(vms_rd_u32(&m.body), 400);
	assert_true(vms_str_eq(vms_rd_text(&m.body, VMS_DN_MAX),
	    VMS_STR("cn=a")));
	submit(p);
	clock_ms += 1000;
	second = add_worker(p, 1);
	assert_int_equal(vms_chan_recv(second, &m, &err), 0);
	submit(p);
	assert_int_equal(vms_chan_recv(second, &m, &err), 1);
	assert_int_equal(vms_rd_u32(&m.body), 3);
	assert_int_equal(vms_rd_u32(&m.body), 1000);
	vms_chan_free(first);
	vms_chan_free(second);
	vms_authpool_free(p);
	event_base_free(base);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_time_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
