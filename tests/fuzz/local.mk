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

if FUZZERS
noinst_PROGRAMS += tests/fuzz/fuzz_sync_ctrl tests/fuzz/fuzz_ppolicy
endif

tests_fuzz_fuzz_sync_ctrl_SOURCES = tests/fuzz/fuzz_sync_ctrl.c
tests_fuzz_fuzz_sync_ctrl_CPPFLAGS = $(AM_CPPFLAGS)
tests_fuzz_fuzz_sync_ctrl_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_sync_ctrl_LDADD = vmsd/libber.la vmsd/libsync.la \
	libvms/libcore.la

tests_fuzz_fuzz_ppolicy_SOURCES = tests/fuzz/fuzz_ppolicy.c
tests_fuzz_fuzz_ppolicy_CPPFLAGS = $(AM_CPPFLAGS)
tests_fuzz_fuzz_ppolicy_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_ppolicy_LDADD = vmsd/libber.la libvms/libcore.la

if FUZZERS
noinst_PROGRAMS += tests/fuzz/fuzz_seal
endif

tests_fuzz_fuzz_seal_SOURCES = tests/fuzz/fuzz_seal.c
tests_fuzz_fuzz_seal_CPPFLAGS = $(AM_CPPFLAGS)
tests_fuzz_fuzz_seal_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_seal_LDADD = vmsd/libseal.la libvms/libcore.la
