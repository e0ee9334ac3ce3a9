/* SPDX-License-Identifier: MIT */
/* An estate from LDIF files: see estate.h. */
#include "vmsctl/estate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libvms/ldif.h"
#include "vmsd/zonefiles.h"

/* An estate of 100,000 users has some 50 MB. */
#define FILE_BYTES_MAX ((size_t)1 << 30)

static int
read_all(FILE *f, const char *path, char **buf, size_t *len,
    struct vms_err *err)
{
	size_t cap = 0, n;

	for (;;) {
		if (*len + 1 >= cap) {
			char *p;

			cap = cap == 0 ? 64 * 1024 : cap * 2;
			p = cap > FILE_BYTES_MAX ? NULL : realloc(*buf, cap);
			if (p == NULL)
				return vms_fail(err, VMS_E_LIMIT,
				    "%s: too large", path);
			*buf = p;
		}
		n = fread(*buf + *len, 1, cap - *len - 1, f);
		*len += n;
		if (n == 0)
			break;
	}
	(*buf)[*len] = '\0';
	if (ferror(f))
		return vms_fail(err, VMS_E_SYSTEM, "%s: %m", path);
	return 0;
}

int
estate_read_file(const char *path, char **buf, size_t *len,
    struct vms_err *err)
{
	FILE *f = fopen(path, "re");
	int result;

	*buf = NULL;
	*len = 0;
	if (f == NULL)
		return vms_fail(err, VMS_E_SYSTEM, "%s: %m", path);
	result = read_all(f, path, buf, len, err);
	fclose(f);
	if (result != 0) {
		free(*buf);
		*buf = NULL;
	}
	return result;
}

static int
add_entry(void *builder, const struct vms_entry *e, struct vms_err *err)
{
	return vms_model_builder_add(builder, e, err);
}

static int
add_file(struct vms_model_builder *b, const char *path, struct vms_err *err)
{
	char *buf;
	size_t len;
	int result;

	if (estate_read_file(path, &buf, &len, err) != 0)
		return -1;
	result = vms_ldif_parse(path, buf, len, add_entry, b, err);
	/* Passwords may have been in it. */
	explicit_bzero(buf, len);
	free(buf);
	return result;
}

int
estate_load(char *const *files, int n_files, struct estate *out,
    struct vms_err *err)
{
	struct vms_model_params params = { 0 };
	struct vms_model_builder *b;
	int result = 0;

	*out = (struct estate){ 0 };
	out->zones = vms_zonefiles_load(VMS_ZONEINFO_DIR, err);
	if (out->zones == NULL)
		return -1;
	params.zones = out->zones;
	b = vms_model_builder_new(&params);
	if (b == NULL)
		result = vms_fail(err, VMS_E_SYSTEM, "out of memory");
	for (int i = 0; result == 0 && i < n_files; i++)
		result = add_file(b, files[i], err);
	if (result == 0)
		out->model = vms_model_builder_finish(b, err);
	else
		vms_model_builder_free(b);
	if (out->model != NULL)
		return 0;
	estate_fini(out);
	return -1;
}

void
estate_fini(struct estate *e)
{
	vms_model_free(e->model);
	vms_zones_free(e->zones);
	*e = (struct estate){ 0 };
}
