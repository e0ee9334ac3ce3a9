# SPDX-License-Identifier: MIT
"""Random estates as LDIF: ordinary ones, with the faults that estates grow.

Makes only what the rules settle.  A fault which two careful readers could
judge differently (an account state of an unknown word, say) is not made here;
it has a place in the written cases if anywhere.
"""

import base64

from randgrants import BASE, EDGES, VMS, RandomGrants

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
BAD_EXCEPTIONS = ["2026-02-30", "25.12.2026", "2026-12-25T00:00Z", "christmas"]


class RandomEstate(RandomGrants):
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
            dates = self.some(EXCEPTIONS, 0, 3)
            if self.chance(0.05):
                dates.append(self.rnd.choice(BAD_EXCEPTIONS))
            self.add(dn, ["vmsSchedule"], cn=f"sched{i}", vmsWindow=windows,
                     vmsExceptDate=dates, vmsTimeZone=zone)
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
        account = [] if self.chance(0.05) else ["posixAccount"]
        return self.add(dn, ["inetOrgPerson"] + account + classes,
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
            attrs = {"member": [self.ref(m) for m in members] or "cn=deleted"}
            classes = ["groupOfNames"]
            if self.chance(0.3):
                classes.append("posixGroup")
                attrs["gidNumber"] = 7000 + i
                attrs["memberUid"] = self.some(self.users, 0, 3)
            self.add(dn, classes, cn=f"grp{i}", **attrs)
