# SPDX-License-Identifier: MIT
"""Writes the configuration of a test's slapd from the sample configuration,
so that what the tests run is what a site is told to run.  See slapd.py for
the options.  It starts nothing.
"""

import os
import shutil
import subprocess

SOURCE = os.path.realpath(
    os.path.join(os.path.dirname(__file__), "..", "..", "ldap_schema"))
GENERATED = ["vms.ldif", "rfc2307bis.ldif", "openssh-lpk.ldif",
             "preset-nx.ldif", "preset-avertx.ldif", "preset-web.ldif",
             "acls.conf", "98vms.ldif"]
STATIC = ["vms.schema", "rfc2307bis.schema", "openssh-lpk.schema",
          "slapd.conf.in", "overlays.conf", "indexes.conf", "base.ldif",
          "sample-estate.ldif", "389-aci.ldif", "vms-preset"]
SESSION_LOG = "syncprov-sessionlog 10000"

# A second database that keeps all writes.  It is searched with the rights
# and limits of the recorder that resumes.
ACCESSLOG = """
database mdb
suffix cn=accesslog
directory {folder}/accesslog
rootdn "{rootdn}"
dbnosync
index objectClass,entryCSN,reqStart,reqResult,reqDN,reqType,reqEntryUUID eq
limits dn.onelevel="ou=services,ou=vms,{suffix}" size=unlimited time=unlimited
access to * by dn.onelevel="ou=services,ou=vms,{suffix}" read by * none
overlay syncprov
syncprov-nopresent TRUE
syncprov-reloadhint TRUE
"""
FROM_ACCESSLOG = """syncprov-sessionlog-source cn=accesslog
overlay accesslog
logdb cn=accesslog
logops writes
logsuccess true
"""


def collect(folder):
    """Put the files of ldap_schema/ into one folder, as an install does."""
    os.makedirs(folder, exist_ok=True)
    for name in STATIC:
        shutil.copyfile(os.path.join(SOURCE, name),
                        os.path.join(folder, name))
    os.chmod(os.path.join(folder, "vms-preset"), 0o755)
    for name in GENERATED:
        text = subprocess.run(
            ["sh", os.path.join(SOURCE, "generate"), name],
            check=True, capture_output=True, text=True).stdout
        with open(os.path.join(folder, name), "w") as f:
            f.write(text)


def _swap(text, old, new):
    if old not in text:
        raise ValueError("the sample configuration lacks: " + old)
    return text.replace(old, new)


def _edit(path, *pairs):
    with open(path) as f:
        text = f.read()
    for old, new in pairs:
        text = _swap(text, old, new)
    with open(path, "w") as f:
        f.write(text)


def _session_log(server, size, accesslog):
    if accesslog:
        new = FROM_ACCESSLOG
    else:
        new = "syncprov-sessionlog %d" % size if size else ""
    _edit(server.files + "/overlays.conf", (SESSION_LOG, new))


def write_conf(server, cert, posix="bis", session_log=10000, accesslog=False,
               acls=True, secure=False, conf_global="", conf_db=""):
    """Write server.conf; server has folder, files, tls, suffix, rootdn."""
    folder, files = server.folder, server.files
    for name in "db", "accesslog":
        os.makedirs(os.path.join(folder, name), exist_ok=True)
    log = ACCESSLOG.format(folder=folder, suffix=server.suffix,
                           rootdn=server.rootdn) if accesslog else ""
    pairs = [
        ("@schemadir@", files),
        ("/var/lib/ldap\n", folder + "/db\n"),
        ("/run/slapd/", folder + "/"),
        ("/etc/ldap/tls/ca.pem", server.tls.ca),
        ("/etc/ldap/tls/server.pem", cert[0]),
        ("/etc/ldap/tls/server.key", cert[1]),
        ("\nmaxsize", "\nrootpw %s\ndbnosync\nmaxsize" % server.rootpw),
        ("\ndatabase mdb", "\n%s\n%s\ndatabase mdb" % (conf_global, log))]
    if posix == "nis":
        pairs.append((files + "/rfc2307bis.schema",
                      "/etc/ldap/schema/nis.schema"))
    if not secure:
        pairs.append(("security simple_bind=64", ""))
    if not acls:
        pairs.append(("include %s/acls.conf" % files,
                      "access to attrs=userPassword by users write "
                      "by anonymous auth\naccess to * by users write"))
    if accesslog:
        pairs.append(("moduleload syncprov",
                      "moduleload syncprov\nmoduleload accesslog"))
    shutil.copyfile(files + "/slapd.conf.in", server.conf)
    _edit(server.conf, *pairs)
    with open(server.conf, "a") as f:
        f.write(conf_db + "\n")
    if accesslog or session_log != 10000:
        _session_log(server, session_log, accesslog)
