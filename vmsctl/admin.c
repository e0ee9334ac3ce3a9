/* SPDX-License-Identifier: MIT */
/*
 * One run of one directory verb: options and files, the connection, the
 * estate, the verb, the rules, the question, the write, and all of it again
 * when somebody else wrote meanwhile.
 */
#include "vmsctl/admin.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "libvms/dn.h"
#include "vmsctl/rules.h"

/* Readings after which somebody else still was first. */
#define TRIES 12

static const struct vms_cmd *const tables[] = {
	vms_init_cmds, vms_user_cmds, vms_access_cmds, vms_userrole_cmds,
	vms_duplicate_cmds, vms_invite_cmds, vms_passwd_cmds, vms_grant_cmds,
	vms_role_cmds, vms_object_cmds, vms_policy_cmds, vms_license_cmds,
	vms_gc_cmds, vms_recorder_report_cmds, vms_lint_cmds, vms_report_cmds,
	vms_import_cmds, vms_export_cmds, NULL
};

bool
vms_admin_knows(const char *noun)
{
	for (size_t i = 0; tables[i] != NULL; i++)
		for (const struct vms_cmd *c = tables[i]; c->noun != NULL;
		    c++)
			if (strcmp(c->noun, noun) == 0)
				return true;
	return false;
}

void
vms_admin_help(FILE *f, const char *noun)
{
	vms_args_help(f, tables, noun);
}

void
vms_admin_completion(FILE *f)
{
	vms_args_completion(f, tables);
}

/* --- settings --- */

static int
read_conf(struct vms_arena *a, struct vms_adminconf *c, struct vms_err *err)
{
	const char *home = getenv("HOME");
	char path[VMS_PATH_MAX];
	int n;

	c->timeout_s = 30;
	c->transactions = true;
	if (vms_adminconf_read(VMS_SYSCONFDIR "/vmsctl.conf", a, c, err) < 0)
		return -1;
	n = home == NULL ? -1 : snprintf(path, sizeof(path),
	    "%s/.config/vms/vmsctl.conf", home);
	if (n > 0 && (size_t)n < sizeof(path))
		return vms_adminconf_read(path, a, c, err);
	return 0;
}

static int
read_options(struct vms_admin *ad, struct vms_err *err)
{
	struct vms_adminconf *c = &ad->conf;
	const struct {
		const char *name, **at;
	} texts[] = {
		{ "uri", &c->uri }, { "bind-dn", &c->bind_dn },
		{ "password-file", &c->password_file }, { "base", &c->base },
		{ "ca-file", &c->ca_file }, { "cert-file", &c->cert_file },
		{ "key-file", &c->key_file }
	};
	const char *s = vms_args_get(&ad->args, "timeout");

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (vms_args_has(&ad->args, texts[i].name))
			*texts[i].at = vms_args_get(&ad->args,
			    texts[i].name);
	if (s != NULL && vms_num_parse(vms_str_of(s), 1, 3600,
	    &c->timeout_s) < 0)
		return vms_fail(err, VMS_E_MALFORMED,
		    "--timeout: a number from 1 to 3600 is expected");
	if (c->uri == NULL)
		c->uri = "ldapi:///";
	c->starttls |= vms_args_has(&ad->args, "starttls");
	ad->json = vms_args_has(&ad->args, "json");
	ad->yes = vms_args_has(&ad->args, "yes");
	ad->dry_run = vms_args_has(&ad->args, "dry-run");
	return 0;
}

static struct vms_str
base_of(struct vms_arena *a, const char *set, const char *rdn,
    struct vms_str suffix)
{
	char text[VMS_DN_MAX];
	int n;

	if (set != NULL)
		return vms_str_of(set);
	n = snprintf(text, sizeof(text), "%s,%.*s", rdn,
	    VMS_STR_ARG(suffix));
	if (n < 0 || (size_t)n >= sizeof(text))
		return (struct vms_str){ NULL, 0 };
	return vms_arena_str(a, vms_str_of(text));
}

static int
find_bases(struct vms_admin *ad, struct vms_arena *keep, struct vms_err *err)
{
	struct vms_bases *b = &ad->bases;

	b->suffix = ad->conf.base != NULL ? vms_str_of(ad->conf.base) :
	    vms_dir_suffix(ad->dir);
	if (b->suffix.len == 0)
		return vms_fail(err, VMS_E_MALFORMED,
		    "the server has several suffixes: say which (--base)");
	b->people = base_of(keep, ad->conf.people, "ou=people", b->suffix);
	b->groups = base_of(keep, ad->conf.groups, "ou=groups", b->suffix);
	b->policy = base_of(keep, ad->conf.policy, "ou=vms", b->suffix);
	return 0;
}

