/* SPDX-License-Identifier: MIT */
/*
 * The socket's language: see proto.h.
 *
 * Each message has one walk over its fields, which writes or reads: the two
 * directions cannot drift apart.  Lengths, counts and every string come from
 * the other side and are checked here against bounds.h; what they mean is not
 * looked at.
 */
#include "libvms/proto.h"

#include "libvms/bounds.h"

/* Exactly one of r and w is set. */
struct walk {
	struct vms_rd *r;
	struct vms_wr *w;
	struct vms_arena *arena;	/* for arrays; reading only */
	bool no_memory;
};

static void
spoil(struct walk *k)
{
	if (k->w != NULL)
		k->w->bad = true;
	else
		k->r->bad = true;
}

static bool
spoilt(const struct walk *k)
{
	return k->w != NULL ? k->w->bad : k->r->bad;
}

static void
walk_u32(struct walk *k, uint32_t *v)
{
	if (k->w != NULL)
		vms_wr_u32(k->w, *v);
	else
		*v = vms_rd_u32(k->r);
}

static void
walk_u64(struct walk *k, uint64_t *v)
{
	if (k->w != NULL)
		vms_wr_u64(k->w, *v);
	else
		*v = vms_rd_u64(k->r);
}

static void
walk_i64(struct walk *k, int64_t *v)
{
	uint64_t u = (uint64_t)*v;

	walk_u64(k, &u);
	*v = (int64_t)u;
}

/* One byte, 0 or 1. */
static void
walk_bool(struct walk *k, bool *v)
{
	uint8_t byte;

	if (k->w != NULL) {
		vms_wr_u8(k->w, *v ? 1 : 0);
		return;
	}
	byte = vms_rd_u8(k->r);
	if (byte > 1)
		spoil(k);
	*v = byte == 1;
}

/* Text of at most max bytes without a NUL. */
static void
walk_text(struct walk *k, struct vms_str *s, size_t max)
{
	if (k->w == NULL) {
		*s = vms_rd_text(k->r, max);
		return;
	}
	if (s->len > max ||
	    (s->len > 0 && memchr(s->p, '\0', s->len) != NULL))
		spoil(k);
	vms_wr_str(k->w, *s);
}

/*
 * The length of an array and, when reading, its memory.  Each element takes
 * at least `least` bytes, so a count that the rest of the message cannot hold
 * is refused before anything is allocated.
 */
static void *
walk_array(struct walk *k, const void *from, uint32_t *n, size_t least,
    size_t size)
{
	void *p;

	walk_u32(k, n);
	if (k->w != NULL)
		return (void *)(uintptr_t)from;
	if (k->r->bad || *n > (size_t)(k->r->end - k->r->p) / least) {
		spoil(k);
		*n = 0;
		return NULL;
	}
	if (*n == 0)
		return NULL;
	p = vms_arena_calloc(k->arena, *n, size);
	if (p == NULL) {
		k->no_memory = true;
		spoil(k);
		*n = 0;
	}
	return p;
}

static void
walk_pam_req(struct walk *k, struct vms_pam_req *q)
{
	walk_text(k, &q->user, VMS_NAME_MAX);
	walk_text(k, &q->service, VMS_WORD_MAX);
	walk_text(k, &q->rhost, VMS_NAME_MAX);
	walk_text(k, &q->conn, VMS_ADDR_TEXT_MAX);
	walk_text(k, &q->tty, VMS_WORD_MAX);
	walk_text(k, &q->ruser, VMS_NAME_MAX);
	walk_text(k, &q->seat, VMS_WORD_MAX);
	walk_text(k, &q->vtnr, VMS_WORD_MAX);
	walk_text(k, &q->session, VMS_WORD_MAX);
	walk_u32(k, &q->uid);
	walk_u32(k, &q->real_uid);
	walk_u32(k, &q->login_uid);
	walk_u32(k, &q->audit_session);
	walk_u32(k, &q->pid);
	walk_u64(k, &q->start_ticks);
	walk_u32(k, &q->parent_pid);
	walk_u64(k, &q->parent_ticks);
	walk_bool(k, &q->expired_only);
	walk_text(k, &q->secret, VMS_SECRET_MAX);
	walk_text(k, &q->new_secret, VMS_SECRET_MAX);
}

static void
walk_check_req(struct walk *k, struct vms_check_req *q)
{
	walk_text(k, &q->user, VMS_NAME_MAX);
	walk_text(k, &q->what, VMS_NAME_MAX);
	walk_text(k, &q->kind, VMS_WORD_MAX);
	walk_text(k, &q->resource, VMS_NAME_MAX);
	walk_text(k, &q->from, VMS_NAME_MAX);
	walk_text(k, &q->service, VMS_WORD_MAX);
	walk_text(k, &q->recorder, VMS_NAME_MAX);
	walk_text(k, &q->on_user, VMS_NAME_MAX);
	walk_text(k, &q->approver, VMS_NAME_MAX);
	walk_i64(k, &q->at_s);
	walk_bool(k, &q->break_glass);
	walk_bool(k, &q->explain);
}

