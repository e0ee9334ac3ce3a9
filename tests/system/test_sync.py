# SPDX-License-Identifier: MIT
"""The sync and auth roles of vmsd-ldap against a real slapd, one role at a
time: what the server does becomes these messages and no others."""

import socket
import threading
import time

import pytest

from feed import Auth, Feed, drain, lost, settings, sync_role
from role import IPC, Role, text, u32
from slapd import Slapd, wait_until


def edit(server, name, old, new):
    """Change the sample configuration of a server before its start."""
    path = server.files + "/" + name
    with open(path) as f:
        lines = f.read()
    assert old in lines
    with open(path, "w") as f:
        f.write(lines.replace(old, new))


@pytest.fixture(scope="module")
def slapd():
    server = Slapd()
    # Locked accounts are told apart from wrong passwords.
    edit(server, "overlays.conf", "overlay ppolicy\n",
         "overlay ppolicy\nppolicy_use_lockout\n")
    with server as s:
        s.load()
        yield s


# --- the feed

def test_refresh_and_live(slapd):
    with sync_role(slapd) as role:
        feed = Feed(role)
        assert feed.refresh() is None
        assert feed.phases == ["delete"] and "csn=" in feed.cookie
        dns = {dn.lower() for dn in feed.entries.values()}
        assert slapd.person("alice") in dns
        assert "ou=people,dc=example,dc=com" in dns

        slapd.modify("dn: %s\nchangetype: modify\nreplace: gecos\n"
                     "gecos: new\n" % slapd.person("alice"))
        state, _, dn, attrs = feed.live()
        assert (state, dn) == (2, slapd.person("alice"))
        assert attrs["gecos"] == [b"new"] and "entryCSN" in attrs
        assert not {"userPassword", "mail", "telephoneNumber"} & set(attrs)

        # An entry is renamed: the same one, elsewhere.
        before = feed.uuid(slapd.person("bob"))
        slapd.modify("dn: %s\nchangetype: modrdn\nnewrdn: uid=rob\n"
                     "deleteoldrdn: 1\n" % slapd.person("bob"))
        states = [feed.live() for _ in range(1)]
        found = [s for s in states if s[1] == before]
        assert found and found[0][2] == slapd.person("rob")
        slapd.modify("dn: %s\nchangetype: modrdn\nnewrdn: uid=bob\n"
                     "deleteoldrdn: 1\n" % slapd.person("rob"))


