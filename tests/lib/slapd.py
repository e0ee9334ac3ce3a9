# SPDX-License-Identifier: MIT
"""A private slapd for the tests: the sample configuration of ldap_schema/,
with its overlays and access rules, on loopback, in a folder of its own.

	with Slapd() as s:			an empty, running server
	    s.load()				base, preset nx, sample estate
	    c = s.bind(s.person("alice"), "alice-pass")	a python3-ldap object
	    s.modify("dn: ...\\nchangetype: modify\\n...")	as the root DN

	s.uri s.ldaps_uri s.ldapi_uri		where it listens
	s.tls					see tls.py; s.tls.ca for clients
	s.rootdn s.rootpw s.suffix		the root DN bypasses all rules
	s.stop() s.start() s.restart()		in order; data and ports stay
	s.kill()				SIGKILL; start() brings it back
	s.pause() s.resume()			SIGSTOP: accepts, never answers
	s.slapadd(ldif)				while stopped, no overlay sees it
	s.log()					what it wrote to stderr
	s.conf_args				["-f", slapd.conf] of that server

Options of Slapd():
	posix="bis"	rfc2307bis.schema, or "nis" for nis.schema
	session_log=N	size of the syncprov session log; 0: none
	accesslog=True	writes are kept in cn=accesslog, which then is the
			session log and survives a restart
	acls=False	everybody who has bound reads and writes all
	secure=True	refuse passwords in clear, as the sample does
	conf_global, conf_db	further lines for slapd.conf
	folder=PATH	where to live; else a temporary folder, removed in the end
	tls=Tls(...)	certificates to share between servers
	server_cert=(certificate, key)	instead of the good one

It does not touch the host: no system folder is written, and close() ends
the process it started.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from urllib.parse import quote

import ldap

from slapd_conf import collect, write_conf
from tls import Tls

START_S = 20


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_until(what, seconds, text):
    """Call WHAT until it is true, else fail with TEXT."""
    deadline = time.monotonic() + seconds
    while True:
        result = what()
        if result:
            return result
        if time.monotonic() > deadline:
            raise TimeoutError(text)
        time.sleep(0.01)


class Names:
    """DNs of the sample estate."""

    suffix = "dc=example,dc=com"

    def person(self, name):
        return "uid=%s,ou=people,%s" % (name, self.suffix)

    def group(self, name):
        return "cn=%s,ou=groups,%s" % (name, self.suffix)

    def service(self, name):
        return self.vms("services", name)

    def vms(self, container, name):
        """DN below the policy base: vms("roles", "nx.viewer")."""
        return "cn=%s,ou=%s,ou=vms,%s" % (name, container, self.suffix)


class Slapd(Names):
    rootdn = "cn=admin,dc=example,dc=com"
    rootpw = "root-secret"

    def __init__(self, folder=None, tls=None, server_cert=None, **options):
        self._own_folder = folder is None
        self.folder = str(folder or tempfile.mkdtemp(prefix="slapd-"))
        self.files = os.path.join(self.folder, "ldap_schema")
        self.conf = os.path.join(self.folder, "slapd.conf")
        self._log = os.path.join(self.folder, "log")
        self.conf_args = ["-f", self.conf]
        self._process = None
        os.makedirs(self.folder, exist_ok=True)
        collect(self.files)
        self.tls = tls or Tls(os.path.join(self.folder, "tls"))
        write_conf(self, server_cert or (self.tls.server,
                                         self.tls.server_key), **options)
        ports = free_port(), free_port()
        self.port = ports[0]
        self.uri = "ldap://127.0.0.1:%d" % ports[0]
        self.ldaps_uri = "ldaps://127.0.0.1:%d" % ports[1]
        self.ldapi_uri = "ldapi://" + quote(
            os.path.join(self.folder, "ldapi"), safe="")

    # --- the process

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    @property
    def pid(self):
        return self._process.pid

    def log(self):
        with open(self._log, errors="replace") as f:
            return f.read()

    def _answers(self):
        if self._process.poll() is not None:
            raise RuntimeError("slapd ended:\n" + self.log()[-2000:])
        try:
            socket.create_connection(("127.0.0.1", self.port)).close()
        except ConnectionRefusedError:
            return False
        return True

    def start(self):
        with open(self._log, "a") as out:
            self._process = subprocess.Popen(
                ["/usr/sbin/slapd", "-d", "stats", *self.conf_args, "-h",
                 " ".join((self.uri, self.ldaps_uri, self.ldapi_uri))],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        wait_until(self._answers, START_S, "slapd does not answer")

    def _end(self, sig):
        if self._process is not None:
            if self._process.poll() is None:
                self._process.send_signal(sig)
            self._process.wait()
            self._process = None

    def stop(self):
        self._end(signal.SIGINT)

    def kill(self):
        self._end(signal.SIGKILL)

    def restart(self):
        self.stop()
        self.start()

    def pause(self):
        self._process.send_signal(signal.SIGSTOP)

    def resume(self):
        self._process.send_signal(signal.SIGCONT)

    def close(self):
        if self._process is not None and self._process.poll() is None:
            self.resume()
            self.stop()
        if self._own_folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    # --- operations

    def bind(self, dn=None, password=None, uri=None):
        """A bound python3-ldap connection; the root DN if none is named."""
        conn = ldap.initialize(uri or self.uri)
        conn.set_option(ldap.OPT_X_TLS_CACERTFILE, self.tls.ca)
        conn.set_option(ldap.OPT_X_TLS_REQUIRE_CERT, ldap.OPT_X_TLS_DEMAND)
        conn.set_option(ldap.OPT_X_TLS_NEWCTX, 0)
        if dn is None:
            dn, password = self.rootdn, self.rootpw
        conn.simple_bind_s(dn, password)
        return conn

    def run(self, *command, dn=None, password=None, stdin=None, check=True):
        """An ldap-utils command over ldapi, as the root DN or as DN."""
        if dn is None:
            dn, password = self.rootdn, self.rootpw
        done = subprocess.run(
            [command[0], "-x", "-H", self.ldapi_uri, "-D", dn, "-w", password,
             *command[1:]], input=stdin, capture_output=True, text=True,
            env=dict(os.environ, LDAPNOINIT="1"))
        if check and done.returncode != 0:
            raise RuntimeError("%s: %d: %s" % (
                command[0], done.returncode, done.stderr))
        return done

    def add(self, ldif, **who):
        """Add entries, given as text."""
        return self.run("ldapadd", stdin=ldif, **who)

    def modify(self, ldif, **who):
        """Apply changes, given as text with changetype lines."""
        return self.run("ldapmodify", stdin=ldif, **who)

    def search(self, *args, **who):
        """ldapsearch -LLL -o ldif-wrap=no ARGS; its output."""
        return self.run("ldapsearch", "-LLL", "-o", "ldif-wrap=no",
                        *args, **who).stdout

    def read(self, name):
        """The text of one of the files of ldap_schema/."""
        with open(os.path.join(self.files, name)) as f:
            return f.read()

    def add_file(self, name):
        """Add one of the files of ldap_schema/."""
        return self.add(self.read(name))

    def load(self, preset="nx", estate=True):
        """Base entries and a preset; the sample estate is one for nx."""
        self.add_file("base.ldif")
        self.add_file("preset-%s.ldif" % preset)
        if estate:
            self.add_file("sample-estate.ldif")

    def slapadd(self, ldif):
        """Write entries into the stopped server's database."""
        if self._process is not None:
            raise RuntimeError("slapadd needs a stopped server")
        done = subprocess.run(
            ["/usr/sbin/slapadd", "-q", "-w", "-b", self.suffix,
             *self.conf_args], input=ldif, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError("slapadd: " + done.stderr)
