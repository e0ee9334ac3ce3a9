# SPDX-License-Identifier: MIT
"""Licences: pools, what users have, what is kept after it was taken away."""

import os
import subprocess
import time

import ldap
import pytest

ROUNDS = int(os.environ.get("VMS_RACE_ROUNDS", "30"))
LEVEL3 = "cn=level-3,ou=licenses,ou=vms,dc=example,dc=com"

CASES = """
dn: cn=case-{n},ou=cases,ou=vms,dc=example,dc=com
objectClass: vmsAnalyticsCase
cn: case-{n}
vmsAnalyticsType: face
vmsLicenseLevel: 3
vmsCaseState: active
vmsOwner: uid={user},ou=people,dc=example,dc=com
vmsCameraRef: cn=cam-gate,ou=cameras,ou=vms,dc=example,dc=com

dn: cn=event-{n},ou=resources,ou=vms,dc=example,dc=com
objectClass: vmsAnalyticsResource
cn: event-{n}
vmsResourceKind: event
vmsCaseRef: cn=case-{n},ou=cases,ou=vms,dc=example,dc=com

dn: cn=group-{n},ou=resources,ou=vms,dc=example,dc=com
objectClass: vmsAnalyticsResourceGroup
cn: group-{n}
vmsMember: cn=event-{n},ou=resources,ou=vms,dc=example,dc=com
"""


@pytest.fixture
def pool(ctl):
    ctl.ok("license add 3 --total 4 --type face")
    return ctl


def make_case(server, n, user="ed"):
    server.add(CASES.format(n=n, user=user))


def free(server):
    return int(server.entry(LEVEL3)["vmsLicenseFree"][0])


def assigned(server):
    return {(e["vmsSubject"][0].split(",")[0][4:], "vmsRetainUntil" in e):
            int(e["vmsLicenseCount"][0]) for e in server.entries(
                "ou=vms," + server.suffix,
                "(objectClass=vmsLicenseAssignment)").values()}


def state_of(server, name, container="cases"):
    e = server.entry(server.vms(container, name))
    return e and (e.get("vmsCaseState", [""])[0], "vmsRetainUntil" in e)


def set_end(server, when):
    """Move the date of all that is kept."""
    for dn in server.entries("ou=vms," + server.suffix,
                             "(vmsRetainUntil=*)"):
        server.root().modify_s(dn, [(ldap.MOD_REPLACE, "vmsRetainUntil",
                                     when.encode())])


def test_counts_of_each_level(server, pool):
    """B12: counts per user and level; the pool keeps what is free."""
    pool.ok("license assign ed 3 2")
    assert free(server) == 2 and assigned(server) == {("ed", False): 2}
    pool.ok("license assign ed 3")
    assert free(server) == 1 and assigned(server) == {("ed", False): 3}
    pool.refused(1, "license-exhausted", "license assign lars 3 2")
    pool.refused(1, "no-such-license", "license assign lars 4")
    pool.refused(3, "license-in-use", "license set 3 --total 2")
    pool.refused(3, "license-in-use", "license delete 3 --yes")
    pool.ok("license set 3 --total 10")
    assert free(server) == 7


def test_viewers_see_no_licences(server, pool):
    """B12, B17: counts are an administrator's matter."""
    before = server.state()
    assert pool("license assign ed 3", who="lars").rc == 4
    assert pool("license statistics", who="lars").rc == 4
    assert server.state() == before


def test_statistics_are_the_sums(server, pool):
    """B17: used, available, total, shared are what the directory adds up
    to."""
    pool.ok("license assign ed 3 2")
    pool.ok("license assign nora 3 1")
    make_case(server, 1)
    row, = pool.ok("license statistics --json").json
    sums = server.entries("ou=vms," + server.suffix,
                          "(vmsLicenseLevel=3)").values()
    assert row["shared"] == sum(int(e["vmsLicenseCount"][0]) for e in sums
                                if "vmsLicenseCount" in e) == 3
    assert row["used"] == sum(e.get("vmsCaseState") == ["active"]
                              for e in sums) == 1
    assert row["available"] == free(server) == 1
    assert (row["level"], row["total"], row["types"]) == (3, 4, ["face"])
    assert pool.ok("license statistics --csv").lines[1] == \
        "3,1,1,4,3,0,face"


