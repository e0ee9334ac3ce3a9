/* SPDX-License-Identifier: MIT */
/* The page of `vmsctl report matrix`: recorders, cameras and users, by groups
 * of equal access. */
#include "vmsctl/matrix.h"

#include <string.h>

#include "vmsctl/html.h"

/* More recorders than this are a list, not columns. */
#define COLUMNS_MAX 24
/* A longer list of cameras is printed once, at the end. */
#define INLINE_MAX 12
/* Names in a heading; all of them stand in the list of users. */
#define NAMES_MAX 40

static uint32_t
n_groups(const struct vms_matrix *x)
{
	return x->r.n_classes < VMS_MATRIX_GROUPS ? x->r.n_classes :
	    VMS_MATRIX_GROUPS;
}

void
vms_matrix_names(struct vms_matrix *x, uint32_t group, uint32_t max)
{
	uint32_t n = x->r.classes[group].n_users;

	for (uint32_t i = 0; i < n && i < max; i++) {
		if (i > 0)
			fputs(", ", x->f);
		vms_html_text(x->f, x->r.users[x->members[x->at[group] +
		    i]].name);
	}
	if (n > max)
		fprintf(x->f, " <span class=\"soft\">and %u more</span>",
		    n - max);
}

static void
put_group(struct vms_matrix *x, uint32_t group, uint32_t max)
{
	fprintf(x->f, "<a href=\"#g%u\">%u</a> ", group + 1, group + 1);
	vms_matrix_names(x, group, max);
}

/* --- users x recorders --- */

static void
recorder_columns(struct vms_matrix *x, const struct vms_peers *c)
{
	for (uint32_t i = 0; i < x->r.n_things[VMS_KIND_RECORDER]; i++)
		vms_matrix_cell(x, vms_reach_logins(&x->r, c,
		    x->r.things[VMS_KIND_RECORDER][i], '\n'));
}

static void
recorder_list(struct vms_matrix *x, const struct vms_peers *c)
{
	bool first = true;

	fputs("<td>", x->f);
	for (uint32_t i = 0; i < x->r.n_things[VMS_KIND_RECORDER]; i++) {
		struct vms_str name = x->r.things[VMS_KIND_RECORDER][i];
		struct vms_str may = vms_reach_logins(&x->r, c, name, ' ');

		if (may.len == 0)
			continue;
		fputs(first ? "" : "; ", x->f);
		first = false;
		vms_html_text(x->f, name);
		fputs(" <span class=\"soft\">", x->f);
		vms_html_text(x->f, may);
		fputs("</span>", x->f);
	}
	fputs("</td>", x->f);
}

void
vms_matrix_recorders(struct vms_matrix *x)
{
	uint32_t n = x->r.n_things[VMS_KIND_RECORDER];

	fputs("<h2 id=\"recorders\">Users and recorders</h2>\n<p>How each may "
	    "log in.  Users who have been given the same share a row.</p>\n"
	    "<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\">"
	    "users</th>", x->f);
	for (uint32_t i = 0; i < n && n <= COLUMNS_MAX; i++) {
		fputs("<th scope=\"col\">", x->f);
		vms_html_text(x->f, x->r.things[VMS_KIND_RECORDER][i]);
		fputs("</th>", x->f);
	}
	if (n > COLUMNS_MAX)
		fputs("<th scope=\"col\">recorders</th>", x->f);
	fputs("</tr></thead>\n<tbody>\n", x->f);
	for (uint32_t g = 0; g < n_groups(x); g++) {
		fputs("<tr><th scope=\"row\" class=\"row\">", x->f);
		put_group(x, g, NAMES_MAX);
		fputs("</th>", x->f);
		if (n <= COLUMNS_MAX)
			recorder_columns(x, &x->r.classes[g]);
		else
			recorder_list(x, &x->r.classes[g]);
		fputs("</tr>\n", x->f);
	}
	fputs("</tbody></table></div>\n", x->f);
}

/* --- cameras and why --- */

/* Cameras of which the same grants of a group speak. */
struct bundle {
	const uint32_t *why;
	uint32_t n_why, first, n;
	struct vms_str names;
};

static bool
same_why(const struct bundle *b, const uint32_t *why, uint32_t n)
{
	return b->n_why == n && (n == 0 || memcmp(b->why, why,
	    n * sizeof(*why)) == 0);
}

/* Put every camera into its bundle; returns how many there are. */
static uint32_t
bundle_cameras(struct vms_matrix *x, const struct vms_peers *c,
    struct bundle *list, struct vms_arena *work)
{
	const struct vms_str *cameras = x->r.things[VMS_KIND_CAMERA];
	uint32_t n = 0, k;

