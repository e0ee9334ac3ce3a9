# pam_vms.so: six entry points over a testable flow; libpam and libc only.
pam_LTLIBRARIES += pam_vms/pam_vms.la
pam_vms_pam_vms_la_SOURCES = pam_vms/module.c
pam_vms_pam_vms_la_LIBADD = pam_vms/libflow.la client/libclient.la \
	nss_vms/libreader.la libvms/libcore.la $(PAM_LIBS)
pam_vms_pam_vms_la_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared \
	-no-undefined -Wl,--as-needed -Wl,--gc-sections \
	-Wl,--exclude-libs,ALL \
	-Wl,--version-script=$(srcdir)/pam_vms/pam_vms.map
EXTRA_pam_vms_pam_vms_la_DEPENDENCIES = pam_vms/pam_vms.map
EXTRA_DIST += pam_vms/pam_vms.map

# All but the entry points, for the tests.
noinst_LTLIBRARIES += pam_vms/libflow.la
pam_vms_libflow_la_SOURCES = \
	pam_vms/flow.c pam_vms/flow.h \
	pam_vms/passwd.c pam_vms/passwd.h \
	pam_vms/password.c \
	pam_vms/transaction.c pam_vms/transaction.h

# libpam opens the module by path.  pamdir is data to automake.
INSTALL_DATA_HOOKS += pam-install
UNINSTALL_HOOKS += pam-uninstall
.PHONY: pam-install pam-uninstall
pam-install:
	rm -f $(DESTDIR)$(pamdir)/pam_vms.la
pam-uninstall:
	rm -f $(DESTDIR)$(pamdir)/pam_vms.so

dist_man_MANS += man/pam_vms.8

# pam-auth-update's profiles, and stacks written by hand.
pamconfigsdir = $(datadir)/pam-configs
dist_pamconfigs_DATA = conf/pam-configs/vms conf/pam-configs/vms-password
pamexamplesdir = $(docdir)/pam
dist_pamexamples_DATA = conf/pam/stack.example conf/pam/runuser.example

PAM_TESTS = tests/unit/test_password tests/unit/test_pam_flow \
	tests/unit/test_pam_module tests/unit/test_pam_talk \
	tests/unit/test_pam_stacks
check_PROGRAMS += $(PAM_TESTS)
TESTS += $(PAM_TESTS)

tests_unit_test_password_SOURCES = tests/unit/test_password.c
tests_unit_test_password_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_password_LDADD = $(UNIT_LIBS)

tests_unit_test_pam_flow_SOURCES = tests/unit/test_pam_flow.c
tests_unit_test_pam_flow_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_pam_flow_LDADD = pam_vms/libflow.la $(UNIT_LIBS)

# The built module through libpam; libpam finds the test's getpwnam_r first.
PAM_WORLD = tests/unit/pamworld.c tests/unit/pamworld.h \
	tests/unit/server.c tests/unit/server.h
PAM_TX = tests/unit/pamtx.c tests/unit/pamtx.h $(PAM_WORLD)
PAM_TX_DEFS = $(UNIT_CPPFLAGS) \
	-DVMS_PAM_MODULE='"$(abs_top_builddir)/pam_vms/.libs/pam_vms.so"'
PAM_TX_LIBS = pam_vms/libflow.la vmsd/libcdbfile.la $(PAM_LIBS) $(UNIT_LIBS)
PAM_TX_LINK = $(AM_LDFLAGS) -Wl,--export-dynamic-symbol=getpwnam_r
PAM_TX_NEEDS = pam_vms/pam_vms.la pam_vms/libflow.la \
	vmsd/libcdbfile.la libvms/libcore.la

tests_unit_test_pam_module_SOURCES = tests/unit/test_pam_module.c $(PAM_TX)
tests_unit_test_pam_module_CPPFLAGS = $(PAM_TX_DEFS)
tests_unit_test_pam_module_CFLAGS = $(AM_CFLAGS) -fvisibility=default
tests_unit_test_pam_module_LDADD = $(PAM_TX_LIBS)
tests_unit_test_pam_module_LDFLAGS = $(PAM_TX_LINK)
tests_unit_test_pam_module_DEPENDENCIES = $(PAM_TX_NEEDS)

tests_unit_test_pam_talk_SOURCES = tests/unit/test_pam_talk.c $(PAM_TX)
tests_unit_test_pam_talk_CPPFLAGS = $(PAM_TX_DEFS)
tests_unit_test_pam_talk_CFLAGS = $(AM_CFLAGS) -fvisibility=default
tests_unit_test_pam_talk_LDADD = $(PAM_TX_LIBS)
tests_unit_test_pam_talk_LDFLAGS = $(PAM_TX_LINK)
tests_unit_test_pam_talk_DEPENDENCIES = $(PAM_TX_NEEDS)

tests_unit_test_pam_stacks_SOURCES = tests/unit/test_pam_stacks.c \
	$(PAM_WORLD)
tests_unit_test_pam_stacks_CPPFLAGS = $(UNIT_CPPFLAGS) \
	-DVMS_PAM_MODULE='"$(abs_top_builddir)/pam_vms/.libs/pam_vms.so"' \
	-DVMS_NSS_DIR='"$(abs_top_builddir)/nss_vms/.libs"' \
	-DVMS_TEST_SOURCE='"$(abs_top_srcdir)"'
tests_unit_test_pam_stacks_LDADD = vmsd/libcdbfile.la $(PAM_LIBS) \
	$(UNIT_LIBS)
tests_unit_test_pam_stacks_DEPENDENCIES = pam_vms/pam_vms.la \
	nss_vms/libnss_vms.la vmsd/libcdbfile.la libvms/libcore.la
EXTRA_DIST += tests/pam/stacks

# Each call of the module fails in turn.
PAM_TESTS_INJECT = tests/inject/test_pam_inject
check_PROGRAMS += $(PAM_TESTS_INJECT)
TESTS += $(PAM_TESTS_INJECT)
PAM_WRAPPED = -Wl,--wrap=malloc -Wl,--wrap=calloc -Wl,--wrap=socket \
	-Wl,--wrap=connect -Wl,--wrap=setsockopt -Wl,--wrap=getsockopt \
	-Wl,--wrap=send -Wl,--wrap=recv -Wl,--wrap=poll -Wl,--wrap=read \
	-Wl,--wrap=pread -Wl,--wrap=fstat -Wl,--wrap=open -Wl,--wrap=pam_get_item \
	-Wl,--wrap=pam_get_user -Wl,--wrap=pam_putenv -Wl,--wrap=pam_getenv \
	-Wl,--wrap=pam_get_authtok -Wl,--wrap=pam_modutil_getpwnam
tests_inject_test_pam_inject_SOURCES = tests/inject/test_pam_inject.c \
	pam_vms/module.c $(PAM_WORLD)
tests_inject_test_pam_inject_CPPFLAGS = $(UNIT_CPPFLAGS) \
	-DVMS_PAM_MODULE='"pam_permit.so"'
tests_inject_test_pam_inject_LDADD = pam_vms/libflow.la client/libclient.la \
	nss_vms/libreader.la vmsd/libcdbfile.la $(PAM_LIBS) $(UNIT_LIBS)
tests_inject_test_pam_inject_LDFLAGS = $(AM_LDFLAGS) \
	$(PAM_WRAPPED)
