/* SPDX-License-Identifier: MIT */
/* One message of each type, every field filled, for tests of the protocol. */
#ifndef VMS_TEST_PROTO_SAMPLES_H
#define VMS_TEST_PROTO_SAMPLES_H

#include "libvms/proto.h"

static const struct vms_pair sample_env[] = {
	{ { "VMS_ROLE", 8 }, { "nx.viewer", 9 } },
	{ { "VMS_ROLES", 9 }, { "", 0 } },
};
static const struct vms_step_rep sample_steps[] = {
	{ 1, true, { "", 0 }, { "action live.view", 16 } },
	{ 13, false, { "cn=g1,ou=grants", 15 }, { "schedule", 8 } },
};
static const struct vms_cell sample_cells[] = {
	{ { "name", 4 }, { "cam-gate", 8 }, 's' },
	{ { "n", 1 }, { "12", 2 }, 'n' },
	{ { "on", 2 }, { "true", 4 }, 'b' },
	{ { "roles", 5 }, { "a\nb", 3 }, 'l' },
};
static const struct vms_row sample_rows[] = {
	{ sample_cells, 4 }, { NULL, 0 }, { sample_cells + 1, 2 },
};

#define SAMPLE_PAM(t)                                                     \
	{ .type = (t), .u.pam_req = {                                     \
		.user = { "sam", 3 }, .service = { "sshd", 4 },           \
		.rhost = { "192.0.2.7", 9 }, .conn = { "192.0.2.7", 9 },  \
		.tty = { "ssh", 3 }, .ruser = { "root", 4 },              \
		.seat = { "seat0", 5 }, .vtnr = { "1", 1 },               \
		.session = { "c3", 2 }, .uid = 10001, .real_uid = 1,      \
		.login_uid = 2, .audit_session = 3, .pid = 4,             \
		.start_ticks = 1ULL << 40, .parent_pid = 5,               \
		.parent_ticks = 6, .expired_only = true,                  \
		.secret = { "open sesame", 11 },                          \
		.new_secret = { "sesame open", 11 } } }
#define SAMPLE_CHECK(t)                                                   \
	{ .type = (t), .u.check_req = {                                   \
		.user = { "sam", 3 }, .what = { "live.view", 9 },         \
		.kind = { "camera", 6 }, .resource = { "cam-gate", 8 },   \
		.from = { "local", 5 }, .service = { "login", 5 },        \
		.recorder = { "rec01", 5 }, .on_user = { "u", 1 },        \
		.approver = { "a", 1 }, .at_s = -5, .break_glass = true,  \
		.explain = true } }
#define SAMPLE_WORD(t) { .type = (t), .u.word_req = { { "word", 4 } } }

static const struct vms_message samples[] = {
	SAMPLE_PAM(VMS_Q_PAM_AUTH), SAMPLE_PAM(VMS_Q_PAM_ACCT),
	SAMPLE_PAM(VMS_Q_PAM_OPEN), SAMPLE_PAM(VMS_Q_PAM_CLOSE),
	SAMPLE_PAM(VMS_Q_PAM_PRECHANGE), SAMPLE_PAM(VMS_Q_PAM_CHANGE),
	SAMPLE_CHECK(VMS_Q_CHECK), SAMPLE_WORD(VMS_Q_EXPLAIN),
	SAMPLE_CHECK(VMS_Q_LIST), SAMPLE_WORD(VMS_Q_WHOAMI),
	SAMPLE_WORD(VMS_Q_STATUS), SAMPLE_WORD(VMS_Q_SESSIONS),
	SAMPLE_WORD(VMS_Q_KEYS), SAMPLE_WORD(VMS_Q_LINT),
	SAMPLE_WORD(VMS_Q_SYNC), SAMPLE_WORD(VMS_Q_WATCH),
	{ .type = VMS_A_PAM, .u.pam_rep = {
		.result = VMS_PAM_NEW_TOKEN, .reason = { "grant", 5 },
		.text = { "Hello", 5 }, .is_error = true,
		.decision = { "d1", 2 }, .env = sample_env, .n_env = 2 } },
	{ .type = VMS_A_VERDICT, .u.verdict_rep = {
		.allow = true, .reason = { "grant:g1", 8 },
		.grant = { "cn=g1", 5 }, .obligations = { "-", 1 },
		.decision = { "d2", 2 }, .user = { "sam", 3 },
		.action = { "live.view", 9 }, .recorder = { "rec01", 5 },
		.generation = 77, .steps = sample_steps, .n_steps = 2 } },
	{ .type = VMS_A_TABLE, .u.table_rep = {
		.single = false, .rows = sample_rows, .n_rows = 3 } },
	{ .type = VMS_A_ERROR, .u.error_rep = {
		.code = 3, .text = { "no", 2 } } },
};
#define N_SAMPLES (sizeof(samples) / sizeof(samples[0]))

#endif
