/* SPDX-License-Identifier: MIT */
/* Names of things, refusals, and the memory of one try. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "libvms/dn.h"
#include "vmsctl/admin.h"
#include "vmsctl/field.h"
#include "vmsd/zonefiles.h"

void *
vms_admin_alloc(struct vms_admin *ad, size_t size)
{
	void *p = vms_arena_alloc(&ad->arena, size);

	if (p == NULL) {
		fputs("vmsctl: out of memory\n", stderr);
		exit(CTL_NO);
	}
	return p;
}

struct vms_str
vms_say(struct vms_admin *ad, const char *fmt, ...)
{
	va_list ap;
	char *text;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		return (struct vms_str){ NULL, 0 };
	text = vms_admin_alloc(ad, (size_t)n + 1);
	va_start(ap, fmt);
	n = vsnprintf(text, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return (struct vms_str){ text, (size_t)n };
}

const char *
vms_cstr(struct vms_admin *ad, struct vms_str s)
{
	char *text = vms_admin_alloc(ad, s.len + 1);

	if (s.len > 0)
		memcpy(text, s.p, s.len);
	return text;
}

int
vms_refuse(struct vms_admin *ad, int exit_code, const char *code,
    const char *fmt, ...)
{
	struct out_json j = { stdout, false };
	char text[4096];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	fprintf(stderr, "%s: %s: ", ad->where != NULL ? ad->where : "vmsctl",
	    code);
	out_text(stderr, vms_str_of(text));
	fputc('\n', stderr);
	if (!ad->json)
		return exit_code;
	out_open(&j, NULL, '{');
	out_str(&j, "result", VMS_STR("refused"));
	out_str(&j, "reason", vms_str_of(code));
	out_str(&j, "text", vms_str_of(text));
	out_close(&j, '}');
	putchar('\n');
	return exit_code;
}

int
vms_refuse_err(struct vms_admin *ad, const struct vms_err *err)
{
	switch (err->code) {
	case VMS_E_UNAVAILABLE:
		return vms_refuse(ad, CTL_UNAVAILABLE,
		    "directory-unavailable", "%s", err->msg);
	case VMS_E_DENIED:
		return vms_refuse(ad, CTL_NOT_PERMITTED, "not-permitted",
		    "%s", err->msg);
	case VMS_E_MALFORMED:
		return vms_refuse(ad, CTL_USAGE, "usage", "%s", err->msg);
	case VMS_E_NOT_FOUND:
		return vms_refuse(ad, CTL_USAGE, "not-found", "%s",
		    err->msg);
	case VMS_E_OK:
	case VMS_E_LIMIT:
	case VMS_E_SYSTEM:
		break;
	}
	return vms_refuse(ad, CTL_NO, "failed", "%s", err->msg);
}

/* A value inside a DN (RFC 4514). */
static struct vms_str
escaped(struct vms_admin *ad, struct vms_str v)
{
	char *text = vms_admin_alloc(ad, v.len * 2 + 1);
	size_t n = 0;

	for (size_t i = 0; i < v.len; i++) {
		bool edge = (i == 0 && (v.p[i] == ' ' || v.p[i] == '#')) ||
		    (i + 1 == v.len && v.p[i] == ' ');

		if (edge || strchr(",+\"\\<>;=", v.p[i]) != NULL)
			text[n++] = '\\';
		text[n++] = v.p[i];
	}
	return (struct vms_str){ text, n };
}

static struct vms_str
container_of(struct vms_admin *ad, const struct vms_noun *noun)
{
	if (noun->container != NULL)
		return vms_say(ad, "%s,%.*s", noun->container,
		    VMS_STR_ARG(ad->bases.policy));
	return strcmp(noun->name, "group") == 0 ? ad->bases.groups :
	    ad->bases.people;
}

struct vms_str
vms_dn_of(struct vms_admin *ad, const char *name_of_noun,
    struct vms_str name)
{
	const struct vms_noun *noun = vms_noun_find(vms_str_of(name_of_noun));
	const struct vms_item *it = vms_tree_named(&ad->tree,
	    vms_str_of(noun->klass), vms_str_of(noun->naming), name);
	struct vms_str v, base;

	if (it != NULL)
		return it->e.dn;
	v = escaped(ad, name);
	base = container_of(ad, noun);
	return vms_say(ad, "%s=%.*s,%.*s", noun->naming, VMS_STR_ARG(v),
	    VMS_STR_ARG(base));
}

struct vms_str
vms_name_of(struct vms_admin *ad, struct vms_str dn)
{
	const struct vms_item *it = vms_tree_find(&ad->tree, dn);
	const struct vms_noun *noun = it == NULL ? NULL :
	    vms_noun_of(&it->e);
	struct vms_str name;

	if (noun == NULL)
		return dn;
	name = vms_val(&it->e, noun->naming);
	return vms_say(ad, "%s:%.*s", noun->name, VMS_STR_ARG(name));
}

const struct vms_item *
vms_find(struct vms_admin *ad, const char *name_of_noun, const char *name)
{
	const struct vms_noun *noun = vms_noun_find(vms_str_of(name_of_noun));
	const struct vms_item *it = vms_tree_named(&ad->tree,
	    vms_str_of(noun->klass), vms_str_of(noun->naming),
	    vms_str_of(name));

	if (it == NULL)
		vms_refuse(ad, CTL_NO, "not-found", "there is no %s %s",
		    name_of_noun, name);
	return it;
}

struct vms_str
vms_parameter(struct vms_admin *ad, const char *name, const char *dflt)
{
	const struct vms_item *it = vms_tree_named(&ad->tree,
	    VMS_STR("vmsPolicy"), VMS_STR("cn"), VMS_STR("policy"));
	struct vms_vals v = { NULL, 0 };
	struct vms_str head, tail;

	if (it != NULL)
		v = vms_vals(&it->e, "vmsParameter");
	for (uint32_t i = 0; i < v.n; i++)
		if (vms_str_cut(v.v[i], '=', &head, &tail) &&
		    vms_str_caseeq(head, vms_str_of(name)))
			return tail;
	return vms_str_of(dflt);
}

const struct vms_model *
vms_admin_model(struct vms_admin *ad)
{
	struct vms_err err = { 0 };

	if (ad->zones == NULL)
		ad->zones = vms_zonefiles_load(VMS_ZONEINFO_DIR, &err);
	if (ad->model == NULL)
		ad->model = vms_tree_model(&ad->tree, ad->zones, false,
		    &err);
	if (ad->model == NULL) {
		fprintf(stderr, "vmsctl: %s\n", err.msg);
		exit(CTL_NO);
	}
	return ad->model;
}
