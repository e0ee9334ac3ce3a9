# SPDX-License-Identifier: MIT
"""Users: add, list, show, set, role set, disable, enable, delete.  The ids
in the names are those of the requirements (doc/REQUIREMENTS of the three
products: A AvertX Connect, B Aipix, C Nx Witness)."""

import ldap
import pytest

from conftest import ROOT


def user(server, name):
    return server.entry(server.person(name))


def grant(server, name):
    return server.entry(server.vms("grants", name))


def test_A09_add(server, ctl):
    secret = ctl.secret("Geheim99!", "new")
    ctl.ok("user", "add", "zoe", "--first-name", "Zoe", "--last-name", "Ziel",
           "--mail", "zoe@example.com", "--language", "de", "--role",
           "viewer", "--new-password-file", secret)
    e = user(server, "zoe")
    assert e["givenName"] == ["Zoe"] and e["sn"] == ["Ziel"]
    assert e["cn"] == ["Zoe Ziel"] and e["vmsAccountState"] == ["enabled"]
    assert e["vmsIpMode"] == ["any"]
    assert int(e["uidNumber"][0]) == 20012	# the next after the estate's
    server.bind(server.person("zoe"), "Geheim99!")
    assert server.serial() == 1


def test_A10_A11_A14_B02_others_see_nothing(ctl):
    """No section lists anything for whom it is not."""
    for words in ("user list", "user show ed", "recorder list",
                  "recorder show rec01", "user role set ed viewer",
                  "user access add ed recorder:rec01", "grant list",
                  "user disable ed", "user duplicate ed ed2", "pool list",
                  "user set ed --language de", "role list"):
        done = ctl.refused(4, "no-grant", words, who="vera")
        assert done.out == ""


def test_A11_recorder_list(ctl):
    assert ctl.ok("recorder list").names == ["rec01", "rec02"]


def test_A13_B01_user_list(server, ctl):
    """An administrator's list is the directory's, over more than a page."""
    ldif = "".join(
        "dn: uid=mass%04d,ou=people,dc=example,dc=com\n"
        "objectClass: inetOrgPerson\nobjectClass: vmsUser\n"
        "uid: mass%04d\ncn: Mass\nsn: Mass\nvmsAccountState: enabled\n"
        "vmsIpMode: any\n\n" % (i, i) for i in range(2000))
    server.stop()
    server.slapadd(ldif)
    server.start()
    server._root = None
    listed = ctl.ok("user list").names
    there = [e["uid"][0] for e in
             server.entries(query="(objectClass=vmsUser)").values()]
    assert sorted(there) == sorted(listed) and len(listed) == 2011


def test_A13_a_parent_sees_his_sub_users(server, ctl):
    """Somebody whom the server lets read, without the right to list."""
    server.modify("""dn: cn=g-admins,ou=grants,ou=vms,dc=example,dc=com
changetype: delete
""")
    assert ctl.ok("user list").names == ["sam"]
    ctl.refused(4, "no-grant", "user list", who="carol")


def test_A14_three_groups_of_subcommands(ctl):
    text = ctl.ok("user", "--help").out
    for words in ("user set NAME", "user role set", "user access add"):
        assert words in text


def test_A15_names_and_language(server, ctl):
    ctl.ok("user", "set", "ed", "--first-name", "Edgar", "--last-name",
           "Ewald", "--language", "de")
    e = user(server, "ed")
    assert (e["givenName"], e["sn"], e["cn"], e["preferredLanguage"]) == \
        (["Edgar"], ["Ewald"], ["Edgar Ewald"], ["de"])
    ctl.refused(2, "usage", "user set ed --language d!")
    ctl.ok("user", "set", "ed", "--language", "")
    assert "preferredLanguage" not in user(server, "ed")


def test_A16_A16b_A17_role_and_state(server, ctl):
    ctl.ok("user add zoe --role viewer")
    before = grant(server, "user:zoe")
    ctl.ok("user role set zoe disabled")
    assert user(server, "zoe")["vmsAccountState"] == ["disabled"]
    assert grant(server, "user:zoe") == before
    ctl.ok("user enable zoe")
    assert user(server, "zoe")["vmsAccountState"] == ["enabled"]
    assert grant(server, "user:zoe") == before
    ctl.ok("user disable zoe")
    ctl.ok("user role set zoe live-viewer")	# a level enables again
    assert user(server, "zoe")["vmsAccountState"] == ["enabled"]
    assert "nx.live-viewer" in grant(server, "user:zoe")["vmsRoleRef"][0]


def test_A02_A17_an_administrators_grant_is_for_all(server, ctl):
    ctl.ok("user add zoe --role administrator", who="admin")
    g = grant(server, "user:zoe")
    assert g["vmsTargetScope"] == ["all"] and "vmsTarget" not in g
    members = server.entry(server.group("vms-admins"))["member"]
    assert server.person("zoe") in members
    ctl.ok("user role set zoe viewer", who="admin")
    members = server.entry(server.group("vms-admins"))["member"]
    assert server.person("zoe") not in members


