/* SPDX-License-Identifier: MIT */
/* A ring of decisions: see record.h. */
#include "vmsd/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct vms_records {
	uint32_t seed, next;
	struct vms_record ring[VMS_RECORDS_MAX];
};

struct vms_records *
vms_records_new(uint32_t seed)
{
	struct vms_records *r = calloc(1, sizeof(*r));

	if (r != NULL)
		r->seed = seed;
	return r;
}

/* The strings of a record, to be copied into one block. */
static size_t
list_strings(struct vms_record *rec, struct vms_str **list)
{
	struct vms_str *all[] = { &rec->rq.user, &rec->rq.action,
	    &rec->rq.service, &rec->rq.resource, &rec->rq.recorder,
	    &rec->rq.host, &rec->rq.on_user, &rec->rq.approver, &rec->reason,
	    &rec->grant_dn };

	memcpy(list, all, sizeof(all));
	return sizeof(all) / sizeof(all[0]);
}

static int
own_strings(struct vms_record *rec)
{
	struct vms_str *list[10];
	size_t n = list_strings(rec, list), len = 1;
	char *p;

	for (size_t i = 0; i < n; i++)
		len += list[i]->len;
	p = malloc(len);
	if (p == NULL)
		return -1;
	rec->text = p;
	for (size_t i = 0; i < n; i++) {
		if (list[i]->len > 0)
			memcpy(p, list[i]->p, list[i]->len);
		list[i]->p = p;
		p += list[i]->len;
	}
	return 0;
}

void
vms_records_add(struct vms_records *r, const struct vms_request *rq,
    bool allow, struct vms_str reason, struct vms_str grant_dn,
    uint64_t generation, char id[VMS_RECORD_ID_SIZE])
{
	uint32_t n = r->next++;
	struct vms_record *at = &r->ring[n % VMS_RECORDS_MAX];
	struct vms_record rec = { .rq = *rq, .generation = generation,
	    .allow = allow, .reason = reason, .grant_dn = grant_dn };

	snprintf(rec.id, sizeof(rec.id), "%06x-%x", r->seed & 0xffffffU, n);
	memcpy(id, rec.id, sizeof(rec.id));
	rec.rq.overrides = NULL;
	rec.rq.n_overrides = 0;
	free(at->text);
	*at = (struct vms_record){ 0 };
	if (own_strings(&rec) == 0)
		*at = rec;
}

const struct vms_record *
vms_records_find(const struct vms_records *r, struct vms_str id)
{
	for (size_t i = 0; i < VMS_RECORDS_MAX; i++)
		if (r->ring[i].text != NULL &&
		    vms_str_eq(vms_str_of(r->ring[i].id), id))
			return &r->ring[i];
	return NULL;
}
