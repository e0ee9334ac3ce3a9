# SPDX-License-Identifier: MIT
"""The estate: what the entries say, with every reference followed once.

Holds no decision.  What is slow and never changes is remembered, but each
remembered thing is a plain function of the entries.
"""

import os

from ldif import lies_in, parse_dn
from schedules import (find_zone, parse_except_date, parse_generalized_time,
                       parse_window)
from addresses import parse_range

# What the server writes where the last one named was deleted.
GONE = parse_dn("cn=deleted")

KINDS = {			# kind of a resource: its object class
    "recorder": "vmsrecorder",
    "recordergroup": "vmsrecordergroup",
    "camera": "vmscamera",
    "cameragroup": "vmscameragroup",
    "layout": "vmslayout",
}


# Whoever has a login name and is a person of some kind can be asked about.
PERSONS = {"posixaccount", "vmsuser", "inetorgperson", "person",
           "organizationalperson", "account", "user"}


def read_vocabulary():
    """{action: (scope, needed action or None)}"""
    path = os.path.join(os.path.dirname(__file__), "actions.tsv")
    with open(path, encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines
                if not line.startswith("#")]
    return {a: (scope, None if need == "-" else need) for a, scope, need in rows}


VOCABULARY = read_vocabulary()


class Unreadable(Exception):
    """An attribute is there, and cannot be understood."""


def read_time(entry, name):
    """A time, None where absent."""
    text = entry.one(name)
    if text is None:
        return None
    moment = parse_generalized_time(text)
    if moment is None:
        raise Unreadable(name)
    return moment


def read_number(entry, name):
    """A number that is not negative, None where absent."""
    text = entry.one(name)
    if text is None:
        return None
    if not text.isdecimal():
        raise Unreadable(name)
    return int(text)


class Grant:
    """One grant entry, its references still as names."""

    def __init__(self, entry, estate):
        self.entry = entry
        self.name = entry.one("cn")
        self.key = self.name.lower().encode()
        # Whatever is not plainly an allow is a denial.
        self.allows = (entry.one("vmsEffect") or "").lower() == "allow"
        self.everyone = (entry.one("vmsSubjectScope") or "").lower() == "everyone"
        self.subjects = set(entry.dns("vmsSubject"))
        self.scope_all = (entry.one("vmsTargetScope") or "").lower() == "all"
        self.targets = set(entry.dns("vmsTarget"))
        self.cascade = entry.is_true("vmsCascade")
        named = entry.all("vmsCondition")
        # The list of conditions is gone, or the targets contradict the scope.
        self.malformed = not named or (self.scope_all and bool(self.targets))
        self.kinds = self.find_kinds({kind.lower() for kind in named})
        self.all_actions, self.actions = estate.actions_of(self)
        # A deleted camera needs no denial; any other lost target might have
        # been what somebody must not see.
        self.lost_target = any(
            dn not in estate.targetable and not lies_in(dn, "cameras")
            for dn in self.targets)
        # Somebody gone is nobody, or deleting one user would shut out all.
        self.lost_subject = any(
            dn not in estate.people and dn not in estate.groups
            and dn != GONE for dn in self.subjects)

    def find_kinds(self, kinds):
        """What narrows does so whether the list names it or not."""
        narrowing = {
            "vmsIpPoolRef": "ip", "vmsScheduleRef": "schedule",
            "vmsService": "service", "vmsApproverRef": "approval",
            "vmsNotBefore": "validity", "vmsNotAfter": "validity",
            "vmsMaxArchiveAge": "archive-age",
        }
        kinds |= {k for a, k in narrowing.items() if self.entry.all(a)}
        return kinds - {"none"}


