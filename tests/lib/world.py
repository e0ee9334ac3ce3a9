# SPDX-License-Identifier: MIT
"""A recorder in a world of its own: real slapd, vmsd, sshd, PAM and NSS in
private mount, network, process and host-name namespaces.

	world.py run --root DIR COMMAND...	run COMMAND in a new world
	world.py demo --root DIR [--batch]	show what the suite does

DIR is a folder that `make install DESTDIR=DIR` has filled.  It becomes the
upper layer of overlays on /usr, /etc, /var, /home and /root; /run is empty.
Nothing of the host changes, and whatever runs in the world ends with it.

In the world (a test, the demo):

	with World() as w:		slapd with the sample estate, vmsd, sshd
	    w.ssh("alice", "id", password="alice-pass")
	    w.run("getent", "passwd", "alice").out

This file builds; it checks nothing.  See session.py for people at terminals.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.realpath(__file__))
SOURCE = os.path.realpath(os.path.join(HERE, "..", ".."))
sys.path.insert(0, HERE)

LAYERS = "usr", "etc", "var", "home", "root"
DEVICES = "null", "zero", "full", "random", "urandom", "tty"
# Networks of documentation: every address of theirs is this host's own.
NETWORKS = "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"
ADDRESSES6 = "2001:db8:10::5", "2001:db8:99::5"
WAIT_S = 20


class Done:
    """How a command ended."""

    def __init__(self, args, rc, out, err):
        self.args, self.rc, self.out, self.err = args, rc, out, err

    def __repr__(self):
        return "%s: exit %d\nstdout: %s\nstderr: %s" % (
            " ".join(self.args), self.rc, self.out, self.err)


def wait_for(what, seconds=WAIT_S, text="what was waited for"):
    """Call WHAT until it is true and return that; else TimeoutError."""
    deadline = time.monotonic() + seconds
    while True:
        result = what()
        if result:
            return result
        if time.monotonic() > deadline:
            raise TimeoutError("%s did not happen in %d s" % (text, seconds))
        time.sleep(0.01)


# --- the namespaces -------------------------------------------------------

def enter(root, command, env=None):
    """Run COMMAND in new namespaces; its exit status."""
    base = tempfile.mkdtemp(prefix="vms-world-", dir="/tmp")
    # bash is process 1: it buries the orphans of the world.
    inside = ["unshare", "--mount", "--net", "--pid", "--uts", "--ipc",
              "--fork", "--kill-child=SIGKILL", "--mount-proc",
              "--propagation", "private", "--",
              "/bin/bash", "-c", '"$@"; exit $?', "world",
              sys.executable, os.path.realpath(__file__), "_inside",
              base, root, *command]
    child = subprocess.Popen(inside, env=env)
    for number in signal.SIGTERM, signal.SIGHUP:
        signal.signal(number, lambda *_: child.kill())
    try:
        while True:
            try:
                return child.wait()
            except KeyboardInterrupt:
                # The terminal told the child as well; its turn.
                if child.poll() is None and not command:
                    child.kill()
    finally:
        child.kill()
        child.wait()
        os.rmdir(base)


def sh(*args, **kw):
    subprocess.run(args, check=True, **kw)


def furnish(base, root):
    """In the new namespaces: lay the private layers over the host's."""
    sh("mount", "-t", "tmpfs", "-o", "mode=755", "vms-world", base)
    upper = os.path.join(base, "upper")
    for name in LAYERS:
        os.makedirs(os.path.join(upper, name))
        os.makedirs(os.path.join(base, "work", name))
        shutil.copystat("/" + name, os.path.join(upper, name))
    sh("cp", "-a", root + "/.", upper)
    for name in LAYERS:
        sh("mount", "-t", "overlay", "vms-" + name, "-o",
           "lowerdir=/%s,upperdir=%s,workdir=%s" % (
               name, os.path.join(upper, name),
               os.path.join(base, "work", name)), "/" + name)
    sh("mount", "-t", "tmpfs", "-o", "mode=755", "vms-run", "/run")
    # What is left of the host's root is for reading; /tmp, where checkouts
    # and results may be, is as it was, and TMPDIR leads elsewhere.
    sh("mount", "--rbind", "/tmp", "/tmp")
    sh("mount", "-o", "remount,bind,ro", "/")
    furnish_dev(os.path.join(base, "dev"))
    os.mkdir(os.path.join(base, "tmp"))
    os.chmod(os.path.join(base, "tmp"), 0o1777)
    sh("ip", "link", "set", "lo", "up")
    for net in NETWORKS:
        sh("ip", "route", "add", "local", net, "dev", "lo")
    for address in ADDRESSES6:
        subprocess.run(["ip", "-6", "addr", "add", address + "/128", "dev",
                        "lo", "nodad"], stderr=subprocess.DEVNULL)
    socket.sethostname("rec01")
    os.environ["VMS_WORLD"] = base
    os.environ["TMPDIR"] = os.path.join(base, "tmp")


