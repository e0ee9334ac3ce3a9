# The directory verbs of vmsctl: LDAP as the administrator.
vmsctl_vmsctl_SOURCES += \
	vmsctl/access.c \
	vmsctl/admin.c vmsctl/admin.h \
	vmsctl/adminconf.c vmsctl/adminconf.h \
	vmsctl/args.c vmsctl/args.h \
	vmsctl/change.c vmsctl/change.h \
	vmsctl/commit.c \
	vmsctl/commit_lone.c \
	vmsctl/dir.c vmsctl/dir.h vmsctl/dir_priv.h \
	vmsctl/dir_read.c \
	vmsctl/dir_write.c \
	vmsctl/duplicate.c \
	vmsctl/edit.c \
	vmsctl/field.c vmsctl/field.h \
	vmsctl/fields.c \
	vmsctl/grant.c \
	vmsctl/init.c \
	vmsctl/invite.c \
	vmsctl/names.c \
	vmsctl/object.c vmsctl/object.h \
	vmsctl/object_cmds.c \
	vmsctl/own.c \
	vmsctl/password.c \
	vmsctl/policy.c \
	vmsctl/prompt.c vmsctl/prompt.h \
	vmsctl/role.c \
	vmsctl/rules.c vmsctl/rules.h \
	vmsctl/rules_partial.c \
	vmsctl/browse.c vmsctl/browse.h \
	vmsctl/tree.c vmsctl/tree.h \
	vmsctl/tree_hold.c \
	vmsctl/tree_name.c \
	vmsctl/user.c vmsctl/user.h
vmsctl_vmsctl_CPPFLAGS = $(AM_CPPFLAGS) $(LDAP_CFLAGS) $(CONFIG_CFLAGS) \
	-DVMS_DATADIR='"$(vmsdatadir)"'
vmsctl_vmsctl_LDADD += $(LDAP_LIBS) $(CONFIG_LIBS)

# A real slapd with the shipped overlays and access rules.
TESTS += tests/admin/run
EXTRA_DIST += \
	tests/admin/conftest.py \
	tests/admin/run \
	tests/admin/test_access.py \
	tests/admin/test_more.py \
	tests/admin/test_objects.py \
	tests/admin/test_users.py
