# SPDX-License-Identifier: MIT
"""vmsctl's local verbs: what they say, as text and as JSON, and their exit
codes: 0 done, 1 denied, 2 usage, 4 not permitted, 5 findings, 6 no vmsd."""

import json

import pytest

from session import Terminal
from world import wait_for


@pytest.fixture
def ctl(world):
    return lambda *args: world.run("vmsctl", *args)


@pytest.fixture
def as_user(world):
    """vmsctl as somebody of the directory."""
    def run(user, *args):
        return world.run("runuser", "-u", user, "--", "vmsctl", *args)
    return run


def parsed(done):
    return json.loads(done.out)


# --- status

def test_status(world, ctl):
    done = ctl("status")
    assert done.rc == 0, done
    assert "rec01" in done.out
    assert world.slapd.ldaps_uri in done.out
    row = parsed(ctl("status", "--json"))
    assert row["recorder"] == "rec01"
    assert row["generation"] >= 1


# --- check

@pytest.mark.parametrize("words, rc, said", [
    ("alice live.view camera:cam-gate", 0, "ALLOW grant:g-admins"),
    ("nora live.view camera:cam-gate", 0, "ALLOW grant:g-operators"),
    ("nora live.view camera:cam-dock", 1, "DENY no-grant"),
    ("alice archive.view camera:cam-vault", 1, "DENY deny:g-vault"),
    ("sam service=sshd recorder:rec01 --from 192.0.2.7", 0,
     "ALLOW grant:g-operators-login"),
    ("sam service=sshd recorder:rec01 --from 203.0.113.7", 1,
     "DENY ip-not-allowed"),
    ("vera service=sshd --from 192.0.2.7", 1, "DENY no-grant"),
    ("dave live.view camera:cam-gate", 1, "DENY account-disabled"),
    ("xena live.view camera:cam-gate", 1, "DENY account-expired"),
    ("nobody-at-all live.view camera:cam-gate", 1, "DENY user-unknown"),
    ("alice no.action camera:cam-gate", 1, "DENY action-unknown"),
    ("alice service=ftp recorder:rec01", 1, "DENY service-unmapped"),
])
def test_check(ctl, words, rc, said):
    done = ctl("check", *words.split())
    assert done.rc == rc, done
    assert done.out.splitlines()[0].startswith(said), done
    row = parsed(ctl("check", *words.split(), "--json"))
    assert row["result"] == said.split()[0]
    assert row["reason"] == said.split()[1]
    assert row["recorder"] == "rec01"
    assert row["generation"] >= 1
    assert "obligations" in row
    if said.startswith("ALLOW grant:"):
        assert row["grant"].startswith("cn=" + said.split(":")[1] + ",")


# --- why

def test_why(ctl):
    words = "bob service=sshd recorder:rec01 --from 127.0.0.1".split()
    done = ctl("why", *words)
    assert done.rc == 1 and "no-grant" in done.out, done
    assert len(done.out.splitlines()) > 5
    steps = parsed(ctl("why", *words, "--json"))["steps"]
    assert len(steps) > 3


@pytest.mark.parametrize("words, said", [
    ("sam service=sshd --from 203.0.113.7", "not an address of this pool"),
    ("alice live.view camera:nope", "camera nope: bad-request"),
    ("alice service=ftp", "service ftp: service-unmapped"),
    ("nobody-at-all service=sshd", "user nobody-at-all: user-unknown"),
    ("sam", "why USER service=NAME"),
])
def test_why_says_what_to_look_at(ctl, words, said):
    done = ctl("why", *words.split())
    assert done.rc == 1 and said in done.out + done.err, done


def test_status_of_a_user_has_his_roles(ctl):
    assert parsed(ctl("status", "vera", "--json"))["roles"] == ["nx.viewer"]


def test_why_of_a_decision(world, ctl):
    """The id that a refused login left in the log explains it."""
    assert world.ssh("bob", "true", password="bob-pass").rc == 255
    rows = [line for line in world.log("vmsd").splitlines()
            if "bob" in line and "no-grant" in line]
    assert rows, "no line about the refusal"
    decision = next(word.split("=", 1)[1].strip('"')
                    for word in rows[-1].split()
                    if word.startswith("decision="))
    done = ctl("why", decision)
    assert done.rc == 1 and "no-grant" in done.out and "bob" in done.out, done
    assert ctl("why", "no-such-decision").rc != 0


# --- list

@pytest.mark.parametrize("words, have, lack", [
    ("cameras nora", {"cam-lobby", "cam-gate"}, {"cam-dock", "cam-vault"}),
    ("cameras alice", {"cam-lobby", "cam-dock", "cam-vault"}, set()),
    ("recorders bob", set(), {"rec99"}),
])
def test_list(ctl, words, have, lack):
    done = ctl("list", *words.split())
    assert done.rc == 0, done
    for name in have:
        assert name in done.out, done
    for name in lack:
        assert name not in done.out, done
    assert isinstance(parsed(ctl("list", *words.split(), "--json")), list)


