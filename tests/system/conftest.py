# SPDX-License-Identifier: MIT
"""System tests run inside a world (tests/lib/world.py run --root DIR ...),
one file of tests in one world."""

import os
import sys

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))

from world import World  # noqa: E402


def pytest_sessionstart(session):
    if "VMS_WORLD" not in os.environ:
        pytest.exit("run these as: tests/lib/world.py run --root DIR "
                    "/usr/bin/python3 -m pytest tests/system/FILE", 2)


@pytest.fixture(scope="module")
def world(request):
    """The module's world; its options are the module's WORLD."""
    with World(**getattr(request.module, "WORLD", {})) as w:
        yield w


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    base = os.environ["VMS_WORLD"]
    if report.failed:
        for name in "vmsd", "syslog":
            path = os.path.join(base, name + ".log")
            if os.path.exists(path):
                with open(path, errors="replace") as f:
                    report.sections.append((name, f.read()[-3000:]))
