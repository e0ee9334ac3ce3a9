#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Write a random estate and requests with the evaluator's answers.

usage: generate.py SEED N OUT.ldif OUT.tsv

Half of the requests are drawn from the grants, so that many are allowed;
moments are taken from the edges of whatever speaks of time.
"""

import functools
import random
import sys
from collections import Counter
from datetime import datetime, timedelta, timezone

from addresses import UNKNOWN, in_range, parse_client
from decision import SERVICES, Decision, Request, decide
from estate import KINDS, VOCABULARY, Estate
from ldif import parse_ldif
from randestate import RandomEstate
from schedules import find_zone, parse_generalized_time

CLIENTS = ["192.0.2.1", "192.0.2.127", "192.0.2.128", "192.0.2.255",
           "192.0.3.0", "198.51.100.9", "198.51.100.10", "198.51.100.20",
           "198.51.100.21", "203.0.113.7", "203.0.113.8", "127.0.0.1",
           "127.0.0.8", "10.1.2.2", "10.1.2.4", "2001:db8:10::1",
           "2001:db8:10:ffff::", "2001:db8:11::", "2001:db8:1::5",
           "2001:db8:1::9", "2001:db8:1::a", "2001:db8:77::1", "::1",
           "::ffff:192.0.2.50", "::ffff:203.0.113.7", "::FFFF:10.1.2.3",
           "fe80::1%eth0", "local", "local", "pc7.example.com", "192.0.2.300"]
STEPS_2_TO_4 = {"directory-unavailable", "user-unknown", "user-ambiguous",
                "profile-missing", "account-disabled", "account-expired",
                "account-not-yet", "account-locked", "account-state-unreadable"}


@functools.cache
def clock_changes(zone_name):
    """Moments in 2026 at which a zone's clocks are changed."""
    zone = find_zone(zone_name)
    if zone is None:
        return []
    moment = datetime(2026, 1, 1, tzinfo=timezone.utc)
    found, before = [], moment.astimezone(zone).utcoffset()
    while moment.year == 2026:
        moment += timedelta(minutes=30)
        now = moment.astimezone(zone).utcoffset()
        if now != before:
            found.append(moment)
        before = now
    return found


