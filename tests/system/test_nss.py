# SPDX-License-Identifier: MIT
"""10,000 users and large nested groups come out as the directory says, and
what must not become a user or group of this host does not."""

import json
import random
import subprocess
import time

import ldap
import pytest

from world import wait_for

SUFFIX = "dc=example,dc=com"
USERS = 10000


def person(n):
    return "uid=u%05d,ou=people,%s" % (n, SUFFIX)


def group(name):
    return "cn=%s,ou=groups,%s" % (name, SUFFIX)


def bulk():
    """Users; ten groups of 1,500; groups in groups, with a loop; groups
    whose members are names."""
    rnd = random.Random(7)
    out = []
    for n in range(1, USERS + 1):
        out.append(
            "dn: %s\nobjectClass: inetOrgPerson\nobjectClass: posixAccount\n"
            "objectClass: vmsUser\nuid: u%05d\ncn: User %d\nsn: U\n"
            "gecos: User %d\nuidNumber: %d\ngidNumber: 100\n"
            "homeDirectory: /home/u%05d\nloginShell: %s\n"
            "vmsAccountState: enabled\nvmsIpMode: any\n" % (
                person(n), n, n, n, 300000 + n, n,
                rnd.choice(("/bin/bash", "/bin/sh"))))

    def add(name, gid, members, names=()):
        kind = "groupOfNames" if members else "namedObject"
        out.append(
            "dn: %s\nobjectClass: %s\nobjectClass: posixGroup\ncn: %s\n"
            "gidNumber: %d\n" % (group(name), kind, name, gid) +
            "".join("member: %s\n" % m for m in members) +
            "".join("memberUid: %s\n" % m for m in names))

    for g in range(10):
        add("big%d" % g, 40000 + g,
            [person(n) for n in rnd.sample(range(1, USERS + 1), 1500)])
    add("nest0", 41000, [group("big0"), group("big1"), group("nest1")])
    add("nest1", 41001, [group("big2"), person(1), group("nest2")])
    add("nest2", 41002, [group("nest0"), person(2)])
    for g in range(5):
        add("names%d" % g, 42000 + g, [], [
            "u%05d" % n for n in rnd.sample(range(1, USERS + 1), 300)])
    return "\n".join(out)


WORLD = {"nss": 'visible = "all"; enumerate = true;', "bulk": bulk}


@pytest.fixture(scope="module")
def directory(world):
    """What the directory says, read by another reader: users and groups in
    the form of getent, and everybody's groups."""
    conn = world.ldap()

    def search(text, attrs):
        found = conn.search_s(SUFFIX, ldap.SCOPE_SUBTREE, text, attrs)
        return {dn: {k: [v.decode() for v in vs] for k, vs in e.items()}
                for dn, e in found}

    people = search("(objectClass=posixAccount)", [
        "uid", "uidNumber", "gidNumber", "gecos", "homeDirectory",
        "loginShell"])
    groups = search("(|(objectClass=posixGroup)(objectClass=groupOfNames))",
                    ["cn", "gidNumber", "member", "memberUid"])
    name_of = {dn: e["uid"][0] for dn, e in people.items()}

    def members(dn, seen):
        if dn in seen or dn not in groups:
            return set()
        seen.add(dn)
        found = set(groups[dn].get("memberUid", ()))
        for m in groups[dn].get("member", ()):
            if m in name_of:
                found.add(name_of[m])
            else:
                found |= members(m, seen)
        return found

    users = {e["uid"][0]: (int(e["uidNumber"][0]), int(e["gidNumber"][0]),
                           e["gecos"][0], e["homeDirectory"][0],
                           e["loginShell"][0]) for e in people.values()}
    posix = {e["cn"][0]: (int(e["gidNumber"][0]), members(dn, set()))
             for dn, e in groups.items() if "gidNumber" in e}
    of = {name: {users[name][1]} for name in users}
    for gid, names in posix.values():
        for name in names:
            of[name].add(gid)
    return users, posix, of


def test_loaded(world):
    wait_for(lambda: world.run("getent", "passwd", "u10000").rc == 0,
             seconds=30)


def getent(world, database):
    done = world.run("getent", "-s", "vms", database)
    assert done.rc == 0, done
    return [line.split(":") for line in done.out.splitlines()]


def test_users(world, directory):
    users, _, _ = directory
    rows = getent(world, "passwd")
    got = {r[0]: (int(r[2]), int(r[3]), r[4], r[5], r[6]) for r in rows}
    assert len(rows) == len(got)
    assert got == users
    assert all(r[1] in ("x", "*") for r in rows)


def test_groups(world, directory):
    _, groups, _ = directory
    rows = getent(world, "group")
    assert len(rows) == len({r[0] for r in rows})
    got = {r[0]: (int(r[2]), r[3].split(",") if r[3] else [])
           for r in rows}
    for name, (gid, members) in groups.items():
        assert got[name][0] == gid
        assert len(got[name][1]) == len(set(got[name][1]))
        assert set(got[name][1]) == members, name
    # What is left are the groups of roles.
    assert all("." in n or n.startswith("vms") for n in set(got) - set(groups))


ASK = """
import json, os, pwd, grp, sys
names = json.load(sys.stdin)
out = {}
for n in names["users"]:
    p = pwd.getpwnam(n)
    assert pwd.getpwuid(p.pw_uid) == p
    out[n] = sorted(os.getgrouplist(n, p.pw_gid))
for n in names["groups"]:
    g = grp.getgrnam(n)
    assert grp.getgrgid(g.gr_gid) == g
json.dump(out, sys.stdout)
"""


