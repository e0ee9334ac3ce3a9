#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Check a table of requests with a slow, plain evaluator of the decision.

usage: evaluator.py --ldif FILE [--ldif FILE ...] --batch FILE

The C engine is held against its answers.  Prints each row that differs and
a line of counts.
Exit: 0 all rows agree, 1 some differ, 2 a file or a row cannot be read.
"""

import argparse
import sys

from decision import Request, decide
from estate import KINDS, Estate
from ldif import LdifError, parse_ldif
from schedules import parse_request_time

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
