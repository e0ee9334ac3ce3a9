# SPDX-License-Identifier: MIT
"""Recorders, cameras, groups, layouts, pools, schedules; policy; init."""

import os
import subprocess

import pytest

from conftest import ROOT, VMSCTL, Ctl


def test_A12_recorder_fields(server, ctl):
    ctl.ok("recorder", "set", "rec01", "--host", "a.example.com", "--host",
           "b.example.com", "--software-version", "5.1.2",
           "--remote-address", "198.51.100.9:8443", "--time-zone",
           "Europe/Paris", "--config-interval", "3600", "--config-keep",
           "4", "--config-path", "/etc/vms", "--local-admin", "nvradmin",
           "--tag", "north", "--location", "Hall 3", "--enabled", "FALSE")
    e = server.entry(server.vms("recorders", "rec01"))
    assert sorted(e["vmsHostName"]) == ["a.example.com", "b.example.com"]
    assert e["vmsSoftwareVersion"] == ["5.1.2"]
    assert e["vmsConfigInterval"] == ["3600"] and e["l"] == ["Hall 3"]
    assert e["vmsEnabled"] == ["FALSE"]
    text = ctl.ok("recorder show rec01").out
    assert "remote-address: 198.51.100.9:8443" in text
    ctl.ok("recorder set rec01 --enabled yes")


def test_A20_rename_keeps_references(server, ctl):
    before = server.entry(server.vms("recorders", "rec01"))["vmsUuid"]
    ctl.ok("recorder rename rec01 hall")
    assert server.entry(server.vms("recorders", "hall"))["vmsUuid"] == before
    deadline = 50
    new = server.vms("recorders", "hall")
    while deadline and server.entry(server.vms("cameras", "cam-gate"))[
            "vmsHomeRecorder"] != [new]:
        deadline -= 1
    assert deadline
    assert new in server.entry(server.vms("grants", "g-viewers"))["vmsTarget"]


def test_A21_version_is_shown(server, ctl):
    server.modify("dn: %s\nchangetype: modify\nreplace: vmsSoftwareVersion\n"
                  "vmsSoftwareVersion: 7.0\n"
                  % server.vms("recorders", "rec01"),
                  dn=server.service("rec01"), password="rec01-secret")
    assert "7.0" in ctl.ok("recorder list").out
    done = server.modify("dn: %s\nchangetype: modify\n"
                         "replace: vmsSoftwareVersion\n"
                         "vmsSoftwareVersion: 7.0\n"
                         % server.vms("recorders", "rec02"), check=False,
                         dn=server.service("rec01"), password="rec01-secret")
    assert done.returncode == 50


@pytest.mark.parametrize("value, fine", [
    ("198.51.100.1", True), ("198.51.100.1:8443", True),
    ("vms.example.com", True), ("vms.example.com:443", True),
    ("2001:db8::1", True), ("[2001:db8::1]:443", True),
    ("198.51.100.1:0", False), ("198.51.100.1:65536", False),
    ("vms.example.com:http", False), ("-vms", False), ("a b", False),
    ("[2001:db8::1]", False),
])
def test_A22_remote_address(ctl, value, fine):
    done = ctl("recorder", "set", "rec02", "--remote-address", value)
    assert done.rc == (0 if fine else 2), done


@pytest.mark.parametrize("value, fine", [
    ("192.0.2.0/24", True), ("192.0.2.1", True), ("local", True),
    ("198.51.100.10-198.51.100.20", True), ("2001:db8::/48", True),
    ("999.1.1.1/99", False), ("192.0.2.9-192.0.2.1", False),
    ("192.0.2.0/33", False), ("office", False),
])
def test_B31_ranges_are_checked(ctl, value, fine):
    assert ctl("pool", "add", "p", "--range", value).rc == (0 if fine else 2)


def test_B31_a_pool_says_whom_it_binds(server, ctl):
    assert "used-by: user:sam" in ctl.ok("pool show office").out
    ctl.refused(3, "in-use", "pool remove office --yes")
    ctl.ok("pool rename office buero")
    assert server.entry(server.person("sam"))["vmsIpPoolRef"] == [
        "cn=buero,ou=ippools,ou=vms,dc=example,dc=com"]


