/* SPDX-License-Identifier: MIT */
/*
 * init: the tree, the policy, the roles of a preset and the first owner, as
 * far as they are not there.  schema print.  completion.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libvms/action.h"
#include "libvms/dn.h"
#include "libvms/ldif.h"
#include "vmsctl/estate.h"
#include "vmsctl/user.h"

/* The suffix that the shipped files are written for. */
#define SHIPPED "dc=example,dc=com"

static const struct vms_opt init_opts[] = {
	{ "preset", 0, "nx|avertx|web", "whose roles and defaults" },
	{ "owner", 0, "NAME", "login of the first owner: admin" },
	{ "new-password-file", 0, "FILE", "his password, first line" },
	{ "schema-dir", 0, "DIR", "where the presets are" },
	{ NULL, 0, NULL, NULL }
};

static const char *
schema_file(struct vms_admin *ad, const char *name)
{
	const char *dir = vms_args_get(&ad->args, "schema-dir");

	return vms_cstr(ad, vms_say(ad, "%s/%s", dir != NULL ? dir :
	    VMS_DATADIR "/ldap_schema", name));
}

/* The text with the site's suffix. */
static char *
with_suffix(struct vms_admin *ad, const char *text, size_t *len)
{
	size_t from = sizeof(SHIPPED) - 1, n = 0;
	const char *at;
	char *out;

	for (at = text; (at = strstr(at, SHIPPED)) != NULL; at += from)
		n++;
	out = vms_admin_alloc(ad, strlen(text) + n * ad->bases.suffix.len +
	    1);
	*len = 0;
	while (*text != '\0') {
		if (strncmp(text, SHIPPED, from) == 0) {
			memcpy(out + *len, ad->bases.suffix.p,
			    ad->bases.suffix.len);
			*len += ad->bases.suffix.len;
			text += from;
		} else {
			out[(*len)++] = *text++;
		}
	}
	return out;
}

/* One entry of the preset, if it is not there yet. */
static int
take_entry(void *arg, const struct vms_entry *e, struct vms_err *err)
{
	struct vms_admin *ad = arg;
	struct vms_change *ch;

	(void)err;
	if (vms_tree_find(&ad->tree, e->dn) != NULL)
		return 0;
	ch = vms_change_new(&ad->changes, VMS_CHANGE_ADD,
	    vms_arena_str(&ad->arena, e->dn));
	for (uint32_t i = 0; i < e->n_attrs; i++)
		for (uint32_t k = 0; k < e->attrs[i].n_vals; k++)
			vms_change_value(&ad->changes, ch, VMS_MOD_ADD,
			    vms_cstr(ad, e->attrs[i].name),
			    vms_arena_str(&ad->arena, e->attrs[i].vals[k]));
	return 0;
}

static int
take_preset(struct vms_admin *ad, const char *preset)
{
	const char *path = schema_file(ad, vms_cstr(ad, vms_say(ad,
	    "preset-%s.ldif", preset)));
	struct vms_err err = { 0 };
	char *text, *mine;
	size_t len;
	int rc;

	if (estate_read_file(path, &text, &len, &err) < 0)
		return vms_refuse(ad, CTL_USAGE, "usage", "%s", err.msg);
	mine = with_suffix(ad, text, &len);
	free(text);
	rc = vms_ldif_parse(path, mine, len, take_entry, ad, &err);
	return rc == 0 ? 0 : vms_refuse_err(ad, &err);
}

static void
make_unit(struct vms_admin *ad, struct vms_str dn)
{
	struct vms_str ndn, type, ou;
	struct vms_change *ch;

	if (vms_tree_find(&ad->tree, dn) != NULL ||
	    vms_dn_normal(dn, &ad->arena, &ndn) < 0 ||
	    !vms_str_has_prefix(ndn, VMS_STR("ou=")) ||
	    vms_dn_first_value(dn, &ad->arena, &type, &ou) < 0)
		return;
	ch = vms_change_new(&ad->changes, VMS_CHANGE_ADD, dn);
	vms_change_set(&ad->changes, ch, "objectClass",
	    VMS_STR("organizationalUnit"));
	vms_change_set(&ad->changes, ch, "ou", ou);
}

static void
make_suffix(struct vms_admin *ad)
{
	struct vms_str dn = ad->bases.suffix, type, dc;
	struct vms_change *ch;

	if (vms_tree_find(&ad->tree, dn) != NULL || vms_dn_first_value(dn,
	    &ad->arena, &type, &dc) < 0 ||
	    !vms_str_caseeq(type, VMS_STR("dc")))
		return;
	ch = vms_change_new(&ad->changes, VMS_CHANGE_ADD, dn);
	vms_change_set(&ad->changes, ch, "objectClass", VMS_STR("dcObject"));
	vms_change_value(&ad->changes, ch, VMS_MOD_ADD, "objectClass",
	    VMS_STR("organization"));
	vms_change_set(&ad->changes, ch, "dc", dc);
	vms_change_set(&ad->changes, ch, "o", dc);
}

/* The owner's role belongs to every preset; nx brings it with its own. */
static struct vms_str
owner_role(struct vms_admin *ad)
{
	struct vms_str dn = vms_dn_of(ad, "role", VMS_STR("nx.owner"));
	struct vms_changes *cs = &ad->changes;
	struct vms_change *ch;

	if (vms_tree_find(&ad->tree, dn) != NULL ||
	    vms_change_find(cs, dn) != NULL)
		return dn;
	ch = vms_change_new(cs, VMS_CHANGE_ADD, dn);
	vms_change_set(cs, ch, "objectClass", VMS_STR("vmsRole"));
	vms_change_set(cs, ch, "cn", VMS_STR("nx.owner"));
	vms_change_set(cs, ch, "vmsRoleRank", VMS_STR("100"));
	vms_change_set(cs, ch, "vmsRoleScope", VMS_STR("all"));
	vms_change_set(cs, ch, "vmsProtected", VMS_STR("TRUE"));
	vms_change_set(cs, ch, "vmsUnixGroup", VMS_STR("vms-owner"));
	vms_change_set(cs, ch, "vmsGidNumber", VMS_STR("71001"));
	for (int i = 0; i < vms_action_count(); i++)
		vms_change_value(cs, ch, VMS_MOD_ADD, "vmsAction",
		    vms_action_get(i)->name);
	return dn;
}

