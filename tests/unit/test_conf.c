/* SPDX-License-Identifier: MIT */
/* The configuration: defaults, each of them flipped, bad files, wire form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vmsd/conf.h"
#include "vmsd/conf_load.h"

#define NEEDED \
	"recorder = \"rec01\";\n" \
	"directory: { uri = [ \"ldaps://ldap1.example.com\" ];\n" \
	"  users: { base = \"ou=people,dc=x\"; };\n" \
	"  groups: { base = \"ou=groups,dc=x\"; };\n" \
	"  policy: { base = \"ou=vms,dc=x\"; };\n" \
	"};\n"

struct place {
	char dir[64], conf[80], dropins[96];
};

static void
write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, 0644), 0);
}

static int
setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	strcpy(p->dir, "/tmp/test-conf-XXXXXX");
	if (mkdtemp(p->dir) == NULL)
		return -1;
	snprintf(p->conf, sizeof(p->conf), "%s/vmsd.conf", p->dir);
	snprintf(p->dropins, sizeof(p->dropins), "%s.d", p->conf);
	*state = p;
	return 0;
}

static int
teardown(void **state)
{
	struct place *p = *state;
	char drop[128];

	snprintf(drop, sizeof(drop), "%s/10-x.conf", p->dropins);
	unlink(drop);
	rmdir(p->dropins);
	unlink(p->conf);
	rmdir(p->dir);
	free(p);
	return 0;
}

/* Load text; what was complained of goes to said. */
static int
load(const struct place *p, const char *text, struct vms_conf *c, char *said,
    size_t size)
{
	struct vms_err err = { 0 };
	FILE *f;
	int r;

	memset(said, 0, size);
	f = fmemopen(said, size - 1, "w");
	assert_non_null(f);
	if (text != NULL)
		write_file(p->conf, text);
	r = vms_conf_load(p->conf, f, c, &err);
	fclose(f);
	return r;
}

static void
test_defaults(void **state)
{
	struct vms_conf c;
	char said[1024];

	assert_int_equal(load(*state, NEEDED, &c, said, sizeof(said)), 0);
	assert_string_equal(said, "");
	assert_string_equal(c.recorder, "rec01");
	assert_int_equal(c.directory.uri.n, 1);
	assert_string_equal(c.directory.attributes.uid, "uidNumber");
	assert_int_equal(c.directory.login_timeout_ms, 1000);
	assert_int_equal(c.nss.n_primary_gids, 1);
	assert_int_equal(c.nss.primary_gids[0], 100);
	assert_false(c.nss.visible_all);
	assert_int_equal(c.offline.max_age_s, 7 * 86400);
	assert_int_equal(c.console_ttys.n, 1);
	assert_int_equal(c.n_services, 0);
	vms_conf_fini(&c);
}

static const char *
flipped_text(const char *name)
{
	if (strstr(name, "filter") != NULL)
		return "\"(cn=x)\"";
	if (strstr(name, "base") != NULL || strstr(name, "bind_dn") != NULL)
		return "\"cn=flipped\"";
	return "\"/flipped\"";
}

/* Another value than the default, which is good wherever it stands. */
static void
put_flipped(char *buf, size_t size, const struct vms_conf_key *k)
{
	switch (k->type) {
	case VMS_CONF_TEXT:
		snprintf(buf, size, "%s", flipped_text(k->name));
		return;
	case VMS_CONF_WORD:
	case VMS_CONF_FLAG_WORD:
		snprintf(buf, size, "\"%s\"", strchr(k->words, '|') + 1);
		if (strchr(buf, '|') != NULL)
			strcpy(strchr(buf, '|'), "\"");
		return;
	case VMS_CONF_BOOL:
		snprintf(buf, size, "%s",
		    strcmp(k->value, "true") == 0 ? "false" : "true");
		return;
	case VMS_CONF_INT:
		snprintf(buf, size, "%lld", (long long)k->min +
		    (strtoll(k->value, NULL, 10) == k->min));
		return;
	case VMS_CONF_AGE:
		snprintf(buf, size, "\"61s\"");
		return;
	case VMS_CONF_TEXTS:
		snprintf(buf, size, "[ \"%s\", \"%s\" ]",
		    strstr(k->name, "pins") != NULL ?
		    "sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" :
		    "ldaps://a", strstr(k->name, "pins") != NULL ?
		    "sha256:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB=" :
		    "ldaps://b");
		return;
	case VMS_CONF_IDS:
		snprintf(buf, size, "[ 200, 300 ]");
		return;
	case VMS_CONF_SERVICES:
		snprintf(buf, size, "{ ftp = \"login.shell remote\"; }");
		return;
	}
}

