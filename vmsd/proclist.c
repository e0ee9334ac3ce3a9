/* SPDX-License-Identifier: MIT */
/* All processes: see proclist.h. */
#include "vmsd/proclist.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "libvms/str.h"

static int
add(struct vms_proclist *l, const struct vms_proc *p)
{
	if (l->n == l->cap) {
		size_t cap = l->cap == 0 ? 256 : l->cap * 2;
		struct vms_proc *v = reallocarray(l->v, cap, sizeof(*v));

		if (v == NULL)
			return -1;
		l->v = v;
		l->cap = cap;
	}
	l->v[l->n++] = *p;
	return 0;
}

static int
compare(const void *a, const void *b)
{
	const struct vms_proc *p = a, *q = b;

	return (p->info.pid > q->info.pid) - (p->info.pid < q->info.pid);
}

int
vms_proclist_read(struct vms_proclist *l, struct vms_err *err)
{
	DIR *d = opendir("/proc");
	struct dirent *e;
	int r = 0;

	l->n = 0;
	if (d == NULL)
		return vms_fail(err, VMS_E_SYSTEM, "/proc: %s",
		    strerror(errno));
	while (r == 0 && (e = readdir(d)) != NULL) {
		struct vms_proc p;
		int64_t pid;

		/* Those that end while we look are not there. */
		if (vms_num_parse(vms_str_of(e->d_name), 1, INT32_MAX,
		    &pid) == 0 &&
		    vms_procinfo_read((uint32_t)pid, &p.info) == 0 &&
		    !p.info.dead &&
		    vms_procinfo_uid((uint32_t)pid, &p.uid) == 0)
			r = add(l, &p);
	}
	closedir(d);
	if (r == -1)
		return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	if (l->n > 0)
		qsort(l->v, l->n, sizeof(*l->v), compare);
	return 0;
}

void
vms_proclist_fini(struct vms_proclist *l)
{
	free(l->v);
	*l = (struct vms_proclist){ 0 };
}

const struct vms_proc *
vms_proclist_find(const struct vms_proclist *l, uint32_t pid)
{
	const struct vms_proc key = { .info = { .pid = pid } };

	return l->n == 0 ? NULL :
	    bsearch(&key, l->v, l->n, sizeof(*l->v), compare);
}

bool
vms_proclist_has_uid(const struct vms_proclist *l, uint32_t uid)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].uid == uid)
			return true;
	return false;
}
