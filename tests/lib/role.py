# SPDX-License-Identifier: MIT
"""Drives one role of vmsd-ldap through its socketpairs, as vmsd would: the
configuration on descriptor 3, the engine's messages on 4.

	r = Role("sync", conf(uri=[...]), password="...")
	r.send(SYNC_START, text(""))
	kind, body = r.next(SYNC_BEGIN)		the next message of that type
	r.close()

The order of the configuration's keys is read from vmsd/conf_table.c.  The
program is $VMSD_LDAP or the installed one.
"""

import os
import re
import socket
import struct
import subprocess
import time

TOP = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
PROGRAM = os.environ.get("VMSD_LDAP", "/usr/libexec/vms/vmsd-ldap")


def _ipc_names():
    """The message types, numbered as in ipc.h."""
    with open(TOP + "/vmsd/ipc.h") as f:
        part = f.read().split("enum vms_ipc {")[1].split("};")[0]
    names = re.findall(r"VMS_IPC_(\w+)",
                       re.sub(r"/\*.*?\*/", "", part, flags=re.S))
    return {name: 1 + i for i, name in enumerate(names)}


IPC = _ipc_names()


def text(s):
    data = s.encode() if isinstance(s, str) else s
    return struct.pack(">I", len(data)) + data


def u32(n):
    return struct.pack(">I", n)


class Reader:
    """Reads the parts of a body in order."""

    def __init__(self, data):
        self.data = data

    def take(self, n):
        part, self.data = self.data[:n], self.data[n:]
        assert len(part) == n
        return part

    def u8(self):
        return self.take(1)[0]

    def u32(self):
        return struct.unpack(">I", self.take(4))[0]

    def u64(self):
        return struct.unpack(">Q", self.take(8))[0]

    def text(self):
        return self.take(self.u32()).decode()


# --- the configuration

def _table():
    """(name, type, default) of each key, in the order of the table."""
    with open(TOP + "/vmsd/conf_table.c") as f:
        code = f.read().split("vms_conf_keys[] = {")[1].split("\n};")[0]
    one = re.compile(
        r'\bATTR\((?P<attr>\w+),\s*"(?P<av>(?:[^"\\]|\\.)*)"'
        r'|\b(?P<kind>TEXT|NEEDED|TEXTS|BOOL)\("(?P<n>[^"]+)",\s*[\w.]+,'
        r'\s*"(?P<v>(?:[^"\\]|\\.)*)"'
        r'|\bINT\("(?P<i>[^"]+)",\s*[\w.]+,\s*[^,]+,\s*[^,]+,\s*'
        r'"(?P<iv>\d+)"'
        r'|\.name = "(?P<s>[^"]+)",\s*\.type = VMS_CONF_(?P<st>\w+).*?'
        r'\.value\s*=\s*"(?P<sv>(?:[^"\\]|\\.)*)"', re.S)
    for m in one.finditer(code):
        if m["attr"]:
            yield "directory.attributes." + m["attr"], "TEXT", m["av"]
        elif m["kind"]:
            kind = "TEXT" if m["kind"] == "NEEDED" else m["kind"]
            yield m["n"], kind, m["v"]
        elif m["i"]:
            yield m["i"], "INT", m["iv"]
        else:
            yield m["s"], m["st"], m["sv"]


def _age(value):
    return int(value[:-1]) * {"s": 1, "m": 60, "h": 3600, "d": 86400}[
        value[-1]]


def _default(kind, value):
    value = value.replace('\\"', '"')
    words = re.findall(r'"([^"]*)"', value)
    if kind in ("TEXT", "WORD"):
        return words[0]
    if kind in ("TEXTS", "SERVICES"):
        return words
    if kind == "IDS":
        return [int(n) for n in re.findall(r"\d+", value)]
    if kind == "AGE":
        return _age(words[0])
    if kind in ("BOOL", "FLAG_WORD"):
        return value == "true"
    return int(value)


