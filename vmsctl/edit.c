/* SPDX-License-Identifier: MIT */
/* --edit: a proposal as text, an editor, and what it left. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vmsctl/estate.h"
#include "vmsctl/user.h"

static void
print_proposal(struct vms_admin *ad, FILE *f, const struct vms_change *ch,
    struct vms_str login)
{
	const struct vms_item *role = vms_pending_role(ad, login);

	fprintf(f, "# user %.*s; empty lines and # are skipped\n",
	    VMS_STR_ARG(login));
	for (const struct vms_field *fd = vms_user_fields; fd->opt != NULL;
	    fd++)
		for (const struct vms_mod *m = ch->mods; !fd->readonly &&
		    m != NULL; m = m->next)
			for (uint32_t i = 0; i < m->n; i++)
				if (vms_str_caseeq(m->attr,
				    vms_str_of(fd->attr)))
					fprintf(f, "%s: %.*s\n", fd->opt,
					    VMS_STR_ARG(vms_field_show(ad,
					    fd, m->vals[i])));
	if (role != NULL)
		fprintf(f, "role: %.*s\n", VMS_STR_ARG(vms_val(&role->e,
		    "cn")));
}

static int
take_line(struct vms_admin *ad, struct vms_change *ch, struct vms_str login,
    struct vms_str opt, struct vms_str value)
{
	const struct vms_field *f = vms_field_find(vms_user_fields, opt);
	const struct vms_item *role;
	int rc;

	if (vms_str_eq(opt, VMS_STR("role"))) {
		role = vms_role_find(ad, vms_cstr(ad, value));
		if (role == NULL)
			return CTL_NO;
		return role == vms_pending_role(ad, login) ? 0 :
		    vms_own_role_set(ad, login, ch->dn, role);
	}
	if (f == NULL || f->readonly)
		return vms_refuse(ad, CTL_USAGE, "usage",
		    "%.*s: no such field", VMS_STR_ARG(opt));
	rc = vms_field_take(ad, f, value, &value);
	if (rc == 0)
		vms_change_value(&ad->changes, ch, VMS_MOD_ADD, f->attr,
		    value);
	return rc;
}

static int
take_edited(struct vms_admin *ad, struct vms_change *ch,
    struct vms_str login, const char *text)
{
	struct vms_str rest = vms_str_of(text), line, opt, value;
	bool more = true;
	int rc = 0;

	for (const struct vms_field *f = vms_user_fields; f->opt != NULL;
	    f++)
		if (!f->readonly)
			vms_change_set(&ad->changes, ch, f->attr,
			    VMS_STR(""));
	while (more && rc == 0) {
		more = vms_str_cut(rest, '\n', &line, &rest);
		line = vms_str_trim(line);
		if (line.len == 0 || line.p[0] == '#')
			continue;
		if (!vms_str_cut(line, ':', &opt, &value))
			rc = vms_refuse(ad, CTL_USAGE, "usage",
			    "%.*s: FIELD: VALUE is expected",
			    VMS_STR_ARG(line));
		else
			rc = take_line(ad, ch, login, vms_str_trim(opt),
			    vms_str_trim(value));
	}
	return rc;
}

static int
run_editor(const char *path)
{
	const char *editor = getenv("VISUAL");
	int status;
	pid_t pid;

	if (editor == NULL || *editor == '\0')
		editor = getenv("EDITOR");
	if (editor == NULL || *editor == '\0')
		editor = "vi";
	pid = fork();
	if (pid == 0) {
		/* The variable is a command line, as everywhere. */
		execl("/bin/sh", "sh", "-c", "exec $0 \"$1\"", editor, path,
		    (char *)NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return -1;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

int
vms_user_edit(struct vms_admin *ad, struct vms_change *ch,
    struct vms_str login)
{
	char path[] = "/tmp/vmsctl.XXXXXX";
	struct vms_err err = { 0 };
	char *text = NULL;
	size_t len;
	int fd, rc;
	FILE *f;

	if (ad->edited == NULL) {
		fd = mkstemp(path);
		f = fd < 0 ? NULL : fdopen(fd, "w");
		if (f == NULL)
			return vms_refuse(ad, CTL_NO, "failed",
			    "%s: cannot be made", path);
		print_proposal(ad, f, ch, login);
		fclose(f);
		rc = run_editor(path) == 0 ? estate_read_file(path, &text,
		    &len, &err) : -1;
		unlink(path);
		if (rc < 0)
			return vms_refuse(ad, CTL_USAGE, "not-confirmed",
			    "the editor failed; nothing was written");
		ad->edited = text;	/* asked once, whatever others do */
	}
	return take_edited(ad, ch, login, ad->edited);
}