/* Needs company: alone it is refused for what it means, not for itself. */
static const char *
company(const char *name)
{
	if (strcmp(name, "directory.cert_file") == 0)
		return "directory: { key_file = \"/k\"; };";
	if (strcmp(name, "directory.key_file") == 0 ||
	    strcmp(name, "directory.sasl") == 0)
		return "directory: { cert_file = \"/c\"; key_file = \"/k\"; };";
	if (strcmp(name, "directory.bind_dn") == 0)
		return "directory: { bind_password_file = \"/p\"; };";
	if (strcmp(name, "directory.bind_password_file") == 0)
		return "directory: { bind_dn = \"cn=x\"; };";
	if (strcmp(name, "server.max_connections") == 0)
		return "server: { max_per_uid = 8; };";
	return "";
}

/* "directory.users.base", "X" to "directory: { users: { base = X; }; };" */
static void
put_nested(char *buf, size_t size, const char *name, const char *value)
{
	char *copy = strdup(name), *at = copy, *dot;
	size_t len = 0, depth = 0;

	while ((dot = strchr(at, '.')) != NULL) {
		*dot = '\0';
		len += (size_t)snprintf(buf + len, size - len, "%s: { ", at);
		at = dot + 1;
		depth++;
	}
	len += (size_t)snprintf(buf + len, size - len, "%s = %s;", at, value);
	while (depth-- > 0)
		len += (size_t)snprintf(buf + len, size - len, " };");
	free(copy);
}

/* Each key, set to something else by a drop-in, changes the configuration,
 * and survives the way to another process. */
static void
test_flip_each(void **state)
{
	const struct place *p = *state;
	char value[256], text[512], drop[128], said[2048];
	struct vms_conf plain, c, back;

	write_file(p->conf, NEEDED);
	assert_int_equal(load(p, NULL, &plain, said, sizeof(said)), 0);
	assert_int_equal(mkdir(p->dropins, 0755), 0);
	snprintf(drop, sizeof(drop), "%s/10-x.conf", p->dropins);
	for (size_t i = 0; i < vms_conf_n_keys; i++) {
		const struct vms_conf_key *k = &vms_conf_keys[i];
		struct vms_wr a = { 0 }, b = { 0 }, again = { 0 };
		struct vms_rd r;

		put_flipped(value, sizeof(value), k);
		put_nested(text, sizeof(text), k->name, value);
		write_file(p->conf, NEEDED);
		write_file(drop, text);
		if (*company(k->name) != '\0') {
			/* libconfig takes a group once a file. */
			char both[1024];
			const char *base = strstr(NEEDED, "uri");

			if (strncmp(k->name, "directory.", 10) == 0) {
				const char *extra =
				    strchr(company(k->name), '{') + 1;

				snprintf(both, sizeof(both), "recorder = "
				    "\"rec01\";\ndirectory: { %.*s %s",
				    (int)(strrchr(extra, '}') - extra),
				    extra, base);
			} else {
				snprintf(both, sizeof(both), NEEDED "%s",
				    company(k->name));
			}
			write_file(p->conf, both);
		}
		if (load(p, NULL, &c, said, sizeof(said)) != 0)
			fail_msg("%s: %s", text, said);
		vms_conf_encode(&a, &plain);
		vms_conf_encode(&b, &c);
		assert_false(a.bad || b.bad);
		if (a.len == b.len && memcmp(a.p, b.p, a.len) == 0)
			fail_msg("%s changes nothing", text);
		r = vms_rd_init(b.p, b.len);
		assert_int_equal(vms_conf_decode(&r, &back, NULL), 0);
		assert_true(vms_rd_done(&r));
		vms_conf_encode(&again, &back);
		assert_int_equal(again.len, b.len);
		assert_memory_equal(again.p, b.p, b.len);
		vms_wr_fini(&a);
		vms_wr_fini(&b);
		vms_wr_fini(&again);
		vms_conf_fini(&back);
		vms_conf_fini(&c);
	}
	vms_conf_fini(&plain);
}

#define WITH(directory, rest) "recorder = \"r\";\ndirectory: {\n" directory \
	"\n  users: { base = \"ou=p\"; };\n  groups: { base = \"ou=g\"; };\n" \
	"  policy: { base = \"ou=v\"; };\n};\n" rest
#define URI "uri = [ \"ldaps://a\" ];"