def test_removed_is_kept_and_restored(server, pool):
    """B39: after removal the data is kept for retention-days, readable, and
    giving it back revives it."""
    pool.ok("license assign ed 3 2")
    make_case(server, 1)
    make_case(server, 2)
    assert pool("license remove ed 3").rc == 2      # not confirmed (A03)
    pool.ok("license remove ed 3 --yes")
    assert free(server) == 4 and assigned(server) == {("ed", True): 2}
    kept = server.entries("ou=vms," + server.suffix, "(vmsRetainUntil=*)")
    assert len(kept) == 7       # assignment, 2 cases, events, groups
    ends = {time.mktime(time.strptime(e["vmsRetainUntil"][0],
                                      "%Y%m%d%H%M%SZ")) - time.timezone
            for e in kept.values()}
    assert len(ends) == 1 and abs(ends.pop() - time.time() - 7 * 86400) < 60
    assert state_of(server, "case-1") == ("retained", True)
    pool.ok("gc --yes")
    assert state_of(server, "case-1") == ("retained", True)
    pool.ok("license restore ed 3")
    assert free(server) == 2 and assigned(server) == {("ed", False): 2}
    assert state_of(server, "case-1") == ("active", False)
    assert not server.entries("ou=vms," + server.suffix,
                              "(vmsRetainUntil=*)")
    pool.refused(1, "license-retention-over", "license restore ed 3")


def test_past_its_date_it_goes(server, pool):
    """B39: after the date gc deletes it, once; nothing revives it, not with
    the clock set back either."""
    pool.ok("license assign ed 3 2")
    make_case(server, 1)
    pool.ok("license remove ed 3 --yes")
    set_end(server, "20200101000000Z")
    pool.refused(1, "license-retention-over", "license restore ed 3")
    pool.ok("license assign ed 3 1")        # a new one, without the old data
    assert state_of(server, "case-1") == ("retained", True)
    pool.ok("gc --yes")
    assert state_of(server, "case-1") is None
    assert state_of(server, "event-1", "resources") is None
    assert assigned(server) == {("ed", False): 1} and free(server) == 3
    before = server.state()
    pool.ok("gc --yes")
    assert server.state() == before


def test_partial_removal_names_the_cases(server, pool):
    """B39: where fewer licences are left than cases run, the writer says
    which end."""
    pool.ok("license assign ed 3 2")
    make_case(server, 1)
    make_case(server, 2)
    pool.refused(3, "license-in-use", "license remove ed 3 1 --yes")
    pool.ok("license remove ed 3 1 --case case-2 --yes")
    assert assigned(server) == {("ed", False): 1, ("ed", True): 1}
    assert state_of(server, "case-1") == ("active", False)
    assert state_of(server, "case-2") == ("retained", True)
    pool.ok("license assign ed 3 1")
    assert assigned(server) == {("ed", False): 2}
    assert state_of(server, "case-2") == ("active", False)


def test_dry_run_is_one_transaction_of_ldif(server, pool):
    """B12: the pool moves by increment, in what is written with it."""
    before = server.state()
    text = pool.ok("license assign ed 3 2 --dry-run").out
    assert "increment: vmsLicenseFree\nvmsLicenseFree: -2\n" in text
    assert "objectClass: vmsLicenseAssignment" in text
    assert server.state() == before


def test_race_for_the_last_licence(server, ctl):
    """B12: two administrators and one licence: one gets it, the other is told
    that there is none, and the count is never below zero."""
    ctl.ok("license add 3 --total 1")
    for i in range(ROUNDS):
        both = [subprocess.Popen(
            ctl.argv(["license", "assign", user, "3"], who),
            stderr=subprocess.PIPE, text=True,
            env=dict(os.environ, HOME=ctl.folder))
            for who, user in (("alice", "ed"), ("carol", "nora"))]
        said = [p.communicate()[1] for p in both]
        codes = sorted(p.returncode for p in both)
        assert codes == [0, 1], (i, said)
        assert "license-exhausted" in "".join(said)
        assert free(server) == 0
        (who, _), = assigned(server)
        ctl.ok("license", "remove", who, "3", "--yes")
        set_end(server, "20200101000000Z")
        ctl.ok("gc --yes")
        assert free(server) == 1 and not assigned(server)


def test_the_assertion_alone_holds(server, pool):
    """B12: what vmsctl asserts keeps the server from going below zero, with
    no counter of writes in between."""
    from ldap.controls.libldap import AssertionControl
    root = server.root()
    with pytest.raises(ldap.ASSERTION_FAILED):
        root.modify_ext_s(LEVEL3, [(ldap.MOD_INCREMENT, "vmsLicenseFree",
                                    b"-5")],
                          [AssertionControl(True, "(vmsLicenseFree>=5)")])
    assert free(server) == 4
