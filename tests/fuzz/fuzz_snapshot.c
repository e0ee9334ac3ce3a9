/* SPDX-License-Identifier: MIT */
/*
 * The published file under any bytes: its records one by one, and the whole
 * file through the reader and the module.  The first byte says which.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "nss_vms/nss_vms.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
check(int ok)
{
	if (!ok)
		abort();
}

static void
check_user(const struct vms_snap_user *u)
{
	check(u->uid >= VMS_UID_FLOOR && u->gid >= VMS_GID_FLOOR);
	check(vms_name_is_login(u->name) && !vms_name_is_privileged(u->name));
	check(strlen(u->name.p) == u->name.len);
	check(vms_path_is_plain(u->home) && vms_path_is_plain(u->shell));
	check(memchr(u->gecos.p, ':', u->gecos.len) == NULL);
}

static void
one_group(const uint8_t *data, size_t len)
{
	struct vms_snap_group g;
	char *text, *name, **members;

	if (len < VMS_SNAP_GROUP_HEAD ||
	    vms_snap_get_group(data, len, &g) != 0)
		return;
	text = malloc(g.text_len);
	members = calloc((size_t)g.n_members + 1, sizeof(*members));
	check(text != NULL && members != NULL);
	memcpy(text, data + VMS_SNAP_GROUP_HEAD, g.text_len);
	if (vms_snap_group_text(text, &g, &name, members) == 0) {
		check(!vms_name_is_privileged(vms_str_of(name)));
		for (uint32_t i = 0; i < g.n_members; i++)
			check(vms_name_is_login(vms_str_of(members[i])));
	}
	free(members);
	free(text);
}

static void
ask(struct vms_reader *r)
{
	static const struct vms_str users[] = {
		{ "u00000", 6 }, { "u00001", 6 }, { "nil", 3 }
	};
	static const struct vms_str groups[] = {
		{ "all", 3 }, { "none", 4 }, { "Two Words", 9 }
	};
	static char buf[4096];
	uint8_t rec[VMS_SNAP_USER_MAX];
	struct vms_snap_user u;
	struct passwd pw;
	struct group gr;

	for (size_t i = 0; i < 3; i++) {
		if (vms_nss_fill_user(r, users[i], &pw, buf, sizeof(buf)) ==
		    VMS_ANSWER_OK)
			check(pw.pw_uid >= VMS_UID_FLOOR);
		if (vms_nss_fill_group(r, groups[i], &gr, buf,
		    sizeof(buf)) == VMS_ANSWER_OK)
			check(gr.gr_gid >= VMS_GID_FLOOR);
		if (vms_reader_user_by_uid(r, 20000 + (uint32_t)i, rec,
		    &u) == VMS_ANSWER_OK)
			check_user(&u);
	}
}

static void
whole_file(const uint8_t *data, size_t len)
{
	/* Where the header says its size: the right one, so that more files
	 * get past it. */
	const size_t at = VMS_SNAP_HEADER_AT + 32;
	uint8_t size[8] = { 0 };
	struct vms_reader r;
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	check(fd >= 0 && write(fd, data, len) == (ssize_t)len);
	for (size_t i = 0; i < 8; i++)
		size[i] = (uint8_t)((uint64_t)len >> (56 - 8 * i));
	if (len >= at + 8)
		check(pwrite(fd, size, 8, (off_t)at) == 8);
	if (vms_reader_open_fd(&r, fd) != VMS_ANSWER_OK)
		return;
	ask(&r);
	vms_reader_close(&r);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct vms_snap_header h;
	struct vms_snap_user u;
	uint32_t gids[64];

	if (len == 0)
		return 0;
	switch (*data) {
	case 'H':
		vms_snap_get_header(data + 1, len - 1, &h);
		break;
	case 'P':
		if (vms_snap_get_user(data + 1, len - 1, &u) == 0)
			check_user(&u);
		break;
	case 'G':
		one_group(data + 1, len - 1);
		break;
	case 'M':
		if (len / 4 < 64 &&
		    vms_snap_get_gids(data + 1, (len - 1) / 4, gids) == 0)
			for (size_t i = 0; i < (len - 1) / 4; i++)
				check(gids[i] >= VMS_GID_FLOOR);
		break;
	default:
		whole_file(data + 1, len - 1);
	}
	return 0;
}