	for (uint32_t i = 0; i < x->r.n_things[VMS_KIND_CAMERA]; i++) {
		const uint32_t *why;
		uint32_t n_why;

		vms_arena_reset(&x->r.scratch);
		if (vms_review_why(x->r.m, c->grants, c->n_grants,
		    (struct vms_str){ NULL, 0 }, VMS_KIND_CAMERA, cameras[i],
		    &x->r.scratch, &why, &n_why, NULL) != 0)
			continue;
		for (k = 0; k < n && !same_why(&list[k], why, n_why); k++)
			;
		if (k == n)
			list[n++] = (struct bundle){ vms_arena_dup(work, why,
			    n_why, sizeof(*why)), n_why, i, 0, { NULL, 0 } };
		list[k].n++;
		list[k].names = vms_join(work, list[k].names, '\n',
		    cameras[i]);
	}
	return n;
}

/* The number of a list of cameras, the same for the same list. */
static uint32_t
set_of(struct vms_matrix *x, const struct bundle *b)
{
	uint32_t h = 2166136261u, i, *slot;

	for (size_t k = 0; k < b->names.len; k++)
		h = (h ^ (uint8_t)b->names.p[k]) * 16777619u;
	slot = &x->slots[h % (sizeof(x->slots) / sizeof(x->slots[0]))];
	for (i = *slot; i != 0; i = x->sets[i - 1].next)
		if (vms_str_eq(x->sets[i - 1].names, b->names))
			return i;
	if (x->n_sets == x->cap_sets) {
		uint32_t cap = x->cap_sets == 0 ? 64 : x->cap_sets * 2;
		struct vms_matrix_set *more = vms_admin_alloc(x->ad,
		    cap * sizeof(*more));

		if (x->n_sets > 0)
			memcpy(more, x->sets, x->n_sets * sizeof(*more));
		x->sets = more;
		x->cap_sets = cap;
	}
	x->sets[x->n_sets++] = (struct vms_matrix_set){
		vms_arena_str(&x->ad->arena, b->names), b->n, *slot };
	return *slot = x->n_sets;
}

/* "live.view, ptz.*": a resource of which all is allowed is one word. */
static struct vms_str
shorten(struct vms_arena *a, struct vms_str may)
{
	struct vms_str out = { NULL, 0 }, one, res, verb, name, mine, rest;

	while (may.len > 0) {
		bool whole = true, seen = false;

		(void)vms_str_cut(may, '\n', &one, &may);
		(void)vms_str_cut(one, '.', &res, &verb);
		for (int i = 0; i < vms_action_count(); i++) {
			bool has = false;

			name = vms_action_get(i)->name;
			(void)vms_str_cut(name, '.', &mine, &verb);
			if (vms_action_get(i)->scope != VMS_SCOPE_CAMERA ||
			    !vms_str_eq(mine, res) || vms_str_eq(name, one))
				continue;
			seen = true;
			for (rest = may; rest.len > 0 && !has;) {
				(void)vms_str_cut(rest, '\n', &mine, &rest);
				has = vms_str_eq(mine, name);
			}
			whole = whole && has;
		}
		if (!whole || !seen) {
			out = vms_join(a, out, '\n', one);
			continue;
		}
		verb = vms_join(a, res, '.', VMS_STR("*"));
		out = vms_join(a, out, '\n', verb);
		/* Its other verbs follow it in the vocabulary. */
		for (rest = may; rest.len > 0; may = rest) {
			(void)vms_str_cut(rest, '\n', &one, &rest);
			(void)vms_str_cut(one, '.', &mine, &verb);
			if (!vms_str_eq(mine, res))
				break;
		}
	}
	return out;
}

static void
put_bundle(struct vms_matrix *x, const struct vms_peers *c,
    const struct bundle *b)
{
	struct vms_str camera = x->r.things[VMS_KIND_CAMERA][b->first];
	struct vms_str may, allow = { NULL, 0 }, deny = { NULL, 0 };

	may = vms_reach_actions(&x->r, c, VMS_SCOPE_CAMERA, VMS_KIND_CAMERA,
	    camera, '\n');
	for (uint32_t i = 0; i < b->n_why; i++) {
		struct vms_grant_view g = vms_review_grant(x->r.m,
		    b->why[i]);

		*(g.allow ? &allow : &deny) = vms_join(x->r.arena,
		    g.allow ? allow : deny, '\n', g.name);
	}
	if (c->owner)		/* no denial binds him */
		deny = (struct vms_str){ NULL, 0 };
	if (may.len == 0 && deny.len == 0)
		return;
	fputs("<tr><td class=\"row\">", x->f);
	if (b->n == x->r.n_things[VMS_KIND_CAMERA] && b->n > 1)
		fprintf(x->f, "all %u cameras", b->n);
	else if (b->n > INLINE_MAX)
		fprintf(x->f, "<a href=\"#s%u\">list %u: %u cameras</a>",
		    set_of(x, b), set_of(x, b), b->n);
	else
		vms_html_list(x->f, b->names);
	fputs("</td>", x->f);
	vms_matrix_cell(x, shorten(x->r.arena, may));
	vms_matrix_cell(x, allow.len == 0 && c->owner ? VMS_STR("owner") :
	    allow);
	vms_matrix_cell(x, deny);
	fputs("</tr>\n", x->f);
}

