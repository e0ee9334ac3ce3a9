# vmsctl: the administrator's command.
bin_PROGRAMS += vmsctl/vmsctl
vmsctl_vmsctl_SOURCES = \
	vmsctl/answer.c vmsctl/answer.h \
	vmsctl/ask.c vmsctl/ask.h \
	vmsctl/batch.c vmsctl/batch.h \
	vmsctl/check.c \
	vmsctl/check_daemon.c vmsctl/check_daemon.h \
	vmsctl/check_ldif.c vmsctl/check_ldif.h \
	vmsctl/config.c \
	vmsctl/estate.c vmsctl/estate.h \
	vmsctl/local.c \
	vmsctl/main.c \
	vmsctl/out.c vmsctl/out.h \
	vmsctl/question.c vmsctl/question.h \
	vmsctl/show.c vmsctl/show.h \
	vmsctl/vmsctl.h \
	vmsd/zonefiles.c vmsd/zonefiles.h
vmsctl_vmsctl_CFLAGS = $(AM_CFLAGS) $(VMS_PIE_CFLAGS)
vmsctl_vmsctl_LDFLAGS = $(AM_LDFLAGS) $(VMS_PIE_LDFLAGS) -Wl,--as-needed
vmsctl_vmsctl_LDADD = client/libclient.la vmsd/libconf.la \
	libvms/libcore.la

dist_man_MANS += man/vmsctl.1
check_PROGRAMS += tests/unit/test_vmsctl
TESTS += tests/unit/test_vmsctl tests/unit/vmsctl_man
EXTRA_DIST += tests/unit/vmsctl_man
tests_unit_test_vmsctl_SOURCES = tests/unit/test_vmsctl.c \
	tests/unit/proto_samples.h tests/unit/server.c tests/unit/server.h
tests_unit_test_vmsctl_CPPFLAGS = $(UNIT_CPPFLAGS) \
	-DVMS_CTL='"$(abs_top_builddir)/vmsctl/vmsctl"'
tests_unit_test_vmsctl_LDADD = $(UNIT_LIBS)
tests_unit_test_vmsctl_DEPENDENCIES = vmsctl/vmsctl libvms/libcore.la
include vmsctl/admin.mk
