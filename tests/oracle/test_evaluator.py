# SPDX-License-Identifier: MIT
"""The evaluator's own trickiest parts, and every table of written cases.

Run: /usr/bin/python3 -m pytest tests/oracle
"""

import os
import sys
from datetime import date, datetime, timezone

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, "..", "data")
sys.path.insert(0, HERE)

from addresses import LOCAL, UNKNOWN, in_range, parse_client, parse_range
from evaluator import load, run_batch
from ldif import LdifError, lies_in, parse_dn, parse_ldif
from schedules import (find_zone, is_open, parse_except_date,
                       parse_generalized_time, parse_request_time,
                       parse_window)


def opened(windows, moment, zone="Europe/Berlin", dates=()):
    parsed = [parse_window(w) for w in windows.split(";")]
    dates = {date.fromisoformat(d) for d in dates}
    return is_open([w for w in parsed if w], dates,
                   parse_request_time(moment), find_zone(zone))


@pytest.mark.parametrize("windows, moment, expected", [
    # 2026-06-15 is a Monday; Berlin is two hours ahead in summer.
    ("mon-fri 08:00-18:00", "2026-06-15T05:59:59Z", False),
    ("mon-fri 08:00-18:00", "2026-06-15T06:00Z", True),
    ("mon-fri 08:00-18:00", "2026-06-15T15:59:59Z", True),
    ("mon-fri 08:00-18:00", "2026-06-15T16:00Z", False),
    ("mon-fri 08:00-18:00", "2026-06-20T08:00Z", False),
    ("sat-mon 00:00-24:00", "2026-06-14T22:00Z", True),		# Monday
    ("sat-mon 00:00-24:00", "2026-06-15T21:59:59Z", True),
    ("sat-mon 00:00-24:00", "2026-06-15T22:00Z", False),		# Tuesday
    ("fri 22:00-06:00", "2026-06-20T03:59:59Z", True),		# tail
    ("fri 22:00-06:00", "2026-06-20T04:00Z", False),
    ("fri 22:00-06:00", "2026-06-19T03:00Z", False),		# no head
    ("mon 08:00-08:00", "2026-06-15T06:00Z", True),
    ("mon 08:00-08:00", "2026-06-16T05:59Z", True),
    ("mon 08:00-08:00", "2026-06-16T06:00Z", False),
    ("mon 00:00-00:00", "2026-06-15T21:59Z", True),
    ("mon 00:00-00:00", "2026-06-15T22:00Z", False),
    ("daily-fri 08:00-18:00;mon 08:00-24:30", "2026-06-15T08:00Z", False),
])
def test_windows(windows, moment, expected):
    assert opened(windows, moment) is expected


@pytest.mark.parametrize("windows, moment, expected", [
    # 29 March 2026: 02:00 becomes 03:00 at 01:00 UTC.
    ("sun 02:00-03:00", "2026-03-29T00:59Z", False),
    ("sun 02:00-03:00", "2026-03-29T01:00Z", False),
    ("sun 01:30-03:30", "2026-03-29T00:30Z", True),
    ("sun 01:30-03:30", "2026-03-29T01:29Z", True),
    ("sun 01:30-03:30", "2026-03-29T01:30Z", False),
    # 25 October: 03:00 becomes 02:00 at 01:00 UTC; 02:30 comes twice.
    ("sun 02:15-02:45", "2026-10-25T00:14Z", False),
    ("sun 02:15-02:45", "2026-10-25T00:30Z", True),
    ("sun 02:15-02:45", "2026-10-25T00:45Z", False),
    ("sun 02:15-02:45", "2026-10-25T01:00Z", False),
    ("sun 02:15-02:45", "2026-10-25T01:30Z", True),
    ("sat 23:00-02:30", "2026-10-25T00:29Z", True),
    ("sat 23:00-02:30", "2026-10-25T00:30Z", False),
    ("sat 23:00-02:30", "2026-10-25T01:00Z", True),		# 02:00 again
    ("sat 23:00-02:30", "2026-10-25T01:30Z", False),
])
def test_clock_changes(windows, moment, expected):
    assert opened(windows, moment) is expected


