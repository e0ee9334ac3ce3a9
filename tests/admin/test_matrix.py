# SPDX-License-Identifier: MIT
"""report matrix: one page that says who may do what, and why."""

import html.parser
import os
import re
import shutil
import struct
import subprocess
import zlib

import pytest

CHROMIUM = shutil.which("chromium")
LONG = os.environ.get("VMS_LONG") == "1"
MANY = int(os.environ.get("VMS_MATRIX_USERS", "10000" if LONG else "1000"))


class Page(html.parser.HTMLParser):
    """Elements, text of cells, and whether every element is closed."""
    VOID = {"meta", "br", "link"}

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.ids, self.links = [], [], set(), set()
        self.cells, self.cell, self.attrs = [], None, []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attrs += attrs
        attrs = dict(attrs)
        if "id" in attrs:
            assert attrs["id"] not in self.ids
            self.ids.add(attrs["id"])
        if "href" in attrs:
            self.links.add(attrs["href"])
        if tag in ("td", "th"):
            self.cell = ""
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag
        if tag in ("td", "th"):
            self.cells.append(self.cell)
            self.cell = None

    def handle_data(self, data):
        if self.cell is not None:
            self.cell += data


def matrix(ctl, name="matrix.html"):
    path = os.path.join(ctl.folder, name)
    ctl.ok("report", "matrix", "--html", path)
    with open(path) as f:
        return path, f.read()


def test_one_page_that_needs_nothing(server, ctl):
    """No script, no network, no other file; every link leads somewhere in
    the page; the file is its owner's alone."""
    path, text = matrix(ctl)
    page = Page(text)
    assert not set(page.tags) & {"script", "img", "link", "iframe", "object"}
    assert not re.search(r"https?:|url\(|@import", text)
    assert "default-src 'none'" in text
    assert not [k for k, _ in page.attrs if k.startswith("on")]
    assert {i[1:] for i in page.links} <= page.ids
    assert os.stat(path).st_mode & 0o777 == 0o600
    assert [f for f in os.listdir(ctl.folder) if f.startswith(
        "matrix.html.")] == []


def test_what_it_says(server, ctl):
    """C28: roles by actions as the roles are; every user; cameras with the
    grants that reports name too."""
    page = Page(matrix(ctl)[1])
    for action in ("live.view", "ptz.control", "policy.edit"):
        assert action in page.cells
    people = server.entries("ou=people," + server.suffix,
                            "(objectClass=vmsUser)")
    for e in people.values():
        assert e["uid"][0] in page.cells
    why = {w for r in ctl.ok("report user lars --json").json
           if r["kind"] == "camera" for w in r["why"]}
    assert why and all(any(w in c for c in page.cells) for w in why)
    assert any("cam-vault" in c for c in page.cells)
    assert "g-vault" in page.cells


def test_names_are_never_markup(server, ctl):
    """What stands in the directory is text: not an element, not an
    attribute, not a broken byte."""
    evil = "<script>alert(1)</script>&\"'"
    ctl.ok("user", "set", "lars", "--last-name", evil, "--reason", evil)
    ctl.ok("grant", "set", "g-guards", "--reason", "</table><b>")
    page = Page(matrix(ctl)[1])
    assert "script" not in page.tags and "b" not in page.tags
    assert any(evil in c for c in page.cells)


def test_a_full_disk_leaves_the_old_page(server, ctl):
    """A page that cannot be written whole does not replace the old one."""
    path, text = matrix(ctl)
    done = ctl("report", "matrix", "--html", path + "/no-folder")
    assert done.rc == 1 and "no-folder" in done.err
    with open(path) as f:
        assert f.read() == text
    assert ctl("report matrix").rc == 2


def estate(users, cameras=300, recorders=30):
    """Users in 40 groups, each with its own cameras; some with a grant of
    their own."""
    vms = "ou=vms,dc=example,dc=com"
    out = []
    for i in range(recorders):
        out.append("dn: cn=r%03d,ou=recorders,%s\nobjectClass: vmsRecorder\n"
                   "cn: r%03d\nvmsHostName: r%03d.example.com\n"
                   "vmsEnabled: TRUE\n" % (i, vms, i, i))
    for i in range(cameras):
        out.append("dn: cn=c%04d,ou=cameras,%s\nobjectClass: vmsCamera\n"
                   "cn: c%04d\nvmsHomeRecorder: cn=r%03d,ou=recorders,%s\n"
                   % (i, vms, i, i % recorders, vms))
    for i in range(users):
        out.append(
            "dn: uid=m%05d,ou=people,dc=example,dc=com\n"
            "objectClass: inetOrgPerson\nobjectClass: posixAccount\n"
            "objectClass: vmsUser\nuid: m%05d\ncn: Member %d\nsn: M\n"
            "uidNumber: %d\ngidNumber: 100\nhomeDirectory: /home/m\n"
            "vmsAccountState: enabled\nvmsIpMode: any\n"
            % (i, i, i, 100000 + i))
    for g in range(40):
        out.append("dn: cn=team%02d,ou=groups,dc=example,dc=com\n"
                   "objectClass: groupOfNames\ncn: team%02d\n" % (g, g) +
                   "".join("member: uid=m%05d,ou=people,dc=example,dc=com\n"
                           % i for i in range(g, users, 40)))
        out.append("dn: cn=t%02d,ou=grants,%s\nobjectClass: vmsRoleGrant\n"
                   "cn: t%02d\nvmsEffect: allow\nvmsSubjectScope: listed\n"
                   "vmsSubject: cn=team%02d,ou=groups,dc=example,dc=com\n"
                   "vmsRoleRef: cn=nx.viewer,ou=roles,%s\n"
                   "vmsTargetScope: listed\nvmsCondition: none\n"
                   % (g, vms, g, g, vms) +
                   "".join("vmsTarget: cn=c%04d,ou=cameras,%s\n" % (c, vms)
                           for c in range(g, cameras, 3)))
    for i in range(0, users, 50):
        out.append("dn: cn=own%05d,ou=grants,%s\nobjectClass: "
                   "vmsActionGrant\ncn: own%05d\nvmsEffect: allow\n"
                   "vmsSubjectScope: listed\n"
                   "vmsSubject: uid=m%05d,ou=people,dc=example,dc=com\n"
                   "vmsAction: ptz.control\nvmsTargetScope: listed\n"
                   "vmsTarget: cn=c%04d,ou=cameras,%s\nvmsCondition: none\n"
                   % (i, vms, i, i, i % cameras, vms))
    return "\n".join(out)