class Requests:
    def __init__(self, rnd, made, estate):
        self.rnd, self.made, self.estate = rnd, made, estate
        self.subjects = {}
        for person in estate.people.values():
            for grant in estate.grants_for(person):
                if grant.allows and grant.actions:
                    self.subjects.setdefault(grant.name, (grant, []))[1].append(
                        person.one("uid"))
        self.drawable = list(self.subjects.values())
        # People whose account is as a rule in order.
        self.good = {uid for uid in made.plain_uids if self.is_good(uid)}

    def chance(self, probability):
        return self.rnd.random() < probability

    def cased(self, text):
        return text.upper() if self.chance(0.05) else text

    def is_good(self, uid):
        """An enabled account on some summer's day, and no owner's."""
        request = Request(uid, "settings.edit-own", None,
                          datetime(2026, 6, 20, 10, tzinfo=timezone.utc), {})
        facts = self.estate.facts_of(self.estate.by_uid[uid][0])[0]
        return decide(self.estate, request).result == "ALLOW" \
            and not facts.is_true("vmsProtected")

    def pick_user(self, users):
        good = [u for u in users if u.lower() in self.good]
        return self.rnd.choice(good if good and self.chance(0.8) else users)

    # --- when ---------------------------------------------------------------

    def moment(self, entries):
        """A moment, most often near an edge of what the entries say."""
        edges = []
        for entry in entries:
            for name in ("vmsNotBefore", "vmsNotAfter"):
                edge = parse_generalized_time(entry.one(name) or "")
                if edge:
                    edges.append(edge)
            for dn in entry.dns("vmsScheduleRef"):
                if dn in self.estate.schedules:
                    edges.append(self.schedule_edge(self.estate.schedules[dn]))
        if not edges or self.chance(0.15):
            edges = [datetime(2026, 1, 1, tzinfo=timezone.utc)
                     + timedelta(minutes=self.rnd.randint(0, 525599))]
        step = self.rnd.choice([0, 0, -1, 1, -60, 60, 59, 1800, -3600, 3600,
                                86400, -86400])
        return self.rnd.choice(edges) + timedelta(seconds=step)

    def schedule_edge(self, schedule):
        """The begin or end of a window on an ordinary or a special day."""
        name = schedule.one("vmsTimeZone") or self.rnd.choice(
            ["UTC", "Europe/Berlin", "America/New_York"])
        changes = clock_changes(name)
        if changes and self.chance(0.3):
            return self.rnd.choice(changes) + timedelta(
                minutes=self.rnd.choice([-91, -61, -60, -31, -30, -1, 0, 1, 15,
                                         29, 30, 59, 60, 61, 90]))
        parts = self.estate.schedule_parts(schedule.dn, "UTC")
        day = datetime(2026, 1, 1) + timedelta(days=self.rnd.randint(0, 364))
        if parts is None or not parts[0]:
            return day.replace(tzinfo=timezone.utc)
        windows, dates, zone = parts
        if dates and self.chance(0.5):
            day = datetime.combine(self.rnd.choice(sorted(dates)),
                                   datetime.min.time())
        elif changes and self.chance(0.3):
            day = datetime.combine(self.rnd.choice(changes).astimezone(zone),
                                   datetime.min.time())
        days, start, end = self.rnd.choice(windows)
        day += timedelta(days=self.rnd.choice([0, 0, 1]),
                         minutes=self.rnd.choice([start, end]))
        return day.replace(tzinfo=zone).astimezone(timezone.utc)

    # --- what ---------------------------------------------------------------

    def draw(self):
        """user, action, grant or None, context, entries that speak of time."""
        rnd, context = self.rnd, {}
        if self.chance(0.03):
            # The first few are protected, most of them owners.
            return (rnd.choice(self.made.users[:3]), rnd.choice(
                ["user.delete", "user.disable", "user.assign-role", "admin.edit",
                 "analytics-case.create", "analytics-case.create"]),
                None, context, [])
        if self.drawable and self.chance(0.55):
            grant, users = rnd.choice(self.drawable)
            user = self.pick_user(users)
            action = rnd.choice(sorted(grant.actions))
            looking_back = sorted(a for a in grant.actions
                                  if a.startswith(("archive.", "bookmark.")))
            if "archive-age" in grant.kinds and looking_back:
                action = rnd.choice(looking_back)
                if "archive.export" in looking_back and self.chance(0.5):
                    action = "archive.export"
            self.fulfil(grant, user, context)
            entries = [grant.entry]
        else:
            grant, entries = None, []
            user = self.pick_user(self.made.users)
            action = rnd.choice(list(VOCABULARY)) if self.chance(0.5) else \
                rnd.choice(["live.view", "archive.export", "layout.view",
                            "login.shell", "user.edit", "cameragroup.view"])
            if self.chance(0.03):
                user = "nobody9"
            if self.chance(0.02):
                action = rnd.choice(["live.wiew", "audio.listen", "Live.view"])
        entries += self.estate.by_uid.get(user.lower(), [])[:1]
        return user, action, grant, context, entries

    def fulfil(self, grant, user, context):
        """Most often meet the conditions of a grant."""
        if "approval" in grant.kinds and self.chance(0.85):
            refs = set(grant.entry.dns("vmsApproverRef"))
            able = [u for u in self.made.plain_uids if u != user and
                    self.estate.identities(self.estate.by_uid[u][0]) & refs]
            if able:
                context["approver"] = self.cased(self.rnd.choice(able))
        if "break-glass" in grant.kinds and self.chance(0.7):
            context["break-glass"] = "active"
        services = grant.entry.all("vmsService")
        if services and self.chance(0.8):
            context["service"] = self.rnd.choice(services)
        if "ip" in grant.kinds:
            context["from"] = self.rnd.choice(CLIENTS)

    def resource_for(self, action, grant, context):
        """KIND:NAME or -, most often one that the grant covers."""
        scope, rnd = VOCABULARY.get(action, ("camera", None))[0], self.rnd
        if scope in ("self", "system"):
            return "-"
        if scope == "user":
            able = self.made.plain_uids
            context["on-user"] = self.cased("ghost" if self.chance(0.02)
                                            else rnd.choice(able[:5] * 3 + able))
            return "-"
        if self.chance(0.03):
            scope = rnd.choice(list(KINDS))		# perhaps the wrong kind
        names = list(self.estate.by_name[scope].values())
        if grant and self.chance(0.85):
            probe = self.probe(action)
            near = [e for e in names if probe.covers(grant, action, e)]
            names = near or names
        if self.chance(0.01):
            return scope + ":ghost"
        return f"{scope}:{self.cased(rnd.choice(names).one('cn'))}"

    def probe(self, action):
        return Decision(self.estate, Request(
            "x", action, None, datetime.now(timezone.utc), {}))

    def client_of(self, user):
        """An address, most often one that the user's own pools hold."""
        person = self.estate.by_uid.get(user.lower(), [None])[0]
        facts = self.estate.facts_of(person) if person else []
        ranges = [r for f in facts for dn in f.dns("vmsIpPoolRef")
                  for r in self.estate.pools.get(dn, [])]
        near = [c for c in CLIENTS
                if parse_client(c) != UNKNOWN
                and any(in_range(parse_client(c), r) for r in ranges)]
        return self.rnd.choice(near if near and self.chance(0.6) else CLIENTS)

    def surroundings(self, context):
        """Words that any request may carry."""
        rnd = self.rnd
        if "from" not in context and self.chance(0.25):
            context["from"] = rnd.choice(CLIENTS)
        if self.chance(0.05):
            context["approver"] = rnd.choice(self.made.users[:8])
        if self.chance(0.1):
            context["recorder"] = self.cased(rnd.choice(
                sorted(self.estate.by_name["recorder"]) * 4 + ["rec9"]))
        if self.chance(0.05):
            context["break-glass"] = "active"
        if self.chance(0.07):
            context["directory"] = "down"
            context["snapshot-age"] = rnd.choice(
                ["0", "60", "3599", "3600", "3601", "86400", "86401"])
        if self.chance(0.07):
            context["policy.vmsLayoutMode"] = rnd.choice(["imply", "require"])
        if self.chance(0.04):
            context["policy.admin-manages-admins"] = rnd.choice(["TRUE", "FALSE"])
        if self.chance(0.03):
            context["policy.cache-max-age"] = "3600"

    def make(self):
        """One row's first columns, and the request; None if not settled."""
        user, action, grant, context, entries = self.draw()
        resource = self.resource_for(action, grant, context)
        self.surroundings(context)
        if "from" in context or action.startswith("login."):
            if self.chance(0.9):
                context["from"] = self.client_of(user)
        asked = action
        if action.startswith("login.") and self.chance(0.6):
            name = context.pop("service", None)
            if name is None or SERVICES[name][1] != action:
                name = self.rnd.choice([s for s, (_, a) in SERVICES.items()
                                        if a == action])
            asked = "service=" + ("ftp" if self.chance(0.02) else name)
            if SERVICES[name][0] == "batch":
                context.pop("from", None)
        elif action == "password.change-own" and self.chance(0.5):
            context.pop("service", None)
            asked = "service=passwd"
        elif "service" not in context and self.chance(0.08):
            context["service"] = self.rnd.choice(
                ["sshd", "vms-web", "vms-client", "su", "login"])
        if action == "analytics-case.create" and self.chance(0.4):
            context["license-level"] = str(self.rnd.randint(1, 3))
            if self.chance(0.4):
                context["active-cases-of-that-level"] = str(self.rnd.randint(0, 2))
        return self.cased(user), asked, resource, self.moment(entries), context