def test_one_by_one(world, directory):
    """Every user and group by name and by id, and every user's groups."""
    users, groups, of = directory
    done = world.run("/usr/bin/python3", "-c", ASK, stdin=json.dumps(
        {"users": sorted(users), "groups": sorted(groups)}))
    assert done.rc == 0, done.err
    got = json.loads(done.out)
    assert all(len(g) == len(set(g)) for g in got.values())
    of_roles = role_gids(world)
    assert {n: set(g) - of_roles for n, g in got.items()} == of
    # A role is a group as well: alice is an administrator, a viewer is not.
    assert set(got["alice"]) & of_roles
    assert not set(got["u00001"]) & of_roles


def role_gids(world):
    found = world.ldap().search_s(SUFFIX, ldap.SCOPE_SUBTREE,
                                  "(vmsGidNumber=*)", ["vmsGidNumber"])
    return {int(e["vmsGidNumber"][0]) for _, e in found}


def test_no_descriptor_is_kept(world):
    script = ("import os, pwd, grp\n"
              "fds = lambda: sorted(os.listdir('/proc/self/fd'))\n"
              "before = fds()\n"
              "pwd.getpwnam('u00001'); grp.getgrnam('big0')\n"
              "os.getgrouplist('u00001', 100)\n"
              "assert fds() == before, (before, fds())\n"
              "pwd.getpwall(); grp.getgrall()\n"
              "assert fds() == before, (before, fds())\n")
    done = world.run("/usr/bin/python3", "-c", script)
    assert done.rc == 0, done.err


def test_shadow_is_roots(world):
    done = world.run("getent", "shadow", "u00001")
    assert done.rc == 0 and done.out.startswith("u00001:!*:"), done
    done = world.run("runuser", "-u", "locke", "--", "getent", "shadow",
                     "u00001")
    assert done.rc == 2 and done.out == "", done


# --- what is left out


def user(dn, uid, number, gid=100, more=""):
    return ("dn: %s\nobjectClass: inetOrgPerson\nobjectClass: posixAccount\n"
            "objectClass: vmsUser\ncn: X\nsn: X\n%suidNumber: %d\n"
            "gidNumber: %d\nhomeDirectory: /home/x\nloginShell: /bin/bash\n"
            "vmsAccountState: enabled\nvmsIpMode: any\n%s\n" % (
                dn, "".join("uid: %s\n" % u for u in uid), number, gid, more))


LEFT_OUT = [
    # (name to look for, id, database)
    ("locke", 50001, "passwd"),
    ("taken-id", None, "passwd"),
    ("gid42", 50003, "passwd"),
    ("two-names", 50004, "passwd"),
    ("second-name", 50004, "passwd"),
    ("sudo", 60001, "group"),
    ("taken-gid", None, "group"),
    ("low-gid", 43, "group"),
]


@pytest.fixture(scope="module")
def offenders(world):
    local = int(world.run("id", "-u", "locke").out)
    people = ",ou=people," + SUFFIX
    ldif = [
        user("uid=locke" + people, ["locke"], 50001),
        user("uid=taken-id" + people, ["taken-id"], local),
        user("uid=gid42" + people, ["gid42"], 50003, gid=42),
        user("uid=two-names" + people, ["two-names", "second-name"], 50004),
    ]
    for name, gid in ("sudo", 60001), ("taken-gid", local), ("low-gid", 43):
        ldif.append("dn: %s\nobjectClass: groupOfNames\n"
                    "objectClass: posixGroup\ncn: %s\ngidNumber: %d\n"
                    "member: %s\n" % (group(name), name, gid, person(3)))
    ldif.append(user("uid=sentinel" + people, ["sentinel"], 50099))
    world.slapd.add("\n".join(ldif))
    wait_for(lambda: world.run("getent", "passwd", "sentinel").rc == 0)
    return local


@pytest.mark.parametrize("name, number, database", LEFT_OUT)
def test_left_out(world, offenders, name, number, database):
    number = offenders if number is None else number
    for key in name, str(number):
        done = world.run("getent", "-s", "vms", database, key)
        assert done.rc == 2 and done.out == "", done
    assert name not in {r[0] for r in getent(world, database)}


def test_member_of_left_out_groups(world, offenders):
    gids = world.run("id", "-G", "u00003").out.split()
    assert not set(gids) & {"60001", "43", str(offenders), "27"}


@pytest.mark.parametrize("name", sorted({n for n, _, _ in LEFT_OUT
                                         if n != "second-name"}))
def test_lint_names_each(world, offenders, name):
    done = world.run("vmsctl", "lint")
    assert done.rc == 5, done
    assert any(name in line for line in done.out.splitlines()), done


def test_local_ones_are_unchanged(world, offenders):
    assert world.run("getent", "passwd", "locke").out.startswith(
        "locke:x:%d:" % offenders)
    assert world.run("getent", "group", "sudo").out.startswith("sudo:x:27:")


# --- names that nobody should ask for


@pytest.mark.parametrize("name", [
    "", "a:b", "a/b", "a\nb", "x" * 300, "0", "root", "12x", "..",
    "pam_unix_non_existent:"])
def test_odd_names(world, name):
    t0 = time.monotonic()
    done = subprocess.run(["getent", "-s", "vms", "passwd", name],
                          capture_output=True, text=True)
    assert done.returncode == 2 and done.stdout == ""
    assert time.monotonic() - t0 < 1
