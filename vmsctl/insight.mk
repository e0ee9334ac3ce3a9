# vmsctl: tables, bulk files, reports, licences.
vmsctl_vmsctl_SOURCES += \
	vmsctl/csv.c vmsctl/csv.h \
	vmsctl/sheet.c vmsctl/sheet.h
vmsctl_vmsctl_LDADD += $(SMARTCOLS_LIBS)

check_PROGRAMS += tests/unit/test_csv
TESTS += tests/unit/test_csv
tests_unit_test_csv_SOURCES = tests/unit/test_csv.c vmsctl/csv.c vmsctl/csv.h \
	vmsctl/sheet.c vmsctl/sheet.h vmsctl/out.c vmsctl/out.h
tests_unit_test_csv_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_csv_LDADD = $(UNIT_LIBS) $(SMARTCOLS_LIBS)

if FUZZERS
noinst_PROGRAMS += tests/fuzz/fuzz_csv
endif
tests_fuzz_fuzz_csv_SOURCES = tests/fuzz/fuzz_csv.c vmsctl/csv.c vmsctl/csv.h
tests_fuzz_fuzz_csv_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_csv_LDADD = libvms/libcore.la
