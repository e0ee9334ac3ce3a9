/* SPDX-License-Identifier: MIT */
/*
 * `vmsctl import FILE.csv`: many users at once.
 *
 * The whole file is read and checked first; a line that is wrong is named, and
 * then nothing is written (--skip-bad: the others are).  Each user is one
 * transaction.  Users who are there as the file says are passed over, so that
 * the same command goes on where it was stopped.
 */
#include "vmsctl/import.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libvms/dn.h"
#include "libvms/name.h"
#include "vmsctl/csv.h"
#include "vmsctl/estate.h"
#include "vmsctl/rules.h"

#define ROWS_MAX 200000

struct import {
	struct vms_admin *ad;
	const char *path;
	struct vms_csv csv;
	uint32_t columns[VMS_CSV_FIELDS_MAX];	/* of the file's fields */
	uint32_t n_columns;
	struct vms_import_row *rows;
	uint32_t n, cap, bad, there, done;
	int64_t next_uid;
	struct vms_tree named;		/* DNs that something refers to */
	struct vms_tree seen;		/* DNs of the lines before */
};

/* Say from which line what follows is. */
static void
at_line(struct import *im, uint64_t line)
{
	im->ad->where = line == 0 ? NULL : vms_cstr(im->ad, vms_say(im->ad,
	    "%s:%" PRIu64, im->path, line));
}

/* --- reading --- */

static int
read_header(struct import *im)
{
	struct vms_csv *c = &im->csv;
	const struct vms_field *f;
	const char *name;
	bool login = false;

	at_line(im, c->at);
	for (uint32_t i = 0; i < c->n_fields; i++) {
		struct vms_str want = vms_str_trim(c->fields[i]);
		uint32_t k = 0;

		while ((name = vms_import_column(k, &f)) != NULL &&
		    !vms_str_caseeq(want, vms_str_of(name)))
			k++;
		if (name == NULL)
			return vms_refuse(im->ad, CTL_USAGE, "usage",
			    "there is no column \"%.*s\"",
			    VMS_STR_ARG(want));
		for (uint32_t j = 0; j < i; j++)
			if (im->columns[j] == k)
				return vms_refuse(im->ad, CTL_USAGE, "usage",
				    "two columns \"%.*s\"",
				    VMS_STR_ARG(want));
		login = login || k == 0;
		im->columns[i] = k;
	}
	im->n_columns = c->n_fields;
	return login ? 0 : vms_refuse(im->ad, CTL_USAGE, "usage",
	    "a column \"%s\" is needed", VMS_COL_LOGIN);
}

static struct vms_import_row *
new_row(struct import *im)
{
	if (im->n == im->cap) {
		uint32_t cap = im->cap == 0 ? 64 : im->cap * 2;
		struct vms_import_row *rows = vms_admin_alloc(im->ad,
		    cap * sizeof(*rows));

		if (im->n > 0)
			memcpy(rows, im->rows, im->n * sizeof(*rows));
		im->rows = rows;
		im->cap = cap;
	}
	im->rows[im->n] = (struct vms_import_row){ .line = im->csv.at };
	return &im->rows[im->n++];
}

/* The cells of a record; 0 or an exit code. */
static int
read_row(struct import *im)
{
	struct vms_csv *c = &im->csv;
	struct vms_import_row *row;

	at_line(im, c->at);
	if (c->n_fields != im->n_columns)
		return vms_refuse(im->ad, CTL_USAGE, "usage",
		    "%u fields, the first line has %u", c->n_fields,
		    im->n_columns);
	if (im->n >= ROWS_MAX)
		return vms_refuse(im->ad, CTL_USAGE, "usage",
		    "more than %d users", ROWS_MAX);
	row = new_row(im);
	for (uint32_t i = 0; i < c->n_fields; i++) {
		row->cells[im->columns[i]] = vms_str_trim(c->fields[i]);
		row->given[im->columns[i]] = true;
	}
	return 0;
}

/* --- checking --- */