# --- whoami, sessions

def test_whoami(world, as_user):
    world.run("su", "-", "alice", "-c", "true", check=True)
    done = as_user("alice", "whoami")
    assert done.rc == 0 and "alice" in done.out, done
    assert "nx.administrator" in done.out, done
    row = parsed(as_user("nora", "whoami", "--json"))
    assert row["user"] == "nora" and row["recorder"] == "rec01"


def test_sessions(world, ctl):
    args, env = world.ssh_args("sam", source="127.0.0.3",
                               password="sam-pass")
    env.pop("SSH_ASKPASS_REQUIRE")
    env.pop("SSH_ASKPASS")
    t = Terminal([args[0], "-tt", *args[1:]], env=env)
    try:
        t.answer("assword: ", "sam-pass")
        t.expect(r"\$ $")
        done = ctl("sessions")
        assert done.rc == 0, done
        row = next(r for r in done.out.splitlines() if "sam" in r)
        assert "127.0.0.3" in row and "sshd" in row, done
        rows = parsed(ctl("sessions", "--json"))
        mine = [r for r in rows if r["user"] == "sam"]
        assert len(mine) == 1, rows
    finally:
        t.type("exit")
        t.finish()
    wait_for(lambda: "sam" not in ctl("sessions").out)


def test_a_session_that_was_killed_is_forgotten(world, ctl):
    proc = world.spawn("sleeper", ["su", "-", "alice", "-c",
                                   "exec sleep 1000"])
    wait_for(lambda: "alice" in ctl("sessions").out)
    world.run("pkill", "-KILL", "-P", str(proc.pid))
    world.end("sleeper", 9)
    wait_for(lambda: "alice" not in ctl("sessions").out)


# --- keys

def test_keys(world, ctl):
    assert ctl("keys", "sam").out == ""
    world.new_key("sam")
    done = ctl("keys", "sam")
    assert done.rc == 0 and done.out.startswith("ssh-ed25519 "), done
    assert ctl("keys", "nobody-at-all").out == ""
    assert ctl("keys", "locke").out == ""


# --- who may ask what

def test_others_are_not_ones_business(as_user):
    for words in (["check", "alice", "live.view", "camera:cam-gate"],
                  ["why", "alice", "live.view", "camera:cam-gate"],
                  ["list", "cameras", "alice"], ["sessions", "alice"],
                  ["keys", "alice"]):
        done = as_user("nora", *words)
        assert done.rc == 4, done
        assert "g-admins" not in done.out + done.err


def test_about_oneself(as_user):
    done = as_user("nora", "check", "nora", "live.view", "camera:cam-gate")
    assert done.rc == 0, done
    # The grant is policy, which is not for users to read.
    assert "dc=example" not in as_user(
        "nora", "check", "nora", "live.view", "camera:cam-gate",
        "--json").out


def test_api_user_may_ask(world, ctl):
    world.run("useradd", "--system", "vms-app", check=True)
    with open(world.conf, "a") as f:
        f.write('api: { users = [ "vms-app" ]; };\n')
    world.end("vmsd")
    world.start_vmsd()
    done = world.run("runuser", "-u", "vms-app", "--", "vmsctl", "check",
                     "alice", "live.view", "camera:cam-gate")
    assert done.rc == 0, done


# --- usage, no vmsd

@pytest.mark.parametrize("words", [
    "", "frobnicate", "check", "check alice", "list", "why",
    "check alice live.view camera", "check alice live.view --at never",
    "check alice live.view --colour", "list teapots alice"])
def test_usage(ctl, words):
    done = ctl(*words.split())
    assert done.rc == 2, done
    assert done.err and done.out == "", done


def test_config_check(ctl):
    assert ctl("config", "check").rc == 0


def test_files_need_no_daemon(world, ctl):
    """--ldif decides on a file, with vmsd stopped."""
    path = world.base + "/estate.ldif"
    with open(path, "w") as f:
        f.write(world.slapd.search("-b", "dc=example,dc=com"))
    world.end("vmsd")
    for verb in (["status"], ["check", "alice", "live.view", "camera:x"],
                 ["sessions"], ["keys", "alice"]):
        assert ctl(*verb).rc == 6, verb
    done = ctl("check", "--ldif", path, "nora", "live.view",
               "camera:cam-gate", "--recorder", "rec01")
    assert (done.rc, done.out) == (0, "ALLOW grant:g-operators\n"), done
    world.start_vmsd()
