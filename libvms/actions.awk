# SPDX-License-Identifier: MIT
# The vocabulary as C: from ldap_schema/actions.tsv (action, scope, class,
# needed action, …) to one VMS_ACTION(name, scope, class, need) a line, sorted
# by name; need is an index into the list or -1.  Fails on what the engine
# would not understand.
BEGIN {
	FS = "\t"
	scopes = " self system recorder camera layout cameragroup user "
	classes = " self login view operate sensitive admin owner "
}
/^#/ || /^$/ { next }
{
	if ($1 !~ /^[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*$/ ||
	    !index(scopes, " " $2 " ") || !index(classes, " " $3 " ")) {
		print FILENAME ":" FNR ": not an action" > "/dev/stderr"
		bad = 1
		exit 1
	}
	i = n++
	while (i > 0 && name[i - 1] > $1) {
		name[i] = name[i - 1]
		i--
	}
	name[i] = $1
	scope[$1] = $2
	class[$1] = $3
	need[$1] = $4
}
END {
	if (bad)
		exit 1
	for (i = 0; i < n; i++)
		at[name[i]] = i
	for (i = 0; i < n; i++) {
		a = name[i]
		if (need[a] != "-" && need[a] != "" && !(need[a] in at)) {
			print a ": needs unknown " need[a] > "/dev/stderr"
			exit 1
		}
		printf "VMS_ACTION(\"%s\", %s, %s, %d)\n", a,
		    toupper(scope[a]), toupper(class[a]),
		    need[a] in at ? at[need[a]] : -1
	}
}
