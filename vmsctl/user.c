/* SPDX-License-Identifier: MIT */
/* user add, show, list, set, disable, enable, delete, invite. */
#include "vmsctl/user.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libvms/dn.h"
#include "libvms/name.h"
#include "vmsctl/object.h"
#include "vmsctl/rules.h"
#include "vmsctl/browse.h"

#define FIRST_UID 10000
#define LAST_UID 2000000000

const struct vms_item *
vms_user_for(struct vms_admin *ad, const char *action, int *rc)
{
	const struct vms_item *it = vms_find(ad, "user", ad->args.words[0]);

	*rc = CTL_NO;
	if (it == NULL)
		return NULL;
	ad->watch_user = vms_val(&it->e, "uid");
	*rc = vms_may(ad, action, "user", ad->watch_user);
	return *rc == 0 ? it : NULL;
}

/* Whether a file of name:… lines has the name; local accounts win. */
static bool
is_local(struct vms_str login)
{
	FILE *f = fopen("/etc/passwd", "re");
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	bool found = false;

	while (f != NULL && !found && (n = getline(&line, &cap, f)) > 0) {
		struct vms_str name, rest;

		(void)vms_str_cut((struct vms_str){ line, (size_t)n }, ':',
		    &name, &rest);
		found = vms_str_caseeq(name, login);
	}
	free(line);
	if (f != NULL)
		fclose(f);
	return found;
}

int
vms_user_check_name(struct vms_admin *ad, struct vms_str login)
{
	if (!vms_name_is_login(login))
		return vms_refuse(ad, CTL_USAGE, "name-invalid",
		    "%.*s: letters, digits and ._- are expected, 32 at most",
		    VMS_STR_ARG(login));
	if (vms_name_is_privileged(login) || is_local(login))
		return vms_refuse(ad, CTL_INCONSISTENT, "name-reserved",
		    "%.*s is a local account, or stands for one",
		    VMS_STR_ARG(login));
	if (vms_tree_named(&ad->tree, VMS_STR("posixAccount"),
	    VMS_STR("uid"), login) != NULL || vms_tree_named(&ad->tree,
	    VMS_STR("vmsUser"), VMS_STR("uid"), login) != NULL)
		return vms_refuse(ad, CTL_INCONSISTENT, "exists",
		    "there is a user %.*s already", VMS_STR_ARG(login));
	return 0;
}

int
vms_user_check_new(struct vms_admin *ad, struct vms_str login)
{
	struct vms_str dn, ndn;
	int rc = vms_user_check_name(ad, login);

	if (rc != 0)
		return rc;
	dn = vms_dn_of(ad, "user", login);
	if (vms_dn_normal(dn, &ad->arena, &ndn) < 0)
		return CTL_NO;
	for (uint32_t i = 0; i < ad->tree.n; i++) {
		static const char *const attrs[] = { "member", "vmsSubject",
		    "vmsOwner", "vmsParentUser", "vmsApproverRef",
		    "vmsRequester", "vmsApprover" };
		const struct vms_entry *e = &ad->tree.items[i].e;

		for (size_t k = 0; k < sizeof(attrs) / sizeof(attrs[0]); k++)
			if (vms_names_dn(&ad->tree, e, attrs[k], ndn))
				return vms_refuse(ad, CTL_INCONSISTENT,
				    "dn-still-referenced", "%.*s would "
				    "inherit from a former user: %.*s "
				    "still names him", VMS_STR_ARG(login),
				    VMS_STR_ARG(e->dn));
	}
	return 0;
}

/* One above the highest; the counter of the tree keeps two from taking it. */
static int64_t
free_uid(struct vms_admin *ad)
{
	int64_t best = FIRST_UID - 1, n;

	for (uint32_t i = 0; i < ad->tree.n; i++)
		if (vms_num_parse(vms_val(&ad->tree.items[i].e,
		    "uidNumber"), 0, LAST_UID - 1, &n) == 0 && n > best)
			best = n;
	return best + 1;
}

