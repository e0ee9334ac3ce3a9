# SPDX-License-Identifier: MIT
"""sshd: who gets in, from where, and what the others read."""

import pytest

from session import Terminal
from world import wait_for

IP_TEXT = "Access from this IP address is not available"
METHODS = "password", "keyboard-interactive", "publickey"


@pytest.fixture(scope="module")
def keys(world):
    return {name: world.new_key(name)
            for name in ("alice", "sam", "vera", "bob", "xena")}


@pytest.fixture
def ssh(world, keys):
    def run(user, *command, method="password", password=None, **kw):
        if method == "publickey":
            kw["key"] = keys[user]
        else:
            kw["password"] = password or user + "-pass"
        return world.ssh(user, *(command or ("id", "-un")), methods=method,
                         **kw)
    return run


def lines(done):
    return [line.strip() for line in (done.out + done.err).splitlines()]


@pytest.mark.parametrize("method", METHODS)
def test_administrator(ssh, method):
    done = ssh("alice", method=method)
    assert (done.rc, done.out) == (0, "alice\n"), done


@pytest.mark.parametrize("method", METHODS)
def test_pool_inside(ssh, method):
    for source in "127.0.0.3", "192.0.2.7":
        done = ssh("sam", method=method, source=source)
        assert (done.rc, done.out) == (0, "sam\n"), done


@pytest.mark.parametrize("method", METHODS)
def test_pool_outside(ssh, method):
    for source in "127.0.0.9", "203.0.113.7":
        done = ssh("sam", method=method, source=source)
        assert done.rc == 255, done
        assert done.out == ""
        assert IP_TEXT in lines(done), done


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("user", ["vera", "bob", "xena"])
def test_refused(ssh, user, method):
    """No shell for a viewer, no grant on this recorder, an expired one."""
    done = ssh(user, method=method)
    assert done.rc == 255, done
    assert done.out == ""
    assert "Access denied" in lines(done), done


def test_disabled(world, ssh, keys):
    """Neither by password, nor by a key that sshd finds in his home; the
    directory's keys are not even told."""
    world.home_key("dave", keys["alice"])
    done = world.ssh("dave", "id", key=keys["alice"])
    assert done.rc == 255 and "Access denied" in lines(done), done
    assert ssh("dave").rc == 255
    assert world.run("vmsctl", "keys", "dave").out == ""


def test_wrong_unknown_and_disabled_look_alike(ssh):
    texts = set()
    for user in "alice", "nobody-at-all", "dave":
        done = ssh(user, password="not-the-password")
        assert done.rc == 255
        texts.add((done.out + done.err).replace(user, "USER"))
    assert len(texts) == 1, texts


def test_empty_password(ssh, world):
    assert world.ssh("alice", "id", password="").rc == 255


def test_ipv6(world, ssh):
    office = "cn=office,ou=ippools,ou=vms,dc=example,dc=com"
    world.slapd.modify("dn: %s\nchangetype: modify\nadd: vmsIpRange\n"
                       "vmsIpRange: 2001:db8:10::/48\n" % office)
    wait_for(lambda: ssh("sam", source="2001:db8:10::5", host="::1",
                         method="publickey").rc == 0)
    done = ssh("sam", source="2001:db8:99::5", host="::1")
    assert done.rc == 255 and IP_TEXT in lines(done), done


def test_names_instead_of_addresses(world, ssh):
    """With UseDNS, PAM_RHOST is a name: the address still decides."""
    world.start_sshd("sshd", 2222, "-o", "UseDNS=yes")
    for method in METHODS:
        done = ssh("sam", source="192.0.2.7", port=2222, method=method)
        assert done.rc == 0, done
        done = ssh("sam", source="203.0.113.7", port=2222, method=method)
        assert done.rc == 255 and IP_TEXT in lines(done), done


def test_service_decides_the_action(world, ssh):
    """The same sshd under the name vms-web asks for login.web."""
    world.start_sshd("vms-web", 2080)
    done = ssh("vera", port=2080)
    assert (done.rc, done.out) == (0, "vera\n"), done
    world.start_sshd("unheard-of", 2081)
    done = ssh("alice", port=2081)
    assert done.rc == 255 and "Access denied" in lines(done), done


