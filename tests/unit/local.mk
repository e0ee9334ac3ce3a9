# Unit tests: one file for each core file, run by `make check`.
# Add a test by adding its name to UNIT_TESTS and its sources below it.
UNIT_TESTS = tests/unit/test_base
check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)
UNIT_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) \
	-DVMS_TEST_DATA='"$(abs_top_srcdir)/tests/data"'
UNIT_LIBS = libvms/libcore.la $(CMOCKA_LIBS)

tests_unit_test_base_SOURCES = tests/unit/test_base.c
tests_unit_test_base_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_base_LDADD = $(UNIT_LIBS)
