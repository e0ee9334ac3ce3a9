# SPDX-License-Identifier: MIT
"""Duplicates, passwords, the audit, and administrators who write at the same
time.  VMS_ROUNDS: how many rounds of each race, 15 unless set."""

import os
import socket
import subprocess
import threading

import ldap
import pytest

ROUNDS = int(os.environ.get("VMS_ROUNDS", "15"))


def grant(server, name):
    return server.entry(server.vms("grants", name))


# --- duplicate

def test_B41_B42_B46_duplicate(server, ctl):
    ctl.ok("policy set --default-access none", who="admin")
    ctl.ok("user add gus --first-name Gus --last-name Good --mail g@e.org "
           "--language de --pool office --schedule business --max-sessions 3"
           " --role live-viewer --access layout:front --add-cameras "
           "--parent ed --review-by 2027-01-01 --new-password-file "
           + ctl.secret("gus-pass", "new"))
    ctl.ok("user duplicate gus gil --new-password-file "
           + ctl.secret("gil-pass", "new"))
    old, new = (server.entry(server.person(n)) for n in ("gus", "gil"))
    own = {"uid", "uidNumber", "homeDirectory", "userPassword"}
    assert {k: sorted(v) for k, v in old.items() if k not in own} == \
        {k: sorted(v) for k, v in new.items() if k not in own}
    for k in own:
        assert old[k] != new[k]
    a, b = grant(server, "user:gus"), grant(server, "user:gil")
    assert a["vmsTarget"] == b["vmsTarget"]
    assert b["vmsSubject"] == [server.person("gil")]
    server.bind(server.person("gil"), "gil-pass")
    with pytest.raises(ldap.INVALID_CREDENTIALS):
        server.bind(server.person("gil"), "gus-pass")


def test_B42_direct_grants_and_groups(server, ctl):
    ctl.ok("user duplicate ed eva", who="admin")
    assert server.person("eva") in grant(server, "g-dock-view")["vmsSubject"]
    assert server.person("eva") in server.entry(
        server.group("day-shift"))["member"]
    done = ctl.ok("user duplicate ed eve")
    assert "group:day-shift" in done.err
    assert server.person("eve") not in server.entry(
        server.group("day-shift"))["member"]


LICENCES = """dn: cn=level3,ou=licenses,ou=vms,dc=example,dc=com
objectClass: vmsLicensePool
cn: level3
vmsLicenseLevel: 3
vmsLicenseTotal: 5
vmsLicenseFree: 3

dn: cn=ed-3,ou=assignments,ou=vms,dc=example,dc=com
objectClass: vmsLicenseAssignment
cn: ed-3
vmsSubject: uid=ed,ou=people,dc=example,dc=com
vmsLicenseLevel: 3
vmsLicenseCount: 2
"""


def test_B42_licences(server, ctl):
    server.add(LICENCES)
    ctl.ok("user duplicate ed eva")
    pool = "cn=level3,ou=licenses,ou=vms," + server.suffix
    assert server.entry(pool)["vmsLicenseFree"] == ["1"]
    ctl.refused(3, "license-exhausted", "user duplicate ed eve")


def test_B40_B43_duplicate_needs_rights(ctl):
    done = ctl.refused(4, "no-grant", "user duplicate ed eve", who="vera")
    assert done.out == ""
    ctl.refused(4, "peer-administrator", "user duplicate carol cat")


def test_B45_overrides(server, ctl):
    ctl.ok("policy set --default-access none", who="admin")
    ctl.ok("user add gus --role viewer --access camera:cam-gate")
    ctl.ok("user duplicate gus gil --remove camera:cam-gate --add "
           "camera:cam-dock --role live-viewer --first-name Gil")
    g = grant(server, "user:gil")
    assert [t.split(",")[0] for t in g["vmsTarget"]] == ["cn=cam-dock"]
    assert "nx.live-viewer" in g["vmsRoleRef"][0]
    assert server.entry(server.person("gil"))["givenName"] == ["Gil"]
    ctl.refused(3, "layout-cameras-missing",
                "user duplicate gus eve --add layout:front")


