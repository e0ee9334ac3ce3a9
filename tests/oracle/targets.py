# SPDX-License-Identifier: MIT
"""Whether the targets of a grant take a resource in: step 11 asks."""

from estate import KINDS, VOCABULARY


class Targets:
    """Part of a Decision: uses its estate and policy."""

    def covers(self, grant, action, resource):
        """Whether the grant's targets take the resource in."""
        scope = VOCABULARY[action][0]
        if scope == "self" or grant.scope_all:
            return True
        if not grant.allows and grant.lost_target:
            return True			# it may have been anything
        if scope == "system":
            return False		# no list of targets holds the system
        if resource.dn in grant.targets:
            return True
        # The rest is reached through something listed, if that is wanted.
        return grant.cascade and (
            self.on_listed_recorder(grant, resource)
            or self.in_listed_group(grant, resource)
            or self.on_listed_layout(grant, action, resource))

    def on_listed_recorder(self, grant, resource):
        """A camera at home on it.  Failover moves no rights."""
        if "vmscamera" not in resource.classes:
            return False
        home = self.estate.entries.get(
            next(iter(resource.dns("vmsHomeRecorder")), None))
        return home is not None and "vmsrecorder" in home.classes \
            and home.dn in grant.targets

    def in_listed_group(self, grant, resource):
        """A camera, recorder or group somewhere inside it, and no further:
        a group of recorders does not hold their cameras."""
        groups = {KINDS["cameragroup"], KINDS["recordergroup"]}
        return any(dn in self.estate.entries
                   and self.estate.entries[dn].classes & groups
                   and resource.dn in self.estate.inside(dn)
                   for dn in grant.targets)

    def on_listed_layout(self, grant, action, resource):
        """Only where the policy lets layouts imply cameras, and only to look."""
        if action != "live.view" or self.policy("vmsLayoutMode") != "imply":
            return False
        layouts = [self.estate.entries[dn] for dn in grant.targets
                   if dn in self.estate.entries]
        return any("vmslayout" in e.classes
                   and resource in self.estate.cameras_in(e) for e in layouts)
