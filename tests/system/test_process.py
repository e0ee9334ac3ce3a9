# SPDX-License-Identifier: MIT
"""What runs: which process holds what, as whom, and with what powers."""

import os
import pwd
import shutil

import pytest

from world import wait_for


class Process:
    def __init__(self, pid):
        self.pid = pid
        self.exe = os.readlink("/proc/%d/exe" % pid)
        with open("/proc/%d/cmdline" % pid, "rb") as f:
            self.args = f.read().decode().split("\0")
        with open("/proc/%d/status" % pid) as f:
            self.status = dict(line.rstrip("\n").split(":\t", 1)
                               for line in f if ":\t" in line)
        with open("/proc/%d/maps" % pid) as f:
            self.maps = f.read()
        self.user = pwd.getpwuid(int(self.status["Uid"].split()[0])).pw_name

    def environ(self):
        with open("/proc/%d/environ" % self.pid, "rb") as f:
            return [e for e in f.read().decode().split("\0") if e]


@pytest.fixture(scope="module")
def processes(world):
    """All of vmsd's; after a login, so that every role is at work."""
    assert world.ssh("alice", "true", password="alice-pass").rc == 0
    found = []
    for pid in sorted(int(p) for p in os.listdir("/proc") if p.isdigit()):
        try:
            exe = os.readlink("/proc/%d/exe" % pid)
        except OSError:
            continue
        if os.path.basename(exe) in ("vmsd", "vmsd-ldap"):
            found.append(Process(pid))
    return found


def parent(world, processes):
    return next(p for p in processes if p.pid == world.pid("vmsd"))


def children(world, processes):
    return [p for p in processes if p.pid != world.pid("vmsd")]


def test_roles(world, processes):
    users = [p.user for p in processes]
    assert users.count("root") == 1
    assert users.count("vmsd") == 1
    assert users.count("vmsd-sync") == 1
    assert users.count("vmsd-seal") == 1
    assert users.count("vmsd-auth") >= 1
    assert parent(world, processes).user == "root"
    for p in processes:
        # Real, effective, saved and of the file system are the same.
        assert len(set(p.status["Uid"].split())) == 1
        assert len(set(p.status["Gid"].split())) == 1
        if p.user != "root":
            assert p.status["Groups"].split() in (
                [], p.status["Gid"].split()[:1])


def test_libldap_is_in_vmsd_ldap_alone(processes):
    for p in processes:
        is_ldap = os.path.basename(p.exe) == "vmsd-ldap"
        assert ("libldap" in p.maps) == is_ldap, p.exe
        assert is_ldap == (p.user in ("vmsd-sync", "vmsd-auth"))
        assert "libnss_" not in p.maps, p.args


def test_powers(world, processes):
    for p in children(world, processes):
        assert p.status["NoNewPrivs"] == "1", p.args
        assert p.status["Seccomp"] == "2", p.args
        for kind in "CapEff", "CapPrm", "CapInh", "CapAmb", "CapBnd":
            if kind != "CapBnd":
                assert int(p.status[kind], 16) == 0, (p.args, kind)
    powers = int(parent(world, processes).status["CapEff"], 16)
    # No more than: chown, dac_override, fowner, kill, setgid, setuid.
    allowed = sum(1 << n for n in (0, 1, 3, 5, 6, 7))
    assert powers & ~allowed == 0, "%x" % powers


def test_not_traceable(world, processes):
    """The kernel gives root the files of a process that is not dumpable."""
    for p in children(world, processes):
        assert os.stat("/proc/%d/environ" % p.pid).st_uid == 0, p.args
        with open("/proc/%d/limits" % p.pid) as f:
            core = next(line for line in f if "core file" in line)
        assert core.split()[4:6] == ["0", "0"], core


def test_environment_is_cleared(world, processes):
    for p in children(world, processes):
        assert set(p.environ()) <= {"LDAPNOINIT=1"}, p.args


def test_network(world, processes):
    """Only vmsd-ldap has internet sockets; nobody else listens."""
    mine = {}
    for p in processes:
        for fd in os.listdir("/proc/%d/fd" % p.pid):
            try:
                link = os.readlink("/proc/%d/fd/%s" % (p.pid, fd))
            except FileNotFoundError:
                continue
            if link.startswith("socket:["):
                mine.setdefault(link[8:-1], []).append(p)
    for table in "tcp", "tcp6", "udp", "udp6", "raw", "packet":
        path = "/proc/net/" + table
        if not os.path.exists(path):
            continue
        with open(path) as f:
            for line in f.read().splitlines()[1:]:
                fields = line.split()
                inode = fields[8 if table == "packet" else 9]
                for p in mine.get(inode, ()):
                    assert os.path.basename(p.exe) == "vmsd-ldap", line


def test_secrets_are_not_shown(world, processes):
    for p in processes:
        assert "rec01-secret" not in " ".join(p.args)
    log = world.log("vmsd") + world.log("syslog")
    assert "rec01-secret" not in log
    assert "alice-pass" not in log


def test_files(world):
    """Who owns what is left on the disk."""
    def owner(path):
        st = os.lstat(path)
        return pwd.getpwuid(st.st_uid).pw_name, "%o" % (st.st_mode & 0o7777)

    for path in "/run/vmsd/identity.cdb", "/var/lib/vms/public/identity.cdb":
        wait_for(lambda: os.path.exists(path))
        assert owner(path) == ("root", "644")
    assert owner("/run/vmsd") == ("root", "755")
    assert owner("/run/vmsd/socket")[0] == "root"
    assert owner("/var/lib/vms/private") == ("vmsd", "700")
    for name in os.listdir("/var/lib/vms/private"):
        user, mode = owner("/var/lib/vms/private/" + name)
        assert user == "vmsd" and mode in ("600", "700"), name


@pytest.mark.skipif(not shutil.which("systemd-analyze"),
                    reason="no systemd-analyze here")
def test_units(world):
    for name in "vmsd.socket", "vmsd.service":
        done = world.run("systemd-analyze", "verify", "--man=no",
                         "/usr/lib/systemd/system/" + name)
        assert done.rc == 0, done
        assert name not in done.err, done


def test_a_lost_worker_is_replaced(world, processes):
    for user in "vmsd-auth", "vmsd-sync":
        old = next(p for p in processes if p.user == user)
        os.kill(old.pid, 9)
        wait_for(lambda: world.ssh("alice", "true",
                                   password="alice-pass").rc == 0)
    world.slapd.modify("dn: %s\nchangetype: modify\nadd: memberUid\n"
                       "memberUid: nora\n" % world.slapd.group("archive"))
    wait_for(lambda: "archive" in world.run("id", "nora").out)
    assert os.path.exists("/proc/%d" % world.pid("vmsd"))