def test_A03_B54_delete_asks(server, ctl):
    done = ctl.refused(2, "not-confirmed", "user delete ed")
    assert done.out == ""
    ctl.ok("user delete ed --yes")
    assert user(server, "ed") is None


def test_A05_admin_limit(server, ctl):
    ctl.ok("policy set --parameter admin-max=3", who="admin")
    ctl.refused(3, "admin-limit", "user add zoe --role administrator",
                who="admin")
    ctl.ok("policy set --parameter admin-max=4 --parameter admin-warn=3",
           who="admin")
    done = ctl.ok("user add zoe --role administrator", who="admin")
    assert "admin-warn" in done.err


@pytest.mark.parametrize("name, rc, reason", [
    ("ed", 3, "exists"), ("ED", 3, "exists"),
    ("root", 3, "name-reserved"), ("daemon", 3, "name-reserved"),
    ("wheel", 3, "name-reserved"), ("zo e", 2, "name-invalid"),
    ("zoe:x", 2, "name-invalid"), ("1234", 2, "name-invalid"),
    ("z" * 33, 2, "name-invalid"), ("zo/e", 2, "name-invalid"),
    ("zo,e", 2, "name-invalid"),
])
def test_B05_login_rules(ctl, name, rc, reason):
    ctl.refused(rc, reason, "user", "add", name)


def test_B05_a_name_that_is_still_named(server, ctl):
    """A new user does not inherit what a former one was given."""
    server.modify("""dn: cn=g-night,ou=grants,ou=vms,dc=example,dc=com
changetype: modify
add: vmsSubject
vmsSubject: uid=zoe,ou=people,dc=example,dc=com
""")
    done = ctl.refused(3, "dn-still-referenced", "user add zoe")
    assert "g-night" in done.err


def test_B06_mail(server, ctl):
    ctl.ok("user set ed --mail ed.evans@example.org")
    for bad in ("ed", "ed@", "@example.org", "e d@example.org"):
        ctl.refused(2, "usage", "user", "set", "ed", "--mail", bad)
    seen = server.bind(server.service("rec01"), "rec01-secret").search_s(
        server.person("ed"), ldap.SCOPE_BASE)
    assert seen and "mail" not in seen[0][1]


def test_B07_B46_password(server, ctl):
    ctl.ok("user", "add", "zoe", "--new-password-file",
           ctl.secret("abc123", "new"))
    server.bind(server.person("zoe"), "abc123")
    stored = user(server, "zoe")["userPassword"][0]
    assert stored.startswith("{") and "abc123" not in stored
    ctl.refused(1, "pw-too-short", "user", "add", "zoe2",
                "--new-password-file", ctl.secret("abc12", "new"))


def test_B31_pool(server, ctl):
    ctl.ok("user set ed --pool office --pool console")
    e = user(server, "ed")
    assert e["vmsIpMode"] == ["pool"] and len(e["vmsIpPoolRef"]) == 2
    ctl.ok("user", "set", "ed", "--pool", "")
    e = user(server, "ed")
    assert e["vmsIpMode"] == ["any"] and "vmsIpPoolRef" not in e
    ctl.refused(1, "not-found", "user set ed --pool nowhere")


def test_set_schedule_validity_limits(server, ctl):
    ctl.ok("user", "set", "ed", "--schedule", "business", "--not-before",
           "2026-06-01", "--not-after", "2026-07-01T12:30:00Z",
           "--max-sessions", "2", "--ptz-priority", "50")
    e = user(server, "ed")
    assert e["vmsNotBefore"] == ["20260601000000Z"]
    assert e["vmsNotAfter"] == ["20260701123000Z"]
    assert e["vmsMaxSessions"] == ["2"] and e["vmsPtzPriority"] == ["50"]
    assert "not-after: 2026-07-01T12:30:00Z" in ctl.ok("user show ed").out
    ctl.refused(2, "usage", "user set ed --max-sessions many")
    ctl.refused(2, "usage", "user set ed --not-after yesterday")


def test_C04_C10_owner_protected(ctl):
    for words in ("user disable admin", "user delete admin --yes",
                  "user set admin --language de", "user passwd admin",
                  "user role set admin viewer",
                  "user access add admin camera:cam-gate"):
        ctl.refused(4, "owner-protected", words)
    ctl.refused(4, "owner-protected", "user delete admin --yes", who="admin")


def test_C04_last_owner(ctl):
    for words in ("user disable admin", "user set admin --not-after "
                  "2030-01-01", "grant remove g-owner --yes"):
        assert ctl(words, who=ROOT).reason == "last-owner"