def is_settled(estate, request):
    """Whether the rules leave no doubt about a request."""
    context = request.context
    service = context.get("service") or request.asked.partition("service=")[2]
    service_class = SERVICES.get(service, (None,))[0]
    person = (estate.by_uid.get(request.user.lower()) or [None])[0]
    facts = estate.facts_of(person) if person else []
    # Does a user's pool bind cron?  And what address could cron come from?
    if service_class == "batch" and ("from" in context or any(
            (f.one("vmsIpMode") or "").lower() == "pool" for f in facts)):
        return False
    # Are cameras seen through broken glass an alarm of their own?
    if request.asked in ("layout.view", "cameragroup.view") \
            and "break-glass" in context:
        return False
    return True


def is_answer_settled(estate, request, verdict):
    # Does looking at a person ask for a higher rank?
    if request.asked == "user.view" and verdict.reason == "rank-too-low":
        return False
    # An absent recorder fails step 1 or step 5: only where both say the same.
    if verdict.reason == "recorder-unknown":
        plain = Request(request.user, "settings.edit-own", None, request.at,
                        {k: v for k, v in request.context.items()
                         if k in ("directory", "snapshot-age",
                                  "policy.cache-max-age")})
        return decide(estate, plain).reason not in STEPS_2_TO_4
    # (and where a disabled account meets a recorder that is not there)
    named = request.context.get("recorder")
    return not (named and verdict.reason in STEPS_2_TO_4
                and named.lower() not in estate.by_name["recorder"])


def write_rows(rnd, made, estate, count, out):
    requests, results, row = Requests(rnd, made, estate), Counter(), 0
    while row < count:
        user, asked, resource, at, context = requests.make()
        kind_name = None if resource == "-" else tuple(resource.split(":"))
        request = Request(user, asked, kind_name, at, context)
        if not is_settled(estate, request):
            continue
        verdict = decide(estate, request)
        if not is_answer_settled(estate, request, verdict):
            continue
        row += 1
        results[verdict.result] += 1
        words = ";".join(f"{k}={v}" for k, v in context.items()) or "-"
        form = "%Y-%m-%dT%H:%MZ" if at.second == 0 else "%Y-%m-%dT%H:%M:%SZ"
        out.write("\t".join([str(row), user, asked, resource,
                             at.strftime(form), words] + verdict.columns()) + "\n")
    return results


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__.split("\n\n")[1])
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    rnd = random.Random(seed)
    made = RandomEstate(rnd)
    text = made.text()
    with open(sys.argv[3], "w", encoding="utf-8") as out:
        out.write(text)
    with open(sys.argv[4], "w", encoding="utf-8") as out:
        out.write(f"# random requests, seed {seed}\n")
        results = write_rows(rnd, made, Estate(parse_ldif(text)), count, out)
    print(f"seed {seed}: {results['ALLOW']} ALLOW, {results['DENY']} DENY",
          file=sys.stderr)


if __name__ == "__main__":
    main()
