/* SPDX-License-Identifier: MIT */
/* The verbs that ask this host's vmsd and show a table. */
#include <getopt.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libvms/bounds.h"
#include "libvms/decide.h"
#include "vmsctl/ask.h"
#include "vmsctl/show.h"
#include "vmsctl/vmsctl.h"

struct local {
	bool json, can;
	const char *socket;	/* NULL: the usual one */
	char *const *words;
	int n_words;
};

/* Options may stand anywhere.  -1 after a message. */
static int
parse(int argc, char **argv, struct local *l, bool has_can)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "socket", required_argument, NULL, 's' },
		{ "can", no_argument, NULL, 'c' },
		{ NULL, 0, NULL, 0 }
	};
	int option;

	*l = (struct local){ 0 };
	optind = 1;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'j')
			l->json = true;
		else if (option == 's')
			l->socket = optarg;
		else if (option == 'c' && has_can)
			l->can = true;
		else
			return -1;
	}
	l->words = argv + optind;
	l->n_words = argc - optind;
	return 0;
}

static struct vms_str
word(const struct local *l, int i)
{
	return i < l->n_words ? vms_str_of(l->words[i]) : VMS_STR("");
}

/* Ask with one word, print the table.  *n_rows may be NULL. */
static int
ask_word(const struct local *l, enum vms_msg type, struct vms_str text,
    uint32_t *n_rows)
{
	struct vms_message m = { .type = type, .u.word_req = { text } };
	struct vms_reply rep;
	int rc = ask(l->socket, &m, &rep);

	if (rc != CTL_OK)
		return rc;
	if (show(&rep.msg.u.table_rep, l->json) != 0)
		rc = CTL_NO;
	if (n_rows != NULL)
		*n_rows = rep.msg.u.table_rep.n_rows;
	vms_reply_fini(&rep);
	return rc;
}

/* Verbs that take a user or nothing. */
static int
user_verb(const struct ctl_verb *verb, int argc, char **argv,
    enum vms_msg type)
{
	struct local l;

	if (parse(argc, argv, &l, false) != 0 || l.n_words > 1)
		return ctl_usage(verb);
	return ask_word(&l, type, word(&l, 0), NULL);
}

int
ctl_status(const struct ctl_verb *verb, int argc, char **argv)
{
	return user_verb(verb, argc, argv, VMS_Q_STATUS);
}

int
ctl_sessions(const struct ctl_verb *verb, int argc, char **argv)
{
	return user_verb(verb, argc, argv, VMS_Q_SESSIONS);
}

/* For sshd's AuthorizedKeysCommand: one key a line, and no key is no error. */
int
ctl_keys(const struct ctl_verb *verb, int argc, char **argv)
{
	struct local l;

	if (parse(argc, argv, &l, false) != 0 || l.n_words != 1)
		return ctl_usage(verb);
	return ask_word(&l, VMS_Q_KEYS, word(&l, 0), NULL);
}

int
ctl_sync(const struct ctl_verb *verb, int argc, char **argv)
{
	static const char *const known[] = { "refresh", "accept", "reject",
	    "clock" };
	char adopt[VMS_NAME_MAX];
	struct local l;
	int n;

	if (parse(argc, argv, &l, false) != 0 || l.n_words < 1)
		return ctl_usage(verb);
	if (strcmp(l.words[0], "adopt") == 0 && l.n_words == 2) {
		n = snprintf(adopt, sizeof(adopt), "adopt %s", l.words[1]);
		return n >= (int)sizeof(adopt) ? ctl_usage(verb) :
		    ask_word(&l, VMS_Q_SYNC, vms_str_of(adopt), NULL);
	}
	if (l.n_words != 1)
		return ctl_usage(verb);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(l.words[0], known[i]) == 0)
			return ask_word(&l, VMS_Q_SYNC, word(&l, 0), NULL);
	fprintf(stderr, "vmsctl: %s: no such word\n", l.words[0]);
	return ctl_usage(verb);
}

int
lint_daemon(const char *socket, bool json)
{
	struct local l = { .json = json, .socket = socket };
	uint32_t n = 0;
	int rc = ask_word(&l, VMS_Q_LINT, VMS_STR(""), &n);

	return rc == CTL_OK && n > 0 ? CTL_FINDINGS : rc;
}

