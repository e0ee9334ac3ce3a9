/* SPDX-License-Identifier: MIT */
/* `vmsctl report matrix --html`: the page, its file, roles and grants. */
#include "vmsctl/matrix.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "vmsctl/html.h"

void
vms_matrix_cell(struct vms_matrix *x, struct vms_str items)
{
	fputs("<td>", x->f);
	vms_html_list(x->f, items);
	fputs("</td>", x->f);
}

/* --- roles x actions --- */

struct column {
	const struct vms_item *item;
	int64_t rank;
	struct vms_action_set own, all;
};

static int
compare_columns(const void *x, const void *y)
{
	const struct column *a = x, *b = y;

	if (a->rank != b->rank)
		return a->rank > b->rank ? -1 : 1;
	return vms_str_cmp(a->item->ndn, b->item->ndn);
}

static struct column *
find_roles(struct vms_matrix *x, uint32_t *n)
{
	const struct vms_tree *tree = &x->ad->tree;
	struct column *list = vms_admin_alloc(x->ad, (tree->n + 1ul) *
	    sizeof(*list));

	*n = 0;
	for (uint32_t i = 0; i < tree->n; i++) {
		const struct vms_item *it = &tree->items[i];
		struct column *c = &list[*n];
		struct vms_vals v = vms_vals(&it->e, "vmsAction");

		if (!vms_entry_is(&it->e, VMS_STR("vmsRole")))
			continue;
		*c = (struct column){ .item = it, .rank = -1 };
		(void)vms_num_parse(vms_val(&it->e, "vmsRoleRank"), 0, 100,
		    &c->rank);
		for (uint32_t k = 0; k < v.n; k++)
			(void)vms_action_set_add_word(&c->own, v.v[k]);
		vms_role_actions(tree, it->e.dn, &c->all);
		*n += 1;
	}
	if (*n > 0)
		qsort(list, *n, sizeof(*list), compare_columns);
	return list;
}

static struct vms_str
resource_of(int action)
{
	struct vms_str head, tail;

	(void)vms_str_cut(vms_action_get(action)->name, '.', &head, &tail);
	return head;
}

static void
action_row(struct vms_matrix *x, int action, const struct column *list,
    uint32_t n)
{
	fputs("<tr><th scope=\"row\"><code>", x->f);
	vms_html_text(x->f, vms_action_get(action)->name);
	fputs("</code></th>", x->f);
	for (uint32_t i = 0; i < n; i++)
		fprintf(x->f, "<td class=\"tick\">%s</td>",
		    vms_action_set_has(&list[i].own, action) ? "\u25cf" :
		    vms_action_set_has(&list[i].all, action) ? "\u25cb" : "");
	fputs("</tr>\n", x->f);
}

void
vms_matrix_roles(struct vms_matrix *x)
{
	struct vms_str last = { NULL, 0 };
	struct column *list;
	uint32_t n;

	list = find_roles(x, &n);
	fputs("<h2 id=\"roles\">Roles and actions</h2>\n<p>\u25cf the role "
	    "itself, \u25cb inherited from another role.  An owner may do "
	    "everything.</p>\n<div class=\"wide\"><table>\n<thead><tr>"
	    "<th scope=\"col\">action</th>", x->f);
	for (uint32_t i = 0; i < n; i++) {
		fputs("<th scope=\"col\" class=\"tick\">", x->f);
		vms_html_text(x->f, vms_val(&list[i].item->e, "cn"));
		fprintf(x->f, "<br><span class=\"soft\">%" PRId64 "</span>"
		    "</th>", list[i].rank);
	}
	fputs("</tr></thead>\n<tbody>\n", x->f);
	for (int i = 0; i < vms_action_count(); i++) {
		if (!vms_str_eq(last, resource_of(i))) {
			last = resource_of(i);
			fprintf(x->f, "<tr class=\"head\"><th colspan=\"%u\" "
			    "scope=\"rowgroup\">%.*s</th></tr>\n", n + 1,
			    VMS_STR_ARG(last));
		}
		action_row(x, i, list, n);
	}
	fputs("</tbody></table></div>\n", x->f);
}

