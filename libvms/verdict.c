/* SPDX-License-Identifier: MIT */
/* A verdict as text: reason and obligations. */
#include "libvms/decide.h"

#include "libvms/action.h"
#include "libvms/buf.h"

static void
put(struct vms_wr *w, struct vms_str s)
{
	vms_wr_bytes(w, s.p, s.len);
}

static void
put_number(struct vms_wr *w, int64_t n)
{
	char digits[20];
	size_t i = sizeof(digits);

	do {
		digits[--i] = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);
	vms_wr_bytes(w, digits + i, sizeof(digits) - i);
}

static struct vms_str
finish(struct vms_wr *w, struct vms_arena *scratch)
{
	struct vms_str s = { NULL, 0 };

	if (!w->bad)
		s = vms_arena_str(scratch, (struct vms_str){
		    (const char *)w->p, w->len });
	vms_wr_fini(w);
	return s;
}

/* "grant:NAME", "deny:NAME" or the bare word. */
static void
put_reason(struct vms_wr *w, enum vms_reason reason, struct vms_str name)
{
	put(w, vms_reason_name(reason));
	if (reason != VMS_R_GRANT && reason != VMS_R_DENY)
		return;
	put(w, VMS_STR(":"));
	put(w, name);
}

struct vms_str
vms_verdict_reason(const struct vms_verdict *v, struct vms_arena *scratch)
{
	struct vms_wr w = { 0 };

	put_reason(&w, v->reason, v->name);
	if (v->reason == VMS_R_PREREQUISITE) {
		put(&w, VMS_STR(":"));
		put(&w, v->name);
		put(&w, VMS_STR("("));
		put_reason(&w, v->inner, v->inner_name);
		put(&w, VMS_STR(")"));
	}
	return finish(&w, scratch);
}

static void
put_key(struct vms_wr *w, struct vms_str key)
{
	if (w->len > 0)
		put(w, VMS_STR("; "));
	put(w, key);
	put(w, VMS_STR("="));
}

struct vms_str
vms_verdict_obligations(const struct vms_verdict *v,
    struct vms_arena *scratch)
{
	struct vms_wr w = { 0 };
	bool allowed = v->result == VMS_ALLOW;

	if (allowed && v->alert) {
		put_key(&w, VMS_STR("alert"));
		put(&w, VMS_STR("true"));
	}
	for (uint32_t i = 0; allowed && i < v->n_hidden; i++) {
		if (i == 0)
			put_key(&w, VMS_STR("hidden"));
		else
			put(&w, VMS_STR(","));
		put(&w, v->hidden[i]);
	}
	if (allowed && v->max_archive_age_s >= 0) {
		put_key(&w, VMS_STR("max-archive-age"));
		put_number(&w, v->max_archive_age_s);
	}
	if (allowed && v->stale) {
		put_key(&w, VMS_STR("stale"));
		put(&w, VMS_STR("true"));
	}
	if (w.len == 0)
		put(&w, VMS_STR("-"));
	return finish(&w, scratch);
}
