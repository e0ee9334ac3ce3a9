# vmsctl: tables, bulk files, reports, licences.
vmsctl_vmsctl_SOURCES += \
	vmsctl/csv.c vmsctl/csv.h \
	vmsctl/export.c \
	vmsctl/gc.c \
	vmsctl/html.c vmsctl/html.h \
	vmsctl/import.c vmsctl/import.h \
	vmsctl/import_row.c \
	vmsctl/license.c vmsctl/license.h \
	vmsctl/license_case.c \
	vmsctl/license_move.c \
	vmsctl/lint.c vmsctl/lint.h \
	vmsctl/lint_data.c \
	vmsctl/lint_mend.c \
	vmsctl/lint_power.c \
	vmsctl/matrix.c vmsctl/matrix.h \
	vmsctl/matrix_people.c \
	vmsctl/reach.c vmsctl/reach.h \
	vmsctl/recorder_report.c \
	vmsctl/report.c vmsctl/report.h \
	vmsctl/report_diff.c \
	vmsctl/report_list.c \
	vmsctl/report_what.c \
	vmsctl/sheet.c vmsctl/sheet.h
vmsctl_vmsctl_LDADD += $(SMARTCOLS_LIBS)

check_PROGRAMS += tests/unit/test_csv tests/unit/test_review
TESTS += tests/unit/test_csv tests/unit/test_review
tests_unit_test_review_SOURCES = tests/unit/test_review.c
tests_unit_test_review_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_review_LDADD = $(UNIT_LIBS)
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

EXTRA_DIST += tests/admin/test_bulk.py tests/admin/test_gc.py \
	tests/admin/test_insight.py tests/admin/test_license.py \
	tests/admin/test_manual.py tests/admin/test_matrix.py
