# SPDX-License-Identifier: MIT
#
# Fills in acls.conf.in:
#	awk -v template=acls.conf.in -f tables.awk -f acls.awk \
#	    actions.tsv roles.tsv
# Protected are the roles of administrators (rank 80 and up) and every role
# whose closure holds an action of class owner.
#	@OWNERS@ @ADMINS@ @SERVICES@	who, for a by clause
#	@OWNER_ACTIONS@			regex of the actions of class owner
#	@PROTECTED_GRANTS@		filter: grants and roles that hold one
# A paragraph with @ROLE@ is repeated for each protected role.

function who(group) {
	return "group.exact=\"cn=" group ",ou=groups," suffix "\""
}

# system.merge and system.link-cloud become system[.](merge|link-cloud|[*]):
# a wildcard stands for all verbs of its resource, so for these too.
function collect_actions(	i, a, dot, r) {
	for (i = 1; i <= nactions; i++) {
		a = action[i]
		if (class[a] != "owner")
			continue
		dot = index(a, ".")
		r = substr(a, 1, dot - 1)
		if (!(r in verbs))
			resource[++nresources] = r
		verbs[r] = verbs[r] substr(a, dot + 1) "|"
		filter = filter "(vmsAction=" a ")"
	}
	for (i = 1; i <= nresources; i++) {
		r = resource[i]
		regex = regex (i > 1 ? "|" : "") r "[.](" verbs[r] "[*])"
		filter = filter "(vmsAction=" r ".\\\\2a)"
	}
}

function collect_roles(	i, r) {
	for (i = 1; i <= nroles; i++) {
		r = role[i]
		if (rank[r] < 80 && !holds_owner_action(r))
			continue
		protected[++nprotected] = role_dn(r)
		filter = filter "(vmsRoleRef=" role_dn(r) ")" \
		    "(vmsRoleParent=" role_dn(r) ")"
	}
}

# Not gsub: & and \ in a replacement have a meaning of their own.
function replace(s, from, to,	i, out) {
	while ((i = index(s, from)) > 0) {
		out = out substr(s, 1, i - 1) to
		s = substr(s, i + length(from))
	}
	return out s
}

function print_paragraph(p,	i) {
	p = replace(p, "@OWNERS@", who("vms-owners"))
	p = replace(p, "@ADMINS@", who("vms-admins"))
	p = replace(p, "@SERVICES@", "dn.onelevel=\"ou=services," policy "\"")
	p = replace(p, "@OWNER_ACTIONS@", "^(" regex ")$")
	p = replace(p, "@PROTECTED_GRANTS@", "(|" filter ")")
	if (!index(p, "@ROLE@"))
		print p
	else
		for (i = 1; i <= nprotected; i++)
			print replace(p, "@ROLE@", protected[i])
}

END {
	if (failed)
		exit 1
	collect_actions()
	collect_roles()
	print "# Made from acls.conf.in, actions.tsv and roles.tsv: do not edit."
	while ((getline line < template) > 0)
		if (line != "")
			para = para line "\n"
		else {
			print_paragraph(para)
			para = ""
		}
	if (para != "")
		print_paragraph(para)
}
