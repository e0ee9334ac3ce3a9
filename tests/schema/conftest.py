# SPDX-License-Identifier: MIT
"""What the tests of ldap_schema/ share: a loaded server, parsed LDIF."""

import io
import os
import sys

import ldif
import pytest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))
import slapd  # noqa: E402
import slapd_conf  # noqa: E402
from tls import Tls  # noqa: E402


def parse_ldif(text):
    """{dn: {attribute: [str]}} of the content records in TEXT."""
    reader = ldif.LDIFRecordList(io.StringIO(text))
    reader.parse()
    return {dn: {k: [v.decode() for v in values]
                 for k, values in entry.items()}
            for dn, entry in reader.all_records}


@pytest.fixture(scope="session")
def parse():
    return parse_ldif


@pytest.fixture(scope="session")
def files(tmp_path_factory):
    """A folder with all files of ldap_schema/, the generated ones too."""
    folder = tmp_path_factory.mktemp("files")
    slapd_conf.collect(str(folder))
    return folder


@pytest.fixture(scope="session")
def tls(tmp_path_factory):
    return Tls(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def estate(tls):
    """A server with the preset nx and the sample estate.  Tests of a module
    share it and leave its people, roles and grants as they found them."""
    with slapd.Slapd(tls=tls) as server:
        server.load()
        yield server


@pytest.fixture
def server(tls):
    """A loaded server of one's own, for a test that changes it."""
    with slapd.Slapd(tls=tls) as own:
        own.load()
        yield own
