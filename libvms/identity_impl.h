/* SPDX-License-Identifier: MIT */
/*
 * Inside of identity.h: one build at work.  A claim is what one entry of the
 * directory wants, a name and an id; claims are judged alone, then against
 * each other (identity_claim.c), and what is left is served (identity.c) with
 * its fields cleaned (identity_text.c).
 */
#ifndef VMS_IDENTITY_IMPL_H
#define VMS_IDENTITY_IMPL_H

#include <stdarg.h>

#include "libvms/identity.h"

struct vms_claim {
	const uint8_t *uuid;
	struct vms_str dn, name;
	uint32_t id;
	uint32_t index;			/* in in->users or in->groups */
	unsigned int flaws;
	const char *name_attr, *id_attr;
	bool is_group;
	bool out;			/* left out, and why was said */
	bool dup_name, dup_id;
	bool reused;			/* has what a departed one had */
};

/* Who was published before, by uuid. */
struct vms_incumbent {
	const uint8_t *uuid;
	struct vms_str name;
	uint32_t id;
};

struct vms_id_build {
	const struct vms_posix *in;
	const struct vms_identity_rules *rules;
	struct vms_arena *arena;	/* of the result */
	struct vms_arena tmp;		/* of the build */
	struct vms_claim *users, *groups;	/* as in->users, in->groups */
	/* Of the host: sorted without case; sorted, apart from each other. */
	struct vms_str *taken_names;
	struct vms_id_span *taken_ids;
	uint32_t n_taken_names, n_taken_ids;
	struct vms_finding *findings;
	uint32_t n_findings, findings_cap;
	bool oom;			/* looked at once, at the end */
};

/* identity_claim.c: fill users and groups, complain, mark who is out. */
void vms_id_judge(struct vms_id_build *b, const struct vms_identity *prev);

/* identity_reused.c: leave out who has what somebody who left had; name them
 * in the result. */
void vms_id_judge_reused(struct vms_id_build *b);
void vms_id_list_reused(struct vms_id_build *b, struct vms_identity *out);

/* identity_text.c: what is served instead of what was said. */
struct vms_str vms_id_gecos(struct vms_id_build *b,
    const struct vms_posix_user *u);
struct vms_str vms_id_home(struct vms_id_build *b,
    const struct vms_posix_user *u);
struct vms_str vms_id_shell(struct vms_id_build *b,
    const struct vms_posix_user *u);
/* Add a finding; attr and code are literals. */
void vms_id_complain(struct vms_id_build *b, struct vms_str dn,
    const char *attr, const char *code, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
void vms_id_vcomplain(struct vms_id_build *b, struct vms_str dn,
    const char *attr, const char *code, const char *fmt, va_list ap)
    __attribute__((format(printf, 5, 0)));

#endif
