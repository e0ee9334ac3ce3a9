/* SPDX-License-Identifier: MIT */
/* The words of check and why: see question.h. */
#include "vmsctl/question.h"

#include <getopt.h>
#include <stdio.h>
#include <time.h>

#include "libvms/gtime.h"

int
question_set_action(struct vms_request *rq, struct vms_str word)
{
	struct vms_str head, tail;

	if (vms_str_cut(word, '=', &head, &tail) &&
	    vms_str_eq(head, VMS_STR("service"))) {
		rq->login = true;
		rq->service = tail;
		return tail.len > 0 ? 0 : -1;
	}
	rq->action = word;
	return word.len > 0 ? 0 : -1;
}

int
question_set_resource(struct vms_request *rq, struct vms_str word)
{
	struct vms_str kind;

	if (!vms_str_cut(word, ':', &kind, &rq->resource))
		return -1;
	return vms_kind_parse(kind, &rq->kind);
}

static int
complain(const char *what, const char *word)
{
	fprintf(stderr, "vmsctl: %s: %s\n", word, what);
	return -1;
}

int
question_set_words(struct question *q)
{
	struct vms_str service = q->rq.service;

	if (q->n_words < 2 || q->n_words > 3) {
		fputs("vmsctl: USER and ACTION (or service=NAME) are needed, "
		    "then KIND:NAME or nothing\n", stderr);
		return -1;
	}
	q->rq.user = vms_str_of(q->words[0]);
	if (question_set_action(&q->rq, vms_str_of(q->words[1])) != 0)
		return complain("no action and no service=NAME", q->words[1]);
	if (q->rq.login && service.len > 0)
		return complain("the service is named twice", q->words[1]);
	if (q->n_words == 3 && question_set_resource(&q->rq,
	    vms_str_of(q->words[2])) != 0)
		return complain("no KIND:NAME; kinds are recorder, "
		    "recordergroup, camera, cameragroup, layout",
		    q->words[2]);
	return 0;
}

enum {
	OPT_AT = 256, OPT_APPROVER, OPT_BATCH, OPT_BREAK_GLASS, OPT_FROM,
	OPT_JSON, OPT_LDIF, OPT_ON_USER, OPT_RECORDER, OPT_SERVICE,
	OPT_SOCKET
};

static const struct option options[] = {
	{ "approver", required_argument, NULL, OPT_APPROVER },
	{ "at", required_argument, NULL, OPT_AT },
	{ "batch", required_argument, NULL, OPT_BATCH },
	{ "break-glass", no_argument, NULL, OPT_BREAK_GLASS },
	{ "from", required_argument, NULL, OPT_FROM },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "ldif", required_argument, NULL, OPT_LDIF },
	{ "on-user", required_argument, NULL, OPT_ON_USER },
	{ "recorder", required_argument, NULL, OPT_RECORDER },
	{ "service", required_argument, NULL, OPT_SERVICE },
	{ "socket", required_argument, NULL, OPT_SOCKET },
	{ NULL, 0, NULL, 0 }
};

static int
set_option(struct question *q, int option, char *value)
{
	struct vms_str text = vms_str_of(value);

	switch (option) {
	case OPT_APPROVER:
		q->rq.approver = text;
		return 0;
	case OPT_AT:
		q->has_time = true;
		if (vms_isotime_parse(text, &q->rq.now_s) == 0)
			return 0;
		return complain("no time; write YYYY-MM-DDThh:mmZ", value);
	case OPT_BATCH:
		q->batch = value;
		return 0;
	case OPT_BREAK_GLASS:
		q->rq.break_glass = true;
		return 0;
	case OPT_FROM:
		q->rq.from = vms_from_parse(text);
		return 0;
	case OPT_JSON:
		q->json = true;
		return 0;
	case OPT_LDIF:
		if (q->n_files == QUESTION_FILES_MAX)
			return complain("too many files", value);
		q->files[q->n_files++] = value;
		return 0;
	case OPT_ON_USER:
		q->rq.on_user = text;
		return 0;
	case OPT_RECORDER:
		q->rq.recorder = text;
		return 0;
	case OPT_SERVICE:
		q->rq.service = text;
		return 0;
	case OPT_SOCKET:
		q->socket = value;
		return 0;
	}
	return -1;
}

int
question_parse(int argc, char **argv, struct question *q)
{
	int option;

	*q = (struct question){ 0 };
	q->rq.sessions = -1;
	q->rq.now_s = time(NULL);
	optind = 1;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (set_option(q, option, optarg) != 0)
			return -1;
	q->words = argv + optind;
	q->n_words = argc - optind;
	return 0;
}
