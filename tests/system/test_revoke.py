# SPDX-License-Identifier: MIT
"""Sessions that are no longer allowed end, all of them and nothing else."""

import json
import os
import select
import statistics
import subprocess
import time

import pytest

from session import Terminal
from world import wait_for, write

REC01 = "cn=rec01,ou=recorders,ou=vms,dc=example,dc=com"
NUMBERS = {"rita": 20601, "mona": 20602, "theo": 20603}
PERSON = """\
dn: uid=%(name)s,ou=people,dc=example,dc=com
objectClass: inetOrgPerson
objectClass: posixAccount
objectClass: ldapPublicKey
objectClass: vmsUser
uid: %(name)s
cn: %(name)s
sn: %(name)s
uidNumber: %(number)d
gidNumber: 100
homeDirectory: /home/%(name)s
loginShell: /bin/bash
userPassword: %(name)s-pass
vmsAccountState: enabled
vmsIpMode: any

"""
GRANT = """\
dn: cn=g-%(name)s,ou=grants,ou=vms,dc=example,dc=com
objectClass: vmsActionGrant
cn: g-%(name)s
vmsEffect: allow
vmsSubjectScope: listed
vmsSubject: uid=%(name)s,ou=people,dc=example,dc=com
vmsAction: login.shell
vmsAction: login.console
vmsTargetScope: listed
vmsTarget: cn=rec01,ou=recorders,ou=vms,dc=example,dc=com
vmsCascade: FALSE
%(condition)s

"""


def bulk():
    return "".join(PERSON % {"name": name, "number": number} +
                   grant(name) for name, number in NUMBERS.items())


def grant(name, condition="vmsCondition: none"):
    return GRANT % {"name": name, "condition": condition}


WORLD = {"bulk": bulk}


class Revoker:
    """The world, and what this file does to it again and again."""

    def __init__(self, world):
        self.world = world
        self.slapd = world.slapd
        self.keys = {name: world.new_key(name) for name in NUMBERS}
        self.open = []

    def grant_dn(self, name):
        return self.slapd.vms("grants", "g-" + name)

    def revoke(self, name):
        """Delete the grant; when the server had done it."""
        self.slapd.modify("dn: %s\nchangetype: delete\n" %
                          self.grant_dn(name))
        return time.monotonic()

    def restore(self, name):
        if not self.slapd.search("-b", self.grant_dn(name), "-s", "base",
                                 "cn", check=False).strip():
            self.slapd.add(grant(name))
        self.wait_allowed(name)

    def set(self, name, attribute, *values):
        self.slapd.modify("dn: %s\nchangetype: modify\nreplace: %s\n%s" % (
            self.slapd.person(name), attribute,
            "".join("%s: %s\n" % (attribute, value) for value in values)))

    def wait_allowed(self, name, *more):
        wait_for(lambda: self.world.run(
            "vmsctl", "check", name, "service=sshd", *more).rc == 0,
            text="%s allowed" % name)

    def wait_refused(self, name):
        wait_for(lambda: self.world.run(
            "vmsctl", "check", name, "service=sshd").rc == 1,
            text="%s refused" % name)

    def terminal(self, name, seconds=30, **kw):
        """A shell on a pseudo-terminal, and its pid."""
        args, env = self.world.ssh_args(name, key=self.keys[name], **kw)
        t = Terminal([args[0], "-tt", *args[1:]], env=env, seconds=seconds)
        self.open.append(t)
        t.type("echo pid=$$.")
        t.expect(r"pid=(\d+)\.")
        return t, int(t._child.match.group(1))

    def no_terminal(self, name, command):
        args, env = self.world.ssh_args(name, command, key=self.keys[name])
        p = subprocess.Popen(args, env=env, stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, text=True)
        self.open.append(p)
        return p

    def sessions(self, name):
        done = self.world.run("vmsctl", "sessions", "--json", name)
        return json.loads(done.out or "[]")

    def wait_empty(self, name, seconds=10):
        wait_for(lambda: not self.sessions(name), seconds,
                 "the end of %s's sessions" % name)
        assert processes(NUMBERS[name]) == []

    def tidy(self):
        for t in self.open:
            t.kill()
            if isinstance(t, subprocess.Popen):
                t.wait()
        self.open = []