def test_C02_owner_limit(ctl):
    ctl.ok("user add olaf", who="admin")
    ctl.server.modify("dn: uid=olaf,ou=people,dc=example,dc=com\n"
                      "changetype: modify\nadd: vmsProtected\n"
                      "vmsProtected: TRUE\n")
    ctl.refused(3, "owner-limit", "user role set olaf owner", who="admin")


def test_C11_self(ctl):
    for words in ("user disable alice", "user delete alice --yes",
                  "user role set alice viewer",
                  "user access add alice camera:cam-gate"):
        ctl.refused(4, "self-change", words)
    ctl.refused(4, "self-change", "grant add mine --subject user:alice "
                "--action live.view --target camera:cam-gate")


def test_C12_peer(ctl):
    for words in ("user disable carol", "user delete carol --yes",
                  "user set carol --language de",
                  "user role set carol viewer"):
        ctl.refused(4, "peer-administrator", words)


def test_C05_the_owner_makes_administrators(ctl):
    ctl.refused(4, "rank-too-low", "user add zoe --role administrator")
    ctl.ok("user add zoe --role administrator", who="admin")


@pytest.mark.parametrize("dn, ldif", [
    ("uid=admin,ou=people", "replace: vmsAccountState\n"
     "vmsAccountState: disabled\n"),
    ("uid=carol,ou=people", "replace: vmsAccountState\n"
     "vmsAccountState: disabled\n"),
    ("uid=alice,ou=people", "replace: vmsIpMode\nvmsIpMode: any\n"),
    ("cn=nx.viewer,ou=roles,ou=vms", "add: vmsAction\n"
     "vmsAction: ptz.control\n"),
    ("cn=policy,ou=vms", "replace: vmsDefaultAccess\n"
     "vmsDefaultAccess: none\n"),
])
def test_C01_C10_C11_C12_raw_ldapmodify(server, dn, ldif):
    """The server refuses the same without vmsctl."""
    done = server.modify(
        "dn: %s,dc=example,dc=com\nchangetype: modify\n%s" % (dn, ldif),
        dn=server.person("alice"), password="alice-pass", check=False)
    assert done.returncode == ldap.INSUFFICIENT_ACCESS.errnum


def test_dry_run_writes_nothing(server, ctl):
    before = server.state()
    done = ctl.ok("user add zoe --role viewer --dry-run")
    assert "dn: uid=zoe,ou=people,dc=example,dc=com\nchangetype: add" \
        in done.out
    assert server.state() == before
    # what it prints can be applied as it stands
    server.modify(done.out)
    assert grant(server, "user:zoe")


def test_json(ctl):
    rows = ctl.ok("user list --json").json
    assert [r["name"] for r in rows] == sorted(r["name"] for r in rows)
    one = ctl.ok("user show sam --json").json
    assert one["name"] == "sam" and one["pool"] == ["office"]
    done = ctl("user disable alice --json")
    assert done.rc == 4 and done.json["reason"] == "self-change"


def test_B55_delete_takes_all_of_it(server, ctl):
    server.add("""dn: cn=case9,ou=cases,ou=vms,dc=example,dc=com
objectClass: vmsAnalyticsCase
cn: case9
vmsAnalyticsType: face
vmsLicenseLevel: 3
vmsCaseState: active
vmsOwner: uid=ed,ou=people,dc=example,dc=com

dn: cn=face9,ou=resources,ou=vms,dc=example,dc=com
objectClass: vmsAnalyticsResource
cn: face9
vmsResourceKind: face
vmsCaseRef: cn=case9,ou=cases,ou=vms,dc=example,dc=com

dn: cn=level3,ou=licenses,ou=vms,dc=example,dc=com
objectClass: vmsLicensePool
cn: level3
vmsLicenseLevel: 3
vmsLicenseTotal: 5
vmsLicenseFree: 3

dn: cn=ed-3,ou=assignments,ou=vms,dc=example,dc=com
objectClass: vmsLicenseAssignment
cn: ed-3
vmsSubject: uid=ed,ou=people,dc=example,dc=com
vmsLicenseLevel: 3
vmsLicenseCount: 2

dn: cn=eds,ou=layouts,ou=vms,dc=example,dc=com
objectClass: vmsLayout
cn: eds
vmsShared: FALSE
vmsOwner: uid=ed,ou=people,dc=example,dc=com
""")
    ctl.ok("user delete ed --yes")
    text = server.search("-b", server.suffix, "+", "*")
    # the group is the server's to mend (refint), at once or a bit later
    assert "uid=ed,ou=people" not in text.replace(
        "member: uid=ed,ou=people", "")
    for gone in ("case9", "face9", "cn=ed-3", "cn=eds", "g-dock-view"):
        assert gone not in text, gone
    pool = server.entry("cn=level3,ou=licenses,ou=vms,dc=example,dc=com")
    assert pool["vmsLicenseFree"] == ["5"]


def test_delete_refuses_a_parent(ctl):
    ctl.refused(3, "has-sub-users", "user delete alice --yes", who="admin")
