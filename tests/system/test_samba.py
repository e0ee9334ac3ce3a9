# SPDX-License-Identifier: MIT
"""The auth role of vmsd-ldap against a real Samba Active Directory, and the
sync role, which must say that such a server is none for it.  Runs where samba
is installed (scripts/check --long)."""

import time

import pytest

import samba
from feed import Auth, lost, settings
from role import Role, text
from samba import Samba
from slapd import wait_until

pytestmark = pytest.mark.skipif(not samba.installed(),
                                reason="samba-ad-dc is not installed")


@pytest.fixture(scope="module")
def ad():
    with Samba() as s:
        s.policy("--account-lockout-threshold=3",
                 "--account-lockout-duration=30",
                 "--reset-account-lockout-after=30", "--min-pwd-age=0",
                 "--max-pwd-age=42")
        yield s


@pytest.fixture()
def auth(ad):
    with Auth(ad, uri=[ad.ldaps_uri]) as a:
        yield a


def change(ad, dn, *lines):
    ad.modify("dn: %s\nchangetype: modify\n%s\n" % (dn, "\n".join(lines)))


def test_bind(ad, auth):
    alice = ad.user("alice", "Passw0rd.alice")
    assert auth.bind(alice, "Passw0rd.alice") == "ok", auth.text
    assert auth.bind(alice, "wrong") == "wrong" and auth.result == 49
    assert ", data 52e" in auth.text
    assert auth.bind(ad.person("nobody"), "x") == "wrong"
    assert auth.bind(alice, "") == "wrong"
    assert auth.bind(alice, "Passw0rd.alice") == "ok"


def test_other_spelling(ad, auth):
    """The entry that the server bound is the one that was meant."""
    bob = ad.user("bob", "Passw0rd.bob")
    assert auth.bind(bob.lower(), "Passw0rd.bob") == "ok", auth.text


def test_disabled(ad, auth):
    dave = ad.user("dave", "Passw0rd.dave")
    ad.disable("dave")
    assert auth.bind(dave, "Passw0rd.dave") == "locked", auth.text
    assert ", data 533" in auth.text
    assert auth.bind(dave, "wrong") == "wrong", auth.text


def test_must_change(ad, auth):
    ed = ad.user("ed", "Passw0rd.ed")
    change(ad, ed, "replace: pwdLastSet", "pwdLastSet: 0")
    assert auth.bind(ed, "Passw0rd.ed") == "must-change", auth.text
    assert ", data 773" in auth.text
    assert auth.bind(ed, "wrong") == "wrong"


def test_account_expired(ad, auth):
    nora = ad.user("nora", "Passw0rd.nora")
    change(ad, nora, "replace: accountExpires",
           "accountExpires: 132000000000000000")
    assert auth.bind(nora, "Passw0rd.nora") == "locked", auth.text
    assert ", data 701" in auth.text


def test_password_expired(ad, auth):
    sam = ad.user("sam", "Passw0rd.sam")
    assert auth.bind(sam, "Passw0rd.sam") == "ok", auth.text
    ad.age_password("sam")
    assert auth.bind(sam, "Passw0rd.sam") == "expired", auth.text
    assert ", data 532" in auth.text
    assert auth.bind(sam, "wrong") == "wrong", auth.text


def test_locked(ad, auth):
    carol = ad.user("carol", "Passw0rd.carol")
    found = [auth.bind(carol, "wrong") for _ in range(4)]
    assert found[0] == "wrong" and found[-1] == "locked", found
    assert auth.bind(carol, "Passw0rd.carol") == "locked", auth.text
    assert ", data 775" in auth.text


def test_clear_text_is_refused(ad):
    """The server's no to a bind without TLS says nothing of the password."""
    with Auth(ad) as clear:
        for password in "Passw0rd.alice", "wrong":
            assert clear.bind(ad.person("alice"), password) == "refused"


def test_change(ad, auth):
    """AD has no RFC 3062: refused, and nothing changed."""
    vera = ad.user("vera", "Passw0rd.vera")
    assert auth.change(vera, "wrong", "Passw0rd.vera2") == "wrong"
    assert auth.change(vera, "Passw0rd.vera", "Passw0rd.vera2") == "refused"
    assert auth.text
    assert auth.bind(vera, "Passw0rd.vera") == "ok"


def test_server_away(ad, auth):
    assert auth.bind(ad.person("alice"), "Passw0rd.alice") == "ok"
    ad.stop()
    try:
        assert auth.bind(ad.person("alice"), "wrong") == "unavailable"
    finally:
        ad.start()
    wait_until(lambda: auth.bind(ad.person("alice"), "Passw0rd.alice") ==
               "ok", 10, "logins work again")


def test_no_feed(ad):
    """Said before the search is sent: an AD answers it with a message that
    a client waits past."""
    bases = {k: "CN=Users," + ad.suffix for k in (
        "users_base", "groups_base", "policy_base")}
    start = time.monotonic()
    with Role("sync", settings(ad, uri=[ad.ldaps_uri], bind_dn=ad.rootdn,
                               **bases), password=ad.rootpw) as role:
        role.send("SYNC_START", text(""))
        why = lost(role, "RFC 4533", "Active Directory", "OpenLDAP", "389-ds")
        assert "vmsRole" not in why
    assert time.monotonic() - start < 5
