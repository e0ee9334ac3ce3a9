# SPDX-License-Identifier: MIT
"""Raw LDAP operations as data, for the tests of the access rules.

A probe is (operation, dn, arguments): ("set", dn, attribute, value or None),
("add-value", dn, attribute, value), ("add", dn, {...}), ("delete", dn),
("rename", dn, rdn), ("passwd", dn, password).
"""

import ldap

S = "dc=example,dc=com"
V = "ou=vms," + S

SECRET = {"userPassword", "pwdHistory"}


def person(name):
    return "uid=%s,ou=people,%s" % (name, S)


def group(name):
    return "cn=%s,ou=groups,%s" % (name, S)


def vms(kind, name):
    return "cn=%s,ou=%s,%s" % (name, kind, V)


def role(name):
    return vms("roles", name)


def grant(name, subject, **more):
    entry = {"objectClass": "vmsRoleGrant" if "vmsRoleRef" in more
             else "vmsActionGrant", "cn": name, "vmsEffect": "allow",
             "vmsTargetScope": "all", "vmsSubjectScope": "listed",
             "vmsCondition": "none", "vmsSubject": subject}
    return "add", vms("grants", name), dict(entry, **more)


def new_role(name, **more):
    return "add", role(name), dict({
        "objectClass": "vmsRole", "cn": name, "vmsRoleRank": "30",
        "vmsRoleScope": "assigned"}, **more)


def new_person(name, **more):
    return "add", person(name), dict({
        "objectClass": ["inetOrgPerson", "posixAccount", "vmsUser"],
        "uid": name, "cn": name, "sn": name, "uidNumber": "20099",
        "gidNumber": "100", "homeDirectory": "/home/" + name,
        "vmsAccountState": "enabled", "vmsIpMode": "any"}, **more)


def do(conn, probe):
    kind, dn, *args = probe
    if kind == "add":
        conn.add_s(dn, [
            (k, [x.encode() for x in ([v] if isinstance(v, str) else v)])
            for k, v in args[0].items()])
    elif kind == "delete":
        conn.delete_s(dn)
    elif kind == "rename":
        conn.rename_s(dn, *args)
    elif kind == "passwd":
        conn.passwd_s(dn, None, args[0])
    else:
        op = ldap.MOD_ADD if kind == "add-value" else ldap.MOD_REPLACE
        conn.modify_s(dn, [(op, args[0], args[1] and [args[1].encode()])])
