# SPDX-License-Identifier: MIT
"""What recorders and users may read, and the little they may write."""

import ldap
import pytest

from probes import SECRET, S, V, do, grant, group, person, vms

HIDDEN = SECRET | {"mail", "telephoneNumber", "givenName", "sn"}
POSIX = {"uid", "cn", "uidNumber", "gidNumber", "gecos", "homeDirectory",
         "loginShell", "objectClass", "preferredLanguage"}


@pytest.fixture(scope="module")
def rec01(estate):
    return estate.bind(estate.service("rec01"), "rec01-secret")


def test_a_recorder_reads_what_a_login_needs(estate, rec01):
    root = estate.bind()
    people = root.search_s("ou=people," + S, ldap.SCOPE_ONELEVEL,
                           attrlist=["*", "+"])
    assert len(people) == 11
    for dn, whole in people:
        seen = rec01.read_s(dn, attrlist=["*", "+"])
        assert not HIDDEN & set(seen)
        wanted = {a for a in whole
                  if a in POSIX or a.startswith(("vms", "shadow"))}
        wanted |= {"entryUUID", "entryCSN", "pwdChangedTime"}
        assert {a: whole[a] for a in wanted} == {a: seen[a] for a in wanted}


def test_a_recorder_reads_policy_and_groups_whole(estate, rec01):
    root = estate.bind()
    for base in V, "ou=groups," + S:
        whole = dict(root.search_s(base, ldap.SCOPE_SUBTREE,
                                   attrlist=["*", "+"]))
        seen = dict(rec01.search_s(base, ldap.SCOPE_SUBTREE,
                                   attrlist=["*", "+"]))
        for dn, entry in whole.items():
            assert seen[dn] == {a: v for a, v in entry.items()
                                if a not in SECRET}


def test_a_recorder_starts_at_the_suffix(rec01):
    assert rec01.read_s(S, attrlist=["contextCSN"])["contextCSN"]
    assert len(rec01.search_s(S, ldap.SCOPE_SUBTREE,
                              "(objectClass=posixAccount)", ["uid"])) == 11


def test_no_limit_cuts_the_estate_short(server):
    """slapd's own limit is 500 entries."""
    server.stop()
    server.slapadd("\n\n".join(
        "dn: uid=u{0},ou=people,{1}\nobjectClass: inetOrgPerson\n"
        "objectClass: posixAccount\ncn: u{0}\nsn: u{0}\nuid: u{0}\n"
        "uidNumber: {2}\ngidNumber: 100\nhomeDirectory: /home/u{0}"
        .format(n, S, 30000 + n) for n in range(600)) + "\n")
    server.start()
    for dn, password in ((server.service("rec01"), "rec01-secret"),
                         (person("alice"), "alice-pass"),
                         (person("admin"), "admin-pass")):
        found = server.bind(dn, password).search_s(
            S, ldap.SCOPE_SUBTREE, "(objectClass=posixAccount)", ["uid"])
        assert len(found) == 611


def test_nobody_reads_or_compares_a_secret(estate, rec01):
    conns = [rec01] + [estate.bind(person(n), n + "-pass")
                       for n in ("admin", "alice", "vera")]
    for conn in conns:
        found = conn.search_s(S, ldap.SCOPE_SUBTREE, attrlist=["*", "+"])
        assert not [dn for dn, e in found if SECRET & set(e)]
        assert not conn.search_s(S, ldap.SCOPE_SUBTREE, "(userPassword=*)")
        with pytest.raises(ldap.INSUFFICIENT_ACCESS):
            conn.compare_s(person("vera"), "userPassword", b"vera-pass")


def test_old_passwords_and_those_of_groups_are_secrets_too(server):
    root = server.bind()
    policy = "cn=default,ou=policies," + S
    do(root, ("set", policy, "pwdInHistory", "3"))
    do(root, ("set", group("archive"), "userPassword", "group-secret"))
    vera = server.bind(person("vera"), "vera-pass")
    vera.passwd_s(person("vera"), "vera-pass", "new-secret")
    whole = root.read_s(person("vera"), attrlist=["pwdHistory"])
    assert len(whole["pwdHistory"]) == 1
    for conn in (server.bind(server.service("rec01"), "rec01-secret"),
                 server.bind(person("admin"), "admin-pass"),
                 server.bind(person("alice"), "alice-pass"),
                 server.bind(person("vera"), "new-secret")):
        found = conn.search_s(S, ldap.SCOPE_SUBTREE, attrlist=["*", "+"])
        assert found and not [dn for dn, e in found if SECRET & set(e)]


