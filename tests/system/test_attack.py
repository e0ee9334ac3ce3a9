# SPDX-License-Identifier: MIT
"""A local user with a shell on the recorder, and users of the directory with
odd wishes: forged requests, claims, guesses, floods, planted sockets, odd
names, and what processes of vmsd can see of each other."""

import contextlib
import os
import random
import signal
import socket
import struct
import time

import pytest

import wire
from session import Terminal
from wire import ask, ask_as, as_uid, check, frame, pam, text
from world import wait_for, write

IP_TEXT = "Access from this IP address is not available"


@pytest.fixture(scope="module")
def uid(world):
    return {name: int(world.run("id", "-u", name, check=True).out)
            for name in ("alice", "nora", "sam", "vera", "locke", "nobody")}


def lines(world, *words):
    return [line for line in world.log("vmsd").splitlines()
            if all(word in line for word in words)]


# --- whom one may ask about

@pytest.mark.parametrize("name, body", [
    ("pam-auth", pam("alice", secret="alice-pass")),
    ("pam-acct", pam("alice", rhost="127.0.0.1")),
    ("pam-prechange", pam("alice", service="passwd", secret="alice-pass")),
    ("pam-change", pam("alice", service="passwd", secret="alice-pass",
                       new_secret="Stolen1!")),
    ("pam-open", pam("alice")), ("pam-open", pam("nora")),
    ("pam-close", pam("alice")), ("pam-close", pam("nora")),
    ("check", check("alice", "live.view", "camera", "cam-gate")),
    ("check", check("nora", "service=sshd", source="127.0.0.1")),
    ("check", check("nora", "service=sshd", at=1)),
    ("check", check("nora", "service=sshd", recorder="rec02")),
    ("check", check("nora", "live.view", approver="alice")),
    ("check", check("nora", "live.view", break_glass=True)),
    ("list", check("alice", kind="camera")),
    ("list", check("nora", kind="camera", source="127.0.0.1")),
    ("status", text("alice")), ("status", text("nora")),
    ("sessions", text("alice")), ("keys", text("alice")),
    ("lint", text("")), ("sync", text("accept")), ("sync", text("refresh")),
], ids=lambda value: value if isinstance(value, str) else "")
def test_questions_about_others(uid, name, body):
    for asker in "nora", "nobody":
        kind, code, _ = ask_as(uid[asker], frame(name, body))
        assert (kind, code) == ("error", "denied"), (asker, name)


def test_a_decision_of_somebody_else(world, uid):
    """Numbers follow each other; that there is one is not told either."""
    assert world.ssh("alice", "true", password="alice-pass").rc == 0
    line = lines(world, "decided", "user=alice")[-1]
    number = next(w[9:] for w in line.split() if w.startswith("decision="))
    assert ask(frame("explain", text(number)))[0] == "verdict"
    theirs = ask_as(uid["nora"], frame("explain", text(number)))
    none = ask_as(uid["nora"], frame("explain", text("no-such")))
    assert theirs[:2] == none[:2] == ("error", "not-found")
    assert theirs[2].replace(number, "") == none[2].replace("no-such", "")


# --- claims

@pytest.mark.parametrize("claims", [
    {"rhost": "192.0.2.7"},
    {"rhost": "desk.example.com", "conn": "192.0.2.7"},
    {"service": "vms-web", "rhost": "192.0.2.7"},
    {"service": "login", "tty": "tty1"},
    {"service": "gdm-password", "seat": "seat0", "vtnr": "2"},
    {"service": "cron"},
    {"service": "su", "real_uid": 0},
], ids=str)
def test_a_user_claims_to_come_from_elsewhere(world, uid, claims):
    """sam is bound to the office's addresses.  What he says of himself is no
    address; nor does he learn which rule or pool it is that counts."""
    reply = ask_as(uid["sam"], frame("pam-acct", pam("sam", uid=uid["sam"],
                                                     **claims)))
    assert reply == ("pam", "denied", "ip-unknown")
    line = lines(world, "decided", "user=sam")[-1]
    assert "by=%d" % uid["sam"] in line and "from=unknown" in line


