/* SPDX-License-Identifier: MIT */
/* Where a login comes from, for each class of service. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include <string.h>

#include "vmsd/origin.h"

#define REMOTE VMS_CLASS_REMOTE
#define CONSOLE VMS_CLASS_CONSOLE
#define INNER VMS_CLASS_INNER
#define BATCH VMS_CLASS_BATCH

static void
test_origin(void **state)
{
	static const struct {
		enum vms_class klass;
		const char *service, *rhost, *conn, *tty, *seat, *vtnr;
		uint32_t uid;
		const char *want;
		bool session, remembered, inside, by_user;
	} rows[] = {
		/* remote: numbers only */
		{ REMOTE, "sshd", "192.0.2.7", "", "ssh", "", "", 0,
		    "192.0.2.7", false, false, false, false },
		{ REMOTE, "sshd", "::ffff:192.0.2.7", "", "", "", "", 0,
		    "192.0.2.7", false, false, false, false },
		{ REMOTE, "sshd", "fe80::1%eth0", "", "", "", "", 0,
		    "fe80::1", false, false, false, false },
		{ REMOTE, "sshd", "pc7.example.com", "192.0.2.8", "", "", "",
		    0, "192.0.2.8", false, false, false, false },
		{ REMOTE, "sshd", "pc7.example.com", "", "", "", "", 0,
		    "unknown", false, false, false, false },
		{ REMOTE, "sshd", "UNKNOWN", "UNKNOWN", "", "", "", 0,
		    "unknown", false, false, false, false },
		{ REMOTE, "sshd", "", "192.0.2.8", "", "", "", 0, "unknown",
		    false, false, false, false },
		/* an address wins over what the environment says */
		{ REMOTE, "sshd", "192.0.2.7", "203.0.113.1", "", "", "", 0,
		    "192.0.2.7", false, false, false, false },
		/* the session stage believes the memory alone */
		{ REMOTE, "sshd", "192.0.2.7", "203.0.113.1", "", "", "", 0,
		    "unknown", true, false, false, false },
		{ REMOTE, "sshd", "pc7", "203.0.113.1", "", "", "", 0,
		    "198.51.100.1", true, true, false, false },
		/* console */
		{ CONSOLE, "login", "", "", "tty1", "", "", 0, "local",
		    false, false, false, false },
		{ CONSOLE, "login", "", "", "/dev/tty63", "", "", 0, "local",
		    false, false, false, false },
		{ CONSOLE, "login", "", "", "ttyS0", "", "", 0, "local",
		    false, false, false, false },
		{ CONSOLE, "login", "", "", "ttyS1", "", "", 0, "unknown",
		    false, false, false, false },
		{ CONSOLE, "login", "", "", "tty", "", "", 0, "unknown",
		    false, false, false, false },
		{ CONSOLE, "login", "", "", "tty1/../x", "", "", 0,
		    "unknown", false, false, false, false },
		{ CONSOLE, "login", "", "", "pts/3", "", "", 0, "unknown",
		    false, false, false, false },
		{ CONSOLE, "login", "192.0.2.7", "", "tty1", "", "", 0,
		    "192.0.2.7", false, false, false, false },
		{ CONSOLE, "gdm-password", "", "", ":0", "seat0", "2", 0,
		    "local", false, false, false, false },
		{ CONSOLE, "gdm-password", "", "", ":0", "seat1", "2", 0,
		    "unknown", false, false, false, false },
		{ CONSOLE, "gdm-password", "", "", ":0", "seat0", "", 0,
		    "unknown", false, false, false, false },
		/* inner: that of the session, unless root itself asks */
		{ INNER, "su", "", "", "pts/1", "", "", 0, "unbound", false,
		    false, false, false },
		{ INNER, "su", "", "", "pts/1", "", "", 20001, "unknown",
		    false, false, false, false },
		{ INNER, "sudo", "", "", "pts/1", "", "", 20001,
		    "203.0.113.9", false, false, true, false },
		{ INNER, "su", "192.0.2.7", "192.0.2.7", "tty1", "", "",
		    20001, "unknown", true, true, false, false },
		/* batch */
		{ BATCH, "cron", "", "", "cron", "", "", 0, "local", false,
		    false, true, false },
		{ BATCH, "systemd-user", "", "", "", "", "", 0, "local",
		    false, false, false, false },
		{ BATCH, "systemd-user", "", "", "", "", "", 0,
		    "203.0.113.9", false, false, true, false },
		/* a user of himself: nothing that he says */
		{ REMOTE, "sshd", "192.0.2.7", "192.0.2.7", "", "", "",
		    20001, "unknown", false, false, false, true },
		{ REMOTE, "sshd", "192.0.2.7", "", "", "", "", 20001,
		    "203.0.113.9", false, true, true, true },
		{ CONSOLE, "login", "", "", "tty1", "", "", 20001, "unknown",
		    false, false, false, true },
		{ CONSOLE, "gdm-password", "", "", ":0", "seat0", "2", 20001,
		    "unknown", false, false, false, true },
		{ BATCH, "cron", "", "", "cron", "", "", 20001, "unknown",
		    false, false, false, true },
		{ VMS_CLASS_SELF, "passwd", "", "", "", "", "", 20001,
		    "unbound", false, false, false, true },
		/* self, and a service that is not mapped */
		{ VMS_CLASS_SELF, "passwd", "", "", "", "", "", 20001,
		    "unbound", false, false, false, false },
		{ VMS_CLASS_NONE, "ftp", "192.0.2.7", "", "", "", "", 0,
		    "unknown", false, false, false, false },
	};
	static char serial[] = "ttyS0";
	static char *const ttys[] = { serial };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct vms_origin o = {
			.klass = rows[i].klass,
			.service = vms_str_of(rows[i].service),
			.rhost = vms_str_of(rows[i].rhost),
			.conn = vms_str_of(rows[i].conn),
			.tty = vms_str_of(rows[i].tty),
			.seat = vms_str_of(rows[i].seat),
			.vtnr = vms_str_of(rows[i].vtnr),
			.real_uid = rows[i].uid,
			.session_stage = rows[i].session,
			.remembered = rows[i].remembered,
			.by_user = rows[i].by_user,
			.from = vms_from_parse(VMS_STR("198.51.100.1")),
			.in_session = rows[i].inside,
			.session_from = vms_from_parse(
			    VMS_STR("203.0.113.9")),
			.console_ttys = ttys, .n_console_ttys = 1,
		};
		struct vms_from from = vms_origin_find(&o);
		char text[VMS_ORIGIN_TEXT_SIZE];

		assert_int_not_equal(from.kind, VMS_FROM_NONE);
		if (strcmp(vms_origin_text(&from, text, sizeof(text)),
		    rows[i].want) != 0)
			fail_msg("row %zu: %s, not %s", i, text,
			    rows[i].want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_origin) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
