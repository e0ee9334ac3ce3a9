/* SPDX-License-Identifier: MIT */
/* PAM services: see service.h. */
#include "libvms/service.h"

#include "libvms/action.h"

#define ROW(name, action, klass) \
	{ { name, sizeof(name) - 1 }, { action, sizeof(action) - 1 }, \
	    VMS_CLASS_##klass }

static const struct vms_service defaults[] = {
	ROW("sshd", "login.shell", REMOTE),
	ROW("vms-web", "login.web", REMOTE),
	ROW("vms-client", "login.client", REMOTE),
	ROW("vms-api", "login.api", REMOTE),
	ROW("login", "login.console", CONSOLE),
	ROW("gdm-password", "login.console", CONSOLE),
	ROW("lightdm", "login.console", CONSOLE),
	ROW("sddm", "login.console", CONSOLE),
	ROW("xdm", "login.console", CONSOLE),
	ROW("su", "login.shell", INNER),
	ROW("su-l", "login.shell", INNER),
	ROW("sudo", "login.shell", INNER),
	ROW("sudo-i", "login.shell", INNER),
	ROW("runuser", "login.shell", INNER),
	ROW("runuser-l", "login.shell", INNER),
	ROW("polkit-1", "login.shell", INNER),
	ROW("cron", "login.shell", BATCH),
	ROW("crond", "login.shell", BATCH),
	ROW("atd", "login.shell", BATCH),
	ROW("systemd-user", "login.shell", BATCH),
	ROW("passwd", "password.change-own", SELF),
};

static const char *const class_names[] = {
	[VMS_CLASS_NONE] = "none",
	[VMS_CLASS_REMOTE] = "remote",
	[VMS_CLASS_CONSOLE] = "console",
	[VMS_CLASS_INNER] = "inner",
	[VMS_CLASS_BATCH] = "batch",
	[VMS_CLASS_SELF] = "self",
};

const struct vms_service *
vms_service_find(const struct vms_services *t, struct vms_str name)
{
	/* A later line of the configuration wins over an earlier one. */
	for (size_t i = t == NULL ? 0 : t->n_extra; i > 0; i--)
		if (vms_str_eq(t->extra[i - 1].name, name))
			return &t->extra[i - 1];
	for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++)
		if (vms_str_eq(defaults[i].name, name))
			return &defaults[i];
	return NULL;
}

int
vms_service_parse(struct vms_str text, struct vms_service *out,
    struct vms_err *err)
{
	struct vms_str action, klass;
	int index;

	*out = (struct vms_service){ 0 };
	text = vms_str_trim(text);
	vms_str_cut(text, ' ', &action, &klass);
	klass = vms_str_trim(klass);
	index = vms_action_find(action);
	if (index < 0 || (vms_action_get(index)->klass != VMS_ACTION_LOGIN &&
	    vms_action_get(index)->klass != VMS_ACTION_SELF))
		return vms_fail(err, VMS_E_MALFORMED,
		    "\"%.*s\" is neither a login.* action nor a right of "
		    "one's own", VMS_STR_ARG(action));
	for (int i = VMS_CLASS_REMOTE; i <= VMS_CLASS_SELF; i++) {
		if (!vms_str_eq(klass, vms_str_of(class_names[i])))
			continue;
		out->action = vms_action_get(index)->name;
		out->klass = (enum vms_class)i;
		return 0;
	}
	return vms_fail(err, VMS_E_MALFORMED,
	    "class \"%.*s\" is none of remote, console, inner, batch, self",
	    VMS_STR_ARG(klass));
}

const char *
vms_class_name(enum vms_class klass)
{
	if ((unsigned int)klass > VMS_CLASS_SELF)
		return "none";
	return class_names[klass];
}
