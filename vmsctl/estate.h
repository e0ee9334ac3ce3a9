/* SPDX-License-Identifier: MIT */
/* An estate read from LDIF files: no daemon, no server, no configuration. */
#ifndef VMSCTL_ESTATE_H
#define VMSCTL_ESTATE_H

#include "libvms/model.h"

struct estate {
	struct vms_zones *zones;	/* owned */
	struct vms_model *model;	/* owned */
};

/* 0, or -1 with a message that names file and line. */
int estate_load(char *const *files, int n_files, struct estate *out,
    struct vms_err *err);
void estate_fini(struct estate *e);

/* The whole of a file, NUL-ended; *buf is the caller's to free.  0 or -1. */
int estate_read_file(const char *path, char **buf, size_t *len,
    struct vms_err *err);

#endif