static void
walk_pam_rep(struct walk *k, struct vms_pam_rep *a)
{
	struct vms_pair *env;

	walk_u32(k, &a->result);
	if (a->result >= VMS_PAM_COUNT)
		spoil(k);
	walk_text(k, &a->reason, VMS_TEXT_MAX);
	walk_text(k, &a->text, VMS_TEXT_MAX);
	walk_bool(k, &a->is_error);
	walk_text(k, &a->decision, VMS_WORD_MAX);
	env = walk_array(k, a->env, &a->n_env, 8, sizeof(*env));
	a->env = env;
	for (uint32_t i = 0; i < a->n_env && !spoilt(k); i++) {
		walk_text(k, &env[i].key, VMS_WORD_MAX);
		walk_text(k, &env[i].value, VMS_VALUE_MAX);
	}
}

static void
walk_verdict_rep(struct walk *k, struct vms_verdict_rep *a)
{
	struct vms_step_rep *steps;

	walk_bool(k, &a->allow);
	walk_text(k, &a->reason, VMS_TEXT_MAX);
	walk_text(k, &a->grant, VMS_DN_MAX);
	/* "hidden" may name every camera of the estate. */
	walk_text(k, &a->obligations, VMS_FRAME_MAX);
	walk_text(k, &a->decision, VMS_WORD_MAX);
	walk_text(k, &a->user, VMS_NAME_MAX);
	walk_text(k, &a->action, VMS_NAME_MAX);
	walk_text(k, &a->recorder, VMS_NAME_MAX);
	walk_u64(k, &a->generation);
	steps = walk_array(k, a->steps, &a->n_steps, 13, sizeof(*steps));
	a->steps = steps;
	for (uint32_t i = 0; i < a->n_steps && !spoilt(k); i++) {
		walk_u32(k, &steps[i].number);
		walk_bool(k, &steps[i].passed);
		walk_text(k, &steps[i].dn, VMS_DN_MAX);
		walk_text(k, &steps[i].text, VMS_FRAME_MAX);
	}
}

static void
walk_cell(struct walk *k, struct vms_cell *c)
{
	walk_text(k, &c->key, VMS_WORD_MAX);
	walk_text(k, &c->value, VMS_FRAME_MAX);
	if (k->w != NULL)
		vms_wr_u8(k->w, c->type);
	else
		c->type = vms_rd_u8(k->r);
	if (c->type != 's' && c->type != 'n' && c->type != 'b' &&
	    c->type != 'l')
		spoil(k);
}

static void
walk_table_rep(struct walk *k, struct vms_table_rep *a)
{
	struct vms_row *rows;
	struct vms_cell *cells;
	uint32_t n;

	walk_bool(k, &a->single);
	rows = walk_array(k, a->rows, &a->n_rows, 4, sizeof(*rows));
	a->rows = rows;
	for (uint32_t i = 0; i < a->n_rows && !spoilt(k); i++) {
		n = rows[i].n_cells;
		cells = walk_array(k, rows[i].cells, &n, 9, sizeof(*cells));
		for (uint32_t j = 0; j < n && !spoilt(k); j++)
			walk_cell(k, &cells[j]);
		if (k->r != NULL)
			rows[i] = (struct vms_row){ cells, n };
	}
}

static void
walk_error_rep(struct walk *k, struct vms_error_rep *a)
{
	walk_u32(k, &a->code);
	if (a->code == VMS_E_OK || a->code > VMS_E_SYSTEM)
		spoil(k);
	walk_text(k, &a->text, VMS_TEXT_MAX);
}

/* The fields of any message; -1 if there is no such type. */
static int
walk_message(struct walk *k, struct vms_message *m)
{
	switch (m->type) {
	case VMS_Q_PAM_AUTH:
	case VMS_Q_PAM_ACCT:
	case VMS_Q_PAM_OPEN:
	case VMS_Q_PAM_CLOSE:
	case VMS_Q_PAM_PRECHANGE:
	case VMS_Q_PAM_CHANGE:
		walk_pam_req(k, &m->u.pam_req);
		return 0;
	case VMS_Q_CHECK:
	case VMS_Q_LIST:
		walk_check_req(k, &m->u.check_req);
		return 0;
	case VMS_Q_EXPLAIN:
	case VMS_Q_WHOAMI:
	case VMS_Q_STATUS:
	case VMS_Q_SESSIONS:
	case VMS_Q_KEYS:
	case VMS_Q_LINT:
	case VMS_Q_SYNC:
	case VMS_Q_WATCH:
		walk_text(k, &m->u.word_req.word, VMS_NAME_MAX);
		return 0;
	case VMS_A_PAM:
		walk_pam_rep(k, &m->u.pam_rep);
		return 0;
	case VMS_A_VERDICT:
		walk_verdict_rep(k, &m->u.verdict_rep);
		return 0;
	case VMS_A_TABLE:
		walk_table_rep(k, &m->u.table_rep);
		return 0;
	case VMS_A_ERROR:
		walk_error_rep(k, &m->u.error_rep);
		return 0;
	}
	return -1;
}