def test_half_hour_change():
    # Lord Howe Island goes back from 02:00 to 01:30, on 5 April.
    assert opened("sun 01:30-02:00", "2026-04-04T14:59Z", "Australia/Lord_Howe")
    assert opened("sun 01:30-02:00", "2026-04-04T15:29Z", "Australia/Lord_Howe")
    assert not opened("sun 01:30-02:00", "2026-04-04T15:30Z",
                      "Australia/Lord_Howe")


@pytest.mark.parametrize("moment, dates, expected", [
    ("2026-06-19T20:30Z", ["2026-06-19"], False),	# begins on the date
    ("2026-06-20T02:00Z", ["2026-06-19"], False),	# and its tail
    ("2026-06-20T02:00Z", ["2026-06-20"], True),	# evening before
    ("2026-06-20T20:30Z", ["2026-06-20"], False),
    ("2026-06-19T21:30Z", ["2026-06-20"], True),
    # 23:30 UTC on the 18th is the 19th in Berlin.
    ("2026-06-18T23:30Z", ["2026-06-18"], False),
    ("2026-06-18T23:30Z", ["2026-06-19"], True),
])
def test_exception_dates(moment, dates, expected):
    assert opened("daily 22:00-06:00", moment, dates=dates) is expected


@pytest.mark.parametrize("text", [
    "daily-fri 08:00-18:00", "mon 24:00-06:00", "mon 08:00-24:01",
    "mon 8:00-18:00", "mon 08:60-18:00", "mon,tue 08:00-18:00",
    "mon 08:00-18:00 tue", "08:00-18:00", "", "mon 08:00-25:00"])
def test_unreadable_windows(text):
    assert parse_window(text) is None


def test_zones_are_those_of_the_list():
    assert find_zone("Europe/Berlin")
    for name in ("Europe", "europe/berlin", "../zoneinfo/UTC", "/etc/localtime",
                 "posix/UTC", "tzdata.zi", ""):
        assert find_zone(name) is None


def test_times():
    noon = datetime(2026, 6, 15, 12, tzinfo=timezone.utc)
    for text in ("20260615120000Z", "2026061512Z", "20260615120000.0Z",
                 "20260615140000+0200", "202606150800-04"):
        assert parse_generalized_time(text) == noon
    assert parse_generalized_time("2026061511.5Z").minute == 30
    assert parse_generalized_time("202606151159.5Z").second == 30
    for text in ("20260615120000", "20260230120000Z", "2026-06-15", ""):
        assert parse_generalized_time(text) is None
    assert parse_except_date("2026-02-30") is None


@pytest.mark.parametrize("text, inside, outside", [
    ("192.0.2.0/24", ["192.0.2.0", "192.0.2.255", "::ffff:192.0.2.9"],
     ["192.0.1.255", "192.0.3.0", "::192.0.2.9", "local"]),
    ("192.0.2.77/25", ["192.0.2.0", "192.0.2.127"], ["192.0.2.128"]),
    ("198.51.100.10-198.51.100.20", ["198.51.100.10", "198.51.100.20"],
     ["198.51.100.9", "198.51.100.21"]),
    ("2001:db8:10::7/48", ["2001:db8:10::", "2001:DB8:10:ffff::1"],
     ["2001:db8:11::"]),
    ("203.0.113.7", ["203.0.113.7"], ["203.0.113.8"]),
    ("0.0.0.0/0", ["255.255.255.255", "::ffff:1.2.3.4"], ["::1", "local"]),
    ("::/0", ["::1", "fe80::1%eth0"], ["1.2.3.4", "::ffff:1.2.3.4"]),
    ("Local", ["local"], ["127.0.0.1", "::1"]),
    ("127.0.0.0/8", ["127.0.0.1"], ["local"]),
])
def test_ranges(text, inside, outside):
    for address in inside:
        assert in_range(parse_client(address), parse_range(text)), address
    for address in outside:
        assert not in_range(parse_client(address), parse_range(text)), address


