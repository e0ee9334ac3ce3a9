# SPDX-License-Identifier: MIT
"""Random roles, grants and licences for an estate."""

import os

from estate import VOCABULARY

BASE = "dc=example,dc=com"
VMS = "ou=vms," + BASE
EDGES = ["20260101000000Z", "20260329010000Z", "20260601000000Z",
         "20260615080000Z", "20260630220000Z", "20261025003000Z",
         "202606150930Z", "20260615120000+0200",
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


class RandomGrants:
    """Part of a RandomEstate: what gives and denies."""

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
        if not allow and attrs["vmsSubjectScope"].lower() == "everyone":
            # Not the whole estate: nothing would be left to compare.
            attrs["vmsTargetScope"] = "listed"
            attrs["vmsTarget"] = self.ref(rnd.choice(self.cameras))
        if fault < 0.04:
            if allow and self.chance(0.5):
                attrs.update(self.conditions(allow))
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
        if self.chance(0.35) and "archive-age" not in kinds:
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
                [0, 60, 3600, 86400, 86400, 604800] * 3 + [None])}
        return {}

    def validity(self):
        if self.chance(0.05):
            return {"vmsNotAfter": "2026-06-15"}
        return {"vmsNotBefore": self.rnd.choice(EDGES + [None] * 6),
                "vmsNotAfter": self.rnd.choice(EDGES + [None] * 6)}

    def make_licences(self):
        holders = self.people[:3] * 4 + self.people
        for i in range(self.rnd.randint(4, 16)):
            self.add(f"cn=as{i},ou=assignments,{VMS}", ["vmsLicenseAssignment"],
                     cn=f"as{i}", vmsSubject=self.ref(self.rnd.choice(holders)),
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
                     vmsOwner=self.ref(self.rnd.choice(holders)))