def test_claims_of_who_is_gone(world, uid):
    """A process that ends before it is looked at has no facts of the kernel;
    the session and the process it named are not taken instead."""
    def leave_behind(pid, ticks, session):
        for _ in range(50):
            child = os.fork()
            if child == 0:
                s = socket.socket(socket.AF_UNIX)
                s.connect(wire.SOCKET)
                s.sendall(frame("pam-acct", pam(
                    "sam", service="su", uid=uid["sam"], pid=pid,
                    start_ticks=ticks, audit_session=session)))
                os._exit(0)
            os.waitpid(child, 0)
        return True

    args, env = world.ssh_args("sam", "echo $(cat /proc/self/sessionid); read x",
                               password="sam-pass", source="127.0.0.3")
    t = Terminal([args[0], "-tt", *args[1:]], env={
        k: v for k, v in env.items() if not k.startswith("SSH_ASKPASS")})
    try:
        t.answer("assword: ", "sam-pass")
        assert t.expect(r"(\d+)\r\n") == 0, t.text
        session = int(t.text.split()[-1])
        before = len(lines(world, "decided", "user=sam"))
        as_uid(uid["sam"], leave_behind, 1, 1, session)
        ask_as(uid["nora"], frame("status", text("")))
        after = lines(world, "decided", "user=sam")[before:]
        assert all("from=unknown" in line for line in after), after
    finally:
        t.kill()


def test_what_a_rule_is_called(uid):
    """The account stage tells root the grant's name, its user not."""
    kind, result, reason = ask_as(
        uid["nora"], frame("pam-acct", pam("nora", uid=uid["nora"])))
    assert (kind, result, reason) == ("pam", "ok", "grant")
    assert ask(frame("pam-acct", pam("nora", rhost="127.0.0.1",
                                     uid=uid["nora"])))[2].startswith("grant:")


def test_ssh_connection_in_the_environment(world):
    """Neither sent by ssh nor set before su does it move anybody."""
    done = world.ssh("sam", "true", password="sam-pass", source="127.0.0.9",
                     options=["SetEnv=SSH_CONNECTION=192.0.2.7"])
    assert done.rc != 0 and IP_TEXT in done.err + done.out, done
    done = world.run("sudo", "-u", "locke", "env",
                     "SSH_CONNECTION=192.0.2.7 1 192.0.2.1 22",
                     "SSH_CLIENT=192.0.2.7 1 22", "PAM_RHOST=192.0.2.7",
                     "VMS_SOCKET=/tmp/x", "LDAPRC=/tmp/x", "LDAPCONF=/tmp/x",
                     "su", "-", "sam", "-c", "id", stdin="sam-pass\n")
    assert done.rc != 0 and "uid=" not in done.out, done


# --- guesses

def test_guesses_at_the_socket(world, uid):
    """Who asks by himself is not slowed down by PAM."""
    def guess():
        got = []
        for n in range(40):
            got.append(ask(frame("pam-auth", pam(
                "vera", service="sshd", secret="guess-%d" % n)))[1])
        return got

    got = as_uid(uid["vera"], guess)
    assert got[:2] == ["auth-err"] * 2
    assert got.count("auth-err") <= 4 and got.count("maxtries") >= 36, got
    # The right one does not help now, nor may it be changed.
    right = frame("pam-auth", pam("vera", secret="vera-pass"))
    change = frame("pam-change", pam("vera", service="passwd", secret="x",
                                     new_secret="Another1!"))
    assert ask_as(uid["vera"], right)[1] == "maxtries"
    assert ask_as(uid["vera"], change)[1] in ("maxtries", "denied")
    # A login of hers is nobody's guess.
    assert ask(frame("pam-auth", pam("vera", rhost="127.0.0.1",
                                     secret="vera-pass")))[1] == "ok"


def test_guesses_by_su(world, uid):
    """su may be ended while it waits: the asker is counted, not the victim."""
    body = dict(service="su", real_uid=uid["locke"])
    got = [ask(frame("pam-auth", pam("ed", secret="no-%d" % n, **body)))[1]
           for n in range(12)]
    assert got.count("maxtries") >= 8, got
    # Names that do not exist are no way around, nor told apart.
    got = [ask(frame("pam-auth", pam("nobody-at-all", secret="no", **body)))[1]
           for _ in range(12)]
    assert got.count("maxtries") >= 8, got
    for other in dict(body, real_uid=uid["nora"]), dict(service="sshd"):
        assert ask(frame("pam-auth", pam("ed", secret="ed-pass",
                                         **other)))[1] == "ok"


