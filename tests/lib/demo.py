# SPDX-License-Identifier: MIT
"""The show of scripts/demo, run inside a world: each command is real, is
printed with its real output, and a wrong outcome ends the demo with 1."""

import os
import shlex
import shutil
import subprocess
import sys
import time

from session import Terminal
from world import World, wait_for

IP_TEXT = "Access from this IP address is not available"


class Wrong(Exception):
    pass


def title(text):
    print("\n\033[1m== %s\033[0m" % text if sys.stdout.isatty()
          else "\n== %s" % text, flush=True)


def say(text):
    """A line between two commands, for the reader."""
    print("# " + text, flush=True)


def show(command, *answers, rc=0, has=(), lacks=()):
    """Run a shell command on a terminal, type the answers to its prompts
    [(prompt, answer)...], print all of it and check how it came out."""
    print("$ " + command, flush=True)
    t = Terminal(shlex.split(command))
    for prompt, answer in answers:
        if not t.answer(prompt, answer):
            break
    text, status = t.finish()
    # The line end that answers a terminal's prompt comes first: no line.
    for line in text.strip("\r\n").splitlines():
        print("  " + line)
    sys.stdout.flush()
    problem = None
    if status != rc:
        problem = "exit status %d" % status
    for word in has:
        if word not in text:
            problem = "no «%s»" % word
    for word in lacks:
        if word in text:
            problem = "«%s» in it" % word
    if problem:
        raise Wrong("%s: %s" % (command, problem))
    return text


class Show:
    def __init__(self, world):
        self.w = world
        # What would be typed again and again.
        os.environ["LDAPTLS_CACERT"] = "/etc/vms/ca.pem"
        os.makedirs("/root/.ssh", mode=0o700, exist_ok=True)
        with open("/root/.ssh/config", "w") as f:
            f.write("Host *\n  NumberOfPasswordPrompts 1\n"
                    "  PreferredAuthentications publickey,password\n")
        os.chmod("/root/.ssh/config", 0o600)

    def identity(self):
        title("A user of the directory is a user of this host")
        show("getent passwd alice", has=["alice:x:20002:100:"])
        show("id alice", has=["uid=20002(alice)", "30002(archive)"])

    def administrator(self):
        title("An administrator logs in, by password and by key")
        show("ssh alice@127.0.0.1 id -un", ("password: ", "alice-pass"),
             has=["alice"])
        shutil.move(self.w.new_key("alice"), "/root/alice-key")
        show("ssh -i /root/alice-key alice@127.0.0.1 "
             "'id -un; env | grep ^VMS_'",
             has=["alice", "VMS_RECORDER=rec01"])

    def pool(self):
        title("sam may come from the office (127.0.0.0/29) and nowhere else")
        show("ssh -b 127.0.0.3 sam@127.0.0.1 id -un",
             ("password: ", "sam-pass"), has=["sam"])
        show("ssh -b 127.0.0.9 sam@127.0.0.1 id -un",
             ("password: ", "sam-pass"), rc=255, has=[IP_TEXT])

    def refusals(self):
        title("No shell here for a viewer (vera), nor for a technician of "
              "rec02 (bob)")
        show("ssh vera@127.0.0.1 id -un", ("password: ", "vera-pass"),
             rc=255, has=["Access denied"])
        show("ssh bob@127.0.0.1 id -un", ("password: ", "bob-pass"),
             rc=255, has=["Access denied"])

    def why(self):
        title("Why was bob refused?  (The steps that were asked, up to the "
              "one that stopped)")
        show("vmsctl why bob service=sshd recorder:rec01 --from 127.0.0.1",
             rc=1, has=["no-grant"])

    def video(self):
        title("The same grants decide about cameras")
        show("vmsctl check vera live.view camera:cam-gate",
             has=["ALLOW grant:g-viewers"])
        show("vmsctl check vera ptz.control camera:cam-gate", rc=1,
             has=["DENY no-grant"])
        show("vmsctl check alice archive.view camera:cam-vault", rc=1,
             has=["DENY deny:g-vault"])
        show("vmsctl list cameras lars", has=["cam-lobby"],
             lacks=["cam-vault"])

    def membership(self):
        title("A membership added in the directory is seen at once")
        show("id carol", lacks=["operators"])
        with open("/root/add-carol.ldif", "w") as f:
            f.write("dn: %s\nchangetype: modify\nadd: member\nmember: %s\n" %
                    (self.w.slapd.group("operators"),
                     self.w.slapd.person("carol")))
        show("cat /root/add-carol.ldif")
        show("ldapmodify -x -H %s -D %s -w %s -f /root/add-carol.ldif" % (
            self.w.slapd.ldaps_uri, self.w.slapd.rootdn,
            self.w.slapd.rootpw))
        t0 = time.monotonic()
        wait_for(lambda: "30001(operators)" in self.w.run("id", "carol").out,
                 seconds=1, text="carol in operators")
        took = time.monotonic() - t0
        show("id carol", has=["30001(operators)"])
        print("  seen %d ms after the directory had it" % (took * 1000))

    def password(self):
        title("alice changes her password on the recorder")
        show("ssh -t alice@127.0.0.1 passwd", ("password: ", "alice-pass"),
             ("urrent.*assword: ", "alice-pass"),
             ("ew .*assword: ", "Better-7-pass"),
             ("etype new .*assword: ", "Better-7-pass"))
        say("with the new password:")
        show("ssh alice@127.0.0.1 id -un", ("password: ", "Better-7-pass"),
             has=["alice"])
        say("with the old one:")
        show("ssh alice@127.0.0.1 id -un", ("password: ", "alice-pass"),
             rc=255)

    def all(self):
        for part in (self.identity, self.administrator, self.pool,
                     self.refusals, self.why, self.video, self.membership,
                     self.password):
            part()


def play(world):
    """A shell to try things in."""
    hints = """
This shell is the recorder rec01.  Some things to try (passwords are
NAME-pass; alice's is now Better-7-pass):
  ssh nora@127.0.0.1              ssh -b 127.0.0.9 sam@127.0.0.1
  vmsctl status                   vmsctl why sam service=sshd --from 127.0.0.9
  vmsctl list cameras nora        getent group operators
  less %s
The directory: ldapsearch -x -H %s -D %s -w %s -b dc=example,dc=com
`exit` ends the world.
""" % (world.log_path("vmsd"), world.slapd.ldaps_uri, world.slapd.rootdn,
       world.slapd.rootpw)
    print(hints)
    rc = os.path.join(world.base, "bashrc")
    with open(rc, "w") as f:
        f.write("PS1='rec01:\\w# '\nHISTFILE=\ncd /\n")
    # On a terminal of the world; the one outside has no name in here.
    subprocess.run(["script", "-q", "-c", "exec bash --noprofile --rcfile " +
                    rc, "/dev/null"])


def main(argv):
    batch = "--batch" in argv
    t0 = time.monotonic()
    with World() as w:
        title("slapd (TLS, schema, access rules, sample estate), vmsd and "
              "sshd are up after %.1f s" % (time.monotonic() - t0))
        try:
            Show(w).all()
        except Wrong as e:
            print("\nWRONG: %s\n--- vmsd's log\n%s" % (
                e, w.log("vmsd")[-4000:]), flush=True)
            return 1
        print("\nAll of it came out as it should.", flush=True)
        if not batch and sys.stdin.isatty() and sys.stdout.isatty():
            play(w)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
