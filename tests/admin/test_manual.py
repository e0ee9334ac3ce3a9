# SPDX-License-Identifier: MIT
"""The manual page and --help name the same commands and options."""

import os
import re
import subprocess

import pytest

from conftest import VMSCTL

PAGE = os.path.join(os.path.dirname(__file__), "..", "..", "man",
                    "vmsctl.1")
NOUNS = ["license", "gc", "report", "import", "export"]


def told(noun):
    """{command: options} of `vmsctl NOUN --help`."""
    text = subprocess.run([VMSCTL, noun, "--help"], capture_output=True,
                          text=True, check=True).stdout
    text = text.split("Options of every command")[0]
    found, last = {}, None
    for line in text.splitlines():
        if line.startswith("  vmsctl "):
            last = " ".join(re.findall(r" ([a-z][a-z-]*)(?= |$)",
                                       line[8:]))
            found[last] = set()
        else:
            found.get(last, set()).update(re.findall(r"--([a-z-]+)", line[:26]))
    return found


def written():
    """{command: text} of the page."""
    with open(PAGE) as f:
        items = re.split(r"^\.It ", f.read(), flags=re.M)
    return {re.match(r"Cm ([a-z]+(?: [a-z]+)*)", i).group(1): i
            for i in items if i.startswith("Cm ")}


@pytest.mark.parametrize("noun", NOUNS)
def test_same_commands(noun):
    """C33: each command of --help stands in vmsctl(1), and no other; so do
    its own options."""
    page = {c: t for c, t in written().items() if c.split()[0] == noun}
    said = told(noun)
    assert set(page) == set(said)
    with open(PAGE) as f:
        text = f.read()
    for command, options in said.items():
        for o in options:
            assert "Fl -" + o in text, (command, o)
