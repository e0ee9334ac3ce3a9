# SPDX-License-Identifier: MIT
"""libvms.so as installed, asked by a program as the video software would."""

import ctypes
import select
import subprocess

import pytest


class Answer(ctypes.Structure):
    _fields_ = [("allow", ctypes.c_bool), ("reason", ctypes.c_char_p),
                ("obligations", ctypes.c_char_p),
                ("decision", ctypes.c_char_p),
                ("generation", ctypes.c_uint64)]


EACH = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p)


@pytest.fixture
def lib(world):
    found = subprocess.run(["ldconfig", "-p"], check=True,
                           capture_output=True, text=True).stdout
    path = [line.split("=> ")[1] for line in found.splitlines()
            if line.split()[:1] == ["libvms.so.0"]]
    vms = ctypes.CDLL(path[0] if path else "libvms.so.0")
    vms.vms_error.restype = ctypes.c_char_p
    return vms


@pytest.fixture
def ctx(lib):
    handle = ctypes.c_void_p()
    assert lib.vms_open(None, ctypes.byref(handle)) == 0
    yield handle
    lib.vms_close(handle)


@pytest.mark.parametrize("user, action, resource, allow, reason", [
    (b"vera", b"live.view", b"camera:cam-gate", True, b"grant:g-viewers"),
    (b"vera", b"ptz.control", b"camera:cam-gate", False, b"no-grant"),
    (b"alice", b"archive.view", b"camera:cam-vault", False, b"deny:g-vault"),
    (b"mallory", b"live.view", b"camera:cam-gate", False, b"user-unknown"),
])
def test_check(lib, ctx, user, action, resource, allow, reason):
    answer = Answer()
    assert lib.vms_check(ctx, user, action, resource, None,
                         ctypes.byref(answer)) == 0
    assert (answer.allow, answer.reason) == (allow, reason)
    assert answer.decision and answer.generation >= 1
    lib.vms_answer_clear(ctypes.byref(answer))


def test_access_says_what_vmsctl_lists(world, lib, ctx):
    names = []
    each = EACH(lambda arg, name: names.append(name.decode()) or 0)
    assert lib.vms_access(ctx, b"lars", b"camera", each, None) == 0
    listed = world.run("vmsctl", "list", "cameras", "lars")
    assert names == listed.out.split()
    assert names


def test_watch_tells_of_a_change(world, lib, ctx):
    fd = ctypes.c_int(-1)
    first, later = ctypes.c_uint64(), ctypes.c_uint64()
    assert lib.vms_watch(ctx, ctypes.byref(fd)) == 0
    assert lib.vms_watch_next(ctx, ctypes.byref(first)) == 0
    world.slapd.modify("dn: cn=operators,ou=groups,dc=example,dc=com\n"
                       "changetype: modify\n"
                       "replace: description\ndescription: told\n")
    assert select.select([fd.value], [], [], 10)[0]
    assert lib.vms_watch_next(ctx, ctypes.byref(later)) == 0
    assert later.value > first.value
