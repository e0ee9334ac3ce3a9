/* SPDX-License-Identifier: MIT */
/* The inside of the store, shared by store.c and store_open.c alone. */
#ifndef VMS_STORE_INT_H
#define VMS_STORE_INT_H

#include "vmsd/store.h"
#include "vmsd/store_db.h"

enum { T_META, T_ENTRY, T_BELOW, T_DEPARTED, N_TABLES };
enum { T_KV, N_KV_TABLES };

struct vms_store {
	struct vms_db *replica;
	struct vms_db *kv;
	char *user_name, *uid;		/* attributes of the departed */
};

#endif
