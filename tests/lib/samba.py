# SPDX-License-Identifier: MIT
"""A Samba Active Directory for the tests, inside a world (world.py), which
gives it the ports that it cannot change: LDAP alone, no DNS, no files.

	with Samba() as s:			a domain, running
	    s.user("alice", "Passw0rd.alice")	a new user; its DN
	    s.modify("dn: ...\\nchangetype: modify\\n...")	as Administrator
	    s.policy("--account-lockout-threshold=3")	of the domain

	s.uri s.ldaps_uri s.tls s.suffix	as slapd.py's
	s.rootdn s.rootpw			the domain's administrator
"""

import os
import shutil
import signal
import subprocess
import tempfile

from slapd import wait_until
from tls import Tls

REALM = "LAB.EXAMPLE.COM"
START_S = 60
SET_LAST_SET = "1.3.6.1.4.1.7165.4.3.20"

CONF = """[global]
  netbios name = DC1
  realm = {realm}
  workgroup = LAB
  server role = active directory domain controller
  server services = ldap, kdc, rpc
  interfaces = lo
  bind interfaces only = yes
  private dir = {d}/private
  state directory = {d}/state
  lock directory = {d}
  cache directory = {d}/cache
  binddns dir = {d}/bind-dns
  pid directory = {d}/run
  ncalrpc dir = {d}/ncalrpc
  winbindd socket directory = {d}/run/winbindd
  ntp signd socket directory = {d}/run/ntp_signd
  log file = {d}/log/log.%m
  tls enabled = yes
  tls certfile = {cert}
  tls keyfile = {key}
  tls cafile = {ca}
"""


def installed():
    return shutil.which("samba") and shutil.which("samba-tool") and (
        os.path.exists("/usr/share/samba/setup/provision.ldif"))


class Samba:
    suffix = "DC=lab,DC=example,DC=com"
    rootdn = "CN=Administrator,CN=Users," + suffix
    rootpw = "Passw0rd.lab"
    uri = "ldap://127.0.0.1"
    ldaps_uri = "ldaps://127.0.0.1"

    def __init__(self):
        if "VMS_WORLD" not in os.environ:
            raise RuntimeError("not in a world: see world.py")
        self.folder = tempfile.mkdtemp(prefix="samba-")
        self.conf = self.folder + "/smb.conf"
        self._process = None
        self.tls = Tls(self.folder + "/tls")
        self._command(
            "samba-tool", "domain", "provision", "--targetdir=" + self.folder,
            "--realm=" + REALM, "--domain=LAB", "--server-role=dc",
            "--host-name=dc1", "--host-ip=127.0.0.1", "--dns-backend=NONE",
            "--adminpass=" + self.rootpw)
        for name in "run", "ncalrpc", "log", "cache":
            os.makedirs(os.path.join(self.folder, name), exist_ok=True)
        key = self.folder + "/tls.key"
        shutil.copyfile(self.tls.server_key, key)
        os.chmod(key, 0o600)
        with open(self.conf, "w") as f:
            f.write(CONF.format(realm=REALM, d=self.folder, key=key,
                                cert=self.tls.server, ca=self.tls.ca))

    def _command(self, *args, stdin=None, env=None):
        done = subprocess.run(
            args, input=stdin, capture_output=True, text=True,
            env=dict(os.environ, **(env or {})))
        if done.returncode != 0:
            raise RuntimeError("%s: %d: %s" % (
                " ".join(args[:3]), done.returncode,
                (done.stdout + done.stderr)[-2000:]))
        return done.stdout

    def _tool(self, *args):
        """samba-tool on the database of this domain."""
        return self._command("samba-tool", *args, "-s", self.conf)

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

    def log(self):
        with open(self.folder + "/log/out", errors="replace") as f:
            return f.read()

    def _answers(self):
        if self._process.poll() is not None:
            raise RuntimeError("samba ended:\n" + self.log()[-2000:])
        return subprocess.run(
            ["ldapsearch", "-x", "-H", self.uri, "-s", "base", "-b", "",
             "dnsHostName"], capture_output=True,
            env=dict(os.environ, LDAPNOINIT="1")).returncode == 0

    def start(self):
        with open(self.folder + "/log/out", "a") as out:
            self._process = subprocess.Popen(
                ["samba", "-i", "-M", "single", "-s", self.conf,
                 "--debug-stdout", "-d", "1"],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        wait_until(self._answers, START_S, "samba does not answer")

    def stop(self):
        if self._process is not None:
            if self._process.poll() is None:
                self._process.send_signal(signal.SIGTERM)
            self._process.wait()
            self._process = None

    def close(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- operations

    def person(self, name):
        return "CN=%s,CN=Users,%s" % (name, self.suffix)

    def service(self, name):
        return self.person(name)

    def user(self, name, password):
        self._tool("user", "create", name, password)
        return self.person(name)

    def policy(self, *settings):
        self._tool("domain", "passwordsettings", "set", *settings)

    def disable(self, name):
        self._tool("user", "disable", name)

    def age_password(self, name):
        """It was set in 2019.  Over LDAP only "now" and "never" can be
        said; the database takes it with a control of Samba's own."""
        self._command(
            "ldbmodify", "-H", self.folder + "/private/sam.ldb",
            "--controls=local_oid:%s:0" % SET_LAST_SET,
            stdin="dn: %s\nchangetype: modify\nreplace: pwdLastSet\n"
            "pwdLastSet: 132000000000000000\n" % self.person(name))

    def modify(self, ldif):
        """Apply changes as Administrator, over TLS."""
        return self._command(
            "ldapmodify", "-x", "-H", self.ldaps_uri, "-D", self.rootdn,
            "-w", self.rootpw, stdin=ldif,
            env={"LDAPTLS_CACERT": self.tls.ca})