static void
test_bad(void **state)
{
	static const struct {
		const char *text;
		const char *said;	/* after the path */
	} rows[] = {
		{ "recorder = ;", ":1: syntax: syntax error" },
		{ WITH(URI " bind_dn = \"rec01\"; bind_password_file = "
		    "\"/etc/s\";", ""), ":3: directory.bind_dn: \"rec01\" "
		    "is not a name such as ou=vms,dc=example,dc=com" },
		{ "recorder = 7;", ":1: recorder: must be a text in double "
		    "quotes" },
		{ "\ncolour = 1;", ":2: colour: unknown key; vmsd.conf(5) "
		    "lists them" },
		{ "directory = 1;", ":1: directory: must be a group: { … }" },
		{ "directory: { urii = 1; };", ":1: directory.urii: unknown "
		    "key; vmsd.conf(5) lists them" },
		{ "", ":1: recorder: must be set; vmsd has no default that "
		    "would do" },
		{ WITH(URI, "nss: { min_id = 5; };"), ":8: nss.min_id: 5 is "
		    "not within 1000 to 4294967294" },
		{ WITH(URI, "nss: { min_id = \"5\"; };"), ":8: nss.min_id: "
		    "must be a whole number" },
		{ WITH(URI, "nss: { min_id = 5000; max_id = 4000; };"),
		    ":8: nss.min_id: 5000 is above max_id" },
		{ WITH(URI, "nss: { enumerate = 1; };"), ":8: nss.enumerate: "
		    "must be true or false" },
		{ WITH(URI, "nss: { visible = \"some\"; };"), ":8: "
		    "nss.visible: \"some\" is not one of login|all" },
		{ WITH(URI, "nss: { primary_gids = [ 1 ]; };"), ":8: "
		    "nss.primary_gids: 1 is not within 100 to 4294967294" },
		{ WITH(URI, "nss: { home = \"home/%u\"; };"), ":8: nss.home: "
		    "\"home/%u\" must begin with /" },
		{ WITH(URI, "offline: { max_age = \"7 parsecs\"; };"),
		    ":8: offline.max_age: \"7 parsecs\" is not an age such "
		    "as \"7d\" (s, m, h, d, w), from 60s to 34560000s" },
		{ WITH(URI, "services: { ftp = 1; };"), ":8: services.ftp: "
		    "must be \"ACTION CLASS\"" },
		{ WITH("uri = [ \"http://a\" ];", ""), ":3: directory.uri: "
		    "\"http://a\" is not ldaps://HOST, ldap://HOST or "
		    "ldapi://PATH" },
		{ WITH("uri = [ \"ldaps:///dc=x\" ];", ""), ":3: "
		    "directory.uri: \"ldaps:///dc=x\" names no host" },
		{ WITH("uri = [ \"ldap://a\" ];", ""), ":3: directory.uri: "
		    "\"ldap://a\" would send passwords in the clear; use "
		    "ldaps:// or starttls = true" },
		{ WITH("uri = [ \"ldap://a\" ]; allow_clear_text = true;",
		    ""), ":3: directory.uri: \"ldap://a\": allow_clear_text "
		    "is for loopback addresses only; use ldaps:// or "
		    "starttls = true" },
		{ WITH("uri = [ \"ldap://127.0.0.1.x\" ]; allow_clear_text = "
		    "true;", ""), ":3: directory.uri: \"ldap://127.0.0.1.x\":"
		    " allow_clear_text is for loopback addresses only; use "
		    "ldaps:// or starttls = true" },
		{ WITH(URI " bind_dn = \"cn=x\";", ""), ":3: "
		    "directory.bind_dn: bind_dn and bind_password_file need "
		    "each other" },
		{ WITH(URI " cert_file = \"/c\";", ""), ":3: "
		    "directory.cert_file: cert_file and key_file need each "
		    "other" },
		{ WITH(URI " sasl = \"external\";", ""), ":3: "
		    "directory.sasl: \"external\" needs cert_file and "
		    "key_file" },
		{ WITH(URI " pins = [ \"sha1:x\" ];", ""), ":3: "
		    "directory.pins: \"sha1:x\" is not sha256: and 44 "
		    "characters of base64" },
	};
	const struct place *p = *state;
	char said[4096], want[512];
	struct vms_conf c;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(load(p, rows[i].text, &c, said,
		    sizeof(said)), -1);
		snprintf(want, sizeof(want), "%s%s\n", p->conf,
		    rows[i].said);
		if (strstr(said, want) == NULL)
			fail_msg("want %s, said %s", want, said);
	}
}