static bool
has_owner(struct vms_admin *ad)
{
	for (uint32_t i = 0; i < ad->tree.n; i++)
		if (vms_entry_is(&ad->tree.items[i].e, VMS_STR("vmsUser")) &&
		    vms_tree_is_owner(&ad->tree, &ad->tree.items[i]))
			return true;
	return false;
}

static int
make_owner(struct vms_admin *ad)
{
	const char *name = vms_args_get(&ad->args, "owner");
	struct vms_str login = vms_str_of(name != NULL ? name : "admin");
	struct vms_str role = owner_role(ad), group;
	struct vms_changes *cs = &ad->changes;
	struct vms_change *ch;
	int rc;

	if (has_owner(ad))
		return 0;
	rc = vms_user_check_new(ad, login);
	if (rc == 0)
		rc = vms_user_password_read(ad);
	if (rc != 0)
		return rc;
	ch = vms_user_entry(ad, login, &rc);
	vms_change_set(cs, ch, "vmsProtected", VMS_STR("TRUE"));
	ad->watch_user = login;
	group = vms_dn_of(ad, "group", VMS_STR("vms-owners"));
	if (vms_tree_find(&ad->tree, group) == NULL) {
		struct vms_str member = ch->dn;

		ch = vms_change_new(cs, VMS_CHANGE_ADD, group);
		vms_change_set(cs, ch, "objectClass",
		    VMS_STR("groupOfNames"));
		vms_change_set(cs, ch, "cn", VMS_STR("vms-owners"));
		vms_change_set(cs, ch, "member", member);
	}
	ch = vms_change_new(cs, VMS_CHANGE_ADD, vms_dn_of(ad, "grant",
	    VMS_STR("owners")));
	vms_change_set(cs, ch, "objectClass", VMS_STR("vmsRoleGrant"));
	vms_change_set(cs, ch, "cn", VMS_STR("owners"));
	vms_change_set(cs, ch, "vmsEffect", VMS_STR("allow"));
	vms_change_set(cs, ch, "vmsSubjectScope", VMS_STR("listed"));
	vms_change_set(cs, ch, "vmsSubject", group);
	vms_change_set(cs, ch, "vmsRoleRef", role);
	vms_change_set(cs, ch, "vmsTargetScope", VMS_STR("all"));
	vms_change_set(cs, ch, "vmsCondition", VMS_STR("none"));
	return rc;
}

static int
init(struct vms_admin *ad)
{
	const char *preset = vms_args_get(&ad->args, "preset");
	struct vms_err err = { 0 };
	int rc;

	if (preset == NULL || (strcmp(preset, "nx") != 0 &&
	    strcmp(preset, "avertx") != 0 && strcmp(preset, "web") != 0))
		return vms_refuse(ad, CTL_USAGE, "usage",
		    "--preset nx, avertx or web is expected");
	vms_tree_init(&ad->tree, &ad->arena, &ad->bases);
	if (vms_dir_search(ad->dir, ad->bases.suffix, "(objectClass=*)",
	    vms_tree_add, &ad->tree, &err) != 0)
		return vms_refuse_err(ad, &err);
	make_suffix(ad);
	make_unit(ad, ad->bases.people);
	make_unit(ad, ad->bases.groups);
	rc = take_preset(ad, preset);
	if (rc == 0)
		rc = make_owner(ad);
	ad->note = ad->changes.n == 0 ? VMS_STR("all of it is there") :
	    vms_say(ad, "made %u entries", ad->changes.n);
	return rc;
}

static const struct vms_opt schema_opts[] = {
	{ "for", 0, "openldap|cn-config", "which form" },
	{ "schema-dir", 0, "DIR", "where the files are" },
	{ NULL, 0, NULL, NULL }
};

static int
schema_print(struct vms_admin *ad)
{
	const char *form = vms_args_get(&ad->args, "for");
	struct vms_err err = { 0 };
	char *text;
	size_t len;

	if (form == NULL || (strcmp(form, "openldap") != 0 &&
	    strcmp(form, "cn-config") != 0))
		return vms_refuse(ad, CTL_USAGE, "usage",
		    "--for openldap or cn-config is expected");
	if (estate_read_file(schema_file(ad, strcmp(form, "openldap") == 0 ?
	    "vms.schema" : "vms.ldif"), &text, &len, &err) < 0)
		return vms_refuse(ad, CTL_NO, "failed", "%s", err.msg);
	fwrite(text, 1, len, stdout);
	free(text);
	return 0;
}

static int
completion(struct vms_admin *ad)
{
	(void)ad;
	vms_admin_completion(stdout);
	return 0;
}

const struct vms_cmd vms_init_cmds[] = {
	{ .noun = "init", .args = "",
	    .help = "make tree, policy, roles and the first owner",
	    .opts = init_opts, .run = init, .writes = true, .bare = true },
	{ .noun = "schema", .verb = "print", .args = "",
	    .help = "the schema, for a server", .opts = schema_opts,
	    .run = schema_print, .alone = true },
	{ .noun = "completion", .args = "",
	    .help = "print a bash completion", .run = completion,
	    .alone = true },
	{ .noun = NULL }
};
