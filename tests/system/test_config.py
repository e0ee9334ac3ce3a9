# SPDX-License-Identifier: MIT
"""Bad input: a clear message that says where and what to do, no crash, and
nothing that was known is lost."""

import json
import os
import re
import shutil

import pytest

from world import wait_for, write

SUFFIX = "dc=example,dc=com"


@pytest.fixture
def good(world):
    """The good configuration's text; it is put back afterwards."""
    world.configure()
    with open(world.conf) as f:
        yield f.read()
    shutil.rmtree(world.conf + ".d", ignore_errors=True)
    world.configure()


def line_of(text, word):
    return next(n for n, line in enumerate(text.splitlines(), 1)
                if word in line)


CASES = [
    # (replace, by, what the complaint names)
    ('recorder = "rec01";', 'recorder = "rec01"; colour = "red";', "colour"),
    ("directory: {", "directory: { urii = 1;", "urii"),
    ('recorder = "rec01";', "recorder = 7;", "recorder"),
    ('recorder = "rec01";', 'recorder = "";', "recorder"),
    ("nss: {", 'nss: { visible = "some";', "visible"),
    ("nss: {", "nss: { min_id = 5;", "min_id"),
    ("nss: {", 'nss: { min_id = "1000";', "min_id"),
    ("nss: {", "nss: { min_id = 5000; max_id = 2000;", "max_id"),
    ("nss: {", "nss: { enumerate = 1;", "enumerate"),
    ("nss: {", "nss: { primary_gids = [ 1 ];", "primary_gids"),
    ("nss: {", 'nss: { home = "home/%u";', "home"),
    ("nss: {", 'offline: { max_age = "7 parsecs"; }; nss: {', "max_age"),
    ("nss: {", 'services: { ftp = "login.shell sideways"; }; nss: {', "ftp"),
    ("ldaps://", "http://", "uri"),
    ("ldaps://", "ldap://", "uri"),
    ("/etc/vms/ca.pem", "/etc/vms/no-such.pem", "ca_file"),
    ("/etc/vms/ca.pem", "/etc/passwd", "PEM"),
    ("/etc/vms/bind.secret", "/etc/vms/no-such.secret",
     "bind_password_file"),
    ("users:  { base", 'users:  { filter = "(uid=";  base', "filter"),
]


@pytest.mark.parametrize("old, new, word", CASES,
                         ids=[c[2] + "-" + str(n)
                              for n, c in enumerate(CASES)])
def test_error_is_located(world, good, old, new, word):
    assert old in good
    text = good.replace(old, new)
    write(world.conf, text)
    done = world.run("vmsd", "-t")
    assert done.rc == 1, done
    said = done.out + done.err
    where = "%s:%d: " % (world.conf, line_of(text, new.split("\n")[0]))
    assert any(line.startswith(where) and word in line
               for line in said.splitlines()), said
    # The daemon refuses to start with it, in the same words.
    proc = world.spawn("refused", ["/usr/sbin/vmsd", "-d"])
    assert proc.wait(10) != 0
    assert where in world.log("refused")
    # And vmsctl says the same.
    done = world.run("vmsctl", "config", "check")
    assert done.rc != 0 and where in done.out + done.err, done


def test_syntax_error(world, good):
    write(world.conf, good.replace("directory: {", "directory: {{"))
    done = world.run("vmsd", "-t")
    assert done.rc == 1
    assert re.search(re.escape(world.conf) + r":\d+: ", done.out + done.err)


def test_all_errors_in_one_run(world, good):
    write(world.conf, good.replace('"rec01"', "7").replace(
        "nss: {", 'nss: { visible = "x"; min_id = 1; colour = 3;'))
    said = world.run("vmsd", "-t")
    for word in "recorder", "visible", "min_id", "colour":
        assert word in said.out + said.err, said


def test_drop_in(world, good):
    write(world.conf + ".d/10-more.conf", "nss: {\n  visible = \"x\";\n};\n")
    done = world.run("vmsd", "-t")
    assert done.rc == 1
    assert world.conf + ".d/10-more.conf:2: " in done.out + done.err, done
    write(world.conf + ".d/10-more.conf", 'nss: { visible = "all"; };\n')
    assert world.run("vmsd", "-t").rc == 0


