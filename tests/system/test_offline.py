# SPDX-License-Identifier: MIT
"""Logins with the directory away: whose password opens, whose does not, and
until when."""

import contextlib
import json
import os
import signal
import time

import pytest

from world import wait_for

SEAL = "/var/lib/vms/seal"
IP_TEXT = "Access from this IP address is not available"
POLICY = "cn=policy,ou=vms,dc=example,dc=com"
WORLD = {"slapd": {}}


def status(world, user=None):
    args = ["vmsctl", "status", "--json"] + ([user] if user else [])
    return json.loads(world.run(*args, check=True).out)


def verified(world, user):
    return status(world, user)["verified_at"] > 0


def ssh(world, user, password=None, **kw):
    return world.ssh(user, "id", "-un", password=password or user + "-pass",
                     **kw)


def log_in(world, user, **kw):
    """Online, and wait until the verifier is stored."""
    done = ssh(world, user, **kw)
    assert (done.rc, done.out) == (0, user + "\n"), done
    wait_for(lambda: verified(world, user), text="verifier of " + user)


def set_value(world, dn, attribute, *values):
    world.slapd.modify("dn: %s\nchangetype: modify\nreplace: %s\n%s" % (
        dn, attribute, "".join("%s: %s\n" % (attribute, v)
                               for v in values)))


@contextlib.contextmanager
def away(world):
    world.slapd.stop()
    try:
        wait_for(lambda: status(world)["state"] == "away")
        yield
    finally:
        world.slapd.start()
        wait_for(lambda: status(world)["state"] == "connected", seconds=40)


@contextlib.contextmanager
def hung(world):
    world.slapd.pause()
    try:
        yield
    finally:
        world.slapd.resume()
        wait_for(lambda: status(world)["state"] == "connected", seconds=60)


def seal_files():
    return sorted(n for n in os.listdir(SEAL) if len(n) == 32)


def test_folder(world):
    log_in(world, "alice")
    st = os.stat(SEAL)
    assert st.st_mode & 0o7777 == 0o700
    assert st.st_uid == int(world.run("id", "-u", "vmsd-seal").out)
    for name in os.listdir(SEAL):
        assert os.stat(os.path.join(SEAL, name)).st_mode & 0o7777 == 0o600
    assert os.path.getsize(SEAL + "/key") == 32
    assert len(seal_files()) == 1


def test_status(world):
    now = time.time()
    alice = status(world, "alice")
    assert alice["offline"] is True and alice["offline_problem"] == ""
    assert now + 23 * 3600 < alice["offline_until_at"] < now + 25 * 3600
    ed = status(world, "ed")
    assert ed["offline"] is False and ed["offline_until_at"] == 0
    assert "no password" in ed["offline_problem"]
    dave = status(world, "dave")
    assert "disabled" in dave["offline_problem"]
    assert status(world)["verifiers"] == 1


def test_denied_accounts_leave_no_verifier(world):
    """vera's password is right, but she has no shell here."""
    assert ssh(world, "vera").rc == 255
    log_in(world, "sam", source="192.0.2.7")
    assert not verified(world, "vera")


def test_away(world):
    log_in(world, "alice")
    log_in(world, "sam", source="192.0.2.7")
    with away(world):
        t0 = time.monotonic()
        done = ssh(world, "alice")
        took = time.monotonic() - t0
        assert (done.rc, done.out) == (0, "alice\n"), done
        print("offline login with ssh: %.0f ms" % (took * 1000))
        assert ssh(world, "alice", "wrong").rc == 255
        # Others have no verifier: right or wrong cannot be told.
        assert ssh(world, "ed").rc == 255
        assert ssh(world, "nobody-at-all").rc == 255
        # The decision is live: address and role as ever.
        assert ssh(world, "sam", source="192.0.2.7").rc == 0
        done = ssh(world, "sam", source="203.0.113.7")
        assert done.rc == 255 and IP_TEXT in done.err + done.out, done
        log = world.log("vmsd")
        for word in "offline-ok", "offline-wrong", "offline-none":
            assert "result=" + word in log
        # Nothing is stored of an offline login, and nothing changed.
        done = world.run("su", "-", "alice", "-c", "true")
        assert done.rc == 0, done


