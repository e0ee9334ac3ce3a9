# SPDX-License-Identifier: MIT
"""Access, roles, grants and the four errors of consistency."""

import pytest

from conftest import VMSCTL  # noqa: F401


@pytest.fixture
def gus(server, ctl):
    """A user with a role and nothing to use it on."""
    ctl.ok("policy set --default-access none", who="admin")
    ctl.ok("user add gus --role live-viewer")
    return server


def targets(server, name="user:gus"):
    e = server.entry(server.vms("grants", name))
    return sorted(t.split(",")[0][3:] for t in e.get("vmsTarget", [])) \
        if e else None


def test_A18_default_access_none(gus, ctl):
    assert targets(gus) == []
    assert gus.entry(gus.vms("grants", "user:gus"))["vmsTargetScope"] == \
        ["listed"]
    ctl.ok("user access add gus recorder:rec01")
    assert targets(gus, "user:gus:members") == ["rec01"]
    ctl.refused(4, "no-grant", "user access add gus recorder:rec02",
                who="vera")


def test_C27_default_access_all(server, ctl):
    ctl.ok("user add gus --role viewer")
    g = server.entry(server.vms("grants", "user:gus"))
    assert g["vmsTargetScope"] == ["all"]


def test_A18_a_grant_needs_a_target(gus, ctl):
    ctl.refused(3, "target-missing",
                "grant add g9 --subject user:gus --role nx.viewer")
    ctl.ok("grant add g9 --subject user:gus --role nx.viewer "
           "--target camera:cam-gate")


def test_B09_B34_B35_layout(gus, ctl):
    done = ctl.refused(3, "layout-cameras-missing",
                       "user access add gus layout:front")
    assert "camera:cam-gate" in done.err and "camera:cam-lobby" in done.err
    ctl.ok("user access add gus camera:cam-gate camera:cam-lobby "
           "layout:front")
    assert targets(gus) == ["cam-gate", "cam-lobby", "front"]


def test_B35_add_cameras(gus, ctl):
    ctl.ok("user access add gus layout:front --add-cameras")
    assert targets(gus) == ["cam-gate", "cam-lobby", "front"]


def test_B10_B36_group(gus, ctl):
    done = ctl.refused(3, "group-cameras-missing",
                       "user access add gus cameragroup:cg-hq")
    assert "camera:cam-gate" in done.err
    ctl.ok("user access add gus cameragroup:cg-hq --add-cameras")
    assert targets(gus) == ["cam-gate", "cam-lobby", "cg-hq"]


def test_B10_group_with_members(gus, ctl):
    ctl.ok("user access add gus cameragroup:cg-site --with-members")
    g = gus.entry(gus.vms("grants", "user:gus:members"))
    assert g["vmsCascade"] == ["TRUE"]
    # all of layout front is in it, so nothing is missing
    ctl.ok("user access add gus layout:front")


def test_B37_layouts_still_accessible(gus, ctl):
    ctl.ok("user access add gus layout:front --add-cameras")
    done = ctl.refused(3, "layouts-still-accessible",
                       "user access remove gus camera:cam-gate")
    assert "layout:front" in done.err
    ctl.ok("user access remove gus camera:cam-gate --cascade")
    assert targets(gus) == ["cam-lobby"]


def test_B38_groups_still_accessible(gus, ctl):
    ctl.ok("user access add gus cameragroup:cg-hq --add-cameras")
    done = ctl.refused(3, "groups-still-accessible",
                       "user access remove gus camera:cam-gate")
    assert "cameragroup:cg-hq" in done.err
    ctl.ok("user access remove gus camera:cam-gate --cascade")
    assert targets(gus) == ["cam-lobby"]


def test_B08_check_says_so(gus, ctl, tmp_path):
    """What was written is what the decision reads."""
    import subprocess
    ctl.ok("user access add gus camera:cam-gate")
    ldif = tmp_path / "estate.ldif"
    ldif.write_text(gus.search("-b", gus.suffix, "*"))
    for camera, rc in (("cam-gate", 0), ("cam-dock", 1)):
        done = subprocess.run(
            [VMSCTL, "check", "--ldif", str(ldif), "gus", "live.view",
             "camera:" + camera], capture_output=True, text=True)
        assert done.returncode == rc, done


def test_C24_B22_B26_system_actions(gus, ctl):
    """Actions about the whole system come with the role."""
    g = gus.entry(gus.vms("grants", "user:gus:system"))
    assert set(g["vmsAction"]) == {"map.view", "webpage.view"}
    assert g["vmsTargetScope"] == ["all"]


def test_holders_would_be_partial(gus, ctl):
    done = ctl.refused(3, "holders-would-be-partial",
                       "layout set front --add member=camera:cam-dock")
    assert "lars" in done.err and "camera:cam-dock" in done.err
    ctl.ok("layout set front --add member=camera:cam-dock --add-cameras")
    assert "cam-dock" in targets(gus, "g-guards")


def test_allow_partial(gus, ctl):
    ctl.ok("layout set front --add member=camera:cam-dock --allow-partial")


def test_not_of_his_own(gus, ctl):
    done = ctl.refused(1, "not-listed",
                       "user access remove vera recorder:rec01")
    assert "g-viewers" in done.err


