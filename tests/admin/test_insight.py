# SPDX-License-Identifier: MIT
"""lint on a real directory, and the reports."""

import csv
import io
import json
import os
import subprocess

import ldap
import pytest

from conftest import VMSCTL

DATA = os.path.join(os.path.dirname(__file__), "..", "data")


def codes(ctl, **how):
    done = ctl("lint --directory --json", **how)
    assert done.rc in (0, 5), done
    return {(f["code"], f["dn"].split(",")[0].split("=")[1])
            for f in done.json}


def found(ctl, code):
    return [f for f in ctl("lint --directory --json").json
            if f["code"] == code]


# --- lint

def test_sample_estate_is_clean_enough(server, ctl):
    """The estate that a site starts from has no error."""
    done = ctl("lint --directory --json")
    assert [f for f in done.json if f["degrades"]] == []


def test_findings_name_what_mends(server, ctl):
    """Each finding has DN, attribute, meaning and the command; exit 5."""
    dn = "cn=policy,ou=vms," + server.suffix
    server.root().modify_s(dn, [(ldap.MOD_ADD, "vmsParameter",
                                 b"retension-days=3")])
    f, = found(ctl, "parameter-unknown")
    assert (f["dn"], f["attribute"]) == (dn, "vmsParameter")
    assert "retension-days" in f["text"] and f["mend"].startswith("vmsctl ")
    done = ctl("lint --directory")
    assert done.rc == 5
    assert "parameter-unknown" in done.out and "mend: vmsctl" in done.out


def test_last_owner(server, ctl):
    """K08, C02: no owner, one who ends, an unprotected holder of the role."""
    admin = server.person("admin")
    server.root().modify_s(admin, [(ldap.MOD_ADD, "vmsNotAfter",
                                    b"20300101000000Z")])
    assert ("owner-ends", "admin") in codes(ctl)
    server.root().modify_s(admin, [(ldap.MOD_DELETE, "vmsProtected", None)])
    assert {("owner-missing", "vms"), ("owner-unprotected", "admin")} <= \
        codes(ctl)


def grant(server, name, subject, gives):
    server.add("""
dn: cn={0},ou=grants,ou=vms,dc=example,dc=com
objectClass: {2}
cn: {0}
vmsEffect: allow
vmsSubjectScope: listed
vmsSubject: {1}
{3}
vmsTargetScope: all
vmsCondition: none
""".format(name, subject, "vmsActionGrant" if "vmsAction" in gives else
           "vmsRoleGrant", gives))


def test_administrators_in_lesser_grants(server, ctl):
    """C11: what an administrator can give himself behind the access rules is
    found: by name, by a group that holds him, by his own hand."""
    grant(server, "lesser", server.person("alice"), "vmsAction: ptz.control")
    grant(server, "ring", server.group("vms-admins"),
          "vmsAction: ptz.control")
    server.add("""
dn: cn=crew,ou=groups,dc=example,dc=com
objectClass: groupOfNames
cn: crew
member: uid=ed,ou=people,dc=example,dc=com
""")
    alice = server.bind(server.person("alice"), "alice-pass")
    alice.add_s(server.vms("grants", "crew"), [
        ("objectClass", b"vmsActionGrant"), ("cn", b"crew"),
        ("vmsEffect", b"allow"), ("vmsSubjectScope", b"listed"),
        ("vmsSubject", server.group("crew").encode()),
        ("vmsAction", b"ptz.control"), ("vmsTargetScope", b"all"),
        ("vmsCondition", b"none")])
    server.root().modify_s(server.group("crew"), [
        (ldap.MOD_ADD, "member", server.person("alice").encode())])
    assert {("grant-names-admin", "lesser"),
            ("grant-group-of-admin", "ring"),
            ("grant-self-written", "crew")} <= codes(ctl)


