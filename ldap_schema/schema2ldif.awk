# SPDX-License-Identifier: MIT
#
# Turn OpenLDAP .schema files into the LDIF that cn=config takes, or into a
# schema file of 389-ds.
#	awk -v name=vms -f schema2ldif.awk vms.schema
#	awk -v form=389 -f schema2ldif.awk vms.schema openssh-lpk.schema
# Names of OIDs are written out, so that no objectidentifier is needed.

function flush_def(	kind, text) {
	if (def == "")
		return
	gsub(/[ \t]+/, " ", def)
	kind = substr(def, 1, index(def, " ") - 1)
	text = substr(def, index(def, " ") + 1)
	def = ""
	if (tolower(kind) == "objectidentifier")
		define_oid(text)
	else if (tolower(kind) == "attributetype")
		at[++nat] = with_oid(text)
	else if (tolower(kind) == "objectclass")
		oc[++noc] = with_oid(text)
	else {
		print FILENAME ": unknown keyword: " kind > "/dev/stderr"
		failed = 1
		exit 1
	}
}

function number(s,	part) {
	if (s ~ /^[0-9]/)
		return s
	if (split(s, part, ":") == 1)
		return oid[s]
	return oid[part[1]] "." part[2]
}

function define_oid(text,	word) {
	split(text, word, " ")
	oid[word[1]] = number(word[2])
}

function with_oid(text,	word) {
	split(text, word, " ")
	return "( " number(word[2]) substr(text, 3 + length(word[2]))
}

# LDIF folds by a newline and one space, which is not part of the value.
function put(line) {
	while (length(line) > 78) {
		print substr(line, 1, 78)
		line = " " substr(line, 79)
	}
	print line
}

/^#/ || /^[ \t]*$/ { flush_def(); next }
/^[ \t]/ { def = def " " $0; next }
{ flush_def(); def = $0 }

function put_all(types, classes,	i) {
	for (i = 1; i <= nat; i++)
		put(types ": " at[i])
	for (i = 1; i <= noc; i++)
		put(classes ": " oc[i])
}

END {
	if (failed)
		exit 1
	flush_def()
	if (form == "389") {
		print "# Made from .schema files: do not edit."
		print "dn: cn=schema"
		put_all("attributeTypes", "objectClasses")
		exit
	}
	print "# Made from " name ".schema: do not edit."
	print "dn: cn=" name ",cn=schema,cn=config"
	print "objectClass: olcSchemaConfig"
	print "cn: " name
	put_all("olcAttributeTypes", "olcObjectClasses")
}
