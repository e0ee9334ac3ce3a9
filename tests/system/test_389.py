# SPDX-License-Identifier: MIT
"""The sync and auth roles of vmsd-ldap against a real 389-ds: what it does
otherwise than slapd must make no difference to the engine.  Runs where
389-ds-base is installed (scripts/check --long)."""

import time
import uuid

import pytest

import ds389
from ds389 import Ds389
from feed import Auth, Feed, drain, lost, settings, sync_role
from role import Role, text
from slapd import wait_until
from world import World

pytestmark = pytest.mark.skipif(not ds389.installed(),
                                reason="389-ds-base is not installed")
CONFIG = "cn=config"


@pytest.fixture(scope="module")
def ds():
    with Ds389() as s:
        s.load()
        yield s


def schedule(ds, name):
    dn = ds.vms("schedules", name)
    ds.add("dn: %s\nobjectClass: vmsSchedule\ncn: %s\n" % (dn, name))
    return dn


def change(ds, dn, *lines):
    ds.modify("dn: %s\nchangetype: modify\n%s\n" % (dn, "\n".join(lines)))


def delete(ds, dn):
    ds.modify("dn: %s\nchangetype: delete\n" % dn)


def value(ds, dn, attr):
    out = ds.search("-s", "base", "-b", dn, attr)
    return next(x.split(": ")[1] for x in out.split("\n")
                if x.lower().startswith(attr.lower() + ":"))


def key_of(ds, dn):
    """nsUniqueId, as the control carries it."""
    return uuid.UUID(value(ds, dn, "nsUniqueId").replace("-", "")).bytes


# --- the feed

def test_first_refresh(ds):
    with sync_role(ds) as role:
        feed = Feed(role)
        assert feed.refresh() is None
        have = {dn.lower() for dn in feed.entries.values()}
        for dn in (ds.person("alice"), ds.group("operators"),
                   ds.vms("roles", "nx.viewer"), ds.vms("recorders", "rec01"),
                   "ou=people," + ds.suffix, "ou=vms," + ds.suffix,
                   ds.suffix):
            assert dn.lower() in have, dn
        assert feed.uuid(ds.person("alice")) == key_of(ds, ds.person("alice"))
        assert feed.cookie.rsplit("#", 1)[1].isdigit()


def test_live(ds):
    with sync_role(ds) as role:
        feed = Feed(role)
        feed.refresh()
        alice = key_of(ds, ds.person("alice"))
        change(ds, ds.person("alice"), "replace: gecos", "gecos: new")
        state, key, dn, attrs = feed.live()
        assert (state, key, dn) == (2, alice, ds.person("alice"))
        assert attrs["gecos"] == [b"new"]
        assert not {"userPassword", "mail", "telephoneNumber"} & set(attrs)
        stamp = value(ds, ds.person("alice"), "modifyTimestamp")[:-1]
        assert attrs["entryCSN"] == [
            stamp.encode() + b".000000Z#000000#000#000000"]

        dn = schedule(ds, "short")
        key = key_of(ds, dn)
        assert (1, key, dn) == feed.live()[:3]
        delete(ds, dn)
        assert (3, key) == feed.live()[:2]

        # One that leaves the filter is deleted, and comes back as added.
        bob, dn = key_of(ds, ds.person("bob")), ds.person("bob")
        ds.modify("dn: %s\nchangetype: modrdn\nnewrdn: uid=rob\n"
                  "deleteoldrdn: 1\n" % dn)
        assert (bob, ds.person("rob")) in [f[1:3] for f in drain(feed)]
        ds.modify("dn: %s\nchangetype: modrdn\nnewrdn: uid=bob\n"
                  "deleteoldrdn: 1\n" % ds.person("rob"))
        assert (bob, dn) in [f[1:3] for f in drain(feed)]


def device(ds):
    """An entry that is a group, and one that is none: what to change."""
    dn = "cn=tree,ou=groups," + ds.suffix
    ds.add("dn: %s\nobjectClass: device\nobjectClass: posixGroup\n"
           "gidNumber: 31001\ncn: tree\n" % dn)
    leave = ["delete: objectClass", "objectClass: posixGroup", "-",
             "delete: gidNumber"]
    back = ["add: objectClass", "objectClass: posixGroup", "-",
            "add: gidNumber", "gidNumber: 31001"]
    return dn, leave, back


def again(role, cookie):
    """Go on from a cookie: here that is a refresh from the beginning."""
    feed = Feed(role, cookie, resumes=False)
    assert feed.refresh() is None
    assert not feed.deleted and not feed.present
    return feed


