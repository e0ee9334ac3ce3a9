# SPDX-License-Identifier: MIT
"""What the server refuses, keeps consistent and does with passwords."""

import ldap
import pytest

import slapd

V = "ou=vms,dc=example,dc=com"
PERSON = "uid=vera,ou=people,dc=example,dc=com"
ROLE = "cn=emergency,ou=roles," + V
GRANT = "cn=g-guards,ou=grants," + V
ACTIONS = "cn=g-technicians,ou=grants," + V
POLICY = "cn=policy," + V
POOL, SCHEDULE = "cn=office,ou=ippools," + V, "cn=night,ou=schedules," + V
CAMERA = "cn=cam-gate,ou=cameras," + V
RECORDER = "cn=rec02,ou=recorders," + V

# entry, attribute, values that are refused, values that are taken
CONSTRAINTS = [
    (PERSON, "vmsAccountState", ["active", ""], ["disabled", "enabled"]),
    (PERSON, "vmsIpMode", ["none", "pool,any"], ["pool", "any"]),
    (PERSON, "vmsMaxSessions", ["-1"], ["0", "3"]),
    (GRANT, "vmsEffect", ["permit"], ["deny", "allow"]),
    (GRANT, "vmsTargetScope", ["some"], ["listed"]),
    (GRANT, "vmsSubjectScope", ["all"], ["everyone", "listed"]),
    (GRANT, "vmsCondition", ["weather"],
     ["none", "break-glass", "archive-age"]),
    (GRANT, "vmsMaxArchiveAge", ["-5"], ["86400"]),
    (GRANT, "vmsRoleRef",
     ["cn=nobody,ou=roles," + V, RECORDER, PERSON],
     ["cn=nx.live-viewer,ou=roles," + V]),
    (CAMERA, "vmsHomeRecorder", ["cn=rec09,ou=recorders," + V, POOL],
     [RECORDER, "cn=rec01,ou=recorders," + V]),
    (ACTIONS, "vmsAction",
     ["login", "*.*", "Live.view", "live.view ", "live.view*", "*"],
     ["live.*", "analytics-case.view", "login.shell"]),
    (ROLE, "vmsRoleRank", ["101", "-1"], ["100", "0", "60"]),
    (ROLE, "vmsRoleScope", ["none"], ["all", "assigned"]),
    (ROLE, "vmsUnixGroup", ["Vms", "9vms", "vms:x"], ["vms_x-1"]),
    (POLICY, "vmsDefaultAccess", ["all"], ["none", "all-cameras"]),
    (POLICY, "vmsLayoutMode", ["allow"], ["imply", "require"]),
    (POLICY, "vmsMessage", ["just a text"], ["ip-denied=No"]),
    (POLICY, "vmsParameter", ["retention days=7"], ["retention-days=7"]),
    (POLICY, "vmsApprovalAction", ["archive"], ["archive.export"]),
    (POOL, "vmsIpRange",
     ["10.0.0", "192.0.2.0/240", "office", "192.0.2.1-", "pc7.example.com"],
     ["local", "2001:db8::/32", "198.51.100.1-198.51.100.9", "::1",
      "2001:db8::1-2001:db8::9", "127.0.0.0/29"]),
    (SCHEDULE, "vmsWindow",
     ["mon-fri", "mon 8:00-18:00", "mon 08:00-25:00", "mo 08:00-09:00"],
     ["daily 00:00-24:00", "sat-mon 22:00-06:00", "sun 08:00-12:30"]),
    (SCHEDULE, "vmsExceptDate", ["2026-13-01", "25.12.2026"],
     ["2026-12-25"]),
]


@pytest.mark.parametrize("dn, name, bad, good", CONSTRAINTS,
                         ids=[row[1] for row in CONSTRAINTS])
def test_values(estate, dn, name, bad, good):
    conn = estate.bind()
    before = conn.read_s(dn).get(name)
    for value in bad:
        with pytest.raises(ldap.LDAPError) as refused:
            conn.modify_s(dn, [(ldap.MOD_REPLACE, name, [value.encode()])])
        assert isinstance(refused.value, (
            ldap.CONSTRAINT_VIOLATION, ldap.INVALID_SYNTAX)), value
    for value in good:
        conn.modify_s(dn, [(ldap.MOD_REPLACE, name, [value.encode()])])
    conn.modify_s(dn, [(ldap.MOD_REPLACE, name, before)])


