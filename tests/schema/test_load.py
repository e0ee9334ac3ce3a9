# SPDX-License-Identifier: MIT
"""The schema and the sample configuration load, in each form they have."""

import os
import re
import shutil
import subprocess

import ldap
import ldap.schema
import pytest

from slapd import Slapd
from slapd_conf import SOURCE

OURS = ("1.2.840.113556.1.8000.2554.", "1.3.6.1.1.1.", "1.3.6.1.4.1.24552.")


def definitions(server):
    """{name: definition} of what the server's subschema has of ours."""
    conn = server.bind()
    sub = ldap.schema.SubSchema(conn.read_subschemasubentry_s(
        conn.search_subschemasubentry_s()), 0)
    items = [sub.get_obj(kind, oid)
             for kind in (ldap.schema.AttributeType, ldap.schema.ObjectClass)
             for oid in sub.listall(kind) if oid.startswith(OURS)]
    return {item.names[0]: str(item) for item in items}


def use_cn_config(server, conf):
    """Convert CONF and let the server start from the result."""
    config = os.path.join(server.folder, "slapd.d")
    os.mkdir(config)
    done = subprocess.run(["/usr/sbin/slaptest", "-f", conf, "-F", config],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    server.conf_args = ["-F", config]


def test_schema_and_ldif_define_the_same(tls):
    with Slapd(tls=tls) as server:
        from_schema = definitions(server)
        with open(server.conf) as f:
            conf = f.read()
        files = server.files

    # A server that has no schema of ours is given the LDIF over LDAP.
    head = conf.split("database mdb")[0]
    head = re.sub("include %s/.*" % files, "", head)
    with Slapd(tls=tls) as server:
        server.stop()
        server.rootdn = "cn=config"
        bare = os.path.join(server.folder, "bare.conf")
        with open(bare, "w") as f:
            f.write(head.replace(os.path.dirname(files), server.folder)
                    + "\ndatabase config\nrootpw %s\n" % server.rootpw)
        use_cn_config(server, bare)
        server.start()
        before = definitions(server)
        for name in ("rfc2307bis", "openssh-lpk", "vms"):
            server.add_file(name + ".ldif")
        from_ldif = definitions(server)
    assert "vmsUser" not in before
    assert from_ldif == from_schema


def test_every_definition_is_published():
    with open(os.path.join(SOURCE, "vms.schema")) as f:
        text = f.read()
    oids = re.findall(r"^(?:attributetype|objectclass) \( (\S+)", text, re.M)
    assert len(oids) == len(set(oids)) == 82 + 24
    names = re.findall(r"NAME '(\w+)'", text)
    assert len(names) == len(set(names)) == len(oids)
    used = set(re.findall(r"\bvms\w+", re.sub(r"(?m)^#.*|DESC '.*'", "", text)))
    assert used - set(names) == {"vmsRoot", "vmsAT", "vmsOC"}


def test_the_manual_has_every_name():
    with open(os.path.join(SOURCE, "vms.schema")) as f:
        names = set(re.findall(r"NAME '(\w+)'", f.read()))
    with open(os.path.join(SOURCE, "..", "man", "vms_schema.5")) as f:
        said = set(re.findall(r"\bvms\w+", f.read()))
    assert names <= said


@pytest.mark.parametrize("form", ["slapd.conf", "cn=config"])
def test_the_sample_configuration_serves_the_estate(tls, form):
    with Slapd(tls=tls, secure=True) as server:
        if form == "cn=config":
            server.stop()
            use_cn_config(server, server.conf)
            with open(server.folder + "/slapd.d/cn=config/"
                      "olcDatabase={1}mdb.ldif") as f:
                assert "olcAddContentAcl: TRUE\n" in f.read()
            server.start()
        with pytest.raises(ldap.CONFIDENTIALITY_REQUIRED):
            server.bind()
        server.load()
        conn = server.bind(uri=server.ldaps_uri)
        found = conn.search_s(server.suffix, ldap.SCOPE_SUBTREE,
                              "(objectClass=vmsGrant)", ["1.1"])
        assert len(found) == 12
        # the overlays are there, in either form
        with pytest.raises(ldap.CONSTRAINT_VIOLATION):
            conn.modify_s(server.person("bob"), [
                (ldap.MOD_REPLACE, "uidNumber", [b"20001"])])


def test_a_certificate_is_a_recorder(tls):
    with Slapd(tls=tls) as server:
        server.load()
        conn = ldap.initialize(server.ldaps_uri)
        cert, key = tls.client("rec01")
        for option, value in (
                (ldap.OPT_X_TLS_CACERTFILE, tls.ca),
                (ldap.OPT_X_TLS_CERTFILE, cert),
                (ldap.OPT_X_TLS_KEYFILE, key),
                (ldap.OPT_X_TLS_NEWCTX, 0)):
            conn.set_option(option, value)
        conn.sasl_external_bind_s()
        assert conn.whoami_s() == "dn:" + server.service("rec01")


@pytest.mark.skipif(os.geteuid() != 0, reason="is about root")
def test_root_on_the_host_administers_without_a_password(tls):
    """The commands of the readme."""
    with Slapd(tls=tls, secure=True) as server:
        for name in "base.ldif", "nx":
            subprocess.run(
                "./vms-preset --suffix %s %s | ldapadd -Q -Y EXTERNAL -H %s"
                % (server.suffix, name, server.ldapi_uri), shell=True,
                cwd=server.files, check=True, stdout=subprocess.DEVNULL)
        assert server.search("-b", server.suffix, "-s", "base")


def test_nis_schema_will_do(tls, parse):
    """All but the groups that have both a gid and members by DN."""
    with Slapd(tls=tls, posix="nis") as server:
        server.load(estate=False)
        conn = server.bind()
        text = server.read("sample-estate.ldif")
        for dn, entry in parse(text).items():
            classes = entry["objectClass"]
            if classes == ["namedObject", "posixGroup"]:
                classes.remove("namedObject")	# structural there
            elif "posixGroup" in classes:
                classes.remove("posixGroup")
                del entry["gidNumber"]
            conn.add_s(dn, [(k, [v.encode() for v in values])
                            for k, values in entry.items()])
        found = conn.search_s(server.suffix, ldap.SCOPE_SUBTREE,
                              "(objectClass=posixGroup)", ["memberUid"])
        assert [len(e["memberUid"]) for _, e in found] == [3]


def test_bis_groups_are_auxiliary(estate):
    conn = estate.bind()
    entry = conn.read_s(estate.group("operators"))
    assert {b"groupOfNames", b"posixGroup"} <= set(entry["objectClass"])
    with pytest.raises(ldap.OBJECT_CLASS_VIOLATION):
        conn.add_s(estate.group("bare"), [
            ("objectClass", [b"posixGroup"]), ("cn", [b"bare"]),
            ("gidNumber", [b"30009"])])


def test_another_suffix(tls):
    """Every file through vms-preset, then a server of that suffix."""
    suffix = "dc=video,dc=acme,dc=org"
    with Slapd(tls=tls) as server:
        server.stop()
        for name in os.listdir(server.files):
            if name.endswith((".conf", ".ldif")):
                done = subprocess.run(
                    ["sh", server.files + "/vms-preset", "--suffix", suffix,
                     name], check=True, capture_output=True, text=True)
                assert "dc=example" not in done.stdout
                # Nothing is left to include that speaks of the old one.
                assert not re.search("^include .*[a-z]\\.conf$", done.stdout,
                                     re.M)
                with open(os.path.join(server.files, name), "w") as f:
                    f.write(done.stdout)
        with open(server.conf) as f:
            conf = f.read().replace(server.suffix, suffix)
        with open(server.conf, "w") as f:
            f.write(conf)
        server.suffix, server.rootdn = suffix, "cn=admin," + suffix
        shutil.rmtree(server.folder + "/db")
        os.mkdir(server.folder + "/db")
        server.start()
        server.load()
        conn = server.bind(server.service("rec02"), "rec02-secret")
        assert conn.read_s(server.vms("roles", "nx.owner"))


@pytest.mark.parametrize("args, status", [
    ([], 2), (["nx", "web"], 2), (["--suffix", "dc=a;rm", "nx"], 2),
    (["../x"], 2), (["nothing"], 1), (["--suffix", "o=acme", "base.ldif"], 1)])
def test_vms_preset_refuses(files, args, status):
    done = subprocess.run(["sh", str(files / "vms-preset"), *args],
                          capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (status, "")
    assert done.stderr


def test_the_first_recorder_of_the_readme(tls, parse):
    """The entries that the readme shows load as they stand, and are what a
    recorder needs: an account that binds and reads its own entry."""
    path = os.path.join(os.path.dirname(__file__), "..", "..",
                        "ldap_schema", "README.md")
    with open(path) as f:
        shown = f.read().split("\n    dn: ", 1)[1].split("\n`sample", 1)[0]
    text = "dn: " + shown.replace("\n    ", "\n")
    with Slapd(tls=tls) as server:
        server.load(estate=False)
        conn = server.bind()
        for dn, entry in parse(text.replace("dc=acme,dc=org",
                                            server.suffix)).items():
            conn.add_s(dn, [(k, [v.encode() for v in values])
                            for k, values in entry.items()])
        conn = server.bind(server.service("rec01"), "a long random word")
        assert conn.read_s(server.vms("recorders", "rec01"))
        assert conn.read_s(server.vms("grants", "g-admins"))
        assert conn.read_s(server.person("wanda"))["vmsIpMode"] == [b"any"]
