# SPDX-License-Identifier: MIT
"""What changes in the directory changes here, at once or when the server is
back, and configuration is read anew on SIGHUP."""

import os
import signal
import time

import ldap
import pytest

from world import wait_for

SUFFIX = "dc=example,dc=com"


def groups(world, user):
    return set(world.run("id", "-Gn", user).out.split())


def modify(world, dn, op, attribute, *values):
    world.slapd.modify(
        "dn: %s\nchangetype: modify\n%s: %s\n" % (dn, op, attribute) +
        "".join("%s: %s\n" % (attribute, v) for v in values))


def seen_within_a_second(what):
    t0 = time.monotonic()
    wait_for(what, seconds=1, text="the change")
    return time.monotonic() - t0


def test_membership(world):
    operators = world.slapd.group("operators")
    carol = world.slapd.person("carol")
    assert "operators" not in groups(world, "carol")
    modify(world, operators, "add", "member", carol)
    seen_within_a_second(lambda: "operators" in groups(world, "carol"))
    modify(world, operators, "delete", "member", carol)
    seen_within_a_second(lambda: "operators" not in groups(world, "carol"))


def test_membership_by_name(world):
    archive = world.slapd.group("archive")
    modify(world, archive, "add", "memberUid", "carol")
    seen_within_a_second(lambda: "archive" in groups(world, "carol"))
    modify(world, archive, "delete", "memberUid", "carol")
    seen_within_a_second(lambda: "archive" not in groups(world, "carol"))


def test_membership_in_a_nested_group(world):
    shift = world.slapd.group("night-shift")
    carol = world.slapd.person("carol")
    modify(world, shift, "add", "member", carol)
    seen_within_a_second(lambda: "operators" in groups(world, "carol"))
    modify(world, shift, "delete", "member", carol)
    seen_within_a_second(lambda: "operators" not in groups(world, "carol"))


def test_grant(world):
    """A role given and taken is a login given and taken."""
    def may():
        return world.run("vmsctl", "check", "bob", "service=sshd",
                         "recorder:rec01", "--from", "127.0.0.1").rc == 0

    grant = "cn=g-technicians,ou=grants,ou=vms," + SUFFIX
    rec01 = "cn=rec01,ou=recorders,ou=vms," + SUFFIX
    assert not may()
    assert world.ssh("bob", "true", password="bob-pass").rc == 255
    modify(world, grant, "add", "vmsTarget", rec01)
    seen_within_a_second(may)
    assert world.ssh("bob", "true", password="bob-pass").rc == 0
    modify(world, grant, "delete", "vmsTarget", rec01)
    seen_within_a_second(lambda: not may())
    assert world.ssh("bob", "true", password="bob-pass").rc == 255


def test_disable(world):
    ed = world.slapd.person("ed")
    key = world.new_key("ed")
    assert world.ssh("ed", "true", key=key).rc == 0
    modify(world, ed, "replace", "vmsAccountState", "disabled")
    seen_within_a_second(lambda: world.run(
        "vmsctl", "check", "ed", "live.view", "camera:cam-gate").rc == 1)
    assert world.ssh("ed", "true", key=key).rc == 255
    modify(world, ed, "replace", "vmsAccountState", "enabled")
    wait_for(lambda: world.ssh("ed", "true", key=key).rc == 0)


def test_rename_user(world):
    """The same UUID, another name: the old one is gone, the id stays."""
    conn = world.ldap()
    conn.rename_s(world.slapd.person("nora"), "uid=norah")
    seen_within_a_second(
        lambda: world.run("getent", "passwd", "norah").rc == 0)
    assert world.run("getent", "passwd", "nora").rc == 2
    assert world.run("getent", "passwd", "20005").out.startswith("norah:")
    # refint follows the name in the groups.
    wait_for(lambda: "operators" in groups(world, "norah"))
    conn.rename_s(world.slapd.person("norah"), "uid=nora")
    wait_for(lambda: "operators" in groups(world, "nora"))


def test_rename_group(world):
    conn = world.ldap()
    conn.rename_s(world.slapd.group("operators"), "cn=staff-ops")
    seen_within_a_second(
        lambda: world.run("getent", "group", "staff-ops").rc == 0)
    assert world.run("getent", "group", "operators").rc == 2
    wait_for(lambda: "staff-ops" in groups(world, "sam"))
    assert world.ssh("sam", "true", password="sam-pass",
                     source="127.0.0.3").rc == 0
    conn.rename_s(world.slapd.group("staff-ops"), "cn=operators")
    wait_for(lambda: "operators" in groups(world, "sam"))


