# SPDX-License-Identifier: MIT
"""What the tables say, and what the presets made from them give."""

import csv
import os
import subprocess

import ldap
import pytest

from slapd import Slapd
from slapd_conf import SOURCE

TESTS = os.path.join(os.path.dirname(__file__), "..")
ROLES = "ou=roles,ou=vms,dc=example,dc=com"
NX = ["nx.owner", "nx.administrator", "nx.advanced-viewer", "nx.viewer",
      "nx.live-viewer"]

# The manual's table of predefined roles: what a row means in actions, and
# who has it: owner, administrator, advanced viewer, viewer, live viewer.
MATRIX = [
    ("Connect / disconnect a system from the cloud",
     "system.link-cloud system.unlink-cloud", "10000"),
    ("Create / modify administrators", "admin.create admin.edit", "10000"),
    ("Create / modify users, share layouts",
     "user.create user.edit user.assign-role layout.share", "11000"),
    ("Manage servers", "recorder.manage recorder.add recorder.delete",
     "11000"),
    ("Add / edit video walls", "videowall.add videowall.edit", "11000"),
    ("Adjust device settings", "device.configure", "11000"),
    ("Access PTZ, 2-way audio, event log, etc",
     "ptz.control ptz.run-preset ptz.run-tour audio.talk event.view-log "
     "io.operate bookmark.create bookmark.edit", "11100"),
    ("Screen recording", "screen.record", "11110"),
    ("View / export archive", "archive.view archive.export", "11110"),
    ("View / export bookmarks", "bookmark.view bookmark.export", "11110"),
    ("View live video", "live.view", "11111"),
]


def table(name):
    with open(os.path.join(SOURCE, name)) as f:
        header = f.readline().lstrip("# ").rstrip("\n").split("\t")
        rows = csv.reader((line for line in f if not line.startswith("#")),
                          delimiter="\t", quoting=csv.QUOTE_NONE)
        return [dict(zip(header, row, strict=True)) for row in rows]


ACTIONS = {row["action"]: row for row in table("actions.tsv")}


def closure(entries, role):
    """Actions of a role and of the roles it inherits from."""
    entry = entries["cn=%s,%s" % (role, ROLES)]
    actions = set(entry["vmsAction"])
    for parent in entry.get("vmsRoleParent", []):
        actions |= closure(entries, parent[3:].split(",")[0])
    return actions


@pytest.fixture(scope="module")
def loaded(tls):
    """The role entries of all presets, as a server that loaded them has
    them.  The tree itself can be loaded once, so the later presets leave
    out what is there."""
    with Slapd(tls=tls) as server:
        server.load(estate=False)
        for name in "avertx", "web":
            text = server.read("preset-%s.ldif" % name)
            roles = [part for part in text.split("\n\n")
                     if "\nobjectClass: vmsRole\n" in part]
            server.add("\n\n".join(roles) + "\n")
        found = server.bind().search_s(ROLES, ldap.SCOPE_ONELEVEL)
        return {dn: {k: [v.decode() for v in values]
                     for k, values in entry.items()} for dn, entry in found}


@pytest.mark.parametrize("row, actions, holders", MATRIX,
                         ids=[row[0] for row in MATRIX])
def test_the_manuals_matrix(loaded, row, actions, holders):
    for action in actions.split():
        assert action in ACTIONS
        got = "".join("01"[action in closure(loaded, role)] for role in NX)
        assert (action, got) == (action, holders)


def test_each_nx_role_adds_to_the_one_below(loaded):
    sets = [closure(loaded, role) for role in NX]
    for bigger, smaller in zip(sets, sets[1:]):
        assert bigger > smaller


def test_inheritance_gives_the_columns_of_the_table(loaded):
    roles = [row["role"] for row in table("roles.tsv")]
    assert len(loaded) == len(roles) == 9
    for role in roles:
        column = {name for name, row in ACTIONS.items() if row[role] == "x"}
        assert closure(loaded, role) == column, role


def test_a_role_lists_only_what_it_adds(loaded):
    for entry in loaded.values():
        for parent in entry.get("vmsRoleParent", []):
            inherited = closure(loaded, parent[3:].split(",")[0])
            assert not inherited & set(entry["vmsAction"])


def test_roles_contain_what_their_actions_need(loaded):
    for dn in loaded:
        held = closure(loaded, dn[3:].split(",")[0])
        for action in held:
            for need in ACTIONS[action]["needs"].split():
                assert need == "-" or need in held, (dn, action, need)


def test_the_table_of_actions():
    assert len(ACTIONS) == 106
    for name, row in ACTIONS.items():
        assert row["scope"] in ("self", "recorder", "camera", "layout",
                                "cameragroup", "system", "user"), name
        assert row["class"] in ("self", "login", "view", "operate",
                                "sensitive", "admin", "owner"), name
        for need in row["needs"].split():
            assert need == "-" or need in ACTIONS
        marks = [v for k, v in row.items() if "." in k]
        assert len(marks) == 10 and set(marks) <= {"x", "o", "-"}


def test_ranks_groups_and_gids(loaded):
    ranks = {dn[3:].split(",")[0]: int(e["vmsRoleRank"][0])
             for dn, e in loaded.items()}
    assert ranks == {
        "nx.owner": 100, "avertx.admin": 90, "nx.administrator": 80,
        "nx.advanced-viewer": 40, "avertx.power-user": 40, "nx.viewer": 30,
        "nx.live-viewer": 20, "avertx.user": 20, "web.sub-user": 10}
    for key in "vmsUnixGroup", "vmsGidNumber":
        values = [e[key][0] for e in loaded.values()]
        assert len(set(values)) == len(values)
    assert all(e["vmsProtected"] == ["TRUE"] for e in loaded.values())


@pytest.mark.parametrize("preset, access, peers", [
    ("nx", "all-cameras", "FALSE"), ("avertx", "none", "TRUE"),
    ("web", "none", "FALSE")])
def test_each_preset_loads(tls, preset, access, peers):
    with Slapd(tls=tls) as server:
        server.load(preset=preset, estate=False)
        conn = server.bind()
        policy = conn.read_s("cn=policy,ou=vms," + server.suffix)
        assert policy["vmsDefaultAccess"] == [access.encode()]
        assert b"admin-manages-admins=" + peers.encode() \
            in policy["vmsParameter"]
        assert policy["vmsMessage"] == [
            b"ip-denied=Access from this IP address is not available"]
        serial = conn.read_s("cn=serial,ou=vms," + server.suffix)
        assert serial["vmsSerial"] == [b"0"]
        roles = conn.search_s(ROLES, ldap.SCOPE_ONELEVEL, attrlist=["1.1"])
        assert roles and all(dn.startswith("cn=" + preset + ".")
                             for dn, _ in roles)
        conn.modify_s("cn=policy,ou=vms," + server.suffix, [
            (ldap.MOD_ADD, "vmsMessage;lang-de",
             ["ip-denied=Zugriff von dieser Adresse ist nicht möglich"
              .encode()])])


def test_the_sample_estate_decides_as_it_says(files):
    """Who gets in where, by the evaluator of tests/oracle."""
    done = subprocess.run(
        ["/usr/bin/python3", os.path.join(TESTS, "oracle", "evaluator.py"),
         "--ldif", files / "base.ldif", "--ldif", files / "preset-nx.ldif",
         "--ldif", files / "sample-estate.ldif",
         "--batch", os.path.join(TESTS, "data", "sample-estate.tsv")],
        capture_output=True, text=True)
    assert done.stdout.endswith("34 rows, 0 differ\n"), done.stdout