void
vms_matrix_cameras(struct vms_matrix *x)
{
	struct bundle *list = vms_admin_alloc(x->ad,
	    (x->r.n_things[VMS_KIND_CAMERA] + 1ul) * sizeof(*list));
	struct vms_arena work = { 0 };

	fputs("<h2 id=\"cameras\">Users, cameras and why</h2>\n<p>For each "
	    "group of users the cameras, what may be done with them, and the "
	    "grants that say so.</p>\n", x->f);
	for (uint32_t g = 0; g < n_groups(x); g++) {
		const struct vms_peers *c = &x->r.classes[g];
		uint32_t n;

		vms_arena_reset(&work);
		n = bundle_cameras(x, c, list, &work);
		fprintf(x->f, "<h3 id=\"g%u\">%u. ", g + 1, g + 1);
		vms_matrix_names(x, g, NAMES_MAX);
		fputs("</h3>\n", x->f);
		if (c->none) {
			fputs("<p class=\"soft\">No facts about these "
			    "accounts: they may nothing.</p>\n", x->f);
			continue;
		}
		fputs("<table class=\"cams\"><thead><tr><th scope=\"col\">"
		    "cameras</th>"
		    "<th scope=\"col\">may</th><th scope=\"col\">by grant"
		    "</th><th scope=\"col\">denied by</th></tr></thead>\n"
		    "<tbody>\n", x->f);
		for (uint32_t i = 0; i < n; i++)
			put_bundle(x, c, &list[i]);
		fputs("</tbody></table>\n", x->f);
	}
	vms_arena_fini(&work);
}

void
vms_matrix_sets(struct vms_matrix *x)
{
	if (x->n_sets > 0)
		fputs("<h2>Lists of cameras</h2>\n", x->f);
	for (uint32_t i = 0; i < x->n_sets; i++) {
		fprintf(x->f, "<h3 id=\"s%u\">List %u: %u cameras</h3>\n<p>",
		    i + 1, i + 1, x->sets[i].n);
		vms_html_list(x->f, x->sets[i].names);
		fputs("</p>\n", x->f);
	}
}

/* --- users --- */

static void
user_row(struct vms_matrix *x, const struct vms_reach_user *u)
{
	static const struct vms_entry none = { 0 };
	const struct vms_entry *e = u->item == NULL ? &none : &u->item->e;
	struct vms_str state = vms_val(e, "vmsAccountState");

	fputs("<tr><th scope=\"row\">", x->f);
	vms_html_text(x->f, u->name);
	fputs("</th>", x->f);
	vms_matrix_cell(x, vms_val(e, "cn"));
	fprintf(x->f, "<td%s>", vms_str_caseeq(state, VMS_STR("enabled")) ?
	    "" : " class=\"bad\"");
	vms_html_text(x->f, state.len > 0 ? state : VMS_STR("no facts"));
	fputs("</td>", x->f);
	vms_matrix_cell(x, vms_reach_roles(&x->r, &x->r.classes[u->klass],
	    '\n'));
	vms_matrix_cell(x, vms_report_conditions(x->ad, e));
	vms_matrix_cell(x, vms_report_time(x->ad, vms_val(e,
	    "vmsReviewBy")));
	fprintf(x->f, "<td class=\"tick\"><a href=\"#g%u\">%u</a></td>"
	    "</tr>\n", u->klass + 1, u->klass + 1);
}

void
vms_matrix_users(struct vms_matrix *x)
{
	fputs("<h2 id=\"users\">Users</h2>\n<div class=\"wide\"><table>\n"
	    "<thead><tr><th scope=\"col\">user</th><th scope=\"col\">name"
	    "</th><th scope=\"col\">state</th><th scope=\"col\">roles</th>"
	    "<th scope=\"col\">only</th><th scope=\"col\">review by</th>"
	    "<th scope=\"col\">group</th></tr></thead>\n<tbody>\n", x->f);
	for (uint32_t i = 0; i < x->r.n_users; i++)
		user_row(x, &x->r.users[i]);
	fputs("</tbody></table></div>\n", x->f);
}
