# SPDX-License-Identifier: MIT
"""Read LDIF content records and compare distinguished names.

Knows folding, comments and base64 values.  It does not know change records
or values fetched from a URL: both are refused, as an estate is data only.
"""

import base64
import re


class LdifError(Exception):
    """The text is no LDIF content."""


class Entry:
    """One record: its name, and its values under lower-case attribute names."""

    def __init__(self, dn, attrs):
        self.text_dn = dn
        self.dn = parse_dn(dn)
        self.attrs = attrs
        self.classes = {v.lower() for v in attrs.get("objectclass", [])}

    def all(self, name):
        return self.attrs.get(name.lower(), [])

    def one(self, name):
        """The only value, or None where the attribute is absent."""
        values = self.all(name)
        return values[0] if values else None

    def dns(self, name):
        return [parse_dn(v) for v in self.all(name)]

    def is_true(self, name):
        """Absent is FALSE: what is not said never widens."""
        return (self.one(name) or "").upper() == "TRUE"


def split_unescaped(text, separator):
    """Split at each separator that no backslash stands before."""
    parts, part, i = [], "", 0
    while i < len(text):
        if text[i] == "\\" and i + 1 < len(text):
            part += text[i:i + 2]
            i += 2
        elif text[i] == separator:
            parts.append(part)
            part, i = "", i + 1
        else:
            part += text[i]
            i += 1
    return parts + [part]


def unescape(text):
    """Undo the two escapes of a DN: a pair of hex digits, a plain character."""
    def plain(match):
        pair = match.group(1)
        return chr(int(pair, 16)) if len(pair) == 2 else pair
    return re.sub(r"\\([0-9a-fA-F]{2}|.)", plain, text)


_seen = {}


def parse_dn(text):
    """A DN as a tuple of RDNs, leaf first, in the form in which it compares.

    Case does not count, nor do spaces around the separators, nor how many
    spaces stand between two words of a value.
    """
    if text not in _seen:
        rdns = []
        for rdn in split_unescaped(text, ","):
            pairs = []
            for pair in split_unescaped(rdn, "+"):
                name, _, value = pair.partition("=")
                value = " ".join(unescape(value.strip()).split())
                pairs.append(name.strip().lower() + "=" + value.lower())
            rdns.append("+".join(sorted(pairs)))
        _seen[text] = tuple(rdns)
    return _seen[text]


def lies_in(dn, container):
    """Whether dn is a direct child of a container called ou=CONTAINER."""
    return len(dn) > 1 and dn[1] == "ou=" + container


def unfold(text):
    """Logical lines: a line that starts with a space continues the last."""
    lines = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if line.startswith(" ") and lines:
            lines[-1] += line[1:]
        else:
            lines.append(line)
    return [line for line in lines if not line.startswith("#")]


def parse_line(line):
    """Name and value of one logical line."""
    name, colon, rest = line.partition(":")
    if not colon:
        raise LdifError("no colon in: " + name)
    if rest.startswith("<"):
        raise LdifError(name + ": values from a URL are refused")
    if rest.startswith(":"):
        raw = base64.b64decode(rest[1:].strip(), validate=True)
        return name.lower(), raw.decode("utf-8", "surrogateescape")
    return name.lower(), rest.lstrip(" ")


def parse_ldif(text):
    """All entries of a text, in its order."""
    entries, record = [], []
    for line in unfold(text) + [""]:
        if line:
            record.append(parse_line(line))
            continue
        if record and record[0][0] == "version":
            record = record[1:]
        if record:
            entries.append(make_entry(record))
        record = []
    return entries


def make_entry(record):
    (name, dn), attrs = record[0], {}
    if name != "dn":
        raise LdifError("a record starts with " + name + " in place of dn")
    for name, value in record[1:]:
        if name in ("changetype", "control"):
            raise LdifError(dn + ": change records are refused")
        if name != "userpassword":
            attrs.setdefault(name, []).append(value)
    return Entry(dn, attrs)