def processes(uid):
    """Pids of a user's processes, the dead left out."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/status" % pid) as f:
                status = f.read()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if "\nUid:\t%d\t" % uid in status and "\nState:\tZ" not in status:
            found.append(int(pid))
    return found


def lives(pid):
    try:
        with open("/proc/%d/stat" % pid) as f:
            return f.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def pid_of(pattern):
    done = subprocess.run(["pgrep", "-f", pattern], capture_output=True,
                          text=True)
    return [int(pid) for pid in done.stdout.split()]


@pytest.fixture(scope="module")
def revoker(world):
    return Revoker(world)


@pytest.fixture
def r(revoker):
    yield revoker
    revoker.tidy()
    for name in NUMBERS:
        revoker.set(name, "vmsAccountState", "enabled")
        revoker.set(name, "vmsIpMode", "any")
        revoker.set(name, "vmsMaxSessions")
        revoker.restore(name)
        wait_for(lambda: not revoker.sessions(name), text="no sessions")


def test_order_after_restart(r):
    """The newest of too many end, and the tenth is newer than the ninth."""
    for _ in range(7):
        assert r.world.ssh("rita", "true", key=r.keys["rita"]).rc == 0
    shells = [r.terminal("rita") for _ in range(4)]
    r.world.end("vmsd")
    r.world.start_vmsd()
    assert [s["id"] for s in r.sessions("rita")] == ["8", "9", "10", "11"]
    r.set("rita", "vmsMaxSessions", "2")
    for shell, pid in shells[2:]:
        shell.finish()
    assert lives(shells[0][1]) and lives(shells[1][1])


def test_grant_removed(r):
    """A shell, a command without a terminal, and what nohup and setsid left
    behind end; the terminal reads why; somebody else's session stays."""
    shell, pid = r.terminal("rita")
    shell.type("nohup sleep 1111 >/dev/null 2>&1 & "
               "setsid sleep 2222 >/dev/null 2>&1 & echo started.")
    shell.expect(r"started\.\r")
    quiet = r.no_terminal("rita", "echo up; exec sleep 3333")
    assert quiet.stdout.readline() == "up\n"
    other, other_pid = r.terminal("mona")
    wait_for(lambda: len(pid_of("^sleep (1111|2222|3333)$")) == 3)
    r.revoke("rita")
    text, rc = shell.finish()
    assert "no longer allowed (no-grant)" in text, text
    assert rc != 0
    quiet.wait(10)
    r.wait_empty("rita")
    assert not lives(pid)
    assert pid_of("^sleep (1111|2222|3333)$") == []
    assert lives(other_pid)
    other.type("echo still=$((40 + 2)).")
    other.expect(r"still=42\.")
    log = r.world.log("vmsd")
    assert "session no longer allowed" in log and "reason=no-grant" in log
    assert "session ended" in log


def test_disabled(r):
    shell, pid = r.terminal("rita")
    r.set("rita", "vmsAccountState", "disabled")
    text, _ = shell.finish()
    assert "no longer allowed (account-disabled)" in text, text
    r.wait_empty("rita")


def test_deleted(r):
    shell, pid = r.terminal("theo")
    r.revoke("theo")
    shell.finish()
    r.restore("theo")
    shell, pid = r.terminal("theo")
    r.slapd.modify("dn: %s\nchangetype: delete\n" % r.slapd.person("theo"))
    try:
        text, _ = shell.finish()
        assert "no longer allowed (user-unknown)" in text, text
        wait_for(lambda: processes(NUMBERS["theo"]) == [])
    finally:
        r.slapd.add(PERSON % {"name": "theo", "number": NUMBERS["theo"]})
        # Another UUID at this name: left out until somebody says that it
        # is the same person.  Nobody below uses this one.
        del NUMBERS["theo"]


def test_guesses_do_not_end_it(r):
    """A lock after wrong passwords refuses logins and ends nothing; an
    administrator's does."""
    shell, pid = r.terminal("rita")
    try:
        r.set("rita", "pwdAccountLockedTime", "20260101000000Z")
        r.wait_refused("rita")
        shell.type("echo still=$((40 + 2)).")
        shell.expect(r"still=42\.")
        r.set("rita", "pwdAccountLockedTime", "000001010000Z")
        text, _ = shell.finish()
        assert "no longer allowed (account-locked)" in text, text
    finally:
        r.set("rita", "pwdAccountLockedTime")


