# SPDX-License-Identifier: MIT
"""Random estates as LDIF: ordinary ones, with the faults that estates grow.

Makes only what the rules settle.  A fault which two careful readers could
judge differently (an account state of an unknown word, say) is not made here;
it has a place in the written cases if anywhere.
"""

import base64
import os

from estate import VOCABULARY

BASE = "dc=example,dc=com"
VMS = "ou=vms," + BASE
ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
         "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia", "UTC",
         "Europe/Dublin", "Africa/Casablanca"]
RANGES = ["192.0.2.0/24", "192.0.2.77/25", "198.51.100.10-198.51.100.20",
          "203.0.113.7", "2001:db8:10::/48", "2001:db8:1::5-2001:db8:1::9",
          "2001:DB8:77::1", "10.0.0.0/8", "0.0.0.0/0", "::/0", "local", "LOCAL",
          "127.0.0.0/29", "192.0.2.128/32", "10.1.2.3/31"]
BAD_RANGES = ["198.51.100.20-198.51.100.10", "192.0.2.1-2001:db8::1",
              "::ffff:192.0.2.0/120", "::ffff:203.0.113.1", "999.1.1.1/99",
              "192.0.2.0/33", "rec01.example.com", "192.0.2", "2001:db8::/129",
              "192.0.2.0/255.255.255.0", "::ffff:10.0.0.1-::ffff:10.0.0.9"]
WINDOWS = ["mon-fri 08:00-18:00", "daily 22:00-06:00", "fri 22:00-06:00",
           "sat-mon 00:00-24:00", "sun 01:30-03:30", "daily 02:00-03:00",
           "sun 02:15-02:45", "mon 08:00-08:00", "daily 00:00-24:00",
           "Mon-Fri 08:00-18:00", "fri-sun 23:30-00:30", "sat 12:00-12:00",
           "sat 23:00-03:00", "daily 00:00-00:00", "thu-tue 06:00-22:00",
           "sun 00:00-02:00", "daily 12:00-12:01"]
BAD_WINDOWS = ["daily-fri 08:00-18:00", "mon 08:00-24:30", "mon 24:00-06:00",
               "someday 08:00-18:00", "mon,tue 08:00-18:00", "mon 8:00-18:00",
               "mon 08:60-18:00", "08:00-18:00", "mon 08:00-25:00"]
EXCEPTIONS = ["2026-03-29", "2026-03-28", "2026-10-25", "2026-10-24",
              "2026-06-15", "2026-12-25", "2026-12-31", "2026-04-05",
              "2026-03-08", "2026-11-01", "2026-02-28", "2026-09-06"]
EDGES = ["20260101000000Z", "20260329010000Z", "20260601000000Z",
         "20260615080000Z", "20260630220000Z", "20261025003000Z",
         "20261025003000.5Z", "202606150930Z", "20260615120000+0200",
         "2026110106Z"]
CAMERA_ACTIONS = ["live.view", "archive.view", "archive.export", "ptz.control",
                  "live.view", "archive.view", "archive.export",
                  "camera.list", "bookmark.view", "bookmark.edit",
                  "device.configure", "snapshot.create", "io.operate",
                  "io.view", "analytics-case.view", "analytics-case.create"]
LOGIN_ACTIONS = ["login.shell", "login.web", "login.client", "login.console",
                 "login.api", "recorder.view-health", "recorder.view-config",
                 "recorder.restore-config"]
OTHER_ACTIONS = ["layout.view", "layout.share", "cameragroup.view",
                 "cameragroup.edit", "layout.create-own", "clip.view-own",
                 "map.edit", "map.view", "script.run", "script.view",
                 "user.create", "user.edit", "user.disable", "user.delete",
                 "user.assign-role", "user.enable", "admin.edit",
                 "admin.delete", "audit.view"]
BAD_ACTIONS = ["archive.exprot", "Live.View", "LIVE.VIEW", "nothing.*", "*.*",
               "live", "archive.exp*"]
PRESETS = ["nx.owner", "nx.administrator", "nx.advanced-viewer", "nx.viewer",
           "nx.live-viewer", "web.sub-user"]


def read_presets():
    """The records of the predefined roles, from the small estate."""
    path = os.path.join(os.path.dirname(__file__), "..", "data", "fixture.ldif")
    with open(path, encoding="utf-8") as source:
        records = source.read().split("\n\n")
    return [r for r in records if any(
        r.lstrip().startswith(f"dn: cn={name},") for name in PRESETS)]