def test_move_out_of_scope_and_back(world):
    """Moved out of ou=people: gone; and back: there again."""
    conn = world.ldap()
    conn.rename_s(world.slapd.person("carol"), "uid=carol",
                  newsuperior="ou=groups," + SUFFIX)
    seen_within_a_second(
        lambda: world.run("getent", "passwd", "carol").rc == 2)
    assert world.ssh("carol", "true", password="carol-pass").rc == 255
    conn.rename_s("uid=carol,ou=groups," + SUFFIX, "uid=carol",
                  newsuperior="ou=people," + SUFFIX)
    wait_for(lambda: world.run("getent", "passwd", "carol").rc == 0)
    assert world.ssh("carol", "true", password="carol-pass").rc == 0


def new_user(world, name, number):
    world.slapd.add(
        "dn: %s\nobjectClass: inetOrgPerson\nobjectClass: posixAccount\n"
        "objectClass: vmsUser\nuid: %s\ncn: %s\nsn: N\nuidNumber: %d\n"
        "gidNumber: 100\nhomeDirectory: /home/%s\nloginShell: /bin/bash\n"
        "vmsAccountState: enabled\nvmsIpMode: any\nuserPassword: new-pass\n"
        % (world.slapd.person(name), name, name, number, name))
    modify(world, world.slapd.group("operators"), "add", "member",
           world.slapd.person(name))


def test_new_and_deleted_user(world):
    new_user(world, "newbie", 20050)
    seen_within_a_second(
        lambda: world.run("getent", "passwd", "newbie").rc == 0)
    assert world.ssh("newbie", "true", password="new-pass").rc == 0
    world.ldap().delete_s(world.slapd.person("newbie"))
    seen_within_a_second(
        lambda: world.run("getent", "passwd", "newbie").rc == 2)
    assert world.ssh("newbie", "true", password="new-pass").rc == 255


def test_move_to_where_nothing_may_be_read(world):
    """Of the suffix the recorder may read no attribute of a person's."""
    new_user(world, "rover", 20051)
    seen_within_a_second(
        lambda: world.run("getent", "passwd", "rover").rc == 0)
    world.ldap().rename_s(world.slapd.person("rover"), "uid=rover",
                          newsuperior=SUFFIX)
    seen_within_a_second(
        lambda: world.run("getent", "passwd", "rover").rc == 2)
    assert world.ssh("rover", "true", password="new-pass").rc == 255


# --- the server goes away and comes back

def while_away(world, change):
    """Restart the server, with CHANGE made while vmsd cannot reach it."""
    uri = world.slapd.ldaps_uri
    world.slapd.stop()
    world.slapd.ldaps_uri = "ldaps://127.0.0.1:9636"
    world.slapd.start()
    change()
    world.slapd.stop()
    world.slapd.ldaps_uri = uri
    world.slapd.start()


def rename(world, old, new):
    """Rename a user, and wait for refint, which a stop would cut short."""
    world.ldap().rename_s(world.slapd.person(old), "uid=" + new)
    wait_for(lambda: "member: " + world.slapd.person(new) in
             world.slapd.search("-b", world.slapd.group("night-shift")))


def set_session_log(world, entries):
    path = os.path.join(world.slapd.files, "overlays.conf")
    with open(path) as f:
        lines = [line for line in f.read().splitlines()
                 if not line.startswith("syncprov-sessionlog")]
    if entries:
        where = lines.index("overlay syncprov")
        lines.insert(where + 1, "syncprov-sessionlog %d" % entries)
    with open(path, "w") as f:
        f.write("\n".join(lines) + "\n")


