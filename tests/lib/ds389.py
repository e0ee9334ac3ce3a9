# SPDX-License-Identifier: MIT
"""A 389-ds for the tests, with the schema and the access rules of
ldap_schema/ and Content Synchronization, inside a world (world.py): it lives
in /etc/dirsrv and /var/lib/dirsrv, of which a world has its own.

	with Ds389() as s:			an empty, running server
	    s.load()				base, preset nx, sample estate
	    s.modify("dn: ...\\nchangetype: modify\\n...")	as its manager

	s.uri s.ldaps_uri s.tls s.rootdn s.rootpw s.suffix	as slapd.py's
	s.stop() s.start() s.restart() s.kill()			likewise

It does not speak for a production server: what has to be set on one is in
PLUGINS, and in doc/DIRECTORIES.md.
"""

import os
import re
import shutil
import signal
import subprocess
import tempfile

from slapd import Names, free_port, wait_until
from slapd_conf import collect
from tls import Tls

NAME = "vms"
ETC = "/etc/dirsrv/slapd-" + NAME
DEFAULTS = "/usr/share/dirsrv/inf/defaults.inf"
START_S = 60

INF = """[general]
start = False
selinux = False
strict_host_checking = False
full_machine_name = localhost
[slapd]
instance_name = {name}
port = {port}
secure_port = {tls_port}
root_password = {password}
self_sign_cert = False
db_home_dir = /var/lib/dirsrv/slapd-{name}/db
[backend-userroot]
suffix = {suffix}
create_suffix_entry = False
"""

# What RFC 4533 needs, and TLS.
PLUGINS = {
    "cn=config": {
        "nsslapd-listenhost": ["127.0.0.1"],
        "nsslapd-securelistenhost": ["127.0.0.1"],
        "nsslapd-security": ["on"]},
    "cn=Retro Changelog Plugin,cn=plugins,cn=config": {
        "nsslapd-pluginEnabled": ["on"],
        "nsslapd-attribute": ["nsuniqueid:targetUniqueId"]},
    "cn=Content Synchronization,cn=plugins,cn=config": {
        "nsslapd-pluginEnabled": ["on"],
        "nsslapd-pluginarg0": ["2000"]},
}
RSA = """dn: cn=RSA,cn=encryption,cn=config
objectClass: top
objectClass: nsEncryptionModule
cn: RSA
nsSSLPersonalitySSL: Server-Cert
nsSSLActivation: on
nsSSLToken: internal (software)

"""
# Without these a refresh ends at 2,000 entries.
LIMITS = """dn: cn=%s,ou=services,ou=vms,dc=example,dc=com
changetype: modify
replace: nsSizeLimit
nsSizeLimit: -1
-
replace: nsTimeLimit
nsTimeLimit: -1
-
replace: nsLookThroughLimit
nsLookThroughLimit: -1
-
replace: nsIdleTimeout
nsIdleTimeout: -1

"""


def installed():
    return os.path.exists("/usr/sbin/ns-slapd") and shutil.which("dscreate")


