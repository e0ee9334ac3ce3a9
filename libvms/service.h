/* SPDX-License-Identifier: MIT */
/*
 * PAM services: which action a login through one of them is, and how its
 * address is found.  The defaults are compiled in; the configuration may
 * replace or add.  Pure.
 */
#ifndef VMS_SERVICE_H
#define VMS_SERVICE_H

#include <stddef.h>

#include "libvms/err.h"
#include "libvms/str.h"

enum vms_class {
	VMS_CLASS_NONE = 0,
	VMS_CLASS_REMOTE,	/* the client's address; none = unknown */
	VMS_CLASS_CONSOLE,	/* local at a console */
	VMS_CLASS_INNER,	/* that of the session it runs in */
	VMS_CLASS_BATCH,	/* local */
	VMS_CLASS_SELF		/* no address boundary */
};

struct vms_service {
	struct vms_str name;
	struct vms_str action;
	enum vms_class klass;
};

/* Zeroed: the defaults alone. */
struct vms_services {
	const struct vms_service *extra;	/* from config; they win */
	size_t n_extra;
};

/* NULL if the service is not mapped.  Names compare as bytes. */
const struct vms_service *vms_service_find(const struct vms_services *t,
    struct vms_str name);
/* "login.shell remote" of the configuration; name is left to the caller.
 * 0, or -1 with MALFORMED. */
int vms_service_parse(struct vms_str text, struct vms_service *out,
    struct vms_err *err);
const char *vms_class_name(enum vms_class klass);

#endif