static int
open_dir(struct vms_admin *ad, struct vms_arena *keep, struct vms_err *err)
{
	const struct vms_adminconf *c = &ad->conf;
	const struct vms_dir_opts o = {
		.uri = c->uri, .bind_dn = c->bind_dn, .ca_file = c->ca_file,
		.cert_file = c->cert_file, .key_file = c->key_file,
		.tls_priority = c->tls_priority, .starttls = c->starttls,
		.timeout_s = c->timeout_s
	};
	struct vms_password pw = { 0 };
	int rc = 0;

	if (c->bind_dn != NULL && c->password_file != NULL)
		rc = vms_password_read(c->password_file, &pw, err);
	else if (c->bind_dn != NULL)
		rc = vms_password_ask("Password: ", &pw, err);
	if (rc == 0 && pw.given && pw.text[0] == '\0')
		rc = vms_fail(err, VMS_E_DENIED, "the password is empty");
	if (rc == 0)
		rc = vms_dir_open(&o, pw.given ? pw.text : NULL, &ad->dir,
		    err);
	vms_password_wipe(&pw);
	if (rc == 0)
		rc = find_bases(ad, keep, err);
	return rc;
}

/* --- one try --- */

static int
read_tree(struct vms_admin *ad, struct vms_err *err)
{
	const struct vms_bases *b = &ad->bases;
	struct vms_tree *t = &ad->tree;

	vms_tree_init(t, &ad->arena, b);
	/* The counter first: what is read after it is not older. */
	if (vms_dir_read(ad->dir, vms_say(ad, "cn=serial,%.*s",
	    VMS_STR_ARG(b->policy)), vms_tree_add, t, err) != 0)
		return -1;
	if (vms_dir_search(ad->dir, b->people,
	    "(|(objectClass=person)(objectClass=posixAccount)"
	    "(objectClass=vmsUser))", vms_tree_add, t, err) != 0 ||
	    vms_dir_search(ad->dir, b->groups, "(|(objectClass=groupOfNames)"
	    "(objectClass=posixGroup))", vms_tree_add, t, err) != 0 ||
	    vms_dir_search(ad->dir, b->policy, "(objectClass=*)",
	    vms_tree_add, t, err) != 0)
		return -1;
	if (vms_dn_normal(vms_dir_me(ad->dir), &ad->arena, &ad->me) < 0)
		ad->me = vms_dir_me(ad->dir);
	ad->actor = vms_tree_find(t, vms_dir_me(ad->dir));
	return 0;
}

/* A server that shows no policy lets you see nothing of it. */
static bool
sees_policy(const struct vms_admin *ad)
{
	return vms_tree_named(&ad->tree, VMS_STR("vmsPolicy"),
	    VMS_STR("cn"), VMS_STR("policy")) != NULL;
}

static int
ask(struct vms_admin *ad)
{
	const char *what = vms_cstr(ad, vms_say(ad,
	    "%.*s: %u entries will be written.  Go on?",
	    VMS_STR_ARG(ad->note), ad->changes.n));
	int answer;

	if (!ad->args.cmd->sensitive || ad->yes)
		return 0;
	answer = vms_confirm(what);
	if (answer < 0)
		return vms_refuse(ad, CTL_USAGE, "not-confirmed",
		    "this asks for --yes where there is no terminal");
	if (answer == 0)
		return vms_refuse(ad, CTL_USAGE, "not-confirmed",
		    "nothing was changed");
	ad->yes = true;		/* not again after changed-meanwhile */
	return 0;
}

static void
say_done(struct vms_admin *ad)
{
	struct out_json j = { stdout, false };

	if (ad->json) {
		out_open(&j, NULL, '{');
		out_str(&j, "result", VMS_STR("done"));
		out_str(&j, "text", ad->note);
		out_num(&j, "changes", ad->changes.n);
		out_close(&j, '}');
		putchar('\n');
	} else if (isatty(STDOUT_FILENO) && ad->note.len > 0) {
		out_text(stdout, ad->note);
		putchar('\n');
	}
}

