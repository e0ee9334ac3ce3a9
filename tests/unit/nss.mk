# Tests of who is served, of the published file and of the NSS module.
NSS_TESTS = tests/unit/test_identity tests/unit/test_identity_set \
	tests/unit/test_nss tests/unit/test_nss_list \
	tests/unit/test_nss_files tests/unit/test_nss_process \
	tests/unit/test_snapshot
check_PROGRAMS += $(NSS_TESTS)
TESTS += $(NSS_TESTS)
EXTRA_DIST += tests/unit/nss-symbols.sh
if !SANITIZERS
TESTS += tests/unit/nss-symbols.sh
endif

tests_unit_test_identity_SOURCES = tests/unit/test_identity.c \
	tests/unit/identity_host.h
tests_unit_test_identity_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_identity_LDADD = $(UNIT_LIBS)

tests_unit_test_identity_set_SOURCES = tests/unit/test_identity_set.c \
	tests/unit/identity_host.h
tests_unit_test_identity_set_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_identity_set_LDADD = $(UNIT_LIBS)

# The module is opened as it was built, in a mount namespace.
NSS_WORLD = tests/unit/nss_world.c tests/unit/nss_world.h
NSS_CPPFLAGS = $(UNIT_CPPFLAGS) \
	-DVMS_NSS_SO='"$(abs_top_builddir)/nss_vms/.libs/libnss_vms.so.2"'
if SANITIZERS
NSS_CPPFLAGS += -DVMS_SANITIZED
endif
NSS_LIBS = vmsd/libcdbfile.la $(UNIT_LIBS)
NSS_NEEDS = nss_vms/libnss_vms.la vmsd/libcdbfile.la \
	libvms/libcore.la

tests_unit_test_nss_SOURCES = tests/unit/test_nss.c $(NSS_WORLD)
tests_unit_test_nss_CPPFLAGS = $(NSS_CPPFLAGS)
tests_unit_test_nss_LDADD = $(NSS_LIBS)
tests_unit_test_nss_DEPENDENCIES = $(NSS_NEEDS)

tests_unit_test_nss_list_SOURCES = tests/unit/test_nss_list.c $(NSS_WORLD)
tests_unit_test_nss_list_CPPFLAGS = $(NSS_CPPFLAGS)
tests_unit_test_nss_list_LDADD = $(NSS_LIBS)
tests_unit_test_nss_list_DEPENDENCIES = $(NSS_NEEDS)

tests_unit_test_nss_files_SOURCES = tests/unit/test_nss_files.c $(NSS_WORLD)
tests_unit_test_nss_files_CPPFLAGS = $(NSS_CPPFLAGS)
tests_unit_test_nss_files_LDADD = $(NSS_LIBS)
tests_unit_test_nss_files_DEPENDENCIES = $(NSS_NEEDS)

tests_unit_test_nss_process_SOURCES = tests/unit/test_nss_process.c \
	$(NSS_WORLD)
tests_unit_test_nss_process_CPPFLAGS = $(NSS_CPPFLAGS)
tests_unit_test_nss_process_LDADD = $(NSS_LIBS)
tests_unit_test_nss_process_DEPENDENCIES = $(NSS_NEEDS)

tests_unit_test_snapshot_SOURCES = tests/unit/test_snapshot.c $(NSS_WORLD)
tests_unit_test_snapshot_CPPFLAGS = $(NSS_CPPFLAGS)
tests_unit_test_snapshot_LDADD = nss_vms/libreader.la $(NSS_LIBS)