def test_required_key_is_missing(world, good):
    write(world.conf, good.replace('recorder = "rec01";', ""))
    done = world.run("vmsd", "-t")
    assert done.rc == 1 and "recorder" in done.out + done.err, done


def test_no_file(world, good):
    os.unlink(world.conf)
    done = world.run("vmsd", "-t")
    assert done.rc == 1 and world.conf in done.out + done.err, done


@pytest.mark.parametrize("spoil", [
    lambda p: os.chmod(p, 0o644),
    lambda p: os.chown(p, 1001, 1001),
    lambda p: os.truncate(p, 0),
    lambda p: (os.rename(p, p + ".x"), os.symlink(p + ".x", p)),
    lambda p: (os.unlink(p), os.mkdir(p)),
], ids=["readable-by-all", "owner", "empty", "symlink", "folder"])
def test_secret_file(world, good, spoil):
    path = "/etc/vms/bind.secret"
    spoil(path)
    try:
        done = world.run("vmsd", "-t")
        assert done.rc == 1 and path in done.out + done.err, done
    finally:
        world.run("rm", "-rf", path, path + ".x")


def test_the_good_one(world, good):
    assert world.run("vmsd", "-t").rc == 0
    assert world.run("vmsctl", "config", "check").rc == 0


# --- a directory that does not do what it should


@pytest.fixture
def restarted(world, good):
    """Runs vmsd with another configuration, waits for words in its log."""
    def run(text, pattern, seconds=20):
        if "vmsd" in world._procs:
            world.end("vmsd")
        before = len(world.log("vmsd"))
        write(world.conf, text)
        world.start_vmsd(wait=False)
        wait_for(lambda: re.search(pattern, world.log("vmsd")[before:],
                                   re.IGNORECASE),
                 seconds=seconds, text=pattern)
        assert world._procs["vmsd"].poll() is None, "vmsd ended"
        # What was known stays known.
        assert world.run("getent", "passwd", "alice").rc == 0
    yield run
    world.end("vmsd")
    write(world.conf, good)
    world.start_vmsd()
    wait_for(lambda: world.ssh("alice", "true",
                               password="alice-pass").rc == 0)


def test_wrong_ca(world, good, restarted):
    shutil.copy(world.slapd.tls.other_ca, "/etc/vms/other.pem")
    restarted(good.replace("/etc/vms/ca.pem", "/etc/vms/other.pem"),
              "certificate")


def test_wrong_name_in_the_certificate(world, good, restarted):
    with open("/etc/hosts", "a") as f:
        f.write("127.0.0.1 other.example.com\n")
    restarted(good.replace("ldaps://127.0.0.1", "ldaps://other.example.com"),
              "certificate.*name|name.*certificate")


def test_wrong_bind_password(world, good, restarted):
    write("/etc/vms/wrong.secret", "not-it\n", 0o600)
    restarted(good.replace("/etc/vms/bind.secret", "/etc/vms/wrong.secret"),
              "bind.*(password|credentials)|credentials")


def test_nobody_listens(world, good, restarted):
    restarted(good.replace("127.0.0.1:636", "127.0.0.1:637"),
              "refused|can't contact|unreachable|away")


def test_base_does_not_exist(world, good, restarted):
    restarted(good.replace("ou=vms,dc=example,dc=com\"; };\n};",
                           "ou=cctv,dc=example,dc=com\"; };\n};"),
              "ou=cctv|no such object")


@pytest.mark.parametrize("old, new, said", [
    ('"rec01"', '"rec1"', "recorder rec1 is not in the directory"),
    ("ou=people,", "ou=peple,", "directory.users.base")])
