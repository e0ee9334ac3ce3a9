# SPDX-License-Identifier: MIT
"""The socket's frames by hand (doc/PROTOCOL.md), for who does not keep to
them: any field may hold anything.

	with Line() as line:
	    line.send(frame("pam-acct", pam("alice", service="sshd")))
	    kind, reply = line.read()

	ask_as(uid, frame(...))		the same from a process of UID's

It is no client: it checks neither the server nor the answer.
"""

import os
import pickle
import socket
import struct

SOCKET = "/run/vmsd/socket"
NONE = 0xffffffff
REQUESTS = ("", "pam-auth", "pam-acct", "pam-open", "pam-close",
            "pam-prechange", "pam-change", "check", "explain", "list",
            "whoami", "status", "sessions", "keys", "lint", "sync", "watch")
REPLIES = {64: "pam", 65: "verdict", 66: "table", 67: "error"}
RESULTS = ("denied", "ok", "auth-err", "unavailable", "unknown", "expired",
           "new-token", "maxtries", "token-err", "try-again")
ERRORS = ("", "unavailable", "not-found", "denied", "malformed", "limit",
          "system")


def text(s):
    raw = s if isinstance(s, bytes) else s.encode()
    return struct.pack(">I", len(raw)) + raw


def frame(name, body=b"", version=1):
    number = name if isinstance(name, int) else REQUESTS.index(name)
    return struct.pack(">IBB", len(body) + 2, version, number) + body


def pam(user, service="sshd", rhost="", conn="", tty="", ruser="", seat="",
        vtnr="", session="", uid=NONE, real_uid=0, login_uid=NONE,
        audit_session=NONE, pid=0, start_ticks=0, parent_pid=0,
        parent_ticks=0, expired_only=False, secret="", new_secret=""):
    """The fields of a pam request."""
    words = b"".join(map(text, (user, service, rhost, conn, tty, ruser, seat,
                                vtnr, session)))
    return words + struct.pack(
        ">IIIIIQIQB", uid, real_uid, login_uid, audit_session, pid,
        start_ticks, parent_pid, parent_ticks, expired_only) + \
        text(secret) + text(new_secret)


def check(user, what="", kind="", resource="", source="", service="",
          recorder="", on_user="", approver="", at=0, break_glass=False,
          explain=False):
    """The fields of a check request."""
    return b"".join(map(text, (user, what, kind, resource, source, service,
                               recorder, on_user, approver))) + \
        struct.pack(">q??", at, break_glass, explain)


class Line:
    """One connection."""

    def __init__(self, seconds=15):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(seconds)
        self.sock.connect(SOCKET)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sock.close()

    def send(self, raw):
        self.sock.sendall(raw)

    def _exactly(self, n):
        raw = b""
        while len(raw) < n:
            more = self.sock.recv(n - len(raw))
            if not more:
                raise EOFError("the server hung up")
            raw += more
        return raw

    def read(self):
        """(kind, what matters of it): pam: result and reason; error: code
        and text; verdict: whether, reason; table: all its bytes."""
        size, = struct.unpack(">I", self._exactly(4))
        raw = self._exactly(size)
        kind, body = REPLIES.get(raw[1], raw[1]), raw[2:]
        if kind == "pam":
            return kind, RESULTS[take_u32(body)[0]], take_text(body[4:])[0]
        if kind == "error":
            return kind, ERRORS[take_u32(body)[0]], take_text(body[4:])[0]
        if kind == "verdict":
            return kind, body[0] == 1, take_text(body[1:])[0]
        return kind, body, ""


def take_u32(raw):
    return struct.unpack(">I", raw[:4])[0], raw[4:]


def take_text(raw):
    n, raw = take_u32(raw)
    return raw[:n].decode(errors="replace"), raw[n:]


def ask(raw):
    """Send RAW and read the answer; ("hung up", "", "") if none comes."""
    with Line() as line:
        try:
            line.send(raw)
            return line.read()
        except (EOFError, ConnectionError):
            return "hung up", "", ""


def as_uid(uid, what, *args):
    """WHAT(*ARGS) in a child process that is UID's; its result."""
    back, there = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
            with os.fdopen(there, "wb") as f:
                pickle.dump(what(*args), f)
            status = 0
        finally:
            os._exit(status)
    os.close(there)
    with os.fdopen(back, "rb") as f:
        raw = f.read()
    os.waitpid(pid, 0)
    return pickle.loads(raw)


def ask_as(uid, raw):
    return as_uid(uid, ask, raw)
