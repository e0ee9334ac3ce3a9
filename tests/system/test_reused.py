# SPDX-License-Identifier: MIT
"""A user is deleted and another gets his name: nobody here until adopted."""

import json

import pytest

from world import wait_for


def lint(world):
    out = world.run("vmsctl", "lint", "--json").out
    return [f["code"] for f in json.loads(out)] if out else []


def recreate(world, name, uid):
    """Delete, wait until that is known, and add a new entry."""
    dn = world.slapd.person(name)
    entry = world.slapd.search("-b", dn, "-s", "base", "*")
    groups = world.slapd.search("-b", "dc=example,dc=com",
                                "(member=%s)" % dn, "1.1")
    world.slapd.run("ldapdelete", dn)
    wait_for(lambda: world.run("getent", "passwd", name).rc == 2)
    lines = [line for line in entry.splitlines()
             if not line.startswith(("uidNumber:", "vmsSerial"))]
    world.slapd.add("\n".join(lines).strip() + "\nuidNumber: %d\n" % uid)
    for line in groups.splitlines():
        if line.startswith("dn: ") and "ou=groups" in line:
            world.slapd.modify("%s\nchangetype: modify\nadd: member\n"
                               "member: %s\n" % (line, dn))


@pytest.fixture(scope="module")
def again(world):
    assert world.ssh("alice", "true", password="alice-pass").rc == 0
    recreate(world, "alice", 29001)
    wait_for(lambda: "identity-reused" in lint(world))


def decision(world):
    done = world.run("vmsctl", "check", "alice", "service=sshd", "--from",
                     "127.0.0.1", "--json")
    return done.rc, json.loads(done.out)["reason"]


def test_left_out(world, again):
    assert world.run("getent", "passwd", "alice").rc == 2
    assert world.run("getent", "passwd", "29001").rc == 2
    assert decision(world) == (1, "identity-reused")
    done = world.ssh("alice", "true", password="alice-pass")
    assert done.rc == 255, done
    assert world.run("vmsctl", "list", "recorders", "alice").out == ""


def test_stays_over_a_restart(world, again):
    world.end("vmsd")
    world.start_vmsd()
    wait_for(lambda: "identity-reused" in lint(world))
    assert world.run("getent", "passwd", "alice").rc == 2


def test_only_root_adopts(world, again):
    done = world.run("runuser", "-u", "locke", "--", "vmsctl", "sync",
                     "adopt", "alice")
    assert done.rc == 4, done
    assert world.run("vmsctl", "sync", "adopt").rc == 2
    assert world.run("vmsctl", "sync", "adopt", "nobody-at-all").rc == 1


def test_adopted(world, again):
    world.run("vmsctl", "sync", "adopt", "alice", check=True)
    wait_for(lambda: world.run("getent", "passwd", "alice").rc == 0)
    assert ":29001:" in world.run("getent", "passwd", "alice").out
    assert "identity-reused" not in lint(world)
    assert decision(world)[1] != "identity-reused"
    # Once is enough, also after a restart.
    done = world.run("vmsctl", "sync", "adopt", "alice")
    assert done.rc == 1 and "stands in the way" in done.err, done
    world.end("vmsd")
    world.start_vmsd()
    assert world.run("getent", "passwd", "alice").rc == 0
