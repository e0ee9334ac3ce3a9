# Tests of who is served, of the published file and of the NSS module.
NSS_TESTS = tests/unit/test_identity
check_PROGRAMS += $(NSS_TESTS)
TESTS += $(NSS_TESTS)

tests_unit_test_identity_SOURCES = tests/unit/test_identity.c
tests_unit_test_identity_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_identity_LDADD = $(UNIT_LIBS)
