# SPDX-License-Identifier: MIT
"""Client addresses, and the ranges of a pool.  Nothing is ever resolved."""

import ipaddress
import re

LOCAL = "local"			# the console of the recorder itself
UNKNOWN = "unknown"		# a name, rubbish, or nothing was given


def parse_client(text):
    """What a request's address means: LOCAL, UNKNOWN or an IP address."""
    if text == LOCAL:
        return LOCAL
    # The interface of a link-local address says nothing about who calls.
    address = parse_ip(text.split("%")[0])
    if address is None:
        return UNKNOWN
    # ::ffff:192.0.2.1 is how a v6 socket shows the v4 client 192.0.2.1.
    return getattr(address, "ipv4_mapped", None) or address


def parse_ip(text):
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def parse_range(text):
    """LOCAL, or (first, last) of one family; None matches nothing.

    Nothing matches: what cannot be read, first after last, two families,
    and a v4 address in v6 clothes, because clients are unclothed before.
    """
    if text.lower() == LOCAL:
        return LOCAL
    if "-" in text:
        first, last = (parse_ip(part) for part in text.split("-", 1))
    elif "/" in text:
        first, last = parse_network(text)
    else:
        first = last = parse_ip(text)
    if first is None or last is None or "%" in text:
        return None
    if first.version != last.version or first > last:
        return None
    if getattr(first, "ipv4_mapped", None) or getattr(last, "ipv4_mapped", None):
        return None
    return first, last


def parse_network(text):
    """First and last address; bits of the host part do not count."""
    base, _, bits = text.partition("/")
    base = parse_ip(base)
    # A mask written as an address is not part of the notation.
    if base is None or not re.fullmatch("[0-9]{1,3}", bits):
        return None, None
    if int(bits) > base.max_prefixlen:
        return None, None
    net = ipaddress.ip_network(f"{base}/{int(bits)}", strict=False)
    return net.network_address, net.broadcast_address


def in_range(address, parsed):
    """Whether a known address (or LOCAL) lies in a range parse_range gave."""
    if parsed is None:
        return False
    if parsed == LOCAL or address == LOCAL:
        # Loopback is a network like any other; only the word is the console.
        return parsed == address
    first, last = parsed
    return first.version == address.version and first <= address <= last