def test_passwords_that_are_none(uid):
    for secret in "", "\x7f" * 512:
        assert ask_as(uid["nora"], frame("pam-auth", pam(
            "nora", secret=secret)))[1] in ("auth-err", "maxtries")
    for secret in b"nora-pass\0", b"x" * 513, b"\0":
        assert ask_as(uid["nora"], frame("pam-auth", pam(
            "nora", secret=secret)))[:2] == ("error", "malformed")


# --- frames and floods

@pytest.mark.parametrize("raw", [
    struct.pack(">I", 0), struct.pack(">I", 0xffffffff) + b"x" * 100,
    struct.pack(">I", 16385) + b"x" * 16385, b"\0\0\0\1\1", frame(0),
    frame(17), frame(64), frame(67), frame(255), frame("check"),
    frame("status", text("a" * 257)), frame("status", b"\xff\xff\xff\xff"),
    frame("status", text("a\0b")), frame("status", text("") + b"x"),
    frame("status", text(""), version=0), frame("pam-auth", pam("nora")[:-1]),
    frame("check", check("nora", "x", "no-kind")),
], ids=lambda raw: raw[:8].hex())
def test_malformed(world, uid, raw):
    kind, code, _ = ask_as(uid["nora"], raw)
    assert kind == "hung up" or (kind, code) in (
        ("error", "malformed"), ("error", "limit"))
    assert ask_as(uid["nora"], frame("status", text("")))[0] == "table"


def test_noise(world, uid):
    def noise():
        rnd = random.Random(7)
        for _ in range(1500):
            raw = bytearray(frame(rnd.choice(wire.REQUESTS[7:16]), check(
                "nora", "live.view", "camera", "cam-gate")))
            for _ in range(rnd.randint(1, 5)):
                raw[rnd.randrange(len(raw))] = rnd.randrange(256)
            if rnd.random() < 0.7:
                raw[:4] = struct.pack(">I", len(raw) - 4)
            with wire.Line() as line, contextlib.suppress(OSError):
                line.send(bytes(raw[:rnd.choice((5, len(raw)))]))
                line.sock.shutdown(socket.SHUT_WR)
                while line.sock.recv(65536):
                    pass
        return True

    engine = lines(world, "started engine")
    assert as_uid(uid["nora"], noise)
    assert lines(world, "started engine") == engine
    assert world.ssh("nora", "id -un", password="nora-pass").out == "nora\n"


def test_a_request_in_crumbs(uid):
    """The time for a request is one, however its bytes come."""
    def crumbs():
        began = time.monotonic()
        with wire.Line() as line:
            try:
                for byte in frame("status", text("a" * 200)):
                    line.send(bytes([byte]))
                    line.sock.settimeout(0.2)
                    try:
                        if line.sock.recv(1) == b"":
                            break
                    except socket.timeout:
                        pass
                    if time.monotonic() - began > 15:
                        break
            except ConnectionError:
                pass
        return time.monotonic() - began

    assert 4 < as_uid(uid["nora"], crumbs) < 9


def test_a_full_table(world, uid):
    """A user gets his share of connections; logins notice nothing."""
    ready, hold = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setresgid(uid["locke"], uid["locke"], uid["locke"])
            os.setresuid(uid["locke"], uid["locke"], uid["locke"])
            held = []
            os.close(hold[1])
            for n in range(400):
                held.append(wire.Line())
                with contextlib.suppress(OSError):
                    held[-1].send(frame("watch", text("")) if n % 2 else
                                  b"\0")
            os.write(ready[1], b"x")
            os.read(hold[0], 1)
        finally:
            os._exit(0)
    os.close(ready[1])
    os.close(hold[0])
    assert os.read(ready[0], 1) == b"x"
    try:
        assert as_uid(uid["locke"], ask, frame("status", text("")))[0] == \
            "hung up"
        began = time.monotonic()
        done = world.ssh("alice", "id -un", password="alice-pass")
        assert done.out == "alice\n" and time.monotonic() - began < 5, done
        assert ask_as(uid["nora"], frame("status", text("")))[0] == "table"
    finally:
        os.close(hold[1])
        os.close(ready[0])
        os.waitpid(child, 0)