# --- grants

def test_grant_conditions(gus, ctl):
    ctl.ok("grant", "add", "g9", "--subject", "group:viewers", "--action",
           "ptz.*", "--target", "camera:cam-gate", "--pool", "office",
           "--schedule", "business", "--service", "vms-web",
           "--not-after", "2027-01-01", "--approver", "group:vms-admins",
           "--max-archive-age", "3600")
    g = gus.entry(gus.vms("grants", "g9"))
    assert sorted(g["vmsCondition"]) == sorted([
        "ip", "schedule", "service", "validity", "approval", "archive-age"])
    assert "ptz.control" in g["vmsAction"] and "ptz.*" not in g["vmsAction"]
    ctl.ok("grant", "set", "g9", "--pool", "", "--schedule", "",
           "--service", "", "--not-after", "", "--approver", "",
           "--max-archive-age", "")
    g = gus.entry(gus.vms("grants", "g9"))
    assert g["vmsCondition"] == ["none"] and "vmsIpPoolRef" not in g
    ctl.ok("grant set g9 --disabled")
    assert gus.entry(gus.vms("grants", "g9"))["vmsCondition"] == ["disabled"]
    ctl.ok("grant remove g9 --yes")
    assert gus.entry(gus.vms("grants", "g9")) is None


def test_grant_deny_keeps_its_wildcard(gus, ctl):
    ctl.ok("grant add d9 --effect deny --subject everyone --action archive.*"
           " --target camera:cam-dock")
    g = gus.entry(gus.vms("grants", "d9"))
    assert g["vmsAction"] == ["archive.*"]
    assert g["vmsSubjectScope"] == ["everyone"]


def test_grant_show_and_list(ctl):
    assert "g-vault" in ctl.ok("grant list").names
    assert "role: nx.viewer" in ctl.ok("grant show g-viewers").out


def test_C11_no_grant_to_oneself(ctl):
    ctl.refused(4, "self-change", "grant add g9 --subject group:vms-admins "
                "--action live.view --target camera:cam-gate")
    ctl.refused(4, "self-change", "grant set g-admins --review-by "
                "2027-01-01")


def test_C31_subject_is_user_or_group(gus, ctl):
    ctl.ok("role add guard --rank 15 --action live.view")
    ctl.ok("grant add g9 --subject group:guards --subject user:gus "
           "--role guard --target camera:cam-yard")
    assert len(gus.entry(gus.vms("grants", "g9"))["vmsSubject"]) == 2


# --- roles

def test_C31_roles_of_ones_own(server, ctl):
    ctl.ok("role add guard --action ptz.* --action archive.export "
           "--with-needs --parent nx.live-viewer")
    e = server.entry(server.vms("roles", "guard"))
    assert {"archive.export", "archive.view", "live.view", "ptz.control"} \
        <= set(e["vmsAction"])
    assert "gives: webpage.view" in ctl.ok("role show guard").out
    ctl.refused(4, "delegation-exceeds-own",
                "role add boss --action admin.create")
    ctl.refused(4, "rank-too-low", "role add boss --rank 80 --action "
                "live.view")
    ctl.refused(4, "rank-too-low", "role add boss --rank 100 --parent "
                "nx.owner")
    ctl.refused(2, "usage", "role add boss --action no.such")


def test_C01_predefined_roles_stay(ctl):
    ctl.refused(4, "not-permitted",
                "role set nx.viewer --description changed")


def test_role_in_use_stays(server, ctl):
    done = ctl.refused(3, "in-use", "role remove emergency --yes")
    assert "grant:g-glass" in done.err
    ctl.ok("role add guard --action live.view")
    ctl.ok("role remove guard --yes")
    assert server.entry(server.vms("roles", "guard")) is None


def test_a_changed_role_changes_what_its_holders_have(gus, ctl):
    ctl.ok("role add guard --rank 15 --action live.view --action map.view")
    ctl.ok("user role set gus guard")
    name = gus.vms("grants", "user:gus:system")
    assert gus.entry(name)["vmsAction"] == ["map.view"]
    ctl.ok("role set guard --remove action=map.view")
    assert gus.entry(name) is None


def test_B11_actions_by_category(ctl):
    names = ctl.ok("role actions").names
    # what Aipix lists for sub-users, in words of the vocabulary
    assert {"archive", "snapshot", "camera", "event", "cameragroup",
            "intercom", "layout", "login", "map", "tag", "ptz", "script",
            "settings", "license", "analytics-case", "analytics-resource",
            "analytics-group", "live", "clip"} <= set(names)
    assert "ptz.control" in ctl.ok("role actions ptz").names
    ctl.refused(1, "not-found", "role actions nothing")


# --- sub-users

def test_K15_no_more_than_the_parent(gus, ctl):
    ctl.ok("user access add gus camera:cam-gate")
    ctl.ok("user add kid --role live-viewer --parent gus "
           "--access camera:cam-gate")
    ctl.refused(3, "delegation-exceeds-own",
                "user access add kid camera:cam-dock")
    ctl.refused(3, "has-sub-users", "user delete gus --yes")
