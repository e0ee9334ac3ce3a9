# SPDX-License-Identifier: MIT
"""vmsd away in every way it can be: nobody of the directory passes, names
still resolve, local users notice nothing."""

import contextlib
import os
import signal
import time

import pytest

from session import login
from world import wait_for

SOCKET = "/run/vmsd/socket"
FILES = "/run/vmsd/identity.cdb", "/var/lib/vms/public/identity.cdb"


@pytest.fixture(scope="module", autouse=True)
def ready(world):
    """alice's key lies in her home too, for when vmsctl keys is silent."""
    key = world.new_key("alice")
    assert world.ssh("alice", "true", key=key).rc == 0
    world.home_key("alice", key)
    for name in "runuser", "su":
        assert world.run(name, "-", "alice", "-c", "true").rc == 0
    wait_for(lambda: os.path.exists(FILES[1]))
    return key


def family(world):
    """vmsd and its children."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/comm" % pid) as f:
                if f.read().startswith("vmsd"):
                    found.append(int(pid))
        except OSError:
            pass
    return found


def gone(world):
    wait_for(lambda: not family(world), text="the end of vmsd's processes")


@contextlib.contextmanager
def stopped(world):
    assert world.end("vmsd", signal.SIGTERM) == 0
    gone(world)
    yield
    world.start_vmsd()


@contextlib.contextmanager
def killed(world):
    world.end("vmsd", signal.SIGKILL)
    gone(world)
    yield
    world.start_vmsd()


@contextlib.contextmanager
def hung(world):
    pids = family(world)
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    yield
    for pid in pids:
        os.kill(pid, signal.SIGCONT)


@contextlib.contextmanager
def engine_lost(world):
    """The loss of a role ends the daemon."""
    for pid in family(world):
        if pid != world.pid("vmsd"):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    assert world.wait("vmsd") != 0
    gone(world)
    yield
    world.start_vmsd()


@contextlib.contextmanager
def socket_absent(world):
    os.rename(SOCKET, SOCKET + ".away")
    yield
    os.rename(SOCKET + ".away", SOCKET)


TROUBLES = stopped, killed, hung, engine_lost, socket_absent


@pytest.fixture(scope="module", params=TROUBLES, ids=lambda f: f.__name__)
def trouble(request, world, ready):
    with request.param(world):
        yield request.param.__name__
    wait_for(lambda: world.run("su", "-", "alice", "-c", "true").rc == 0,
             text="vmsd back from " + request.param.__name__)


def refused(done, seconds, t0):
    took = time.monotonic() - t0
    assert done.rc != 0, done
    assert "uid=" not in done.out, done
    assert took < seconds, "took %.1f s" % took


def test_account_stage(world, ready, trouble):
    for command in (
            ["su", "-", "alice", "-c", "id"],
            ["su", "alice", "-c", "id"],
            ["runuser", "-l", "alice", "-c", "id"],
            ["sudo", "-u", "alice", "id"],
            ["bash", "-c", "ulimit -n 5; su - alice -c id"]):
        t0 = time.monotonic()
        refused(world.run(*command), 10, t0)


def test_ssh(world, ready, trouble):
    t0 = time.monotonic()
    refused(world.ssh("alice", "id", key=ready), 15, t0)
    t0 = time.monotonic()
    refused(world.ssh("alice", "id", password="alice-pass"), 30, t0)


def test_login(world, trouble):
    text, shell = login("alice", "alice-pass", "id")
    assert not shell, text


def test_names_still_resolve(world, trouble):
    t0 = time.monotonic()
    done = world.run("getent", "passwd", "alice")
    assert done.rc == 0 and done.out.startswith("alice:"), done
    assert "30002(archive)" in world.run("id", "alice").out
    assert world.run("getent", "group", "operators").rc == 0
    assert time.monotonic() - t0 < 1


def test_local_users(world, trouble):
    assert world.run("su", "-", "locke", "-c", "id").rc == 0
    assert world.run("sudo", "-u", "locke", "id").rc == 0
    assert world.ssh("locke", "id", password="locke-pass").rc == 0
    text, shell = login("locke", "locke-pass", "id")
    assert shell, text