def _encode(kind, value):
    if kind in ("TEXT", "WORD"):
        return text(value)
    if kind in ("TEXTS", "SERVICES"):
        return u32(len(value)) + b"".join(text(v) for v in value)
    if kind == "IDS":
        return u32(len(value)) + b"".join(
            struct.pack(">Q", v) for v in value)
    if kind in ("BOOL", "FLAG_WORD"):
        return bytes([value])
    return struct.pack(">Q", value)


def conf(**changes):
    """A configuration's bytes.  Keys: "directory_uri" or, for those of
    `directory`, "uri"; dots become underscores."""
    out, left = b"", dict(changes)
    for name, kind, default in _table():
        value = _default(kind, default)
        for key in name, name.replace("directory.", "", 1):
            key = key.replace(".", "_")
            if key in left:
                value = left.pop(key)
        out += _encode(kind, value)
    assert not left, left
    return out


# --- the process

class Role:
    def __init__(self, role, config, password="", key="", level=7):
        parent, parent_end = socket.socketpair()
        engine, engine_end = socket.socketpair()
        self.parent, self.engine = parent, engine
        self._buffer = b""
        self.seen = []
        self.log = open(os.path.join(
            os.environ.get("TMPDIR", "/tmp"), "role-%d.log" % os.getpid()),
            "w+")
        # Its ends become 3 and 4 by way of high numbers, which they do not
        # overwrite.
        ends = (os.dup2(parent_end.fileno(), 103),
                os.dup2(engine_end.fileno(), 104))
        self.process = self._spawn(role, level, *ends)
        for fd in ends:
            os.close(fd)
        parent_end.close()
        engine_end.close()
        self._put(parent, IPC["CONF"], config + text(password) + text(key))

    def _spawn(self, role, level, a, b):
        def place():
            os.dup2(a, 3)
            os.dup2(b, 4)

        # 3 and 4 must not be what Popen itself needs in the child.
        taken = [os.open("/dev/null", os.O_RDONLY)]
        while taken[-1] <= 4:
            taken.append(os.open("/dev/null", os.O_RDONLY))
        try:
            return subprocess.Popen(
                [PROGRAM, "-x", role, "-v", str(level)], preexec_fn=place,
                pass_fds=(3, 4), stdin=subprocess.DEVNULL, stderr=self.log,
                env={"LDAPNOINIT": "1"})
        finally:
            for fd in taken:
                os.close(fd)

    def _put(self, sock, kind, body):
        sock.sendall(struct.pack(">IH", len(body) + 2, kind) + body)

    def send(self, name, body=b""):
        self._put(self.engine, IPC[name], body)

    def _frame(self, deadline):
        while True:
            if len(self._buffer) >= 4:
                n = struct.unpack(">I", self._buffer[:4])[0]
                if len(self._buffer) >= 4 + n:
                    frame = self._buffer[4:4 + n]
                    self._buffer = self._buffer[4 + n:]
                    return struct.unpack(">H", frame[:2])[0], frame[2:]
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("no message; log: " + self.said())
            self.engine.settimeout(left)
            try:
                data = self.engine.recv(65536)
            except socket.timeout:
                continue
            if not data:
                raise EOFError("the role ended; log: " + self.said())
            self._buffer += data

    def next(self, *names, seconds=5, skip=()):
        """The next message; it must be one of NAMES, those in SKIP (and
        heartbeats) are passed over."""
        deadline = time.monotonic() + seconds
        while True:
            kind, body = self._frame(deadline)
            name = next(k for k, v in IPC.items() if v == kind)
            if name == "SYNC_ALIVE" and name not in names or name in skip:
                continue
            assert not names or name in names, (name, body, self.said())
            return name, Reader(body)

    def said(self):
        self.log.flush()
        with open(self.log.name) as f:
            return f.read()

    def close(self):
        self.parent.close()
        self.engine.close()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        finally:
            self.log.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
