# SPDX-License-Identifier: MIT
"""What the tests of the sync and auth roles share, whatever the server:
settings, a feed that is read, passwords that are asked about.  The server s
has uri, tls and service(), as in slapd.py.
"""

from role import Role, conf, text, u32

BASES = dict(
    users_base="ou=people,dc=example,dc=com",
    groups_base="ou=groups,dc=example,dc=com",
    policy_base="ou=vms,dc=example,dc=com")
OUTCOMES = ["unavailable", "ok", "wrong", "locked", "expired", "must-change",
            "refused"]


def settings(s, **changes):
    values = dict(uri=[s.uri], allow_clear_text=True, ca_file=s.tls.ca,
                  bind_dn=s.service("rec01"), heartbeat_ms=500,
                  connect_timeout_ms=1500, **BASES)
    values.update(changes)
    return conf(**values)


def sync_role(s, **changes):
    return Role("sync", settings(s, **changes), password="rec01-secret")


class Feed:
    """What a search says, collected until its refresh is over.  resumes:
    a cookie is made use of."""

    def __init__(self, role, cookie="", resumes=True):
        self.role, self.cookie, self.resumes = role, cookie, resumes
        self.entries, self.present, self.deleted = {}, set(), set()
        self.phases = []
        role.send("SYNC_START", text(cookie))

    def entry(self, r):
        state, uuid, cookie = r.u8(), r.take(16), r.text()
        self.cookie = cookie or self.cookie
        dn, attrs = entry_of(r)
        self.entries[uuid] = dn
        return state, uuid, dn, attrs

    def idset(self, r):
        deletes, cookie = r.u8(), r.text()
        self.cookie = cookie or self.cookie
        ids = {r.take(16) for _ in range(r.u32())}
        (self.deleted if deletes else self.present).update(ids)

    def refresh(self):
        kind, r = self.role.next("SYNC_CONNECTED")
        kind, r = self.role.next("SYNC_BEGIN")
        r.text()
        assert r.u8() == (self.resumes and self.cookie != "")
        while True:
            kind, r = self.role.next("SYNC_ENTRY", "SYNC_IDSET",
                                     "SYNC_PHASE", "SYNC_COOKIE", "SYNC_END")
            if kind == "SYNC_ENTRY":
                assert self.entry(r)[0] == 1
            elif kind == "SYNC_IDSET":
                self.idset(r)
            elif kind == "SYNC_END":
                return r.u32(), r.text()
            elif kind == "SYNC_PHASE":
                self.phases.append({1: "delete", 2: "present"}[r.u8()])
                done = r.u8()
                self.cookie = r.text() or self.cookie
                if done:
                    return None

    def live(self):
        return self.entry(self.role.next("SYNC_ENTRY")[1])

    def uuid(self, dn):
        return next(u for u, d in self.entries.items()
                    if d.lower() == dn.lower())


def entry_of(r):
    """vms_entry_encode: dn and attributes."""
    uuid = r.take(16)
    dn = r.text()
    attrs = {}
    for _ in range(r.u32()):
        name, option = r.text(), r.text()
        attrs[name + (";" + option if option else "")] = [
            r.take(r.u32()) for _ in range(r.u32())]
    assert r.data == b"", (uuid, r.data)
    return dn, attrs


def lost(role, *words):
    kind, r = role.next("SYNC_LOST")
    r.text()
    why = r.text()
    for word in words:
        assert word in why, why
    return why


def drain(feed, seconds=0.3):
    """Live changes until none comes."""
    found = []
    while True:
        try:
            kind, r = feed.role.next("SYNC_ENTRY", seconds=seconds)
        except TimeoutError:
            return found
        found.append(feed.entry(r)[:3])


class Auth:
    def __init__(self, s, **changes):
        self.role = Role("auth", settings(s, **changes))
        self.n = 0

    def _ask(self, kind, ms, *parts):
        self.n += 1
        self.role.send(kind, u32(self.n) + u32(ms) + b"".join(
            text(p) for p in parts))
        _, r = self.role.next("AUTH_RESULT", seconds=ms / 1000 + 3)
        assert r.u32() == self.n
        outcome = OUTCOMES[r.u8()]
        self.result, self.error = r.u32(), r.u8() - 1
        self.expires, self.grace = r.u32() - 1, r.u32() - 1
        self.text = r.text()
        return outcome

    def bind(self, dn, password, ms=2000):
        return self._ask("AUTH_BIND", ms, dn, password)

    def change(self, dn, old, new, ms=2000):
        return self._ask("AUTH_CHANGE", ms, dn, old, new)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.role.close()
