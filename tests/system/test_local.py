# SPDX-License-Identifier: MIT
"""login, su, sudo, runuser, cron and passwd."""

import os
import subprocess

import pytest

from session import Terminal, login
from world import wait_for, write

IP_TEXT = "Access from this IP address is not available"


# --- login(1)

def test_login(world):
    text, shell = login("alice", "alice-pass", "id; echo $VMS_ROLE")
    assert shell, text
    assert "uid=20002(alice)" in text
    assert "nx.administrator" in text


def test_login_wrong_password(world):
    text, shell = login("alice", "wrong")
    assert not shell and "Login incorrect" in text, text


def test_login_viewer(world):
    text, shell = login("vera", "vera-pass")
    assert not shell and "Access denied" in text, text


def test_login_local_user(world):
    text, shell = login("locke", "locke-pass", "id")
    assert shell and "(locke)" in text, text


def test_login_from_an_address(world):
    for host, allowed in ("192.0.2.7", True), ("203.0.113.7", False):
        text, shell = login("sam", "sam-pass", host=host)
        assert shell == allowed, text
        assert (IP_TEXT in text) != allowed, text


def test_login_on_a_terminal_that_is_no_console(world):
    """No address and no console: unknown, so a pool does not match."""
    text, shell = login("sam", "sam-pass")
    assert not shell and IP_TEXT in text, text


def test_login_at_the_console(world):
    """A pool that holds `local` lets him in at tty9, not over a pty."""
    sam = world.slapd.person("sam")
    world.slapd.modify("dn: %s\nchangetype: modify\nadd: vmsIpPoolRef\n"
                       "vmsIpPoolRef: cn=console,ou=ippools,ou=vms,"
                       "dc=example,dc=com\n" % sam)
    wait_for(lambda: world.run("vmsctl", "check", "sam", "service=login",
                               "recorder:rec01", "--from", "local").rc == 0)
    # The new terminal is bound over /dev/tty9 and used by that name.
    script = ('tty=$(tty); touch /dev/tty9 && mount --bind "$tty" '
              '/dev/tty9 && exec login sam '
              '< /dev/tty9 > /dev/tty9 2>&1')
    t = Terminal(["bash", "-c", script])
    try:
        t.answer("assword: ", "sam-pass")
        assert t.expect(r"\$ $", "rec01 login: ") == 0, t.text
        t.type("tty; exit")
        t.expect("/dev/tty9")
    finally:
        t.kill()
        subprocess.run(["umount", "-l", "/dev/tty9"])


# --- su, runuser

def test_su_from_root(world):
    done = world.run("su", "-", "alice", "-c", "id -un; pwd")
    assert (done.rc, done.out) == (0, "alice\n/home/alice\n"), done


def test_su_to_a_viewer(world):
    for user in "vera", "bob", "xena", "dave":
        done = world.run("su", "-", user, "-c", "id -un")
        assert done.rc != 0 and done.out == "", done


def test_su_with_password(world):
    for password, rc in ("alice-pass", 0), ("wrong", 1):
        t = Terminal(["runuser", "-u", "locke", "--", "su", "-", "alice",
                      "-c", "echo I am $(id -un)"])
        t.answer("assword: ", password)
        text, status = t.finish()
        assert status == rc, text
        assert ("I am alice" in text) == (rc == 0), text


def test_su_keeps_the_address_of_the_session(world):
    """su asks again, with the address of the ssh session around it."""
    command = "su - sam -c 'id -un'"
    for user, source, rc in (("alice", "127.0.0.3", 0),
                             ("alice", "127.0.0.9", 1)):
        args, env = world.ssh_args(user, command, source=source,
                                   password="alice-pass")
        env.pop("SSH_ASKPASS_REQUIRE")
        env.pop("SSH_ASKPASS")
        t = Terminal([args[0], "-tt", *args[1:]], env=env)
        t.answer("assword: ", "alice-pass")
        t.answer("assword: ", "sam-pass")
        text, status = t.finish()
        assert status == rc, text


def test_runuser(world):
    """runuser skips the account stage; the session stage decides."""
    done = world.run("runuser", "-u", "alice", "--", "id", "-un")
    assert done.rc == 0, done
    done = world.run("runuser", "-l", "alice", "-c", "id -un")
    assert (done.rc, done.out) == (0, "alice\n"), done
    done = world.run("runuser", "-l", "vera", "-c", "id -un")
    assert done.rc != 0 and done.out == "", done