/* Every DN that an entry refers to, once: a new user must not inherit. */
static void
collect_named(struct import *im)
{
	static const char *const attrs[] = { "member", "vmsSubject",
	    "vmsOwner", "vmsParentUser", "vmsApproverRef", "vmsRequester",
	    "vmsApprover" };
	const struct vms_tree *tree = &im->ad->tree;

	vms_tree_init(&im->named, &im->ad->arena, &im->ad->bases);
	vms_tree_init(&im->seen, &im->ad->arena, &im->ad->bases);
	for (uint32_t i = 0; i < tree->n; i++)
		for (size_t k = 0; k < sizeof(attrs) / sizeof(attrs[0]);
		    k++) {
			struct vms_vals v = vms_vals(&tree->items[i].e,
			    attrs[k]);

			for (uint32_t j = 0; j < v.n; j++) {
				struct vms_entry e = { .dn = v.v[j] };

				if (vms_tree_find(&im->named, e.dn) == NULL)
					(void)vms_tree_add(&im->named, &e,
					    NULL);
			}
		}
}

static int64_t
highest_uid(const struct vms_tree *tree)
{
	int64_t best = 9999, n;

	for (uint32_t i = 0; i < tree->n; i++)
		if (vms_num_parse(vms_val(&tree->items[i].e, "uidNumber"), 0,
		    2000000000, &n) == 0 && n > best)
			best = n;
	return best;
}

static int
check_row(struct import *im, struct vms_import_row *row)
{
	struct vms_admin *ad = im->ad;
	struct vms_str login = row->cells[0];
	struct vms_str dn = vms_dn_of(ad, "user", login);
	const char *differs;
	int rc;

	if (login.len == 0)
		return vms_refuse(ad, CTL_USAGE, "usage", "no login");
	if (vms_tree_find(&im->seen, dn) != NULL)
		return vms_refuse(ad, CTL_INCONSISTENT, "exists",
		    "%.*s stands in the file twice", VMS_STR_ARG(login));
	(void)vms_tree_add(&im->seen, &(struct vms_entry){ .dn = dn }, NULL);
	row->there = vms_import_is_there(ad, row, &differs);
	if (row->there)
		return 0;
	if (differs != NULL)
		return vms_refuse(ad, CTL_INCONSISTENT, "exists",
		    "%.*s is there, with another %s", VMS_STR_ARG(login),
		    differs);
	rc = vms_user_check_name(ad, login);
	if (rc != 0)
		return rc;
	if (vms_tree_find(&im->named, dn) != NULL)
		return vms_refuse(ad, CTL_INCONSISTENT,
		    "dn-still-referenced", "%.*s would inherit from a former "
		    "user; see vmsctl lint", VMS_STR_ARG(login));
	return vms_import_make(ad, row, ++im->next_uid);
}

/* All lines; complaints go on to the next one. */
static int
read_all(struct import *im, char *bytes, size_t len)
{
	struct vms_err err = { 0 };
	int got;

	vms_csv_init(&im->csv, im->path, bytes, len);
	got = vms_csv_next(&im->csv, &err);
	if (got == 1 && read_header(im) != 0)
		return CTL_USAGE;
	while (got == 1 && (got = vms_csv_next(&im->csv, &err)) == 1)
		im->bad += read_row(im) != 0;
	if (got < 0) {
		fprintf(stderr, "%s\n", err.msg);
		return CTL_USAGE;
	}
	for (uint32_t i = 0; i < im->n; i++) {
		struct vms_import_row *row = &im->rows[i];

		at_line(im, row->line);
		if (check_row(im, row) != 0) {
			im->bad++;
			row->there = true;	/* no part of the rest */
		} else {
			im->there += row->there;
		}
	}
	at_line(im, 0);
	return 0;
}

/* --- writing --- */

static void
join_changes(struct import *im)
{
	struct vms_changes *all = &im->ad->changes;

	*all = (struct vms_changes){ .arena = &im->ad->arena };
	for (uint32_t i = 0; i < im->n; i++) {
		struct vms_changes *one = &im->rows[i].changes;

		if (im->rows[i].there || one->first == NULL)
			continue;
		if (all->last != NULL)
			all->last->next = one->first;
		else
			all->first = one->first;
		all->last = one->last;
		all->n += one->n;
	}
}

