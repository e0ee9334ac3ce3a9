# SPDX-License-Identifier: MIT
#
# Prints one preset: the containers of the policy tree, the policy, the
# write counter and the predefined roles of one family.
#	awk -v preset=nx -f tables.awk -f preset.awk actions.tsv roles.tsv
# A role lists what it adds to its parent's actions.

BEGIN {
	containers = "roles recorders recordergroups cameras cameragroups " \
	    "layouts ippools schedules grants profiles licenses " \
	    "assignments cases resources clips configs approvals services"
	# what a grant without targets gets when it is written
	access["nx"] = "all-cameras"
	access["avertx"] = access["web"] = "none"
	# where administrators administer each other
	peers["avertx"] = "TRUE"
	peers["nx"] = peers["web"] = "FALSE"
}

function unit(name, base) {
	print "\ndn: ou=" name "," base
	print "objectClass: organizationalUnit"
	print "ou: " name
}

function print_policy() {
	print "\ndn: cn=policy," policy
	print "objectClass: vmsPolicy"
	print "cn: policy"
	print "vmsSchemaVersion: 1"
	print "vmsDefaultAccess: " access[preset]
	print "vmsLayoutMode: require"
	print "vmsProtected: TRUE"
	print "vmsMessage: ip-denied=Access from this IP address is not available"
	print "vmsParameter: admin-manages-admins=" peers[preset]
	print "vmsParameter: owner-min=1"
	print "vmsParameter: owner-max=1"
	print "vmsParameter: pw-min-length=6"
	print "vmsParameter: pw-max-length=255"
	print "vmsParameter: pw-charset=seed"
	print "vmsParameter: retention-days=7"
	print "vmsParameter: config-interval=604800"
}

function print_role(r,	i, a) {
	print "\ndn: " role_dn(r)
	print "objectClass: vmsRole"
	print "cn: " r
	print "vmsRoleRank: " rank[r]
	print "vmsRoleScope: " scope[r]
	print "vmsProtected: " protect[r]
	print "vmsUnixGroup: " unixgroup[r]
	print "vmsGidNumber: " gid[r]
	for (i = 1; i <= nactions; i++) {
		a = action[i]
		if (has[r, a] && !(parent[r] != "-" && has[parent[r], a]))
			print "vmsAction: " a
		if (!has[r, a] && parent[r] != "-" && has[parent[r], a]) {
			print r " lacks " a " of its parent" > "/dev/stderr"
			exit 1
		}
	}
	if (parent[r] != "-")
		print "vmsRoleParent: " role_dn(parent[r])
}

END {
	if (failed)
		exit 1
	if (!(preset in access)) {
		print "unknown preset: " preset > "/dev/stderr"
		exit 1
	}
	print "# Preset " preset ", made from actions.tsv and roles.tsv: do not edit."
	print "# Another suffix: vms-preset --suffix DN preset-" preset ".ldif"
	unit("vms", suffix)
	n = split(containers, name, " ")
	for (i = 1; i <= n; i++)
		unit(name[i], policy)
	print_policy()
	print "\ndn: cn=serial," policy
	print "objectClass: vmsCounter"
	print "cn: serial"
	print "vmsSerial: 0"
	for (i = 1; i <= nroles; i++)
		if (index(role[i], preset ".") == 1)
			print_role(role[i])
}