def test_leaves_the_filter(ds):
    dn, leave, back = device(ds)
    with sync_role(ds) as role:
        feed = Feed(role)
        feed.refresh()
        key = feed.uuid(dn)
        change(ds, dn, *leave)
        assert (3, key) in [f[:2] for f in drain(feed)]
        change(ds, dn, *back)
        assert key in [f[1] for f in drain(feed) if f[0] in (1, 2)]
        cookie = feed.cookie
    # While nobody listens: its resume would not tell.
    change(ds, dn, *leave)
    with sync_role(ds) as role:
        assert key not in again(role, cookie).entries
    delete(ds, dn)


def test_container(ds):
    """One message for the container, as from slapd."""
    box = "ou=box,ou=people," + ds.suffix
    ds.add("dn: %s\nobjectClass: organizationalUnit\nou: box\n\n"
           "dn: cn=in,%s\nobjectClass: vmsSchedule\ncn: in\n" % (box, box))
    with sync_role(ds) as role:
        feed = Feed(role)
        feed.refresh()
        key = feed.uuid(box)
        ds.modify("dn: %s\nchangetype: modrdn\nnewrdn: ou=crate\n"
                  "deleteoldrdn: 1\n" % box)
        assert key in [f[1] for f in drain(feed)]
    for dn in "cn=in,ou=crate,ou=people,", "ou=crate,ou=people,":
        delete(ds, dn + ds.suffix)


def test_restart_and_trimmed_changelog(ds):
    gone, kept = schedule(ds, "gone"), schedule(ds, "kept")
    with sync_role(ds) as role:
        feed = Feed(role)
        feed.refresh()
        ds.stop()
        lost(role)
        ds.start()
        delete(ds, gone)
        change(ds, kept, "replace: vmsWindow",
               "vmsWindow: mon-fri 08:00-18:00")
        found = again(role, feed.cookie)
        assert gone not in found.entries.values()
        assert kept in found.entries.values()

    # The changelog forgets a deletion.
    delete(ds, kept)
    log = ds.search("-b", "cn=changelog", "(changeNumber=*)", "dn")
    for line in log.split("\n"):
        if line.startswith("dn: changenumber="):
            delete(ds, line[4:])
    schedule(ds, "later")
    with sync_role(ds) as role:
        found = again(role, found.cookie)
        assert kept not in found.entries.values()
        assert ds.vms("schedules", "later") in found.entries.values()
        assert again(role, "garbage").entries
    delete(ds, ds.vms("schedules", "later"))


def test_killed(ds):
    with sync_role(ds) as role:
        feed = Feed(role)
        feed.refresh()
        n = len(feed.entries)
        ds.kill()
        lost(role)
        ds.start()
        assert len(again(role, feed.cookie).entries) == n


def test_heartbeat(ds):
    with sync_role(ds) as role:
        Feed(role).refresh()
        _, r = role.next("SYNC_ALIVE")
        assert abs(r.u64() - time.time()) < 5
        assert r.text() == ""


def test_ldaps(ds):
    with sync_role(ds, uri=[ds.ldaps_uri], allow_clear_text=False) as role:
        feed = Feed(role)
        assert feed.refresh() is None
        assert ds.person("alice") in feed.entries.values()


def test_limits_say_what_to_do(ds):
    dn = ds.service("rec02")
    change(ds, dn, "replace: nsSizeLimit", "nsSizeLimit: 3")
    # The server sends three entries and then nothing, no result either.
    with Role("sync", settings(ds, bind_dn=dn, heartbeat_ms=100),
              password="rec02-secret") as role:
        role.send("SYNC_START", text(""))
        _, r = role.next("SYNC_LOST", skip=(
            "SYNC_CONNECTED", "SYNC_BEGIN", "SYNC_ENTRY"))
        r.text()
        assert "nsSizeLimit" in r.text()


# --- passwords

@pytest.fixture()
def auth(ds):
    with Auth(ds, uri=[ds.ldaps_uri]) as a:
        yield a


def policy(ds, **settings):
    lines = []
    for name, v in settings.items():
        lines += ["replace: " + name, "%s: %s" % (name, v), "-"]
    change(ds, CONFIG, *lines)


def test_bind(ds, auth):
    alice = ds.person("alice")
    assert auth.bind(alice, "alice-pass") == "ok"
    assert auth.bind(alice, "wrong") == "wrong" and auth.result == 49
    assert auth.bind(ds.person("nobody"), "x") == "wrong"
    assert auth.bind(alice, "alice-pass") == "ok"


