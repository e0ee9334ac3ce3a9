/* SPDX-License-Identifier: MIT */
/* Models built from LDIF text: see estate_text.h. */
#include "estate_text.h"

#include "cm.h"

#include "libvms/ldif.h"
#include "vmsd/zonefiles.h"

static struct vms_zones *zones;

const struct vms_zones *
estate_text_zones(void)
{
	if (zones == NULL)
		zones = vms_zonefiles_load(VMS_ZONEINFO_DIR, NULL);
	assert_non_null(zones);
	return zones;
}

void
estate_text_fini(void)
{
	vms_zones_free(zones);
	zones = NULL;
}

void
estate_text_uuid(uint8_t uuid[VMS_UUID_LEN], uint8_t number)
{
	memset(uuid, 0, VMS_UUID_LEN);
	uuid[VMS_UUID_LEN - 1] = number;
}

struct feed {
	struct vms_model_builder *b;
	uint8_t n;
};

static int
add(void *arg, const struct vms_entry *e, struct vms_err *err)
{
	struct feed *f = arg;
	struct vms_entry copy = *e;

	estate_text_uuid(copy.uuid, ++f->n);
	return vms_model_builder_add(f->b, &copy, err);
}

struct vms_model *
estate_text_model(const char *ldif, const struct vms_model_params *params)
{
	struct vms_model_params none = { .zones = estate_text_zones() };
	struct vms_err err = { 0 };
	struct feed f = { 0 };
	struct vms_model *m;
	char *copy = strdup(ldif);

	assert_non_null(copy);
	f.b = vms_model_builder_new(params != NULL ? params : &none);
	assert_non_null(f.b);
	if (vms_ldif_parse("text", copy, strlen(copy), add, &f, &err) != 0)
		fail_msg("%s", err.msg);
	free(copy);
	m = vms_model_builder_finish(f.b, &err);
	assert_non_null(m);
	return m;
}

bool
estate_text_has_finding(const struct vms_model *m, const char *code,
    const char *dn)
{
	uint32_t n;
	const struct vms_finding *f = vms_model_findings(m, &n);

	for (uint32_t i = 0; i < n; i++)
		if (vms_str_eq(f[i].code, vms_str_of(code)) &&
		    vms_str_eq(f[i].dn, vms_str_of(dn)))
			return true;
	return false;
}