/* "cameras" and "camera"; -1 if there is no such kind. */
static int
kind_of(struct vms_str text, enum vms_kind *kind)
{
	if (text.len > 0 && text.p[text.len - 1] == 's')
		text.len--;
	return vms_kind_parse(text, kind);
}

static int
ask_list(const struct local *l, enum vms_kind kind, struct vms_str user,
    struct vms_reply *rep)
{
	struct vms_message m = { .type = VMS_Q_LIST, .u.check_req = {
		.user = user, .kind = vms_str_of(vms_kind_name(kind)) } };

	return ask(l->socket, &m, rep);
}

/* Who asks, by name; empty if NSS does not know. */
static struct vms_str
myself(void)
{
	struct passwd *pw = getpwuid(getuid());

	return vms_str_of(pw == NULL ? NULL : pw->pw_name);
}

int
ctl_list(const struct ctl_verb *verb, int argc, char **argv)
{
	struct vms_reply rep;
	enum vms_kind kind;
	struct local l;
	int rc;

	if (parse(argc, argv, &l, false) != 0 || l.n_words < 1 ||
	    l.n_words > 2)
		return ctl_usage(verb);
	if (kind_of(word(&l, 0), &kind) != 0) {
		fprintf(stderr, "vmsctl: %s: no such kind; there are "
		    "recorders, recordergroups, cameras, cameragroups and "
		    "layouts\n", l.words[0]);
		return ctl_usage(verb);
	}
	rc = ask_list(&l, kind, l.n_words > 1 ? word(&l, 1) : myself(), &rep);
	if (rc != CTL_OK)
		return rc;
	if (show(&rep.msg.u.table_rep, l.json) != 0)
		rc = CTL_NO;
	vms_reply_fini(&rep);
	return rc;
}

/* What the asker may use, kind by kind.  A group of recorders is no more than
 * its recorders. */
static const enum vms_kind can_kinds[] = { VMS_KIND_RECORDER,
    VMS_KIND_CAMERA, VMS_KIND_CAMERAGROUP, VMS_KIND_LAYOUT };
#define N_CAN (sizeof(can_kinds) / sizeof(can_kinds[0]))

static int
print_can(const struct vms_table_rep *who, const struct vms_reply *can,
    bool json)
{
	struct out_json j = { .f = stdout };
	char name[32];
	int r = 0;

	if (!json)
		r = show(who, false);
	else
		out_open(&j, NULL, '{');
	if (json && who->n_rows > 0)
		show_json_cells(&j, &who->rows[0]);
	if (json)
		out_open(&j, "can", '{');
	for (size_t i = 0; i < N_CAN && r == 0; i++) {
		snprintf(name, sizeof(name), "%ss",
		    vms_kind_name(can_kinds[i]));
		if (json) {
			show_json(&j, name, &can[i].msg.u.table_rep);
			continue;
		}
		printf("\n%s:\n", name);
		r = show(&can[i].msg.u.table_rep, false);
	}
	if (json) {
		out_close(&j, '}');
		out_close(&j, '}');
		fputc('\n', stdout);
	}
	return r == 0 ? CTL_OK : CTL_NO;
}

int
ctl_whoami(const struct ctl_verb *verb, int argc, char **argv)
{
	struct vms_message m = { .type = VMS_Q_WHOAMI };
	struct vms_reply who = { 0 }, can[N_CAN] = { 0 };
	struct local l;
	int rc;

	if (parse(argc, argv, &l, true) != 0 || l.n_words > 0)
		return ctl_usage(verb);
	if (!l.can)
		return ask_word(&l, VMS_Q_WHOAMI, VMS_STR(""), NULL);
	rc = ask(l.socket, &m, &who);
	for (size_t i = 0; i < N_CAN && rc == CTL_OK; i++)
		rc = ask_list(&l, can_kinds[i], myself(), &can[i]);
	if (rc == CTL_OK)
		rc = print_can(&who.msg.u.table_rep, can, l.json);
	vms_reply_fini(&who);
	for (size_t i = 0; i < N_CAN; i++)
		vms_reply_fini(&can[i]);
	return rc;
}
