/* SPDX-License-Identifier: MIT */
/* check, why and lint on LDIF files: see check_ldif.h. */
#include "vmsctl/check_ldif.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libvms/dn.h"
#include "libvms/ldif.h"
#include "vmsctl/answer.h"
#include "vmsctl/batch.h"
#include "vmsctl/estate.h"
#include "vmsctl/lint.h"
#include "vmsctl/vmsctl.h"

static int
load(const struct question *q, struct estate *e)
{
	struct vms_err err = { 0 };

	if (estate_load(q->files, q->n_files, e, &err) == 0)
		return 0;
	fprintf(stderr, "vmsctl: %s\n", err.msg);
	return -1;
}

int
check_ldif(struct question *q, bool why)
{
	struct vms_arena scratch = { 0 };
	struct vms_trace trace = { .arena = &scratch };
	struct vms_verdict v;
	struct estate e;
	int result;

	if (q->batch == NULL && question_set_words(q) != 0)
		return CTL_USAGE;
	if (load(q, &e) != 0)
		return CTL_USAGE;
	if (q->batch != NULL) {
		result = batch_run(e.model, q->batch, q->rq.now_s);
	} else {
		vms_decide(e.model, &q->rq, &scratch, why ? &trace : NULL,
		    &v);
		result = answer_print(&v, why ? &trace : NULL, 0, q->json,
		    &scratch);
	}
	vms_arena_fini(&scratch);
	estate_fini(&e);
	return result;
}

/* Files as a tree: whole, by class, wherever the entries stand. */
static int
load_tree(const struct question *q, struct vms_tree *tree,
    struct vms_bases *bases, struct vms_err *err)
{
	int rc = 0;

	for (int i = 0; rc == 0 && i < q->n_files; i++) {
		char *buf;
		size_t len;

		rc = estate_read_file(q->files[i], &buf, &len, err);
		if (rc != 0)
			break;
		rc = vms_ldif_parse(q->files[i], buf, len, vms_tree_add,
		    tree, err);
		explicit_bzero(buf, len);
		free(buf);
	}
	for (uint32_t i = 0; i < tree->n; i++)
		if (vms_entry_is(&tree->items[i].e, VMS_STR("vmsPolicy")))
			bases->policy = vms_dn_parent(tree->items[i].ndn);
	return rc;
}

int
lint_ldif(const struct question *q)
{
	struct vms_arena arena = { 0 };
	struct vms_bases bases = { 0 };
	struct vms_tree tree;
	struct vms_lint l = { .arena = &arena, .tree = &tree };
	struct vms_err err = { 0 };
	struct estate e;
	int rc = CTL_USAGE;

	if (load(q, &e) != 0)
		return CTL_USAGE;
	vms_tree_init(&tree, &arena, &bases);
	if (load_tree(q, &tree, &bases, &err) != 0) {
		fprintf(stderr, "vmsctl: %s\n", err.msg);
		goto out;
	}
	/* Where people and groups stand is not said: anywhere. */
	if (vms_lint_run(&l, e.model, &err) == 0)
		rc = vms_lint_print(&arena, l.list, l.n, q->json);
	else
		fprintf(stderr, "vmsctl: %s\n", err.msg);
out:
	vms_arena_fini(&arena);
	estate_fini(&e);
	return rc;
}