def test_restart_while_away(world):
    log_in(world, "alice")
    with away(world):
        world.end("vmsd")
        world.start_vmsd()
        wait_for(lambda: verified(world, "alice"))
        done = ssh(world, "alice")
        assert (done.rc, done.out) == (0, "alice\n"), done
        assert ssh(world, "alice", "wrong").rc == 255


def test_hung_server(world):
    """One login waits its second; the next ones decide at once."""
    log_in(world, "alice")
    with hung(world):
        first = time.monotonic()
        done = ssh(world, "alice")
        first = time.monotonic() - first
        assert (done.rc, done.out) == (0, "alice\n"), done
        assert first > 1
        waited = world.log("vmsd").count("result=unavailable")
        times = []
        for _ in range(3):
            t0 = time.monotonic()
            assert ssh(world, "alice").rc == 0
            times.append(time.monotonic() - t0)
        print("hung server, ssh: %.2f s, then %s" % (
            first, " ".join("%.2f" % t for t in times)))
        # One in three seconds asks, so that its return is noticed.
        waited = world.log("vmsd").count("result=unavailable") - waited
        assert waited < 3, waited


def test_delay(world):
    """Guesses from one place wait; other places, and the user's own, not."""
    log_in(world, "nora")
    with away(world):
        def guess(source, password="wrong"):
            return ssh(world, "nora", password, source=source,
                       methods="keyboard-interactive")

        def count(word):
            return world.log("vmsd").count("result=offline-" + word)
        wrong = count("wrong")
        while count("wrong") < wrong + 6:
            assert guess("198.51.100.9").rc == 255
        # Eight seconds now, for the right one too.
        waits = count("wait")
        assert guess("198.51.100.9", "nora-pass").rc == 255
        assert count("wait") == waits + 1
        assert guess("192.0.2.7", "nora-pass").rc == 0
        world.end("vmsd")
        world.start_vmsd()
        wait_for(lambda: verified(world, "nora"))
        # One attempt asks PAM once or twice.
        waits = count("wait")
        assert guess("198.51.100.9", "nora-pass").rc == 255
        assert count("wait") > waits


def test_password_changed_elsewhere(world):
    log_in(world, "alice")
    world.slapd.run("ldappasswd", "-s", "Other-pass-1",
                    world.slapd.person("alice"))
    wait_for(lambda: not verified(world, "alice"))
    try:
        with away(world):
            assert ssh(world, "alice").rc == 255
            assert ssh(world, "alice", "Other-pass-1").rc == 255
        assert ssh(world, "alice", "Other-pass-1").rc == 0
        wait_for(lambda: verified(world, "alice"))
        with away(world):
            assert ssh(world, "alice").rc == 255
            assert ssh(world, "alice", "Other-pass-1").rc == 0
    finally:
        world.slapd.run("ldappasswd", "-s", "alice-pass",
                        world.slapd.person("alice"))
    wait_for(lambda: not verified(world, "alice"))


@pytest.mark.parametrize("attribute,value", [
    ("vmsAccountState", "disabled"),
    ("pwdAccountLockedTime", "000001010000Z")])
def test_disabled_and_locked(world, attribute, value):
    log_in(world, "alice")
    files = seal_files()
    person = world.slapd.person("alice")
    set_value(world, person, attribute, value)
    try:
        wait_for(lambda: not verified(world, "alice"))
        wait_for(lambda: len(seal_files()) == len(files) - 1)
        with away(world):
            assert ssh(world, "alice").rc == 255
    finally:
        if attribute == "vmsAccountState":
            set_value(world, person, attribute, "enabled")
        else:
            set_value(world, person, attribute)
    wait_for(lambda: world.run("su", "-", "alice", "-c", "true").rc == 0)
    assert not verified(world, "alice")