def test_an_entry_beyond_the_bounds_does_not_stop_the_feed(slapd):
    """Whoever may edit his own entry could hold up what others lose."""
    dn = slapd.person("alice")
    with sync_role(slapd) as role:
        feed = Feed(role)
        assert feed.refresh() is None
        slapd.modify("dn: %s\nchangetype: modify\nreplace: gecos\n"
                     "gecos: %s\n" % (dn, "x" * 200000))
        assert feed.live()[3]["gecos"] == [b"x" * 128 * 1024]
        slapd.modify("dn: %s\nchangetype: modify\nreplace: gecos\n"
                     "gecos: plain\n-\n" % dn + "".join(
                         "add: gecos;lang-%c%c\ngecos;lang-%c%c: y\n-\n" %
                         (i // 26 + 97, i % 26 + 97,
                          i // 26 + 97, i % 26 + 97) for i in range(300)))
        attrs = feed.live()[3]
        assert len(attrs) < 256 and "uidNumber" in attrs
        assert attrs["gecos"] == [b"plain"]
        slapd.modify("dn: %s\nchangetype: modify\n%s" % (dn, "".join(
            "delete: gecos;lang-%c%c\n-\n" % (i // 26 + 97, i % 26 + 97)
            for i in range(300))))
        feed.live()


def test_containers_and_scope(slapd):
    slapd.add("dn: ou=box,ou=people,dc=example,dc=com\n"
              "objectClass: organizationalUnit\nou: box\n\n"
              "dn: cn=inside,ou=box,ou=people,dc=example,dc=com\n"
              "objectClass: vmsSchedule\ncn: inside\n\n"
              "dn: cn=note,ou=box,ou=people,dc=example,dc=com\n"
              "objectClass: device\ncn: note\n")
    with sync_role(slapd) as role:
        feed = Feed(role)
        feed.refresh()
        box = feed.uuid("ou=box,ou=people,dc=example,dc=com")
        inside = feed.uuid("cn=inside,ou=box,ou=people,dc=example,dc=com")
        assert "cn=note,ou=box,ou=people,dc=example,dc=com" not in (
            feed.entries.values())
        # One message for the container, none for what is below it.
        slapd.modify("dn: ou=box,ou=people,dc=example,dc=com\n"
                     "changetype: modrdn\nnewrdn: ou=crate\n"
                     "deleteoldrdn: 1\n")
        found = drain(feed)
        assert (2, box) in [f[:2] for f in found]
        assert inside not in [f[1] for f in found]
        # Leaving the filter is a delete.
        slapd.modify("dn: cn=inside,ou=crate,ou=people,dc=example,dc=com\n"
                     "changetype: delete\n")
        assert (3, inside) in [f[:2] for f in drain(feed)]
        slapd.modify("dn: cn=note,ou=crate,ou=people,dc=example,dc=com\n"
                     "changetype: delete\n\n"
                     "dn: ou=crate,ou=people,dc=example,dc=com\n"
                     "changetype: delete\n")
        assert (3, box) in [f[:2] for f in drain(feed)]


def test_moved_to_where_it_may_not_be_read(slapd):
    """It must not leave without a word."""
    with sync_role(slapd) as role:
        feed = Feed(role)
        feed.refresh()
        dave = feed.uuid(slapd.person("dave"))
        for where in "dc=example,dc=com", "ou=people,dc=example,dc=com":
            slapd.modify("dn: %s\nchangetype: modrdn\nnewrdn: uid=dave\n"
                         "deleteoldrdn: 0\nnewsuperior: %s\n" % (
                             feed.entries[dave], where))
            assert (2, dave, "uid=dave," + where) in drain(feed)


def add_schedules(s, *names):
    s.add("\n".join("dn: %s\nobjectClass: vmsSchedule\ncn: %s\n" % (
        s.vms("schedules", n), n) for n in names))


def remove(s, *dns):
    s.modify("\n".join("dn: %s\nchangetype: delete\n" % d for d in dns))


def test_resume_with_session_log(slapd):
    add_schedules(slapd, "goes", "stays", "changes")
    with sync_role(slapd) as role:
        feed = Feed(role)
        feed.refresh()
        goes = feed.uuid(slapd.vms("schedules", "goes"))
        stays = feed.uuid(slapd.vms("schedules", "stays"))
        cookie = feed.cookie
    remove(slapd, slapd.vms("schedules", "goes"))
    slapd.modify("dn: %s\nchangetype: modify\nreplace: vmsWindow\n"
                 "vmsWindow: mon-fri 08:00-18:00\n" %
                 slapd.vms("schedules", "changes"))
    with sync_role(slapd) as role:
        feed = Feed(role, cookie)
        assert feed.refresh() is None
        assert feed.phases == ["delete"]
        assert goes in feed.deleted and stays not in feed.entries
        assert [d for d in feed.entries.values()
                if d == slapd.vms("schedules", "changes")]
        # Nothing changed: nothing is said.
        again = Feed(role, feed.cookie)
        assert again.refresh() is None
        assert not again.entries and not again.deleted
        # A cookie that is none: everything, and deletes only.
        garbage = Feed(role, "garbage")
        assert garbage.refresh() is None
        assert garbage.phases == ["delete"] and stays in garbage.entries


def test_resume_after_restart(slapd):
    add_schedules(slapd, "gone")
    with sync_role(slapd) as role:
        feed = Feed(role)
        feed.refresh()
        gone = feed.uuid(slapd.vms("schedules", "gone"))
        kept = feed.uuid(slapd.vms("schedules", "stays"))
        remove(slapd, slapd.vms("schedules", "gone"))
        cookie = feed.cookie
        drain(feed)
        slapd.stop()
        lost(role)
        slapd.start()
        # The log is empty now: what is unchanged is named.
        resumed = Feed(role, cookie)
        assert resumed.refresh() is None
        assert resumed.phases == ["present"]
        assert kept in resumed.present and gone not in resumed.present


def test_behind_after_kill(slapd):
    """contextCSN falls back to the last checkpoint, and the server will not
    go on from a state that it does not know."""
    with sync_role(slapd) as role:
        feed = Feed(role)
        feed.refresh()
        feed.cookie = feed.cookie.replace("csn=20", "csn=21")
        later = Feed(role, feed.cookie)
        result = later.refresh()
        assert result and result[0] == 53, result
        # Only a START begins anew.
        fresh = Feed(role)
        assert fresh.refresh() is None
        slapd.kill()
        lost(role)
        slapd.start()
        assert Feed(role).refresh() is None


def test_hung_server_is_noticed(slapd):
    with sync_role(slapd) as role:
        feed = Feed(role)
        feed.refresh()
        kind, r = role.next("SYNC_ALIVE")
        assert abs(r.u64() - time.time()) < 5
        assert r.text() in feed.cookie
        slapd.pause()
        try:
            start = time.monotonic()
            lost(role, "heartbeat")
            assert time.monotonic() - start < 2.5
        finally:
            slapd.resume()
        assert Feed(role, feed.cookie).refresh() is None


def test_next_server(slapd):
    dead = "ldap://127.0.0.1:1"
    with sync_role(slapd, uri=[dead, slapd.uri]) as role:
        role.send("SYNC_START", text(""))
        lost(role, "127.0.0.1:1", "refused")
        kind, r = role.next("SYNC_CONNECTED")
        assert r.text() == slapd.uri
        # The one in use is behind: the next is the dead one, then this again.
        role.send("SYNC_NEXT")
        role.send("SYNC_START", text(""))
        why = role.next("SYNC_LOST", skip=(
            "SYNC_BEGIN", "SYNC_ENTRY", "SYNC_PHASE", "SYNC_IDSET"))[1]
        assert why.text() == dead


# --- ways in

@pytest.mark.parametrize("how", ["ldaps", "starttls", "ldapi", "cert",
                                 "name", "pin"])
def test_ways_in(slapd, how):
    key = ""
    changes = dict(allow_clear_text=False)
    if how == "ldaps":
        changes.update(uri=[slapd.ldaps_uri])
    elif how == "starttls":
        changes.update(uri=[slapd.uri], starttls=True)
    elif how == "ldapi":
        changes.update(uri=[slapd.ldapi_uri], sasl="external", bind_dn="")
    elif how == "cert":
        cert, path = slapd.tls.client("rec01")
        with open(path) as f:
            key = f.read()
        changes.update(uri=[slapd.ldaps_uri], sasl="external", bind_dn="",
                       cert_file=cert)
    elif how == "name":
        changes.update(
            uri=[slapd.ldaps_uri.replace("127.0.0.1", "127.0.0.2")
                 .replace("127.0.0.2", "127.0.0.1")],
            server_names=["local*"])
    elif how == "pin":
        changes.update(uri=[slapd.ldaps_uri],
                       pins=["sha256:" + "A" * 43 + "=", pin_of(slapd)])
    password = "" if changes.get("sasl") else "rec01-secret"
    with Role("sync", settings(slapd, **changes), password=password,
              key=key) as role:
        feed = Feed(role)
        assert feed.refresh() is None
        assert slapd.person("alice") in feed.entries.values()


def pin_of(s):
    import base64
    import hashlib
    import subprocess
    pem = subprocess.run(["openssl", "x509", "-in", s.tls.server, "-noout",
                          "-pubkey"], capture_output=True, check=True).stdout
    der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "der"],
                         input=pem, capture_output=True, check=True).stdout
    return "sha256:" + base64.b64encode(hashlib.sha256(der).digest()).decode()


def test_refusals_say_why(slapd):
    def why(password="rec01-secret", **changes):
        with Role("sync", settings(slapd, **changes),
                  password=password) as role:
            role.send("SYNC_START", text(""))
            return lost(role)

    clear = dict(allow_clear_text=False)
    assert "ca_file" in why(uri=[slapd.ldaps_uri], ca_file=slapd.tls.other_ca)
    assert "ca_file" in why(uri=[slapd.ldaps_uri], ca_file="/nowhere/ca.pem")
    assert "clear text" in why(**clear)
    assert "bind_password_file" in why(password="wrong")
    assert "no account" in why(password="")
    assert "refused" in why(uri=["ldap://127.0.0.1:1"])
    assert "not an LDAP URI" in why(uri=["http://127.0.0.1"])
    assert "tls_priority" in why(uri=[slapd.ldaps_uri], tls_priority="HIGH:!aNULL")
    assert "TLS failed" in why(uri=[slapd.ldaps_uri],
                               pins=["sha256:" + "A" * 43 + "="])
    assert "TLS failed" in why(uri=[slapd.uri.replace("ldap:", "ldaps:")])


def test_wrong_name(slapd):
    with Slapd(tls=slapd.tls, server_cert=(
            slapd.tls.wrong, slapd.tls.wrong_key)) as other:
        other.load(estate=True)
        for uri, names, good in (
                (other.ldaps_uri, [], False),
                (other.ldaps_uri, ["*.example.com"], True),
                (other.ldaps_uri, ["*.com", "else.example.com"], False)):
            with sync_role(other, uri=[uri], server_names=names) as role:
                if good:
                    assert Feed(role).refresh() is None
                else:
                    role.send("SYNC_START", text(""))
                    lost(role, "elsewhere.example.com", "server_names")


def test_ended_searches_say_why(slapd):
    def end(**changes):
        with sync_role(slapd, **changes) as role:
            return Feed(role).refresh()

    result, why = end(users_base="ou=a,dc=nowhere", groups_base="ou=a,dc=nowhere",
                      policy_base="ou=a,dc=nowhere")
    assert result == 32 and "base" in why


# A StartTLS that is agreed to, and then nothing.
AGREED = bytes.fromhex("300c02010178070a010004000400")


class Silent(threading.Thread):
    """Accepts connections and says nothing, or the one ANSWER."""

    def __init__(self, answer=b""):
        super().__init__(daemon=True)
        self.answer = answer
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.start()

    def run(self):
        taken = []
        while True:
            try:
                taken.append(self.socket.accept()[0])
            except OSError:
                return
            if self.answer:
                taken[-1].recv(4096)
                taken[-1].sendall(self.answer)


@pytest.mark.parametrize("scheme,starttls,answer", [
    ("ldap", False, b""), ("ldaps", False, b""), ("ldap", True, b""),
    ("ldap", True, AGREED)])
def test_silent_server(slapd, scheme, starttls, answer):
    server = Silent(answer)
    uri = "%s://127.0.0.1:%d" % (scheme, server.port)
    with sync_role(slapd, uri=[uri], starttls=starttls,
                   connect_timeout_ms=300) as role:
        start = time.monotonic()
        role.send("SYNC_START", text(""))
        lost(role, "in time")
        assert time.monotonic() - start < 1
    server.socket.close()


PLAIN = """include /etc/ldap/schema/core.schema
modulepath /usr/lib/ldap
moduleload back_mdb
%s
database mdb
suffix dc=example,dc=com
rootdn cn=admin,dc=example,dc=com
rootpw root-secret
sizelimit 2
directory %s/db
%s
"""


@pytest.mark.parametrize("sync,word", [(True, "schema"), (False, "4533")])
def test_bare_server(slapd, sync, word):
    """Neither our schema, nor (the second time) content synchronization."""
    server = Slapd(tls=slapd.tls)
    with open(server.conf, "w") as f:
        f.write(PLAIN % ("moduleload syncprov" if sync else
                         "include %s/vms.schema" % server.files,
                         server.folder, "overlay syncprov" if sync else ""))
    with server, Role("sync", settings(server, bind_dn=server.rootdn),
                      password=server.rootpw) as role:
        role.send("SYNC_START", text(""))
        lost(role, word)


def test_size_limit(slapd):
    server = Slapd(tls=slapd.tls)
    edit(server, "indexes.conf", "dc=com\" size=unlimited time=unlimited",
         "dc=com\" size=3")
    with server:
        server.load()
        with sync_role(server) as role:
            result, why = Feed(role).refresh()
            assert result == 4 and "size=unlimited" in why


# --- passwords

@pytest.fixture()
def auth(slapd):
    with Auth(slapd) as a:
        yield a


def test_bind(slapd, auth):
    alice = slapd.person("alice")
    before = slapd.log().count("ACCEPT")
    assert auth.bind(alice, "alice-pass") == "ok"
    assert auth.bind(alice, "wrong") == "wrong" and auth.result == 49
    assert auth.bind(alice, "") == "wrong"
    assert auth.bind(slapd.person("nobody"), "x") == "wrong"
    assert auth.bind("not a dn", "x") == "refused"
    assert auth.bind("", "x") == "unavailable"
    assert auth.bind(alice, "alice-pass") == "ok"
    # One connection for all that ended in 0 or 49.
    assert slapd.log().count("ACCEPT") - before <= 4


def set_policy(s, name, lines):
    s.add("dn: cn=%s,ou=policies,%s\nobjectClass: namedPolicy\n"
          "objectClass: pwdPolicy\ncn: %s\npwdAttribute: userPassword\n%s" %
          (name, s.suffix, name, lines))


def use_policy(s, user, name):
    s.modify("dn: %s\nchangetype: modify\nreplace: pwdPolicySubentry\n"
             "pwdPolicySubentry: cn=%s,ou=policies,%s\n" % (
                 s.person(user), name, s.suffix))


def test_policy(slapd, auth):
    slapd.modify("dn: %s\nchangetype: modify\nadd: pwdAccountLockedTime\n"
                 "pwdAccountLockedTime: 000001010000Z\n" %
                 slapd.person("carol"))
    assert auth.bind(slapd.person("carol"), "carol-pass") == "locked"

    set_policy(slapd, "must", "pwdMustChange: TRUE\n"
               "pwdAllowUserChange: TRUE\n")
    use_policy(slapd, "ed", "must")
    slapd.modify("dn: %s\nchangetype: modify\nreplace: pwdReset\n"
                 "pwdReset: TRUE\n" % slapd.person("ed"))
    assert auth.bind(slapd.person("ed"), "ed-pass") == "must-change"
    assert auth.change(slapd.person("ed"), "ed-pass", "ed-pass-2") == "ok"
    assert auth.bind(slapd.person("ed"), "ed-pass-2") == "ok"

    set_policy(slapd, "old", "pwdMaxAge: 1\n")
    use_policy(slapd, "nora", "old")
    set_policy(slapd, "grace", "pwdMaxAge: 1\npwdGraceAuthNLimit: 2\n")
    use_policy(slapd, "sam", "grace")
    set_policy(slapd, "soon", "pwdMaxAge: 5000\npwdExpireWarning: 4999\n")
    use_policy(slapd, "lars", "soon")
    wait_until(lambda: auth.bind(slapd.person("nora"), "nora-pass") ==
               "expired", 5, "nora's password expires")
    assert auth.bind(slapd.person("nora"), "wrong") == "wrong"
    assert auth.bind(slapd.person("sam"), "sam-pass") == "ok"
    assert auth.grace == 1
    assert auth.bind(slapd.person("lars"), "lars-pass") == "ok"
    assert 0 < auth.expires <= 5000


def test_change(slapd, auth):
    vera = slapd.person("vera")
    assert auth.change(vera, "wrong", "vera-pass-2") == "wrong"
    assert auth.change(vera, "", "vera-pass-2") == "wrong"
    assert auth.change(vera, "vera-pass", "") == "refused"
    assert auth.change(vera, "vera-pass", "x") == "refused"
    assert "short" in auth.text
    assert auth.change(vera, "vera-pass", "vera-pass-2") == "ok"
    assert auth.bind(vera, "vera-pass") == "wrong"
    assert auth.bind(vera, "vera-pass-2") == "ok"


def test_server_away(slapd):
    with Auth(slapd, uri=[slapd.uri, slapd.ldaps_uri]) as a:
        alice = slapd.person("alice")
        assert a.bind(alice, "alice-pass") == "ok"
        slapd.pause()
        try:
            for _ in range(2):
                start = time.monotonic()
                assert a.bind(alice, "wrong", 500) == "unavailable"
                assert time.monotonic() - start < 1.2
        finally:
            slapd.resume()
        assert a.bind(alice, "alice-pass") == "ok"
        slapd.stop()
        try:
            assert a.bind(alice, "wrong") == "unavailable"
        finally:
            slapd.start()
        assert a.bind(alice, "alice-pass") == "ok"


def test_unknown_message_ends_the_role(slapd):
    with sync_role(slapd) as role:
        role.send("AUTH_BIND", u32(1))
        wait_until(lambda: role.process.poll() is not None, 5, "it ends")
    assert IPC["CONF"] == 1