@pytest.fixture
def large(server):
    server.stop()
    server.slapadd(estate(MANY))
    server.start()
    return server


def test_many_users(large, ctl):
    """The page grows with what differs, not with the users: they share a
    group where they have been given the same; all are named."""
    ctl.timeout = 300
    path, text = matrix(ctl)
    page = Page(text)
    assert {"m%05d" % i for i in range(MANY)} <= set(page.cells)
    size = os.path.getsize(path)
    print("%d users: %d bytes, %d lists" % (MANY, size, text.count(
        "<h3 id=\"s")))
    assert size < 400 * MANY + 2_000_000


def pixels(path):
    """(width, height, rows of bytes, bytes a pixel) of a PNG as Chromium
    writes them: 8 bits, RGB or RGBA, not interlaced."""
    with open(path, "rb") as f:
        data = f.read()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, packed = 8, b""
    while at < len(data):
        n, kind = struct.unpack(">I4s", data[at:at + 8])
        if kind == b"IHDR":
            w, h, bits, colour = struct.unpack(">IIBB", data[at + 8:at + 18])
            assert bits == 8 and colour in (2, 6)
        if kind == b"IDAT":
            packed += data[at + 8:at + 8 + n]
        at += n + 12
    step = 3 if colour == 2 else 4
    raw, line, rows, prev = zlib.decompress(packed), w * step, [], None
    for y in range(h):
        kind = raw[y * (line + 1)]
        row = bytearray(raw[y * (line + 1) + 1:(y + 1) * (line + 1)])
        up = prev or bytearray(line)
        for x in range(line):
            a = row[x - step] if x >= step else 0
            b, c = up[x], up[x - step] if x >= step else 0
            p = a + b - c
            paeth = min((a, b, c), key=lambda v: abs(p - v))
            row[x] = (row[x] + (0, a, b, (a + b) // 2, paeth)[kind]) & 255
        rows.append(row)
        prev = row
    return w, h, rows, step


@pytest.mark.skipif(not (LONG and CHROMIUM), reason="with --long, where "
                    "chromium is")
@pytest.mark.parametrize("dark", [False, True])
def test_screenshot(server, ctl, tmp_path, dark):
    """A browser without network draws it: a page of its colour, with ink on
    it, and no wider than the window."""
    path = matrix(ctl)[0]
    shot = str(tmp_path / "page.png")
    subprocess.run(
        ["unshare", "-n", CHROMIUM, "--headless", "--no-sandbox",
         "--disable-gpu", "--hide-scrollbars", "--window-size=1280,900",
         "--user-data-dir=" + str(tmp_path / "profile"),
         *(["--force-dark-mode",
            "--blink-settings=preferredColorScheme=0"] if dark else []),
         "--screenshot=" + shot, "file://" + path],
        check=True, capture_output=True, timeout=120)
    w, h, rows, step = pixels(shot)
    assert (w, h) == (1280, 900)
    corner = tuple(rows[0][:3])
    assert corner == ((0x14, 0x17, 0x1b) if dark else (255, 255, 255))
    ink = sum(1 for row in rows for x in range(0, len(row), step)
              if abs(row[x] - corner[0]) > 100)
    assert ink > 2000
    keep = os.environ.get("VMS_KEEP_SHOTS")
    if keep:
        shutil.copy(shot, os.path.join(keep, "matrix-%s.png" % (
            "dark" if dark else "light")))


@pytest.mark.skipif(not (LONG and CHROMIUM), reason="with --long, where "
                    "chromium is")
def test_print(server, ctl, tmp_path):
    """It prints: several pages of paper, not a picture of a screen."""
    path = matrix(ctl)[0]
    pdf = str(tmp_path / "page.pdf")
    subprocess.run(
        ["unshare", "-n", CHROMIUM, "--headless", "--no-sandbox",
         "--disable-gpu", "--user-data-dir=" + str(tmp_path / "profile"),
         "--print-to-pdf=" + pdf, "file://" + path],
        check=True, capture_output=True, timeout=120)
    with open(pdf, "rb") as f:
        data = f.read()
    assert data.startswith(b"%PDF-") and len(re.findall(
        rb"/Type\s*/Page\b", data)) >= 4