def test_B44_B47_edit(server, ctl, tmp_path):
    ctl.ok("policy set --default-access none", who="admin")
    ctl.ok("user add gus --role viewer --access camera:cam-gate "
           "--language de")
    script = tmp_path / "editor"
    script.write_text("#!/bin/sh\nsed -i 's/nx.viewer/nx.live-viewer/; "
                      "s/language: de/language: fr/' \"$1\"\n")
    script.chmod(0o755)
    before = server.serial()
    ctl.ok("user duplicate gus gil --edit", env={"VISUAL": str(script)})
    assert server.serial() == before + 1
    assert "nx.live-viewer" in grant(server, "user:gil")["vmsRoleRef"][0]
    assert server.entry(server.person("gil"))["preferredLanguage"] == ["fr"]
    ctl.refused(2, "not-confirmed", "user duplicate gus eve --edit",
                env={"VISUAL": "false"})


# --- passwords

def test_B48_B49_B50_C26_own_password(server, ctl):
    new, old = ctl.secret("Neu-2026", "new"), ctl.secret("vera-pass", "old")
    wrong = ctl.secret("falsch", "wrong")
    done = ctl("passwd", "--current-password-file", wrong,
               "--new-password-file", new, who="vera")
    assert (done.rc, done.reason) == (1, "pw-current-wrong"), done
    ctl.ok("passwd", "--current-password-file", old,
           "--new-password-file", new, who="vera")
    server.bind(server.person("vera"), "Neu-2026")


@pytest.mark.parametrize("password, reason", [
    ("12345", "pw-too-short"), ("123456", None), ("x" * 255, None),
    ("x" * 256, "pw-too-long"), ("caret^^^", "pw-charset"),
    ("tilde~~~", "pw-charset"), ("éééééé", "pw-charset"),
    ("a b c d", None), ("back\\slash", None),
    ("!@#$%&*()_+-=[]{};':\"|,.<>/?", None),
])
def test_B51_B52_B53_rules(server, ctl, password, reason):
    done = ctl("user", "passwd", "ed", "--new-password-file",
               ctl.secret(password, "new"))
    assert done.reason == (reason or "") and done.rc == (1 if reason else 0)
    if not reason:
        server.bind(server.person("ed"), password)


@pytest.mark.parametrize("charset, password", [
    ("seed+caret", "caret^^^"), ("any", "tilde~~~"), ("any", "éééééé")])
def test_B52_K11_charsets(ctl, charset, password):
    ctl.ok("policy set --parameter pw-charset=" + charset, who="admin")
    ctl.ok("user", "passwd", "ed", "--new-password-file",
           ctl.secret(password, "new"))


def test_K12_the_servers_policy_speaks(server, ctl):
    server.modify("dn: cn=default,ou=policies,dc=example,dc=com\n"
                  "changetype: modify\nreplace: pwdMinLength\n"
                  "pwdMinLength: 12\n")
    done = ctl("user", "passwd", "ed", "--new-password-file",
               ctl.secret("kurz-12", "new"))
    assert done.rc == 1 and done.reason == "pw-policy"
    assert "quality" in done.err


def test_C10_C12_others_passwords(ctl):
    secret = ctl.secret("Neu-2026", "new")
    for who, reason in (("admin", "owner-protected"),
                        ("carol", "peer-administrator")):
        done = ctl("user", "passwd", who, "--new-password-file", secret)
        assert (done.rc, done.reason) == (4, reason)


# --- the audit

