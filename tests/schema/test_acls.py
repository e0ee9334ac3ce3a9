# SPDX-License-Identifier: MIT
"""Who may do what, probed with raw LDAP operations.

A probe is (operation, dn, arguments): ("set", dn, attribute, value or None),
("add-value", dn, attribute, value), ("add", dn, {...}), ("delete", dn),
("rename", dn, rdn, superior), ("passwd", dn, password).
"""

import ldap
import pytest

from test_presets import ACTIONS, ROLES, closure, table

S = "dc=example,dc=com"
V = "ou=vms," + S

SECRET = {"userPassword", "pwdHistory"}


def person(name):
    return "uid=%s,ou=people,%s" % (name, S)


def group(name):
    return "cn=%s,ou=groups,%s" % (name, S)


def vms(kind, name):
    return "cn=%s,ou=%s,%s" % (name, kind, V)


def role(name):
    return vms("roles", name)


def grant(name, subject, **more):
    entry = {"objectClass": "vmsRoleGrant" if "vmsRoleRef" in more
             else "vmsActionGrant", "cn": name, "vmsEffect": "allow",
             "vmsTargetScope": "all", "vmsSubjectScope": "listed",
             "vmsCondition": "none", "vmsSubject": subject}
    return "add", vms("grants", name), dict(entry, **more)


def new_role(name, **more):
    return "add", role(name), dict({
        "objectClass": "vmsRole", "cn": name, "vmsRoleRank": "30",
        "vmsRoleScope": "assigned"}, **more)


def new_person(name, **more):
    return "add", person(name), dict({
        "objectClass": ["inetOrgPerson", "posixAccount", "vmsUser"],
        "uid": name, "cn": name, "sn": name, "uidNumber": "20099",
        "gidNumber": "100", "homeDirectory": "/home/" + name,
        "vmsAccountState": "enabled", "vmsIpMode": "any"}, **more)


def do(conn, probe):
    kind, dn, *args = probe
    if kind == "add":
        conn.add_s(dn, [
            (k, [x.encode() for x in ([v] if isinstance(v, str) else v)])
            for k, v in args[0].items()])
    elif kind == "delete":
        conn.delete_s(dn)
    elif kind == "rename":
        conn.rename_s(dn, *args)
    elif kind == "passwd":
        conn.passwd_s(dn, None, args[0])
    else:
        op = ldap.MOD_ADD if kind == "add-value" else ldap.MOD_REPLACE
        conn.modify_s(dn, [(op, args[0], args[1] and [args[1].encode()])])


def name_of(probe):
    kind, dn, *args = probe
    what = dn.split(",")[0]
    if args and isinstance(args[0], str):
        what += "-" + args[0]
    return kind + " " + what


OWNER_ACTIONS = [name for name, row in ACTIONS.items()
                 if row["class"] == "owner"]
PROTECTED = ["nx.administrator", "nx.owner", "avertx.admin"]

# --- What an administrator (alice) is refused.

