# SPDX-License-Identifier: MIT
"""A slow, plain evaluator of the decision, to hold the C engine against.

usage: evaluator.py --ldif FILE [--ldif FILE ...] --batch FILE

Written from the rules alone and meant to be read beside them: fifteen steps,
one method each, the first that fails decides.  It shares no code with the
engine, has no daemon and no clock of its own.
Exit: 0 all rows agree, 1 some differ, 2 a file or a row cannot be read.
"""

import argparse
import re
import sys
from datetime import datetime, timedelta, timezone

from addresses import LOCAL, UNKNOWN, in_range, parse_client
from estate import KINDS, VOCABULARY, Estate, Unreadable, read_number, read_time
from ldif import LdifError, parse_ldif
from schedules import is_open, parse_request_time

SERVICES = {			# PAM service: (class, action)
    "sshd": ("remote", "login.shell"),
    "vms-web": ("remote", "login.web"),
    "vms-client": ("remote", "login.client"),
    "vms-api": ("remote", "login.api"),
    **{name: ("console", "login.console") for name in
       ("login", "gdm-password", "lightdm", "sddm", "xdm")},
    **{name: ("inner", "login.shell") for name in
       ("su", "su-l", "sudo", "sudo-i", "runuser", "runuser-l", "polkit-1")},
    **{name: ("batch", "login.shell") for name in
       ("cron", "crond", "atd", "systemd-user")},
    "passwd": ("self", "password.change-own"),
}

# Of several near misses the first in this list is told.
MISSES = [
    "approval-required", "approval-invalid", "schedule-closed", "grant-ip",
    "grant-service", "grant-not-yet", "grant-expired", "grant-disabled",
    "break-glass-inactive", "condition-unevaluable", "grant-malformed",
    "no-grant",
]
UNEVALUABLE = "condition-unevaluable"
SELF_RIGHTS = {"password.change-own", "profile.view-own", "settings.edit-own"}
DAY_S = 86400


class Deny(Exception):
    """The decision, as soon as a step fails; carries the reason."""


class Verdict:
    def __init__(self, result, reason, obligations=None):
        self.result, self.reason = result, reason
        self.obligations = obligations or {}

    def columns(self):
        text = "; ".join(f"{k}={v}" for k, v in sorted(self.obligations.items()))
        return [self.result, self.reason, text or "-"]


class Request:
    """One question.  context is a dict of words; absent means not stated."""

    def __init__(self, user, asked, resource, at, context):
        self.user, self.asked, self.at, self.context = user, asked, at, context
        self.kind, self.name = resource or (None, None)


class Given:
    """Steps 10 to 13 said yes to one action: by which grant (None: owner)."""

    def __init__(self, grant, age=None):
        self.grant, self.age = grant, age