def test_pool_changed(r):
    """What came from the address that left the pool ends; the same user's
    sessions at the console and from elsewhere stay."""
    pool = r.slapd.vms("ippools", "revoke")
    r.slapd.add("dn: %s\nobjectClass: vmsIpPool\ncn: revoke\n"
                "vmsIpRange: 127.0.0.0/29\nvmsIpRange: 192.0.2.0/24\n"
                "vmsIpRange: local\n" % pool)
    r.set("rita", "vmsIpPoolRef", pool)
    r.set("rita", "vmsIpMode", "pool")
    r.wait_allowed("rita", "--from", "192.0.2.7")
    console, console_pid = at_console(r, "rita")
    gone, gone_pid = r.terminal("rita", source="127.0.0.3")
    stays, stays_pid = r.terminal("rita", source="192.0.2.7")
    assert sorted(s["from"] for s in r.sessions("rita")) == [
        "127.0.0.3", "192.0.2.7", "local"]
    r.slapd.modify("dn: %s\nchangetype: modify\ndelete: vmsIpRange\n"
                   "vmsIpRange: 127.0.0.0/29\n" % pool)
    text, _ = gone.finish()
    assert "no longer allowed (ip-not-allowed)" in text, text
    wait_for(lambda: len(r.sessions("rita")) == 2)
    for t in stays, console:
        t.type("echo still=$((40 + 2)).")
        t.expect(r"still=42\.")
    r.slapd.modify("dn: %s\nchangetype: modify\ndelete: vmsIpRange\n"
                   "vmsIpRange: local\n" % pool)
    wait_for(lambda: not lives(console_pid))
    wait_for(lambda: len(r.sessions("rita")) == 1)
    assert lives(stays_pid)
    subprocess.run(["umount", "-l", "/dev/tty9"])


def at_console(r, name):
    """A login(1) on a terminal that is called /dev/tty9."""
    script = ('tty=$(tty); touch /dev/tty9 && mount --bind "$tty" '
              '/dev/tty9 && exec login %s '
              '< /dev/tty9 > /dev/tty9 2>&1' % name)
    t = Terminal(["bash", "-c", script])
    r.open.append(t)
    t.answer("assword: ", name + "-pass")
    t.expect(r"\$ $")
    t.type("echo pid=$$.")
    t.expect(r"pid=(\d+)\.")
    return t, int(t._child.match.group(1))


def test_multiplexed(r):
    """One connection with many channels is one session."""
    path = os.path.join(r.world.base, "mux")
    args, env = r.world.ssh_args(
        "rita", "echo up; exec sleep 4444", key=r.keys["rita"],
        options=["ControlMaster=yes", "ControlPath=" + path])
    master = subprocess.Popen(args, env=env, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, text=True)
    r.open.append(master)
    assert master.stdout.readline() == "up\n"
    shell, pid = r.terminal("rita", options=["ControlPath=" + path])
    assert len(r.sessions("rita")) == 1
    r.revoke("rita")
    text, _ = shell.finish()
    assert "no longer allowed" in text, text
    master.wait(10)
    r.wait_empty("rita")
    args, env = r.world.ssh_args("rita", "true", key=r.keys["rita"],
                                 options=["ControlPath=" + path])
    assert r.world.run(*args, env=env).rc == 255


def test_su_and_sudo_inside(r):
    """What was started from inside ends with it, root's command too; the
    other user's own session stays."""
    write("/etc/sudoers.d/rita", "rita ALL=(root) NOPASSWD: "
          "/usr/bin/sleep\n", 0o440)
    own, own_pid = r.terminal("mona")
    shell, pid = r.terminal("rita")
    shell.type("sudo -b sleep 5555; su - mona -c 'echo in=$((40 + 2)).; "
               "exec sleep 6666'")
    assert shell.answer("assword: ", "mona-pass")
    shell.expect(r"in=42\.")
    wait_for(lambda: len(pid_of("^sleep (5555|6666)$")) == 2)
    assert sorted(s["service"] for s in r.sessions("mona")) == [
        "sshd", "su-l"]
    r.revoke("rita")
    shell.finish()
    r.wait_empty("rita")
    wait_for(lambda: pid_of("sleep (5555|6666)") == [])
    wait_for(lambda: len(r.sessions("mona")) == 1)
    assert lives(own_pid)


def test_su_ends_alone(r):
    """The one who was switched to is revoked: that ends, and not the
    session around it."""
    shell, pid = r.terminal("rita")
    shell.type("su - mona -c 'echo in=$((40 + 2)).; exec sleep 6666'")
    assert shell.answer("assword: ", "mona-pass")
    shell.expect(r"in=42\.")
    r.revoke("mona")
    r.wait_empty("mona")
    shell.type("echo back=$((40 + 2)).")
    shell.expect(r"back=42\.")
    assert lives(pid) and len(r.sessions("rita")) == 1


def test_left_behind(r):
    """What runs on after the logout has no session and ends as well."""
    done = r.world.ssh("rita", "setsid sleep 7777 >/dev/null 2>&1 "
                       "</dev/null & echo started", key=r.keys["rita"])
    assert done.rc == 0, done
    wait_for(lambda: r.sessions("rita") == [])
    assert len(pid_of("^sleep 7777$")) == 1
    r.world.end("vmsd")
    r.world.start_vmsd()
    assert len(pid_of("^sleep 7777$")) == 1
    r.revoke("rita")
    wait_for(lambda: pid_of("^sleep 7777$") == [])