static bool
is_ascii(struct vms_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] < ' ' || s.p[i] == 127 || s.p[i] == ':')
			return false;
	return true;
}

static struct vms_str
option_or(struct vms_admin *ad, const char *name, struct vms_str other)
{
	const char *s = vms_args_get(&ad->args, name);

	return s != NULL && *s != '\0' ? vms_str_of(s) : other;
}

static void
set_posix(struct vms_admin *ad, struct vms_change *ch, struct vms_str login)
{
	struct vms_changes *cs = &ad->changes;
	struct vms_str first = option_or(ad, "first-name", VMS_STR(""));
	struct vms_str last = option_or(ad, "last-name", login);
	struct vms_str cn = first.len == 0 ? last : vms_say(ad, "%.*s %.*s",
	    VMS_STR_ARG(first), VMS_STR_ARG(last));

	vms_change_set(cs, ch, "cn", cn);
	vms_change_set(cs, ch, "sn", last);
	if (is_ascii(cn))
		vms_change_set(cs, ch, "gecos", cn);
	vms_change_set(cs, ch, "uidNumber", vms_args_has(&ad->args,
	    "uid-number") ? option_or(ad, "uid-number", VMS_STR("")) :
	    vms_say(ad, "%lld", (long long)free_uid(ad)));
	vms_change_set(cs, ch, "gidNumber", option_or(ad, "gid-number",
	    VMS_STR("100")));
	vms_change_set(cs, ch, "homeDirectory", option_or(ad, "home",
	    vms_say(ad, "/home/%.*s", VMS_STR_ARG(login))));
	vms_change_set(cs, ch, "loginShell", option_or(ad, "shell",
	    VMS_STR("/bin/bash")));
}

struct vms_change *
vms_user_entry(struct vms_admin *ad, struct vms_str login, int *rc)
{
	struct vms_changes *cs = &ad->changes;
	struct vms_change *ch = vms_change_new(cs, VMS_CHANGE_ADD,
	    vms_dn_of(ad, "user", login));
	int64_t n;

	vms_change_set(cs, ch, "objectClass", VMS_STR("inetOrgPerson"));
	vms_change_value(cs, ch, VMS_MOD_ADD, "objectClass",
	    VMS_STR("posixAccount"));
	vms_change_value(cs, ch, VMS_MOD_ADD, "objectClass",
	    VMS_STR("vmsUser"));
	vms_change_set(cs, ch, "uid", login);
	*rc = vms_fields_apply(ad, vms_user_fields, ch);
	set_posix(ad, ch, login);
	if (vms_args_has(&ad->args, "uid-number") && vms_num_parse(
	    vms_str_of(vms_args_get(&ad->args, "uid-number")), 1000,
	    LAST_UID, &n) < 0)
		*rc = vms_refuse(ad, CTL_USAGE, "usage",
		    "--uid-number: a number from 1000 on is expected");
	vms_change_set(cs, ch, "vmsAccountState", VMS_STR("enabled"));
	vms_change_set(cs, ch, "vmsIpMode", vms_args_get(&ad->args, "pool")
	    != NULL && *vms_args_get(&ad->args, "pool") != '\0' ?
	    VMS_STR("pool") : VMS_STR("any"));
	return ch;
}

/* The rights that the parts of the command need, each. */
int
vms_user_may(struct vms_admin *ad, const char *first, struct vms_str login)
{
	static const struct {
		const char *option, *action;
	} parts[] = {
		{ "role", "user.assign-role" },
		{ "access", "user.assign-access" },
		{ "pool", "user.assign-ip-pool" },
	};
	int rc = vms_may(ad, first, "user", login);

	for (size_t i = 0; rc == 0 && i < sizeof(parts) / sizeof(parts[0]);
	    i++)
		if (vms_args_has(&ad->args, parts[i].option))
			rc = vms_may(ad, parts[i].action, "user", login);
	return rc;
}

