# Unit tests of offline logins: clock, verifiers, the seal's folder, delays.
OFFLINE_TESTS = \
	tests/unit/test_clock \
	tests/unit/test_identity_reused \
	tests/unit/test_seal \
	tests/unit/test_verifier
check_PROGRAMS += $(OFFLINE_TESTS)
TESTS += $(OFFLINE_TESTS)
EXTRA_DIST += tests/data/verifier.inc

tests_unit_test_clock_SOURCES = tests/unit/test_clock.c vmsd/clock.c
tests_unit_test_clock_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_clock_LDADD = $(UNIT_LIBS)

tests_unit_test_identity_reused_SOURCES = tests/unit/test_identity_reused.c \
	tests/unit/identity_host.h
tests_unit_test_identity_reused_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_identity_reused_LDADD = $(UNIT_LIBS)

tests_unit_test_seal_SOURCES = tests/unit/test_seal.c
tests_unit_test_seal_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_seal_LDADD = vmsd/libseal.la $(UNIT_LIBS)

tests_unit_test_verifier_SOURCES = tests/unit/test_verifier.c
tests_unit_test_verifier_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_verifier_LDADD = vmsd/libseal.la $(UNIT_LIBS)
