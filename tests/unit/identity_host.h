/* SPDX-License-Identifier: MIT */
/* A host with two local users and two local groups, and a user who may be
 * served on it; for the tests of identity.h. */
#ifndef VMS_TEST_IDENTITY_HOST_H
#define VMS_TEST_IDENTITY_HOST_H

#include "libvms/identity.h"

#define S(lit) { (lit), sizeof(lit) - 1 }
#define N(array) (sizeof(array) / sizeof((array)[0]))

static const struct vms_str local_users[] = { S("root"), S("bob") };
static const struct vms_str local_groups[] = { S("root"), S("archive") };
static const struct vms_id_span local_uids[] = {
	{ 0, 0 }, { 100000, 165535 }, { 1001, 1001 }, { 100500, 100600 }
};
static const struct vms_id_span local_gids[] = {
	{ 0, 0 }, { 100, 100 }, { 1500, 1500 }, { 300000, 365535 }
};
static const struct vms_str shells[] = { S("/bin/sh"), S("/bin/bash") };
static const uint32_t primary_gids[] = { 100, 42, 1500 };

static inline struct vms_identity_rules
base_rules(void)
{
	return (struct vms_identity_rules){
		.min_id = 1000,
		.max_id = 2000000000,
		.primary_gids = primary_gids,
		.n_primary_gids = 1,
		.visible_all = true,
		.default_shell = VMS_STR("/bin/bash"),
		.nologin_shell = VMS_STR("/usr/sbin/nologin"),
		.home = VMS_STR("/home/%u"),
		.host = {
			.user_names = local_users,
			.n_user_names = N(local_users),
			.group_names = local_groups,
			.n_group_names = N(local_groups),
			.uids = local_uids,
			.n_uids = N(local_uids),
			.gids = local_gids,
			.n_gids = N(local_gids),
			.shells = shells,
			.n_shells = N(shells)
		}
	};
}

static inline struct vms_posix_user
base_user(uint8_t n)
{
	struct vms_posix_user u = {
		.uuid = { 0xaa, n },
		.dn = VMS_STR("uid=x,ou=people"),
		.name = VMS_STR("sam"),
		.gecos = VMS_STR("Sam"),
		.home = VMS_STR("/home/sam"),
		.shell = VMS_STR("/bin/sh"),
		.uid = 20001,
		.gid = 100,
		.reaches = true
	};

	return u;
}

#endif