const struct vms_opt vms_user_add_opts[] = {
	{ "role", 0, "ROLE", "admin, viewer, …: one of vmsctl role list" },
	{ "access", 0, "KIND:NAME", "recorder, camera, layout … he may use" },
	{ "with-members", 0, NULL, "groups of --access with all in them" },
	{ "add-cameras", 0, NULL, "of layouts and groups of --access, too" },
	{ "new-password-file", 0, "FILE", "his password, first line" },
	{ "no-password", 0, NULL, "none: he cannot log in by password" },
	{ "uid-number", 0, "N", "the next free one" },
	{ "gid-number", 0, "N", "100" },
	{ "home", 0, "DIR", "/home/NAME" },
	{ "shell", 0, "FILE", "/bin/bash" },
	{ NULL, 0, NULL, NULL }
};

int
vms_user_give(struct vms_admin *ad, struct vms_str login, struct vms_str dn)
{
	const char *name = vms_args_get(&ad->args, "role");
	const struct vms_item *role;
	int rc;

	if (name == NULL)
		return vms_args_has(&ad->args, "access") ? vms_refuse(ad,
		    CTL_USAGE, "usage", "--access needs --role") : 0;
	role = vms_role_find(ad, name);
	if (role == NULL)
		return CTL_NO;
	rc = vms_own_role_set(ad, login, dn, role);
	for (int i = 0; rc == 0 && i < ad->args.n_given; i++)
		if (strcmp(ad->args.given[i].name, "access") == 0)
			rc = vms_own_target_add(ad, login, dn, role,
			    ad->args.given[i].value,
			    vms_args_has(&ad->args, "with-members"));
	if (rc == 0 && vms_args_has(&ad->args, "add-cameras"))
		rc = vms_own_add_cameras(ad, login, dn, role);
	return rc;
}

static int
user_add(struct vms_admin *ad)
{
	struct vms_str login = vms_str_of(ad->args.words[0]);
	struct vms_change *ch;
	int rc = vms_user_may(ad, "user.create", login);

	if (rc == 0)
		rc = vms_user_check_new(ad, login);
	if (rc != 0)
		return rc;
	rc = vms_user_password_read(ad);
	if (rc != 0)
		return rc;
	ch = vms_user_entry(ad, login, &rc);
	if (rc == 0)
		rc = vms_user_give(ad, login, ch->dn);
	ad->watch_user = login;
	ad->note = vms_say(ad, "added user %.*s", VMS_STR_ARG(login));
	return rc;
}

/* A parent who may not list everybody sees his own sub-users. */
static bool
is_mine(struct vms_admin *ad, const struct vms_item *it)
{
	return vms_names_dn(&ad->tree, &it->e, "vmsParentUser",
	    ad->actor->ndn);
}

static bool
is_parent(struct vms_admin *ad)
{
	for (uint32_t i = 0; ad->actor != NULL && i < ad->tree.n; i++)
		if (is_mine(ad, &ad->tree.items[i]))
			return true;
	return false;
}

static bool
holds_list(struct vms_admin *ad)
{
	struct vms_action_set set = { { 0 } };

	if (ad->actor == NULL || vms_tree_is_owner(&ad->tree, ad->actor))
		return true;
	vms_actions_of(&ad->tree, ad->actor->ndn, &set);
	return vms_action_set_has(&set, vms_action_find(
	    VMS_STR("user.list")));
}

static int
user_list(struct vms_admin *ad)
{
	const struct vms_noun *noun = vms_noun_find(VMS_STR("user"));
	int rc;

	if (!holds_list(ad) && is_parent(ad))
		return vms_show_list(ad, noun, is_mine);
	rc = vms_may(ad, "user.list", NULL, (struct vms_str){ NULL, 0 });
	return rc != 0 ? rc : vms_show_list(ad, noun, NULL);
}

