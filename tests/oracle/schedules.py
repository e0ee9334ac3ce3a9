# SPDX-License-Identifier: MIT
"""Weekly windows on the wall clock of a zone, and the times of a directory."""

import functools
import re
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAY = "(" + "|".join(DAYS) + ")"
WINDOW = re.compile(
    rf"(?:daily|{DAY}(?:-{DAY})?) +([0-9]{{2}}):([0-9]{{2}})-([0-9]{{2}}):([0-9]{{2}})")
TIME = re.compile(
    r"([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})?([0-9]{2})?"
    r"(?:[.,]([0-9]+))?(Z|[+-][0-9]{2}(?:[0-9]{2})?)")


@functools.cache
def zone_names():
    """The zones that the system's own list names; files beside it are none."""
    names = set()
    with open("/usr/share/zoneinfo/tzdata.zi", encoding="ascii") as lines:
        for line in lines:
            words = line.split()
            if words and words[0] == "Z":
                names.add(words[1])
            elif words and words[0] == "L":
                names.add(words[2])
    return names


def find_zone(name):
    """The zone, or None for a name that the time zone data does not have."""
    return ZoneInfo(name) if name in zone_names() else None


@functools.cache
def parse_window(text):
    """(days, start, end) with minutes of the day; None if unreadable."""
    match = WINDOW.fullmatch(text.strip().lower())
    if not match:
        return None
    first, last = match.group(1), match.group(2)
    hours = [int(match.group(i)) for i in (3, 4, 5, 6)]
    start, end = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
    # Midnight may be written 24:00 where a window ends, and only there.
    if hours[0] > 23 or hours[1] > 59 or hours[3] > 59 or end > 24 * 60:
        return None
    if first is None:
        days = set(range(7))
    else:
        # sat-mon wraps over the end of the week.
        one = DAYS.index(first)
        count = (DAYS.index(last or first) - one) % 7
        days = {(one + i) % 7 for i in range(count + 1)}
    return days, start, end


def parse_except_date(text):
    """The date of YYYY-MM-DD; None if unreadable."""
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text.strip()):
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def is_open(windows, except_dates, moment, zone):
    """Whether any window holds the moment.

    Only what a clock on the wall in the zone shows is looked at, minutes and
    no seconds: an hour that comes twice is open twice or closed twice, and a
    window inside an hour that is skipped never opens.
    """
    wall = moment.astimezone(zone)
    minute = wall.hour * 60 + wall.minute
    today = wall.date()
    yesterday = today - timedelta(days=1)
    for days, start, end in windows:
        overnight = end <= start		# 08:00-08:00 is 24 hours
        # The part on the day the window begins.  The end is outside.
        if today.weekday() in days and today not in except_dates:
            if start <= minute and (overnight or minute < end):
                return True
        # The tail belongs to the day before: an exception on that day takes
        # it away, an exception on the day of the tail does not.
        if overnight and yesterday.weekday() in days \
                and yesterday not in except_dates and minute < end:
            return True
    return False


def parse_generalized_time(text):
    """A moment of the directory, or None if unreadable."""
    match = TIME.fullmatch(text.strip())
    if not match:
        return None
    year, month, day, hour, minute, second, part, zone = match.groups()
    if second and not minute:
        return None
    try:
        moment = datetime(int(year), int(month), int(day), int(hour),
                          int(minute or 0), int(second or 0),
                          tzinfo=timezone.utc)
    except ValueError:
        return None
    # A fraction is one of the last unit that is written.
    unit = 1 if second else 60 if minute else 3600
    moment += timedelta(seconds=unit * float("0." + (part or "0")))
    if zone != "Z":
        away = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5] or 0))
        moment += -away if zone[0] == "+" else away
    return moment


def parse_request_time(text):
    """YYYY-MM-DDThh:mm[:ss]Z, else ValueError."""
    form = "%Y-%m-%dT%H:%MZ" if len(text) == 17 else "%Y-%m-%dT%H:%M:%SZ"
    return datetime.strptime(text, form).replace(tzinfo=timezone.utc)
