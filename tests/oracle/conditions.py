# SPDX-License-Identifier: MIT
"""Whether the conditions of a grant are met: steps 12 and 13 ask.

Each kind is true, false with a reason of its own, or past judging.  What
follows from that is not decided here.
"""

from addresses import UNKNOWN, in_range
from estate import Unreadable, read_number, read_time

UNEVALUABLE = "condition-unevaluable"


class Conditions:
    """Part of a Decision: uses its estate, person, address, hours and now."""

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