class RandomEstate:
    """Writes one estate; the lists of names are kept for the requests."""

    def __init__(self, rnd):
        self.rnd, self.records = rnd, []
        self.make_policy()
        self.make_resources()
        self.make_boundaries()
        self.make_people()
        self.make_groups()
        self.make_roles()
        self.make_grants()
        self.make_licences()

    def text(self):
        records = self.records[:]
        self.rnd.shuffle(records)
        return "version: 1\n\n" + "\n\n".join(records) + "\n"

    # --- writing ------------------------------------------------------------

    def chance(self, probability):
        return self.rnd.random() < probability

    def some(self, values, low, high):
        """Between low and high different values."""
        values = list(dict.fromkeys(values))
        return self.rnd.sample(values, min(len(values),
                                           self.rnd.randint(low, high)))

    def cased(self, text):
        """A word as people write it."""
        return self.rnd.choice([text] * 6 + [text.upper(), text.capitalize()])

    def ref(self, dn):
        """A DN as people write it."""
        return self.rnd.choice(
            [dn] * 6 + [dn.upper(), dn.replace(",", ", "),
                        dn.replace("cn=", "CN = ")])

    def line(self, name, value):
        if self.chance(0.02):
            coded = base64.b64encode(value.encode()).decode()
            return f"{name}:: {coded}"
        line = f"{name}: {value}"
        if self.chance(0.03) and len(line) > 20:
            cut = self.rnd.randint(len(name) + 3, len(line) - 1)
            line = line[:cut] + "\n " + line[cut:]
        return line

    def add(self, dn, classes, **attrs):
        """One record; None leaves an attribute out, a list repeats it."""
        lines = [self.line("dn", dn)]
        if self.chance(0.05):
            lines.insert(0, "# a remark that goes\n  on over two lines")
        lines += [f"objectClass: {self.cased(c)}" for c in classes]
        for name, values in attrs.items():
            for value in values if isinstance(values, list) else [values]:
                if value is not None:
                    lines.append(self.line(self.rnd.choice(
                        [name] * 9 + [name.lower()]), str(value)))
        self.records.append("\n".join(lines))
        return dn

    # --- what there is to be allowed ----------------------------------------

    def make_policy(self):
        self.add(f"cn=policy,{VMS}", ["vmsPolicy"], cn="policy",
                 vmsSchemaVersion=1, vmsDefaultAccess="none",
                 vmsLayoutMode=self.cased(self.rnd.choice(["require", "imply"])),
                 vmsParameter=self.some(["cache-max-age=3600", "retention-days=7",
                                         "admin-manages-admins=TRUE"], 0, 3))

    def make_resources(self):
        rnd = self.rnd
        self.recorders = [f"cn=rec{i},ou=recorders,{VMS}"
                          for i in range(rnd.randint(2, 5))]
        for i, dn in enumerate(self.recorders):
            zone = rnd.choice(ZONES + [None, None])
            self.add(dn, ["vmsRecorder"], cn=f"rec{i}", vmsHostName=f"rec{i}.x",
                     vmsEnabled="FALSE" if i > 1 and self.chance(0.3) else "TRUE",
                     vmsTimeZone="Mars/Olympus" if self.chance(0.03) else zone)
        self.gone_recorder = f"cn=recgone,ou=recorders,{VMS}"
        self.cameras = [f"cn=cam{i:02},ou=cameras,{VMS}"
                        for i in range(rnd.randint(4, 14))]
        for i, dn in enumerate(self.cameras):
            home = rnd.choice(self.recorders)
            if self.chance(0.08):
                home = self.gone_recorder
            self.add(dn, ["vmsCamera"], cn=f"cam{i:02}",
                     vmsHomeRecorder=self.ref(home),
                     vmsFailoverRecorder=self.ref(rnd.choice(self.recorders)),
                     vmsEnabled=rnd.choice([None, "TRUE", "FALSE"]))
        self.gone_camera = f"cn=camgone,ou=cameras,{VMS}"
        self.recordergroups = self.make_containers(
            "rg", "recordergroups", "vmsRecorderGroup", self.recorders, 3, True)
        self.cameragroups = self.make_containers(
            "cg", "cameragroups", "vmsCameraGroup",
            self.cameras + [self.gone_camera], 5, True)
        self.layouts = self.make_containers(
            "lay", "layouts", "vmsLayout",
            self.cameras + [self.gone_camera], 4, False)
        self.resources = {
            "recorder": self.recorders, "recordergroup": self.recordergroups,
            "camera": self.cameras, "cameragroup": self.cameragroups,
            "layout": self.layouts}

    def make_containers(self, prefix, ou, object_class, things, most, nested):
        """Groups or layouts; groups may hold each other, in loops too."""
        dns = [f"cn={prefix}{i},ou={ou},{VMS}"
               for i in range(self.rnd.randint(1, most))]
        for i, dn in enumerate(dns):
            members = self.some(things, 0, 4)
            if nested:
                members += self.some(dns, 0, 2)
            shared = "TRUE" if object_class == "vmsLayout" else None
            self.add(dn, [object_class], cn=f"{prefix}{i}", vmsShared=shared,
                     vmsMember=[self.ref(m) for m in members])
        return dns

    def make_boundaries(self):
        self.pools = [f"cn=pool{i},ou=ippools,{VMS}"
                      for i in range(self.rnd.randint(2, 5))]
        for i, dn in enumerate(self.pools):
            ranges = self.some(RANGES, 1, 3) + self.some(BAD_RANGES, 0, 2)
            if self.chance(0.1):
                ranges = self.some(BAD_RANGES, 1, 3)
            self.add(dn, ["vmsIpPool"], cn=f"pool{i}", vmsIpRange=ranges)
        self.empty_pool = self.add(f"cn=nopool,ou=ippools,{VMS}", ["vmsIpPool"],
                                   cn="nopool")
        self.gone_pool = f"cn=poolgone,ou=ippools,{VMS}"
        self.schedules = [f"cn=sched{i},ou=schedules,{VMS}"
                          for i in range(self.rnd.randint(2, 6))]
        for i, dn in enumerate(self.schedules):
            windows = self.some(WINDOWS, 1, 3) + self.some(BAD_WINDOWS, 0, 2)
            zone = self.rnd.choice(ZONES + [None, None, None])
            if self.chance(0.08):
                windows = self.some(BAD_WINDOWS, 0, 2)
            elif self.chance(0.08):
                zone = "Europe/Atlantis"
            self.add(dn, ["vmsSchedule"], cn=f"sched{i}", vmsWindow=windows,
                     vmsExceptDate=self.some(EXCEPTIONS, 0, 3), vmsTimeZone=zone)
        self.gone_schedule = f"cn=schedgone,ou=schedules,{VMS}"

    # --- who ----------------------------------------------------------------

    def facts(self):
        """The VMS facts of a person, most of them good."""
        rnd = self.rnd
        facts = {"vmsAccountState": self.cased("enabled"),
                 "vmsIpMode": self.cased("any")}
        if self.chance(0.3):
            facts["vmsIpMode"] = self.cased("pool")
            pools = self.some(self.pools, 1, 3)
            if self.chance(0.2):
                pools = rnd.choice([[], [self.empty_pool], [self.gone_pool]])
            facts["vmsIpPoolRef"] = [self.ref(dn) for dn in pools]
        fault = rnd.random()
        if fault < 0.03:
            facts["vmsAccountState"] = self.cased("disabled")
        elif fault < 0.04:
            facts["vmsAccountState"] = None
        elif fault < 0.12:
            facts["vmsNotBefore"] = rnd.choice(EDGES[:5] + [None] * 4)
            facts["vmsNotAfter"] = rnd.choice(EDGES[3:] + [None] * 4)
        elif fault < 0.14:
            facts["vmsIpMode"] = None
        elif fault < 0.2:
            facts["vmsScheduleRef"] = self.ref(rnd.choice(
                self.schedules * 3 + [self.gone_schedule]))
        return facts

    def add_person(self, dn, uid, classes, **attrs):
        return self.add(dn, ["inetOrgPerson", "posixAccount"] + classes,
                        uid=uid, cn=uid, sn=uid, gidNumber=100,
                        uidNumber=self.rnd.randint(20000, 60000),
                        homeDirectory="/home/x", **attrs)

    def make_people(self):
        self.users, self.people, self.plain_uids = [], [], []
        for i in range(self.rnd.randint(10, 60)):
            uid, dn = f"u{i:02}", f"uid=u{i:02},ou=people,{BASE}"
            self.people.append(dn)
            self.users.append(uid)
            kind = self.rnd.random()
            facts = self.facts()
            if i < 3 or self.chance(0.05):
                facts["vmsProtected"] = "TRUE"
            lock = {}
            if self.chance(0.03):
                lock = self.rnd.choice([
                    {"pwdAccountLockedTime": "000001010000Z"},
                    {"nsAccountLock": "TRUE"}, {"userAccountControl": "514"}])
            elif self.chance(0.05):
                lock = self.rnd.choice([{"nsAccountLock": "FALSE"},
                                        {"userAccountControl": "512"}])
            if kind > 0.15 or i < 4:
                self.add_person(dn, self.cased(uid), ["vmsUser"], **lock, **facts)
                self.plain_uids.append(uid)
                continue
            self.add_person(dn, uid, [], **lock)
            profiles = [0, 1, 1, 1, 2][self.rnd.randint(0, 4)]
            for n in range(profiles):
                self.add(f"cn=prof{i}-{n},ou=profiles,{VMS}",
                         ["vmsProfile", "vmsUser"], cn=f"prof{i}-{n}",
                         vmsSubject=self.ref(dn), **facts)
            if profiles == 1:
                self.plain_uids.append(uid)
        if self.chance(0.5):
            twin = self.rnd.randint(4, len(self.users) - 1)
            uid = self.users[twin]
            self.add_person(f"uid={uid},ou=branch,ou=people,{BASE}",
                            uid.upper(), ["vmsUser"], **self.facts())
            if uid in self.plain_uids:
                self.plain_uids.remove(uid)

    def make_groups(self):
        self.groups = [f"cn=grp{i},ou=groups,{BASE}"
                       for i in range(self.rnd.randint(3, 10))]
        for i, dn in enumerate(self.groups):
            members = self.some(self.people, 0, 6) + self.some(self.groups, 0, 2)
            if self.chance(0.1):
                members.append(f"uid=gone,ou=people,{BASE}")
            self.add(dn, ["groupOfNames"], cn=f"grp{i}",
                     member=[self.ref(m) for m in members] or "cn=deleted")

    # --- roles and grants ---------------------------------------------------

    def make_roles(self):
        self.records += read_presets()
        preset = [f"cn={name},ou=roles,{VMS}" for name in PRESETS]
        low = preset[2:]
        custom = [f"cn=role{i},ou=roles,{VMS}"
                  for i in range(self.rnd.randint(2, 6))]
        top = f"cn=chief,ou=roles,{VMS}"
        # A rank never below those it inherits from: then it does not matter
        # whether what is held through a parent counts.
        for i, dn in enumerate(custom):
            self.add(dn, ["vmsRole"], cn=f"role{i}", vmsRoleRank=50,
                     vmsRoleScope="assigned",
                     vmsAction=self.some(CAMERA_ACTIONS + OTHER_ACTIONS, 1, 6)
                     + self.some(["ptz.*", "archive.*"], 0, 1),
                     vmsRoleParent=[self.ref(p) for p in
                                    self.some(custom + low, 0, 2)])
        self.add(top, ["vmsRole"], cn="chief", vmsRoleRank=85,
                 vmsRoleScope="all", vmsRoleParent=self.ref(preset[1]),
                 vmsAction=["admin.edit", "admin.delete", "owner.edit"])
        void = self.add(f"cn=void,ou=roles,{VMS}", ["vmsRole"], cn="void",
                        vmsRoleRank=5, vmsRoleScope="assigned")
        typo = self.add(f"cn=typo,ou=roles,{VMS}", ["vmsRole"], cn="typo",
                        vmsRoleRank=5, vmsRoleScope="assigned",
                        vmsAction=["live.view", self.rnd.choice(BAD_ACTIONS)])
        lost = self.add(f"cn=lost,ou=roles,{VMS}", ["vmsRole"], cn="lost",
                        vmsRoleRank=5, vmsRoleScope="assigned",
                        vmsAction="live.view",
                        vmsRoleParent=f"cn=rolegone,ou=roles,{VMS}")
        aside = self.add(f"cn=aside,ou=elsewhere,{VMS}", ["vmsRole"], cn="aside",
                         vmsRoleRank=99, vmsRoleScope="all",
                         vmsAction=["live.view", "login.shell"])
        gone = f"cn=rolegone,ou=roles,{VMS}"
        self.owner_role, self.admin_roles = preset[0], [preset[1], top]
        self.allow_roles = (low * 4 + custom * 3 + self.admin_roles * 2
                            + [void, typo, lost, aside, gone])
        self.deny_roles = low + custom + [void, typo, aside, gone]

    def make_grants(self):
        owners = self.add(f"cn=owners,ou=groups,{BASE}", ["groupOfNames"],
                          cn="owners", member=[self.ref(dn) for dn in
                                               self.people[:2] + self.people[3:4]])
        self.add(f"cn=g-owner,ou=grants,{VMS}", ["vmsRoleGrant"], cn="g-owner",
                 vmsEffect="allow", vmsTargetScope="all",
                 vmsSubjectScope="listed", vmsSubject=owners,
                 vmsCondition="disabled" if self.chance(0.1) else "none",
                 vmsRoleRef=self.ref(self.owner_role))
        for i in range(self.rnd.randint(15, 50)):
            self.make_grant(f"g{self.rnd.randint(0, 999):03}-{i}")

    def make_grant(self, name):
        rnd = self.rnd
        allow = self.chance(0.82)
        attrs = {"vmsEffect": self.cased("allow") if allow else rnd.choice(
            ["deny", "Deny", "deny", "deny", "alow", None])}
        attrs.update(self.subjects(0.06 if allow else 0.02))
        whole = self.actions(attrs, allow)
        fault = rnd.random() if whole else 1
        targets = self.targets(attrs, allow)
        attrs.update(targets)
        if fault < 0.04:
            attrs["vmsCondition"] = None		# void
        elif fault < 0.07 and "vmsAction" in attrs:
            attrs["vmsTargetScope"] = "all"		# against its list
            attrs["vmsAction"] = self.some(CAMERA_ACTIONS, 1, 3)
            attrs["vmsTarget"] = self.ref(rnd.choice(self.cameras))
            attrs["vmsCondition"] = "none"
        elif fault < 0.09 and "vmsAction" in attrs:
            attrs["vmsTargetScope"] = "listed"		# covers nothing
            attrs["vmsAction"] = self.some(CAMERA_ACTIONS, 1, 3)
            attrs["vmsTarget"] = None
            attrs["vmsCondition"] = "none"
        else:
            attrs.update(self.conditions(allow))
        classes = ["vmsActionGrant" if "vmsAction" in attrs else "vmsRoleGrant"]
        self.add(f"cn={name},ou=grants,{VMS}", classes, cn=name, **attrs)

    def subjects(self, everyone):
        scope = self.rnd.random()
        subjects = self.some(self.people, 0, 3) + self.some(self.groups, 0, 2)
        if scope < everyone:
            return {"vmsSubjectScope": self.cased("everyone"),
                    "vmsSubject": [self.ref(dn) for dn in subjects[:1]]}
        odd = "all" if scope > 0.97 else self.cased("listed")
        return {"vmsSubjectScope": odd,
                "vmsSubject": [self.ref(dn) for dn in subjects]}

    def actions(self, attrs, allow):
        """A role or actions; whether the grant may be given other faults:
        of role grants ranks are read, of odd ones it is not said how."""
        if self.chance(0.5):
            attrs["vmsRoleRef"] = self.ref(self.rnd.choice(
                self.allow_roles if allow else self.deny_roles))
            return False
        actions = self.some(self.rnd.choice(
            [CAMERA_ACTIONS, LOGIN_ACTIONS, OTHER_ACTIONS]), 1, 5)
        if allow and self.chance(0.6):
            actions += [VOCABULARY[a][1] for a in actions if VOCABULARY[a][1]]
            actions = list(dict.fromkeys(actions + self.some(["live.view"], 0, 1)))
        if self.chance(0.1):
            actions.append(self.rnd.choice(["archive.*", "ptz.*", "login.*"]))
        if self.chance(0.06):
            actions.append(self.rnd.choice(BAD_ACTIONS))
        attrs["vmsAction"] = actions
        return True

    def targets(self, attrs, allow):
        scope = self.rnd.random()
        if scope < (0.3 if allow else 0.08):
            return {"vmsTargetScope": self.cased("all")}
        kinds = list(self.resources.values()) + [self.cameras, self.recorders]
        targets = [self.rnd.choice(self.rnd.choice(kinds))
                   for _ in range(self.rnd.randint(1, 4))]
        if self.chance(0.08):
            targets.append(self.rnd.choice(
                [self.gone_camera, self.gone_camera, self.gone_recorder]))
        if self.chance(0.1):
            targets.append(self.rnd.choice(self.people))
        return {"vmsTargetScope": "some" if scope > 0.98 else self.cased("listed"),
                "vmsTarget": [self.ref(dn) for dn in sorted(set(targets))],
                "vmsCascade": self.rnd.choice(["TRUE", "TRUE", "FALSE", None])}

    def conditions(self, allow):
        """Up to three kinds, now and then unnamed, unknown or dangling."""
        kinds = self.some(["ip", "schedule", "service", "validity",
                           "archive-age", "odd"]
                          + (["approval", "break-glass", "approval"]
                             if allow else []), 1, 3)
        if self.chance(0.45):
            kinds = []
        if self.chance(0.2) and "archive-age" not in kinds:
            kinds.append("archive-age")
        if self.chance(0.04):
            kinds.append("disabled")
        attrs = {}
        for kind in kinds:
            attrs.update(self.condition(kind))
        named = sorted(set(kinds) - {"odd"})
        if "odd" in kinds and self.chance(0.3):
            named.append("factor")
        # A list that forgets a kind does not free the grant of it.
        if attrs and self.chance(0.15):
            named = [k for k in named if k in ("break-glass", "disabled")]
        attrs["vmsCondition"] = [self.cased(k) for k in named] or "none"
        return attrs

    def condition(self, kind):
        rnd = self.rnd
        if kind == "ip":
            pools = self.some(self.pools, 1, 2)
            if self.chance(0.15):
                pools.append(rnd.choice([self.gone_pool, self.empty_pool]))
            return {"vmsIpPoolRef": [self.ref(dn) for dn in pools]
                    if self.chance(0.95) else None}
        if kind == "schedule":
            return {"vmsScheduleRef": rnd.choice(
                [self.ref(dn) for dn in self.schedules] * 3
                + [self.gone_schedule, None])}
        if kind == "service":
            return {"vmsService": self.some(
                ["sshd", "vms-web", "vms-client", "su", "login", "cron"], 1, 3)
                if self.chance(0.95) else None}
        if kind == "approval":
            refs = self.some(self.groups + self.people[:4], 1, 2)
            if self.chance(0.08):
                refs = [f"cn=grpgone,ou=groups,{BASE}"]
            return {"vmsApproverRef": [self.ref(dn) for dn in refs]
                    if self.chance(0.95) else None}
        if kind == "validity":
            return self.validity()
        if kind == "archive-age":
            return {"vmsMaxArchiveAge": rnd.choice(
                [0, 3600, 86400, 86400, 604800] * 3 + [None])}
        return {}

    def validity(self):
        if self.chance(0.05):
            return {"vmsNotAfter": "2026-06-15"}
        return {"vmsNotBefore": self.rnd.choice(EDGES + [None] * 6),
                "vmsNotAfter": self.rnd.choice(EDGES + [None] * 6)}

    def make_licences(self):
        for i in range(self.rnd.randint(0, 12)):
            self.add(f"cn=as{i},ou=assignments,{VMS}", ["vmsLicenseAssignment"],
                     cn=f"as{i}", vmsSubject=self.ref(self.rnd.choice(self.people)),
                     vmsLicenseLevel=self.rnd.randint(1, 3),
                     vmsLicenseCount=self.rnd.randint(0, 3),
                     vmsRetainUntil="20270101000000Z"
                     if self.chance(0.2) else None)
        for i in range(self.rnd.randint(0, 12)):
            self.add(f"cn=case{i},ou=cases,{VMS}", ["vmsAnalyticsCase"],
                     cn=f"case{i}", vmsAnalyticsType="face",
                     vmsLicenseLevel=self.rnd.randint(1, 3),
                     vmsCaseState=self.cased(self.rnd.choice(
                         ["active", "active", "suspended", "retained"])),
                     vmsOwner=self.ref(self.rnd.choice(self.people)))
