/* SPDX-License-Identifier: MIT */
/* The policy entry and the licences, for the model. */
#include "libvms/build_priv.h"

#include <stdlib.h>

static void
read_params(struct vms_model_builder *b, const struct vms_entry *e,
    struct policy *p)
{
	struct strs all = vms_read_all(e, "vmsParameter");

	p->params = vms_build_alloc(b, all.n, sizeof(*p->params));
	for (uint32_t i = 0; p->params != NULL && i < all.n; i++) {
		struct vms_str name, value;

		if (!vms_str_cut(all.v[i], '=', &name, &value)) {
			vms_build_find(b, "parameter-unreadable", e->dn,
			    "vmsParameter", false, "not NAME=VALUE");
			continue;
		}
		p->params[p->n_params++] = (struct vms_override){
			vms_build_str(b, vms_str_trim(name)),
			vms_build_str(b, vms_str_trim(value)),
		};
	}
}

/* "key=text", in the language of the attribute's option. */
static void
read_message(struct vms_model_builder *b, const struct vms_entry *e,
    struct vms_str option, struct vms_str value, struct message *msg)
{
	struct vms_str key, text;

	if (!vms_str_cut(value, '=', &key, &text)) {
		vms_build_find(b, "message-unreadable", e->dn, "vmsMessage",
		    false, "not KEY=TEXT");
		return;
	}
	if (vms_str_has_prefix(option, VMS_STR("lang-"))) {
		option.p += 5;
		option.len -= 5;
	}
	msg->key = vms_build_str(b, vms_str_trim(key));
	msg->text = vms_build_str(b, text);
	msg->language = vms_build_str(b, option);
}

static void
read_messages(struct vms_model_builder *b, const struct vms_entry *e,
    struct policy *p)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < e->n_attrs; i++)
		if (vms_str_caseeq(e->attrs[i].name, VMS_STR("vmsMessage")))
			n += e->attrs[i].n_vals;
	p->messages = vms_build_alloc(b, n, sizeof(*p->messages));
	for (uint32_t i = 0; p->messages != NULL && i < e->n_attrs; i++) {
		const struct vms_attr *a = &e->attrs[i];

		if (!vms_str_caseeq(a->name, VMS_STR("vmsMessage")))
			continue;
		for (uint32_t k = 0; k < a->n_vals; k++)
			read_message(b, e, a->option, a->vals[k],
			    &p->messages[p->n_messages++]);
	}
}

void
vms_take_policy(struct vms_model_builder *b, const struct vms_entry *e,
    uint32_t node)
{
	struct policy *p = &b->m->policy;

	(void)node;
	if (p->dn.len > 0) {
		vms_build_find(b, "policy-several", e->dn, NULL, true,
		    "a second policy is ignored; the first is %.*s",
		    VMS_STR_ARG(p->dn));
		return;
	}
	p->dn = vms_build_str(b, e->dn);
	p->layout_mode = vms_read_str(b, e, "vmsLayoutMode");
	read_params(b, e, p);
	read_messages(b, e, p);
}

static void
add_license(struct vms_model_builder *b, uint32_t node, int64_t level,
    int64_t assigned, int64_t active)
{
	struct license *l = vms_build_push(b, &b->licenses, sizeof(*l));

	if (l != NULL)
		*l = (struct license){ node, level, assigned, active };
}

void
vms_take_assignment(struct vms_model_builder *b, const struct vms_entry *e)
{
	struct ids users = vms_read_refs(b, e, "vmsSubject");
	int64_t level = vms_read_count(e, "vmsLicenseLevel");
	int64_t count = vms_read_count(e, "vmsLicenseCount");

	/* What is to be deleted counts no more. */
	if (vms_read_all(e, "vmsRetainUntil").n > 0)
		return;
	if (level < 0 || count < 0 || count > INT32_MAX) {
		vms_build_find(b, "license-unreadable", e->dn,
		    level < 0 ? "vmsLicenseLevel" : "vmsLicenseCount", false,
		    "not a number: the licences do not count");
		return;
	}
	for (uint32_t i = 0; i < users.n; i++)
		add_license(b, users.v[i], level, count, 0);
}

void
vms_take_case(struct vms_model_builder *b, const struct vms_entry *e)
{
	struct ids owners = vms_read_refs(b, e, "vmsOwner");
	int64_t level = vms_read_count(e, "vmsLicenseLevel");

	if (level < 0 || !vms_read_is(e, "vmsCaseState", "active"))
		return;
	for (uint32_t i = 0; i < owners.n; i++)
		add_license(b, owners.v[i], level, 0, 1);
}

static int
compare_licenses(const void *x, const void *y)
{
	const struct license *a = x, *b = y;

	if (a->node != b->node)
		return a->node < b->node ? -1 : 1;
	return a->level < b->level ? -1 : a->level > b->level;
}

/* One row for each user and level. */
void
vms_link_licenses(struct vms_model_builder *b)
{
	struct vms_model *m = b->m;
	uint32_t n = 0;

	if (m->n_licenses == 0)
		return;
	qsort(m->licenses, m->n_licenses, sizeof(*m->licenses),
	    compare_licenses);
	for (uint32_t i = 1; i < m->n_licenses; i++) {
		struct license *l = &m->licenses[i];

		if (compare_licenses(&m->licenses[n], l) != 0) {
			m->licenses[++n] = *l;
			continue;
		}
		m->licenses[n].assigned += l->assigned;
		m->licenses[n].active += l->active;
	}
	m->n_licenses = n + 1;
}

int
vms_model_parameter(const struct vms_model *m, struct vms_str name,
    struct vms_str *value)
{
	for (uint32_t i = 0; i < m->policy.n_params; i++) {
		if (!vms_str_caseeq(m->policy.params[i].name, name))
			continue;
		*value = m->policy.params[i].value;
		return 0;
	}
	*value = (struct vms_str){ NULL, 0 };
	return -1;
}

/* Text in that language, or in a wider one: "de" for "de-AT", "" for all. */
static const struct message *
find_message(const struct policy *p, struct vms_str key,
    struct vms_str language)
{
	for (uint32_t i = 0; i < p->n_messages; i++)
		if (vms_str_caseeq(p->messages[i].key, key) &&
		    vms_str_caseeq(p->messages[i].language, language))
			return &p->messages[i];
	return NULL;
}

struct vms_str
vms_model_message(const struct vms_model *m, struct vms_str key,
    struct vms_str language)
{
	const struct message *msg = find_message(&m->policy, key, language);

	while (msg == NULL && language.len > 0) {
		while (language.len > 0 && language.p[--language.len] != '-')
			;
		msg = find_message(&m->policy, key, language);
	}
	return msg != NULL ? msg->text : vms_message_default(key);
}
