/* SPDX-License-Identifier: MIT */
/*
 * libvms.so: the public API over the socket.  It decides nothing; vmsd does.
 */
#include "libvms/vms.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/client.h"
#include "libvms/str.h"

#define TIMEOUT_MS 2000
#define EXPORT __attribute__((visibility("default")))

struct vms {
	char *socket;		/* owned; NULL: the usual one */
	int timeout_ms;
	int watch;		/* -1: none */
	struct vms_err err;
};

static enum vms_status
status_of(enum vms_code code)
{
	switch (code) {
	case VMS_E_OK:
		return VMS_OK;
	case VMS_E_NOT_FOUND:
		return VMS_NOT_FOUND;
	case VMS_E_DENIED:
		return VMS_NOT_PERMITTED;
	case VMS_E_MALFORMED:
	case VMS_E_LIMIT:
		return VMS_BAD_REQUEST;
	case VMS_E_SYSTEM:
		return VMS_NO_RESOURCES;
	case VMS_E_UNAVAILABLE:
		break;
	}
	return VMS_UNAVAILABLE;
}

static enum vms_status
fail(struct vms *vms, enum vms_code code, const char *text)
{
	vms_fail(&vms->err, code, "%s", text);
	return status_of(code);
}

static struct vms_call
call_of(const struct vms *vms)
{
	return (struct vms_call){ .path = vms->socket,
	    .timeout_ms = vms->timeout_ms };
}

/* The reply is the caller's to end if VMS_OK. */
static enum vms_status
ask(struct vms *vms, const struct vms_message *m, struct vms_reply *rep)
{
	const struct vms_call call = call_of(vms);
	enum vms_client_status st;

	vms->err = (struct vms_err){ 0 };
	st = vms_client_ask(&call, m, rep, &vms->err);
	if (st == VMS_CLIENT_LOCAL)
		return status_of(vms->err.code);
	if (st != VMS_CLIENT_OK)
		return VMS_UNAVAILABLE;
	if (rep->msg.type == VMS_A_ERROR) {
		enum vms_code code = (enum vms_code)rep->msg.u.error_rep.code;

		vms_fail(&vms->err, code, "%.*s",
		    VMS_STR_ARG(rep->msg.u.error_rep.text));
		vms_reply_fini(rep);
		return code == VMS_E_OK ? VMS_UNAVAILABLE : status_of(code);
	}
	return VMS_OK;
}

EXPORT enum vms_status
vms_open(const char *socket, struct vms **vms)
{
	*vms = calloc(1, sizeof(**vms));
	if (*vms == NULL)
		return VMS_NO_RESOURCES;
	(*vms)->timeout_ms = TIMEOUT_MS;
	(*vms)->watch = -1;
	if (socket == NULL)
		return VMS_OK;
	(*vms)->socket = strdup(socket);
	if ((*vms)->socket != NULL)
		return VMS_OK;
	free(*vms);
	*vms = NULL;
	return VMS_NO_RESOURCES;
}

static void
drop_watch(struct vms *vms)
{
	if (vms->watch >= 0)
		close(vms->watch);
	vms->watch = -1;
}

EXPORT void
vms_close(struct vms *vms)
{
	if (vms == NULL)
		return;
	drop_watch(vms);
	free(vms->socket);
	free(vms);
}

EXPORT void
vms_set_timeout(struct vms *vms, int timeout_ms)
{
	vms->timeout_ms = timeout_ms > 0 ? timeout_ms : TIMEOUT_MS;
}

EXPORT const char *
vms_error(const struct vms *vms)
{
	return vms->err.msg;
}

EXPORT void
vms_answer_clear(struct vms_answer *a)
{
	free(a->reason);
	free(a->obligations);
	free(a->decision);
	*a = (struct vms_answer){ 0 };
}

static char *
copy_of(struct vms_str s)
{
	return s.len == 0 ? strdup("") : strndup(s.p, s.len);
}

