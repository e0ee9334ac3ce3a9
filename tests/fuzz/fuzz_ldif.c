/* SPDX-License-Identifier: MIT */
/* Any text as LDIF, made into a model, and a question asked of it: no text
 * lets a user without a grant in. */
#include <stdlib.h>

#include "libvms/ldif.h"
#include "libvms/model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static int
add(void *b, const struct vms_entry *e, struct vms_err *err)
{
	return vms_model_builder_add(b, e, err);
}

static void
ask(const struct vms_model *m)
{
	struct vms_arena scratch = { .max = 16 * 1024 * 1024 };
	struct vms_trace trace = { .arena = &scratch };
	struct vms_request rq = { .user = VMS_STR("a"),
		.action = VMS_STR("live.view"), .kind = VMS_KIND_CAMERA,
		.resource = VMS_STR("c"), .now_s = 1781510400,
		.sessions = -1 };
	struct vms_verdict v;

	vms_decide(m, &rq, &scratch, &trace, &v);
	if (v.result == VMS_ALLOW && vms_model_counts(m).grants == 0)
		abort();
	vms_verdict_reason(&v, &scratch);
	vms_verdict_obligations(&v, &scratch);
	vms_arena_fini(&scratch);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct vms_model_params params = { .posix = true };
	struct vms_model_builder *b = vms_model_builder_new(&params);
	char *copy = malloc(len + 1);
	struct vms_model *m = NULL;

	if (b == NULL || copy == NULL)
		abort();
	if (len > 0)
		memcpy(copy, data, len);
	if (vms_ldif_parse("f", copy, len, add, b, NULL) == 0)
		m = vms_model_builder_finish(b, NULL);
	else
		vms_model_builder_free(b);
	if (m != NULL)
		ask(m);
	vms_model_free(m);
	free(copy);
	return 0;
}