/* --- grants --- */

static struct vms_str
names_of(struct vms_matrix *x, const struct vms_entry *e, const char *attr,
    const char *scope, const char *word)
{
	struct vms_vals v = vms_vals(e, attr);
	struct vms_str out = { NULL, 0 };

	if (vms_has_val(e, scope, vms_str_of(word)))
		return vms_str_of(word);
	for (uint32_t i = 0; i < v.n; i++)
		out = vms_join(&x->ad->arena, out, '\n', vms_name_of(x->ad,
		    v.v[i]));
	return out;
}

static struct vms_str
values_of(struct vms_matrix *x, const struct vms_entry *e, const char *attr)
{
	struct vms_vals v = vms_vals(e, attr);
	struct vms_str out = { NULL, 0 };

	for (uint32_t i = 0; i < v.n; i++)
		out = vms_join(&x->ad->arena, out, '\n', v.v[i]);
	return out;
}

static void
grant_row(struct vms_matrix *x, const struct vms_item *it)
{
	const struct vms_entry *e = &it->e;
	struct vms_str by = vms_val(e, "vmsReviewBy");

	fputs("<tr><th scope=\"row\">", x->f);
	vms_html_text(x->f, vms_val(e, "cn"));
	fputs("</th>", x->f);
	vms_matrix_cell(x, vms_val(e, "vmsEffect"));
	vms_matrix_cell(x, names_of(x, e, "vmsSubject", "vmsSubjectScope",
	    "everyone"));
	vms_matrix_cell(x, vms_vals(e, "vmsRoleRef").n > 0 ?
	    names_of(x, e, "vmsRoleRef", "-", "-") :
	    values_of(x, e, "vmsAction"));
	vms_matrix_cell(x, names_of(x, e, "vmsTarget", "vmsTargetScope",
	    "all"));
	vms_matrix_cell(x, vms_has_val(e, "vmsCascade", VMS_STR("TRUE")) ?
	    VMS_STR("yes") : VMS_STR(""));
	vms_matrix_cell(x, vms_report_conditions(x->ad, e));
	fprintf(x->f, "<td%s>", vms_report_overdue(by) ? " class=\"bad\"" :
	    "");
	vms_html_text(x->f, vms_report_time(x->ad, by));
	fputs("</td></tr>\n", x->f);
}

void
vms_matrix_grants(struct vms_matrix *x)
{
	const struct vms_tree *tree = &x->ad->tree;

	fputs("<h2 id=\"grants\">Grants</h2>\n<p>The rules behind it all.  A "
	    "denial wins over every allowance.</p>\n<div class=\"wide\">"
	    "<table>\n<thead><tr><th scope=\"col\">grant</th>"
	    "<th scope=\"col\">effect</th><th scope=\"col\">for</th>"
	    "<th scope=\"col\">gives</th><th scope=\"col\">on</th>"
	    "<th scope=\"col\">members too</th><th scope=\"col\">only</th>"
	    "<th scope=\"col\">review by</th></tr></thead>\n<tbody>\n",
	    x->f);
	for (uint32_t i = 0; i < tree->n; i++)
		if (vms_entry_is(&tree->items[i].e,
		    VMS_STR("vmsRoleGrant")) || vms_entry_is(
		    &tree->items[i].e, VMS_STR("vmsActionGrant")))
			grant_row(x, &tree->items[i]);
	fputs("</tbody></table></div>\n", x->f);
}

/* --- the page --- */

static void
fact(FILE *f, const char *what, uint32_t n)
{
	fprintf(f, "<div><dt>%s</dt><dd>%u</dd></div>\n", what, n);
}