REFUSED = [
    # grants of the owner's and the administrators' roles
    ("delete", vms("grants", "g-owner")),
    ("delete", vms("grants", "g-admins")),
    ("set", vms("grants", "g-owner"), "vmsCondition", "disabled"),
    ("set", vms("grants", "g-admins"), "description", "x"),
    ("add-value", vms("grants", "g-admins"), "vmsSubject", person("bob")),
    ("rename", vms("grants", "g-owner"), "cn=x"),
    ("set", vms("grants", "g-viewers"), "vmsRoleRef", role("nx.owner")),
    # a grant to himself
    grant("g-me", person("alice"), vmsAction="live.view"),
    grant("g-me", person("alice"), vmsRoleRef=role("nx.viewer")),
    grant("g-me", [person("bob"), person("alice")], vmsAction="live.view"),
    grant("g-me", group("vms-admins"), vmsAction="live.view"),
    grant("g-me", group("staff"), vmsAction="live.view"),
    ("add-value", vms("grants", "g-viewers"), "vmsSubject",
     person("alice")),
    ("set", vms("grants", "g-viewers"), "vmsSubject", person("alice")),
    ("add-value", vms("grants", "g-viewers"), "vmsSubject",
     group("vms-admins")),
    ("delete", vms("grants", "g-deny-alice")),
    ("set", vms("grants", "g-deny-alice"), "vmsSubject", person("bob")),
    # predefined roles, the policy, what the owner marked
    ("set", role("nx.viewer"), "vmsRoleRank", "99"),
    ("add-value", role("nx.viewer"), "vmsAction", "user.create"),
    ("delete", role("nx.live-viewer")),
    ("rename", role("nx.owner"), "cn=owner"),
    ("set", "cn=policy," + V, "vmsLayoutMode", "imply"),
    ("add-value", "cn=policy," + V, "vmsParameter",
     "admin-manages-admins=TRUE"),
    ("delete", "cn=policy," + V),
    ("set", person("bob"), "vmsProtected", "TRUE"),
    ("set", role("emergency"), "vmsProtected", "TRUE"),
    # the owner
    ("set", person("admin"), "vmsAccountState", "disabled"),
    ("set", person("admin"), "vmsProtected", None),
    ("set", person("admin"), "sshPublicKey", "ssh-ed25519 AAAA"),
    ("set", person("admin"), "preferredLanguage", "de"),
    ("passwd", person("admin"), "new-secret"),
    ("set", person("admin"), "userPassword", "new-secret"),
    ("rename", person("admin"), "uid=root2"),
    ("delete", person("admin")),
    # his peers, and himself
    ("set", person("carol"), "vmsAccountState", "disabled"),
    ("set", person("carol"), "sshPublicKey", "ssh-ed25519 AAAA"),
    ("passwd", person("carol"), "new-secret"),
    ("delete", person("carol")),
    ("set", person("dave"), "vmsAccountState", "enabled"),
    ("set", person("alice"), "vmsIpMode", "pool"),
    ("set", person("alice"), "uidNumber", "20098"),
    ("delete", person("alice")),
    ("add", vms("profiles", "p-carol"), {
        "objectClass": ["vmsProfile", "vmsUser"], "cn": "p-carol",
        "vmsSubject": person("carol"), "vmsAccountState": "disabled",
        "vmsIpMode": "any"}),
    # membership
    ("add-value", group("vms-owners"), "member", person("alice")),
    ("add-value", group("vms-admins"), "member", person("bob")),
    ("add-value", group("viewers"), "member", person("alice")),
    ("add-value", group("archive"), "memberUid", "bob"),
    ("delete", group("vms-owners")),
    ("add", group("mine"), {"objectClass": "groupOfNames", "cn": "mine",
                            "member": person("alice")}),
    # the tree
    ("set", V, "description", "x"),
    ("rename", "ou=roles," + V, "ou=old"),
    ("rename", "ou=grants," + V, "ou=old"),
    ("delete", "ou=approvals," + V),
    ("add", "ou=more," + V, {"objectClass": "organizationalUnit",
                             "ou": "more"}),
    ("delete", "cn=serial," + V),
    ("delete", "ou=people," + S),
    ("set", "cn=default,ou=policies," + S, "pwdMinLength", "1"),
    # what the owner made of owners' actions
    ("add-value", vms("grants", "g-deputy"), "vmsSubject", person("bob")),
    ("delete", vms("grants", "g-deputy")),
    ("set", role("deputy"), "description", "x"),
    ("add-value", role("heir"), "vmsAction", "live.view"),
] + [grant("g-new", person("bob"), vmsRoleRef=role(name))
     for name in PROTECTED] \
  + [new_role("boom", vmsRoleParent=role(name)) for name in PROTECTED] \
  + [("set", role("emergency"), "vmsRoleParent", role(name))
     for name in PROTECTED] \
  + [new_role("boom", vmsAction=name) for name in OWNER_ACTIONS] \
  + [("add-value", role("emergency"), "vmsAction", name)
     for name in ("admin.create", "admin.*", "owner.*",
                  "policy.*", "system.*")] \
  + [grant("g-new", person("bob"), vmsAction=["live.view", name])
     for name in ("admin.create", "system.*")]

# --- What he may do.

ALLOWED = [
    new_person("new"),
    ("passwd", person("new"), "new-secret"),
    ("set", person("new"), "vmsAccountState", "disabled"),
    ("set", person("bob"), "vmsIpMode", "pool"),
    ("set", person("bob"), "mail", "bob@example.org"),
    ("set", person("bob"), "preferredLanguage", "de"),
    ("passwd", person("bob"), "new-secret"),
    ("rename", person("new"), "uid=newer"),
    ("delete", person("newer")),
    grant("g-new", person("bob"), vmsRoleRef=role("nx.advanced-viewer")),
    ("add-value", vms("grants", "g-new"), "vmsSubject", person("ed")),
    ("set", vms("grants", "g-new"), "vmsSubject", person("vera")),
    ("delete", vms("grants", "g-new")),
    grant("g-deny", person("bob"), vmsEffect="deny",
          vmsAction=["live.*", "system.configure"]),
    new_role("site", vmsAction=["live.view", "user.create"],
             vmsRoleParent=role("nx.viewer")),
    ("add-value", role("site"), "vmsAction", "system.configure"),
    ("delete", role("site")),
    ("add-value", vms("ippools", "office"), "vmsIpRange", "10.0.0.0/8"),
    ("rename", vms("recorders", "rec02"), "cn=rec07"),
    ("add", vms("recorders", "rec03"), {
        "objectClass": "vmsRecorder", "cn": "rec03", "vmsEnabled": "TRUE",
        "vmsHostName": "rec03.example.com"}),
    ("add", vms("services", "rec03"), {
        "objectClass": "vmsServiceAccountEntry", "cn": "rec03",
        "vmsRecorderRef": vms("recorders", "rec03"),
        "userPassword": "rec03-secret"}),
    ("set", vms("recorders", "rec03"), "vmsSoftwareVersion", "5.1.2"),
    ("passwd", vms("services", "rec03"), "new-secret"),
    ("set", "cn=serial," + V, "vmsSerial", "1"),
    ("add", vms("profiles", "p-vera"), {
        "objectClass": ["vmsProfile", "vmsUser"], "cn": "p-vera",
        "vmsSubject": person("vera"), "vmsAccountState": "enabled",
        "vmsIpMode": "any"}),
]