def test_descriptors_in_a_request(world, uid):
    """Nobody asked for them: they are not kept."""
    def count():
        pid = lines(world, "started engine")[-1].split("pid=")[1].split()[0]
        return len(os.listdir("/proc/%s/fd" % pid))

    def push():
        for _ in range(20):
            with wire.Line() as line:
                socket.send_fds(line.sock, [frame("status", text(""))],
                                [0] * 100)
                line.read()
        return True

    before = count()
    assert as_uid(uid["nora"], push)
    wait_for(lambda: count() <= before + 1)


# --- planted things

def test_planting_is_not_possible(world, uid):
    def plant(path):
        try:
            socket.socket(socket.AF_UNIX).bind(path)
            return "bound"
        except OSError:
            pass
        for make in (lambda: os.mkfifo(path), lambda: os.symlink("/", path),
                     lambda: os.link("/etc/passwd", path),
                     lambda: open(path, "w")):
            try:
                make()
                return "made"
            except OSError:
                pass
        return "no"

    for folder in "/run/vmsd", "/var/lib/vms", "/var/lib/vms/public", \
            "/etc/vms", "/var/lib/vms/private":
        for who in "nora", "nobody":
            assert as_uid(uid[who], plant, folder + "/planted") == "no"
    for user in "vmsd-sync", "vmsd-auth":
        number = int(world.run("id", "-u", user).out)
        assert as_uid(number, plant, "/var/lib/vms/private/planted") == "no"


def test_a_server_that_is_not_root(world, uid):
    """A socket that a user listens on gets no password."""
    path = os.path.join(world.base, "tmp", "fake")
    stack = "/etc/pam.d/fake"
    write(stack, "".join("%s required pam_vms.so socket=%s\n" % (kind, path)
                         for kind in ("auth", "account")))
    ready, report = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        got = b"nobody came"
        try:
            os.setresuid(uid["nora"], uid["nora"], uid["nora"])
            s = socket.socket(socket.AF_UNIX)
            s.bind(path)
            os.chmod(path, 0o777)
            s.listen()
            s.settimeout(10)
            os.write(ready[1], b"x")
            c, _ = s.accept()
            c.settimeout(5)
            got = b"bytes:" + c.recv(1000)
        except OSError:
            pass
        finally:
            os.write(report[1], got)
            os._exit(0)
    os.close(ready[1])
    os.close(report[1])
    assert os.read(ready[0], 1) == b"x"
    done = world.run("pamtester", "fake", "alice", "authenticate",
                     stdin="alice-pass\n")
    assert done.rc != 0, done
    assert os.read(report[0], 2000) == b"bytes:"
    os.close(report[0])
    os.close(ready[0])
    os.waitpid(child, 0)
    os.unlink(stack)


# --- names

NAMES = ("*)(uid=*", "*", "alice,ou=people,dc=example,dc=com", "uid=alice",
         "alice\n", "alice ", " alice", "ALICE", "al\x1b[31mice", "%s%n%n",
         "../alice", "+alice", "a" * 300, "alice:x", "root ", "ROOT",
         "nora\\2a", "alice\u200b")


@pytest.mark.parametrize("name", NAMES, ids=repr)
def test_odd_names(world, name):
    done = world.run("su", "-", name, "-c", "id")
    assert done.rc != 0 and "uid=" not in done.out, done
    # sshd itself takes "user:style" apart.
    done = world.ssh(name.replace(":", "%3a"), "id", password="alice-pass")
    assert done.rc != 0 and "uid=" not in done.out, done
    for service in "sshd", "su":
        kind, result, _ = ask(frame("pam-acct", pam(
            name[:256], service=service, rhost="127.0.0.1")))
        assert kind == "pam" and result in ("denied", "unknown"), name
        kind, result, _ = ask(frame("pam-auth", pam(
            name[:256], service=service, secret="no-such-password")))
        assert kind == "pam" and result != "ok", name


