# Unit tests of the feed: sync codec and machine, store, answers.
UNIT_TESTS += tests/unit/test_sync_history

tests_unit_test_sync_history_SOURCES = tests/unit/test_sync_history.c \
	tests/unit/sync_world.c tests/unit/sync_world.h
tests_unit_test_sync_history_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_sync_history_LDADD = vmsd/libsync.la $(UNIT_LIBS)