# --- What the owner may do beyond that.

OWNERS = [
    grant("g-new", person("bob"), vmsRoleRef=role("nx.administrator")),
    grant("g-act", person("bob"), vmsAction="admin.create"),
    new_role("chief", vmsRoleParent=role("avertx.admin")),
    ("add-value", group("vms-admins"), "member", person("bob")),
    ("set", person("carol"), "vmsAccountState", "disabled"),
    ("passwd", person("carol"), "new-secret"),
    ("set", "cn=policy," + V, "vmsLayoutMode", "imply"),
    ("set", "cn=default,ou=policies," + S, "pwdMinLength", "8"),
    ("set", person("bob"), "vmsProtected", "TRUE"),
    ("delete", vms("grants", "g-deputy")),
    ("passwd", vms("services", "rec02"), "new-secret"),
    ("passwd", person("bob"), "new-secret"),		# protected by now
    ("passwd", person("admin"), "new-secret"),
]


def prepare(server):
    """What the probes of others need beside the sample estate."""
    root = server.bind()
    text = server.read("preset-avertx.ldif")
    server.add("\n\n".join(part for part in text.split("\n\n")
                           if "\nobjectClass: vmsRole\n" in part) + "\n")
    for probe in (
            ("add", group("staff"), {
                "objectClass": "groupOfNames", "cn": "staff",
                "member": [person("vera"), group("vms-admins")]}),
            grant("g-deny-alice", person("alice"), vmsEffect="deny",
                  vmsAction="archive.view"),
            grant("g-deputy", person("lars"), vmsAction="admin.create"),
            new_role("deputy", vmsAction="owner.edit"),
            new_role("heir", vmsRoleParent=role("nx.owner"))):
        do(root, probe)


@pytest.fixture(scope="module")
def prepared(estate):
    prepare(estate)
    return estate


@pytest.fixture(scope="module")
def alice(prepared):
    return prepared.bind(person("alice"), "alice-pass")


@pytest.mark.parametrize("probe", REFUSED, ids=name_of)
def test_an_administrator_is_refused(alice, probe):
    with pytest.raises(ldap.INSUFFICIENT_ACCESS):
        do(alice, probe)


def test_what_is_refused_is_well_formed(server):
    """Without the rules each probe works, or meets the traces of an earlier
    one: no refusal above is owed to a mistake in the probe."""
    prepare(server)
    root = server.bind()
    for probe in REFUSED:
        try:
            do(root, probe)
        except (ldap.NO_SUCH_OBJECT, ldap.ALREADY_EXISTS,
                ldap.TYPE_OR_VALUE_EXISTS, ldap.NOT_ALLOWED_ON_NONLEAF,
                ldap.CONSTRAINT_VIOLATION):
            pass


def test_an_administrator_may(server):
    conn = server.bind(person("alice"), "alice-pass")
    for probe in ALLOWED:
        do(conn, probe)
    assert server.bind(person("bob"), "new-secret").whoami_s()
    assert server.bind(vms("services", "rec03"), "new-secret").whoami_s()


def test_the_owner_may(server):
    prepare(server)
    conn = server.bind(person("admin"), "admin-pass")
    for probe in OWNERS:
        do(conn, probe)
    for dn in (person("carol"), person("bob"), person("admin"),
               vms("services", "rec02")):
        assert server.bind(dn, "new-secret").whoami_s()
    bob = server.bind(person("bob"), "new-secret").read_s(person("bob"))
    assert bob["vmsProtected"] == [b"TRUE"] and bob["mail"]


@pytest.mark.parametrize("name", ["admin", "alice"])
def test_owners_and_administrators_read_everything(prepared, name):
    whole = prepared.bind().search_s(S, ldap.SCOPE_SUBTREE,
                                     attrlist=["*", "+"])
    conn = prepared.bind(person(name), name + "-pass")
    seen = dict(conn.search_s(S, ldap.SCOPE_SUBTREE, attrlist=["*", "+"]))
    assert seen == {dn: {a: v for a, v in e.items() if a not in SECRET}
                    for dn, e in whole}


def test_protected_roles_are_those_that_hold_owner_actions(prepared):
    """The list above is what the tables give."""
    found = prepared.bind().search_s(ROLES, ldap.SCOPE_ONELEVEL)
    entries = {dn: {k: [v.decode() for v in values]
                    for k, values in e.items()} for dn, e in found}
    names = [row["role"] for row in table("roles.tsv")
             if not row["role"].startswith("web.")]
    holding = {n for n in names if closure(entries, n) & set(OWNER_ACTIONS)}
    assert holding == {"nx.owner", "avertx.admin"}
    ranked = {n for n in names
              if int(entries[role(n)]["vmsRoleRank"][0]) >= 80}
    assert holding | ranked == set(PROTECTED)


# --- Recorders.

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