static void
test_good(void **state)
{
	static const char *const rows[] = {
		WITH("uri = [ \"ldap://127.0.0.1:389\" ]; allow_clear_text "
		    "= true;", ""),
		WITH("uri = [ \"ldap://[::1]:389/\" ]; allow_clear_text = "
		    "true;", ""),
		WITH("uri = [ \"ldap://localhost\" ]; allow_clear_text = "
		    "true;", ""),
		WITH("uri = [ \"ldap://a\" ]; starttls = true;", ""),
		WITH("uri = [ \"ldapi:///run/ldapi\" ]; sasl = "
		    "\"external\";", ""),
	};
	char said[1024];
	struct vms_conf c;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (load(*state, rows[i], &c, said, sizeof(said)) != 0)
			fail_msg("%s: %s", rows[i], said);
		vms_conf_fini(&c);
	}
}

static void
test_all_at_once(void **state)
{
	char said[1024];
	struct vms_conf c;

	assert_int_equal(load(*state, "recorder = 7;\nnss: { visible = "
	    "\"x\"; min_id = 1;\n colour = 3; };", &c, said, sizeof(said)),
	    -1);
	assert_non_null(strstr(said, ":1: recorder: "));
	assert_non_null(strstr(said, ":2: nss.visible: "));
	assert_non_null(strstr(said, ":2: nss.min_id: "));
	assert_non_null(strstr(said, ":3: nss.colour: "));
}

/* Bytes from the wire that are cut short are no configuration. */
static void
test_wire_is_checked(void **state)
{
	char said[256];
	struct vms_conf c, back;
	struct vms_wr w = { 0 };

	assert_int_equal(load(*state, NEEDED, &c, said, sizeof(said)), 0);
	vms_conf_encode(&w, &c);
	for (size_t n = 0; n < w.len; n++) {
		struct vms_rd r = vms_rd_init(w.p, n);

		assert_int_equal(vms_conf_decode(&r, &back, NULL), -1);
	}
	vms_wr_fini(&w);
	vms_conf_fini(&c);
}

static void
test_filters(void **state)
{
	static const struct {
		const char *text;
		bool good;
	} rows[] = {
		{ "(cn=x)", true }, { "(objectClass=*)", true },
		{ "(&(a=b)(|(c=d)(!(e=f*g))))", true },
		{ "(uid:caseExactMatch:=x)", true }, { "(a>=5)", true },
		{ "(a=\\28\\29)", true }, { "(a=)", true },
		{ "", false }, { "cn=x", false }, { "(uid=", false },
		{ "(cn=x))", false }, { "((cn=x))", false }, { "(&)", false },
		{ "(=x)", false }, { "(a=\\2)", false }, { "(cn)", false },
		{ "(!(a=b)(c=d))", false },
		{ "(!(!(!(!(!(!(!(!(!(!(!(!(!(!(!(!(!(a=b))))))))))))))))))",
		    false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (vms_conf_is_filter(rows[i].text) != rows[i].good)
			fail_msg("%s", rows[i].text);
}

/* The text of a file of the tree. */
static char *
slurp(const char *name)
{
	FILE *f = fopen(name, "r");
	char *buf = calloc(1, 128 * 1024);

	assert_non_null(f);
	assert_non_null(buf);
	assert_true(fread(buf, 1, 128 * 1024 - 1, f) > 0);
	fclose(f);
	return buf;
}

/* What is installed is what the table says. */
static void
test_installed_file(void **state)
{
	char *have = slurp(VMS_TEST_TOP "/conf/vmsd.conf"), *want = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&want, &len);

	(void)state;
	assert_non_null(f);
	vms_conf_print_defaults(f);
	fclose(f);
	assert_string_equal(have, want);
	free(have);
	free(want);
}

static void
test_each_key_in_the_manual(void **state)
{
	char *page = slurp(VMS_TEST_TOP "/man/vmsd.conf.5"), word[128];

	(void)state;
	for (size_t i = 0; i < vms_conf_n_keys; i++) {
		const char *name = vms_conf_keys[i].name;
		const char *dot = strrchr(name, '.');

		snprintf(word, sizeof(word), ".It Ic %s\n",
		    dot == NULL ? name : dot + 1);
		if (strstr(page, word) == NULL)
			fail_msg("%s is not in vmsd.conf(5)", name);
	}
	free(page);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_defaults, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(test_flip_each, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(test_bad, setup, teardown),
		cmocka_unit_test_setup_teardown(test_good, setup, teardown),
		cmocka_unit_test_setup_teardown(test_all_at_once, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(test_wire_is_checked, setup,
		    teardown),
		cmocka_unit_test(test_filters),
		cmocka_unit_test(test_installed_file),
		cmocka_unit_test(test_each_key_in_the_manual),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
