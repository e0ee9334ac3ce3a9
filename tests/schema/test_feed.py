# SPDX-License-Identifier: MIT
"""A recorder's account follows the directory by content sync (RFC 4533) and
hears of every deletion, though rules that look into entries stand beside
its own."""

import uuid

import ldap
import ldap.syncrepl
import pytest

from slapd import Slapd, wait_until

PATIENCE_S = 10


class Feed(ldap.ldapobject.SimpleLDAPObject, ldap.syncrepl.SyncreplConsumer):
    """Keeps {uuid: dn} of what the server says is there."""

    def __init__(self, server, account, password):
        super().__init__(server.uri)
        self.there, self.fresh, self.news = {}, False, []
        self.cookie = None
        self.simple_bind_s(account, password)
        self.search = self.syncrepl_search(
            server.suffix, ldap.SCOPE_SUBTREE, mode="refreshAndPersist")
        self.until(lambda: self.fresh, "the refresh ends")

    def until(self, what, text):
        def step():
            try:
                self.syncrepl_poll(msgid=self.search, timeout=0.1, all=0)
            except ldap.TIMEOUT:
                pass
            return what()
        wait_until(step, PATIENCE_S, text)

    # what SyncreplConsumer calls

    def syncrepl_get_cookie(self):
        return self.cookie

    def syncrepl_set_cookie(self, cookie):
        self.cookie = cookie

    def syncrepl_refreshdone(self):
        self.fresh = True

    def syncrepl_present(self, uuids, refreshDeletes=False):
        pass

    def syncrepl_entry(self, dn, attrs, uuid):
        self.there[uuid] = dn
        self.news.append((dn, attrs))

    def syncrepl_delete(self, uuids):
        for gone in uuids:
            self.there.pop(gone, None)


@pytest.fixture
def feed(server):
    feed = Feed(server, server.service("rec01"), "rec01-secret")
    yield feed
    feed.unbind_s()


def test_the_refresh_is_complete(server, feed):
    """All; of what is nobody's business on a recorder only that it is
    there."""
    found = server.bind().search_s(server.suffix, ldap.SCOPE_SUBTREE,
                                   attrlist=["entryUUID"])
    expected = {e["entryUUID"][0].decode(): dn for dn, e in found}
    assert {str(uuid.UUID(u)): dn for u, dn in feed.there.items()} == expected
    policies = "ou=policies," + server.suffix
    shown = {name for dn, attrs in feed.news if dn.endswith(policies)
             for name in attrs}
    assert shown == {"objectClass"}


DELETIONS = [			# by whom; the owner goes last
    ("grants", "g-vault", "alice"),		# a deny
    ("grants", "g-night", "alice"),
    ("grants", "g-owner", "admin"),
    ("roles", "emergency", "alice"),
    ("roles", "nx.owner", "admin"),		# a protected entry
    ("cameras", "cam-gate", "alice"),
    ("recorders", "rec02", "alice"),
    ("services", "rec02", "alice"),
    ("schedules", "night", "alice"),
    ("ippools", "office", "alice"),
    (None, "bob", "alice"),
    (None, "carol", "admin"),			# an administrator
    (None, "admin", "admin"),			# the protected owner
]


def test_deletions_arrive(server, feed):
    for kind, name, who in DELETIONS:
        dn = server.vms(kind, name) if kind else server.person(name)
        assert dn in feed.there.values()
        server.bind(server.person(who), who + "-pass").delete_s(dn)
        feed.until(lambda: dn not in feed.there.values(), "%s goes" % dn)


def test_members_and_states_arrive(server, feed):
    conn = server.bind(server.person("admin"), "admin-pass")
    vera = server.person("vera")
    group = server.group("operators")
    feed.news.clear()
    conn.modify_s(group, [(ldap.MOD_ADD, "member", [vera.encode()])])
    feed.until(lambda: any(dn == group and vera.encode() in e["member"]
                           for dn, e in feed.news), "the member comes")
    conn.modify_s(vera, [(ldap.MOD_REPLACE, "vmsAccountState",
                          [b"disabled"])])
    feed.until(lambda: any(dn == vera and e["vmsAccountState"] ==
                           [b"disabled"] for dn, e in feed.news),
               "the state comes")
    assert not any("mail" in e or "userPassword" in e for _, e in feed.news)


class Resumed(Feed):
    """Goes on where another feed ended; keeps what it is told is gone."""

    def __init__(self, before, server):
        self.before, self.gone = before, []
        super().__init__(server, server.service("rec01"), "rec01-secret")

    def syncrepl_get_cookie(self):
        return self.cookie or self.before.cookie

    def syncrepl_delete(self, uuids):
        self.gone.extend(self.before.there[u] for u in uuids)


# With a log deletions are named; without one the rest is listed as present.
@pytest.mark.parametrize("options, named", [
    ({}, True), ({"session_log": 0}, False),
    ({"accesslog": True}, True)], ids=str)
def test_what_happened_meanwhile_arrives(tls, options, named):
    """Resuming reports changes only where entryCSN can be read."""
    with Slapd(tls=tls, **options) as server:
        server.load()
        before = Feed(server, server.service("rec01"), "rec01-secret")
        before.unbind_s()
        conn = server.bind()
        vault = server.vms("grants", "g-vault")
        conn.delete_s(vault)
        conn.modify_s(server.person("bob"), [
            (ldap.MOD_REPLACE, "vmsAccountState", [b"disabled"])])
        if options:				# the log survives, if any
            server.restart()
        after = Resumed(before, server)
        after.unbind_s()
        assert after.gone == ([vault] if named else [])
        assert [dn for dn, _ in after.news] == [server.person("bob")]


def test_a_crash_does_not_turn_the_feed_back_far(server):
    """The checkpoint: of 150 changes not more than 100 are forgotten."""
    server.restart()			# an orderly end writes it too
    conn = server.bind()
    before = conn.read_s(server.suffix, attrlist=["contextCSN"])
    for n in range(150):
        conn.modify_s(server.person("bob"), [
            (ldap.MOD_REPLACE, "description", [b"%d" % n])])
    server.kill()
    server.start()
    after = server.bind().read_s(server.suffix, attrlist=["contextCSN"])
    assert after["contextCSN"][0] > before["contextCSN"][0]
