# SPDX-License-Identifier: MIT
"""vmsctl's directory verbs on a real slapd with the shipped overlays and
access rules.  VMSCTL names the program; else ../../vmsctl/vmsctl of the
folder the tests are run in, as make check does."""

import json
import os
import shutil
import subprocess
import sys

import ldap
import pytest

HERE = os.path.dirname(__file__)
sys.path.insert(0, os.path.join(HERE, "..", "lib"))
import slapd  # noqa: E402
from tls import Tls  # noqa: E402

VMSCTL = os.environ.get("VMSCTL", "vmsctl/vmsctl")
ROOT = object()		# the server's own account
VOCABULARY = 106


class Done:
    """What a command said."""

    def __init__(self, args, done):
        self.args, self.rc = args, done.returncode
        self.out, self.err = done.stdout, done.stderr

    def __repr__(self):
        return "vmsctl %s: %d\n%s%s" % (" ".join(self.args), self.rc,
                                        self.out, self.err)

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def lines(self):
        return self.out.splitlines()

    @property
    def names(self):
        """The first column of a list."""
        return [line.split("\t")[0] for line in self.lines[1:]]

    @property
    def reason(self):
        """The stable word of a refusal."""
        for line in self.err.splitlines():
            if line.startswith("vmsctl: ") and \
                    not line.startswith("vmsctl: note: "):
                return line.split(": ")[1]
        return ""


class Ctl:
    """vmsctl as somebody of the estate."""

    timeout = 60

    def __init__(self, server, folder):
        self.server, self.folder = server, str(folder)

    def secret(self, text, name="secret"):
        path = os.path.join(self.folder, name)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC,
                          0o600), "w") as f:
            f.write(text + "\n")
        return path

    def argv(self, args, who="alice", password=None):
        if who is ROOT:
            dn, password = self.server.rootdn, self.server.rootpw
        elif "=" in who:
            dn = who
        else:
            dn, password = self.server.person(who), \
                password or who + "-pass"
        return [VMSCTL, *args, "-H", self.server.uri, "-D", dn, "-y",
                self.secret(password, "bind-%d" % (hash(dn) % 10000))]

    def __call__(self, *args, who="alice", password=None, stdin=None,
                 env=None):
        if len(args) == 1:
            args = args[0].split()
        done = subprocess.run(
            self.argv(args, who, password), capture_output=True, text=True,
            stdin=subprocess.DEVNULL if stdin is None else None,
            input=stdin, timeout=self.timeout,
            env=dict(os.environ, HOME=self.folder, **(env or {})))
        return Done(args, done)

    def ok(self, *args, **how):
        done = self(*args, **how)
        assert done.rc == 0, done
        return done

    def refused(self, rc, reason, *args, **how):
        """Refused so, and nothing was written."""
        before = self.server.state()
        done = self(*args, **how)
        assert (done.rc, done.reason) == (rc, reason), done
        assert self.server.state() == before
        return done


class Server(slapd.Slapd):
    """A server that tells its state in one word, and entries as dicts."""

    def root(self):
        if getattr(self, "_root", None) is None:
            self._root = self.bind()
        return self._root

    def close(self):
        self._root = None
        super().close()

    def entries(self, base=None, query="(objectClass=*)", attrs=("*",)):
        found = self.root().search_s(base or self.suffix,
                                     ldap.SCOPE_SUBTREE, query, list(attrs))
        return {dn: {k: [v.decode("utf-8", "replace") for v in values]
                     for k, values in e.items()} for dn, e in found}

    def entry(self, dn):
        try:
            return self.entries(dn).get(dn)
        except ldap.NO_SUCH_OBJECT:
            return None

    def state(self):
        """Every entry of the VMS tree, the groups and the people with its
        entryCSN; bookkeeping of logins apart."""
        return {dn: (e.get("entryCSN") if ",ou=people," not in dn else
                     sorted((k, tuple(v)) for k, v in e.items()
                            if not k.startswith("pwd")))
                for dn, e in self.entries(attrs=("*", "entryCSN")).items()
                if ",ou=people," not in dn or e.pop("entryCSN", 1)}

    def serial(self):
        return int(self.entry("cn=serial,ou=vms," + self.suffix)
                   ["vmsSerial"][0])


@pytest.fixture(scope="session")
def tls(tmp_path_factory):
    return Tls(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="session")
def loaded(tls, tmp_path_factory):
    """The sample estate once, stopped; each test gets a copy of it."""
    folder = tmp_path_factory.mktemp("loaded")
    with Server(tls=tls, folder=folder) as first:
        first.load()
        first.stop()
        yield first


@pytest.fixture
def server(tls, loaded, monkeypatch):
    monkeypatch.setattr(slapd, "collect", lambda folder: shutil.copytree(
        loaded.files, folder))
    own = Server(tls=tls)
    shutil.copytree(loaded.folder + "/db", own.folder + "/db",
                    dirs_exist_ok=True)
    with own:
        yield own


@pytest.fixture
def empty(tls):
    """A server with nothing in it."""
    with Server(tls=tls) as own:
        yield own


@pytest.fixture
def ctl(server, tmp_path):
    return Ctl(server, tmp_path)