@pytest.mark.parametrize("session_log", [10000, 0])
def test_server_restart(world, session_log):
    set_session_log(world, session_log)
    archive = world.slapd.group("archive")
    name = "away%d" % session_log
    # Of nobody who was here before: that would be held for adoption.
    number = 20070 + (session_log > 0)

    def change():
        modify(world, archive, "add", "memberUid", "carol")
        new_user(world, name, number)
        rename(world, "nora", "noreen")

    while_away(world, change)
    wait_for(lambda: "archive" in groups(world, "carol"), seconds=30)
    wait_for(lambda: world.run("getent", "passwd", name).rc == 0)
    wait_for(lambda: world.run("getent", "passwd", "noreen").rc == 0)
    assert world.run("getent", "passwd", "nora").rc == 2

    def back():
        conn = world.ldap()
        modify(world, archive, "delete", "memberUid", "carol")
        conn.delete_s(world.slapd.person(name))
        rename(world, "noreen", "nora")

    while_away(world, back)
    wait_for(lambda: "archive" not in groups(world, "carol"), seconds=30)
    wait_for(lambda: world.run("getent", "passwd", name).rc == 2)
    wait_for(lambda: world.run("getent", "passwd", "nora").rc == 0)
    # And the feed flows again.
    test_membership(world)


def test_logins_while_the_server_is_away(world):
    """Decisions go on; a password never verified here cannot be."""
    key = world.new_key("alice")
    assert world.ssh("alice", "true", key=key).rc == 0
    world.slapd.stop()
    try:
        t0 = time.monotonic()
        assert world.ssh("alice", "true", key=key).rc == 0
        assert world.ssh("ed", "true", password="ed-pass").rc == 255
        assert time.monotonic() - t0 < 15
    finally:
        world.slapd.start()
    wait_for(lambda: world.ssh("alice", "true",
                               password="alice-pass").rc == 0, seconds=30)


def test_hung_server(world):
    world.slapd.pause()
    try:
        t0 = time.monotonic()
        assert world.ssh("ed", "true", password="ed-pass").rc == 255
        assert time.monotonic() - t0 < 10
        assert world.run("su", "-", "alice", "-c", "true").rc == 0
    finally:
        world.slapd.resume()
    wait_for(lambda: world.ssh("alice", "true",
                               password="alice-pass").rc == 0, seconds=30)


def test_vmsd_restart_with_the_server_away(world):
    """The store has it all; the server is not needed to start."""
    world.slapd.stop()
    try:
        world.end("vmsd")
        world.start_vmsd()
        assert world.run("getent", "passwd", "alice").rc == 0
        wait_for(lambda: world.run("su", "-", "alice", "-c",
                                   "true").rc == 0)
        assert world.run("su", "-", "vera", "-c", "true").rc != 0
    finally:
        world.slapd.start()
    wait_for(lambda: world.ssh("alice", "true",
                               password="alice-pass").rc == 0, seconds=30)


# --- configuration

def edit(world, old, new):
    with open(world.conf) as f:
        text = f.read()
    assert old in text
    with open(world.conf, "w") as f:
        f.write(text.replace(old, new))


def hup(world):
    os.kill(world.pid("vmsd"), signal.SIGHUP)


def test_reload(world):
    """vera has no login here: she is seen only when all are visible."""
    assert world.run("getent", "-s", "vms", "passwd").out == ""
    assert world.run("getent", "passwd", "lars").rc == 2
    edit(world, "nss: {", 'nss: { visible = "all"; enumerate = true;')
    hup(world)
    wait_for(lambda: world.run("getent", "passwd", "lars").rc == 0)
    wait_for(lambda: "lars:" in world.run("getent", "-s", "vms",
                                          "passwd").out)


def test_reload_of_a_broken_file_changes_nothing(world):
    before = len(world.log("vmsd"))
    edit(world, 'visible = "all"', 'visible = "some"')
    hup(world)
    wait_for(lambda: "visible" in world.log("vmsd")[before:])
    assert world.conf in world.log("vmsd")[before:]
    assert world.run("getent", "passwd", "lars").rc == 0
    assert world.run("su", "-", "alice", "-c", "true").rc == 0
    edit(world, 'visible = "some"', 'visible = "all"')
    hup(world)


def test_the_directory_agrees_in_the_end(world):
    """After all this, every user is what the directory says he is."""
    conn = world.ldap()
    found = conn.search_s("ou=people," + SUFFIX, ldap.SCOPE_ONELEVEL,
                          "(objectClass=posixAccount)", ["uid", "uidNumber"])
    want = {(e["uid"][0].decode(), e["uidNumber"][0].decode())
            for _, e in found}

    def have():
        rows = world.run("getent", "-s", "vms", "passwd").out.splitlines()
        return {(r.split(":")[0], r.split(":")[2]) for r in rows}

    wait_for(lambda: have() == want, text="agreement")
