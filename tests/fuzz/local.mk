# libFuzzer targets, built with --enable-fuzzers; each has its seeds in
# corpus/NAME.
FUZZ_LINK = $(AM_LDFLAGS) -fsanitize=fuzzer
EXTRA_DIST += tests/fuzz/corpus
if FUZZERS
noinst_PROGRAMS += tests/fuzz/fuzz_snapshot tests/fuzz/fuzz_proto
endif

tests_fuzz_fuzz_snapshot_SOURCES = tests/fuzz/fuzz_snapshot.c $(NSS_SOURCES)
tests_fuzz_fuzz_snapshot_CPPFLAGS = $(AM_CPPFLAGS)
tests_fuzz_fuzz_snapshot_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_snapshot_LDADD = $(CDB_PIC_LIBS)

tests_fuzz_fuzz_proto_SOURCES = tests/fuzz/fuzz_proto.c
tests_fuzz_fuzz_proto_CPPFLAGS = $(AM_CPPFLAGS)
tests_fuzz_fuzz_proto_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_proto_LDADD = libvms/libcore.la