static void
put_head(struct vms_matrix *x)
{
	const struct vms_reach *r = &x->r;
	time_t now = time(NULL);
	struct tm tm;
	char text[32] = "";

	if (gmtime_r(&now, &tm) != NULL)
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M UTC", &tm);
	fprintf(x->f, "<p class=\"soft\">%s, ", text);
	vms_html_text(x->f, x->ad->bases.policy);
	fputs(", as seen by ", x->f);
	vms_html_text(x->f, x->ad->me);
	fputs(".  Times, addresses, approvals and disabled accounts are "
	    "named, not applied: the page shows what has been given, not "
	    "what may be done this minute.</p>\n<dl>\n", x->f);
	fact(x->f, "users", r->n_users);
	fact(x->f, "groups of equal access", r->n_classes);
	fact(x->f, "recorders", r->n_things[VMS_KIND_RECORDER]);
	fact(x->f, "cameras", r->n_things[VMS_KIND_CAMERA]);
	fact(x->f, "grants", vms_model_counts(r->m).grants);
	fputs("</dl>\n<nav><a href=\"#roles\">Roles</a>"
	    "<a href=\"#recorders\">Recorders</a>"
	    "<a href=\"#cameras\">Cameras</a><a href=\"#users\">Users</a>"
	    "<a href=\"#grants\">Grants</a></nav>\n", x->f);
	if (r->n_classes > VMS_MATRIX_GROUPS)
		fprintf(x->f, "<p class=\"bad\">Only the first %u groups are "
		    "spelled out; for the rest ask: vmsctl report user "
		    "NAME</p>\n", VMS_MATRIX_GROUPS);
}

/* Users by group: counted, then put in their places. */
static void
sort_members(struct vms_matrix *x)
{
	struct vms_reach *r = &x->r;
	uint32_t *fill = vms_admin_alloc(x->ad, (r->n_classes + 1ul) *
	    sizeof(*fill));

	x->at = vms_admin_alloc(x->ad, (r->n_classes + 1ul) *
	    sizeof(*x->at));
	x->members = vms_admin_alloc(x->ad, (r->n_users + 1ul) *
	    sizeof(*x->members));
	for (uint32_t i = 0; i < r->n_classes; i++)
		x->at[i + 1] = x->at[i] + r->classes[i].n_users;
	memcpy(fill, x->at, r->n_classes * sizeof(*fill));
	for (uint32_t i = 0; i < r->n_users; i++)
		x->members[fill[r->users[i].klass]++] = i;
}

static void
put_page(struct vms_matrix *x)
{
	vms_html_begin(x->f, "Who may do what");
	put_head(x);
	vms_matrix_roles(x);
	vms_matrix_recorders(x);
	vms_matrix_cameras(x);
	vms_matrix_sets(x);
	vms_matrix_users(x);
	vms_matrix_grants(x);
	vms_html_end(x->f);
}

/* Into a new file beside it, then in its place: no half page is ever read. */
static int
write_page(struct vms_matrix *x, const char *path, struct vms_err *err)
{
	const char *temp = vms_cstr(x->ad, vms_say(x->ad, "%s.XXXXXX",
	    path));
	char *name = strdup(temp);
	int fd = name == NULL ? -1 : mkstemp(name), rc = 0;

	x->f = fd < 0 ? NULL : fdopen(fd, "w");
	if (x->f == NULL) {
		rc = vms_fail(err, VMS_E_SYSTEM, "%s: %m", path);
		if (fd >= 0)
			close(fd);
	} else {
		put_page(x);
		rc = ferror(x->f);
		if (fclose(x->f) != 0 || rc != 0 || rename(name, path) != 0)
			rc = vms_fail(err, VMS_E_SYSTEM, "%s: %m", path);
	}
	if (rc != 0 && fd >= 0)
		unlink(name);
	free(name);
	return rc;
}

int
vms_report_matrix(struct vms_admin *ad)
{
	const char *path = vms_args_get(&ad->args, "html");
	struct vms_matrix *x = vms_admin_alloc(ad, sizeof(*x));
	struct vms_err err = { 0 };
	int rc;

	x->ad = ad;
	if (path == NULL)
		return vms_refuse(ad, CTL_USAGE, "usage",
		    "--html FILE: where to write the page");
	rc = vms_report_open(ad, &x->r);
	if (rc != 0)
		return rc;
	sort_members(x);
	if (write_page(x, path, &err) != 0)
		rc = vms_refuse_err(ad, &err);
	vms_reach_close(&x->r);
	return rc;
}