def test_role_that_is_kept_out(world):
    log_in(world, "alice")
    set_value(world, POLICY, "vmsParameter",
              "offline-deny-role=nx.viewer, NX.Administrator")
    try:
        wait_for(lambda: not verified(world, "alice"))
        assert "offline-deny-role" in status(world,
                                             "alice")["offline_problem"]
        assert ssh(world, "alice").rc == 0
        assert not verified(world, "alice")
    finally:
        set_value(world, POLICY, "vmsParameter")
    wait_for(lambda: "offline-deny-role" not in status(
        world, "alice")["offline_problem"])


def test_cache_max_age(world):
    """Old data decides nothing, whatever the verifier says."""
    log_in(world, "alice")
    set_value(world, POLICY, "vmsParameter", "cache-max-age=2")
    wait_for(lambda: status(world, "alice")["offline_until_at"] <
             time.time() + 5)
    try:
        with away(world):
            wait_for(lambda: not status(world, "alice")["offline"])
            assert "too old" in status(world, "alice")["offline_problem"]
            done = ssh(world, "alice")
            assert done.rc == 255 and "Access denied" in done.err, done
    finally:
        set_value(world, POLICY, "vmsParameter")


def test_broken_records_are_set_aside(world):
    log_in(world, "alice")
    names = seal_files()
    world.end("vmsd")
    for name in names:
        with open(os.path.join(SEAL, name), "r+b") as f:
            f.seek(60)
            f.write(b"spoilt")
    world.start_vmsd()
    wait_for(lambda: all(os.path.exists("%s/%s.bad" % (SEAL, n))
                         for n in names))
    assert status(world)["verifiers"] == 0
    log_in(world, "alice")


def test_key_as_a_credential(world):
    """A key of systemd's is used alone; what another key sealed is kept."""
    log_in(world, "alice")
    folder = os.path.join(world.base, "credentials")
    os.mkdir(folder, 0o700)
    with open(folder + "/vms-seal-key", "wb") as f:
        f.write(b"\0\n" + os.urandom(30))
    os.environ["CREDENTIALS_DIRECTORY"] = folder
    names = seal_files()
    try:
        world.end("vmsd")
        world.start_vmsd()
        log_in(world, "sam", source="192.0.2.7")
        assert status(world)["verifiers"] == 1
        assert set(names) <= set(seal_files())
    finally:
        del os.environ["CREDENTIALS_DIRECTORY"]
    world.end("vmsd")
    world.start_vmsd()
    wait_for(lambda: verified(world, "alice"))
    assert not verified(world, "sam")


def test_loss_of_the_seal_ends_the_daemon(world):
    def seal():
        uid = int(world.run("id", "-u", "vmsd-seal").out)
        return [int(p) for p in os.listdir("/proc") if p.isdigit() and
                os.stat("/proc/" + p).st_uid in (uid, 0) and
                "vmsd: seal" in open("/proc/%s/comm" % p).read()]
    pids = seal()
    assert len(pids) == 1
    wait_for(lambda: "Seccomp:\t2" in
             open("/proc/%d/status" % pids[0]).read())
    os.kill(pids[0], signal.SIGKILL)
    assert world.end("vmsd", 0) != 0
    world.start_vmsd()


def test_no_password_in_clear(world):
    """Neither in the folder, nor in the log, nor in the store."""
    log_in(world, "alice")
    for folder in SEAL, "/var/lib/vms/private", world.base:
        done = world.run("grep", "-rlaF", "--exclude-dir=slapd",
                         "--exclude-dir=upper", "--exclude-dir=dev",
                         "--exclude-dir=work", "alice-pass", folder)
        assert done.out == "", done
