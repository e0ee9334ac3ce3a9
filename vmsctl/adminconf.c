/* SPDX-License-Identifier: MIT */
/* vmsctl.conf: the one file of the directory verbs that knows libconfig. */
#include "vmsctl/adminconf.h"

#include <libconfig.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "libvms/bounds.h"

#define KEY(n, t, lo, hi, h) \
	{ #n, t, offsetof(struct vms_adminconf, n), lo, hi, h }

const struct vms_adminconf_key vms_adminconf_keys[] = {
	KEY(uri, 's', 0, 0, "server; ldapi:/// unless set"),
	KEY(bind_dn, 's', 0, 0, "who you are; unset: ldapi as root"),
	KEY(password_file, 's', 0, 0, "your password, first line; mode 0600"),
	KEY(base, 's', 0, 0, "suffix that holds all of it"),
	KEY(people, 's', 0, 0, "people; ou=people below the base"),
	KEY(groups, 's', 0, 0, "groups; ou=groups below the base"),
	KEY(policy, 's', 0, 0, "the VMS tree; ou=vms below the base"),
	KEY(starttls, 'b', 0, 0, "begin TLS on ldap:// connections"),
	KEY(ca_file, 's', 0, 0, "certificates that the server's leads to"),
	KEY(cert_file, 's', 0, 0, "your certificate"),
	KEY(key_file, 's', 0, 0, "its private key"),
	KEY(tls_priority, 's', 0, 0, "GnuTLS priority string"),
	KEY(transactions, 'b', 0, 0, "false: write one by one, in order"),
	KEY(timeout_s, 'i', 1, 3600, "how long to wait for the server; 30"),
	{ NULL, 0, 0, 0, 0, NULL }
};

static const struct vms_adminconf_key *
find_key(const char *name)
{
	const struct vms_adminconf_key *k = vms_adminconf_keys;

	while (k->name != NULL && strcmp(k->name, name) != 0)
		k++;
	return k->name == NULL ? NULL : k;
}

static int
take(const config_setting_t *s, const char *path, struct vms_arena *a,
    struct vms_adminconf *c, struct vms_err *err)
{
	const char *name = config_setting_name(s);
	const struct vms_adminconf_key *k = find_key(name);
	unsigned int line = config_setting_source_line(s);
	int type = config_setting_type(s);
	const char *text;
	int64_t n;

	if (k == NULL)
		return vms_fail(err, VMS_E_MALFORMED,
		    "%s:%u: %s: no such key", path, line, name);
	switch (k->type) {
	case 's':
		text = type == CONFIG_TYPE_STRING ?
		    config_setting_get_string(s) : NULL;
		if (text == NULL || *text == '\0' ||
		    strlen(text) >= VMS_DN_MAX)
			return vms_fail(err, VMS_E_MALFORMED,
			    "%s:%u: %s: a text in double quotes is expected",
			    path, line, name);
		text = vms_arena_str(a, vms_str_of(text)).p;
		memcpy((char *)c + k->at, &text, sizeof(text));
		return 0;
	case 'b':
		if (type != CONFIG_TYPE_BOOL)
			return vms_fail(err, VMS_E_MALFORMED,
			    "%s:%u: %s: true or false is expected", path,
			    line, name);
		*(bool *)((char *)c + k->at) =
		    config_setting_get_bool(s) == CONFIG_TRUE;
		return 0;
	default:
		n = config_setting_get_int64(s);
		if ((type != CONFIG_TYPE_INT && type != CONFIG_TYPE_INT64) ||
		    n < k->min || n > k->max)
			return vms_fail(err, VMS_E_MALFORMED,
			    "%s:%u: %s: a number from %lld to %lld is "
			    "expected", path, line, name,
			    (long long)k->min, (long long)k->max);
		memcpy((char *)c + k->at, &n, sizeof(n));
		return 0;
	}
}

int
vms_adminconf_read(const char *path, struct vms_arena *a,
    struct vms_adminconf *c, struct vms_err *err)
{
	FILE *f = fopen(path, "re");
	config_setting_t *root;
	config_t conf;
	int rc = 0;

	if (f == NULL && (errno == ENOENT || errno == ENOTDIR ||
	    errno == EACCES))
		return 0;
	if (f == NULL)
		return vms_fail(err, VMS_E_SYSTEM, "%s: %s", path,
		    strerror(errno));
	config_init(&conf);
	if (config_read(&conf, f) != CONFIG_TRUE)
		rc = vms_fail(err, VMS_E_MALFORMED, "%s:%d: %s", path,
		    config_error_line(&conf), config_error_text(&conf));
	root = config_root_setting(&conf);
	for (int i = 0; rc == 0 && i < config_setting_length(root); i++)
		rc = take(config_setting_get_elem(root, (unsigned int)i),
		    path, a, c, err);
	config_destroy(&conf);
	fclose(f);
	return rc;
}