def test_without_audit_sessions(r):
    """Where the kernel numbers no logins, processes are found by descent,
    and the stray ones when nothing of the user's stays allowed."""
    with open("/etc/pam.d/sshd") as f:
        stack = f.read()
    write("/etc/pam.d/sshd", "".join(
        line for line in stack.splitlines(True) if "loginuid" not in line))
    try:
        shell, pid = r.terminal("rita")
        with open("/proc/%d/sessionid" % pid) as f:
            assert f.read().strip() == "4294967295"
        shell.type("nohup sleep 1111 >/dev/null 2>&1 & (setsid sleep 2222 "
                   ">/dev/null 2>&1 &); sudo -b sleep 3333; echo started.")
        shell.expect(r"started\.\r")
        other, other_pid = r.terminal("mona")
        wait_for(lambda: len(pid_of("^sleep (1111|2222|3333)$")) == 3)
        r.revoke("rita")
        text, _ = shell.finish()
        assert "no longer allowed" in text, text
        r.wait_empty("rita")
        assert pid_of("^sleep (1111|2222)$") == []
        assert lives(other_pid)
        # Root's, and by now nobody's child: nothing ties it to her.
        for stray in pid_of("^sleep 3333$"):
            os.kill(stray, 9)
    finally:
        write("/etc/pam.d/sshd", stack)


def test_limit(r):
    """vmsMaxSessions refuses one more; lowered, the newest ends."""
    r.set("rita", "vmsMaxSessions", "2")
    first, first_pid = r.terminal("rita")
    second, second_pid = r.terminal("rita")
    wait_for(lambda: r.world.ssh("rita", "true",
                                 key=r.keys["rita"]).rc == 255)
    assert "reason=session-limit" in r.world.log("vmsd")
    r.set("rita", "vmsMaxSessions", "1")
    text, _ = second.finish()
    assert "no longer allowed (session-limit)" in text, text
    wait_for(lambda: len(r.sessions("rita")) == 1)
    assert lives(first_pid)


def test_restart_between(r):
    """Address, service and time stay; what was revoked meanwhile ends."""
    shell, pid = r.terminal("rita", source="192.0.2.7")
    before = r.sessions("rita")
    r.world.end("vmsd")
    r.world.start_vmsd()
    assert r.sessions("rita") == before
    assert before[0]["from"] == "192.0.2.7"
    assert before[0]["service"] == "sshd" and before[0]["state"] == "open"
    r.world.end("vmsd", 9)
    r.revoke("rita")
    assert lives(pid)
    r.world.start_vmsd()
    text, _ = shell.finish()
    assert "no longer allowed (no-grant)" in text, text
    r.wait_empty("rita")


def reload(r, more):
    marks = r.world.log("vmsd").count("configuration reloaded")
    with open(r.world.conf) as f:
        text = f.read().split("\nsessions:")[0]
    write(r.world.conf, text + more)
    os.kill(r.world.pid("vmsd"), 1)
    wait_for(lambda: r.world.log("vmsd").count("configuration reloaded") >
             marks)


def test_grace(r):
    """The terminal is told first; who is allowed again in time stays."""
    reload(r, "\nsessions: { grace = \"3s\"; };\n")
    try:
        shell, pid = r.terminal("rita")
        r.revoke("rita")
        shell.expect(r"will be ended in 3 s")
        assert r.sessions("rita")[0]["state"] == "warned"
        r.restore("rita")
        wait_for(lambda: r.sessions("rita")[0]["state"] == "open")
        told = r.revoke("rita")
        text, _ = shell.finish()
        assert "and is ended" in text, text
        assert 2.5 < time.monotonic() - told < 8
        r.wait_empty("rita")
    finally:
        reload(r, "")


def test_only_said(r):
    reload(r, "\nsessions: { end_on_revoke = false; };\n")
    try:
        shell, pid = r.terminal("rita")
        r.revoke("rita")
        wait_for(lambda: "action=none" in r.world.log("vmsd"))
        shell.type("echo still=$((40 + 2)).")
        shell.expect(r"still=42\.")
    finally:
        reload(r, "")
    text, _ = shell.finish()
    assert "no longer allowed" in text, text