AUDIT = r"""
set -e
mkdir "$1/dev"
mount -t tmpfs none "$1/dev"
for n in null zero urandom tty; do
    touch "$1/dev/$n"; mount --bind "/dev/$n" "$1/dev/$n"
done
ln -s "$1/log" "$1/dev/log"
mount --rbind "$1/dev" /dev
shift
exec "$@"
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="needs a mount namespace")
def test_A06_audit(server, ctl, tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
        log.bind(str(tmp_path / "log"))
        log.settimeout(5)
        subprocess.run(["unshare", "-m", "bash", "-c", AUDIT, "audit",
                        str(tmp_path)] + ctl.argv(
                            ["user", "set", "ed", "--language", "de",
                             "--pool", "office"]), check=True, timeout=30)
        line = log.recv(8192).decode()
        assert 'by="uid=alice,ou=people,dc=example,dc=com"' in line
        assert "op=modify" in line and 'dn="uid=ed,ou=people' in line
        assert 'preferredLanguage:""->"de"' in line
        assert 'vmsIpMode:"any"->"pool"' in line and "request=" in line
        subprocess.run(["unshare", "-m", "bash", "-c", AUDIT.replace(
            'mkdir "$1/dev"\n', ""), "audit", str(tmp_path)] + ctl.argv(
                ["user", "passwd", "ed", "--new-password-file",
                 ctl.secret("Geheim-77", "new")]), check=True, timeout=30)
        line = log.recv(8192).decode()
        assert "op=password" in line and "Geheim" not in line


# --- races

def together(*calls):
    results = [None] * len(calls)

    def run(i):
        results[i] = calls[i]()
    threads = [threading.Thread(target=run, args=(i,))
               for i in range(len(calls))]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return results


def test_two_administrators_one_user(server, ctl):
    """One deletes him, the other gives him access: he is there with it, or
    gone with all of it."""
    ctl.ok("policy set --default-access none", who="admin")
    for _ in range(ROUNDS):
        ctl.ok("user add gus --role live-viewer")
        a, b = together(
            lambda: ctl("user delete gus --yes"),
            lambda: ctl("user access add gus layout:front --add-cameras",
                        who="carol"))
        assert a.rc == 0, (a, b)
        assert b.rc == 0 or b.reason == "not-found", (a, b)
        left = server.search("-b", "ou=vms," + server.suffix, "*")
        assert "uid=gus" not in left


def test_two_administrators_one_layout(server, ctl):
    """One puts a camera in, the other takes it from a holder."""
    ctl.ok("policy set --default-access none", who="admin")
    ctl.ok("layout add wall --member camera:cam-gate")
    ctl.ok("user add gus --role live-viewer --access camera:cam-gate "
           "--access camera:cam-lobby --access layout:wall")
    for _ in range(ROUNDS):
        a, b = together(
            lambda: ctl("layout set wall --add member=camera:cam-lobby"),
            lambda: ctl("user access remove gus camera:cam-lobby",
                        who="carol"))
        assert (a.rc, b.rc) in ((0, 3), (3, 0)), (a, b)
        assert (a.reason, b.reason) in (
            ("", "layouts-still-accessible"),
            ("holders-would-be-partial", "")), (a, b)
        if a.rc == 0:
            ctl.ok("layout set wall --remove member=camera:cam-lobby")
        else:
            ctl.ok("user access add gus camera:cam-lobby")


def test_two_administrators_one_number(server, ctl):
    """Two new users never get the same uid number, nor the same name."""
    for i in range(ROUNDS):
        a, b = together(lambda: ctl("user add a%d" % i),
                        lambda: ctl("user add b%d" % i, who="carol"))
        assert a.rc == 0 and b.rc == 0, (a, b)
        one, two = (server.entry(server.person("%s%d" % (n, i)))
                    for n in "ab")
        assert one["uidNumber"] != two["uidNumber"]
    a, b = together(lambda: ctl("user add same"),
                    lambda: ctl("user add same", who="carol"))
    assert sorted([a.rc, b.rc]) == [0, 3], (a, b)


def test_changed_behind_its_back(server, ctl):
    """A write that does not know the counter is noticed as well."""
    stop = threading.Event()

    def disturb():
        conn, n = server.bind(), 0
        while not stop.is_set():
            n += 1
            conn.modify_s(server.person("ed"), [
                (ldap.MOD_REPLACE, "vmsReason", [b"%d" % n])])
            stop.wait(0.05)
    t = threading.Thread(target=disturb)
    t.start()
    try:
        for i in range(5):
            done = ctl("user set ed --max-sessions %d" % (i + 1))
            assert done.rc == 0 or done.reason == "changed-meanwhile", done
            if done.rc == 0:
                assert server.entry(server.person("ed"))[
                    "vmsMaxSessions"] == [str(i + 1)]
    finally:
        stop.set()
        t.join()


# --- invitations

def test_A04_invite(server, ctl):
    done = ctl.ok("user invite zoe --role viewer --mail zoe@example.com")
    e = server.entry(server.person("zoe"))
    assert e["vmsAccountState"] == ["disabled"]
    password = done.out.split(": ")[1].strip()
    assert len(password) == 20
    assert "pwdReset: TRUE" in server.search(
        "-b", server.person("zoe"), "pwdReset")
    ctl.ok("user enable zoe")
    assert server.entry(server.person("zoe"))["vmsAccountState"] == [
        "enabled"]
    ctl.refused(4, "no-grant", "user invite zia", who="vera")