class Decision:
    """One request on its way through the steps."""

    def __init__(self, estate, request):
        self.estate, self.request = estate, request
        self.context = request.context
        self.now = request.at

    def run(self):
        try:
            self.step_1_request()
            self.step_2_data()
            self.step_3_subject()
            self.step_4_account()
            self.step_5_recorder()
            self.step_6_address()
            self.step_7_schedule()
            if self.action in SELF_RIGHTS:			# step 8
                return self.allow("self")
            self.step_9_target_person()
            given = self.steps_10_to_13(self.action, self.resource)
            needed = self.step_14_prerequisites()
            self.step_14_licences()
            return self.step_15_answer(given, needed)
        except Deny as deny:
            return Verdict("DENY", str(deny))

    def allow(self, reason, obligations=None):
        obligations = dict(obligations or {})
        # Decided from a snapshot, the directory being away: always said.
        if self.stale:
            obligations["stale"] = "true"
        return Verdict("ALLOW", reason, obligations)

    def policy(self, name):
        """A policy value in lower case, or None: the request may replace it,
        else it is an attribute of the policy entry or a parameter in it."""
        for word, value in self.context.items():
            if word.lower() == "policy." + name.lower():
                return value.lower()
        entry = self.estate.policy
        if entry is None:
            return None
        for parameter in entry.all("vmsParameter"):
            key, _, value = parameter.partition("=")
            if key.strip().lower() == name.lower():
                return value.strip().lower()
        value = entry.one(name)
        return value.lower() if value else None

    # --- step 1: is this a question? ----------------------------------------

    def step_1_request(self):
        asked = self.request.asked
        self.service = self.context.get("service")
        if asked.startswith("service="):
            self.service = asked[len("service="):]
        # Names of PAM services are exact.
        if self.service is not None and self.service not in SERVICES:
            raise Deny("service-unmapped")
        self.service_class = SERVICES[self.service][0] if self.service else None
        self.action = asked
        if asked.startswith("service="):
            self.action = SERVICES[self.service][1]
        if self.action not in VOCABULARY:
            raise Deny("action-unknown")
        self.scope = VOCABULARY[self.action][0]
        self.resource = self.find_resource()

    def find_resource(self):
        """The entry asked about; None for oneself and for the whole system."""
        kind, name = self.request.kind, self.request.name
        if self.scope == "self":
            return None			# the target is not looked at
        if self.scope == "system":
            if kind:
                raise Deny("bad-request")
            return None
        if self.scope == "user":
            if kind:
                raise Deny("bad-request")
            return self.person_called(self.context.get("on-user"), "bad-request")
        if kind != self.scope:
            raise Deny("bad-request")
        entry = self.estate.by_name[kind].get(name.lower())
        if entry is None:
            # A recorder that is not there has a word of its own.
            raise Deny("recorder-unknown" if kind == "recorder" else "bad-request")
        return entry

    def person_called(self, uid, otherwise):
        found = self.estate.by_uid.get((uid or "").lower(), [])
        if len(found) != 1:
            raise Deny(otherwise)
        return found[0]

    # --- step 2: do we know enough? -----------------------------------------

    def step_2_data(self):
        self.stale = self.context.get("directory") == "down"
        if not self.stale:
            return
        limit = int(self.policy("cache-max-age") or DAY_S)
        age = self.context.get("snapshot-age")
        # A snapshot of unknown age is too old.
        if age is None or int(age) > limit:
            raise Deny("directory-unavailable")

    # --- step 3: exactly one subject ----------------------------------------

    def step_3_subject(self):
        found = self.estate.by_uid.get(self.request.user.lower(), [])
        if not found:
            raise Deny("user-unknown")
        if len(found) > 1:
            raise Deny("user-ambiguous")
        self.person = found[0]
        facts = self.estate.facts_of(self.person)
        if not facts:
            raise Deny("profile-missing")
        if len(facts) > 1:
            raise Deny("user-ambiguous")
        self.facts = facts[0]

    # --- step 4: is the account good? ---------------------------------------

    def step_4_account(self):
        reason = self.account_fault(self.person, self.facts)
        if reason:
            raise Deny(reason)

    def account_fault(self, person, facts):
        """Why an account does not count, or None.  Used for approvers too."""
        state = facts.one("vmsAccountState")
        if state is None:
            return "account-state-unreadable"
        if state.lower() != "enabled":
            return "account-disabled"
        try:
            begins = read_time(facts, "vmsNotBefore")
            ends = read_time(facts, "vmsNotAfter")
        except Unreadable:
            return "account-state-unreadable"
        # From counts, until does not.  Over is over, begun or not.
        if ends is not None and self.now >= ends:
            return "account-expired"
        if begins is not None and self.now < begins:
            return "account-not-yet"
        return "account-locked" if self.is_locked(person) else None

    def is_locked(self, person):
        """The directory server's own locks, each in its server's notation."""
        if person.one("pwdAccountLockedTime"):				# ppolicy
            return True
        if person.is_true("nsAccountLock"):				# 389
            return True
        if int(person.one("userAccountControl") or 0) & 2:		# AD
            return True
        expires = int(person.one("accountExpires") or 0)		# AD
        if expires not in (0, 2**63 - 1):
            since_1601 = self.now - datetime(1601, 1, 1, tzinfo=timezone.utc)
            if since_1601 >= timedelta(microseconds=expires // 10):
                return True
        days = person.one("shadowExpire")				# shadow
        if days is not None and int(days) >= 0:
            return self.now.timestamp() // DAY_S >= int(days)
        return False

    # --- step 5: which recorder, and is it in service? ----------------------

    def step_5_recorder(self):
        """The one stated, else the one asked about, else none."""
        name = self.context.get("recorder")
        if name is None and self.request.kind == "recorder":
            name = self.request.name
        self.recorder = None
        if name is None:
            return
        self.recorder = self.estate.by_name["recorder"].get(name.lower())
        if self.recorder is None:
            raise Deny("recorder-unknown")
        if not self.recorder.is_true("vmsEnabled"):
            raise Deny("recorder-disabled")

    # --- step 6: the user's own addresses -----------------------------------

    def step_6_address(self):
        self.address = self.find_address()
        # A plain question about an action has neither and passes.
        if self.service is None and "from" not in self.context:
            return
        if self.service_class == "self":
            return			# whoever is in may change his password
        mode = (self.facts.one("vmsIpMode") or "").lower()
        if mode == "any":
            return
        if mode != "pool":
            raise Deny("ip-mode-unreadable")
        pools = [self.estate.pools[dn] for dn in self.facts.dns("vmsIpPoolRef")
                 if dn in self.estate.pools]
        if not pools:
            raise Deny("ip-pool-missing")
        if self.address == UNKNOWN:
            raise Deny("ip-unknown")
        if not any(in_range(self.address, r) for pool in pools for r in pool):
            raise Deny("ip-not-allowed")

    def find_address(self):
        if "from" in self.context:
            return parse_client(self.context["from"])
        # Nobody calls from outside at the console, nor does cron.
        if self.service_class in ("console", "batch"):
            return LOCAL
        return UNKNOWN

    # --- step 7: the user's own hours ---------------------------------------

    def step_7_schedule(self):
        for dn in self.facts.dns("vmsScheduleRef"):
            if self.schedule_state(dn) is not True:
                raise Deny("account-schedule-closed")

    def schedule_state(self, dn):
        """True or False for open; None where it cannot be told."""
        # A schedule without a zone lives by the recorder's clock, else UTC.
        zone = self.recorder.one("vmsTimeZone") if self.recorder else None
        parts = self.estate.schedule_parts(dn, zone or "UTC")
        if parts is None:
            return None
        windows, dates, zone = parts
        return is_open(windows, dates, self.now, zone)

    # --- step 9: people who are protected from others -----------------------

    def step_9_target_person(self):
        if self.scope != "user" or not re.match("(user|admin)[.]", self.action):
            return
        target, verb = self.resource, self.action.split(".")[1]
        asker_owns = self.is_owner(self.person)
        # Nobody removes an owner; only an owner does anything else to one.
        if self.is_owner(target):
            if verb in ("delete", "disable") or not asker_owns:
                raise Deny("owner-protected")
        if target.dn == self.person.dn and verb in (
                "assign-role", "assign-access", "disable", "delete"):
            raise Deny("self-change")
        if asker_owns:
            return			# the rest protects from those below him
        if self.policy("admin-manages-admins") == "true" \
                and self.is_administrator(self.person) \
                and self.is_administrator(target):
            return
        if self.is_administrator(target):
            raise Deny("peer-administrator")
        # Each role of the target must lie below the asker's highest.
        if any(r >= max(self.ranks(self.person), default=-1)
               for r in self.ranks(target)):
            raise Deny("rank-too-low")

    def ranks(self, person):
        return [int(role.one("vmsRoleRank") or 0)
                for role in self.estate.roles_held(person)]

    def is_administrator(self, person):
        return any(80 <= rank <= 99 for rank in self.ranks(person))

    def is_owner(self, person):
        """A protected entry that holds the owner role; either alone is none."""
        facts = self.estate.facts_of(person)
        if len(facts) != 1 or not facts[0].is_true("vmsProtected"):
            return False
        return any(role.dn[0] == "cn=nx.owner"
                   for role in self.estate.roles_held(person))

    # --- steps 10 to 13: does anything give this action here? ---------------

    def steps_10_to_13(self, action, resource):
        """Given, or Deny raised."""
        if self.is_owner(self.person):				# step 10
            return Given(None)
        collected = [g for g in self.estate.grants_for(self.person)	# step 11
                     if g.all_actions or action in g.actions]
        collected = [g for g in collected if self.covers(g, action, resource)]
        for grant in collected:					# step 12, by name
            if not grant.allows and self.denial_applies(grant):
                raise Deny("deny:" + grant.name)
        return self.step_13_choose(action, [g for g in collected if g.allows])

    def denial_applies(self, grant):
        """True conditions and those nobody can judge let a denial stand; one
        that is plainly false takes it away.  A malformed denial stands."""
        return grant.malformed or set(self.failures(grant)) <= {UNEVALUABLE}

    def step_13_choose(self, action, allows):
        """The grant that binds least of those that apply."""
        misses, candidates = {"no-grant"}, []
        for grant in allows:
            if grant.malformed:
                misses.add("grant-malformed")	# its conditions say nothing
                continue
            failures = self.failures(grant)
            misses |= set(failures)
            if not failures:
                candidates.append(grant)
        if not candidates:
            raise Deny(min(misses, key=MISSES.index))

        def burden(grant):
            age = self.archive_age(grant, action)
            return ("break-glass" in grant.kinds,
                    -age if age is not None else float("-inf"), grant.key)
        best = min(candidates, key=burden)
        return Given(best, self.archive_age(best, action))

    def archive_age(self, grant, action):
        """How far back it reaches; None is all the way, or no matter here."""
        if action.split(".")[0] not in ("archive", "bookmark"):
            return None
        return read_number(grant.entry, "vmsMaxArchiveAge")

    def covers(self, grant, action, resource):
        """Whether the grant's targets take the resource in."""
        scope = VOCABULARY[action][0]
        if scope == "self" or grant.scope_all:
            return True
        if not grant.allows and grant.lost_target:
            return True			# it may have been anything
        if scope == "system":
            return False		# no list of targets holds the system
        if resource.dn in grant.targets:
            return True
        # The rest is reached through something listed, if that is wanted.
        return grant.cascade and (
            self.on_listed_recorder(grant, resource)
            or self.in_listed_group(grant, resource)
            or self.on_listed_layout(grant, action, resource))

    def on_listed_recorder(self, grant, resource):
        """A camera at home on it.  Failover moves no rights."""
        if "vmscamera" not in resource.classes:
            return False
        home = self.estate.entries.get(
            next(iter(resource.dns("vmsHomeRecorder")), None))
        return home is not None and "vmsrecorder" in home.classes \
            and home.dn in grant.targets

    def in_listed_group(self, grant, resource):
        """A camera, recorder or group somewhere inside it, and no further:
        a group of recorders does not hold their cameras."""
        groups = {KINDS["cameragroup"], KINDS["recordergroup"]}
        return any(dn in self.estate.entries
                   and self.estate.entries[dn].classes & groups
                   and resource.dn in self.estate.inside(dn)
                   for dn in grant.targets)

    def on_listed_layout(self, grant, action, resource):
        """Only where the policy lets layouts imply cameras, and only to look."""
        if action != "live.view" or self.policy("vmsLayoutMode") != "imply":
            return False
        layouts = [self.estate.entries[dn] for dn in grant.targets
                   if dn in self.estate.entries]
        return any("vmslayout" in e.classes
                   and resource in self.estate.cameras_in(e) for e in layouts)

    # --- conditions ---------------------------------------------------------

    def failures(self, grant):
        """Reasons of all conditions that are not true; empty is good."""
        judges = {
            "ip": self.ip_failure,
            "schedule": self.schedule_failure,
            "service": self.service_failure,
            "approval": self.approval_failure,
            "validity": self.validity_failure,
            "archive-age": self.archive_age_failure,
            "break-glass": lambda grant:
                None if self.context.get("break-glass") == "active"
                else "break-glass-inactive",
            "disabled": lambda grant: "grant-disabled",
        }
        # A kind from a later version, or misspelt, cannot be judged.
        found = [judges.get(kind, lambda grant: UNEVALUABLE)(grant)
                 for kind in grant.kinds]
        return [reason for reason in found if reason]

    def ip_failure(self, grant):
        refs = grant.entry.dns("vmsIpPoolRef")
        if not refs or any(dn not in self.estate.pools for dn in refs):
            return UNEVALUABLE		# one lost pool spoils them all
        # A job of cron comes from nowhere: no pool speaks of it.
        if self.service_class in ("batch", "self"):
            return UNEVALUABLE
        if self.address == UNKNOWN:
            return UNEVALUABLE
        inside = any(in_range(self.address, r)
                     for dn in refs for r in self.estate.pools[dn])
        return None if inside else "grant-ip"

    def schedule_failure(self, grant):
        states = [self.schedule_state(dn)
                  for dn in grant.entry.dns("vmsScheduleRef")]
        if not states or None in states:
            return UNEVALUABLE
        return None if all(states) else "schedule-closed"

    def service_failure(self, grant):
        services = grant.entry.all("vmsService")
        if not services:
            return UNEVALUABLE
        # A question without a service is not one through a named service.
        return None if self.service in services else "grant-service"

    def approval_failure(self, grant):
        refs = grant.entry.dns("vmsApproverRef")
        if not refs or any(dn not in self.estate.people
                           and dn not in self.estate.groups for dn in refs):
            return UNEVALUABLE
        uid = self.context.get("approver")
        if uid is None:
            return "approval-required"
        found = self.estate.by_uid.get(uid.lower(), [])
        if len(found) != 1 or found[0].dn == self.person.dn:
            return "approval-invalid"	# unknown, or one's own second person
        facts = self.estate.facts_of(found[0])
        if len(facts) != 1 or self.account_fault(found[0], facts[0]):
            return "approval-invalid"
        listed = self.estate.identities(found[0]) & set(refs)
        return None if listed else "approval-invalid"

    def validity_failure(self, grant):
        try:
            begins = read_time(grant.entry, "vmsNotBefore")
            ends = read_time(grant.entry, "vmsNotAfter")
        except Unreadable:
            return UNEVALUABLE
        if begins is None and ends is None:
            return UNEVALUABLE
        if ends is not None and self.now >= ends:
            return "grant-expired"
        if begins is not None and self.now < begins:
            return "grant-not-yet"
        return None

    def archive_age_failure(self, grant):
        """The age narrows what is seen later; here it need only be known."""
        try:
            age = read_number(grant.entry, "vmsMaxArchiveAge")
        except Unreadable:
            return UNEVALUABLE
        return UNEVALUABLE if age is None else None

    # --- step 14: what the action needs besides -----------------------------

    def step_14_prerequisites(self):
        """Each needed action on the same resource, the nearest first."""
        given, need = [], VOCABULARY[self.action][1]
        while need:
            try:
                given.append(self.steps_10_to_13(need, self.resource))
            except Deny as deny:
                raise Deny(f"prerequisite:{need}({deny})") from None
            need = VOCABULARY[need][1]
        return given

    def step_14_licences(self):
        """Where a level is stated the asker needs a free licence of his own
        of that level, owners included."""
        if "license-level" not in self.context:
            return
        level = int(self.context["license-level"])
        assigned = sum(
            read_number(e, "vmsLicenseCount") or 0
            for e in self.estate.of("vmslicenseassignment")
            if self.person.dn in e.dns("vmsSubject")
            and read_number(e, "vmsLicenseLevel") == level
            and not e.all("vmsRetainUntil"))
        used = int(self.context.get("active-cases-of-that-level", 0)) + sum(
            1 for e in self.estate.of("vmsanalyticscase")
            if self.person.dn in e.dns("vmsOwner")
            and read_number(e, "vmsLicenseLevel") == level
            and (e.one("vmsCaseState") or "").lower() == "active")
        if assigned == 0:
            raise Deny("license-missing")
        if used >= assigned:
            raise Deny("license-exhausted")

    # --- step 15: the answer and what it obliges to -------------------------

    def step_15_answer(self, given, needed):
        obligations = {}
        # Alternatives do not add up, but what an action needs does.
        ages = [g.age for g in [given] + needed if g.age is not None]
        if ages:
            obligations["max-archive-age"] = str(min(ages))
        if any(g.grant and "break-glass" in g.grant.kinds
               for g in [given] + needed):
            obligations["alert"] = "true"
        hidden = self.hidden_cameras()
        if hidden:
            obligations["hidden"] = ",".join(hidden)
        reason = "grant:" + given.grant.name if given.grant else "owner"
        return self.allow(reason, obligations)

    def hidden_cameras(self):
        """Who may open a container sees in it only what he may look at."""
        if self.action not in ("layout.view", "cameragroup.view"):
            return []
        hidden = []
        for camera in self.estate.cameras_in(self.resource):
            try:
                self.steps_10_to_13("live.view", camera)
            except Deny:
                hidden.append(camera.one("cn"))
        return hidden


def decide(estate, request):
    return Decision(estate, request).run()


# --- the batch file ---------------------------------------------------------

WORDS = {"from", "service", "approver", "on-user", "recorder", "break-glass",
         "directory", "snapshot-age", "license-level",
         "active-cases-of-that-level"}
COUNTS = {"snapshot-age", "license-level", "active-cases-of-that-level"}


class BadRow(Exception):
    """A row of a batch file cannot be read."""


def parse_context(text):
    context = {}
    for word in text.split(";") if text != "-" else []:
        name, equals, value = word.strip().partition("=")
        if not equals or not (name in WORDS or name.startswith("policy.")):
            raise BadRow("unknown context word: " + word)
        if name in COUNTS and not value.isdecimal():
            raise BadRow(name + " is no number: " + value)
        context[name] = value
    return context


def parse_row(columns):
    """(Request, [result, reason, obligations]) of nine columns."""
    if len(columns) != 9:
        raise BadRow(f"{len(columns)} columns in place of 9")
    _, user, asked, resource, at, context = columns[:6]
    kind_name = None
    if resource != "-":
        kind, colon, name = resource.partition(":")
        if not colon or kind not in KINDS:
            raise BadRow("no resource: " + resource)
        kind_name = kind, name
    try:
        moment = parse_request_time(at)
    except ValueError:
        raise BadRow("no time: " + at) from None
    if columns[6] not in ("ALLOW", "DENY"):
        raise BadRow("no result: " + columns[6])
    return Request(user, asked, kind_name, moment, parse_context(context)), columns[6:]


def run_batch(estate, path):
    """Print what differs; the exit status."""
    rows = differ = bad = 0
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            line = line.rstrip("\n")
            if not line or line.startswith("#"):
                continue
            columns = line.split("\t")
            try:
                request, expected = parse_row(columns)
            except BadRow as error:
                print(f"{path}:{number}: {error}", file=sys.stderr)
                bad += 1
                continue
            rows += 1
            answer = decide(estate, request).columns()
            if answer != expected:
                differ += 1
                print("\t".join(columns[:6]))
                print("  expected  " + " ".join(expected))
                print("  got       " + " ".join(answer))
    print(f"{rows} rows, {differ} differ")
    return 2 if bad else 1 if differ else 0


def load(paths):
    entries = []
    for path in paths:
        with open(path, encoding="utf-8") as source:
            entries += parse_ldif(source.read())
    return Estate(entries)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ldif", action="append", required=True)
    parser.add_argument("--batch", required=True)
    args = parser.parse_args()
    try:
        return run_batch(load(args.ldif), args.batch)
    except (OSError, LdifError, ValueError) as error:
        print(f"evaluator.py: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