/* Each user's own list again. */
static void
part_changes(struct import *im)
{
	for (uint32_t i = 0; i < im->n; i++)
		if (im->rows[i].changes.last != NULL)
			im->rows[i].changes.last->next = NULL;
}

static void
progress(const struct import *im, uint32_t i)
{
	int width = 40, full;

	if (!isatty(STDERR_FILENO) || im->n == 0)
		return;
	full = (int)((uint64_t)i * (uint64_t)width / im->n);
	fprintf(stderr, "\r[%.*s%*s] %u/%u", full,
	    "########################################", width - full, "", i,
	    im->n);
	if (i == im->n)
		fputs("\r\033[K", stderr);
	fflush(stderr);
}

/* 0; -1 to read all again; or an exit code. */
static int
write_all(struct import *im)
{
	struct vms_admin *ad = im->ad;

	for (uint32_t i = 0; i < im->n; i++) {
		struct vms_import_row *row = &im->rows[i];

		progress(im, i);
		if (row->there)
			continue;
		at_line(im, row->line);
		ad->changes = row->changes;
		switch (vms_changes_commit(ad)) {
		case VMS_COMMIT_DONE:
			im->done++;
			break;
		case VMS_COMMIT_AGAIN:
			return -1;
		case VMS_COMMIT_FAILED:
			fprintf(stderr, "vmsctl: %u users were written; the "
			    "same command goes on from there\n", im->done);
			return ad->exit;
		}
	}
	progress(im, im->n);
	at_line(im, 0);
	return 0;
}

static int
check_and_write(struct import *im)
{
	struct vms_admin *ad = im->ad;
	int rc;

	if (im->bad > 0 && !vms_args_has(&ad->args, "skip-bad")) {
		fprintf(stderr, "vmsctl: %u lines are wrong; nothing was "
		    "written\n", im->bad);
		return CTL_NO;
	}
	join_changes(im);
	rc = vms_rules_check(ad);
	if (rc != 0)
		return rc;
	if (ad->dry_run)
		vms_changes_ldif(stdout, &ad->changes);
	part_changes(im);
	if (ad->dry_run)
		return 0;
	return write_all(im);
}

static int
may_import(struct vms_admin *ad)
{
	static const char *const actions[] = { "user.create",
	    "user.assign-role", "user.assign-access",
	    "user.assign-ip-pool" };
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(actions) /
	    sizeof(actions[0]); i++)
		rc = vms_may(ad, actions[i], NULL,
		    (struct vms_str){ NULL, 0 });
	return rc;
}

static int
run_import(struct vms_admin *ad)
{
	struct import im = { .ad = ad, .path = ad->args.words[0] };
	struct vms_err err = { 0 };
	char *bytes = NULL;
	size_t len;
	int rc = may_import(ad);

	if (rc != 0)
		return rc;
	if (estate_read_file(im.path, &bytes, &len, &err) != 0)
		return vms_refuse(ad, CTL_USAGE, "usage", "%s", err.msg);
	im.next_uid = highest_uid(&ad->tree);
	collect_named(&im);
	rc = read_all(&im, bytes, len);
	if (rc == 0)
		rc = check_and_write(&im);
	ad->where = NULL;
	free(bytes);
	if (rc == 0 && !ad->json && !ad->dry_run)
		fprintf(stderr, "vmsctl: %u users written, %u there already, "
		    "%u lines wrong\n", im.done, im.there, im.bad);
	return rc == 0 && im.bad > 0 ? CTL_NO : rc;
}

static const struct vms_opt import_opts[] = {
	{ "skip-bad", 0, NULL, "write the good lines though others are "
	    "wrong" },
	{ NULL, 0, NULL, NULL }
};

const struct vms_cmd vms_import_cmds[] = {
	{ .noun = "import", .args = "FILE.csv", .help = "make the users of a "
	    "table; run again, it goes on where it stopped",
	    .opts = import_opts, .min = 1, .max = 1, .run = run_import },
	{ .noun = NULL }
};