EXPORT enum vms_status
vms_check(struct vms *vms, const char *user, const char *action,
    const char *resource, const char *from, struct vms_answer *answer)
{
	struct vms_message m = { .type = VMS_Q_CHECK };
	struct vms_check_req *q = &m.u.check_req;
	const struct vms_verdict_rep *v;
	struct vms_reply rep;
	enum vms_status st;

	*answer = (struct vms_answer){ 0 };
	q->user = vms_str_of(user);
	q->what = vms_str_of(action);
	q->from = vms_str_of(from);
	if (resource != NULL && !vms_str_cut(vms_str_of(resource), ':',
	    &q->kind, &q->resource))
		return fail(vms, VMS_E_MALFORMED,
		    "a resource is written KIND:NAME");
	st = ask(vms, &m, &rep);
	if (st != VMS_OK)
		return st;
	v = &rep.msg.u.verdict_rep;
	answer->reason = copy_of(v->reason);
	answer->obligations = copy_of(v->obligations);
	answer->decision = copy_of(v->decision);
	answer->generation = v->generation;
	answer->allow = v->allow;
	vms_reply_fini(&rep);
	if (answer->reason != NULL && answer->obligations != NULL &&
	    answer->decision != NULL)
		return VMS_OK;
	vms_answer_clear(answer);
	return fail(vms, VMS_E_SYSTEM, "out of memory");
}

/* The named cell of a row; -1 if there is none. */
static int
find_cell(const struct vms_row *row, struct vms_str key, struct vms_str *out)
{
	for (uint32_t i = 0; i < row->n_cells; i++) {
		if (vms_str_eq(row->cells[i].key, key)) {
			*out = row->cells[i].value;
			return 0;
		}
	}
	return -1;
}

EXPORT enum vms_status
vms_access(struct vms *vms, const char *user, const char *kind,
    int (*cb)(void *arg, const char *name), void *arg)
{
	struct vms_message m = { .type = VMS_Q_LIST };
	enum vms_status st;
	struct vms_reply rep;
	bool stop = false;

	m.u.check_req.user = vms_str_of(user);
	m.u.check_req.kind = vms_str_of(kind);
	st = ask(vms, &m, &rep);
	if (st != VMS_OK)
		return st;
	for (uint32_t i = 0; i < rep.msg.u.table_rep.n_rows && !stop; i++) {
		struct vms_str s;
		char *name = NULL;

		if (find_cell(&rep.msg.u.table_rep.rows[i], VMS_STR("name"),
		    &s) == 0)
			name = copy_of(s);
		if (name == NULL) {
			st = fail(vms, VMS_E_SYSTEM, "out of memory, or a "
			    "row without a name");
			break;
		}
		stop = cb(arg, name) != 0;
		free(name);
	}
	vms_reply_fini(&rep);
	return st;
}

EXPORT enum vms_status
vms_watch(struct vms *vms, int *fd)
{
	const struct vms_call call = call_of(vms);

	drop_watch(vms);
	vms->err = (struct vms_err){ 0 };
	*fd = -1;
	if (vms_client_watch(&call, &vms->watch, &vms->err) != VMS_CLIENT_OK)
		return status_of(vms->err.code);
	*fd = vms->watch;
	return VMS_OK;
}

EXPORT enum vms_status
vms_watch_next(struct vms *vms, uint64_t *generation)
{
	const struct vms_call call = call_of(vms);
	const struct vms_table_rep *t;
	struct vms_reply rep;
	struct vms_str text;
	int64_t n = 0;

	*generation = 0;
	vms->err = (struct vms_err){ 0 };
	if (vms->watch < 0)
		return fail(vms, VMS_E_MALFORMED, "nothing is watched");
	if (vms_client_next(&call, vms->watch, &rep, &vms->err) !=
	    VMS_CLIENT_OK) {
		drop_watch(vms);
		return status_of(vms->err.code);
	}
	t = &rep.msg.u.table_rep;
	if (rep.msg.type == VMS_A_TABLE && t->n_rows == 1 &&
	    find_cell(&t->rows[0], VMS_STR("generation"), &text) == 0 &&
	    vms_num_parse(text, 1, INT64_MAX, &n) == 0) {
		*generation = (uint64_t)n;
		vms_reply_fini(&rep);
		return VMS_OK;
	}
	vms_reply_fini(&rep);
	drop_watch(vms);
	return fail(vms, VMS_E_UNAVAILABLE, "vmsd ended the watch");
}