def test_schedules(server, ctl):
    ctl.ok("schedule", "add", "s", "--window", "mon-fri 08:00-18:00",
           "--except", "2026-12-25", "--time-zone", "Europe/Berlin")
    for bad in ("mon-fri 8-18", "daily-fri 08:00-09:00", "mon 25:00-26:00"):
        ctl.refused(2, "usage", "schedule", "add", "t", "--window", bad)
    ctl.refused(2, "usage", "schedule add t --except 2026-02-30")
    ctl.ok("schedule remove s --yes")
    ctl.refused(3, "in-use", "schedule remove night --yes")


def test_cameras_and_groups(server, ctl):
    ctl.refused(2, "usage", "camera add cam-new")
    ctl.ok("camera add cam-new --recorder rec01 --capability ptz")
    ctl.ok("cameragroup add cg-new --member camera:cam-new "
           "--member cameragroup:cg-hq")
    ctl.ok("recordergroup add rg --member recorder:rec01")
    done = ctl.refused(3, "in-use", "camera remove cam-new --yes")
    assert "cameragroup:cg-new" in done.err
    ctl.ok("camera remove cam-new --yes --cascade")
    e = server.entry(server.vms("cameragroups", "cg-new"))
    assert len(e["vmsMember"]) == 1
    ctl.refused(3, "in-use", "recorder remove rec01 --yes --cascade")


def test_B24_C13_C29_layouts(server, ctl):
    ctl.ok("layout add wall --member camera:cam-gate --owner ed")
    e = server.entry(server.vms("layouts", "wall"))
    assert e["vmsShared"] == ["FALSE"]
    ctl.ok("layout set wall --shared TRUE")
    ctl.refused(4, "no-grant", "layout set wall --shared FALSE", who="vera")
    ctl.ok("grant add g-wall --subject group:viewers --action layout.view "
           "--target layout:wall")


def test_references_must_exist(ctl):
    ctl.refused(1, "not-found", "camera add c --recorder rec09")
    ctl.refused(2, "usage", "layout add l --member recorder:rec01")
    ctl.refused(1, "exists", "pool add office")
    ctl.refused(2, "usage", "pool", "add", "a,b")


def test_K14_policy_is_the_owners(server, ctl):
    ctl.refused(4, "no-grant", "policy set --default-access none")
    ctl.ok("policy", "set", "--default-access", "none", "--parameter",
           "admin-max=7", "--message", "denied=No.", who="admin")
    e = server.entry("cn=policy,ou=vms," + server.suffix)
    assert e["vmsDefaultAccess"] == ["none"]
    assert "admin-max=7" in e["vmsParameter"]
    assert "message: denied=No." in ctl.ok("policy show").out
    ctl.ok("policy", "set", "--parameter", "admin-max=", who="admin")
    assert "admin-max=7" not in server.entry(
        "cn=policy,ou=vms," + server.suffix)["vmsParameter"]


# --- init

@pytest.mark.parametrize("preset", ["nx", "avertx", "web"])
def test_C01_C02_init(empty, tmp_path, preset):
    ctl = Ctl(empty, tmp_path)
    words = ["init", "--preset", preset, "--schema-dir", empty.files,
             "--new-password-file", ctl.secret("Geheim99!", "new")]
    text = ctl.ok(*words, "--dry-run", who=ROOT).out
    assert "cn=policy,ou=vms,dc=example,dc=com" in text
    ctl.ok(*words, who=ROOT)
    owner = empty.entry(empty.person("admin"))
    assert owner["vmsProtected"] == ["TRUE"]
    empty.bind(empty.person("admin"), "Geheim99!")
    before = empty.state()
    ctl.ok(*words, who=ROOT)	# again: nothing
    assert empty.state() == before
    # and it works: the owner makes an administrator, he a user
    role = {"nx": "administrator", "avertx": "admin", "web": None}[preset]
    if role:
        ctl.ok("user", "add", "ann", "--role", role, "--new-password-file",
               ctl.secret("ann-pass", "n2"), who="admin",
               password="Geheim99!")
        ctl.ok("user", "add", "vic", "--role",
               "viewer" if preset == "nx" else "user", who="ann")