@pytest.mark.parametrize("text", [
    "198.51.100.20-198.51.100.10", "192.0.2.1-2001:db8::1",
    "::ffff:192.0.2.0/120", "::ffff:192.0.2.1-::ffff:192.0.2.9",
    "192.0.2.0/33", "2001:db8::/129", "192.0.2.0/255.255.255.0",
    "192.0.2.0/", "192.0.2", "host.example.com", "999.1.1.1/99",
    "192.0.2.0/24-192.0.2.9", "192.0.2.1 - 192.0.2.9", ""])
def test_ranges_that_match_nothing(text):
    assert parse_range(text) is None


def test_clients():
    assert parse_client("local") == LOCAL
    for text in ("pc7.example.com", "192.0.2.010", "192.0.2.300", "1:2", ""):
        assert parse_client(text) == UNKNOWN
    assert str(parse_client("fe80::1%eth0")) == "fe80::1"
    assert str(parse_client("::FFFF:192.0.2.1")) == "192.0.2.1"


def test_names_compare():
    plain = parse_dn("cn=cam gate,ou=cameras,dc=example,dc=com")
    assert plain == parse_dn("CN = Cam  Gate , OU=cameras, dc=EXAMPLE,dc=com")
    assert parse_dn(r"cn=a\,b,dc=x") == parse_dn(r"cn=a\2Cb,dc=x")
    assert lies_in(plain, "cameras") and not lies_in(plain[1:], "cameras")


def test_ldif():
    entries = parse_ldif(
        "version: 1\n# a remark\n  that goes on\n\ndn:: Y249YSxkYz14\nCN: a\n"
        "description: one\n  two\nuserPassword: secret\n\n\ndn: cn=b,dc=x\n"
        "cn:: Yg==\n")
    assert [e.text_dn for e in entries] == ["cn=a,dc=x", "cn=b,dc=x"]
    assert entries[0].one("description") == "one two"
    assert entries[0].one("userPassword") is None
    assert entries[1].one("CN") == "b"
    for bad in ("dn: cn=a\ncn:< file:///etc/passwd\n", "cn: a\n",
                "dn: cn=a\nchangetype: add\n", "dn: cn=a\nnothing\n"):
        with pytest.raises(LdifError):
            parse_ldif(bad)


@pytest.mark.parametrize("ldif, rows", [
    ("fixture.ldif", os.path.join(DATA, "decisions.tsv")),
    ("fixture-partial.ldif", os.path.join(DATA, "decisions-partial.tsv")),
    ("fixture.ldif", os.path.join(HERE, "decisions-more.tsv")),
    ("fixture-partial.ldif", os.path.join(HERE, "decisions-more-partial.tsv")),
    ("fixture-odd.ldif", os.path.join(DATA, "decisions-odd.tsv")),
])
def test_written_cases(ldif, rows, capsys):
    status = run_batch(load([os.path.join(DATA, ldif)]), rows)
    assert status == 0, capsys.readouterr().out


def test_batch_rows_that_cannot_be_read(tmp_path, capsys):
    rows = tmp_path / "rows.tsv"
    good = "1\tvera\tlive.view\tcamera:cam-dock\t2026-06-15T08:00Z\t-\tALLOW\t"
    rows.write_text("# remark\n\n" + good + "grant:g-viewers\t-\n"
                    + good + "grant:g-x\t-\n" + good + "\n"
                    + good.replace("\t-\t", "\twhat=ever\t") + "x\t-\n")
    estate = load([os.path.join(DATA, "fixture.ldif")])
    assert run_batch(estate, str(rows)) == 2
    captured = capsys.readouterr()
    assert captured.out.endswith("2 rows, 1 differ\n")
    assert f"{rows}:5:" in captured.err and f"{rows}:6:" in captured.err