/* -1: again. */
static int
try_once(struct vms_admin *ad)
{
	const struct vms_cmd *c = ad->args.cmd;
	struct vms_err err = { 0 };
	int rc;

	if (!c->bare && !c->alone && read_tree(ad, &err) < 0)
		return vms_refuse_err(ad, &err);
	if (!c->bare && !c->alone && !sees_policy(ad))
		return vms_refuse(ad, CTL_NOT_PERMITTED, "no-grant",
		    "%.*s may not see the estate below %.*s",
		    VMS_STR_ARG(ad->me), VMS_STR_ARG(ad->bases.policy));
	rc = c->run(ad);
	if (rc != 0 || !c->writes)
		return rc;
	rc = vms_rules_check(ad);
	if (rc != 0)
		return rc;
	if (ad->dry_run) {
		vms_changes_ldif(stdout, &ad->changes);
		return CTL_OK;
	}
	rc = ask(ad);
	if (rc != 0)
		return rc;
	switch (vms_changes_commit(ad)) {
	case VMS_COMMIT_DONE:
		rc = ad->after != NULL ? ad->after(ad) : 0;
		if (rc == 0)
			say_done(ad);
		return rc;
	case VMS_COMMIT_AGAIN:
		return -1;
	case VMS_COMMIT_FAILED:
		return ad->exit;
	}
	return CTL_NO;
}

static void
forget_try(struct vms_admin *ad)
{
	vms_model_free(ad->model);
	ad->model = NULL;
	vms_arena_reset(&ad->arena);
	ad->changes = (struct vms_changes){ .arena = &ad->arena };
	ad->watch_user = ad->note = (struct vms_str){ NULL, 0 };
	ad->actor = NULL;
	ad->after = NULL;
	ad->allow_partial = false;
}

static int
run(struct vms_admin *ad)
{
	for (int i = 0; i < TRIES; i++) {
		int rc;

		forget_try(ad);
		rc = try_once(ad);
		if (rc >= 0)
			return rc;
		/* Others write too: not all of us at once again. */
		usleep((useconds_t)(random() % (20000 * (i + 1))));
	}
	return vms_refuse(ad, CTL_NO, "changed-meanwhile",
	    "others kept writing; nothing was changed");
}

static void
make_request_id(struct vms_admin *ad)
{
	uint64_t n = (uint64_t)getpid();

	if (getrandom(&n, sizeof(n), 0) != sizeof(n))
		n ^= (uint64_t)(uintptr_t)ad;
	srandom((unsigned int)n);
	snprintf(ad->request, sizeof(ad->request), "%016llx",
	    (unsigned long long)n);
}

/* Whether the noun is a command by itself. */
static bool
stands_alone(const char *noun)
{
	for (size_t i = 0; tables[i] != NULL; i++)
		for (const struct vms_cmd *c = tables[i]; c->noun != NULL;
		    c++)
			if (c->verb == NULL && strcmp(c->noun, noun) == 0)
				return true;
	return false;
}

int
vms_admin_main(int argc, char **argv)
{
	struct vms_admin *ad = calloc(1, sizeof(*ad));
	struct vms_arena keep = { 0 };
	struct vms_err err = { 0 };
	int rc;

	if (ad == NULL)
		return CTL_NO;
	ad->changes.arena = &ad->arena;
	if (argc == 1 && !stands_alone(argv[0])) {
		vms_admin_help(stderr, argv[0]);
		free(ad);
		return CTL_USAGE;
	}
	if (argc > 1 && (strcmp(argv[1], "--help") == 0 ||
	    strcmp(argv[1], "-h") == 0)) {
		vms_admin_help(stdout, argv[0]);
		free(ad);
		return CTL_OK;
	}
	if (vms_args_parse(tables, argc, argv, &ad->args, &err) < 0) {
		rc = vms_refuse(ad, CTL_USAGE, "usage", "%s", err.msg);
	} else if (vms_args_has(&ad->args, "help")) {
		vms_admin_help(stdout, argv[0]);
		rc = CTL_OK;
	} else {
		make_request_id(ad);
		rc = 0;
		if (read_conf(&keep, &ad->conf, &err) < 0 ||
		    read_options(ad, &err) < 0 || (!ad->args.cmd->alone &&
		    open_dir(ad, &keep, &err) < 0))
			rc = vms_refuse_err(ad, &err);
		else
			rc = run(ad);
	}
	vms_dir_close(ad->dir);
	vms_model_free(ad->model);
	vms_zones_free(ad->zones);
	vms_password_wipe(&ad->new_password);
	vms_arena_fini(&ad->arena);
	vms_arena_fini(&keep);
	free(ad->edited);
	free(ad);
	return rc;
}