def test_locked(ds, auth):
    policy(ds, passwordLockout="on", passwordMaxFailure="3",
           passwordLockoutDuration="3600")
    try:
        carol = ds.person("carol")
        found = [auth.bind(carol, "wrong") for _ in range(5)]
        assert found[0] == "wrong" and found[-1] == "locked", found
        assert auth.bind(carol, "carol-pass") == "locked"
        assert auth.result == 19
    finally:
        policy(ds, passwordLockout="off")


def test_disabled(ds, auth):
    dave = ds.person("dave")
    assert auth.bind(dave, "dave-pass") == "ok"
    change(ds, dave, "replace: nsAccountLock", "nsAccountLock: true")
    assert auth.bind(dave, "dave-pass") == "locked" and auth.result == 53
    change(ds, dave, "delete: nsAccountLock")
    assert auth.bind(dave, "dave-pass") == "ok"


def test_must_change(ds, auth):
    policy(ds, passwordMustChange="on")
    try:
        ed = ds.person("ed")
        change(ds, ed, "replace: userPassword", "userPassword: ed-first")
        assert auth.bind(ed, "wrong") == "wrong"
        assert auth.bind(ed, "ed-first") == "must-change"
        assert auth.change(ed, "ed-first", "ed-second") == "ok", auth.text
        assert auth.bind(ed, "ed-second") == "ok"
    finally:
        policy(ds, passwordMustChange="off")


def test_expired(ds, auth):
    policy(ds, passwordExp="on", passwordMaxAge="8640000",
           passwordWarning="86400")
    try:
        nora, sam = ds.person("nora"), ds.person("sam")
        for dn, when in (nora, time.time() - 60), (sam, time.time() + 3600):
            change(ds, dn, "replace: passwordExpirationTime",
                   "passwordExpirationTime: " +
                   time.strftime("%Y%m%d%H%M%SZ", time.gmtime(when)))
        assert auth.bind(nora, "nora-pass") == "expired", auth.text
        assert auth.bind(nora, "wrong") == "wrong", auth.text
        assert auth.bind(sam, "sam-pass") == "ok"
        assert 0 < auth.expires <= 86400
    finally:
        policy(ds, passwordExp="off")


def test_change(ds, auth):
    vera = ds.person("vera")
    assert auth.change(vera, "wrong", "vera-pass-2") == "wrong"
    assert auth.change(vera, "vera-pass", "vera-pass-2") == "ok", auth.text
    assert auth.bind(vera, "vera-pass") == "wrong"
    policy(ds, passwordCheckSyntax="on", passwordMinLength="8")
    try:
        assert auth.change(vera, "vera-pass-2", "x") == "refused"
        assert auth.text
    finally:
        policy(ds, passwordCheckSyntax="off")
    # Not over clear text: the server will not, and says why.
    with Auth(ds) as clear:
        assert clear.change(vera, "vera-pass-2", "vera-pass-3") == "refused"
        assert clear.result == 13
    assert auth.bind(vera, "vera-pass-2") == "ok"


def test_server_away(ds, auth):
    assert auth.bind(ds.person("alice"), "alice-pass") == "ok"
    ds.stop()
    try:
        assert auth.bind(ds.person("alice"), "wrong") == "unavailable"
    finally:
        ds.start()
    wait_until(lambda: auth.bind(ds.person("alice"), "alice-pass") == "ok",
               10, "logins work again")


# --- all of it

class Recorder(World):
    """A recorder whose directory runs already."""

    def __init__(self, server):
        super().__init__()
        self.slapd = server

    def up(self):
        self.prepare_host()
        self.configure()
        self.start_vmsd()
        self.start_sshd()

    def down(self):
        for name in list(self._procs):
            self.end(name)


def test_recorder(ds):
    def groups(name):
        return w.run("id", "-Gn", name).out.split()

    with Recorder(ds) as w:
        wait_until(lambda: w.run("getent", "passwd", "alice").rc == 0, 20,
                   "the feed is complete")
        assert "operators" not in groups("alice")
        done = w.ssh("alice", "id -un", password="alice-pass")
        assert done.out.strip() == "alice", done

        operators = ds.group("operators")
        change(ds, operators, "add: member",
               "member: " + ds.person("alice"))
        wait_until(lambda: "operators" in groups("alice"), 5, "a live change")
        ds.stop()
        ds.start()
        change(ds, operators, "delete: member",
               "member: " + ds.person("alice"))
        wait_until(lambda: "operators" not in groups("alice"), 20,
                   "a change after a break")