@pytest.mark.parametrize("dn, name, value", [
    (GRANT, "vmsAction", "live.view"),		# a role or actions, not both
    (ACTIONS, "vmsRoleRef", ROLE),
    (GRANT, "vmsCondition", None), (GRANT, "vmsEffect", None),
    (GRANT, "vmsTargetScope", None), (GRANT, "vmsSubjectScope", None),
    (GRANT, "vmsRoleRef", None), (ACTIONS, "vmsAction", None),
    (PERSON, "vmsAccountState", None), (PERSON, "vmsIpMode", None),
    (ROLE, "vmsRoleRank", None), (CAMERA, "vmsHomeRecorder", None),
    (POLICY, "vmsDefaultAccess", None)])
def test_classes(estate, dn, name, value):
    with pytest.raises(ldap.OBJECT_CLASS_VIOLATION):
        estate.bind().modify_s(dn, [
            (ldap.MOD_REPLACE, name, value and [value.encode()])])


def test_no_target_beside_the_scope_all(estate):
    conn = estate.bind()
    with pytest.raises(ldap.CONSTRAINT_VIOLATION):
        conn.modify_s(estate.vms("grants", "g-admins"), [
            (ldap.MOD_ADD, "vmsTarget", [RECORDER.encode()])])


def license_pool(conn, name, level):
    conn.add_s("cn=%s,ou=licenses,%s" % (name, V), [
        ("objectClass", [b"vmsLicensePool"]), ("cn", [name.encode()]),
        ("vmsLicenseLevel", [level]), ("vmsLicenseTotal", [b"1"]),
        ("vmsLicenseFree", [b"1"])])


def case(conn, name, state):
    conn.add_s("cn=%s,ou=cases,%s" % (name, V), [
        ("objectClass", [b"vmsAnalyticsCase"]), ("cn", [name.encode()]),
        ("vmsAnalyticsType", [b"face"]), ("vmsLicenseLevel", [b"3"]),
        ("vmsCaseState", [state]), ("vmsOwner", [PERSON.encode()]),
        ("vmsCameraRef", [CAMERA.encode()])])


@pytest.mark.parametrize("dn, op, name, value", [
    (PERSON, ldap.MOD_ADD, "uid", "ALICE"),
    (PERSON, ldap.MOD_REPLACE, "uidNumber", "20001"),
    (RECORDER, ldap.MOD_ADD, "vmsHostName", "REC01.example.com"),
    (RECORDER, ldap.MOD_REPLACE, "vmsUuid",
     "6f1c2c6e-6b1d-4b0a-9a56-1f0c3d7a0001"),
    (ROLE, ldap.MOD_REPLACE, "vmsGidNumber", "71001"),
    (ROLE, ldap.MOD_REPLACE, "vmsUnixGroup", "vms-owner")])
def test_given_once(estate, dn, op, name, value):
    with pytest.raises(ldap.CONSTRAINT_VIOLATION, match="non-unique"):
        estate.bind().modify_s(dn, [(op, name, [value.encode()])])


def test_one_licence_pool_for_a_level(server):
    conn = server.bind()
    license_pool(conn, "one", b"1")
    license_pool(conn, "two", b"2")
    with pytest.raises(ldap.CONSTRAINT_VIOLATION, match="non-unique"):
        license_pool(conn, "again", b"2")


def test_states_of_a_case(server):
    conn = server.bind()
    case(conn, "one", b"active")
    with pytest.raises(ldap.CONSTRAINT_VIOLATION):
        case(conn, "two", b"running")


def becomes(conn, dn, name, expected):
    """refint works in the background: wait for its change to arrive."""
    values = sorted(value.encode() for value in expected)
    slapd.wait_until(
        lambda: sorted(conn.read_s(dn).get(name, [])) == values, 5,
        "%s of %s: %r" % (name, dn, conn.read_s(dn).get(name)))


def test_references_follow_a_rename(server):
    conn = server.bind()
    old, new = (server.vms("recorders", n) for n in ("rec01", "front"))
    conn.rename_s(old, "cn=front")
    becomes(conn, server.service("rec01"), "vmsRecorderRef", [new])
    becomes(conn, server.vms("cameras", "cam-lobby"), "vmsHomeRecorder",
            [new])
    becomes(conn, server.vms("grants", "g-operators-login"), "vmsTarget",
            [new])
    becomes(conn, server.vms("recordergroups", "all"), "vmsMember",
            [new, RECORDER])