def test_validity_runs_out(r):
    """Time ends a session too, without a word from the directory."""
    until = time.time() + 6
    r.revoke("rita")
    r.slapd.add(grant("rita", "vmsCondition: validity\nvmsNotAfter: " +
                      time.strftime("%Y%m%d%H%M%SZ", time.gmtime(until))))
    try:
        r.wait_allowed("rita")
        shell, pid = r.terminal("rita")
        text, _ = shell.finish()
        assert "no longer allowed (grant-expired)" in text, text
        assert abs(time.time() - until) < 3
        r.wait_empty("rita")
    finally:
        r.revoke("rita")


def test_schedule_closes(r):
    """The end of a window is the end of the session."""
    end = (time.time() // 60 + 1) * 60
    if end - time.time() < 6:
        end += 60
    hours = "daily 00:00-" + time.strftime("%H:%M", time.gmtime(end))
    if hours.endswith("-00:00"):
        pytest.skip("at midnight this window never closes")
    dn = r.slapd.vms("schedules", "revoke")
    r.slapd.add("dn: %s\nobjectClass: vmsSchedule\ncn: revoke\n"
                "vmsWindow: %s\nvmsTimeZone: UTC\n" % (dn, hours))
    r.set("rita", "vmsScheduleRef", dn)
    try:
        r.wait_allowed("rita")
        shell, pid = r.terminal("rita", seconds=90)
        text, _ = shell.finish()
        assert "(account-schedule-closed)" in text, text
        assert abs(time.time() - end) < 3
        r.wait_empty("rita")
    finally:
        r.set("rita", "vmsScheduleRef")


def test_control_group(r):
    """Where logind made a scope, the kernel is told to end all of it, and of
    nothing beside it."""
    if not os.path.exists("/sys/fs/cgroup/unified/cgroup.procs"):
        pytest.skip("no unified control groups to play logind with")
    top = "/sys/fs/cgroup/user.slice"
    chain = [top, top + "/user-%d.slice" % NUMBERS["rita"]]
    chain.append(chain[-1] + "/session-77.scope")
    pool = r.slapd.vms("ippools", "scope")
    r.slapd.add("dn: %s\nobjectClass: vmsIpPool\ncn: scope\n"
                "vmsIpRange: 127.0.0.0/29\nvmsIpRange: 192.0.2.0/24\n" %
                pool)
    r.set("rita", "vmsIpPoolRef", pool)
    r.set("rita", "vmsIpMode", "pool")
    subprocess.run(["mount", "--bind", "/sys/fs/cgroup/unified",
                    "/sys/fs/cgroup"], check=True)
    made = [path for path in chain if not os.path.exists(path)]
    try:
        for path in made:
            os.mkdir(path)
        r.world.start_sshd("sshd", 2222)
        with open(chain[-1] + "/cgroup.procs", "w") as f:
            f.write(str(r.world.pid("sshd-2222")))
        r.wait_allowed("rita", "--from", "192.0.2.7")
        stays, stays_pid = r.terminal("rita", source="192.0.2.7")
        gone, gone_pid = r.terminal("rita", source="127.0.0.3", port=2222)
        r.slapd.modify("dn: %s\nchangetype: modify\ndelete: vmsIpRange\n"
                       "vmsIpRange: 127.0.0.0/29\n" % pool)
        text, _ = gone.finish()
        assert "no longer allowed (ip-not-allowed)" in text, text
        # The listener was in the scope, and in nothing else of rita's.
        assert r.world.wait("sshd-2222") == -9
        assert lives(stays_pid)
    finally:
        for path in reversed(made):
            wait_for(lambda: not open(path + "/cgroup.procs").read())
            os.rmdir(path)
        subprocess.run(["umount", "/sys/fs/cgroup"], check=True)


def test_stubborn(r):
    """What ignores TERM and HUP is killed."""
    quiet = r.no_terminal("rita", "trap '' TERM HUP; echo up; "
                          "while :; do sleep 0.2; done")
    assert quiet.stdout.readline() == "up\n"
    r.revoke("rita")
    wait_for(lambda: any(s["state"] == "ending"
                         for s in r.sessions("rita")))
    r.wait_empty("rita")


def test_time_from_change_to_end(r):
    """From the server's answer to the shell's death, 20 times."""
    took = []
    conn = r.world.ldap()
    for _ in range(20):
        shell, pid = r.terminal("rita")
        fd = os.pidfd_open(pid)
        conn.delete_s(r.grant_dn("rita"))
        start = time.monotonic()
        wait_for(lambda: select.select([fd], [], [], 0.5)[0])
        took.append((time.monotonic() - start) * 1000)
        os.close(fd)
        shell.finish()
        r.restore("rita")
    print("from change to end, ms: median %.1f, longest %.1f" % (
        statistics.median(took), max(took)))
    assert statistics.median(took) < 1000
