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

Options of Slapd():
	posix="bis"	rfc2307bis.schema, or "nis" for nis.schema
	session_log=N	size of the syncprov session log; 0: none
	accesslog=True	writes are kept in cn=accesslog, which then is the
			session log and survives a restart
	acls=False	everybody who has bound reads and writes all
	secure=True	refuse passwords in clear (the sample does); run() fails
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

from tls import Tls

SOURCE = os.path.realpath(
    os.path.join(os.path.dirname(__file__), "..", "..", "ldap_schema"))
GENERATED = ["vms.ldif", "rfc2307bis.ldif", "openssh-lpk.ldif",
             "preset-nx.ldif", "preset-avertx.ldif", "preset-web.ldif",
             "acls.conf"]
STATIC = ["vms.schema", "rfc2307bis.schema", "openssh-lpk.schema",
          "slapd.conf.in", "overlays.conf", "indexes.conf", "base.ldif",
          "sample-estate.ldif", "vms-preset"]
START_S = 20


def collect(folder):
    """Put the files of ldap_schema/ into one folder, as an install does."""
    os.makedirs(folder, exist_ok=True)
    for name in STATIC:
        shutil.copyfile(os.path.join(SOURCE, name),
                        os.path.join(folder, name))
    for name in GENERATED:
        text = subprocess.run(
            ["sh", os.path.join(SOURCE, "generate"), name],
            check=True, capture_output=True, text=True).stdout
        with open(os.path.join(folder, name), "w") as f:
            f.write(text)


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


class Slapd:
    suffix = "dc=example,dc=com"
    rootdn = "cn=admin,dc=example,dc=com"
    rootpw = "root-secret"

    def __init__(self, folder=None, posix="bis", session_log=10000,
                 accesslog=False, acls=True, secure=False, conf_global="",
                 conf_db="", tls=None, server_cert=None):
        self._own_folder = folder is None
        self.folder = str(folder or tempfile.mkdtemp(prefix="slapd-"))
        self.files = os.path.join(self.folder, "ldap_schema")
        self.conf = os.path.join(self.folder, "slapd.conf")
        self._log = os.path.join(self.folder, "log")
        self.conf_args = ["-f", self.conf]
        self._process = None
        for name in "db", "accesslog":
            os.makedirs(os.path.join(self.folder, name), exist_ok=True)
        collect(self.files)
        self.tls = tls or Tls(os.path.join(self.folder, "tls"))
        cert = server_cert or (self.tls.server, self.tls.server_key)
        ports = free_port(), free_port()
        self.port = ports[0]
        self.uri = "ldap://127.0.0.1:%d" % ports[0]
        self.ldaps_uri = "ldaps://127.0.0.1:%d" % ports[1]
        self.ldapi_uri = "ldapi://" + quote(
            os.path.join(self.folder, "ldapi"), safe="")
        self._write_conf(posix, session_log, accesslog, acls, secure,
                         conf_global, conf_db, cert)

    # --- configuration

    def _read(self, name):
        with open(os.path.join(self.files, name)) as f:
            return f.read()

    def _write_conf(self, posix, session_log, accesslog, acls, secure,
                    conf_global, conf_db, cert):
        text = self._read("slapd.conf.in")
        overlays = self._read("overlays.conf")

        def swap(text, old, new):
            if old not in text:
                raise ValueError("sample configuration lacks: " + old)
            return text.replace(old, new)

        for old, new in (
                ("@schemadir@", self.files),
                ("/var/lib/ldap\n", self.folder + "/db\n"),
                ("/run/slapd/", self.folder + "/"),
                ("/etc/ldap/tls/ca.pem", self.tls.ca),
                ("/etc/ldap/tls/server.pem", cert[0]),
                ("/etc/ldap/tls/server.key", cert[1]),
                ("\nmaxsize", "\nrootpw %s\ndbnosync\nmaxsize" % self.rootpw),
                ("\ndatabase mdb", "\n%s\n%s\ndatabase mdb" % (
                    conf_global, self._accesslog() if accesslog else ""))):
            text = swap(text, old, new)
        if posix == "nis":
            text = swap(text, self.files + "/rfc2307bis.schema",
                        "/etc/ldap/schema/nis.schema")
        if not secure:
            text = swap(text, "security simple_bind=64", "")
        if not acls:
            text = swap(text, "include %s/acls.conf" % self.files,
                        "access to attrs=userPassword by users write "
                        "by anonymous auth\naccess to * by users write")
        if accesslog:
            text = swap(text, "moduleload syncprov",
                        "moduleload syncprov\nmoduleload accesslog")
            overlays = swap(overlays, "syncprov-sessionlog 10000",
                            "syncprov-sessionlog-source cn=accesslog\n"
                            "overlay accesslog\nlogdb cn=accesslog\n"
                            "logops writes\nlogsuccess true\n")
        elif session_log:
            overlays = swap(overlays, "syncprov-sessionlog 10000",
                            "syncprov-sessionlog %d" % session_log)
        else:
            overlays = swap(overlays, "syncprov-sessionlog 10000", "")
        with open(os.path.join(self.files, "overlays.conf"), "w") as f:
            f.write(overlays)
        with open(self.conf, "w") as f:
            f.write(text + "\n" + conf_db + "\n")

    def _accesslog(self):
        # The log is searched with the rights and limits of the reader.
        services = 'dn.onelevel="ou=services,ou=vms,%s"' % self.suffix
        return "\n".join((
            "database mdb", "suffix cn=accesslog", "dbnosync",
            "directory " + os.path.join(self.folder, "accesslog"),
            'rootdn "%s"' % self.rootdn,
            "index default eq",
            "index objectClass,entryCSN,reqStart,reqResult,reqDN,reqType,"
            "reqEntryUUID",
            "limits %s size=unlimited time=unlimited" % services,
            "access to * by %s read by * none" % services,
            "overlay syncprov", "syncprov-nopresent TRUE",
            "syncprov-reloadhint TRUE", ""))

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

    # --- names

    def person(self, name):
        return "uid=%s,ou=people,%s" % (name, self.suffix)

    def group(self, name):
        return "cn=%s,ou=groups,%s" % (name, self.suffix)

    def service(self, name):
        return self.vms("services", name)

    def vms(self, container, name):
        """DN below the policy base: vms("roles", "nx.viewer")."""
        return "cn=%s,ou=%s,ou=vms,%s" % (name, container, self.suffix)

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

    def add_file(self, name):
        """Add one of the files of ldap_schema/."""
        return self.add(self._read(name))

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