# --- sudo

@pytest.fixture(scope="module")
def sudoers(world):
    write("/etc/sudoers.d/world",
          "Defaults lecture=never\n"
          "alice ALL=(ALL) ALL\n"
          "%operators ALL=(locke) NOPASSWD: /usr/bin/id\n", 0o440)


def test_sudo_with_password(world, sudoers):
    command = "sudo -S -p '' id -un"
    for password, good in ("alice-pass", True), ("wrong", False):
        done = world.run("runuser", "-l", "alice", "-c", command,
                         stdin=password + "\n")
        assert (done.rc == 0) == good, done
        assert (done.out == "root\n") == good, done


def test_sudo_by_group_of_the_directory(world, sudoers):
    done = world.run("runuser", "-l", "nora", "-c",
                     "sudo -n -u locke /usr/bin/id -un")
    assert (done.rc, done.out) == (0, "locke\n"), done


def test_sudo_to_a_viewer(world, sudoers):
    """The caller is root and may; the target's session is refused."""
    done = world.run("sudo", "-u", "vera", "id", "-un")
    assert done.rc != 0 and done.out == "", done
    done = world.run("sudo", "-u", "alice", "id", "-un")
    assert (done.rc, done.out) == (0, "alice\n"), done


# --- cron

def test_cron(world):
    world.run("su", "-", "alice", "-c", "true", check=True)
    for user in "alice", "vera", "locke":
        table = "/var/spool/cron/crontabs/" + user
        write(table, "@reboot id > /tmp/../%s/tmp/cron-%s\n" % (
            world.base.lstrip("/"), user), 0o600)
        subprocess.run(["chown", user + ":crontab", table], check=True)
    world.spawn("cron", ["/usr/sbin/cron", "-f", "-L", "15"])
    path = os.path.join(world.base, "tmp/cron-%s")
    for user in "alice", "locke":
        wait_for(lambda: os.path.exists(path % user) and
                 "(%s)" % user in open(path % user).read(),
                 text="the job of " + user)
    # cron says that the third one failed.
    wait_for(lambda: "vera" in world.log("syslog") and
             any("cron" in line.lower() and "denied" in line.lower()
                 for line in world.log("syslog").splitlines()),
             text="the refusal of vera's job")
    assert not os.path.exists(path % "vera")
    world.end("cron")


# --- passwd

def passwd(user, current, new, again=None):
    """Change the own password with passwd(1); what was seen, exit status."""
    t = Terminal(["runuser", "-u", user, "--", "passwd"])
    if t.answer("[Cc]urrent.*assword: ", current) and \
            t.answer("[Nn]ew .*assword: ", new):
        t.answer("[Nn]ew .*assword: ", again or new)
    t.expect("[Nn]ew .*assword: ", "updated success", "unchanged",
             "[Mm]anipulation error")
    t.kill()
    return t.text


def works(world, user, password):
    return world.ssh(user, "true", password=password).rc == 0


@pytest.mark.parametrize("current, new, again", [
    ("not-it", "Good-pass-1", None),
    ("nora-pass", "Good-pass-1", "Good-pass-2"),
    ("nora-pass", "a1!b2", None),
    ("nora-pass", "caret^in-it", None),
    ("nora-pass", "x" * 256, None),
])
def test_passwd_refused(world, current, new, again):
    text = passwd("nora", current, new, again)
    assert "success" not in text, text
    assert not works(world, "nora", new)
    assert works(world, "nora", "nora-pass"), text


def test_passwd(world):
    text = passwd("nora", "nora-pass", "Good-pass-1")
    assert "success" in text, text
    assert works(world, "nora", "Good-pass-1")
    assert not works(world, "nora", "nora-pass")
    # It is the directory's password that changed.
    world.slapd.bind(world.slapd.person("nora"), "Good-pass-1",
                     uri=world.slapd.ldaps_uri)


def test_passwd_of_a_local_user(world):
    text = passwd("locke", "locke-pass", "Other-pass-77")
    assert "success" in text, text
    assert works(world, "locke", "Other-pass-77")


def test_passwd_may_not_change_what_is_not_yours(world):
    done = world.run("runuser", "-u", "nora", "--", "passwd", "alice",
                     stdin="\n")
    assert done.rc != 0
    assert works(world, "alice", "alice-pass")