def furnish_dev(aside):
    """A /dev with few devices, terminals of its own and room for more."""
    os.mkdir(aside)
    sh("mount", "--rbind", "/dev", aside)
    sh("mount", "-t", "tmpfs", "-o", "mode=755", "vms-dev", "/dev")
    for name in DEVICES:
        write("/dev/" + name, "")
        sh("mount", "--bind", os.path.join(aside, name), "/dev/" + name)
    os.mkdir("/dev/pts")
    sh("mount", "-t", "devpts", "-o",
       "newinstance,ptmxmode=0666,mode=0620,gid=5", "vms-pts", "/dev/pts")
    os.symlink("pts/ptmx", "/dev/ptmx")
    os.mkdir("/dev/shm")
    os.chmod("/dev/shm", 0o1777)
    for n, name in enumerate(("stdin", "stdout", "stderr")):
        os.symlink("/proc/self/fd/%d" % n, "/dev/" + name)
    os.symlink("/proc/self/fd", "/dev/fd")
    sh("umount", "-R", "-l", aside)


# --- the recorder ---------------------------------------------------------

def write(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        f.write(text)
    os.chmod(path, mode)


SSHD_CONFIG = """\
ListenAddress 0.0.0.0
ListenAddress ::
HostKey /etc/ssh/world_host_key
UsePAM yes
PasswordAuthentication yes
KbdInteractiveAuthentication yes
PubkeyAuthentication yes
PermitRootLogin prohibit-password
AuthorizedKeysCommand /usr/bin/vmsctl keys %u
AuthorizedKeysCommandUser root
UseDNS no
PrintMotd no
PrintLastLog no
MaxStartups 200
Subsystem sftp internal-sftp
"""

VMSD_CONF = """\
recorder = "rec01";
directory: {
  uri = [ "%(uri)s" ];
  heartbeat_ms = 1000;
  ca_file = "%(ca)s";
  bind_dn = "cn=rec01,ou=services,ou=vms,dc=example,dc=com";
  bind_password_file = "/etc/vms/bind.secret";
  users:  { base = "ou=people,dc=example,dc=com"; };
  groups: { base = "ou=groups,dc=example,dc=com"; };
  policy: { base = "ou=vms,dc=example,dc=com"; };
};
nss: { %(nss)s };
"""


class World:
    """The recorder rec01 and its directory, once per namespace."""

    def __init__(self, nss="", slapd=None, estate=True, bulk=None):
        """nss: settings of vmsd.conf; slapd: options of Slapd(); estate:
        load the sample; bulk: a function that gives more LDIF."""
        from slapd import Slapd
        self.base = os.environ["VMS_WORLD"]
        self.nss = nss
        self.estate = estate
        self.bulk = bulk
        self._procs = {}
        self.slapd = Slapd(folder=os.path.join(self.base, "slapd"),
                           secure=True, **(slapd or {}))
        self.slapd.ldaps_uri = "ldaps://127.0.0.1:636"
        self.conf = "/etc/vms/vmsd.conf"

    def __enter__(self):
        try:
            self.up()
        except BaseException:
            self.down()
            raise
        return self

    def __exit__(self, *_):
        self.down()

    def up(self):
        self.prepare_host()
        self.slapd.start()
        if self.estate:
            self.slapd.load()
        if self.bulk:
            self.slapd.stop()
            self.slapd.slapadd(self.bulk())
            self.slapd.start()
        self.configure()
        self.start_vmsd()
        self.start_sshd()

    def down(self):
        for name in list(self._procs):
            self.end(name, signal.SIGKILL)
        self.slapd.close()

    # --- what an administrator does once

    def prepare_host(self):
        write("/etc/hosts", "127.0.0.1 localhost\n127.0.1.1 rec01\n"
              "::1 localhost\n192.0.2.7 desk.example.com\n"
              "203.0.113.7 cafe.example.com\n")
        write("/etc/hostname", "rec01\n")
        write("/etc/resolv.conf", "")
        write("/run/utmp", "", 0o664)
        for path in "/run/sshd", "/run/lock":
            os.makedirs(path, exist_ok=True)
        self.syslog = Syslog("/dev/log", self.log_path("syslog"))
        self.accounts()
        self.set_nsswitch("files vms")
        self.set_pam()
        self.local_user("locke", "locke-pass")
        self.keys = os.path.join(self.base, "keys")
        os.mkdir(self.keys, 0o700)
        sh("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f",
           "/etc/ssh/world_host_key")
        with open("/etc/ssh/world_host_key.pub") as f:
            write("/etc/ssh/ssh_known_hosts", "* " + f.read())

    def accounts(self):
        """The users and folders that conf/ says, made by systemd's own
        tools where they are; vmsd makes its folders without them too."""
        path = "/usr/lib/sysusers.d/vms-identity.conf"
        if shutil.which("systemd-sysusers"):
            sh("systemd-sysusers", path, stderr=subprocess.DEVNULL)
            sh("systemd-tmpfiles", "--create",
               "/usr/lib/tmpfiles.d/vms-identity.conf")
            return
        with open(path) as f:
            names = re.findall(r"(?m)^u\s+(\S+)", f.read())
        for name in names:
            sh("useradd", "--system", "--user-group", "--no-create-home",
               "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin",
               name)

    def local_user(self, name, password):
        sh("useradd", "--create-home", "--shell", "/bin/bash", name)
        sh("chpasswd", input="%s:%s\n" % (name, password), text=True)

    def set_nsswitch(self, sources):
        with open("/etc/nsswitch.conf") as f:
            lines = f.read().splitlines()
        lines = [line for line in lines if line.split(":")[0] not in
                 ("passwd", "group", "shadow", "initgroups", "hosts")]
        lines += ["%s: %s" % (db, sources)
                  for db in ("passwd", "group", "shadow")]
        write("/etc/nsswitch.conf", "\n".join(lines + ["hosts: files", ""]))

    def set_pam(self):
        """The stacks of a fresh Debian, with our profiles switched on."""
        ours = [name for name in os.listdir("/usr/share/pam-configs")
                if name.startswith("vms")]
        profiles = ["unix", "mkhomedir", *ours]
        for name in os.listdir("/usr/share/pam-configs"):
            if name not in profiles:
                os.unlink("/usr/share/pam-configs/" + name)
        for part in "auth", "account", "password", "session", \
                "session-noninteractive":
            path = "/etc/pam.d/common-" + part
            if os.path.exists(path):
                os.unlink(path)
        for name in os.listdir("/var/lib/pam"):
            os.unlink("/var/lib/pam/" + name)
        sh("pam-auth-update", "--force", "--enable", *profiles,
           env=dict(os.environ, DEBIAN_FRONTEND="noninteractive"))
        # runuser has a stack of its own (runuser-l includes it), and we
        # want it to ask as well.
        with open(os.path.join(SOURCE, "conf/pam/runuser.example")) as f:
            line = next(line for line in f if line.startswith("session"))
        with open("/etc/pam.d/runuser") as f:
            stack = f.read()
        write("/etc/pam.d/runuser", re.sub(r"(?m)^(?=session)", line, stack,
                                           count=1))

    def configure(self, text=None, **values):
        write("/etc/vms/bind.secret", "rec01-secret\n", 0o600)
        shutil.copy(self.slapd.tls.ca, "/etc/vms/ca.pem")
        os.chmod("/etc/vms/ca.pem", 0o644)
        values = dict({"uri": self.slapd.ldaps_uri, "ca": "/etc/vms/ca.pem",
                       "nss": self.nss}, **values)
        write(self.conf, text or VMSD_CONF % values)

    # --- servers

    def spawn(self, name, args, **kw):
        log = open(self.log_path(name), "ab")
        self._procs[name] = subprocess.Popen(
            args, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True, **kw)
        log.close()
        return self._procs[name]

    def log_path(self, name):
        return os.path.join(self.base, name + ".log")

    def log(self, name):
        with open(self.log_path(name), errors="replace") as f:
            return f.read()

    def pid(self, name):
        return self._procs[name].pid

    def end(self, name, number=signal.SIGTERM, seconds=WAIT_S):
        """Send a signal and wait for the end; the exit status."""
        proc = self._procs.pop(name)
        if proc.poll() is None:
            proc.send_signal(number)
        return proc.wait(seconds)

    def wait(self, name, seconds=WAIT_S):
        """Wait for an end that comes by itself; the exit status."""
        return self._procs.pop(name).wait(seconds)

    def start_vmsd(self, wait=True, args=(), seconds=WAIT_S):
        """Start vmsd as systemd would, and wait until it says READY."""
        path = os.path.join(self.base, "notify")
        if os.path.exists(path):
            os.unlink(path)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            notify.bind(path)
            env = dict(os.environ, NOTIFY_SOCKET=path)
            proc = self.spawn("vmsd", ["/usr/sbin/vmsd", "-d", *args],
                              env=env)
            if not wait:
                return
            notify.settimeout(0.1)
            deadline = time.monotonic() + seconds
            while True:
                try:
                    if b"READY=1" in notify.recv(4096):
                        return
                except socket.timeout:
                    pass
                if proc.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError("vmsd is not ready:\n" +
                                       self.log("vmsd")[-3000:])

    def start_sshd(self, name="sshd", port=22, *options):
        """NAME is sshd's own file name, from which PAM's service comes."""
        program = "/usr/sbin/" + name
        if not os.path.exists(program):
            os.symlink("/usr/sbin/sshd", program)
            shutil.copy("/etc/pam.d/sshd", "/etc/pam.d/" + name)
        write("/etc/ssh/sshd_config", SSHD_CONFIG)
        self.spawn("%s-%d" % (name, port),
                   [program, "-D", "-e", "-f", "/etc/ssh/sshd_config",
                    "-p", str(port), *options])
        wait_for(lambda: connects("127.0.0.1", port), text=name)

    # --- clients

    def run(self, *args, check=False, stdin=None, seconds=60, **kw):
        """Run a command as root."""
        p = subprocess.run(args, input=stdin, stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE, text=True,
                           stdin=None if stdin else subprocess.DEVNULL,
                           errors="replace", timeout=seconds, **kw)
        done = Done(args, p.returncode, p.stdout, p.stderr)
        if check and done.rc != 0:
            raise RuntimeError(repr(done))
        return done

    def ssh_args(self, user, *command, password=None, key=None,
                 methods=None, source=None, port=22, host="127.0.0.1",
                 options=()):
        args = ["ssh", "-F", "none", "-p", str(port), "-l", user,
                "-o", "NumberOfPasswordPrompts=1",
                "-o", "IdentitiesOnly=yes", "-o", "ConnectTimeout=20"]
        if source:
            args += ["-b", source]
        if key:
            args += ["-i", key]
        if methods is None:
            methods = "publickey" if key else "password"
        args += ["-o", "PreferredAuthentications=" + methods]
        for option in options:
            args += ["-o", option]
        env = dict(os.environ, SSH_ASKPASS_REQUIRE="force",
                   SSH_ASKPASS=self.askpass(), VMS_PASSWORD=password or "")
        return [*args, host, *command], env

    def ssh(self, user, *command, **kw):
        """Log in with ssh and run a command; password= or key=, source= for
        the address to come from, methods= as PreferredAuthentications."""
        args, env = self.ssh_args(user, *command, **kw)
        return self.run(*args, env=env)

    def askpass(self):
        path = os.path.join(self.base, "askpass")
        if not os.path.exists(path):
            write(path, '#!/bin/sh\nprintf "%s\\n" "$VMS_PASSWORD"\n', 0o755)
        return path

    def ldap(self):
        """A python3-ldap connection that may write anything."""
        return self.slapd.bind(uri=self.slapd.ldaps_uri)

    def home_key(self, user, key):
        """Let KEY in by USER's own authorized_keys."""
        home = "/home/" + user
        with open(key + ".pub") as f:
            public = f.read()
        write(home + "/.ssh/authorized_keys", public)
        self.run("chown", "-R", user, home, check=True)

    def new_key(self, user):
        """Make a key for USER and put its public half in the directory."""
        path = os.path.join(self.keys, user)
        sh("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", user,
           "-f", path)
        with open(path + ".pub") as f:
            public = f.read().strip()
        self.slapd.modify("dn: %s\nchangetype: modify\nadd: sshPublicKey\n"
                          "sshPublicKey: %s\n" % (
                              self.slapd.person(user), public))
        wait_for(lambda: public in self.run("vmsctl", "keys", user).out,
                 text="the key of " + user)
        return path


class Syslog(threading.Thread):
    """/dev/log, kept in a file, but for slapd's many words."""

    def __init__(self, path, log):
        super().__init__(daemon=True)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(path)
        os.chmod(path, 0o666)
        self._log = open(log, "ab", buffering=0)
        self.start()

    def run(self):
        while True:
            line = self._socket.recv(65536).rstrip(b"\0\n")
            if b" slapd[" not in line:
                self._log.write(line + b"\n")


def connects(host, port):
    try:
        socket.create_connection((host, port)).close()
    except ConnectionRefusedError:
        return False
    return True


# --- command line -----------------------------------------------------------

def main(argv):
    if len(argv) > 3 and argv[0] == "_inside":
        furnish(argv[1], argv[2])
        os.execvp(argv[3], argv[3:])
    if len(argv) >= 3 and argv[0] in ("run", "demo") and argv[1] == "--root":
        root, rest = os.path.realpath(argv[2]), argv[3:]
        if argv[0] == "demo":
            rest = [sys.executable, os.path.join(HERE, "demo.py"), *rest]
        if rest:
            return enter(root, rest)
    print(__doc__.split("\n\n")[1], file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