def test_a_recorder_reports_about_itself_alone(estate, rec01):
    own = vms("recorders", "rec01")
    do(rec01, ("set", own, "vmsSoftwareVersion", "5.1.2"))
    do(rec01, ("set", own, "vmsReportedAt", "20260615080000Z"))
    for probe in (
            ("set", vms("recorders", "rec02"), "vmsSoftwareVersion", "1"),
            ("set", own, "vmsEnabled", "FALSE"),
            ("set", own, "vmsServiceAccount", None),
            ("delete", own),
            ("set", person("bob"), "vmsAccountState", "enabled"),
            ("add-value", group("viewers"), "member", person("bob")),
            ("delete", vms("grants", "g-vault")),
            ("passwd", estate.service("rec02"), "new-secret"),
            grant("g-new", person("bob"), vmsAction="login.shell")):
        with pytest.raises(ldap.INSUFFICIENT_ACCESS):
            do(rec01, probe)


# --- Users.

def test_a_user_writes_his_password_and_language_alone(server):
    vera = server.bind(person("vera"), "vera-pass")
    for probe in (
            ("passwd", person("bob"), "new-secret"),
            ("set", person("bob"), "userPassword", "new-secret"),
            ("set", person("vera"), "vmsIpMode", "any"),
            ("set", person("vera"), "vmsAccountState", "enabled"),
            ("set", person("vera"), "uidNumber", "20098"),
            ("set", person("vera"), "loginShell", "/bin/sh"),
            ("set", person("vera"), "sshPublicKey", "ssh-ed25519 AAAA"),
            ("set", person("vera"), "vmsNotAfter", None),
            ("set", person("vera"), "pwdReset", None),
            ("delete", person("vera")),
            ("add-value", group("operators"), "member", person("vera"))):
        with pytest.raises(ldap.INSUFFICIENT_ACCESS):
            do(vera, probe)
    do(vera, ("set", person("vera"), "preferredLanguage", "en"))
    vera.passwd_s(person("vera"), "vera-pass", "new-secret")
    with pytest.raises(ldap.INVALID_CREDENTIALS):
        server.bind(person("vera"), "vera-pass")
    assert server.bind(person("vera"), "new-secret").whoami_s()


@pytest.mark.parametrize("dn, password", [
    (person("admin"), "admin-pass"),
    ("cn=rec02,ou=services," + V, "rec02-secret"),
    ("cn=backup," + S, "backup-secret")])
def test_everyone_changes_his_own_password(server, dn, password):
    do(server.bind(), ("add", "cn=backup," + S, {
        "objectClass": ["applicationProcess", "simpleSecurityObject"],
        "cn": "backup", "userPassword": "backup-secret"}))
    conn = server.bind(dn, password)
    if dn.startswith("cn=backup"):		# none of ours: it may bind
        return
    conn.passwd_s(dn, password, "new-secret")
    assert server.bind(dn, "new-secret").whoami_s()


def test_a_user_reads_himself_alone(estate):
    vera = estate.bind(person("vera"), "vera-pass")
    found = vera.search_s(S, ldap.SCOPE_SUBTREE, "(objectClass=*)")
    assert [dn for dn, _ in found] == [person("vera")]
    assert found[0][1]["mail"] == [b"vera@example.com"]
    assert found[0][1]["vmsIpMode"] == [b"any"]
    for dn, name, value in (
            (group("operators"), "member", person("sam")),
            (person("sam"), "vmsIpMode", "pool"),
            (vms("grants", "g-vault"), "vmsEffect", "deny"),
            ("cn=policy," + V, "vmsLayoutMode", "require")):
        with pytest.raises((ldap.INSUFFICIENT_ACCESS, ldap.NO_SUCH_OBJECT)):
            vera.compare_s(dn, name, value.encode())


def test_who_did_not_bind_reads_nothing(estate):
    conn = ldap.initialize(estate.uri)
    with pytest.raises(ldap.STRONG_AUTH_REQUIRED):
        do(conn, ("set", person("vera"), "preferredLanguage", "en"))
    for base in S, person("vera"), V, "cn=policy," + V:
        with pytest.raises((ldap.NO_SUCH_OBJECT, ldap.INSUFFICIENT_ACCESS)):
            conn.search_s(base, ldap.SCOPE_SUBTREE)
