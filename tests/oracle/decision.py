# SPDX-License-Identifier: MIT
"""The decision: fifteen steps, one method each, the first that fails decides.

Written from the rules alone and meant to be read beside them.  Shares no
code with the engine; knows no file and no clock.
"""

import re
from datetime import datetime, timedelta, timezone

from addresses import LOCAL, UNKNOWN, in_range, parse_client
from conditions import UNEVALUABLE, Conditions
from estate import VOCABULARY, Unreadable, read_number, read_time
from schedules import is_open
from targets import Targets

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


class Decision(Targets, Conditions):
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