def test_no_name_got_into_a_log_unquoted(world):
    for log in world.log("vmsd"), world.log("syslog"):
        assert "\x1b" not in log
    ask(frame("pam-auth", pam("x\" result=ok\nuser=root", secret="x")))
    line = lines(world, "pam-auth", "root")[-1]
    assert '\\" result=ok\\x0auser=root"' in line, line


# --- what processes of vmsd see

def family(world):
    found = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/comm" % pid) as f:
                name = f.read().strip()
        except OSError:
            continue
        if name.startswith("vmsd"):
            found[int(pid)] = name
    return found


def memory(pid):
    """All that PID may read of itself, root's way."""
    raw = []
    with open("/proc/%d/maps" % pid) as maps, \
            open("/proc/%d/mem" % pid, "rb", 0) as mem:
        for line in maps:
            first, last = (int(x, 16) for x in line.split()[0].split("-"))
            if "r" not in line.split()[1] or "[v" in line:
                continue
            try:
                mem.seek(first)
                raw.append(mem.read(last - first))
            except (OSError, OverflowError, ValueError):
                pass
    return b"".join(raw)


def test_passwords_are_not_kept(world):
    assert world.ssh("alice", "true", password="alice-pass").rc == 0
    assert world.ssh("alice", "true", password="guessed-wrongly").rc != 0
    found = family(world)
    assert {"vmsd", "vmsd: engine", "vmsd: sync", "vmsd: auth"} <= \
        set(found.values())
    for pid, name in found.items():
        raw = memory(pid)
        for secret in b"alice-pass", b"guessed-wrongly":
            assert secret not in raw, (name, secret)
        assert (b"rec01-secret" in raw) == (name in ("vmsd", "vmsd: sync")), \
            name


@pytest.mark.parametrize("user", ["vmsd", "vmsd-sync", "vmsd-auth"])
def test_a_role_as_a_user(world, user):
    """With its uid alone nothing of its processes, of other roles or of root
    can be read."""
    number = int(world.run("id", "-u", user).out)

    def look():
        seen = []
        paths = ["/etc/vms/bind.secret", "/etc/shadow"]
        if user != "vmsd":
            paths.append("/var/lib/vms/private/store/data.mdb")
        for pid in family(world):
            paths += ["/proc/%d/%s" % (pid, name)
                      for name in ("mem", "environ", "auxv")]
        for path in paths:
            try:
                with open(path, "rb") as f:
                    f.read(1)
                seen.append(path)
            except OSError as e:
                if isinstance(e, FileNotFoundError):
                    seen.append("missing " + path)
        return seen

    seen = as_uid(number, look)
    assert [s for s in seen if not s.startswith("missing")] == []
    # Nor is it answered.
    assert as_uid(number, ask, frame("status", text("")))[0] == "hung up"


def test_a_dump_on_a_signal(world):
    """Nothing is left on the disk by who dies with a password in hand."""
    pid = next(p for p, name in family(world).items() if "auth" in name)
    with open("/proc/%d/limits" % pid) as f:
        limits = f.read()
    assert any(line.split()[4:6] == ["0", "0"]
               for line in limits.splitlines() if "core file" in line)
    os.kill(pid, signal.SIGABRT)
    wait_for(lambda: pid not in family(world))
    wait_for(lambda: world.ssh("alice", "true",
                               password="alice-pass").rc == 0)


# --- sudo

def test_sudo_into_a_pool(world):
    """alice may become sam, where sam may be."""
    write("/etc/sudoers.d/attack", "Defaults lecture=never\n"
          "alice ALL=(ALL) NOPASSWD: ALL\n"
          "locke ALL=(ALL) NOPASSWD: ALL\n", 0o440)
    for source, rc in ("127.0.0.3", 0), ("127.0.0.9", 1):
        done = world.ssh("alice", "sudo -n -u sam id -un", source=source,
                         password="alice-pass")
        assert (done.rc, done.out) == (rc, "" if rc else "sam\n"), done
    done = world.run("runuser", "-u", "locke", "--", "sudo", "-n", "-u",
                     "sam", "id", "-un")
    assert done.rc != 0 and done.out == "", done