def test_site_roles_with_owner_actions(server, ctl):
    """C31: a role of the site that holds what only owners give is found, and
    every grant of it."""
    server.add("""
dn: cn=site.boss,ou=roles,ou=vms,dc=example,dc=com
objectClass: vmsRole
cn: site.boss
vmsRoleRank: 85
vmsRoleScope: assigned
vmsAction: policy.edit
""")
    grant(server, "boss", server.person("ed"), "vmsRoleRef: " +
          server.vms("roles", "site.boss"))
    grant(server, "bare", server.person("ed"), "vmsAction: admin.create")
    assert {("role-owner-action", "site.boss"),
            ("role-admin-rank", "site.boss"),
            ("grant-owner-action", "boss"),
            ("grant-owner-action", "bare")} <= codes(ctl)


def test_partial_layouts_and_folders(server, ctl):
    """B35, B36: what arrived behind vmsctl's back and shows a holder less
    than is in it is named, with one who sees less."""
    server.add("""
dn: cn=wall,ou=layouts,ou=vms,dc=example,dc=com
objectClass: vmsLayout
cn: wall
vmsShared: TRUE
vmsMember: cn=cam-gate,ou=cameras,ou=vms,dc=example,dc=com
vmsMember: cn=cam-vault,ou=cameras,ou=vms,dc=example,dc=com
""")
    server.root().modify_s(server.vms("grants", "g-guards"), [
        (ldap.MOD_ADD, "vmsTarget", server.vms("layouts", "wall").encode())])
    f, = found(ctl, "layout-partial")
    assert f["dn"] == server.vms("layouts", "wall")
    assert "cam-vault" in f["text"]


def test_cameras_without_recorder(server, ctl):
    """A deleted recorder leaves cameras behind: lint names them."""
    server.root().delete_s(server.vms("recorders", "rec02"))
    assert {n for c, n in codes(ctl) if c == "camera-recorder-dangling"} == {
        dn.split(",")[0][3:] for dn, e in server.entries(
            "ou=vms," + server.suffix, "(objectClass=vmsCamera)").items()
        if "rec02" in e["vmsHomeRecorder"][0] or
        e["vmsHomeRecorder"] == ["cn=deleted"]}


def test_files_get_the_same_rules():
    """Without a server: --ldif sees what needs the raw tree too."""
    done = subprocess.run(
        [VMSCTL, "lint", "--json", "--ldif",
         os.path.join(DATA, "fixture.ldif")], capture_output=True, text=True)
    assert done.returncode == 5
    assert "license-sum" in {f["code"] for f in json.loads(done.stdout)}


# --- reports

def rows(done, key="user"):
    return {r[key]: r for r in done.json}


def review(server, dn, when):
    server.root().modify_s(dn, [(ldap.MOD_REPLACE, "vmsReviewBy",
                                 when.encode())])


def test_accounts(server, ctl):
    """A01: every account with roles, end and review; an overdue review of a
    grant is named, exit 5."""
    done = ctl.ok("report accounts --json")
    people = server.entries("ou=people," + server.suffix,
                            "(objectClass=vmsUser)")
    assert set(rows(done)) == {e["uid"][0] for e in people.values()}
    assert rows(done)["alice"]["roles"] == ["nx.administrator"]
    assert done.json[0]["user"] == "admin"      # highest rank first
    review(server, server.vms("grants", "g-guards"), "20200101000000Z")
    done = ctl("report accounts --json")
    assert done.rc == 5
    late = {u for u, r in rows(done).items() if r["overdue"]}
    assert late and all(rows(done)[u]["review-of"] == "grant:g-guards"
                        for u in late)
    table = list(csv.reader(io.StringIO(ctl("report accounts --csv").out)))
    assert table[0][0] == "user" and len(table) == len(people) + 1
    assert ctl("report accounts").out.startswith("user\tname\t")