void
vms_proto_encode(struct vms_wr *w, const struct vms_message *m)
{
	/* The walk takes pointers it could write through; it does not. */
	struct vms_message copy = *m;
	struct walk k = { .w = w };
	size_t start = w->len;

	vms_wr_u32(w, 0);
	vms_wr_u8(w, VMS_PROTO_VERSION);
	vms_wr_u8(w, (uint8_t)m->type);
	if (walk_message(&k, &copy) < 0)
		spoil(&k);
	if (m->type < VMS_A_PAM && w->len - start > VMS_REQUEST_MAX)
		spoil(&k);
	vms_wr_patch_u32(w, start, (uint32_t)(w->len - start - 4));
	explicit_bzero(&copy, sizeof(copy));
}

int
vms_proto_decode(const void *body, size_t len, struct vms_arena *a,
    struct vms_message *m, struct vms_err *err)
{
	struct vms_rd r = vms_rd_init(body, len);
	struct walk k = { .r = &r, .arena = a };
	struct vms_message read = { 0 };
	uint8_t version = vms_rd_u8(&r);

	*m = (struct vms_message){ 0 };
	read.type = vms_rd_u8(&r);
	if (r.bad)
		return vms_fail(err, VMS_E_MALFORMED, "message without a type");
	if (version != VMS_PROTO_VERSION)
		return vms_fail(err, VMS_E_MALFORMED,
		    "protocol version %u, not %u: vmsd and its clients are "
		    "of different releases", version, VMS_PROTO_VERSION);
	if (len > (read.type < VMS_A_PAM ? VMS_REQUEST_MAX : VMS_FRAME_MAX))
		return vms_fail(err, VMS_E_LIMIT, "%s message of %zu bytes",
		    vms_msg_name(read.type), len);
	if (walk_message(&k, &read) < 0)
		return vms_fail(err, VMS_E_MALFORMED, "message of type %u",
		    (unsigned int)read.type);
	if (k.no_memory)
		return vms_fail(err, VMS_E_SYSTEM, "%s message: no memory",
		    vms_msg_name(read.type));
	if (!vms_rd_done(&r))
		return vms_fail(err, VMS_E_MALFORMED, "%s message",
		    vms_msg_name(read.type));
	*m = read;
	return 0;
}

enum vms_msg
vms_proto_answer(enum vms_msg request)
{
	switch (request) {
	case VMS_Q_PAM_AUTH:
	case VMS_Q_PAM_ACCT:
	case VMS_Q_PAM_OPEN:
	case VMS_Q_PAM_CLOSE:
	case VMS_Q_PAM_PRECHANGE:
	case VMS_Q_PAM_CHANGE:
		return VMS_A_PAM;
	case VMS_Q_CHECK:
	case VMS_Q_EXPLAIN:
		return VMS_A_VERDICT;
	case VMS_Q_LIST:
	case VMS_Q_WHOAMI:
	case VMS_Q_STATUS:
	case VMS_Q_SESSIONS:
	case VMS_Q_KEYS:
	case VMS_Q_LINT:
	case VMS_Q_SYNC:
	case VMS_Q_WATCH:
		return VMS_A_TABLE;
	case VMS_A_PAM:
	case VMS_A_VERDICT:
	case VMS_A_TABLE:
	case VMS_A_ERROR:
		break;
	}
	return (enum vms_msg)0;
}

const char *
vms_msg_name(enum vms_msg type)
{
	static const char names[][14] = {
		"?", "pam-auth", "pam-acct", "pam-open", "pam-close",
		"pam-prechange", "pam-change", "check", "explain", "list",
		"whoami", "status", "sessions", "keys", "lint", "sync",
		"watch",
	};
	static const char answers[][14] = {
		"pam", "verdict", "table", "error",
	};

	if (type <= VMS_Q_WATCH)
		return names[type];
	if (type >= VMS_A_PAM && type <= VMS_A_ERROR)
		return answers[type - VMS_A_PAM];
	return names[0];
}
