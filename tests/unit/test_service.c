/* SPDX-License-Identifier: MIT */
/* PAM services, and the words of reasons. */
#include "cm.h"

#include "libvms/reason.h"
#include "libvms/service.h"

static void
test_defaults(void **state)
{
	static const struct {
		const char *name, *action;
		enum vms_class klass;
	} rows[] = {
		{ "sshd", "login.shell", VMS_CLASS_REMOTE },
		{ "vms-web", "login.web", VMS_CLASS_REMOTE },
		{ "login", "login.console", VMS_CLASS_CONSOLE },
		{ "sudo", "login.shell", VMS_CLASS_INNER },
		{ "systemd-user", "login.shell", VMS_CLASS_BATCH },
		{ "passwd", "password.change-own", VMS_CLASS_SELF },
	};
	struct vms_services none = { 0 };

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		const struct vms_service *s = vms_service_find(&none,
		    vms_str_of(rows[i].name));

		assert_non_null(s);
		assert_str(s->action, rows[i].action);
		assert_int_equal(s->klass, rows[i].klass);
	}
	assert_non_null(vms_service_find(NULL, VMS_STR("sshd")));
	assert_null(vms_service_find(&none, VMS_STR("ftp")));
	assert_null(vms_service_find(&none, VMS_STR("SSHD")));
	assert_null(vms_service_find(&none, VMS_STR("")));
}

static void
test_config(void **state)
{
	struct vms_service extra[2] = { 0 };
	struct vms_services t = { extra, 2 };
	struct vms_err err = { 0 };

	(void)state;
	assert_int_equal(vms_service_parse(VMS_STR("login.shell remote"),
	    &extra[0], &err), 0);
	extra[0].name = VMS_STR("ftp");
	assert_int_equal(vms_service_parse(VMS_STR(" login.web  batch "),
	    &extra[1], &err), 0);
	extra[1].name = VMS_STR("sshd");
	assert_int_equal(vms_service_find(&t, VMS_STR("ftp"))->klass,
	    VMS_CLASS_REMOTE);
	assert_int_equal(vms_service_find(&t, VMS_STR("sshd"))->klass,
	    VMS_CLASS_BATCH);
	assert_int_equal(vms_service_parse(VMS_STR("live.view remote"),
	    &extra[0], &err), -1);
	assert_int_equal(err.code, VMS_E_MALFORMED);
	assert_int_equal(vms_service_parse(VMS_STR("login.shell"), &extra[0],
	    &err), -1);
	assert_int_equal(vms_service_parse(VMS_STR("login.shell none"),
	    &extra[0], &err), -1);
	assert_int_equal(vms_service_parse(VMS_STR(""), &extra[0], &err), -1);
	assert_int_equal(extra[0].klass, VMS_CLASS_NONE);
	assert_string_equal(vms_class_name(VMS_CLASS_INNER), "inner");
	assert_string_equal(vms_class_name((enum vms_class)99), "none");
}

static void
test_reasons(void **state)
{
	static const struct {
		enum vms_reason reason;
		const char *word, *key;
	} rows[] = {
		{ VMS_R_IP_NOT_ALLOWED, "ip-not-allowed", "ip-denied" },
		{ VMS_R_IP_UNKNOWN, "ip-unknown", "ip-denied" },
		{ VMS_R_IP_POOL_MISSING, "ip-pool-missing", "ip-denied" },
		{ VMS_R_SCHEDULE_CLOSED, "schedule-closed",
		    "schedule-closed" },
		{ VMS_R_APPROVAL_REQUIRED, "approval-required",
		    "approval-required" },
		{ VMS_R_NO_GRANT, "no-grant", "denied" },
		{ VMS_R_ACCOUNT_DISABLED, "account-disabled", "denied" },
		{ (enum vms_reason)0, "internal-error", "denied" },
		{ (enum vms_reason)999, "internal-error", "denied" },
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		assert_str(vms_reason_name(rows[i].reason), rows[i].word);
		assert_str(vms_reason_message_key(rows[i].reason),
		    rows[i].key);
	}
	assert_str(vms_message_default(VMS_STR("ip-denied")),
	    "Access from this IP address is not available");
	assert_str(vms_message_default(VMS_STR("denied")), "Access denied");
	assert_str(vms_message_default(VMS_STR("no such key")),
	    "Access denied");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_config),
		cmocka_unit_test(test_reasons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