def test_reviews(server, ctl):
    """A01: what is to be looked at, in the order of its dates, with the
    command that confirms it."""
    review(server, server.person("ed"), "20200101000000Z")
    review(server, server.vms("grants", "g-guards"), "20990101000000Z")
    done = ctl("report reviews --json")
    assert done.rc == 5
    assert [(r["what"], r["overdue"]) for r in done.json] == [
        ("user:ed", True), ("grant:g-guards", False)]
    assert done.json[0]["confirm"].startswith("vmsctl user set ed --review")
    review(server, server.person("ed"), "20990101000000Z")
    ctl.ok("report reviews")


def test_admins(server, ctl):
    """A05: administrators are counted, whether they are directly or by a
    group; a third one is refused where admin-max is 2."""
    done = ctl.ok("report admins --json")
    assert {"alice", "carol", "dave", "admin"} == set(rows(done))
    assert rows(done)["alice"]["through"] == ["group:vms-admins"]
    server.root().modify_s("cn=policy,ou=vms," + server.suffix, [
        (ldap.MOD_ADD, "vmsParameter", b"admin-max=3")])
    assert "3 administrators (admin-max=3)" in ctl("report admins").err
    ctl.refused(3, "admin-limit",
                "user add zoe --role nx.administrator --no-password",
                who="admin")
    assert server.entry(server.person("zoe")) is None


def test_user_camera_and_recorder_agree(server, ctl):
    """C32: what a user reaches and why, and the same from the camera's and
    the recorder's side; each camera as `check` decides it."""
    mine = [r for r in ctl.ok("report user lars --json").json
            if r["kind"] == "camera" and not r["conditions"]]
    assert mine
    dump = os.path.join(ctl.folder, "now.ldif")
    with open(dump, "w") as f:
        f.write(server.search("-b", server.suffix))
    for r in mine:
        said = subprocess.run([VMSCTL, "check", "--ldif", dump, "lars",
                               "live.view", "camera:" + r["name"]],
                              capture_output=True, text=True).stdout
        assert said.split()[0] == "ALLOW"
        assert said.split()[1].split(":")[1] in r["why"]
        back = rows(ctl.ok("report", "camera", r["name"], "--json"))["lars"]
        assert "live.view" in back["may"] and set(r["why"]) & \
            set(back["why"])
    doors = {r["name"] for r in ctl.ok("report user alice --json").json
             if r["kind"] == "recorder"}
    assert doors == {"rec01", "rec02"}
    for rec in doors:
        assert "alice" in rows(ctl.ok("report", "recorder", rec, "--json"))
    assert ctl("report user nobody-here").rc == 1


def test_diff(server, ctl):
    """Who gained or lost what since a copy was made; what changes nothing is
    not shown."""
    dump = os.path.join(ctl.folder, "before.ldif")
    with open(dump, "w") as f:
        f.write(server.search("-b", server.suffix))
    assert ctl.ok("report", "diff", dump, "--json").json == []
    server.root().modify_s(server.vms("grants", "g-guards"), [
        (ldap.MOD_REPLACE, "vmsReason", b"nothing new")])
    ctl.ok("report", "diff", dump)
    server.root().modify_s(server.vms("grants", "g-dock-view"), [
        (ldap.MOD_DELETE, "vmsAction", b"archive.view")])
    server.root().modify_s(server.person("lars"), [
        (ldap.MOD_REPLACE, "vmsAccountState", b"disabled")])
    done = ctl("report", "diff", dump, "--json")
    assert done.rc == 5
    r = next(r for r in done.json if r["user"] == "ed" and
             r["name"] == "cam-dock")
    assert "archive.view" in r["lost"] and "live.view" not in r["lost"]
    r = next(r for r in done.json if r["user"] == "lars")
    assert (r["kind"], r["gained"], r["lost"]) == ("account", ["disabled"],
                                                   ["enabled"])


@pytest.mark.parametrize("what", ["accounts", "admins", "reviews",
                                  "user lars", "camera cam-gate"])
def test_viewers_get_no_reports(server, ctl, what):
    """B02: who may not see the estate is told so, and nothing else."""
    done = ctl("report " + what, who="lars")
    assert done.rc == 4 and done.out == ""