def test_status_says_why_nobody_gets_in(world, good, old, new, said):
    """All is right but what it names: the log may have scrolled away."""
    def problem():
        return json.loads(world.run("vmsctl", "status",
                                    "--json").out)["policy_problem"]
    assert problem() == ""
    for text, want in (good.replace(old, new), said), (good, ""):
        world.end("vmsd")
        write(world.conf, text)
        world.start_vmsd()
        wait_for(lambda: problem() == "" if want == "" else
                 want in problem(), text=want)


def test_malformed_entries(world):
    """Each is named by lint; the others are served."""
    people = ",ou=people," + SUFFIX
    text = ("dn: uid=%s" + people + "\nobjectClass: inetOrgPerson\n"
            "objectClass: posixAccount\nobjectClass: vmsUser\nuid: %s\n"
            "cn: M\nsn: M\nuidNumber: %s\ngidNumber: 100\n"
            "homeDirectory: %s\nvmsAccountState: enabled\n"
            "vmsIpMode: any\n\n")
    world.slapd.add(
        text % ("huge-id", "huge-id", "4294967295", "/home/h") +
        text % ("negative-id", "negative-id", "-5", "/home/n") +
        text % ("dotted", "dotted", "20090", "/home/../etc") +
        text % ("col\\3Aon", "col:on", "20091", "/home/c") +
        text % ("fine", "fine", "20092", "/home/fine"))
    world.slapd.modify("dn: %s\nchangetype: modify\nadd: member\nmember: %s\n"
                       % (world.slapd.group("operators"), "\nmember: ".join(
                           "uid=%s%s" % (u, people) for u in (
                               "huge-id", "negative-id", "dotted",
                               "col\\3Aon", "fine"))))
    wait_for(lambda: world.run("getent", "passwd", "fine").rc == 0)
    for name in "huge-id", "negative-id", "col:on":
        assert world.run("getent", "passwd", name).rc == 2
    lint = world.run("vmsctl", "lint")
    assert lint.rc == 5, lint
    for name in "huge-id", "negative-id", "dotted":
        assert name in lint.out, lint
    assert world.run("su", "-", "alice", "-c", "true").rc == 0


def test_grant_with_a_role_that_is_gone(world):
    """An allow without its role gives nothing; lint says so."""
    roles = "ou=roles,ou=vms," + SUFFIX
    check = ("vmsctl", "check", "nora", "live.view", "camera:cam-gate")
    assert world.run(*check).rc == 0
    conn = world.ldap()
    conn.rename_s("cn=nx.advanced-viewer," + roles, "cn=nx.renamed")
    wait_for(lambda: world.run(*check).rc == 1)
    assert "g-operators" in world.run("vmsctl", "lint").out
    conn.rename_s("cn=nx.renamed," + roles, "cn=nx.advanced-viewer")
    wait_for(lambda: world.run(*check).rc == 0)


# --- a directory without our schema, in a world that has only that


def test_schema_is_not_loaded(world, good, restarted, tmp_path):
    """The policy base is there, with entries of no class we know."""
    from slapd import Slapd
    other = Slapd(folder=str(tmp_path / "bare"), acls=False,
                  tls=world.slapd.tls)
    path = other.conf
    with open(path) as f:
        text = f.read()
    text = "\n".join(line for line in text.splitlines()
                     if "vms.schema" not in line and
                     "indexes.conf" not in line and
                     "overlays.conf" not in line and
                     not line.startswith("sortvals"))
    write(path, text + "\noverlay syncprov\n")
    other.start()
    try:
        other.add_file("base.ldif")
        other.add("dn: ou=vms,%s\nobjectClass: organizationalUnit\n"
                  "ou: vms\n\n"
                  "dn: ou=services,ou=vms,%s\n"
                  "objectClass: organizationalUnit\nou: services\n\n"
                  "dn: cn=rec01,ou=services,ou=vms,%s\n"
                  "objectClass: device\nobjectClass: simpleSecurityObject\n"
                  "cn: rec01\nuserPassword: rec01-secret\n" % (
                      SUFFIX, SUFFIX, SUFFIX))
        restarted(good.replace(world.slapd.ldaps_uri, other.ldaps_uri),
                  "schema")
    finally:
        other.close()