def test_each_reference_follows(server):
    """Where the sample estate has none of a kind, one is made first."""
    conn = server.bind()
    case(conn, "one", b"active")
    conn.add_s("cn=face,ou=resources," + V, [
        ("objectClass", [b"vmsAnalyticsResource"]), ("cn", [b"face"]),
        ("vmsResourceKind", [b"face"]),
        ("vmsCaseRef", [("cn=one,ou=cases," + V).encode()])])
    conn.modify_s(CAMERA, [(ldap.MOD_ADD, "vmsFailoverRecorder",
                            [RECORDER.encode()])])
    conn.add_s(server.vms("roles", "heir"), [
        ("objectClass", [b"vmsRole"]), ("cn", [b"heir"]),
        ("vmsRoleRank", [b"1"]), ("vmsRoleScope", [b"assigned"]),
        ("vmsRoleParent", [ROLE.encode()])])
    for holder, name, old in (
            ("cn=heir,ou=roles," + V, "vmsRoleParent", ROLE),
            ("cn=face,ou=resources," + V, "vmsCaseRef",
             "cn=one,ou=cases," + V),
            ("cn=new,ou=cases," + V, "vmsCameraRef", CAMERA),
            ("cn=new,ou=cases," + V, "vmsOwner", PERSON),
            ("cn=new,ou=cameras," + V, "vmsFailoverRecorder", RECORDER),
            (server.person("sam"), "vmsParentUser", server.person("alice")),
            (server.vms("recorders", "rec01"), "vmsServiceAccount",
             server.service("rec01"))):
        rdn = old.split("=")[0] + "=" + (
            "new" if name != "vmsParentUser" else "alison")
        conn.rename_s(old, rdn)
        becomes(conn, holder, name, [rdn + "," + old.split(",", 1)[1]])


def test_a_deleted_user_leaves_nothing_to_inherit(server):
    conn = server.bind()
    conn.delete_s(server.person("bob"))
    becomes(conn, server.group("viewers"), "member",
            [server.person(n) for n in ("vera", "xena")])
    # The last value of an attribute that must be there.
    becomes(conn, server.group("technicians"), "member", ["cn=deleted"])
    conn.delete_s(server.group("technicians"))
    becomes(conn, server.vms("grants", "g-technicians"), "vmsSubject",
            ["cn=deleted"])


def test_what_narrows_a_grant_is_never_pruned(server):
    conn = server.bind()
    schedule = server.vms("schedules", "night")
    role = server.vms("roles", "emergency")
    conn.delete_s(schedule)
    conn.delete_s(role)
    # What refint does do shows that it has done with the two before.
    conn.delete_s(server.person("bob"))
    becomes(conn, server.group("technicians"), "member", ["cn=deleted"])
    grant = conn.read_s(server.vms("grants", "g-night"))
    assert grant["vmsScheduleRef"] == [schedule.encode()]
    grant = conn.read_s(server.vms("grants", "g-glass"))
    assert grant["vmsRoleRef"] == [role.encode()]


def test_passwords_are_stored_hashed(estate):
    for dn in estate.person("vera"), estate.service("rec01"):
        stored = estate.bind().read_s(dn)["userPassword"]
        assert len(stored) == 1 and stored[0].startswith(b"{SSHA}")


def test_short_passwords_are_refused(estate):
    vera = estate.bind(estate.person("vera"), "vera-pass")
    with pytest.raises(ldap.CONSTRAINT_VIOLATION):
        vera.passwd_s(estate.person("vera"), "vera-pass", "12345")


def fail_binds(server, dn, times):
    for _ in range(times):
        with pytest.raises(ldap.INVALID_CREDENTIALS):
            server.bind(dn, "wrong")


def test_guessing_locks_people_but_never_recorders(server):
    vera, rec01 = server.person("vera"), server.service("rec01")
    fail_binds(server, vera, 10)
    with pytest.raises(ldap.INVALID_CREDENTIALS):
        server.bind(vera, "vera-pass")
    # The recorder sees the lock, and is not itself locked.
    fail_binds(server, rec01, 11)
    conn = server.bind(rec01, "rec01-secret")
    assert "pwdAccountLockedTime" in conn.read_s(
        vera, attrlist=["pwdAccountLockedTime"])
