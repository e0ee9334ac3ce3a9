/* SPDX-License-Identifier: MIT */
/* Questions of a review: which grants speak about whom and what, conditions
 * aside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "libvms/ldif.h"
#include "libvms/review.h"

static const char estate[] =
"dn: uid=ann,ou=people,dc=x\nobjectClass: vmsUser\n"
"objectClass: posixAccount\nuid: ann\nvmsAccountState: enabled\n"
"vmsIpMode: any\n\n"
"dn: uid=bo,ou=people,dc=x\nobjectClass: vmsUser\n"
"objectClass: posixAccount\nuid: bo\nvmsAccountState: enabled\n"
"vmsIpMode: any\n\n"
"dn: cn=team,ou=groups,dc=x\nobjectClass: groupOfNames\ncn: team\n"
"member: uid=ann,ou=people,dc=x\n\n"
"dn: cn=r,ou=roles,ou=vms,dc=x\nobjectClass: vmsRole\ncn: r\n"
"vmsRoleRank: 30\nvmsRoleScope: all\nvmsAction: live.view\n\n"
"dn: cn=rec,ou=recorders,ou=vms,dc=x\nobjectClass: vmsRecorder\ncn: rec\n"
"vmsHostName: rec\nvmsEnabled: TRUE\n\n"
"dn: cn=cam,ou=cameras,ou=vms,dc=x\nobjectClass: vmsCamera\ncn: cam\n"
"vmsHomeRecorder: cn=rec,ou=recorders,ou=vms,dc=x\n\n"
"dn: cn=other,ou=cameras,ou=vms,dc=x\nobjectClass: vmsCamera\ncn: other\n"
"vmsHomeRecorder: cn=rec,ou=recorders,ou=vms,dc=x\n\n"
"dn: cn=a-team,ou=grants,ou=vms,dc=x\nobjectClass: vmsRoleGrant\n"
"cn: a-team\nvmsEffect: allow\nvmsSubjectScope: listed\n"
"vmsSubject: cn=team,ou=groups,dc=x\n"
"vmsRoleRef: cn=r,ou=roles,ou=vms,dc=x\nvmsTargetScope: listed\n"
"vmsTarget: cn=cam,ou=cameras,ou=vms,dc=x\nvmsCondition: none\n\n"
"dn: cn=b-no,ou=grants,ou=vms,dc=x\nobjectClass: vmsActionGrant\n"
"cn: b-no\nvmsEffect: deny\nvmsSubjectScope: everyone\n"
"vmsAction: archive.view\nvmsTargetScope: all\nvmsCondition: none\n\n"
"dn: cn=layouts,ou=layouts,ou=vms,dc=x\nobjectClass: vmsLayout\n"
"cn: wall\nvmsShared: TRUE\n"
"vmsMember: cn=other,ou=cameras,ou=vms,dc=x\n";

static int
add(void *builder, const struct vms_entry *e, struct vms_err *err)
{
	return vms_model_builder_add(builder, e, err);
}

static struct vms_model *
load(void)
{
	static char text[sizeof(estate)];
	const struct vms_model_params params = { .zones = NULL };
	struct vms_model_builder *b = vms_model_builder_new(&params);

	memcpy(text, estate, sizeof(estate));
	assert_non_null(b);
	assert_int_equal(vms_ldif_parse("estate", text, sizeof(estate) - 1,
	    add, b, NULL), 0);
	return vms_model_builder_finish(b, NULL);
}

/* Names of the grants that speak of it: "a-team+ b-no-"; "?" for none such. */
static const char *
why(const struct vms_model *m, const char *user, const char *action,
    const char *camera)
{
	static char out[256];
	struct vms_arena a = { 0 };
	const uint32_t *list, *found;
	uint32_t u, n, n_found;
	size_t len = 0;

	out[0] = '\0';
	assert_int_equal(vms_model_user_by_name(m, vms_str_of(user), &u,
	    NULL), 0);
	assert_int_equal(vms_review_grants(m, u, &a, &list, &n, NULL), 0);
	if (vms_review_why(m, list, n, vms_str_of(action), VMS_KIND_CAMERA,
	    vms_str_of(camera), &a, &found, &n_found, NULL) != 0) {
		vms_arena_fini(&a);
		return "?";
	}
	for (uint32_t i = 0; i < n_found; i++) {
		struct vms_grant_view g = vms_review_grant(m, found[i]);

		len += (size_t)snprintf(out + len, sizeof(out) - len,
		    "%s%.*s%c", i == 0 ? "" : " ", VMS_STR_ARG(g.name),
		    g.allow ? '+' : '-');
	}
	vms_arena_fini(&a);
	return out;
}

static void
test_why(void **state)
{
	static const struct {
		const char *user, *action, *camera, *want;
	} cases[] = {
		{ "ann", "live.view", "cam", "a-team+" },
		{ "ann", "live.view", "other", "" },
		{ "ann", "archive.view", "cam", "b-no-" },
		{ "ann", "", "cam", "a-team+ b-no-" },
		{ "bo", "", "cam", "b-no-" },
		{ "bo", "live.view", "cam", "" },
		{ "bo", "no.action", "cam", "?" },
		{ "bo", "live.view", "no-camera", "?" },
	};
	struct vms_model *m = load();

	(void)state;
	assert_non_null(m);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(why(m, cases[i].user, cases[i].action,
		    cases[i].camera), cases[i].want);
	vms_model_free(m);
}

static void
test_views(void **state)
{
	struct vms_model *m = load();
	struct vms_grant_view role = vms_review_grant(m, 0);
	struct vms_grant_view deny = vms_review_grant(m, 1);

	(void)state;
	assert_true(vms_str_eq(role.role, VMS_STR("r")));
	assert_int_equal(role.rank, 30);
	assert_true(role.allow && !role.everyone);
	assert_int_equal(deny.role.len, 0);
	assert_int_equal(deny.rank, -1);
	assert_true(!deny.allow && deny.everyone);
	vms_model_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_why),
		cmocka_unit_test(test_views),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
