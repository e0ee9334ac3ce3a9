# SPDX-License-Identifier: MIT
"""What administrators may not do, what they may, and what owners may."""

import ldap
import pytest

from probes import (SECRET, S, V, do, grant, group, new_person, new_role,
                    person, role, vms)
from test_presets import ACTIONS, ROLES, closure, table


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