class Estate:
    def __init__(self, entries):
        self.entries = {}
        for entry in entries:
            self.entries[entry.dn] = entry
        self.by_name = {kind: {} for kind in KINDS}
        self.members = {}		# containers of things: DN to member DNs
        self.read_resources()
        self.read_people()
        self.pools = {e.dn: [parse_range(r) for r in e.all("vmsIpRange")]
                      for e in self.of("vmsippool")}
        self.schedules = {e.dn: e for e in self.of("vmsschedule")}
        self.roles = {e.dn: e for e in self.of("vmsrole")
                      if lies_in(e.dn, "roles")}
        self.policy = next(iter(self.of("vmspolicy")), None)
        self.groups_memo, self.role_memo, self.inside_memo = {}, {}, {}
        self.windows_memo = {}
        self.targetable = set(self.people) | {
            e.dn for kind in KINDS for e in self.of(KINDS[kind])}
        self.grants = sorted(
            (Grant(e, self) for e in self.entries.values()
             if e.classes & {"vmsrolegrant", "vmsactiongrant"}),
            key=lambda grant: grant.key)
        self.grants_memo = {}

    def of(self, object_class):
        return [e for e in self.entries.values() if object_class in e.classes]

    def read_resources(self):
        for kind, object_class in KINDS.items():
            for entry in self.of(object_class):
                self.by_name[kind][entry.one("cn").lower()] = entry
                self.members[entry.dn] = set(entry.dns("vmsMember"))

    # --- people -------------------------------------------------------------

    def read_people(self):
        """People, groups, and which profiles speak for whom.

        A profile is a card about a person, not a person.
        """
        self.people, self.by_uid, self.profiles = {}, {}, {}
        for entry in self.entries.values():
            if "vmsprofile" in entry.classes:
                for dn in entry.dns("vmsSubject"):
                    self.profiles.setdefault(dn, []).append(entry)
            elif entry.one("uid") and entry.classes & PERSONS:
                self.people[entry.dn] = entry
                for uid in {uid.lower() for uid in entry.all("uid")}:
                    self.by_uid.setdefault(uid, []).append(entry)
        self.groups = {
            e.dn: set(e.dns("member")) | self.members_by_uid(e)
            for e in self.entries.values()
            if e.classes & {"groupofnames", "posixgroup"}}

    def members_by_uid(self, group):
        """People that a group names by login name, which compares exactly."""
        found = set()
        for uid in group.all("memberUid"):
            people = self.by_uid.get(uid.lower(), [])
            if len(people) == 1 and people[0].one("uid") == uid:
                found.add(people[0].dn)
        return found

    def facts_of(self, person):
        """Entries that carry the VMS facts of a person: one is right."""
        if "vmsuser" in person.classes:
            return [person]
        return self.profiles.get(person.dn, [])

    def identities(self, person):
        """The person and every group around him, at any depth."""
        if person.dn not in self.groups_memo:
            found, new = {person.dn}, {person.dn}
            while new:
                new = {g for g, inside in self.groups.items()
                       if inside & new} - found
                found |= new
            self.groups_memo[person.dn] = found
        return self.groups_memo[person.dn]

    def grants_for(self, person):
        """All grants, by name, of which the person is a subject.

        A denial of somebody who cannot be found is a denial of everybody.
        """
        if person.dn not in self.grants_memo:
            who = self.identities(person)
            self.grants_memo[person.dn] = [
                g for g in self.grants
                if g.everyone or g.subjects & who
                or (not g.allows and g.lost_subject)]
        return self.grants_memo[person.dn]

    def roles_held(self, person):
        """Roles of his allow grants, whatever conditions those carry."""
        refs = [g.entry.dns("vmsRoleRef") for g in self.grants_for(person)
                if g.allows]
        return [self.roles[dn] for dns in refs for dn in dns if dn in self.roles]

    # --- what grants give ---------------------------------------------------

    def role_actions(self, dn):
        """(names written in the role and its parents, whether all are found)"""
        if dn not in self.role_memo:
            seen, todo, names, whole = set(), [dn], set(), True
            while todo:
                dn_now = todo.pop()
                if dn_now in seen:
                    continue
                seen.add(dn_now)
                role = self.roles.get(dn_now)
                if role is None:
                    whole = False
                    continue
                names |= set(role.all("vmsAction"))
                todo += role.dns("vmsRoleParent")
            self.role_memo[dn] = names, whole
        return self.role_memo[dn]

    def actions_of(self, grant):
        """(every action?, else which): actions compare as bytes.

        What an allow does not know it does not give.  A denial that cannot
        be read whole, or says nothing at all, denies every action.
        """
        whole = True
        if "vmsrolegrant" in grant.entry.classes:
            names = set()
            for dn in grant.entry.dns("vmsRoleRef"):
                more, found = self.role_actions(dn)
                names, whole = names | more, whole and found
        else:
            names = set(grant.entry.all("vmsAction"))
        actions = set()
        for name in names:
            known = {a for a in VOCABULARY if a == name
                     or (name.endswith(".*") and a.split(".")[0] == name[:-2])}
            whole = whole and bool(known)
            actions |= known
        return (not grant.allows and (not whole or not actions)), actions

    def inside(self, group_dn):
        """Everything in a group, through groups of its own kind, no loops."""
        if group_dn not in self.inside_memo:
            kind = self.entries[group_dn].classes & set(KINDS.values())
            seen, todo, found = set(), [group_dn], set()
            while todo:
                dn = todo.pop()
                if dn in seen:
                    continue
                seen.add(dn)
                found |= self.members[dn]
                todo += [m for m in self.members[dn] if m in self.entries
                         and self.entries[m].classes & kind]
            self.inside_memo[group_dn] = found
        return self.inside_memo[group_dn]

    def cameras_in(self, container):
        """Cameras of a camera group or layout, through nested camera groups."""
        found = set()
        for dn in self.inside(container.dn) | {container.dn}:
            entry = self.entries.get(dn)
            if entry and "vmscamera" in entry.classes:
                found.add(dn)
            if entry and "vmscameragroup" in entry.classes:
                found |= {m for m in self.inside(dn) if m in self.entries
                          and "vmscamera" in self.entries[m].classes}
        return sorted((self.entries[dn] for dn in found),
                      key=lambda e: e.one("cn").lower().encode())

    # --- schedules ----------------------------------------------------------

    def schedule_parts(self, dn, fallback_zone):
        """(windows, exception dates, zone), or None if not evaluable."""
        key = dn, fallback_zone
        if key not in self.windows_memo:
            self.windows_memo[key] = self.read_schedule(dn, fallback_zone)
        return self.windows_memo[key]

    def read_schedule(self, dn, fallback_zone):
        if dn not in self.schedules:
            return None
        entry = self.schedules[dn]
        zone = find_zone(entry.one("vmsTimeZone") or fallback_zone)
        if zone is None:
            return None
        windows = [parse_window(w) for w in entry.all("vmsWindow")]
        dates = {parse_except_date(d) for d in entry.all("vmsExceptDate")}
        if None in dates:
            return None			# it may be meant for today
        return [w for w in windows if w], dates, zone
