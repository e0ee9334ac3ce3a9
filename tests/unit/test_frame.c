/* SPDX-License-Identifier: MIT */
/* Frames over a real socketpair: pieces, queues, descriptors, deadlines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vmsd/frame.h"

struct pair {
	int a, b;
};

static struct pair
pair_new(void)
{
	int sv[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0,
	    sv), 0);
	return (struct pair){ sv[0], sv[1] };
}

static void
pair_close(struct pair p)
{
	close(p.a);
	close(p.b);
}

static void
test_round_trip(void **state)
{
	struct pair p = pair_new();
	struct vms_frame_in in = { 0 };
	struct vms_frame f;
	struct vms_err err;

	(void)state;
	assert_int_equal(vms_frame_send(p.a, 7, "hello", 5, -1, 100, &err), 0);
	assert_int_equal(vms_frame_send(p.a, 8, NULL, 0, -1, 100, &err), 0);
	assert_int_equal(vms_frame_recv(&in, p.b, 100, &f, &err), 0);
	assert_int_equal(f.type, 7);
	assert_memory_equal(vms_rd_bytes(&f.body, 5), "hello", 5);
	assert_true(vms_rd_done(&f.body));
	assert_int_equal(vms_frame_recv(&in, p.b, 100, &f, &err), 0);
	assert_int_equal(f.type, 8);
	assert_true(vms_rd_done(&f.body));
	assert_int_equal(vms_frame_recv(&in, p.b, 10, &f, &err), -1);
	assert_int_equal(err.code, VMS_E_UNAVAILABLE);
	close(p.a);
	assert_int_equal(vms_frame_recv(&in, p.b, 10, &f, &err), -1);
	assert_int_equal(err.code, VMS_E_NOT_FOUND);
	vms_frame_in_fini(&in);
	close(p.b);
}

/* A frame that arrives byte by byte, and one that stops in the middle. */
static void
test_pieces(void **state)
{
	static const uint8_t bytes[] = { 0, 0, 0, 4, 0, 9, 'x', 'y', 0, 0 };
	struct pair p = pair_new();
	struct vms_frame_in in = { 0 };
	struct vms_frame f;
	struct vms_err err;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++) {
		assert_int_equal(write(p.a, bytes + i, 1), 1);
		assert_int_equal(vms_frame_in_read(&in, p.b, &err), 1);
		assert_int_equal(vms_frame_in_next(&in, &f, &err), i == 7);
	}
	close(p.a);
	assert_int_equal(vms_frame_in_read(&in, p.b, &err), -1);
	assert_int_equal(err.code, VMS_E_MALFORMED);
	vms_frame_in_fini(&in);
	close(p.b);
}

static void
test_malformed(void **state)
{
	static const struct {
		uint8_t head[6];
		enum vms_code code;
	} rows[] = {
		{ { 0, 0, 0, 1, 0, 9 }, VMS_E_MALFORMED },
		{ { 0, 0, 0, 0, 0, 9 }, VMS_E_MALFORMED },
		{ { 0xff, 0xff, 0xff, 0xff, 0, 9 }, VMS_E_LIMIT },
		{ { 0, 0, 0, 2, 0x80, 9 }, VMS_E_MALFORMED },	/* no fd */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pair p = pair_new();
		struct vms_frame_in in = { 0 };
		struct vms_frame f;
		struct vms_err err;

		assert_int_equal(write(p.a, rows[i].head, 6), 6);
		assert_int_equal(vms_frame_in_read(&in, p.b, &err), 1);
		assert_int_equal(vms_frame_in_next(&in, &f, &err), -1);
		assert_int_equal(err.code, rows[i].code);
		vms_frame_in_fini(&in);
		pair_close(p);
	}
}

/* Far more than the socket holds, through a queue that never waits; the
 * descriptors must come with their own frames. */
static void
test_queue(void **state)
{
	enum { N = 300, BIG = 10000 };
	struct pair p = pair_new();
	struct vms_frame_out out = { 0 };
	struct vms_frame_in in = { 0 };
	struct vms_err err;
	uint8_t *body = calloc(1, BIG);
	int sent = 0, got = 0, zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	struct stat want, have;

	(void)state;
	assert_non_null(body);
	assert_int_equal(fstat(zero, &want), 0);
	fcntl(p.b, F_SETFL, O_NONBLOCK);
	while (got < N) {
		struct vms_frame f;

		for (int i = 0; sent < N && i < 40; i++, sent++) {
			body[0] = (uint8_t)sent;
			assert_int_equal(vms_frame_out_push(&out,
			    (uint16_t)(sent + 1), body, (size_t)(sent % 7) *
			    BIG / 7 + 1, sent % 20 == 3 ? dup(zero) : -1,
			    &err), 0);
		}
		assert_true(vms_frame_out_flush(&out, p.a, &err) >= 0);
		assert_true(vms_frame_in_read(&in, p.b, &err) >= 0);
		while (vms_frame_in_next(&in, &f, &err) == 1) {
			assert_int_equal(f.type, got + 1);
			assert_int_equal(vms_rd_u8(&f.body), (uint8_t)got);
			assert_int_equal(f.fd >= 0, got % 20 == 3);
			if (f.fd >= 0) {
				assert_int_equal(fstat(f.fd, &have), 0);
				assert_true(have.st_rdev == want.st_rdev);
				close(f.fd);
			}
			got++;
		}
	}
	assert_int_equal(vms_frame_out_pending(&out), 0);
	vms_frame_out_fini(&out);
	vms_frame_in_fini(&in);
	free(body);
	close(zero);
	pair_close(p);
}

static void
test_bounds(void **state)
{
	struct pair p = pair_new();
	struct vms_frame_out out = { .max = 1000 };
	struct vms_err err;
	char body[600] = { 0 };

	(void)state;
	assert_int_equal(vms_frame_out_push(&out, 1, body, sizeof(body), -1,
	    &err), 0);
	assert_int_equal(vms_frame_out_push(&out, 1, body, sizeof(body), -1,
	    &err), -1);
	assert_int_equal(err.code, VMS_E_LIMIT);
	assert_int_equal(vms_frame_out_pending(&out), 606);
	vms_frame_out_fini(&out);
	close(p.b);
	assert_int_equal(vms_frame_send(p.a, 1, "x", 1, -1, 100, &err), -1);
	assert_int_equal(err.code, VMS_E_UNAVAILABLE);
	close(p.a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_queue),
		cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
