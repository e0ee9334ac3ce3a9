# Fuzz targets of the decision core.  With --enable-fuzzers each is built
# with libFuzzer; `make NAME_replay` (tests/fuzz/fuzz_dn_replay, …) builds
# one that runs on the files it is given, with any compiler.
if FUZZERS
noinst_PROGRAMS += \
	tests/fuzz/fuzz_addr \
	tests/fuzz/fuzz_dn \
	tests/fuzz/fuzz_entry \
	tests/fuzz/fuzz_gtime \
	tests/fuzz/fuzz_ldif \
	tests/fuzz/fuzz_schedule \
	tests/fuzz/fuzz_zone
endif
EXTRA_PROGRAMS = \
	tests/fuzz/fuzz_addr_replay \
	tests/fuzz/fuzz_dn_replay \
	tests/fuzz/fuzz_entry_replay \
	tests/fuzz/fuzz_gtime_replay \
	tests/fuzz/fuzz_ldif_replay \
	tests/fuzz/fuzz_schedule_replay \
	tests/fuzz/fuzz_zone_replay
CLEANFILES += $(EXTRA_PROGRAMS)

tests_fuzz_fuzz_addr_SOURCES = tests/fuzz/fuzz_addr.c
tests_fuzz_fuzz_addr_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_addr_LDADD = libvms/libcore.la
tests_fuzz_fuzz_addr_replay_SOURCES = tests/fuzz/fuzz_addr.c tests/fuzz/replay.c
tests_fuzz_fuzz_addr_replay_LDADD = libvms/libcore.la

tests_fuzz_fuzz_dn_SOURCES = tests/fuzz/fuzz_dn.c
tests_fuzz_fuzz_dn_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_dn_LDADD = libvms/libcore.la
tests_fuzz_fuzz_dn_replay_SOURCES = tests/fuzz/fuzz_dn.c tests/fuzz/replay.c
tests_fuzz_fuzz_dn_replay_LDADD = libvms/libcore.la

tests_fuzz_fuzz_entry_SOURCES = tests/fuzz/fuzz_entry.c
tests_fuzz_fuzz_entry_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_entry_LDADD = libvms/libcore.la
tests_fuzz_fuzz_entry_replay_SOURCES = tests/fuzz/fuzz_entry.c tests/fuzz/replay.c
tests_fuzz_fuzz_entry_replay_LDADD = libvms/libcore.la

tests_fuzz_fuzz_gtime_SOURCES = tests/fuzz/fuzz_gtime.c
tests_fuzz_fuzz_gtime_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_gtime_LDADD = libvms/libcore.la
tests_fuzz_fuzz_gtime_replay_SOURCES = tests/fuzz/fuzz_gtime.c tests/fuzz/replay.c
tests_fuzz_fuzz_gtime_replay_LDADD = libvms/libcore.la

tests_fuzz_fuzz_ldif_SOURCES = tests/fuzz/fuzz_ldif.c
tests_fuzz_fuzz_ldif_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_ldif_LDADD = libvms/libcore.la
tests_fuzz_fuzz_ldif_replay_SOURCES = tests/fuzz/fuzz_ldif.c tests/fuzz/replay.c
tests_fuzz_fuzz_ldif_replay_LDADD = libvms/libcore.la

tests_fuzz_fuzz_schedule_SOURCES = tests/fuzz/fuzz_schedule.c
tests_fuzz_fuzz_schedule_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_schedule_LDADD = libvms/libcore.la
tests_fuzz_fuzz_schedule_replay_SOURCES = tests/fuzz/fuzz_schedule.c tests/fuzz/replay.c
tests_fuzz_fuzz_schedule_replay_LDADD = libvms/libcore.la

tests_fuzz_fuzz_zone_SOURCES = tests/fuzz/fuzz_zone.c
tests_fuzz_fuzz_zone_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_zone_LDADD = libvms/libcore.la
tests_fuzz_fuzz_zone_replay_SOURCES = tests/fuzz/fuzz_zone.c tests/fuzz/replay.c
tests_fuzz_fuzz_zone_replay_LDADD = libvms/libcore.la