def test_environment(ssh):
    done = ssh("alice", "env")
    env = dict(line.split("=", 1) for line in done.out.splitlines()
               if "=" in line)
    assert env["VMS_RECORDER"] == "rec01"
    assert env["VMS_ROLE"] == "nx.administrator"
    assert "nx.administrator" in env["VMS_ROLES"]
    assert env["VMS_DECISION"]


def test_groups_of_the_session(ssh):
    done = ssh("nora", "id")
    assert "uid=20005(nora) gid=100(users)" in done.out, done
    assert "30001(operators)" in done.out, done


def test_local_user_is_untouched(world):
    done = world.ssh("locke", "id", "-un", password="locke-pass")
    assert (done.rc, done.out) == (0, "locke\n"), done


def test_locked_in_the_directory(world, ssh):
    """A lock of the server's password policy counts for keys too."""
    person = world.slapd.person("alice")
    world.slapd.modify("dn: %s\nchangetype: modify\n"
                       "replace: pwdAccountLockedTime\n"
                       "pwdAccountLockedTime: 000001010000Z\n" % person)
    try:
        wait_for(lambda: ssh("alice", method="publickey").rc == 255)
        assert ssh("alice").rc == 255
    finally:
        world.slapd.modify("dn: %s\nchangetype: modify\n"
                           "delete: pwdAccountLockedTime\n" % person)
    wait_for(lambda: ssh("alice", method="publickey").rc == 0)


def test_lapsed_lock(world, ssh):
    """The server lifts it at the next right password, which gets in at
    once; a key does not, as nothing tells how long the lock holds."""
    world.slapd.modify("dn: %s\nchangetype: modify\n"
                       "replace: pwdAccountLockedTime\n"
                       "pwdAccountLockedTime: 20260101000000Z\n"
                       % world.slapd.person("sam"))
    wait_for(lambda: ssh("sam", method="publickey").rc == 255)
    assert ssh("sam").rc == 0
    wait_for(lambda: ssh("sam", method="publickey").rc == 0)


def test_must_change_password(world, ssh):
    """pwdReset: the new password is asked for before the session."""
    world.slapd.modify("dn: %s\nchangetype: modify\nreplace: pwdReset\n"
                       "pwdReset: TRUE\n" % world.slapd.person("ed"))
    # The account stage asks the replica: wait until it has heard of it.
    wait_for(lambda: world.ssh("ed", "true", password="ed-pass").rc != 0)
    args, env = world.ssh_args("ed", "id", "-un",
                               methods="keyboard-interactive",
                               options=["BatchMode=no"])
    env = {k: v for k, v in env.items() if not k.startswith("SSH_ASKPASS")}
    t = Terminal(args, env=env)
    t.answer("assword: ", "ed-pass")
    t.answer("[Cc]urrent.*assword: ", "ed-pass")
    t.answer("[Nn]ew .*assword: ", "Fresh-pass-1")
    t.answer("[Nn]ew .*assword: ", "Fresh-pass-1")
    text, rc = t.finish()
    assert rc == 0 and text.splitlines()[-1] == "ed", text
    wait_for(lambda: world.ssh("ed", "true", password="Fresh-pass-1").rc == 0)


def test_expiry_is_announced(world, ssh):
    """The server's warning before a password ends reaches the user."""
    policy = "cn=default,ou=policies,dc=example,dc=com"

    def warn_within(seconds):
        world.slapd.modify("dn: %s\nchangetype: modify\n"
                           "replace: pwdMaxAge\npwdMaxAge: %d\n-\n"
                           "replace: pwdExpireWarning\n"
                           "pwdExpireWarning: %d\n"
                           % (policy, 5 * 86400, seconds))

    warn_within(4 * 86400)
    done = ssh("sam", method="keyboard-interactive")
    assert done.rc == 0 and "will expire" not in done.out + done.err, done
    warn_within(5 * 86400)
    done = ssh("sam", method="keyboard-interactive")
    assert done.rc == 0, done
    assert "Your password will expire in 4 days" in lines(done), done