static int
user_show(struct vms_admin *ad)
{
	const struct vms_item *it;
	int rc;

	it = vms_user_for(ad, "user.view", &rc);
	if (it == NULL)
		return rc;
	vms_show_entry(ad, vms_noun_find(VMS_STR("user")), it);
	for (uint32_t i = 0; !ad->json && i < ad->tree.n; i++) {
		const struct vms_entry *e = &ad->tree.items[i].e;

		if (!vms_is_a(e, VMS_STR("vmsGrant")) ||
		    !vms_grant_reaches(&ad->tree, e, it->ndn))
			continue;
		printf("grant: ");
		out_text(stdout, vms_val(e, "cn"));
		putchar('\n');
	}
	return 0;
}

static int
user_set(struct vms_admin *ad)
{
	const struct vms_item *it;
	struct vms_change *ch;
	const char *pool = vms_args_get(&ad->args, "pool");
	struct vms_str first, last;
	int rc;

	it = vms_user_for(ad, "user.edit", &rc);
	if (it != NULL)
		rc = vms_user_may(ad, "user.edit", ad->watch_user);
	if (it == NULL || rc != 0)
		return rc;
	ch = vms_change_of(&ad->changes, it);
	rc = vms_object_edit(ad, vms_user_fields, ch);
	if (pool != NULL)
		vms_change_set(&ad->changes, ch, "vmsIpMode", *pool != '\0' ?
		    VMS_STR("pool") : VMS_STR("any"));
	if (vms_args_has(&ad->args, "first-name") ||
	    vms_args_has(&ad->args, "last-name")) {
		first = option_or(ad, "first-name", vms_val(&it->e,
		    "givenName"));
		last = option_or(ad, "last-name", vms_val(&it->e, "sn"));
		vms_change_set(&ad->changes, ch, "cn", first.len == 0 ?
		    last : vms_say(ad, "%.*s %.*s", VMS_STR_ARG(first),
		    VMS_STR_ARG(last)));
	}
	if (rc == 0 && vms_change_is_empty(ch))
		return vms_refuse(ad, CTL_USAGE, "usage", "nothing to set");
	ad->note = vms_say(ad, "changed user %.*s",
	    VMS_STR_ARG(ad->watch_user));
	return rc;
}

static int
set_state(struct vms_admin *ad, const char *action, const char *state)
{
	const struct vms_item *it;
	struct vms_change *ch;
	int rc;

	it = vms_user_for(ad, action, &rc);
	if (it == NULL)
		return rc;
	ad->note = vms_say(ad, "%s user %.*s", state,
	    VMS_STR_ARG(ad->watch_user));
	if (vms_has_val(&it->e, "vmsAccountState", vms_str_of(state)))
		return 0;
	ch = vms_change_of(&ad->changes, it);
	vms_change_set(&ad->changes, ch, "vmsAccountState",
	    vms_str_of(state));
	return 0;
}

static int
user_disable(struct vms_admin *ad)
{
	return set_state(ad, "user.disable", "disabled");
}

static int
user_enable(struct vms_admin *ad)
{
	return set_state(ad, "user.enable", "enabled");
}

const struct vms_cmd vms_user_cmds[] = {
	{ .noun = "user", .verb = "add", .args = "NAME",
	    .help = "make a user, his role and his access",
	    .opts = vms_user_add_opts, .fields = vms_user_fields, .min = 1,
	    .max = 1, .run = user_add, .writes = true },
	{ .noun = "user", .verb = "list", .args = "",
	    .help = "users; your sub-users where you may see no others",
	    .run = user_list },
	{ .noun = "user", .verb = "show", .args = "NAME",
	    .help = "profile of a user, and the grants that reach him",
	    .min = 1, .max = 1, .run = user_show },
	{ .noun = "user", .verb = "set", .args = "NAME",
	    .help = "change the profile; an empty value clears",
	    .fields = vms_user_fields, .min = 1, .max = 1, .run = user_set,
	    .writes = true },
	{ .noun = "user", .verb = "disable", .args = "NAME",
	    .help = "no login, no decision, sessions end; all is kept",
	    .min = 1, .max = 1, .run = user_disable, .writes = true },
	{ .noun = "user", .verb = "enable", .args = "NAME",
	    .help = "as it was before", .min = 1, .max = 1,
	    .run = user_enable, .writes = true },
	{ .noun = NULL }
};
