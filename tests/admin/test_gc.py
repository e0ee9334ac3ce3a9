# SPDX-License-Identifier: MIT
"""gc: what was deleted behind vmsctl's back; recorders that report."""

import os
import time

import ldap
import slapd

from test_license import assigned, free, make_case, state_of

TOP = os.path.join(os.path.dirname(__file__), "..", "..")


def forget(server, name):
    """Delete a user as any LDAP client would; slapd then puts a placeholder
    where the last reference was, in its own time."""
    server.root().delete_s(server.person(name))
    slapd.wait_until(lambda: not server.entries(
        "ou=vms," + server.suffix, "(|(vmsOwner={0})(vmsSubject={0}))"
        .format(server.person(name))), 10, "refint does not come")


def test_user_deleted_behind_its_back(server, ctl):
    """B55: cases, resources, licences and own layouts of a user whom somebody
    deleted with ldapdelete are deleted; those of others are not."""
    ctl.ok("license add 3 --total 4")
    ctl.ok("license assign ed 3 1")
    ctl.ok("license assign lars 3 1")
    make_case(server, 1, "ed")
    make_case(server, 2, "lars")
    for name, shared in (("own", "FALSE"), ("wall", "TRUE")):
        server.add("""
dn: cn=%s,ou=layouts,ou=vms,dc=example,dc=com
objectClass: vmsLayout
cn: %s
vmsShared: %s
vmsMember: cn=cam-gate,ou=cameras,ou=vms,dc=example,dc=com
vmsOwner: uid=ed,ou=people,dc=example,dc=com
""" % (name, name, shared))
    forget(server, "ed")
    assert {f["code"] for f in ctl("lint --directory --json").json} >= \
        {"case-orphan", "assignment-orphan"}
    ctl.ok("gc --yes")
    assert state_of(server, "case-1") is None
    assert state_of(server, "event-1", "resources") is None
    assert state_of(server, "group-1", "resources") is None
    assert server.entry(server.vms("layouts", "own")) is None
    assert server.entry(server.vms("layouts", "wall")) is not None
    assert state_of(server, "case-2") == ("active", False)
    assert assigned(server) == {("lars", False): 1} and free(server) == 3
    found = {f["code"] for f in ctl("lint --directory --json").json}
    assert not found & {"case-orphan", "assignment-orphan", "license-sum",
                        "resource-orphan"}


def test_pool_is_put_right(server, ctl):
    """B12: an assignment that was deleted behind vmsctl's back gives its
    licences back."""
    ctl.ok("license add 3 --total 4")
    ctl.ok("license assign ed 3 2")
    dn, = server.entries("ou=assignments,ou=vms," + server.suffix,
                         "(objectClass=vmsLicenseAssignment)")
    server.root().delete_s(dn)
    sums = [f for f in ctl("lint --directory --json").json
            if f["code"] == "license-sum"]
    assert sums and sums[0]["mend"] == "vmsctl gc"
    ctl.ok("gc --yes")
    assert free(server) == 4


def test_denials_stay(server, ctl):
    """A denial whose subject is gone is a matter for people: gc leaves it,
    lint names it."""
    server.add("""
dn: cn=no-ed,ou=grants,ou=vms,dc=example,dc=com
objectClass: vmsActionGrant
cn: no-ed
vmsEffect: deny
vmsSubjectScope: listed
vmsSubject: uid=ed,ou=people,dc=example,dc=com
vmsAction: archive.view
vmsTargetScope: all
vmsCondition: none
""")
    forget(server, "ed")
    ctl.ok("gc --yes")
    assert server.entry(server.vms("grants", "no-ed")) is not None
    assert server.entry(server.vms("grants", "g-dock-view")) is None
    assert any(f["dn"].startswith("cn=no-ed,") for f in
               ctl("lint --directory --json").json)


def test_nothing_to_do_writes_nothing(server, ctl):
    before = server.state()
    ctl.ok("gc --yes")
    assert server.state() == before


def test_recorder_reports_about_itself(server, ctl):
    """A21: a recorder's own account writes its version and the time, and
    nothing about another."""
    serial = server.serial()
    ctl.ok("recorder report rec01 --software 5.1.2",
           who=server.service("rec01"), password="rec01-secret")
    e = server.entry(server.vms("recorders", "rec01"))
    assert e["vmsSoftwareVersion"] == ["5.1.2"]
    told = time.mktime(time.strptime(e["vmsReportedAt"][0],
                                     "%Y%m%d%H%M%SZ")) - time.timezone
    assert abs(told - time.time()) < 60
    assert server.serial() == serial
    before = server.state()
    done = ctl("recorder report rec02 --software 6", password="rec01-secret",
               who=server.service("rec01"))
    assert (done.rc, done.reason) == (4, "not-permitted")
    assert server.state() == before
    assert ctl("recorder report rec99", password="rec01-secret",
               who=server.service("rec01")).rc == 1


def test_recorder_is_found_by_its_host_name(server, ctl):
    """A21: without a name the recorder is the one with this host's name."""
    dn = server.vms("recorders", "rec01")
    server.root().modify_s(dn, [(ldap.MOD_ADD, "vmsHostName",
                                 os.uname().nodename.encode())])
    ctl.ok("recorder", "report", who=server.service("rec01"),
           password="rec01-secret")
    assert "vmsReportedAt" in server.entry(dn)


def test_timers_run_what_they_say():
    """B39, A21: the units call gc and recorder report, and timers call
    them."""
    for name, verb in (("vmsctl-gc", "vmsctl gc --yes"),
                       ("vmsctl-recorder-report", "vmsctl recorder report")):
        with open(os.path.join(TOP, "conf", name + ".service.in")) as f:
            text = f.read()
        assert "ExecStart=@bindir@/" + verb in text
        assert os.path.exists(os.path.join(TOP, "conf", name + ".timer"))