def test_schema_print(server):
    for form, mark in (("openldap", "attributetype"),
                       ("cn-config", "olcAttributeTypes")):
        done = subprocess.run([VMSCTL, "schema", "print", "--for", form,
                               "--schema-dir", server.files],
                              capture_output=True, text=True)
        assert done.returncode == 0 and mark in done.stdout


def test_completion():
    text = subprocess.run([VMSCTL, "completion"], capture_output=True,
                          text=True).stdout
    done = subprocess.run(
        ["bash", "-c", text + """
COMP_WORDS=(vmsctl user acc); COMP_CWORD=2; _vmsctl
echo "${COMPREPLY[*]}"
COMP_WORDS=(vmsctl pool add x --ran); COMP_CWORD=4; _vmsctl
echo "${COMPREPLY[*]}"
"""], capture_output=True, text=True)
    assert done.stdout.split("\n")[:2] == ["access", "--range"], done


# --- connection

def test_connection(server, ctl, tmp_path):
    """TLS, ldapi as root, a wrong password, nobody there, a bad file."""
    words = ["user", "list", "--ca-file", server.tls.ca]
    env = dict(os.environ, HOME=str(tmp_path))

    def run(*more, **kw):
        return subprocess.run([VMSCTL, *words, *more], env=env, timeout=60,
                              stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, **kw)
    who = ["-D", server.person("alice"), "-y", ctl.secret("alice-pass")]
    assert run("-H", server.ldaps_uri, *who).returncode == 0
    assert run("-H", server.uri, "--starttls", *who).returncode == 0
    assert run("-H", server.ldapi_uri).returncode == 0
    assert run("-H", server.ldaps_uri, "--ca-file", "/dev/null",
               *who).returncode in (2, 6)
    bad = ["-D", server.person("alice"), "-y", ctl.secret("wrong", "w")]
    assert run("-H", server.ldapi_uri, *bad).returncode == 4
    assert run("-H", "ldap://127.0.0.1:1", *who).returncode == 6
    assert run("-H", "ldap://192.0.2.1", *who).returncode == 4	# in clear
    os.chmod(ctl.folder + "/secret", 0o644)
    assert run("-H", server.ldapi_uri, *who).returncode == 4


def test_configuration_file(server, ctl, tmp_path):
    folder = tmp_path / ".config" / "vms"
    folder.mkdir(parents=True)
    conf = folder / "vmsctl.conf"
    conf.write_text('uri = "%s";\nbind_dn = "%s";\npassword_file = "%s";\n'
                    % (server.uri, server.person("alice"),
                       ctl.secret("alice-pass")))

    def run():
        return subprocess.run([VMSCTL, "user", "list"],
                              env=dict(os.environ, HOME=str(tmp_path)),
                              capture_output=True, text=True)
    assert "alice" in run().stdout
    conf.write_text('uri = "x";\n\nnonsense = 1;\n')
    done = run()
    assert done.returncode == 2
    assert "vmsctl.conf:3: nonsense: no such key" in done.stderr


def test_hung_server(server, ctl):
    server.pause()
    try:
        done = ctl("user list --timeout 1")
    finally:
        server.resume()
    assert done.rc == 6 and done.reason == "directory-unavailable"


def test_without_transactions(server, ctl, tmp_path):
    """In order: the counter, what narrows, what widens."""
    folder = tmp_path / ".config" / "vms"
    folder.mkdir(parents=True)
    (folder / "vmsctl.conf").write_text("transactions = false;\n")
    done = ctl.ok("user add zoe --role viewer")
    assert "without a transaction" in done.err
    assert server.serial() == 1
    ctl.ok("user delete zoe --yes")
    assert server.entry(server.person("zoe")) is None
