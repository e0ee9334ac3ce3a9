# SPDX-License-Identifier: MIT
"""Callers without descriptors or memory; the published file absent or not
fit to be believed."""

import os
import time

import pytest

from world import wait_for

FILES = "/run/vmsd/identity.cdb", "/var/lib/vms/public/identity.cdb"


@pytest.fixture(scope="module", autouse=True)
def ready(world):
    world.run("su", "-", "alice", "-c", "true", check=True)
    wait_for(lambda: os.path.exists(FILES[1]))


def test_no_descriptors_left(world):
    for n in range(3, 9):
        done = world.run("bash", "-c",
                         "ulimit -n %d; exec su - vera -c id" % n)
        assert done.rc != 0 and "uid=" not in done.out, done


def test_no_memory(world):
    for kb in 2000, 4000, 6000, 8000, 12000:
        done = world.run("bash", "-c",
                         "ulimit -v %d; exec su - vera -c id" % kb)
        assert done.rc != 0 and "uid=" not in done.out, done


# --- without the published file: vmsd is stopped, and started again in the end

@pytest.fixture(scope="module")
def unpublished(world):
    world.end("vmsd")
    for path in FILES:
        os.rename(path, path + ".away")
    yield
    for path in FILES:
        os.rename(path + ".away", path)


def test_unpublished(world, unpublished):
    t0 = time.monotonic()
    for args in (["passwd", "alice"], ["passwd", "20002"],
                 ["group", "operators"], ["passwd", "nobody-at-all"]):
        done = world.run("getent", *args)
        assert done.rc == 2 and done.out == "", done
    assert world.run("getent", "passwd", "locke").rc == 0
    assert time.monotonic() - t0 < 1
    # Unavailable, which is not "no such user": glibc tells them apart.
    script = ("import ctypes\n"
              "m = ctypes.CDLL('libnss_vms.so.2')\n"
              "e = ctypes.c_int(0)\n"
              "buf = ctypes.create_string_buffer(4096)\n"
              "pw = ctypes.create_string_buffer(256)\n"
              "r = m._nss_vms_getpwnam_r(b'alice', pw, buf, 4096,\n"
              "    ctypes.byref(e))\n"
              "print(r, e.value)\n")
    done = world.run("/usr/bin/python3", "-c", script)
    assert done.out == "-1 2\n", done
    for command in (["su", "-", "alice", "-c", "id"],
                    ["runuser", "-l", "alice", "-c", "id"]):
        assert world.run(*command).rc != 0
    assert world.run("su", "-", "locke", "-c", "id").rc == 0
    assert world.ssh("locke", "id", password="locke-pass").rc == 0


@pytest.mark.parametrize("spoil", [
    lambda p: os.chmod(p, 0o666),
    lambda p: os.chown(p, 1001, 0),
    lambda p: os.link(p, p + ".link"),
    lambda p: (os.rename(p, p + ".x"), os.symlink(p + ".x", p)),
    lambda p: os.truncate(p, 100),
    lambda p: os.truncate(p, 0),
    lambda p: (os.unlink(p), os.mkfifo(p)),
], ids=["writable", "owner", "two-links", "symlink", "short", "empty",
        "fifo"])
def test_spoilt_file(world, unpublished, spoil):
    """A file that is not root's own and whole is as good as none."""
    run = FILES[0]
    world.run("cp", "-a", run + ".away", run, check=True)
    try:
        assert world.run("getent", "passwd", "alice").rc == 0
        spoil(run)
        t0 = time.monotonic()
        done = world.run("getent", "passwd", "alice")
        assert done.rc == 2 and time.monotonic() - t0 < 1, done
        assert world.run("getent", "passwd", "locke").rc == 0
    finally:
        world.run("sh", "-c", "rm -f %s %s.link %s.x" % (run, run, run))


def test_second_place(world, unpublished):
    """Boot: the tmpfs is empty, the stored copy answers."""
    world.run("cp", "-a", FILES[1] + ".away", FILES[1], check=True)
    try:
        assert world.run("getent", "passwd", "alice").rc == 0
        assert world.run("su", "-", "alice", "-c", "id").rc != 0
    finally:
        os.unlink(FILES[1])


def test_everything_is_back(world, unpublished):
    world.start_vmsd()
    assert world.run("su", "-", "alice", "-c", "true").rc == 0