def command(*args):
    done = subprocess.run(args, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError("%s: %s" % (" ".join(args),
                                       (done.stdout + done.stderr)[-2000:]))
    return done.stdout


def edit_dse(path, changes, more=""):
    """Set attributes of entries in the stopped server's configuration."""
    with open(path) as f:
        entries = f.read().replace("\n ", "").strip().split("\n\n")
    left = {dn.lower(): dict(a) for dn, a in changes.items()}
    for i, entry in enumerate(entries):
        lines = entry.split("\n")
        for attr, values in left.pop(lines[0][4:].lower(), {}).items():
            lines = [x for x in lines
                     if not x.lower().startswith(attr.lower() + ":")]
            lines += ["%s: %s" % (attr, v) for v in values]
        entries[i] = "\n".join(lines)
    assert not left, left
    with open(path, "w") as f:
        f.write("\n\n".join(entries) + "\n\n" + more)


def without_slapd(ldif):
    """Sample data without the entries that only slapd has a schema for."""
    for entry in re.split(r"\n\n+", ldif):
        lines = [x for x in entry.split("\n")
                 if not x.startswith(("#", "pwdPolicySubentry:"))]
        if lines and "objectClass: pwdPolicy" not in lines:
            yield "\n".join(lines)


class Ds389(Names):
    rootdn = "cn=Directory Manager"
    rootpw = "root-secret"

    def __init__(self):
        if "VMS_WORLD" not in os.environ:
            raise RuntimeError("not in a world: see world.py")
        self.folder = tempfile.mkdtemp(prefix="ds389-")
        os.chmod(self.folder, 0o755)
        self.files = os.path.join(self.folder, "ldap_schema")
        self._log = os.path.join(self.folder, "log")
        self._process = None
        collect(self.files)
        self.tls = Tls(os.path.join(self.folder, "tls"))
        self.port, tls_port = free_port(), free_port()
        self.uri = "ldap://127.0.0.1:%d" % self.port
        self.ldaps_uri = "ldaps://127.0.0.1:%d" % tls_port
        self._create(tls_port)

    def _create(self, tls_port):
        # dscreate asks systemd to start the server, unless told here.
        with open(DEFAULTS) as f:
            text = f.read()
        with open(DEFAULTS, "w") as f:
            f.write(re.sub(r"(?m)^with_systemd *= *1", "with_systemd = 0",
                           text))
        for path in "/run/dirsrv", "/run/lock/dirsrv":
            os.makedirs(path, exist_ok=True)
            shutil.chown(path, "dirsrv", "dirsrv")
        inf = os.path.join(self.folder, "inf")
        with open(inf, "w") as f:
            f.write(INF.format(name=NAME, port=self.port, tls_port=tls_port,
                               password=self.rootpw, suffix=self.suffix))
        command("dscreate", "from-file", inf)
        schema = ETC + "/schema/98vms.ldif"
        shutil.copyfile(self.files + "/98vms.ldif", schema)
        os.chmod(schema, 0o644)
        command("dsctl", NAME, "tls", "import-ca", self.tls.ca, "Test-CA")
        command("dsctl", NAME, "tls", "import-server-key-cert",
                self.tls.server, self.tls.server_key)
        with open(ETC + "/dse.ldif") as f:
            more = "" if "\ndn: cn=RSA," in f.read() else RSA
        edit_dse(ETC + "/dse.ldif", PLUGINS, more)

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
            raise RuntimeError("ns-slapd ended:\n" + self.log()[-2000:])
        return self.run("ldapsearch", "-s", "base", "-b", "", "vendorName",
                        check=False).returncode == 0

    def start(self):
        with open(self._log, "a") as out:
            self._process = subprocess.Popen(
                ["/usr/sbin/ns-slapd", "-D", ETC,
                 "-i", "/run/dirsrv/%s.pid" % NAME, "-d", "0"],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        wait_until(self._answers, START_S, "ns-slapd does not answer")

    def _end(self, sig):
        if self._process is not None:
            if self._process.poll() is None:
                self._process.send_signal(sig)
            self._process.wait()
            self._process = None

    def stop(self):
        self._end(signal.SIGTERM)

    def kill(self):
        self._end(signal.SIGKILL)

    def restart(self):
        self.stop()
        self.start()

    def close(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- operations

    def run(self, *args, dn=None, password=None, stdin=None, check=True):
        """An ldap-utils command, as the manager or as DN."""
        if dn is None:
            dn, password = self.rootdn, self.rootpw
        done = subprocess.run(
            [args[0], "-x", "-H", self.uri, "-D", dn, "-w", password,
             *args[1:]], input=stdin, capture_output=True, text=True,
            env=dict(os.environ, LDAPNOINIT="1"))
        if check and done.returncode != 0:
            raise RuntimeError("%s: %d: %s" % (
                args[0], done.returncode, done.stderr))
        return done

    def add(self, ldif, **who):
        return self.run("ldapadd", stdin=ldif, **who)

    def modify(self, ldif, **who):
        return self.run("ldapmodify", stdin=ldif, **who)

    def search(self, *args, **who):
        return self.run("ldapsearch", "-LLL", "-o", "ldif-wrap=no",
                        *args, **who).stdout

    def read(self, name):
        with open(os.path.join(self.files, name)) as f:
            return f.read()

    def load(self):
        """Base entries, rules, preset nx and the sample estate."""
        # dscreate made the suffix itself.
        self.run("ldapadd", "-c", stdin=self.read("base.ldif"), check=False)
        self.modify(self.read("389-aci.ldif"))
        for name in "preset-nx.ldif", "sample-estate.ldif":
            self.add("\n\n".join(without_slapd(self.read(name))))
        for name in "rec01", "rec02":
            self.modify(LIMITS % name)
