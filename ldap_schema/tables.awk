# SPDX-License-Identifier: MIT
#
# Reads actions.tsv and roles.tsv, in this order, for the generators that
# are given after it: awk -f tables.awk -f preset.awk actions.tsv roles.tsv
#	action[1..nactions], class[action], has[role, action]
#	role[1..nroles], rank[], scope[], parent[], unixgroup[], gid[],
#	protect[] of each role

BEGIN {
	FS = "\t"
	suffix = "dc=example,dc=com"
	policy = "ou=vms," suffix
}

function fail(text) {
	print FILENAME ":" FNR ": " text > "/dev/stderr"
	failed = 1
	exit 1
}

function role_dn(r) {
	return "cn=" r ",ou=roles," policy
}

# An action that administers administrators, owners, policy or system is
# in the role or in one it inherits from.
function holds_owner_action(r,	i) {
	for (i = 1; i <= nactions; i++)
		if (class[action[i]] == "owner" && has[r, action[i]])
			return 1
	return 0
}

FNR == 1 {
	file++
	if (file == 1)
		for (i = 6; i <= NF; i++)
			column[i] = $i
}
/^#/ { next }
file == 1 {
	if (NF < 6)
		fail("too few columns")
	action[++nactions] = $1
	class[$1] = $3
	for (i = 6; i <= NF; i++)
		has[column[i], $1] = ($i == "x")
}
file == 2 {
	if (NF != 7)
		fail("seven columns expected")
	role[++nroles] = $1
	rank[$1] = $2; scope[$1] = $3; parent[$1] = $4
	unixgroup[$1] = $5; gid[$1] = $6; protect[$1] = $7
	if ($4 != "-" && !($4 in rank))
		fail("a parent stands before its heirs: " $4)
}
